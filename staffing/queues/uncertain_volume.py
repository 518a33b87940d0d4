"""Service when a forecast is right on average only: volumes vary from one such day to the next.

The volume of the interval is a gamma variable with the forecast as its mean; given the volume,
contacts arrive as a Poisson process. Two questions are asked of the same agents: which share of all
contacts is answered in time (busy days have more of them, so they count for more), and on which
share of days the target is met.

Sources: G. Jongbloed, G. Koole, Applied Stochastic Models in Business and Industry 17 (2001)
307-318 (Poisson mixtures, and the quantile); W. Whitt, Production and Operations Management 15
(2006) 88-102; S. Steckley, S. Henderson, V. Mehrotra, Probability in the Engineering and
Informational Sciences 23 (2009) 305-332 (the share of all contacts).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from staffing.arrays import checked, scalar_if_0d
from staffing.queues.erlang import service_level as erlang_service_level
from staffing.queues.search import MOST_AGENTS, fewest_agents
from staffing.queues.waiting import checked_patience
from staffing.rounding import TIE

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    Numbers = NDArray[np.float64]
    Whole = NDArray[np.int64]

_POINTS = 64
_OUTSIDE = 1e-14  # probability left out on either side
_HALVINGS = 60
_STEADY = 1e-4  # a coefficient of variation below which volumes are taken as fixed


class _Days(NamedTuple):
    """One row an interval: mean volume, its variation, and how contacts are handled."""

    contacts: Numbers
    cv: Numbers
    aht_s: Numbers
    interval_s: Numbers
    within_s: Numbers
    patience_s: Numbers

    def rows(self, which: Whole | NDArray[np.bool_]) -> _Days:
        return _Days(*(column[which] for column in self))


def mean_service_level(
    contacts: ArrayLike,
    aht_s: ArrayLike,
    agents: ArrayLike,
    *,
    cv: ArrayLike,
    interval_s: ArrayLike,
    within_s: ArrayLike,
    patience_s: ArrayLike | None = None,
) -> Numbers:
    """Share of all contacts answered in time over days of uncertain volume: E[V SL(V)] / E[V].

    All arguments broadcast. A volume that reaches the agents, with nobody giving up, has service
    level 0 (Erlang C); with patience, Erlang A holds for every volume.

    Parameters
    ----------
    contacts : array_like
        Mean number of contacts offered in the interval.
    aht_s : array_like
        Mean handling time [s], above 0.
    agents : array_like
        Whole number of agents.
    cv : array_like
        Coefficient of variation of the volume (standard deviation / mean), beyond the chance of
        Poisson arrivals, in [0, 2]; 0 is the plain formula.
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
    100 calls of 3 minutes in half an hour on 14 agents, ever less certain:

    >>> level = mean_service_level(
    ...     100, 180, 14, cv=[0, 0.1, 0.2, 0.3], interval_s=1800, within_s=20
    ... )
    >>> level.round(4).tolist()
    [0.8884, 0.8558, 0.7592, 0.6618]
    """
    days, shape, team = _days(contacts, aht_s, cv, interval_s, within_s, patience_s, agents)
    people = checked("agents", team, f"[0, {MOST_AGENTS}]", whole=True)
    return scalar_if_0d(_mean_service(days, people).reshape(shape))


def share_of_days_on_target(
    contacts: ArrayLike,
    aht_s: ArrayLike,
    agents: ArrayLike,
    *,
    cv: ArrayLike,
    interval_s: ArrayLike,
    service_level: ArrayLike,
    within_s: ArrayLike,
    patience_s: ArrayLike | None = None,
) -> Numbers:
    """Probability that a day's volume is one with which the agents meet the target.

    Parameters
    ----------
    contacts, aht_s, agents, cv, interval_s, within_s, patience_s : array_like
        As in `mean_service_level`.
    service_level : array_like
        Least share answered within `within_s`, in (0, 1).

    Raises
    ------
    ValueError
        Naming the argument, its value and its bound.

    Examples
    --------
    >>> sure = share_of_days_on_target(
    ...     100, 180, [14, 16, 18], cv=0.2, interval_s=1800, service_level=0.8, within_s=20
    ... )
    >>> sure.round(2).tolist()
    [0.69, 0.9, 0.98]
    """
    share = checked("service_level", service_level, "(0, 1)")
    also = np.broadcast_arrays(agents, share)
    days, shape, team = _days(contacts, aht_s, cv, interval_s, within_s, patience_s, also[0])
    people = checked("agents", team, f"[0, {MOST_AGENTS}]", whole=True)
    target = np.broadcast_to(share, shape).ravel()
    sure = (_service(days, days.contacts, people) >= target).astype(np.float64)
    mixed = np.flatnonzero((days.cv > _STEADY) & (days.contacts > 0))
    if mixed.size:
        from scipy.special import gammainc

        here = days.rows(mixed)
        most = _largest_volume(here, people[mixed], target[mixed])
        sure[mixed] = gammainc(here.cv**-2, here.cv**-2 * most / here.contacts)
    return scalar_if_0d(sure.reshape(shape))


def agents_for_uncertain_volume(
    contacts: ArrayLike,
    aht_s: ArrayLike,
    *,
    cv: ArrayLike,
    interval_s: ArrayLike,
    service_level: ArrayLike,
    within_s: ArrayLike,
    patience_s: ArrayLike | None = None,
    sure: ArrayLike | None = None,
) -> Whole:
    """Fewest agents that meet a target over days of uncertain volume.

    Parameters
    ----------
    contacts, aht_s, cv, interval_s, within_s, patience_s, service_level : array_like
        As in `share_of_days_on_target`.
    sure : array_like, optional
        Least share of days on which the target is met, in (0, 1): the agents are then those of
        this quantile of the volume. If not given, the target is for the share of all contacts.

    Raises
    ------
    ValueError
        Naming the argument, its value and its bound.

    Examples
    --------
    >>> day = {"interval_s": 1800, "service_level": 0.8, "within_s": 20}
    >>> agents_for_uncertain_volume(100, 180, cv=[0, 0.1, 0.2, 0.3], **day).tolist()
    [14, 14, 15, 16]
    >>> agents_for_uncertain_volume(100, 180, cv=[0.05, 0.1, 0.2, 0.3], sure=0.9, **day).tolist()
    [14, 15, 16, 18]
    """
    share = checked("service_level", service_level, "(0, 1)")
    certainty = checked("sure", 0.5 if sure is None else sure, "(0, 1)")
    also = np.broadcast_arrays(share, certainty)
    days, shape, _ = _days(contacts, aht_s, cv, interval_s, within_s, patience_s, also[0])
    target, quantile = (np.broadcast_to(column, shape).ravel() for column in also)
    volume = days.contacts if sure is None else _quantile(days, quantile)
    late = (1.0 - target) * (1.0 + TIE)

    def meets(rows: Whole, people: Whole) -> NDArray[np.bool_]:
        here, n = days.rows(rows), people.astype(np.float64)
        level = _mean_service(here, n) if sure is None else _service(here, volume[rows], n)
        return 1.0 - level <= late[rows]

    people = np.zeros(volume.size, dtype=np.int64)
    busy = np.flatnonzero(volume > 0)
    load = volume[busy] * days.aht_s[busy] / days.interval_s[busy]
    guess = np.ceil(load + np.sqrt(load)).clip(max=MOST_AGENTS).astype(np.int64)
    people[busy] = fewest_agents(guess, lambda rows, n: meets(busy[rows], n))
    return scalar_if_0d(people.reshape(shape))


def _mean_service(days: _Days, agents: Numbers) -> Numbers:
    level = _service(days, days.contacts, agents)
    mixed = np.flatnonzero((days.cv > _STEADY) & (days.contacts > 0))
    if mixed.size:
        here, people = days.rows(mixed), agents[mixed]
        volume, weight = _contacts_by_volume(here, people)
        wide = _Days(*(column[:, None] for column in here))
        level[mixed] = (weight * _service(wide, volume, people[:, None])).sum(axis=1)
    return level


def _contacts_by_volume(days: _Days, agents: Numbers) -> tuple[Numbers, Numbers]:
    """Volumes and the share of all contacts that come at each: Gauss-Legendre in log volume.

    Weighted by contacts a gamma of shape k is one of shape k + 1. Where Erlang C loses its steady
    state the service level has a corner, so the integral is taken on either side of it.
    """
    from scipy.special import gammainccinv, gammaincinv

    k = days.cv**-2
    low, high = gammaincinv(k + 1.0, _OUTSIDE) / k, gammainccinv(k + 1.0, _OUTSIDE) / k
    corner = agents * days.interval_s / (days.aht_s * days.contacts)
    ends = np.log([low, np.clip(corner, low, high), high])
    points, weights = np.polynomial.legendre.leggauss(_POINTS)
    middle, half = (ends[1:] + ends[:-1]) / 2.0, np.diff(ends, axis=0) / 2.0
    log_volume = np.concatenate(middle[..., None] + half[..., None] * points, axis=1)
    width = np.concatenate(half[..., None] * weights, axis=1)
    # Density of the logarithm, u^(k+1) exp(-k u), relative to its value at the mean.
    excess = np.expm1(log_volume)
    density = np.exp(k[:, None] * (log_volume - excess) + log_volume)
    share = width * density
    return days.contacts[:, None] * (1.0 + excess), share / share.sum(axis=1, keepdims=True)


def _largest_volume(days: _Days, agents: Numbers, target: Numbers) -> Numbers:
    """Largest volume with which the agents meet the target, by halving."""
    low = np.zeros(agents.size)
    high = np.maximum(agents, 1.0) * days.interval_s / days.aht_s
    while (good := _service(days, high, agents) >= target).any():  # only where some give up
        high = np.where(good, 2.0 * high, high)
    for _ in range(_HALVINGS):
        middle = (low + high) / 2.0
        good = _service(days, middle, agents) >= target
        low, high = np.where(good, middle, low), np.where(good, high, middle)
    return low


def _quantile(days: _Days, probability: Numbers) -> Numbers:
    from scipy.special import gammaincinv

    k = np.maximum(days.cv, _STEADY) ** -2
    mixed = days.cv > _STEADY
    return np.where(mixed, days.contacts * gammaincinv(k, probability) / k, days.contacts)


def _service(days: _Days, contacts: Numbers, agents: Numbers) -> Numbers:
    """Erlang C's service level at given volumes, Erlang A's where patience ends."""
    load = contacts * days.aht_s / days.interval_s
    n, a, aht, within, patience = np.broadcast_arrays(
        agents, load, days.aht_s, days.within_s, days.patience_s
    )
    level = np.empty(a.shape)
    for some, ends in ((np.isinf(patience), None), (np.isfinite(patience), patience)):
        if some.any():
            until = None if ends is None else ends[some]
            level[some] = erlang_service_level(
                n[some], a[some], aht[some], within[some], patience_s=until
            )
    return level


def _days(
    contacts: ArrayLike,
    aht_s: ArrayLike,
    cv: ArrayLike,
    interval_s: ArrayLike,
    within_s: ArrayLike,
    patience_s: ArrayLike | None,
    also: ArrayLike,
) -> tuple[_Days, tuple[int, ...], Numbers]:
    columns = np.broadcast_arrays(
        checked("contacts", contacts),
        checked("cv", cv, "[0, 2]"),
        checked("aht_s", aht_s, "(0, inf)"),
        checked("interval_s", interval_s, "(0, inf)"),
        checked("within_s", within_s),
        checked_patience(patience_s),
        np.asarray(also, dtype=np.float64),
    )
    *rows, extra = (column.ravel() for column in columns)
    return _Days(*rows), columns[0].shape, extra
