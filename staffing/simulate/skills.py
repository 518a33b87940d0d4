"""What staffing by skill starts from: groups that may be of any size, and promises to keep."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from staffing.arrays import checked
from staffing.simulate.agents import AgentGroup
from staffing.simulate.results import DEFINITIONS

if TYPE_CHECKING:
    from staffing.simulate.agents import Absence, Shift


@dataclass(frozen=True, slots=True, kw_only=True)
class SkillGroup:
    """A group whose number of agents is to be found.

    Parameters
    ----------
    name : str
    skills : tuple of str
        Names of the queues they serve.
    cost_per_hour : float
        Of one agent, above 0.
    most_agents : int, optional
        No more than these can be had.
    preference, shifts, absences
        As in `AgentGroup`.

    Raises
    ------
    ValueError
        Naming the parameter, its value and its bound.
    """

    name: str
    skills: tuple[str, ...]
    cost_per_hour: float = 1.0
    most_agents: int | None = None
    preference: tuple[int, ...] = ()
    shifts: tuple[Shift, ...] = ()
    absences: tuple[Absence, ...] = ()

    def __post_init__(self) -> None:
        checked("cost_per_hour", self.cost_per_hour, "(0, inf)")
        if self.most_agents is not None:
            checked("most_agents", self.most_agents, whole=True)
        self.of(0)  # refuses what a group of agents refuses

    def of(self, agents: int) -> AgentGroup:
        """Make the group with so many agents."""
        return AgentGroup(
            name=self.name,
            skills=self.skills,
            agents=agents,
            preference=self.preference,
            shifts=self.shifts,
            absences=self.absences,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueTarget:
    """What a queue promises over all of the time counted; None is no such target.

    Parameters
    ----------
    service_level : float, optional
        Least share answered within the queue's `within_s`, in (0, 1).
    max_asa_s : float, optional
        Longest mean wait until answered or given up [s].
    max_abandonment : float, optional
        Largest share of those offered who give up, in (0, 1).
    definition : {"offered", "answered", "offered_less_abandoned", "left_queue"}
        Who counts in the service level, as in `Simulation.measure`.

    Raises
    ------
    ValueError
        Naming the parameter, its value and its bound; or where there is no target at all.
    """

    service_level: float | None = 0.80
    max_asa_s: float | None = None
    max_abandonment: float | None = None
    definition: str = "offered"

    def __post_init__(self) -> None:
        if self.definition not in DEFINITIONS:
            raise ValueError(
                f"definition = {self.definition!r}; must be one of {', '.join(DEFINITIONS)}"
            )
        if not self.promises():
            raise ValueError(
                "service_level, max_asa_s, max_abandonment are None; give one at least"
            )
        for name, bounds in (
            ("service_level", "(0, 1)"),
            ("max_asa_s", "(0, inf)"),
            ("max_abandonment", "(0, 1)"),
        ):
            if getattr(self, name) is not None:
                checked(name, getattr(self, name), bounds)

    def promises(self) -> dict[str, float]:
        """Give each measure promised and its bound."""
        given = {
            "service_level": self.service_level,
            "asa_s": self.max_asa_s,
            "abandonment": self.max_abandonment,
        }
        return {measure: bound for measure, bound in given.items() if bound is not None}
