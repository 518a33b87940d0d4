"""Average handling time by weekday and hour, weighted by contacts.

The mean of interval means would let an interval of one contact speak as loud as one of a hundred;
handled seconds over handled contacts does not.
"""

from __future__ import annotations

from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from forecasting.distribution import QUANTILE_LEVELS
from forecasting.grid import FloatArray

# AHT drifts: eight weeks are recent enough to follow it and long enough for its hourly pattern.
RECENT_WEEKS = 8
# A cell leans on the queue's own mean with the weight of this many contacts.
PRIOR_CONTACTS = 100.0
# Kinds of day (workday, Saturday, Sunday) times hours.
CELLS = 3 * 24
TINY = 1e-9


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
    cells = _recent_cells(queue_history, default_aht_s)
    if cells is None:
        return np.full(len(starts), float(default_aht_s))
    forecast: FloatArray = cells.mean_s[_cell(starts)]
    return forecast


def aht_quantiles(
    queue_history: pd.DataFrame,
    starts: pd.DatetimeIndex,
    *,
    default_aht_s: float,
    contacts: FloatArray | None = None,
    levels: tuple[float, ...] = QUANTILE_LEVELS,
) -> FloatArray:
    """Quantiles of one queue's AHT: lognormal around `forecast_aht`.

    The variance is the sum of what is uncertain in the mean (its standard error), of how much days
    differ, and, where `contacts` are given, of chance among so few contacts.

    Parameters
    ----------
    queue_history, starts, default_aht_s
        As in `forecast_aht`.
    contacts : float array, shape (starts,), optional
        Expected contacts. With them the quantiles are of the AHT that will be measured in each
        interval; without, of the AHT behind it, which is what staffing needs.
    levels : tuple of float
        Probabilities in (0, 1), ascending.

    Returns
    -------
    float array, shape (levels, starts)
        AHT [s]. Where the history holds no handling time, the default at every level: an
        assumption has no error that data could tell.
    """
    cells = _recent_cells(queue_history, default_aht_s)
    if cells is None:
        return np.full((len(levels), len(starts)), float(default_aht_s))
    cell = _cell(starts)
    mean_s = cells.mean_s[cell]
    variance = cells.mean_variance[cell] + cells.day_variance
    if contacts is not None:
        # Fewer than one contact expected still is one contact when it is measured.
        variance = variance + cells.contact_variance / np.maximum(np.nan_to_num(contacts), 1.0)
    log_variance = np.log1p(variance / np.square(mean_s))
    scores = np.array([NormalDist().inv_cdf(level) for level in levels])
    log_aht = np.multiply.outer(scores, np.sqrt(log_variance)) - log_variance / 2
    quantiles: FloatArray = mean_s * np.exp(log_aht)
    return quantiles


@dataclass(frozen=True, slots=True, eq=False)
class _Cells:
    """AHT by cell: mean [s], its variance [s^2], and the variances of days and contacts [s^2]."""

    mean_s: FloatArray
    mean_variance: FloatArray
    day_variance: float
    contact_variance: float


def _recent_cells(queue_history: pd.DataFrame, default_aht_s: float) -> _Cells | None:
    """Average the recent weeks by cell; None where there is no handling time at all."""
    if not default_aht_s > 0:
        raise ValueError(f"default_aht_s must be > 0 s, got {default_aht_s}")
    contacts = queue_history["contacts"].to_numpy(dtype=np.float64)
    aht_s = queue_history["aht_s"].to_numpy(dtype=np.float64)
    timed = np.isfinite(aht_s) & (aht_s > 0) & (contacts > 0)
    if not timed.any():
        return None
    when = pd.DatetimeIndex(queue_history["interval_start"])[timed]
    recent = when > when.max() - pd.Timedelta(weeks=RECENT_WEEKS)
    weight = contacts[timed][recent]
    handled_s = weight * aht_s[timed][recent]
    cell = _cell(when[recent])
    count = np.bincount(cell, weights=weight, minlength=CELLS)
    seconds = np.bincount(cell, weights=handled_s, minlength=CELLS)
    overall_s = handled_s.sum() / weight.sum()
    mean_s = (seconds + PRIOR_CONTACTS * overall_s) / (count + PRIOR_CONTACTS)
    day, _ = pd.factorize(when[recent].tz_localize(None).normalize())
    stray_s = weight * aht_s[timed][recent] - weight * (seconds / np.maximum(count, TINY))[cell]
    between, within = _variances(stray_s, weight, day, spare=weight.size - np.count_nonzero(count))
    days_of_cell = np.bincount(np.unique(day * CELLS + cell) % CELLS, minlength=CELLS)
    return _Cells(
        mean_s=mean_s,
        mean_variance=between / np.maximum(days_of_cell, 1) + within / (count + PRIOR_CONTACTS),
        day_variance=between,
        contact_variance=within,
    )


def _variances(
    stray_s: FloatArray, weight: FloatArray, day: NDArray[np.int64], *, spare: int
) -> tuple[float, float]:
    """Variance of AHT between days and between contacts, by moments [s^2].

    Intervals of one day stray together only by the day: the products of different intervals' stray
    seconds give the first variance, what squares have beyond it the second.

    Parameters
    ----------
    stray_s : float array, shape (intervals,)
        Contacts times how far the interval's AHT lies from its cell's mean [s].
    weight : float array, shape (intervals,)
        Contacts.
    day : int array, shape (intervals,)
        The day of each interval.
    spare : int
        Intervals beyond the number of means they are compared with.
    """
    days = np.unique(day).size
    if days < 2 or spare <= 0:
        return 0.0, 0.0
    together = np.square(np.bincount(day, weights=stray_s)).sum() - np.square(stray_s).sum()
    pairs = np.square(np.bincount(day, weights=weight)).sum() - np.square(weight).sum()
    between = max(float(together / pairs), 0.0) * days / (days - 1) if pairs > 0 else 0.0
    squares = float((np.square(stray_s) / weight).sum()) * weight.size / spare
    return between, max(squares - between * float(weight.sum()), 0.0) / weight.size


def _cell(starts: pd.DatetimeIndex) -> NDArray[np.int64]:
    """Give each start its cell: 3 kinds of day (workday, Saturday, Sunday) times 24 hours."""
    weekday = starts.dayofweek.to_numpy()
    cell: NDArray[np.int64] = np.maximum(weekday - 4, 0) * 24 + starts.hour.to_numpy()
    return cell
