"""Spreadsheets as planners make them: what stands around, beside and instead of plain columns."""

from __future__ import annotations

import datetime as dt
import io

import openpyxl
import pandas as pd
import pytest

from forecasting.reading.history import HistoryReading, read_histories, read_history

ZONE = "Europe/Madrid"
HEADER = "Fecha;Hora;Llamadas;TMO"
DAY = "15/03/2026"


def read(*lines: str) -> HistoryReading:
    return read_history("\n".join(lines).encode(), zone=ZONE)


def workbook(sheets: dict[str, list[list[object]]]) -> HistoryReading:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    buffer = io.BytesIO()
    book.save(buffer)
    return read_history(buffer.getvalue(), name="book.xlsx", zone=ZONE)


def month(number: int) -> list[list[object]]:
    rows = [
        [dt.datetime(2026, number, day), dt.time(hour), day + hour, 5.2]  # noqa: DTZ001 - as in Excel
        for day in (1, 2, 3)
        for hour in (9, 10, 11)
    ]
    return [["Fecha", "Hora", "Llamadas", "TMO (min)"], *rows]


def wide_sheet(first: float) -> list[list[object]]:
    times = [dt.time(hour) for hour in range(9, 14)]
    day = dt.datetime(2026, 3, 2)  # noqa: DTZ001 - as in Excel
    return [["Fecha", *times], [day, *(first + at for at in range(5))]]


def errors(reading: HistoryReading) -> set[str]:
    return set(reading.problems.loc[reading.problems["severity"] == "error", "code"])


def test_sheets_named_after_months_are_one_history_and_a_summary_is_left_out() -> None:
    summary: list[list[object]] = [["Mes", "Llamadas"], ["Enero", 200]]
    reading = workbook({"Enero": month(1), "Febrero": month(2), "Resumen": summary})
    assert not errors(reading)
    assert set(reading.history["queue"]) == {"all"}
    assert len(reading.history) == 18
    assert set(reading.history["aht_s"]) == {312.0}
    assert list(reading.problems.query("code == 'sheet_skipped'")["found"]) == ["Resumen"]


def test_sheets_of_the_same_days_are_queues() -> None:
    reading = workbook({"Ventas": month(1), "Averías": month(1)})
    assert set(reading.history["queue"]) == {"Ventas", "Averías"}
    assert len(reading.history) == 18


def test_wide_sheets_of_calls_and_of_handling_times_are_halves_of_one_table() -> None:
    history = workbook({"Llamadas": wide_sheet(10), "TMO": wide_sheet(300)}).history
    assert list(history["contacts"]) == [10.0, 11.0, 12.0, 13.0, 14.0]
    assert list(history["aht_s"]) == [300.0, 301.0, 302.0, 303.0, 304.0]


@pytest.mark.parametrize(
    ("names", "queues"),
    [
        (["ventas.csv", "soporte.csv"], {"ventas", "soporte"}),
        (["enero.csv", "febrero.csv"], {"all"}),
    ],
)
def test_several_files_are_queues_or_go_on_from_one_another(
    names: list[str], queues: set[str]
) -> None:
    first = f"{HEADER}\n15/01/2026;09:00;5;300\n15/01/2026;09:30;6;310\n"
    second = first.replace(";5;", ";9;") if len(queues) > 1 else first.replace("/01/", "/02/")
    reading = read_histories([first.encode(), second.encode()], names=names, zone=ZONE)
    assert set(reading.history["queue"]) == queues
    assert len(reading.history) == 4


def test_a_block_a_queue_with_its_own_title_header_and_subtotal() -> None:
    rows = ["{day};09:00;{a};300", "{day};09:30;{b};310", "Subtotal;;{s};"]
    lines = ["Informe"]
    for queue, a, b in (("Ventas", 10, 12), ("Averías", 5, 6)):
        lines += [f"Cola: {queue}", HEADER, *(r.format(day=DAY, a=a, b=b, s=a + b) for r in rows)]
    history = read(*lines, "Total;;33;").history
    assert history.groupby("queue")["contacts"].sum().to_dict() == {"Averías": 11, "Ventas": 22}


def test_two_header_rows_are_joined() -> None:
    reading = read(
        "Fecha;Hora;Cola;Llamadas;;;Tiempos;",
        ";;;Ofrecidas;Atendidas;Abandonadas;TMO;ACW",
        f"{DAY};09:00;V;10;9;1;300;30",
        f"{DAY};09:30;V;12;12;0;310;30",
    )
    assert list(reading.history["answered"]) == [9.0, 12.0]
    assert list(reading.history["aht_s"]) == [300.0, 310.0]


