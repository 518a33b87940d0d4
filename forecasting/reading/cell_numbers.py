"""Numbers as people and systems write them: decimal marks, thousands, durations, and no number."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Iterable

    import numpy.typing as npt

    from forecasting.reading.raw_table import Cells

_UNKNOWN = {
    *("", "-", "--", "---", "–", "—", "n/a", "na", "n.a.", "nan", "null", "none", "s/d", "n/d"),
    *("(null)", "sin datos", "no data", "<na>", "nd"),
}
_INFINITE = {"inf", "infinity", "∞", "infinito"}
_SPACES = r"[\s'’]"  # between thousands: spaces of any width, Swiss apostrophes
_SAMPLE = 20_000  # distinct texts that tell the decimal mark
_GROUPED = 5  # distinct numbers like 1.234 among plain ones, for the mark to be of thousands
_SPELT = (
    r"^(?:([0-9]+)\s*h[a-z]*\.?\s*)?(?:([0-9]+)\s*(?:m|min|mins|minutos|minutes|')\.?\s*)?"
    r"(?:([0-9]+(?:[.,][0-9]+)?)\s*(?:s|seg|segs|sec|secs|seconds|segundos|\")\.?)?$"
)
_DURATION = r"^([+-])?(?:([0-9]+):)?([0-9]{1,4}):([0-5]?[0-9](?:[.,][0-9]+)?)$"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Numbers:
    """The numbers of a column, by row."""

    value: npt.NDArray[np.float64]  # NaN where blank or unreadable, may be infinite
    blank: npt.NDArray[np.bool_]  # nothing, or a sign for nothing: unknown, not zero
    unreadable: npt.NDArray[np.bool_]


def decimal_mark(counts: Iterable[Cells], measures: Iterable[Cells], separator: str) -> str:
    """Infer the decimal mark of a file from all its numbers.

    A mark followed by other than three digits, or standing after a zero or another mark, is plain
    evidence. Without any, `;` between the columns tells the comma; a mark in a measured column
    (AHT) is a decimal one, for measures are not written in thousands of seconds.

    Parameters
    ----------
    counts, measures : iterable of Cells
        Columns of whole and of fractional numbers.
    separator : str
        Of the file's columns, "" if it has none.

    Returns
    -------
    str
        "." or ",", or "" where `1.234` in a count may be either.
    """
    counts, measures = list(counts), list(measures)
    counted = _marked(counts)
    marked = pd.concat([counted, _marked(measures)])
    dot = _evidence(marked, decimal=r"\.", thousands=",")
    comma = _evidence(marked, decimal=",", thousands=r"\.")
    if dot or comma:
        return "." if dot >= comma else ","
    if separator == ";":
        return ","
    if len(counted):
        mark = _thousands(counted, counts, separator)
        if mark:
            return "," if mark == "." else "."
        return ""
    return "," if marked.str.contains(",").any() else "."


def _thousands(counted: pd.Series[str], counts: list[Cells], separator: str) -> str:
    """Return the mark that parts thousands in counts like 1.234, "" if it may be a decimal one.

    Counts with three decimals each are rare: several of them, beside plain ones, are thousands. So
    is a comma in quotes in a file whose columns commas part.
    """
    marks = set(counted.str[-4])
    if len(marks) > 1 or not counted.str.fullmatch(r"[0-9]{1,3}[.,][0-9]{3}").all():
        return ""
    mark = str(marks.pop())
    plain = any(cells.text.head(_SAMPLE).str.fullmatch("[0-9]+").any() for cells in counts)
    several = plain and counted.nunique() >= _GROUPED
    return mark if several or (separator == mark == ",") else ""


def _marked(columns: Iterable[Cells]) -> pd.Series[str]:
    """Return the texts that hold digits and a mark."""
    texts = [pd.Series(dtype=object)]
    for cells in columns:
        written = cells.text[np.isnan(cells.number)]
        if len(written) > _SAMPLE:
            written = written.iloc[:: len(written) // _SAMPLE]
        texts.append(written[written.str.fullmatch(r"[+-]?[0-9.,]*[0-9][.,][0-9]+").astype(bool)])
    marked: pd.Series[str] = pd.concat(texts).str.lstrip("+-")
    return marked


def _evidence(texts: pd.Series[str], *, decimal: str, thousands: str) -> int:
    """Count the texts that only make sense with this decimal mark."""
    pattern = (
        rf"[0-9]*{decimal}(?:[0-9]{{1,2}}|[0-9]{{4,}})|0*{decimal}[0-9]+|[0-9]{{4,}}{decimal}[0-9]+"
        rf"|[0-9]{{1,3}}(?:{thousands}[0-9]{{3}})+{decimal}[0-9]+"
        rf"|[0-9]{{1,3}}(?:{thousands}[0-9]{{3}}){{2,}}"
    )
    return int(texts.str.fullmatch(pattern).astype(bool).sum())


def read_numbers(cells: Cells, decimal: str) -> Numbers:
    """Read a column of numbers written with the decimal mark `decimal` ("." or ",")."""
    value, blank = _values(cells, decimal)
    return _by_row(cells, value, blank)


def read_durations(cells: Cells, decimal: str) -> Numbers:
    """Read a column of durations [s]: seconds as a number, `h:mm:ss` or `mm:ss`."""
    value, blank = _values(cells, decimal)
    unread = pd.Series(np.isnan(value) & ~blank, index=cells.text.index)
    if unread.any() and cells.text[unread].str.contains(r"[0-9]\s*[hms'\"]", case=False).any():
        spelt = cells.text.where(unread, "").str.lower().str.extract(_SPELT)
        known = spelt.notna().any(axis=1).to_numpy()
        spelt = spelt.apply(lambda part: part.str.replace(",", ".").astype(float)).fillna(0.0)
        total = spelt[0] * 3600 + spelt[1] * 60 + spelt[2]
        value = np.where(np.isnan(value) & known, total.to_numpy(dtype=np.float64), value)
    if cells.text.str.contains(":", regex=False).any():
        parts = cells.text.str.extract(_DURATION)
        seconds = parts[3].str.replace(",", ".").astype(float)
        clock = parts[1].astype(float).fillna(0) * 3600 + parts[2].astype(float) * 60 + seconds
        clock = clock.where(parts[0] != "-", -clock)
        value = np.where(np.isnan(value), clock.to_numpy(dtype=np.float64), value)
    return _by_row(cells, value, blank)


def _values(cells: Cells, decimal: str) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.bool_]]:
    """Return the number and the blankness of each distinct value."""
    value, blank = np.full(len(cells.text), np.nan), np.zeros(len(cells.text), dtype=bool)
    held = ~np.isnan(cells.number)
    value[held] = cells.number[held]
    texts = cells.text[~held]
    plain = texts.str.fullmatch(rf"-?[0-9]+(?:\{decimal}[0-9]+)?").to_numpy(dtype=bool)
    at = np.flatnonzero(~held)
    if plain.any():  # nearly all of any file
        value[at[plain]] = texts[plain].str.replace(decimal, ".", regex=False).astype(np.float64)
    if not plain.all():
        value[at[~plain]], blank[at[~plain]] = _unusual(texts[~plain], decimal)
    return value, blank


def _unusual(
    texts: pd.Series[str], decimal: str
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.bool_]]:
    """Read what is not just digits and a mark: thousands, exponents, infinity, signs of nothing."""
    thousands = "," if decimal == "." else "."
    plain = texts.str.lower().str.replace("−", "-", regex=False)
    spaced = plain.str.contains(_SPACES)
    if spaced.any():  # only between thousands: "1 234", not "12 34"
        grouped = plain.str.fullmatch(rf"[+-]?[0-9]{{1,3}}(?:{_SPACES}[0-9]{{3}})+(?:\D[0-9]+)?")
        plain = plain.where(~(spaced & grouped), plain.str.replace(_SPACES, "", regex=True))
    mark, group = f"\\{decimal}", f"\\{thousands}"
    written = plain.str.fullmatch(
        rf"[+-]?(?:(?:[0-9]{{1,3}}(?:{group}[0-9]{{3}})+|[0-9]+)(?:{mark}[0-9]*)?|{mark}[0-9]+)"
        r"(?:e[+-]?[0-9]+)?"
    )
    english = plain.str.replace(thousands, "", regex=False).str.replace(decimal, ".", regex=False)
    value = np.array(english.where(written, np.nan).astype(float), dtype=np.float64)
    value[plain.str.lstrip("+-").isin(_INFINITE).to_numpy()] = np.inf
    return value, plain.isin(_UNKNOWN).to_numpy()


def _by_row(cells: Cells, value: npt.NDArray[np.float64], blank: npt.NDArray[np.bool_]) -> Numbers:
    unreadable = np.isnan(value) & ~blank
    return Numbers(
        value=value[cells.code], blank=blank[cells.code], unreadable=unreadable[cells.code]
    )
