"""Outages: open intervals with hardly a contact where chance does not explain it.

Contacts that come independently are Poisson counts; a run of intervals is an outage if so few
would come with a probability under one in a million even at two thirds of what the typical week
and the day's own level let expect. The third allows for days that vary more than Poisson counts.

The probability is bounded, not computed: P(N <= k) <= exp(-m) (e m / k)^k for k <= m (Chernoff;
Mitzenmacher and Upfal, Probability and Computing, 2005, theorem 5.4); for k = 0 it is exact.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

    from forecasting.doctor.week_grid import Mask, Numbers, Whole

PROBABILITY_BOUND = 1e-6
EXPECTED_SHARE = 2 / 3
FEW = 0.25  # of what is expected: some get through even when lines fail
# A run this improbable before the day's level is known does not count in the level.
_SUSPECT_CONTACTS = 10.0
# With less than this share of the day's usual contacts left, they do not tell its level.
_TELLING_SHARE = 0.25


@dataclass(frozen=True, slots=True, eq=False)
class Outages:
    """Runs of cells without contacts.

    Attributes
    ----------
    cells : bool array, shape (q, w, 7, s)
        Cells of outages, whole days of zeros included.
    zero_days : bool array, shape (q, w, 7)
        Days of nothing but zeros that chance does not explain.
    level : float array, shape (q, w, 7)
        Contacts of the day's other cells over the typical ones; NaN where they tell too little.
    first, last : int array, shape (runs,)
        Flat cells of each run; zero days are none of them.
    contacts, expected, probability : float array, shape (runs,)
        Of each run.
    """

    cells: Mask
    zero_days: Mask
    level: Numbers
    first: Whole
    last: Whole
    contacts: Numbers
    expected: Numbers
    probability: Numbers


def find_outages(contacts: Numbers, typical: Numbers, usual: Mask) -> Outages:
    """Find the runs of usual cells whose contacts are too few for chance.

    Parameters
    ----------
    contacts, typical : array, shape (q, w, 7, s)
        What came and what usually comes in each cell.
    usual : bool array
        Cells in the opening hours.
    """
    known = usual & np.isfinite(contacts) & np.isfinite(typical)
    came, typical = np.where(known, contacts, 0.0), np.where(known, typical, 0.0)
    expected_day = typical.sum(axis=-1)
    silent = (came.sum(axis=-1) == 0) & (expected_day > 0)
    zero_days = silent & (so_few_by_chance(0.0, EXPECTED_SHARE * expected_day) < PROBABILITY_BOUND)

    few = known & (typical > 0) & (came <= FEW * typical) & ~zero_days[..., None]
    run = _runs(few)
    members = run.ravel()[few.ravel()] - 1
    usually = np.bincount(members, weights=typical[few])
    came_run = np.bincount(members, weights=came[few])
    suspect = np.zeros_like(few)
    suspect[few] = (EXPECTED_SHARE * usually >= _SUSPECT_CONTACTS)[members]

    level, all_day = day_level(came, typical, known & ~suspect), day_level(came, typical, known)
    first = np.flatnonzero(few.ravel())[np.unique(members, return_index=True)[1]]
    day = first // few.shape[-1]
    # Where nearly all of the day is quiet, all of it tells its level.
    cautious = np.minimum(np.where(np.isfinite(level), level, all_day), 1.0).ravel()
    expected = cautious[day] * usually
    probability = so_few_by_chance(came_run, EXPECTED_SHARE * expected)
    sure = (probability < PROBABILITY_BOUND) & (came_run <= FEW * expected)
    cells = np.zeros_like(few)
    cells[few] = sure[members]
    cells |= zero_days[..., None] & known
    length = np.bincount(members)
    return Outages(
        cells=cells,
        zero_days=zero_days,
        level=np.where(zero_days, np.nan, day_level(came, typical, known & ~cells)),
        first=first[sure],
        last=(first + length - 1)[sure],
        contacts=came_run[sure],
        expected=expected[sure],
        probability=probability[sure],
    )


def so_few_by_chance(count: npt.ArrayLike, mean: npt.ArrayLike) -> Numbers:
    """Bound of the probability that a Poisson count of a mean is at most `count`."""
    k, m = np.minimum(count, mean), np.asarray(mean, dtype=np.float64)
    with np.errstate(divide="ignore", invalid="ignore"):
        power = np.where(k > 0, k * np.log(m / k), 0.0)
    bound: Numbers = np.exp(k - m + power)
    return bound


def day_level(came: Numbers, typical: Numbers, counted: Mask) -> Numbers:
    """Contacts over typical contacts of the counted cells of each day, shape (q, w, 7)."""
    usually = np.where(counted, typical, 0.0).sum(axis=-1)
    total = np.where(counted, came, 0.0).sum(axis=-1)
    enough = (usually > 0) & (usually >= _TELLING_SHARE * typical.sum(axis=-1))
    with np.errstate(divide="ignore", invalid="ignore"):
        level: Numbers = np.where(enough, total / usually, np.nan)
    return level


def _runs(few: Mask) -> Whole:
    """Count the runs along the last axis from 1 on; 0 outside."""
    begins = few.copy()
    begins[..., 1:] &= ~few[..., :-1]
    number: Whole = np.where(few, np.cumsum(begins.ravel()).reshape(few.shape), 0)
    return number
