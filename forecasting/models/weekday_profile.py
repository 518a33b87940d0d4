"""The planner's mean: the average of the last six same weekdays, interval by interval."""

from __future__ import annotations

from typing import ClassVar, Self

import numpy as np
import pandas as pd

from forecasting.grid import DayGrid, FloatArray
from forecasting.models.protocol import Prediction, rate_variation


class WeekdayProfile:
    """Mean of the last six same weekdays, on ordinary days.

    What a careful planner does in a spreadsheet, and the bar a model must pass before it may be
    chosen: measured on real centres it beats Prophet and the seasonal naive nearly everywhere.
    """

    name: ClassVar[str] = "weekday_profile"
    weeks: ClassVar[int] = 6

    def fit(self, past: DayGrid) -> Self:
        """Average the recent same weekdays."""
        rows = weekday_rows(past, self.weeks)
        self._mean = with_unseen_weekdays(nan_mean(rows))
        self._cv = _rate_cv(rows)
        return self

    def predict(self, dates: pd.DatetimeIndex) -> Prediction:
        """Repeat the averages."""
        contacts = self._mean[dates.dayofweek]
        return Prediction(contacts=contacts, rate_cv=np.full(contacts.shape, self._cv))


def weekday_rows(past: DayGrid, weeks: int) -> FloatArray:
    """Stack the last known days of each weekday, shape (weeks, 7, intervals), newest first."""
    known = np.isfinite(past.contacts).any(axis=1)
    stack = np.full((weeks, 7, past.contacts.shape[1]), np.nan)
    for weekday in range(7):
        rows = past.contacts[known & (past.weekdays == weekday)][::-1][:weeks]
        stack[: len(rows), weekday] = rows
    return stack


def nan_mean(rows: FloatArray) -> FloatArray:
    """Mean over the first axis of what is known; NaN where nothing is."""
    known = np.isfinite(rows)
    with np.errstate(invalid="ignore"):
        mean: FloatArray = np.where(known, rows, 0.0).sum(axis=0) / known.sum(axis=0)
    return mean


def with_unseen_weekdays(by_weekday: FloatArray) -> FloatArray:
    """Give a weekday or interval never seen the mean of the other weekdays, and 0 if none."""
    others = np.broadcast_to(nan_mean(by_weekday), by_weekday.shape)
    return np.nan_to_num(np.where(np.isfinite(by_weekday), by_weekday, others))


def _rate_cv(rows: FloatArray) -> float:
    """Variation of a new day around the mean of the others, from the days that made it."""
    days = np.isfinite(rows).sum(axis=0)
    enough = days >= 2
    if not enough.any():
        return 0.0
    # Each day against the mean of the others: residual / (1 - 1/n), as in leave-one-out.
    mean = nan_mean(rows)
    left_out = mean + (mean - rows) / np.maximum(days - 1, 1)
    known = np.where(enough, rows, np.nan)
    return rate_variation(known, np.maximum(left_out, 0.0))
