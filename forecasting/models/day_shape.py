"""Two levels: how many contacts a day brings, and how they fall over it.

Day totals are long and calm enough for time series models; the shape of the day is not, and
changes slowly. Every day-level model shares the shape kept here.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import pandas as pd

from forecasting.grid import DayGrid, FloatArray
from forecasting.models.protocol import Prediction, rate_variation

# How far back a shape remembers, and how many days' worth of contacts the weekday's own shape
# must bring to count as much as the pooled one: both chosen on the history itself.
HALF_LIFE_WEEKS = np.array([2.0, 4.0, 8.0, 16.0, 32.0, 64.0])
POOLED_DAYS = np.array([0.25, 1.0, 4.0, 16.0, 64.0, 256.0])
# Weeks forecast one ahead to choose them.
JUDGED_WEEKS = 26
# Variation around the shape is measured where it is current.
RECENT_WEEKS = 10
WEEK = 7


@dataclass(frozen=True, slots=True, eq=False)
class DayShape:
    """Shares of a day's contacts by weekday and interval.

    Attributes
    ----------
    shares : float array, shape (7, intervals)
        Sums to 1 over the day, or to 0 for a weekday that is always closed.
    rate_cv : float
        Variation of an interval's rate around its share of the day's total [1].
    """

    shares: FloatArray
    rate_cv: float

    def totals(self, past: DayGrid) -> FloatArray:
        """Day totals with lost intervals made up for by their share, shape (days,); NaN unknown."""
        share = self.shares[past.weekdays]
        known = np.isfinite(past.contacts)
        seen = np.where(known, share, 0.0).sum(axis=1)
        counted = np.where(known, past.contacts, 0.0).sum(axis=1)
        with np.errstate(divide="ignore", invalid="ignore"):
            # Less than half of a day says too little about the rest of it.
            return np.where(seen >= 0.5, counted / seen, np.nan)

    def spread(
        self, day_contacts: FloatArray, day_cv: FloatArray, dates: pd.DatetimeIndex
    ) -> Prediction:
        """Spread day totals over the intervals; the day's and the interval's variations add up."""
        share = self.shares[dates.dayofweek]
        contacts = np.maximum(day_contacts, 0.0)[:, None] * share
        cv = np.sqrt(np.square(day_cv)[:, None] + self.rate_cv**2)
        return Prediction(contacts=contacts, rate_cv=np.broadcast_to(cv, contacts.shape))


@lru_cache(maxsize=4)  # every day-level member of a combination asks for the same grid's shape
def day_shape(past: DayGrid) -> DayShape:
    """Learn the shape of each weekday, with the memory that would have forecast it best.

    Half-life and leaning on the pooled shape are those of the least Poisson deviance of the
    shares one week ahead, over the last half year.

    Parameters
    ----------
    past : DayGrid
        Ordinary days; NaN is unknown.

    Returns
    -------
    DayShape
    """
    counts, expected = _weeks(past)
    sums, exposure = _remembered(counts, expected)
    judged = min(JUDGED_WEEKS, len(counts) - 1)
    deviance = np.zeros((len(HALF_LIFE_WEEKS), len(POOLED_DAYS), WEEK))
    for back in range(judged, 0, -1):
        shares = _leaning(sums[-back - 1], exposure[-back - 1])
        deviance += _deviance(counts[-back], shares)
    half_life = int(deviance.sum(axis=2).min(axis=1).argmin())
    latest = _leaning(sums[-1], exposure[-1])[half_life]
    # Each weekday leans as far as suits it: a short Friday has a shape of its own.
    lean = deviance[half_life].argmin(axis=0)
    shares = latest[lean, np.arange(WEEK)]
    shape = DayShape(shares=shares, rate_cv=0.0)
    recent = past.last_days(WEEK * RECENT_WEEKS)
    spread = shape.totals(recent)[:, None] * shares[recent.weekdays]
    return DayShape(shares=shares, rate_cv=rate_variation(recent.contacts, spread))


def _weeks(past: DayGrid) -> tuple[FloatArray, FloatArray]:
    """Contacts and the day's total beside each known one, shape (weeks, 7, intervals).

    Weeks run back from the last day, so that the newest is a whole one; weekdays are Monday = 0.
    """
    days, slots = past.contacts.shape
    weeks = -(-days // WEEK)
    padded = np.full((weeks * WEEK, slots), np.nan)
    padded[weeks * WEEK - days :] = past.contacts
    last = int(past.dates[-1].dayofweek)
    cube = np.roll(padded.reshape(weeks, WEEK, slots), last + 1, axis=1)
    known = np.isfinite(cube)
    counts = np.where(known, cube, 0.0)
    usual = counts.sum(axis=0) / np.maximum(known.sum(axis=0), 1)
    seen = (usual * known).sum(axis=2)
    with np.errstate(divide="ignore", invalid="ignore"):
        # A day with lost intervals is as large as its known part says.
        total = np.nan_to_num(counts.sum(axis=2) * usual.sum(axis=1) / seen, posinf=0.0)
    return np.where(known, counts, np.nan), np.where(known, total[:, :, None], 0.0)


def _remembered(counts: FloatArray, totals: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Contacts and exposure with a fading memory, shape (weeks, half-lives, 7, intervals)."""
    fade = 0.5 ** (1.0 / HALF_LIFE_WEEKS)[:, None, None]
    shape = (len(counts), len(HALF_LIFE_WEEKS), *counts.shape[1:])
    sums, exposure = np.zeros(shape), np.zeros(shape)
    seen = np.nan_to_num(counts)
    last_sum, last_exposure = np.zeros(shape[1:]), np.zeros(shape[1:])
    for week in range(len(counts)):
        last_sum = sums[week] = fade * last_sum + seen[week]
        last_exposure = exposure[week] = fade * last_exposure + totals[week]
    return sums, exposure


