"""Well-formed text tables, read at the speed of the machine.

The records are found by looking at all separators, line ends and quotes at once; those of the usual
width are then parsed by Arrow. A file that is odd in any way is left to the careful reader, which
gives the same grid.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from forecasting.reading.raw_table import MOST_COLUMNS, Cells, cells_of_distinct, refuse_cells

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy.typing as npt

    Positions = npt.NDArray[np.int64]
    Columns = tuple[Cells, ...]

_ODD_SHARE = 0.01  # of records of another width; more are for the careful reader
_ODD_MOST = 2_000
_NEWLINE, _QUOTE = 10, 34


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Records:
    """Where the records of a text stand."""

    start: Positions  # offset of each record
    end: Positions  # offset of its line end
    line: Positions  # line number, the first is 1
    width: Positions  # cells
    quoted: bool
    over_lines: bool  # some quoted cell holds a line end


def read_fast(
    data: bytes, separator: str, first: int, parse: Callable[[str], list[str] | None]
) -> tuple[Columns, Positions, Positions] | None:
    r"""Read a text table, or return None where only careful reading will do.

    Parameters
    ----------
    data : bytes
        UTF-8, lines ended by \n.
    separator : str
        One ASCII character.
    first : int
        Lines passed over before the table.
    parse : callable
        The careful reader of one record, for those of another width than most.

    Returns
    -------
    tuple of columns, line numbers and widths
        As of a `Grid`.

    Raises
    ------
    UnreadableFile
        If there are more cells than any history has.
    """
    if not data:
        return None
    records = _find_records(np.frombuffer(data, dtype=np.uint8), ord(separator))
    if records is None:
        return None
    usual = int(np.bincount(np.minimum(records.width, MOST_COLUMNS)).argmax())
    refuse_cells(usual * int((records.width == usual).sum()))
    regular = (records.width == usual) & (records.line > first)
    odd = np.flatnonzero(~regular & (records.end > records.start) & (records.line > first))
    if (
        usual < 2
        or len(odd) > max(_ODD_SHARE * len(records.start), 50)
        or len(odd) > _ODD_MOST
        or records.width[odd].max(initial=0) > 4 * usual
    ):
        return None
    parsed = _parse_with_arrow(data, separator, usual, records, int((~regular).sum()))
    if parsed is None or len(parsed[0].code) != int(regular.sum()):
        return None
    rows = []
    for at in odd:
        cells = parse(data[records.start[at] : records.end[at]].decode())
        if cells is None or len(cells) != records.width[at]:
            return None
        rows.append(cells)
    return _together(parsed, records, np.flatnonzero(regular), odd, rows)


def _find_records(raw: npt.NDArray[np.uint8], separator: int) -> _Records | None:
    """Find all records, or return None if a quote stands where none should."""
    is_newline = raw == _NEWLINE
    mark = raw == separator
    mark |= is_newline
    is_quote = raw == _QUOTE
    quoted = bool(is_quote.any())
    line_ends = np.flatnonzero(is_newline) if quoted else np.zeros(0, dtype=np.int64)
    if quoted:
        if not _well_quoted(raw, np.flatnonzero(is_quote), separator):
            return None
        mark &= np.bitwise_xor.accumulate(is_quote.view(np.uint8)) == 0  # outside of quotes
    marks = np.flatnonzero(mark)
    last = np.flatnonzero(is_newline[marks])
    end = marks[last]
    if raw[-1] != _NEWLINE:
        last, end = np.append(last, len(marks)), np.append(end, len(raw))
    start = np.concatenate([[0], end[:-1] + 1])
    line = np.arange(1, len(start) + 1)
    over_lines = quoted and len(line_ends) > int(np.count_nonzero(end < len(raw)))
    if over_lines:
        line = np.searchsorted(line_ends, start) + 1
    return _Records(
        start=start,
        end=end,
        line=line,
        width=np.diff(last, prepend=-1),
        quoted=quoted,
        over_lines=over_lines,
    )


def _well_quoted(raw: npt.NDArray[np.uint8], quotes: Positions, separator: int) -> bool:
    """Tell whether quotes open and close at the edges of cells, or are doubled, and nowhere else.

    A cell over more lines than any header has is a quote that was not closed.
    """
    if len(quotes) % 2:
        return False
    opening, closing = quotes[0::2], quotes[1::2]
    edges = np.array([separator, _NEWLINE, _QUOTE], dtype=np.uint8)
    before = raw[opening[opening > 0] - 1]
    after = raw[closing[closing < len(raw) - 1] + 1]
    return bool(np.isin(before, edges).all() and np.isin(after, edges).all())


def _parse_with_arrow(
    data: bytes, separator: str, usual: int, records: _Records, others: int
) -> Columns | None:
    """Parse the records of the usual width into columns of distinct values."""
    import pyarrow as pa
    from pyarrow import csv

    names = [str(i) for i in range(usual)]
    skipped = int(records.start[np.flatnonzero(records.width == usual)[0]])
    if others > 1_000_000:
        return None
    try:
        table = csv.read_csv(
            pa.BufferReader(memoryview(data)[skipped:]),
            read_options=csv.ReadOptions(column_names=names),
            parse_options=csv.ParseOptions(
                delimiter=separator,
                quote_char='"' if records.quoted else False,
                newlines_in_values=records.over_lines,
                invalid_row_handler=lambda _: "skip",
            ),
            convert_options=csv.ConvertOptions(
                column_types=dict.fromkeys(names, pa.dictionary(pa.int32(), pa.string())),
                strings_can_be_null=False,
            ),
        )
    except (pa.ArrowException, ValueError):
        return None
    return tuple(_cells(column) for column in table.columns)


def _cells(column: Any) -> Cells:
    column = column.unify_dictionaries()
    codes = [chunk.indices.to_numpy() for chunk in column.chunks]
    values = column.chunk(0).dictionary.to_pylist() if column.num_chunks else []
    return cells_of_distinct(np.concatenate([np.zeros(0, dtype=np.int32), *codes]), values)


def _together(
    columns: Columns, records: _Records, regular: Positions, odd: Positions, rows: list[list[str]]
) -> tuple[Columns, Positions, Positions]:
    """Put the records of other widths among the regular ones, and leave out the blank rows."""
    order = np.argsort(np.concatenate([regular, odd]), kind="stable")
    at = np.concatenate([regular, odd])[order]
    widest = max([len(columns), *map(len, rows)])
    whole = tuple(
        _with_rows(columns[i] if i < len(columns) else None, len(regular), rows, i, order)
        for i in range(widest)
    )
    filled = np.zeros(len(at), dtype=bool)
    for cells in whole:
        filled |= (cells.text != "").to_numpy()[cells.code]
    width = records.width[at][filled]
    if not filled.all():
        whole = tuple(cells.take(filled) for cells in whole[: width.max(initial=0)])
    return whole, records.line[at][filled], width


def _with_rows(
    cells: Cells | None, count: int, rows: list[list[str]], column: int, order: Positions
) -> Cells:
    """Return a column with the cells of other rows put in their places."""
    if cells is not None and not rows:
        return cells
    texts = [""] if cells is None else cells.text.tolist()
    code = np.zeros(count, dtype=np.intp) if cells is None else cells.code
    number = {text: i for i, text in enumerate(texts)}
    more = []
    for row in rows:
        text = row[column].strip() if column < len(row) else ""
        if text not in number:
            number[text] = len(texts)
            texts.append(text)
        more.append(number[text])
    return cells_of_distinct(np.concatenate([code, np.array(more, dtype=np.intp)])[order], texts)
