"""Today so far tells about the rest of today: a Bayesian update of the day's level.

The forecast already says how far a day's level may stray: its factor is gamma distributed with mean
one and the day effect's variance. Contacts seen are Poisson around the expectation times that
factor, so that the gamma is conjugate and the updated factor is the credibility mean of forecast
and data (Weinberg, Brown and Stroud, Journal of the American Statistical Association 102(480),
2007; Shen and Huang, Manufacturing & Service Operations Management 10(3), 2008, for why the level
of the day is what the morning can tell). The noise of single intervals is no level: it thins the
evidence, as in Bühlmann's credibility.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from forecasting.conformal import Correction, interval_quantiles, total_quantiles
from forecasting.distribution import QUANTILE_LEVELS, contact_quantiles
from forecasting.error_moments import pair_weights
from forecasting.grid import FloatArray
from forecasting.paths import PathParameters

# Outside the middle 80 % of what the forecast thought possible it is time to look.
BAND = (QUANTILE_LEVELS.index(0.1), QUANTILE_LEVELS.index(0.9))
INSIDE, ABOVE, BELOW = "inside", "above", "below"


@dataclass(frozen=True, slots=True, eq=False)
class DayUpdate:
    """The rest of a day, given its intervals so far.

    Attributes
    ----------
    status : str
        "inside" the band (leave the plan alone), "above" or "below" it.
    contacts_so_far, expected_so_far, band_low, band_high : float
        What came in the known intervals, the forecast of it, and the band around that [contacts].
    day_factor, day_factor_sd : float
        Updated factor on the rest of the day's forecast and its standard deviation [1].
    contacts : float array, shape (intervals,)
        What came where known, else the updated expectation; NaN where closed.
    quantiles : float array, shape (levels, intervals)
        At `QUANTILE_LEVELS`; where known, what came.
    day_total : float
        Updated expectation of the whole day [contacts].
    day_quantiles : float array, shape (levels,)
        Quantiles of the whole day, at least what has come already.
    """

    status: str
    contacts_so_far: float
    expected_so_far: float
    band_low: float
    band_high: float
    day_factor: float
    day_factor_sd: float
    contacts: FloatArray
    quantiles: FloatArray
    day_total: float
    day_quantiles: FloatArray


def update_day(
    expected: FloatArray, so_far: FloatArray, parameters: PathParameters, correction: Correction
) -> DayUpdate:
    """Update one day's forecast with the intervals that are over.

    Parameters
    ----------
    expected : float array, shape (intervals,)
        The day's forecast; NaN where closed.
    so_far : float array, shape (intervals,)
        What came; NaN where still to come or lost.
    parameters : PathParameters
        The forecast's day effect and interval noise (see `forecasting.paths`).
    correction : Correction
        The forecast's calibration (see `forecasting.conformal`).

    Returns
    -------
    DayUpdate
        With nothing known yet it is the forecast itself.
    """
    if expected.shape != so_far.shape or expected.ndim != 1:
        raise ValueError(
            "expected and so_far must have one shape (intervals,), "
            f"got {expected.shape} and {so_far.shape}"
        )
    seen = np.isfinite(so_far)
    rate = np.nan_to_num(np.maximum(expected, 0.0))
    # What comes where nothing was expected counts in the day's total but says nothing of its level.
    witness = seen & (rate > 0)
    known = np.where(witness, rate, 0.0)
    came, due = float(so_far[witness].sum()), float(known.sum())
    factor, variance = _posterior(came, due, _noise(known, parameters), parameters)
    prior_variance = float(np.expm1(parameters.day_sd**2))
    band = _sum_quantiles(known, prior_variance, parameters, correction)
    low, high = float(band[BAND[0]]), float(band[BAND[1]])
    rest = np.where(seen, np.nan, expected) * factor
    quantiles = interval_quantiles(rest, _remaining(correction, factor, variance, parameters))
    to_come = np.nan_to_num(rest)
    total_seen = float(so_far[seen].sum())
    return DayUpdate(
        status=BELOW if came < low else ABOVE if came > high else INSIDE,
        contacts_so_far=came,
        expected_so_far=due,
        band_low=low,
        band_high=high,
        day_factor=factor,
        day_factor_sd=float(np.sqrt(variance)),
        contacts=np.where(seen, so_far, rest),
        quantiles=np.where(seen, so_far, quantiles),
        day_total=total_seen + float(to_come.sum()),
        day_quantiles=total_seen
        + _sum_quantiles(to_come, variance / factor**2, parameters, correction),
    )


def _posterior(
    came: float, due: float, noise: float, parameters: PathParameters
) -> tuple[float, float]:
    """Mean and variance of the day's factor: gamma prior, Poisson evidence thinned by the noise."""
    prior_variance = float(np.expm1(parameters.day_sd**2))
    if prior_variance == 0 or due == 0:
        return 1.0, prior_variance
    prior = 1 / prior_variance
    evidence = 1 / (1 + due * noise)
    shape, scale = prior + evidence * came, prior + evidence * due
    return shape / scale, shape / scale**2


def _noise(rate: FloatArray, parameters: PathParameters) -> float:
    """Relative variance that interval noise leaves in a sum of intervals."""
    lags = np.arange(rate.size)
    covariance = parameters.interval_sd**2 * np.power(parameters.interval_correlation, lags)
    return float(pair_weights(rate) @ np.expm1(covariance))


def _rate_variance(level: float, noise: float) -> float:
    """Relative variance of the product of two independent factors of mean one."""
    return (1 + level) * (1 + noise) - 1


def _remaining(
    correction: Correction, factor: float, variance: float, parameters: PathParameters
) -> Correction:
    """Narrow the calibrated spread by what the day's level is now known better (or worse)."""
    noise = float(np.expm1(parameters.interval_sd**2))
    before = _rate_variance(float(np.expm1(parameters.day_sd**2)), noise)
    after = _rate_variance(variance / factor**2, noise)
    narrower = float(np.sqrt(after / before)) if before > 0 else 1.0
    return replace(
        correction,
        rate_cv=correction.rate_cv * narrower,
        small_rate_cv=correction.small_rate_cv * narrower,
    )


def _sum_quantiles(
    rate: FloatArray, level: float, parameters: PathParameters, correction: Correction
) -> FloatArray:
    """Calibrated quantiles of the sum of intervals, given the variance of the day's factor."""
    variance = _rate_variance(level, _noise(rate, parameters))
    total = np.array([rate.sum()])
    plain = contact_quantiles(total, np.sqrt([variance]))
    calibrated: FloatArray = total_quantiles(total, plain, correction.day_factors)[:, 0]
    return calibrated
