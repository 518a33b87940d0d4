"""Outliers: intervals and days far from the typical week, by robust z-scores.

Counts are compared on the square-root scale, on which a Poisson count varies by about 1 whatever
its mean (Anscombe 1948, The transformation of Poisson, binomial and negative-binomial data,
Biometrika 35, 246-254), and the spread of a queue's own scores is their median absolute deviation
(Iglewicz and Hoaglin 1993, How to detect and handle outliers), never less than chance.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from forecasting.doctor.week_grid import WEEKS_AROUND, median, middle_mean, neighbours

if TYPE_CHECKING:
    from forecasting.doctor.week_grid import Mask, Numbers

INTERVAL_DEVIATIONS, DAY_DEVIATIONS = 7.0, 5.0
INTERVAL_RATIO = 1.5  # an interval must also lie this far off to matter ...
DAY_LOG_RATIO = 0.3  # ... and a day a quarter
_MAD_TO_SD = 1.4826
_KNOWN_SHARE = 0.5  # of a day's usual contacts, for its total to be made up
_FEWEST_WEEKS = 3


def interval_scores(contacts: Numbers, expected: Numbers) -> Numbers:
    """Robust z-score of each cell against its expectation, shape (q, w, 7, s); NaN unknown."""
    score = 2 * (np.sqrt(contacts + 3 / 8) - np.sqrt(expected + 3 / 8))
    # Cells where nobody ever calls say nothing of how the others vary.
    telling = np.where(expected > 0, np.abs(score), np.nan)
    spread = _MAD_TO_SD * median(telling.reshape(len(score), -1))
    scaled: Numbers = score / np.fmax(spread, 1.0)[:, None, None, None]
    return scaled


def odd_intervals(contacts: Numbers, expected: Numbers, scores: Numbers) -> Mask:
    """Tell the cells that are far from their expectation and by enough to matter."""
    low, high = np.minimum(contacts, expected), np.maximum(contacts, expected)
    odd: Mask = (np.abs(scores) > INTERVAL_DEVIATIONS) & (high >= INTERVAL_RATIO * low)
    return odd


def whole_days(contacts: Numbers, typical: Numbers, known: Mask, usual: Mask) -> Numbers:
    """Contacts per day with the unknown cells made up at the day's level, shape (q, w, 7)."""
    usually = np.where(np.isfinite(typical), typical, 0.0)
    seen = np.where(known, usually, 0.0).sum(axis=-1)
    whole = np.where(usual | known, usually, 0.0).sum(axis=-1)
    total = np.where(known, contacts, 0.0).sum(axis=-1)
    with np.errstate(divide="ignore", invalid="ignore"):
        made_up = np.where(seen > 0, total * whole / seen, total)
    enough = known.any(axis=-1) & (seen >= _KNOWN_SHARE * whole)
    days: Numbers = np.where(enough, made_up, np.nan)
    return days


def day_scores(totals: Numbers) -> tuple[Numbers, Numbers]:
    """Robust z-score of each day's total, and what would be usual, both (q, w, 7).

    A day like those before it or like those after it is nothing odd: of the expectations by the
    same weekdays around, before and after, the nearest counts.
    """
    score = np.full(totals.shape, np.nan)
    usual = np.full(totals.shape, np.nan)
    for queue, days in enumerate(totals):
        away, usual[queue] = _away(days, WEEKS_AROUND, WEEKS_AROUND)
        # A Poisson total against the mean of half of eight others varies a little more than 1.
        spread = np.fmax(_MAD_TO_SD * median(np.abs(away).ravel()), np.sqrt(1.25))
        for before, after in ((0, WEEKS_AROUND), (WEEKS_AROUND, 0)):
            other, expected = _away(days, before, after)
            closer = np.isfinite(other) & ~(np.abs(other) >= np.abs(away))
            away[closer], usual[queue][closer] = other[closer], expected[closer]
        score[queue] = away / spread
    return score, usual


def _away(days: Numbers, before: int, after: int) -> tuple[Numbers, Numbers]:
    """Distance on the square-root scale from the same weekdays of some weeks, and their mean."""
    expected, known = middle_mean(neighbours(days, before, after))
    expected[known < _FEWEST_WEEKS] = np.nan
    return 2 * (np.sqrt(days + 3 / 8) - np.sqrt(expected + 3 / 8)), expected


def odd_days(totals: Numbers, usual: Numbers, scores: Numbers) -> Mask:
    """Tell the days that are far from usual and by enough to matter."""
    away = np.abs(np.log(totals + 0.5) - np.log(usual + 0.5))
    odd: Mask = (np.abs(scores) > DAY_DEVIATIONS) & (away > DAY_LOG_RATIO)
    return odd
