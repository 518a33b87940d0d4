"""Right files of every make are read as meant."""

from __future__ import annotations

import gzip
import io
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from forecasting.reading.history import HistoryReading, read_history
from forecasting.reading.mapping import Mapping

ZONE = "Europe/Madrid"
SHARED = Path(__file__).parents[3].parent / "shared"


def centre(*, start: str = "2026-03-02", days: int = 14, thousands: bool = False) -> pd.DataFrame:
    """Two queues in half hours, as the tidy frame that every file below must become."""
    wall = pd.date_range(start, periods=days * 48, freq="30min")
    parts = [
        pd.DataFrame(
            {
                "queue": queue,
                "channel": "voice",
                "interval_start": wall.tz_localize(ZONE),
                "contacts": (np.arange(len(wall)) % 37 + (1200.0 if thousands else 0.0)),
                "aht_s": np.arange(len(wall)) % 50 + 280.5,
            }
        )
        for queue in ("averías", "ventas")
    ]
    frame = pd.concat(parts, ignore_index=True)
    frame.loc[frame["contacts"] == 0, "aht_s"] = np.nan
    return frame


def spanish_csv(frame: pd.DataFrame, *, grouped: bool = False) -> str:
    """Write a frame as a Spanish spreadsheet exports it."""
    start = frame["interval_start"].dt.tz_localize(None)
    contacts = frame["contacts"].astype(int)
    written = contacts.map("{:,}".format).str.replace(",", ".") if grouped else contacts
    table = pd.DataFrame(
        {
            "Fecha": start.dt.strftime("%d/%m/%Y"),
            "Hora": start.dt.strftime("%H:%M"),
            "Cola": frame["queue"],
            "Llamadas recibidas": written,
            "TMO (seg)": frame["aht_s"],
        }
    )
    return table.to_csv(sep=";", decimal=",", index=False)


def values(reading: HistoryReading) -> pd.DataFrame:
    assert not (reading.problems["severity"] == "error").any(), reading.problems
    return reading.history


@pytest.mark.parametrize("grouped", [False, True])
def test_a_file_with_semicolons_decimal_commas_and_day_first_is_read_as_meant(
    grouped: bool,
) -> None:
    frame = centre(thousands=grouped)
    spanish = read_history(spanish_csv(frame, grouped=grouped).encode(), zone=ZONE)
    plain = read_history(frame.to_csv(index=False).encode(), zone=ZONE)
    pd.testing.assert_frame_equal(values(spanish), frame)
    pd.testing.assert_frame_equal(values(plain), frame)
    assert spanish.reading["separator"] == ";"
    assert spanish.reading["decimal_mark"] == ","
    assert spanish.reading["date_order"] == "dmy"
    assert spanish.reading["columns"] == {
        "Fecha": "date",
        "Hora": "time",
        "Cola": "queue",
        "Llamadas recibidas": "contacts",
        "TMO (seg)": "aht_s",
    }


def test_a_reading_states_what_was_decided(tmp_path: Path) -> None:
    path = tmp_path / "history.csv.gz"
    path.write_bytes(gzip.compress(centre().to_csv(index=False).encode()))
    reading = read_history(path, zone=ZONE)
    assert reading.name == "history.csv.gz"
    assert len(reading.sha256) == 64
    assert reading.interval_min == 30
    assert reading.reading == {
        "zone": ZONE,
        "format": "csv",
        "encoding": "utf-8",
        "separator": ",",
        "sheet": "",
        "header_row": 1,
        "columns": {
            name: name for name in ("interval_start", "queue", "channel", "contacts", "aht_s")
        },
        "rows_read": 1344,
        "rows_used": 1344,
        "decimal_mark": ".",
        "date_order": "ymd",
        "interval_min": 30,
        "first_interval": "2026-03-02T00:00:00+01:00",
        "last_interval": "2026-03-15T23:30:00+01:00",
    }


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252"])
def test_encodings_are_recognised(encoding: str) -> None:
    reading = read_history(spanish_csv(centre()).encode(encoding), zone=ZONE)
    pd.testing.assert_frame_equal(values(reading), centre())


def test_title_rows_and_a_declared_separator_are_passed_over() -> None:
    text = "sep=;\r\nInforme de llamadas\r\n\r\n" + spanish_csv(centre()).replace("\n", "\r\n")
    reading = read_history(text.encode("cp1252"), zone=ZONE)
    pd.testing.assert_frame_equal(values(reading), centre())
    assert reading.reading["header_row"] == 4


