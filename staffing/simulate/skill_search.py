"""The cheapest agents by skill under one set of random numbers.

Cutting planes after Atlason, Epelman & Henderson, Management Science 54 (2008) 295-309, and Cezik
& L'Ecuyer, the same 310-323: an integer program knows what every set of queues needs at least;
its answer is simulated; each promise broken becomes a linear cut from what another agent of each
group would give. A cut holds as far as levels are concave in the agents, so that it may ask for
too much: a search among the neighbours takes away what was not needed.
"""

from __future__ import annotations

from itertools import combinations_with_replacement
from typing import TYPE_CHECKING

import numpy as np

from staffing.simulate.skill_bounds import Pools, enough_for

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from staffing.simulate.skill_trials import Crew, Numbers, Trials

_MOST_CUTS = 60
_MOST_MENDS = 30


def out_of_reach(trials: Trials) -> tuple[str, ...]:
    """Name the queues whose promises the most agents there can be do not keep."""
    kept = trials.margin(_fullest(trials)) >= 0
    broken = {each.queue for each, good in zip(trials.promises, kept, strict=True) if not good}
    return tuple(trials.queues[queue].name for queue in sorted(broken))


def cheapest_crew(trials: Trials, pools: Pools, known: Sequence[Crew] = ()) -> Crew:
    """Search from both ends, the pooled team and separate teams; nothing may be out of reach.

    Nothing dearer is given than what is `known` and keeps every promise.
    """
    rows = pools.rows(trials)
    ends = [_cut_until_kept(trials, *rows), _dedicated(trials, pools), *known]
    kept = [crew for crew in ends if crew is not None and trials.keeps(crew)]
    start = min(kept, key=trials.cost) if kept else _large_enough(trials)
    return _improved(trials, start, *rows)


def mended_crew(trials: Trials, pools: Pools, crew: Crew) -> Crew | None:
    """Mend a crew that does not keep all under these random numbers, and search around it."""
    for _ in range(_MOST_MENDS):
        if trials.keeps(crew):
            return _improved(trials, crew, *pools.rows(trials))
        larger = [_with(crew, {group: 1}) for group in range(len(crew))]
        short = np.minimum(trials.margin(crew), 0.0)
        gains = {
            other: float((np.minimum(trials.margin(other), 0.0) - short).sum())
            / (trials.cost(other) - trials.cost(crew))
            for other in _possible(trials, larger)
        }
        if not gains:
            return None
        crew = max(gains, key=lambda other: gains[other])
    return None


def least_cost(trials: Trials, pools: Pools) -> float:
    """Cost per hour below which some set of queues has too few agents; NaN if it cannot be had."""
    crew = _integer_program(trials, *pools.rows(trials))
    return float("nan") if crew is None else trials.cost(crew)


def cost_in_fractions(trials: Trials, crew: Crew) -> float:
    """Cost per hour of a kept crew if it could have a fraction of an agent less.

    In whole agents a small gain often shows as none and sometimes as an agent. Between a group
    as it is and with one agent fewer, margins are taken for straight lines.
    """
    spare = [0.0]
    for group, agents in enumerate(crew):
        if agents:
            margin, less = trials.margin(crew), trials.margin(_with(crew, {group: -1}))
            falls = less < 0
            parts = margin[falls] / (margin - less)[falls]
            spare.append(trials.costs[group] * float(parts.min(initial=1.0)))
    return trials.cost(crew) - max(spare)


def _cut_until_kept(trials: Trials, matrix: Numbers, least: Numbers) -> Crew | None:
    """Add cuts until the integer program's answer keeps every promise."""
    for _ in range(_MOST_CUTS):
        crew = _integer_program(trials, matrix, least)
        if crew is None or trials.keeps(crew):
            return crew
        margin = trials.margin(crew)
        broken = margin < 0
        slopes = _slopes(trials, crew)[broken]
        if not slopes.any(axis=1).all():
            return None
        # margin + slope (agents - crew) >= 0, in units that the solver's tolerance suits
        size = slopes.max(axis=1)
        right = (slopes @ np.array(crew) - margin[broken]) / size
        matrix = np.vstack([matrix, slopes / size[:, None]])
        least = np.append(least, right)
    return None


def _slopes(trials: Trials, crew: Crew) -> Numbers:
    """Gain of each promise by an agent more of each group, shape (promises, groups)."""
    margin, worst = trials.margin(crew), trials.slack(crew)
    # Far below the target the level is not yet concave: a longer step looks across the bend.
    step = 3 if worst < -0.4 else 2 if worst < -0.2 else 1
    gains = [
        (trials.margin(_with(crew, {group: step})) - margin) / step for group in range(len(crew))
    ]
    return np.maximum(np.array(gains).T, 0.0)


