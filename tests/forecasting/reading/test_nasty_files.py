"""The nasty files of the field, in English and in Spanish: read as meant, or refused by name."""

from __future__ import annotations

import io
from collections.abc import Callable

import numpy as np
import openpyxl
import pandas as pd
import pytest

from forecasting.reading.history import HistoryReading, read_history
from forecasting.reading.mapping import Mapping

ZONE = "Europe/Madrid"
WORDS = {
    "en": {
        "start": "Interval start",
        "date": "Date",
        "time": "Time",
        "queue": "Queue",
        "calls": "Calls offered",
        "aht": "AHT (s)",
        "abandoned": "Calls abandoned",
        "title": "Queue report",
        "total": "Grand total",
        "dates": "%Y-%m-%d",
        "separator": ",",
        "decimal": ".",
    },
    "es": {
        "start": "Fecha y hora",
        "date": "Fecha",
        "time": "Hora",
        "queue": "Cola",
        "calls": "Llamadas recibidas",
        "aht": "TMO (s)",
        "abandoned": "Abandonadas",
        "title": "Informe de colas",
        "total": "Total general",
        "dates": "%d/%m/%Y",
        "separator": ";",
        "decimal": ",",
    },
}

Words = dict[str, str]
Rows = list[list[str]]


@pytest.fixture(params=["en", "es"])
def words(request: pytest.FixtureRequest) -> Words:
    return WORDS[request.param]


def rows_of(words: Words, *, days: int = 21, start: str = "2026-02-02") -> Rows:
    """A queue in hours: date, time, queue, contacts, handling time."""
    times = pd.date_range(start, periods=24 * days, freq="h")
    aht = [f"{250 + i % 60}.5".replace(".", words["decimal"]) for i in range(len(times))]
    return [
        [time.strftime(words["dates"]), time.strftime("%H:%M"), "Ventas", str(10 + i % 30), aht[i]]
        for i, time in enumerate(times)
    ]


def head(words: Words) -> list[str]:
    return [words[name] for name in ("date", "time", "queue", "calls", "aht")]


def text_of(rows: Rows, words: Words, separator: str = "") -> str:
    separator = separator or words["separator"]
    quoted = [[f'"{cell}"' if separator in cell else cell for cell in row] for row in rows]
    return "\n".join(separator.join(row) for row in quoted) + "\n"


def read(rows: Rows, words: Words, **stated: object) -> HistoryReading:
    return read_text(text_of(rows, words), **stated)


def read_text(text: str, **stated: object) -> HistoryReading:
    return read_history(text.encode(), name="x.csv", zone=ZONE, mapping=Mapping(**stated))


def codes(reading: HistoryReading, severity: str = "error") -> set[str]:
    problems = reading.problems
    return set(problems.loc[problems["severity"] == severity, "code"])


def contacts(reading: HistoryReading) -> list[float]:
    return reading.history["contacts"].tolist()


def calls_of(rows: Rows) -> list[float]:
    return [float(row[3]) for row in rows]


def rows_named(reading: HistoryReading, code: str) -> list[int]:
    problems = reading.problems
    return problems.loc[problems["code"] == code, "row"].tolist()


@pytest.mark.parametrize("separator", list(";,\t|"))
def test_01_any_separator(words: Words, separator: str) -> None:
    rows = rows_of(words)
    reading = read_text(text_of([head(words), *rows], words, separator))
    assert contacts(reading) == calls_of(rows)
    assert codes(reading) == set()


def test_02_thousands_and_decimals_are_told_apart(words: Words) -> None:
    rows = rows_of(words)
    mark = "." if words["decimal"] == "," else ","
    for row in rows:
        row[3] = f"1{mark}2{row[3]}"
    reading = read([head(words), *rows], words)
    assert contacts(reading)[:2] == [1210.0, 1211.0]
    assert reading.history["aht_s"].iloc[0] == 250.5


