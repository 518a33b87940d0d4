"""The tables of a verified plan: promised and simulated service levels, reasons, and chances."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from planner.verify_model import ROSTER_STEPS, PlanModel
from staffing.simulate.confidence import Estimate, proportion, ratio_difference, share

PERIODS = ("interval", "day", "week", "month", "plan")
AGREES, IN_TEAM, CARRIED_OVER = "agrees", "team", "carry_over"
REASONS = (AGREES, *ROSTER_STEPS, IN_TEAM, CARRIED_OVER)
PROMISED, SIMULATED = "promised", "simulated"
SEEN = 0.01
"""A difference of the service level below this is not told [1]."""
LEFT_WAITING = 0.5
"""Contacts that wait when an interval begins, beyond those the formula knows, to be told."""

Numbers = NDArray[np.float64]


class Counts(NamedTuple):
    """Contacts served in time, those that count, and those that wait at each interval's end.

    All of shape (replications, queues, intervals).
    """

    kept: NDArray[np.int32]
    of: NDArray[np.int32]
    waiting: NDArray[np.int32]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Verification:
    """A plan's simulations.

    Attributes
    ----------
    model : PlanModel
        What was simulated; its `notes` say what was left out.
    counts : tuple of Counts
        One for each of the model's steps; the last has everything in it.
    people_s : array, shape (2, people)
        Seconds on the phones and busy of everybody in the last step, over all replications.
    """

    model: PlanModel
    counts: tuple[Counts, ...]
    people_s: Numbers

    @property
    def replications(self) -> int:
        """How many there are."""
        return len(self.counts[0].of)

    def with_lot(self, lot: tuple[Counts, ...], people_s: Numbers) -> Verification:
        """Return this with more replications."""
        joined = tuple(
            Counts(*(np.concatenate(pair) for pair in zip(old, new, strict=True)))
            for old, new in zip(self.counts, lot, strict=True)
        )
        return replace(self, counts=joined, people_s=self.people_s + people_s)

    def half_width(self) -> float:
        """Half the 95 % interval of the service level of the queue whose is widest."""
        widths = proportion(*self._totals(-1, "plan")).half_width
        return float(np.nanmax(np.nan_to_num(widths, nan=0.0)))

    def periods(self, by: str) -> pd.DataFrame:
        """Promise and simulation of every queue and period.

        Parameters
        ----------
        by : {"interval", "day", "week", "month", "plan"}
            Weeks are those of the plan, from its first day; months are the calendar's, the first
            and the last as far as the plan has them.

        Returns
        -------
        DataFrame
            queue, channel, start, contacts (expected), target, promised, simulated, low and high
            (95 %), chance that the period meets its target with chance_low and chance_high, and
            reason: "agrees" within `SEEN` of the interval; else the step that moves the service
            level most in the direction in which the two part. Of what the formula leaves out,
            "carry_over" are contacts still waiting from the interval before, "team" the other
            queues of a team. Periods without contacts expected have no row.
        """
        promised, contacts = self._promised(by)
        final = proportion(*self._totals(-1, by))
        moves = np.stack([move.value for move in self._moves(by, promised)])
        chance = share(self._met(by).sum(axis=0).astype(np.float64), self.replications)
        target = np.array([queue.target for queue in self.model.queues])[:, np.newaxis]
        chances = [np.where(np.isnan(target), np.nan, part) for part in chance]
        queues, many = promised.shape
        starts = self.model.starts[self._edges(by)]
        table = pd.DataFrame(
            {
                "queue": np.repeat([queue.name for queue in self.model.queues], many),
                "channel": np.repeat([queue.channel for queue in self.model.queues], many),
                "start": np.tile(starts, queues),
                "contacts": contacts.ravel(),
                "target": np.repeat(target, many),
                PROMISED: promised.ravel(),
                SIMULATED: final.value.ravel(),
                "low": final.low.ravel(),
                "high": final.high.ravel(),
                "chance": chances[0].ravel(),
                "chance_low": chances[1].ravel(),
                "chance_high": chances[2].ravel(),
                "reason": self._reasons(by, promised, final, moves).ravel(),
            }
        )
        table["start"] = pd.DatetimeIndex(table["start"], tz=self.model.starts.tz)
        return table[table["contacts"] > 0].reset_index(drop=True)

    def steps(self) -> pd.DataFrame:
        """From promise to simulation of the whole plan, step by step.

        Returns
        -------
        DataFrame
            queue, step ("promised", those of the model, "simulated"), value (a service level, or by
            how much a step moves it), low and high (95 %; a promise is as it is).
        """
        promised, _ = self._promised("plan")
        exact = Estimate(promised, promised, promised)
        moves = zip(self.model.steps, self._moves("plan", promised), strict=True)
        parts = {PROMISED: exact, **dict(moves)}
        parts[SIMULATED] = proportion(*self._totals(-1, "plan"))
        return pd.DataFrame(
            [
                (queue.name, step, *(float(part[number, 0]) for part in found))
                for number, queue in enumerate(self.model.queues)
                for step, found in parts.items()
            ],
            columns=["queue", "step", "value", "low", "high"],
        )

    @property
    def chance_periods(self) -> tuple[str, ...]:
        """Periods that `chances` has; months only if the plan has a whole one."""
        return tuple(by for by in PERIODS[1:] if self._whole(by).any())

    def chances(self) -> pd.DataFrame:
        """Probability that a day, a week, a month and the plan of each queue meet their target.

        Returns
        -------
        DataFrame
            queue, period, chance, low, high (95 %); the mean over the days, weeks and months with
            contacts. Months count that the plan has from their first day to their last. Queues
            without a target have no row.
        """
        rows = []
        for by in self.chance_periods:
            met = self._met(by)
            _, contacts = self._promised(by)
            for number, queue in enumerate(self.model.queues):
                open_ = (contacts[number] > 0) & self._whole(by)
                if np.isnan(queue.target) or not open_.any():
                    continue
                hits = met[:, number, open_]
                if by == "plan":
                    found = share(hits.sum(axis=0).astype(np.float64), self.replications)
                    parts = [float(part[0]) for part in found]
                else:
                    of = np.full(len(hits), float(open_.sum()))
                    parts = [float(part) for part in proportion(hits.sum(axis=1), of)]
                rows.append((queue.name, by, *parts))
        return pd.DataFrame(rows, columns=["queue", "period", "chance", "low", "high"])

    def day_levels(self, queue: str) -> Numbers:
        """Service level of every simulated day of a queue on which somebody came."""
        kept, of = (total[:, self._number(queue)] for total in self._totals(-1, "day"))
        came = of > 0
        levels: Numbers = kept[came] / of[came]
        return levels

    def _number(self, queue: str) -> int:
        return [each.name for each in self.model.queues].index(queue)

    def _edges(self, by: str) -> NDArray[np.int64]:
        """First interval of each period."""
        days = self.model.days
        if by == "interval":
            return np.arange(days.size)
        if by == "plan":
            return np.zeros(1, dtype=np.int64)
        number = {"day": days, "week": days // 7, "month": self._months()}[by]
        return np.searchsorted(number, np.arange(number[-1] + 1))

    def _months(self) -> NDArray[np.int64]:
        """Calendar month of each interval, from 0."""
        months = 12 * self.model.starts.year + self.model.starts.month
        return np.asarray(months - months[0], dtype=np.int64)

    def _whole(self, by: str) -> NDArray[np.bool_]:
        """Mark the periods of which the plan has every day."""
        edges = self._edges(by)
        if by != "month":
            return np.ones(edges.size, dtype=bool)
        starts = self.model.starts
        last = starts[np.append(edges[1:], len(starts)) - 1]
        return np.asarray((starts[edges].day == 1) & last.is_month_end)

    def _totals(self, step: int, by: str) -> tuple[Numbers, Numbers]:
        edges = self._edges(by)
        kept, of = (
            np.add.reduceat(count.astype(np.float64), edges, axis=-1)
            for count in self.counts[step][:2]
        )
        return kept, of

    def _met(self, by: str) -> NDArray[np.bool_]:
        kept, of = self._totals(-1, by)
        target = np.array([queue.target for queue in self.model.queues])[:, np.newaxis]
        met: NDArray[np.bool_] = kept >= target * of - 1e-9
        return met

    def _promised(self, by: str) -> tuple[Numbers, Numbers]:
        """Service level promised, weighted by contacts, and contacts; shape (queues, periods)."""
        levels = np.stack([queue.promised for queue in self.model.queues])
        contacts = np.stack([queue.contacts for queue in self.model.queues])
        weights = np.where(np.isnan(levels), 0.0, contacts)
        edges = self._edges(by)
        sums = [
            np.add.reduceat(each, edges, axis=-1)
            for each in (weights * np.nan_to_num(levels), weights, contacts)
        ]
        known = np.where(sums[1] > 0, sums[1], np.nan)
        return sums[0] / known, sums[2]

    def _moves(self, by: str, promised: Numbers) -> list[Estimate]:
        """By how much each step moves the service level."""
        totals = [self._totals(step, by) for step in range(len(self.counts))]
        first = proportion(*totals[0])
        moves = [Estimate(*(part - promised for part in first))]
        for before, after in pairwise(totals):
            kept, of = zip(after, before, strict=True)
            moves.append(ratio_difference(kept, of))
        return moves

    def _reasons(
        self, by: str, promised: Numbers, final: Estimate, moves: Numbers
    ) -> NDArray[np.object_]:
        towards = np.sign(final.value - promised) * np.nan_to_num(moves)
        steps = np.array(self.model.steps, dtype=object)
        names = steps[towards.argmax(axis=0)]
        together = self._queues_of_teams()[:, np.newaxis] > 1
        left_out = names == steps[0]
        names = np.where(left_out & together, IN_TEAM, names)
        names = np.where(left_out & (moves[0] < 0) & self._carried_over(by), CARRIED_OVER, names)
        apart = (promised < final.low - SEEN) | (promised > final.high + SEEN)
        return np.where(apart, names, AGREES).astype(object)

    def _carried_over(self, by: str) -> NDArray[np.bool_]:
        """Mark periods in which most contacts meet a queue left by the interval before.

        It is what waits at the end of the interval before, with the expected volume, beyond what
        that interval's formula says.
        """
        known = np.stack([queue.waiting for queue in self.model.queues])
        contacts = np.stack([queue.contacts for queue in self.model.queues])
        beyond = self.counts[0].waiting.mean(axis=0) - np.nan_to_num(known)
        before = np.concatenate([np.zeros_like(beyond[:, :1]), beyond[:, :-1]], axis=1)
        met = np.where(before > LEFT_WAITING, contacts, 0.0)
        edges = self._edges(by)
        of_met, of_all = (np.add.reduceat(part, edges, axis=-1) for part in (met, contacts))
        carried: NDArray[np.bool_] = of_met > of_all / 2
        return carried

    def _queues_of_teams(self) -> NDArray[np.int64]:
        teams = [queue.team for queue in self.model.queues]
        return np.array([teams.count(team) for team in teams])
