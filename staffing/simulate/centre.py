"""The whole centre that is simulated, and whether its parts fit together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from staffing.arrays import checked
from staffing.simulate.agents import Agent

if TYPE_CHECKING:
    from staffing.simulate.agents import AgentGroup
    from staffing.simulate.queues import SimulatedQueue

ROUTING = ("longest_idle", "preference", "least_skilled")


@dataclass(frozen=True, slots=True, kw_only=True)
class SimulatedCentre:
    """Queues, the groups that serve them, and the time both are looked at.

    Parameters
    ----------
    queues : tuple of SimulatedQueue
        Every one with contacts for the same intervals.
    groups : tuple of AgentGroup
    interval_s : float
        Length of an interval [s].
    days : tuple of int
        Day of each interval, counted from 0 and not falling; 24 hours each if empty.
    routing : {"longest_idle", "preference", "least_skilled"}
        To which idle agent a contact goes: to the one longest idle of all who can; of those whose
        group prefers the queue most; or of those with the fewest skills. An agent who is free
        takes the queue of the lowest `priority`, of these the one most preferred, of these the
        contact that came first.

    Raises
    ------
    ValueError
        Naming what does not fit.
    """

    queues: tuple[SimulatedQueue, ...]
    groups: tuple[AgentGroup, ...]
    interval_s: float = 900.0
    days: tuple[int, ...] = ()
    routing: str = "longest_idle"

    def __post_init__(self) -> None:
        checked("interval_s", self.interval_s, "(0, inf)")
        if self.routing not in ROUTING:
            raise ValueError(f"routing = {self.routing!r}; must be one of {ROUTING}")
        if not self.queues:
            raise ValueError("queues is empty; needs one at least")
        names = [queue.name for queue in self.queues]
        crews = [group.name for group in self.groups]
        for what, given in (("queues", names), ("groups", crews)):
            if len(set(given)) < len(given):
                raise ValueError(f"{what} = {given}; every name must be one of its own")
        for each in self._names_meant():
            if each not in names:
                raise ValueError(f"queue {each!r} is not one of {names}")
        offering = {queue.name for queue in self.queues if queue.callback_queue}
        if rounds := offering & {queue.callback_queue for queue in self.queues}:
            raise ValueError(f"callback_queue = {rounds}; must not offer callbacks itself")
        self._check_lengths()

    @property
    def intervals(self) -> int:
        """Number of intervals."""
        return len(self.queues[0].arrivals.contacts)

    @property
    def horizon_s(self) -> float:
        """End of the last interval [s]."""
        return self.intervals * self.interval_s

    def _names_meant(self) -> list[str]:
        meant = [skill for group in self.groups for skill in group.skills]
        for queue in self.queues:
            meant += [name for name, _ in queue.transfers]
            meant += [queue.callback_queue] if queue.callback_queue else []
        return meant

    def _check_lengths(self) -> None:
        many = self.intervals
        for queue in self.queues:
            rows = [queue.arrivals.contacts, queue.aht_by_interval_s]
            if any(row and len(row) != many for row in rows):
                raise ValueError(f"queue {queue.name!r} must have {many} intervals, as the first")
        for group in self.groups:
            curve = group.agents
            if not isinstance(curve, tuple) or (curve and isinstance(curve[0], Agent)):
                continue
            if len(curve) != many:
                raise ValueError(f"agents of {group.name!r} must be {many}, one an interval")
        days = self.days
        if days and (len(days) != many or days[0] != 0 or list(days) != sorted(days)):
            raise ValueError(f"days = {days}; must be {many} numbers from 0 that do not fall")
