"""Measures of forecast accuracy, one short function each.

Every function takes what came (`actual`) and what was forecast, arrays of one shape; unknown
actuals (NaN) are left out. Percentages of single intervals (MAPE) are left out on purpose: they
explode where few contacts come.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from forecasting.grid import FloatArray


def wape(actual: ArrayLike, forecast: ArrayLike) -> float:
    """Weighted absolute percentage error: sum of absolute errors / sum of actuals [1].

    NaN where nothing came at all.
    """
    y, f = _known(actual, forecast)
    return _ratio(float(np.abs(y - f).sum()), float(y.sum()))


def bias(actual: ArrayLike, forecast: ArrayLike) -> float:
    """Sum of (forecast - actual) / sum of actuals [1]; above 0 is too high a forecast."""
    y, f = _known(actual, forecast)
    return _ratio(float((f - y).sum()), float(y.sum()))


def pinball_loss(actual: ArrayLike, quantile: ArrayLike, level: float) -> float:
    """Mean pinball loss of a quantile forecast [contacts].

    Koenker and Bassett, Econometrica 46(1), 1978; least for the true quantile.
    """
    if not 0 < level < 1:
        raise ValueError(f"level must lie in (0, 1), got {level}")
    y, q = _known(actual, quantile)
    return float(np.maximum(level * (y - q), (level - 1) * (y - q)).mean()) if y.size else np.nan


def coverage(actual: ArrayLike, lower: ArrayLike, upper: ArrayLike) -> float:
    """Share of actuals inside [lower, upper], both ends included [1]."""
    y = np.asarray(actual, dtype=np.float64)
    known = np.isfinite(y)
    inside = (y >= np.asarray(lower)) & (y <= np.asarray(upper))
    return float(inside[known].mean()) if known.any() else np.nan


def _known(actual: ArrayLike, forecast: ArrayLike) -> tuple[FloatArray, FloatArray]:
    y = np.asarray(actual, dtype=np.float64)
    f = np.asarray(forecast, dtype=np.float64)
    if y.shape != f.shape:
        raise ValueError(f"actual and forecast must have one shape, got {y.shape} and {f.shape}")
    known = np.isfinite(y)
    return y[known], f[known]


def _ratio(part: float, whole: float) -> float:
    return part / whole if whole > 0 else np.nan
