"""Fractions of agents: Erlang B and C continued to real numbers of agents.

1/B(s, a) = a int_0^inf e^(-a t) (1 + t)^s dt agrees with Erlang B at whole s and is smooth and
monotone between them. Source: A. A. Jagers, E. A. van Doorn, On the continued Erlang loss function,
Operations Research Letters 5 (1986) 43-46.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from staffing.arrays import checked, scalar_if_0d
from staffing.kernels.formulas import NEGLIGIBLE, p_wait_from_inverse_b
from staffing.queues.erlang import erlang_b
from staffing.queues.outcome import LOAD_BOUNDS
from staffing.queues.roots import bisect

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    Numbers = NDArray[np.float64]

_ASYMPTOTIC_FROM = 100.0  # Erlang; the expansion of the last fraction is exact to float64 there


def erlang_b_continued(agents: ArrayLike, load_erlangs: ArrayLike) -> Numbers:
    """Share of contacts lost with a real number of lines (continued Erlang B).

    Parameters
    ----------
    agents : array_like
        Number of agents (lines), 0 or more, fractions allowed.
    load_erlangs : array_like
        Offered load [Erlang].

    Raises
    ------
    ValueError
        If a number is NaN, infinite or negative.

    Examples
    --------
    >>> erlang_b_continued([10, 10.5, 11], 8.0).round(4).tolist()
    [0.1217, 0.1001, 0.0813]
    """
    s, a = _real_agents_and_load(agents, load_erlangs)
    blocked = np.where(a > 0, 1.0 / _inverse_b(s, np.where(a > 0, a, 1.0)), 0.0)
    return scalar_if_0d(blocked)


def erlang_b_linear(agents: ArrayLike, load_erlangs: ArrayLike) -> Numbers:
    """Share of contacts lost, interpolated on a line between the whole numbers of lines.

    What spreadsheets do with a fraction of an agent; `erlang_b_continued` is the formula's own
    value and lies below the line.

    Parameters
    ----------
    agents, load_erlangs : array_like
        As in `erlang_b_continued`.

    Raises
    ------
    ValueError
        If a number is NaN, infinite or negative.

    Examples
    --------
    >>> erlang_b_linear([10, 10.5, 11], 8.0).round(4).tolist()
    [0.1217, 0.1015, 0.0813]
    """
    s, a = _real_agents_and_load(agents, load_erlangs)
    below = np.floor(s)
    lower, upper = erlang_b(below, a), erlang_b(below + 1.0, a)
    return scalar_if_0d(lower + (s - below) * (upper - lower))


def service_level_continued(
    agents: ArrayLike, load_erlangs: ArrayLike, aht_s: ArrayLike, within_s: ArrayLike
) -> Numbers:
    """Share answered within `within_s` seconds by a real number of agents (Erlang C).

    Parameters
    ----------
    agents, load_erlangs : array_like
        As in `erlang_b_continued`; 0 is returned where agents <= load.
    aht_s, within_s : array_like
        As in `service_level`.

    Raises
    ------
    ValueError
        If a number is NaN, infinite or outside its bounds.

    Examples
    --------
    >>> service_level_continued([13, 13.5, 14], 10.0, 180, 20).round(4).tolist()
    [0.7956, 0.8482, 0.8884]
    """
    s, a = _real_agents_and_load(agents, load_erlangs)
    rate = checked("within_s", within_s) / checked("aht_s", aht_s, "(0, inf)")
    stable = (s > a) & (a > 0)
    inverse = _inverse_b(np.where(stable, s, 1.0), np.where(stable, a, 1.0))
    with np.errstate(all="ignore"):  # 1/B = inf is C = 0; unstable rows are replaced
        late = p_wait_from_inverse_b(s, a, inverse) * np.exp(-(s - a) * rate)
    return scalar_if_0d(np.where(stable, 1.0 - late, np.where(a > 0, 0.0, 1.0)))


def agents_required_continued(
    load_erlangs: ArrayLike, aht_s: ArrayLike, *, service_level: ArrayLike, within_s: ArrayLike
) -> Numbers:
    """Real number of agents with which a service level is just met (Erlang C), not rounded up.

    Parameters
    ----------
    load_erlangs, aht_s, service_level, within_s : array_like
        As in `agents_required`.

    Raises
    ------
    ValueError
        If a number is NaN, infinite or outside its bounds.

    Examples
    --------
    >>> float(agents_required_continued(10, 180, service_level=0.8, within_s=20).round(3))
    13.037
    """
    load = checked("load_erlangs", load_erlangs, LOAD_BOUNDS)
    share = checked("service_level", service_level, "(0, 1)")
    aht, until = checked("aht_s", aht_s, "(0, inf)"), checked("within_s", within_s)
    shape = np.broadcast_shapes(load.shape, share.shape, aht.shape, until.shape)

    def missed(agents: Numbers) -> NDArray[np.bool_]:
        return service_level_continued(agents, load, aht, until) < share

    most = load + 10.0 * np.sqrt(load) + 1.0
    return scalar_if_0d(bisect(missed, np.broadcast_to(load, shape), np.broadcast_to(most, shape)))


def _real_agents_and_load(agents: ArrayLike, load_erlangs: ArrayLike) -> tuple[Numbers, Numbers]:
    s = checked("agents", agents)
    s, a = np.broadcast_arrays(s, checked("load_erlangs", load_erlangs, LOAD_BOUNDS))
    return s, a


def _inverse_b(agents: Numbers, load: Numbers) -> Numbers:
    """1/B(s) = 1 + s/a 1/B(s-1), unrolled down to the last fraction or to what is negligible."""
    s, a = agents.ravel(), load.ravel()
    whole = np.floor(s)
    answer, term, total = np.empty(s.size), np.ones(s.size), np.zeros(s.size)
    rows, k = np.arange(s.size), 0
    with np.errstate(over="ignore", invalid="ignore"):
        while rows.size:
            end = k == whole[rows]
            last = rows[end]
            rest = term[end] * _inverse_b_below_one(s[last] - k, a[last])
            answer[last] = total[end] + rest
            total = total + term
            term = term * ((s[rows] - k) / a[rows])
            going = ~end & (term > NEGLIGIBLE * total) & np.isfinite(total)
            stopped = ~end & ~going
            answer[rows[stopped]] = total[stopped]
            rows, term, total = rows[going], term[going], total[going]
            k += 1
    return answer.reshape(agents.shape)


def _inverse_b_below_one(s: Numbers, a: Numbers) -> Numbers:
    """1/B(s, a) = 1 + s e^a a^-s Gamma(s, a) for s in [0, 1), expanded in 1/a where a is large."""
    from scipy.special import gamma, gammaincc

    term = total = np.ones(s.shape)
    for k in range(16):
        term = term * (s - k) / a
        total = total + term
    small = np.minimum(a, _ASYMPTOTIC_FROM)
    complete = 1.0 + gamma(s + 1.0) * gammaincc(s, small) * np.exp(small) * small**-s
    return np.where(a < _ASYMPTOTIC_FROM, complete, total)
