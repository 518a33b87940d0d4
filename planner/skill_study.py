"""What staffing by skill asks of the simulator: how many, why not fewer, and whom to teach what."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from planner.skill_groups import default_groups
from planner.skill_model import SkillModel
from planner.skill_queues import PEER_ANSWER, is_example
from staffing import (
    AgentGroup,
    SimulatedCentre,
    SkillGroup,
    cross_training,
    simulate_centre,
    staff_skill_groups,
)
from staffing.simulate.skill_staffing import SkillStaffing

# Called with how many staffings have been simulated; what it raises stops the work.
Progress = Callable[[int], None]

TAUGHT = (1, 2, 4)
PAIRS = 5
LESSON_REPLICATIONS = 40
"""Of each staffing; the interval of a saving comes from its `PAIRS`, not from these."""

_REPLICATIONS = ((2, 200.0, 200), (4, 500.0, 100))  # up to so many queues and so much load
_REPLICATIONS_OF_MORE = 50
_LEAST_OF_LOAD = 0.7  # how far below the load the curve begins
_MOST_POINTS = 30


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SkillStudy:
    """Agents by skill, and why not fewer.

    Attributes
    ----------
    model : SkillModel
    groups : tuple of SkillGroup
    staffing : SkillStaffing
        The answer.
    curve : DataFrame
        By number of agents who all know everything: agents, level (the lowest service level among
        the queues), low, high (95 %).
    """

    model: SkillModel
    groups: tuple[SkillGroup, ...]
    staffing: SkillStaffing
    curve: pd.DataFrame

    @property
    def feasible(self) -> bool:
        """Whether there is an answer."""
        return not self.staffing.status.startswith("infeasible")


def usual_replications(model: SkillModel) -> int:
    """Give replications of each staffing tried that take seconds for two queues, a minute for six.

    The more queues, the more staffings are tried; the more load, the surer is each of them.
    """
    many, load = len(model.queues), model.load_erlangs
    for queues, erlangs, replications in _REPLICATIONS:
        if many <= queues and load <= erlangs:
            return replications
    return _REPLICATIONS_OF_MORE


def staff_by_skill(
    model: SkillModel,
    groups: tuple[SkillGroup, ...] | None = None,
    *,
    replications: int | None = None,
    seed: int = 0,
    threads: int | None = None,
    progress: Progress | None = None,
) -> SkillStudy:
    """Find the agents of each group at least cost, and simulate what fewer would give.

    Parameters
    ----------
    model : SkillModel
    groups : tuple of SkillGroup, optional
        Those of `default_groups` if not given.
    replications : int, optional
        Of each staffing tried, 2 or more; those of `usual_replications` if not given.
    seed : int
        0 or more; one seed gives one answer on any number of threads.
    threads : int, optional
        As many as there are processors if not given.
    progress : callable, optional
        Called as progress(staffings simulated).

    Raises
    ------
    ValueError
        Naming the argument, its value and its bound.
    """
    chosen = default_groups(model) if groups is None else groups
    many = usual_replications(model) if replications is None else replications
    staffing = staff_skill_groups(
        model.queues,
        chosen,
        model.targets,
        interval_s=model.interval_s,
        warm_up=model.warm_up,
        replications=many,
        seed=seed,
        threads=threads,
        progress=progress,
    )
    curve = _curve(model, chosen, staffing, many, seed, threads, progress)
    return SkillStudy(model=model, groups=chosen, staffing=staffing, curve=curve)


def worth_teaching(
    model: SkillModel,
    groups: tuple[SkillGroup, ...],
    *,
    replications: int = LESSON_REPLICATIONS,
    seed: int = 0,
    threads: int | None = None,
    progress: Progress | None = None,
) -> pd.DataFrame:
    """Tell what it would save to teach the agents of one queue another.

    Parameters
    ----------
    model, replications, seed, threads, progress
        As in `staff_by_skill`.
    groups : tuple of SkillGroup
        Those who know one queue are the learners, as many of them as it takes; without one for
        every queue, a group of each is assumed.

    Returns
    -------
    DataFrame
        As of `staffing.cross_training`, for 1, 2 and 4 learners; and agents_saved, with
        agents_saved_low and agents_saved_high: what is saved, in agents of the group.
    """
    single = tuple(group for group in groups if len(group.skills) == 1)
    if {group.skills[0] for group in single} != set(model.names):
        single = tuple(group for group in default_groups(model) if len(group.skills) == 1)
    learners = tuple(replace(group, most_agents=None) for group in single)
    table = cross_training(
        model.queues,
        learners,
        model.targets,
        taught=TAUGHT,
        repeats=PAIRS,
        interval_s=model.interval_s,
        warm_up=model.warm_up,
        replications=replications,
        seed=seed,
        threads=threads,
        progress=progress,
    )
    cost = table["group"].map({group.name: group.cost_per_hour for group in learners})
    in_agents = {f"agents_{name}": table[name] / cost for name in _SAVINGS}
    return table.assign(**in_agents)


_SAVINGS = ("saved", "saved_low", "saved_high")


def _curve(
    model: SkillModel,
    groups: tuple[SkillGroup, ...],
    staffing: SkillStaffing,
    replications: int,
    seed: int,
    threads: int | None,
    progress: Progress | None,
) -> pd.DataFrame:
    """Simulate one team for everything, from below the load to separate teams."""
    rows = []
    definitions = [model.targets[name].definition for name in model.names]
    intervals = len(model.queues[0].arrivals.contacts)
    days = (0,) * model.warm_up + (1,) * (intervals - model.warm_up)
    for number, agents in enumerate(_numbers(model, groups, staffing), start=1):
        if progress is not None:
            progress(staffing.evaluations + number)
        centre = SimulatedCentre(
            queues=model.queues,
            groups=(AgentGroup(name="pool", skills=model.names, agents=agents),),
            interval_s=model.interval_s,
            days=days if model.warm_up else (),
        )
        found = simulate_centre(centre, replications=replications, seed=seed, threads=threads)
        by = "day" if model.warm_up else "all"
        levels = [
            [float(part[place, -1]) for part in found.measure(by=by, definition=definition)]
            for place, definition in enumerate(definitions)
        ]
        rows.append((agents, *min(levels)))
    return pd.DataFrame(rows, columns=["agents", "level", "low", "high"])


def _numbers(
    model: SkillModel, groups: tuple[SkillGroup, ...], staffing: SkillStaffing
) -> list[int]:
    """Numbers of agents to try, those that mean something always among them."""
    load = model.load_erlangs
    known = {staffing.pooled_agents, staffing.agents, staffing.separate_agents, math.ceil(load)}
    known -= {0}
    if is_example(model, groups):
        known.add(PEER_ANSWER)
    least, most = max(1, math.floor(_LEAST_OF_LOAD * load)), max(known) + 1
    every = np.linspace(least, most, min(_MOST_POINTS, most - least + 1)).round()
    return sorted(known | {int(agents) for agents in every})
