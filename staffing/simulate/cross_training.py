"""What teaching a skill to some agents of a group would save."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

from staffing.arrays import checked
from staffing.simulate.confidence import ratio
from staffing.simulate.skill_bounds import pools_of
from staffing.simulate.skill_search import cheapest_crew, cost_in_fractions, out_of_reach
from staffing.simulate.skill_staffing import trials_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from staffing.simulate.queues import SimulatedQueue
    from staffing.simulate.skill_bounds import Pools
    from staffing.simulate.skill_trials import Crew, Numbers, Trials
    from staffing.simulate.skills import QueueTarget, SkillGroup


class _Before(NamedTuple):
    """The cheapest staffing as skills are, under one repeat's random numbers."""

    trials: Trials
    pools: Pools
    crew: Crew


def cross_training(
    queues: Sequence[SimulatedQueue],
    groups: Sequence[SkillGroup],
    targets: QueueTarget | Mapping[str, QueueTarget],
    *,
    lessons: Sequence[tuple[str, str]] | None = None,
    taught: Sequence[int] = (1, 2, 4, 8),
    extra_per_hour: float = 0.0,
    repeats: int = 5,
    interval_s: float = 900.0,
    warm_up: int = 0,
    routing: str = "least_skilled",
    replications: int = 40,
    seed: int = 0,
    threads: int | None = None,
    progress: Callable[[int], None] | None = None,
) -> pd.DataFrame:
    """Tell what it would save to teach a skill to at most so many agents of a group.

    For every lesson the centre is staffed anew at least cost, as `staff_skill_groups` does, before
    and after with the same customers, and so again with others: the saving's 95 % interval is
    Student's t over these pairs. All groups may change in size, the others as well.

    Parameters
    ----------
    queues, groups, targets, interval_s, warm_up, routing, replications, threads, progress
        As in `staff_skill_groups`.
    lessons : sequence of (str, str), optional
        Skills and the groups to teach, of which there may be any number of agents; every skill a
        group lacks if not given.
    taught : sequence of int
        Numbers of agents who learn it.
    extra_per_hour : float
        What an agent costs more for knowing it.
    repeats : int
        Pairs, 2 or more.
    seed : int
        Of the first pair; each further pair has the next.

    Returns
    -------
    DataFrame
        skill, group, taught; agents_before, agents_after, cost_before, cost_after: per hour, in
        whole agents, means over the pairs; saved, saved_low, saved_high: per hour, in fractions
        of an agent, read between a group as it is and with one agent fewer; saved_per_agent:
        what those beyond the row before save, each. The lesson with the largest saving is first.

    Raises
    ------
    ValueError
        Naming the argument, its value and its bound; or where the targets cannot be kept.
    """
    checked("repeats", repeats, "[2, inf)", whole=True)
    checked("taught", taught, "[1, inf)", whole=True)
    checked("extra_per_hour", extra_per_hour)
    first = trials_of(
        queues, groups, targets, interval_s=interval_s, warm_up=warm_up, routing=routing,
        replications=replications, seed=seed, threads=threads, progress=progress,
    )  # fmt: skip
    chosen = _lessons_meant(first, lessons)
    before = [_before(replace(first, seed=seed + number, margins={})) for number in range(repeats)]
    sizes = sorted({int(each) for each in taught})
    rows = [
        row
        for skill, group in chosen
        for row in _lesson(before, skill, group, sizes, extra_per_hour)
    ]
    return _best_first(pd.DataFrame(rows, columns=_COLUMNS))


_COLUMNS = [
    "skill", "group", "taught", "agents_before", "agents_after", "cost_before", "cost_after",
    "saved", "saved_low", "saved_high", "saved_per_agent",
]  # fmt: skip


def _lessons_meant(
    trials: Trials, lessons: Sequence[tuple[str, str]] | None
) -> list[tuple[str, str]]:
    possible = [
        (queue.name, group.name)
        for group in trials.groups
        for queue in trials.queues
        if queue.name not in group.skills
    ]
    chosen = possible if lessons is None else [(skill, group) for skill, group in lessons]
    if unknown := set(chosen) - set(possible):
        raise ValueError(f"lessons = {sorted(unknown)}; must be some of {possible}")
    caps = {group.name: group.most_agents for group in trials.groups}
    if capped := sorted({group for _, group in chosen if caps[group] is not None}):
        raise ValueError(f"lessons = {capped}; must be for groups without most_agents")
    return chosen


def _best_first(table: pd.DataFrame) -> pd.DataFrame:
    best = table.groupby(["skill", "group"])["saved"].transform("max")
    order = table.assign(best=-best).sort_values(["best", "skill", "group", "taught"])
    return order.drop(columns="best").reset_index(drop=True)


def _before(trials: Trials) -> _Before:
    if names := out_of_reach(trials):
        raise ValueError(f"queues = {names}; miss their targets with the most agents there can be")
    pools = pools_of(trials)
    return _Before(trials, pools, cheapest_crew(trials, pools))


def _lesson(
    before: list[_Before], skill: str, group: str, sizes: list[int], extra_per_hour: float
) -> list[tuple[object, ...]]:
    rows: list[tuple[object, ...]] = []
    crews: list[Crew] = [(*each.crew, 0) for each in before]
    costs_before = np.array([each.trials.cost(each.crew) for each in before])
    fine_before = np.array([cost_in_fractions(each.trials, each.crew) for each in before])
    agents_before = np.array([sum(each.crew) for each in before])
    last, saved_by_last = 0, 0.0
    for most in sizes:
        cases = [_after(each.trials, skill, group, most, extra_per_hour) for each in before]
        # Who may teach more may teach as few as before.
        crews = [
            cheapest_crew(case, each.pools, known=(crew,))
            for case, each, crew in zip(cases, before, crews, strict=True)
        ]
        costs = np.array([case.cost(crew) for case, crew in zip(cases, crews, strict=True)])
        fine = [cost_in_fractions(case, crew) for case, crew in zip(cases, crews, strict=True)]
        saved = _paired(fine_before - np.array(fine))
        agents = np.mean([sum(crew) for crew in crews])
        each_more = (saved[0] - saved_by_last) / (most - last)
        rows.append(
            (skill, group, most, agents_before.mean(), agents, costs_before.mean(), costs.mean(),
             *saved, each_more)
        )  # fmt: skip
        last, saved_by_last = most, saved[0]
    return rows


def _after(trials: Trials, skill: str, group: str, most: int, extra_per_hour: float) -> Trials:
    learner = next(each for each in trials.groups if each.name == group)
    preference = (*learner.preference, max(learner.preference) + 1) if learner.preference else ()
    taught = replace(
        learner,
        name=f"{group} + {skill}",
        skills=(*learner.skills, skill),
        preference=preference,
        cost_per_hour=learner.cost_per_hour + extra_per_hour,
        most_agents=most if learner.most_agents is None else min(most, learner.most_agents),
    )
    return replace(trials, groups=(*trials.groups, taught), margins={})


def _paired(saved: Numbers) -> tuple[float, float, float]:
    found = ratio(saved, np.ones(len(saved)))
    return float(found.value), float(found.low), float(found.high)
