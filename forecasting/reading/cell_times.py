"""Dates and times as people and systems write them, in one column or two."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    import numpy.typing as npt

    from forecasting.reading.raw_table import Cells

    Days = npt.NDArray[np.datetime64]
    FloatArray = npt.NDArray[np.float64]

DATE_ORDERS = ("ymd", "dmy", "mdy")
_SLIP_SHARE = 0.1  # rows of another form up to this share are slips, above it the column is mixed
_MOST_OFFSETS = 3  # a zone has two; more of them are the ends of ranges 09:00-09:30
_EXCEL_EPOCH = np.datetime64("1899-12-30")

_STAMP = r"^([^\sT]+)(?:(?:T|\s+)(.*?)\s*(Z|UTC|[+-][0-9]{2}(?::?[0-9]{2})?)?)?$"
_YEAR_FIRST = r"^([0-9]{4})[-/.]([0-9]{1,2})[-/.]([0-9]{1,2})$"
_COMPACT = r"^([0-9]{4})([0-9]{2})([0-9]{2})$"
_YEAR_LAST = r"^([0-9]{1,2})[-/.]([0-9]{1,2})[-/.]([0-9]{4}|[0-9]{2})$"
_SERIAL = r"^([0-9]{5}(?:[.,][0-9]+)?)$"
_CLOCK = r"^([0-9]{1,2})(?::([0-9]{2})(?::([0-9]{2}(?:[.,][0-9]+)?))?)?\s*([ap]m)?$"
_RANGE = r"^([0-9]+:[0-9:]+\s*(?:[ap]\.?\s*m\.?)?)\s*(?:-|–|a|to)\s*[0-9].*$"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Times:
    """The times of a file, by row, and what was decided to read them."""

    clock: Days  # [s] as written, UTC where `universal`; NaT where blank or unreadable
    universal: npt.NDArray[np.bool_]  # written with Z or an offset
    blank: npt.NDArray[np.bool_]
    date_order: str  # "ymd", "dmy" or "mdy"; "" where both orders fit
    example: str  # of a date, or of two forms, where no order could be decided
    forms_mixed: bool  # two ways to write a date, neither a slip: nothing is read
    may_be_ends: bool  # 24:00 occurs and 00:00 does not


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Dates:
    day: Days  # [D] by distinct text
    order: str
    example: str = ""
    mixed: bool = False


def read_times(
    first: Cells, second: Cells | None, *, date_order: str | None, day_first_likely: bool
) -> Times:
    """Read when intervals start.

    Parameters
    ----------
    first : Cells
        Column of dates, or of dates with times.
    second : Cells, optional
        Column of times, `hh:mm[:ss]`, with or without am/pm, `hhmm`, hours, or `09:00-09:30`.
    date_order : {"ymd", "dmy", "mdy"}, optional
        The order of dates that end with the year; by default it is decided from all of them: by
        values over 12, then by which order gives more days that follow one another.
    day_first_likely : bool
        Whether the day comes first where both orders fit.
    """
    stamps = first.text.str.extract(_STAMP).fillna("")
    rows = np.bincount(first.code, minlength=len(first.text))
    dates = _read_dates(stamps[0], rows, date_order, day_first_likely=day_first_likely)
    fraction = _serial(stamps[0]) % 1
    times, offset = _offsets(stamps[1], stamps[2])
    seconds = _read_clock(times)
    seconds = np.where(times == "", np.rint(np.nan_to_num(fraction) * 86_400), seconds)
    clock = dates.day.astype("datetime64[s]")[first.code]
    second_of_day = seconds[first.code]
    blank = first.text.eq("").to_numpy()[first.code]
    if second is not None:
        own = second.text.str.replace(r"^[0-9]{4}-[0-9]{2}-[0-9]{2}[ T]", "", regex=True)
        second_of_day = _read_clock(own)[second.code]
        blank |= second.text.eq("").to_numpy()[second.code]
        offset = np.full(len(offset), np.nan)
    unreadable = np.isnan(second_of_day)
    clock = clock + np.where(unreadable, 0, second_of_day).astype("timedelta64[s]")
    universal = ~np.isnan(offset)[first.code]
    clock = clock - np.nan_to_num(offset * 60)[first.code].astype("timedelta64[s]")
    clock[unreadable | blank] = np.datetime64("NaT")
    return Times(
        clock=clock,
        universal=universal,
        blank=blank,
        date_order=dates.order,
        example=dates.example,
        forms_mixed=dates.mixed,
        may_be_ends=bool((second_of_day == 86_400).any() and not (second_of_day == 0).any()),
    )


def looks_like_time(cells: Cells) -> bool:
    """Tell whether a column holds times of day without dates."""
    written = cells.text[cells.text != ""].head(20)
    return len(written) > 0 and bool(np.isfinite(_read_clock(written)).mean() > 0.5)


def _offsets(times: pd.Series[str], offsets: pd.Series[str]) -> tuple[pd.Series[str], FloatArray]:
    """Return the times and their offsets [min], giving the ends of ranges back to the times."""
    if offsets[offsets != ""].nunique() > _MOST_OFFSETS:
        return times + offsets, np.full(len(times), np.nan)
    parts = offsets.str.extract(r"^([+-])([0-9]{2}):?([0-9]{2})?$")
    minutes = parts[1].astype(float) * 60 + parts[2].astype(float).fillna(0)
    minutes = minutes.where(parts[0] != "-", -minutes)
    known = minutes.mask(offsets.isin(["Z", "UTC"]), 0.0)
    return times, np.asarray(known, dtype=np.float64)


def _read_dates(
    text: pd.Series[str],
    rows: npt.NDArray[np.int64],
    date_order: str | None,
    *,
    day_first_likely: bool,
) -> _Dates:
    """Read dates, one form and one order for all of them; `rows` counts those of each text."""
    code, distinct = pd.factorize(text)
    weight: FloatArray = np.bincount(code, weights=rows, minlength=len(distinct)).astype(float)
    texts = pd.Series(distinct, dtype=object)
    year_first = _numbers(texts, _YEAR_FIRST).fillna(_numbers(texts, _COMPACT))
    plain = _days(year_first[0], year_first[1], year_first[2])
    serial = _serial(texts)
    plain = np.where(
        np.isnan(serial),
        plain,
        _EXCEL_EPOCH + np.nan_to_num(serial).astype(np.int64).astype("timedelta64[D]"),
    )
    year_last = _numbers(texts, _YEAR_LAST)
    is_plain, is_last = ~np.isnat(plain), year_last[0].notna().to_numpy()
    rows_plain, rows_last = weight[is_plain].sum(), weight[is_last].sum()
    if min(rows_plain, rows_last) > _SLIP_SHARE * (rows_plain + rows_last):
        example = f"{texts[is_plain].iloc[0]}, {texts[is_last].iloc[0]}"
        dates = _undecided(len(texts), example=example, mixed=True)
    elif rows_plain >= rows_last:
        dates = _Dates(day=plain, order="ymd")
    else:
        dates = _order_dates(
            texts, year_last, weight, date_order, day_first_likely=day_first_likely
        )
    return replace(dates, day=dates.day[code])


def _undecided(count: int, *, example: str, mixed: bool) -> _Dates:
    nothing = np.full(count, np.datetime64("NaT", "D"))
    return _Dates(day=nothing, order="", example=example, mixed=mixed)


def _order_dates(
    texts: pd.Series[str],
    parts: pd.DataFrame,
    weight: FloatArray,
    date_order: str | None,
    *,
    day_first_likely: bool,
) -> _Dates:
    """Decide between day/month and month/day for dates that end with the year."""
    first, second, year = parts[0], parts[1], parts[2]
    year = year.where(year >= 100, year + np.where(year < 70, 2000, 1900))
    dmy, mdy = _days(year, second, first), _days(year, first, second)
    only_dmy, only_mdy = ~np.isnat(dmy) & np.isnat(mdy), np.isnat(dmy) & ~np.isnat(mdy)
    rows_dmy, rows_mdy = weight[only_dmy].sum(), weight[only_mdy].sum()
    follow_dmy, follow_mdy = _following_days(dmy), _following_days(mdy)
    if date_order is not None:
        order = date_order
    elif min(rows_dmy, rows_mdy) > _SLIP_SHARE * (rows_dmy + rows_mdy):
        example = f"{texts[only_dmy].iloc[0]}, {texts[only_mdy].iloc[0]}"
        return _undecided(len(texts), example=example, mixed=True)
    elif rows_dmy != rows_mdy:
        order = "dmy" if rows_dmy > rows_mdy else "mdy"
    elif follow_dmy != follow_mdy:
        order = "dmy" if follow_dmy > follow_mdy else "mdy"
    elif day_first_likely or np.array_equal(dmy, mdy, equal_nan=True):
        order = "dmy"
    else:
        return _undecided(len(texts), example=str(texts[~np.isnat(dmy)].iloc[0]), mixed=False)
    nothing = np.full(len(texts), np.datetime64("NaT", "D"))
    return _Dates(day={"dmy": dmy, "mdy": mdy}.get(order, nothing), order=order)


def _following_days(days: Days) -> int:
    """Count the days that are followed by the next day."""
    distinct = np.unique(days[~np.isnat(days)])
    return int((np.diff(distinct) == np.timedelta64(1, "D")).sum())


def _numbers(texts: pd.Series[str], pattern: str) -> pd.DataFrame:
    return texts.str.extract(pattern).astype(float)


def _serial(texts: pd.Series[str]) -> FloatArray:
    """Return Excel's day numbers (45292.5 is noon of 2024-01-01), NaN for other texts."""
    days = texts.str.extract(_SERIAL)[0].str.replace(",", ".").astype(float).to_numpy(np.float64)
    whole_seconds: FloatArray = np.rint(days * 86_400) / 86_400
    return whole_seconds


