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
    guess: Whole,
    meets: Callable[[Whole, Whole], NDArray[np.bool_]],
    most: int = MOST_AGENTS,
    *,
    too_few: Whole | int = 0,
) -> Whole:
    """Bracket from a guess with growing steps, then halve the bracket, all rows at once.

    Parameters
    ----------
    guess : array of int, shape (n,)
        Where to begin, more than `too_few`.
    meets : callable
        Takes row numbers and agents, tells whether these rows' targets are met.
    most : int
        Agents beyond which no row is tried.
    too_few : array of int, shape (n,), or int
        Agents known to miss; nobody always does.

    Returns
    -------
    array of int, shape (n,)
        It meets and one agent fewer does not, unless that is `too_few`, which is taken on trust.

    Raises
    ------
    ValueError
        If some target is not met with `most` agents.
    """
    floor = np.broadcast_to(np.asarray(too_few, dtype=np.int64), guess.shape)
    low, high = floor.copy(), np.minimum(np.maximum(guess, floor + 1), most)
    step = np.maximum(high // 16, 1)
    rows = np.arange(guess.size)
    good = meets(rows, high)
    down, up = rows[good & (high > floor + 1)], rows[~good]
    while up.size:
        if (high[up] >= most).any():
            raise ValueError(f"agents = {most} do not meet the target; no more are tried")
        low[up] = high[up]
        high[up] = np.minimum(high[up] + step[up], most)
        step[up] *= 2
        up = up[~meets(up, high[up])]
    while down.size:
        trial = np.maximum(high[down] - step[down], floor[down] + 1)
        good = meets(down, trial)
        low[down[~good]] = trial[~good]
        high[down[good]] = trial[good]
        step[down] *= 2
        down = down[good & (trial > floor[down] + 1)]
    rows = rows[high - low > 1]
    while rows.size:
        middle = (low[rows] + high[rows]) // 2
        good = meets(rows, middle)
        high[rows[good]] = middle[good]
        low[rows[~good]] = middle[~good]
        rows = rows[high[rows] - low[rows] > 1]
    return high
