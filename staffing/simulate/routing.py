"""Who may serve whom, and in which order: the rule of routing as ranked lists for the loop."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from staffing.simulate.records import SKILL

if TYPE_CHECKING:
    from staffing.simulate.centre import SimulatedCentre

Ranked = list[tuple[tuple[int, ...], int]]


def groups_of_queues(centre: SimulatedCentre) -> tuple[np.ndarray, np.ndarray]:
    """List the groups that serve each queue, the best rank first, and where each list begins."""
    lists: list[Ranked] = [[] for _ in centre.queues]
    numbers = {queue.name: number for number, queue in enumerate(centre.queues)}
    for number, group in enumerate(centre.groups):
        levels = group.preference or (1,) * len(group.skills)
        for skill, level in zip(group.skills, levels, strict=True):
            rank = {"longest_idle": 0, "preference": level, "least_skilled": len(levels)}
            lists[numbers[skill]].append(((rank[centre.routing],), number))
    return _ranked(lists)


def queues_of_groups(centre: SimulatedCentre) -> tuple[np.ndarray, np.ndarray]:
    """List the queues each group serves, by priority, then preference, and where each begins."""
    numbers = {queue.name: number for number, queue in enumerate(centre.queues)}
    lists: list[Ranked] = []
    for group in centre.groups:
        levels = group.preference or (1,) * len(group.skills)
        served = [numbers[skill] for skill in group.skills]
        lists.append(
            [
                ((centre.queues[queue].priority, level), queue)
                for queue, level in zip(served, levels, strict=True)
            ]
        )
    return _ranked(lists)


def _ranked(lists: list[Ranked]) -> tuple[np.ndarray, np.ndarray]:
    rows = []
    for one in lists:
        ranks = sorted({rank for rank, _ in one})
        rows += [(who, ranks.index(rank)) for rank, who in sorted(one)]
    starts = np.cumsum([0, *(len(one) for one in lists)])
    return np.array(rows, dtype=SKILL), starts