def _integer_program(trials: Trials, matrix: Numbers, least: Numbers) -> Crew | None:
    from scipy.optimize import Bounds, LinearConstraint, milp

    found = milp(
        trials.costs,
        constraints=LinearConstraint(matrix, least - 1e-9, np.inf),
        integrality=np.ones(len(trials.groups)),
        bounds=Bounds(0.0, trials.most),
    )
    return None if found.x is None else tuple(round(each) for each in found.x)


def _dedicated(trials: Trials, pools: Pools) -> Crew:
    """Separate teams, from the groups with the fewest skills, as far as there are agents."""
    order = sorted(
        range(len(trials.groups)),
        key=lambda group: (len(trials.groups[group].skills), trials.costs[group]),
    )
    crew = [0] * len(trials.groups)
    for queue, agents in zip(trials.queues, pools.by_queue, strict=True):
        left = agents or 0
        for group in order:
            if queue.name in trials.groups[group].skills:
                taken = int(min(left, trials.most[group] - crew[group]))
                crew[group], left = crew[group] + taken, left - taken
    return tuple(crew)


def _fullest(trials: Trials) -> Crew:
    enough = enough_for(trials, tuple(range(len(trials.queues))))
    return tuple(int(each) for each in np.minimum(trials.most, enough))


def _large_enough(trials: Trials) -> Crew:
    """All groups by the same share of the most agents there can be, as small as keeps all."""
    fullest = np.array(_fullest(trials))
    few, enough = 0, int(fullest.max())
    while few < enough:
        middle = (few + enough) // 2
        crew = tuple(int(each) for each in np.ceil(fullest * middle / fullest.max()))
        few, enough = (few, middle) if trials.keeps(crew) else (middle + 1, enough)
    return tuple(int(each) for each in np.ceil(fullest * enough / fullest.max()))


def _improved(trials: Trials, crew: Crew, matrix: Numbers, least: Numbers) -> Crew:
    """Go to a cheaper neighbour that keeps every promise, or as dear and safer, while there is one.

    Where there is none no agent is superfluous: one agent fewer is always tried.
    """
    while True:
        better = (
            other
            for other in _cheaper(trials, crew)
            if _one_fewer(crew, other) or (matrix @ np.array(other) >= least - 1e-9).all()
        )
        found = next((other for other in better if trials.keeps(other)), None)
        found = found or _safer(trials, crew)
        if found is None:
            return crew
        crew = found


def _one_fewer(crew: Crew, other: Crew) -> bool:
    changes = np.subtract(other, crew)
    return bool(changes.sum() == -1 and np.abs(changes).sum() == 1)


def _safer(trials: Trials, crew: Crew) -> Crew | None:
    """Swap an agent for one of another group who costs the same, if the worst margin grows."""
    groups = range(len(crew))
    swaps = [
        _with(crew, {one: -1, other: 1})
        for one in groups
        for other in groups
        if one != other and abs(trials.costs[one] - trials.costs[other]) < 1e-9
    ]
    safest = max(_possible(trials, swaps), key=trials.slack, default=crew)
    return safest if trials.slack(safest) > trials.slack(crew) else None


def _possible(trials: Trials, crews: list[Crew]) -> list[Crew]:
    return [
        crew
        for crew in sorted(set(crews))
        if min(crew) >= 0 and (np.array(crew) <= trials.most).all()
    ]


def _cheaper(trials: Trials, crew: Crew) -> Iterator[Crew]:
    """One or two agents fewer with at most one more elsewhere, if that saves; cheapest first."""
    groups = range(len(crew))
    fewer = [{group: -1} for group in groups]
    for one, two in combinations_with_replacement(groups, 2):
        fewer.append({one: -2} if one == two else {one: -1, two: -1})
    moves = [_with(crew, less) for less in fewer]
    moves += [
        _with(crew, less | {more: 1}) for less in fewer for more in groups if more not in less
    ]
    saving = [move for move in moves if trials.cost(move) < trials.cost(crew) - 1e-9]
    return iter(sorted(_possible(trials, saving), key=lambda move: (trials.cost(move), move)))


def _with(crew: Crew, changes: dict[int, int]) -> Crew:
    return tuple(agents + changes.get(group, 0) for group, agents in enumerate(crew))
