"""Agents given: every measure of an Erlang C or Erlang A queue, in one call or one by one."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from staffing.arrays import checked, scalar_if_0d
from staffing.queues.erlang import occupancy
from staffing.queues.outcome import outcome
from staffing.queues.roots import bisect

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    Numbers = NDArray[np.float64]


class ErlangMeasures(NamedTuple):
    """What a queue does to its customers and agents; every field an array of one shape.

    Attributes
    ----------
    p_wait : array
        Probability that a contact finds all agents busy.
    service_level : array
        Answered in time, of all offered; then by the other definitions of `service_level`:
    service_level_answered, service_level_offered_less_abandoned : array
    service_level_virtual, service_level_left_queue : array
    p_abandon : array
        Share of contacts that abandon; 0 where nobody does.
    asa_s, asa_answered_s : array
        Mean wait of all offered and of the answered [s].
    occupancy : array
        Share of the agents' time spent handling contacts.
    mean_queue : array
        Mean number of contacts waiting.
    """

    p_wait: Numbers
    service_level: Numbers
    service_level_answered: Numbers
    service_level_offered_less_abandoned: Numbers
    service_level_virtual: Numbers
    service_level_left_queue: Numbers
    p_abandon: Numbers
    asa_s: Numbers
    asa_answered_s: Numbers
    occupancy: Numbers
    mean_queue: Numbers


def erlang_measures(
    agents: ArrayLike,
    load_erlangs: ArrayLike,
    aht_s: ArrayLike,
    within_s: ArrayLike = 20.0,
    *,
    patience_s: ArrayLike | None = None,
) -> ErlangMeasures:
    """All measures of a queue with so many agents: Erlang C, or Erlang A with a patience.

    Parameters
    ----------
    agents, load_erlangs, aht_s, within_s, patience_s : array_like
        As in `service_level`.

    Raises
    ------
    ValueError
        If a number is NaN, infinite or outside its bounds.

    Examples
    --------
    >>> found = erlang_measures(50, 48.0, aht_s=60, within_s=30, patience_s=120)
    >>> round(float(found.p_abandon), 6), round(float(found.asa_s), 5)
    (0.030912, 3.70947)
    """
    found = outcome(agents, load_erlangs, aht_s, patience_s, within_s)
    columns = {
        "p_wait": found.p_wait,
        "service_level": found.service_level("offered"),
        "service_level_answered": found.service_level("answered"),
        "service_level_offered_less_abandoned": found.service_level("offered_less_abandoned"),
        "service_level_virtual": found.service_level("virtual"),
        "service_level_left_queue": found.service_level("left_queue"),
        "p_abandon": found.p_abandon,
        "asa_s": found.asa_s,
        "asa_answered_s": found.asa_answered_s,
        "occupancy": occupancy(agents, load_erlangs, aht_s, patience_s=patience_s),
        "mean_queue": np.asarray(load_erlangs) / np.asarray(aht_s) * found.asa_s,
    }
    shape = found.p_wait.shape
    return ErlangMeasures(
        **{name: scalar_if_0d(np.broadcast_to(x, shape)) for name, x in columns.items()}
    )


def abandonment(
    agents: ArrayLike, load_erlangs: ArrayLike, aht_s: ArrayLike, patience_s: ArrayLike
) -> Numbers:
    """Share of contacts that abandon (Erlang A).

    Parameters
    ----------
    agents, load_erlangs, aht_s, patience_s : array_like
        As in `erlang_a`.

    Raises
    ------
    ValueError
        If a number is NaN, infinite or outside its bounds.

    Examples
    --------
    >>> float(abandonment(14, 10.0, aht_s=180, patience_s=300).round(6))
    0.013984
    """
    return scalar_if_0d(outcome(agents, load_erlangs, aht_s, patience_s).p_abandon)


def mean_queue(
    agents: ArrayLike,
    load_erlangs: ArrayLike,
    aht_s: ArrayLike = 1.0,
    *,
    patience_s: ArrayLike | None = None,
) -> Numbers:
    """Mean number of contacts waiting: Little's law on the mean wait of all offered.

    Parameters
    ----------
    agents, load_erlangs, aht_s, patience_s : array_like
        As in `occupancy`; without patience inf is returned where agents <= load.

    Raises
    ------
    ValueError
        If a number is NaN, infinite or outside its bounds.

    Examples
    --------
    >>> float(mean_queue(50, 48.0, aht_s=60).round(3))
    16.667
    """
    found = outcome(agents, load_erlangs, aht_s, patience_s)
    return scalar_if_0d(np.asarray(load_erlangs) / np.asarray(aht_s) * found.asa_s)


def wait_quantile(
    agents: ArrayLike,
    load_erlangs: ArrayLike,
    aht_s: ArrayLike,
    probability: ArrayLike,
    *,
    patience_s: ArrayLike | None = None,
    definition: str = "left_queue",
) -> Numbers:
    """Wait [s] that the share `probability` of contacts does not exceed.

    Parameters
    ----------
    agents, load_erlangs, aht_s, patience_s : array_like
        As in `service_level`.
    probability : array_like
        In [0, 1).
    definition : str
        Whose wait, as in `service_level`, whose inverse this is: by default the time until a
        contact is answered or gives up; ``"answered"`` that of the answered. inf where no time is
        enough: so many of those ``"offered"`` are never answered, or agents <= load.

    Raises
    ------
    ValueError
        If a number is NaN, infinite or outside its bounds, or the definition unknown.

    Examples
    --------
    >>> float(wait_quantile(50, 48.0, 60, 0.9).round(4))
    58.1387
    >>> float(wait_quantile(50, 48.0, 60, 0.9, patience_s=120).round(4))
    12.4446
    """
    aht, share = checked("aht_s", aht_s, "(0, inf)"), checked("probability", probability, "[0, 1)")
    atom = outcome(agents, load_erlangs, aht_s, patience_s)
    shape = np.broadcast_shapes(atom.p_wait.shape, share.shape)

    def missed(within_s: Numbers) -> NDArray[np.bool_]:
        found = outcome(agents, load_erlangs, aht_s, patience_s, within_s)
        return found.service_level(definition) < share

    waits = bisect(missed, np.zeros(shape), np.broadcast_to(aht, shape))
    return scalar_if_0d(waits)
