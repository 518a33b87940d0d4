"""Agents for work that may wait: email, cases, callbacks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from staffing.backlog.deferrable import level_capacity, share_in_time, work_done
from staffing.rounding import agents_up
from staffing.shrinkage import gross_agents

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from staffing.rules import StaffingRule

    Numbers = NDArray[np.float64]


def deadline_staff(
    work_h: Numbers, interval_h: float, rule: StaffingRule, staffed: NDArray[np.bool_]
) -> pd.DataFrame:
    """Whole agents per interval for deferrable work: the level capacity, rounded up.

    Agents handle contacts for at most `max_occupancy` of their time. What rounding up gives them
    beyond the level they use to work ahead; occupancy shows what is left over.

    Parameters
    ----------
    work_h : array, shape (n,)
        Work arriving in each interval [agent-hours].
    interval_h : float
        Length of an interval [h].
    rule : StaffingRule
        With `deadline_h`.
    staffed : array of bool, shape (n,)
        Whether agents can work in the interval.

    Returns
    -------
    DataFrame
        The requirement's columns from load to binding; one row an interval.

    Raises
    ------
    ValueError
        If the rule has no deadline or one shorter than an interval.
    """
    if rule.deadline_h is None:
        raise ValueError("deadline_h = None; deferrable work needs a deadline")
    level_h = level_capacity(
        work_h,
        deadline_h=rule.deadline_h,
        interval_h=interval_h,
        staffed=staffed,
        carry_over=rule.carry_over,
    )
    busy_h = interval_h * (rule.target.max_occupancy or 1.0)
    needed = agents_up(level_h / busy_h)
    agents = np.maximum(needed, rule.target.min_agents) * staffed
    done_h = work_done(work_h, agents * busy_h)
    in_time = share_in_time(
        work_h, done_h, deadline_h=rule.deadline_h, interval_h=interval_h, staffed=staffed
    )
    idle = np.where(staffed, 0.0, np.nan)
    why = [~staffed, agents > needed, agents > 0]
    return pd.DataFrame(
        {
            "model": "deadline",
            "load_erlangs": work_h / interval_h,
            "agents_net": agents,
            "agents_gross": gross_agents(agents, rule.shrinkage),
            "service_level": in_time,
            "service_level_one_less": np.nan,
            "asa_s": np.nan,
            "abandonment": np.nan,
            "occupancy": np.divide(done_h, agents * interval_h, out=idle, where=agents > 0),
            "binding": np.select(why, ["closed", "minimum", "deadline"], "no_load").astype(object),
        }
    )
