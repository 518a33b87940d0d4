"""What past errors say beyond Poisson noise: variances and covariances of the rate, by moments.

If contacts are Poisson with mean m times a random factor, E[(N - m)^2] = m + m^2 variance and, for
two cells, E[(N - m)(N' - m')] = m m' covariance: the Poisson part is known and drops out
(Avramidis, Deslauriers and L'Ecuyer, Management Science 50(7), 2004).

Windows of the past count by their likeness to the coming one: errors need not be exchangeable if
those unlike the next weigh less (Barber, Candès, Ramdas and Tibshirani, Annals of Statistics 51(2),
2023).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from forecasting.grid import DayGrid, FloatArray

# One undeclared holiday must not widen every ordinary day: errors are pulled in to four standard
# deviations (Huber, Annals of Mathematical Statistics 35(1), 1964); normal ones hardly get there.
OUTLYING_SD = 4.0
PASSES = 4
DAYS_OF_A_WEEK = 7


@dataclass(frozen=True, slots=True, eq=False)
class ErrorMoments:
    """Relative (co)variances of the rate around its forecast, weighted by expected contacts.

    Attributes
    ----------
    cell, neighbour, day_total, between_days : float
        Variance of an interval, covariance of neighbouring intervals, variance of a day's total,
        covariance of different days less than a week apart [1]; negative by chance, if small.
    pair_weights : float array, shape (intervals,)
        Weight of the pairs of intervals of a day by their lag; they sum to 1.
    day_pair_weights : float array, shape (days - 1 or 6,)
        Weight of the pairs of days by lag 1, 2, ...; they sum to 1, or are 0 without pairs.
    days, weeks : float
        Days with volume, and whole weeks of them within the folds, each counted by its weight.
    """

    cell: float
    neighbour: float
    day_total: float
    between_days: float
    pair_weights: FloatArray
    day_pair_weights: FloatArray
    days: float
    weeks: float


def window_weights(origins: pd.DatetimeIndex, grid: DayGrid) -> FloatArray:
    """Weigh past windows by how much of today's past their forecasts had already seen.

    A forecast made from a fourth of the history errs more than the coming one will. The share is
    squared, as the forecast is like today's in two ways less: the models had less to learn from,
    and the centre itself is further away. A history of years weighs all its windows alike.

    Parameters
    ----------
    origins : DatetimeIndex, shape (folds,)
        First day unknown to the forecasts of a fold.
    grid : DayGrid
        The history; a day counts if any of its intervals is known.

    Returns
    -------
    float array, shape (folds,)
        In [0, 1]; the coming window itself would weigh 1.
    """
    known = np.flatnonzero(np.isfinite(grid.contacts).any(axis=1))
    seen = known.searchsorted(grid.dates.searchsorted(origins))
    weights: FloatArray = np.square(seen / max(known.size, 1))
    return weights


def error_moments(
    actual: FloatArray, expected: FloatArray, weights: FloatArray | None = None
) -> ErrorMoments:
    """Pool past errors into moments.

    Parameters
    ----------
    actual, expected : float array, shape (folds, days, intervals)
        What came and what was forecast; a cell unknown in either is left out.
    weights : float array, shape (folds,), optional
        From `window_weights`; all alike without them.
    """
    if actual.shape != expected.shape or actual.ndim != 3:
        raise ValueError(
            "actual and expected must have one shape (folds, days, intervals), "
            f"got {actual.shape} and {expected.shape}"
        )
    known = np.isfinite(actual) & np.isfinite(expected)
    rate = np.where(known, np.maximum(expected, 0.0), 0.0)
    raw = np.where(known, actual, 0.0) - rate
    by_fold = np.ones(len(rate)) if weights is None else weights
    by_day = by_fold[:, None]
    by_cell = by_day[:, :, None]
    cell, error = _pulled_in(raw, rate, by_cell)
    total = rate.sum(axis=2)
    day_total, day_error = _pulled_in(raw.sum(axis=2), total, by_day)
    lags = range(1, min(total.shape[1], DAYS_OF_A_WEEK))
    products = np.array([(by_day * total[:, k:] * total[:, :-k]).sum() for k in lags])
    together = sum(float((by_day * day_error[:, k:] * day_error[:, :-k]).sum()) for k in lags)
    days = (total > 0).sum(axis=1)
    return ErrorMoments(
        cell=cell,
        neighbour=_ratio(
            (by_cell * error[..., 1:] * error[..., :-1]).sum(),
            (by_cell * rate[..., 1:] * rate[..., :-1]).sum(),
        ),
        day_total=day_total,
        between_days=_ratio(together, products.sum()),
        pair_weights=pair_weights(np.sqrt(by_cell) * rate, pooled=True),
        day_pair_weights=products / products.sum() if products.sum() > 0 else 0.0 * products,
        days=float(by_fold @ days),
        weeks=float(by_fold @ (days // DAYS_OF_A_WEEK)),
    )


def rate_variance(actual: FloatArray, expected: FloatArray, weights: FloatArray) -> float:
    """Relative variance of the rate of single intervals beyond Poisson noise [1].

    Parameters
    ----------
    actual, expected : float array
        What came and what was forecast; a cell unknown in either is left out.
    weights : float array
        Of each cell, broadcastable to them.
    """
    known = np.isfinite(actual) & np.isfinite(expected)
    rate = np.maximum(expected[known], 0.0)
    weight = np.broadcast_to(weights, actual.shape)[known]
    return _pulled_in(actual[known] - rate, rate, weight)[0]


def pair_weights(rate: FloatArray, *, pooled: bool = False) -> FloatArray:
    """Share of each lag in the square of a day's total, shape (..., intervals); 0 without volume.

    Parameters
    ----------
    rate : float array, shape (..., intervals)
        Expected contacts.
    pooled : bool
        Pool all days into one, shape (intervals,).
    """
    intervals = rate.shape[-1]
    spectrum = np.square(np.abs(np.fft.rfft(rate, 2 * intervals, axis=-1)))
    products = np.fft.irfft(spectrum, axis=-1)[..., :intervals]
    products[..., 1:] *= 2
    products = np.maximum(products, 0.0)
    if pooled:
        products = products.sum(axis=tuple(range(products.ndim - 1)))
    whole = products.sum(axis=-1, keepdims=True)
    weights: FloatArray = np.divide(products, whole, out=np.zeros_like(products), where=whole > 0)
    return weights


def _pulled_in(
    error: FloatArray, rate: FloatArray, weights: FloatArray
) -> tuple[float, FloatArray]:
    """Relative variance of the rate beyond Poisson, and the errors with outlying ones pulled in."""
    pulled = error
    variance = _excess(error, rate, weights)
    for _ in range(PASSES):
        bound = OUTLYING_SD * np.sqrt(np.maximum(rate, 1.0) + max(variance, 0.0) * np.square(rate))
        pulled = np.clip(error, -bound, bound)
        variance = _excess(pulled, rate, weights)
    return variance, pulled


def _excess(error: FloatArray, rate: FloatArray, weights: FloatArray) -> float:
    beyond_poisson = (weights * (np.square(error) - rate)).sum()
    return _ratio(float(beyond_poisson), float((weights * np.square(rate)).sum()))


def _ratio(part: float, whole: float) -> float:
    return float(part / whole) if whole > 0 else 0.0
