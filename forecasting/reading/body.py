"""The rows under a header: which of them are data, and what the others say about those."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from forecasting.reading.columns import name_of, plain_words, says_total
from forecasting.reading.raw_table import Cells, cells_of

if TYPE_CHECKING:
    import numpy.typing as npt

    from forecasting.problems import ProblemCollector
    from forecasting.reading.decisions import Decisions
    from forecasting.reading.recognition import Sheet

    Mask = npt.NDArray[np.bool_]

_FILL_SHARE = 0.5  # of blanks, above which a name stands only in the first row of its block
_FILLED_DOWN = ("queue", "channel", "date", "skill", "language", "agent")
_FROM_SECTIONS = ("queue", "channel", "date")
_TIMES = ("interval_start", "date", "time", "interval_end")
_COUNTS = ("contacts", "answered", "abandoned")
_MARK = re.compile(r"^\s*([^:=]{2,40})\s*[:=]\s*(.*)$", re.DOTALL)
_DATA_LIKE = re.compile(r"^[\s\"']*[0-9]")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Part:
    """The rows of one sheet, their columns by our names."""

    sheet: Sheet
    row: npt.NDArray[np.int64]  # line number of each
    cells: dict[str, Cells]
    headers: dict[str, str] = field(default_factory=dict)  # our name -> the file's own
    ragged: int = 0  # rows set apart for their width


def read_body(sheet: Sheet, problems: ProblemCollector, decisions: Decisions) -> Part:
    """Take the rows of data of a sheet, noting those that are something else."""
    grid = sheet.grid
    first = sheet.header_at + 1
    keep = np.zeros(len(grid.row), dtype=bool)
    keep[first:] = True
    keep &= ~_repeated_headers(sheet, problems)
    sparse = _sparse(sheet) & keep
    notes, marks = _texts(sheet, sparse)
    if len(notes):
        written = [_written(sheet, int(at)) for at in notes]
        problems.add_rows(
            "text_row", grid.row[notes], found=written, sheet=grid.sheet, done="skipped"
        )
        keep[notes] = False
    keep[[at for at, _, _ in marks if at >= first]] = False
    ragged = _ragged(sheet) & keep
    # A row of totals may be short: it is left out as such, not as damaged.
    totals = ragged & sparse & _has_total(sheet, np.flatnonzero(ragged & sparse))
    problems.add_rows(
        "total_row",
        grid.row[totals],
        found=[_written(sheet, int(at)) for at in np.flatnonzero(totals)],
        sheet=grid.sheet,
        done="dropped",
    )
    ragged &= ~totals
    problems.add_rows(
        "ragged_row",
        grid.row[ragged],
        found=[str(width) for width in grid.width[ragged]],
        expected=str(_header_width(sheet)),
        sheet=grid.sheet,
        done="dropped",
    )
    keep &= ~(ragged | totals)
    rows = np.flatnonzero(keep)
    cells = {our: grid.columns[at].take(rows) for our, at in sheet.columns.items()}
    headers = {our: sheet.header[at] for our, at in sheet.columns.items()}
    _fill_down(cells, headers, decisions)
    _add_sections(sheet, marks, rows, cells, headers, decisions)
    return Part(
        sheet=sheet, row=grid.row[rows], cells=cells, headers=headers, ragged=int(ragged.sum())
    )


def _filled(cells: Cells) -> Mask:
    return (cells.text != "").to_numpy(dtype=bool)[cells.code]


def _repeated_headers(sheet: Sheet, problems: ProblemCollector) -> Mask:
    """Mark rows that are the header again, as on each page of a report."""
    again = np.ones(len(sheet.grid.row), dtype=bool)
    if sheet.header_at < 0 or not sheet.columns:
        return ~again
    for at in sheet.columns.values():
        cells = sheet.grid.columns[at]
        again &= cells.code == cells.code[sheet.header_at]
    again[: sheet.header_at + 1] = False
    problems.add_rows(
        "header_repeated", sheet.grid.row[again], sheet=sheet.grid.sheet, done="skipped"
    )
    return again


def _sparse(sheet: Sheet) -> Mask:
    """Mark rows without a time or without any count: titles, sections, totals, footers, damage."""
    nothing = np.zeros(len(sheet.grid.row), dtype=bool)
    time = nothing.copy()
    for name in _TIMES:
        if name in sheet.columns:
            time |= _filled(sheet.grid.columns[sheet.columns[name]])
    count = nothing.copy()
    counts = [name for name in _COUNTS if name in sheet.columns]
    for name in counts:
        count |= _filled(sheet.grid.columns[sheet.columns[name]])
    if not counts:
        count[:] = True
    return ~time | ~count


def _texts(sheet: Sheet, sparse: Mask) -> tuple[npt.NDArray[np.int64], list[tuple[int, str, str]]]:
    """Tell notes from section rows among the sparse rows.

    Returns
    -------
    tuple
        Indices of rows that are only text (footers, units, rules), and section rows as (index, our
        name, value); those above the header are among them.
    """
    grid = sheet.grid
    marks: list[tuple[int, str, str]] = []
    for at in range(min(max(sheet.header_at, 0), 60)):
        marks += _marks(at, _cells(sheet, at))
    notes = []
    below = sheet.header_at + 1
    if 0 < below < len(grid.row) and not sparse[below]:  # units: (dd/mm/yyyy), (s)
        filled = [cell for cell in _cells(sheet, below) if cell]
        if len(filled) > 1 and not any(char.isdigit() for cell in filled for char in cell):
            notes.append(below)
    candidates = np.flatnonzero(sparse)
    good = np.flatnonzero(~sparse[sheet.header_at + 1 :]) + sheet.header_at + 1
    begin, end = (good[0], good[-1]) if len(good) else (len(grid.row), -1)
    for at in candidates[:5000]:
        cells = _cells(sheet, int(at))
        filled = [cell for cell in cells if cell]
        if not filled or any(says_total(cell) for cell in filled):
            continue
        named = _marks(int(at), cells)
        inside = begin < at < end or at == begin - 1
        if named and len(filled) <= 2:
            marks += named
        elif all(not plain_words(cell) for cell in filled) and len(filled) > 1:
            notes.append(at)  # a rule of dashes
        elif len(filled) > 1 and at < begin and not any(c.isdigit() for c in "".join(filled)):
            notes.append(at)  # units under the header
        elif (
            len(filled) == 1 and not _DATA_LIKE.match(filled[0]) and grid.separator not in filled[0]
        ):
            if inside and cells[0] and "queue" not in sheet.columns and len(filled[0]) <= 60:
                marks.append((int(at), "queue", filled[0]))
            elif at > end or at < begin:
                notes.append(at)
    return np.array(notes, dtype=np.int64), marks


def _cells(sheet: Sheet, at: int) -> list[str]:
    return [str(cells.text.iloc[cells.code[at]]) for cells in sheet.grid.columns]


def _written(sheet: Sheet, at: int) -> str:
    return " ".join(cell for cell in _cells(sheet, int(at)) if cell)


def _marks(at: int, cells: list[str]) -> list[tuple[int, str, str]]:
    """Read "Queue: Sales", in one cell or two."""
    filled = [cell for cell in cells if cell]
    found = []
    for place, cell in enumerate(filled):
        mark = _MARK.match(cell)
        if mark is None:
            continue
        our = name_of(mark[1])
        value = mark[2].strip() or (filled[place + 1] if place + 1 < len(filled) else "")
        our = "date" if our == "interval_start" else our
        if our in _FROM_SECTIONS and value:
            found.append((at, our, value))
    if not found and len(filled) == 2 and name_of(filled[0]) in {"queue", "channel"}:
        found.append((at, name_of(filled[0]), filled[1]))
    return found


def _has_total(sheet: Sheet, rows: npt.NDArray[np.int64]) -> Mask:
    total = np.zeros(len(sheet.grid.row), dtype=bool)
    for at in rows[:5000]:
        total[at] = any(says_total(cell) for cell in _cells(sheet, int(at)))
    return total


def _header_width(sheet: Sheet) -> int:
    """Return how many cells a row must have."""
    if sheet.header_at < 0:
        return int(np.bincount(sheet.grid.width).argmax())
    return max((at + 1 for at, name in enumerate(sheet.header) if name), default=0)


def _ragged(sheet: Sheet) -> Mask:
    """Mark rows of another width than the header: cells are missing, or there are too many."""
    grid = sheet.grid
    least = _header_width(sheet)
    if sheet.header_at < 0:
        optional = sheet.layout.optional
        return (grid.width > least) | (grid.width < least - optional)
    most = max(int(grid.width[sheet.header_at]), least)
    ragged = grid.width < least
    over = grid.width > most
    if over.any():
        beyond = np.zeros(len(grid.row), dtype=bool)
        for cells in grid.columns[most:]:
            beyond |= _filled(cells)
        ragged |= over & (beyond | (grid.width > len(grid.columns)))
    return ragged


def _fill_down(cells: dict[str, Cells], headers: dict[str, str], decisions: Decisions) -> None:
    """Carry names that stand only in the first row of their block down to the others."""
    for name in _FILLED_DOWN:
        if name not in cells:
            continue
        filled = _filled(cells[name])
        blank = 1 - filled.mean() if len(filled) else 0.0
        needs_time = name == "date" and not {"time", "interval_start"} & cells.keys()
        if needs_time or blank < _FILL_SHARE or not filled.any() or not filled[0]:
            continue
        place = np.maximum.accumulate(np.where(filled, np.arange(len(filled)), 0))
        cells[name] = cells[name].take(place)
        decisions.note(name, "filled_down", "first_of_block", evidence=headers.get(name, ""))


def _add_sections(
    sheet: Sheet,
    marks: list[tuple[int, str, str]],
    rows: npt.NDArray[np.intp],
    cells: dict[str, Cells],
    headers: dict[str, str],
    decisions: Decisions,
) -> None:
    """Give the rows what section rows or the title above them say."""
    has_date = {"date", "interval_start"} & cells.keys()
    for name in _FROM_SECTIONS:
        said = [(at, value) for at, our, value in marks if our == name]
        if not said or name in cells or (name == "date" and has_date and "time" in cells):
            continue
        if name == "date" and (has_date or "time" not in cells):
            continue
        at = np.array([place for place, _ in said])
        block = np.searchsorted(at, rows, side="right") - 1
        values = np.array([value for _, value in said], dtype=object)
        texts = np.where(block >= 0, values[np.maximum(block, 0)], "")
        cells[name] = cells_of(texts)
        headers[name] = ""
        why = "title" if at.max() < sheet.header_at else "section_rows"
        decisions.note(name, "sections", why, evidence=", ".join(map(str, values[:3])))
