"""The first rows of a file as they stand in it, for a person to compare with how it was read."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from forecasting.reading.raw_table import Grid

    # A line number, then the cells.
    Line = tuple[str, ...]

_ROWS, _COLUMNS, _LONGEST = 6, 40, 80


def preview_of(grids: Sequence[Sequence[Grid]], header_row: int, sheet: str) -> tuple[Line, ...]:
    """Return the header and the rows below it; the first rows where there is no header.

    Parameters
    ----------
    grids : sequence of sequences of Grid
        The sheets of each file.
    header_row : int
        Line number of the header, 0 if there is none.
    sheet : str
        Name of the sheet to show.

    Returns
    -------
    tuple of tuple of str
        The line number and the cells of each row, all of one length; the header is "" where there
        is none. Empty if no file has rows.
    """
    filled = [grid for own in grids for grid in own if len(grid.row)]
    if not filled:
        return ()
    grid = next((grid for grid in filled if grid.sheet == sheet), filled[0])
    first = int(np.searchsorted(grid.row, header_row))
    lines = [_line(grid, at) for at in range(first, min(first + _ROWS, len(grid.row)))]
    if not header_row:
        lines.insert(0, ("",) * (1 + len(grid.columns[:_COLUMNS])))
    return tuple(lines)


def _line(grid: Grid, at: int) -> Line:
    cells = (str(column.text.iloc[column.code[at]]) for column in grid.columns[:_COLUMNS])
    return (str(grid.row[at]), *(cell[:_LONGEST] for cell in cells))
