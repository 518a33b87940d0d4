"""Opening hours by queue and weekday: learnt from the history, or given.

A closed interval has no row anywhere in the product; an open quiet one is 0. The opening table is
tidy: queue, weekday (Monday = 0), opens_min, closes_min (minutes after local midnight, closes_min
exclusive and at most 1,440); a weekday may have several spans, or none when closed.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

OPENING_COLUMNS = ("queue", "weekday", "opens_min", "closes_min")

# Hours change: only the recent season tells today's. Thirteen weeks outlive a holiday fortnight.
RECENT_WEEKS = 13
# A recorded zero means "closed" only where the weekday's own volume makes a chance zero
# impossible: five expected contacts leave a probability of e^-5, under 1 %.
CONTACTS_FOR_EVIDENCE = 5.0
# Strays: wrong numbers and clock drift put a few contacts outside the hours.
STRAY_SHARE = 0.02
# A quiet hour inside the day is no closing time.
BRIDGE_MIN = 120


def learn_opening(history: pd.DataFrame, interval_min: int) -> pd.DataFrame:
    """Learn each queue's opening hours from where its recent contacts fall.

    Parameters
    ----------
    history : DataFrame
        Tidy history, any number of queues.
    interval_min : int
        Interval length [min].

    Returns
    -------
    DataFrame
        The opening table, one row per queue, weekday and span.
    """
    parts = []
    for queue, rows in history.groupby("queue", sort=True):
        for weekday, open_slots in enumerate(_open_slots(rows, interval_min)):
            parts += [
                (queue, weekday, start * interval_min, end * interval_min)
                for start, end in _spans(open_slots, BRIDGE_MIN // interval_min)
            ]
    return pd.DataFrame(parts, columns=list(OPENING_COLUMNS))


def open_intervals(
    opening: pd.DataFrame,
    *,
    start: pd.Timestamp,
    days: int,
    zone: str,
    interval_min: int,
) -> pd.DatetimeIndex:
    """List the open intervals of one queue, right on the days the clock changes.

    Parameters
    ----------
    opening : DataFrame
        Opening rows of a single queue.
    start : Timestamp
        First local date (naive).
    days : int
        Number of local days.
    zone : str
        IANA time zone of the centre.
    interval_min : int
        Interval length [min].

    Returns
    -------
    DatetimeIndex
        Time zone aware interval starts.
    """
    first = pd.Timestamp(start).tz_localize(zone).tz_convert("UTC")
    last = (pd.Timestamp(start) + pd.Timedelta(days=days)).tz_localize(zone).tz_convert("UTC")
    every = pd.date_range(first, last, freq=f"{interval_min}min", inclusive="left").tz_convert(zone)
    return every[is_open(opening, every)]


def is_open(opening: pd.DataFrame, starts: pd.DatetimeIndex) -> NDArray[np.bool_]:
    """Tell which interval starts lie in one queue's opening hours, by the wall clock."""
    minute = (starts.hour * 60 + starts.minute).to_numpy()
    weekday = starts.dayofweek.to_numpy()
    result = np.zeros(len(starts), dtype=np.bool_)
    for span in opening.itertuples(index=False):
        result |= (
            (weekday == span.weekday) & (minute >= span.opens_min) & (minute < span.closes_min)
        )
    return result


def _open_slots(rows: pd.DataFrame, interval_min: int) -> NDArray[np.bool_]:
    """Decide for each weekday and interval, shape (7, intervals), whether the queue opens."""
    wall = pd.DatetimeIndex(rows["interval_start"]).tz_localize(None)
    recent = wall > wall.max() - pd.Timedelta(weeks=RECENT_WEEKS)
    wall = wall[recent]
    contacts = rows["contacts"].to_numpy(dtype=np.float64)[recent]
    slot = ((wall.hour * 60 + wall.minute) // interval_min).to_numpy()
    weekday = wall.dayofweek.to_numpy()
    slots = 1440 // interval_min
    cell = weekday * slots + slot
    recorded = np.bincount(cell, minlength=7 * slots).reshape(7, slots)
    volume = np.bincount(cell, weights=np.nan_to_num(contacts), minlength=7 * slots)
    volume = volume.reshape(7, slots)

    dates = pd.Series(wall.normalize()).drop_duplicates()
    days = np.bincount(dates.dt.dayofweek, minlength=7)[:, None]
    usual = recorded * 2 >= np.maximum(days, 1)
    # Compare with the typical busy interval of the queue, not of the weekday: a closed Sunday
    # that is exported as zeros has no busy interval of its own.
    typical = volume[volume > 0].mean() if (volume > 0).any() else 0.0
    telling = typical >= CONTACTS_FOR_EVIDENCE
    empty = volume <= STRAY_SHARE * typical
    result: NDArray[np.bool_] = usual & (recorded > 0) & ~(telling & empty)
    return result


def _spans(open_slots: NDArray[np.bool_], bridge: int) -> list[tuple[int, int]]:
    """Join open slots into spans [start, end), bridging gaps shorter than `bridge` slots."""
    edges = np.flatnonzero(np.diff(np.concatenate(([0], open_slots.astype(np.int8), [0]))))
    spans: list[tuple[int, int]] = []
    for start, end in edges.reshape(-1, 2).tolist():
        if spans and start - spans[-1][1] < bridge:
            spans[-1] = (spans[-1][0], end)
        else:
            spans.append((start, end))
    return spans
