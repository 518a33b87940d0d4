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
from staffing.queues.outcome import LOAD_BOUNDS, MOST_LOAD
from staffing.queues.roots import bisect
from staffing.queues.search import fewest_agents
from staffing.queues.sizing import agents_required
from staffing.queues.targets import targets_met

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import ArrayLike, NDArray

    Numbers = NDArray[np.float64]
    Whole = NDArray[np.int64]

_MOST_AGENTS = 2**53  # beyond it float64 does not count them one by one


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
    n = checked("agents", agents, whole=True)
    first = checked("load_erlangs", load_erlangs, LOAD_BOUNDS)
    aht = checked("aht_s", aht_s, "(0, inf)")
    patience = checked("patience_s", patience_s, "(0, inf)")
    again = checked("redial_probability", redial_probability, "[0, 1]")

    def lost(n: Numbers, load: Numbers) -> Numbers:
        return abandonment(n, load, aht, patience)

    n, first, again, *_ = np.broadcast_arrays(n, first, again, aht, patience)
    return _fixed_point(n, first, again, lost)


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
    n, first, again = np.broadcast_arrays(
        checked("lines", lines, whole=True),
        checked("load_erlangs", load_erlangs, LOAD_BOUNDS),
        checked("retry_probability", retry_probability, "[0, 1]"),
    )
    return _fixed_point(n, first, again, erlang_b)


def fewest_with_redials(
    load_erlangs: ArrayLike,
    aht_s: ArrayLike,
    *,
    patience_s: ArrayLike,
    redial_probability: ArrayLike,
    service_level: ArrayLike | None = None,
    within_s: ArrayLike | None = None,
    max_asa_s: ArrayLike | None = None,
    max_abandonment: ArrayLike | None = None,
    max_occupancy: ArrayLike | None = None,
    definition: str = "offered",
) -> Whole:
    """Fewest agents that meet every target at the load that their own abandonment brings about.

    Redials only add load, so that the answer lies at or above `agents_required` for the first
    attempts; more agents mean fewer redials, so that it is bracketed and halved. All arguments
    broadcast.

    Parameters
    ----------
    load_erlangs, aht_s, patience_s, redial_probability : array_like
        As in `load_with_redials`; the load is that of first attempts.
    service_level, within_s, max_asa_s, max_abandonment, max_occupancy, definition
        As in `agents_required`.

    Raises
    ------
    ValueError
        Naming the argument, its value and its bound.

    Examples
    --------
    >>> target = {"service_level": 0.8, "within_s": 20, "patience_s": 60}
    >>> fewest_with_redials(20.0, 300, redial_probability=[0, 0.5, 0.9], **target).tolist()
    [21, 22, 23]
    """
    targets = {
        "patience_s": patience_s,
        "service_level": service_level,
        "within_s": within_s,
        "max_asa_s": max_asa_s,
        "max_abandonment": max_abandonment,
        "max_occupancy": max_occupancy,
    }
    given = {name: bound for name, bound in targets.items() if bound is not None}
    columns = np.broadcast_arrays(
        agents_required(load_erlangs, aht_s, **given, definition=definition),
        np.asarray(load_erlangs),
        np.asarray(aht_s),
        checked("redial_probability", redial_probability, "[0, 1]"),
        *map(np.asarray, given.values()),
    )
    shape = columns[0].shape
    least, first, aht, again, *bounds = (column.ravel() for column in columns)
    busy = np.flatnonzero(first > 0)

    def meets(some: Whole, agents: Whole) -> NDArray[np.bool_]:
        rows = busy[some]
        here = dict(zip(given, (column[rows] for column in bounds), strict=True))
        total = load_with_redials(agents, first[rows], aht[rows], here["patience_s"], again[rows])
        # Where all call again until they are answered, too few agents face a load without end.
        total = np.minimum(total, MOST_LOAD)
        return targets_met(agents, total, aht[rows], **here, definition=definition)

    agents = least.copy()
    agents[busy] = fewest_agents(least[busy], meets, _MOST_AGENTS, too_few=least[busy] - 1)
    return scalar_if_0d(agents.reshape(shape))


def _fixed_point(
    n: Numbers, first: Numbers, again: Numbers, lost: Callable[[Numbers, Numbers], Numbers]
) -> Numbers:
    """L - r P(L) L grows with L from below L0, so that its crossing of L0 can be bisected."""

    def holds(total: Numbers) -> NDArray[np.bool_]:
        within = np.minimum(total, MOST_LOAD)
        # Where nobody calls, nobody calls again: 0 is the answer without a search for it.
        searched = (first > 0) & (total <= MOST_LOAD)
        return searched & (total * (1.0 - again * lost(n, within)) <= first)

    total = bisect(holds, first, np.maximum(2.0 * first, 1e-9))
    endless = (again == 1.0) & (n <= first) & (first > 0)
    return scalar_if_0d(np.where(endless, np.inf, np.where(again == 0.0, first, total)))
