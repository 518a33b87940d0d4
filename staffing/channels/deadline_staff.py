"""Agents for work that may wait: email, cases, callbacks."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, TypedDict

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
    work_h: Numbers,
    interval_h: float,
    rule: StaffingRule,
    staffed: NDArray[np.bool_],
    backlog_h: float = 0.0,
) -> pd.DataFrame:
    """Whole agents per interval for deferrable work: the level capacity, rounded up.

    Agents handle contacts for at most `max_occupancy` of their time. What rounding up gives them
    beyond the level they use to work ahead; occupancy shows what is left over.

    Parameters
    ----------
    work_h : array, shape (n,)
        Work arriving in each interval [agent-hours]; of a list, the work of calling it evenly.
    interval_h : float
        Length of an interval [h].
    rule : StaffingRule
        With `deadline_h`, or with `pacing` for a list.
    staffed : array of bool, shape (n,)
        Whether agents can work in the interval.
    backlog_h : float
        Work open before the first interval [agent-hours].

    Returns
    -------
    DataFrame
        The requirement's columns from load to binding; one row an interval.

    Raises
    ------
    ValueError
        If the rule has no deadline or one shorter than an interval.
    """
    arriving = arriving_work(work_h, rule, interval_h, backlog_h)
    level_h = level_capacity(
        arriving.work_h, interval_h=interval_h, staffed=staffed, **arriving.terms
    )
    busy_h = interval_h * (rule.target.max_occupancy or 1.0)
    needed = agents_up(level_h / busy_h)
    agents = np.maximum(needed, rule.target.min_agents) * staffed
    done_h = work_done(arriving.work_h, agents * busy_h, backlog_h=arriving.backlog_h)
    in_time = arriving.in_time(done_h, interval_h, staffed)
    idle = np.where(staffed, 0.0, np.nan)
    why = [~staffed, agents > needed, agents > 0]
    return pd.DataFrame(
        {
            "model": "list" if rule.pacing else "deadline",
            "load_erlangs": work_h / interval_h,
            "agents_net": agents,
            "agents_gross": gross_agents(agents, rule.shrinkage),
            "service_level": in_time,
            "asa_s": np.nan,
            "abandonment": np.nan,
            "occupancy": np.divide(done_h, agents * interval_h, out=idle, where=agents > 0),
            "binding": np.select(why, ["closed", "minimum", "deadline"], "no_load").astype(object),
        }
    )


class Terms(TypedDict):
    """When deferrable work is due, as `level_capacity` takes it."""

    deadline_h: float
    backlog_h: float
    open_at_end: bool


class ArrivingWork(NamedTuple):
    """Deferrable work as it becomes available, and the terms on which it is due.

    Attributes
    ----------
    work_h : array, shape (n,)
        Work that becomes available in each interval [agent-hours].
    deadline_h : float
        Staffed hours until it is due [h].
    backlog_h : float
        Work open before the first interval [agent-hours].
    open_at_end : bool
        Whether what is due later may stay open at the end.
    """

    work_h: Numbers
    deadline_h: float
    backlog_h: float
    open_at_end: bool

    @property
    def terms(self) -> Terms:
        """The terms as `level_capacity` takes them."""
        return {
            "deadline_h": self.deadline_h,
            "backlog_h": self.backlog_h,
            "open_at_end": self.open_at_end,
        }

    def in_time(self, done_h: Numbers, interval_h: float, staffed: NDArray[np.bool_]) -> Numbers:
        """Share of each interval's work that is finished when it is due; see `share_in_time`."""
        # What was open already arrives in a closed interval before the first.
        share = share_in_time(
            np.concatenate([[self.backlog_h], self.work_h]),
            np.concatenate([[0.0], done_h]),
            deadline_h=self.deadline_h,
            interval_h=interval_h,
            staffed=np.concatenate([[False], staffed]),
        )
        return share[1:]


def arriving_work(
    work_h: Numbers, rule: StaffingRule, interval_h: float, backlog_h: float
) -> ArrivingWork:
    """Say when a queue's work becomes available and when it is due.

    A list is all there before the first interval and due with the last.

    Raises
    ------
    ValueError
        If the rule has neither a deadline nor a list.
    """
    if rule.pacing:
        nothing = np.zeros(work_h.size)
        listed = float(work_h.sum()) + backlog_h
        return ArrivingWork(nothing, max(work_h.size, 1) * interval_h, listed, False)
    if rule.deadline_h is None:
        raise ValueError("deadline_h = None; deferrable work needs a deadline")
    return ArrivingWork(work_h, rule.deadline_h, backlog_h, rule.open_at_end)
