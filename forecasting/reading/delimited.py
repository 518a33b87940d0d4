"""Text tables: CSV and its kin with their encodings, separators, title rows and broken lines."""

from __future__ import annotations

import csv
from itertools import islice
from typing import TYPE_CHECKING

from forecasting.reading.raw_table import HEADER_WITHIN, UnreadableFile, find_header, table_of_rows

if TYPE_CHECKING:
    from collections.abc import Iterator

    from forecasting.reading.raw_table import CountKnown, RawTable

SEPARATORS = (";", "\t", "|", ",")
_RECORD_LINES = 20  # a quoted cell may run over lines, a forgotten quote over the whole file
_BOMS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))


def read_delimited(data: bytes, count_known: CountKnown) -> RawTable:
    """Read a text table, finding its encoding, separator and header.

    Raises
    ------
    UnreadableFile
        If the bytes are no text, or no line names a known column.
    """
    text, encoding = decode(data)
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    declared = _declared_separator(lines[0])
    separator, header_at = _find_layout(lines, declared, count_known)
    records = _records(lines, header_at, separator)
    header_row, header = next(records)
    return table_of_rows(
        header, header_row, records, format="csv", encoding=encoding, separator=separator
    )


def decode(data: bytes) -> tuple[str, str]:
    """Return the text of the bytes and the encoding it was written in.

    A byte order mark decides; without one, zeros in every other byte tell UTF-16, then UTF-8 is
    tried, and what is no UTF-8 is Windows' Western European code page.
    """
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return _text(data[len(mark) :], encoding), encoding
    start = data[:1000]
    pairs = len(start) // 2
    for zeros, encoding in ((start[1::2], "utf-16-le"), (start[0::2], "utf-16-be")):
        if pairs and zeros.count(0) > 0.7 * pairs:
            return _text(data, encoding), encoding
    for encoding in ("utf-8", "cp1252"):
        try:
            return data.decode(encoding), encoding
        except UnicodeDecodeError:
            continue
    return data.decode("latin-1"), "latin-1"


def _text(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise UnreadableFile("file_damaged", found=encoding, expected="utf-8") from error


def _declared_separator(line: str) -> str | None:
    """Return the separator of Excel's own first line `sep=;`."""
    mark = line.strip().strip('"').lower()
    return mark[4:] if mark.startswith("sep=") and mark[4:] in {*SEPARATORS, ""} else None


def _find_layout(
    lines: list[str], declared: str | None, count_known: CountKnown
) -> tuple[str, int]:
    first = 0 if declared is None else 1
    best = (0, "", 0)
    for separator in [declared] if declared else SEPARATORS:
        records = list(islice(_records(lines, first, separator), HEADER_WITHIN))
        at, known = find_header([cells for _, cells in records], count_known)
        if known > best[0]:
            best = (known, separator, records[at][0] - 1)
    if not best[0]:
        written = next((line.strip() for line in lines[first:] if line.strip()), "")
        raise UnreadableFile(
            "header_not_found", found=written, expected="interval_start, queue, contacts"
        )
    return best[1], best[2]


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
