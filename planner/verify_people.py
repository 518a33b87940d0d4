"""The people of a plan as a simulation has them: on the phones as promised, or absent by chance."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import pandas as pd

from planner.verify_queues import placed
from staffing import Absence, AgentGroup
from staffing.rules import StaffingRule

UNPLANNED = "unplanned"
_TIE = 1e-9  # sums of whole numbers are whole


class Staff(NamedTuple):
    """Who answers, and by which rule contacts find them."""

    groups: tuple[AgentGroup, ...]
    routing: str = "longest_idle"


def on_the_phones(rows: pd.DataFrame, intervals: int) -> Staff:
    """Make a group of each team, there as the plan promises.

    Parameters
    ----------
    rows : DataFrame
        From `planner.verify_queues.simulated_rows`.
    intervals : int
    """
    return Staff(
        tuple(
            _group(team, members, placed(members, "agents_net", intervals))
            for team, members in rows.groupby("team", sort=False)
        )
    )


def absent_by_chance(
    rows: pd.DataFrame,
    rules: Mapping[str, StaffingRule],
    unplanned_share: float,
    intervals: int,
) -> Staff:
    """Make a group of each team of those scheduled, less what shrinkage is planned.

    With a shrinkage s of which p comes by chance, gross (1 - s) / (1 - p) are left of those
    scheduled when planned shrinkage is taken off, and each of them is away with probability p, for
    the whole of a stretch of work. A team with p = 0 is there as the plan promises.

    Parameters
    ----------
    rows, intervals
        As of `on_the_phones`.
    rules : mapping
        Of each queue.
    unplanned_share : float
        Of the shrinkage [1].
    """
    shrinkage = rows["queue"].map(lambda queue: rules[str(queue)].shrinkage)
    left = rows["agents_gross"] * (1 - shrinkage) / (1 - unplanned_share * shrinkage)
    shares = absence_shares(rows, rules, unplanned_share)
    groups = []
    for team, members in rows.assign(left=left).groupby("team", sort=False):
        share = shares[str(team)]
        agents = placed(members, "left" if share else "agents_net", intervals)
        # What one interval's rounding takes the next gets: on average it is what it should be.
        agents = np.diff(np.floor(np.cumsum(agents) + 0.5 + _TIE), prepend=0.0)
        absences = (Absence(kind=UNPLANNED, share=share),) if share else ()
        groups.append(_group(team, members, agents, absences))
    return Staff(tuple(groups))


def absence_shares(
    rows: pd.DataFrame, rules: Mapping[str, StaffingRule], unplanned_share: float
) -> dict[str, float]:
    """Return how likely a person of each team and queue is absent by chance [1].

    A team's is the mean over those scheduled for its queues.
    """
    chance = rows["queue"].map(lambda queue: unplanned_share * rules[str(queue)].shrinkage)
    away = (chance * rows["agents_gross"]).groupby(rows["team"], sort=False).sum()
    scheduled = rows["agents_gross"].groupby(rows["team"], sort=False).sum()
    teams = (away / scheduled.where(scheduled > 0)).fillna(0.0)
    queues = chance.groupby(rows["queue"], sort=False).first()
    return {str(name): float(share) for name, share in [*teams.items(), *queues.items()]}


def _group(
    team: object,
    members: pd.DataFrame,
    agents: np.ndarray,
    absences: tuple[Absence, ...] = (),
) -> AgentGroup:
    return AgentGroup(
        name=str(team),
        skills=tuple(str(queue) for queue in members["queue"].unique()),
        agents=tuple(agents.astype(np.int64).tolist()),
        absences=absences,
    )
