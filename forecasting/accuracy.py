"""Measures of forecast accuracy, one short function each.

Every function takes what came (`actual`) and what was forecast, arrays of one shape; unknown
actuals (NaN) are left out. Percentages of single intervals (MAPE) are left out on purpose: they
explode where few contacts come.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from forecasting.distribution import QUANTILE_LEVELS
from forecasting.grid import FloatArray

DAYS_OF_A_WEEK = 7
# The row of the accuracy table that no forecast can pass but by luck.
FLOOR = "poisson_floor"
ACCURACY_COLUMNS = (
    "wape",
    "day_wape",
    "week_wape",
    "bias",
    "mase",
    "rmse",
    "wql",
    "coverage_80",
    "coverage_95",
    "day_coverage_80",
    "day_coverage_95",
    "week_coverage_80",
    "week_coverage_95",
)


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


def rmse(actual: ArrayLike, forecast: ArrayLike) -> float:
    """Root of the mean squared error [contacts]."""
    y, f = _known(actual, forecast)
    return float(np.sqrt(np.square(y - f).mean())) if y.size else np.nan


def naive_scale(past: FloatArray) -> float:
    """Mean absolute change from a week before: the scale of `mase` [contacts].

    Parameters
    ----------
    past : float array, shape (days, intervals)
        Consecutive days that the forecasts were made from; NaN where closed or lost.
    """
    change = np.abs(past[DAYS_OF_A_WEEK:] - past[:-DAYS_OF_A_WEEK])
    known = np.isfinite(change)
    return float(change[known].mean()) if known.any() else np.nan


def mase(actual: ArrayLike, forecast: ArrayLike, scale: float) -> float:
    """Mean absolute error over that of the seasonal naive in the past [1].

    Hyndman and Koehler, International Journal of Forecasting 22(4), 2006; `scale` is
    `naive_scale` of the past. NaN where the scale is 0 or unknown.
    """
    y, f = _known(actual, forecast)
    return _ratio(float(np.abs(y - f).mean()), scale) if y.size else np.nan


def pinball_loss(actual: ArrayLike, quantile: ArrayLike, level: float) -> float:
    """Mean pinball loss of a quantile forecast [contacts].

    Koenker and Bassett, Econometrica 46(1), 1978; least for the true quantile.
    """
    if not 0 < level < 1:
        raise ValueError(f"level must lie in (0, 1), got {level}")
    y, q = _known(actual, quantile)
    return float(np.maximum(level * (y - q), (level - 1) * (y - q)).mean()) if y.size else np.nan


def weighted_quantile_loss(
    actual: ArrayLike, quantiles: FloatArray, levels: Sequence[float] = QUANTILE_LEVELS
) -> float:
    """Twice the pinball loss over the volume, averaged over levels [1].

    The M5 and GluonTS measure; with the median alone it is `wape`.

    Parameters
    ----------
    actual : float array
        What came.
    quantiles : float array, shape (levels, *actual.shape)
        Quantile forecasts.
    levels : sequence of float
        Their probabilities.
    """
    y = np.asarray(actual, dtype=np.float64)
    known = np.isfinite(y)
    losses = [
        2 * pinball_loss(y, quantile, level) * known.sum()
        for quantile, level in zip(quantiles, levels, strict=True)
    ]
    return _ratio(float(np.mean(losses)), float(y[known].sum()))


def poisson_floor(rate: ArrayLike) -> float:
    """Tell the WAPE expected of a forecast that knows every rate: sum of E|N - m| / sum of m [1].

    E|N - m| = 2 m^(k+1) exp(-m) / k!, k the whole part of m: the mean deviation of the Poisson
    distribution (Crow, Biometrika 45(3/4), 1958). Whoever comes below it has been lucky.

    Parameters
    ----------
    rate : float array
        Expected contacts, at least 0; NaN cells are left out.
    """
    from scipy.special import gammaln, xlogy

    m = np.asarray(rate, dtype=np.float64)
    m = m[np.isfinite(m)]
    whole = np.floor(m)
    deviation = 2 * np.exp(xlogy(whole + 1, m) - m - gammaln(whole + 1))
    return _ratio(float(deviation.sum()), float(m.sum()))


def forecast_value_added(actual: ArrayLike, system: ArrayLike, edited: ArrayLike) -> float:
    """WAPE of an edited forecast less that of the system's own [1]; below 0 the edit helped.

    Gilliland, The Business Forecasting Deal, 2010, with the sign of an error.
    """
    return wape(actual, edited) - wape(actual, system)


def coverage(actual: ArrayLike, lower: ArrayLike, upper: ArrayLike) -> float:
    """Share of actuals inside [lower, upper], both ends included [1]."""
    y = np.asarray(actual, dtype=np.float64)
    known = np.isfinite(y)
    inside = (y >= np.asarray(lower)) & (y <= np.asarray(upper))
    return float(inside[known].mean()) if known.any() else np.nan


@dataclass(frozen=True, slots=True, eq=False)
class PastForecast:
    """A forecast made from past origins.

    Attributes
    ----------
    contacts : float array, shape (folds, days, intervals)
        Expected contacts.
    quantiles : float array, shape (levels, folds, days, intervals), optional
        At `QUANTILE_LEVELS`, where the forecast has any.
    day_quantiles : float array, shape (levels, folds, days), optional
        Of each day's known intervals together.
    week_quantiles : float array, shape (levels, folds * weeks), optional
        Of each whole week's, counted from a fold's first day.
    """

    contacts: FloatArray
    quantiles: FloatArray | None = None
    day_quantiles: FloatArray | None = None
    week_quantiles: FloatArray | None = None


def accuracy_table(
    actual: FloatArray,
    forecasts: Mapping[str, PastForecast],
    *,
    lead_days: int,
    scale: float = np.nan,
) -> pd.DataFrame:
    """Compare forecasts of one queue at the lead of the decision, with the floor of chance.

    Parameters
    ----------
    actual : float array, shape (folds, days, intervals)
        What came; NaN where closed or lost. Weeks are counted from a fold's first day.
    forecasts : mapping of str to PastForecast
        By name, e.g. the system's, seasonal_naive, weekday_profile, prophet.
    lead_days : int
        Whole days between the last day known and the first one forecast.
    scale : float
        `naive_scale` of the past, for MASE.

    Returns
    -------
    DataFrame
        One row a forecast in the given order: model, lead_days, wape, day_wape, week_wape, bias,
        mase [1], rmse [contacts], wql, coverage_80, coverage_95 of intervals, the same of days and
        of weeks [1]; NaN where unknown. Last the row `poisson_floor`: the error chance leaves if
        the best forecast's rates are true.
    """
    rows: list[dict[str, float | str]] = [
        {"model": name, **_record(actual, forecast, scale)} for name, forecast in forecasts.items()
    ]
    wapes = [wape(actual, forecast.contacts) for forecast in forecasts.values()]
    if np.isfinite(wapes).any():
        best = list(forecasts.values())[int(np.nanargmin(wapes))]
        rows.append({"model": FLOOR, **_floor(actual, best)})
    table = pd.DataFrame(rows, columns=["model", *ACCURACY_COLUMNS])
    table = table.astype(dict.fromkeys(ACCURACY_COLUMNS, np.float64))
    table.insert(1, "lead_days", lead_days)
    return table


def _record(actual: FloatArray, forecast: PastForecast, scale: float) -> dict[str, float]:
    expected = np.where(np.isfinite(actual), forecast.contacts, np.nan)
    record = {
        "wape": wape(actual, expected),
        "day_wape": wape(day_totals(actual), day_totals(expected)),
        "week_wape": wape(week_totals(actual), week_totals(expected)),
        "bias": bias(actual, expected),
        "mase": mase(actual, expected, scale),
        "rmse": rmse(actual, expected),
    }
    if forecast.quantiles is not None:
        record["wql"] = weighted_quantile_loss(actual, forecast.quantiles)
    for span, came, quantiles in (
        ("", actual, forecast.quantiles),
        ("day_", day_totals(actual), forecast.day_quantiles),
        ("week_", week_totals(actual), forecast.week_quantiles),
    ):
        if quantiles is not None:
            low95, low80, *_, high80, high95 = quantiles
            record[f"{span}coverage_80"] = coverage(came, low80, high80)
            record[f"{span}coverage_95"] = coverage(came, low95, high95)
    return record


def _floor(actual: FloatArray, forecast: PastForecast) -> dict[str, float]:
    rate = np.where(np.isfinite(actual), np.maximum(forecast.contacts, 0.0), np.nan)
    return {
        "wape": poisson_floor(rate),
        "day_wape": poisson_floor(day_totals(rate)),
        "week_wape": poisson_floor(week_totals(rate)),
        "bias": 0.0,
    }


def day_totals(cells: FloatArray) -> FloatArray:
    """Total the known intervals of each day, shape (..., days); NaN where none is known."""
    known = np.isfinite(cells).any(axis=-1)
    return np.where(known, np.nansum(cells, axis=-1), np.nan)


def week_totals(cells: FloatArray) -> FloatArray:
    """Total the whole weeks of each fold, shape (folds * weeks,); NaN where nothing is known."""
    days = whole_weeks(cells)
    return day_totals(days.reshape(len(days), DAYS_OF_A_WEEK * cells.shape[2]))


def whole_weeks(cells: FloatArray) -> FloatArray:
    """Cut each fold into whole weeks from its first day, shape (folds * weeks, 7, intervals)."""
    weeks = cells.shape[1] // DAYS_OF_A_WEEK
    whole = cells[:, : weeks * DAYS_OF_A_WEEK]
    return whole.reshape(len(cells) * weeks, DAYS_OF_A_WEEK, cells.shape[2])


def _known(actual: ArrayLike, forecast: ArrayLike) -> tuple[FloatArray, FloatArray]:
    y = np.asarray(actual, dtype=np.float64)
    f = np.asarray(forecast, dtype=np.float64)
    if y.shape != f.shape:
        raise ValueError(f"actual and forecast must have one shape, got {y.shape} and {f.shape}")
    known = np.isfinite(y)
    return y[known], f[known]


def _ratio(part: float, whole: float) -> float:
    return part / whole if whole > 0 else np.nan
