"""The days, times and breaks of a roster as people write them."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from forecasting.reading.cell_clock import DAY_S, read_clock
from forecasting.reading.cell_dates import plain_dates, serial_days

DATE_FORM, TIME_FORM, BREAKS_FORM = "yyyy-mm-dd, dd/mm/yyyy", "hh:mm", "11:00-11:15; 14:00-14:30"

_YEAR_FIRST = r"^([0-9]{4})[-/.]([0-9]{1,2})[-/.]([0-9]{1,2})$"
_YEAR_LAST = r"^([0-9]{1,2})[-/.]([0-9]{1,2})[-/.]([0-9]{4}|[0-9]{2})$"
_EXCEL_EPOCH = pd.Timestamp("1899-12-30")
_YEARS = (1990, 2100)
_DATE_IN_FRONT = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}[T ]+"  # a workbook's time may carry a day
_BETWEEN_BREAKS = re.compile(r"[;,|+\n]")
_RANGE = re.compile(r"^\s*([^-–—−]+?)\s*(?:[-–—−]|\bto\b|\ba\b|\bhasta\b)\s*([^-–—−]+?)\s*$")
_NO_BREAK = frozenset({"", "-", "–", "—", "0"})

Seconds = NDArray[np.float64]


def read_days(texts: pd.Series[str]) -> pd.Series[pd.Timestamp]:
    """Read dates, the day before the month unless the year leads; NaT where there is none."""
    bare = plain_dates(texts)[0].str.replace(r"[T ].*$", "", regex=True)
    leads, ends = bare.str.extract(_YEAR_FIRST), bare.str.extract(_YEAR_LAST)
    first = leads[0].notna()
    year = leads[0].where(first, ends[2].where(ends[2].str.len() != 2, "20" + ends[2]))
    month, day = leads[1].where(first, ends[1]), leads[2].where(first, ends[0])
    days = pd.to_datetime(year + "-" + month + "-" + day, format="%Y-%m-%d", errors="coerce")
    serial = pd.Series(np.floor(serial_days(texts)), index=texts.index)
    days = days.fillna(_EXCEL_EPOCH + pd.to_timedelta(serial, unit="D"))
    read: pd.Series[pd.Timestamp] = days.where(days.dt.year.between(*_YEARS))
    return read


def read_times(texts: pd.Series[str]) -> Seconds:
    """Read times of day [s]; 24:00 is 86400, NaN where there is none."""
    bare = texts.str.replace(_DATE_IN_FRONT, "", regex=True).reset_index(drop=True)
    return read_clock(bare, np.ones(len(bare), dtype=np.int64)).second


def read_breaks(texts: pd.Series[str]) -> pd.DataFrame:
    """Read the breaks of each cell: none, or several as 11:00-11:15; 14:00-14:30.

    Returns
    -------
    DataFrame
        A row for each break: cell (its place in `texts`), text, from and until [s of the day],
        NaN where unreadable.
    """
    cells: list[int] = []
    pieces: list[str] = []
    ends: list[str] = []
    for number, text in enumerate(texts):
        for piece in _BETWEEN_BREAKS.split(text):
            if piece.strip() in _NO_BREAK:
                continue
            parts = _RANGE.match(piece.lower())
            cells.append(number)
            pieces.append(piece.strip())
            ends += [parts[1], parts[2]] if parts else ["", ""]
    seconds = read_times(pd.Series(ends, dtype=object)) if ends else np.empty(0)
    return pd.DataFrame(
        {
            "cell": np.array(cells, dtype=np.int64),
            "text": np.array(pieces, dtype=object),
            "from": seconds[::2],
            "until": seconds[1::2],
        }
    )


def written(seconds: pd.Series[float]) -> pd.Series[str]:
    """Write times of day."""
    return pd.to_datetime(seconds % DAY_S, unit="s").dt.strftime("%H:%M").astype(object)


def later(seconds: Seconds, start: Seconds) -> Seconds:
    """Return how long after a start a time of day comes next, in [0, 24 h) [s]."""
    after: Seconds = (seconds - start) % DAY_S
    return after


def from_first(wall: pd.Series[pd.Timestamp], first: pd.Timestamp) -> tuple[Seconds, Seconds]:
    """Place wall-clock times on a plan's own clock.

    Of an hour that autumn repeats it is the first; a time that spring skips is the next there is.

    Parameters
    ----------
    wall : Series of datetime64
        Without a zone.
    first : Timestamp
        Start of the plan's first interval, with its zone.

    Returns
    -------
    tuple
        Seconds from the first interval, and how far each was moved because it does not exist [s].
    """
    summer = np.ones(len(wall), dtype=np.bool_)
    placed = wall.dt.tz_localize(first.tz, ambiguous=summer, nonexistent="shift_forward")
    skipped = placed.dt.tz_localize(None) - wall
    moved: Seconds = np.asarray(skipped.dt.total_seconds(), dtype=np.float64)
    since_first: Seconds = np.asarray((placed - first).dt.total_seconds(), dtype=np.float64)
    return since_first, moved
