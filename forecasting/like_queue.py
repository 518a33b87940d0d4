"""A new queue borrows the past of a like one: its shape, its week and its season, at its own level.

A queue of less than three weeks has not shown every weekday often enough for any model. Until then
its grid is lengthened backwards by a like queue's days, scaled to its own contacts; from its first
day on, its own days stand as they are, so borrowing ends by itself as they grow in number.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from forecasting.grid import DayGrid, FloatArray
from forecasting.models.weekday_profile import nan_mean, with_unseen_weekdays

MIN_OWN_DAYS = 21
# A year and a season's turn: what the longest-sighted model asks for.
BORROWED_DAYS = 2 * 364
# A like queue is believed to be as large as the new one until contacts say otherwise: the weight
# of that belief [contacts].
PRIOR_CONTACTS = 1.0


def is_new(own: DayGrid) -> bool:
    """Whether fewer than three weeks of days are known: too few to forecast from alone."""
    return int(np.isfinite(own.contacts).any(axis=1).sum()) < MIN_OWN_DAYS


def most_like(own: DayGrid, others: Mapping[str, DayGrid]) -> str | None:
    """Name the queue whose days, brought to the new queue's level, are nearest to its own.

    Nearest is the least Poisson deviance over the new queue's known intervals. A queue that is new
    itself lends nothing.

    Parameters
    ----------
    own : DayGrid
        The new queue.
    others : mapping of str to DayGrid
        Queues of the same channel.

    Returns
    -------
    str or None
        None where there is no queue to borrow from; the first by name where several fit alike.
    """
    deviance = {
        name: _deviance(own, others[name]) for name in sorted(others) if not is_new(others[name])
    }
    return min(deviance, key=lambda name: deviance[name]) if deviance else None


def borrow_past(own: DayGrid, like: DayGrid, *, level: float | None = None) -> DayGrid:
    """Lengthen a new queue's grid backwards with a like queue's days.

    Parameters
    ----------
    own : DayGrid
        The new queue; NaN is unknown.
    like : DayGrid
        The queue it is like, with the same intervals.
    level : float, optional
        Contacts of the new queue per contact of the like one, above 0, where the planner knows; by
        default its own contacts tell, and none at all tell 1.

    Returns
    -------
    DayGrid
        From at most two years before the new queue's first known day to its last date.

    Raises
    ------
    ValueError
        If the intervals differ or `level` is not above 0.
    """
    if not np.array_equal(own.minutes, like.minutes):
        raise ValueError(
            f"both queues need the same intervals, got {len(own.minutes)} and {len(like.minutes)}"
        )
    if level is not None and not level > 0:
        raise ValueError(f"level must be > 0, got {level}")
    ratio = _ratio(own, like) if level is None else level
    known = np.flatnonzero(np.isfinite(own.contacts).any(axis=1))
    opened = own.dates[known[0]] if len(known) else own.dates[-1] + pd.Timedelta(days=1)
    first = max(opened - pd.Timedelta(days=BORROWED_DAYS), like.dates[0])
    dates = pd.date_range(min(first, own.dates[0]), own.dates[-1], freq="D")
    contacts = _on_dates(like, dates) * ratio
    since = dates >= opened
    contacts[since] = _on_dates(own, dates[since])
    return DayGrid(dates=dates, minutes=own.minutes, contacts=contacts)


def _on_dates(grid: DayGrid, dates: pd.DatetimeIndex) -> FloatArray:
    """Contacts on dates, NaN where the grid has none."""
    row = grid.dates.get_indexer(dates)
    return np.where((row >= 0)[:, None], grid.contacts[row], np.nan)


def _usual(like: DayGrid, dates: pd.DatetimeIndex) -> FloatArray:
    """Give what the like queue had on dates, or has on such weekdays where that is unknown."""
    weeks = [nan_mean(like.contacts[like.weekdays == weekday]) for weekday in range(7)]
    profile = with_unseen_weekdays(np.stack(weeks))[dates.dayofweek]
    on_dates = _on_dates(like, dates)
    return np.where(np.isfinite(on_dates), on_dates, profile)


def _ratio(own: DayGrid, like: DayGrid) -> float:
    """Contacts of the new queue per contact of the like one over the same intervals."""
    known = np.isfinite(own.contacts)
    came = float(own.contacts[known].sum())
    usual = float(_usual(like, own.dates)[known].sum())
    return (came + PRIOR_CONTACTS) / (usual + PRIOR_CONTACTS)


def _deviance(own: DayGrid, like: DayGrid) -> float:
    known = np.isfinite(own.contacts)
    came = own.contacts[known]
    # Half a contact: a closed interval of the like queue makes no contact impossible.
    expected = np.maximum(_ratio(own, like) * _usual(like, own.dates)[known], 0.5)
    log_ratio = np.log(np.where(came > 0, came, 1.0) / expected)
    return float((np.where(came > 0, came * log_ratio, 0.0) - came + expected).sum())