def _days(year: pd.Series[float], month: pd.Series[float], day: pd.Series[float]) -> Days:
    """Return calendar days, NaT for 30 February and its kin."""
    possible = (month.between(1, 12) & day.between(1, 31)).to_numpy()
    y, m, d = (part.where(possible, 1).to_numpy().astype(np.int64) for part in (year, month, day))
    months = ((y - 1970) * 12 + m - 1).astype("datetime64[M]")
    days: Days = months.astype("datetime64[D]") + (d - 1).astype("timedelta64[D]")
    days[~possible | (days.astype("datetime64[M]") != months)] = np.datetime64("NaT")
    return days


def _read_clock(times: pd.Series[str]) -> FloatArray:
    """Return the second of the day of each time, NaN if unreadable; 24:00 is 86400."""
    code, distinct = pd.factorize(times)
    texts = pd.Series(distinct, dtype=object).str.lower()
    texts = texts.str.replace(_RANGE, r"\1", regex=True).str.strip()
    texts = texts.str.replace(r"([ap])\.?\s*m\.?$", r"\1m", regex=True)
    texts = texts.str.replace(r"\s*(?:h|hrs?)\.?$", "", regex=True)
    parts = texts.str.extract(_CLOCK)
    hour, minute = parts[0].astype(float), parts[1].astype(float)
    second = parts[2].str.replace(",", ".").astype(float).fillna(0.0)
    half = parts[3]
    hour = hour.where(half.isna(), hour % 12 + np.where(half == "pm", 12.0, 0.0)).where(
        half.isna() | hour.between(1, 12)
    )
    minute = minute.mask(minute.isna() & half.notna(), 0.0)
    value = hour * 3600 + minute * 60 + second.round()
    value = value.where((minute < 60) & (second < 60) & (value <= 86_400))
    seconds = np.asarray(value.fillna(_bare_numbers(texts)), dtype=np.float64)
    return seconds[code]


def _bare_numbers(texts: pd.Series[str]) -> pd.Series[float]:
    """Read times without a colon: fractions of a day, hours (none over 24), or hhmm."""
    whole = texts.str.extract(r"^([0-9]{1,4})$")[0].astype(float)
    fraction = texts.str.extract(r"^(0?[.,][0-9]+)$")[0].str.replace(",", ".").astype(float)
    if fraction.notna().any():
        return (fraction.fillna(whole.where(whole <= 1)) * 86_400).round()
    if whole.max() <= 24:
        return whole * 3600
    hour, minute = whole // 100, whole % 100
    return (hour * 3600 + minute * 60).where((minute < 60) & (hour * 60 + minute <= 1440))
