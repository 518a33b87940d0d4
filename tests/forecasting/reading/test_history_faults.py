"""Faulty histories: every fault found at once, none twice, and the good rows unharmed."""

from __future__ import annotations

import io
import random
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from forecasting.problems import PROBLEM_CODES
from forecasting.reading.history import read_history

ZONE = "Europe/Madrid"
HEADER = "interval_start,queue,channel,contacts,aht_s,abandoned,answered_in_target"


def good_rows() -> list[list[str]]:
    """Two weeks of two queues, 08:00 to 20:00 in half hours, to the last Sunday of March 2026."""
    starts = [
        day + pd.Timedelta(minutes=minutes)
        for day in pd.date_range("2026-03-16", "2026-03-29")
        for minutes in range(8 * 60, 20 * 60, 30)
    ]
    return [
        [f"{start:%Y-%m-%d %H:%M}", queue, channel, str(20 + i % 7), str(280 + i % 50), "2", "15"]
        for queue, channel in (("sales", "voice"), ("café", "chat"))
        for i, start in enumerate(starts)
    ]


def csv_bytes(rows: list[list[str]]) -> bytes:
    return "\n".join([HEADER, *(",".join(row) for row in rows)]).encode()


# Fault -> column (in the header's order) and what stands there instead. Rows are ten apart.
CELL_FAULTS = {
    "timestamp_blank": (0, ""),
    "timestamp_unreadable": (0, "2026-02-30 10:00"),
    "timestamp_out_of_range": (0, "1926-03-17 10:00"),
    "time_does_not_exist": (0, "2026-03-29 02:30"),
    "off_grid": (0, "2026-03-17 10:07"),
    "queue_blank": (1, " "),
    "queue_name_unusable": (1, "sa\x00les"),
    "channel_unknown": (2, "voise"),
    "channel_conflict": (2, "email"),
    "contacts_blank": (3, "--"),
    "contacts_unreadable": (3, "#¡DIV/0!"),
    "contacts_negative": (3, "-20"),
    "contacts_infinite": (3, "inf"),
    "contacts_implausible": (3, "20000000"),
    "contacts_not_whole": (3, "20.5"),
    "aht_unreadable": (4, "five"),
    "aht_negative": (4, "-300"),
    "aht_zero_with_contacts": (4, "0"),
    "aht_out_of_range": (4, "300000"),
    "aht_infinite": (4, "1e999"),
    "abandoned_unreadable": (5, "2 or 3"),
    "abandoned_negative": (5, "-2"),
    "abandoned_over_contacts": (5, "200"),
    "answered_unreadable": (6, "?"),
    "answered_over_contacts": (6, "150"),
    "answered_plus_abandoned_over_contacts": (6, "20"),
}
KEPT = {"contacts_blank", "contacts_not_whole", "aht_zero_with_contacts", "aht_out_of_range"}


def file_with_thirty_faults() -> tuple[list[list[str]], dict[int, str], pd.DataFrame]:
    """Return the rows, the fault of each line, and the rows that must be read."""
    rows = good_rows()
    faults: dict[int, str] = {}
    expected = pd.DataFrame(rows, columns=HEADER.split(","))
    unused = []
    for place, (code, (column, text)) in enumerate(CELL_FAULTS.items()):
        at = 4 + 10 * place
        rows[at][column] = text
        faults[at + 2] = code
        if code == "answered_plus_abandoned_over_contacts":
            rows[at][5] = "7"
        unused += [] if code in KEPT else [at]
        name = expected.columns[column]
        expected.loc[at, name] = "20.5" if code == "contacts_not_whole" else None
    rows.append(list(rows[600]))
    faults[len(rows) + 1] = "duplicate_row"
    rows.append([*rows[601][:3], "99", *rows[601][4:]])
    faults[len(rows) + 1] = "duplicate_conflict"
    rows.append(["Total", "", "", "15000", "", "", ""])
    faults[len(rows) + 1] = "total_row"
    rows.append(rows[602] + ["and one more"])
    faults[len(rows) + 1] = "ragged_row"
    return rows, faults, expected.drop(index=[*unused, 601])


def test_a_history_with_thirty_faults_gives_one_list_of_thirty_problems() -> None:
    rows, faults, _ = file_with_thirty_faults()
    assert len(faults) == len(set(faults.values())) == 30

    reading = read_history(csv_bytes(rows), name="march.csv", zone=ZONE)

    found = reading.problems
    assert dict(zip(found["row"], found["code"], strict=True)) == faults
    assert len(found) == 30
    assert list(found["row"]) == sorted(found["row"])
    assert set(found["file"]) == {"march.csv"}
    assert (found["severity"] == found["code"].map(PROBLEM_CODES)).all()