STAMPS: dict[str, Callable[[pd.Series], pd.DataFrame]] = {
    "iso": lambda t: pd.DataFrame({"timestamp": t.dt.strftime("%Y-%m-%d %H:%M:%S")}),
    "iso with T": lambda t: pd.DataFrame({"interval_start": t.dt.strftime("%Y-%m-%dT%H:%M")}),
    "offset": lambda t: pd.DataFrame({"start": t.map(pd.Timestamp.isoformat)}),
    "universal": lambda t: pd.DataFrame(
        {"Interval Start": t.dt.tz_convert("UTC").dt.strftime("%Y-%m-%dT%H:%M:%S.000Z")}
    ),
    "day first": lambda t: pd.DataFrame({"Fecha y hora": t.dt.strftime("%d/%m/%Y %H:%M")}),
    "month first": lambda t: pd.DataFrame({"date_time": t.dt.strftime("%m/%d/%Y %I:%M %p")}),
    "dotted": lambda t: pd.DataFrame({"Inicio": t.dt.strftime("%d.%m.%y %H:%M")}),
    "compact": lambda t: pd.DataFrame(
        {"date": t.dt.strftime("%Y%m%d"), "time": (t.dt.hour * 100 + t.dt.minute).astype(str)}
    ),
    "range": lambda t: pd.DataFrame(
        {
            "Fecha": t.dt.strftime("%d-%m-%Y"),
            "Intervalo": t.dt.strftime("%H:%M-")
            + (t + pd.Timedelta(minutes=30)).dt.strftime("%H:%M"),
        }
    ),
    "spanish half days": lambda t: pd.DataFrame(
        {
            "Fecha": t.dt.strftime("%d/%m/%Y"),
            "Hora": t.dt.strftime("%I:%M ") + np.where(t.dt.hour < 12, "a. m.", "p. m."),
        }
    ),
    "serial": lambda t: pd.DataFrame(
        {"fecha": (t.dt.tz_localize(None) - pd.Timestamp("1899-12-30")) / pd.Timedelta(days=1)}
    ),
}


@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    stamp=st.sampled_from(sorted(STAMPS)),
    form=st.sampled_from([",", ";", "\t", "|", "xlsx", "parquet"]),
    days=st.integers(13, 20),
    shuffled=st.booleans(),
)
def test_the_same_history_is_read_from_every_dialect(
    stamp: str, form: str, days: int, shuffled: bool
) -> None:
    frame = centre(days=days)
    table = STAMPS[stamp](frame["interval_start"]).assign(
        Skill=frame["queue"], Media="Call", Offered=frame["contacts"], AHT=frame["aht_s"]
    )
    if shuffled:
        table = table.sample(frac=1, random_state=days)
    reading = read_history(write(table, form), zone=ZONE)
    pd.testing.assert_frame_equal(values(reading), frame)


def write(table: pd.DataFrame, form: str) -> bytes:
    buffer = io.BytesIO()
    if form == "xlsx":
        table.to_excel(buffer, index=False, startrow=2, startcol=1)
    elif form == "parquet":
        table.to_parquet(buffer, index=False)
    else:
        decimal = "," if form == ";" else "."
        return table.to_csv(index=False, sep=form, decimal=decimal).encode()
    return buffer.getvalue()


def test_dates_and_times_of_a_workbook_are_its_own_whatever_they_look_like() -> None:
    import openpyxl

    workbook = openpyxl.Workbook()
    workbook.active.append(["Notes of the export"])
    sheet = workbook.create_sheet("Datos")
    sheet.append(["Fecha", "Hora", "Cola", "Llamadas", "TMO"])
    frame = centre(days=2)
    for row in frame.itertuples():
        start = row.interval_start.tz_localize(None)
        aht = None if np.isnan(row.aht_s) else row.aht_s
        sheet.append([start.date(), start.time(), row.queue, row.contacts, aht])
        sheet.cell(sheet.max_row, 1).number_format = "dd/mm/yyyy"
    buffer = io.BytesIO()
    workbook.save(buffer)
    reading = read_history(buffer, name="abril.xlsx", zone=ZONE)
    pd.testing.assert_frame_equal(values(reading), frame)
    assert reading.reading["sheet"] == "Datos"


@pytest.mark.parametrize("aware", [True, False])
def test_times_of_a_parquet_file_keep_their_zone(aware: bool) -> None:
    frame = centre()
    buffer = io.BytesIO()
    start = frame["interval_start"]
    frame.assign(interval_start=start if aware else start.dt.tz_localize(None)).to_parquet(buffer)
    pd.testing.assert_frame_equal(values(read_history(buffer.getvalue(), zone=ZONE)), frame)
    if aware:
        moved = values(read_history(buffer.getvalue(), zone="America/Bogota"))
        assert (moved["interval_start"] == start).all()
        assert str(moved["interval_start"].dt.tz) == "America/Bogota"


