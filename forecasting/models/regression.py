"""Multiplicative regression of day totals: weekday, level, swings around it and the year.

The hierarchical model of `day_level` on ordinary days. Its level is a slow random walk and its
swings fade, so two weeks ahead it leans on what the centre is used to, and a day ahead on what the
last days showed.
"""

from __future__ import annotations

from typing import ClassVar, Self

import numpy as np
import pandas as pd

from forecasting.calendar_effects import level_terms
from forecasting.day_level import fit_day_level
from forecasting.day_terms import SWING_DAYS
from forecasting.grid import DayGrid
from forecasting.models.day_shape import day_shape
from forecasting.models.protocol import Prediction


class Regression:
    """Ridge regression on the log of day totals, every penalty estimated."""

    name: ClassVar[str] = "regression"

    def fit(self, past: DayGrid) -> Self:
        """Estimate coefficients and variances."""
        self._shape = day_shape(past)
        totals = self._shape.totals(past)
        self._level = fit_day_level(level_terms(past.dates, totals), past.dates, totals)
        self._last = past.dates[-1]
        return self

    def predict(self, dates: pd.DatetimeIndex) -> Prediction:
        """Forecast day totals and spread them by the weekday's shape."""
        ahead = (dates - self._last).days.to_numpy()
        variances = self._level.variances
        # What a swing may have moved since the last day, and the noise of a day.
        moved = variances["swing"] * -np.expm1(-2 * ahead / SWING_DAYS)
        day_cv = np.sqrt(np.expm1(variances["noise"] + moved))
        return self._shape.spread(self._level.day_contacts(dates), day_cv, dates)