@pytest.mark.parametrize(
    ("written", "header"),
    [
        (("300", "290"), "TMO"),
        (("5,0", "4,83333333"), "TMO"),
        (("300000", "290000"), "TMO"),
        (("05:00", "04:50"), "TMO"),
        (("05:00:00", "04:50:00"), "TMO"),
        (("00:05:00", "00:04:50"), "TMO (hh:mm:ss)"),
        (("5 min", "4 min 50 s"), "TMO"),
        (("0,00347222", "0,00335648"), "TMO"),
    ],
)
def test_the_unit_of_handling_times_is_the_plausible_one(
    written: tuple[str, str], header: str
) -> None:
    reading = read(
        f"Fecha;Hora;Llamadas;{header}",
        f"{DAY};09:00;10;{written[0]}",
        f"{DAY};09:30;10;{written[1]}",
    )
    assert list(reading.history["aht_s"].round(1)) == [300.0, 290.0]


@pytest.mark.parametrize("total", [True, False])
def test_totals_are_told_from_averages_by_how_they_grow_with_the_contacts(total: bool) -> None:
    rows = [
        f"2026-03-15,{hour:02}:00,{hour},{250 * times},{50 * times}"
        for hour in range(8, 20)
        for times in [hour if total else 1]
    ]
    history = read("date,time,calls,talk time,acw time", *rows).history
    assert set(history["aht_s"]) == {300.0}


@pytest.mark.parametrize(
    ("header", "times"),
    [
        ("Hora", [f"{m // 60:02}:{m % 60:02}" for m in range(30, 1441, 30)]),
        ("Hora", [f"{m // 60:02}:{m % 60:02}" for m in range(29, 1440, 30)]),
        ("Hora fin", [f"{m // 60:02}:{m % 60:02}" for m in range(30, 1411, 30)]),
        ("Intervalo", [str(number) for number in range(1, 49)]),
    ],
)
def test_ends_and_numbers_of_intervals_are_told_from_starts(header: str, times: list[str]) -> None:
    rows = [f"{DAY};{time};{at}" for at, time in enumerate(times)]
    reading = read(f"Fecha;{header};Llamadas", *rows)
    assert reading.interval_min == 30
    assert reading.history["interval_start"].iloc[0] == pd.Timestamp("2026-03-15", tz=ZONE)
    assert list(reading.history["contacts"]) == [float(at) for at in range(len(times))]


def test_a_weekday_beside_an_ambiguous_date_tells_its_order() -> None:
    reading = read(
        "Día,Fecha,Hora,Llamadas", "lunes,02/03/2026,09:00,5", "lunes,02/03/2026,10:00,6"
    )
    assert reading.history["interval_start"].iloc[0] == pd.Timestamp("2026-03-02 09:00", tz=ZONE)
    assert not reading.questions


def test_both_orders_of_a_date_fit_and_a_question_is_asked() -> None:
    reading = read("date,time,calls", "03/04/2026,08:00,5", "03/04/2026,08:30,6")
    assert [(one.key, one.options) for one in reading.questions] == [("date_order", ("dmy", "mdy"))]
    answered = read_history(
        b"date,time,calls\n03/04/2026,08:00,5\n03/04/2026,08:30,6",
        zone=ZONE,
        mapping=reading.mapping.answered("date_order", "mdy"),
    )
    assert answered.history["interval_start"].iloc[0] == pd.Timestamp("2026-03-04 08:00", tz=ZONE)


def test_two_channels_of_one_queue_are_both_kept() -> None:
    rows = [
        f"2026-03-15,{hour:02}:00,Help,{channel},{contacts}"
        for hour in range(8, 20)
        for channel, contacts in (("Voice", 10), ("Chat", 3))
    ]
    history = read("date,time,queue,media type,offered", *rows).history
    totals = history.groupby(["queue", "channel"])["contacts"].sum().to_dict()
    assert totals == {("Help", "voice"): 120.0, ("Help (chat)", "chat"): 36.0}


def test_reasons_are_given_with_a_confidence() -> None:
    decisions = read(HEADER, f"{DAY};09:00;5;300", f"{DAY};09:30;6;310").decisions
    assert list(decisions.columns) == ["what", "decided", "why", "evidence", "confidence"]
    assert decisions["confidence"].between(0, 1).all()
    by_what = decisions.set_index("what")
    assert tuple(by_what.loc["date_order", ["decided", "why"]]) == ("dmy", "over_12")
    assert by_what.loc["columns.contacts", "decided"] == "Llamadas"
