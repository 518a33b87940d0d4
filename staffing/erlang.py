"""Erlang B and C: what a number of agents does to an offered load, for whole arrays at once.

Every function broadcasts its arguments like a numpy ufunc, computes in float64 and returns a numpy
scalar for scalars. Each interval is taken alone and in its steady state (Poisson arrivals,
exponential handling, first come first served, nobody abandons).

Edges, the same in every function: no load means nobody waits (probability 0, service level 1,
wait 0 s, occupancy 0), with 0 agents too. In Erlang C, agents <= load has no steady state; its
limits are returned: probability of waiting 1, service level 0, wait inf, occupancy 1.

Sources: A. K. Erlang, Elektroteknikeren 13 (1917); D. L. Jagerman, Some properties of the Erlang
loss function, Bell System Technical Journal 53 (1974) 525-551.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from staffing.arrays import checked, scalar_if_0d

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    Numbers = NDArray[np.float64]

LOAD_BOUNDS = "[0, 1e9]"
"""Erlang; far above any centre, far below the loads at which float64 cannot count agents."""

_TERMS_BETWEEN_CHECKS = 16


def offered_load(contacts: ArrayLike, aht_s: ArrayLike, interval_s: ArrayLike) -> Numbers:
    """Offered load in Erlang: the mean number of contacts handled at once if none had to wait.

    Parameters
    ----------
    contacts : array_like
        Mean number of contacts offered in the interval, fractions allowed.
    aht_s : array_like
        Mean handling time [s].
    interval_s : array_like
        Length of the interval [s].

    Raises
    ------
    ValueError
        If a number is NaN, infinite or negative, or `interval_s` is 0.
    """
    volume, aht = checked("contacts", contacts), checked("aht_s", aht_s)
    return scalar_if_0d(volume * aht / checked("interval_s", interval_s, "(0, inf)"))


def erlang_b(agents: ArrayLike, load_erlangs: ArrayLike) -> Numbers:
    """Share of contacts lost when nobody can wait (Erlang B, M/M/n/n).

    Parameters
    ----------
    agents : array_like
        Whole number of agents (lines), 0 or more.
    load_erlangs : array_like
        Offered load [Erlang].

    Raises
    ------
    ValueError
        If a number is NaN, infinite or negative, or `agents` is not whole.
    """
    n, a = _agents_and_load(agents, load_erlangs)
    blocked = np.zeros(a.shape)
    some = a > 0
    blocked[some] = 1.0 / inverse_erlang_b(n[some], a[some])
    return scalar_if_0d(blocked)


def erlang_c(agents: ArrayLike, load_erlangs: ArrayLike) -> Numbers:
    """Probability that a contact has to wait (Erlang C, M/M/n).

    Parameters
    ----------
    agents : array_like
        Whole number of agents, 0 or more; 1 is returned where agents <= load.
    load_erlangs : array_like
        Offered load [Erlang].

    Raises
    ------
    ValueError
        If a number is NaN, infinite or negative, or `agents` is not whole.
    """
    return scalar_if_0d(_p_wait(*_agents_and_load(agents, load_erlangs)))


def service_level(
    agents: ArrayLike, load_erlangs: ArrayLike, aht_s: ArrayLike, within_s: ArrayLike
) -> Numbers:
    """Share of contacts answered within `within_s` seconds (Erlang C): 1 - C exp(-(n-a) T / AHT).

    Parameters
    ----------
    agents, load_erlangs : array_like
        As in `erlang_c`.
    aht_s : array_like
        Mean handling time [s], above 0.
    within_s : array_like
        Answer threshold [s]; 0 asks for an answer at once.

    Raises
    ------
    ValueError
        If a number is NaN, infinite or outside these bounds.
    """
    n, a = _agents_and_load(agents, load_erlangs)
    aht = checked("aht_s", aht_s, "(0, inf)")
    late = np.exp(-np.maximum(n - a, 0.0) * checked("within_s", within_s) / aht)
    return scalar_if_0d(1.0 - _p_wait(n, a) * late)


def average_speed_of_answer(
    agents: ArrayLike, load_erlangs: ArrayLike, aht_s: ArrayLike
) -> Numbers:
    """Mean wait of all contacts in seconds (Erlang C): C AHT / (n - a).

    Parameters
    ----------
    agents, load_erlangs : array_like
        As in `erlang_c`; inf is returned where agents <= load.
    aht_s : array_like
        Mean handling time [s], above 0.

    Raises
    ------
    ValueError
        If a number is NaN, infinite or outside these bounds.
    """
    n, a = _agents_and_load(agents, load_erlangs)
    work = _p_wait(n, a) * checked("aht_s", aht_s, "(0, inf)")
    waits = np.where(a > 0, np.inf, np.zeros(work.shape))
    return scalar_if_0d(np.divide(work, n - a, out=waits, where=n > a))


def occupancy(agents: ArrayLike, load_erlangs: ArrayLike) -> Numbers:
    """Share of the agents' time spent handling contacts (Erlang C): load / agents, at most 1.

    Parameters
    ----------
    agents, load_erlangs : array_like
        As in `erlang_c`.

    Raises
    ------
    ValueError
        If a number is NaN, infinite or negative, or `agents` is not whole.
    """
    n, a = _agents_and_load(agents, load_erlangs)
    return scalar_if_0d(np.divide(a, n, out=np.where(a > 0, 1.0, 0.0), where=n > a))


def inverse_erlang_b(agents: Numbers, load_erlangs: Numbers) -> Numbers:
    """1 / B for checked arrays of one shape and loads above 0; inf where B underflows.

    The sum 1/B = 1 + n/a + n(n-1)/a^2 + ... + n!/a^n has positive terms only, so nothing cancels
    and its relative error stays near 1e-14, while Poisson probabilities by way of log-gamma lose
    digits in proportion to n log n and are 0/0 far below the load. Terms fade like a Gaussian:
    max(n-a, 0) + O(sqrt(a)) of them count, not n. Every row stops by its own terms alone, so that
    a row's value does not depend, bit for bit, on which others are computed beside it.
    """
    n, a = agents.ravel(), load_erlangs.ravel()
    total = np.ones(n.size)
    rows = np.arange(n.size)
    term, partial = np.ones(n.size), np.ones(n.size)
    summed = 0
    # Overflow to inf is the answer (B = 0 in float64); inf * 0 behind it is caught as not finite.
    with np.errstate(over="ignore", invalid="ignore"):
        while rows.size:
            for k in range(summed, summed + _TERMS_BETWEEN_CHECKS):
                term *= (n - k) / a  # 0 from k = n on
                partial += term
            summed += _TERMS_BETWEEN_CHECKS
            finite = np.isfinite(partial)
            total[rows] = np.where(finite, partial, np.inf)
            counting = finite & (np.abs(term) > np.finfo(np.float64).eps / 8 * partial)
            rows, n, a = rows[counting], n[counting], a[counting]
            term, partial = term[counting], partial[counting]
    return total.reshape(agents.shape)


def p_wait_from_inverse_b(agents: Numbers, load: Numbers, inverse_b: Numbers) -> Numbers:
    """Erlang C from 1/B, for agents > load > 0: 1/C = rho + (1 - rho)/B."""
    with np.errstate(over="ignore"):  # 1/B = inf is C = 0
        return agents / (load + (agents - load) * inverse_b)


def _agents_and_load(agents: ArrayLike, load_erlangs: ArrayLike) -> tuple[Numbers, Numbers]:
    n = checked("agents", agents, whole=True)
    a = checked("load_erlangs", load_erlangs, LOAD_BOUNDS)
    n, a = np.broadcast_arrays(n, a)
    return n, a


def _p_wait(n: Numbers, a: Numbers) -> Numbers:
    waits = np.where(a > 0, 1.0, 0.0)
    stable = (n > a) & (a > 0)
    n, a = n[stable], a[stable]
    waits[stable] = p_wait_from_inverse_b(n, a, inverse_erlang_b(n, a))
    return waits
