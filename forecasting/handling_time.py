"""Average handling time by weekday and hour, weighted by contacts.

The mean of interval means would let an interval of one contact speak as loud as one of a hundred;
handled seconds over handled contacts does not.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from forecasting.grid import FloatArray

# AHT drifts: eight weeks are recent enough to follow it and long enough for its hourly pattern.
RECENT_WEEKS = 8
# A cell leans on the queue's own mean with the weight of this many contacts.
PRIOR_CONTACTS = 100.0


def forecast_aht(
    queue_history: pd.DataFrame, starts: pd.DatetimeIndex, *, default_aht_s: float
) -> FloatArray:
    """Forecast one queue's AHT.

    Parameters
    ----------
    queue_history : DataFrame
        One queue's history with `contacts` and `aht_s` [s].
    starts : DatetimeIndex
        Interval starts to forecast, time zone aware.
    default_aht_s : float
        What to use where the history holds no handling time at all [s].

    Returns
    -------
    float array, shape (starts,)
        AHT [s]: contact-weighted mean by kind of day (workday, Saturday, Sunday) and hour over the
        last eight weeks that have handling times, shrunk towards the mean of those weeks.
    """
    if not default_aht_s > 0:
        raise ValueError(f"default_aht_s must be > 0 s, got {default_aht_s}")
    contacts = queue_history["contacts"].to_numpy(dtype=np.float64)
    aht_s = queue_history["aht_s"].to_numpy(dtype=np.float64)
    timed = np.isfinite(aht_s) & (aht_s > 0) & (contacts > 0)
    if not timed.any():
        return np.full(len(starts), float(default_aht_s))
    when = pd.DatetimeIndex(queue_history["interval_start"])[timed]
    recent = when > when.max() - pd.Timedelta(weeks=RECENT_WEEKS)
    weight = contacts[timed][recent]
    handled_s = weight * aht_s[timed][recent]
    cell = _cell(when[recent])
    count = np.bincount(cell, weights=weight, minlength=3 * 24)
    seconds = np.bincount(cell, weights=handled_s, minlength=3 * 24)
    mean_s = handled_s.sum() / weight.sum()
    by_cell = (seconds + PRIOR_CONTACTS * mean_s) / (count + PRIOR_CONTACTS)
    forecast: FloatArray = by_cell[_cell(starts)]
    return forecast


def _cell(starts: pd.DatetimeIndex) -> NDArray[np.int64]:
    """Give each start its cell: 3 kinds of day (workday, Saturday, Sunday) times 24 hours."""
    weekday = starts.dayofweek.to_numpy()
    cell: NDArray[np.int64] = np.maximum(weekday - 4, 0) * 24 + starts.hour.to_numpy()
    return cell
