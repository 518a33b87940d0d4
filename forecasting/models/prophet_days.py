"""Prophet on day totals, spread over the day by the weekday's shape.

Prophet at interval level multiplies one daily pattern into every weekday and loses to a
spreadsheet; on day totals it does what it is good at: trend changes, week and year.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import ClassVar, Self

import numpy as np
import pandas as pd

from forecasting.grid import DayGrid
from forecasting.models.day_shape import day_shape
from forecasting.models.protocol import Prediction
from forecasting.models.structural import MIN_DAYS, UNSEEN_CV
from forecasting.models.yearly import YEARLY_FROM_DAYS

YEARLY_HARMONICS = 4


class ProphetDays:
    """Prophet with a piecewise linear trend, week and year on the log of day totals."""

    name: ClassVar[str] = "prophet"

    def fit(self, past: DayGrid) -> Self:
        """Fit by maximum a posteriori; unknown days are simply absent."""
        self._shape = day_shape(past)
        totals = self._shape.totals(past)
        known = np.isfinite(totals)
        log_totals = np.log(totals[known] + 1.0)
        self._flat = float(totals[known].mean()) if known.any() else 0.0
        self._model = None
        if known.sum() < MIN_DAYS:
            return self
        frame = pd.DataFrame({"ds": past.dates[known], "y": log_totals})
        with _quiet():
            from prophet import Prophet

            model = Prophet(
                weekly_seasonality=len(set(past.weekdays[known])) > 1,
                yearly_seasonality=YEARLY_HARMONICS if known.sum() >= YEARLY_FROM_DAYS else False,
                daily_seasonality=False,
                uncertainty_samples=0,
            )
            model.fit(frame)
            fitted = model.predict(frame[["ds"]])["yhat"].to_numpy()
        self._model = model
        self._sd = float(np.std(log_totals - fitted))
        return self

    def predict(self, dates: pd.DatetimeIndex) -> Prediction:
        """Forecast day totals; the backtest corrects the fit's own, too small, uncertainty."""
        if self._model is None:
            flat = np.full(len(dates), self._flat)
            return self._shape.spread(flat, np.full(len(dates), UNSEEN_CV), dates)
        with _quiet():
            log_mean = self._model.predict(pd.DataFrame({"ds": dates}))["yhat"].to_numpy()
        mean = np.exp(log_mean + self._sd**2 / 2) - 1.0
        day_cv = np.full(len(dates), float(np.sqrt(np.expm1(self._sd**2))))
        return self._shape.spread(mean, day_cv, dates)


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep Prophet and its optimiser from writing to the user's terminal."""
    # `disabled`, not a level: the optimiser's own import sets its level again.
    loggers = [logging.getLogger(name) for name in ("prophet", "prophet.plot", "cmdstanpy")]
    before = [logger.disabled for logger in loggers]
    for logger in loggers:
        logger.disabled = True
    try:
        yield
    finally:
        for logger, disabled in zip(loggers, before, strict=True):
            logger.disabled = disabled
