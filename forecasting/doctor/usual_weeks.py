"""What each interval and day of some queues usually brings, and where that went missing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from forecasting.doctor.outages import Outages, find_outages
from forecasting.doctor.outliers import whole_days
from forecasting.doctor.usual_hours import between_ends, usual_hours
from forecasting.doctor.week_grid import typical_week
from forecasting.special_days import ALL_QUEUES

if TYPE_CHECKING:
    import pandas as pd

    from forecasting.doctor.week_grid import Mask, Numbers, WeekGrid

# Zeros up to here at an end of a queue are an outage; more, and it has not opened yet or closed.
LONGEST_SILENCE_DAYS = 27


@dataclass(frozen=True, slots=True, eq=False)
class UsualWeeks:
    """Some queues against their typical week; arrays by cell (q, w, 7, s), by day (q, w, 7).

    Attributes
    ----------
    grid : WeekGrid
        Where the rows lie.
    contacts, typical : float array by cell
        What came, and what usually comes.
    usual : bool array by cell
        In the opening hours, between the queue's first and last row.
    special : bool array by day
        Special days, which explain what is odd.
    outages : Outages
        Cells without contacts that neither chance nor a special day explains.
    whole : float array by day
        Contacts per day, unknown cells made up; NaN where too few are known.
    """

    grid: WeekGrid
    contacts: Numbers
    typical: Numbers
    usual: Mask
    special: Mask
    outages: Outages
    whole: Numbers

    @property
    def known(self) -> Mask:
        """Cells whose contacts are known and true."""
        known: Mask = np.isfinite(self.contacts) & ~self.outages.cells
        return known

    @property
    def expected(self) -> Numbers:
        """Typical contacts by cell at the day's own level, where the day tells it."""
        level: Numbers = np.nan_to_num(self.outages.level, nan=1.0)[..., None] * self.typical
        return level


def usual_weeks(
    grid: WeekGrid,
    values: Numbers,
    *,
    opening: pd.DataFrame | None = None,
    special_days: pd.DataFrame | None = None,
) -> UsualWeeks:
    """Compare the contacts of some queues with their typical week.

    Parameters
    ----------
    grid : WeekGrid
        Where the rows lie.
    values : array, shape (rows,)
        Contacts of each row; NaN unknown.
    opening : DataFrame, optional
        Opening table; learnt if not given.
    special_days : DataFrame, optional
        date, queue ("" for all).
    """
    contacts = grid.mean(values)
    typical = typical_week(contacts)
    hours = usual_hours(grid, opening)
    usual = hours & between_ends(grid.rows > 0)
    special = _special(grid, special_days)
    awake = ~_asleep(contacts) & ~special
    outages = find_outages(contacts, typical, usual & awake[..., None])
    known = np.isfinite(contacts) & ~outages.cells
    whole = whole_days(contacts, typical, known, hours)
    return UsualWeeks(grid, contacts, typical, usual, special, outages, whole)


def _special(grid: WeekGrid, special_days: pd.DataFrame | None) -> Mask:
    special = np.zeros((len(grid.queues), len(grid.dates)), dtype=bool)
    if special_days is not None and len(special_days):
        of_all = special_days["queue"] == ALL_QUEUES
        special |= grid.dates.isin(special_days.loc[of_all, "date"])
        for name, days in special_days[~of_all].groupby("queue")["date"]:
            special[grid.queues == name] |= grid.dates.isin(days)
    return special.reshape(grid.days)


def _asleep(contacts: Numbers) -> Mask:
    """Tell the days of long silence before the first and after the last contact."""
    heard = np.asarray((np.nan_to_num(contacts) > 0).any(axis=-1))
    flat = heard.reshape(len(heard), -1)
    days = flat.shape[1]
    any_row = np.isfinite(contacts).any(axis=-1).reshape(flat.shape)
    first = np.where(flat.any(axis=1), flat.argmax(axis=1), days)[:, None]
    last = np.where(flat.any(axis=1), days - 1 - flat[:, ::-1].argmax(axis=1), -1)[:, None]
    place = np.arange(days)
    before, after = any_row & (place < first), any_row & (place > last)
    asleep = before & (before.sum(axis=1, keepdims=True) > LONGEST_SILENCE_DAYS)
    asleep |= after & (after.sum(axis=1, keepdims=True) > LONGEST_SILENCE_DAYS)
    silent: Mask = asleep.reshape(heard.shape)
    return silent
