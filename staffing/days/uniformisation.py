"""A birth-death chain followed through time by uniformisation, exact but for float64's digits.

With events at one rate L for all states, L >= every state's own, the chain moves by the matrix
P = I + Q/L at the events of a Poisson process: p(t) = sum_k Poisson(k; L t) p(0) P^k, all terms
positive. The same powers give the mean over time, with the weights P(Poisson > k) / (L t).

Sources: A. Jensen, Skandinavisk Aktuarietidskrift 36 (1953) 87-91; W. K. Grassmann, Computers and
Operations Research 4 (1977) 47-53.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Numbers = NDArray[np.float64]
    Advance = Callable[[Numbers, Numbers, Numbers, Numbers], tuple[Numbers, Numbers]]

_FLUSHED = 1e-120  # denormal numbers are slow, and nobody will miss these
_STEPS = 64


def birth_death(
    start: Numbers, births: float, deaths: Numbers, seconds: float
) -> tuple[Numbers, Numbers]:
    """Probabilities of the states 0, 1, 2 ... after some time, and on average until then.

    Parameters
    ----------
    start : array, shape (n,)
        Probabilities at the beginning.
    births : float
        Rate upwards [1/s]; births in the highest state are lost.
    deaths : array, shape (n,)
        Rate downwards from each state [1/s]; 0 in the lowest.
    seconds : float

    Returns
    -------
    end, mean : array, shape (n,)
    """
    pace = births + float(deaths.max())
    if pace * seconds == 0.0:
        return start.copy(), start.copy()
    end_weight, mean_weight = _poisson_weights(pace * seconds)
    up = np.full(start.size, births / pace)
    up[-1] = 0.0
    down = deaths / pace
    # Each state takes from the one below, from itself, and from the one above.
    from_below = np.concatenate([[0.0], up[:-1]])
    from_above = np.concatenate([down[1:], [0.0]])
    stay = np.maximum(1.0 - up - down, 0.0)
    return _fastest()(start, np.array([from_below, stay, from_above]), end_weight, mean_weight)


def _poisson_weights(mean: float) -> tuple[Numbers, Numbers]:
    """Weights of the powers at the end and over time; what is left out is below 1e-16."""
    most = int(mean + 9.0 * np.sqrt(mean)) + 25
    log_weight = np.concatenate([[0.0], np.cumsum(np.log(mean / np.arange(1, most)))])
    weight = np.exp(log_weight - log_weight.max())
    weight /= weight.sum()
    # A sum of what comes after, not a total less what came before: a tiny mean cancels to nothing.
    beyond = np.append(np.cumsum(weight[:0:-1])[::-1], 0.0)
    return weight, beyond / mean


@cache
def _fastest() -> Advance:
    try:
        from numba import njit
    except ImportError:
        return advance_by_arrays
    compiled: Advance = njit(cache=True)(advance_by_states)
    return compiled


def advance_by_arrays(
    start: Numbers, moves: Numbers, end_weight: Numbers, mean_weight: Numbers
) -> tuple[Numbers, Numbers]:
    """Weigh the powers with NumPy, a block of steps at a time."""
    weights = np.array([end_weight, mean_weight])
    sums = np.zeros((2, start.size))
    powers = np.empty((_STEPS, start.size))
    from_below, stay, from_above = moves[0, 1:], moves[1], moves[2, :-1]
    now, moved = start.copy(), np.empty(start.size - 1)
    for first in range(0, end_weight.size, _STEPS):
        count = min(_STEPS, end_weight.size - first)
        for power in powers[:count]:
            power[:] = now
            np.multiply(power, stay, out=now)
            np.multiply(power[:-1], from_below, out=moved)
            now[1:] += moved
            np.multiply(power[1:], from_above, out=moved)
            now[:-1] += moved
        now[now < _FLUSHED] = 0.0
        sums += weights[:, first : first + count] @ powers[:count]
    return sums[0], sums[1]


def advance_by_states(
    start: Numbers, moves: Numbers, end_weight: Numbers, mean_weight: Numbers
) -> tuple[Numbers, Numbers]:
    """Weigh the powers state by state; the same sums as `advance_by_arrays`, for a compiler."""
    n = start.size
    end, mean = np.zeros(n), np.zeros(n)
    # One empty state on either side spares the inner loop its edges.
    now, then = np.zeros(n + 2), np.zeros(n + 2)
    now[1 : n + 1] = start
    from_below, stay, from_above = moves[0], moves[1], moves[2]
    for k in range(end_weight.size):
        at_end, on_average = end_weight[k], mean_weight[k]
        for x in range(n):
            here = now[x + 1]
            end[x] += at_end * here
            mean[x] += on_average * here
            moved = now[x] * from_below[x] + here * stay[x] + now[x + 2] * from_above[x]
            then[x + 1] = moved if moved > _FLUSHED else 0.0
        now, then = then, now
    return end, mean
