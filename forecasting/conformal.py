"""Conformal correction: quantiles that held in the backtest, for intervals and for totals.

Past errors are scaled by the spread the model of `forecasting.paths` gives them; the quantiles of
those scaled errors replace the normal ones (split conformal prediction with a scale: Lei, G'Sell,
Rinaldo, Tibshirani and Wasserman, Journal of the American Statistical Association 113(523), 2018;
for quantile bands, Romano, Patterson and Candès, NeurIPS 2019), with their finite-sample level
ceil((n + 1) level) / n. Where few errors lie beyond a quantile it leans on the normal one.

Small counts are too discrete for that: below five contacts an interval keeps the quantiles of a
negative binomial whose variation comes from past errors of small counts alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from statistics import NormalDist

import numpy as np

from forecasting.distribution import QUANTILE_LEVELS, contact_quantiles
from forecasting.error_moments import rate_variance
from forecasting.grid import FloatArray
from forecasting.paths import (
    PRIOR_DAYS,
    PathParameters,
    few_days_variance,
    period_variance,
)

# A normal band around fewer expected contacts would reach below zero.
SMALL_CONTACTS = 5.0
# How many errors beyond a quantile the normal's own quantile counts for.
PRIOR_ERRORS_BEYOND = 2.0
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
    actual: FloatArray, expected: FloatArray, parameters: PathParameters
) -> Correction:
    """Learn a queue's correction from its past errors.

    Parameters
    ----------
    actual, expected : float array, shape (folds, days, intervals)
        What came and what was forecast at the lead of the plan; unknown cells are NaN.
    parameters : PathParameters
        Learnt from the same errors.
    """
    known = np.isfinite(actual) & np.isfinite(expected)
    came = np.where(known, actual, 0.0)
    rate = np.where(known, np.maximum(expected, 0.0), 0.0)
    cv = float(np.sqrt(np.expm1(parameters.day_sd**2 + parameters.interval_sd**2)))
    large = rate >= SMALL_CONTACTS
    starts, by_band = _band_factors(came[large], rate[large], cv, parameters.days)
    return Correction(
        rate_cv=cv,
        small_rate_cv=_small_rate_cv(came, np.where(large, 0.0, rate), cv),
        interval_factors=by_band,
        band_starts=starts,
        day_factors=_total_factors(came, rate, parameters, days=1),
        week_factors=_total_factors(came, rate, parameters, days=DAYS_OF_A_WEEK),
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


def conformal_quantile(scores: FloatArray, level: float, independent: int) -> float:
    """Give the bound that a new score stays below with probability `level` or more.

    Parameters
    ----------
    scores : float array, shape (n,)
        Past scores, at least one.
    level : float
        Probability in (0, 1).
    independent : int
        How many scores count as independent; n gives the usual split conformal level
        ceil((n + 1) level) / n.
    """
    finite_sample = min(level * (independent + 1) / independent, 1.0)
    rank = int(np.ceil(round(finite_sample * scores.size, 6)))
    return float(np.partition(scores, rank - 1)[rank - 1])


def _band_factors(
    came: FloatArray, rate: FloatArray, cv: float, days: int
) -> tuple[tuple[float, ...], tuple[tuple[float, ...], ...]]:
    """Factors of quiet, middling and busy intervals, a third each (Mondrian conformal prediction).

    One variation of the rate cannot fit both dawn and the peak; see Boström, Johansson and
    Löfström, COPA 2021. Intervals of a day err together: only days count as independent.
    """
    if rate.size < BANDS:
        return (), (_factors(np.empty(0), 0),)
    starts = np.quantile(rate, np.arange(1, BANDS) / BANDS)
    band = np.searchsorted(starts, rate, side="right")
    scaled = (came - rate) / np.sqrt(rate + np.square(cv * rate))
    by_band = tuple(_factors(scaled[band == i], days) for i in range(BANDS))
    return tuple(starts.tolist()), by_band


def _total_factors(
    came: FloatArray, rate: FloatArray, parameters: PathParameters, *, days: int
) -> tuple[float, ...]:
    """Factors for totals of so many days, counted from each fold's first."""
    periods = rate.shape[1] // days
    shape = (len(rate), periods, days, rate.shape[2])
    expected = rate[:, : periods * days].reshape(shape)
    error = (came[:, : periods * days].reshape(shape) - expected).sum(axis=(2, 3))
    enough = expected.sum(axis=(2, 3)) >= SMALL_CONTACTS
    scaled = error[enough] / np.sqrt(period_variance(expected, parameters)[enough])
    return _factors(scaled, scaled.size)


def _factors(scaled: FloatArray, independent: int) -> tuple[float, ...]:
    """How much wider than normal each central interval must be.

    Both sides count together: how far a whole backtest leaned to one side is a single observation
    of a bias, not one for each of its cells, and the next months may lean the other way.
    """
    factors = np.ones(len(QUANTILE_LEVELS))
    if scaled.size == 0:
        return tuple(factors.tolist())
    size = np.abs(scaled)
    for i, share in enumerate(CENTRAL_SHARES):
        if share > 0:
            seen = conformal_quantile(size, share, independent) / abs(NORMAL_SCORES[i])
            beyond = independent * (1 - share)
            factors[i] += (seen - 1) * beyond / (beyond + PRIOR_ERRORS_BEYOND)
    return tuple(factors.tolist())


def _small_rate_cv(came: FloatArray, small_rate: FloatArray, cv: float) -> float:
    """Variation of the rate where few contacts come, leaning on that of the whole queue."""
    days = int((small_rate > 0).any(axis=2).sum())
    own = max(rate_variance(came, np.where(small_rate > 0, small_rate, np.nan)), 0.0)
    own *= few_days_variance(days)
    return float(np.sqrt((days * own + PRIOR_DAYS * cv**2) / (days + PRIOR_DAYS)))
