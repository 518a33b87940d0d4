"""The working shape of every model: one queue as days by intervals of the local day.

Contact centres repeat by the wall clock, so rows are local dates and columns are minutes after
local midnight. A day of 23 or 25 hours needs no special case: the hour that does not exist stays
unknown, and the hour that happens twice is averaged, because a cell is a rate per interval.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class DayGrid:
    """Contacts of one queue by local date and interval.

    Attributes
    ----------
    dates : DatetimeIndex, shape (days,)
        Every local date from the first to the last, naive midnights.
    minutes : int array, shape (intervals,)
        Start of each interval in minutes after local midnight, the whole day.
    contacts : float array, shape (days, intervals)
        Contacts per interval; NaN where the queue was closed or the data are lost.
    """

    dates: pd.DatetimeIndex
    minutes: NDArray[np.int64]
    contacts: FloatArray

    @property
    def weekdays(self) -> NDArray[np.int64]:
        """Weekday of each date, Monday = 0."""
        return self.dates.dayofweek.to_numpy().astype(np.int64)

    def before(self, date: pd.Timestamp) -> DayGrid:
        """Return the days before a local date: all that a forecast made on it may know."""
        days = int(np.searchsorted(self.dates.to_numpy(), np.datetime64(date)))
        return replace(self, dates=self.dates[:days], contacts=self.contacts[:days])

    def last_days(self, days: int) -> DayGrid:
        """Return the last `days` days."""
        return replace(self, dates=self.dates[-days:], contacts=self.contacts[-days:])

    def day_totals(self) -> FloatArray:
        """Contacts per day, shape (days,); NaN where nothing is known of the day [contacts]."""
        known = np.isfinite(self.contacts).any(axis=1)
        return np.where(known, np.nansum(self.contacts, axis=1), np.nan)

    def whole_day_totals(self) -> FloatArray:
        """Contacts per day with lost intervals made up for, shape (days,); NaN unknown [contacts].

        A lost interval brings its share of the weekday's mean day; where more than half of a day
        is lost, the rest says too little about it.
        """
        known = np.isfinite(self.contacts)
        counted = np.where(known, self.contacts, 0.0)
        usual = np.zeros((7, self.contacts.shape[1]))
        for weekday in range(7):
            rows = self.weekdays == weekday
            usual[weekday] = counted[rows].sum(axis=0) / np.maximum(known[rows].sum(axis=0), 1)
        of_day = usual[self.weekdays]
        seen, whole = np.where(known, of_day, 0.0).sum(axis=1), of_day.sum(axis=1)
        total = counted.sum(axis=1)
        with np.errstate(divide="ignore", invalid="ignore"):
            made_up = np.where(whole > 0, total * whole / seen, total)
        return np.where(known.any(axis=1) & (seen >= 0.5 * whole), made_up, np.nan)


def local_cells(
    starts: pd.DatetimeIndex, dates: pd.DatetimeIndex, interval_min: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Row and column of each interval in a grid of `dates`; rows outside it are negative or large.

    Parameters
    ----------
    starts : DatetimeIndex
        Interval starts, time zone aware.
    dates : DatetimeIndex
        The grid's dates.
    interval_min : int
        Interval length [min].
    """
    wall = starts.tz_localize(None)
    rows = (wall.normalize() - dates[0]).days.to_numpy().astype(np.int64)
    columns = ((wall.hour * 60 + wall.minute) // interval_min).to_numpy().astype(np.int64)
    return rows, columns


def day_grid(queue_history: pd.DataFrame, interval_min: int, value: str = "contacts") -> DayGrid:
    """Arrange one queue's history by local day.

    Parameters
    ----------
    queue_history : DataFrame
        History rows of a single queue, `interval_start` time zone aware.
    interval_min : int
        Interval length [min]; it divides the day.
    value : str
        The column to arrange.

    Raises
    ------
    ValueError
        If there is no row, or `interval_min` does not divide 1,440.
    """
    if queue_history.empty:
        raise ValueError("day_grid needs at least one row of history, got none")
    if interval_min <= 0 or 1440 % interval_min:
        raise ValueError(f"interval_min must divide the 1440 min of a day, got {interval_min}")
    starts = pd.DatetimeIndex(queue_history["interval_start"])
    wall_dates = starts.tz_localize(None).normalize()
    dates = pd.date_range(wall_dates.min(), wall_dates.max(), freq="D")
    rows, columns = local_cells(starts, dates, interval_min)
    values = queue_history[value].to_numpy(dtype=np.float64)
    known = np.isfinite(values)
    shape = (len(dates), 1440 // interval_min)
    cell = np.ravel_multi_index((rows[known], columns[known]), shape)
    size = shape[0] * shape[1]
    total = np.bincount(cell, weights=values[known], minlength=size)
    times = np.bincount(cell, minlength=size)
    with np.errstate(invalid="ignore"):
        mean = np.where(times > 0, total / times, np.nan)
    return DayGrid(
        dates=dates,
        minutes=np.arange(0, 1440, interval_min, dtype=np.int64),
        contacts=mean.reshape(shape),
    )