def test_03_days_up_to_twelve_are_not_taken_for_months(words: Words) -> None:
    rows = rows_of(words, start="2026-03-01", days=12)
    for row in rows:
        row[0] = pd.to_datetime(row[0], format=words["dates"]).strftime("%d/%m/%Y")
    reading = read([head(words), *rows], words)
    asked = {question.key for question in reading.questions}
    if "date_order" not in asked:
        assert reading.history["interval_start"].dt.month.unique().tolist() == [3]
        assert contacts(reading) == calls_of(rows)
    else:
        answered = read([head(words), *rows], words, date_order="dmy")
        assert contacts(answered) == calls_of(rows)


def test_04_two_orders_of_dates_in_one_file_are_refused(words: Words) -> None:
    rows = rows_of(words)
    for i, row in enumerate(rows):
        day = pd.to_datetime(row[0], format=words["dates"])
        row[0] = day.strftime("%d/%m/%Y" if i < len(rows) / 2 else "%Y-%m-%d")
    assert codes(read([head(words), *rows], words)) == {"date_forms_mixed"}


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-be", "cp1252", "mac_roman"])
@pytest.mark.parametrize("first", ["", "sep={}\n"])
def test_05_any_encoding_and_the_line_of_excel(words: Words, encoding: str, first: str) -> None:
    rows = [[*row[:2], "Atención ñ", *row[3:]] for row in rows_of(words)]
    text = first.format(words["separator"]) + text_of([head(words), *rows], words)
    reading = read_history(text.encode(encoding), name="x.csv", zone=ZONE)
    assert set(reading.history["queue"]) == {"Atención ñ"}
    assert contacts(reading) == calls_of(rows)


def test_06_title_rows_and_merged_cells(words: Words) -> None:
    rows = rows_of(words, days=14)
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    sheet.append([words["title"]])
    sheet.append([])
    sheet.append(head(words))
    for row in rows:
        sheet.append([*row[:3], int(row[3]), float(row[4].replace(",", "."))])
    for cell in ("A1:E1", f"C4:C{3 + len(rows)}"):
        sheet.merge_cells(cell)
    buffer = io.BytesIO()
    workbook.save(buffer)
    reading = read_history(buffer.getvalue(), name="x.xlsx", zone=ZONE)
    assert contacts(reading) == calls_of(rows)
    assert set(reading.history["queue"]) == {"Ventas"}
    assert "merged_cells_filled" in set(reading.problems["code"])


def test_07_total_rows_do_not_double_the_sum(words: Words) -> None:
    rows = rows_of(words)
    total = [words["total"], "", "", str(int(sum(calls_of(rows)))), ""]
    reading = read([head(words), *rows, total], words)
    assert sum(contacts(reading)) == sum(calls_of(rows))
    assert rows_named(reading, "total_row") == [len(rows) + 2]


def test_08_identical_rows_are_dropped_and_different_ones_are_a_problem(words: Words) -> None:
    rows = rows_of(words)
    other = [*rows[9][:3], "999", rows[9][4]]
    reading = read([head(words), *rows, rows[5], other], words)
    assert rows_named(reading, "duplicate_row") == [len(rows) + 2]
    assert rows_named(reading, "duplicate_conflict") == [len(rows) + 3]
    left = calls_of(rows[:9] + rows[10:])
    kept = reading.history.dropna(subset=["contacts"])
    assert kept["contacts"].tolist() == left


def test_09_the_nights_of_the_changed_clock(words: Words) -> None:
    spring = rows_of(words, start="2026-03-16")
    missing = [row for row in spring if (row[0][-2:], row[1]) != ("29", "02:00")]
    missing = [row for row in missing if not (row[0].startswith("29") and row[1] == "02:00")]
    reading = read([head(words), *missing], words)
    assert contacts(reading) == calls_of(missing)
    assert codes(reading) == set()
    wrong = read([head(words), *spring], words)
    assert "time_does_not_exist" in set(wrong.problems["code"])
    autumn = rows_of(words, start="2026-10-12")
    at = next(i for i, row in enumerate(autumn) if "25" in row[0] and row[1] == "02:00")
    twice = [*autumn[: at + 1], [*autumn[at][:3], "77", autumn[at][4]], *autumn[at + 1 :]]
    reading = read([head(words), *twice], words)
    assert contacts(reading) == calls_of(twice)
    assert codes(reading) == set()


