"""Totals of a whole centre: its queues' futures drawn together, busy days shared."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from forecasting.grid import FloatArray
from forecasting.paths import PATHS, sample_paths
from forecasting.queue_correlation import correlated_day_scores, day_correlation_matrix
from forecasting.queue_forecast import QueueForecast
from forecasting.totals import period_totals, total_columns

WHOLE_CENTRE = ""
# Their day effects are drawn in one piece; beyond this number a centre is planned in parts.
MOST_QUEUES = 50


def centre_totals(
    queues: Sequence[QueueForecast], dates: pd.DatetimeIndex, *, seed: int
) -> pd.DataFrame:
    """Total several queues by day, week and month, with quantiles of the sums.

    Parameters
    ----------
    queues : sequence of QueueForecast
        Of one horizon.
    dates : DatetimeIndex
        The horizon's local dates.
    seed : int
        Of the sample paths.

    Returns
    -------
    DataFrame
        See `forecasting.totals.period_totals`, with queue ""; no rows for a single queue or for
        more than `MOST_QUEUES`.
    """
    if not 2 <= len(queues) <= MOST_QUEUES:
        return pd.DataFrame(columns=total_columns())
    rng = np.random.default_rng(seed)
    learnt = [queue.learnt for queue in queues]
    folds = max(len(one.actual) for one in learnt)
    parameters = [one.parameters for one in learnt]
    correlation = day_correlation_matrix(
        [_last_folds(one.actual, folds) for one in learnt],
        [_last_folds(one.expected, folds) for one in learnt],
        parameters,
    )
    scores = correlated_day_scores(
        correlation, [one.day_correlation for one in parameters], rng, days=len(dates)
    )
    # Only the day's sum is kept of each queue: a centre's totals need no intervals.
    drawn = np.zeros((PATHS, len(dates), 1), dtype=np.int64)
    expected = np.full((len(dates), 1), np.nan)
    for queue, day_scores in zip(queues, scores, strict=True):
        samples = sample_paths(queue.expected, queue.learnt.parameters, rng, day_scores=day_scores)
        drawn[:, :, 0] += samples.sum(axis=2, dtype=np.int64)
        open_days = np.isfinite(queue.expected).any(axis=1)
        total = np.nansum(queue.expected, axis=1)
        expected[:, 0] = np.where(open_days, np.nan_to_num(expected[:, 0]) + total, expected[:, 0])
    return period_totals(WHOLE_CENTRE, dates, expected, drawn)


def _last_folds(cells: FloatArray, folds: int) -> FloatArray:
    """Line the windows up by their ends: shorter histories lack the oldest ones."""
    missing = np.full((folds - len(cells), *cells.shape[1:]), np.nan)
    return np.concatenate([missing, cells])
