"""How well a queue's forecast did in its backtest, beside those it has to beat."""

from __future__ import annotations

import numpy as np
import pandas as pd

from forecasting.accuracy import PastForecast, accuracy_table, whole_weeks
from forecasting.backtest import Backtest
from forecasting.conformal import interval_quantiles, learn_correction
from forecasting.distribution import QUANTILE_LEVELS
from forecasting.grid import FloatArray
from forecasting.paths import path_parameters
from forecasting.totals import expected_total_quantiles

# Beside which the accuracy of a forecast is shown, where they were tested.
RIVALS = ("seasonal_naive", "weekday_profile", "prophet")
CHOSEN = "chosen"
# Windows are left out in groups when coverage is measured: enough for a measure.
LEFT_OUT_GROUPS = 6


def queue_accuracy(
    tested: Backtest, expected: FloatArray, weights: FloatArray, *, lead_days: int, scale: float
) -> pd.DataFrame:
    """Measure a forecast beside its rivals; its quantiles by what the other windows taught.

    Parameters
    ----------
    tested : Backtest
        What came, and what each model had forecast.
    expected : float array, shape (folds, days, intervals)
        What the combination had forecast.
    weights : float array, shape (folds,)
        How much each window's errors tell about today's.
    lead_days : int
        Whole days between the last day known and the first one forecast.
    scale : float
        `forecasting.accuracy.naive_scale` of the past, for MASE.

    Returns
    -------
    DataFrame
        See `forecasting.accuracy.accuracy_table`.
    """
    forecasts: dict[str, PastForecast] = {}
    if len(tested.origins):
        forecasts[CHOSEN] = _with_quantiles(tested.actual, expected, weights)
        forecasts |= {name: PastForecast(contacts=past) for name, past in rivals(tested).items()}
    return accuracy_table(tested.actual, forecasts, lead_days=lead_days, scale=scale)


def rivals(tested: Backtest) -> dict[str, FloatArray]:
    """Return what the forecasts to beat had said, by model, shape (folds, days, intervals) each."""
    return {name: tested.forecasts[name].contacts for name in RIVALS if name in tested.forecasts}


def _with_quantiles(actual: FloatArray, expected: FloatArray, weights: FloatArray) -> PastForecast:
    """Give each window the quantiles that the other windows make, so that coverage is honest."""
    folds, days, _ = actual.shape
    weeks = days // 7
    levels = len(QUANTILE_LEVELS)
    cells = np.full((levels, *actual.shape), np.nan)
    of_days = np.full((levels, folds, days), np.nan)
    of_weeks = np.full((levels, folds, weeks), np.nan)
    # What is lost of a day can be in no total of it.
    known = np.where(np.isfinite(actual), expected, np.nan)
    for group in np.array_split(np.arange(folds), min(folds, LEFT_OUT_GROUPS)):
        others = np.setdiff1d(np.arange(folds), group)
        errors = (actual[others], expected[others])
        parameters = path_parameters(*errors, weights[others])
        correction = learn_correction(*errors, parameters, weights[others])
        cells[:, group] = interval_quantiles(expected[group], correction)
        of_days[:, group] = expected_total_quantiles(
            known[group][:, :, None], parameters, correction.day_factors
        )
        of_weeks[:, group] = expected_total_quantiles(
            whole_weeks(known[group]), parameters, correction.week_factors
        ).reshape(levels, len(group), weeks)
    return PastForecast(
        contacts=expected,
        quantiles=cells,
        day_quantiles=of_days,
        week_quantiles=of_weeks.reshape(levels, folds * weeks),
    )
