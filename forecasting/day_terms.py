"""The terms that a day's total is made of, each a group of columns over dates.

A group is a function from dates to a matrix; its coefficients share one variance (`day_level`).
Slow groups are written so that the forecast of the future follows from the columns themselves: the
level stays where it is, a swing fades back to the level.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence

import numpy as np
import pandas as pd

from forecasting.grid import FloatArray

Term = Callable[[pd.DatetimeIndex], FloatArray]

WEEK = 7
YEAR_DAYS = 365.25
# A yearly pattern is believed only when the same season was seen before.
YEARLY_FROM_DAYS = 400
YEARLY_HARMONICS = 3
# A swing above or below the level is forgotten within weeks.
SWING_DAYS = 14.0
# Pay-day effects last some days: neighbouring days of the month are alike.
MONTH_DAYS = 31
MONTH_MEMORY_DAYS = 2.0
# First to fifth and fifth last to last open day of a month: bills and pay that skip weekends.
WORKDAYS = 5


def weekday_term() -> Term:
    """One column a weekday."""
    return lambda dates: np.eye(WEEK)[dates.dayofweek]


def level_term(first: pd.Timestamp, last: pd.Timestamp) -> Term:
    """Walk at random by weekly steps, counted back from the last day; flat afterwards."""
    steps = max((last - first).days // WEEK, 1)
    starts = -WEEK * np.arange(steps, 0, -1.0)
    return lambda dates: np.clip((_days(dates, last)[:, None] - starts) / WEEK, 0.0, 1.0)


def swing_term(first: pd.Timestamp, last: pd.Timestamp) -> Term:
    """Deviations with covariance exp(-days apart / SWING_DAYS), by weekly knots."""
    knots = -WEEK * np.arange((last - first).days // WEEK, -1, -1.0)
    apart = np.abs(knots[:, None] - knots)
    # Columns are the kernel to the knots, whitened, so that coefficients are independent.
    whiten = np.linalg.inv(np.linalg.cholesky(np.exp(-apart / SWING_DAYS))).T
    return lambda dates: np.exp(-np.abs(_days(dates, last)[:, None] - knots) / SWING_DAYS) @ whiten


def year_term(last: pd.Timestamp) -> Term:
    """Fourier terms of the year; a quicker wave is a smaller one."""
    wave = np.arange(1, YEARLY_HARMONICS + 1)

    def columns(dates: pd.DatetimeIndex) -> FloatArray:
        angle = 2 * np.pi * _days(dates, last)[:, None] * wave / YEAR_DAYS
        return np.concatenate([np.sin(angle) / wave, np.cos(angle) / wave], axis=1)

    return columns


def month_term() -> Term:
    """Days of the month, alike when near, the last beside the first."""
    day = np.arange(MONTH_DAYS)
    apart = np.abs(day[:, None] - day)
    apart = np.minimum(apart, MONTH_DAYS - apart)
    covariance = np.exp(-apart / MONTH_MEMORY_DAYS)
    root = np.linalg.cholesky(covariance + 1e-6 * np.eye(MONTH_DAYS))
    return lambda dates: root[dates.day.to_numpy() - 1]


def workday_term(open_weekdays: Sequence[bool]) -> Term:
    """First and last open days of a month, counted in open days."""
    is_open = np.asarray(open_weekdays, dtype=np.bool_)

    def columns(dates: pd.DatetimeIndex) -> FloatArray:
        result = np.zeros((len(dates), 2 * WORKDAYS))
        if not len(dates):
            return result
        month = pd.Timedelta(days=MONTH_DAYS)
        span = pd.date_range(dates.min() - month, dates.max() + month, freq="D")
        opens = is_open[span.dayofweek]
        months = pd.Series(opens.astype(np.int64)).groupby((span.year * 12 + span.month).to_numpy())
        from_start = months.cumsum().to_numpy()
        from_end = months.transform("sum").to_numpy() - from_start + 1
        rows = span.get_indexer(dates)
        for order, counted in enumerate((from_start, from_end)):
            nth = np.where(opens, counted, 0)[rows]
            edge = (nth >= 1) & (nth <= WORKDAYS)
            result[np.flatnonzero(edge), order * WORKDAYS + nth[edge] - 1] = 1.0
        return result

    return columns


def special_term(
    days: pd.DatetimeIndex,
    weight: FloatArray,
    labels: Sequence[Hashable],
    seen: Sequence[Hashable],
) -> Term:
    """One column a label of special days, holding the share of its effect that a day feels.

    Parameters
    ----------
    days : DatetimeIndex, shape (rows,)
        Special days.
    weight : float array, shape (rows,)
        Share of the effect.
    labels : sequence, shape (rows,)
        What the day is.
    seen : sequence
        Labels that get a column: those the history shows.
    """
    order = {label: column for column, label in enumerate(seen)}
    column = np.array([order.get(label, -1) for label in labels], dtype=np.int64)

    def columns(dates: pd.DatetimeIndex) -> FloatArray:
        result = np.zeros((len(dates), len(seen)))
        row = dates.get_indexer(days)
        inside = (row >= 0) & (column >= 0)
        np.maximum.at(result, (row[inside], column[inside]), weight[inside])
        return result

    return columns


def _days(dates: pd.DatetimeIndex, last: pd.Timestamp) -> FloatArray:
    return (dates - last).days.to_numpy().astype(np.float64)
