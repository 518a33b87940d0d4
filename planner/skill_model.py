"""Hours of a plan as a centre to be staffed by skill: its queues, what they promise, what it costs.

The agents found are those on the phones, the same for all of the hours; before them the centre
works for an hour at the first interval's pace, so that nobody counts who met an empty centre.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import pandas as pd

from planner.centre import channels_of
from planner.verify_queues import PlanTables, simulated_definition, simulated_queue
from staffing import QueueTarget, SimulatedQueue
from staffing.rules import (
    AGENT_CHANNELS,
    BOT_CHANNELS,
    DEFERRABLE_CHANNELS,
    ServiceTarget,
    StaffingRule,
)

NOTES = (
    *("bot", "dialler", "deferrable", "several_at_once"),
    *("nobody_comes", "assumed_target", "definition"),
)
"""Why a queue of a plan is left out, or that it is given a target or counted otherwise."""

REFUSALS = ("no_calls", "day_not_planned", "hours_unusable", "nobody_comes", "too_many_queues")
MOST_QUEUES = 6
HOURS_MIN = 120
WARM_UP_S = 3600.0
_UNPRICED = 1.0  # what an agent costs where the plan knows no cost: the answer counts agents

Minutes = tuple[int, int]


class SkillsRefused(ValueError):  # noqa: N818 - named for what was asked
    """Hours or queues that cannot be staffed by skill.

    Attributes
    ----------
    code : str
        One of `REFUSALS`.
    found, expected : str
        The value and its bound, free of language.
    """

    def __init__(self, code: str, found: str = "", expected: str = "") -> None:
        super().__init__(f"{code}: got {found}, expected {expected}")
        self.code, self.found, self.expected = code, found, expected


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SkillModel:
    """Queues to be staffed by skill.

    Attributes
    ----------
    queues : tuple of SimulatedQueue
    targets : dict of str to QueueTarget
        Of each queue.
    costs : dict of str to float
        Of an hour of somebody who serves one queue alone.
    currency : str
        Of the costs; "" where they count agents.
    interval_s : float
        Length of an interval [s].
    warm_up : int
        Intervals that come first and do not count.
    start, end : Timestamp, optional
        The hours of the plan; none of queues typed by hand.
    notes : DataFrame
        queue and code, one of `NOTES`.
    """

    queues: tuple[SimulatedQueue, ...]
    targets: dict[str, QueueTarget]
    costs: dict[str, float]
    currency: str
    interval_s: float
    warm_up: int
    start: pd.Timestamp | None
    end: pd.Timestamp | None
    notes: pd.DataFrame

    @property
    def names(self) -> tuple[str, ...]:
        """Of the queues."""
        return tuple(queue.name for queue in self.queues)

    @property
    def load_erlangs(self) -> float:
        """Offered load, the mean over the intervals that count [Erlang]."""
        return sum(self._work_s(queue) for queue in self.queues) / self._counted_s

    def mean_contacts(self, queue: SimulatedQueue) -> float:
        """Average the contacts of the intervals that count."""
        counted = queue.arrivals.contacts[self.warm_up :]
        return sum(counted) / len(counted)

    def mean_aht_s(self, queue: SimulatedQueue) -> float:
        """Average the handling time of the contacts that count [s]."""
        contacts = sum(queue.arrivals.contacts[self.warm_up :])
        return self._work_s(queue) / contacts if contacts else queue.handling.mean_s

    @property
    def _counted_s(self) -> float:
        intervals = len(self.queues[0].arrivals.contacts) - self.warm_up
        return intervals * self.interval_s

    def _work_s(self, queue: SimulatedQueue) -> float:
        every = zip(queue.arrivals.contacts, queue.aht_by_interval_s, strict=True)
        return sum(contacts * aht_s for contacts, aht_s in list(every)[self.warm_up :])


def skill_model(
    plan: PlanTables,
    *,
    day: date | None = None,
    hours: Minutes | None = None,
    handling_cv: float = 1.0,
) -> SkillModel:
    """Make the model of a plan's hours.

    Parameters
    ----------
    plan : PlanTables
        A `Plan`, or a plan of `read_exported`.
    day : date, optional
        The day with the most offered load in its calls if not given.
    hours : (int, int), optional
        From and to [min after local midnight]; the two hours with the most load if not given.
    handling_cv : float
        Standard deviation over mean of the lognormal handling times.

    Raises
    ------
    SkillsRefused
        Without calls in these hours, or with more queues than `MOST_QUEUES`.
    """
    rules = plan.scenario.staffing_rules(channels_of(plan.requirement))
    notes = _left_out(plan.requirement, rules)
    rows = plan.requirement[~plan.requirement["queue"].isin([queue for queue, _ in notes])]
    start, end = busiest_hours(rows, plan.interval_min, day=day, hours=hours)
    rows = rows[(rows["interval_start"] >= start) & (rows["interval_start"] < end)]
    come = rows.groupby("queue", sort=False)["contacts"].sum() > 0
    notes += [(str(queue), "nobody_comes") for queue in come.index[~come]]
    names = [str(queue) for queue in come.index[come]]
    if len(names) > MOST_QUEUES:
        raise SkillsRefused("too_many_queues", str(len(names)), f"<= {MOST_QUEUES}")
    targets = {name: _target(rules[name].target) for name in names}
    notes += [(name, "assumed_target") for name in names if targets[name] is None]
    notes += [
        (name, "definition")
        for name, target in targets.items()
        if target and target.service_level and target.definition != rules[name].target.definition
    ]
    interval_s = 60.0 * plan.interval_min
    warm_up = math.ceil(WARM_UP_S / interval_s)
    many = warm_up + round((end - start).total_seconds() / interval_s)
    place = (rows["interval_start"] - start) // pd.Timedelta(seconds=interval_s)
    rows = _warmed_up(rows.assign(place=place), warm_up)
    priced = all(rules[name].cost_per_hour > 0 for name in names)
    return SkillModel(
        queues=tuple(
            replace(
                simulated_queue(
                    name, rows[rows["queue"] == name], rules[name], many, interval_s, handling_cv
                ),
                # Who waits when the hours end is answered after them.
                opening=(),
                at_close="finish",
            )
            for name in names
        ),
        targets={name: target or QueueTarget() for name, target in targets.items()},
        costs={name: rules[name].cost_per_hour if priced else _UNPRICED for name in names},
        currency=plan.scenario.currency if priced else "",
        interval_s=interval_s,
        warm_up=warm_up,
        start=start,
        end=end,
        notes=pd.DataFrame(notes, columns=["queue", "code"]),
    )


def busiest_hours(
    rows: pd.DataFrame,
    interval_min: int,
    *,
    day: date | None = None,
    hours: Minutes | None = None,
) -> tuple[pd.Timestamp, pd.Timestamp]:
    """Choose the hours with the most offered load.

    Parameters
    ----------
    rows : DataFrame
        Of a requirement: interval_start, contacts, aht_s.
    interval_min : int
        Interval length [min].
    day, hours
        Where they are given, as in `skill_model`; hours as far as the centre is open in them.

    Returns
    -------
    (Timestamp, Timestamp)
        From and to: intervals of one local day.

    Raises
    ------
    SkillsRefused
        If there are none with contacts.
    """
    if rows.empty:
        raise SkillsRefused("no_calls")
    step = pd.Timedelta(minutes=interval_min)
    load = (rows["contacts"] * rows["aht_s"].fillna(0.0)).groupby(rows["interval_start"]).sum()
    if day is not None:
        days = _days(load.index)
        if pd.Timestamp(day) not in days:
            planned = f"{days.min():%Y-%m-%d} – {days.max():%Y-%m-%d}"
            raise SkillsRefused("day_not_planned", str(day), planned)
        load = load[days == pd.Timestamp(day)]
    if hours is not None:
        load = load[_within(load.index, hours)]
    if not load.sum() > 0:
        raise SkillsRefused("nobody_comes", "" if day is None else str(day))
    if hours is not None:
        best = load.groupby(_days(load.index)).sum().idxmax()
        starts = load.index[_days(load.index) == best]
        return starts.min(), starts.max() + step
    many = max(1, HOURS_MIN // interval_min)
    first, last = load.index.min() - (many - 1) * step, load.index.max() + (many - 1) * step
    every = load.reindex(pd.date_range(first, last, freq=step), fill_value=0.0)
    sums = every.rolling(many).sum().shift(1 - many)
    one_day = _days(every.index) == _days(every.index + (many - 1) * step)
    start = sums.index[int(np.nanargmax(sums.where(one_day)))]
    return start, start + many * step


def _within(starts: pd.Index, hours: Minutes) -> pd.Series[bool]:
    begin, end = hours
    if not 0 <= begin < end <= 24 * 60:
        found = " – ".join(f"{minute // 60:02d}:{minute % 60:02d}" for minute in hours)
        raise SkillsRefused("hours_unusable", found, "00:00 – 24:00")
    wall = pd.DatetimeIndex(starts)
    minute = 60 * wall.hour + wall.minute
    return pd.Series((minute >= begin) & (minute < end), index=starts)


def _days(starts: pd.Index) -> pd.DatetimeIndex:
    """Local day of each start."""
    return pd.DatetimeIndex(starts).tz_localize(None).normalize()


def _left_out(
    requirement: pd.DataFrame, rules: Mapping[str, StaffingRule]
) -> list[tuple[str, str]]:
    found = []
    for queue, channel in channels_of(requirement).items():
        if channel in BOT_CHANNELS:
            found.append((queue, "bot"))
        elif rules[queue].pacing == "dialler":
            found.append((queue, "dialler"))
        elif channel in DEFERRABLE_CHANNELS:
            found.append((queue, "deferrable"))
        elif channel not in AGENT_CHANNELS:
            found.append((queue, "several_at_once"))
    return found


def _target(target: ServiceTarget) -> QueueTarget | None:
    """Take over what a search by simulation can keep; None where there is nothing of it."""
    promised = (target.service_level, target.max_asa_s, target.max_abandonment)
    if all(bound is None for bound in promised):
        return None
    return QueueTarget(
        service_level=target.service_level,
        max_asa_s=target.max_asa_s,
        max_abandonment=target.max_abandonment,
        definition=simulated_definition(target),
    )


def _warmed_up(rows: pd.DataFrame, warm_up: int) -> pd.DataFrame:
    """Put the first interval's rows before all, again and again."""
    first = rows[rows["place"] == 0]
    before = [first.assign(place=place) for place in range(warm_up)]
    return pd.concat([*before, rows.assign(place=rows["place"] + warm_up)], ignore_index=True)
