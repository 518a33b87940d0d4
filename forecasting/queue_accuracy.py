"""How well a queue's forecast did in its backtest, beside those it has to beat."""

from __future__ import annotations

import numpy as np
import pandas as pd

from forecasting.accuracy import PastForecast, accuracy_table
from forecasting.backtest import Backtest
from forecasting.conformal import interval_quantiles, learn_correction
from forecasting.distribution import QUANTILE_LEVELS
from forecasting.grid import FloatArray
from forecasting.paths import path_parameters

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
        quantiles = _left_out_quantiles(tested.actual, expected, weights)
        forecasts[CHOSEN] = PastForecast(contacts=expected, quantiles=quantiles)
        forecasts |= {
            name: PastForecast(contacts=tested.forecasts[name].contacts)
            for name in RIVALS
            if name in tested.forecasts
        }
    return accuracy_table(tested.actual, forecasts, lead_days=lead_days, scale=scale)


def _left_out_quantiles(
    actual: FloatArray, expected: FloatArray, weights: FloatArray
) -> FloatArray:
    """Quantiles of each window as the other windows make them, so that coverage is honest."""
    folds = np.arange(len(actual))
    quantiles = np.full((len(QUANTILE_LEVELS), *actual.shape), np.nan)
    for group in np.array_split(folds, min(len(folds), LEFT_OUT_GROUPS)):
        others = np.setdiff1d(folds, group)
        errors = (actual[others], expected[others])
        parameters = path_parameters(*errors, weights[others])
        correction = learn_correction(*errors, parameters, weights[others])
        quantiles[:, group] = interval_quantiles(expected[group], correction)
    return quantiles