def _leaning(sums: FloatArray, exposure: FloatArray) -> FloatArray:
    """Shares leaning on the pooled shape, shape (half-lives, leanings, 7, intervals)."""
    open_slot = exposure > 0
    own = sums / np.where(open_slot, exposure, 1.0)
    pooled_sum, pooled_exposure = sums.sum(axis=1), exposure.sum(axis=1)
    pooled = pooled_sum / np.where(pooled_exposure > 0, pooled_exposure, 1.0)
    seen_day = open_slot.any(axis=2, keepdims=True)
    prior = np.where(open_slot | ~seen_day, pooled[:, None], 0.0)
    prior = _normal(prior)
    day = exposure.max(axis=2)
    typical = day.sum(axis=1) / np.maximum((day > 0).sum(axis=1), 1)
    # A day's worth of contacts now, not of all remembered weeks.
    weeks = np.maximum((1 - 0.5 ** (1.0 / HALF_LIFE_WEEKS)) * typical, 1e-9)
    strength = POOLED_DAYS[:, None, None] * weeks[:, None, None, None]
    evidence = day[:, None, :, None]
    mixed: FloatArray = (evidence * _normal(own)[:, None] + strength * prior[:, None]) / (
        evidence + strength
    )
    return mixed


def _normal(shares: FloatArray) -> FloatArray:
    total = shares.sum(axis=-1, keepdims=True)
    return np.where(total > 0, shares / np.where(total > 0, total, 1.0), 0.0)


def _deviance(counts: FloatArray, shares: FloatArray) -> FloatArray:
    """Poisson deviance of one week's contacts given each day's total, by weekday."""
    known = np.isfinite(counts)
    n = np.where(known, counts, 0.0)
    total = n.sum(axis=1, keepdims=True)
    seen = np.where(known, shares, 0.0)
    whole = seen.sum(axis=-1, keepdims=True)
    m = np.maximum(np.where(whole > 0, seen / np.where(whole > 0, whole, 1.0), 0.0) * total, 1e-9)
    m = np.maximum(m, 1e-3 * total / max(n.shape[1], 1))
    with np.errstate(divide="ignore", invalid="ignore"):
        part = np.where(n > 0, n * np.log(n / m), 0.0) - (n - m)
    result: FloatArray = np.where(known, part, 0.0).sum(axis=-1)
    return result
