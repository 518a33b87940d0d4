"""A robust typical week: the median day of each weekday over half a year, in today's shape."""

from __future__ import annotations

from typing import ClassVar, Self

import numpy as np
import pandas as pd

from forecasting.grid import DayGrid
from forecasting.models.day_shape import day_shape
from forecasting.models.protocol import Prediction, rate_variation
from forecasting.models.weekday_profile import with_unseen_weekdays


class TypicalWeek:
    """Half a year's median of each weekday's total, spread by the weekday's shape.

    Slow on purpose: where a level wanders and comes back, it is the better guide two weeks ahead,
    and a single odd week does not move it.
    """

    name: ClassVar[str] = "typical_week"
    weeks: ClassVar[int] = 26

    def fit(self, past: DayGrid) -> Self:
        """Take medians of the recent same weekdays."""
        recent = past.last_days(7 * self.weeks)
        self._shape = day_shape(past)
        totals = self._shape.totals(recent)
        typical = np.full(7, np.nan)
        for weekday in set(recent.weekdays[np.isfinite(totals)].tolist()):
            of_weekday = totals[recent.weekdays == weekday]
            # The median of few contacts a day is nothing: below one it is no typical day.
            median = float(np.nanmedian(of_weekday))
            typical[weekday] = median if median >= 1 else float(np.nanmean(of_weekday))
        self._totals = with_unseen_weekdays(typical[:, None])[:, 0]
        self._cv = rate_variation(totals, self._totals[recent.weekdays])
        return self

    def predict(self, dates: pd.DatetimeIndex) -> Prediction:
        """Repeat the typical week."""
        return self._shape.spread(
            self._totals[dates.dayofweek], np.full(len(dates), self._cv), dates
        )
