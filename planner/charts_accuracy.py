"""Pictures of accuracy: how wrong the forecast was, beside its rivals and chance."""

from __future__ import annotations

from types import MappingProxyType

import pandas as pd

from planner.charts import (
    BLUE,
    GREEN,
    GREY,
    ORANGE,
    RED,
    Spec,
    finished,
    named_colours,
    tip,
)
from planner.text import Text

# Errors by what they are summed over first.
ERRORS = MappingProxyType({"interval": "wape", "day": "day_wape", "week": "week_wape"})
CHOSEN, FLOOR = "chosen", "poisson_floor"
_COLOURS = MappingProxyType(
    {
        CHOSEN: BLUE,
        "weekday_profile": ORANGE,
        "seasonal_naive": GREY,
        "prophet": GREEN,
        FLOOR: RED,
    }
)
_BAR_PX, _ROW_PX = 19, 34


def errors(accuracy: pd.DataFrame, text: Text) -> Spec:
    """Draw the errors of one queue's forecast and its rivals, with the part that is chance.

    Parameters
    ----------
    accuracy : DataFrame
        Rows of one queue.
    text : Text
        The reader's language.
    """
    names = _names(accuracy, text)
    rows = _long(accuracy, text)
    spans = list(rows["span"].unique())
    floor = rows["model"] == names.get(FLOOR)
    drawn = rows.assign(
        error=rows["error"].where(~floor), chance=rows["error"].where(floor), start=0.0
    )
    colours = named_colours({name: _COLOURS[code] for code, name in names.items()})
    bars_of = [name for code, name in names.items() if code != FLOOR]
    y = {
        "field": "span",
        "type": "nominal",
        "sort": spans,
        "title": None,
        "axis": {"ticks": False, "domain": False, "labelPadding": 8},
    }
    scale = {"domain": bars_of, "paddingInner": 0.15}
    offset = {"yOffset": {"field": "model", "sort": bars_of, "scale": scale}}
    legend = {"columns": 1, "symbolType": "square"}  # names are long, windows narrow
    color = {"field": "model", "type": "nominal", "scale": colours, "legend": legend}
    tips = [
        tip("span", text("app.accuracy.error_of")),
        tip("model", text.column("model")),
        tip("share", text("app.accuracy.error")),
    ]
    bars: Spec = {
        "transform": [{"filter": "isValid(datum.error)"}],
        # All of its band: a smaller bar would not stand in the middle.
        "mark": {"type": "bar", "height": {"band": 1}, "cornerRadiusEnd": 2},
        "encoding": {"x": share_axis("error", text), "color": color, "tooltip": tips, **offset},
    }
    figures: Spec = {
        "transform": [{"filter": "isValid(datum.error)"}],
        "mark": {"type": "text", "align": "left", "dx": 5, "color": GREY},
        "encoding": {
            "x": share_axis("error", text),
            "text": {"field": "share", "type": "nominal"},
            **offset,
        },
    }
    thick = _BAR_PX * len(bars_of) + 6
    chance: Spec = {
        "transform": [{"filter": "isValid(datum.chance)"}],
        "mark": {"type": "tick", "orient": "vertical", "size": thick, "thickness": 3, "opacity": 1},
        "encoding": {"x": share_axis("chance", text), "color": color, "tooltip": tips},
    }
    height = {"step": _BAR_PX, "for": "offset"}
    spec = {"height": height, "encoding": {"y": y}, "layer": [bars, figures, chance]}
    return finished(spec, drawn, text, text("app.charts.errors_alt"))


def errors_by_queue(accuracy: pd.DataFrame, span: str, text: Text) -> Spec:
    """Draw one error of every queue as points on a line, from chance to the rivals.

    Parameters
    ----------
    accuracy : DataFrame
        Rows of several queues, in the order to draw them.
    span : str
        A key of `ERRORS`.
    text : Text
        The reader's language.
    """
    names = _names(accuracy, text)
    rows = pd.DataFrame(
        {
            "queue": queue_names(accuracy, text),
            "model": accuracy["model"].map(names),
            "part": accuracy["model"].where(accuracy["model"].isin([CHOSEN, FLOOR]), "rivals"),
            "error": accuracy[ERRORS[span]],
        }
    ).dropna(subset=["error"])
    rows["share"] = [text.percent(error, 1) for error in rows["error"]]
    colours = {name: _COLOURS[code] for code, name in names.items()}
    y = queue_axis(rows["queue"])
    tips = [
        tip("queue", text.column("queue")),
        tip("model", text.column("model")),
        tip("share", text("app.accuracy.error")),
    ]
    line: Spec = {
        "mark": {"type": "rule", "color": GREY, "opacity": 0.45},
        "encoding": {
            "x": share_axis("error", text) | {"aggregate": "min"},
            "x2": {"field": "error", "aggregate": "max"},
        },
    }
    seen = {
        "x": share_axis("error", text),
        "color": {
            "field": "model",
            "type": "nominal",
            "scale": named_colours(colours),
            "legend": {"columns": 1},
        },
        "tooltip": tips,
    }
    marks = {
        "rivals": {"type": "point", "filled": True, "size": 80, "opacity": 1},
        # A ring, so that a rival that did as well is seen inside it.
        CHOSEN: {"type": "point", "size": 200, "strokeWidth": 3, "opacity": 1},
        FLOOR: {"type": "tick", "orient": "vertical", "size": 18, "thickness": 3, "opacity": 1},
    }
    points: list[Spec] = [
        {"transform": [{"filter": f"datum.part == '{part}'"}], "mark": mark, "encoding": seen}
        for part, mark in marks.items()
    ]
    spec = {"height": {"step": _ROW_PX}, "encoding": {"y": y}, "layer": [line, *points]}
    return finished(spec, rows, text, text("app.charts.errors_by_queue_alt"))


def _long(accuracy: pd.DataFrame, text: Text) -> pd.DataFrame:
    """One row a forecast and error."""
    names = _names(accuracy, text)
    parts = [
        pd.DataFrame(
            {
                "span": text(f"app.accuracy.spans.{span}"),
                "model": accuracy["model"].map(names),
                "error": accuracy[column],
            }
        )
        for span, column in ERRORS.items()
    ]
    rows = pd.concat(parts, ignore_index=True).dropna(subset=["error"])
    return rows.assign(share=[text.percent(error, 1) for error in rows["error"]])


def _names(accuracy: pd.DataFrame, text: Text) -> dict[str, str]:
    """Words of the forecasts of a table, in the order of the colours."""
    present = set(accuracy["model"])
    return {code: text(f"models.{code}") for code in _COLOURS if code in present}


def queue_names(rows: pd.DataFrame, text: Text) -> pd.Series[str]:
    """Return the rows' queues, the whole centre in words."""
    return rows["queue"].where(rows["queue"] != "", text("app.whole_centre"))


def queue_axis(queues: pd.Series[str]) -> Spec:
    """Encode the column `queue` as rows, in the order given."""
    return {
        "field": "queue",
        "type": "nominal",
        "sort": list(queues.unique()),
        "title": None,
        "axis": {"labelLimit": 130, "ticks": False, "domain": False, "labelPadding": 8},
    }


def share_axis(field: str, text: Text) -> Spec:
    """Encode an error on the horizontal axis."""
    return {
        "field": field,
        "type": "quantitative",
        "title": text("app.accuracy.error"),
        "scale": {"zero": True, "nice": True},
        "axis": {"format": ".0%", "tickCount": 5},
    }
