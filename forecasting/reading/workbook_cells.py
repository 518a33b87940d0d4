"""Print the cells of a workbook: a program of its own, fed on standard input.

A kilobyte of hostile XLSX makes the reader ask for terabytes and abort its process, so the workbook
is opened in a process that may die, with limits on memory and time. It imports nothing of ours.

It prints one line of JSON, {"sheets": [{"name", "hidden", "merged", "rows", "columns": [[distinct
values], ...]}]} or {"refused": code, "found": text}, and then for each column of each sheet the
32-bit numbers of its cells' values: columns of few distinct values are what a history has.
"""

import datetime as dt
import io
import json
import re
import sys
import zipfile
from array import array
from collections.abc import Iterable
from typing import Any

MEMORY = 3_000_000_000  # [bytes]
CPU_S = 60
LARGEST_TABLE = 50_000_000  # cells
_SMALL_SHEET = 1_000_000  # [bytes]
_CELL_ERROR = re.compile(
    rb'<(?:\w+:)?c\b(?=[^>]*\bt="e")(?=[^>]*\br="([A-Z]+)([0-9]+)")[^>]*>.*?<(?:\w+:)?v>(.*?)</',
    re.DOTALL,
)
_SHEET = re.compile(rb'<(?:\w+:)?sheet\b[^>]*\b\w+:id="([^"]+)"')
_FILLED_CELL = re.compile(rb'<(?:\w+:)?c\b[^>]*?\br="([A-Z]{1,4})([0-9]{1,9})"[^>]*(?<!/)>')


def main() -> None:
    """Read a workbook's bytes, print its cells or why they are not read."""
    _limit()
    import python_calamine as calamine

    data = sys.stdin.buffer.read()
    try:
        page, codes = _read(data, calamine)
    except calamine.PasswordError:
        page, codes = {"refused": "file_encrypted", "found": ""}, []
    except _TooLargeError as large:
        page, codes = {"refused": "file_too_large", "found": str(large)}, []
    except (calamine.CalamineError, zipfile.BadZipFile, KeyError, ValueError, OSError):
        page, codes = {"refused": "file_damaged", "found": ""}, []
    sys.stdout.buffer.write(json.dumps(page).encode() + b"\n")
    for code in codes:
        sys.stdout.buffer.write(code.tobytes())


class _TooLargeError(Exception):
    """A cell so far out that the sheet is too large, or the count of cells."""


def _limit() -> None:
    try:
        import resource  # not on Windows, where the parent's timeout must do
    except ImportError:
        return
    for limit, most in (
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_CPU, CPU_S),
        (resource.RLIMIT_CORE, 0),
    ):
        _, hard = resource.getrlimit(limit)
        allowed = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(limit, (allowed, allowed))


def _read(data: bytes, calamine: Any) -> tuple[dict[str, Any], list[Any]]:
    """Return what is printed about the sheets, and the numbers of their values by column."""
    parts = _sheet_parts(data)
    for xml in parts:
        _refuse_far_cells(xml)
    workbook = calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
    sheets, codes, cells = [], [], 0
    for index, about in enumerate(workbook.sheets_metadata):
        if about.typ != calamine.SheetTypeEnum.WorkSheet:
            continue
        sheet = workbook.get_sheet_by_index(index)
        cells += sheet.total_height * sheet.total_width
        if cells > LARGEST_TABLE:
            raise _TooLargeError(cells)
        rows = sheet.to_python(skip_empty_area=False)
        for (row, column), text in (_errors(parts[index]) if index < len(parts) else {}).items():
            if row < len(rows) and column < len(rows[row]):
                rows[row][column] = text
        merged = _fill_down(rows, sheet.merged_cell_ranges or [])
        columns = []
        for cells_of_column in zip(*rows, strict=True):
            code, values = _distinct(cells_of_column)
            codes.append(code)
            columns.append(values)
        hidden = about.visible != calamine.SheetVisibleEnum.Visible
        sheets.append(
            {
                "name": about.name,
                "hidden": hidden,
                "merged": merged,
                "rows": len(rows),
                "columns": columns,
            }
        )
    return {"sheets": sheets}, codes


