"""What no staffing by skill can do without: the pooled team of every set of queues.

Whoever serves the queues S are, whatever else they know, at best one team with every skill of S:
the groups that know any of S must have as many agents as that team. Sets of one queue give
separate teams, the set of all the pooled team; both ends of the range in which the answer lies.
"""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from staffing.simulate.skills import SkillGroup

if TYPE_CHECKING:
    from staffing.simulate.skill_trials import Numbers, Trials

_SETS_OF_ANY_SIZE = 4  # queues; with more of them only single ones, pairs and all


class Pools(NamedTuple):
    """Fewest agents for sets of queues, everybody in the set's team serving all of the set."""

    sets: list[tuple[int, ...]]
    agents: list[int | None]  # None where no number keeps the targets

    @property
    def by_queue(self) -> list[int | None]:
        """Of a dedicated team for each queue."""
        sizes = zip(self.sets, self.agents, strict=True)
        return [agents for members, agents in sizes if len(members) == 1]

    @property
    def separate(self) -> int:
        """Of dedicated teams together."""
        return sum(agents or 0 for agents in self.by_queue)

    @property
    def pooled(self) -> int:
        """Of one team for everything."""
        return self.agents[-1] or 0

    def rows(self, trials: Trials) -> tuple[Numbers, Numbers]:
        """Give inequalities ``matrix @ agents >= least``."""
        matrix = [
            [
                float(any(trials.queues[each].name in group.skills for each in members))
                for group in trials.groups
            ]
            for members in self.sets
        ]
        return np.array(matrix), np.array([float(agents or 0) for agents in self.agents])


def pools_of(trials: Trials) -> Pools:
    """Simulate one team for each set of queues.

    Contacts are served as they come, and promises kept in the mean over the set's contacts. A
    pool of unlike handling times may need more than separate teams, which are then the bound
    (W. Whitt, Management Science 45 (1999) 192-207).
    """
    many = len(trials.queues)
    sizes = range(1, many + 1) if many <= _SETS_OF_ANY_SIZE else sorted({1, 2, many})
    sets = [members for size in sizes for members in combinations(range(many), size)]
    alone: list[int | None] = [_fewest(trials, (queue,)) for queue in range(many)]
    agents = list(alone)
    for members in sets[many:]:
        apart = sum(alone[queue] or 0 for queue in members)
        together = None if None in alone else _fewest(trials, members)
        agents.append(apart if together is None else min(together, apart))
    return Pools(sets, agents)


def enough_for(trials: Trials, members: tuple[int, ...]) -> int:
    """Agents beyond whom more are no help: a multiple of the offered load."""
    load = 0.0
    for number in members:
        queue = trials.queues[number]
        pace = max(queue.arrivals.contacts) / trials.interval_s
        load += pace * max((queue.handling.mean_s, *queue.aht_by_interval_s))
    return int(3.0 * load) + 30


def _fewest(trials: Trials, members: tuple[int, ...]) -> int | None:
    names = tuple(trials.queues[number].name for number in members)
    team = trials.only(list(members), SkillGroup(name="pool", skills=names))
    weights = np.array([sum(queue.arrivals.contacts[team.warm_up :]) for queue in team.queues])

    def keeps(agents: int) -> bool:
        margin = team.margin((agents,))
        promises = team.promises
        for measure in {promise.measure for promise in promises}:
            which = [place for place, each in enumerate(promises) if each.measure == measure]
            of_queue = [promises[place].queue for place in which]
            # A queue without this promise could be starved in favour of the others.
            if len(which) == len(members) and weights[of_queue] @ margin[which] < 0:
                return False
        return True

    few, enough = 0, enough_for(trials, members)
    if not keeps(enough):
        return None
    while few < enough:
        middle = (few + enough) // 2
        few, enough = (few, middle) if keeps(middle) else (middle + 1, enough)
    return enough
