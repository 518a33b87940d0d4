"""A roster: who works when, with which breaks and skills, on a plan's own clock."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

# What may be wrong with a roster, beside the problems of any file, and how severe it is. An error:
# nobody of the roster is used, for a person who is not read would be missed.
ROSTER_PROBLEMS = {
    "agent_blank": "error",  # a shift of nobody
    "date_unreadable": "error",
    "time_unreadable": "error",
    "breaks_unreadable": "error",
    "break_outside_shift": "error",  # `expected` is the shift
    "breaks_overlap": "error",  # `expected` is the other break
    "shifts_overlap": "error",  # of one agent; `expected` is the other's line
    "skills_blank": "error",  # and the plan has several teams
    "skill_unknown": "error",  # `expected` are the plan's queues and teams
    "skills_contradict": "error",  # others than in the line in `expected`
    "shift_long": "warning",  # longer than `expected`
    "days_off": "info",  # rows without working time, counted in `found`, left out
    "shifts_outside_plan": "info",  # counted in `found`, left out
    "roster_outside_plan": "error",  # not one shift is in the plan
}


@dataclass(frozen=True, slots=True, kw_only=True)
class RosterShift:
    """One shift of one person, as far as it lies in the plan.

    Attributes
    ----------
    start_s, end_s : float
        From the plan's first interval [s].
    breaks : tuple of (start, end)
        Within it, in order and without overlap [s].
    """

    start_s: float
    end_s: float
    breaks: tuple[tuple[float, float], ...] = ()

    def at_work(self) -> tuple[tuple[float, float], ...]:
        """Return the stretches between the breaks [s]."""
        edges = [self.start_s, *(edge for each in self.breaks for edge in each), self.end_s]
        stretches = zip(edges[::2], edges[1::2], strict=True)
        return tuple((start, end) for start, end in stretches if start < end)


@dataclass(frozen=True, slots=True, kw_only=True)
class RosterAgent:
    """One person.

    Attributes
    ----------
    name : str
    skills : tuple of str
        Queues or teams of the plan, the preferred first: the one this person is counted under.
    shifts : tuple of RosterShift
        In the order of time.
    """

    name: str
    skills: tuple[str, ...]
    shifts: tuple[RosterShift, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Roster:
    """People and their shifts in the days of a plan.

    Attributes
    ----------
    name : str
        Of its file.
    agents : tuple of RosterAgent
        Each with one shift in the plan at least.
    shifts_left_out : int
        Shifts wholly outside the plan.
    """

    name: str
    agents: tuple[RosterAgent, ...]
    shifts_left_out: int = 0

    @property
    def shifts(self) -> int:
        """How many there are in the plan."""
        return sum(len(agent.shifts) for agent in self.agents)

    def between(self, start_s: float, end_s: float) -> Roster:
        """Return the roster of a part of the plan, its seconds counted from the part's start."""
        agents = tuple(
            replace(agent, shifts=shifts)
            for agent in self.agents
            if (shifts := tuple(_parts(agent.shifts, start_s, end_s)))
        )
        return replace(self, agents=agents)

    @property
    def has_breaks(self) -> bool:
        """Whether there is a break at all."""
        return any(shift.breaks for agent in self.agents for shift in agent.shifts)


def _parts(shifts: Iterable[RosterShift], start_s: float, end_s: float) -> Iterator[RosterShift]:
    """Cut shifts to a part of the plan."""
    for shift in shifts:
        cut = _cut((shift.start_s, shift.end_s), start_s, end_s)
        if cut is not None:
            breaks = (_cut(each, start_s, end_s) for each in shift.breaks)
            kept = tuple(each for each in breaks if each is not None)
            yield RosterShift(start_s=cut[0], end_s=cut[1], breaks=kept)


def _cut(span: tuple[float, float], start_s: float, end_s: float) -> tuple[float, float] | None:
    first, last = max(span[0], start_s) - start_s, min(span[1], end_s) - start_s
    return (first, last) if first < last else None
