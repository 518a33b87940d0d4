"""The sheets of a workbook, read by a process that may die."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from forecasting.reading.raw_table import Grid, GridFault, UnreadableFile, cells_of_distinct

if TYPE_CHECKING:
    import numpy.typing as npt

_TIMEOUT_S = 120


def read_workbook(data: bytes, kind: str) -> list[Grid]:
    """Read every sheet of a workbook that has cells.

    Parameters
    ----------
    data : bytes
        The workbook.
    kind : str
        "xlsx", "xls", "xlsb" or "ods".

    Raises
    ------
    UnreadableFile
        If it is damaged, locked, or asks for more memory or time than any history.
    """
    program = Path(__file__).with_name("workbook_cells.py")
    try:
        done = subprocess.run(  # noqa: S603 - our own program, no shell, input by pipe
            [sys.executable, "-I", str(program)],
            input=data,
            capture_output=True,
            check=False,
            timeout=_TIMEOUT_S,
        )
    except subprocess.TimeoutExpired as error:
        raise UnreadableFile("file_too_large", found=f"> {_TIMEOUT_S} s") from error
    if done.returncode < 0:  # ended by the system: it asked for too much
        raise UnreadableFile("file_too_large", found="memory")
    line = done.stdout.find(b"\n")
    if done.returncode or line < 0:
        raise UnreadableFile("file_damaged", found=f".{kind}")
    page = json.loads(done.stdout[:line])
    if "refused" in page:
        raise UnreadableFile(page["refused"], found=page["found"] or f".{kind}")
    codes = np.frombuffer(done.stdout, dtype=np.int32, offset=line + 1)
    grids, at = [], 0
    for sheet in page["sheets"]:
        cells = sheet["rows"] * len(sheet["columns"])
        if cells:
            grids.append(_grid(sheet, codes[at : at + cells].reshape(-1, sheet["rows"]), kind))
        at += cells
    return [grid for grid in grids if len(grid.row)]


def _grid(sheet: dict[str, Any], codes: npt.NDArray[np.int32], kind: str) -> Grid:
    columns = [
        cells_of_distinct(code, values)
        for code, values in zip(codes, sheet["columns"], strict=True)
    ]
    filled = np.zeros(sheet["rows"], dtype=bool)
    for cells in columns:
        filled |= (cells.text != "").to_numpy()[cells.code]
    rows = np.flatnonzero(filled)
    faults: tuple[GridFault, ...] = ()
    if sheet["merged"]:
        faults = (
            GridFault(code="merged_cells_filled", found=str(sheet["merged"]), done="converted"),
        )
    return Grid(
        columns=tuple(cells.take(rows) for cells in columns),
        row=rows + 1,
        width=np.full(len(rows), len(columns), dtype=np.int64),
        format=kind,
        sheet=sheet["name"],
        hidden=sheet["hidden"],
        faults=faults,
    )
