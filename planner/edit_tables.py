"""The forecast as tables a planner edits, and the edits that a changed table says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import pandas as pd

from planner.centre import scaled_demand, scaled_totals
from planner.edits import BEFORE, Edit, edited_demand, edited_totals
from planner.plan import Plan
from planner.scenario import Scenario

FIGURES = ("before", "low", "high", "contacts")
BAND = ("contacts_q0.1", "contacts_q0.9")
# Figures are shown, and edited, to a tenth of a contact.
DECIMALS = 1


def queue_demand(plan: Plan, queue: str, scenario: Scenario) -> pd.DataFrame:
    """Return one queue's demand as a scenario's edits and factors make it, before any staffing."""
    base = plan.forecast.demand
    return scaled_demand(edited_demand(base[base["queue"] == queue], scenario.edits), scenario)


def day_figures(plan: Plan, queue: str, scenario: Scenario) -> pd.DataFrame:
    """Total the days of a queue.

    Parameters
    ----------
    plan : Plan
        A plan whose forecast is that of the scenario.
    queue : str
        One that is forecast.
    scenario : Scenario
        With the edits and factors to show.

    Returns
    -------
    DataFrame
        Indexed by day: before (without edits), low and high (80 % interval), contacts (edited).
    """
    base, totals = plan.forecast.demand, plan.forecast.totals
    demand = queue_demand(plan, queue, scenario)
    days = demand["interval_start"].dt.tz_localize(None).dt.normalize()
    means = pd.DataFrame({"before": _before(demand), "contacts": demand["contacts"]})
    of_days = totals[(totals["queue"] == queue) & (totals["period"] == "day")]
    edited = edited_totals(of_days, base[base["queue"] == queue], scenario.edits)
    band = scaled_totals(edited, scenario).set_index("period_start")[list(BAND)]
    figures = means.groupby(days.to_numpy()).sum().join(band.set_axis(["low", "high"], axis=1))
    return figures[list(FIGURES)].round(DECIMALS).rename_axis("day")


def interval_figures(demand: pd.DataFrame, day: pd.Timestamp) -> pd.DataFrame:
    """List the intervals of a queue's day.

    Parameters
    ----------
    demand : DataFrame
        From `queue_demand`.
    day : Timestamp
        The day (naive).

    Returns
    -------
    DataFrame
        Indexed by the interval's start [min after local midnight]; columns as in `day_figures`.
        The hour that autumn repeats is one.
    """
    wall = demand["interval_start"].dt.tz_localize(None)
    on = wall.dt.normalize() == day
    rows, minute = demand[on], (60 * wall.dt.hour + wall.dt.minute)[on]
    low, high = (rows[name] for name in BAND)
    figures = pd.DataFrame(
        {"before": _before(rows), "low": low, "high": high, "contacts": rows["contacts"]}
    )
    return figures.groupby(minute.to_numpy()).sum().round(DECIMALS).rename_axis("minute")


def edits_of_days(
    figures: pd.DataFrame, changed: pd.Series[float], scenario: Scenario, queue: str, reason: str
) -> tuple[Edit, ...]:
    """Return the edits that new totals of days say.

    Parameters
    ----------
    figures : DataFrame
        From `day_figures`.
    changed : Series
        The new totals, by day; those that are as they were, or not known, say nothing.
    scenario : Scenario
        Its what-if factors are in the figures but not in what edits change.
    queue, reason : str
        For which queue, and why.
    """
    factor = _volume_factor(scenario, queue)
    return tuple(
        _edit(reason, queue, day.date(), None, contacts / factor)
        for day, contacts in _new(figures, changed)
    )


def edits_of_intervals(
    figures: pd.DataFrame,
    changed: pd.Series[float],
    scenario: Scenario,
    queue: str,
    reason: str,
    *,
    day: date,
    interval_min: int,
) -> tuple[Edit, ...]:
    """Return the edits that new contacts of one day's intervals say; see `edits_of_days`."""
    factor = _volume_factor(scenario, queue)
    return tuple(
        _edit(reason, queue, day, (minute, minute + interval_min), contacts / factor)
        for minute, contacts in _new(figures, changed)
    )


def with_edits(scenario: Scenario, new: Sequence[Edit]) -> Scenario:
    """Add edits to a scenario; each takes the place of an older one of the same span and queues."""
    spans = {_span(edit) for edit in new}
    kept = [edit for edit in scenario.edits if _span(edit) not in spans]
    return replace(scenario, edits=(*kept, *new))


def _before(demand: pd.DataFrame) -> pd.Series[float]:
    found: pd.Series[float] = demand[BEFORE if BEFORE in demand else "contacts"]
    return found


def _volume_factor(scenario: Scenario, queue: str) -> float:
    return scenario.volume_factor * scenario.queue(queue).volume_factor


def _new(figures: pd.DataFrame, changed: pd.Series[float]) -> list[tuple[Any, float]]:
    """List what is no longer as it was."""
    new = changed.reindex(figures.index)
    moved = new[new.notna() & (new >= 0) & (new != figures["contacts"])]
    return list(zip(moved.index.tolist(), moved.tolist(), strict=True))


def _edit(
    reason: str, queue: str, day: date, hours: tuple[int, int] | None, contacts: float
) -> Edit:
    return Edit(
        name=reason,
        queues=(queue,),
        first=day,
        last=day,
        hours=hours,
        contacts=round(contacts, 6),
    )


def _span(edit: Edit) -> tuple[object, ...]:
    return edit.queues, edit.first, edit.last, edit.hours
