"""What both sets of kernels share: when to sum and when to integrate, windows, first guesses.

Every function is written with NumPy's functions and without branches, so that it takes arrays, as
its types say, and, compiled, single numbers; both sets of kernels then decide alike.

Sums. 1/B(n, a) = sum n!/((n-k)! a^k) and S(x, alpha) = sum x^k / (alpha .. (alpha+k)) have
positive terms that rise to a peak and fade like a Gaussian, so that O(sqrt) of them count. Beyond
`MOST_TERMS` the integrals they stand for are cheaper:

    1/B(n, a)   = int exp(-u + n log(1 + u/a)) du                      (Jagers, van Doorn 1986)
    S(x, alpha) = int exp(-alpha s + x (1 - e^-s)) ds      (J of Zeltyn, Mandelbaum 2005, in theta)

over [0, inf), their integrands log-concave: Gauss-Legendre on either side of the peak, out to where
the integrand is e^-40 of it, with all exponents taken relative to the peak, so that nothing
overflows and no digits cancel.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Numbers = NDArray[np.float64]

TIE = 1e-9
"""A target missed by less than this share of itself is met: decimals are not exact in binary."""

NEGLIGIBLE = np.finfo(np.float64).eps / 8
MOST_TERMS = 200.0
SMALL_ALPHA = 50.0
ONE_PANEL = 0.4  # left of the peak, as a share of the right: one panel still does

OFFERED, ANSWERED, VIRTUAL, OFFERED_LESS_ABANDONED, LEFT_QUEUE = range(5)

_POINTS, _WEIGHTS = np.polynomial.legendre.leggauss(32)
POINTS, WEIGHTS = (_POINTS + 1.0) / 2.0, _WEIGHTS / 2.0

_CUT = 40.0
_SIGMAS = 8.6  # a Gaussian's distance from its peak to `NEGLIGIBLE` of it
_STIRLING = (1 / 12, -1 / 360, 1 / 1260, -1 / 1680, 1 / 1188, -691 / 360360)
_SHIFT = 12  # where Stirling's series is exact to float64


def within(value: Numbers, bound: Numbers) -> NDArray[np.bool_]:
    """Whether a value keeps to its bound, ties included."""
    return value <= bound * (1.0 + TIE)


def terms_of_inverse_b(n: Numbers, a: Numbers) -> Numbers:
    """Terms of 1/B(n, a) that count, roughly."""
    return np.maximum(n - a, 0.0) + _SIGMAS * np.sqrt(n)


def terms_of_patience(x: Numbers, alpha: Numbers) -> Numbers:
    """Terms of S(x, alpha) that count, roughly."""
    longest = np.maximum(x, alpha)
    spare = 1.0 - x / longest
    fading = longest * (np.sqrt(spare * spare + _SIGMAS * _SIGMAS / longest) - spare)
    return longest - alpha + fading


def window_of_inverse_b(n: Numbers, a: Numbers) -> tuple[Numbers, Numbers]:
    """Find the ends (left, right) of the window about 1/B's peak max(n - a, 0)."""
    spare = np.maximum(a - n, 0.0)  # log1p(z) <= z - z^2 / (2 + 4z/3) bounds the tail
    scale = 4.0 * spare / 3.0 + n
    half = spare - 2.0 * _CUT / 3.0
    right = (np.sqrt(half * half + 2.0 * _CUT * scale) - half) / scale
    left = np.minimum(np.maximum(n - a, 0.0), np.sqrt(2.0 * _CUT * n))
    return -left, right * np.maximum(n, a)


def window_of_patience(x: Numbers, alpha: Numbers) -> tuple[Numbers, Numbers]:
    """Find the ends (left, right) of the window about S's peak max(log(x/alpha), 0)."""
    slope = np.maximum(alpha - x, 0.0)
    half = slope - _CUT / 2.0  # s - 1 + e^-s >= s^2 / (2 + s) bounds the tail
    right = (np.sqrt(half * half + 2.0 * _CUT * alpha) - half) / alpha
    peak = np.log(np.maximum(x / alpha, 1.0))
    return -np.minimum(peak, np.sqrt(2.0 * _CUT / alpha)), right


