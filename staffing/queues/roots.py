"""Where a condition stops to hold, for whole arrays at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Numbers = NDArray[np.float64]

_LARGEST = 1e15


def bisect(holds: Callable[[Numbers], NDArray[np.bool_]], low: Numbers, high: Numbers) -> Numbers:
    """Largest numbers, to float64's last digits, up to which a condition holds.

    Parameters
    ----------
    holds : callable
        Takes an array of one number a row; true up to a point of each row and false beyond.
    low : array
        Returned where the condition does not even hold there.
    high : array
        First guess of a point beyond, above `low`; doubled while the condition holds.

    Returns
    -------
    array
        inf where the condition still holds at 1e15.
    """
    low, high = np.array(low, np.float64), np.array(high, np.float64)
    unsettled = np.array(holds(low))
    endless = unsettled & holds(high)
    while (endless & (high < _LARGEST)).any():
        low, high = np.where(endless, high, low), np.where(endless, 2.0 * high, high)
        endless &= holds(high)
    unsettled &= ~endless
    while unsettled.any():
        middle = low + (high - low) / 2.0
        unsettled &= (low < middle) & (middle < high)
        held = holds(middle)
        low = np.where(unsettled & held, middle, low)
        high = np.where(unsettled & ~held, middle, high)
    return np.where(endless, np.inf, low)