def _sheet_parts(data: bytes) -> list[bytes]:
    """Return the XML of each sheet of an XLSX file, nothing for other formats."""
    if not data.startswith(b"PK"):
        return []
    with zipfile.ZipFile(io.BytesIO(data)) as parts:
        if "xl/workbook.xml" not in parts.namelist():
            return []
        links = parts.read("xl/_rels/workbook.xml.rels")
        found = []
        for link in _SHEET.findall(parts.read("xl/workbook.xml")):
            target = re.search(rb'<[^>]*\bId="' + re.escape(link) + rb'"[^>]*>', links)
            path = re.search(rb'\bTarget="/?(?:xl/)?([^"]+)"', target[0]) if target else None
            name = f"xl/{path[1].decode()}" if path else ""
            found.append(parts.read(name) if name in parts.namelist() else b"")
    return found


def _refuse_far_cells(xml: bytes) -> None:
    """Refuse a small sheet whose last cell makes it too large: the reader would make it whole.

    With a large one the limit on memory must do, which says less.
    """
    if len(xml) > _SMALL_SHEET:
        return
    row, column, place = 0, 0, ""
    for letters, number in _FILLED_CELL.findall(xml):
        if int(number) > row or _index(letters) > column:
            place = (letters + number).decode()
        row, column = max(row, int(number)), max(column, _index(letters))
    if row * (column + 1) > LARGEST_TABLE:
        raise _TooLargeError(place)


def _fill_down(rows: list[list[Any]], ranges: list[Any]) -> int:
    """Give the cells below the first of a merged block its value; return how many blocks."""
    filled = 0
    for (top, left), (bottom, _) in ranges:
        if top < bottom and top < len(rows) and left < len(rows[top]) and rows[top][left] != "":
            for row in rows[top + 1 : bottom + 1]:
                row[left] = rows[top][left]
            filled += 1
    return filled


def _distinct(column: Iterable[Any]) -> tuple[Any, list[str | float]]:
    """Return the numbers of a column's values by row, and the values in plain form."""
    column = list(column)
    if bool in set(map(type, column)):  # to Python True is 1
        column = [str(cell).upper() if isinstance(cell, bool) else cell for cell in column]
    seen: dict[Any, int] = {}
    code = array("i", [seen.setdefault(cell, len(seen)) for cell in column])
    return code, [_plain(cell) for cell in seen]


def _plain(cell: object) -> str | float:
    """Return a number as it is, anything else as text; times lose Excel's fractions of a second."""
    if isinstance(cell, int | float):
        return cell
    if isinstance(cell, dt.datetime):
        return _to_second(cell).isoformat(sep=" ")
    if isinstance(cell, dt.time):
        return _to_second(dt.datetime.combine(dt.date(2000, 1, 1), cell)).strftime("%H:%M:%S")
    if isinstance(cell, dt.timedelta):
        seconds = round(cell.total_seconds())
        return f"{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}"
    return str(cell)


def _to_second(time: dt.datetime) -> dt.datetime:
    return (time + dt.timedelta(microseconds=500_000)).replace(microsecond=0)


def _errors(xml: bytes) -> dict[tuple[int, int], str]:
    """Return the error cells (#DIV/0!) of a sheet, which the reader gives as blank."""
    return {
        (int(row) - 1, _index(column)): text.decode()
        for column, row, text in (_CELL_ERROR.findall(xml) if b't="e"' in xml else ())
    }


def _index(letters: bytes) -> int:
    """Return the zero-based index of a spreadsheet column: A 0, Z 25, AA 26."""
    number = 0
    for letter in letters:
        number = number * 26 + letter - ord("A") + 1
    return number - 1


if __name__ == "__main__":
    main()
