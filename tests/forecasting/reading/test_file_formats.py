"""Files as grids of cells: workbooks, pages, archives, Parquet, and files that are refused."""

from __future__ import annotations

import gzip
import io
import zipfile
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from forecasting.reading.file_formats import read_bytes, read_grids
from forecasting.reading.raw_table import Grid, UnreadableFile

SAMPLES = Path(__file__).with_name("samples")
CSV = b"timestamp,calls\n2026-03-02 08:00,5\n"


def grid_of(data: bytes, name: str = "") -> Grid:
    [grid] = read_grids(data, name)
    return grid


def workbook_bytes(*sheets: list[list[object]]) -> bytes:
    workbook = openpyxl.Workbook()
    workbook.remove(workbook.active)
    for rows in sheets:
        sheet = workbook.create_sheet()
        for row in rows:
            sheet.append(row)
    buffer = io.BytesIO()
    workbook.save(buffer)
    return buffer.getvalue()


def saved(workbook: openpyxl.Workbook) -> bytes:
    buffer = io.BytesIO()
    workbook.save(buffer)
    return buffer.getvalue()


def zipped(**parts: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name.replace("__", "/").replace("_", "."), content)
    return buffer.getvalue()


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
    grid = grid_of(data, "x.xlsx")
    assert grid.row.tolist() == [1, 3, 4, 5]
    assert grid.texts(slice(2, None)) == [
        ["2026-03-02 08:00:00", "00123", "5", "#DIV/0!"],
        ["46083.34375", "NA", "1.5", "TRUE"],
    ]
    numbers = [cells.number[cells.code[3]] for cells in grid.columns]
    assert numbers[0] == 46083.34375
    assert numbers[2] == 1.5
    assert pd.isna(numbers[1])


def test_one_and_true_are_two_values_of_a_column() -> None:
    grid = grid_of(workbook_bytes([["flag"], [True], [1], [False], [0]]))
    assert [row[0] for row in grid.texts(slice(1, None))] == ["TRUE", "1", "FALSE", "0"]


def test_times_of_a_workbook_lose_the_fractions_that_excel_adds() -> None:
    time = pd.Timestamp("2026-03-02 00:15:00.000028").to_pydatetime()
    grid = grid_of(workbook_bytes([["start", "time", "aht"], [time, time.time(), 5]]))
    assert grid.texts(slice(1, None)) == [["2026-03-02 00:15:00", "00:15:00", "5"]]


def test_dates_of_a_workbook_counted_from_1904_are_right() -> None:
    workbook = openpyxl.Workbook()
    workbook.epoch = openpyxl.utils.datetime.CALENDAR_MAC_1904
    workbook.active.append([pd.Timestamp("2026-03-02 08:00").to_pydatetime(), 5])
    assert grid_of(saved(workbook)).texts(slice(None)) == [["2026-03-02 08:00:00", "5"]]


def test_a_workbook_gives_all_its_sheets_and_says_which_are_hidden() -> None:
    workbook = openpyxl.Workbook()
    workbook.active.title = "Datos"
    workbook.active.append(["a", 1])
    workbook.create_sheet("Vacía")
    workbook.create_sheet("Oculta").append(["b"])
    workbook["Oculta"].sheet_state = "veryHidden"
    grids = read_grids(saved(workbook), "x.xlsx")
    assert [(grid.sheet, grid.hidden) for grid in grids] == [("Datos", False), ("Oculta", True)]


def test_cells_merged_downwards_all_have_the_value_shown_and_it_is_said() -> None:
    workbook = openpyxl.Workbook()
    for row in (["Title", None], ["queue", "calls"], ["Ventas", 1], [None, 2], [None, 3]):
        workbook.active.append(row)
    workbook.active.merge_cells("A1:B1")
    workbook.active.merge_cells("A3:A5")
    grid = grid_of(saved(workbook))
    assert grid.texts(slice(None)) == [
        ["Title", ""],
        ["queue", "calls"],
        ["Ventas", "1"],
        ["Ventas", "2"],
        ["Ventas", "3"],
    ]
    assert [(fault.code, fault.found) for fault in grid.faults] == [("merged_cells_filled", "1")]


