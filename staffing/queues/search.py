"""The fewest agents with which a target is met, where only trying tells and more never hurt."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Whole = NDArray[np.int64]

MOST_AGENTS = 100_000
"""Agents beyond which no answer is looked for, nor a chain of states solved."""


def fewest_agents(
    guess: Whole, meets: Callable[[Whole, Whole], NDArray[np.bool_]], most: int = MOST_AGENTS
) -> Whole:
    """Bracket from a guess with growing steps, then halve the bracket, all rows at once.

    Parameters
    ----------
    guess : array of int, shape (n,)
        Where to begin, 1 or more.
    meets : callable
        Takes row numbers and agents, tells whether these rows' targets are met.
    most : int
        Agents beyond which no row is tried.

    Returns
    -------
    array of int, shape (n,)
        At least 1; it meets and, if above 1, one agent fewer does not.

    Raises
    ------
    ValueError
        If some target is not met with `most` agents.
    """
    low = np.zeros(guess.size, dtype=np.int64)  # nobody is never enough
    high = np.clip(guess, 1, most)
    step = np.maximum(high // 16, 1)
    rows = np.arange(guess.size)
    good = meets(rows, high)
    down, up = rows[good], rows[~good]
    while up.size:
        if (high[up] >= most).any():
            raise ValueError(f"agents = {most} do not meet the target; no more are tried")
        low[up] = high[up]
        high[up] = np.minimum(high[up] + step[up], most)
        step[up] *= 2
        up = up[~meets(up, high[up])]
    while down.size:
        trial = np.maximum(high[down] - step[down], 1)
        good = meets(down, trial)
        low[down[~good]] = trial[~good]
        high[down[good]] = trial[good]
        step[down] *= 2
        down = down[good & (trial > 1)]
    rows = rows[high - low > 1]
    while rows.size:
        middle = (low[rows] + high[rows]) // 2
        good = meets(rows, middle)
        high[rows[good]] = middle[good]
        low[rows[~good]] = middle[~good]
        rows = rows[high[rows] - low[rows] > 1]
    return high
