"""Those who come back: the total load when abandoned or blocked contacts try again.

Retries join the Poisson stream of first attempts, so that the total load L is a fixed point of
L = L0 + r P(L) L, with P the share that abandons (Erlang A) or is blocked (Erlang B) at load L.

Sources: J. W. Cohen, Basic problems of telephone traffic theory and the influence of repeated
calls, Philips Telecommunication Review 18 (1957) 49-100; G. Koole, Call Center Optimization (2013).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from staffing.arrays import checked, scalar_if_0d
from staffing.queues.erlang import erlang_b
from staffing.queues.measures import abandonment
from staffing.queues.outcome import MOST_LOAD, agents_and_load
from staffing.queues.roots import bisect

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import ArrayLike, NDArray

    Numbers = NDArray[np.float64]


def load_with_redials(
    agents: ArrayLike,
    load_erlangs: ArrayLike,
    aht_s: ArrayLike,
    patience_s: ArrayLike,
    redial_probability: ArrayLike,
) -> Numbers:
    """Total load [Erlang] when customers who abandon call again with a probability.

    Parameters
    ----------
    agents, load_erlangs, aht_s, patience_s : array_like
        As in `erlang_a`; the load is that of first attempts.
    redial_probability : array_like
        In [0, 1]; with 1 the total is inf where agents <= load.

    Raises
    ------
    ValueError
        If a number is NaN, infinite or outside its bounds.

    Examples
    --------
    >>> load = load_with_redials(10, 10.0, 180, patience_s=300, redial_probability=0.5)
    >>> float((load * 1800 / 180).round(5))
    107.67321
    """
    aht = checked("aht_s", aht_s, "(0, inf)")
    patience = checked("patience_s", patience_s, "(0, inf)")

    def lost(n: Numbers, load: Numbers) -> Numbers:
        return abandonment(n, load, aht, patience)

    shape = np.broadcast_shapes(aht.shape, patience.shape)
    return _fixed_point(agents, load_erlangs, "redial_probability", redial_probability, lost, shape)


def load_with_retries(
    lines: ArrayLike, load_erlangs: ArrayLike, retry_probability: ArrayLike = 1.0
) -> Numbers:
    """Total load [Erlang] when contacts that find all lines busy try again with a probability.

    Parameters
    ----------
    lines, load_erlangs : array_like
        As in `erlang_b`; the load is that of first attempts.
    retry_probability : array_like
        In [0, 1]; with 1 the total is inf where lines <= load.

    Raises
    ------
    ValueError
        If a number is NaN, infinite or outside its bounds.

    Examples
    --------
    >>> load = load_with_retries(10, 7.0)
    >>> bool(abs(load * (1 - erlang_b(10, load)) - 7) < 1e-9)
    True
    """
    return _fixed_point(lines, load_erlangs, "retry_probability", retry_probability, erlang_b, ())


def _fixed_point(
    agents: ArrayLike,
    load_erlangs: ArrayLike,
    name: str,
    probability: ArrayLike,
    lost: Callable[[Numbers, Numbers], Numbers],
    shape: tuple[int, ...],
) -> Numbers:
    """L - r P(L) L grows with L from below L0, so that its crossing of L0 can be bisected."""
    n, first = agents_and_load(agents, load_erlangs)
    again = checked(name, probability, "[0, 1]")
    shape = np.broadcast_shapes(shape, n.shape, again.shape)
    first = np.broadcast_to(first, shape)

    def holds(total: Numbers) -> NDArray[np.bool_]:
        within = np.minimum(total, MOST_LOAD)
        # Where nobody calls, nobody calls again: 0 is the answer without a search for it.
        searched = (first > 0) & (total <= MOST_LOAD)
        return searched & (total * (1.0 - again * lost(n, within)) <= first)

    total = bisect(holds, first, np.maximum(2.0 * first, 1e-9))
    endless = (again == 1.0) & (n <= first) & (first > 0)
    return scalar_if_0d(np.where(endless, np.inf, np.where(again == 0.0, first, total)))