@pytest.mark.parametrize("name", ["report.xls", "report.ods"])
def test_old_and_open_workbooks_are_read_like_new_ones(name: str) -> None:
    first, hidden = read_grids((SAMPLES / name).read_bytes(), name)
    assert (first.format, first.sheet, hidden.hidden) == (name[-3:], "Datos", True)
    assert first.row.tolist() == [1, 3, 4, 5, 6, 7]
    assert [row[3] for row in first.texts(slice(1, None))] == ["Recibidas", "10", "11", "12", "13"]
    assert [row[1] for row in first.texts(slice(2, 4))] == ["08:00:00", "08:15:00"]
    assert first.texts(slice(2, 3))[0][0].startswith("2026-03-02")


PAGE = """<html><head><style>td {color: red}</style></head><body><table>
<tr><th colspan=2>Informe</th></tr><tr><th>Fecha</th><th>Llamadas</th></tr>
<tr><td>02/03/2026<br>08:00</td><td>1.234&nbsp;</td></tr></table></body></html>"""
SPREADSHEET = """<?xml version="1.0"?><Workbook xmlns:ss="urn"><Worksheet ss:Name="A"><Table>
<Row><Cell><Data ss:Type="String">Fecha</Data></Cell><Cell ss:Index="3"><Data>Llamadas</Data></Cell>
</Row><Row><Cell><Data>2026-03-02T08:00:00</Data></Cell><Cell ss:Index="3"><Data>5</Data></Cell>
</Row></Table></Worksheet></Workbook>"""


def test_a_page_that_calls_itself_xls_is_read_and_it_is_said() -> None:
    grid = grid_of(PAGE.encode(), "informe.xls")
    assert grid.texts(slice(None)) == [
        ["Informe", ""],
        ["Fecha", "Llamadas"],
        ["02/03/2026 08:00", "1.234"],
    ]
    assert [(f.code, f.found, f.expected) for f in grid.faults] == [
        ("file_other_format", "html", ".xls")
    ]


def test_a_spreadsheet_in_xml_is_read_without_expanding_anything() -> None:
    bomb = '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>'
    grid = grid_of(SPREADSHEET.replace("<Workbook", bomb + "<Workbook").encode(), "x.xls")
    assert grid.texts(slice(None)) == [
        ["Fecha", "", "Llamadas"],
        ["2026-03-02T08:00:00", "", "5"],
    ]


def test_a_text_that_calls_itself_xls_is_read() -> None:
    grid = grid_of(b"Fecha\tLlamadas\n02/03/2026\t5\n", "informe.xls")
    assert (grid.format, grid.separator) == ("csv", "\t")


def test_the_tables_of_an_archive_are_read_under_their_names() -> None:
    grids = read_grids(
        zipped(
            enero_csv=CSV, folder__febrero_csv=CSV, logo_png=b"\x89PNG\r\n\x1a\n", vacio_csv=b""
        ),
        "export.zip",
    )
    assert [grid.sheet for grid in grids] == ["enero.csv", "febrero.csv"]
    assert [(fault.code, fault.found) for fault in grids[0].faults] == [
        ("archive_file_skipped", "logo.png"),
        ("archive_file_skipped", "vacio.csv"),
    ]


def test_a_path_in_an_archive_is_but_a_name() -> None:
    [first, _] = read_grids(zipped(**{"..__..__x_csv": CSV, "b_csv": CSV}))
    assert first.sheet == "x.csv"


def test_a_file_packed_in_several_pieces_is_one() -> None:
    grid = grid_of(gzip.compress(CSV) + gzip.compress(b"2026-03-02 08:15,6\n"), "x.csv.gz")
    assert len(grid.row) == 3


def test_a_number_of_parquet_keeps_its_value_and_a_missing_one_is_blank() -> None:
    buffer = io.BytesIO()
    start = pd.to_datetime(["2026-03-02 08:00", "2026-03-02 09:00", None]).tz_localize("UTC")
    pd.DataFrame({"start": start, "calls": [5, 1.5, None], "on": [True, False, None]}).to_parquet(
        buffer
    )
    grid = grid_of(buffer.getvalue(), "x.parquet")
    assert grid.row.tolist() == [1, 2, 3, 4]
    assert grid.texts(slice(None)) == [
        ["start", "calls", "on"],
        ["2026-03-02T08:00:00Z", "5", "True"],
        ["2026-03-02T09:00:00Z", "1.5", "False"],
        ["", "", ""],
    ]


def refusal(data: bytes, name: str) -> tuple[str, str]:
    with pytest.raises(UnreadableFile) as refused:
        read_grids(read_bytes(data), name)
    return refused.value.code, refused.value.found


