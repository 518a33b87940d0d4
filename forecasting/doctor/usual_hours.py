"""When each queue usually has rows: learnt from the weeks around, or stated."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from forecasting.doctor.week_grid import WEEKS_AROUND
from forecasting.opening import is_open

if TYPE_CHECKING:
    from forecasting.doctor.week_grid import Mask, Numbers, WeekGrid, Whole

_USUAL_SHARE = 0.5  # of the same weekdays around on which a usually open interval has a row
_FEWEST_WEEKS = 3


def usual_hours(grid: WeekGrid, opening: pd.DataFrame | None) -> Mask:
    """Tell the cells in the opening hours, shape (q, w, 7, s).

    The clocks show them, and at least half of the same weekdays of the weeks around have a row
    there (or the opening table says so).
    """
    usual = _learnt(grid.rows > 0) if opening is None else _stated(grid, opening)
    usual &= clock_shows(grid)
    return usual


def clock_hours(grid: WeekGrid) -> Numbers:
    """Length of each date by its clocks, shape (w * 7,) [h]."""
    ends = grid.dates + pd.Timedelta(days=1)
    starts, ends = (
        days.tz_localize(grid.zone, ambiguous=np.ones(len(days), bool), nonexistent="shift_forward")
        for days in (grid.dates, ends)
    )
    hours: Numbers = ((ends - starts) / pd.Timedelta(hours=1)).to_numpy(dtype=np.float64)
    return hours


def clock_shows(grid: WeekGrid) -> Mask:
    """Tell which cells exist on the local clocks, shape (w, 7, s): in spring an hour does not."""
    shows = np.ones((len(grid.dates), len(grid.minutes)), dtype=bool)
    for day in np.flatnonzero(clock_hours(grid) < 24).tolist():
        walls = grid.dates[day] + pd.to_timedelta(grid.minutes, unit="min")
        flags = np.ones(len(walls), dtype=bool)
        instants = walls.tz_localize(grid.zone, ambiguous=flags, nonexistent="NaT")
        shows[day] = instants.notna()
    return shows.reshape(grid.rows.shape[1:])


def _learnt(present: Mask) -> Mask:
    live = np.asarray(present.any(axis=(2, 3)))[:, :, None, None]
    rows, weeks = (_sum_around(values.astype(np.int32)) for values in (present, live))
    all_rows, all_weeks = present.sum(axis=1, keepdims=True), live.sum(axis=1, keepdims=True)
    few = weeks < _FEWEST_WEEKS
    rows, weeks = np.where(few, all_rows, rows), np.where(few, all_weeks, weeks)
    usual: Mask = (rows >= _USUAL_SHARE * weeks) & (rows > 0)
    return usual


def _sum_around(values: Whole) -> Whole:
    """Sum over the weeks around and its own, along axis 1."""
    around = 2 * WEEKS_AROUND + 1
    width = [(0, 0)] * values.ndim
    width[1] = (WEEKS_AROUND + 1, WEEKS_AROUND)
    total = np.cumsum(np.pad(values, width), axis=1)
    summed: Whole = total[:, around:] - total[:, :-around]
    return summed


def _stated(grid: WeekGrid, opening: pd.DataFrame) -> Mask:
    usual = np.zeros(grid.rows.shape, dtype=bool)
    week = grid.dates[:7].to_numpy()[:, None] + grid.minutes.astype("timedelta64[m]")
    walls = pd.DatetimeIndex(week.ravel())
    for queue, name in enumerate(grid.queues):
        open_slots = is_open(opening[opening["queue"] == name], walls)
        usual[queue] = open_slots.reshape(7, -1)
    # Hours that a centre states for the future may be longer than those it had.
    usual &= (grid.rows > 0).any(axis=1, keepdims=True)
    return usual


def between_ends(present: Mask) -> Mask:
    """Tell the cells from each queue's first row to its last."""
    flat = present.reshape(len(present), -1)
    first = flat.argmax(axis=1)[:, None]
    last = flat.shape[1] - 1 - flat[:, ::-1].argmax(axis=1)[:, None]
    place = np.arange(flat.shape[1])
    within: Mask = ((place >= first) & (place <= last)).reshape(present.shape)
    return within
