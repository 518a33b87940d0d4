"""Rolling origins at the lead time of the decision: how well each model would have forecast.

A plan fixed two weeks ahead must be judged two weeks ahead. From each past origin every model sees
only the days before it, the calendar's effects are learnt again from those days alone, and the
forecast of the planned window is compared with what came.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from forecasting.accuracy import bias, wape
from forecasting.grid import DayGrid, FloatArray
from forecasting.models import MODELS
from forecasting.models.protocol import Prediction
from forecasting.special_days import day_effects, ordinary_days

# Six windows of two weeks cover a season's turn without asking for years of history.
FOLDS = 6
WINDOW_DAYS = 14
# Before the first origin a model must have seen each weekday three times.
MIN_PAST_DAYS = 21
# The middle 80 % of a normal error lies within 1.2816 standard deviations.
CALIBRATED_SHARE = 0.80
NORMAL_80 = 1.2815515655446004
MIN_RATE_CV = 0.01

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
    cv_scale : float
        Factor on the model's own rate variation that makes its 80 % interval hold 80 %.
    """

    model: str
    wape: float
    day_wape: float
    bias: float
    folds: int
    cv_scale: float


def origins(dates: pd.DatetimeIndex, *, lead_days: int, folds: int = FOLDS) -> list[pd.Timestamp]:
    """List past origins, oldest first, whose planned window is already history.

    Parameters
    ----------
    dates : DatetimeIndex
        The history's dates.
    lead_days : int
        Whole days between the last day known and the first day planned, at least 0.
    folds : int
        At most this many.
    """
    if lead_days < 0:
        raise ValueError(f"lead_days must be >= 0, got {lead_days}")
    end = dates[-1] + pd.Timedelta(days=1)
    first = dates[0] + pd.Timedelta(days=MIN_PAST_DAYS)
    back = [lead_days + WINDOW_DAYS * (fold + 1) for fold in range(folds)]
    candidates = [end - pd.Timedelta(days=days) for days in reversed(back)]
    return [origin for origin in candidates if origin >= first]


def predict_days(
    past: DayGrid, special: pd.DataFrame, dates: pd.DatetimeIndex, models: Sequence[str]
) -> Iterator[tuple[str, Prediction]]:
    """Forecast dates with one model after another: calendar out, model, calendar back in.

    Parameters
    ----------
    past : DayGrid
        One queue's open intervals up to the origin.
    special : DataFrame
        Its special days, past and future.
    dates : DatetimeIndex
        Local dates to forecast.
    models : sequence of str
        Names from `forecasting.models.MODELS`.
    """
    ordinary, _ = ordinary_days(past, special)
    effect = day_effects(past, special, dates)[:, None]
    for name in models:
        plain = MODELS[name]().fit(ordinary).predict(dates)
        yield name, Prediction(contacts=plain.contacts * effect, rate_cv=plain.rate_cv)


def backtest(
    grid: DayGrid,
    special: pd.DataFrame,
    models: Sequence[str],
    *,
    lead_days: int,
    progress: Progress | None = None,
) -> list[Score]:
    """Score each model from rolling origins; empty where the history is too short for one.

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
    progress : callable, optional
        Called with a model's name after each forecast; it may raise to cancel.
    """
    starts = origins(grid.dates, lead_days=lead_days)
    actual: list[FloatArray] = []
    forecasts: dict[str, list[Prediction]] = {name: [] for name in models}
    for origin in starts:
        past = grid.before(origin)
        first = origin + pd.Timedelta(days=lead_days)
        dates = pd.date_range(first, periods=WINDOW_DAYS, freq="D")
        came = grid.contacts[grid.dates.get_indexer(dates)]
        if not np.isfinite(past.contacts).any() or not np.isfinite(came).any():
            continue
        actual.append(came)
        for name, prediction in predict_days(past, special, dates, models):
            forecasts[name].append(prediction)
            if progress is not None:
                progress(name)
    if not actual:
        return []
    return [_score(name, np.concatenate(actual), forecasts[name], len(actual)) for name in models]


def _score(name: str, actual: FloatArray, forecasts: list[Prediction], folds: int) -> Score:
    expected = np.concatenate([forecast.contacts for forecast in forecasts])
    rate_cv = np.concatenate([forecast.rate_cv for forecast in forecasts])
    known = np.isfinite(actual)
    days = known.any(axis=1)
    day_actual = np.where(known, actual, 0.0).sum(axis=1)[days]
    day_expected = np.where(known, expected, 0.0).sum(axis=1)[days]
    return Score(
        model=name,
        wape=wape(actual, expected),
        day_wape=wape(day_actual, day_expected),
        bias=bias(actual, expected),
        folds=folds,
        cv_scale=_cv_scale(actual[known], expected[known], rate_cv[known]),
    )


def _cv_scale(actual: FloatArray, expected: FloatArray, rate_cv: FloatArray) -> float:
    """Scale the rate variation so that 80 % of past errors lie within the 80 % interval."""
    error = np.abs(actual - expected)
    rate_sd = np.maximum(rate_cv, MIN_RATE_CV) * expected

    def inside(scale: float) -> float:
        bound = NORMAL_80 * np.sqrt(expected + np.square(scale * rate_sd))
        return float((error <= bound).mean())

    low, high = 0.0, 8.0
    if inside(low) >= CALIBRATED_SHARE:
        return low
    for _ in range(30):
        middle = (low + high) / 2
        low, high = (low, middle) if inside(middle) >= CALIBRATED_SHARE else (middle, high)
    return high
