"""A table as it stands in a file: columns of raw cells, each row with its line number.

Nothing is interpreted here: a cell is the text written in the file, or the number where a workbook
or a Parquet file holds one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    import numpy.typing as npt

    Cell = str | float
    CountKnown = Callable[[Sequence[str]], int]

HEADER_WITHIN = 40  # rows in which a header is looked for


class UnreadableFile(Exception):  # noqa: N818 - a state of the user's file, not an error of ours
    """A file that cannot be read at all: a code of the problems, what is there, what is read."""

    def __init__(self, code: str, *, found: str = "", expected: str = "") -> None:
        super().__init__(f"{code}: found {found!r}, expected {expected!r}")
        self.code, self.found, self.expected = code, found, expected


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Cells:
    """A column as its distinct values: reading each of them once is what makes it fast."""

    code: npt.NDArray[np.intp]  # by row: which of the values
    text: pd.Series[str]  # by value: as written, outer blanks removed
    number: npt.NDArray[np.float64]  # by value: where the file holds a number, else NaN

    def by_row(self) -> npt.NDArray[np.object_]:
        """Return the text of each row."""
        return self.text.to_numpy(dtype=object)[self.code]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RawTable:
    """The cells under a header, and where in the file they stand."""

    header: tuple[str, ...]
    header_row: int  # line number of the header, 1 is the first line
    row: npt.NDArray[np.int64]  # line number of each row
    columns: tuple[npt.NDArray[np.object_], ...]
    ragged: tuple[tuple[int, int], ...]  # line number and cells of rows of another width
    format: str
    encoding: str = ""
    separator: str = ""
    sheet: str = ""

    def cells(self, column: int) -> Cells:
        """Return a column as its distinct values."""
        code, values = pd.factorize(self.columns[column])
        texts = [value.strip() if isinstance(value, str) else f"{value:.15g}" for value in values]
        numbers = [np.nan if isinstance(value, str) else float(value) for value in values]
        return Cells(
            code=code,
            text=pd.Series(texts, dtype=object),
            number=np.array(numbers, dtype=np.float64),
        )


def find_header(rows: Sequence[Sequence[Cell]], count_known: CountKnown) -> tuple[int, int]:
    """Find the row that names most known columns.

    Returns
    -------
    tuple of int
        Its index (the first among equals) and how many it names, 0 if none does.
    """
    known = [
        count_known([cell if isinstance(cell, str) else "" for cell in row])
        for row in rows[:HEADER_WITHIN]
    ]
    best = max(range(len(known)), key=known.__getitem__, default=0)
    return best, known[best] if known else 0


def table_of_rows(
    header: Sequence[Cell],
    header_row: int,
    rows: Iterable[tuple[int, Sequence[Cell]]],
    **origin: str,
) -> RawTable:
    """Arrange the rows under a header into columns, setting ragged ones apart.

    Parameters
    ----------
    header : sequence
        The header's cells.
    header_row : int
        Its line number.
    rows : iterable of (line number, cells)
        Blank rows are passed over; blank cells beyond the header's last do not count.
    **origin : str
        `format`, `encoding`, `separator`, `sheet` of the table.
    """
    names = [
        name.strip().strip("\ufeff") if isinstance(name, str) else f"{name:g}" for name in header
    ]
    width = len(names)
    numbers: list[int] = []
    kept: list[Sequence[Cell]] = []
    ragged: list[tuple[int, int]] = []
    for number, cells in rows:
        if len(cells) == width and any(cells):
            numbers.append(number)
            kept.append(cells)
        elif not all(_is_blank(cell) for cell in cells):
            if len(cells) > width and all(_is_blank(cell) for cell in cells[width:]):
                numbers.append(number)
                kept.append(cells[:width])
            else:
                ragged.append((number, len(cells)))
    columns = zip(*kept, strict=True) if kept else [()] * width
    return RawTable(
        header=tuple(names),
        header_row=header_row,
        row=np.array(numbers, dtype=np.int64),
        columns=tuple(_objects(column) for column in columns),
        ragged=tuple(ragged),
        **origin,
    )


def _is_blank(cell: Cell) -> bool:
    return isinstance(cell, str) and not cell.strip()


def _objects(cells: Sequence[Cell]) -> npt.NDArray[np.object_]:
    column = np.empty(len(cells), dtype=object)
    column[:] = cells
    return column
