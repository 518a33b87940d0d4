"""Tables by queue and day that the doctor's pictures show."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from forecasting.doctor.usual_hours import clock_hours
from forecasting.doctor.week_grid import median

if TYPE_CHECKING:
    from forecasting.doctor.usual_weeks import UsualWeeks
    from forecasting.doctor.week_grid import Numbers, WeekGrid

# With a tenth of its usual intervals lost a day is known in part.
_PARTLY_SHARE = 0.1
_AHT_DAYS = 29  # a fortnight on either side says what a day's AHT would have been
_AHT_CONTACTS = 30  # in a day, for its mean AHT to mean anything
_AHT_DEVIATIONS, _AHT_LOG_RATIO = 5.0, 0.3  # both must be exceeded: clear of noise, and matters
_FEWEST_DAYS = 7
_PARTS_TOLERANCE = 0.01  # what is offered before midnight may be answered after it


def day_states(weeks: UsualWeeks, usual_contacts: Numbers) -> pd.DataFrame:
    """Tell what each day of each queue is: see `Examination.days`."""
    grid = weeks.grid
    rows = np.isfinite(weeks.contacts)
    known, usual = rows.sum(axis=-1), weeks.usual.sum(axis=-1)
    lost = ((weeks.usual & ~rows) | weeks.outages.cells).sum(axis=-1)
    total = np.where(rows, weeks.contacts, 0.0).sum(axis=-1)
    any_row = (grid.rows > 0).any(axis=-1)
    state = np.select(
        [
            ~any_row & ((usual == 0) | weeks.special),
            known == 0,
            total == 0,
            lost > _PARTLY_SHARE * usual,
        ],
        ["closed", "lost", "zero", "partly"],
        default="open",
    )
    queues, days = len(grid.queues), len(grid.dates)
    return pd.DataFrame(
        {
            "queue": np.repeat(grid.queues, days),
            "date": np.tile(grid.dates.to_numpy(), queues),
            "state": state.ravel(),
            "known": known.ravel(),
            "usual": usual.ravel(),
            "lost": lost.ravel(),
            "contacts": np.where(known > 0, total, np.nan).ravel(),
            "expected": usual_contacts.ravel(),
            "clock_h": np.tile(clock_hours(grid), queues),
            "special": weeks.special.ravel(),
        }
    )


def handling_by_day(grid: WeekGrid, contacts: Numbers, aht_s: Numbers) -> pd.DataFrame:
    """Give each day its handling time, its range and its usual value: see `Examination.handling`.

    Parameters
    ----------
    grid : WeekGrid
        Where the rows lie.
    contacts, aht_s : array, shape (rows,)
        Columns of the history.
    """
    day = grid.cell // len(grid.minutes)
    told = np.isfinite(aht_s) & (contacts > 0)
    size = len(grid.queues) * len(grid.dates)
    count = np.bincount(day[told], weights=contacts[told], minlength=size)
    work_s = np.bincount(day[told], weights=(contacts * aht_s)[told], minlength=size)
    with np.errstate(invalid="ignore"):
        mean_s = np.where(count > 0, work_s / count, np.nan)
    seen, first = np.unique(day[told], return_index=True)
    low_s, high_s = np.full(size, np.nan), np.full(size, np.nan)
    if len(seen):
        low_s[seen] = np.minimum.reduceat(aht_s[told], first)
        high_s[seen] = np.maximum.reduceat(aht_s[told], first)
    telling = np.where(count >= _AHT_CONTACTS, mean_s, np.nan)
    usual_s = _around(telling.reshape(len(grid.queues), -1))
    with np.errstate(divide="ignore", invalid="ignore"):
        away = np.abs(np.log(telling.reshape(usual_s.shape) / usual_s))
    bound = np.fmax(_AHT_LOG_RATIO, _AHT_DEVIATIONS * 1.4826 * median(away))
    table = pd.DataFrame(
        {
            "queue": np.repeat(grid.queues, len(grid.dates)),
            "date": np.tile(grid.dates.to_numpy(), len(grid.queues)),
            "aht_s": mean_s,
            "low_s": low_s,
            "high_s": high_s,
            "usual_s": usual_s.ravel(),
            "odd": (away > bound[:, None]).ravel(),
        }
    )
    return table[np.isfinite(mean_s)]


def balance_by_day(grid: WeekGrid, parts: dict[str, Numbers]) -> pd.DataFrame:
    """Offered against answered and abandoned by day: see `Examination.balance`."""
    day = grid.cell // len(grid.minutes)
    told = np.logical_and.reduce([np.isfinite(part) for part in parts.values()])
    size = len(grid.queues) * len(grid.dates)
    sums = {
        name: np.bincount(day[told], weights=part[told], minlength=size)
        for name, part in parts.items()
    }
    table = pd.DataFrame(
        {
            "queue": np.repeat(grid.queues, len(grid.dates)),
            "date": np.tile(grid.dates.to_numpy(), len(grid.queues)),
            **sums,
        }
    )
    table["excess"] = table["answered"] + table["abandoned"] - table["contacts"]
    table["odd"] = table["excess"] > np.maximum(_PARTS_TOLERANCE * table["contacts"], 1.0)
    return table[np.bincount(day[told], minlength=size) > 0]


def _around(values: Numbers) -> Numbers:
    """Median of the fortnight on either side of each day; NaN with less than a week known."""
    half = _AHT_DAYS // 2
    padded = np.pad(values, ((0, 0), (half, half)), constant_values=np.nan)
    windows = np.lib.stride_tricks.sliding_window_view(padded, _AHT_DAYS, axis=1)
    known = np.isfinite(windows).sum(axis=-1)
    usual: Numbers = np.where(known >= _FEWEST_DAYS, median(windows), np.nan)
    return usual
