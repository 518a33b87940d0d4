"""A day as it happens: the queue handed from interval to interval, through overload and recovery.

Contacts arrive as a Poisson process whose rate is constant within an interval, handling and
patience are exponential, agents answer first come first served: M(t)/M/s(t)+M. The distribution of
the number in the system is followed through time by uniformisation, so that nothing needs a steady
state. Where the team shrinks, contacts in hand beyond it go back to the head of the queue.

Sources: A. Ingolfsson, E. Akhmetshina, S. Budge, Y. Li, X. Wu, INFORMS Journal on Computing 19
(2007) 201-214 (the method among its rivals; agents who leave finish their contact there); W. K.
Grassmann (1977), see `uniformisation`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from staffing.arrays import checked
from staffing.days.uniformisation import birth_death
from staffing.queues.waiting import checked_patience

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    Numbers = NDArray[np.float64]

_AT_THE_TOP = 1e-12  # probability of the highest state followed; more of it asks for more states
_TRIMMED = 1e-16
_MOST_STATES = 200_000


class TransientDay(NamedTuple):
    """One value an interval but `state_end`.

    `queue` is the mean number waiting over the interval, `queue_end` at its end (the backlog),
    `in_system_end` counts those in service too; `p_wait` and `service_level` are those of the
    contacts that arrive in the interval, `asa_s` their mean wait until answered or given up;
    `abandoned` and `handled` are the contacts that give up and are finished in it. `state_end`
    holds the probabilities of 0, 1, 2 ... contacts in the system after the last interval, to
    start the next day with.
    """

    queue: Numbers
    queue_end: Numbers
    in_system_end: Numbers
    p_wait: Numbers
    service_level: Numbers
    asa_s: Numbers
    abandoned: Numbers
    handled: Numbers
    occupancy: Numbers
    state_end: Numbers


class Interval(NamedTuple):
    """One interval's flow: rates per second, mu = 1 / AHT, theta = 1 / patience."""

    contacts: float
    rate: float
    mu: float
    agents: int
    theta: float
    within_s: float


def transient_day(
    contacts: ArrayLike,
    aht_s: ArrayLike,
    agents: ArrayLike,
    *,
    interval_s: float,
    within_s: ArrayLike = 0.0,
    patience_s: ArrayLike | None = None,
    initial: ArrayLike = (1.0,),
) -> TransientDay:
    """Queue, waits, service level and abandonment of each interval of a day, exactly.

    Exact but for the waits of those who are still waiting when their interval ends: `service_level`
    and `asa_s` take the interval's own agents, handling and patience to go on until they are
    answered. With `within_s` short against the interval that touches few of them.

    Parameters
    ----------
    contacts : array_like, shape (n,)
        Mean number of contacts offered in each interval.
    aht_s : array_like
        Mean handling time [s], above 0.
    agents : array_like
        Whole number of agents; 0 where the team is away and contacts wait for its return.
    interval_s : float
        Length of an interval [s], above 0.
    within_s : array_like
        Answer threshold [s].
    patience_s : array_like, optional
        Mean patience [s]; not given (or inf) if nobody gives up.
    initial : array_like
        Probabilities of 0, 1, 2 ... contacts in the system at the start; an empty house if not
        given. One day's `state_end` starts the next.

    Raises
    ------
    ValueError
        Naming the argument, its value and its bound; also where the queue grows beyond 200,000.

    Examples
    --------
    An hour short of agents, and an hour later the queue is still there:

    >>> day = transient_day(
    ...     [318] * 10, 300, [93] * 4 + [117] * 6, interval_s=900, within_s=20
    ... )
    >>> day.p_wait.round(2).tolist()
    [0.29, 0.94, 0.99, 1.0, 0.97, 0.88, 0.71, 0.54, 0.41, 0.32]
    """
    length = float(checked("interval_s", interval_s, "(0, inf)"))
    state = _distribution(initial)
    rows = []
    for now in _intervals(contacts, aht_s, agents, within_s, patience_s, length):
        state, mean = follow(state, now, length)
        rows.append(interval_measures(state, mean, now, length))
    columns = np.array(rows).reshape(-1, len(TransientDay._fields) - 1).T
    return TransientDay._make([*columns, state])


