"""Dates and times as people and systems write them, in one column or two."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from forecasting.reading.cell_clock import Clocks, read_clock
from forecasting.reading.cell_dates import WEEKDAY_OF, plain_dates, read_dates, serial_days

if TYPE_CHECKING:
    import numpy.typing as npt

    from forecasting.reading.raw_table import Cells

    Days = npt.NDArray[np.datetime64]
    FloatArray = npt.NDArray[np.float64]

_MOST_OFFSETS = 3  # a zone has two; more of them are the ends of ranges 09:00-09:30
_MOST = 0.9  # share of rows that tells a habit of the whole column
_GRID_S = 300  # all intervals are multiples of it [s]

_BETWEEN = re.compile(r"T|,?\s+")  # a date and its time
_TIME_OFFSET = r"(?s)^(.*?)\s*(Z|UTC|GMT|[+-][0-9]{2}(?::?[0-9]{2})?)?$"
_EPOCH = r"^(1[0-9]{9})([0-9]{3})?$"
_LIKE_A_DATE = (
    r"^(?:[0-9]{4}[-/.][0-9]{1,2}[-/.][0-9]{1,2}|[0-9]{1,2}[-/.][0-9]{1,2}[-/.][0-9]{2,4}"
    r"|(?:19|20)[0-9]{6}|[0-3][0-9][0-3][0-9](?:20)?[0-9]{2}|[34][0-9]{4}(?:[.,][0-9]+)?"
    r"|1[0-9]{9}(?:[0-9]{3})?)(?![0-9])"
)
_DATE_BEFORE_TIME = r"^[0-9]{1,4}[-/.][0-9]{1,2}[-/.][0-9]{1,4}[ T]+(?=[0-9])"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Times:
    """The times of a file, by row, and what was decided to read them."""

    clock: Days  # [s] as written, UTC where `universal`; NaT where blank or unreadable
    universal: npt.NDArray[np.bool_]  # written with Z or an offset
    blank: npt.NDArray[np.bool_]
    date_order: str  # "ymd", "dmy", "mdy" or "ydm"; "" where two orders fit
    why: str  # what told the order
    also: str  # another order that fits as well, "" if none
    example: str  # of a date, or of two forms, where no order could be decided
    forms_mixed: bool  # two ways to write a date, neither a slip: nothing is read
    may_be_ends: bool  # 24:00 occurs and 00:00 does not
    ends_s: int  # to add to times such as 08:29 or 08:29:59, the last moment of an interval
    range_min: int  # length of ranges such as 09:00-09:30 [min], 0 if there are none
    has_clock: bool  # whether any time of day was written


def read_times(
    first: Cells,
    second: Cells | None,
    *,
    date_order: str | None = None,
    likely: tuple[str, str] = ("", ""),
    weekdays: Cells | None = None,
) -> Times:
    """Read when intervals start.

    Parameters
    ----------
    first : Cells
        Column of dates, or of dates with times.
    second : Cells, optional
        Column of times, `hh:mm[:ss]`, with or without am/pm, `hhmm`, hours, or `09:00-09:30`.
    date_order : {"ymd", "dmy", "mdy", "ydm"}, optional
        The order of dates that end with the year; by default it is decided from all of them: by
        values over 12, then by the weekdays named beside them, then by which order gives more days
        that follow one another, then by which leaves more weekdays free.
    likely : tuple of str
        The order to take where two fit, and the code of its reason; ("", "") to take none.
    weekdays : Cells, optional
        Column of the weekdays' names.
    """
    text, weekday = plain_dates(first.text)
    if weekdays is not None:
        named = weekdays.text.str.lower().str.rstrip(".").map(WEEKDAY_OF).to_numpy(np.float64)
        weekday = weekday.copy()
        weekday[first.code] = named[weekdays.code]
    stamps = _stamps(text)
    rows = np.bincount(first.code, minlength=len(text))
    dates = read_dates(stamps[0], rows, date_order, weekday=weekday, likely=likely)
    times, offset = _offsets(stamps[1], stamps[2])
    clocks = read_clock(times, rows)
    fraction = np.rint(np.nan_to_num(serial_days(stamps[0]) % 1) * 86_400)
    seconds = np.where(times == "", fraction, clocks.second)
    has_clock = bool(((times != "") | (fraction > 0)).any())
    day, order = dates.day.astype("datetime64[s]"), dates.order
    epoch = _epoch(first.text)
    if epoch is not None:
        day, seconds, order = epoch, np.zeros(len(text)), "ymd"
        offset, has_clock = np.zeros(len(text)), True
    clock, second_of_day = day[first.code], seconds[first.code]
    blank = first.text.eq("").to_numpy(dtype=bool)[first.code]
    if second is not None:
        own = second.text.str.replace(_DATE_BEFORE_TIME, "", regex=True)
        own, offset_of_time = _offsets(*_parts(own))
        clocks = read_clock(own, np.bincount(second.code, minlength=len(own)))
        second_of_day, has_clock = clocks.second[second.code], True
        blank |= second.text.eq("").to_numpy(dtype=bool)[second.code]
        by_row = offset_of_time[second.code]
    else:
        by_row = offset[first.code]
    unreadable = np.isnan(second_of_day)
    clock = clock + np.where(unreadable, 0, second_of_day).astype("timedelta64[s]")
    clock = clock - np.nan_to_num(by_row * 60).astype("timedelta64[s]")
    clock[unreadable | blank] = np.datetime64("NaT")
    return Times(
        clock=clock,
        universal=~np.isnan(by_row),
        blank=blank,
        date_order=order,
        why="epoch" if epoch is not None else dates.why,
        also=dates.also,
        example=dates.example,
        forms_mixed=dates.mixed,
        may_be_ends=bool((second_of_day == 86_400).any() and not (second_of_day == 0).any()),
        ends_s=_last_moment(second_of_day, clocks),
        range_min=clocks.range_min,
        has_clock=has_clock,
    )


def _stamps(text: pd.Series[str]) -> pd.DataFrame:
    """Part texts into dates, times and offsets, reading each time once."""
    halves = [_BETWEEN.split(stamp, 1) for stamp in text]
    code, rests = pd.factorize(np.array([half[-1] if half[1:] else "" for half in halves], object))
    parts = pd.Series(rests, dtype=object).str.extract(_TIME_OFFSET).fillna("")
    times, offsets = (parts[i].to_numpy(dtype=object)[code] for i in (0, 1))
    return pd.DataFrame({0: [half[0] for half in halves], 1: times, 2: offsets}, dtype=object)


def looks_like_time(cells: Cells) -> bool:
    """Tell whether a column holds times of day without dates."""
    written = cells.text[cells.text != ""].head(20)
    if not len(written):
        return False
    read = read_clock(written, np.ones(len(written), dtype=np.int64)).second
    return bool(np.isfinite(read).mean() > 0.5)


def looks_like_date(cells: Cells) -> bool:
    """Tell whether a column holds dates, with or without times."""
    text = cells.text[cells.text != ""].head(40)
    if not len(text):
        return False
    plain, _ = plain_dates(text)
    return bool(plain.str.contains(_LIKE_A_DATE, regex=True).mean() > 0.5)


def _parts(times: pd.Series[str]) -> tuple[pd.Series[str], pd.Series[str]]:
    """Part times from the Z or offset behind them."""
    parts = times.str.extract(r"^([0-9:.]+)\s*(Z|UTC|[+-][0-9]{2}:?[0-9]{2})$")
    has_offset = parts[1].notna()
    return times.where(~has_offset, parts[0]), parts[1].fillna("")


def _offsets(times: pd.Series[str], offsets: pd.Series[str]) -> tuple[pd.Series[str], FloatArray]:
    """Return the times and their offsets [min], giving the ends of ranges back to the times."""
    if _are_ends(times, offsets):
        return times + offsets, np.full(len(times), np.nan)
    code, distinct = pd.factorize(offsets)
    offsets = pd.Series(distinct, dtype=object)
    parts = offsets.str.extract(r"^([+-])([0-9]{2}):?([0-9]{2})?$")
    minutes = parts[1].astype(float) * 60 + parts[2].astype(float).fillna(0)
    minutes = minutes.where(parts[0] != "-", -minutes)
    known = minutes.mask(offsets.isin(["Z", "UTC", "GMT"]), 0.0)
    return times, np.asarray(known, dtype=np.float64)[code]


def _are_ends(times: pd.Series[str], offsets: pd.Series[str]) -> bool:
    """Tell the ends of ranges 09:00-09:30 from offsets -09:30."""
    written = offsets[offsets.str.startswith("-")]
    if not len(written) or len(written) < (offsets != "").sum():
        return False
    if written.nunique() > _MOST_OFFSETS:
        return True
    end = read_clock(written.str[1:], np.ones(len(written), dtype=np.int64)).second
    start = read_clock(times[written.index], np.ones(len(written), dtype=np.int64)).second
    return bool((((end - start) > 0) & ((end - start) <= 3600)).all())


def _epoch(text: pd.Series[str]) -> Days | None:
    """Return the moments of Unix times in seconds or milliseconds, None for other texts."""
    filled = text[text != ""]
    if not len(filled) or not filled.head(5).str.fullmatch(_EPOCH).all():
        return None
    seconds = text.str.extract(_EPOCH)[0].astype(float).to_numpy(np.float64)
    moments: Days = np.nan_to_num(seconds).astype(np.int64).astype("datetime64[s]")
    moments[np.isnan(seconds)] = np.datetime64("NaT")
    return moments


def _last_moment(second_of_day: FloatArray, clocks: Clocks) -> int:
    """Return what is missing to the ends of intervals [s], if most times are last moments."""
    known = second_of_day[np.isfinite(second_of_day)]
    if not len(known) or clocks.range_min:
        return 0
    for missing in (60, 1):
        if ((known + missing) % _GRID_S == 0).mean() > _MOST:
            return missing
    return 0
