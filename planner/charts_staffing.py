"""Pictures of the requirement: agents by day and interval, and one plan against another."""

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
    day_labels,
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
from planner.charts_heat_map import heat_map
from planner.text import Text

AGENTS = ("agents_net", "agents_gross")
SIGNED = "+,.0f"


def agents_heat_map(requirement: pd.DataFrame, agents: str, text: Text) -> Spec:
    """Draw the agents of each day and interval, all given queues added up.

    Parameters
    ----------
    requirement : DataFrame
        Rows of one queue or of several.
    agents : {"agents_net", "agents_gross"}
        On the phones, or to schedule.
    text : Text
        The reader's language.
    """
    return heat_map(
        _in_use(_cells(requirement, agents, text), "value"),
        text,
        value_title=text.column(agents),
        tips=_cell_tips(text, tip("value", text.column(agents), WHOLE)),
        alt=text("app.charts.agents_heat_map_alt"),
    )


def difference_heat_map(
    baseline: pd.DataFrame, scenario: pd.DataFrame, agents: str, text: Text
) -> Spec:
    """Draw how many agents more or fewer a scenario needs than the baseline.

    Parameters
    ----------
    baseline, scenario : DataFrame
        Requirements over the same intervals.
    agents : {"agents_net", "agents_gross"}
        On the phones, or to schedule.
    text : Text
        The reader's language.
    """
    cells = _cells(baseline, agents, text).rename(columns={"value": "before"})
    cells["after"] = _cells(scenario, agents, text)["value"]
    cells["value"] = cells["after"] - cells["before"]
    cells = _in_use(cells, "before", "after")
    title = text("app.charts.difference")
    return heat_map(
        cells,
        text,
        value_title=title,
        form=SIGNED,
        difference=True,
        tips=_cell_tips(
            text,
            tip("before", text("app.what_if.baseline"), WHOLE),
            tip("after", text("app.what_if.scenario"), WHOLE),
            tip("value", title, SIGNED),
        ),
        alt=text("app.charts.difference_alt"),
    )


def day_staffing(requirement: pd.DataFrame, text: Text, *, interval_min: int) -> Spec:
    """Draw one day: the load as an area, the agents on the phones and to schedule as steps.

    Parameters
    ----------
    requirement : DataFrame
        Rows of one day, of one queue or of several, which are added up.
    text : Text
        The reader's language.
    interval_min : int
        Interval length [min].
    """
    rows = _steps(requirement, ["load_erlangs", *AGENTS], interval_min)
    load, net = text.column("load_erlangs"), text("app.charts.on_the_phones")
    gross = text("app.charts.to_schedule")
    colours = named_colours({load: PALE_GREY, net: BLUE, gross: ORANGE})
    x = time_axis(form="%H:%M")
    tips = [
        tip("time", text.column("time")),
        tip("load_erlangs", load, TENTH),
        tip("agents_net", net, WHOLE),
        tip("agents_gross", gross, WHOLE),
    ]
    layers = [
        step_area("load_erlangs", load, colours, text("app.charts.agents_and_load")),
        step_line("agents_net", net, colours),
        step_line("agents_gross", gross, colours),
        tooltip_columns(tips, len(rows), x),
    ]
    spec = {"height": 300, "encoding": {"x": x}, "layer": layers}
    return finished(spec, rows, text, text("app.charts.day_staffing_alt"))


def day_comparison(
    baseline: pd.DataFrame,
    scenario: pd.DataFrame,
    agents: str,
    text: Text,
    *,
    interval_min: int,
) -> Spec:
    """Draw the agents of one day in the baseline and in a scenario.

    Parameters
    ----------
    baseline, scenario : DataFrame
        Rows of the same day and queues; queues are added up.
    agents : {"agents_net", "agents_gross"}
        On the phones, or to schedule.
    text : Text
        The reader's language.
    interval_min : int
        Interval length [min].
    """
    rows = _steps(baseline, [agents], interval_min).rename(columns={agents: "before"})
    rows["after"] = _steps(scenario, [agents], interval_min)[agents]
    before, after = text("app.what_if.baseline"), text("app.what_if.scenario")
    colours = named_colours({before: PALE_GREY, after: BLUE})
    x = time_axis(form="%H:%M")
    tips = [
        tip("time", text.column("time")),
        tip("before", before, WHOLE),
        tip("after", after, WHOLE),
    ]
    layers = [
        step_area("before", before, colours, text.column(agents)),
        step_line("after", after, colours),
        tooltip_columns(tips, len(rows), x),
    ]
    spec = {"height": 300, "encoding": {"x": x}, "layer": layers}
    return finished(spec, rows, text, text("app.charts.day_comparison_alt"))


def _cells(requirement: pd.DataFrame, agents: str, text: Text) -> pd.DataFrame:
    """Add the agents up by day and time of day; of an hour that repeats, the higher one counts."""
    totals = requirement.groupby("interval_start", as_index=False)[agents].sum()
    at = wall_clock(totals["interval_start"])
    each = pd.DataFrame(
        {"day": at.dt.normalize(), "time": clock_labels(at), "value": totals[agents]}
    )
    cells = each.groupby(["day", "time"])["value"].max().reset_index()
    cells["row"] = day_labels(cells.pop("day"), text)
    return cells


def _in_use(cells: pd.DataFrame, *values: str) -> pd.DataFrame:
    """Leave out the early and late hours in which nobody works on any day."""
    busy = cells.loc[(cells[list(values)] > 0).any(axis="columns"), "time"]
    if busy.empty:
        return cells
    return cells[cells["time"].between(busy.min(), busy.max())]


def _cell_tips(text: Text, *values: Spec) -> list[Spec]:
    return [tip("row", text.column("date")), tip("time", text.column("time")), *values]


def _steps(requirement: pd.DataFrame, columns: list[str], interval_min: int) -> pd.DataFrame:
    """Add up by interval, and end the last step where its interval ends."""
    totals = requirement.groupby("interval_start", as_index=False)[columns].sum()
    totals.insert(0, "at", wall_clock(totals.pop("interval_start")))
    rows = with_last_step(totals, interval_min)
    return rows.assign(time=clock_labels(rows["at"]))
