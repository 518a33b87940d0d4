"""A dialler that calls ahead of its agents, and hangs up on those whom nobody is free to talk to.

People who answer are a Poisson stream to a team without a queue: whoever meets no free agent is
lost, a nuisance call. Erlang's loss formula then bounds the pace: the more agents, the closer to
full occupancy the dialler may run them at the same share of nuisance calls. A dialler that watches
its agents does somewhat better, so that this bound is on the safe side.

Sources: A. K. Erlang (1917), the loss formula; D. A. Samuelson, Interfaces 29(5) (1999) 66-81, on
diallers that predict.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from staffing.arrays import checked, scalar_if_0d
from staffing.kernels.formulas import within
from staffing.queues.erlang import erlang_b
from staffing.queues.outcome import LOAD_BOUNDS
from staffing.queues.roots import bisect
from staffing.rounding import agents_up

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    Numbers = NDArray[np.float64]
    Whole = NDArray[np.int64]


class DiallerMeasures(NamedTuple):
    """Answered calls that must be placed [Erlang], share of them lost, agents' occupancy."""

    answered_erlangs: Numbers
    abandonment: Numbers
    occupancy: Numbers


def dialler_measures(agents: ArrayLike, load_erlangs: ArrayLike) -> DiallerMeasures:
    """Nuisance calls and occupancy when a team is to talk a given load.

    Parameters
    ----------
    agents : array_like
        Whole number of agents.
    load_erlangs : array_like
        Conversations to be held, contacts * AHT / time [Erlang].

    Returns
    -------
    DiallerMeasures
        abandonment 1 where the load reaches the agents: no pace gets that much through.

    Raises
    ------
    ValueError
        Naming the argument, its value and its bound.

    Examples
    --------
    >>> found = dialler_measures([20, 25], 18)
    >>> found.abandonment.round(3).tolist(), found.occupancy.round(2).tolist()
    ([0.28, 0.031], [0.9, 0.72])
    """
    n, load = np.broadcast_arrays(
        checked("agents", agents, whole=True), checked("load_erlangs", load_erlangs, LOAD_BOUNDS)
    )
    able = load < n
    talked = np.where(able, load, 0.0)

    def too_slow(pace: Numbers) -> NDArray[np.bool_]:
        return pace * (1.0 - erlang_b(n, pace)) < talked

    pace = bisect(too_slow, talked, 2.0 * talked + 1.0)
    pace = np.where(able, pace, np.inf)
    some = load > 0
    lost = np.where(some, 1.0 - np.divide(talked, pace, out=talked.copy(), where=some), 0.0)
    busy = np.divide(load, n, out=np.zeros(n.shape), where=n > 0)
    return DiallerMeasures(*(scalar_if_0d(np.asarray(x)) for x in (pace, lost, busy)))


def dialler_agents(
    load_erlangs: ArrayLike, *, max_abandonment: ArrayLike, max_occupancy: ArrayLike = 1.0
) -> Whole:
    """Fewest agents who talk a load at no more than so many nuisance calls.

    Parameters
    ----------
    load_erlangs : array_like
        Conversations to be held [Erlang].
    max_abandonment : array_like
        Largest share of answered calls that meet no free agent, in (0, 1).
    max_occupancy : array_like
        Largest share of their time agents may talk, in (0, 1].

    Raises
    ------
    ValueError
        Naming the argument, its value and its bound.

    Examples
    --------
    >>> dialler_agents([0, 18, 90], max_abandonment=0.03).tolist()
    [0, 26, 103]
    """
    load, most, cap = np.broadcast_arrays(
        checked("load_erlangs", load_erlangs, LOAD_BOUNDS),
        checked("max_abandonment", max_abandonment, "(0, 1)"),
        checked("max_occupancy", max_occupancy, "(0, 1]"),
    )
    # The loss falls with every agent: up in doubling steps, then halve the bracket.
    fewest = agents_up(load / cap)
    low = np.maximum(fewest - 1, 0)
    step = np.ones(load.shape, dtype=np.int64)
    high = low + step

    def short(agents: Whole) -> NDArray[np.bool_]:
        lost = dialler_measures(agents, load).abandonment
        return (load > 0) & ((agents < fewest) | ~within(lost, most))

    while (lacking := short(high)).any():
        low, step = np.where(lacking, high, low), np.where(lacking, 2 * step, step)
        high = np.where(lacking, low + step, high)
    while (high - low > 1).any():
        middle = (low + high) // 2
        lacking = short(middle)
        low, high = np.where(lacking, middle, low), np.where(lacking, high, middle)
    return scalar_if_0d(np.where(load > 0, high, 0))
