"""Pictures of coverage: how often what came lay in the band, against how often it should."""

from __future__ import annotations

from types import MappingProxyType

import numpy as np
import pandas as pd

from planner.charts import BLUE, ORANGE, RED, Spec, finished, named_colours, tip
from planner.charts_accuracy import CHOSEN, queue_axis, queue_names
from planner.text import Text

BANDS = MappingProxyType({"coverage_80": 0.80, "coverage_95": 0.95})
# How the columns of the accuracy table begin whose coverage is that of intervals, days, weeks.
SPANS = MappingProxyType({"interval": "", "day": "day_", "week": "week_"})
# A hundred squares, filled column by column: 80 and 95 end a column.
_COLUMNS, _LINES = 20, 5
_ROW_PX = 34


def coverage_by_queue(accuracy: pd.DataFrame, span: str, text: Text) -> Spec:
    """Draw how often each queue's bands held, against how often they should.

    Parameters
    ----------
    accuracy : DataFrame
        Rows of several queues, in the order to draw them.
    span : str
        A key of `SPANS`.
    text : Text
        The reader's language.
    """
    chosen = accuracy[accuracy["model"] == CHOSEN]
    names = {column: text("app.accuracy.band", percent=text.percent(BANDS[column]))
             for column in BANDS}  # fmt: skip
    rows = pd.concat(
        [
            pd.DataFrame(
                {
                    "queue": queue_names(chosen, text),
                    "band": names[column],
                    "held": chosen[SPANS[span] + column],
                    "promised": BANDS[column],
                }
            )
            for column in BANDS
        ],
        ignore_index=True,
    ).dropna(subset=["held"])
    rows["share"] = [text.percent(held, 1) for held in rows["held"]]
    colours = named_colours(dict(zip(names.values(), (BLUE, ORANGE), strict=True)))
    lowest = min(0.7, float(np.floor(rows["held"].min() * 10) / 10) if len(rows) else 0.7)
    color = {"field": "band", "type": "nominal", "scale": colours}
    x = {
        "field": "held",
        "type": "quantitative",
        "title": text("app.accuracy.held"),
        "scale": {"domain": [lowest, 1.0]},
        "axis": {"format": ".0%", "tickCount": 5},
    }
    tips = [
        tip("queue", text.column("queue")),
        tip("band", text("app.accuracy.promised")),
        tip("share", text("app.accuracy.held")),
    ]
    marks: Spec = {
        "mark": {"type": "rule", "strokeDash": [5, 4], "strokeWidth": 1.5},
        "encoding": {"x": x | {"field": "promised"}, "color": color},
    }
    points: Spec = {
        "mark": {"type": "point", "filled": True, "size": 130, "opacity": 1},
        "encoding": {
            "y": queue_axis(rows["queue"]),
            "x": x,
            "color": color,
            "tooltip": tips,
        },
    }
    spec = {"height": {"step": _ROW_PX}, "layer": [marks, points]}
    return finished(spec, rows, text, text("app.charts.coverage_by_queue_alt"))


def hundred_squares(held: float, promised: float, text: Text) -> Spec:
    """Draw a hundred squares: how many lay in the band, and a line where they should end.

    Parameters
    ----------
    held, promised : float
        Share that lay in the band, and that should [1].
    text : Text
        The reader's language.
    """
    inside, outside = text("app.accuracy.inside"), text("app.accuracy.outside")
    number = np.arange(_COLUMNS * _LINES)
    column, line = np.divmod(number, _LINES)
    rows = pd.DataFrame(
        {
            "left": column + 0.09,
            "right": column + 0.91,
            "top": line + 0.09,
            "bottom": line + 0.91,
            "where": np.where(number < round(100 * held), inside, outside),
        }
    )
    x = {"type": "quantitative", "scale": {"domain": [0, _COLUMNS]}, "axis": None}
    y = {"type": "quantitative", "scale": {"domain": [_LINES, 0]}, "axis": None}
    squares: Spec = {
        "mark": {"type": "rect", "cornerRadius": 2},
        "encoding": {
            "x": x | {"field": "left"},
            "x2": {"field": "right"},
            "y": y | {"field": "top"},
            "y2": {"field": "bottom"},
            "color": {
                "field": "where",
                "type": "nominal",
                "scale": named_colours({inside: BLUE, outside: ORANGE}),
                "legend": None,
            },
        },
    }
    due: Spec = {
        "mark": {"type": "rule", "strokeWidth": 2.5, "color": RED},
        "encoding": {"x": {"datum": _COLUMNS * promised, "type": "quantitative"}},
    }
    alt = text("app.charts.hundred_alt", held=text.percent(held), promised=text.percent(promised))
    return finished({"height": 120, "layer": [squares, due]}, rows, text, alt)
