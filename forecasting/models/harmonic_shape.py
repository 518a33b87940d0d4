"""Smooth daily shapes: a Fourier series of the open hours, the weekdays' own and a common one."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from forecasting.grid import DayGrid, FloatArray

HALF_LIFE_DAYS = 91.0
MAX_WAVES = 12
# Prior standard deviations of the log shape's first wave, common and of one weekday; a quicker wave
# is a smaller one, so none need be chosen.
COMMON_SD = 1.0
WEEKDAY_SD = 0.3
LEVEL_SD = 3.0
ITERATIONS = 8
WEEK = 7


def harmonic_shares(past: DayGrid) -> FloatArray:
    """Shares of a day's contacts by weekday and interval, shape (7, intervals).

    A Poisson regression on waves (Hyndman and Athanasopoulos, Forecasting: Principles and Practice,
    section 12.1), and each interval's own share as far as its contacts, more than the waves, tell
    it: the Bühlmann credibility of its evidence.
    """
    contacts, exposure, squares = _remembered(past)
    known = exposure > 0
    if not contacts.sum() > 0:
        open_slot = known | ~known.any(axis=1, keepdims=True)
        return _normal(open_slot.astype(float))
    smooth = _poisson_waves(contacts, exposure)
    expected = smooth * exposure
    beyond = np.square(contacts - expected)[known] - squares[known]
    misfit = max(float(beyond.sum() / np.square(expected[known]).sum()), 0.0)
    noise = squares.sum() / contacts.sum() / np.where(known, expected, np.inf)
    with np.errstate(invalid="ignore"):
        credibility = np.where(misfit + noise > 0, misfit / (misfit + noise), 0.0)
        own = np.where(known, contacts / np.where(known, expected, 1.0), 1.0)
    shares = smooth * (1.0 + np.where(known, credibility, 0.0) * (own - 1.0))
    # A weekday never seen has every interval of the others; one seen has its own hours.
    ever = known.any(axis=0)
    return _normal(np.where(known | (ever & ~known.any(axis=1, keepdims=True)), shares, 0.0))


def _remembered(past: DayGrid) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Contacts, day totals behind them and squared-weight contacts, with a fading memory."""
    totals = past.whole_day_totals()
    age = (past.dates[-1] - past.dates).days.to_numpy()
    weight = np.where(np.isfinite(totals), 0.5 ** (age / HALF_LIFE_DAYS), 0.0)[:, None]
    known = np.isfinite(past.contacts)
    counts = np.where(known, past.contacts, 0.0)
    weekdays = np.eye(WEEK)[:, past.weekdays]
    exposure = known * np.nan_to_num(totals)[:, None]
    return (
        weekdays @ (weight * counts),
        weekdays @ (weight * exposure),
        weekdays @ (np.square(weight) * counts),
    )


def _poisson_waves(contacts: FloatArray, exposure: FloatArray) -> FloatArray:
    """Ridge Poisson regression of contacts on waves, by iterated weighted least squares."""
    known = exposure > 0
    waves, prior_sd = _waves(np.asarray(known.any(axis=0)))
    common = np.tile(waves, (WEEK, 1))
    slots = len(waves)
    own = np.kron(np.eye(WEEK), waves)
    level = np.kron(np.eye(WEEK), np.ones((slots, 1)))
    terms = np.concatenate([level, common, own], axis=1)
    sd = np.concatenate(
        [np.full(WEEK, LEVEL_SD), COMMON_SD * prior_sd, np.tile(WEEKDAY_SD * prior_sd, WEEK)]
    )
    cells = known.ravel()
    x, n, e = terms[cells], contacts.ravel()[cells], exposure.ravel()[cells]
    penalty = np.diag(1.0 / np.square(sd))
    center = np.log(n.sum() / e.sum())
    coefficients = np.zeros(terms.shape[1])
    for _ in range(ITERATIONS):
        eta = np.clip(x @ coefficients, -8.0, 8.0)
        m = e * np.exp(center + eta)
        working = eta + (n - m) / m
        weighted = x * m[:, None]
        coefficients = np.linalg.solve(weighted.T @ x + penalty, weighted.T @ working)
    log_share = center + np.clip(terms @ coefficients, -8.0, 8.0)
    return np.asarray(np.exp(log_share).reshape(WEEK, slots))


def _waves(open_slots: NDArray[np.bool_]) -> tuple[FloatArray, FloatArray]:
    """Half waves over the span of open intervals, and their relative prior deviations."""
    slots = np.flatnonzero(open_slots)
    span = slots[-1] - slots[0] + 1
    place = np.clip((np.arange(len(open_slots)) - slots[0] + 0.5) / span, 0.0, 1.0)
    wave = np.arange(1, min(MAX_WAVES, span - 1) + 1)
    # Cosines of half waves need not begin and end the day alike, as opening hours do not.
    return np.cos(np.pi * place[:, None] * wave), 1.0 / wave


def _normal(shares: FloatArray) -> FloatArray:
    total = shares.sum(axis=1, keepdims=True)
    return np.where(total > 0, shares / np.where(total > 0, total, 1.0), 0.0)
