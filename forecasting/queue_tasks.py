"""What the forecast of each queue needs, cut out of the whole centre's tables."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
import pandas as pd

from forecasting.grid import DayGrid, day_grid
from forecasting.like_queue import borrow_past, is_new, most_like
from forecasting.opening import is_open
from forecasting.queue_forecast import Learnt, QueueTask, Settings
from forecasting.special_days import queue_special_days

# Queues among which a new one looks for its like.
LIKE_AT_MOST = 50


class QueueTasks:
    """The queues of a history as tasks, made one by one as they are asked for.

    Parameters
    ----------
    history, opening, special : DataFrame
        As in `forecasting.forecast_demand`.
    settings : Settings
        What all queues share.
    former : dict of str to Learnt
        What is already known of queues: their models are not tested again.
    """

    def __init__(
        self,
        history: pd.DataFrame,
        opening: pd.DataFrame,
        special: pd.DataFrame,
        settings: Settings,
        former: Mapping[str, Learnt],
    ) -> None:
        self._history, self._special, self._settings = history, special, settings
        groups = history.groupby("queue", sort=False, observed=True).indices
        self._rows = {str(name): np.asarray(at) for name, at in groups.items()}
        self._opening = {str(name): rows for name, rows in opening.groupby("queue", sort=False)}
        self._no_hours = opening.iloc[:0]
        self._learnt = former
        self.names = list(self._rows)

    def __len__(self) -> int:
        return len(self.names)

    def __iter__(self) -> Iterator[QueueTask]:
        for queue in self.names:
            rows = self._history.iloc[self._rows[queue]]
            own = self._grid(queue)
            like = self._like(queue, own) if is_new(own) else None
            yield QueueTask(
                rows=rows,
                opening=self._opening.get(queue, self._no_hours),
                special=queue_special_days(self._special, queue),
                grid=own if like is None else borrow_past(own, self._grid(like)),
                like=like or "",
                settings=self._settings,
                learnt=self._learnt.get(queue),
            )

    def _grid(self, queue: str) -> DayGrid:
        return _open_grid(
            self._history.iloc[self._rows[queue]],
            self._opening.get(queue, self._no_hours),
            self._settings.interval_min,
            self._settings.last_date,
        )

    def _like(self, queue: str, own: DayGrid) -> str | None:
        """Find the queue of the same channel that a new one is like."""
        channels = {
            name: str(self._history["channel"].iloc[at[0]]) for name, at in self._rows.items()
        }
        others = [
            name for name in self.names if name != queue and channels[name] == channels[queue]
        ]
        return most_like(own, {name: self._grid(name) for name in others[:LIKE_AT_MOST]})


def _open_grid(
    rows: pd.DataFrame, opening: pd.DataFrame, interval_min: int, last_date: pd.Timestamp
) -> DayGrid:
    """One queue's history in its opening hours, up to the history's common last day."""
    grid = day_grid(rows, interval_min)
    missing = (last_date - grid.dates[-1]).days
    contacts = np.pad(grid.contacts, ((0, missing), (0, 0)), constant_values=np.nan)
    dates = pd.date_range(grid.dates[0], last_date, freq="D")
    weekdays, minutes = np.divmod(np.arange(7 * len(grid.minutes)), len(grid.minutes))
    # Any Monday will do: the opening table repeats weekly by the wall clock.
    week = pd.DatetimeIndex(
        pd.Timestamp("2024-01-01")
        + pd.to_timedelta(weekdays, unit="D")
        + pd.to_timedelta(grid.minutes[minutes], unit="min")
    )
    open_week = is_open(opening, week).reshape(7, -1)
    contacts[~open_week[dates.dayofweek]] = np.nan
    return DayGrid(dates=dates, minutes=grid.minutes, contacts=contacts)
