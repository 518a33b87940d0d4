"""Pictures of the history: how much came when, and where data are missing."""

from __future__ import annotations

import numpy as np
import pandas as pd

from planner.charts import (
    BLUE,
    ORANGE,
    PALE_GREY,
    RED,
    TENTH,
    WHOLE,
    Spec,
    clock_labels,
    day_labels,
    finished,
    quantity,
    time_axis,
    tip,
    wall_clock,
)
from planner.charts_heat_map import heat_map
from planner.text import Text

# A day with clearly fewer intervals than its weekday usually has was lost in part, or shortened.
PARTLY = 0.9
_STATUS_COLOURS = {"complete": BLUE, "partly": ORANGE, "no_data": RED, "closed": PALE_GREY}


def contacts_by_day(history: pd.DataFrame, text: Text) -> Spec:
    """Draw the contacts of each day as one line a queue; a click in the legend singles one out.

    Parameters
    ----------
    history : DataFrame
        Tidy history.
    text : Text
        The reader's language.
    """
    wall = wall_clock(history["interval_start"])
    days = history.assign(at=wall.dt.normalize()).groupby(["queue", "at"], sort=True)["contacts"]
    rows = days.sum(min_count=1).reset_index()
    rows["day"] = day_labels(rows["at"], text) + " " + rows["at"].dt.year.astype(str)
    title = text("app.charts.contacts_per_day")
    spec = {
        "height": 300,
        "encoding": {
            "x": time_axis(),
            "y": quantity("contacts", title),
            "color": {
                "field": "queue",
                "type": "nominal",
                "legend": {"symbolType": "stroke", "symbolStrokeWidth": 3},
            },
        },
        "layer": [
            {
                "params": [
                    {
                        "name": "chosen",
                        "select": {"type": "point", "fields": ["queue"]},
                        "bind": "legend",
                    }
                ],
                "mark": {"type": "line", "strokeWidth": 1.5},
                "encoding": {
                    "opacity": {"condition": {"param": "chosen", "value": 1}, "value": 0.1}
                },
            },
            {
                # Points to point at: a line answers only where a day begins.
                "mark": {"type": "circle", "opacity": 0, "size": 80},
                "encoding": {
                    "tooltip": [
                        tip("queue", text.column("queue")),
                        tip("day", text.column("date")),
                        tip("contacts", text.column("contacts"), WHOLE),
                    ]
                },
            },
        ],
    }
    return finished(spec, rows, text, text("app.charts.contacts_by_day_alt"))


def weekday_heat_map(history: pd.DataFrame, text: Text) -> Spec:
    """Draw the mean contacts of one queue by weekday and time of day.

    Parameters
    ----------
    history : DataFrame
        Tidy history of one queue.
    text : Text
        The reader's language.
    """
    wall = wall_clock(history["interval_start"])
    slots = history.assign(weekday=wall.dt.dayofweek, time=clock_labels(wall))
    means = slots.groupby(["weekday", "time"])["contacts"].mean()
    cells = means.dropna().rename("value").reset_index()
    cells["row"] = cells["weekday"].map({day: text.weekday(day) for day in range(7)})
    title = text("app.charts.mean_contacts")
    small = bool(len(cells)) and cells["value"].max() < 10
    form = TENTH if small else WHOLE
    return heat_map(
        cells,
        text,
        value_title=title,
        form=form,
        tips=[
            tip("row", text.column("weekday")),
            tip("time", text.column("time")),
            tip("value", title, TENTH),
        ],
        alt=text("app.charts.weekday_heat_map_alt"),
    )


def coverage(history: pd.DataFrame, text: Text) -> Spec:
    """Draw for each queue and day whether its data are complete, partial, missing, or it closed.

    Parameters
    ----------
    history : DataFrame
        Tidy history; intervals without a row and lost contacts (NaN) both count as missing.
    text : Text
        The reader's language.
    """
    rows = day_coverage(history)
    rows["at"] = rows["date"].dt.tz_localize("UTC")
    rows["until"] = rows["at"] + pd.Timedelta(days=1)
    rows["day"] = day_labels(rows["at"], text) + " " + rows["at"].dt.year.astype(str)
    names = {status: text(f"app.coverage.{status}") for status in _STATUS_COLOURS}
    rows["status"] = rows["status"].map(names)
    queues = rows["queue"].nunique()
    scale = {"domain": list(names.values()), "range": list(_STATUS_COLOURS.values())}
    spec = {
        "height": {"step": 26 if queues <= 12 else 16},
        "mark": {"type": "rect"},
        "encoding": {
            "x": time_axis(),
            "x2": {"field": "until"},
            "y": {
                "field": "queue",
                "type": "nominal",
                "title": None,
                "axis": {"labelLimit": 120, "ticks": False, "domain": False},
                "scale": {"paddingInner": 0.25},
            },
            "color": {"field": "status", "type": "nominal", "scale": scale},
            "tooltip": [
                tip("queue", text.column("queue")),
                tip("day", text.column("date")),
                tip("status", text("app.coverage.title")),
                tip("known", text("app.coverage.known"), WHOLE),
                tip("usual", text("app.coverage.usual"), WHOLE),
            ],
        },
    }
    return finished(spec, rows.drop(columns="date"), text, text("app.charts.coverage_alt"))


def day_coverage(history: pd.DataFrame) -> pd.DataFrame:
    """Tell for each queue and day how many intervals are known, and how many usually are.

    Returns
    -------
    DataFrame
        queue, date, known, usual (median of the known intervals on days of that weekday that have
        any, 0 where it never opens), status: complete, partly, no_data or closed.
    """
    days = pd.DataFrame(
        {
            "queue": history["queue"],
            "date": history["interval_start"].dt.tz_localize(None).dt.normalize(),
            "known": history["contacts"].notna(),
        }
    )
    every_day = pd.date_range(days["date"].min(), days["date"].max(), freq="D")
    grid = pd.MultiIndex.from_product(
        [days["queue"].drop_duplicates(), every_day], names=["queue", "date"]
    )
    known = days.groupby(["queue", "date"])["known"].sum().reindex(grid, fill_value=0)
    rows = known.reset_index()
    weekday = [rows["queue"], rows["date"].dt.dayofweek]
    rows["usual"] = (
        rows["known"].where(rows["known"] > 0).groupby(weekday).transform("median").fillna(0)
    )
    rows["status"] = np.select(
        [rows["usual"] == 0, rows["known"] == 0, rows["known"] < PARTLY * rows["usual"]],
        ["closed", "no_data", "partly"],
        default="complete",
    )
    return rows
