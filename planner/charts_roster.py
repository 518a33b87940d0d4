"""The picture of a verified roster: its people through one day, beside those the plan needs."""

from __future__ import annotations

import pandas as pd

from planner.charts import (
    BLUE,
    ORANGE,
    PALE_GREY,
    TENTH,
    WHOLE,
    Spec,
    clock_labels,
    finished,
    named_colours,
    step_area,
    step_line,
    time_axis,
    tip,
    tooltip_columns,
    wall_clock,
    with_last_step,
)
from planner.text import Text

_COLOURS = {"on_shift": PALE_GREY, "on_phones": BLUE, "needed": ORANGE}


def people_by_interval(rows: pd.DataFrame, text: Text, *, interval_min: int) -> Spec:
    """Draw people on shift and on the phones beside the agents a plan needs, through one day.

    Parameters
    ----------
    rows : DataFrame
        One day's rows of `planner.roster_results.team_by_interval`.
    text : Text
        The reader's language.
    interval_min : int
        Interval length [min].
    """
    names = {name: text(f"roster.people.{name}") for name in _COLOURS}
    drawn = with_last_step(
        rows[list(_COLOURS)].assign(at=wall_clock(rows["start"])).reset_index(drop=True),
        interval_min,
    )
    drawn["time"] = clock_labels(drawn["at"])
    scale = named_colours({names[name]: colour for name, colour in _COLOURS.items()})
    x, title = time_axis(form="%H:%M"), text("verify.charts.roster_people")
    tips = [
        tip("time", text("roster.people.time")),
        tip("on_shift", names["on_shift"], TENTH),
        tip("on_phones", names["on_phones"], TENTH),
        tip("needed", names["needed"], WHOLE),
    ]
    layers = [
        step_area("on_shift", names["on_shift"], scale, title),
        step_line("on_phones", names["on_phones"], scale),
        step_line("needed", names["needed"], scale, dash=[5, 3]),
        tooltip_columns(tips, len(drawn), x),
    ]
    spec = {"height": 260, "encoding": {"x": x}, "layer": layers}
    return finished(spec, drawn, text, text("verify.charts.roster_alt"))
