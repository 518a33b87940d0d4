"""The floor every model must beat: the last known week again."""

from __future__ import annotations

from typing import ClassVar, Self

import numpy as np
import pandas as pd

from forecasting.grid import DayGrid
from forecasting.models.protocol import Prediction, rate_variation
from forecasting.models.weekday_profile import weekday_rows, with_unseen_weekdays


class SeasonalNaive:
    """The last known day of the same weekday."""

    name: ClassVar[str] = "seasonal_naive"

    def fit(self, past: DayGrid) -> Self:
        """Keep the last known week; the week before it tells how far weeks differ."""
        last, before = weekday_rows(past, 2)
        self._last = with_unseen_weekdays(last)
        self._cv = rate_variation(last, before)
        return self

    def predict(self, dates: pd.DatetimeIndex) -> Prediction:
        """Repeat it."""
        contacts = self._last[dates.dayofweek]
        return Prediction(contacts=contacts, rate_cv=np.full(contacts.shape, self._cv))
