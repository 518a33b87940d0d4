"""Work that may wait for hours (email, cases, lists to call): level staffing under a deadline.

Work is a fluid, measured in agent-hours, and done in the order of its arrival. Draw what has
arrived, and what is due, cumulatively over staffed time: any staffing that never works on what has
not arrived and always finishes what is due is a curve between the two. The shortest such curve, a
string pulled taut, has at once the least peak and the least variation: among all curves with these
ends it minimises the sum of every convex function of the pace.

Sources: G. B. Dantzig, A control problem of Bellman, Management Science 17 (1971) 542-546 (the
string solution); P. L. Davies and A. Kovac, Annals of Statistics 29 (2001) 1-65 (the taut string).
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

import numpy as np

from staffing.arrays import checked
from staffing.rounding import TIE, agents_down

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike, NDArray

    Numbers = NDArray[np.float64]
    Point = tuple[int, float]


def level_capacity(
    work_h: ArrayLike,
    *,
    deadline_h: float,
    interval_h: float,
    staffed: ArrayLike | None = None,
    open_at_end: bool = False,
    backlog_h: float = 0.0,
    free_h: ArrayLike = 0.0,
) -> Numbers:
    """Work to be done in each interval so that every deadline is kept as evenly as possible.

    Beside agents who are there anyway and have `free_h` to spare, it is what others must add. Seen
    from the free capacity the corridor between due and arrived is just another one, and the string
    in it adds the least in total and at its peak.

    Parameters
    ----------
    work_h : array_like, shape (n,)
        Work arriving in each interval, in order of time [agent-hours]; evenly within a staffed
        interval, all before the next staffed one otherwise.
    deadline_h : float
        Staffed time within which work is to be finished [h], at least one interval. It is rounded
        down to whole intervals, which is the safe side.
    interval_h : float
        Length of an interval [h].
    staffed : array_like of bool, shape (n,), optional
        Whether anybody can work in the interval; all are staffed if not given. The deadline's
        clock stands still in the others.
    open_at_end : bool
        Whether work due after the last staffed interval may stay open then. If not, all that
        arrives by the end of that interval is done by then. Work that arrives later still is
        nobody's in this horizon.
    backlog_h : float
        Work open before the first interval [agent-hours]; its deadline starts there.
    free_h : array_like, shape (n,)
        Work that can be done in each staffed interval without adding anybody [agent-hours].

    Returns
    -------
    array of float64, shape (n,)
        Work done in each interval beyond the free capacity [agent-hours]; 0 where unstaffed.

    Raises
    ------
    ValueError
        If a number is NaN, infinite or out of bounds, or the deadline is shorter than an interval.

    Examples
    --------
    Work-hours arriving each hour, to be done within four:

    >>> work_h = [30, 60, 90, 40, 20, 10, 0, 0]
    >>> level_capacity(work_h, deadline_h=4, interval_h=1, open_at_end=True).round(1).tolist()
    [27.5, 27.5, 27.5, 27.5, 27.5, 27.5, 27.5, 27.5]

    The same beside a team that has 20 hours to spare in the last four hours:

    >>> spare = [0, 0, 0, 0, 20, 20, 20, 20]
    >>> rule = {"deadline_h": 4, "interval_h": 1, "open_at_end": True}
    >>> level_capacity(work_h, free_h=spare, **rule).round(1).tolist()
    [17.5, 17.5, 17.5, 17.5, 17.5, 17.5, 17.5, 17.5]
    """
    work, free = checked("work_h", work_h), checked("free_h", free_h)
    backlog = float(checked("backlog_h", backlog_h))
    deadline = _deadline_intervals(deadline_h, interval_h)
    open_rows = np.flatnonzero(_mask(staffed, work.size))
    capacity = np.zeros(work.size)
    if open_rows.size == 0:
        return capacity
    arrived = np.concatenate([[0.0], np.cumsum(work)])
    # Point k is the end of the k-th staffed interval; what arrives while closed counts after it.
    available = np.concatenate([[0.0], backlog + arrived[open_rows + 1]])
    due = np.zeros(available.size)
    due[deadline:] = backlog + arrived[open_rows[: max(due.size - deadline, 0)]]
    if open_at_end:
        available[-1] = due[-1]
    else:
        due[-1] = available[-1]
    spare = np.concatenate([[0.0], np.cumsum(np.broadcast_to(free, work.shape)[open_rows])])
    corners = taut_string((due - spare).tolist(), (available - spare).tolist())
    corner, height = np.array(corners).T
    done = np.interp(np.arange(due.size), corner, height)
    capacity[open_rows] = np.maximum(np.diff(done), 0.0)
    return capacity


def work_done(work_h: Numbers, capacity_h: Numbers, *, backlog_h: float = 0.0) -> Numbers:
    """Work done in each interval by a given capacity [agent-hours], never before it arrives."""
    arriving = work_h.copy()
    arriving[:1] += backlog_h
    surplus = np.cumsum(arriving - capacity_h)
    backlog = surplus - np.minimum(np.minimum.accumulate(surplus), 0.0)
    done = arriving - np.diff(backlog, prepend=0.0)
    return np.clip(done, 0.0, capacity_h)


def share_in_time(
    work_h: Numbers,
    done_h: Numbers,
    *,
    deadline_h: float,
    interval_h: float,
    staffed: ArrayLike | None = None,
) -> Numbers:
    """Share of the work arriving in each interval that is finished by its deadline.

    Parameters
    ----------
    work_h, done_h : array, shape (n,)
        Work arriving and work done in each interval [agent-hours], oldest work first.
    deadline_h, interval_h, staffed
        As in `level_capacity`.

    Returns
    -------
    array of float64, shape (n,)
        1 where nothing arrives; NaN where the deadline lies beyond the last staffed interval and
        the work is still open then.
    """
    open_in = _mask(staffed, work_h.size)
    deadline = _deadline_intervals(deadline_h, interval_h)
    open_rows = np.flatnonzero(open_in)
    # The last of the work is due when so many staffed intervals of the horizon are over.
    opened_before: NDArray[np.int64] = np.cumsum(open_in) - open_in
    due_after = opened_before + deadline + open_in
    finished = np.concatenate([[0.0], np.cumsum(done_h)[open_rows]])
    finished_when_due = finished[np.minimum(due_after, open_rows.size)]
    arrived_before = np.cumsum(work_h) - work_h
    finished_of_it = finished_when_due - arrived_before
    slack = TIE * max(float(work_h.sum()), 1.0)  # the last digits of long sums are not work
    short = (work_h > 0) & (finished_of_it < work_h - slack)
    share = np.ones(work_h.size)
    np.divide(np.maximum(finished_of_it, 0.0), work_h, out=share, where=short)
    return np.where(short & (due_after > open_rows.size), np.nan, share)


def taut_string(lower: Sequence[float], upper: Sequence[float]) -> list[Point]:
    """Shortest path from the first to the last point between two curves, as its corners.

    Both curves are given at 0, 1, 2, ... and share their first and their last value. A funnel of
    sight opens from the last corner: its lower wall bends down, its upper wall bends up; where one
    wall crosses the other, the string touches it and the funnel starts anew. Each point enters and
    leaves a wall at most once: O(n).
    """
    corners = [(0, lower[0])]
    low, high = deque(corners), deque(corners)
    for k in range(1, len(lower)):
        for wall, other, y, up in ((low, high, lower[k], 1.0), (high, low, upper[k], -1.0)):
            point = (k, y)
            while len(wall) > 1 and up * _bend(wall[-2], wall[-1], point) >= 0.0:
                wall.pop()
            if len(wall) == 1:
                while len(other) > 1 and up * _bend(other[0], other[1], point) > 0.0:
                    other.popleft()
                    corners.append(other[0])
                wall[0] = other[0]
            wall.append(point)
    return [*corners, (len(lower) - 1, lower[-1])]


def _bend(start: Point, middle: Point, end: Point) -> float:
    """Positive where `end` lies above the line from `start` through `middle`."""
    run, rise = middle[0] - start[0], middle[1] - start[1]
    return (end[1] - start[1]) * run - rise * (end[0] - start[0])


def _mask(staffed: ArrayLike | None, size: int) -> NDArray[np.bool_]:
    return np.ones(size, dtype=bool) if staffed is None else np.asarray(staffed, dtype=bool)


def _deadline_intervals(deadline_h: float, interval_h: float) -> int:
    length = checked("interval_h", interval_h, "(0, inf)")
    checked("deadline_h", deadline_h, f"[{interval_h}, inf)")
    return int(agents_down(np.float64(deadline_h) / length))
