"""Lists to call: how many contacts and how much work they are when agents dial themselves.

Every record is tried until somebody answers or its attempts are used up; each attempt succeeds with
the same probability, independently. Attempts are then geometric, cut off: k attempts at contact
rate p reach 1 - (1-p)^k of the records and take (1 - (1-p)^k) / p attempts a record. The work may
wait: it is deferrable, and `level_capacity` or `deferrable_day` takes it from here. For dialling
that starts as agents become free beside inbound contacts see `blended_measures`.

Source: the truncated geometric distribution; D. A. Samuelson, Interfaces 29 (1999) 66-81, for
dialling ahead of agents, which is not modelled here: with agent-paced dialling nobody is called
whom no agent awaits.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from staffing.arrays import checked, scalar_if_0d

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    Numbers = NDArray[np.float64]


class OutboundWork(NamedTuple):
    """Records reached, attempts made, and agents' work [h]."""

    contacts: Numbers
    attempts: Numbers
    work_h: Numbers


def outbound_work(
    records: ArrayLike,
    *,
    contact_rate: ArrayLike,
    max_attempts: ArrayLike,
    aht_s: ArrayLike,
    attempt_s: ArrayLike,
) -> OutboundWork:
    """Contacts, attempts and work of a list called by agents themselves (agent-paced).

    Parameters
    ----------
    records : array_like
        Records on the list.
    contact_rate : array_like
        Probability that an attempt reaches somebody, in [0, 1].
    max_attempts : array_like
        Attempts after which a record is given up: whole, 1 or more.
    aht_s : array_like
        Mean time of an attempt that reaches somebody, dialling to after-call work [s].
    attempt_s : array_like
        Mean time of an attempt that reaches nobody [s].

    Raises
    ------
    ValueError
        Naming the argument, its value and its bound.

    Examples
    --------
    1,000 records, three attempts each, a quarter of the attempts answered:

    >>> work = outbound_work(1000, contact_rate=0.25, max_attempts=3, aht_s=240, attempt_s=40)
    >>> [round(float(value), 1) for value in work]
    [578.1, 2312.5, 57.8]
    """
    size, rate, most, aht, vain = np.broadcast_arrays(
        checked("records", records),
        checked("contact_rate", contact_rate, "[0, 1]"),
        checked("max_attempts", max_attempts, "[1, inf)", whole=True),
        checked("aht_s", aht_s),
        checked("attempt_s", attempt_s),
    )
    with np.errstate(divide="ignore"):  # log1p(-1) = -inf: the first attempt reaches everybody
        reached = -np.expm1(most * np.log1p(-rate))
    each = np.divide(reached, rate, out=most.copy(), where=rate > 0)
    contacts, attempts = size * reached, size * each
    work = (contacts * aht + (attempts - contacts) * vain) / 3600.0
    return OutboundWork(*(scalar_if_0d(column) for column in (contacts, attempts, work)))
