"""Pictures of the history: how much came when."""

from __future__ import annotations

import pandas as pd

from planner.charts import (
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
