"""The kernels compiled by numba: one row after another, each as short as it can be."""

# mypy: ignore-errors
# numba infers these types, and checks them when it compiles.

import math

import numpy as np
from numba import guvectorize, njit, vectorize

from staffing.kernels import formulas
from staffing.kernels.formulas import (
    MOST_TERMS,
    NEGLIGIBLE,
    ONE_PANEL,
    POINTS,
    SMALL_ALPHA,
    TIE,
    WEIGHTS,
)

_scalar = njit(cache=True, error_model="numpy")
_shared = njit(error_model="numpy")
_within = _shared(formulas.within)
_terms_of_inverse_b = _shared(formulas.terms_of_inverse_b)
_terms_of_patience = _shared(formulas.terms_of_patience)
_window_of_inverse_b = _shared(formulas.window_of_inverse_b)
_window_of_patience = _shared(formulas.window_of_patience)
_log_gamma = _shared(formulas.log_gamma)
_digamma = _shared(formulas.digamma)
_p_wait = _shared(formulas.p_wait_from_inverse_b)
_late_share = _shared(formulas.late_share)
_next_guess = _shared(formulas.next_guess)


@_scalar
def _inverse_b(n, a):
    if _terms_of_inverse_b(n, a) > MOST_TERMS:
        return _inverse_b_integral(n, a)
    term = total = 1.0
    per_load = 1.0 / a
    left = n
    while left > 0.0:  # two terms a turn: half as long a chain of products
        one = left * per_load
        two = one * ((left - 1.0) * per_load)
        total += term * (one + two)
        term *= two
        left -= 2.0
        if not term > NEGLIGIBLE * total:  # nor where both are inf
            break
    if not total < np.inf:  # or NaN, for inf * 0 is behind an overflow
        return np.inf
    return total


@_scalar
def _inverse_b_integral(n, a):
    left, right = _window_of_inverse_b(n, a)
    peak = max(n - a, 0.0)
    level = max(n, a)
    if -left < ONE_PANEL * right:
        total = _inverse_b_panel(left, right, n, level)
    else:
        total = _inverse_b_panel(left, 0.0, n, level) + _inverse_b_panel(0.0, right, n, level)
    return total * math.exp(n * math.log1p(peak / a) - peak)


@_scalar
def _inverse_b_panel(start, end, n, level):
    total = 0.0
    for i in range(POINTS.size):
        u = start + (end - start) * POINTS[i]
        total += WEIGHTS[i] * math.exp(n * math.log1p(u / level) - u)
    return (end - start) * total


@_scalar
def _decay_sums(x, alpha):
    """Integrals over s of e^f, e^(f-s), (1 - e^-s) e^f and s e^(f-s), f = -alpha s + x (1 - e^-s).

    All four in units of e^scale, which is returned first: 0 where they fit a float, the integrand's
    peak where they are integrated, the whole integral where alpha is small and x is not.
    """
    if _terms_of_patience(x, alpha) <= MOST_TERMS:
        return _decay_series(x, alpha)
    if alpha < SMALL_ALPHA:  # x is so large that the incomplete gamma function is complete
        scale = x - alpha * math.log(x) + _log_gamma(alpha)
        stayed = alpha / x
        return scale, 1.0, stayed, 1.0 - stayed, stayed * (math.log(x) - _digamma(alpha + 1.0))
    return _decay_integrals(x, alpha)


@_scalar
def _decay_series(x, alpha):
    term = 1.0 / alpha
    all_, stayed, gone, waited = 0.0, 0.0, 0.0, 0.0
    mean = 0.0
    k = 1.0
    while True:
        share = 1.0 / (alpha + k)
        mean += share
        weight = term * share
        all_ += term
        stayed += weight
        gone += weight * k
        waited += weight * mean
        term = x * weight
        if term <= NEGLIGIBLE * all_ and x < alpha + k:
            break
        k += 1.0
    return 0.0, all_, alpha * stayed, gone, alpha * waited


@_scalar
def _decay_integrals(x, alpha):
    left, right = _window_of_patience(x, alpha)
    peak = math.log(max(x / alpha, 1.0))
    if -left < ONE_PANEL * right:
        all_, stayed, gone, waited = _decay_panel(left, right, x, alpha, peak)
    else:
        all_, stayed, gone, waited = _decay_panel(left, 0.0, x, alpha, peak)
        more = _decay_panel(0.0, right, x, alpha, peak)
        all_, stayed = all_ + more[0], stayed + more[1]
        gone, waited = gone + more[2], waited + more[3]
    return max(x - alpha, 0.0) - alpha * peak, all_, stayed, gone, waited


@_scalar
def _decay_panel(start, end, x, alpha, peak):
    slope, curve = max(alpha - x, 0.0), min(x, alpha)
    at_peak, lost_at_peak = math.exp(-peak), -math.expm1(-peak)
    all_, stayed, gone, waited = 0.0, 0.0, 0.0, 0.0
    for i in range(POINTS.size):
        v = start + (end - start) * POINTS[i]
        change = math.expm1(-v)
        weight = WEIGHTS[i] * math.exp(-slope * v - curve * (v + change))
        survivors = at_peak + at_peak * change
        all_ += weight
        stayed += weight * survivors
        gone += weight * (lost_at_peak - at_peak * change)
        waited += weight * survivors * (peak + v)
    width = end - start
    return width * all_, width * stayed, width * gone, width * waited