# --- the order of dates


def dated(days: list[str], *, separator: str = ",", number: str = "5") -> bytes:
    rows = [f"{day} {hour:02}:00{separator}{number}" for day in days for hour in range(8, 20)]
    return "\n".join([f"timestamp{separator}contacts", *rows]).encode()


def test_a_value_over_twelve_tells_the_order() -> None:
    assert read_history(dated(["01/02/2026", "13/02/2026"])).reading["date_order"] == "dmy"
    assert read_history(dated(["02/01/2026", "02/13/2026"])).reading["date_order"] == "mdy"


def test_days_that_follow_one_another_tell_the_order() -> None:
    first_days = [f"{day:02}/03/2026" for day in range(1, 13)]
    assert read_history(dated(first_days)).reading["date_order"] == "dmy"
    months_first = [f"03/{day:02}/2026" for day in range(1, 13)]
    assert read_history(dated(months_first)).reading["date_order"] == "mdy"


def test_where_both_orders_fit_a_semicolon_tells_day_first_and_a_comma_asks() -> None:
    spanish = read_history(dated(["03/04/2026"], separator=";"))
    assert spanish.history["interval_start"].min() == pd.Timestamp("2026-04-03 08:00", tz="UTC")
    unclear = read_history(dated(["03/04/2026"]))
    assert unclear.history.empty
    errors = unclear.problems[unclear.problems["severity"] == "error"]
    assert list(errors["code"]) == ["date_order_ambiguous"]
    assert list(errors["found"]) == ["03/04/2026"]
    answered = read_history(dated(["03/04/2026"]), mapping=Mapping(date_order="mdy"))
    assert answered.history["interval_start"].min() == pd.Timestamp("2026-03-04 08:00", tz="UTC")


def test_a_file_that_a_spreadsheet_read_with_months_and_days_swapped_is_refused() -> None:
    """Days over 12 stay text, the others became dates of another month: neither can be trusted."""
    days = [f"2026-{day:02}-03" if day <= 12 else f"{day}/03/2026" for day in range(1, 32)]
    reading = read_history(dated(days))
    errors = reading.problems[reading.problems["severity"] == "error"]
    assert list(errors["code"]) == ["date_forms_mixed"]
    assert reading.history.empty


def test_thousands_and_decimals_that_look_alike_are_asked_for() -> None:
    reading = read_history(dated(["2026-03-02"], separator="\t", number="1.234"))
    errors = reading.problems[reading.problems["severity"] == "error"]
    assert list(errors["code"]) == ["decimal_mark_ambiguous"]
    assert list(errors["found"]) == ["1.234"]
    thousands = read_history(
        dated(["2026-03-02"], separator="\t", number="1.234"), mapping=Mapping(decimal=",")
    )
    assert set(thousands.history["contacts"]) == {1234.0}


# --- the length of intervals


