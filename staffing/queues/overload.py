"""More work than agents: how fast the queue grows and how long it is at the interval's end.

Erlang C has no steady state there; these are the fluid limits of the same queue (contacts flow in
and out at their mean rates), good while it is overloaded and too short in the tail afterwards.

Source: G. F. Newell, Applications of Queueing Theory, 2nd edition (1982), chapter 2; with
abandonment W. Whitt, Fluid models for multiserver queues with abandonments, Operations Research 54
(2006) 37-54.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from staffing.arrays import checked, scalar_if_0d
from staffing.queues.outcome import agents_and_load

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    Numbers = NDArray[np.float64]


def queue_growth(agents: ArrayLike, load_erlangs: ArrayLike, aht_s: ArrayLike) -> Numbers:
    """Contacts by which the queue grows each second while nobody abandons; 0 where it does not.

    Parameters
    ----------
    agents : array_like
        Whole number of agents, 0 or more.
    load_erlangs : array_like
        Offered load [Erlang].
    aht_s : array_like
        Mean handling time [s], above 0.

    Raises
    ------
    ValueError
        If a number is NaN, infinite or outside its bounds.

    Examples
    --------
    >>> queue_growth([90, 110], 100.0, aht_s=200).tolist()
    [0.05, 0.0]
    """
    n, a = agents_and_load(agents, load_erlangs)
    return scalar_if_0d(np.maximum(a - n, 0.0) / checked("aht_s", aht_s, "(0, inf)"))


def overload_backlog(
    agents: ArrayLike,
    load_erlangs: ArrayLike,
    aht_s: ArrayLike,
    after_s: ArrayLike,
    *,
    patience_s: ArrayLike | None = None,
    waiting: ArrayLike = 0.0,
) -> Numbers:
    """Contacts waiting after so many seconds, such as an interval's length.

    Parameters
    ----------
    agents, load_erlangs, aht_s : array_like
        As in `queue_growth`.
    after_s : array_like
        Time since the start [s].
    patience_s : array_like, optional
        Mean patience [s], above 0; without it nobody abandons.
    waiting : array_like
        Contacts waiting at the start.

    Raises
    ------
    ValueError
        If a number is NaN, infinite or outside its bounds.

    Examples
    --------
    >>> float(overload_backlog(90, 100.0, aht_s=200, after_s=900))
    45.0
    >>> float(overload_backlog(90, 100.0, aht_s=200, after_s=900, patience_s=180).round(4))
    8.9394
    """
    n, a = agents_and_load(agents, load_erlangs)
    inflow = (a - n) / checked("aht_s", aht_s, "(0, inf)")
    time, queue = checked("after_s", after_s), checked("waiting", waiting)
    if patience_s is None:
        return scalar_if_0d(np.maximum(queue + inflow * time, 0.0))
    patience = checked("patience_s", patience_s, "(0, inf)")
    limit = inflow * patience
    return scalar_if_0d(np.maximum(limit + (queue - limit) * np.exp(-time / patience), 0.0))
