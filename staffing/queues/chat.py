"""Chat: agents who handle several contacts at once, each slower the more of them they have open.

A contact goes to the agent with the fewest open. With x contacts in service and n agents, m =
floor(x/n) and r = x - n m: r agents have m + 1 open and the others m, so that contacts leave at the
rate (n-r) m/AHT_m + r (m+1)/AHT_(m+1). When every agent has K open, contacts wait, first come
first served, and give up after an exponential patience. This birth-death chain is solved exactly,
every interval alone and in its steady state; with one handling time and K = 1 it is Erlang A.

What the chain leaves out: chats are spread evenly at all times, while in truth they stay with their
agent until they end. Simulated with 9 agents of the example below, that costs half a point of
service level (0.8648 for 0.8702).

Sources: J. Luo, J. Zhang, Operations Research 61 (2013) 328-343; T. Tezcan, J. Zhang, Operations
Research 62 (2014) 943-956 (state-dependent limited processor sharing).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from staffing.arrays import checked, scalar_if_0d
from staffing.queues.ragged import blocks, row_sums
from staffing.queues.search import MOST_AGENTS, fewest_agents
from staffing.queues.waiting import checked_patience, queue_measures, waiting_room
from staffing.rounding import TIE

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import ArrayLike, NDArray

    Numbers = NDArray[np.float64]
    Whole = NDArray[np.int64]


class ChatMeasures(NamedTuple):
    """What chats and their agents experience; shares are of all chats offered.

    `service_level` is answered within T / offered; `asa_s` the mean wait of all offered,
    `asa_answered_s` that of the answered; `occupancy` the share of their time agents have at
    least one chat open; `chats_per_agent` the mean number they have open.
    """

    service_level: Numbers
    p_wait: Numbers
    p_abandon: Numbers
    asa_s: Numbers
    asa_answered_s: Numbers
    occupancy: Numbers
    chats_per_agent: Numbers


class _Chats(NamedTuple):
    """One row an interval."""

    rate: Numbers
    aht_s: Numbers  # one column a level
    patience_s: Numbers
    within_s: Numbers

    def rows(self, which: Whole | NDArray[np.bool_]) -> _Chats:
        return _Chats(*(column[which] for column in self))


def chat_measures(
    contacts: ArrayLike,
    aht_by_concurrency_s: ArrayLike,
    agents: ArrayLike,
    *,
    interval_s: ArrayLike,
    within_s: ArrayLike,
    patience_s: ArrayLike | None = None,
) -> ChatMeasures:
    """Service level, abandonment, waits and occupancy of chat agents, exactly.

    All arguments broadcast; `aht_by_concurrency_s` by all but its last axis. No contacts wait for
    nothing, with 0 agents too. Without an end to patience, a load that reaches the team's pace
    has no steady state; its limits are returned: service level 0, wait inf, occupancy 1.

    Parameters
    ----------
    contacts : array_like
        Mean number of chats offered in the interval.
    aht_by_concurrency_s : array_like, shape (..., K)
        Mean handling time of a chat [s] while its agent has 1, 2, ... K chats open, above 0.
    agents : array_like
        Whole number of agents.
    interval_s : array_like
        Length of the interval [s], above 0.
    within_s : array_like
        Answer threshold [s].
    patience_s : array_like, optional
        Mean patience [s]; not given (or inf) if nobody gives up.

    Raises
    ------
    ValueError
        Naming the argument, its value and its bound.

    Examples
    --------
    60 chats in a quarter of an hour; a chat takes 4, 5 or 6.5 minutes with 1, 2 or 3 open:

    >>> day = chat_measures(
    ...     60, [240, 300, 390], [8, 9, 10], interval_s=900, within_s=30, patience_s=120
    ... )
    >>> day.service_level.round(4).tolist()
    [0.7228, 0.8702, 0.9565]
    >>> day.p_abandon.round(4).tolist()
    [0.1237, 0.057, 0.0191]
    """
    staff = checked("agents", agents, f"[0, {MOST_AGENTS}]", whole=True)
    chats, shape = _chats(contacts, aht_by_concurrency_s, interval_s, within_s, patience_s, staff)
    people = np.broadcast_to(staff, shape).ravel().astype(np.int64)
    quiet = np.zeros((len(ChatMeasures._fields), people.size))
    quiet[0] = 1.0
    busy = chats.rate > 0
    quiet[:, busy] = np.array(_solve(chats.rows(busy), people[busy]))
    return ChatMeasures(*(scalar_if_0d(column.reshape(shape)) for column in quiet))


def chat_agents_required(
    contacts: ArrayLike,
    aht_by_concurrency_s: ArrayLike,
    *,
    interval_s: ArrayLike,
    service_level: ArrayLike,
    within_s: ArrayLike,
    patience_s: ArrayLike | None = None,
    max_p_abandon: ArrayLike = 1.0,
    min_agents: ArrayLike = 0,
) -> Whole:
    """Fewest chat agents that meet the targets: they do, one agent fewer does not.

    Handling times must not fall from one level to the next: then, and in general only then, does
    another agent never slow the team down.

    Parameters
    ----------
    contacts, aht_by_concurrency_s, interval_s, within_s, patience_s : array_like
        As in `chat_measures`.
    service_level : array_like
        Least share answered within `within_s`, in (0, 1).
    max_p_abandon : array_like
        Largest share that may give up, in (0, 1].
    min_agents : array_like
        Agents on duty whatever the load.

    Raises
    ------
    ValueError
        Naming the argument, its value and its bound; also if a target takes more than 100,000
        agents.

    Examples
    --------
    >>> chat_agents_required(
    ...     [60, 6, 0], [240, 300, 390], interval_s=900, service_level=0.8, within_s=30,
    ...     patience_s=120,
    ... ).tolist()
    [9, 2, 0]
    """
    least = checked("min_agents", min_agents, f"[0, {MOST_AGENTS}]", whole=True)
    share = checked("service_level", service_level, "(0, 1)")
    lost = checked("max_p_abandon", max_p_abandon, "(0, 1]")
    extra = np.broadcast_arrays(least, share, lost)
    chats, shape = _chats(
        contacts, aht_by_concurrency_s, interval_s, within_s, patience_s, extra[0]
    )
    falls = np.diff(chats.aht_s, axis=1)
    if (falls < 0).any():
        fall = falls[falls < 0][0]
        raise ValueError(f"aht_by_concurrency_s changes by {fall} s; must not fall with the level")
    floor, share, lost = (np.broadcast_to(column, shape).ravel() for column in extra)
    people = floor.astype(np.int64)
    late = (1.0 - share) * (1.0 + TIE)

    def meets(rows: Whole, n: Whole) -> NDArray[np.bool_]:
        found = _solve(chats.rows(rows), n)
        in_time = 1.0 - found.service_level <= late[rows]
        return in_time & (found.p_abandon <= lost[rows] * (1.0 + TIE))

    busy = np.flatnonzero(chats.rate > 0)
    people[busy] = np.maximum(people[busy], _fewest(busy, chats, meets))
    return scalar_if_0d(people.reshape(shape))


def _fewest(
    busy: Whole, chats: _Chats, meets: Callable[[Whole, Whole], NDArray[np.bool_]]
) -> Whole:
    load = chats.rate[busy] * chats.aht_s[busy, -1] / chats.aht_s.shape[1]
    guess = np.ceil(load + np.sqrt(load)).clip(max=MOST_AGENTS).astype(np.int64)
    return fewest_agents(guess, lambda rows, n: meets(busy[rows], n))


def _solve(chats: _Chats, agents: Whole) -> ChatMeasures:
    """Measures of rows with some chats, in the order of `ChatMeasures`."""
    levels = chats.aht_s.shape[1]
    pace = agents * levels / chats.aht_s[:, -1]
    room = waiting_room(chats.rate, pace, chats.patience_s, chats.within_s)
    head = np.full((3, agents.size), -np.inf)
    head[1:] = 0.0
    slots = agents * levels
    staffed = np.flatnonzero(agents)
    for block in blocks(slots[staffed]):
        rows = staffed[block]
        head[:, rows] = _head(chats.rate[rows], chats.aht_s[rows], agents[rows])
    log_head, slots_used, agents_busy = head
    queue, _ = queue_measures(log_head, room, chats.patience_s)
    full = queue.p_wait
    unmanned = np.where(np.isfinite(chats.patience_s), np.nan, 1.0)
    occupancy = np.where(agents > 0, full + (1.0 - full) * agents_busy, unmanned)
    each = np.where(agents > 0, levels * (full + (1.0 - full) * slots_used), np.nan)
    return ChatMeasures(
        queue.service_level,
        queue.p_wait,
        queue.p_abandon,
        queue.asa_s,
        queue.asa_answered_s,
        occupancy,
        each,
    )


def _head(rate: Numbers, aht_s: Numbers, agents: Whole) -> Numbers:
    """States with a free slot: log of their weight, mean shares of slots and agents busy there."""
    levels = aht_s.shape[1]
    slots = agents * levels
    last = slots[:, None] - 1
    # From the last state with a free slot down to the empty one; narrower rows end early.
    state = last - np.arange(slots.max())
    there = state >= 0
    log_weight = np.zeros(state.shape)
    above = np.maximum(state[:, :-1], 1)
    np.cumsum(
        np.log(departures(above, aht_s, agents)) - np.log(rate[:, None]),
        axis=1,
        out=log_weight[:, 1:],
    )
    log_weight[~there] = -np.inf
    top = log_weight.max(axis=1, keepdims=True)
    weight = np.exp(log_weight - top)
    total = row_sums(weight, slots)
    slots_used = row_sums(weight * (state / slots[:, None]), slots) / total
    agents_busy = row_sums(weight * np.minimum(state / agents[:, None], 1.0), slots) / total
    return np.array([np.log(total) + top[:, 0], slots_used, agents_busy])


def departures(in_service: Whole, aht_s: Numbers, agents: Whole) -> Numbers:
    """Chats finished [1/s] with so many in service, spread evenly over the agents.

    Parameters
    ----------
    in_service : array of int, shape (n, m)
        From 0 to agents * K.
    aht_s : array, shape (n, K)
    agents : array of int, shape (n,)
        Above 0.

    Returns
    -------
    array, shape (n, m)
    """
    levels = aht_s.shape[1]
    pace = np.concatenate([np.zeros((agents.size, 1)), np.arange(1, levels + 1) / aht_s], axis=1)
    each, more = np.divmod(in_service, agents[:, None])
    low = np.take_along_axis(pace, each, axis=1)
    high = np.take_along_axis(pace, np.minimum(each + 1, levels), axis=1)
    total: Numbers = (agents[:, None] - more) * low + more * high
    return total


def _chats(
    contacts: ArrayLike,
    aht_by_concurrency_s: ArrayLike,
    interval_s: ArrayLike,
    within_s: ArrayLike,
    patience_s: ArrayLike | None,
    also: Numbers,
) -> tuple[_Chats, tuple[int, ...]]:
    """Check and broadcast, together with the shape of `also`; return rows and their shape."""
    aht = np.atleast_1d(checked("aht_by_concurrency_s", aht_by_concurrency_s, "(0, inf)"))
    length = checked("interval_s", interval_s, "(0, inf)")
    rate, within, patience, *_ = np.broadcast_arrays(
        checked("contacts", contacts) / length,
        checked("within_s", within_s),
        checked_patience(patience_s),
        also,
        aht[..., 0],
    )
    shape = rate.shape
    levels = np.broadcast_to(aht, (*shape, aht.shape[-1])).reshape(rate.size, aht.shape[-1])
    return _Chats(rate.ravel(), levels, patience.ravel(), within.ravel()), shape