def test_the_good_rows_among_thirty_faults_survive_with_their_values() -> None:
    rows, _, expected = file_with_thirty_faults()

    history = read_history(csv_bytes(rows), zone=ZONE).history

    expected["interval_start"] = pd.to_datetime(expected["interval_start"]).dt.tz_localize(ZONE)
    numbers = dict.fromkeys(expected.columns[3:], np.float64)
    expected = expected.astype(numbers).sort_values(["queue", "interval_start"], ignore_index=True)
    pd.testing.assert_frame_equal(history, expected[list(history.columns)])


def test_a_problem_names_column_queue_value_and_what_was_expected() -> None:
    rows = good_rows()
    rows[4][3] = "-20"
    problem = read_history(csv_bytes(rows), zone=ZONE).problems.iloc[0]
    assert problem["row"] == 6
    assert tuple(problem[["column", "queue", "found", "expected"]]) == (
        *("contacts", "sales"),
        *("-20", ">= 0"),
    )


def test_the_next_real_time_and_the_nearest_channel_are_suggested() -> None:
    rows = good_rows()
    rows[0][0], rows[1][2] = "2026-03-29 02:30", "chta"
    problems = read_history(csv_bytes(rows), zone=ZONE).problems
    assert list(problems["expected"]) == ["2026-03-29 03:00", "chat"]


def test_two_faults_in_a_row_are_both_noted() -> None:
    rows = good_rows()
    rows[3][3], rows[3][4], rows[3][1] = "x", "y", ""
    codes = read_history(csv_bytes(rows), zone=ZONE).problems["code"]
    assert set(codes) == {"queue_blank", "contacts_unreadable", "aht_unreadable"}


def test_rows_of_conflicting_values_are_all_left_out_and_the_first_is_named() -> None:
    rows = good_rows()
    rows += [[*rows[10][:3], "1", "300", "", ""], [*rows[10][:3], "2", "300", "", ""]]
    reading = read_history(csv_bytes(rows), zone=ZONE)
    assert list(reading.problems["code"]) == ["duplicate_conflict"] * 2
    assert list(reading.problems["expected"]) == ["12", "12"]
    lost = pd.Timestamp(rows[10][0], tz=ZONE)
    sales = reading.history[reading.history["queue"] == "sales"]
    assert lost not in set(sales["interval_start"])


def test_a_row_that_cannot_be_used_is_no_duplicate_of_a_good_one() -> None:
    rows = good_rows()
    rows.append([*rows[10][:3], "many", *rows[10][4:]])
    reading = read_history(csv_bytes(rows), zone=ZONE)
    assert list(reading.problems["code"]) == ["contacts_unreadable"]
    assert len(reading.history) == len(rows) - 1


def test_a_systematic_fault_is_one_line_that_counts() -> None:
    rows = good_rows()
    for row in rows[:300]:
        row[4] = "#N/D"
    problems = read_history(csv_bytes(rows), zone=ZONE).problems
    assert list(problems["code"]) == ["aht_unreadable"]
    assert problems["found"].iloc[0] == "300 × #N/D"
    assert problems["row"].iloc[0] == 2


def test_a_file_of_ragged_rows_is_one_line() -> None:
    rows = [[*row, "extra"] for row in good_rows()]
    problems = read_history(csv_bytes(rows), zone=ZONE).problems
    assert list(problems[["row", "code", "found", "expected"]].iloc[0]) == [
        *(2, "ragged_row", f"{len(rows)} × 8"),
        "7",
    ]
    assert len(problems) == 1


def test_a_division_by_zero_where_nobody_called_is_no_fault() -> None:
    rows = good_rows()
    rows[5][3:] = ["0", "#DIV/0!", "0", "0"]
    rows[6][3:] = ["0", "300", "0", "0"]
    reading = read_history(csv_bytes(rows), zone=ZONE)
    assert list(reading.problems["code"]) == ["aht_without_contacts"]
    assert reading.problems["found"].iloc[0] == "2 × #DIV/0!"
    idle = reading.history[reading.history["contacts"] == 0]
    assert len(idle) == 2
    assert idle["aht_s"].isna().all()


def test_handling_times_in_milliseconds_are_not_taken_for_seconds() -> None:
    rows = good_rows()
    for row in rows:
        row[4] += "000"
    reading = read_history(csv_bytes(rows), zone=ZONE)
    assert list(reading.problems["code"]) == ["aht_unit_unclear"]
    assert reading.history["aht_s"].isna().all()
    assert len(reading.history) == len(rows)


def test_a_queue_in_hours_inside_a_file_of_half_hours_is_one_problem() -> None:
    rows = [row for row in good_rows() if row[1] == "sales" or row[0].endswith(":00")]
    hours = sum(row[1] == "café" for row in rows)
    reading = read_history(csv_bytes(rows), zone=ZONE)
    assert list(reading.problems["code"]) == ["interval_mixed"]
    assert tuple(reading.problems[["queue", "found", "expected"]].iloc[0]) == (
        *("café", f"60 min × {hours}"),
        "30 min",
    )
    assert set(reading.history["queue"]) == {"sales"}


