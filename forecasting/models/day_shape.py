"""Two levels: how many contacts a day brings, and how they fall over it.

Day totals are long and calm enough for time series models; the shape of the day is not, and
changes slowly. Every day-level model shares the shape kept here.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from forecasting.grid import DayGrid, FloatArray
from forecasting.models.protocol import Prediction, rate_variation

# Shapes change over months and a week's shares are noisy: a half-life of three weeks over ten.
SHAPE_WEEKS = 10
HALF_LIFE_DAYS = 21.0
# The weekday's own shape counts fully once it rests on many contacts per interval; until then it
# leans on the pooled shape with the weight of this many contacts per open interval.
POOLED_CONTACTS = 5.0


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


def day_shape(past: DayGrid) -> DayShape:
    """Learn the shape of each weekday from the recent weeks.

    Parameters
    ----------
    past : DayGrid
        Ordinary days; NaN is unknown.

    Returns
    -------
    DayShape
    """
    recent = past.last_days(7 * SHAPE_WEEKS)
    age_days = (recent.dates[-1] - recent.dates).days.to_numpy()
    weight = 0.5 ** (age_days / HALF_LIFE_DAYS)
    known = np.isfinite(recent.contacts)
    contacts = np.where(known, recent.contacts, 0.0)

    level = np.zeros((7, contacts.shape[1]))
    evidence = np.zeros_like(level)
    for weekday in range(7):
        rows = recent.weekdays == weekday
        weights = weight[rows, None] * known[rows]
        evidence[weekday] = weights.sum(axis=0)
        level[weekday] = (weights * contacts[rows]).sum(axis=0)
    with np.errstate(invalid="ignore"):
        mean = np.where(evidence > 0, level / evidence, np.nan)
    shares = _shrunk_shares(mean, evidence)

    shape = DayShape(shares=shares, rate_cv=0.0)
    expected = shape.totals(recent)[:, None] * shares[recent.weekdays]
    return DayShape(shares=shares, rate_cv=rate_variation(recent.contacts, expected))


def _shrunk_shares(mean: FloatArray, evidence: FloatArray) -> FloatArray:
    """Shares by weekday, each leaning on the pooled shape where its own contacts are few."""
    open_slot = evidence > 0
    filled = np.nan_to_num(mean)
    pooled = np.where(open_slot, filled, 0.0).sum(axis=0) / np.maximum(open_slot.sum(axis=0), 1)
    slots = open_slot.sum(axis=1, keepdims=True)
    # The pooled shape at the weekday's own level, over the intervals the weekday knows.
    pooled_known = np.where(open_slot, pooled, 0.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        scale = filled.sum(axis=1, keepdims=True) / pooled_known.sum(axis=1, keepdims=True)
        counted = (filled * evidence).sum(axis=1, keepdims=True) / np.maximum(slots, 1)
        own = counted / (counted + POOLED_CONTACTS)
        leaning = own * filled + (1 - own) * np.nan_to_num(pooled_known * scale)
        shares: FloatArray = np.nan_to_num(leaning / leaning.sum(axis=1, keepdims=True))
    unseen = ~open_slot.any(axis=1)
    if pooled.sum() > 0:
        shares[unseen] = pooled / pooled.sum()
    return shares
