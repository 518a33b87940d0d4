"""Who answers: groups of agents with the same skills, when they are there and when not."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from staffing.arrays import checked


@dataclass(frozen=True, slots=True, kw_only=True)
class Shift:
    """One stretch of work, its breaks within it; times in seconds from the first interval.

    An agent finishes the contact in hand, however late; a break begun late keeps its length.

    Raises
    ------
    ValueError
        Where the shift or one of its breaks has no length, or breaks overlap or lie outside.
    """

    start_s: float
    end_s: float
    breaks: tuple[tuple[float, float], ...] = ()

    def __post_init__(self) -> None:
        ends = [self.start_s, *(end for each in self.breaks for end in each), self.end_s]
        checked("start_s", self.start_s)
        checked("end_s", self.end_s)
        if any(late <= early for early, late in pairwise(ends)):
            raise ValueError(
                f"start_s = {self.start_s}, breaks = {self.breaks}, end_s = {self.end_s}; "
                "must follow one another"
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class Agent:
    """One person and the shifts worked."""

    name: str
    shifts: tuple[Shift, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Absence:
    """A kind of shrinkage that comes by chance: sickness, a training, a system that fails.

    Parameters
    ----------
    kind : str
        A name of the reader's choice; reasons of different kinds are independent.
    share : float
        Probability to be away, in [0, 1).
    whole_shift : bool
        Away for whole shifts, or for each stretch between two breaks on its own.
    """

    kind: str
    share: float
    whole_shift: bool = True

    def __post_init__(self) -> None:
        checked("share", self.share, "[0, 1)")


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentGroup:
    """Agents with the same skills.

    Parameters
    ----------
    name : str
    skills : tuple of str
        Names of the queues they serve.
    preference : tuple of int
        Beside each skill how they are for it: 1 before 2. All alike if empty.
    agents : int, tuple of int, or tuple of Agent
        A number who work all of `shifts`; a number for each interval, as a requirement has them,
        absent for stretches of eight hours at most; or people by name, each with shifts of their
        own.
    shifts : tuple of Shift
        Of a group given as one number; always there if empty.
    absences : tuple of Absence
        Of those shifts, by chance.

    Raises
    ------
    ValueError
        Naming the parameter, its value and its bound.
    """

    name: str
    skills: tuple[str, ...]
    agents: int | tuple[int, ...] | tuple[Agent, ...]
    preference: tuple[int, ...] = ()
    shifts: tuple[Shift, ...] = ()
    absences: tuple[Absence, ...] = ()

    def __post_init__(self) -> None:
        if not self.skills or len(set(self.skills)) < len(self.skills):
            raise ValueError(f"skills = {self.skills}; must be one at least, none twice")
        if self.preference and len(self.preference) != len(self.skills):
            raise ValueError(
                f"preference = {self.preference}; must have one for each of {self.skills}"
            )
        checked("preference", self.preference, "[1, inf)", whole=True)
        if self.shifts and not isinstance(self.agents, (int, np.integer)):
            raise ValueError(f"shifts = {self.shifts}; only of a group given as one number")
        if isinstance(self.agents, (int, np.integer)):
            checked("agents", self.agents)
        elif not any(isinstance(each, Agent) for each in self.agents):
            checked("agents", np.asarray(self.agents, dtype=np.float64), whole=True)

    def names(self) -> list[str]:
        """Give everybody's name, or number within the group."""
        if isinstance(self.agents, (int, np.integer)):
            return [str(number) for number in range(1, int(self.agents) + 1)]
        if self.agents and isinstance(self.agents[0], Agent):
            return [agent.name for agent in self.agents if isinstance(agent, Agent)]
        most = max((int(each) for each in self.agents if not isinstance(each, Agent)), default=0)
        return [str(number) for number in range(1, most + 1)]
