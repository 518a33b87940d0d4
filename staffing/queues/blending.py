"""Blending: agents who call out while few customers call in.

Whenever fewer than `threshold` agents are busy, the next one starts an outbound contact, so at
least that many are always busy; the others are kept free for inbound contacts. For inbound and
outbound contacts of equal mean length, both exponential, no policy places more outbound contacts at
the same inbound service level. The busy agents are Erlang's chain confined to `threshold` and
above; in its lowest state every contact that ends is followed by an outbound one.

Source: S. Bhulai, G. Koole, IEEE Transactions on Automatic Control 48 (2003) 1434-1438.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from staffing.arrays import checked, scalar_if_0d
from staffing.queues.ragged import blocks
from staffing.queues.search import MOST_AGENTS
from staffing.queues.waiting import (
    WaitingRoom,
    checked_patience,
    queue_measures,
    waiting_room,
)
from staffing.rounding import TIE

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    Numbers = NDArray[np.float64]
    Whole = NDArray[np.int64]


class BlendedMeasures(NamedTuple):
    """Inbound: shares of the offered and waits [s]; outbound contacts per hour; agents' occupancy.

    `service_level` is answered within T / offered; `asa_s` the mean wait of all offered inbound
    contacts.
    """

    service_level: Numbers
    p_wait: Numbers
    p_abandon: Numbers
    asa_s: Numbers
    outbound_per_h: Numbers
    occupancy: Numbers


class _Rows(NamedTuple):
    rate: Numbers
    aht_s: Numbers
    agents: Whole
    within_s: Numbers
    patience_s: Numbers

    def rows(self, which: Whole) -> _Rows:
        return _Rows._make(column[which] for column in self)


def blended_measures(
    contacts: ArrayLike,
    aht_s: ArrayLike,
    agents: ArrayLike,
    threshold: ArrayLike,
    *,
    interval_s: ArrayLike,
    within_s: ArrayLike,
    patience_s: ArrayLike | None = None,
) -> BlendedMeasures:
    """Inbound service and outbound pace when at least `threshold` agents are kept busy.

    All arguments broadcast. Without outbound (threshold 0) this is Erlang C, or A with patience.
    An inbound load that reaches the agents leaves nothing for outbound and, without an end to
    patience, has no steady state: service level 0, wait inf.

    Parameters
    ----------
    contacts : array_like
        Mean number of inbound contacts offered in the interval.
    aht_s : array_like
        Mean handling time of inbound and outbound contacts alike [s], above 0.
    agents : array_like
        Whole number of agents.
    threshold : array_like
        Agents to keep busy: whole, from 0 (no outbound) to `agents` (nobody is ever kept free).
    interval_s : array_like
        Length of the interval [s], above 0.
    within_s : array_like
        Answer threshold of inbound contacts [s].
    patience_s : array_like, optional
        Mean patience of inbound contacts [s]; not given (or inf) if nobody gives up.

    Raises
    ------
    ValueError
        Naming the argument, its value and its bound.

    Examples
    --------
    60 calls of 5 minutes in a quarter of an hour (20 Erlang) on 26 agents:

    >>> blend = blended_measures(60, 300, 26, [0, 20, 24], interval_s=900, within_s=20)
    >>> blend.service_level.round(3).tolist()
    [0.904, 0.824, 0.6]
    >>> blend.outbound_per_h.round(1).tolist()
    [0.0, 37.7, 64.5]
    """
    rows, shape, keep = _rows(
        contacts, aht_s, agents, interval_s, within_s, patience_s, also=threshold
    )
    kept = _checked_threshold(keep, rows.agents)
    found = _measure_quiet(rows, kept)
    busy = np.flatnonzero(rows.rate > 0)
    for block in blocks(rows.agents[busy] + 1):
        part = rows.rows(busy[block])
        found[:, busy[block]] = _measure(part, _log_heads(part), kept[busy[block]])
    return BlendedMeasures(*(scalar_if_0d(column.reshape(shape)) for column in found))


def blending_threshold(
    contacts: ArrayLike,
    aht_s: ArrayLike,
    agents: ArrayLike,
    *,
    interval_s: ArrayLike,
    service_level: ArrayLike,
    within_s: ArrayLike,
    patience_s: ArrayLike | None = None,
) -> Whole:
    """Largest threshold, and so the most outbound contacts, that keeps the inbound target.

    Parameters
    ----------
    contacts, aht_s, agents, interval_s, within_s, patience_s : array_like
        As in `blended_measures`.
    service_level : array_like
        Least share of inbound contacts answered within `within_s`, in (0, 1).

    Returns
    -------
    array of int
        From 0 to `agents`; -1 where inbound alone misses the target.

    Raises
    ------
    ValueError
        Naming the argument, its value and its bound.

    Examples
    --------
    >>> blending_threshold(
    ...     60, 300, [23, 26, 30], interval_s=900, service_level=0.8, within_s=20
    ... ).tolist()
    [-1, 20, 27]
    """
    share = checked("service_level", service_level, "(0, 1)")
    rows, shape, target = _rows(
        contacts, aht_s, agents, interval_s, within_s, patience_s, also=share
    )
    best = rows.agents.copy()
    busy = np.flatnonzero(rows.rate > 0)
    for block in blocks(rows.agents[busy] + 1):
        here = busy[block]
        part = rows.rows(here)
        # All thresholds of a row at once: service falls as they rise. NaN beyond `agents`.
        wide = WaitingRoom(*(column[:, None] for column in _room(part)))
        queue, _ = queue_measures(_log_heads(part), wide, part.patience_s[:, None])
        late = (1.0 - target[here]) * (1.0 + TIE)
        best[here] = (1.0 - queue.service_level <= late[:, None]).sum(axis=1) - 1
    return scalar_if_0d(best.reshape(shape))


def _checked_threshold(threshold: Numbers, agents: Whole) -> Whole:
    kept: Whole = checked("threshold", threshold, whole=True).astype(np.int64)
    above = kept > agents
    if above.any():
        first, most = kept[above][0], agents[above][0]
        raise ValueError(f"threshold = {first}; must be a number in [0, agents = {most}]")
    return kept


def _measure(rows: _Rows, log_heads: Numbers, threshold: Whole) -> Numbers:
    """Measures of one threshold a row, in the order of `BlendedMeasures`, for some inbound."""
    room, load = _room(rows), rows.rate * rows.aht_s
    each = np.arange(threshold.size)
    log_head = log_heads[each, threshold]
    queue, p_free = queue_measures(log_head, room, rows.patience_s)
    # The lowest state's share of those with a free agent; where all are kept busy, of the room.
    with np.errstate(invalid="ignore", divide="ignore"):
        next_head = log_heads[each, np.minimum(threshold + 1, rows.agents)]
        of_free = -np.expm1(next_head - log_head)
        of_room = load / rows.agents * np.exp(-room.log_scale) / room.waiting * queue.p_wait
        lowest = np.where(threshold < rows.agents, of_free * p_free, of_room)
        outbound = np.where(threshold > 0, threshold * lowest, 0.0)  # Erlang
        # Agents busy while one is free: k p_k = load p_(k-1) above the lowest state.
        some_free = (threshold * of_free - load * np.expm1(-log_head)) / rows.agents
        while_free = np.where(threshold < rows.agents, some_free, 1.0)
    unmanned = np.where(np.isfinite(rows.patience_s), np.nan, 1.0)
    occupied = queue.p_wait + (1.0 - queue.p_wait) * while_free
    occupied = np.where(rows.agents > 0, occupied, unmanned)
    per_h = 3600.0 * outbound / rows.aht_s
    shares = (queue.service_level, queue.p_wait, queue.p_abandon, queue.asa_s)
    return np.array([*shares, per_h, occupied])


def _measure_quiet(rows: _Rows, threshold: Whole) -> Numbers:
    """Nobody calls in: the kept agents call out all the time."""
    nothing = np.zeros(threshold.size)
    share = np.divide(threshold, rows.agents, out=nothing.copy(), where=rows.agents > 0)
    per_h = 3600.0 * threshold / rows.aht_s
    return np.array([nothing + 1.0, nothing, nothing, nothing, per_h, share])


def _room(rows: _Rows) -> WaitingRoom:
    return waiting_room(rows.rate, rows.agents / rows.aht_s, rows.patience_s, rows.within_s)


def _log_heads(rows: _Rows) -> Numbers:
    """Log weight of the states from each threshold up to one free agent, relative to the latter.

    One column a threshold from 0: -inf at `agents`, where nobody is free; NaN above.
    """
    free = np.arange(rows.agents.max())  # agents free beyond the first
    busy = rows.agents[:, None] - 1 - free
    load = (rows.rate * rows.aht_s)[:, None]
    steps = np.zeros(busy.shape)  # p_(k-1) / p_k = k / load
    steps[:, 1:] = np.log(np.maximum(busy[:, :-1], 1)) - np.log(load)
    sums = np.logaddexp.accumulate(np.cumsum(steps, axis=1), axis=1)
    heads = np.full((rows.agents.size, free.size + 1), np.nan)
    row, column = np.nonzero(busy >= 0)
    heads[row, busy[row, column]] = sums[row, column]
    heads[np.arange(rows.agents.size), rows.agents] = -np.inf
    return heads


def _rows(
    contacts: ArrayLike,
    aht_s: ArrayLike,
    agents: ArrayLike,
    interval_s: ArrayLike,
    within_s: ArrayLike,
    patience_s: ArrayLike | None,
    also: ArrayLike,
) -> tuple[_Rows, tuple[int, ...], Numbers]:
    columns = np.broadcast_arrays(
        checked("contacts", contacts) / checked("interval_s", interval_s, "(0, inf)"),
        checked("aht_s", aht_s, "(0, inf)"),
        checked("agents", agents, f"[0, {MOST_AGENTS}]", whole=True),
        checked("within_s", within_s),
        checked_patience(patience_s),
        np.asarray(also, dtype=np.float64),
    )
    rate, aht, staff, within, patience, extra = (column.ravel() for column in columns)
    return _Rows(rate, aht, staff.astype(np.int64), within, patience), columns[0].shape, extra
