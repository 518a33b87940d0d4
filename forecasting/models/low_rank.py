"""Low rank: every day is a mixture of a few daily shapes, and the mixture is forecast.

Shen and Huang, M&SOM 10(3), 2008: the square roots of counts, days by intervals, are nearly a
matrix of low rank. Its singular vectors are daily shapes; how much of each a day holds, its scores,
are a few weekly time series, quick to forecast one by one.
"""

from __future__ import annotations

from typing import ClassVar, Self

import numpy as np
import pandas as pd

from forecasting.grid import DayGrid, FloatArray
from forecasting.models.protocol import Prediction, rate_variation
from forecasting.models.root_counts import mean_of_root
from forecasting.models.score_series import ScoreSeries
from forecasting.models.weekday_profile import WeekdayProfile, nan_mean, with_unseen_weekdays

MEMORY_DAYS = 2 * 364
# No centre needed more shapes; more would follow single days.
MAX_RANK = 8
# Fewer contacts per interval of the day, in all the history, draw no shape.
MIN_CONTACTS = 5.0
IMPUTATIONS = 5
# Forecasts of the past resting on fewer weeks say how few they are, not how volume varies.
SETTLED_DAYS = 28


class LowRank:
    """Singular vectors of root counts with weekly score series.

    Where no shape stands out of the noise (a contact in five days) it is the planner's mean.
    """

    name: ClassVar[str] = "low_rank"

    def fit(self, past: DayGrid) -> Self:
        """Find the daily shapes and each past day's scores."""
        recent = past.last_days(MEMORY_DAYS)
        self._profile = WeekdayProfile().fit(recent)
        self._contacts = recent.contacts
        self._roots = np.sqrt(recent.contacts)
        by_weekday = np.stack(
            [nan_mean(self._roots[recent.weekdays == weekday]) for weekday in range(7)]
        )
        usual = with_unseen_weekdays(by_weekday)[recent.weekdays]
        days = np.asarray(np.isfinite(self._roots).any(axis=1))
        self._vectors, filled = _daily_shapes(self._roots[days], usual[days])
        scores = np.full((len(days), len(self._vectors)), np.nan)
        scores[days] = filled @ self._vectors.T
        self._series = ScoreSeries(recent.dates, scores)
        return self

    def predict(self, dates: pd.DatetimeIndex) -> Prediction:
        """Forecast the scores, mix the shapes, square without bias."""
        if not len(self._vectors):
            return self._profile.predict(dates)
        contacts = np.zeros((len(dates), self._contacts.shape[1]))
        rate_cv = np.zeros_like(contacts)
        for rows, ahead, before in self._series.forecast(dates):
            past_root = np.maximum(before @ self._vectors, 0.0)
            variation = _variation(self._roots[SETTLED_DAYS:], past_root[SETTLED_DAYS:])
            contacts[rows] = _squared(np.maximum(ahead @ self._vectors, 0.0), variation)
            rate_cv[rows] = rate_variation(self._contacts, _squared(past_root, variation))
        return Prediction(contacts=contacts, rate_cv=rate_cv)


def _daily_shapes(roots: FloatArray, usual: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Singular vectors above the noise, shape (rank, intervals), and the roots with none unknown.

    Noise alone has a largest singular value near sd (sqrt(days) + sqrt(intervals)) (Gavish and
    Donoho, IEEE Transactions on Information Theory 60(8), 2014). Unknown cells begin as usual and
    are filled in by the low-rank fit itself until settled, hard imputation (Mazumder, Hastie and
    Tibshirani, JMLR 11, 2010).
    """
    known = np.isfinite(roots)
    intervals = known.any(axis=0).sum()
    filled = np.where(known, roots, usual)
    if np.square(roots[known]).sum() < MIN_CONTACTS * intervals:
        return np.empty((0, roots.shape[1])), filled
    noise_sd = np.sqrt((mean_of_root(usual) - np.square(usual))[known].mean())
    edge = noise_sd * (np.sqrt(known.shape[0]) + np.sqrt(intervals))
    for _ in range(IMPUTATIONS):
        left, size, right = np.linalg.svd(filled, full_matrices=False)
        rank = min(int((size > edge).sum()), MAX_RANK)
        vectors: FloatArray = right[:rank]
        if known.all() or not rank:
            break
        filled = np.where(known, roots, (left[:, :rank] * size[:rank]) @ vectors)
    # Rounding must not open an interval that was always closed.
    return vectors * known.any(axis=0), filled


def _variation(roots: FloatArray, forecast: FloatArray) -> tuple[float, float]:
    """Measure how much roots vary around their forecasts, beside Poisson counts.

    Returns
    -------
    share : float
        Of Poisson's variance, at most 1; 0 where the past repeats to the contact.
    excess : float
        Variance beyond Poisson's per contact expected, at least 0.
    """
    expected = mean_of_root(forecast)
    poisson = expected - np.square(forecast)
    error = np.square(roots - forecast)
    known = np.isfinite(error)
    came, told = float(error[known].sum()), float(poisson[known].sum())
    if not told > 0:
        return 1.0, 0.0
    return min(came / told, 1.0), max(came - told, 0.0) / float(expected[known].sum())


def _squared(root: FloatArray, variation: tuple[float, float]) -> FloatArray:
    """Mean contacts of a mean root: its square plus its variance."""
    share, excess = variation
    square = np.square(root)
    return (1.0 + excess) * (square + share * (mean_of_root(root) - square))
