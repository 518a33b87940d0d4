"""Several skills, several teams: what pooling can save at most, and what one passes to another.

A team in which everybody has every skill needs the fewest agents, separate teams the most; agents
with two skills each, well chained, come close to the former (Wallace, Whitt 2005). Traffic that a
busy team passes on is burstier than Poisson: its variance exceeds its mean by the peakedness z, and
a second team loses of it about what a team of s/z would lose of m/z (Hayward).

Sources: R. B. Wallace, W. Whitt, Manufacturing & Service Operations Management 7 (2005) 276-294;
R. I. Wilkinson, Bell System Technical Journal 35 (1956) 421-514 (overflow's moments); A. A.
Fredericks, Bell System Technical Journal 59 (1980) 805-827 (Hayward).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from staffing.arrays import checked, scalar_if_0d
from staffing.queues.erlang import erlang_b
from staffing.queues.real_agents import erlang_b_continued
from staffing.queues.sizing import agents_required

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    Numbers = NDArray[np.float64]
    Whole = NDArray[np.int64]


class PoolingBounds(NamedTuple):
    """Agents for skills together: at least `pooled`, at most `separate`, `by_skill` if apart."""

    pooled: Whole
    separate: Whole
    by_skill: Whole


class Overflow(NamedTuple):
    """Load passed on [Erlang] and its peakedness, variance / mean (1 for Poisson traffic)."""

    load_erlangs: Numbers
    peakedness: Numbers


def pooling_bounds(
    load_erlangs: ArrayLike,
    aht_s: ArrayLike,
    *,
    service_level: ArrayLike,
    within_s: ArrayLike,
) -> PoolingBounds:
    """Fewest agents if everybody had every skill, and if nobody had more than one (Erlang C).

    Skills are the last axis. The pooled team has the load of all and the mean handling time of all
    contacts; with handling times that differ widely its exponential handling is an approximation.
    Where targets differ by skill the pooled team keeps the strictest for everybody, so that it is
    a bound for teams with one target only.

    Parameters
    ----------
    load_erlangs : array_like, shape (..., k)
        Offered load of each skill [Erlang].
    aht_s : array_like
        Mean handling time of each skill [s], above 0.
    service_level : array_like
        Least share answered within `within_s`, in (0, 1).
    within_s : array_like
        Answer threshold [s].

    Raises
    ------
    ValueError
        Naming the argument, its value and its bound.

    Examples
    --------
    Billing has 20 Erlang and support 15:

    >>> bounds = pooling_bounds([20, 15], 300, service_level=0.8, within_s=20)
    >>> int(bounds.pooled), int(bounds.separate), bounds.by_skill.tolist()
    (41, 44, [25, 19])
    """
    columns = np.broadcast_arrays(
        np.atleast_1d(checked("load_erlangs", load_erlangs)),
        checked("aht_s", aht_s, "(0, inf)"),
        checked("service_level", service_level, "(0, 1)"),
        checked("within_s", within_s),
    )
    load, aht, share, within = (column.copy() for column in columns)
    total = load.sum(axis=-1)
    pace = (load / aht).sum(axis=-1)
    mean_aht = np.divide(total, pace, out=np.ones(total.shape), where=pace > 0)
    pooled = agents_required(
        total, mean_aht, service_level=share.max(axis=-1), within_s=within.min(axis=-1)
    )
    by_skill = agents_required(load, aht, service_level=share, within_s=within)
    return PoolingBounds(pooled, by_skill.sum(axis=-1), by_skill)


def overflow(agents: ArrayLike, load_erlangs: ArrayLike) -> Overflow:
    """Load a team without a queue passes on, and how bursty it is (Kosten; Wilkinson 1956).

    With m = a B(s, a): z = 1 - m + a / (s + 1 - a + m).

    Parameters
    ----------
    agents : array_like
        Whole number of agents.
    load_erlangs : array_like
        Poisson load offered [Erlang]; 0 passes nothing on, with peakedness 1.

    Raises
    ------
    ValueError
        Naming the argument, its value and its bound.

    Examples
    --------
    >>> passed_on = overflow(22, 20)
    >>> round(float(passed_on.load_erlangs), 4), round(float(passed_on.peakedness), 4)
    (2.1347, 2.7604)
    """
    s, a = checked("agents", agents), checked("load_erlangs", load_erlangs)
    passed = np.asarray(a * erlang_b(agents, a))
    peakedness = 1.0 - passed + a / (s + 1.0 - a + passed)
    return Overflow(scalar_if_0d(passed), scalar_if_0d(np.asarray(peakedness)))


def hayward_blocking(agents: ArrayLike, load_erlangs: ArrayLike, peakedness: ArrayLike) -> Numbers:
    """Share of bursty traffic a second team loses: Erlang B of s/z agents at m/z Erlang.

    An approximation that errs low: by 7 % in the example, by 28 % for 5 agents behind 22 that
    have 20 Erlang.

    Parameters
    ----------
    agents : array_like
        Agents of the second team, 0 or more.
    load_erlangs : array_like
        Mean load offered to it [Erlang], such as the sum of what several teams pass on.
    peakedness : array_like
        Variance / mean of that load, above 0: the variances of independent streams add up.

    Raises
    ------
    ValueError
        Naming the argument, its value and its bound.

    Examples
    --------
    Of 50 Erlang, what 45 agents pass on is offered to 10 more. Share lost in the end by Hayward,
    exactly (55 agents one after the other), and if the peaks were ignored:

    >>> load, peakedness = overflow(45, 50)
    >>> lost = [hayward_blocking(10, load, z) * load / 50 for z in (peakedness, 1)]
    >>> [round(float(share), 3) for share in (lost[0], erlang_b(55, 50), lost[1])]
    [0.05, 0.054, 0.026]
    """
    s, m, z = np.broadcast_arrays(
        checked("agents", agents),
        checked("load_erlangs", load_erlangs),
        checked("peakedness", peakedness, "(0, inf)"),
    )
    return erlang_b_continued(s / z, m / z)
