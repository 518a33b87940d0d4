"""How many agents a load needs so that stated targets are met, and which target binds.

The answer is minimal by definition: it meets every target and one agent fewer does not. The search
starts at the fewest agents any target could allow (just above the load, or at the occupancy cap)
and adds agents one by one with Erlang's exact recursion 1/B(n+1) = 1 + (n+1)/a * 1/B(n), for all
rows at once and only where a target is still missed: O(sqrt(load)) steps without a new sum.

A target that is missed by less than a billionth counts as met: exact ties, such as 4.2 Erlang at
70 % occupancy on 6 agents, are decided as exact arithmetic decides them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from staffing.arrays import checked, scalar_if_0d
from staffing.erlang import LOAD_BOUNDS, inverse_erlang_b, p_wait_from_inverse_b
from staffing.rounding import TIE, agents_down, agents_up

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import ArrayLike, NDArray

    Numbers = NDArray[np.float64]


class _Limits(NamedTuple):
    """Load and targets, one value a row; a target not given has the value that never binds."""

    load: Numbers
    aht_s: Numbers
    late_share: Numbers
    within_s: Numbers
    max_asa_s: Numbers
    max_occupancy: Numbers
    min_agents: Numbers

    def rows(self, which: NDArray[np.int64] | NDArray[np.bool_]) -> _Limits:
        return _Limits(*(column[which] for column in self))


def agents_required(
    load_erlangs: ArrayLike,
    aht_s: ArrayLike,
    *,
    service_level: ArrayLike | None = None,
    within_s: ArrayLike | None = None,
    max_asa_s: ArrayLike | None = None,
    max_occupancy: ArrayLike | None = None,
    min_agents: ArrayLike = 0,
) -> NDArray[np.int64]:
    """Fewest agents with which an Erlang C queue meets every target given.

    All arguments broadcast. Without any target the answer is the first stable number of agents,
    floor(load) + 1. No load needs nobody, but `min_agents` are on duty then too.

    Parameters
    ----------
    load_erlangs : array_like
        Offered load [Erlang].
    aht_s : array_like
        Mean handling time [s], above 0.
    service_level, within_s : array_like, optional
        At least this share answered within so many seconds [s]; both or neither. A share of 1 is
        refused: no finite number of agents reaches it.
    max_asa_s : array_like, optional
        Longest mean wait of all contacts [s], above 0.
    max_occupancy : array_like, optional
        Largest share of their time agents may spend on contacts, in (0, 1].
    min_agents : array_like
        Agents on duty whatever the load.

    Raises
    ------
    ValueError
        Naming the argument, its value and its bound.
    """
    limits, shape = _limits(
        load_erlangs, aht_s, service_level, within_s, max_asa_s, max_occupancy, min_agents
    )
    agents = limits.min_agents.astype(np.int64)
    some = limits.load > 0
    busy = limits.rows(some)
    # n = a has no steady state; a load that is whole but for its last digits is taken as whole.
    start = agents_down(busy.load) + 1
    for floor in (agents_up(busy.load / busy.max_occupancy), agents[some]):
        start = np.maximum(start, floor)

    def meets(n: Numbers, inverse_b: Numbers, rows: NDArray[np.int64]) -> NDArray[np.bool_]:
        here = busy.rows(rows)
        late, wait = _late_and_wait(n, inverse_b, here)
        return _within(late, here.late_share) & _within(wait, here.max_asa_s)

    agents[some] = _raise_until(start, busy.load, meets)
    return scalar_if_0d(agents.reshape(shape))


def lines_required(
    load_erlangs: ArrayLike, blocking: ArrayLike, *, max_occupancy: ArrayLike = 1.0
) -> NDArray[np.int64]:
    """Fewest lines (or agents without a queue) that lose at most a share `blocking` of the load.

    Parameters
    ----------
    load_erlangs : array_like
        Offered load [Erlang]; 0 needs no line.
    blocking : array_like
        Largest share lost (Erlang B), in (0, 1).
    max_occupancy : array_like
        Largest share of the time a line may be busy with the load carried, in (0, 1].

    Raises
    ------
    ValueError
        Naming the argument, its value and its bound.
    """
    given = np.broadcast_arrays(
        checked("load_erlangs", load_erlangs, LOAD_BOUNDS),
        checked("blocking", blocking, "(0, 1)"),
        checked("max_occupancy", max_occupancy, "(0, 1]"),
    )
    load, lost, cap = (column.ravel() for column in given)
    lines = np.zeros(load.size, dtype=np.int64)
    some = load > 0
    load, lost, cap = load[some], lost[some], cap[some]

    def meets(n: Numbers, inverse_b: Numbers, rows: NDArray[np.int64]) -> NDArray[np.bool_]:
        carried = load[rows] * (1.0 - 1.0 / inverse_b)
        return _within(1.0 / inverse_b, lost[rows]) & _within(carried, cap[rows] * n)

    # n lines carry at most n Erlang, so fewer than the load to be carried cannot do.
    start = agents_up(load * (1.0 - lost))
    lines[some] = _raise_until(start, load, meets)
    return scalar_if_0d(lines.reshape(given[0].shape))


def binding_constraint(
    agents: ArrayLike,
    load_erlangs: ArrayLike,
    aht_s: ArrayLike,
    *,
    service_level: ArrayLike | None = None,
    within_s: ArrayLike | None = None,
    max_asa_s: ArrayLike | None = None,
    max_occupancy: ArrayLike | None = None,
    min_agents: ArrayLike = 0,
    concurrency: float = 1.0,
) -> NDArray[np.object_]:
    """Say why there are so many agents: the first constraint that one agent fewer would break.

    Parameters
    ----------
    agents : array_like
        Whole number of agents, e.g. from `agents_required`.
    load_erlangs, aht_s, service_level, within_s, max_asa_s, max_occupancy, min_agents : array_like
        As in `agents_required`.
    concurrency : float
        Contacts an agent handles at once; the targets are held against the whole slots this gives.

    Returns
    -------
    array of str
        In this order of precedence: ``"stability"`` (the load would reach the agents left and the
        queue grow without end), ``"service_level"``, ``"asa"``, ``"occupancy"``, ``"minimum"``;
        ``"no_load"`` where there is nobody because there is nothing to do, ``"none"`` where one
        agent fewer would still meet everything.

    Raises
    ------
    ValueError
        Naming the argument, its value and its bound.
    """
    people, load = np.broadcast_arrays(checked("agents", agents, whole=True), load_erlangs)
    limits, shape = _limits(
        load, aht_s, service_level, within_s, max_asa_s, max_occupancy, min_agents
    )
    staff = np.broadcast_to(people, shape).ravel()
    slots = agents_down(np.maximum(staff - 1, 0) * checked("concurrency", concurrency, "[1, inf)"))
    busy = limits.load > 0
    stable = busy & (slots > agents_down(limits.load))
    codes = np.full(staff.size, "none", dtype=object)
    codes[staff <= limits.min_agents] = "minimum"
    codes[(staff == 0) & ~busy] = "no_load"
    codes[busy & ~stable] = "stability"
    codes[stable] = _first_broken(slots[stable], limits.rows(stable), codes[stable])
    return scalar_if_0d(codes.reshape(shape))


def _first_broken(
    slots: NDArray[np.int64], limits: _Limits, otherwise: NDArray[np.object_]
) -> NDArray[np.object_]:
    n = slots.astype(np.float64)
    late, wait = _late_and_wait(n, inverse_erlang_b(n, limits.load), limits)
    broken = [
        ~_within(late, limits.late_share),
        ~_within(wait, limits.max_asa_s),
        slots < agents_up(limits.load / limits.max_occupancy),
    ]
    names = [np.full(n.size, code, object) for code in ("service_level", "asa", "occupancy")]
    return np.select(broken, names, otherwise)


def _raise_until(
    agents: NDArray[np.int64],
    load: Numbers,
    meets: Callable[[Numbers, Numbers, NDArray[np.int64]], NDArray[np.bool_]],
) -> NDArray[np.int64]:
    """Add agents one at a time, in the rows where it takes them, until every row meets."""
    n = agents.astype(np.float64)
    inverse_b = inverse_erlang_b(n, load)
    rows = np.arange(n.size)
    with np.errstate(over="ignore"):  # 1/B = inf is B = 0, which meets every target
        while rows.size:
            rows = rows[~meets(n[rows], inverse_b[rows], rows)]
            n[rows] += 1.0
            inverse_b[rows] = 1.0 + n[rows] / load[rows] * inverse_b[rows]
    return n.astype(np.int64)


def _late_and_wait(n: Numbers, inverse_b: Numbers, limits: _Limits) -> tuple[Numbers, Numbers]:
    """Share answered later than `within_s` and mean wait [s], for n > load > 0."""
    spare = n - limits.load
    p_wait = p_wait_from_inverse_b(n, limits.load, inverse_b)
    late = p_wait * np.exp(-spare * limits.within_s / limits.aht_s)
    return late, p_wait * limits.aht_s / spare


def _within(value: Numbers, bound: Numbers) -> NDArray[np.bool_]:
    return value <= bound * (1.0 + TIE)


def _limits(
    load_erlangs: ArrayLike,
    aht_s: ArrayLike,
    service_level: ArrayLike | None,
    within_s: ArrayLike | None,
    max_asa_s: ArrayLike | None,
    max_occupancy: ArrayLike | None,
    min_agents: ArrayLike,
) -> tuple[_Limits, tuple[int, ...]]:
    if (service_level is None) != (within_s is None):
        raise ValueError(
            f"service_level = {service_level!r}, within_s = {within_s!r}; give both or neither"
        )
    never, fully = np.float64(np.inf), np.float64(1)
    columns = np.broadcast_arrays(
        checked("load_erlangs", load_erlangs, LOAD_BOUNDS),
        checked("aht_s", aht_s, "(0, inf)"),
        never if service_level is None else 1 - checked("service_level", service_level, "(0, 1)"),
        np.float64(0) if within_s is None else checked("within_s", within_s),
        never if max_asa_s is None else checked("max_asa_s", max_asa_s, "(0, inf)"),
        fully if max_occupancy is None else checked("max_occupancy", max_occupancy, "(0, 1]"),
        checked("min_agents", min_agents, whole=True),
    )
    return _Limits(*(column.ravel() for column in columns)), columns[0].shape
