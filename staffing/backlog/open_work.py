"""Deferrable work with agents given: when is it done, what waits, which deadline would hold.

The inverse of `level_capacity`. Work is a fluid in agent-hours and done in the order of its
arrival, which for one deadline is the order of deadlines: earliest deadline first keeps every
deadline that any order keeps. Closed hours are intervals without agents.

Sources: W. A. Horn, Naval Research Logistics Quarterly 21 (1974) 177-185 (earliest deadline
first); S. Liao, G. Koole, C. van Delft, O. Jouini, OR Spectrum 34 (2012) 691-721 (back-office work
that may wait within the day).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from staffing.arrays import checked
from staffing.backlog.deferrable import level_capacity, share_in_time, work_done
from staffing.rounding import TIE

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    Numbers = NDArray[np.float64]


class DeferrableDay(NamedTuple):
    """One value an interval but the last.

    Work done in the interval and open at its end [agent-hours]; share of the work arriving in it
    that is finished by its deadline (NaN where that lies beyond the horizon and the work is still
    open); whole intervals of staffed time from the arrival's until its work is finished [h], NaN
    if still open at the end. `shortest_deadline_h` is the shortest deadline that all work would
    have kept [h of staffed time, whole intervals], NaN if some is still open.
    """

    done_h: Numbers
    backlog_h: Numbers
    in_time: Numbers
    finished_after_h: Numbers
    shortest_deadline_h: float


def deferrable_day(
    work_h: ArrayLike,
    agents: ArrayLike,
    *,
    deadline_h: float,
    interval_h: float,
    staffed: ArrayLike | None = None,
    backlog_h: float = 0.0,
) -> DeferrableDay:
    """Follow deferrable work with agents given: backlog, share in time, deadlines kept.

    Parameters
    ----------
    work_h : array_like, shape (n,)
        Work arriving in each interval, in order of time [agent-hours].
    agents : array_like
        Agents in each interval; fractions allowed.
    deadline_h, interval_h : float
        As in `level_capacity` [h].
    staffed : array_like of bool, optional
        Where the deadline's clock runs; where there are agents, if not given.
    backlog_h : float
        Work open before the first interval [agent-hours]; its deadline starts there.

    Raises
    ------
    ValueError
        Naming the argument, its value and its bound.

    Examples
    --------
    250 hours of work that arrive in six hours, 27 people instead of the 27.5 it takes:

    >>> work = [30, 60, 90, 40, 20, 10, 0, 0, 0, 0]
    >>> day = deferrable_day(work, 27, deadline_h=4, interval_h=1)
    >>> day.backlog_h.astype(int).tolist()
    [3, 36, 99, 112, 105, 88, 61, 34, 7, 0]
    >>> day.in_time.round(3).tolist()
    [1.0, 1.0, 1.0, 0.9, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0]
    >>> day.shortest_deadline_h
    5.0
    """
    work, team = np.broadcast_arrays(
        np.atleast_1d(checked("work_h", work_h)), checked("agents", agents)
    )
    open_before = np.asarray(checked("backlog_h", backlog_h))
    length = float(checked("interval_h", interval_h, "(0, inf)"))
    clock = team > 0 if staffed is None else np.broadcast_to(staffed, team.shape).astype(bool)
    # What is open already arrives in a closed interval before the first.
    work = np.concatenate([[open_before], work])
    capacity = np.concatenate([[0.0], team * length])
    clock = np.concatenate([[False], clock])
    done = work_done(work, capacity)
    backlog = np.maximum(np.cumsum(work - done), 0.0)
    in_time = share_in_time(work, done, deadline_h=deadline_h, interval_h=length, staffed=clock)
    after = _finished_after(work, done, clock) * length
    some = work > 0
    longest = float(after[some].max(initial=length)) if some.any() else length
    return DeferrableDay(done[1:], backlog[1:], in_time[1:], after[1:], longest)


def constant_crew(
    work_h: ArrayLike,
    *,
    deadline_h: float,
    interval_h: float,
    staffed: ArrayLike | None = None,
    open_at_end: bool = False,
) -> float:
    """Fewest agents, the same at all staffed times, that keep every deadline; not rounded.

    The most demanding stretch of time decides: what falls due in it less what was there to be
    done before it. That is the peak of the level capacity.

    Parameters
    ----------
    work_h, deadline_h, interval_h, staffed, open_at_end
        As in `level_capacity`.

    Raises
    ------
    ValueError
        Naming the argument, its value and its bound.

    Examples
    --------
    >>> work = [30, 60, 90, 40, 20, 10, 0, 0]
    >>> constant_crew(work, deadline_h=4, interval_h=1, open_at_end=True)
    27.5
    """
    level = level_capacity(
        work_h,
        deadline_h=deadline_h,
        interval_h=interval_h,
        staffed=staffed,
        open_at_end=open_at_end,
    )
    return float(level.max(initial=0.0)) / interval_h


def _finished_after(work_h: Numbers, done_h: Numbers, staffed: NDArray[np.bool_]) -> Numbers:
    """Staffed intervals between an interval and the one that finishes its work."""
    finished = np.cumsum(done_h)[staffed]
    arrived = np.cumsum(work_h)
    slack = TIE * max(float(arrived[-1]), 1.0)  # the last digits of long sums are not work
    finished_in = np.searchsorted(finished + slack, arrived)  # counts staffed intervals
    opened_before: NDArray[np.int64] = np.cumsum(staffed) - staffed
    after: Numbers = np.maximum(finished_in + 1 - opened_before - staffed, 0.0)
    after[finished_in == finished.size] = np.nan
    after[work_h == 0] = 0.0
    return after
