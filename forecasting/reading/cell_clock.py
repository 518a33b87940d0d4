"""Times of day as people and systems write them: 08:15, 8:15 am, 815, 8, 0.34375, 08:15-08:30."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    import numpy.typing as npt

    FloatArray = npt.NDArray[np.float64]

DAY_S = 86_400.0
_CLOCK = r"^([0-9]{1,2})(?::([0-9]{2})(?::([0-9]{2}(?:[.,][0-9]+)?))?)?\s*([ap]m)?$"
_TIME = r"(?:[0-9]{1,2}(?:[:.][0-9]{2}){0,2}|[0-9]{3,4})(?:\s*[ap]m)?"
_RANGE = (
    rf"^({_TIME})\s*(?:-|–|—|a|to|hasta|until)\s*"
    rf"(?:[0-9]{{1,4}}[-/.][0-9]{{1,2}}[-/.][0-9]{{1,4}}[ t]+)?({_TIME})$"
)
_BLOCKS = {47: 30, 48: 30, 95: 15, 96: 15}  # last number of numbered intervals -> their length


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Clocks:
    """Times of day by distinct text."""

    second: FloatArray  # of the day, NaN if unreadable; 24:00 is 86400
    range_min: int = 0  # length of ranges such as 09:00-09:30 [min], 0 if they are none


def read_clock(times: pd.Series[str], rows: npt.NDArray[np.int64]) -> Clocks:
    """Read times of day; `rows` counts those of each text.

    What a bare number means - an hour, hhmm, a fraction of the day, the number of an interval - is
    told by the whole column.
    """
    code, distinct = pd.factorize(times)
    texts = pd.Series(distinct, dtype=object).str.lower().str.strip()
    texts = texts.str.replace(r"([ap])\.?\s*m\.?", r"\1m", regex=True)
    texts = texts.str.replace(r"(?<=[0-9])\s*(?:hours|horas|hrs?|h)\.?(?![0-9a-z])", "", regex=True)
    texts = texts.str.replace(r"(?<=[0-9])h(?=[0-9]{2})", ":", regex=True)
    ranges = texts.str.extract(_RANGE)
    ranged = ranges[1].notna()
    if not ranged.any():
        return Clocks(second=_seconds(texts)[code])
    end = _seconds(ranges[1].fillna(""))
    start = _start_of_range(ranges[0].where(ranged, texts), ranges[1].fillna(""), end)
    weight = np.bincount(code, weights=rows, minlength=len(texts))
    lengths = ((end - start) % DAY_S)[ranged.to_numpy()]
    weights = weight[ranged.to_numpy()]
    known = np.isfinite(lengths)
    minutes = np.ceil(lengths[known] / 300) * 5  # 09:00-09:29 and 09:00-09:30 are half an hour
    counts = np.bincount(minutes.astype(np.int64), weights=weights[known])
    return Clocks(second=start[code], range_min=int(counts.argmax()) if len(counts) else 0)


def _start_of_range(start: pd.Series[str], end: pd.Series[str], end_s: FloatArray) -> FloatArray:
    """Read the starts of ranges; in 9:00-9:30 am the half of the day is written once."""
    borrowed = end.str.extract(r"([ap]m)$")[0]
    lacks = borrowed.notna() & ~start.str.contains(r"[ap]m$")
    second = _seconds(start.where(~lacks, start + " " + borrowed.fillna("")))
    late = lacks.to_numpy() & (second > end_s)  # 11:30-12:00 pm begins in the morning
    return np.where(late, second - DAY_S / 2, second)


def _seconds(texts: pd.Series[str]) -> FloatArray:
    """Return the second of the day of each text."""
    filled = texts[texts != ""]
    if len(filled) and filled.str.fullmatch(r"[0-9]{1,2}\.[0-5][0-9]").all():
        texts = texts.str.replace(".", ":", regex=False)  # 9.30, as in Spain
    parts = texts.str.extract(_CLOCK)
    hour, minute = parts[0].astype(float), parts[1].astype(float)
    second = parts[2].str.replace(",", ".").astype(float).fillna(0.0)
    half = parts[3]
    hour = hour.where(half.isna(), hour % 12 + np.where(half == "pm", 12.0, 0.0)).where(
        half.isna() | hour.between(0, 12)
    )
    hour = hour.where(half.isna() | (parts[0].astype(float) > 0) | (minute > 0) | minute.notna())
    minute = minute.mask(minute.isna() & half.notna(), 0.0)
    value = hour * 3600 + minute * 60 + second.round()
    value = value.where((minute < 60) & (second < 60) & (value <= DAY_S))
    return np.asarray(value.fillna(_bare_numbers(texts)), dtype=np.float64)


def _bare_numbers(texts: pd.Series[str]) -> pd.Series[float]:
    """Read times without a colon: fractions of a day, hours (none over 24), or hhmm."""
    whole = texts.str.extract(r"^([0-9]{1,4})(?:\.0)?$")[0].astype(float)
    long = texts.str.extract(r"^([0-9]{5,6})$")[0].astype(float)
    fraction = texts.str.extract(r"^(0?[.,][0-9]+)$")[0].str.replace(",", ".").astype(float)
    if fraction.notna().any() and not (whole > 1).any():
        return (fraction.fillna(whole) * DAY_S).round()
    if long.notna().any():  # hhmmss
        full = long.fillna(whole)
        hour, minute, second = full // 10_000, full // 100 % 100, full % 100
        value = hour * 3600 + minute * 60 + second
        return value.where((minute < 60) & (second < 60) & (value <= DAY_S))
    numbers = np.unique(whole.dropna())
    if len(numbers) >= 40 and np.array_equal(np.diff(numbers), np.ones(len(numbers) - 1)):
        block = _BLOCKS.get(int(numbers[-1]), 0)
        if block and numbers[0] in (0, 1):
            first = 1 if numbers[-1] % 2 == 0 else 0
            return (whole - first) * block * 60
    if not (whole > 24).any():
        return whole * 3600
    hour, minute = whole // 100, whole % 100
    return (hour * 3600 + minute * 60).where((minute < 60) & (hour * 60 + minute <= 1440))
