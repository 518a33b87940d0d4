"""Joint sample paths: whole futures of one queue, in which days and intervals err together.

A forecast's errors are not independent: a busy Monday is busy all day, and a level misjudged stays
misjudged for weeks. Quantiles of single intervals cannot be summed, paths can. A path draws

    contacts ~ Poisson(expected * exp(day effect) * exp(interval noise)),

both factors lognormal with mean one; the day effect is an AR(1) over days, the interval noise an
AR(1) over the intervals of a day. The multiplicative day effect is the "busyness" of Whitt
(Queueing Systems 54, 2006) and of Avramidis, Deslauriers and L'Ecuyer (Management Science 50(7),
2004); its persistence and the noise within the day follow the review of Ibrahim, Ye, L'Ecuyer and
Shen (International Journal of Forecasting 32(3), 2016).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from forecasting.error_moments import ErrorMoments, error_moments, pair_weights
from forecasting.grid import FloatArray

Float32Array = NDArray[np.float32]
CountArray = NDArray[np.int32] | NDArray[np.int64]

PATHS = 1_000
# Real centres show 3, 6 and 15 % between days: the middle one; within the day, less.
PRIOR_DAY_SD = 0.06
PRIOR_INTERVAL_SD = 0.05
PRIOR_CORRELATION = 0.5
# The prior weighs as much as this many days.
PRIOR_DAYS = 4
# A correlation of one would make all days one day, which no history can show.
MAX_CORRELATION = 0.98


@dataclass(frozen=True, slots=True, kw_only=True)
class PathParameters:
    """How far, and how long, the rate strays from its expectation.

    Attributes
    ----------
    day_sd, interval_sd : float
        Standard deviation of the day effect and of the interval noise, log scale [1].
    day_correlation, interval_correlation : float
        Between neighbouring days, and between neighbouring intervals, in [0, 1).
    days : float
        Past days they were learnt from, each counted by its weight.
    """

    day_sd: float
    day_correlation: float
    interval_sd: float
    interval_correlation: float
    days: float = 0.0

    def __post_init__(self) -> None:
        """Check the bounds."""
        for name in ("day_sd", "interval_sd", "days"):
            value = getattr(self, name)
            if not (value >= 0 and np.isfinite(value)):
                raise ValueError(f"{name} must be >= 0, got {value}")
        for name in ("day_correlation", "interval_correlation"):
            value = getattr(self, name)
            if not 0 <= value < 1:
                raise ValueError(f"{name} must lie in [0, 1), got {value}")


def path_parameters(
    actual: FloatArray, expected: FloatArray, weights: FloatArray | None = None
) -> PathParameters:
    """Learn the day effect and the interval noise from past errors, by moments.

    Parameters
    ----------
    actual, expected : float array, shape (folds, days, intervals)
        What came and what was forecast at the lead of the plan; unknown cells are NaN. Days of a
        fold are consecutive, so neighbouring rows tell how long an error lasts.
    weights : float array, shape (folds,), optional
        From `forecasting.error_moments.window_weights`; all alike without them.

    Returns
    -------
    PathParameters
        Poisson noise removed, leaning on the prior with the weight of `PRIOR_DAYS` days.
    """
    moments = error_moments(actual, expected, weights)
    day, noise, correlation = _split(moments)
    prior = PRIOR_DAYS / (moments.days + PRIOR_DAYS)
    return PathParameters(
        day_sd=float(np.sqrt((1 - prior) * day + prior * PRIOR_DAY_SD**2)),
        interval_sd=float(np.sqrt((1 - prior) * noise + prior * PRIOR_INTERVAL_SD**2)),
        interval_correlation=(1 - prior) * correlation + prior * PRIOR_CORRELATION,
        day_correlation=_day_correlation(moments, day),
        days=moments.days,
    )


def _split(moments: ErrorMoments) -> tuple[float, float, float]:
    """Split covariances into day variance, noise variance and its correlation (log scale).

    Lognormal factors have covariance exp(a + b r^lag) - 1, so log(1 + covariance) = a + b r^lag:
    a and b from the cell's and the day's variance, r from neighbouring intervals.
    """
    cell, neighbour, day = np.log1p(
        np.maximum([moments.cell, moments.neighbour, moments.day_total], 0.0)
    )
    if cell <= day:
        return float(day), 0.0, PRIOR_CORRELATION
    grid = np.linspace(0.0, MAX_CORRELATION, 50)
    lags = np.arange(moments.pair_weights.size)
    within = np.power(grid[:, None], lags) @ moments.pair_weights
    correlation = float(
        np.interp((neighbour - day) / (cell - day), (grid - within) / (1 - within), grid)
    )
    share = float(np.power(correlation, lags) @ moments.pair_weights)
    noise = (cell - day) / (1 - share)
    if noise > cell:
        return 0.0, float(cell), correlation
    return float(cell - noise), float(noise), correlation


def _day_correlation(moments: ErrorMoments, day: float) -> float:
    """Solve for the AR(1) whose days of one week vary together as the past's did."""
    grid = np.linspace(0.0, MAX_CORRELATION, 50)
    lags = np.arange(1, moments.day_pair_weights.size + 1)
    together = np.power(grid[:, None], lags) @ moments.day_pair_weights
    prior = float(np.power(PRIOR_CORRELATION, lags) @ moments.day_pair_weights)
    if day <= 0 or moments.weeks == 0 or prior == 0:
        return PRIOR_CORRELATION
    seen = np.log1p(max(moments.between_days, 0.0)) / day
    # A week is one witness of how days move together, a day is none.
    leaning = (moments.weeks * min(seen, 1.0) + PRIOR_DAYS * prior) / (moments.weeks + PRIOR_DAYS)
    return float(np.interp(leaning, together, grid))


