"""Which sheets of which files are the history, and their rows as tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from forecasting.problems import ProblemCollector
from forecasting.reading.body import Part, read_body
from forecasting.reading.cell_times import looks_like_time, read_times
from forecasting.reading.columns import name_of
from forecasting.reading.raw_table import cells_of
from forecasting.reading.recognition import Sheet, recognise
from forecasting.reading.sheet_names import date_of_name, is_period
from forecasting.reading.tables import Table, join_parts
from forecasting.reading.wide import by_interval, melt

if TYPE_CHECKING:
    from collections.abc import Sequence

    from forecasting.reading.decisions import Decisions
    from forecasting.reading.mapping import Mapping
    from forecasting.reading.raw_table import Grid

_MEASURES = ("contacts", "answered", "abandoned", "aht_s", "answered_in_target")


def tables_of(
    grids: Sequence[Sequence[Grid]],
    files: Sequence[str],
    mapping: Mapping,
    collectors: Sequence[ProblemCollector],
    decisions: Decisions,
) -> list[Table]:
    """Recognise the sheets of all files and return their rows, those of one make together.

    Parameters
    ----------
    grids : sequence of sequences of Grid
        The sheets of each file.
    files : sequence of str
        Their names.
    collectors : sequence of ProblemCollector
        One a file.
    """
    parts: list[Part] = []
    wide: list[tuple[Sheet, ProblemCollector]] = []
    for own, file, problems in zip(grids, files, collectors, strict=True):
        for sheet in _sheets(own, file, mapping, problems, decisions):
            problems.rows += len(sheet.grid.row)
            if sheet.kind == "wide" and sheet.wide is not None:
                wide.append((sheet, problems))
                continue
            part = read_body(sheet, problems, decisions)
            if not len(part.row) and not part.ragged:
                problems.add("rows_missing", row=sheet.header_row, sheet=sheet.grid.sheet)
            parts.append(part)
    tables = join_parts(parts, decisions)
    if wide:
        tables.append(_wide_table([sheet for sheet, _ in wide], decisions))
    return tables


def _sheets(
    grids: Sequence[Grid],
    file: str,
    mapping: Mapping,
    problems: ProblemCollector,
    decisions: Decisions,
) -> list[Sheet]:
    """Recognise the sheets of a file and keep those with a history, noting the others."""
    if not grids:
        return []
    wanted = [grid for grid in grids if not mapping.sheets or grid.sheet in mapping.sheets]
    found: list[tuple[Sheet, ProblemCollector, Decisions]] = []
    unknown = [grid.sheet for grid in grids if grid not in wanted]
    for grid in wanted:
        own, why = ProblemCollector(file), type(decisions)()
        sheet = recognise(grid, file, mapping, own, why)
        if sheet is None:
            unknown.append(grid.sheet)
        else:
            found.append((sheet, own, why))
    usable = [one for one in found if _is_usable(one[0], alone=len(found) == 1)]
    if any(not sheet.grid.hidden for sheet, _, _ in usable):
        usable = [one for one in usable if not one[0].grid.hidden]
    if len({_has_clock(sheet) for sheet, _, _ in usable}) > 1:  # a summary by day beside the data
        usable = [one for one in usable if _has_clock(one[0])]
    if not usable:
        if not found:
            first = next((cell for grid in wanted for cell in _first_cells(grid)), "")
            problems.add(
                "header_not_found", found=first, expected="interval_start, queue, contacts"
            )
            return []
        usable = [max(found, key=lambda one: len(one[0].columns))]
    kept = [sheet for sheet, _, _ in usable]
    unknown += [sheet.grid.sheet for sheet, _, _ in found if sheet not in kept]
    for name in unknown:
        problems.add("sheet_skipped", found=name, sheet=name, done="skipped")
    for _, own, why in usable:
        problems.take(own)
        decisions.take(why)
    return kept


def _first_cells(grid: Grid) -> list[str]:
    rows = grid.texts(slice(0, 1))
    return [(grid.separator or " ").join(rows[0]).strip()] if rows else []


def _is_usable(sheet: Sheet, *, alone: bool) -> bool:
    """Tell whether a sheet says when and how many."""
    if sheet.kind == "wide":
        return True
    columns = sheet.columns.keys()
    dated = {"interval_start", "date", "interval_end"} & columns
    if not dated and not ("time" in columns and (alone or date_of_name(sheet.grid.sheet))):
        return False
    return sheet.kind == "calls" or bool({"contacts", "answered"} & columns)


def _has_clock(sheet: Sheet) -> bool:
    """Tell whether a sheet says times of day, not just days."""
    if sheet.kind == "wide" or "time" in sheet.columns:
        return True
    for name in ("interval_start", "interval_end", "date"):
        if name in sheet.columns:
            cells = sheet.body(sheet.columns[name], 60)
            if looks_like_time(cells):
                return True
            if read_times(cells, None, likely=("dmy", "")).has_clock:
                return True
    return False


def _wide_table(sheets: list[Sheet], decisions: Decisions) -> Table:
    """Return wide sheets as one table with a row an interval."""
    melted = []
    names = [sheet.grid.sheet for sheet in sheets]
    measures = [name_of(name) if name_of(name) in _MEASURES else "" for name in names]
    queues = len(sheets) > 1 and not any(measures) and not any(map(is_period, names))
    for at, (sheet, measure) in enumerate(zip(sheets, measures, strict=True)):
        assert sheet.wide is not None  # noqa: S101 - only wide sheets come here
        long = melt(sheet.grid, sheet.wide, measure or "contacts")
        # Sheets of calls and of handling times are halves of one table.
        long["source"] = 0 if any(measures) else at
        if queues and "queue" not in dict(sheet.wide.ids):
            long["queue"] = sheet.grid.sheet
            decisions.note("queue", "sheets", "sheet_names", evidence=", ".join(names[:5]))
        melted.append(long)
    filled = [long for long in melted if len(long)]
    table = by_interval(pd.concat(filled, ignore_index=True)) if filled else melted[0]
    first = sheets[0]
    decisions.note("layout", "wide", "time_headers", evidence=first.layout.system)
    decisions.note("header_row", first.header_row, "time_headers")
    kept = [str(name) for name in table if name not in {"row", "source", "measure", "value"}]
    written = {name: table[name] for name in kept if (table[name] != "").any()}
    headers = dict.fromkeys(written, "")
    if first.wide is not None:
        headers |= {name: first.header[at] for name, at in first.wide.ids if name in written}
    return Table(
        layout=first.layout,
        kind="wide",
        format=first.grid.format,
        separator=first.grid.separator,
        cells={name: cells_of(column.to_numpy(dtype=object)) for name, column in written.items()},
        headers=headers,
        row=table["row"].to_numpy(dtype=np.int64),
        source=table["source"].to_numpy(dtype=np.intp),
        sources=tuple((sheet.file, sheet.grid.sheet) for sheet in sheets),
        header_row=first.header_row,
    )
