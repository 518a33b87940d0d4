"""Tables that call themselves .xls: web pages and the XML of old spreadsheets, read as text.

Nothing in them is run, loaded or expanded: tags are only counted as rows and cells.
"""

from __future__ import annotations

import re
from html.parser import HTMLParser

from forecasting.reading.raw_table import Grid, UnreadableFile, grid_of_rows
from forecasting.reading.text_encoding import decode

_ROWS = ("tr", "row", "ss:row")
_CELLS = ("td", "th", "cell", "ss:cell")
_TABLES = ("table", "ss:table")
_SILENT = ("style", "script", "title")
_MOST_SPAN = 1_000
_IS_MARKUP = re.compile(
    rb"^\s*(?:<!--.*?-->\s*)*(?:<!doctype html|<html|<table|<\?xml|<head|<meta)",
    re.IGNORECASE | re.DOTALL,
)


def is_markup(data: bytes) -> bool:
    """Tell whether a text begins as a page or as XML does."""
    return bool(_IS_MARKUP.match(data[:4_000].replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe")))


def read_markup(data: bytes) -> list[Grid]:
    """Read the tables of a page, or the sheets of a spreadsheet in XML.

    Rows are numbered within their table, as a spreadsheet shows them.

    Raises
    ------
    UnreadableFile
        If there is no table in it.
    """
    text, encoding, faults = decode(data)
    tables = _Tables()
    tables.feed(text)
    tables.close()
    grids = [
        grid_of_rows(enumerate(rows, start=1), format="html", encoding=encoding, faults=faults)
        for rows in tables.tables
        if rows
    ]
    if not grids:
        raise UnreadableFile("file_unsupported", found=".xml" if b"<?xml" in data[:99] else ".html")
    return grids


class _Tables(HTMLParser):
    """Gathers the texts of cells by table and row."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tables: list[list[list[str]]] = []
        self._row: list[str] | None = None
        self._span = 1
        self._cell: list[str] | None = None
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _SILENT:
            self._silent += 1
        elif tag in _TABLES:
            self.tables.append([])
        elif tag in _ROWS:
            self._end_row()
            self._row = []
        elif tag in _CELLS:
            self._end_cell()
            self._begin_cell({name: value or "" for name, value in attrs})
        elif tag == "br" and self._cell is not None:
            self._cell.append(" ")

    def handle_endtag(self, tag: str) -> None:
        if tag in _SILENT:
            self._silent = max(self._silent - 1, 0)
        elif tag in _CELLS:
            self._end_cell()
        elif tag in _ROWS or tag in _TABLES:
            self._end_row()

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag in _CELLS:
            self._end_cell()

    def handle_data(self, data: str) -> None:
        if self._cell is not None and not self._silent:
            self._cell.append(data)

    def close(self) -> None:
        super().close()
        self._end_row()

    def _begin_cell(self, attrs: dict[str, str]) -> None:
        if self._row is None:
            self._row = []
        skipped = _whole(attrs.get("ss:index", "")) - 1 - len(self._row)
        self._row.extend([""] * max(skipped, 0))
        merged = attrs.get("ss:mergeacross", "")
        self._span = _whole(merged) + 1 if merged else max(_whole(attrs.get("colspan", "")), 1)
        self._cell = []

    def _end_cell(self) -> None:
        if self._cell is not None and self._row is not None:
            self._row.append(" ".join("".join(self._cell).split()))
            self._row.extend([""] * (self._span - 1))
        self._cell = None

    def _end_row(self) -> None:
        self._end_cell()
        if self._row is not None:
            if not self.tables:
                self.tables.append([])
            self.tables[-1].append(self._row)
        self._row = None


def _whole(text: str) -> int:
    return min(int(text), _MOST_SPAN) if re.fullmatch("[0-9]{1,9}", text) else 0
