"""A small table that a person keeps in a spreadsheet: its columns found by their words.

Rosters and lists of skills come as CSV or as a workbook. What is wrong with the file as a whole is
in the same list of problems that its reader goes on with, so that a person sees all of it at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import numpy as np
import pandas as pd

from forecasting.problems import ProblemCollector
from forecasting.reading.columns import key_of
from forecasting.reading.file_formats import read_bytes, read_grids
from forecasting.reading.raw_table import Grid, UnreadableFile
from planner.export import unprotected

# Formats that cannot ask for much more than they weigh; a workbook is opened in its own process.
ENDINGS = (".csv", ".tsv", ".txt", ".xlsx", ".xlsm", ".xls", ".xlsb", ".ods")
LARGEST_TABLE_FILE = 10_000_000  # [bytes]
_HEADER_WITHIN = 20  # rows: titles stand above it


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """A column that is looked for.

    Parameters
    ----------
    name : str
        What the rows call it.
    words : tuple of str
        Headers it may have, in any language; accents, case, blanks and signs do not matter. Of
        two columns the one whose word stands first is read. The first two words tell a person
        what is missing.
    required : bool
        Whether the table means nothing without it.

    Raises
    ------
    ValueError
        Without a word.
    """

    name: str
    words: tuple[str, ...]
    required: bool = True

    def __post_init__(self) -> None:
        if not self.words:
            raise ValueError(f"words of field {self.name!r} is empty; needs one at least")

    @property
    def shown(self) -> str:
        """What a person may call the column."""
        return " / ".join(self.words[:2])


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TableFile:
    """The rows of a small table, and what is wrong with it so far.

    Attributes
    ----------
    rows : DataFrame
        `row`, the line number as a person sees it, and a column of texts for each field, "" where
        a cell is blank or the table has no such column. Without rows where it cannot be used.
    headers : dict of str to str
        The file's own header of each field it has.
    problems : ProblemCollector
        For the caller to go on with.
    """

    rows: pd.DataFrame
    headers: dict[str, str]
    problems: ProblemCollector

    def tell(
        self,
        code: str,
        field: str,
        places: np.ndarray,
        found: Sequence[str] | pd.Series[str],
        expected: str | pd.Series[str] = "",
        *,
        severity: str,
        done: str = "none",
    ) -> None:
        """Add a problem of a field for each of some rows.

        Parameters
        ----------
        code, severity, done : str
            As of `ProblemCollector.add_rows`.
        field : str
        places : int array
            Of the rows, from 0.
        found : sequence of str
            Beside each place.
        expected : str or Series of str
            The same for all, or beside each place.
        """
        beside = expected if isinstance(expected, str) else expected.to_numpy(dtype=object)
        self.problems.add_rows(
            code,
            self.rows["row"].to_numpy()[places],
            column=self.headers.get(field, ""),
            found=np.asarray(found, dtype=object),
            expected=beside,
            severity=severity,
            done=done,
        )


def read_table_file(
    source: Path | str | bytes | BinaryIO, fields: Sequence[Field], *, name: str = ""
) -> TableFile:
    """Read a small table from a file or an upload.

    Parameters
    ----------
    source : Path, str, bytes or binary file
        The file, or an upload.
    fields : sequence of Field
        Its columns; others are left out and told.
    name : str
        Of an upload; a path has its own. Its ending must be one of `ENDINGS`.

    Returns
    -------
    TableFile
        Nothing is raised for what a file may hold: problems are in its list.
    """
    name = name or (Path(source).name if isinstance(source, str | Path) else "")
    problems = ProblemCollector(name)
    nothing = TableFile(rows=_rows(fields, [], {}), headers={}, problems=problems)
    try:
        grids = read_grids(_bytes(source, name), name)
    except UnreadableFile as refused:
        problems.add(refused.code, found=refused.found, expected=refused.expected)
        return nothing
    grid, at = _with_header([grid for grid in grids if not grid.hidden] or grids, fields)
    if grid is None:
        problems.add("header_not_found", expected=_needed(fields))
        return nothing
    for fault in grid.faults:
        options = {"found": fault.found, "expected": fault.expected, "done": fault.done}
        problems.add(fault.code, row=fault.row, **options)
    headers = [unprotected(text) for text in grid.texts(slice(at, at + 1))[0]]
    places = _places(headers, fields, problems)
    if places is None:
        return nothing
    if at + 1 == len(grid.row):
        problems.add("rows_missing")
        return nothing
    below = np.arange(at + 1, len(grid.row))
    ragged = _ragged(grid, headers, below, problems)
    kept = below[~ragged]
    columns = {field: grid.columns[place].by_row()[kept] for field, place in places.items()}
    return TableFile(
        rows=_rows(fields, grid.row[kept], columns),
        headers={field: headers[place] for field, place in places.items()},
        problems=problems,
    )


def _bytes(source: Path | str | bytes | BinaryIO, name: str) -> bytes:
    ending = Path(name).suffix.lower()
    if ending not in ENDINGS:
        raise UnreadableFile("file_unsupported", found=ending or name, expected=", ".join(ENDINGS))
    data = read_bytes(source)
    if len(data) > LARGEST_TABLE_FILE:
        most = f"<= {LARGEST_TABLE_FILE // 1_000_000} MB"
        raise UnreadableFile("file_too_large", found=f"{len(data) / 1e6:.1f} MB", expected=most)
    return data


def _with_header(grids: Sequence[Grid], fields: Sequence[Field]) -> tuple[Grid | None, int]:
    """Return the sheet and the row in it that name the most fields."""
    known = {key_of(word) for field in fields for word in field.words}
    best: tuple[int, Grid | None, int] = (0, None, 0)
    for grid in grids:
        for at, cells in enumerate(grid.texts(slice(0, _HEADER_WITHIN))):
            count = len(known & {key_of(unprotected(cell)) for cell in cells if cell})
            if count > best[0]:
                best = (count, grid, at)
    return best[1], best[2]


def _places(
    headers: Sequence[str], fields: Sequence[Field], problems: ProblemCollector
) -> dict[str, int] | None:
    """Return which column each field is; None, and problems, if it cannot be told."""
    keys = [key_of(header) for header in headers]
    places: dict[str, int] = {}
    clear = True
    taken: set[int] = set()
    for field in fields:
        rank = {key_of(word): at for at, word in reversed(list(enumerate(field.words)))}
        found = [place for place, key in enumerate(keys) if key in rank]
        taken |= set(found)
        if not found:
            if field.required:
                problems.add("column_missing", expected=field.shown)
                clear = False
            continue
        best = min(found, key=lambda place: rank[keys[place]])
        places[field.name] = best
        if len(found) > 1:
            alike = sum(rank[keys[place]] == rank[keys[best]] for place in found) > 1
            code = "column_duplicated" if alike else "column_ambiguous"
            said = ", ".join(headers[place] for place in found)
            problems.add(code, column=headers[best], found=said, expected=headers[best])
            clear = clear and not alike
    words = tuple(key_of(word) for field in fields for word in field.words)
    for place, header in enumerate(headers):
        if header and place not in taken:
            # "Break 2" may have been meant.
            meant = keys[place].startswith(words)
            severity = "warning" if meant else ""
            problems.add("column_unknown", column=header, done="skipped", severity=severity)
    return places if clear else None


def _ragged(
    grid: Grid, headers: Sequence[str], below: np.ndarray, problems: ProblemCollector
) -> np.ndarray:
    """Mark rows of a text with cells beyond its header: a separator stands inside a cell."""
    ragged = np.zeros(len(below), dtype=bool)
    if grid.format != "csv":
        return ragged
    wide = max((place + 1 for place, header in enumerate(headers) if header), default=0)
    for cells in grid.columns[wide:]:
        ragged |= cells.by_row()[below] != ""
    found = grid.width[below[ragged]].astype(str)
    problems.add_rows("ragged_row", grid.row[below[ragged]], found=found, expected=str(wide))
    return ragged


def _rows(
    fields: Sequence[Field], row: Sequence[int] | np.ndarray, columns: dict[str, np.ndarray]
) -> pd.DataFrame:
    table = pd.DataFrame({"row": np.asarray(row, dtype=np.int64)})
    for field in fields:
        cells = columns.get(field.name)
        table[field.name] = "" if cells is None else [unprotected(cell) for cell in cells]
    return table.astype({field.name: object for field in fields})


def _needed(fields: Sequence[Field]) -> str:
    return ", ".join(field.shown for field in fields if field.required)