@pytest.mark.parametrize(
    ("header", "code"),
    [
        ("interval_start,queue,aht_s", "column_missing"),
        ("queue,contacts,aht_s", "column_missing"),
        ("interval_start,contacts,contacts", "column_duplicated"),
        ("a,b,c", "header_not_found"),
        ("interval_start,contacts,aht_s", "rows_missing"),
    ],
)
def test_a_file_that_cannot_be_read_for_its_header_says_why(header: str, code: str) -> None:
    body = "" if code == "rows_missing" else "2026-03-16 08:00,1,2\n2026-03-16 08:30,1,2"
    reading = read_history(f"{header}\n{body}".encode())
    errors = reading.problems[reading.problems["severity"] == "error"]
    assert list(errors["code"]) == [code]
    assert reading.history.empty
    assert list(reading.history.columns) == [
        "queue",
        "channel",
        "interval_start",
        "contacts",
        "aht_s",
    ]


def test_both_missing_columns_are_noted() -> None:
    problems = read_history(b"queue,aht_s\nsales,300").problems
    errors = problems[problems["severity"] == "error"]
    assert list(errors["expected"]) == ["interval_start", "contacts"]


def test_doubtful_headers_are_noted_and_the_plainer_one_is_read() -> None:
    data = b"date,time,calls,offered,notes\n2026-03-16,08:00,1,2,x\n2026-03-16,08:30,3,4,y"
    reading = read_history(data)
    codes = list(reading.problems["code"])
    assert codes == [
        *("column_ambiguous", "column_unknown", "aht_missing"),
        *("queue_assumed", "channel_assumed"),
    ]
    assert list(reading.history["contacts"]) == [2.0, 4.0]


HOSTILE = [
    '=cmd|"/c calc"!A1',
    "<img src=x onerror=alert(1)>",
    "![](http://example.invalid/x.png)",
    "'); DROP TABLE history;--",
    "../../etc/passwd",
    "\u202eevil",
    "NA",
    "null",
    "00123",
    "😀",
    "x" * 200,
]


def test_hostile_names_are_carried_as_text() -> None:
    starts = [f"2026-03-16 {hour:02}:00" for hour in range(8, 20)]
    table = pd.DataFrame(
        [(start, queue, 5) for queue in HOSTILE for start in starts],
        columns=["timestamp", "queue", "contacts"],
    )
    reading = read_history(table.to_csv(index=False).encode(), zone=ZONE)
    assert not (reading.problems["severity"] == "error").any()
    assert set(reading.history["queue"]) == set(HOSTILE)


def test_long_cells_are_shortened_in_the_table_of_problems() -> None:
    rows = good_rows()
    rows[0][3] = "9" * 10_000 + "x"
    problems = read_history(csv_bytes(rows), zone=ZONE).problems
    assert problems["found"].str.len().max() <= 200


def test_damaged_files_never_raise() -> None:
    """Two hundred files, each spoilt at a few random places, all come back as a reading."""
    chance = random.Random(20260329)  # noqa: S311 - faults to try, not secrets
    table = pd.DataFrame(good_rows(), columns=HEADER.split(",")).head(60)
    parquet, workbook = io.BytesIO(), io.BytesIO()
    table.to_parquet(parquet)
    table.to_excel(workbook, index=False)
    originals = [csv_bytes(good_rows()[:60])] * 16 + [parquet.getvalue()] * 3
    originals.append(workbook.getvalue())
    for case in range(200):
        spoilt = bytearray(originals[case % len(originals)])
        for _ in range(chance.randint(1, 12)):
            at = chance.randrange(len(spoilt))
            length = chance.choice((0, 1, 1, 3, 40))
            junk = chance.choice((b"", b'"', b",", b"\n", b"\x00", b";", b"\xff\xfe", b"1e9", b"-"))
            spoilt[at : at + length] = junk
        reading = read_history(bytes(spoilt), zone=ZONE)
        assert set(reading.problems["code"]) <= set(PROBLEM_CODES)
        assert reading.history["interval_start"].notna().all()


def test_a_missing_file_is_a_problem_not_an_exception(tmp_path: Path) -> None:
    reading = read_history(tmp_path / "nowhere.csv")
    assert list(reading.problems["code"]) == ["file_missing"]
    assert reading.problems["found"].iloc[0] == "nowhere.csv"
    assert reading.sha256 == ""
    assert reading.history.empty


@pytest.mark.parametrize(
    ("argument", "value"),
    [
        ("zone", "Mars/Olympus"),
        ("channel", "fax"),
        ("queue", ""),
    ],
)
def test_a_wrong_argument_is_refused_by_name(argument: str, value: object) -> None:
    with pytest.raises(ValueError, match=argument):
        read_history(b"", **{argument: value})
