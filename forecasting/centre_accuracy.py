"""How well the forecasts of all queues together did: errors of one queue offset another's."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd

from forecasting.accuracy import PastForecast, accuracy_table
from forecasting.centre_totals import WHOLE_CENTRE
from forecasting.grid import FloatArray
from forecasting.queue_accuracy import CHOSEN
from forecasting.queue_forecast import Learnt, QueueForecast


def centre_accuracy(queues: Sequence[QueueForecast]) -> pd.DataFrame:
    """Measure the sum of the queues' past forecasts against the sum of what came.

    Parameters
    ----------
    queues : sequence of QueueForecast
        Of one history and horizon, so that their backtests have windows in common.

    Returns
    -------
    DataFrame
        As `forecasting.accuracy.accuracy_table`, with queue "" in front; a rival is measured where
        every queue had it. Queues without a backtest (new ones) are in neither sum, nor is an
        interval that a queue lost. No rows for fewer than two tested queues.
    """
    tested = [one.learnt for one in queues if len(one.learnt.origins)]
    if len(tested) < 2:
        return pd.DataFrame()
    names = [name for name in tested[0].rivals if all(name in one.rivals for one in tested)]
    origins = pd.DatetimeIndex(np.unique(np.concatenate([one.origins for one in tested])))
    actual, *forecasts = (
        _summed(tested, parts, origins)
        for parts in zip(*(_series(one, names) for one in tested), strict=True)
    )
    past = [PastForecast(contacts=one) for one in forecasts]
    lead_days = int(tested[0].accuracy["lead_days"].iloc[0])
    table = accuracy_table(
        actual, dict(zip((CHOSEN, *names), past, strict=True)), lead_days=lead_days
    )
    table.insert(0, "queue", WHOLE_CENTRE)
    return table


def _series(learnt: Learnt, names: Sequence[str]) -> Iterator[FloatArray]:
    """Give a queue's actuals, its forecast and its rivals', known where the actuals are."""
    known = np.isfinite(learnt.actual) & np.isfinite(learnt.expected)
    for cells in (learnt.actual, learnt.expected, *(learnt.rivals[name] for name in names)):
        yield np.where(known, cells, np.nan)


def _summed(
    tested: Sequence[Learnt], parts: Sequence[FloatArray], origins: pd.DatetimeIndex
) -> FloatArray:
    """Sum what is known of the queues in the windows of all; NaN where nothing is."""
    shape = (len(origins), *parts[0].shape[1:])
    total, known = np.zeros(shape), np.zeros(shape, dtype=bool)
    for learnt, cells in zip(tested, parts, strict=True):
        windows = origins.get_indexer(learnt.origins)
        total[windows] += np.nan_to_num(cells)
        known[windows] |= np.isfinite(cells)
    return np.where(known, total, np.nan)
