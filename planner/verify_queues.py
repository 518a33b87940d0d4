"""The queues of a plan: which of them can be simulated, what comes to them, what they promise."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from planner.centre import channels_of
from planner.scenario import Scenario
from staffing import Arrivals, Duration, SimulatedQueue
from staffing.rules import BOT_CHANNELS, DEFERRABLE_CHANNELS, ServiceTarget, StaffingRule
from staffing.simulate.results import DEFINITIONS

LEFT_OUT = frozenset({"bot", "dialler"})
_CALLS, _WORK, _LIST = range(3)  # who is served first in a team

Numbers = NDArray[np.float64]


class NothingToVerify(ValueError):  # noqa: N818 - named for what the plan holds
    """A plan without a queue that people serve and that can be simulated."""

    def __init__(self) -> None:
        super().__init__("the plan has no queue that can be simulated")
        self.code = "nothing_to_verify"


class PlanTables(Protocol):
    """What a plan in memory and one read back from its folder have in common."""

    @property
    def scenario(self) -> Scenario:
        """Every assumption."""

    @property
    def interval_min(self) -> int:
        """Length of the intervals [min]."""

    @property
    def requirement(self) -> pd.DataFrame:
        """Demand with its quantiles, and the agents, of every queue and open interval."""

    @property
    def totals(self) -> pd.DataFrame:
        """Contacts of days, with quantiles of their own."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class JudgedQueue:
    """One queue of a plan and what it promises.

    Attributes
    ----------
    name, channel, team : str
    target : float
        Service level that keeps a period's promise [1]; NaN if none is promised.
    by_deadline : bool
        Whether the service level is the share of work that meets its deadline.
    definition : str
        Who counts in the service level otherwise.
    contacts, promised, waiting : array, shape (intervals,)
        Expected contacts, the formula's service level, and the contacts that wait at any moment
        according to it (both NaN where it has none).
    """

    name: str
    channel: str
    team: str
    target: float
    by_deadline: bool
    definition: str
    contacts: Numbers
    promised: Numbers
    waiting: Numbers


