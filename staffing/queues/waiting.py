"""The waiting room all queues share whose agents, once all are busy, finish at one pace.

Where a contact has to wait, Erlang A, chat with concurrency and blended queues do not differ: the
busy team finishes c contacts a second, each of those waiting gives up at the rate 1/patience. They
differ in the states before the room, whose weight relative to the last of them is the `head`.

With x = rate * patience and alpha = c * patience, the room's states weigh
t_j = x^(j+1) / (alpha (alpha+1) .. (alpha+j)), j = 0, 1, ... contacts ahead, relative to the last
state before it. A contact that finds j ahead is answered with probability alpha / (alpha+j+1), and
answered later than T with weight exp(x(1-q) - alpha T/patience) (xq)^(j+1) / ((alpha+1) ..
(alpha+1+j)), q = exp(-T/patience). All sums have positive terms only and are taken in logarithms,
so that neither an overload nor a long threshold under- or overflows.

Sources: C. Palm, Tele 1 (1957); S. Zeltyn, A. Mandelbaum, Queueing Systems 51 (2005) 361-402,
section 4; without patience's end this is M/M/n's geometric queue (Erlang 1917).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from staffing.arrays import checked
from staffing.queues.ragged import blocks, row_sums

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    Numbers = NDArray[np.float64]
    Whole = NDArray[np.int64]

_MOST_TERMS = 10_000_000
_NEGLIGIBLE = 40.0  # exp(-40) of the largest term is below float64's last digit


class WaitingRoom(NamedTuple):
    """Weights of what happens in the room, times exp(-log_scale); see the module's text."""

    log_scale: Numbers
    waiting: Numbers
    answered: Numbers
    in_time: Numbers
    abandoned: Numbers
    answered_wait_s: Numbers


class QueueMeasures(NamedTuple):
    """What contacts experience, as shares of all offered and means in seconds.

    `service_level` is answered within T / offered; `asa_s` the mean wait of all offered (those who
    give up wait until then), `asa_answered_s` that of the answered.
    """

    p_wait: Numbers
    service_level: Numbers
    p_abandon: Numbers
    asa_s: Numbers
    asa_answered_s: Numbers


def waiting_room(
    rate: Numbers, completions: Numbers, patience_s: Numbers, within_s: Numbers
) -> WaitingRoom:
    """Weigh the room, for 1-d arrays of one size.

    Parameters
    ----------
    rate : array
        Contacts offered [1/s], above 0.
    completions : array
        Contacts a busy team finishes [1/s]; 0 where there is nobody.
    patience_s : array
        Mean patience [s]; inf where nobody gives up.
    within_s : array
        Answer threshold T [s].

    Raises
    ------
    ValueError
        If more contacts would wait than can be followed one by one.
    """
    room = _endless(rate, completions, within_s)
    mortal = np.flatnonzero(np.isfinite(patience_s) & (completions > 0))
    x = rate[mortal] * patience_s[mortal]
    alpha = completions[mortal] * patience_s[mortal]
    counts = _terms(x, alpha)
    if counts.size and counts.max() > _MOST_TERMS:
        crowd = float(x[counts.argmax()])
        raise ValueError(
            f"contacts arriving in one patience_s = {crowd:g}; too many to follow, "
            f"at most {_MOST_TERMS:g} may wait"
        )
    for block in blocks(counts):
        rows = mortal[block]
        part = _impatient(x[block], alpha[block], patience_s[rows], within_s[rows], counts[block])
        for column, values in zip(room, part, strict=True):
            column[rows] = values
    nobody = np.isfinite(patience_s) & (completions == 0)
    room.answered[nobody], room.abandoned[nobody] = 0.0, 1.0
    return room


