"""Loads that lag behind the calls: those who called a while ago keep agents busy now.

Formulas for a steady state, given an interval's own load, are early by about one handling time and
make peaks too high: at the peak of the calls the load still grows. Both corrections here return
loads for those formulas; they matter where handling times are not short against the time in which
volumes change.

Sources: L. V. Green, P. J. Kolesar, W. Whitt, Production and Operations Management 16 (2007) 13-39
(the lagged rate); S. G. Eick, W. A. Massey, W. Whitt, Operations Research 41 (1993) 731-742 (the
infinite-server load, m' = rate - m / AHT).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from staffing.arrays import checked

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    Numbers = NDArray[np.float64]


class ModifiedLoad(NamedTuple):
    """Modified offered load [Erlang]: mean over each interval, and at its end."""

    mean: Numbers
    end: Numbers


def modified_offered_load(
    load_erlangs: ArrayLike,
    aht_s: ArrayLike,
    *,
    interval_s: float,
    initial_erlangs: ArrayLike = 0.0,
) -> ModifiedLoad:
    """Contacts that would be in service if nobody ever had to wait, as time goes on.

    Within an interval of offered load a, m(t + d) = a + (m(t) - a) exp(-d / AHT); where the AHT
    changes from one interval to the next, those in service go on at the new one.

    Parameters
    ----------
    load_erlangs : array_like, shape (..., n)
        Offered load of each interval, contacts * AHT / interval [Erlang]; time is the last axis.
    aht_s : array_like
        Mean handling time [s], above 0; one number or one an interval.
    interval_s : float
        Length of an interval [s], above 0.
    initial_erlangs : array_like
        Contacts in service before the first interval [Erlang]; 0 where the doors open then.

    Returns
    -------
    ModifiedLoad
        `mean` is what a formula for the interval should be given.

    Raises
    ------
    ValueError
        Naming the argument, its value and its bound.

    Examples
    --------
    Calls of half an hour, from an empty house:

    >>> load = modified_offered_load([10, 20, 40, 40, 20], 1800, interval_s=900)
    >>> load.mean.round(2).tolist()
    [2.13, 7.36, 16.59, 25.8, 27.13]
    """
    load, aht, length = _time_last(load_erlangs, aht_s, interval_s)
    ratio = length / aht
    kept = np.exp(-ratio)
    # Share of an interval's length in which the deviation at its start would be used up.
    used = -np.expm1(-ratio) / ratio
    end = np.empty(load.shape)
    now = np.broadcast_to(checked("initial_erlangs", initial_erlangs), load.shape[:-1]).copy()
    mean = np.empty(load.shape)
    for k in range(load.shape[-1]):
        deviation = now - load[..., k]
        mean[..., k] = load[..., k] + deviation * used[..., k]
        now = load[..., k] + deviation * kept[..., k]
        end[..., k] = now
    return ModifiedLoad(mean, end)


def lagged_load(
    load_erlangs: ArrayLike,
    aht_s: ArrayLike,
    *,
    interval_s: float,
    initial_erlangs: ArrayLike = 0.0,
) -> Numbers:
    """Mean offered load one handling time earlier (SIPP with a lag): a(t - AHT), interval by one.

    Parameters
    ----------
    load_erlangs, aht_s, interval_s
        As in `modified_offered_load`.
    initial_erlangs : array_like
        Offered load of all the time before the first interval [Erlang].

    Returns
    -------
    array, shape (..., n)

    Raises
    ------
    ValueError
        Naming the argument, its value and its bound.

    Examples
    --------
    >>> lagged_load([10, 20, 40, 40, 20], 300, interval_s=900).round(2).tolist()
    [6.67, 16.67, 33.33, 40.0, 26.67]
    """
    load, aht, length = _time_last(load_erlangs, aht_s, interval_s)
    rate = load / aht
    before = np.broadcast_to(checked("initial_erlangs", initial_erlangs), load.shape[:-1])
    rate_before = before / aht[..., 0] if load.shape[-1] else before
    n = load.shape[-1]
    arrived = np.concatenate([np.zeros((*rate.shape[:-1], 1)), np.cumsum(rate, axis=-1)], axis=-1)

    def arrived_by(time: Numbers) -> Numbers:
        """Contacts offered by a time, in interval lengths since the start; negative before it."""
        whole = np.clip(np.floor(time), 0, max(n - 1, 0)).astype(np.int64)
        into = np.take_along_axis(rate, whole, axis=-1) * (time - whole)
        inside = np.take_along_axis(arrived, whole, axis=-1) + into
        return np.where(time < 0, rate_before[..., None] * time, inside)

    start = np.arange(n) - aht / length
    return aht * (arrived_by(start + 1.0) - arrived_by(start))


def _time_last(
    load_erlangs: ArrayLike, aht_s: ArrayLike, interval_s: float
) -> tuple[Numbers, Numbers, float]:
    load, aht = np.broadcast_arrays(
        np.atleast_1d(checked("load_erlangs", load_erlangs)), checked("aht_s", aht_s, "(0, inf)")
    )
    return load, aht, float(checked("interval_s", interval_s, "(0, inf)"))
