"""A table as it stands in a file: columns of raw cells, each row with its line number.

Nothing is interpreted here: a cell is the text written in the file, or the number where a workbook
or a Parquet file holds one.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import zip_longest
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import numpy.typing as npt

    Cell = str | float

LARGEST_TABLE = 50_000_000  # cells
MOST_COLUMNS = 16_384  # of a row that are kept: as many as a spreadsheet has
_BLOCK = 10_000  # rows


class UnreadableFile(Exception):  # noqa: N818 - a state of the user's file, not an error of ours
    """A file that cannot be read at all: a code of the problems, what is there, what is read."""

    def __init__(self, code: str, *, found: str = "", expected: str = "") -> None:
        super().__init__(f"{code}: found {found!r}, expected {expected!r}")
        self.code, self.found, self.expected = code, found, expected


def refuse_cells(count: int) -> None:
    """Raise `UnreadableFile` for more cells than any history has."""
    if count > LARGEST_TABLE:
        raise UnreadableFile(
            "file_too_large", found=f"{count} cells", expected=f"<= {LARGEST_TABLE} cells"
        )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Cells:
    """A column as its distinct values: reading each of them once is what makes it fast."""

    code: npt.NDArray[np.intp]  # by row: which of the values
    text: pd.Series[str]  # by value: as written, outer blanks removed
    number: npt.NDArray[np.float64]  # by value: where the file holds a number, else NaN

    def by_row(self) -> npt.NDArray[np.object_]:
        """Return the text of each row."""
        return self.text.to_numpy(dtype=object)[self.code]

    def take(self, rows: npt.NDArray[np.integer] | npt.NDArray[np.bool_] | slice) -> Cells:
        """Return the cells of these rows, without the values that no longer occur."""
        code = self.code[rows]
        used = np.flatnonzero(np.bincount(code, minlength=len(self.text)))
        renumbered = np.zeros(len(self.text), dtype=np.intp)
        renumbered[used] = np.arange(len(used))
        return Cells(
            code=renumbered[code],
            text=self.text.iloc[used].reset_index(drop=True),
            number=self.number[used],
        )


def cells_of(values: Sequence[Cell] | npt.NDArray[np.object_]) -> Cells:
    """Return a column of texts and numbers as its distinct values."""
    column = np.empty(len(values), dtype=object)
    column[:] = values
    code, distinct = pd.factorize(column)
    return cells_of_distinct(code, distinct.tolist())


def cells_of_distinct(code: npt.NDArray[np.integer], distinct: Sequence[Cell]) -> Cells:
    """Return a column whose rows hold the numbers `code` of the values `distinct`."""
    texts = [value.strip() if isinstance(value, str) else f"{value:.15g}" for value in distinct]
    numbers = [np.nan if isinstance(value, str) else float(value) for value in distinct]
    return Cells(
        code=code.astype(np.intp, copy=False),
        text=pd.Series(texts, dtype=object),
        number=np.array(numbers, dtype=np.float64),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class GridFault:
    """What was found, and perhaps done, while a file's cells were read: a line of the problems."""

    code: str
    row: int | None = None
    found: str = ""
    expected: str = ""
    done: str = "none"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Grid:
    """The cells of a sheet, a text table or a Parquet file as they stand, header and titles too.

    Attributes
    ----------
    columns : tuple of Cells
        Each has a cell for every row; where a row has none, it is "".
    row : ndarray of int64
        Line number of each row as a person sees it. Blank rows are left out.
    width : ndarray of int64
        How many cells each row has, blank ones too. It can be more than there are columns, for
        a row far wider than any table is cut.
    format : str
        "csv", "html", "xlsx", "xls", "xlsb", "ods" or "parquet".
    encoding, separator : str
        Of a text, else "".
    sheet : str
        Name of the sheet, or of the file in an archive of several; "" if there is but one text.
    hidden : bool
        Whether the workbook hides this sheet.
    faults : tuple of GridFault
        What is to be said about it, whatever it means.
    """

    columns: tuple[Cells, ...]
    row: npt.NDArray[np.int64]
    width: npt.NDArray[np.int64]
    format: str
    encoding: str = ""
    separator: str = ""
    sheet: str = ""
    hidden: bool = False
    faults: tuple[GridFault, ...] = ()

    def texts(self, rows: slice) -> list[list[str]]:
        """Return the texts of some rows, as wide as the grid."""
        columns = [cells.text.to_numpy(dtype=object)[cells.code[rows]] for cells in self.columns]
        return [list(row) for row in zip(*columns, strict=True)]


class GridBuilder:
    """Gathers rows of cells into columns of distinct values, a block of rows at a time."""

    def __init__(self) -> None:
        self._row: list[int] = []
        self._width: list[int] = []
        self._block: list[Sequence[Cell]] = []
        self._codes: list[list[npt.NDArray[np.int32]]] = []
        self._values: list[dict[Cell, int]] = []
        self._cells = 0

    def add(self, number: int, cells: Sequence[Cell]) -> None:
        """Add the row of this line number, unless it is blank.

        Raises
        ------
        UnreadableFile
            If there are more cells than any history has.
        """
        if all(map(_is_blank, cells)):
            return
        self._row.append(number)
        self._width.append(len(cells))
        self._block.append(cells[:MOST_COLUMNS])
        self._cells += len(self._block[-1])
        refuse_cells(self._cells)
        if len(self._block) >= _BLOCK:
            self._take_block()

    def _take_block(self) -> None:
        widest = max(map(len, self._block), default=0)
        # A column that begins in this block was blank so far.
        for _ in range(len(self._codes), widest):
            self._values.append({"": 0})
            self._codes.append([np.zeros(len(self._row) - len(self._block), dtype=np.int32)])
        refuse_cells(len(self._codes) * len(self._row))
        for at, column in enumerate(zip_longest(*self._block, fillvalue="")):
            values = self._values[at]
            seen = [values.setdefault(cell, len(values)) for cell in column]
            self._codes[at].append(np.array(seen, dtype=np.int32))
        for at in range(widest, len(self._codes)):  # columns of wider rows above
            blank = self._values[at].setdefault("", len(self._values[at]))
            self._codes[at].append(np.full(len(self._block), blank, dtype=np.int32))
        self._block = []

    def grid(self, **origin: Any) -> Grid:
        """Return the grid of all rows; `origin` is its format, encoding, separator, sheet, ..."""
        self._take_block()
        return Grid(
            columns=tuple(
                cells_of_distinct(np.concatenate(codes), list(values))
                for codes, values in zip(self._codes, self._values, strict=True)
            ),
            row=np.array(self._row, dtype=np.int64),
            width=np.array(self._width, dtype=np.int64),
            **origin,
        )


def grid_of_rows(rows: Iterable[tuple[int, Sequence[Cell]]], **origin: Any) -> Grid:
    """Arrange rows of cells, each with its line number, as a grid; see `GridBuilder`."""
    builder = GridBuilder()
    for number, cells in rows:
        builder.add(number, cells)
    return builder.grid(**origin)


def _is_blank(cell: Cell) -> bool:
    return isinstance(cell, str) and not cell.strip()
