"""Dynamic harmonic regression: waves for the day and the year, autoregressive errors of the days.

Hyndman and Athanasopoulos, Forecasting: Principles and Practice (3rd edition), section 10.5. The
waves of the day are fitted to shares, and errors that last are those of whole days: both are small.
"""

from __future__ import annotations

from typing import ClassVar, Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from forecasting.grid import DayGrid, FloatArray
from forecasting.models.day_shape import DayShape
from forecasting.models.harmonic_shape import harmonic_shares
from forecasting.models.protocol import Prediction, rate_variation
from forecasting.models.yearly import yearly_coefficients, yearly_terms

MEMORY_DAYS = 2 * 364
# Half a year is forecast from; its later half tells how long errors last.
ERROR_DAYS = 182
JUDGED_DAYS = 91
# Candidates: what of an error is left after a day, and which part of its variance lasts at all.
PERSISTENCE = (0.5, 0.8, 0.95, 0.99)
LASTING_PART = (0.0, 0.1, 0.4, 0.8)
# Prior variance of a weekday's level, in variances of a day: it may be anything.
WEEKDAY_VARIANCE = 100.0
# Keeps an empty day on the log scale, and vanishes at any size that matters.
HALF_CONTACT = 0.5
MIN_VARIANCE = 1e-8


class Harmonic:
    """Fourier shapes of the day times a regression of day totals with ARMA(1,1) errors."""

    name: ClassVar[str] = "harmonic"

    def fit(self, past: DayGrid) -> Self:
        """Fit the shapes, then the days."""
        recent = past.last_days(MEMORY_DAYS)
        shares = harmonic_shares(recent)
        totals = DayShape(shares=shares, rate_cv=0.0).totals(recent)
        expected = totals[:, None] * shares[recent.weekdays]
        self._shape = DayShape(shares=shares, rate_cv=rate_variation(recent.contacts, expected))
        self._days = _DayRegression(recent.dates, totals)
        return self

    def predict(self, dates: pd.DatetimeIndex) -> Prediction:
        """Forecast the days and spread them."""
        contacts, day_cv = self._days.predict(dates)
        return self._shape.spread(contacts, day_cv, dates)


class _DayRegression:
    """Log day totals: weekday, year, and errors of which a part fades and the rest is noise.

    Errors t days apart have covariance variance (part persistence^t + (1 - part) [t = 0]), an
    ARMA(1,1) process that may miss days; weekday levels have a wide normal prior. All is one
    Gaussian, so the forecast is its conditional mean.
    """

    def __init__(self, dates: pd.DatetimeIndex, totals: FloatArray) -> None:
        known = np.isfinite(totals)
        log_totals = np.log(totals + HALF_CONTACT)
        self._center = float(log_totals[known].mean()) if known.any() else np.log(HALF_CONTACT)
        self._year = yearly_coefficients(dates, (log_totals - self._center)[:, None])
        recent = np.flatnonzero(known)[-ERROR_DAYS:]
        self._dates = dates[recent]
        y = log_totals[recent] - self._season(self._dates)
        self._fade, self._part = _likeliest(self._dates[-JUDGED_DAYS:], y[-JUDGED_DAYS:])
        whole = _covariance(self._dates, self._dates, self._fade, self._part)
        self._inverse = np.linalg.inv(whole + (1.0 - self._part) * np.eye(len(y)))
        self._weights = self._inverse @ y
        self._variance = float(y @ self._weights) / max(len(y), 1)
        # Each day from the others, back on the scale of contacts: the mean of exponentials is more
        # than the exponential of the mean (Duan, JASA 78, 1983).
        left_out = y - self._weights / np.diag(self._inverse)
        told = self._contacts(left_out, self._dates).sum()
        self._smearing = float(totals[recent].sum() / told) if told > 0 else 1.0

    def predict(self, dates: pd.DatetimeIndex) -> tuple[FloatArray, FloatArray]:
        """Forecast contacts and the coefficient of variation of each date's rate."""
        shared = _covariance(dates, self._dates, self._fade, self._part)
        contacts = self._contacts(shared @ self._weights, dates) * self._smearing
        told = np.einsum("ij,jk,ik->i", shared, self._inverse, shared)
        variance = self._variance * np.maximum(1.0 + WEEKDAY_VARIANCE - told, 0.0)
        # What a day's contacts vary by chance is no variation of their rate. A weekday never seen
        # has its wide prior's variance, which says no more than "anything".
        beyond = np.clip(variance - 1.0 / np.maximum(contacts, 1.0), 0.0, 1.0)
        return contacts, np.sqrt(np.expm1(beyond))

    def _season(self, dates: pd.DatetimeIndex) -> FloatArray:
        season: FloatArray = self._center + yearly_terms(dates) @ self._year[:, 0]
        return season

    def _contacts(self, errors: FloatArray, dates: pd.DatetimeIndex) -> FloatArray:
        return np.maximum(np.exp(self._season(dates) + errors) - HALF_CONTACT, 0.0)


def _covariance(
    dates: pd.DatetimeIndex, others: pd.DatetimeIndex, fade: float, part: float
) -> FloatArray:
    """Covariance of log totals on two sets of dates, noise apart, in variances of a day."""
    apart = np.abs(_days(dates)[:, None] - _days(others))
    # Days a number of weeks apart are of one weekday.
    return np.asarray(WEEKDAY_VARIANCE * (apart % 7 == 0) + part * fade**apart)


def _days(dates: pd.DatetimeIndex) -> NDArray[np.int64]:
    return (dates - pd.Timestamp("2000-01-01")).days.to_numpy().astype(np.int64)


def _likeliest(dates: pd.DatetimeIndex, y: FloatArray) -> tuple[float, float]:
    """Choose persistence and lasting part by likelihood, each with the variance that suits it."""
    best, chosen = np.inf, (PERSISTENCE[0], LASTING_PART[0])
    for fade in PERSISTENCE:
        for part in LASTING_PART:
            whole = _covariance(dates, dates, fade, part) + (1.0 - part) * np.eye(len(y))
            root = np.linalg.cholesky(whole)
            variance = max(float(y @ np.linalg.solve(whole, y)) / max(len(y), 1), MIN_VARIANCE)
            deviance = len(y) * np.log(variance) + 2.0 * float(np.log(np.diag(root)).sum())
            if deviance < best:
                best, chosen = deviance, (fade, part)
    return chosen
