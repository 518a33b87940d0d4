"""Weekly time series of scores: a slow mean of each weekday, and the recent departure from it.

The forecast of a day is its weekday's mean plus the share of today's departure that lasts until
this lead: the varying-intercept autoregression of Shen and Huang (M&SOM 2008), estimated directly
at the lead instead of iterated day by day (Marcellino, Stock and Watson, Journal of Econometrics
135, 2006).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from forecasting.grid import FloatArray
from forecasting.models.yearly import yearly_coefficients, yearly_terms

# Candidate half-lives of a weekday's mean [weeks]. The longest is kept unless a shorter one is
# better by more than a standard error (Breiman et al. 1984): independent errors are few.
MEMORY_WEEKS = (26.0, 13.0, 6.5)
# Leads that share their coefficients, first and last [days]: the near future day by day.
LEADS = ((1, 1), (2, 3), (4, 7), (8, 14), (15, 28), (29, 56))
# One day's departure tells of the next days, a week's of the next weeks: half-lives [days].
NEAR_LEAD = 7
NEAR_DEPARTURE, FAR_DEPARTURE = 1.0, 7.0
# Weight of "departures do not last" [independent observations].
PRIOR_OBSERVATIONS = 2.0
WEEK = 7

Days = TypeVar("Days", int, NDArray[np.int64])


@dataclass(frozen=True, slots=True, eq=False)
class _Track:
    """What is known at the end of each day under one memory, and how it forecasts at a lead."""

    mean: FloatArray  # (days, scores), of the day's own weekday
    departure: FloatArray  # (days, scores), of the recent days from their weekdays' means
    lasting: FloatArray  # (scores,), share of the departure left at the lead
    error: FloatArray  # (scores,), mean squared error at the lead
    error_se: FloatArray  # (scores,), its standard error


class ScoreSeries:
    """Scores by day, shape (days, scores), NaN unknown; each column a series of its own."""

    def __init__(self, dates: pd.DatetimeIndex, scores: FloatArray) -> None:
        self._dates = dates
        self._year = yearly_coefficients(dates, scores)
        self._past_year = yearly_terms(dates) @ self._year
        self._scores = scores - self._past_year

    def forecast(
        self, dates: pd.DatetimeIndex
    ) -> Iterator[tuple[NDArray[np.int64], FloatArray, FloatArray]]:
        """Forecast dates, the leads that belong together at a time.

        Yields
        ------
        rows : int array
            Their positions in `dates`.
        ahead : float array, shape (rows, scores)
            Forecast scores.
        before : float array, shape (days, scores)
            Past scores as they would have been forecast at the first of these leads; the weekday's
            mean itself where the past is too short.
        """
        leads = (dates - self._dates[-1]).days.to_numpy().astype(np.int64)
        group = np.searchsorted([last for _, last in LEADS[:-1]], leads)
        year = yearly_terms(dates) @ self._year
        for index in np.unique(group):
            rows = np.flatnonzero(group == index)
            first, last = LEADS[index]
            track = self._best_track(first, last)
            ahead = self._weekday_mean(track, leads[rows]) + track.lasting * track.departure[-1]
            back = _weeks_back(first)
            before = _later(track.mean, back) + track.lasting * _later(track.departure, first)
            if not np.isfinite(before).any():
                before = track.mean
            yield rows, ahead + year[rows], before + self._past_year

    def _weekday_mean(self, track: _Track, leads: NDArray[np.int64]) -> FloatArray:
        """Last mean of each lead's weekday; of a weekday never seen the mean of the others."""
        week = track.mean[-WEEK:]
        row = len(track.mean) - 1 + leads - _weeks_back(leads)
        mean = np.where((row >= 0)[:, None], track.mean[np.maximum(row, 0)], np.nan)
        seen = np.isfinite(week)
        others = np.where(seen, week, 0.0).sum(axis=0) / np.maximum(seen.sum(axis=0), 1)
        return np.where(np.isfinite(mean), mean, others)

    def _best_track(self, first: int, last: int) -> _Track:
        """Choose each score's memory by its errors at these leads."""
        leads = range(first, min(last, len(self._scores) - 2 * WEEK) + 1)
        tracks = [self._track(weeks, leads) for weeks in MEMORY_WEEKS]
        best = tracks[0]
        for shorter in tracks[1:]:
            better = shorter.error + shorter.error_se < best.error
            best = _Track(
                *(
                    np.where(better, getattr(shorter, name), getattr(best, name))
                    for name in ("mean", "departure", "lasting", "error", "error_se")
                )
            )
        return best

    def _track(self, memory_weeks: float, leads: range) -> _Track:
        """Follow the scores with one memory and regress past errors on the departures before."""
        scores = self._scores
        mean = _recent_mean(scores, 0.5 ** (1 / memory_weeks), WEEK)
        far = leads.start > NEAR_LEAD
        decay = 0.5 ** (1 / (FAR_DEPARTURE if far else NEAR_DEPARTURE))
        departure = np.nan_to_num(_recent_mean(scores - _later(mean, WEEK), decay, 1))
        if not leads:
            nothing = np.zeros(scores.shape[1])
            return _Track(mean, departure, nothing, nothing, nothing)
        error = np.stack([scores - _later(mean, _weeks_back(lead)) for lead in leads])
        known = np.isfinite(error)
        error = np.where(known, error, 0.0)
        before = np.stack([np.nan_to_num(_later(departure, lead)) for lead in leads])
        before = np.where(known, before, 0.0)
        # Errors of overlapping leads are one observation.
        count = np.maximum(known.sum(axis=(0, 1)), 1)
        independent = count / (len(leads) * leads[0])
        power = np.square(before).sum(axis=(0, 1))
        slope = (error * before).sum(axis=(0, 1)) / np.where(power > 0, power, np.inf)
        lasting = np.clip(slope, 0.0, 1.0) * independent / (independent + PRIOR_OBSERVATIONS)
        squared = np.square(error - lasting * before)
        mean_squared = squared.sum(axis=(0, 1)) / count
        variance = np.where(known, np.square(squared - mean_squared), 0.0).sum(axis=(0, 1)) / count
        se = np.sqrt(variance / np.maximum(independent, 1.0))
        return _Track(mean, departure, lasting, mean_squared, se)


def _weeks_back(lead: Days) -> Days:
    """Days from a date back to its last same weekday at least `lead` days before."""
    return WEEK * -(-lead // WEEK)


def _later(series: FloatArray, days: int) -> FloatArray:
    """Move a series `days` later; NaN before its start."""
    moved = np.full_like(series, np.nan)
    moved[days:] = series[:-days]
    return moved


def _recent_mean(series: FloatArray, decay: float, step: int) -> FloatArray:
    """Exponentially weighted mean of every step-th day up to each day; NaN where none is known."""
    from scipy.signal import lfilter

    recursion = np.zeros(step + 1)
    recursion[0], recursion[step] = 1.0, -decay
    known = np.isfinite(series)
    weight = lfilter([1.0], recursion, known.astype(float), axis=0)
    total = lfilter([1.0], recursion, np.where(known, series, 0.0), axis=0)
    mean: FloatArray = np.where(weight > 0, total / np.where(weight > 0, weight, 1.0), np.nan)
    return mean
