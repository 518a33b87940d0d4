"""Structural time series of day totals: a level that wanders, the week, and the year.

Unobserved components (Harvey 1989) by statsmodels: the Kalman filter passes over unknown days and
gives the variance of every future day, so lost data and closed weekdays need no filling in.
"""

from __future__ import annotations

import warnings
from typing import ClassVar, Self

import numpy as np
import pandas as pd

from forecasting.grid import DayGrid
from forecasting.models.day_shape import day_shape
from forecasting.models.protocol import Prediction
from forecasting.models.yearly import YEARLY_FROM_DAYS, yearly_terms

WEEK = 7
# Too short for a likelihood: the mean of what there is, widely uncertain.
MIN_DAYS = 3 * WEEK
UNSEEN_CV = 0.5
DIFFUSE_VARIANCE = 1.0


class Structural:
    """Local level, weekday pattern and yearly Fourier terms on the log of day totals."""

    name: ClassVar[str] = "structural"

    def fit(self, past: DayGrid) -> Self:
        """Estimate the variances by maximum likelihood."""
        from statsmodels.tools.sm_exceptions import ConvergenceWarning
        from statsmodels.tsa.statespace.structural import UnobservedComponents

        self._shape = day_shape(past)
        totals = self._shape.totals(past)
        # +1 keeps a day without contacts on the log scale; at any size that matters it vanishes.
        log_totals = np.log(totals + 1.0)
        known = np.isfinite(log_totals)
        self._yearly = int(known.sum()) >= YEARLY_FROM_DAYS
        self._last = past.dates[-1]
        self._flat = float(totals[known].mean()) if known.any() else 0.0
        self._fitted = None
        if known.sum() < MIN_DAYS:
            return self
        weekly = len(set(past.weekdays[known])) > 1
        model = UnobservedComponents(
            log_totals,
            level="local level",
            seasonal=WEEK if weekly else None,
            stochastic_seasonal=False,
            exog=yearly_terms(past.dates) if self._yearly else None,
            # The year's coefficients as states: two parameters to search instead of six.
            mle_regression=False,
        )
        with warnings.catch_warnings():
            # A flat likelihood stops early; the backtest judges what came of it.
            warnings.simplefilter("ignore", ConvergenceWarning)
            self._fitted = model.fit(disp=0, cov_type="none", maxiter=50)
        return self

    def predict(self, dates: pd.DatetimeIndex) -> Prediction:
        """Forecast day totals and spread them by the weekday's shape."""
        if self._fitted is None:
            flat = np.full(len(dates), self._flat)
            return self._shape.spread(flat, np.full(len(dates), UNSEEN_CV), dates)
        ahead = pd.date_range(self._last + pd.Timedelta(days=1), dates[-1], freq="D")
        exog = yearly_terms(ahead) if self._yearly else None
        forecast = self._fitted.get_forecast(len(ahead), exog=exog)
        rows = (dates - ahead[0]).days.to_numpy()
        log_mean = np.asarray(forecast.predicted_mean)[rows]
        variance = np.square(np.asarray(forecast.se_mean))[rows]
        # The filter has a diffuse prior: of a weekday never seen it says "anything". The mean day
        # stands in for it there.
        unseen = variance > DIFFUSE_VARIANCE
        log_mean = np.where(unseen, np.log(self._flat + 1.0), log_mean)
        variance = np.where(unseen, UNSEEN_CV**2, variance)
        # The mean of a lognormal day, not its median, keeps the week's sum unbiased.
        mean = np.exp(log_mean + variance / 2) - 1.0
        return self._shape.spread(mean, np.sqrt(np.expm1(variance)), dates)