@pytest.mark.parametrize("minutes", [5, 10, 15, 20, 30, 60])
def test_the_length_of_intervals_is_found_even_where_quiet_ones_are_left_out(minutes: int) -> None:
    starts = pd.date_range("2026-03-02", periods=5 * 1440 // minutes, freq=f"{minutes}min")
    kept = pd.Series(starts).sample(frac=0.6, random_state=minutes).sort_values()
    table = pd.DataFrame({"timestamp": kept, "contacts": 3})
    reading = read_history(table.to_csv(index=False).encode())
    assert reading.interval_min == minutes
    assert len(reading.history) == len(kept)


@pytest.mark.parametrize("step", ["1D", "2h", "1min"])
def test_other_lengths_are_refused(step: str) -> None:
    starts = pd.date_range("2026-03-02", periods=50, freq=step)
    table = pd.DataFrame({"timestamp": starts, "contacts": 3})
    reading = read_history(table.to_csv(index=False).encode())
    errors = reading.problems[reading.problems["severity"] == "error"]
    assert list(errors["code"]) == ["interval_unclear"]
    assert (reading.interval_min, len(reading.history)) == (0, 0)


def test_midnight_written_as_24_00_tells_the_ends_of_intervals_and_is_doubted() -> None:
    rows = [f"02/03/2026;{hour}:00;5" for hour in range(20, 25)]
    data = "\n".join(["Fecha;Hora;Llamadas", *rows]).encode()
    reading = read_history(data)
    assert reading.history["interval_start"].max() == pd.Timestamp("2026-03-02 23:00", tz="UTC")
    assert "times_may_be_ends" in set(reading.problems["code"])
    question = next(one for one in reading.questions if one.key == "stamp")
    assert question.options == ("end", "start")
    starts = read_history(data, mapping=Mapping().answered("stamp", "start"))
    assert starts.history["interval_start"].max() == pd.Timestamp("2026-03-03", tz="UTC")


# --- the days the clocks change


def autumn(rows: list[str]) -> HistoryReading:
    return read_history("\n".join(["timestamp,contacts", *rows]).encode(), zone=ZONE)


@pytest.mark.parametrize("order", [[0, 1, 2, 3], [0, 2, 1, 3]])
def test_the_hour_that_autumn_repeats_is_told_apart_by_the_order_of_rows(order: list[int]) -> None:
    twice = ["2025-10-26 02:00,1", "2025-10-26 02:30,2", "2025-10-26 02:00,3", "2025-10-26 02:30,4"]
    reading = autumn(["2025-10-26 01:30,0", *(twice[i] for i in order), "2025-10-26 03:00,5"])
    assert list(values(reading)["contacts"]) == [0.0, 1.0, 2.0, 3.0, 4.0, 5.0]
    utc = reading.history["interval_start"].dt.tz_convert("UTC")
    assert (utc.diff().dropna() == pd.Timedelta(minutes=30)).all()


def test_a_repeated_hour_that_stands_once_is_read_as_the_first_and_said() -> None:
    reading = autumn([f"2025-10-26 0{hour}:00,{hour}" for hour in range(5)])
    starts = list(values(reading)["interval_start"])
    assert starts[2] == pd.Timestamp("2025-10-26 02:00+02:00")
    said = reading.problems[reading.problems["code"] == "dst_hour_once"]
    assert list(said["found"]) == ["2025-10-26 02:00"]
    assert list(said["severity"]) == ["info"]


def test_the_hour_that_spring_skips_holds_no_contacts() -> None:
    rows = [f"2026-03-29 0{hour}:00,{hour}" for hour in range(5)]
    reading = autumn(rows)
    faults = reading.problems[reading.problems["code"] == "time_does_not_exist"]
    assert list(faults["row"]) == [4]
    assert list(faults["severity"]) == ["error"]
    assert list(reading.history["contacts"]) == [0.0, 1.0, 3.0, 4.0]
    filled = autumn([row.replace("02:00,2", "02:00,0") for row in rows])
    assert list(values(filled)["contacts"]) == [0.0, 1.0, 3.0, 4.0]


def test_a_day_of_23_or_25_hours_is_whole() -> None:
    for day, hours in (("2026-03-29", 23), ("2025-10-26", 25)):
        start = pd.date_range(day, periods=hours, freq="h", tz=ZONE)
        rows = [f"{wall:%Y-%m-%d %H:%M},7" for wall in start]
        pd.testing.assert_index_equal(
            pd.DatetimeIndex(values(autumn(rows))["interval_start"]),
            start,
            check_names=False,
            exact="equiv",
        )


# --- what a file leaves out


def test_queue_and_channel_are_taken_from_the_arguments_and_said() -> None:
    reading = read_history(dated(["2026-03-02"]), queue="support", channel="email")
    assert set(reading.history["queue"]) == {"support"}
    assert set(reading.history["channel"]) == {"email"}
    said = reading.problems.set_index("code")
    assert said.loc["queue_assumed", "expected"] == "support"
    assert said.loc["channel_assumed", "expected"] == "email"
    assert said.loc["aht_missing", "severity"] == "warning"


@pytest.mark.parametrize("blank", ["", "-", "--", "n/a", "NaN", " "])
def test_a_blank_is_unknown_and_never_zero(blank: str) -> None:
    rows = [f"2026-03-02 {hour:02}:00,5,300,{blank}" for hour in range(8, 12)]
    rows.append(f"2026-03-02 12:00,{blank},{blank},0")
    text = "\n".join(["timestamp,contacts,aht,abandoned", *rows])
    reading = read_history(text.encode())
    assert list(values(reading)["contacts"].isna()) == [False] * 4 + [True]
    assert reading.history["aht_s"].isna().sum() == 1
    assert reading.history["abandoned"].isna().sum() == 4
    lost = reading.problems[reading.problems["code"] == "contacts_blank"]
    assert list(lost["row"]) == [6]


@pytest.mark.parametrize(
    ("file", "rows", "interval_min"), [("bank.csv", 3528, 30), ("technion.csv", 11664, 30)]
)
def test_real_histories_are_read_without_errors(file: str, rows: int, interval_min: int) -> None:
    path = SHARED / "data" / "forecast" / file
    if not path.exists():
        pytest.skip(f"no folder shared/ with {file} beside the project")
    reading = read_history(path)
    assert len(values(reading)) == rows
    assert reading.interval_min == interval_min