def far_cell() -> bytes:
    workbook = openpyxl.Workbook()
    workbook.active["A1"], workbook.active["XFD1048576"] = 1, 1
    return saved(workbook)


@pytest.mark.parametrize(
    ("data", "name", "code"),
    [
        (b"", "empty.csv", "file_empty"),
        (b" \n\n", "blank.csv", "file_empty"),
        (gzip.compress(b""), "empty.csv.gz", "file_empty"),
        (CSV, "really_csv.xlsx", "file_renamed"),
        (CSV, "really_csv.csv.gz", "file_renamed"),
        (workbook_bytes([["timestamp", "calls"]]), "really_excel.csv", "file_renamed"),
        (PAGE.encode(), "sign_in.csv", "file_renamed"),
        (workbook_bytes([["timestamp", "calls"]])[:2000], "cut.xlsx", "file_damaged"),
        (zipped(xl__workbook_xml=b"", xl__vbaProject_bin=b""), "macro.xlsx", "file_renamed"),
        (zipped(xl__workbook_xml=b"no xml"), "broken.xlsx", "file_damaged"),
        (gzip.compress(CSV * 100)[:50], "cut.csv.gz", "file_damaged"),
        (b"PAR1 and no more", "cut.parquet", "file_damaged"),
        (b"PAR1" + b"\0" * 500 + b"PAR1", "x.parquet", "file_damaged"),
        (b"\xd0\xcf\x11\xe0 a letter", "old.xls", "file_unsupported"),
        (b"\xd0\xcf\x11\xe0" + "Workbook".encode("utf-16-le"), "cut.xls", "file_damaged"),
        (
            b"\xd0\xcf\x11\xe0" + "EncryptedPackage".encode("utf-16-le"),
            "locked.xlsx",
            "file_encrypted",
        ),
        (zipped(word__document_xml=b"", **{"[Content_Types]_xml": b""}), "", "file_unsupported"),
        (zipped(x_zip=zipped(a_csv=CSV)), "nested.zip", "file_unsupported"),
        (gzip.compress(gzip.compress(CSV)), "nested.csv.gz", "file_unsupported"),
        (gzip.compress(workbook_bytes([["a"]])), "x.xlsx.gz", "file_unsupported"),
        (zipped(photo_png=b"\x89PNG"), "photos.zip", "file_unsupported"),
        (b"<html><body>Please sign in</body></html>", "report.xls", "file_unsupported"),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_reason(data: bytes, name: str, code: str) -> None:
    assert refusal(data, name)[0] == code


@pytest.mark.parametrize(
    ("start", "found"),
    [
        (b"%PDF-1.7 a report", ".pdf"),
        (b"\x89PNG\r\n\x1a\n", ".png"),
        (b"\xff\xd8\xff\xe0", ".jpg"),
        (b"MZ\x90\0\x03", ".exe"),
        (b"\x7fELF\x02", ".elf"),
        (b"\x80\x04\x95\x10", ".pickle"),
        (b"7z\xbc\xaf\x27\x1c", ".7z"),
        (b"SQLite format 3\0", ".sqlite"),
        (bytes(range(32)) * 20, r"\x00\x01\x02\x03\x04\x05\x06\x07"),
    ],
)
@pytest.mark.parametrize("name", ["calls.csv", "calls.xls", "calls"])
def test_what_is_no_table_is_refused_by_what_it_is(start: bytes, found: str, name: str) -> None:
    assert refusal(start + b"\x01\x02\xfe\xff" * 50, name)[1] in {found, "text", ".xls"}


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (far_cell(), "far.xlsx"),
        (zipped(xl__workbook_xml=b"0" * 50_000_000), "bomb.xlsx"),
        (zipped(a_csv=b"0" * 50_000_000), "bomb.zip"),
        (zipped(**{f"a{i}_csv": b"" for i in range(5_001)}), "many.zip"),
        (gzip.compress(b"0" * 200_000_001, compresslevel=1), "bomb.csv.gz"),
    ],
)
def test_what_asks_for_too_much_is_refused_before_it_gets_it(data: bytes, name: str) -> None:
    assert refusal(data, name)[0] == "file_too_large"


def test_the_far_cell_is_named() -> None:
    assert refusal(far_cell(), "far.xlsx") == ("file_too_large", "XFD1048576")
