"""Conformal correction: quantiles that held in the backtest, for intervals and for totals.

Past errors are scaled by the spread the model of `forecasting.paths` gives them; the quantiles of
those scaled errors replace the normal ones (split conformal prediction with a scale: Lei, G'Sell,
Rinaldo, Tibshirani and Wasserman, Journal of the American Statistical Association 113(523), 2018),
each error with the weight of its window (Tibshirani, Barber, Candès and Ramdas, NeurIPS 2019).

What few errors cannot tell is allowed for once: the number of independent errors that the past is
worth sets the finite-sample level (1 + 1 / n) level, and where few of them lie beyond a quantile it
leans on that of a t distribution, whose degrees of freedom are the days the spread comes from.

Small counts are too discrete for that: below five contacts an interval keeps the quantiles of a
negative binomial whose variation comes from past errors of small counts alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from forecasting.distribution import QUANTILE_LEVELS, contact_quantiles
from forecasting.error_moments import rate_variance
from forecasting.grid import FloatArray
from forecasting.paths import (
    PRIOR_DAYS,
    PathParameters,
    period_variance,
)

# A normal band around fewer expected contacts would reach below zero.
SMALL_CONTACTS = 5.0
# How many errors beyond a quantile the t distribution's own quantile counts for.
PRIOR_ERRORS_BEYOND = 2.0
# Centres' spreads of 3, 6 and 15 % scatter about the prior's as if it came from two observations.
PRIOR_DEGREES = 2.0
BANDS = 3
DAYS_OF_A_WEEK = 7

NORMAL_SCORES = np.array([NormalDist().inv_cdf(level) for level in QUANTILE_LEVELS])
# Each level's central interval: 0.1 and 0.9 bound the middle 80 %.
CENTRAL_SHARES = np.abs(2 * np.array(QUANTILE_LEVELS) - 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """What the backtest says about the width of a queue's quantiles.

    Attributes
    ----------
    rate_cv : float
        Variation of the rate of intervals of five and more contacts [1].
    small_rate_cv : float
        The same below five contacts [1].
    interval_factors : tuple of (tuple of float)
        Factors at `QUANTILE_LEVELS` on the distance of an interval's quantile from its mean, one
        row for each band of expected contacts.
    band_starts : tuple of float
        Expected contacts at which each band but the first begins.
    day_factors, week_factors : tuple of float
        The same factors for the totals of paths.
    """

    rate_cv: float
    small_rate_cv: float
    interval_factors: tuple[tuple[float, ...], ...]
    band_starts: tuple[float, ...]
    day_factors: tuple[float, ...]
    week_factors: tuple[float, ...]


def learn_correction(
    actual: FloatArray,
    expected: FloatArray,
    parameters: PathParameters,
    weights: FloatArray | None = None,
) -> Correction:
    """Learn a queue's correction from its past errors.

    Parameters
    ----------
    actual, expected : float array, shape (folds, days, intervals)
        What came and what was forecast at the lead of the plan; unknown cells are NaN.
    parameters : PathParameters
        Learnt from the same errors.
    weights : float array, shape (folds,), optional
        From `forecasting.error_moments.window_weights`; all alike without them.
    """
    known = np.isfinite(actual) & np.isfinite(expected)
    came = np.where(known, actual, 0.0)
    rate = np.where(known, np.maximum(expected, 0.0), 0.0)
    past = _Past(came, rate, np.ones(len(rate)) if weights is None else weights, parameters)
    cv = float(np.sqrt(np.expm1(parameters.day_sd**2 + parameters.interval_sd**2)))
    starts, by_band = _band_factors(past, cv)
    return Correction(
        rate_cv=cv,
        small_rate_cv=_small_rate_cv(past, cv),
        interval_factors=by_band,
        band_starts=starts,
        day_factors=_total_factors(past, days=1),
        week_factors=_total_factors(past, days=DAYS_OF_A_WEEK),
    )


def interval_quantiles(contacts: FloatArray, correction: Correction) -> FloatArray:
    """Calibrated quantiles of each interval's contacts.

    Parameters
    ----------
    contacts : float array
        Expected contacts; NaN (closed) gives NaN.
    correction : Correction
        From `learn_correction`.

    Returns
    -------
    float array, shape (levels of `QUANTILE_LEVELS`, *contacts.shape)
        Never negative, never crossing; whole contacts where few are expected.
    """
    mean = np.maximum(np.asarray(contacts, dtype=np.float64), 0.0)
    variation = np.square(correction.rate_cv) * mean
    sd = np.sqrt(mean * (1 + variation))
    # Cornish and Fisher's first term gives the normal scores the negative binomial's skewness.
    skew_sd = (1 + 2 * variation) / 6
    band = np.searchsorted(correction.band_starts, mean, side="right")
    factors = np.moveaxis(np.array(correction.interval_factors)[band], -1, 0)
    scores = np.expand_dims(NORMAL_SCORES, tuple(range(1, factors.ndim)))
    quantiles = mean + factors * (scores * sd + (np.square(scores) - 1) * skew_sd)
    small = mean < SMALL_CONTACTS
    quantiles[:, small] = contact_quantiles(mean[small], np.array(correction.small_rate_cv))
    ordered: FloatArray = np.maximum.accumulate(np.maximum(quantiles, 0.0), axis=0)
    return ordered


def total_quantiles(
    mean: FloatArray, path_quantiles: FloatArray, factors: tuple[float, ...]
) -> FloatArray:
    """Stretch the path quantiles of totals about their mean by the backtest's factors.

    Parameters
    ----------
    mean : float array, shape (periods,)
        Expected total of each period.
    path_quantiles : float array, shape (levels, periods)
        Quantiles at `QUANTILE_LEVELS` of the totals of paths.
    factors : tuple of float
        One a level.
    """
    stretched = mean + np.array(factors)[:, None] * (path_quantiles - mean)
    quantiles = np.where(mean < SMALL_CONTACTS, path_quantiles, stretched)
    ordered: FloatArray = np.maximum.accumulate(np.maximum(quantiles, 0.0), axis=0)
    return ordered


def conformal_quantile(
    scores: FloatArray, weights: FloatArray, level: float, independent: float
) -> float:
    """Give the bound that a new score stays below with probability `level`.

    Parameters
    ----------
    scores, weights : float array, shape (n,)
        Past scores, at least one, and what each counts.
    level : float
        Probability in (0, 1).
    independent : float
        How many independent scores they are worth; n equal weights give the usual split conformal
        rank (n + 1) level, here between two scores where it is no whole number.
    """
    order = np.argsort(scores)
    order = order[weights[order] > 0]
    below = np.cumsum(weights[order])
    return float(np.interp(level * (1 + 1 / independent) * below[-1], below, scores[order]))


def independent_errors(
    errors: FloatArray, weights: FloatArray, shared: float, day_correlation: float
) -> float:
    """How many independent errors tell as much of a spread as these, which err together.

    (sum w)^2 / sum w_i w_j r_ij^2: squared errors correlate by r^2 (Bartlett, Journal of the Royal
    Statistical Society 98(3), 1935; Kish's effective size where r = 0).

    Parameters
    ----------
    errors : float array, shape (folds, days)
        How many errors there are of each day.
    weights : float array, shape (folds,)
        Of each fold.
    shared : float
        Share of an error's variance that is its day's effect, in [0, 1].
    day_correlation : float
        Of neighbouring days' effects.
    """
    lag = np.abs(np.subtract.outer(np.arange(errors.shape[1]), np.arange(errors.shape[1])))
    squared = np.square(shared * np.power(day_correlation, lag))
    pairs = np.einsum("fd,de,fe->f", errors, squared, errors)
    count = errors.sum(axis=1)
    spread = float(np.square(weights) @ (pairs + (1 - shared**2) * count))
    return float(weights @ count) ** 2 / spread if spread > 0 else 0.0


@dataclass(frozen=True, slots=True, eq=False)
class _Past:
    """Known cells of past windows; unknown ones are 0 in `came` and `rate`."""

    came: FloatArray
    rate: FloatArray
    weights: FloatArray
    parameters: PathParameters


def _band_factors(
    past: _Past, cv: float
) -> tuple[tuple[float, ...], tuple[tuple[float, ...], ...]]:
    """Factors of quiet, middling and busy intervals, a third each (Mondrian conformal prediction).

    One variation of the rate cannot fit both dawn and the peak; see Boström, Johansson and
    Löfström, COPA 2021.
    """
    large = past.rate >= SMALL_CONTACTS
    if large.sum() < BANDS:
        nothing = np.empty(0)
        return (), (_factors(nothing, nothing, 0.0, past.parameters.days),)
    starts = np.quantile(past.rate[large], np.arange(1, BANDS) / BANDS)
    band = np.where(large, np.searchsorted(starts, past.rate, side="right"), -1)
    return tuple(starts.tolist()), tuple(_cell_factors(past, band == i, cv) for i in range(BANDS))


def _cell_factors(past: _Past, chosen: NDArray[np.bool_], cv: float) -> tuple[float, ...]:
    """Factors of single intervals, of which those of a day share its effect."""
    parameters, rate = past.parameters, past.rate[chosen]
    variance = rate + np.square(cv * rate)
    scaled = (past.came[chosen] - rate) / np.sqrt(variance)
    shared = np.expm1(parameters.day_sd**2) * np.square(rate) / variance
    independent = independent_errors(
        chosen.sum(axis=2),
        past.weights,
        float(shared.mean()) if rate.size else 0.0,
        parameters.day_correlation,
    )
    weights = np.broadcast_to(past.weights[:, None, None], chosen.shape)[chosen]
    return _factors(scaled, weights, independent, parameters.days)


def _total_factors(past: _Past, *, days: int) -> tuple[float, ...]:
    """Factors for totals of so many days, counted from each fold's first."""
    periods = past.rate.shape[1] // days
    shape = (len(past.rate), periods, days, past.rate.shape[2])
    expected = past.rate[:, : periods * days].reshape(shape)
    error = (past.came[:, : periods * days].reshape(shape) - expected).sum(axis=(2, 3))
    enough = expected.sum(axis=(2, 3)) >= SMALL_CONTACTS
    variance = period_variance(expected, past.parameters)[enough]
    independent = independent_errors(
        enough.astype(np.float64),
        past.weights,
        shared=1.0,
        day_correlation=past.parameters.day_correlation**days,
    )
    weights = np.broadcast_to(past.weights[:, None], enough.shape)[enough]
    scaled = error[enough] / np.sqrt(variance)
    return _factors(scaled, weights, independent, past.parameters.days / days)


def _factors(
    scaled: FloatArray, weights: FloatArray, independent: float, periods: float
) -> tuple[float, ...]:
    """How much wider than normal each central interval must be.

    A spread learnt from so many periods, and a prior known as if from two more, make a t
    distribution with as many degrees of freedom; errors scaled by that spread say where it fails.

    Both sides count together: how far a whole backtest leaned to one side is a single observation
    of a bias, not one for each of its cells, and the next months may lean the other way.
    """
    from scipy.special import stdtrit

    factors = np.ones(len(QUANTILE_LEVELS))
    size = np.abs(scaled)
    for i, share in enumerate(CENTRAL_SHARES):
        if share == 0:
            continue
        factors[i] = stdtrit(periods + PRIOR_DEGREES, QUANTILE_LEVELS[i]) / NORMAL_SCORES[i]
        if independent > 0:
            seen = conformal_quantile(size, weights, share, independent) / abs(NORMAL_SCORES[i])
            beyond = independent * (1 - share)
            factors[i] += (seen - factors[i]) * beyond / (beyond + PRIOR_ERRORS_BEYOND)
    return tuple(factors.tolist())


def _small_rate_cv(past: _Past, cv: float) -> float:
    """Variation of the rate where few contacts come, leaning on that of the whole queue."""
    small = (past.rate > 0) & (past.rate < SMALL_CONTACTS)
    days = float(past.weights @ small.any(axis=2).sum(axis=1))
    rate = np.where(small, past.rate, np.nan)
    own = max(rate_variance(past.came, rate, past.weights[:, None, None]), 0.0)
    return float(np.sqrt((days * own + PRIOR_DAYS * cv**2) / (days + PRIOR_DAYS)))
