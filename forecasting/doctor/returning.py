"""When those who gave up call again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from forecasting.doctor.week_grid import Numbers

_FORGOTTEN = 1e-9  # share of those who call again that the longest delay may leave


def delay_shares(delay_min: float, interval_min: int) -> Numbers:
    """Share of those who call again that does so in the same interval, the next one, and so on.

    They give up at any moment of an interval of length T alike and call again after an
    exponential time of mean m. In the same interval it is 1 - (m / T) (1 - q) with
    q = exp(-T / m), and k >= 1 intervals later (m / T) (1 - q)^2 q^(k - 1); together 1.

    Parameters
    ----------
    delay_min : float
        Mean time until they call again [min].
    interval_min : int
        Interval length [min].
    """
    if delay_min == 0:
        return np.ones(1)
    stay = float(np.exp(-interval_min / delay_min))
    later = 1 + int(np.ceil(np.log(_FORGOTTEN) / np.log(stay))) if stay > 0 else 1
    factor = delay_min / interval_min * (1 - stay)
    shares = np.concatenate([[1 - factor], factor * (1 - stay) * stay ** np.arange(later)])
    normed: Numbers = shares / shares.sum()
    return normed


def calls_again(leaving: Numbers, room: Numbers, shares: Numbers) -> Numbers:
    """Place those who call again into intervals, none of which can hold more than came.

    The clock of the delay runs while the queue is open. Who does not fit is counted in the next
    interval with room, and what the end of the history cuts off in the last ones with room, so
    that all are placed if they are no more than came.

    Parameters
    ----------
    leaving : array, shape (n,)
        Those who will call again, by the interval in which they gave up; one queue in order.
    room : array, shape (n,)
        All who came in each interval.
    shares : array
        From `delay_shares`.

    Returns
    -------
    array, shape (n,)
        Those who call again, by the interval in which they do.
    """
    delayed = np.convolve(leaving, shares)
    again = delayed[: len(leaving)]
    spill = float(delayed[len(leaving) :].sum())
    # What is carried on follows Lindley's recursion for a queue that empties by `room` a step.
    balance = np.cumsum(again - room)
    carried = balance - np.minimum(np.minimum.accumulate(balance), 0.0)
    placed = again + np.concatenate([[0.0], carried[:-1]]) - carried
    left = room - placed
    after = np.cumsum(left[::-1])[::-1] - left
    rest = spill + (float(carried[-1]) if len(carried) else 0.0)
    total: Numbers = np.clip(placed + np.clip(rest - after, 0.0, left), 0.0, room)
    return total
