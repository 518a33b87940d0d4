"""A plan as centres to simulate, each of which adds one thing to the one before."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from planner.centre import channels_of
from planner.roster import Roster
from planner.roster_model import Teams, roster_notes, rostered
from planner.verify_people import Staff, absence_shares, absent_by_chance, on_the_phones
from planner.verify_queues import (
    JudgedQueue,
    NothingToVerify,
    PlanTables,
    intervals_of,
    judged_queue,
    queue_notes,
    simulated_queue,
    simulated_rows,
)
from planner.volume_variation import queue_variation
from staffing import SimulatedCentre, SimulatedQueue
from staffing.rules import StaffingRule

STEPS = ("formula", "volume", "absence")
"""What each simulation adds to the one before: what formulas leave out, uncertain volumes, and
agents absent by chance."""
ROSTER_STEPS = ("formula", "volume", "shifts", "breaks", "skills", "absence")
"""The same with a roster: its people in place of the plan's, their breaks, all their skills, and
whole shifts missed by chance."""

ROSTER_NOTES = (
    *("days_not_rostered", "nobody", "days_without_people"),
    *("skills_left_out", "no_breaks", "shifts_outside"),
)
NOTES = (
    *("bot", "dialler", "no_target", "definition", "deadline_target"),
    *("concurrency_rounded", "list"),
    *ROSTER_NOTES,
)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PlanModel:
    """A plan to simulate.

    Attributes
    ----------
    steps : tuple of str
        `STEPS`, or `ROSTER_STEPS` with a roster.
    centres : tuple of SimulatedCentre
        One for each step, with the same queues; equal to the one before where it adds nothing.
    queues : tuple of JudgedQueue
        In the order of the centres' queues.
    starts : DatetimeIndex
        Of every interval from the plan's first to its last, closed ones too.
    days : int array, shape (intervals,)
        Day of each, from 0.
    notes : DataFrame
        queue ("" for the whole plan), code and found, one of `NOTES`: what is left out or simulated
        otherwise than planned, and what the roster does not have.
    roster : Roster or None
        What the people are simulated by, if not by the plan's numbers.
    """

    steps: tuple[str, ...]
    centres: tuple[SimulatedCentre, ...]
    queues: tuple[JudgedQueue, ...]
    starts: pd.DatetimeIndex
    days: NDArray[np.int64]
    notes: pd.DataFrame
    roster: Roster | None = None


def plan_model(
    plan: PlanTables, roster: Roster | None = None, *, handling_cv: float = 1.0
) -> PlanModel:
    """Turn a plan into centres to simulate.

    Parameters
    ----------
    plan : PlanTables
        A `Plan`, or a plan of `read_exported`.
    roster : Roster, optional
        Of the plan's days, from `planner.roster_file.read_roster`.
    handling_cv : float
        Standard deviation over mean of the lognormal handling times.

    Raises
    ------
    NothingToVerify
        If nobody serves any of its queues.
    """
    rows, starts, rules, roster, notes = _scope(plan, roster)
    days, intervals, interval_s = _days_of(starts), len(starts), 60.0 * plan.interval_min
    tables = {str(name): table for name, table in rows.groupby("queue", sort=False)}
    certain = tuple(
        simulated_queue(name, table, rules[name], intervals, interval_s, handling_cv)
        for name, table in tables.items()
    )
    varied = tuple(_varied(queue, plan) for queue in certain)
    judged = tuple(
        judged_queue(name, table, plan, rules[name], intervals) for name, table in tables.items()
    )
    there = on_the_phones(rows, intervals)
    share = plan.scenario.unplanned_share
    if roster is None:
        staff = {"absence": absent_by_chance(rows, rules, share, intervals)}
    else:
        teams = Teams.of([(queue.name, queue.team) for queue in judged])
        staff = rostered(roster, teams, absence_shares(rows, rules, share))
        open_days = {queue.name: set(days[queue.contacts > 0].tolist()) for queue in judged}
        told = roster_notes(roster, teams, open_days, days, interval_s)
        notes = pd.concat([notes, told], ignore_index=True)

    def centre(queues: tuple[SimulatedQueue, ...], crew: Staff) -> SimulatedCentre:
        return SimulatedCentre(
            queues=queues,
            groups=crew.groups,
            interval_s=interval_s,
            days=tuple(days.tolist()),
            routing=crew.routing,
        )

    added = [centre(varied, crew) for crew in staff.values()]
    return PlanModel(
        steps=STEPS if roster is None else ROSTER_STEPS,
        centres=(centre(certain, there), centre(varied, there), *added),
        queues=judged,
        starts=starts,
        days=days,
        notes=notes,
        roster=roster,
    )


class _Scope(NamedTuple):
    """What of a plan is simulated: requirement, intervals, rules, roster, and what to say."""

    rows: pd.DataFrame
    starts: pd.DatetimeIndex
    rules: dict[str, StaffingRule]
    roster: Roster | None
    notes: pd.DataFrame


def _scope(plan: PlanTables, roster: Roster | None) -> _Scope:
    """Take the whole plan, or with a roster the weeks it is for."""
    rules = plan.scenario.staffing_rules(channels_of(plan.requirement))
    rows, notes = simulated_rows(plan), queue_notes(plan)
    starts = intervals_of(rows, plan.interval_min)
    interval_s = 60.0 * plan.interval_min
    part = slice(0, len(starts))
    if roster is not None:
        part = _rostered_weeks(roster, starts, interval_s)
    if roster is None or part == slice(0, len(starts)):
        return _Scope(rows, starts, rules, roster, notes)
    rows = rows[rows["place"].between(part.start, part.stop - 1)]
    if rows.empty:
        raise NothingToVerify
    if part.start:  # what was open when the plan began is done by then
        rules = {name: replace(rule, opening_backlog=0.0) for name, rule in rules.items()}
    kept = starts[part]
    found = f"{kept[0]:%Y-%m-%d} – {kept[-1]:%Y-%m-%d}"
    note = pd.DataFrame([("", "days_not_rostered", found)], columns=notes.columns)
    return _Scope(
        rows.assign(place=rows["place"] - part.start),
        kept,
        rules,
        roster.between(part.start * interval_s, part.stop * interval_s),
        pd.concat([notes, note], ignore_index=True),
    )


def _varied(queue: SimulatedQueue, plan: PlanTables) -> SimulatedQueue:
    """Make the volume of a queue as uncertain as its forecast."""
    rows = plan.requirement[plan.requirement["queue"] == queue.name]
    variation = queue_variation(rows, plan.totals)._asdict()
    return replace(queue, arrivals=replace(queue.arrivals, **variation))


def _days_of(starts: pd.DatetimeIndex) -> NDArray[np.int64]:
    """Day of each interval, from 0."""
    return pd.factorize(starts.tz_localize(None).normalize())[0].astype(np.int64)


def _rostered_weeks(roster: Roster, starts: pd.DatetimeIndex, interval_s: float) -> slice:
    """Return the intervals of the plan's weeks in which somebody is rostered.

    Whole weeks: a day without people among days with them is the roster's own gap, and simulated.
    """
    weeks = _days_of(starts) // 7
    begun = [shift.start_s // interval_s for agent in roster.agents for shift in agent.shifts]
    places = np.array([min(begun), max(begun)], dtype=np.int64)
    first, last = weeks[places]
    start, stop = np.searchsorted(weeks, [first, last + 1])
    return slice(int(start), int(stop))
