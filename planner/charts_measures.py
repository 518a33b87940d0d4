"""Pictures of one queue's measures by day: handling time, parts of the contacts, need."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from planner.charts import (
    BLUE,
    GREEN,
    ORANGE,
    PALE_BLUE,
    RED,
    WHOLE,
    Spec,
    day_labels,
    finished,
    named_colours,
    quantity,
    time_axis,
    tip,
)

if TYPE_CHECKING:
    from planner.text import Text

_HEIGHT = 280
_CHANGES = ("transfers", "blocked", "redials", "lost")


def handling_range(handling: pd.DataFrame, text: Text) -> Spec:
    """Draw a queue's handling time by day, its range over the day, and the odd days.

    Parameters
    ----------
    handling : DataFrame
        `Examination.handling` of one queue.
    text : Text
        The reader's language.
    """
    rows = _dated(handling, text)
    rows["odd_s"] = rows["aht_s"].where(rows["odd"].astype(bool))
    title = text.column("aht_s")
    tips = [
        tip("day", text.column("date")),
        tip("aht_s", title, WHOLE),
        tip("usual_s", text("app.doctor.would_be"), WHOLE),
        tip("low_s", text("app.doctor.low_s"), WHOLE),
        tip("high_s", text("app.doctor.high_s"), WHOLE),
    ]
    # A single interval of an hour would flatten all the days: the range is drawn up to here.
    top = float(3 * rows["aht_s"].median()) if len(rows) else 1.0
    y = quantity("aht_s", title)
    y["scale"] = {"domain": [0, max(top, float(rows["aht_s"].max()) if len(rows) else 1.0)]}
    spec = {
        "height": _HEIGHT,
        "encoding": {"x": time_axis()},
        "layer": [
            {
                "mark": {"type": "rule", "color": PALE_BLUE, "clip": True, "strokeWidth": 1},
                "encoding": {
                    "y": y | {"field": "low_s"},
                    "y2": {"field": "high_s"},
                    "tooltip": tips,
                },
            },
            {"mark": {"type": "line", "color": BLUE, "strokeWidth": 1.5}, "encoding": {"y": y}},
            {
                "mark": {"type": "point", "filled": True, "color": RED, "size": 60, "opacity": 1},
                "encoding": {"y": y | {"field": "odd_s"}, "tooltip": tips},
            },
        ],
    }
    return finished(spec, rows.drop(columns="odd"), text, text("app.doctor.handling_alt"))


def offered_and_parts(balance: pd.DataFrame, text: Text) -> Spec:
    """Draw a queue's offered contacts against answered and abandoned, and the days with too many.

    Parameters
    ----------
    balance : DataFrame
        `Examination.balance` of one queue.
    text : Text
        The reader's language.
    """
    rows = _dated(balance, text)
    rows["parts"] = rows["answered"] + rows["abandoned"]
    rows["too_many"] = rows["parts"].where(rows["odd"].astype(bool))
    names = {
        text("app.doctor.offered"): BLUE,
        text("app.doctor.parts"): GREEN,
        text("app.doctor.too_many"): RED,
    }
    tips = [
        tip("day", text.column("date")),
        tip("contacts", text("app.doctor.offered"), WHOLE),
        tip("answered", text("app.doctor.answered"), WHOLE),
        tip("abandoned", text.column("abandoned"), WHOLE),
    ]
    return _lines(
        rows, dict(zip(("contacts", "parts", "too_many"), names, strict=True)), names, tips, text,
        points="too_many", alt=text("app.doctor.parts_alt"),
    )  # fmt: skip


def offered_and_need(intervals: pd.DataFrame, text: Text) -> Spec:
    """Draw a queue's offered contacts per day against those that were needed.

    Parameters
    ----------
    intervals : DataFrame
        `Need.intervals` of one queue.
    text : Text
        The reader's language.
    """
    wall = intervals["interval_start"].dt.tz_localize(None).dt.normalize()
    measures = ["offered", *_CHANGES, "need"]
    days = intervals.groupby(wall.rename("date"))[measures].sum().reset_index()
    estimated = intervals["estimated"].groupby(wall.to_numpy()).any().to_numpy(dtype=bool)
    rows = _dated(days, text)
    rows["marked"] = rows["need"].where(estimated)
    names = {
        text("app.doctor.offered"): BLUE,
        text("app.doctor.need"): ORANGE,
        text("app.doctor.estimated"): RED,
    }
    tips = [
        tip("day", text.column("date")),
        *(tip(name, text(f"app.doctor.{name}"), WHOLE) for name in measures),
    ]
    return _lines(
        rows, dict(zip(("offered", "need", "marked"), names, strict=True)), names, tips, text,
        points="marked", alt=text("app.doctor.need_alt"),
    )  # fmt: skip


def _lines(
    rows: pd.DataFrame,
    series: dict[str, str],
    colours: dict[str, str],
    tips: list[Spec],
    text: Text,
    *,
    points: str,
    alt: str,
) -> Spec:
    """Draw columns as lines of a name each, and one of them as points."""
    scale = named_colours(colours)
    title = text("app.charts.contacts_per_day")
    layer = []
    for field, name in series.items():
        encoding = {
            "y": quantity(field, title),
            "color": {
                "datum": name,
                "type": "nominal",
                "scale": scale,
                "legend": {"columns": 3},
            },
        }
        mark: Spec = {"type": "line", "strokeWidth": 1.5}
        if field == points:
            mark = {"type": "point", "filled": True, "size": 55, "opacity": 1}
        layer.append({"mark": mark, "encoding": encoding})
    pointed = {"y": quantity(next(iter(series)), title), "tooltip": tips}
    layer.append({"mark": {"type": "circle", "opacity": 0, "size": 80}, "encoding": pointed})
    spec = {"height": _HEIGHT, "encoding": {"x": time_axis()}, "layer": layer}
    return finished(spec, rows, text, alt)


def _dated(days: pd.DataFrame, text: Text) -> pd.DataFrame:
    at = days["date"].dt.tz_localize("UTC")
    labels = day_labels(at, text).astype(str) + " " + at.dt.year.astype(str)
    rows = days.drop(columns="date").assign(at=at, day=labels).replace([np.inf, -np.inf], np.nan)
    return rows.reset_index(drop=True)
