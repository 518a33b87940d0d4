"""Erlang's sums in NumPy, for flat columns of rows.

Sums run for all rows at once and each row leaves by its own terms alone, so that a row's value does
not depend, bit for bit, on which others are computed beside it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from staffing.kernels.formulas import (
    MOST_TERMS,
    NEGLIGIBLE,
    ONE_PANEL,
    POINTS,
    SMALL_ALPHA,
    WEIGHTS,
    digamma,
    log_gamma,
    terms_of_inverse_b,
    terms_of_patience,
    window_of_inverse_b,
    window_of_patience,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Numbers = NDArray[np.float64]

_TERMS_BETWEEN_CHECKS = 16


def inverse_b(n: Numbers, a: Numbers) -> Numbers:
    """1 / B, by the sum or by the integral."""
    integrated = terms_of_inverse_b(n, a) > MOST_TERMS
    answer = np.empty(n.shape)
    answer[integrated] = _inverse_b_integral(n[integrated], a[integrated])
    answer[~integrated] = _inverse_b_sum(n[~integrated], a[~integrated])
    return answer


def _inverse_b_sum(n: Numbers, a: Numbers) -> Numbers:
    answer = np.ones(n.size)
    rows = np.arange(n.size)
    per_load, term, total = 1.0 / a, np.ones(n.size), np.ones(n.size)
    summed = 0
    while rows.size:
        for k in range(summed, summed + _TERMS_BETWEEN_CHECKS):
            term *= (n - k) * per_load  # 0 from k = n on
            total += term
        summed += _TERMS_BETWEEN_CHECKS
        finite = np.isfinite(total)
        answer[rows] = np.where(finite, total, np.inf)
        counting = finite & (np.abs(term) > NEGLIGIBLE * total)
        rows, n, per_load = rows[counting], n[counting], per_load[counting]
        term, total = term[counting], total[counting]
    return answer


def _inverse_b_integral(n: Numbers, a: Numbers) -> Numbers:
    left, right = window_of_inverse_b(n, a)
    peak, level = np.maximum(n - a, 0.0), np.maximum(n, a)

    def panel(start: Numbers, end: Numbers) -> Numbers:
        u = start[:, None] + (end - start)[:, None] * POINTS
        heights = np.exp(n[:, None] * np.log1p(u / level[:, None]) - u)
        return (end - start) * _weighted(heights)

    middle = np.where(-left < ONE_PANEL * right, left, 0.0)
    total = panel(middle, right) + panel(left, middle)
    return total * np.exp(n * np.log1p(peak / a) - peak)


def _weighted(heights: Numbers) -> Numbers:
    # Not a matrix product: its order of adding depends on how many rows there are.
    total: Numbers = (heights * WEIGHTS).sum(axis=1)
    return total


def decay_sums(x: Numbers, alpha: Numbers) -> Numbers:
    """Rows of scale and four sums; see `compiled`, whose three cases these are."""
    summed = terms_of_patience(x, alpha) <= MOST_TERMS
    complete = ~summed & (alpha < SMALL_ALPHA)
    integrated = ~summed & ~complete
    answer = np.empty((5, x.size))
    answer[:, summed] = _decay_series(x[summed], alpha[summed])
    answer[:, complete] = _decay_complete(x[complete], alpha[complete])
    answer[:, integrated] = _decay_integrals(x[integrated], alpha[integrated])
    return answer


def _decay_complete(x: Numbers, alpha: Numbers) -> Numbers:
    scale = x - alpha * np.log(x) + log_gamma(alpha)
    stayed = alpha / x
    waited = stayed * (np.log(x) - digamma(alpha + 1.0))
    return np.stack([scale, np.ones(x.size), stayed, 1.0 - stayed, waited])


def _decay_series(x: Numbers, alpha: Numbers) -> Numbers:
    answer = np.zeros((5, x.size))
    rows = np.arange(x.size)
    sums, mean, term = np.zeros((4, x.size)), np.zeros(x.size), 1.0 / alpha
    summed = 1
    while rows.size:
        for k in range(summed, summed + _TERMS_BETWEEN_CHECKS):
            share = 1.0 / (alpha + k)
            mean += share
            weight = term * share
            sums += np.stack([term, weight, weight * k, weight * mean])
            term = x * weight
        summed += _TERMS_BETWEEN_CHECKS
        answer[1:, rows] = sums
        answer[2:5:2, rows] *= alpha
        counting = (term > NEGLIGIBLE * sums[0]) | (x >= alpha + summed - 1)
        rows, x, alpha = rows[counting], x[counting], alpha[counting]
        sums, mean, term = sums[:, counting], mean[counting], term[counting]
    return answer


def _decay_integrals(x: Numbers, alpha: Numbers) -> Numbers:
    left, right = window_of_patience(x, alpha)
    peak = np.log(np.maximum(x / alpha, 1.0))
    middle = np.where(-left < ONE_PANEL * right, left, 0.0)
    sums = _decay_panel(middle, right, x, alpha, peak) + _decay_panel(left, middle, x, alpha, peak)
    return np.concatenate([[np.maximum(x - alpha, 0.0) - alpha * peak], sums])


def _decay_panel(
    start: Numbers, end: Numbers, x: Numbers, alpha: Numbers, peak: Numbers
) -> Numbers:
    slope, curve = np.maximum(alpha - x, 0.0)[:, None], np.minimum(x, alpha)[:, None]
    at_peak, lost_at_peak = np.exp(-peak)[:, None], -np.expm1(-peak)[:, None]
    v = start[:, None] + (end - start)[:, None] * POINTS
    change = np.expm1(-v)
    height = np.exp(-slope * v - curve * (v + change))
    survivors = at_peak + at_peak * change
    gone = lost_at_peak - at_peak * change
    waited = survivors * (peak[:, None] + v)
    sums = [_weighted(height * part) for part in (np.ones(1), survivors, gone, waited)]
    return (end - start) * np.stack(sums)


def tail_factor(
    x: Numbers, alpha: Numbers, tau: Numbers, scale: Numbers, tail_scale: Numbers
) -> Numbers:
    """Scale of the same integrals over s > tau; see `compiled`."""
    v = tau - np.where(scale == 0.0, 0.0, np.log(x / alpha))
    whole = -(alpha - x) * tau - x * (tau + np.expm1(-tau))
    from_peak = -alpha * (v + np.expm1(-v))
    complete = -x * np.exp(-tau) + alpha * (np.log(x) - tau) - log_gamma(alpha)
    cases = [scale == 0.0, tail_scale != 0.0, alpha < SMALL_ALPHA]
    return np.exp(np.select(cases, [whole, np.zeros(x.shape), complete], from_peak))
