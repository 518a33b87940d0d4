"""Sheets and files of the same make joined into one table, so that they are judged together."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from forecasting.reading.raw_table import Cells, cells_of
from forecasting.reading.sheet_names import date_of_name, is_period

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    from forecasting.reading.body import Part
    from forecasting.reading.decisions import Decisions
    from forecasting.reading.layouts import Layout


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Table:
    """Rows of one or several sheets and files, their columns by our names."""

    layout: Layout
    kind: str
    format: str
    separator: str
    cells: dict[str, Cells]
    headers: dict[str, str]  # our name -> the file's own header
    row: npt.NDArray[np.int64]  # line number of each row in its sheet
    source: npt.NDArray[np.intp]  # by row: which of the sources
    sources: tuple[tuple[str, str], ...]  # file and sheet
    ragged: int = 0
    header_row: int = 0  # of the first source
    faulty: bool = False  # a column's fault forbids to read it


def join_parts(parts: Sequence[Part], decisions: Decisions) -> list[Table]:
    """Join the parts that have the same layout and columns; the order of the files is kept."""
    groups: dict[tuple[object, ...], list[Part]] = {}
    for part in parts:
        sheet = part.sheet
        key = (sheet.layout.name, sheet.kind, frozenset(part.cells), sheet.grid.separator)
        groups.setdefault(key, []).append(part)
    tables = []
    for group in groups.values():
        table = _joined(group)
        if len(group) > 1:
            decisions.note("sheets", len(group), "same_columns", evidence=_names(table.sources))
        tables.append(_with_names(table, decisions))
    return tables


def _names(sources: Sequence[tuple[str, str]]) -> str:
    files = {file for file, _ in sources}
    names = [sheet if len(files) == 1 else file for file, sheet in sources]
    return ", ".join(dict.fromkeys(name for name in names if name))


def _joined(group: list[Part]) -> Table:
    first = group[0]
    return Table(
        layout=first.sheet.layout,
        kind=first.sheet.kind,
        format=first.sheet.grid.format,
        separator=first.sheet.grid.separator,
        cells={name: join_cells([part.cells[name] for part in group]) for name in first.cells},
        headers=dict(first.headers),
        row=np.concatenate([part.row for part in group]),
        source=np.repeat(np.arange(len(group)), [len(part.row) for part in group]),
        sources=tuple((part.sheet.file, part.sheet.grid.sheet) for part in group),
        ragged=sum(part.ragged for part in group),
        header_row=first.sheet.header_row,
        faulty=any(part.sheet.faulty for part in group),
    )


def join_cells(columns: Sequence[Cells]) -> Cells:
    """Put columns under one another."""
    if len(columns) == 1:
        return columns[0]
    text = pd.concat([cells.text for cells in columns], ignore_index=True)
    number = np.concatenate([cells.number for cells in columns])
    held = np.where(np.isnan(number), text.to_numpy(dtype=object), number)
    new, distinct = pd.factorize(held)
    first = np.full(len(distinct), len(text), dtype=np.int64)
    np.minimum.at(first, new, np.arange(len(text)))
    starts = np.cumsum([0, *(len(cells.text) for cells in columns[:-1])])
    code = np.concatenate(
        [new[cells.code + start] for cells, start in zip(columns, starts, strict=True)]
    )
    return Cells(code=code, text=text.iloc[first].reset_index(drop=True), number=number[first])


def _with_names(table: Table, decisions: Decisions) -> Table:
    """Take the queue or the date from the names of sheets or files, where no column says them."""
    if table.kind == "wide" or len(table.row) == 0:
        return table
    names = _own_names(table.sources)
    cells = dict(table.cells)
    if not {"date", "interval_start"} & cells.keys():
        dates = [date_of_name(name) for name in names]
        if all(dates):
            cells["date"] = cells_of(dates).take(table.source)
            decisions.note("date", "sheets", "sheet_names", evidence=", ".join(names[:3]))
    nameless = "queue" not in cells and len(names) > 1 and not any(map(is_period, names))
    if nameless and _overlap(table):
        cells["queue"] = cells_of(names).take(table.source)
        why = "sheet_names" if len({file for file, _ in table.sources}) == 1 else "file_names"
        decisions.note("queue", "sheets", why, evidence=", ".join(names[:5]))
    headers = table.headers | {name: "" for name in cells if name not in table.headers}
    return replace(table, cells=cells, headers=headers)


def _own_names(sources: Sequence[tuple[str, str]]) -> list[str]:
    """Return what tells the sources apart: the names of the sheets, or of the files."""
    files = {file for file, _ in sources}
    if len(files) == 1:
        return [sheet for _, sheet in sources]
    return [file.rsplit("/", 1)[-1].split(".")[0] for file, _ in sources]


def _overlap(table: Table) -> bool:
    """Tell whether two sources have rows of the same time."""
    names = [
        name for name in ("interval_start", "date", "time", "interval_end") if name in table.cells
    ]
    key = np.zeros(len(table.row), dtype=np.int64)
    for name in names:
        cells = table.cells[name]
        key = key * len(cells.text) + cells.code
    pairs = pd.DataFrame({"key": key, "source": table.source}).drop_duplicates()
    return bool(pairs["key"].duplicated().any())
