"""Erlang B, C and A: what a number of agents does to an offered load, for whole arrays at once.

Every function broadcasts its arguments like a numpy ufunc, computes in float64 and returns a numpy
scalar for scalars. Each interval is taken alone and in its steady state: Poisson arrivals,
exponential handling, first come first served. Without `patience_s` nobody gives up (Erlang C,
M/M/n); with it customers abandon after an exponential time of that mean (Erlang A, M/M/n+M).

Edges, the same in every function: no load means nobody waits (probability 0, service level 1,
wait 0 s, occupancy 0), with 0 agents too. In Erlang C, agents <= load has no steady state; its
limits are returned: probability of waiting 1, service level 0, wait inf, occupancy 1. In Erlang A
without agents everybody abandons: service level 0, wait `patience_s`, and nothing (NaN) for those
answered and for the occupancy.

Sources: A. K. Erlang, Elektroteknikeren 13 (1917) 5-13; D. L. Jagerman, Some properties of the
Erlang loss function, Bell System Technical Journal 53 (1974) 525-551; C. Palm, Research on
telephone traffic carried by full availability groups, Tele 1 (1957), in Swedish 1946; O. Garnett,
A. Mandelbaum, M. Reiman, Designing a call center with impatient customers, MSOM 4 (2002) 208-227;
S. Zeltyn, A. Mandelbaum, Call centers with impatient customers: many-server asymptotics of the
M/M/n+G queue, Queueing Systems 51 (2005) 361-402.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from staffing.arrays import checked, scalar_if_0d
from staffing.queues.outcome import LOAD_BOUNDS as LOAD_BOUNDS  # noqa: PLC0414 - offered to others here
from staffing.queues.outcome import (
    agents_and_load,
    inverse_erlang_b,
    occupancy_while_free,
    outcome,
    waiting_probability,
)

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    Numbers = NDArray[np.float64]


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

    Examples
    --------
    >>> float(offered_load(100, aht_s=180, interval_s=1800))
    10.0
    """
    volume, aht = checked("contacts", contacts), checked("aht_s", aht_s)
    return scalar_if_0d(volume * aht / checked("interval_s", interval_s, "(0, inf)"))


def erlang_b(agents: ArrayLike, load_erlangs: ArrayLike) -> Numbers:
    """Share of contacts lost when nobody can wait: Erlang B, 1/B = sum n!/((n-k)! a^k).

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

    Examples
    --------
    >>> erlang_b([4, 5], [2, 3]).round(4).tolist()
    [0.0952, 0.1101]
    """
    n, a = agents_and_load(agents, load_erlangs)
    blocked = 1.0 / inverse_erlang_b(n, np.where(a > 0, a, 1.0))
    return scalar_if_0d(np.where(a > 0, blocked, 0.0))


def erlang_c(agents: ArrayLike, load_erlangs: ArrayLike) -> Numbers:
    """Probability that a contact has to wait: Erlang C, 1/C = rho + (1 - rho)/B, rho = a/n.

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

    Examples
    --------
    >>> erlang_c([10, 14], 10.0).round(4).tolist()
    [1.0, 0.1741]
    """
    return scalar_if_0d(waiting_probability(*agents_and_load(agents, load_erlangs)))


def erlang_a(
    agents: ArrayLike, load_erlangs: ArrayLike, aht_s: ArrayLike, patience_s: ArrayLike
) -> Numbers:
    """Probability that a contact finds all agents busy when customers abandon (Erlang A).

    Parameters
    ----------
    agents, load_erlangs : array_like
        As in `erlang_c`; the load may exceed the agents.
    aht_s, patience_s : array_like
        Mean handling time and mean patience [s], above 0.

    Raises
    ------
    ValueError
        If a number is NaN, infinite or outside these bounds.

    Notes
    -----
    x S / (E + x S), with E = 1/B(n-1, a), x = load * patience / AHT, alpha = n * patience / AHT and
    S = sum over k of x^k / (alpha (alpha+1) .. (alpha+k)) (Zeltyn and Mandelbaum 2005, section 4).

    Examples
    --------
    >>> float(erlang_a(14, 10.0, aht_s=180, patience_s=300).round(5))
    0.14526
    """
    return scalar_if_0d(outcome(agents, load_erlangs, aht_s, patience_s).p_wait)