def log_gamma(z: Numbers) -> Numbers:
    """Stirling's series for z > 0, moved to where it is exact (NumPy has no log-gamma)."""
    product, moved = z, z + _SHIFT
    for i in range(1, _SHIFT):
        product = product * (z + i)
    total = (moved - 0.5) * np.log(moved) - moved + 0.5 * np.log(2.0 * np.pi)
    for k, coefficient in enumerate(_STIRLING):
        total = total + coefficient / moved ** (2 * k + 1)
    log_gamma_of_z: Numbers = total - np.log(product)
    return log_gamma_of_z


def digamma(z: Numbers) -> Numbers:
    """Differentiate `log_gamma`."""
    moved = z + _SHIFT
    total = np.log(moved) - 0.5 / moved
    for k, coefficient in enumerate(_STIRLING):
        total = total - (2 * k + 1) * coefficient / moved ** (2 * k + 2)
    for i in range(_SHIFT):
        total = total - 1.0 / (z + i)
    return total


def p_wait_from_inverse_b(agents: Numbers, load: Numbers, inverse_b: Numbers) -> Numbers:
    """Erlang C for agents > load > 0: 1/C = rho + (1 - rho)/B."""
    return agents / (load + (agents - load) * inverse_b)


def late_share(
    definition: int, abandoned: Numbers, late: Numbers, late_answered: Numbers, p_patient: Numbers
) -> Numbers:
    """1 - service level. late: P(V > T); late_answered: P(V > T, answered); p_patient: P(R > T)."""
    queued = p_patient * late
    nobody = 1.0 * (abandoned >= 1.0)  # answers: no share of them is in time
    answered = 1.0 - abandoned + nobody
    kept = np.maximum(1.0 - abandoned - late_answered + queued + nobody, 1e-300)
    shares = (
        abandoned + late_answered,
        (late_answered + nobody) / answered,
        late,
        (queued + nobody) / kept,
        queued,
    )
    return shares[definition]


def guess_for_time(load: Numbers, late: Numbers, within: Numbers) -> Numbers:
    """Square-root staffing: log C is nearly -(1.2 b + 0.3 b^2) at load + b sqrt(load) agents.

    A quadratic stand-in for Halfin and Whitt's function (Operations Research 29 (1981) 567-588),
    within one agent for most loads; exact steps follow. `within` in handling times.
    """
    root = np.sqrt(load)
    slope = 1.2 + root * within
    beta = (np.sqrt(slope * slope - 1.2 * np.log(np.minimum(late, 1.0))) - slope) / 0.6
    return np.ceil(load + beta * root)


def guess_for_wait(load: Numbers, wait: Numbers) -> Numbers:
    """Square-root staffing for a mean wait, in handling times."""
    root = np.sqrt(load)
    beta = (np.sqrt(1.44 - 1.2 * np.log(np.minimum(wait * root, 1.0))) - 1.2) / 0.6
    return np.ceil(load + beta * root)


def guess_with_patience(
    patient: Numbers, load: Numbers, late: Numbers, within: Numbers, abandoned: Numbers
) -> Numbers:
    """Erlang C's guess `patient`, or the fluid of those who stay where that makes it fewer."""
    stay = np.maximum(np.exp(-within) * (late < 1.0), 1.0 - late)
    for_time = np.minimum(patient, stay * load + np.sqrt(load))
    guess: Numbers = np.ceil(np.maximum(for_time, load * (1.0 - np.minimum(abandoned, 1.0))))
    return guess


def next_guess(
    low: Numbers, excess_low: Numbers, high: Numbers, excess_high: Numbers, bisect: bool
) -> Numbers:
    """Whole number inside (low, high): where the excess crosses zero on the line, or halfway."""
    line = excess_low / (excess_low - excess_high)
    share = line + bisect * (0.5 - line)
    return np.minimum(np.maximum(np.ceil(low + (high - low) * share), low + 1.0), high - 1.0)
