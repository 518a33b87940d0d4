"""A queue with a last place: M/M/n/K, and M/M/n/K+M where customers abandon.

K lines hold those served and those waiting; who finds all K busy is blocked. With j contacts ahead,
an answer within T has probability alpha / (alpha+j+1) (1 - I_q(alpha+1, j+1)), alpha = n patience /
AHT, q = exp(-T / patience), I the regularised incomplete beta function: the order statistics of
the exponential patiences and services ahead. Without abandonment it is the gamma distribution's.

Source: W. Whitt, Engineering solution of a basic call-center model, Management Science 51 (2005)
221-235, has the queue with a last place; without one it is Erlang A (Garnett, Mandelbaum, Reiman,
MSOM 4 (2002) 208-227).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from staffing.arrays import checked, scalar_if_0d
from staffing.queues.outcome import LOAD_BOUNDS, inverse_erlang_b, occupancy_while_free
from staffing.queues.ragged import row_sums

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    Numbers = NDArray[np.float64]


class FiniteLinesMeasures(NamedTuple):
    """What finite lines do; arrays of one shape.

    Attributes
    ----------
    p_blocked : array
        Share of the offered that find all lines busy.
    p_wait : array
        Share of the offered that are let in and find all agents busy.
    service_level, p_abandon : array
        Answered in time and abandoned, of all offered.
    asa_s : array
        Mean wait of those let in [s].
    occupancy : array
        Share of the agents' time spent handling contacts.
    """

    p_blocked: Numbers
    p_wait: Numbers
    service_level: Numbers
    p_abandon: Numbers
    asa_s: Numbers
    occupancy: Numbers


def finite_lines(
    agents: ArrayLike,
    lines: ArrayLike,
    load_erlangs: ArrayLike,
    aht_s: ArrayLike,
    within_s: ArrayLike = 20.0,
    *,
    patience_s: ArrayLike | None = None,
) -> FiniteLinesMeasures:
    """Measures of a queue with finitely many lines.

    Parameters
    ----------
    agents : array_like
        Whole number of agents, 1 or more.
    lines : array_like
        Whole number of lines, at least as many as agents (equal: Erlang B).
    load_erlangs, aht_s, within_s, patience_s : array_like
        As in `service_level`.

    Raises
    ------
    ValueError
        If a number is NaN, infinite or outside its bounds, or there are fewer lines than agents.

    Examples
    --------
    >>> found = finite_lines(50, 55, 48.0, aht_s=60, within_s=30, patience_s=120)
    >>> round(float(found.p_blocked), 6), round(float(found.service_level), 6)
    (0.043567, 0.948798)
    """
    mortal = patience_s is not None
    given = np.broadcast_arrays(
        checked("agents", agents, "[1, inf)", whole=True),
        checked("lines", lines, "[1, inf)", whole=True),
        checked("load_erlangs", load_erlangs, LOAD_BOUNDS),
        checked("aht_s", aht_s, "(0, inf)"),
        checked("within_s", within_s),
        checked("patience_s", patience_s, "(0, inf)") if patience_s is not None else 1.0,
    )
    n, k, a, aht, until, patience = (column.reshape(-1, 1) for column in given)
    if (k < n).any():
        raise ValueError(f"lines = {k[k < n][0]}; must be at least the agents, {n[k < n][0]}")
    places = k - n
    ahead = np.arange(places.max(initial=0.0) + 1.0)
    alpha = n * patience / aht
    load = np.where(a > 0, a, 1.0)
    leaving = n + (ahead + 1.0) * aht / patience if mortal else n + 0.0 * ahead
    free, queued = _state_weights(n, load, leaving, places)
    counts = places[:, 0].astype(np.int64) + 1
    let_in = queued * (ahead < places)
    gone = (ahead + 1.0) / (alpha + ahead + 1.0) if mortal else np.zeros(queued.shape)
    answered = alpha / (alpha + ahead + 1.0) if mortal else np.ones(queued.shape)
    in_time = answered * _in_time(n, ahead, alpha, until, aht, patience, mortal=mortal)
    busy, waits = row_sums(queued, counts), row_sums(let_in, counts)
    total = free + busy
    all_busy = busy / total
    while_free = occupancy_while_free(n, load)[:, 0]
    columns = {
        "p_blocked": queued[np.arange(counts.size), counts - 1] / total,
        "p_wait": waits / total,
        "service_level": (free + row_sums(let_in * in_time, counts)) / total,
        "p_abandon": row_sums(let_in * gone, counts) / total,
        "asa_s": row_sums(queued * ahead, counts) * (aht / load)[:, 0] / (free + waits),
        "occupancy": all_busy + (1.0 - all_busy) * while_free,
    }
    idle = (a == 0)[:, 0]
    at_rest = dict.fromkeys(columns, 0.0) | {"service_level": 1.0}
    shape = given[0].shape
    return FiniteLinesMeasures(
        **{
            name: scalar_if_0d(np.where(idle, at_rest[name], column).reshape(shape))
            for name, column in columns.items()
        }
    )


def _state_weights(
    n: Numbers, load: Numbers, leaving: Numbers, places: Numbers
) -> tuple[Numbers, Numbers]:
    """Weigh an agent free, and all busy with j waiting in columns j; logarithms bar overflow."""
    waiting = np.arange(leaving.shape[1])
    steps = np.log(load / leaving)
    heights = np.cumsum(steps, axis=1) - steps  # of j waiting, relative to none
    heights = np.where(waiting <= places, heights, -np.inf)
    top = heights.max(axis=1, keepdims=True)
    weights = np.exp(heights - top)
    with np.errstate(over="ignore"):  # inf is a probability of 1 of finding an agent free
        free = n / load * inverse_erlang_b(n - 1.0, load) * np.exp(-top)
    certain = np.isinf(free)
    return np.where(certain, 1.0, free)[:, 0], np.where(certain, 0.0, weights)


def _in_time(
    n: Numbers,
    ahead: Numbers,
    alpha: Numbers,
    until: Numbers,
    aht: Numbers,
    patience: Numbers,
    *,
    mortal: bool,
) -> Numbers:
    """P(answered within T | j ahead, answered)."""
    from scipy.special import betainc, gammainc

    if mortal:
        in_time: Numbers = 1.0 - betainc(alpha + 1.0, ahead + 1.0, np.exp(-until / patience))
    else:
        in_time = gammainc(ahead + 1.0, n * until / aht)
    return in_time
