"""Whole agents are made here, and nowhere else.

Loads, caps and shrinkage are decimals that binary floats only approach: 21 / (1 - 0.3) is
30.000000000000004, and a bare ``ceil`` hires somebody for the last digit. An excess below `TIE`
of the number (of one agent, if the number is below one) is such a digit and not work.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

TIE = 1e-9


def agents_up(agents: NDArray[np.float64]) -> NDArray[np.int64]:
    """Round up to whole agents; a tie (a whole number but for `TIE`) stays where it is."""
    return np.ceil(agents - TIE * np.maximum(agents, 1.0)).astype(np.int64)


def agents_down(agents: NDArray[np.float64]) -> NDArray[np.int64]:
    """Round down to whole agents; a tie (a whole number but for `TIE`) stays where it is."""
    return np.floor(agents + TIE * np.maximum(agents, 1.0)).astype(np.int64)
