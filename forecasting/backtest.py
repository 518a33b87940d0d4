"""Rolling origins at the lead time of the decision: how well each model would have forecast.

A plan fixed two weeks ahead must be judged two weeks ahead, and tomorrow's a day ahead. From each
past origin every model sees only the days before it, the calendar's effects are learnt again from
those days alone, and the forecast of the planned window is compared with what came.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from forecasting.accuracy import bias, wape
from forecasting.calendar_effects import Calendar, fit_calendar
from forecasting.day_level import Variances
from forecasting.grid import DayGrid, FloatArray
from forecasting.models import MODELS
from forecasting.models.protocol import Prediction

# Twelve weeks of windows cover a season's turn without asking for years of history; of shorter
# windows, one every third day meets every weekday three times.
BACKTEST_DAYS = 84
MAX_WINDOW_DAYS = 14
MAX_FOLDS = 21
MIN_STEP_DAYS = 3
# Before the first origin a model must have seen each weekday three times.
MIN_PAST_DAYS = 21
# The calendar's variances hardly move within a month.
KEEP_VARIANCES_DAYS = 28

Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True, eq=False)
class Score:
    """One model's record over all origins.

    Attributes
    ----------
    model : str
        Model name.
    wape, day_wape, bias : float
        By interval, by day, and signed [1]; NaN where nothing came.
    folds : int
        Origins forecast from.
    """

    model: str
    wape: float
    day_wape: float
    bias: float
    folds: int


@dataclass(frozen=True, slots=True, eq=False)
class Backtest:
    """What came in past windows and what each model had forecast.

    Attributes
    ----------
    origins : DatetimeIndex, shape (folds,)
        First day unknown to the forecasts of a fold.
    actual : float array, shape (folds, days, intervals)
        NaN where closed or lost.
    forecasts : dict of str to Prediction
        By model, arrays of the shape of `actual`.
    """

    origins: pd.DatetimeIndex
    actual: FloatArray
    forecasts: Mapping[str, Prediction]

    def day_losses(self) -> dict[str, FloatArray]:
        """Sum the absolute errors of each model on each known day, shape (days,) [contacts]."""
        known = np.isfinite(self.actual)
        days = known.any(axis=2)
        return {
            name: np.where(known, np.abs(self.actual - forecast.contacts), 0.0).sum(axis=2)[days]
            for name, forecast in self.forecasts.items()
        }

    def score(self, name: str, forecast: Prediction) -> Score:
        """Measure a forecast of the same windows."""
        known = np.isfinite(self.actual)
        days = known.any(axis=2)
        expected = forecast.contacts
        day_actual = np.where(known, self.actual, 0.0).sum(axis=2)[days]
        day_expected = np.where(known, expected, 0.0).sum(axis=2)[days]
        return Score(
            model=name,
            wape=wape(self.actual, expected),
            day_wape=wape(day_actual, day_expected),
            bias=bias(self.actual, expected),
            folds=len(self.origins),
        )

    def scores(self) -> list[Score]:
        """Measure every model; empty without folds."""
        if not len(self.origins):
            return []
        return [self.score(name, forecast) for name, forecast in self.forecasts.items()]


def window_days(horizon_days: int) -> int:
    """Days of a backtest's window: those of the plan, two weeks at most."""
    return min(horizon_days, MAX_WINDOW_DAYS)


def max_folds(window: int) -> int:
    """Count the origins that a long history is forecast from."""
    return min(MAX_FOLDS, BACKTEST_DAYS // window)


def origins(
    dates: pd.DatetimeIndex, *, lead_days: int, window: int = MAX_WINDOW_DAYS
) -> list[pd.Timestamp]:
    """List past origins, oldest first, whose planned window is already history.

    Parameters
    ----------
    dates : DatetimeIndex
        The history's dates.
    lead_days : int
        Whole days between the last day known and the first day planned, at least 0.
    window : int
        Days of a window, at least 1; windows do not overlap.
    """
    if lead_days < 0:
        raise ValueError(f"lead_days must be >= 0, got {lead_days}")
    if window < 1:
        raise ValueError(f"window must be >= 1, got {window}")
    end = dates[-1] + pd.Timedelta(days=1)
    first = dates[0] + pd.Timedelta(days=MIN_PAST_DAYS)
    step = max(window, MIN_STEP_DAYS)
    back = [lead_days + window + step * fold for fold in range(max_folds(window))]
    candidates = [end - pd.Timedelta(days=days) for days in reversed(back)]
    return [origin for origin in candidates if origin >= first]


def predict_days(
    calendar: Calendar, dates: pd.DatetimeIndex, models: Sequence[str]
) -> Iterator[tuple[str, Prediction]]:
    """Forecast dates with one model after another: calendar out, model, calendar back in.

    Parameters
    ----------
    calendar : Calendar
        One queue's calendar and ordinary days up to the origin.
    dates : DatetimeIndex
        Local dates to forecast.
    models : sequence of str
        Names from `forecasting.models.MODELS`.
    """
    effect = calendar.effects(dates)[:, None]
    for name in models:
        plain = MODELS[name]().fit(calendar.ordinary).predict(dates)
        yield name, Prediction(contacts=plain.contacts * effect, rate_cv=plain.rate_cv)


def backtest(
    grid: DayGrid,
    special: pd.DataFrame,
    models: Sequence[str],
    *,
    lead_days: int,
    window: int = MAX_WINDOW_DAYS,
    progress: Progress | None = None,
) -> Backtest:
    """Forecast past windows with each model; no folds where the history is too short for one.

    Parameters
    ----------
    grid : DayGrid
        One queue's history, NaN where closed or lost.
    special : DataFrame
        Its special days.
    models : sequence of str
        Names from `forecasting.models.MODELS`.
    lead_days : int
        Whole days between the last day known and the first day planned.
    window : int
        Days of a window [d].
    progress : callable, optional
        Called with a model's name after each forecast; it may raise to cancel.
    """
    used: list[pd.Timestamp] = []
    actual: list[FloatArray] = []
    forecasts: dict[str, list[Prediction]] = {name: [] for name in models}
    variances: Variances | None = None
    estimated = None
    for origin in origins(grid.dates, lead_days=lead_days, window=window):
        past = grid.before(origin)
        first = origin + pd.Timedelta(days=lead_days)
        dates = pd.date_range(first, periods=window, freq="D")
        came = grid.contacts[grid.dates.get_indexer(dates)]
        if not np.isfinite(past.contacts).any() or not np.isfinite(came).any():
            continue
        if estimated is None or (origin - estimated).days >= KEEP_VARIANCES_DAYS:
            variances, estimated = None, origin
        calendar = fit_calendar(past, special, variances=variances)
        variances = calendar.level.variances
        used.append(origin)
        actual.append(came)
        for name, prediction in predict_days(calendar, dates, models):
            forecasts[name].append(prediction)
            if progress is not None:
                progress(name)
    return Backtest(
        origins=pd.DatetimeIndex(used),
        actual=_stacked(actual, window, len(grid.minutes)),
        forecasts={
            name: Prediction(
                contacts=_stacked([one.contacts for one in made], window, len(grid.minutes)),
                rate_cv=_stacked([one.rate_cv for one in made], window, len(grid.minutes)),
            )
            for name, made in forecasts.items()
        },
    )


def _stacked(folds: list[FloatArray], days: int, intervals: int) -> FloatArray:
    return np.stack(folds) if folds else np.zeros((0, days, intervals))
