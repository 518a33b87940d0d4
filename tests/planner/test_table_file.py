"""Small tables of strangers: columns by their words, all faults in one list."""

import io

import pandas as pd
import pytest

from planner.table_file import LARGEST_TABLE_FILE, Field, read_table_file

FIELDS = (
    Field(name="agent", words=("agent", "agente", "nombre")),
    Field(name="since", words=("since", "desde", "fecha de alta")),
    Field(name="note", words=("note", "nota"), required=False),
)


def read(text, name="table.csv", encoding="utf-8"):
    return read_table_file(text.encode(encoding), FIELDS, name=name)


def codes(table):
    return table.problems.table()["code"].tolist()


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("agent,since,note\nAna,2026-03-02,x\nLuis,2026-03-03,\n", "utf-8"),
        ("NOMBRE;Fecha de Alta;nota\nAna;2026-03-02;x\nLuis;2026-03-03;\n", "cp1252"),
        ("agente\tdesde\tNota\r\nAna\t2026-03-02\tx\r\nLuis\t2026-03-03\t\r\n", "utf-16"),
    ],
)
def test_columns_are_found_by_their_words_in_any_language_and_encoding(text, encoding):
    table = read(text, encoding=encoding)
    assert table.rows.to_dict("list") == {
        "row": [2, 3],
        "agent": ["Ana", "Luis"],
        "since": ["2026-03-02", "2026-03-03"],
        "note": ["x", ""],
    }
    assert codes(table) == []


def test_lines_count_as_a_person_sees_them_below_titles_and_blank_lines():
    table = read("Our people\n\nagent,since\nAna,1\n\nLuis,2\n")
    assert table.rows["row"].tolist() == [4, 6]
    assert table.rows["note"].tolist() == ["", ""]


def test_a_workbook_is_read_from_the_sheet_that_has_the_columns():
    packed = io.BytesIO()
    with pd.ExcelWriter(packed, engine="xlsxwriter") as book:
        pd.DataFrame({"about": ["read me"]}).to_excel(book, sheet_name="About", index=False)
        rows = {"Agente": ["Ana"], "Desde": [pd.Timestamp("2026-03-02")]}
        pd.DataFrame(rows).to_excel(book, sheet_name="People", index=False)
    packed.seek(0)
    table = read_table_file(packed, FIELDS, name="people.xlsx")
    assert table.rows["agent"].tolist() == ["Ana"]
    assert table.rows["since"].str.startswith("2026-03-02").all()
    assert table.headers == {"agent": "Agente", "since": "Desde"}


def test_all_faults_of_the_header_are_told_at_once():
    table = read("agent,Agent,colour\nAna,Ana,red\n")
    assert codes(table) == ["column_duplicated", "column_missing", "column_unknown"]
    assert table.rows.empty
    missing = table.problems.table().set_index("code").loc["column_missing"]
    assert missing["expected"] == "since / desde"


def test_of_two_columns_that_say_the_same_the_better_word_is_read_and_told():
    table = read("nombre,agente,desde\nx,Ana,1\n")
    assert table.rows["agent"].tolist() == ["Ana"]
    (problem,) = table.problems.table().to_dict("records")
    assert (problem["severity"], problem["code"]) == ("warning", "column_ambiguous")
    assert (problem["found"], problem["expected"]) == ("nombre, agente", "agente")


def test_an_unknown_column_is_left_out_and_told():
    table = read("agent,since,shoe size\nAna,1,38\n")
    problems = table.problems.table()
    assert problems[["severity", "code", "column"]].to_numpy().tolist() == [
        ["info", "column_unknown", "shoe size"]
    ]
    assert len(table.rows) == 1


def test_a_row_with_more_cells_than_the_header_is_no_row():
    table = read("agent;since\nAna;1\nLuis;2;3\nEva;3;\n")
    assert table.rows["agent"].tolist() == ["Ana", "Eva"]
    (problem,) = table.problems.table().to_dict("records")
    assert (problem["code"], problem["row"], problem["found"]) == ("ragged_row", 3, "3")


@pytest.mark.parametrize(
    ("data", "name", "code"),
    [
        (b"", "a.csv", "file_empty"),
        (b" \n \n", "a.csv", "file_empty"),
        (b"nothing,known\n1,2\n", "a.csv", "header_not_found"),
        (b"agent,since\n", "a.csv", "rows_missing"),
        (b"agent,since\nAna,1\n", "a.pdf", "file_unsupported"),
        (b"agent,since\nAna,1\n", "a.parquet", "file_unsupported"),
        (b"%PDF-1.7", "a.csv", "file_unsupported"),
        (b"PK\x03\x04broken", "a.xlsx", "file_damaged"),
        (b"x" * (LARGEST_TABLE_FILE + 1), "a.csv", "file_too_large"),
    ],
)
def test_a_file_that_is_no_such_table_is_one_problem_and_no_rows(data, name, code):
    table = read_table_file(data, FIELDS, name=name)
    assert codes(table) == [code]
    assert table.rows.empty


def test_a_missing_file_is_a_problem_too(tmp_path):
    assert codes(read_table_file(tmp_path / "none.csv", FIELDS)) == ["file_missing"]


def test_the_guard_against_formulas_is_taken_away_again():
    table = read("agent,since\n'=cmd|x,'@when\n'quoted',1\n")
    assert table.rows["agent"].tolist() == ["=cmd|x", "'quoted'"]
    assert table.rows["since"].tolist() == ["@when", "1"]


def test_a_field_needs_words():
    with pytest.raises(ValueError, match="words"):
        Field(name="x", words=())
