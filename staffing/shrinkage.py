"""Agents on the phones and on the payroll, in whole agents: net = gross * (1 - shrinkage)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from staffing.arrays import checked, scalar_if_0d
from staffing.rounding import agents_down, agents_up

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import ArrayLike, NDArray

SHRINKAGE_BOUNDS = "[0, 1)"


def gross_agents(net: ArrayLike, shrinkage: ArrayLike) -> NDArray[np.int64]:
    """Fewest agents to pay so that `net` of them are on the phones: net / (1 - shrinkage), up.

    Exact on ties: 21 agents at 30 % are 30, not the 31 of a bare float ceiling.

    Parameters
    ----------
    net : array_like
        Agents on the phones.
    shrinkage : array_like
        Share of paid time away from contacts, in [0, 1).

    Raises
    ------
    ValueError
        Naming the argument, its value and its bound.

    Examples
    --------
    21 agents at 30 % are exactly 30, which a bare ``ceil`` takes for 31:

    >>> int(gross_agents(21, 0.3))
    30
    """
    productive = 1.0 - checked("shrinkage", shrinkage, SHRINKAGE_BOUNDS)
    return scalar_if_0d(agents_up(checked("net", net) / productive))


def net_agents(gross: ArrayLike, shrinkage: ArrayLike) -> NDArray[np.int64]:
    """Whole agents on the phones when `gross` are paid: gross * (1 - shrinkage), down.

    Exact on ties: 90 agents at 30 % are 63, not the 62 of a bare float floor.

    Parameters
    ----------
    gross : array_like
        Agents paid.
    shrinkage : array_like
        Share of paid time away from contacts, in [0, 1).

    Raises
    ------
    ValueError
        Naming the argument, its value and its bound.

    Examples
    --------
    >>> int(net_agents(90, 0.3))
    63
    """
    productive = 1.0 - checked("shrinkage", shrinkage, SHRINKAGE_BOUNDS)
    return scalar_if_0d(agents_down(checked("gross", gross) * productive))