def _intervals(
    contacts: ArrayLike,
    aht_s: ArrayLike,
    agents: ArrayLike,
    within_s: ArrayLike,
    patience_s: ArrayLike | None,
    length: float,
) -> list[Interval]:
    volume, aht, team, patience, within = np.broadcast_arrays(
        np.atleast_1d(checked("contacts", contacts)),
        checked("aht_s", aht_s, "(0, inf)"),
        checked("agents", agents, f"[0, {_MOST_STATES}]", whole=True),
        checked_patience(patience_s),
        checked("within_s", within_s),
    )
    if volume.ndim != 1:
        raise ValueError(f"contacts has {volume.ndim} dimensions; must have 1, time")
    rows = zip(
        volume.tolist(),
        (volume / length).tolist(),
        (1.0 / aht).tolist(),
        team.astype(np.int64).tolist(),
        (1.0 / patience).tolist(),
        within.tolist(),
        strict=True,
    )
    return [Interval(*row) for row in rows]


def follow(state: Numbers, now: Interval, length: float) -> tuple[Numbers, Numbers]:
    """Distribution at the interval's end and its mean over it, on as many states as it takes."""
    excess = max(now.rate - now.agents * now.mu, 0.0) * length
    load = now.rate / now.mu
    size = int(max(state.size + excess, now.agents + 1, load)) + 40
    while size <= _MOST_STATES:
        start = np.zeros(size)
        start[: state.size] = state
        inside = np.arange(size)
        busy = np.minimum(inside, now.agents)
        deaths = busy * now.mu + (inside - busy) * now.theta
        end, mean = birth_death(start, now.rate, deaths, length)
        if max(end[-1], mean[-1]) < _AT_THE_TOP:
            used = int(np.flatnonzero(end > _TRIMMED)[-1]) + 1
            return end[:used] / end[:used].sum(), mean
        size = size * 5 // 4
    raise ValueError(f"contacts = {now.contacts} outgrow {_MOST_STATES} in the system")


def interval_measures(state: Numbers, mean: Numbers, now: Interval, length: float) -> list[float]:
    """Values of one interval in the order of `TransientDay`, but for the last."""
    queue = _beyond(mean, now.agents)
    waiting = mean[now.agents :]
    # Shares of one and the same sum: what float64 leaves of it is not quite 1.
    free, all_busy = float(mean[: now.agents].sum()), float(waiting.sum())
    total = free + all_busy
    answered_in_time, wait_s = _waits(waiting.size, now)
    occupancy = np.nan
    if now.agents:
        shares = np.arange(now.agents) / now.agents
        occupancy = (float((mean[: now.agents] * shares).sum()) + all_busy) / total
    # Nobody ever waits for nobody: 0 * inf is 0 here.
    asa = float(waiting @ np.where(waiting > 0, wait_s, 0.0))
    return [
        queue,
        _beyond(state, now.agents),
        float(state @ np.arange(state.size)),
        all_busy / total,
        (free + float((waiting * answered_in_time).sum())) / total,
        asa,
        now.theta * queue * length,
        now.mu * now.agents * occupancy * length if now.agents else 0.0,
        occupancy,
    ]


def _waits(count: int, now: Interval) -> tuple[Numbers, Numbers]:
    """With 0, 1, 2 ... ahead in the queue: P(answered within T), and the mean wait [s]."""
    from scipy.special import betainc, gammainc

    nth = np.arange(1.0, count + 1.0)
    pace = now.agents * now.mu
    if pace == 0.0:
        return np.zeros(count), np.full(count, 1.0 / now.theta if now.theta else np.inf)
    if now.theta == 0.0:
        return gammainc(nth, pace * now.within_s), nth / pace
    alpha = pace / now.theta
    gone = -np.expm1(-now.theta * now.within_s)
    ever = alpha / (alpha + nth)
    return ever * betainc(nth, alpha + 1.0, gone), (1.0 - ever) / now.theta


def _beyond(probabilities: Numbers, agents: int) -> float:
    waiting = probabilities[agents:]
    return float(waiting @ np.arange(waiting.size))


def _distribution(initial: ArrayLike) -> Numbers:
    state = np.atleast_1d(checked("initial", initial, "[0, 1]"))
    total = float(state.sum())
    if abs(total - 1.0) > 1e-9:
        raise ValueError(f"initial sums to {total}; must sum to 1")
    return state / total
