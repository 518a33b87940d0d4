"""The year as Fourier terms, for models that see more than one of it."""

from __future__ import annotations

import numpy as np
import pandas as pd

from forecasting.grid import FloatArray

YEAR_DAYS = 365.25
# A yearly pattern is believed only when the same season was seen before.
YEARLY_FROM_DAYS = 400
YEARLY_HARMONICS = 2
# Weight of "there is no yearly pattern" [days].
PRIOR_DAYS = 50.0


def yearly_terms(dates: pd.DatetimeIndex, harmonics: int = YEARLY_HARMONICS) -> FloatArray:
    """Sines and cosines of the year, shape (days, 2 harmonics), the same for the same date."""
    days = (dates - pd.Timestamp("2000-01-01")).days.to_numpy()
    angle = 2 * np.pi * days[:, None] * np.arange(1, harmonics + 1) / YEAR_DAYS
    return np.concatenate([np.sin(angle), np.cos(angle)], axis=1)


def yearly_coefficients(dates: pd.DatetimeIndex, series: FloatArray) -> FloatArray:
    """Ridge coefficients of the yearly terms beside weekdays and a trend.

    Parameters
    ----------
    dates : DatetimeIndex, shape (days,)
    series : float array, shape (days, series)
        Each column a series, a day known in all of them or in none (NaN).

    Returns
    -------
    float array, shape (terms, series)
        Zeros where less than `YEARLY_FROM_DAYS` are known.
    """
    year = yearly_terms(dates)
    known = np.isfinite(series).any(axis=1)
    if known.sum() < YEARLY_FROM_DAYS:
        return np.zeros((year.shape[1], series.shape[1]))
    trend = np.linspace(-1.0, 1.0, len(dates))[:, None]
    weekdays = np.eye(7)[dates.dayofweek]
    terms = np.concatenate([year, trend, weekdays], axis=1)[known]
    penalty = np.full(terms.shape[1], 1e-6)
    penalty[: year.shape[1]] = PRIOR_DAYS
    solution = np.linalg.solve(terms.T @ terms + np.diag(penalty), terms.T @ series[known])
    coefficients: FloatArray = solution[: year.shape[1]]
    return coefficients
