"""What an interval hands to the next when it has more work than agents: two quick answers.

The stationary backlog-carryover keeps chance and drops time: what a loss system of the interval's
load would turn away is offered again in the next, and a queue in steady state is evaluated at the
load carried. The fluid line keeps time and drops chance: it is right while a team is overloaded,
and too short in the tail when it recovers. `transient_day` has both, at more cost.

Sources: R. Stolletz, European Journal of Operational Research 190 (2008) 478-493; A. Mandelbaum,
W. A. Massey, M. I. Reiman, Queueing Systems 30 (1998) 149-201 (the fluid limit).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from staffing.arrays import checked
from staffing.queues.erlang import average_speed_of_answer, erlang_b, erlang_c
from staffing.queues.waiting import checked_patience

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    Numbers = NDArray[np.float64]


class StationaryBacklog(NamedTuple):
    """Per interval: backlog handed on and load carried [Erlang], and the queue at that load."""

    backlog_erlangs: Numbers
    carried_erlangs: Numbers
    occupancy: Numbers
    p_wait: Numbers
    service_level: Numbers
    asa_s: Numbers


def stationary_backlog(
    load_erlangs: ArrayLike,
    agents: ArrayLike,
    aht_s: ArrayLike,
    *,
    within_s: ArrayLike = 0.0,
) -> StationaryBacklog:
    """Evaluate a day with passing overloads by stationary backlog-carryover; nobody gives up.

    Each interval is offered its load and the backlog, loses a share B of both (Erlang B), which is
    the next one's backlog, and is evaluated as Erlang C at the load it carries, which is always
    below its agents. The approximation suits intervals of some handling times.

    Parameters
    ----------
    load_erlangs : array_like, shape (..., n)
        Offered load of each interval [Erlang]; time is the last axis.
    agents : array_like
        Whole number of agents.
    aht_s : array_like
        Mean handling time [s], above 0.
    within_s : array_like
        Answer threshold [s].

    Raises
    ------
    ValueError
        Naming the argument, its value and its bound.

    Examples
    --------
    Two intervals out of four are overloaded by a tenth:

    >>> day = stationary_backlog([50, 110, 110, 60], 100, 300, within_s=20)
    >>> day.backlog_erlangs.round(2).tolist()
    [0.0, 14.97, 28.06, 1.78]
    >>> day.occupancy.round(3).tolist()
    [0.5, 0.95, 0.969, 0.863]
    """
    columns = np.broadcast_arrays(
        np.atleast_1d(checked("load_erlangs", load_erlangs)),
        checked("agents", agents, whole=True),
        checked("aht_s", aht_s, "(0, inf)"),
        checked("within_s", within_s),
    )
    load, team, aht, within = (column.copy() for column in columns)
    carried, backlog = _hand_on(load, team, aht)
    nobody = (load > 0) & (team == 0)
    p_wait = np.where(nobody, 1.0, erlang_c(team, carried))
    late = p_wait * np.exp(-(team - carried) * within / aht)
    return StationaryBacklog(
        backlog,
        carried,
        np.divide(carried, team, out=np.zeros(load.shape), where=team > 0),
        p_wait,
        1.0 - late,
        np.where(nobody, np.inf, average_speed_of_answer(team, carried, aht)),
    )


def _hand_on(load: Numbers, team: Numbers, aht_s: Numbers) -> tuple[Numbers, Numbers]:
    """Load carried and backlog of each interval [Erlang]."""
    carried, backlog = np.empty(load.shape), np.empty(load.shape)
    waiting = np.zeros(load.shape[:-1])  # as a rate: its load depends on who handles it
    for k in range(load.shape[-1]):
        offered = load[..., k] + waiting * aht_s[..., k]
        lost = offered * erlang_b(team[..., k], offered)
        backlog[..., k], carried[..., k] = lost, offered - lost
        waiting = lost / aht_s[..., k]
    return carried, backlog


class FluidDay(NamedTuple):
    """Contacts, without chance: waiting at each interval's end and on average, and given up."""

    queue_end: Numbers
    queue: Numbers
    abandoned: Numbers
    in_system_end: Numbers


