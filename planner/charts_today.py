"""Pictures of today: what came beside the forecast, the rest as it looks now, and its agents."""

from __future__ import annotations

import pandas as pd

from planner.charts import (
    BLUE,
    GREY,
    ORANGE,
    PALE_BLUE,
    PALE_GREY,
    TENTH,
    WHOLE,
    Spec,
    clock_labels,
    finished,
    named_colours,
    quantity,
    step_area,
    step_line,
    time_axis,
    tip,
    tooltip_columns,
    wall_clock,
    with_gaps,
    with_last_step,
)
from planner.text import Text
from planner.today import CAME

PALE_ORANGE = "#d9822b59"

# Columns as drawn: a dot in a field's name is a path to Vega.
_BAND = {"contacts_q0.1": "low", "contacts_q0.9": "high"}


def contacts_today(intervals: pd.DataFrame, text: Text, *, interval_min: int) -> Spec:
    """Draw one day: the forecast with its band, what came, and the updated rest with its band.

    Parameters
    ----------
    intervals : DataFrame
        One queue's rows of `planner.today.TodayUpdate.intervals`.
    text : Text
        The reader's language.
    interval_min : int
        Interval length [min].
    """
    rows = _drawn(intervals, interval_min)
    words = ("band", "forecast", "came", "updated_band", "updated")
    band, forecast, came, updated_band, updated = (
        text(f"app.today.charts.{word}") for word in words
    )
    colours = {forecast: BLUE, band: PALE_BLUE}
    if rows["came"].notna().any():
        colours |= {came: GREY, updated: ORANGE, updated_band: PALE_ORANGE}
    scale = named_colours(colours)
    title = text("app.charts.contacts_per_interval")
    bars: Spec = {
        "mark": {"type": "rect", "opacity": 0.75},
        "encoding": {
            "x2": {"field": "end"},
            "y": quantity("came", title),
            "y2": {"datum": 0},
            "color": {"datum": came, "scale": scale},
        },
    }
    layers = [step_area("contacts_before_low", band, scale, title, to="contacts_before_high")]
    line = step_line("contacts_before", forecast, scale)
    if came in colours:
        layers += [bars, line, step_area("low", updated_band, scale, title, to="high")]
        layers += [step_line("updated", updated, scale)]
    else:
        layers.append(line)
    tips = [
        tip("time", text.column("time")),
        tip("contacts_before", forecast, TENTH),
        tip("came", came, WHOLE),
        tip("updated", updated, TENTH),
    ]
    x = time_axis(form="%H:%M")
    layers.append(tooltip_columns(tips, len(rows), x))
    spec = {"height": 320, "encoding": {"x": x}, "layer": layers}
    return finished(spec, rows, text, text("app.today.charts.contacts_alt"))


def agents_today(intervals: pd.DataFrame, text: Text, *, interval_min: int) -> Spec:
    """Draw the agents on the phones over one day, as planned and updated.

    Parameters
    ----------
    intervals : DataFrame
        One queue's rows of `planner.today.TodayUpdate.intervals`.
    text : Text
        The reader's language.
    interval_min : int
        Interval length [min].
    """
    rows = _drawn(intervals, interval_min)
    planned, updated = text("app.today.charts.planned"), text("app.today.charts.updated")
    scale = named_colours({planned: PALE_GREY, updated: ORANGE})
    x = time_axis(form="%H:%M")
    tips = [
        tip("time", text.column("time")),
        tip("agents_net_planned", planned, WHOLE),
        tip("agents_net_updated", updated, WHOLE),
    ]
    layers = [
        step_area("agents_net_planned", planned, scale, text.column("agents_net")),
        step_line("agents_net_updated", updated, scale),
        tooltip_columns(tips, len(rows), x),
    ]
    spec = {"height": 260, "encoding": {"x": x}, "layer": layers}
    return finished(spec, rows, text, text("app.today.charts.agents_alt"))


def _drawn(intervals: pd.DataFrame, interval_min: int) -> pd.DataFrame:
    """Rows with a moment to draw them at, broken where the centre is closed."""
    names = ["contacts_before", "contacts_before_low", "contacts_before_high"]
    names += ["agents_net_planned", "agents_net_updated"]
    rows = intervals[names].assign(
        at=wall_clock(intervals["interval_start"]),
        came=intervals["contacts_came"],
        updated=intervals["contacts"],
        **{drawn: intervals[name] for name, drawn in _BAND.items()},
    )
    # What came is no band any more, and the line of the update begins where it ends.
    over = (intervals["state"] == CAME).to_numpy()
    rows.loc[over, ["updated", *_BAND.values()]] = float("nan")
    ended = with_last_step(rows, interval_min)
    ended.loc[len(rows) :, "came"] = float("nan")
    drawn = with_gaps(ended, interval_min)
    return drawn.assign(
        end=drawn["at"] + pd.Timedelta(minutes=interval_min), time=clock_labels(drawn["at"])
    )
