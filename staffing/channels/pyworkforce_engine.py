"""The numbers of pyworkforce, so that its users can reproduce theirs and see where ours differ.

Its search is run as it is (version 0.5.1 was read; its users' own version is what runs). Known
differences: the search starts at round(load + 1) and so skips floor(load) + 1 agents where the
load's fraction is a half or more; ceil(load / max_occupancy) and ceil(agents / (1 - shrinkage)) on
binary floats add an agent in many exact ties; an interval without contacts is refused.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from staffing.arrays import checked
from staffing.channels.queue_staff import Engine

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from staffing.rules import StaffingRule

    Numbers = NDArray[np.float64]
    Whole = NDArray[np.int64]


def positions_required(
    contacts: Numbers, aht_s: Numbers, interval_h: float, rule: StaffingRule
) -> Whole:
    """Raw positions of pyworkforce's `ErlangC.required_positions`, row by row.

    Parameters
    ----------
    contacts, aht_s : array, shape (n,)
        Contacts offered in each interval and their mean handling time [s].
    interval_h : float
        Length of an interval [h].
    rule : StaffingRule
        Its target needs a service level within more than 0 s; a longest wait and customers who
        give up are unknown to this engine.

    Returns
    -------
    array of int64, shape (n,)
        0 where there are no contacts, which pyworkforce itself refuses.

    Raises
    ------
    ValueError
        If the target is one that pyworkforce cannot express.
    """
    from pyworkforce import ErlangC

    target = rule.target
    if rule.patience_s is not None:
        raise ValueError(f"patience_s = {rule.patience_s}; engine pyworkforce knows no patience")
    if target.service_level is None or not target.within_s:
        raise ValueError(
            f"service_level = {target.service_level}, within_s = {target.within_s}; "
            "pyworkforce needs a service level within more than 0 s"
        )
    if target.max_asa_s is not None:
        raise ValueError(f"max_asa_s = {target.max_asa_s}; pyworkforce knows no such target")
    cap = 1.0 if target.max_occupancy is None else target.max_occupancy
    positions = np.zeros(contacts.size, dtype=np.int64)
    for row in np.flatnonzero(contacts * aht_s > 0):
        queue = ErlangC(
            transactions=float(contacts[row]),
            aht=float(aht_s[row]) / 60.0,
            asa=target.within_s / 60.0,
            interval=interval_h * 60.0,
        )
        solution = queue.required_positions(service_level=target.service_level, max_occupancy=cap)
        positions[row] = solution["raw_positions"]
    return positions


def gross_positions(net: ArrayLike, shrinkage: ArrayLike) -> Whole:
    """Positions after shrinkage as pyworkforce rounds them: a bare float ceiling.

    Raises
    ------
    ValueError
        If a number is NaN, infinite or out of bounds.
    """
    productive = 1.0 - checked("shrinkage", shrinkage, "[0, 1)")
    return np.ceil(checked("net", net) / productive).astype(np.int64)


def _model(_rule: StaffingRule, _slots: bool) -> str:
    return "pyworkforce_erlang_c"


PYWORKFORCE = Engine(_model, positions_required, gross_positions)