def fluid_day(
    contacts: ArrayLike,
    aht_s: ArrayLike,
    agents: ArrayLike,
    *,
    interval_s: float,
    patience_s: ArrayLike | None = None,
    initial: ArrayLike = 0.0,
) -> FluidDay:
    """Contacts as a fluid: x' = rate - min(x, n) / AHT - max(x - n, 0) / patience, solved exactly.

    While a team is overloaded and nobody gives up, the queue grows by rate - n / AHT a second.

    Parameters
    ----------
    contacts : array_like, shape (..., n)
        Contacts offered in each interval; time is the last axis.
    aht_s : array_like
        Mean handling time [s], above 0.
    agents : array_like
        Agents, 0 or more; fractions allowed.
    interval_s : float
        Length of an interval [s], above 0.
    patience_s : array_like, optional
        Mean patience [s]; not given (or inf) if nobody gives up.
    initial : array_like
        Contacts in the system before the first interval.

    Raises
    ------
    ValueError
        Naming the argument, its value and its bound.

    Examples
    --------
    An hour at 110 % of 100 agents, then one at 90 %:

    >>> day = fluid_day([330] * 4 + [270] * 4, 300, 100, interval_s=900, initial=100)
    >>> day.queue_end.round(1).tolist()
    [30.0, 60.0, 90.0, 120.0, 90.0, 60.0, 30.0, 0.0]
    """
    length = float(checked("interval_s", interval_s, "(0, inf)"))
    volume, aht, team, patience = np.broadcast_arrays(
        np.atleast_1d(checked("contacts", contacts)),
        checked("aht_s", aht_s, "(0, inf)"),
        checked("agents", agents),
        checked_patience(patience_s),
    )
    inside = np.broadcast_to(checked("initial", initial), volume.shape[:-1]).astype(np.float64)
    day = np.zeros((len(FluidDay._fields), *volume.shape))
    for k in range(volume.shape[-1]):
        now = (..., k)
        day[now] = _fluid_interval(
            inside, volume[now] / length, 1.0 / aht[now], team[now], 1.0 / patience[now], length
        )
        inside = day[3][now]
    return FluidDay(*day)


def _fluid_interval(
    inside: Numbers, rate: Numbers, mu: Numbers, team: Numbers, theta: Numbers, length: float
) -> Numbers:
    """One interval in two stages: on the side of x = n where it starts, then on the other.

    The path is monotone, so it crosses at most once. With d the distance from n, the drift there
    is g = rate - n mu and d' = g - k d, k = theta above and mu below.
    """
    drift = rate - team * mu
    gap = inside - team
    left = np.full(inside.shape, length)
    above = np.zeros(inside.shape)  # integral of the queue over time
    for _ in range(2):
        high = (gap > 0) | ((gap == 0) & (drift > 0))
        decay = np.where(high, theta, mu)
        time = np.minimum(left, _time_to_zero(gap, drift, decay))
        # Integral of exp(-k u) from 0 to the time; the time itself where k is 0.
        faded = np.where(decay > 0, -np.expm1(-decay * time) / np.where(decay > 0, decay, 1), time)
        after = gap + (drift - decay * gap) * faded
        crossed = time < left
        after = np.where(crossed, 0.0, after)
        above += np.where(high, _integral(gap, drift, decay, time, faded), 0.0)
        gap, left = after, left - time
    inside_end = np.maximum(team + gap, 0.0)
    return np.array([np.maximum(gap, 0.0), above / length, theta * above, inside_end])


def _time_to_zero(gap: Numbers, drift: Numbers, decay: Numbers) -> Numbers:
    """When d' = g - k d brings d from `gap` to 0; inf if it never does or starts there."""
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        fading = np.log1p(-decay * gap / drift) / decay
        time = np.where(decay > 0, fading, -gap / drift)
    return np.where((gap * drift < 0) & (time > 0), time, np.inf)


def _integral(
    gap: Numbers, drift: Numbers, decay: Numbers, time: Numbers, faded: Numbers
) -> Numbers:
    """Integral of d over the time."""
    with np.errstate(divide="ignore", invalid="ignore"):
        level = drift / decay
        fading = level * time + (gap - level) * faded
    return np.where(decay > 0, fading, gap * time + drift * time * time / 2.0)
