"""Agents of each skill group at least cost, found and judged by simulation."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from staffing.arrays import checked
from staffing.simulate.centre import SimulatedCentre
from staffing.simulate.skill_bounds import pools_of
from staffing.simulate.skill_search import cheapest_crew, least_cost, mended_crew, out_of_reach
from staffing.simulate.skill_trials import Trials
from staffing.simulate.skills import QueueTarget

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from staffing.simulate.queues import SimulatedQueue
    from staffing.simulate.skill_bounds import Pools
    from staffing.simulate.skill_trials import Crew
    from staffing.simulate.skills import SkillGroup

_CONFIRMATIONS = 4  # times the replications of the search, with other random numbers
_ATTEMPTS = 3
_FRESH = 2**32


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SkillStaffing:
    """Agents of each group, what they keep, and how sure that is.

    Attributes
    ----------
    status : str
        "met": fresh random numbers put the 95 % interval of every measure on the right side of
        its target. "met_within_error": none on the wrong side. "missed": one is on the wrong
        side after every attempt. "infeasible_groups": no group serves `out_of_reach`.
        "infeasible_target": `out_of_reach` misses a target with the most agents there can be.
    out_of_reach : tuple of str
        Names of queues.
    groups : DataFrame
        group, skills, agents, cost_per_hour (of one), cost (of all, per hour), binding: the queue
        that misses a target most without one of them.
    queues : DataFrame
        queue, measure, target, value, low, high (95 % interval), under fresh random numbers.
    lower_bound, gap : float
        Least cost per hour with which every set of queues has the agents of its pooled team, as
        simulated, and by what share the answer costs more. What first come, first served in one
        team cannot do is taken for impossible. The bound knows no shifts and no absence; NaN where
        there are fewer agents to be had than it asks for.
    pooled_agents, separate_agents : int
        Simulated with everybody serving every queue, and with a dedicated team for each, all of
        them always there.
    evaluations, replications : int
        Staffings simulated, and how often each in the search.
    """

    status: str
    out_of_reach: tuple[str, ...]
    groups: pd.DataFrame
    queues: pd.DataFrame
    lower_bound: float
    gap: float
    pooled_agents: int
    separate_agents: int
    evaluations: int
    replications: int
    seed: int

    @property
    def agents(self) -> int:
        """Of all groups."""
        return int(self.groups["agents"].sum())

    @property
    def cost_per_hour(self) -> float:
        """Of all groups."""
        return float(self.groups["cost"].sum())


def staff_skill_groups(
    queues: Sequence[SimulatedQueue],
    groups: Sequence[SkillGroup],
    targets: QueueTarget | Mapping[str, QueueTarget],
    *,
    interval_s: float = 900.0,
    warm_up: int = 0,
    routing: str = "least_skilled",
    replications: int = 40,
    seed: int = 0,
    threads: int | None = None,
    progress: Callable[[int], None] | None = None,
) -> SkillStaffing:
    """Find whole agents for each group that keep every queue's targets at least cost.

    Cutting planes over simulated levels between the pooled team and separate teams, then a search
    among neighbours: under the search's random numbers no single agent can be taken away. Fresh
    random numbers judge the answer; one that misses is mended with twice the replications.

    Parameters
    ----------
    queues : sequence of SimulatedQueue
    groups : sequence of SkillGroup
        Agents are there for all of the time, or for the shifts of their group.
    targets : QueueTarget or mapping of str to QueueTarget
        For all queues, or for each by name.
    interval_s : float
        Length of an interval [s].
    warm_up : int
        Intervals at the start that do not count; the centre begins empty.
    routing : {"least_skilled", "longest_idle", "preference"}
    replications : int
        Of each staffing tried, 2 or more.
    seed : int
    threads : int, optional
    progress : callable, optional
        Called as progress(evaluations) before each; what it raises stops the search.

    Raises
    ------
    ValueError
        Naming the argument, its value and its bound.
    """
    trials = trials_of(
        queues, groups, targets, interval_s=interval_s, warm_up=warm_up, routing=routing,
        replications=replications, seed=seed, threads=threads, progress=progress,
    )  # fmt: skip
    served = {skill for group in groups for skill in group.skills if group.most_agents != 0}
    unserved = tuple(queue.name for queue in queues if queue.name not in served)
    if unserved:
        return _nothing(trials, "infeasible_groups", unserved)
    return _search(trials)


def trials_of(
    queues: Sequence[SimulatedQueue],
    groups: Sequence[SkillGroup],
    targets: QueueTarget | Mapping[str, QueueTarget],
    *,
    interval_s: float,
    warm_up: int,
    routing: str,
    replications: int,
    seed: int,
    threads: int | None,
    progress: Callable[[int], None] | None,
) -> Trials:
    """Check the arguments of `staff_skill_groups` and bind them."""
    checked("replications", replications, "[2, inf)", whole=True)
    # The centre refuses what does not fit together.
    empty = tuple(group.of(0) for group in groups)
    centre = SimulatedCentre(
        queues=tuple(queues), groups=empty, interval_s=interval_s, routing=routing
    )
    checked("warm_up", warm_up, f"[0, {centre.intervals})", whole=True)
    names = [queue.name for queue in queues]
    given = dict.fromkeys(names, targets) if isinstance(targets, QueueTarget) else dict(targets)
    if set(given) != set(names):
        raise ValueError(f"targets = {sorted(given)}; must be one for each of {names}")
    return Trials(
        queues=tuple(queues), groups=tuple(groups), targets=given, interval_s=interval_s,
        warm_up=warm_up, routing=routing, replications=replications, seed=seed, threads=threads,
        progress=progress,
    )  # fmt: skip


def _search(trials: Trials) -> SkillStaffing:
    if names := out_of_reach(trials):
        return _nothing(trials, "infeasible_target", names)
    pools = pools_of(trials)
    crew = cheapest_crew(trials, pools)
    answer = _answer(trials, pools, crew)
    for _ in range(_ATTEMPTS - 1):
        if answer.status != "missed":
            break
        # What kept all by luck is mended under more random numbers.
        trials = replace(trials, replications=2 * trials.replications, margins={})
        mended = mended_crew(trials, pools, crew)
        if mended is None:
            break
        crew = mended
        answer = _answer(trials, pools, crew)
    return answer


def _answer(trials: Trials, pools: Pools, crew: Crew) -> SkillStaffing:
    binding = [_missed_first(trials, crew, group) for group in range(len(crew))]
    fresh = replace(
        trials, seed=trials.seed + _FRESH, replications=_CONFIRMATIONS * trials.replications
    )
    queues = _confirmed(fresh, crew)
    cost = trials.cost(crew)
    below = min(least_cost(trials, pools), cost)
    return SkillStaffing(
        status=_status(queues),
        out_of_reach=(),
        groups=_groups(trials, crew, binding),
        queues=queues,
        lower_bound=below,
        gap=cost / below - 1.0 if below else 0.0,
        pooled_agents=pools.pooled,
        separate_agents=pools.separate,
        evaluations=trials.count[0],
        replications=trials.replications,
        seed=trials.seed,
    )


def _missed_first(trials: Trials, crew: Crew, group: int) -> str:
    if not crew[group]:
        return ""
    fewer = tuple(agents - (place == group) for place, agents in enumerate(crew))
    bounds = np.array([promise.bound for promise in trials.promises])
    worst = int(np.argmin(trials.margin(fewer) / bounds))
    return trials.queues[trials.promises[worst].queue].name


def _confirmed(fresh: Trials, crew: Crew) -> pd.DataFrame:
    rows = [
        (fresh.queues[promise.queue].name, promise.measure, promise.bound, *map(float, level))
        for promise, level in zip(fresh.promises, fresh.levels(crew), strict=True)
    ]
    return pd.DataFrame(rows, columns=["queue", "measure", "target", "value", "low", "high"])


def _status(queues: pd.DataFrame) -> str:
    more = queues["measure"].eq("service_level")
    safe = queues["low"].ge(queues["target"]).where(more, queues["high"].le(queues["target"]))
    broken = queues["high"].lt(queues["target"]).where(more, queues["low"].gt(queues["target"]))
    nobody_came = queues["value"].isna()
    if broken.any():
        return "missed"
    return "met" if (safe | nobody_came).all() else "met_within_error"


def _groups(trials: Trials, crew: Crew, binding: list[str]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "group": [group.name for group in trials.groups],
            "skills": [group.skills for group in trials.groups],
            "agents": np.array(crew, dtype=np.int64),
            "cost_per_hour": trials.costs,
            "cost": trials.costs * np.array(crew),
            "binding": binding,
        }
    )


def _nothing(trials: Trials, status: str, out_of_reach: tuple[str, ...]) -> SkillStaffing:
    none = (0,) * len(trials.groups)
    return SkillStaffing(
        status=status,
        out_of_reach=out_of_reach,
        groups=_groups(trials, none, [""] * len(none)),
        queues=pd.DataFrame(columns=["queue", "measure", "target", "value", "low", "high"]),
        lower_bound=float("nan"),
        gap=float("nan"),
        pooled_agents=0,
        separate_agents=0,
        evaluations=trials.count[0],
        replications=trials.replications,
        seed=trials.seed,
    )