def service_level(
    agents: ArrayLike,
    load_erlangs: ArrayLike,
    aht_s: ArrayLike,
    within_s: ArrayLike,
    *,
    patience_s: ArrayLike | None = None,
    definition: str = "offered",
) -> Numbers:
    """Share of contacts served within `within_s` seconds; Erlang C: 1 - C exp(-(n-a) T / AHT).

    Parameters
    ----------
    agents, load_erlangs : array_like
        As in `erlang_c`.
    aht_s : array_like
        Mean handling time [s], above 0.
    within_s : array_like
        Answer threshold T [s]; 0 asks for an answer at once.
    patience_s : array_like, optional
        Mean patience [s], above 0.
    definition : str
        Who counts, where customers abandon: ``"offered"``, answered within T / offered;
        ``"answered"``, answered within T / answered; ``"offered_less_abandoned"``, answered within
        T / (offered - abandoned within T); ``"virtual"``, the share for whom somebody infinitely
        patient would wait at most T; ``"left_queue"``, answered or gone within T / offered.

    Raises
    ------
    ValueError
        If a number is NaN, infinite or outside these bounds, or the definition unknown.

    Examples
    --------
    >>> service_level([12, 14], 10.0, aht_s=180, within_s=20).round(4).tolist()
    [0.6402, 0.8884]
    >>> float(service_level(28, 24.0, 240, 20, patience_s=300, definition="virtual").round(6))
    0.863225
    """
    found = outcome(agents, load_erlangs, aht_s, patience_s, within_s)
    return scalar_if_0d(found.service_level(definition))


def average_speed_of_answer(
    agents: ArrayLike,
    load_erlangs: ArrayLike,
    aht_s: ArrayLike,
    *,
    patience_s: ArrayLike | None = None,
    answered_only: bool = False,
) -> Numbers:
    """Mean wait in seconds; Erlang C: C AHT / (n - a), Erlang A: P(abandon) * patience.

    Parameters
    ----------
    agents, load_erlangs : array_like
        As in `erlang_c`; without patience inf is returned where agents <= load.
    aht_s : array_like
        Mean handling time [s], above 0.
    patience_s : array_like, optional
        Mean patience [s], above 0.
    answered_only : bool
        The mean of the contacts answered (no wait counts as 0 s), not of all offered.

    Raises
    ------
    ValueError
        If a number is NaN, infinite or outside these bounds.

    Examples
    --------
    >>> float(average_speed_of_answer(14, 10.0, aht_s=180).round(4))
    7.8359
    >>> float(average_speed_of_answer(14, 10.0, aht_s=180, patience_s=300).round(4))
    4.1951
    """
    found = outcome(agents, load_erlangs, aht_s, patience_s)
    return scalar_if_0d(found.asa_answered_s if answered_only else found.asa_s)


def occupancy(
    agents: ArrayLike,
    load_erlangs: ArrayLike,
    aht_s: ArrayLike = 1.0,
    *,
    patience_s: ArrayLike | None = None,
) -> Numbers:
    """Share of the agents' time spent handling contacts: load * (1 - P(abandon)) / agents.

    Parameters
    ----------
    agents, load_erlangs : array_like
        As in `erlang_c`.
    aht_s : array_like
        Mean handling time [s], above 0; it matters only beside `patience_s`.
    patience_s : array_like, optional
        Mean patience [s], above 0.

    Raises
    ------
    ValueError
        If a number is NaN, infinite or outside these bounds.

    Examples
    --------
    >>> float(occupancy(16, 12.0))
    0.75
    >>> float(occupancy(16, 20.0, aht_s=180, patience_s=300).round(4))
    0.985
    """
    n, a = agents_and_load(agents, load_erlangs)
    if patience_s is None:
        n, a, _ = np.broadcast_arrays(n, a, checked("aht_s", aht_s, "(0, inf)"))
        return scalar_if_0d(np.divide(a, n, out=np.where(a > 0, 1.0, 0.0), where=n > a))
    all_busy = outcome(n, a, aht_s, patience_s).p_wait
    some = (n > 0) & (a > 0)
    while_free = occupancy_while_free(np.where(some, n, 1.0), np.where(some, a, 1.0))
    busy = all_busy + (1.0 - all_busy) * while_free
    return scalar_if_0d(np.where(some, busy, np.where(a > 0, np.nan, 0.0)))
