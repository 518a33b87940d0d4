"""The doctor's working shape: queues by weeks by weekdays by intervals of the local day.

A contact centre repeats by the week, so that the neighbours of an interval are the same interval
of the weeks before and after. Everything typical is taken from the four weeks on either side: a
level, a season or hours that move slowly are then nothing odd.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import tzinfo

    import numpy.typing as npt

    Mask = npt.NDArray[np.bool_]
    Numbers = npt.NDArray[np.float64]
    Whole = npt.NDArray[np.int64]

WEEKS_AROUND = 4
_FEWEST_WEEKS = 3  # of neighbours; with fewer, all weeks of the history say what is typical
# Weeks without a row are kept in the grid up to here; a mistyped year must not fill the memory.
LONGEST_GAP_WEEKS = 26
MOST_CELLS = 2_000_000


@dataclass(frozen=True, slots=True, eq=False)
class WeekGrid:
    """Where each row of a history lies; arrays by cell have the shape (q, w, 7, s).

    Attributes
    ----------
    queues : str array, shape (q,)
        Names.
    dates : DatetimeIndex, shape (w * 7,)
        Whole weeks from a Monday on, naive midnights; weeks in long gaps are left out.
    minutes : int array, shape (s,)
        Start of each interval in minutes after local midnight, from the earliest to the latest row.
    zone : tzinfo
        Time zone of the history.
    cell : int array, shape (rows,)
        Flat number of each row's cell.
    rows : int array, shape (q, w, 7, s)
        Rows in each cell: 2 where the autumn hour comes twice.
    """

    queues: npt.NDArray[np.object_]
    dates: pd.DatetimeIndex
    minutes: Whole
    zone: tzinfo | None
    cell: Whole
    rows: Whole

    @property
    def days(self) -> tuple[int, int, int]:
        """Shape of arrays by queue and day: (q, w, 7)."""
        queues, weeks, weekdays, _ = self.rows.shape
        return queues, weeks, weekdays

    def mean(self, values: Numbers) -> Numbers:
        """Mean of a column of the history by cell; NaN where nothing is known."""
        known = np.isfinite(values)
        cell, size = self.cell[known], self.rows.size
        total = np.bincount(cell, weights=values[known], minlength=size)
        times = np.bincount(cell, minlength=size)
        with np.errstate(invalid="ignore"):
            mean: Numbers = np.where(times > 0, total / times, np.nan).reshape(self.rows.shape)
        return mean

    def walls(self, cells: Whole) -> pd.DatetimeIndex:
        """Local time at which cells, by flat number, begin."""
        day, slot = np.divmod(cells % self.rows[0].size, len(self.minutes))
        return self.dates[day] + pd.to_timedelta(self.minutes[slot], unit="min")

    def starts(self, cells: Whole) -> pd.DatetimeIndex:
        """Moment at which cells, by flat number, begin; of an hour that comes twice the first."""
        first = np.ones(len(cells), dtype=bool)
        return self.walls(cells).tz_localize(
            self.zone, ambiguous=first, nonexistent="shift_forward"
        )

    def queue_of(self, cells: Whole) -> npt.NDArray[np.object_]:
        """Name of the queue of cells by flat number."""
        names: npt.NDArray[np.object_] = self.queues[cells // self.rows[0].size]
        return names


def week_grids(
    history: pd.DataFrame, interval_min: int, *, most_cells: int = MOST_CELLS
) -> Iterator[tuple[slice, WeekGrid]]:
    """Lay out a history some queues at a time, so that the memory stays bounded.

    Parameters
    ----------
    history : DataFrame
        Tidy history, sorted by queue.
    interval_min : int
        Interval length [min].
    most_cells : int
        Cells of a grid, unless a single queue has more.

    Yields
    ------
    (slice, WeekGrid)
        The rows of some queues, and where they lie.

    Raises
    ------
    ValueError
        If the rows of a queue do not stand together and in order.
    """
    if history.empty:
        return
    codes, queues = pd.factorize(history["queue"])
    starts = pd.DatetimeIndex(history["interval_start"])
    next_queue = np.diff(codes)
    if ((next_queue < 0) | ((next_queue == 0) & (np.diff(starts.asi8) < 0))).any():
        raise ValueError("history must be sorted by queue and interval_start, got one that is not")
    wall = starts.tz_localize(None).to_numpy().astype("datetime64[s]").astype(np.int64)
    day, second = np.divmod(wall, 86_400)
    week, weekday = np.divmod(day + 3, 7)  # 1970-01-01 was a Thursday
    slot = second // (60 * interval_min)
    first_slot, weeks = int(slot.min()), _weeks_shown(week)
    slots = int(slot.max()) - first_slot + 1
    dates = (weeks[:, None] * 7 - 3 + np.arange(7)).ravel()
    per_queue = len(dates) * slots
    cell = (np.searchsorted(weeks, week) * 7 + weekday) * slots + slot - first_slot
    at_once = max(most_cells // per_queue, 1)
    for first in range(0, len(queues), at_once):
        names = np.asarray(queues[first : first + at_once], dtype=object)
        begin, end = np.searchsorted(codes, [first, first + len(names)]).tolist()
        rows = slice(begin, end)
        flat = (codes[rows] - first) * per_queue + cell[rows]
        shape = (len(names), len(weeks), 7, slots)
        yield (
            rows,
            WeekGrid(
                queues=names,
                dates=pd.DatetimeIndex(dates.astype("datetime64[D]").astype("datetime64[ns]")),
                minutes=(first_slot + np.arange(slots)) * interval_min,
                zone=starts.tz,
                cell=flat,
                rows=np.bincount(flat, minlength=int(np.prod(shape))).reshape(shape),
            ),
        )


def _weeks_shown(week: Whole) -> Whole:
    """Weeks with rows, and those in gaps that are not too long."""
    seen = np.unique(week)
    shown = [seen]
    for step in range(1, LONGEST_GAP_WEEKS):
        later = seen[:-1] + step
        shown.append(later[(later < seen[1:]) & (np.diff(seen) <= LONGEST_GAP_WEEKS)])
    every: Whole = np.unique(np.concatenate(shown))
    return every


def neighbours(values: Numbers, before: int = WEEKS_AROUND, after: int = WEEKS_AROUND) -> Numbers:
    """Stack the same cell of the weeks around, shape (before + after, *values.shape).

    Parameters
    ----------
    values : array
        Weeks on the first axis.
    before, after : int
        Weeks on either side.
    """
    weeks = len(values)
    result = np.full((before + after, *values.shape), np.nan)
    steps = [-step for step in range(1, before + 1)] + list(range(1, after + 1))
    for row, step in zip(result, steps, strict=True):
        if step < 0:
            row[-step:] = values[:step]
        else:
            row[: max(weeks - step, 0)] = values[step:]
    return result


def middle_mean(values: Numbers) -> tuple[Numbers, Whole]:
    """Mean of the middle half along the first axis, and of how many known values.

    The interquartile mean: a quarter of the values may be wrong, and yet it does not turn counts
    of a quiet queue into zeros as their median would. Sorts `values` in place (NaN last).
    """
    values.sort(axis=0)
    known = np.isfinite(values).sum(axis=0)
    cut = known // 4
    rank = np.arange(len(values)).reshape(-1, *[1] * (values.ndim - 1))
    middle = (rank >= cut) & (rank < known - cut)
    total = np.where(middle, values, 0.0).sum(axis=0)
    with np.errstate(invalid="ignore"):
        mean: Numbers = total / (known - 2 * cut)
    return mean, known


def median(values: Numbers) -> Numbers:
    """Median along the last axis of what is known; NaN where nothing is."""
    ranked = np.sort(values, axis=-1)
    known = np.isfinite(ranked).sum(axis=-1)
    low = np.maximum(known - 1, 0) // 2
    high = np.minimum(known // 2, np.maximum(known - 1, 0))
    pair = np.take_along_axis(ranked, np.stack([low, high], axis=-1), axis=-1)
    middle: Numbers = pair.mean(axis=-1)
    return middle


def typical_week(contacts: Numbers) -> Numbers:
    """Tell what a cell usually holds, shape (q, w, 7, s): the middle mean of the weeks around it.

    Where fewer than three of them are known, that of all weeks.
    """
    typical = np.full(contacts.shape, np.nan)
    for queue, values in enumerate(contacts):
        seen = np.flatnonzero(np.isfinite(values).any(axis=(0, 1)))
        if len(seen) == 0:
            continue
        slots = slice(seen[0], seen[-1] + 1)
        local, known = middle_mean(neighbours(values[:, :, slots]))
        few = known < _FEWEST_WEEKS
        if few.any():
            whole, _ = middle_mean(values[:, :, slots].copy())
            local = np.where(few, whole, local)
        typical[queue, :, :, slots] = local
    return typical