def simulated_rows(plan: PlanTables) -> pd.DataFrame:
    """Return the requirement of the queues that people serve, `place` numbering its intervals.

    Raises
    ------
    NothingToVerify
        If there is none.
    """
    notes = queue_notes(plan)
    out = set(notes.loc[notes["code"].isin(LEFT_OUT), "queue"])
    rows = plan.requirement[~plan.requirement["queue"].isin(out)]
    if rows.empty:
        raise NothingToVerify
    since_first = rows["interval_start"] - rows["interval_start"].min()
    return rows.assign(place=since_first // pd.Timedelta(minutes=plan.interval_min))


def intervals_of(rows: pd.DataFrame, interval_min: int) -> pd.DatetimeIndex:
    """Return the start of every interval that is simulated, closed ones too.

    Parameters
    ----------
    rows : DataFrame
        From `simulated_rows`.
    interval_min : int
        Length of the intervals [min].
    """
    step = pd.Timedelta(minutes=interval_min)
    many = int(rows["place"].max()) + 1
    return pd.date_range(rows["interval_start"].min(), periods=many, freq=step)


def queue_notes(plan: PlanTables) -> pd.DataFrame:
    """List what is left out or simulated otherwise than planned: queue, code, and found ("")."""
    rules = plan.scenario.staffing_rules(channels_of(plan.requirement))
    found = []
    for queue, channel in channels_of(plan.requirement).items():
        rule = rules[queue]
        if channel in BOT_CHANNELS:
            found.append((queue, "bot"))
        elif rule.pacing == "dialler":
            found.append((queue, "dialler"))
        elif channel in DEFERRABLE_CHANNELS:
            found.append((queue, "list" if rule.pacing else "deadline_target"))
        elif rule.target.service_level is None:
            found.append((queue, "no_target"))
        elif rule.target.definition not in DEFINITIONS:
            found.append((queue, "definition"))
        if rule.concurrency != int(rule.concurrency):
            found.append((queue, "concurrency_rounded"))
    return pd.DataFrame(found, columns=["queue", "code"]).assign(found="")


def simulated_queue(
    name: str,
    rows: pd.DataFrame,
    rule: StaffingRule,
    intervals: int,
    interval_s: float,
    handling_cv: float,
) -> SimulatedQueue:
    """Make a queue whose contacts are those expected."""
    place = rows["place"].to_numpy()
    contacts = placed(rows, "contacts", intervals)
    known = rows["aht_s"].where(rows["contacts"] > 0)
    mean_s = float((known * rows["contacts"]).sum() / max(rows["contacts"].sum(), 1e-9)) or 300.0
    aht_s = np.full(intervals, mean_s)
    aht_s[place] = known.where(known > 0).fillna(mean_s)
    channel = str(rows["channel"].iloc[0])
    defers = channel in DEFERRABLE_CHANNELS
    staffed = place[rows["staffed"].to_numpy()] if defers and "staffed" in rows else place
    opening = _windows(staffed, interval_s)
    deadline_h = rule.deadline_h
    if defers:
        contacts[place[0]] += rule.opening_backlog
    if rule.pacing is not None:
        # The whole list is there when its window begins, and has until its end.
        contacts[place[0]], contacts[place[1:]] = contacts.sum(), 0.0
        deadline_h = sum(end - start for start, end in opening) / 3600.0
    law = Duration.lognormal(mean_s, cv=handling_cv) if handling_cv else Duration.fixed(mean_s)
    return SimulatedQueue(
        name=name,
        channel=channel,
        arrivals=Arrivals(contacts=tuple(contacts.tolist())),
        handling=law,
        aht_by_interval_s=tuple(aht_s.tolist()),
        patience=None if rule.patience_s is None else Duration.exponential(rule.patience_s),
        redial_probability=rule.redial_probability,
        within_s=rule.target.within_s or 20.0,
        priority=_LIST if rule.pacing else _WORK if defers else _CALLS,
        concurrency=int(rule.concurrency),
        aht_by_concurrency=rule.aht_by_concurrency,
        deadline_h=deadline_h if defers else None,
        opening=opening,
        at_close="carry_over" if defers else "drop",
    )


def judged_queue(
    name: str, rows: pd.DataFrame, plan: PlanTables, rule: StaffingRule, intervals: int
) -> JudgedQueue:
    """Tell what a queue promises."""
    channel = str(rows["channel"].iloc[0])
    defers = channel in DEFERRABLE_CHANNELS
    promise = plan.scenario.promise(name, channel)
    stated = promise.on_time if defers else rule.target.service_level
    promised = np.full(intervals, np.nan)
    promised[rows["place"]] = rows["service_level"]
    # Little's law, L = lambda W (Operations Research 9(3), 1961).
    waiting = np.full(intervals, np.nan)
    waiting[rows["place"]] = rows["contacts"] * rows["asa_s"] / (60.0 * plan.interval_min)
    return JudgedQueue(
        name=name,
        channel=channel,
        team=str(rows["team"].iloc[0]),
        target=np.nan if stated is None else stated,
        by_deadline=defers,
        definition=simulated_definition(rule.target),
        contacts=placed(rows, "contacts", intervals),
        promised=promised,
        waiting=waiting,
    )


def simulated_definition(target: ServiceTarget) -> str:
    """Say who counts in a simulated service level: the plan's own definition if it can be observed.

    What a customer who never gives up would meet cannot, and is never less than what those offered
    meet.
    """
    return target.definition if target.definition in DEFINITIONS else "offered"


def placed(rows: pd.DataFrame, column: str, intervals: int) -> Numbers:
    """Put a column on the grid of intervals, summed where several queues have a row."""
    placed = np.bincount(rows["place"], weights=rows[column].fillna(0.0), minlength=intervals)
    return placed.astype(np.float64)


def _windows(place: NDArray[np.int64], interval_s: float) -> tuple[tuple[float, float], ...]:
    """Join intervals that follow one another."""
    if not place.size:
        return ()
    ends = np.flatnonzero(np.diff(place) > 1)
    first = place[np.r_[0, ends + 1]]
    last = place[np.r_[ends, place.size - 1]] + 1
    return tuple(zip((first * interval_s).tolist(), (last * interval_s).tolist(), strict=True))
