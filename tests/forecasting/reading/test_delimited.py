"""Text tables as grids: encodings, separators, quotes, line numbers, and two readers that agree."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forecasting.reading.delimited import likely_separator, read_carefully, read_text_grid
from forecasting.reading.fast_delimited import read_fast
from forecasting.reading.file_formats import read_grids
from forecasting.reading.raw_table import Grid, UnreadableFile
from forecasting.reading.text_encoding import decode


def grid_of(text: str) -> Grid:
    return read_text_grid(text.encode())


def rows_of(grid: Grid) -> list[tuple[int, int, list[str]]]:
    texts = grid.texts(slice(None))
    return list(zip(grid.row.tolist(), grid.width.tolist(), texts, strict=True))


def test_rows_keep_the_line_they_stand_on_and_blank_ones_are_left_out() -> None:
    grid = grid_of("Report\n\ntimestamp;calls\na;1\n\n;\nb;2\n")
    assert grid.row.tolist() == [1, 3, 4, 7]
    assert grid.width.tolist() == [1, 2, 2, 2]
    assert grid.texts(slice(2, None)) == [["a", "1"], ["b", "2"]]


def test_a_quoted_cell_may_hold_separators_quotes_and_lines() -> None:
    grid = grid_of('timestamp,"calls\nreceived",queue\na,1,"x, ""y"""\nb,2,z\n')
    assert grid.row.tolist() == [1, 3, 4]
    assert grid.texts(slice(None)) == [
        ["timestamp", "calls\nreceived", "queue"],
        ["a", "1", 'x, "y"'],
        ["b", "2", "z"],
    ]


def test_a_quote_that_is_never_closed_costs_its_own_line_only() -> None:
    rows = "\n".join(f"t{i},{i}" for i in range(50))
    grid = grid_of(f'timestamp,calls\n"a,1\n{rows}\n')
    assert grid.width.tolist() == [2, 1, *[2] * 50]


def test_rows_of_another_width_stand_among_the_others_and_say_so() -> None:
    grid = grid_of("timestamp,calls,queue\na,1,x\nb,2\nc,3,x,y\nd,4,x,,\n")
    assert rows_of(grid)[2:] == [
        (3, 2, ["b", "2", "", "", ""]),
        (4, 4, ["c", "3", "x", "y", ""]),
        (5, 5, ["d", "4", "x", "", ""]),
    ]


def test_a_row_of_very_many_cells_does_not_make_as_many_columns() -> None:
    grid = grid_of("timestamp,calls\n" + "a,1\n" * 50 + "x," * 100_000 + "\n")
    assert len(grid.columns) <= 16_384
    assert grid.width[-1] == 100_001


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_line_endings_of_every_system_are_read(ending: str) -> None:
    grid = grid_of(ending.join(["timestamp,calls", "a,1", "b,2", ""]))
    assert grid.texts(slice(None)) == [["timestamp", "calls"], ["a", "1"], ["b", "2"]]


@pytest.mark.parametrize("separator", list(",;\t|"))
def test_the_separator_is_the_one_that_parts_the_lines_alike(separator: str) -> None:
    rows = [
        ["Informe de colas, semana 10", "", "", ""],
        ["Fecha y hora", "Cola", "Recibidas", "TMO"],
        *([f"0{day}/03/2026 08:00", "Ventas; A", "12", "301.5"] for day in range(1, 9)),
    ]
    buffer = io.StringIO()
    csv.writer(buffer, delimiter=separator, lineterminator="\n").writerows(rows)
    assert likely_separator(buffer.getvalue().split("\n")) == separator


def test_a_decimal_comma_parts_nothing_where_semicolons_do() -> None:
    lines = [f"2026-03-01;0{hour}:00;1,5;2,5" for hour in range(9)]
    assert likely_separator(lines) == ";"


def test_a_mark_in_every_name_parts_nothing() -> None:
    lines = ["start,queue,calls", *(f"0{hour}:00,a|b;c,5" for hour in range(9))]
    assert likely_separator(lines) == ","


