"""Rows of different lengths worked on together, as rectangles with something beyond their ends.

What lies beyond a row's end depends on the rows beside it, and so does the order in which NumPy
adds a whole line of a rectangle. Sums here run over a row's own length, so that its value is the
same to the last bit alone and among others.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    Numbers = NDArray[np.float64]
    Whole = NDArray[np.int64]

_CELLS = 2_000_000  # floats held at once: rows are worked on in blocks of so many rows * states


def blocks(counts: Whole) -> Iterator[slice]:
    """Cut rows of so many states each into slices that fit into memory as rectangles."""
    start = 0
    while start < counts.size:
        widest = np.maximum.accumulate(counts[start:])
        fits = widest * np.arange(1, widest.size + 1) <= _CELLS
        stop = start + max(int(np.count_nonzero(fits)), 1)
        yield slice(start, stop)
        start = stop


def row_sums(terms: Numbers, counts: Whole) -> Numbers:
    """Sum of the first `counts` terms of each row.

    Parameters
    ----------
    terms : array, shape (n, m)
    counts : array of int, shape (n,)
        From 1 to m.

    Returns
    -------
    array, shape (n,)
    """
    if not counts.size:
        return np.zeros(0)
    starts = np.arange(counts.size) * terms.shape[1]
    edges = np.stack([starts, starts + counts], axis=1).ravel()
    # From each start to its end, and from each end to the next start, which nobody asks for.
    sums: Numbers = np.add.reduceat(terms.ravel()[: edges[-1]], edges[:-1])[::2]
    return sums
