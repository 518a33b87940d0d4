"""Files as raw tables: formats, separators, line numbers, and files that are refused."""

from __future__ import annotations

import gzip
import io
import zipfile

import openpyxl
import pandas as pd
import pytest

from forecasting.reading.columns import count_known
from forecasting.reading.file_formats import read_bytes, read_raw_table
from forecasting.reading.raw_table import RawTable, UnreadableFile


def table_of(data: bytes | str, name: str = "") -> RawTable:
    return read_raw_table(data.encode() if isinstance(data, str) else data, name, count_known)


def workbook_bytes(rows: list[list[object]]) -> bytes:
    workbook = openpyxl.Workbook()
    for row in rows:
        workbook.active.append(row)
    buffer = io.BytesIO()
    workbook.save(buffer)
    return buffer.getvalue()


def test_rows_keep_the_line_they_stand_on() -> None:
    table = table_of("Report\n\ntimestamp;calls\na;1\n\n;\nb;2\n")
    assert table.header_row == 3
    assert list(table.row) == [4, 7]
    assert list(table.columns[1]) == ["1", "2"]


def test_a_quoted_cell_may_hold_separators_quotes_and_lines() -> None:
    table = table_of('timestamp,"calls\nreceived",queue\na,1,"x, ""y"""\nb,2,z\n')
    assert table.header == ("timestamp", "calls\nreceived", "queue")
    assert list(table.row) == [3, 4]
    assert list(table.columns[2]) == ['x, "y"', "z"]


def test_a_quote_that_is_never_closed_costs_its_own_line_only() -> None:
    rows = "\n".join(f"t{i},{i}" for i in range(50))
    table = table_of(f'timestamp,calls\n"a,1\n{rows}\n')
    assert table.ragged == ((2, 1),)
    assert len(table.row) == 50


def test_rows_of_another_width_are_set_apart_with_their_line() -> None:
    table = table_of("timestamp,calls,queue\na,1,x\nb,2\nc,3,x,y\nd,4,x,,\n")
    assert table.ragged == ((3, 2), (4, 4))
    assert list(table.row) == [2, 5]


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_line_endings_of_every_system_are_read(ending: str) -> None:
    table = table_of(ending.join(["timestamp,calls", "a,1", "b,2", ""]))
    assert list(table.row) == [2, 3]


def test_a_workbook_gives_numbers_as_numbers_dates_as_text_and_errors_as_written() -> None:
    data = workbook_bytes(
        [
            ["Title"],
            [],
            ["timestamp", "queue", "calls", "aht"],
            [pd.Timestamp("2026-03-02 08:00:00.000028").to_pydatetime(), "00123", 5, "#DIV/0!"],
            [46083.34375, "NA", 1.5, True],
        ]
    )
    table = table_of(data, "x.xlsx")
    assert list(table.row) == [4, 5]
    assert [list(column) for column in table.columns] == [
        ["2026-03-02 08:00:00", 46083.34375],
        ["00123", "NA"],
        [5, 1.5],
        ["#DIV/0!", "TRUE"],
    ]


def test_dates_of_a_workbook_counted_from_1904_are_right() -> None:
    workbook = openpyxl.Workbook()
    workbook.epoch = openpyxl.utils.datetime.CALENDAR_MAC_1904
    workbook.active.append(["timestamp", "calls"])
    workbook.active.append([pd.Timestamp("2026-03-02 08:00").to_pydatetime(), 5])
    buffer = io.BytesIO()
    workbook.save(buffer)
    assert table_of(buffer.getvalue()).columns[0][0] == "2026-03-02 08:00:00"


def test_a_kilobyte_that_asks_for_terabytes_is_refused() -> None:
    workbook = openpyxl.Workbook()
    workbook.active["A1"], workbook.active["XFD1048576"] = 1, 1
    buffer = io.BytesIO()
    workbook.save(buffer)
    assert refusal(buffer.getvalue(), "bomb.xlsx") == "file_damaged"


def zipped(**parts: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name.replace("__", "/").replace("_", "."), content)
    return buffer.getvalue()


def refusal(data: bytes, name: str) -> str:
    with pytest.raises(UnreadableFile) as refused:
        table_of(read_bytes(data), name)
    return refused.value.code


CSV = b"timestamp,calls\n2026-03-02 08:00,5\n"


@pytest.mark.parametrize(
    ("data", "name", "code"),
    [
        (b"", "empty.csv", "file_empty"),
        (b" \n\n", "blank.csv", "file_empty"),
        (gzip.compress(b""), "empty.csv.gz", "file_empty"),
        (CSV, "really_csv.xlsx", "file_renamed"),
        (CSV, "really_csv.csv.gz", "file_renamed"),
        (workbook_bytes([["timestamp", "calls"]]), "really_excel.csv", "file_renamed"),
        (b"\xd0\xcf\x11\xe0 old workbook", "old.xls", "file_unsupported"),
        (b"\xd0\xcf\x11\xe0 old workbook", "old.xlsx", "file_unsupported"),
        (
            b"\xd0\xcf\x11\xe0" + "EncryptedPackage".encode("utf-16-le"),
            "locked.xlsx",
            "file_encrypted",
        ),
        (zipped(xl__workbook_xml=b"", xl__vbaProject_bin=b""), "macro.xlsx", "file_unsupported"),
        (workbook_bytes([["timestamp", "calls"]]), "macro.xlsm", "file_unsupported"),
        (zipped(readme_txt=b"hello"), "a.zip", "file_unsupported"),
        (zipped(xl__workbook_xml=b"0" * 50_000_000), "bomb.xlsx", "file_too_large"),
        (zipped(xl__workbook_xml=b"no xml"), "broken.xlsx", "file_damaged"),
        (workbook_bytes([["timestamp", "calls"]])[:2000], "cut.xlsx", "file_damaged"),
        (gzip.compress(CSV * 100)[:50], "cut.csv.gz", "file_damaged"),
        (b"PAR1 and no more", "cut.parquet", "file_damaged"),
        (bytes(range(32)) * 20, "picture.csv", "file_unsupported"),
        (b"%PDF-1.7 a report", "report.pdf", "header_not_found"),
        (workbook_bytes([["hello", "world"]]), "other.xlsx", "header_not_found"),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_reason(data: bytes, name: str, code: str) -> None:
    assert refusal(data, name) == code


def test_a_number_keeps_its_spelling_as_text_and_its_value_as_number() -> None:
    buffer = io.BytesIO()
    pd.DataFrame({"timestamp": ["a", "b", None], "calls": [5, 1.5, None]}).to_parquet(buffer)
    table = table_of(buffer.getvalue(), "x.parquet")
    assert list(table.cells(0).by_row()) == ["a", "b", ""]
    assert list(table.cells(1).by_row()) == ["5", "1.5", ""]
