"""Text tables: CSV and its kin with their encodings, separators, title rows and broken lines."""

from __future__ import annotations

import csv
from collections import Counter
from itertools import islice
from typing import TYPE_CHECKING, Any

from forecasting.reading.fast_delimited import read_fast
from forecasting.reading.raw_table import Grid, GridFault, grid_of_rows
from forecasting.reading.text_encoding import decode

if TYPE_CHECKING:
    from collections.abc import Iterator

SEPARATORS = ("\t", ";", "|", ",")  # the first of two that part a text equally well
_SAMPLE = 200  # records by which the separator is found
_EQUALLY_WELL = 0.05
_RECORD_LINES = 20  # a quoted cell may run over lines, a forgotten quote over the whole file


def read_text_grid(data: bytes, *, sheet: str = "") -> Grid:
    """Read a text table as its cells, finding its encoding and separator.

    Parameters
    ----------
    data : bytes
        The text.
    sheet : str
        Name of the text, if it is one of several.

    Raises
    ------
    UnreadableFile
        If the bytes are no text, or hold more cells than any history.
    """
    text, encoding, faults = decode(data)
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    head = _head(text)
    if _is_quoted_by_line(head):
        text = "\n".join(_unquoted(line) for line in text.split("\n"))
        head = _head(text)
        faults = (*faults, GridFault(code="lines_unquoted", row=1, found='"', done="converted"))
    declared = _declared_separator(head[0])
    first = 0 if declared is None else 1
    separator = declared or likely_separator(head[first:])
    fast = read_fast(text.encode(), separator, first, lambda record: _one_record(record, separator))
    if fast is None:
        return read_carefully(
            *(text, separator, first),
            encoding=encoding,
            sheet=sheet,
            faults=faults,
        )
    columns, row, width = fast
    return Grid(
        columns=columns,
        row=row,
        width=width,
        format="csv",
        encoding=encoding,
        separator=separator,
        sheet=sheet,
        faults=faults,
    )


def read_carefully(text: str, separator: str, first: int, **origin: Any) -> Grid:
    """Read a text whose lines end with a line feed, whatever is wrong with its quotes."""
    records = _records(text.split("\n"), first, separator)
    return grid_of_rows(records, format="csv", separator=separator, **origin)


def _head(text: str) -> list[str]:
    return text[: _SAMPLE * 1_000].split("\n")[: 2 * _SAMPLE]


def _is_quoted_by_line(lines: list[str]) -> bool:
    """Tell whether each line was taken for one cell and quoted as a whole."""
    written = [line for line in lines if line.strip()]
    if not all(line[0] == line[-1] == '"' and len(line) > 1 for line in written):
        return False
    if any(_regularity(lines, separator)[0] for separator in SEPARATORS):
        return False
    bare = list(map(_unquoted, lines))
    return any(_regularity(bare, separator)[0] for separator in SEPARATORS)


def _unquoted(line: str) -> str:
    is_quoted = len(line) > 1 and line[0] == line[-1] == '"'
    return line[1:-1].replace('""', '"') if is_quoted else line


def _declared_separator(line: str) -> str | None:
    """Return the separator of Excel's own first line `sep=;`."""
    mark = line.strip().strip('"').lower()
    return mark[4:] if mark.startswith("sep=") and mark[4:] in {*SEPARATORS, ""} else None


def likely_separator(lines: list[str]) -> str:
    """Return the separator that parts most lines into equally many cells.

    Among those that do so equally well it is the one that does so from the first line on, for a
    mark in the names or numbers below is not in the header; then the one that is least often part
    of a cell: decimal commas and lists with semicolons occur in cells, tabs do not.
    """
    found = {separator: _regularity(lines, separator) for separator in SEPARATORS}
    best = max(share for share, _ in found.values())
    if not best:
        return ","
    alike = [s for s in SEPARATORS if found[s][0] >= best - _EQUALLY_WELL]
    return min(alike, key=lambda separator: found[separator][1])


def _regularity(lines: list[str], separator: str) -> tuple[float, int]:
    """Return the share of records of the usual width and the first of them; 0 if that is one."""
    records = list(islice(_records(lines, 0, separator), _SAMPLE))
    widths = [len(cells) for _, cells in records if any(cell.strip() for cell in cells)]
    several = Counter(width for width in widths if width > 1)
    if not several:
        return 0.0, 0
    usual, count = several.most_common(1)[0]
    return count / len(widths), widths.index(usual)


def _records(lines: list[str], first: int, separator: str) -> Iterator[tuple[int, list[str]]]:
    """Yield the cells of each record with its line number, splitting plain lines the fast way."""
    at = first
    while at < len(lines):
        line = lines[at]
        cells, used = line.split(separator), 1
        if '"' in line:
            cells, used = _quoted(lines, at, separator)
        yield at + 1, cells
        at += used


def _quoted(lines: list[str], at: int, separator: str) -> tuple[list[str], int]:
    """Read one record with quotes, over several lines if need be.

    A quote that is never closed would swallow the rows below it: such a line is given as one cell,
    which no header matches, and the next line is read for itself.
    """
    following = (f"{line}\n" for line in lines[at : at + _RECORD_LINES])
    reader = csv.reader(following, delimiter=separator, strict=True)
    try:
        cells = next(reader)
    except (csv.Error, StopIteration):
        return [lines[at]], 1
    return cells, reader.line_num


def _one_record(record: str, separator: str) -> list[str] | None:
    """Return the cells of one whole record, None if its quotes do not fit."""
    rows = list(_records(record.split("\n"), 0, separator))
    return rows[0][1] if len(rows) == 1 else None
