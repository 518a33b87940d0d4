"""What a queue is asked to keep: targets checked, and held against what agents achieve."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from staffing.arrays import checked, scalar_if_0d
from staffing.kernels.formulas import within
from staffing.queues.outcome import MOST_LOAD, definition_number, outcome
from staffing.queues.roots import bisect
from staffing.rounding import agents_up

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    Numbers = NDArray[np.float64]


class TargetColumns(NamedTuple):
    """Checked targets that broadcast; one not given has the value that never binds."""

    late_share: Numbers
    within_s: Numbers
    max_asa_s: Numbers
    max_abandonment: Numbers
    max_occupancy: Numbers
    patience_s: Numbers | None
    definition: int
    definition_name: str


def target_columns(
    service_level: ArrayLike | None,
    within_s: ArrayLike | None,
    max_asa_s: ArrayLike | None,
    max_abandonment: ArrayLike | None,
    max_occupancy: ArrayLike | None,
    patience_s: ArrayLike | None,
    definition: str,
) -> TargetColumns:
    """Check the targets of `agents_required`.

    Raises
    ------
    ValueError
        Naming the argument, its value and its bound.
    """
    if (service_level is None) != (within_s is None):
        raise ValueError(
            f"service_level = {service_level!r}, within_s = {within_s!r}; give both or neither"
        )
    if max_abandonment is not None and patience_s is None:
        raise ValueError(f"max_abandonment = {max_abandonment!r}; needs patience_s")
    never = np.array(np.inf)
    return TargetColumns(
        never if service_level is None else 1 - checked("service_level", service_level, "(0, 1)"),
        np.array(0.0) if within_s is None else checked("within_s", within_s),
        never if max_asa_s is None else checked("max_asa_s", max_asa_s, "(0, inf)"),
        never if max_abandonment is None else checked("max_abandonment", max_abandonment, "(0, 1)"),
        np.array(1.0)
        if max_occupancy is None
        else checked("max_occupancy", max_occupancy, "(0, 1]"),
        None if patience_s is None else checked("patience_s", patience_s, "(0, inf)"),
        definition_number(definition),
        definition,
    )


def broken(
    agents: ArrayLike, load_erlangs: ArrayLike, aht_s: ArrayLike, targets: TargetColumns
) -> dict[str, NDArray[np.bool_]]:
    """Which targets so many agents miss, by name, ties decided exactly."""
    n, load = np.asarray(agents), np.asarray(load_erlangs)
    found = outcome(n, load, aht_s, targets.patience_s, targets.within_s)
    late = 1.0 - found.service_level(targets.definition_name)
    if targets.patience_s is None:
        too_busy = n < agents_up(load / targets.max_occupancy)
    else:
        too_busy = ~within(load * (1.0 - found.p_abandon), targets.max_occupancy * n)
    return {
        "service_level": ~within(late, targets.late_share),
        "asa": ~within(found.asa_s, targets.max_asa_s),
        "abandonment": ~within(found.p_abandon, targets.max_abandonment),
        "occupancy": too_busy,
    }


def targets_met(
    agents: ArrayLike,
    load_erlangs: ArrayLike,
    aht_s: ArrayLike,
    *,
    service_level: ArrayLike | None = None,
    within_s: ArrayLike | None = None,
    max_asa_s: ArrayLike | None = None,
    max_abandonment: ArrayLike | None = None,
    max_occupancy: ArrayLike | None = None,
    patience_s: ArrayLike | None = None,
    definition: str = "offered",
) -> NDArray[np.bool_]:
    """Whether so many agents reach every target given, as `agents_required` decides it.

    Parameters
    ----------
    agents : array_like
        Whole number of agents.
    load_erlangs, aht_s, service_level, within_s, max_asa_s, max_abandonment : array_like
        As in `agents_required`.
    max_occupancy, patience_s, definition
        As in `agents_required`.

    Returns
    -------
    array of bool
        Without patience also false where agents <= load.

    Raises
    ------
    ValueError
        Naming the argument, its value and its bound.

    Examples
    --------
    >>> targets_met([13, 14], 10.0, 180, service_level=0.8, within_s=20).tolist()
    [False, True]
    """
    targets = target_columns(
        service_level, within_s, max_asa_s, max_abandonment, max_occupancy, patience_s, definition
    )
    return scalar_if_0d(_met(agents, load_erlangs, aht_s, targets))


def load_carried(
    agents: ArrayLike,
    aht_s: ArrayLike,
    *,
    service_level: ArrayLike | None = None,
    within_s: ArrayLike | None = None,
    max_asa_s: ArrayLike | None = None,
    max_abandonment: ArrayLike | None = None,
    max_occupancy: ArrayLike | None = None,
    patience_s: ArrayLike | None = None,
    definition: str = "offered",
) -> Numbers:
    """Largest load [Erlang] with which so many agents still reach every target given.

    In contacts it is load * interval_s / aht_s.

    Parameters
    ----------
    agents : array_like
        Whole number of agents; 0 carry nothing.
    aht_s, service_level, within_s, max_asa_s, max_abandonment : array_like
        As in `agents_required`.
    max_occupancy, patience_s, definition
        As in `agents_required`.

    Raises
    ------
    ValueError
        Naming the argument, its value and its bound, or if no target limits the load.

    Examples
    --------
    >>> load = load_carried([13, 14], 180, service_level=0.8, within_s=20)
    >>> (load * 1800 / 180).round(2).tolist()
    [99.67, 108.68]
    """
    targets = target_columns(
        service_level, within_s, max_asa_s, max_abandonment, max_occupancy, patience_s, definition
    )
    given = service_level, max_asa_s, max_abandonment, max_occupancy
    if all(target is None for target in given):
        raise ValueError("load_carried needs a target; without one no load is the largest")
    n, aht = checked("agents", agents, whole=True), checked("aht_s", aht_s, "(0, inf)")
    columns = (column for column in targets[:6] if column is not None)
    shape = np.broadcast_shapes(n.shape, aht.shape, *(column.shape for column in columns))

    def held(load: Numbers) -> NDArray[np.bool_]:
        return _met(n, np.minimum(load, MOST_LOAD), aht, targets) & (load <= MOST_LOAD)

    start = np.broadcast_to(np.maximum(n, 1.0), shape)
    return scalar_if_0d(bisect(held, np.zeros(shape), start))


def _met(
    agents: ArrayLike, load_erlangs: ArrayLike, aht_s: ArrayLike, targets: TargetColumns
) -> NDArray[np.bool_]:
    n, load = np.asarray(agents), np.asarray(load_erlangs)
    kept = n > (load if targets.patience_s is None else 0)
    for missed in broken(n, load, aht_s, targets).values():
        kept = kept & ~missed
    return np.asarray(kept | (load == 0))