def sample_paths(
    expected: FloatArray,
    parameters: PathParameters,
    rng: np.random.Generator,
    *,
    paths: int = PATHS,
    day_scores: Float32Array | None = None,
) -> CountArray:
    """Draw futures of one queue.

    Parameters
    ----------
    expected : float array, shape (days, intervals)
        Expected contacts; NaN where closed counts as 0.
    parameters : PathParameters
        From `path_parameters`.
    rng : numpy Generator
        Seeded by the caller: the same state gives the same paths.
    paths : int
        How many, at least 1.
    day_scores : float32 array, shape (paths, days), optional
        Standard normal day effects drawn with other queues' (see `forecasting.queue_correlation`).

    Returns
    -------
    int32 array, shape (paths, days, intervals)
        Contacts.
    """
    if paths < 1:
        raise ValueError(f"paths must be >= 1, got {paths}")
    days, intervals = expected.shape
    if day_scores is None:
        day_scores = _ar1(rng, paths, days, parameters.day_correlation)
    elif day_scores.shape != (paths, days):
        raise ValueError(f"day_scores must have shape {(paths, days)}, got {day_scores.shape}")
    day_sd = np.float32(parameters.day_sd)
    noise_sd = np.float32(parameters.interval_sd)
    rate = _ar1(rng, paths * days, intervals, parameters.interval_correlation)
    rate *= noise_sd
    rate += (day_sd * day_scores).reshape(-1, 1)
    rate -= (day_sd**2 + noise_sd**2) / 2
    np.exp(rate, out=rate)
    rate = rate.reshape(paths, days, intervals)
    rate *= np.nan_to_num(np.maximum(expected, 0.0)).astype(np.float32)
    counts = np.empty(rate.shape, dtype=np.int32)
    for path in range(paths):  # numpy draws 8-byte counts: one path at a time keeps memory flat
        counts[path] = rng.poisson(rate[path])
    return counts


def _ar1(rng: np.random.Generator, rows: int, length: int, correlation: float) -> Float32Array:
    """Draw stationary AR(1) series with unit variance, shape (rows, length)."""
    shocks = rng.standard_normal((rows, length), dtype=np.float32)
    series: Float32Array = shocks @ ar1_root(length, correlation).T
    return series


def ar1_root(length: int, correlation: float) -> Float32Array:
    """Lower Cholesky factor of the matrix correlation**|i - j|, shape (length, length)."""
    lag = np.subtract.outer(np.arange(length), np.arange(length))
    root = np.where(lag >= 0, np.power(correlation, np.maximum(lag, 0)), 0.0)
    root[:, 1:] *= np.sqrt(1 - correlation**2)
    factor: Float32Array = root.astype(np.float32)
    return factor


def day_variance(expected: FloatArray, parameters: PathParameters) -> FloatArray:
    """Variance of each day's total over paths [contacts^2].

    Parameters
    ----------
    expected : float array, shape (..., intervals)
        Expected contacts; NaN counts as 0.
    """
    rate = np.nan_to_num(expected)
    total = rate.sum(axis=-1)
    lags = np.arange(rate.shape[-1])
    noise = parameters.interval_sd**2 * np.power(parameters.interval_correlation, lags)
    variance: FloatArray = total + np.square(total) * (
        pair_weights(rate) @ np.expm1(parameters.day_sd**2 + noise)
    )
    return variance


def period_variance(expected: FloatArray, parameters: PathParameters) -> FloatArray:
    """Variance of the total of consecutive days over paths [contacts^2].

    Parameters
    ----------
    expected : float array, shape (..., days, intervals)
        Expected contacts; NaN counts as 0.
    """
    total = np.nan_to_num(expected).sum(axis=-1)
    lag = np.abs(np.subtract.outer(np.arange(total.shape[-1]), np.arange(total.shape[-1])))
    shared = np.expm1(parameters.day_sd**2 * np.power(parameters.day_correlation, lag))
    np.fill_diagonal(shared, 0.0)
    between = np.einsum("...i,ij,...j->...", total, shared, total)
    variance: FloatArray = day_variance(expected, parameters).sum(axis=-1) + between
    return variance
