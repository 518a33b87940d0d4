"""The kernels in NumPy, for where numba is not installed: all rows together."""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING

import numpy as np

from staffing.kernels import sums
from staffing.kernels.formulas import (
    TIE,
    late_share,
    next_guess,
    p_wait_from_inverse_b,
    within,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import ArrayLike, NDArray

    Numbers = NDArray[np.float64]
    Rows = NDArray[np.int64]


def _like_a_ufunc(kernel: Callable[..., Numbers]) -> Callable[..., Numbers]:
    """Broadcast the arguments, hand them over as flat columns and shape the results like them.

    Overflow is an answer here (1/B = inf is B = 0), and what is not finite behind it is dropped.
    """

    @wraps(kernel)
    def shaped(*columns: ArrayLike) -> Numbers:
        given = np.broadcast_arrays(*(np.asarray(column, np.float64) for column in columns))
        with np.errstate(all="ignore"):
            answer = kernel(*(column.ravel() for column in given))
        return answer.reshape(answer.shape[:-1] + given[0].shape)

    return shaped


@_like_a_ufunc
def inverse_b(n: Numbers, a: Numbers) -> Numbers:
    """See `Kernels`."""
    return sums.inverse_b(n, a)


@_like_a_ufunc
def patience_measures(n: Numbers, a: Numbers, patience: Numbers, tau: Numbers) -> Numbers:
    """See `Kernels`."""
    return _patience_measures(n, a, patience, tau)


def _patience_measures(n: Numbers, a: Numbers, patience: Numbers, tau: Numbers) -> Numbers:
    answer = np.empty((5, n.size))
    answer[:, n == 0] = np.array([1.0, 1.0, 1.0, 0.0, np.nan])[:, None]
    some = n > 0
    answer[:, some] = _with_agents(n[some], a[some], patience[some], tau[some])
    return answer


def _with_agents(n: Numbers, a: Numbers, patience: Numbers, tau: Numbers) -> Numbers:
    alpha, x = n * patience, a * patience
    scale, everyone, stayed, gone, waited = sums.decay_sums(x, alpha)
    free = sums.inverse_b(n - 1.0, a) * np.exp(-scale)
    total = free + x * everyone
    p_wait, abandoned = x * everyone / total, x * gone / total
    survivors = np.exp(-tau)
    tail_scale, later, later_stayed, _, _ = sums.decay_sums(x * survivors, alpha)
    factor = x * sums.tail_factor(x, alpha, tau, scale, tail_scale) / total
    at_once = tau == 0.0
    late = np.where(at_once, p_wait, later * factor)
    late_answered = np.where(at_once, p_wait - abandoned, later_stayed * survivors * factor)
    wait = x * waited / (free + x * stayed)
    return np.stack([p_wait, abandoned, late, late_answered, wait])


@_like_a_ufunc
def fewest_erlang_c(
    a: Numbers, floor: Numbers, guess: Numbers, late: Numbers, until: Numbers, wait: Numbers
) -> Numbers:
    """See `Kernels`."""

    def keeps(n: Numbers, inverse: Numbers, rows: Rows) -> NDArray[np.bool_]:
        waiting = p_wait_from_inverse_b(n, a[rows], inverse)
        spare = n - a[rows]
        in_time = within(waiting * np.exp(-spare * until[rows]), late[rows])
        return in_time & within(waiting, wait[rows] * spare)

    n = np.maximum(floor, guess)
    inverse = sums.inverse_b(n, a)
    lost = np.isinf(inverse)  # no way down from there
    n[lost] = floor[lost]
    inverse[lost] = sums.inverse_b(n[lost], a[lost])
    start, at_start = n.copy(), inverse.copy()
    rows = np.flatnonzero(n > floor)
    while rows.size:
        fewer, less = n[rows] - 1.0, (inverse[rows] - 1.0) * a[rows] / n[rows]
        kept = keeps(n[rows], inverse[rows], rows) & keeps(fewer, less, rows)
        rows = rows[kept]
        n[rows], inverse[rows] = fewer[kept], less[kept]
        rows = rows[n[rows] > floor[rows]]
    return _raise_until(n, np.where(n == start, at_start, inverse), a, keeps)


@_like_a_ufunc
def fewest_erlang_b(a: Numbers, floor: Numbers, blocking: Numbers, occupancy: Numbers) -> Numbers:
    """See `Kernels`."""

    def keeps(n: Numbers, inverse: Numbers, rows: Rows) -> NDArray[np.bool_]:
        carried = a[rows] * (1.0 - 1.0 / inverse)
        free = (occupancy[rows] >= 1.0) | within(carried, occupancy[rows] * n)
        return within(1.0 / inverse, blocking[rows]) & free

    return _raise_until(floor.copy(), sums.inverse_b(floor, a), a, keeps)


def _raise_until(
    n: Numbers,
    inverse: Numbers,
    a: Numbers,
    keeps: Callable[[Numbers, Numbers, Rows], NDArray[np.bool_]],
) -> Numbers:
    rows = np.arange(n.size)
    while rows.size:
        rows = rows[~keeps(n[rows], inverse[rows], rows)]
        n[rows] += 1.0
        inverse[rows] = 1.0 + n[rows] / a[rows] * inverse[rows]
    return n


@_like_a_ufunc
def fewest_erlang_a(
    a: Numbers,
    floor: Numbers,
    guess: Numbers,
    patience: Numbers,
    late: Numbers,
    until: Numbers,
    definition: Numbers,
    abandoned: Numbers,
    occupancy: Numbers,
) -> Numbers:
    """See `Kernels`."""
    columns = a, patience, late, until, definition, abandoned, occupancy
    n = np.maximum(floor, guess)
    stride = np.maximum(1.0, np.floor(np.sqrt(a) / 4.0))
    low, excess_low = floor - 1.0, np.full(a.size, np.inf)
    high, excess_high = np.full(a.size, np.inf), np.full(a.size, -np.inf)
    rows = np.arange(a.size)
    turn = 0
    while rows.size:
        turn += 1
        excess = _excess_erlang_a(n[rows], *(column[rows] for column in columns))
        kept = excess <= TIE
        better, worse = rows[kept], rows[~kept]
        high[better], excess_high[better] = n[better], excess[kept]
        low[worse], excess_low[worse] = n[worse], excess[~kept]
        n = np.where(
            np.isinf(excess_low),
            np.maximum(high - stride, floor),
            np.where(
                np.isinf(excess_high),
                low + stride,
                next_guess(low, excess_low, high, excess_high, turn % 3 == 0),
            ),
        )
        stride *= 2.0
        rows = rows[high[rows] - low[rows] > 1.0]
    return high


def _excess_erlang_a(
    n: Numbers,
    a: Numbers,
    patience: Numbers,
    late: Numbers,
    until: Numbers,
    definition: Numbers,
    abandoned: Numbers,
    occupancy: Numbers,
) -> Numbers:
    _, lost, slow, slow_answered, _ = _patience_measures(n, a, patience, until)
    worst = np.maximum(lost / abandoned, a * (1.0 - lost) / (occupancy * n))
    for meaning in np.unique(definition):
        rows = (definition == meaning) & (late < 1.0)
        share = late_share(
            int(meaning), lost[rows], slow[rows], slow_answered[rows], np.exp(-until[rows])
        )
        worst[rows] = np.maximum(worst[rows], share / late[rows])
    excess: Numbers = np.log(np.maximum(worst, 1e-300))
    return excess