@_scalar
def _tail_factor(x, alpha, tau, scale, tail_scale):
    """Scale of the same integrals over s > tau, which are e^f(tau) times those of x e^-tau."""
    if scale == 0.0:
        return math.exp(-(alpha - x) * tau - x * (tau + math.expm1(-tau)))
    if tail_scale != 0.0:  # the peak lies beyond tau: the same peak
        return 1.0
    if alpha < SMALL_ALPHA:
        return math.exp(-x * math.exp(-tau) + alpha * (math.log(x) - tau) - _log_gamma(alpha))
    v = tau - math.log(x / alpha)
    return math.exp(-alpha * (v + math.expm1(-v)))


@_scalar
def _patience_measures(n, a, patience, tau, with_tail):
    if n == 0.0:
        return 1.0, 1.0, 1.0, 0.0, np.nan
    alpha, x = n * patience, a * patience
    scale, all_, stayed, gone, waited = _decay_sums(x, alpha)
    free = _inverse_b(n - 1.0, a) * math.exp(-scale)
    total = free + x * all_
    p_wait, abandoned = x * all_ / total, x * gone / total
    wait = x * waited / (free + x * stayed)
    late, late_answered = p_wait, p_wait - abandoned
    if with_tail and tau > 0.0:
        survivors = math.exp(-tau)
        tail_scale, all_, stayed, gone, waited = _decay_sums(x * survivors, alpha)
        factor = x * _tail_factor(x, alpha, tau, scale, tail_scale) / total
        late, late_answered = all_ * factor, stayed * survivors * factor
    return p_wait, abandoned, late, late_answered, wait


@guvectorize(
    "void(f8, f8, f8, f8, f8[:], f8[:], f8[:], f8[:], f8[:])",
    "(),(),(),()->(),(),(),(),()",
    cache=True,
)
def patience_measures(n, a, patience, tau, p_wait, abandoned, late, late_answered, wait):
    """See `Kernels`."""
    p_wait[0], abandoned[0], late[0], late_answered[0], wait[0] = _patience_measures(
        n, a, patience, tau, True
    )


@vectorize(cache=True)
def inverse_b(n, a):
    """See `Kernels`."""
    return _inverse_b(n, a)


@_scalar
def _keeps_erlang_c(n, a, inverse_b, late, within, wait):
    waiting = _p_wait(n, a, inverse_b)
    spare = n - a
    if wait < np.inf and not _within(waiting, wait * spare):
        return False
    return late >= 1.0 or _within(waiting * math.exp(-spare * within), late)


@vectorize(cache=True)
def fewest_erlang_c(a, floor, guess, late, within, wait):
    """See `Kernels`."""
    n = max(floor, guess)
    inverse = _inverse_b(n, a)
    if inverse == np.inf:  # no way down from there
        n = floor
        inverse = _inverse_b(n, a)
    if _keeps_erlang_c(n, a, inverse, late, within, wait):
        while n > floor:
            inverse = (inverse - 1.0) * a / n
            n -= 1.0
            if not _keeps_erlang_c(n, a, inverse, late, within, wait):
                return n + 1.0
        return n
    while True:
        n += 1.0
        inverse = 1.0 + n / a * inverse
        if _keeps_erlang_c(n, a, inverse, late, within, wait):
            return n


@vectorize(cache=True)
def fewest_erlang_b(a, floor, blocking, occupancy):
    """See `Kernels`."""
    n = floor
    inverse = _inverse_b(n, a)
    while not (
        _within(1.0 / inverse, blocking)
        and (occupancy >= 1.0 or _within(a * (1.0 - 1.0 / inverse), occupancy * n))
    ):
        n += 1.0
        inverse = 1.0 + n / a * inverse
    return n


@_scalar
def _excess_erlang_a(n, a, patience, late, within, definition, abandoned, occupancy):
    """Log of the worst target's value over its bound; targets are kept where it is <= TIE."""
    timed = late < 1.0
    _, lost, slow, slow_answered, _ = _patience_measures(n, a, patience, within, timed)
    worst = lost / abandoned
    if occupancy < 1.0:
        worst = max(worst, a * (1.0 - lost) / (occupancy * n))
    if timed:
        p_patient = math.exp(-within)
        share = _late_share(int(definition), lost, slow, slow_answered, p_patient)
        worst = max(worst, share / late)
    return math.log(max(worst, 1e-300))


@vectorize(cache=True)
def fewest_erlang_a(a, floor, guess, patience, late, within, definition, abandoned, occupancy):
    """See `Kernels`."""
    n = max(floor, guess)
    stride = max(1.0, np.floor(math.sqrt(a) / 4.0))
    low, excess_low = floor - 1.0, np.inf
    high, excess_high = np.inf, -np.inf
    turn = 0
    while high - low > 1.0:
        turn += 1
        excess = _excess_erlang_a(n, a, patience, late, within, definition, abandoned, occupancy)
        if excess <= TIE:
            high, excess_high = n, excess
        else:
            low, excess_low = n, excess
        if excess_low == np.inf:
            n = max(high - stride, floor)
            stride *= 2.0
        elif excess_high == -np.inf:
            n = low + stride
            stride *= 2.0
        else:
            n = _next_guess(low, excess_low, high, excess_high, turn % 3 == 0)
    return high