def test_10_midnight_as_24_00_is_the_next_day(words: Words) -> None:
    rows = rows_of(words)
    shifted = [*rows]
    for i, row in enumerate(rows):
        if row[1] == "00:00" and i:
            shifted[i] = [rows[i - 1][0], "24:00", *row[2:]]
    reading = read([head(words), *shifted], words)
    assert len(reading.history) == len(rows)
    assert contacts(reading) == calls_of(rows)


def test_11_lost_intervals_are_not_filled_in(words: Words) -> None:
    rows = rows_of(words)
    reading = read([head(words), *rows[:100], *rows[110:]], words)
    assert contacts(reading) == calls_of(rows[:100] + rows[110:])


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("-5", "contacts_negative"),
        ("muchas", "contacts_unreadable"),
        ("#¡DIV/0!", "contacts_unreadable"),
        ("#REF!", "contacts_unreadable"),
        ("inf", "contacts_infinite"),
        ("-", "contacts_blank"),
        ("--", "contacts_blank"),
        ("", "contacts_blank"),
        ("999999999999", "contacts_implausible"),
    ],
)
def test_12_a_cell_that_is_no_volume_costs_its_own_row(
    words: Words, written: str, code: str
) -> None:
    rows = rows_of(words)
    rows[7][3] = written
    reading = read([head(words), *rows], words)
    assert rows_named(reading, code) == [9]
    kept = reading.history.dropna(subset=["contacts"])
    assert kept["contacts"].tolist() == [float(row[3]) for i, row in enumerate(rows) if i != 7]


@pytest.mark.parametrize(
    "style",
    [
        lambda s: f"{s // 60:02}:{s % 60:02}",
        lambda s: f"0:{s // 60:02}:{s % 60:02}",
        lambda s: f"00:{s // 60:02}:{s % 60:02}",
        str,
    ],
)
def test_13_handling_times_in_every_style(words: Words, style: Callable[[int], str]) -> None:
    rows = rows_of(words)
    seconds = [250 + i % 100 for i in range(len(rows))]
    written = [[*row[:4], style(s)] for row, s in zip(rows, seconds, strict=True)]
    reading = read([head(words), *written], words)
    assert reading.history["aht_s"].tolist() == [float(s) for s in seconds]


@pytest.mark.parametrize("queue", ["NA", "null", "nan", "00123", "1e5", "TRUE", "None", "007,5"])
def test_14_a_queue_keeps_its_name(words: Words, queue: str) -> None:
    rows = [[*row[:2], queue, *row[3:]] for row in rows_of(words)]
    assert set(read([head(words), *rows], words).history["queue"]) == {queue}


def test_15_a_field_too_many_or_too_few_is_an_error_with_its_line(words: Words) -> None:
    rows = rows_of(words)
    rows[4] = [*rows[4], "7", "8"]
    rows[6] = rows[6][:3]
    reading = read([head(words), *rows], words)
    assert rows_named(reading, "ragged_row") == [6, 8]
    assert contacts(reading) == calls_of([row for i, row in enumerate(rows) if i not in {4, 6}])


def test_15_a_field_too_many_in_every_row_shifts_nothing(words: Words) -> None:
    rows = [[*row, "x"] for row in rows_of(words)]
    reading = read([head(words), *rows], words)
    if len(reading.history):
        assert contacts(reading) == calls_of(rows)
    assert set(reading.problems["code"]) & {"ragged_row", "column_unknown"}


def test_16_a_queue_of_zeros_and_nights_of_zeros_are_read(words: Words) -> None:
    rows = rows_of(words)
    silent = [[*row[:2], "Noche", "0", ""] for row in rows]
    reading = read([head(words), *rows, *silent], words)
    history = reading.history
    assert history.loc[history["queue"] == "Noche", "contacts"].tolist() == [0.0] * len(rows)
    assert codes(reading) == set()


