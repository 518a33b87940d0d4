"""What a simulation gives: tidy tables by replication, and measures with their intervals."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from staffing.arrays import checked
from staffing.simulate.confidence import Estimate, proportion, ratio, ratio_difference, share
from staffing.simulate.layout import QUANTILES, days_of
from staffing.simulate.records import TALLY

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from staffing.simulate.centre import SimulatedCentre
    from staffing.simulate.records import Answers

    Numbers = NDArray[np.float64]

MEASURES = {
    "service_level": ("in_target", "offered"),
    "abandonment": ("abandoned", "offered"),
    "blocking": ("blocked", "offered"),
    "p_wait": ("delayed", "offered"),
    "asa_s": ("left_queue_after_s", "left_queue"),
    "asa_answered_s": ("wait_s", "answered"),
    "mean_queue": ("queue_s", "time_s"),
    "deadline_misses": ("deadline_misses", "offered"),
}
"""Measures of a queue as the product defines them: one total over another."""

SHARES = ("service_level", "abandonment", "blocking", "p_wait", "deadline_misses")
"""Those that are a share of contacts."""

DEFINITIONS = {
    "offered": ("in_target", "offered"),
    "answered": ("in_target", "answered"),
    "offered_less_abandoned": ("in_target", "offered_less_abandoned"),
    "left_queue": ("left_in_target", "offered"),
}
"""Service levels a day's records can tell, see `staffing.service_level`."""

_SUMS = {
    "offered_less_abandoned": ("offered", -1.0, "abandoned_in_target"),
    "left_in_target": ("in_target", 1.0, "abandoned_in_target"),
    "left_queue": ("answered", 1.0, "abandoned"),
    "left_queue_after_s": ("wait_s", 1.0, "abandoned_wait_s"),
}

