"""Calendar days as people and systems write them, and the order of day, month and year."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    import numpy.typing as npt

    Days = npt.NDArray[np.datetime64]
    FloatArray = npt.NDArray[np.float64]

DATE_ORDERS = ("ymd", "dmy", "mdy", "ydm")
_SLIP_SHARE = 0.1  # rows of another form up to this share are slips, above it the column is mixed
_EXCEL_EPOCH = np.datetime64("1899-12-30")
_LATEST_YEAR = 70  # of two digits that is of this century

_YEAR_FIRST = r"^([0-9]{4})[-/.]([0-9]{1,2})[-/.]([0-9]{1,2})$"
_COMPACT = r"^((?:19|20)[0-9]{2})([0-9]{2})([0-9]{2})$"
_YEAR_LAST = (
    r"^([0-9]{1,2})[-/.]([0-9]{1,2})[-/.]([0-9]{4}|[0-9]{2})$",
    r"^([0-9]{2})([0-9]{2})((?:19|20)[0-9]{2})$",
    r"^([0-9]{2})([0-9]{2})([0-9]{2})$",
    r"^([0-9])([0-9]{2})((?:19|20)[0-9]{2})$",
)
_SERIAL = r"^([0-9]{5}(?:[.,][0-9]+)?)$"

_MONTHS = (
    ("jan", "ene", "january", "enero"),
    ("feb", "february", "febrero"),
    ("mar", "march", "marzo"),
    ("apr", "abr", "april", "abril"),
    ("may", "mayo"),
    ("jun", "june", "junio"),
    ("jul", "july", "julio"),
    ("aug", "ago", "august", "agosto"),
    ("sep", "sept", "set", "september", "septiembre", "setiembre"),
    ("oct", "october", "octubre"),
    ("nov", "november", "noviembre"),
    ("dec", "dic", "december", "diciembre"),
)
MONTH_OF = {name: at + 1 for at, names in enumerate(_MONTHS) for name in names}
_WEEKDAYS = (
    ("mon", "lun", "monday", "lunes", "lu"),
    ("tue", "mar", "tuesday", "martes", "tues", "ma"),
    ("wed", "mie", "mié", "wednesday", "miercoles", "miércoles", "x", "mi"),
    ("thu", "jue", "thursday", "jueves", "thur", "thurs", "ju"),
    ("fri", "vie", "friday", "viernes", "vi"),
    ("sat", "sab", "sáb", "saturday", "sabado", "sábado", "sa"),
    ("sun", "dom", "sunday", "domingo", "do"),
)
WEEKDAY_OF = {name: at for at, names in enumerate(_WEEKDAYS) for name in names}
_NAMED_DAY = (
    r"^\s*(?:(" + "|".join(sorted(WEEKDAY_OF, key=len, reverse=True)) + r")\.?,?\s+)(?=\S*[0-9a-z])"
)
_MONTH_NAMES = "|".join(sorted(MONTH_OF, key=len, reverse=True))
_DAY_MONTH_YEAR = (
    rf"^([0-9]{{1,2}})(?:st|nd|rd|th)?[\s\-/.]*(?:de\s+|of\s+)?({_MONTH_NAMES})\.?,?"
    r"(?:[\s\-/.]*(?:de[l]?\s+)?)([0-9]{4}|[0-9]{2})(?![0-9:])"
)
_MONTH_DAY_YEAR = (
    rf"^({_MONTH_NAMES})\.?[\s\-/.]+([0-9]{{1,2}})(?:st|nd|rd|th)?,?[\s\-/.]+([0-9]{{4}})"
)
_YEAR_MONTH_DAY = rf"^([0-9]{{4}})[\s\-/.]({_MONTH_NAMES})\.?[\s\-/.]([0-9]{{1,2}})(?![0-9])"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Dates:
    """The days of distinct texts, and how they were read."""

    day: Days  # [D] by text; NaT where unreadable
    order: str  # "" where nothing could be decided
    why: str = "year_first"  # what told the order
    example: str = ""
    mixed: bool = False  # two forms, neither a slip
    also: str = ""  # another order that fits as well


def plain_dates(text: pd.Series[str]) -> tuple[pd.Series[str], FloatArray]:
    """Return texts with named months as yyyy-mm-dd and without weekdays, and the weekdays.

    Returns
    -------
    tuple
        The texts, and 0 (Monday) to 6 where a weekday was named, else NaN.
    """
    weekday = np.full(len(text), np.nan)
    named = text.str.contains(r"[A-Za-zÁÉÍÓÚáéíóú]{2}", regex=True).to_numpy(dtype=bool)
    if not named.any():
        return text, weekday
    at = np.flatnonzero(named)
    some = text.iloc[at].str.lower()
    day_name = some.str.extract(_NAMED_DAY)[0]
    weekday[at] = day_name.map(WEEKDAY_OF).to_numpy(dtype=np.float64)
    bare = some.str.replace(_NAMED_DAY, "", regex=True)
    for pattern, order in (
        (_DAY_MONTH_YEAR, (2, 1, 0)),
        (_MONTH_DAY_YEAR, (2, 0, 1)),
        (_YEAR_MONTH_DAY, (0, 1, 2)),
    ):
        parts = bare.str.extract(pattern)
        found = parts[0].notna()
        if found.any():
            year, month, day = (parts.loc[found, one] for one in order)
            year = year.where(year.str.len() == 4, "20" + year)
            written = year + "-" + month.map(MONTH_OF).astype(str) + "-" + day
            rest = bare[found].str.replace(pattern, "", regex=True).str.lstrip(" ,")
            bare.loc[found] = (written + " " + rest).str.strip()
    changed = text.to_numpy(dtype=object).copy()
    changed[at] = np.where(bare == some, changed[at], bare)
    return pd.Series(changed, index=text.index, dtype=object), weekday


def read_dates(
    text: pd.Series[str],
    rows: npt.NDArray[np.int64],
    date_order: str | None,
    *,
    weekday: FloatArray,
    likely: tuple[str, str],
) -> Dates:
    """Read dates, one form and one order for all of them.

    Parameters
    ----------
    text : Series of str
        Dates without times.
    rows : ndarray of int
        Rows of each text.
    date_order : {"ymd", "dmy", "mdy", "ydm"}, optional
        Stated order.
    weekday : ndarray
        Weekday named beside each text, NaN for none.
    likely : tuple of str
        An order to take where two fit, and the code of its reason; ("", "") to take none.
    """
    code, distinct = pd.factorize(text)
    weight = np.asarray(np.bincount(code, weights=rows, minlength=len(distinct)), np.float64)
    named: FloatArray = np.full(len(distinct), np.nan)
    named[code[~np.isnan(weekday)]] = weekday[~np.isnan(weekday)]
    texts = pd.Series(distinct, dtype=object)
    year_first = _numbers(texts, _YEAR_FIRST).fillna(_numbers(texts, _COMPACT))
    y, m, d = year_first[0], year_first[1], year_first[2]
    plain = _days(y, d, m) if date_order == "ydm" else _days(y, m, d)
    serial = serial_days(texts)
    whole = np.nan_to_num(serial).astype(np.int64).astype("timedelta64[D]")
    plain = np.where(np.isnan(serial), plain, _EXCEL_EPOCH + whole)
    year_last = _numbers(texts, _YEAR_LAST[0])
    for pattern in _YEAR_LAST[1:]:
        year_last = year_last.fillna(_numbers(texts, pattern))
    is_plain, is_last = ~np.isnat(plain), year_last[0].notna().to_numpy() & np.isnan(serial)
    is_last &= ~is_plain
    rows_plain, rows_last = weight[is_plain].sum(), weight[is_last].sum()
    if min(rows_plain, rows_last) > _SLIP_SHARE * (rows_plain + rows_last):
        example = f"{texts[is_plain].iloc[0]}, {texts[is_last].iloc[0]}"
        dates = _undecided(len(texts), example=example, mixed=True)
    elif rows_plain >= rows_last:
        dates = Dates(day=plain, order="ydm" if date_order == "ydm" else "ymd")
    else:
        dates = _order_dates(texts, year_last, weight, date_order, named, likely)
    return replace(dates, day=dates.day[code])


def _undecided(count: int, *, example: str, mixed: bool) -> Dates:
    nothing = np.full(count, np.datetime64("NaT", "D"))
    return Dates(day=nothing, order="", why="", example=example, mixed=mixed)


def _order_dates(
    texts: pd.Series[str],
    parts: pd.DataFrame,
    weight: FloatArray,
    date_order: str | None,
    named: FloatArray,
    likely: tuple[str, str],
) -> Dates:
    """Decide between day/month and month/day for dates that end with the year."""
    days = _readings(parts)
    if date_order is not None or _year_leads(parts, days, weight):
        order = date_order or "ymd"
        return Dates(day=days[order], order=order, why="stated" if date_order else "continuity")
    dmy, mdy = days["dmy"], days["mdy"]
    only_dmy, only_mdy = ~np.isnat(dmy) & np.isnat(mdy), np.isnat(dmy) & ~np.isnat(mdy)
    rows_dmy, rows_mdy = weight[only_dmy].sum(), weight[only_mdy].sum()
    if min(rows_dmy, rows_mdy) > _SLIP_SHARE * (rows_dmy + rows_mdy):
        example = f"{texts[only_dmy].iloc[0]}, {texts[only_mdy].iloc[0]}"
        return _undecided(len(texts), example=example, mixed=True)
    evidence = {
        "over_12": (rows_dmy, rows_mdy),
        "weekday_names": (_as_named(dmy, named), _as_named(mdy, named)),
        "continuity": (_following_days(dmy), _following_days(mdy)),
        "weekday_profile": (-_weekdays(dmy), -_weekdays(mdy)),
    }
    for why, (for_dmy, for_mdy) in evidence.items():
        if for_dmy != for_mdy:
            order = "dmy" if for_dmy > for_mdy else "mdy"
            return Dates(day=days[order], order=order, why=why)
    if np.array_equal(dmy, mdy, equal_nan=True):
        return Dates(day=dmy, order="dmy", why="same_either_way")
    example = str(texts[~np.isnat(dmy)].iloc[0])
    order, why = likely
    if order in days:
        also = "mdy" if order == "dmy" else "dmy"
        return Dates(day=days[order], order=order, why=why, example=example, also=also)
    return _undecided(len(texts), example=example, mixed=False)


def _readings(parts: pd.DataFrame) -> dict[str, Days]:
    """Return the days of three numbers in each order."""
    first, second, third = parts[0], parts[1], parts[2]
    year = _full_year(third)
    return {
        "dmy": _days(year, second, first),
        "mdy": _days(year, first, second),
        "ymd": _days(_full_year(first), second, third),
        "ydm": _days(_full_year(first), third, second),
    }


def _full_year(year: pd.Series[float]) -> pd.Series[float]:
    return year.where(year >= 100, year + np.where(year < _LATEST_YEAR, 2000, 1900))


def _year_leads(parts: pd.DataFrame, days: dict[str, Days], weight: FloatArray) -> bool:
    """Tell whether dates of three short numbers begin with the year: only so are they whole.

    The year hardly changes from day to day, and the day does: 26/03/02, 26/03/03, 26/03/04.
    """
    if not (parts[2] < 100).all() or np.isnat(days["ymd"][weight > 0]).any():
        return False
    runs = {order: _following_days(days[order]) for order in ("ymd", "dmy", "mdy")}
    return runs["ymd"] > max(runs["dmy"], runs["mdy"])


def _as_named(days: Days, named: FloatArray) -> int:
    """Count the days that fall on the weekday named beside them."""
    return int((_weekday(days) == named).sum())


def _weekday(days: Days) -> FloatArray:
    number = (days.astype("datetime64[D]").astype(np.int64) + 3) % 7
    return np.where(np.isnat(days), -1, number).astype(np.float64)


def _weekdays(days: Days) -> int:
    """Count the weekdays on which a centre would be open; 0 where too few days tell."""
    distinct = np.unique(days[~np.isnat(days)])
    return len(np.unique(_weekday(distinct))) if len(distinct) >= 3 else 0


def _following_days(days: Days) -> int:
    """Count the days that are followed by the next day."""
    distinct = np.unique(days[~np.isnat(days)])
    return int((np.diff(distinct) == np.timedelta64(1, "D")).sum())


def _numbers(texts: pd.Series[str], pattern: str) -> pd.DataFrame:
    return texts.str.extract(pattern).astype(float)


def serial_days(texts: pd.Series[str]) -> FloatArray:
    """Return Excel's day numbers (45292.5 is noon of 2024-01-01), NaN for other texts."""
    code, distinct = pd.factorize(texts)
    written = pd.Series(distinct, dtype=object).str.extract(_SERIAL)[0].str.replace(",", ".")
    days = written.astype(float).to_numpy(np.float64)
    whole_seconds: FloatArray = np.rint(days * 86_400) / 86_400
    return whole_seconds[code]


def _days(year: pd.Series[float], month: pd.Series[float], day: pd.Series[float]) -> Days:
    """Return calendar days, NaT for 30 February and its kin."""
    possible = (month.between(1, 12) & day.between(1, 31)).to_numpy()
    y, m, d = (part.where(possible, 1).to_numpy().astype(np.int64) for part in (year, month, day))
    months = ((y - 1970) * 12 + m - 1).astype("datetime64[M]")
    days: Days = months.astype("datetime64[D]") + (d - 1).astype("timedelta64[D]")
    days[~possible | (days.astype("datetime64[M]") != months)] = np.datetime64("NaT")
    return days
