"""Print the cells of an XLSX workbook as JSON: a program of its own, fed on standard input.

A kilobyte of hostile XLSX makes the reader ask for terabytes and abort its process, so the workbook
is opened in a process that may die, with limits on memory and time. It imports nothing of ours.
"""

import datetime as dt
import io
import json
import re
import sys
import zipfile

MEMORY = 3_000_000_000  # [bytes]
CPU_S = 60
_CELL_ERROR = re.compile(
    rb'<(?:\w+:)?c\b(?=[^>]*\bt="e")(?=[^>]*\br="([A-Z]+)([0-9]+)")[^>]*>.*?<(?:\w+:)?v>(.*?)</',
    re.DOTALL,
)
_SHEET = re.compile(rb'<(?:\w+:)?sheet\b[^>]*\b\w+:id="([^"]+)"')


def main() -> None:
    """Read a workbook's bytes, print a list of {"name", "rows"}."""
    _limit()
    from python_calamine import CalamineWorkbook

    data = sys.stdin.buffer.read()
    workbook = CalamineWorkbook.from_filelike(io.BytesIO(data))
    errors = _errors(data)
    sheets = []
    for index, name in enumerate(workbook.sheet_names):
        rows = workbook.get_sheet_by_index(index).to_python(skip_empty_area=False)
        cells = [[_plain(cell) for cell in row] for row in rows]
        for (row, column), text in (errors[index] if index < len(errors) else {}).items():
            if row < len(cells) and column < len(cells[row]):
                cells[row][column] = text
        sheets.append({"name": name, "rows": cells})
    json.dump(sheets, sys.stdout)


def _limit() -> None:
    try:
        import resource  # not on Windows, where the parent's timeout must do
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_S, CPU_S))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _plain(cell: object) -> str | float:
    """Return a number as it is, anything else as text; times lose Excel's fractions of a second."""
    if isinstance(cell, bool):
        return str(cell).upper()
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


def _errors(data: bytes) -> list[dict[tuple[int, int], str]]:
    """Return the error cells (#DIV/0!) of each sheet, which the reader gives as blank."""
    with zipfile.ZipFile(io.BytesIO(data)) as parts:
        links = parts.read("xl/_rels/workbook.xml.rels")
        found = []
        for link in _SHEET.findall(parts.read("xl/workbook.xml")):
            target = re.search(rb'<[^>]*\bId="' + re.escape(link) + rb'"[^>]*>', links)
            path = re.search(rb'\bTarget="/?(?:xl/)?([^"]+)"', target[0]) if target else None
            xml = parts.read(f"xl/{path[1].decode()}") if path else b""
            found.append(
                {
                    (int(row) - 1, _index(column)): text.decode()
                    for column, row, text in (_CELL_ERROR.findall(xml) if b't="e"' in xml else ())
                }
            )
        return found


def _index(letters: bytes) -> int:
    """Return the zero-based index of a spreadsheet column: A 0, Z 25, AA 26."""
    number = 0
    for letter in letters:
        number = number * 26 + letter - ord("A") + 1
    return number - 1


if __name__ == "__main__":
    main()