PERIODS = ("interval", "day", "all")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Simulation:
    """Replications of one centre.

    Counts belong to the interval in which the contact was offered, `backlog` (waiting at its end),
    `queue_s` (waiting, contacts times seconds) and agents' time to the interval itself.
    """

    centre: SimulatedCentre
    seed: int
    answers: Answers

    @property
    def replications(self) -> int:
        """How many there are."""
        return len(self.answers.tally)

    def queues(self, by: str = "day") -> pd.DataFrame:
        """One row a replication, queue and interval, day, or all of the time.

        Columns: replication, queue, channel, the period; first_attempts, offered, answered,
        finished, abandoned, blocked, called_back, closed, left_over, delayed, in_target,
        abandoned_in_target, deadline_misses; backlog at the period's end; wait_s and
        abandoned_wait_s (summed, of those answered and of those who gave up) and queue_s; then
        service_level, asa_s (mean wait until answered or given up) and asa_answered_s; by day
        also quantiles of the waits of those answered [s].
        """
        columns = {name: self._total(name, by) for name in TALLY.names or ()}
        with np.errstate(divide="ignore", invalid="ignore"):
            for measure in ("service_level", "asa_s", "asa_answered_s"):
                above, below = self.totals(measure, by=by)
                columns[measure] = above / below
        if by == "day":
            for place, quantile in enumerate(QUANTILES):
                columns[f"wait_q{quantile:g}_s"] = self.answers.waits[..., place]
        return self._frame(self._names(), columns, by)

    def groups(self, by: str = "day") -> pd.DataFrame:
        """One row a replication, group and period: on_s and busy_s, agents' seconds; occupancy."""
        on_s, busy_s = (self._by(self.answers.crews[name], by) for name in ("on_s", "busy_s"))
        columns = _with_occupancy(on_s, busy_s)
        return self._frame({"group": [group.name for group in self.centre.groups]}, columns, by)

    def agents(self) -> pd.DataFrame:
        """One row a replication, agent and day: on_s and busy_s [s], and occupancy."""
        people = [(group.name, name) for group in self.centre.groups for name in group.names()]
        columns = _with_occupancy(self.answers.people["on_s"], self.answers.people["busy_s"])
        names: dict[str, list[str]] = {
            "group": [group for group, _ in people],
            "agent": [name for _, name in people],
        }
        return self._frame(names, columns, "day")

    def summary(self, by: str = "all", confidence: float = 0.95) -> pd.DataFrame:
        """Every measure of every queue with its interval of confidence.

        One row a queue and period; value and ends of service_level, asa_s, asa_answered_s,
        abandonment, blocking, p_wait and deadline_misses, as `service_level`, `service_level_low`,
        `service_level_high` and so on. Each is a ratio of totals over the replications.
        """
        columns: dict[str, Numbers] = {}
        for measure in MEASURES:
            columns |= _named(measure, self.measure(measure, by=by, confidence=confidence))
        return self._frame(
            self._names(), {name: value[None] for name, value in columns.items()}, by
        ).drop(columns="replication")

    def measure(
        self,
        measure: str = "service_level",
        *,
        by: str = "all",
        confidence: float = 0.95,
        definition: str = "offered",
    ) -> Estimate:
        """One measure with its interval, shape (queues, periods).

        Parameters
        ----------
        measure : str
            service_level, asa_s, asa_answered_s, abandonment, blocking, p_wait, mean_queue
            or deadline_misses.
        by : {"all", "day", "interval"}
        confidence : float
            In (0, 1).
        definition : {"offered", "answered", "offered_less_abandoned", "left_queue"}
            Who counts in the service level.

        Raises
        ------
        ValueError
            Where the simulation has no such measure, period or definition.
        """
        above, below = self.totals(measure, by=by, definition=definition)
        return (proportion if measure in SHARES else ratio)(above, below, confidence)

    def totals(
        self, measure: str = "service_level", *, by: str = "all", definition: str = "offered"
    ) -> tuple[Numbers, Numbers]:
        """Give the two totals whose ratio is a measure, shape (replications, queues, periods) each.

        Parameters are those of `measure`.

        Raises
        ------
        ValueError
            Where the simulation has no such measure, period or definition.
        """
        if measure not in MEASURES:
            raise ValueError(f"measure = {measure!r}; must be one of {', '.join(MEASURES)}")
        if definition not in DEFINITIONS:
            raise ValueError(
                f"definition = {definition!r}; must be one of {', '.join(DEFINITIONS)}"
            )
        names = DEFINITIONS[definition] if measure == "service_level" else MEASURES[measure]
        above, below = (self._total(name, by) for name in names)
        return above, below

    def occupancy(self, *, by: str = "all", confidence: float = 0.95) -> Estimate:
        """Share of their time at work agents have a contact open, shape (groups, periods)."""
        on_s, busy_s = (self._by(self.answers.crews[name], by) for name in ("on_s", "busy_s"))
        return ratio(busy_s, on_s, confidence)

    def minus(
        self,
        other: Simulation,
        measure: str = "service_level",
        *,
        by: str = "all",
        confidence: float = 0.95,
        definition: str = "offered",
    ) -> Estimate:
        """By how much a measure is greater here than in another simulation of the same seed.

        Replication by replication, so that what both share, the customers, falls out.

        Raises
        ------
        ValueError
            Where the two have other seeds, replications or queues.
        """
        mine = (self.seed, self.replications, [queue.name for queue in self.centre.queues])
        theirs = (other.seed, other.replications, [queue.name for queue in other.centre.queues])
        if mine != theirs:
            raise ValueError(f"seed, replications and queues are {mine} and {theirs}; must agree")
        both = [each.totals(measure, by=by, definition=definition) for each in (self, other)]
        above, below = zip(*both, strict=True)
        return ratio_difference(above, below, confidence)

    def share_on_target(
        self, service_level: float, *, by: str = "day", confidence: float = 0.95
    ) -> Estimate:
        """Probability that a period reaches this service level, shape (queues, periods).

        A period without contacts does.
        """
        checked("service_level", service_level, "[0, 1]")
        above, below = self.totals(by=by)
        met = (above >= service_level * below - 1e-9).sum(axis=0)
        return share(met, self.replications, confidence)

    def service_level_half_width(self) -> float:
        """Half the 95 % interval of the service level of the queue whose is widest."""
        found = self.measure().half_width
        return float(np.nanmax(np.where(np.isnan(found), np.inf, found)))

    def events(self) -> int:
        """Arrivals, starts, ends and abandonments, summed over everything."""
        names = ("offered", "answered", "finished", "abandoned")
        return int(sum(self.answers.tally[name].sum(dtype=np.int64) for name in names))

    def _total(self, name: str, by: str) -> Numbers:
        if name in _SUMS:
            first, sign, second = _SUMS[name]
            return self._total(first, by) + sign * self._total(second, by)
        if name == "time_s":
            time_s = np.full(self.answers.tally.shape, self.centre.interval_s)
            return self._by(time_s, by)
        if name == "backlog":
            return self._last(self.answers.tally[name], by)
        return self._by(self.answers.tally[name], by)

    def _by(self, values: np.ndarray, by: str) -> Numbers:
        if by not in PERIODS:
            raise ValueError(f"by = {by!r}; must be one of {', '.join(PERIODS)}")
        numbers = values.astype(np.float64)
        if by == "interval":
            return numbers
        return np.asarray(np.add.reduceat(numbers, self._starts(by), axis=-1))

    def _last(self, values: np.ndarray, by: str) -> Numbers:
        if by == "interval":
            return values.astype(np.float64)
        ends = np.append(self._starts(by)[1:], values.shape[-1]) - 1
        return np.asarray(values[..., ends].astype(np.float64))

    def _starts(self, by: str) -> NDArray[np.int64]:
        days = days_of(self.centre)
        return np.searchsorted(days, np.arange(days[-1] + 1)) if by == "day" else np.array([0])

    def _names(self) -> dict[str, list[str]]:
        return {
            "queue": [queue.name for queue in self.centre.queues],
            "channel": [queue.channel for queue in self.centre.queues],
        }

    def _frame(
        self, names: dict[str, list[str]], columns: dict[str, Numbers], by: str
    ) -> pd.DataFrame:
        first = next(iter(columns.values()))
        many, things, periods = first.shape
        table: dict[str, object] = {"replication": np.repeat(np.arange(many), things * periods)}
        for name, values in names.items():
            table[name] = np.tile(np.repeat(np.array(values, dtype=object), periods), many)
        if by != "all":
            table[by] = np.tile(np.arange(periods), many * things)
        return pd.DataFrame(table | {name: each.ravel() for name, each in columns.items()})


def _with_occupancy(on_s: Numbers, busy_s: Numbers) -> dict[str, Numbers]:
    with np.errstate(divide="ignore", invalid="ignore"):
        return {"on_s": on_s, "busy_s": busy_s, "occupancy": busy_s / on_s}


def _named(measure: str, found: Estimate) -> dict[str, Numbers]:
    return {measure: found.value, f"{measure}_low": found.low, f"{measure}_high": found.high}
