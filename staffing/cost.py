"""Paid hours, full-time equivalents and cost of a requirement."""

from __future__ import annotations

from typing import TYPE_CHECKING

from staffing.arrays import checked, scalar_if_0d

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import ArrayLike, NDArray


def paid_hours(agents_gross: ArrayLike, interval_h: ArrayLike) -> NDArray[np.float64]:
    """Hours paid for agents over an interval: agents * interval [h].

    Raises
    ------
    ValueError
        If a number is NaN, infinite or negative, or `interval_h` is 0.

    Examples
    --------
    Ten agents for half an hour:

    >>> float(paid_hours(10, 0.5))
    5.0
    """
    agents = checked("agents_gross", agents_gross)
    return scalar_if_0d(agents * checked("interval_h", interval_h, "(0, inf)"))


def full_time_equivalents(
    paid_h: ArrayLike, weeks: ArrayLike, contract_h_per_week: ArrayLike
) -> NDArray[np.float64]:
    """Full-time contracts that `paid_h` hours in `weeks` weeks amount to.

    Raises
    ------
    ValueError
        If a number is NaN, infinite or negative, or `weeks` or `contract_h_per_week` is 0.

    Examples
    --------
    >>> float(full_time_equivalents(1560, weeks=4, contract_h_per_week=39))
    10.0
    """
    contract_h = checked("contract_h_per_week", contract_h_per_week, "(0, inf)")
    hours = checked("paid_h", paid_h)
    return scalar_if_0d(hours / (checked("weeks", weeks, "(0, inf)") * contract_h))


def labour_cost(paid_h: ArrayLike, cost_per_hour: ArrayLike) -> NDArray[np.float64]:
    """Cost of `paid_h` hours, in the currency of `cost_per_hour`.

    Raises
    ------
    ValueError
        If a number is NaN, infinite or negative.

    Examples
    --------
    >>> float(labour_cost(5.0, 18.5))
    92.5
    """
    hours = checked("paid_h", paid_h)
    return scalar_if_0d(hours * checked("cost_per_hour", cost_per_hour))