def queue_measures(
    log_head: Numbers, room: WaitingRoom, patience_s: Numbers
) -> tuple[QueueMeasures, Numbers]:
    """Put the states before the room and the room together.

    Parameters
    ----------
    log_head : array
        Logarithm of the weight of all states in which nobody waits, relative to the last of them;
        -inf where there are none.
    room : WaitingRoom
    patience_s : array
        As given to `waiting_room`.

    Returns
    -------
    QueueMeasures
    array
        Probability of all states in which nobody waits.
    """
    top = np.maximum(log_head, room.log_scale)
    head, scale = np.exp(log_head - top), np.exp(room.log_scale - top)
    total = head + scale * room.waiting
    abandoned = scale * room.abandoned / total
    answered = (head + scale * room.answered) / total
    with np.errstate(invalid="ignore"):  # 0/0 where nobody is ever answered: no such wait, NaN
        wait = scale * room.answered_wait_s / total
        asa_answered = wait / answered
        asa = np.where(np.isfinite(patience_s), abandoned * patience_s, wait)
    measures = QueueMeasures(
        scale * room.waiting / total,
        (head + scale * room.in_time) / total,
        abandoned,
        asa,
        np.where(answered > 0, asa_answered, np.nan),
    )
    return measures, head / total


def checked_patience(patience_s: ArrayLike | None) -> Numbers:
    """Mean patience [s] in (0, 1e6], beyond any customer's; None as inf: nobody gives up."""
    patience = np.asarray(np.inf if patience_s is None else patience_s, dtype=np.float64)
    checked("patience_s", np.where(np.isposinf(patience), 1.0, patience), "(0, 1e6]")
    return patience


def _endless(rate: Numbers, completions: Numbers, within_s: Numbers) -> WaitingRoom:
    """Nobody gives up: a geometric queue, or one that grows without end and outweighs the rest."""
    stable = rate < completions
    spare = np.where(stable, completions - rate, 1.0)
    waiting = np.where(stable, rate / spare, 1.0)
    return WaitingRoom(
        np.where(stable, 0.0, 1e300),
        waiting,
        waiting.copy(),
        np.where(stable, -waiting * np.expm1(-spare * within_s), 0.0),
        np.zeros(rate.size),
        np.where(stable, waiting / spare, np.inf),
    )


def _terms(x: Numbers, alpha: Numbers) -> Whole:
    """States after which the rest is negligible: Poisson's upper tail, or a geometric one."""
    gaussian = np.maximum(x - alpha, 0.0) + 10.0 * np.sqrt(x) + _NEGLIGIBLE
    with np.errstate(divide="ignore"):
        geometric = _NEGLIGIBLE / np.maximum(np.log(alpha) - np.log(x), 0.0) + 2.0
    terms: Whole = np.ceil(np.minimum(gaussian, geometric)).astype(np.int64)
    return terms


def _impatient(
    x: Numbers, alpha: Numbers, patience_s: Numbers, within_s: Numbers, counts: Whole
) -> WaitingRoom:
    ahead = np.arange(counts.max())
    room = alpha[:, None] + ahead  # alpha + j
    log_x = np.log(x)[:, None]
    log_term = np.cumsum(log_x - np.log(room), axis=1)
    log_scale = log_term.max(axis=1)
    term = np.exp(log_term - log_scale[:, None])
    answered = term * (alpha[:, None] / (room + 1.0))
    gone = -np.expm1(-within_s / patience_s)  # 1 - q
    log_front = x * gone - alpha * within_s / patience_s - log_scale
    log_late = np.cumsum(log_x - (within_s / patience_s)[:, None] - np.log(room + 1.0), axis=1)
    late = row_sums(np.exp(log_late + log_front[:, None]), counts)
    total = row_sums(answered, counts)
    # Those with j ahead who are answered wait for j + 1 steps at the rates c + i / patience.
    steps = np.cumsum(1.0 / (room + 1.0), axis=1)
    return WaitingRoom(
        log_scale,
        row_sums(term, counts),
        total,
        np.maximum(total - late, 0.0),
        row_sums(term * ((ahead + 1.0) / (room + 1.0)), counts),
        row_sums(answered * steps, counts) * patience_s,
    )
