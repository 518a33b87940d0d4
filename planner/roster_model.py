"""A roster as groups of agents to simulate, a step at a time: shifts, breaks, skills, absence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from planner.roster import Roster, RosterAgent, RosterShift
from planner.verify_people import UNPLANNED, Staff
from staffing import Absence, Agent, AgentGroup, Shift


@dataclass(frozen=True, slots=True, kw_only=True)
class Teams:
    """The teams of a plan whose queues are simulated.

    Attributes
    ----------
    of_queue : dict of str to str
        Team of each queue.
    queues : dict of str to tuple of str
        Queues of each team.
    """

    of_queue: dict[str, str]
    queues: dict[str, tuple[str, ...]]

    @classmethod
    def of(cls, pairs: Sequence[tuple[str, str]]) -> Teams:
        """Gather pairs of queue and team."""
        queues: dict[str, tuple[str, ...]] = {}
        for queue, team in pairs:
            queues[team] = (*queues.get(team, ()), queue)
        return cls(of_queue=dict(pairs), queues=queues)

    def served(self, agent: RosterAgent) -> dict[str, int]:
        """Return the queues an agent can serve, and how preferred each is: 1 before 2."""
        found: dict[str, int] = {}
        for skill in agent.skills:
            queues = (skill,) if skill in self.of_queue else self.queues.get(skill, ())
            level = 1 + max(found.values(), default=0)
            found |= {queue: level for queue in queues if queue not in found}
        return found

    def home(self, agent: RosterAgent) -> str:
        """Return the team an agent is counted under, "" if no skill is simulated."""
        return next((self.of_queue[queue] for queue in self.served(agent)), "")


def rostered(roster: Roster, teams: Teams, shares: Mapping[str, float]) -> dict[str, Staff]:
    """Return who is there at each step that a roster adds.

    Parameters
    ----------
    roster : Roster
    teams : Teams
    shares : mapping of str to float
        Probability of absence of each team and queue, from `absence_shares`.

    Returns
    -------
    dict of str to Staff
        "shifts": everybody in the team of their first skill, without breaks; "breaks": the same
        with them; "skills": everybody with their own skills, the preferred first; "absence": whole
        shifts missed by chance. Steps that change nothing are equal.
    """
    people = [agent for agent in roster.agents if teams.home(agent)]
    shifts = Staff(_by_team(people, teams, breaks=False))
    breaks = Staff(_by_team(people, teams, breaks=True))
    skills = breaks
    if not all(_serves_team(agent, teams) for agent in people):
        skills = Staff(_by_skills(people, teams), routing="preference")
    absence = Staff(
        tuple(_absent(group, teams, shares) for group in skills.groups), routing=skills.routing
    )
    return {"shifts": shifts, "breaks": breaks, "skills": skills, "absence": absence}


def roster_notes(
    roster: Roster,
    teams: Teams,
    open_days: Mapping[str, set[int]],
    days: NDArray[np.int64],
    interval_s: float,
) -> pd.DataFrame:
    """List what is to be said of a roster: queue, code and found, one of `ROSTER_NOTES`.

    Parameters
    ----------
    roster : Roster
    teams : Teams
    open_days : mapping of str to set of int
        Days on which each queue has contacts.
    days : int array, shape (intervals,)
        Day of each interval, from 0.
    interval_s : float
        Length of an interval [s].
    """
    staffed: dict[str, set[int]] = {}
    for agent in roster.agents:
        there = {
            int(days[min(int(moment // interval_s), days.size - 1)])
            for shift in agent.shifts
            for moment in (shift.start_s, shift.end_s - 1.0)
        }
        for queue in teams.served(agent):
            staffed.setdefault(queue, set()).update(there)
    found = [(queue, "nobody", "") for queue in teams.of_queue if queue not in staffed]
    found += [
        (queue, "days_without_people", str(len(open_days[queue] - there)))
        for queue, there in staffed.items()
        if open_days[queue] - there
    ]
    homeless = sum(not teams.home(agent) for agent in roster.agents)
    if homeless:
        found.append(("", "skills_left_out", str(homeless)))
    if not roster.has_breaks:
        found.append(("", "no_breaks", ""))
    if roster.shifts_left_out:
        found.append(("", "shifts_outside", str(roster.shifts_left_out)))
    return pd.DataFrame(found, columns=["queue", "code", "found"])


def _by_team(
    people: Sequence[RosterAgent], teams: Teams, *, breaks: bool
) -> tuple[AgentGroup, ...]:
    crews: dict[str, list[Agent]] = {}
    for agent in people:
        crews.setdefault(teams.home(agent), []).append(_agent(agent, breaks=breaks))
    return tuple(
        AgentGroup(name=team, skills=teams.queues[team], agents=tuple(crew))
        for team, crew in crews.items()
    )


def _by_skills(people: Sequence[RosterAgent], teams: Teams) -> tuple[AgentGroup, ...]:
    crews: dict[tuple[tuple[str, int], ...], list[Agent]] = {}
    for agent in people:
        served = tuple(teams.served(agent).items())
        crews.setdefault(served, []).append(_agent(agent, breaks=True))
    return tuple(
        AgentGroup(
            name=repr(served),  # of its own, whatever marks the names hold
            skills=tuple(queue for queue, _ in served),
            preference=tuple(level for _, level in served),
            agents=tuple(crew),
        )
        for served, crew in crews.items()
    )


def _serves_team(agent: RosterAgent, teams: Teams) -> bool:
    """Tell whether an agent's skills are those of the whole team, all alike."""
    served = teams.served(agent)
    return set(served) == set(teams.queues[teams.home(agent)]) and len(set(served.values())) == 1


def _absent(group: AgentGroup, teams: Teams, shares: Mapping[str, float]) -> AgentGroup:
    best = min(group.preference, default=1)
    levels = group.preference or (best,) * len(group.skills)
    first = [queue for queue, level in zip(group.skills, levels, strict=True) if level == best]
    share = shares[first[0] if len(first) == 1 else teams.of_queue[first[0]]]
    return replace(group, absences=(Absence(kind=UNPLANNED, share=share),)) if share else group


def _agent(agent: RosterAgent, *, breaks: bool) -> Agent:
    shifts = (_shift(shift, breaks=breaks) for shift in agent.shifts)
    return Agent(name=agent.name, shifts=tuple(shift for shift in shifts if shift is not None))


def _shift(shift: RosterShift, *, breaks: bool) -> Shift | None:
    """Return a shift to simulate; None where it is one long break."""
    if not breaks:
        return Shift(start_s=shift.start_s, end_s=shift.end_s)
    stretches = shift.at_work()
    if not stretches:
        return None
    edges = [edge for stretch in stretches for edge in stretch]
    pauses = zip(edges[1:-1:2], edges[2:-1:2], strict=True)
    return Shift(start_s=edges[0], end_s=edges[-1], breaks=tuple(pauses))