def serial(time: pd.Timestamp, epoch: str) -> float:
    return (time - pd.Timestamp(epoch)) / pd.Timedelta(days=1) + 3e-10


@pytest.mark.parametrize("as_text", [False, True])
def test_18_serial_days_are_times_to_the_second(words: Words, as_text: bool) -> None:
    workbook = openpyxl.Workbook()
    workbook.active.append([words[name] for name in ("start", "queue", "calls", "aht")])
    times = pd.date_range("2026-02-02", periods=24 * 14, freq="h")
    for i, time in enumerate(times):
        day = serial(time, "1899-12-30")
        workbook.active.append([f"{day:.10f}" if as_text else day, "Ventas", i, 300])
    buffer = io.BytesIO()
    workbook.save(buffer)
    reading = read_history(buffer.getvalue(), name="x.xlsx", zone=ZONE)
    expected = times.tz_localize(ZONE)
    assert reading.history["interval_start"].tolist() == expected.tolist()


def test_18_dates_counted_from_1904(words: Words) -> None:
    workbook = openpyxl.Workbook()
    workbook.epoch = openpyxl.utils.datetime.CALENDAR_MAC_1904
    workbook.active.append([words[name] for name in ("start", "queue", "calls", "aht")])
    times = pd.date_range("2026-02-02", periods=24 * 14, freq="h")
    for time in times:
        workbook.active.append([time.to_pydatetime(), "Ventas", 5, 300])
    buffer = io.BytesIO()
    workbook.save(buffer)
    reading = read_history(buffer.getvalue(), name="x.xlsx", zone=ZONE)
    assert reading.history["interval_start"].tolist() == times.tz_localize(ZONE).tolist()


def test_more_two_digit_years(words: Words) -> None:
    rows = rows_of(words)
    for row in rows:
        row[0] = pd.to_datetime(row[0], format=words["dates"]).strftime("%d/%m/%y")
    reading = read([head(words), *rows], words)
    assert contacts(reading) == calls_of(rows)
    assert reading.history["interval_start"].iloc[0] == pd.Timestamp("2026-02-02", tz=ZONE)


def test_more_two_columns_of_one_name_are_not_guessed(words: Words) -> None:
    rows = [[*row, "7"] for row in rows_of(words)]
    reading = read([[*head(words), words["calls"]], *rows], words)
    assert "column_duplicated" in set(reading.problems["code"])
    if len(reading.history):
        assert contacts(reading) == calls_of(rows)


def test_more_two_interval_lengths_are_named(words: Words) -> None:
    rows = rows_of(words)
    quarters = [[*row[:2], "Soporte", *row[3:]] for row in rows_of(words)]
    more = [[row[0], f"{row[1][:3]}{m}", *row[2:]] for row in quarters for m in ("15", "30", "45")]
    reading = read([head(words), *rows, *quarters, *more], words)
    assert {"interval_mixed", "interval_unclear", "off_grid"} & set(reading.problems["code"])


def test_more_handling_time_zero_with_contacts_is_unknown(words: Words) -> None:
    rows = rows_of(words)
    rows[3][4] = "0"
    reading = read([head(words), *rows], words)
    assert rows_named(reading, "aht_zero_with_contacts") == [5]
    assert np.isnan(reading.history["aht_s"].iloc[3])


def test_more_abandoned_than_offered_is_an_error(words: Words) -> None:
    rows = [[*row, "1"] for row in rows_of(words)]
    rows[2][5] = "99"
    reading = read([[*head(words), words["abandoned"]], *rows], words)
    assert rows_named(reading, "abandoned_over_contacts") == [4]


def test_more_whole_lines_in_quotes(words: Words) -> None:
    rows = rows_of(words)
    lines = text_of([head(words), *rows], words).replace('"', "").splitlines()
    if words["separator"] == ";":  # a decimal comma would part a cell of the English file
        reading = read_text("\n".join(f'"{line}"' for line in lines))
        assert contacts(reading) == calls_of(rows)
