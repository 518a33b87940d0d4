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

_UNKNOWN = {"", "-", "--", "---", "–", "—", "n/a", "na", "n.a.", "nan", "null", "none", "s/d"}
_INFINITE = {"inf", "infinity", "∞", "infinito"}
_SPACES = r"[\s'’]"  # between thousands: spaces of any width, Swiss apostrophes
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
    counted = _marked(counts)
    marked = pd.concat([counted, _marked(measures)])
    dot = _evidence(marked, decimal=r"\.", thousands=",")
    comma = _evidence(marked, decimal=",", thousands=r"\.")
    if dot or comma:
        return "." if dot >= comma else ","
    if separator == ";":
        return ","
    if len(counted):
        return ""
    return "," if marked.str.contains(",").any() else "."


def _marked(columns: Iterable[Cells]) -> pd.Series[str]:
    """Return the texts that hold digits and a mark."""
    texts = [pd.Series(dtype=object)]
    for cells in columns:
        written = cells.text[np.isnan(cells.number)]
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
    if cells.text.str.contains(":", regex=False).any():
        parts = cells.text.str.extract(_DURATION)
        seconds = parts[3].str.replace(",", ".").astype(float)
        clock = parts[1].astype(float).fillna(0) * 3600 + parts[2].astype(float) * 60 + seconds
        clock = clock.where(parts[0] != "-", -clock)
        value = np.where(np.isnan(value), clock.to_numpy(dtype=np.float64), value)
    return _by_row(cells, value, blank)


def _values(cells: Cells, decimal: str) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.bool_]]:
    """Return the number and the blankness of each distinct value."""
    thousands = "," if decimal == "." else "."
    plain = cells.text.str.lower().str.replace("−", "-", regex=False)
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
    infinite = plain.str.lstrip("+-").isin(_INFINITE).to_numpy()
    value[infinite] = np.inf
    value[~np.isnan(cells.number)] = cells.number[~np.isnan(cells.number)]
    return value, plain.isin(_UNKNOWN).to_numpy() & np.isnan(cells.number)


def _by_row(cells: Cells, value: npt.NDArray[np.float64], blank: npt.NDArray[np.bool_]) -> Numbers:
    unreadable = np.isnan(value) & ~blank
    return Numbers(
        value=value[cells.code], blank=blank[cells.code], unreadable=unreadable[cells.code]
    )
