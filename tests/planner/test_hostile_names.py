"""Names that attack spreadsheets, pages and paths come out of a file and go out as text."""

import csv
import io
import re
import zipfile

import pytest

from forecasting.problems import UNSEEN
from forecasting.reading.history import read_history
from planner.export import CSV_DIALECTS, export_plan, unprotected
from planner.scenario import Scenario

NAMES = [
    "=cmd|' /C calc'!A0",
    "+1+1",
    "-2+3",
    "@SUM(1+1)*cmd",
    "＝1+1",
    "![x](http://evil.example/x.png)",
    "<img src=x onerror=alert(1)>",
    "'); DROP TABLE histories;--",
    "../../etc/passwd",
    "http://evil.example/x",
    "C:\\Windows\\system32",
    "{{7*7}} ${7*7}",
    "q" * 200,
    "Ventas 😀",
    'say "hi", then; go',
]
EXPORTED = [*NAMES[:2], NAMES[3], NAMES[5], NAMES[8], NAMES[14]]
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "\0", "＝", "＋", "－", "＠")


def csv_of(names):
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow(["interval_start", "queue", "contacts", "aht_s"])
    for name in names:
        writer.writerows(
            [f"2026-03-{day:02} {hour:02}:00", name, 5, 300]
            for day in range(2, 23)
            for hour in range(8, 20)
        )
    return buffer.getvalue().encode()


def test_hostile_names_are_read_as_they_are():
    reading = read_history(csv_of(NAMES), name="x.csv")
    assert set(reading.history["queue"]) == set(NAMES)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("Ven\u202etas", "Ventas"),
        ("Ven\0tas", "Ventas"),
        ("Ven\u200btas\ufeff", "Ventas"),
        ("Ven\x1b[31mtas", "Ven[31mtas"),
        ("Ventas\nMadrid", "Ventas Madrid"),
        ("Atencio\u0301n", "Atención"),
    ],
)
def test_what_is_not_seen_is_taken_out_of_a_name_and_said(written, read):
    reading = read_history(csv_of([written]), name="x.csv")
    assert set(reading.history["queue"]) == {read}
    said = reading.problems[reading.problems["code"] == "queue_name_cleaned"]
    assert len(said) == bool(re.search(UNSEEN, written))
    shown = reading.problems[["found", "expected", "queue", "column"]].to_numpy().ravel()
    assert not any(re.search(UNSEEN, text) for text in shown)


def test_a_name_of_ten_thousand_letters_is_refused_and_shown_short():
    reading = read_history(csv_of(["q" * 10_000, "Ventas"]), name="x.csv")
    assert set(reading.history["queue"]) == {"Ventas"}
    said = reading.problems[reading.problems["code"] == "queue_name_unusable"]
    assert len(said)
    assert reading.problems["found"].str.len().max() <= 250


@pytest.fixture(scope="module")
def folders(make_plan, tmp_path_factory):
    plan = make_plan(
        dict.fromkeys(EXPORTED, "voice"), Scenario(name=NAMES[0], zone="Europe/Madrid", weeks=2)
    )
    made = {}
    for dialect in CSV_DIALECTS:
        made[dialect] = tmp_path_factory.mktemp("hostile") / dialect
        export_plan(plan, made[dialect], csv_dialect=dialect)
    return made


@pytest.mark.parametrize("dialect", CSV_DIALECTS)
def test_no_cell_of_any_csv_is_a_formula_and_every_name_comes_back(folders, dialect):
    style = CSV_DIALECTS[dialect]
    for path in folders[dialect].glob("*.csv"):
        text = path.read_bytes().decode(style.encoding)
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=style.separator))
        number = re.compile(r"[+-]?[0-9.,]+(e[+-]?[0-9]+)?")
        cells = [cell for row in rows for cell in row]
        risky = [cell for cell in cells if cell.startswith(FORMULA_STARTS)]
        assert all(number.fullmatch(cell) for cell in risky), path.name
        if "queue" in rows[0]:
            at = rows[0].index("queue")
            assert {unprotected(row[at]) for row in rows[1:]} - {""} <= set(NAMES)


def test_no_cell_of_the_workbook_is_a_formula_or_a_link_of_theirs(folders):
    with zipfile.ZipFile(folders["plain"] / "plan.xlsx") as book:
        sheets = [book.read(name) for name in book.namelist() if "worksheets/sheet" in name]
    formulas = [formula for sheet in sheets for formula in re.findall(b"<f>(.*?)</f>", sheet)]
    assert all(formula.startswith((b"SUM(", b"ROUND(")) for formula in formulas)
    assert len(formulas) == 2
    assert not any(b"<hyperlink" in sheet for sheet in sheets)


def test_no_name_becomes_a_path(folders):
    for folder in folders.values():
        assert {path.name for path in folder.parent.rglob("*") if "passwd" in path.name} == set()
