"""The load that agents of an interval really face: its own, or what earlier intervals left too."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from staffing.days.time_varying import modified_offered_load

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from staffing.rules import StaffingRule

    Numbers = NDArray[np.float64]
    Whole = NDArray[np.int64]

LONG_CONTACT = 0.5
"""Share of an interval; longer contacts load the interval after their own by half as much again."""


class Stretches(NamedTuple):
    """Where each interval stands in the opening times: which stretch, and how far into it."""

    number: Whole
    position: Whole


def stretches(starts_s: Numbers, interval_s: float) -> Stretches:
    """Part intervals into stretches without a break; a closed time empties the house.

    Parameters
    ----------
    starts_s : array, shape (n,)
        Starts of the intervals, rising [s].
    interval_s : float
        Length of an interval [s].
    """
    broken = np.diff(starts_s, prepend=starts_s[:1] - 2.0 * interval_s) > 1.5 * interval_s
    number: Whole = np.cumsum(broken) - 1
    first = np.flatnonzero(broken)
    return Stretches(number, np.arange(number.size) - first[number])


def carry_over_model(
    contacts: Numbers, aht_s: Numbers, interval_h: float, rule: StaffingRule
) -> str:
    """Say how a queue's load is carried over: the rule's word, with "auto" decided.

    Contacts that last longer than half an interval make the load lag behind the calls (Green,
    Kolesar, Whitt 2007 find interval-by-interval formulas reliable where handling is short
    against the interval).
    """
    if rule.carry_over != "auto":
        return rule.carry_over
    volume = contacts.sum()
    mean_aht_s = float(contacts @ aht_s) / volume if volume > 0 else 0.0
    return "modified" if mean_aht_s > LONG_CONTACT * 3600.0 * interval_h else "none"


def modified_contacts(
    contacts: Numbers, aht_s: Numbers, interval_h: float, starts_s: Numbers
) -> Numbers:
    """Contacts an interval that would bring its modified offered load; each stretch starts empty.

    Parameters
    ----------
    contacts, aht_s : array, shape (n,)
        Contacts offered in each interval and their mean handling time [s].
    interval_h : float
        Length of an interval [h].
    starts_s : array, shape (n,)
        Starts of the intervals [s].
    """
    interval_s = 3600.0 * interval_h
    where = stretches(starts_s, interval_s)
    shape = (int(where.number[-1]) + 1, int(where.position.max()) + 1) if contacts.size else (0, 0)
    load, aht = np.zeros(shape), np.ones(shape)
    load[where] = contacts * aht_s / interval_s
    aht[where] = aht_s
    carried = modified_offered_load(load, aht, interval_s=interval_s).mean
    modified: Numbers = carried[where] * interval_s / aht_s
    return modified