def test_the_first_line_of_excel_names_the_separator() -> None:
    grid = grid_of("sep=|\na;b|c\n1;2|3\n")
    assert (grid.separator, grid.row.tolist()) == ("|", [2, 3])
    assert grid.texts(slice(1)) == [["a;b", "c"]]


TEXT = "Fecha;Hora;Cola;Teléfono\n02/03/2026;08:00;Atención al cliente ñ;5\n"


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        (TEXT.encode(), "utf-8"),
        (TEXT.encode("utf-8-sig"), "utf-8"),
        (TEXT.encode("utf-16"), "utf-16-le"),
        (TEXT.encode("utf-16-le"), "utf-16-le"),
        (b"\xfe\xff" + TEXT.encode("utf-16-be"), "utf-16-be"),
        (TEXT.encode("utf-16-be"), "utf-16-be"),
        (TEXT.encode("cp1252"), "cp1252"),
        (TEXT.encode("mac_roman"), "mac_roman"),
        (TEXT.encode("cp850"), "cp850"),
        (TEXT.replace("ñ", "€").encode("cp1252"), "cp1252"),
    ],
)
def test_the_encoding_is_found(data: bytes, encoding: str) -> None:
    text, found, faults = decode(data)
    assert (text.replace("€", "ñ"), found, faults) == (TEXT, encoding, ())


def test_a_broken_character_does_not_garble_the_names_of_all_others() -> None:
    data = (TEXT * 20).encode()
    at = data.index("ñ".encode())
    grid = read_text_grid(data[: at + 1] + data[at + 2 :])
    assert grid.encoding == "utf-8"
    assert {row[2] for row in grid.texts(slice(None))} > {"Atención al cliente ñ", "Cola"}
    [fault] = grid.faults
    assert (fault.code, fault.row, fault.found) == ("text_damaged", 2, "1")


def test_half_a_text_in_utf_16_is_damaged() -> None:
    with pytest.raises(UnreadableFile, match="file_damaged"):
        decode(b"\xff\xfe" + b"\x00\xd8" * 500)


cell = st.text(alphabet='ab1 é";,\n\t|\r', max_size=4)
texts = st.lists(st.lists(cell, min_size=1, max_size=4), min_size=1, max_size=12)


def both_readers(text: str, separator: str, first: int) -> None:
    fast = read_fast(
        text.encode(),
        separator,
        first,
        lambda record: read_carefully_one(record, separator),
    )
    if fast is None:
        return
    columns, row, width = fast
    quick = Grid(columns=columns, row=row, width=width, format="csv")
    slow = read_carefully(text, separator, first)
    assert rows_of(quick) == rows_of(slow)


def read_carefully_one(record: str, separator: str) -> list[str] | None:
    grid = read_carefully(record, separator, 0)
    if len(grid.row) != 1:
        return [""] * (record.count(separator) + 1) if not len(grid.row) else None
    return grid.texts(slice(None))[0]


@settings(max_examples=60, deadline=None)
@given(rows=texts, quoting=st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]))
def test_the_fast_reader_gives_what_the_careful_one_gives(
    rows: list[list[str]], quoting: int
) -> None:
    buffer = io.StringIO()
    csv.writer(buffer, delimiter=";", lineterminator="\n", quoting=quoting).writerows(rows)
    both_readers(buffer.getvalue().replace("\r", ""), ";", 0)


@settings(max_examples=60, deadline=None)
@given(text=st.text(alphabet='a1;"\n ', min_size=1, max_size=60), first=st.integers(0, 2))
def test_the_fast_reader_reads_nothing_else_out_of_anything(text: str, first: int) -> None:
    both_readers(text, ";", first)


def test_the_fast_reader_takes_an_ordinary_export() -> None:
    lines = "".join(f'"2026-03-02 {hour:02}:00","Ventas, A",{hour}\n' for hour in range(24))
    data = f"Report\n\ninterval_start,queue,contacts\n{lines}\nTotal,,276,\n".encode()
    assert read_fast(data, ",", 0, lambda text: text.split(",")) is not None
    assert rows_of(read_grids(data, "x.csv")[0])[-1] == (29, 4, ["Total", "", "276", ""])
