"""Staffings tried under common random numbers, each of them once, and how they keep the targets."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from staffing.simulate.centre import SimulatedCentre
from staffing.simulate.replications import simulate_centre

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from staffing.simulate.confidence import Estimate
    from staffing.simulate.queues import SimulatedQueue
    from staffing.simulate.skills import QueueTarget, SkillGroup

    Numbers = NDArray[np.float64]

Crew = tuple[int, ...]
"""Agents of each group."""

HIGHER_IS_BETTER = "service_level"


class Promise(NamedTuple):
    """One measure of one queue, and its bound."""

    queue: int
    measure: str
    bound: float

    @property
    def sign(self) -> float:
        """Whether more of the measure is better, 1, or worse, -1."""
        return 1.0 if self.measure == HIGHER_IS_BETTER else -1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Trials:
    """One set of customers, to whom one staffing after another is shown."""

    queues: tuple[SimulatedQueue, ...]
    groups: tuple[SkillGroup, ...]
    targets: dict[str, QueueTarget]
    interval_s: float
    warm_up: int
    routing: str
    replications: int
    seed: int
    threads: int | None
    progress: Callable[[int], None] | None
    margins: dict[Crew, Numbers] = field(default_factory=dict)
    count: list[int] = field(default_factory=lambda: [0])

    @property
    def promises(self) -> list[Promise]:
        """Every promise, by queue."""
        return [
            Promise(number, measure, bound)
            for number, queue in enumerate(self.queues)
            for measure, bound in self.targets[queue.name].promises().items()
        ]

    @property
    def costs(self) -> Numbers:
        """Cost per hour of an agent of each group."""
        return np.array([group.cost_per_hour for group in self.groups])

    @property
    def most(self) -> Numbers:
        """Most agents of each group."""
        caps = [np.inf if each.most_agents is None else each.most_agents for each in self.groups]
        return np.array(caps)

    def cost(self, crew: Crew) -> float:
        """Cost per hour of everybody."""
        return float(self.costs @ np.array(crew))

    def margin(self, crew: Crew) -> Numbers:
        """By how much each promise is kept, below 0 where it is broken."""
        if crew not in self.margins:
            self.margins[crew] = self._margin(crew)
        return self.margins[crew]

    def keeps(self, crew: Crew) -> bool:
        """Whether every promise is kept."""
        return bool((self.margin(crew) >= 0).all())

    def slack(self, crew: Crew) -> float:
        """By what share of its bound the promise nearest to its bound is kept."""
        bounds = np.array([promise.bound for promise in self.promises])
        return float((self.margin(crew) / bounds).min())

    def levels(self, crew: Crew) -> list[Estimate]:
        """Simulate what is promised, each with its interval, values of shape ()."""
        self.count[0] += 1
        if self.progress is not None:
            self.progress(self.count[0])
        intervals = len(self.queues[0].arrivals.contacts)
        # What is left out is a day of its own, so that the last day is what counts.
        left_out = (0,) * self.warm_up + (1,) * (intervals - self.warm_up)
        groups = zip(self.groups, crew, strict=True)
        centre = SimulatedCentre(
            queues=self.queues,
            groups=tuple(group.of(agents) for group, agents in groups),
            interval_s=self.interval_s,
            days=left_out if self.warm_up else (),
            routing=self.routing,
        )
        found = simulate_centre(
            centre, replications=self.replications, seed=self.seed, threads=self.threads
        )
        by = "day" if self.warm_up else "all"
        kinds = {(each.measure, self._definition(each)) for each in self.promises}
        measured = {
            (name, definition): found.measure(name, by=by, definition=definition)
            for name, definition in kinds
        }
        return [
            type(each)(*(part[promise.queue, -1] for part in each))
            for promise in self.promises
            for each in (measured[promise.measure, self._definition(promise)],)
        ]

    def only(self, queues: list[int], pool: SkillGroup) -> Trials:
        """Give the same customers of some of the queues to one team."""
        return replace(
            self,
            queues=tuple(self.queues[number] for number in queues),
            groups=(pool,),
            margins={},
        )

    def _definition(self, promise: Promise) -> str:
        return self.targets[self.queues[promise.queue].name].definition

    def _margin(self, crew: Crew) -> Numbers:
        margins = []
        for promise, level in zip(self.promises, self.levels(crew), strict=True):
            margin = promise.sign * (float(level.value) - promise.bound)
            margins.append(margin if np.isfinite(margin) else self._unmeasured(promise))
        return np.array(margins)

    def _unmeasured(self, promise: Promise) -> float:
        """Nobody came, or those who came never left the queue."""
        came = sum(self.queues[promise.queue].arrivals.contacts[self.warm_up :]) > 0
        horizon_s = len(self.queues[0].arrivals.contacts) * self.interval_s
        return -horizon_s if came and promise.measure == "asa_s" else 0.0
