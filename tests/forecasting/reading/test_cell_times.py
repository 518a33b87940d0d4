"""Dates and times as they are written."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forecasting.reading.cell_times import Times, looks_like_time, read_times
from forecasting.reading.raw_table import Cells


def cells(*texts: str) -> Cells:
    code, distinct = pd.factorize(np.array(texts, dtype=object))
    return Cells(
        code=code, text=pd.Series(distinct, dtype=object), number=np.full(len(distinct), np.nan)
    )


def read(*texts: str, times: tuple[str, ...] = (), order: str | None = None) -> Times:
    second = cells(*times) if times else None
    return read_times(cells(*texts), second, date_order=order, likely=("dmy", "separator"))


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("2026-03-02 08:15", "2026-03-02T08:15:00"),
        ("2026/3/2 8:15:30", "2026-03-02T08:15:30"),
        ("2026-03-02T08:14:59.994", "2026-03-02T08:15:00"),
        ("20260302 0815", "2026-03-02T08:15:00"),
        ("2/3/2026 8:15", "2026-03-02T08:15:00"),
        ("02.03.26 08:15", "2026-03-02T08:15:00"),
        ("2026-03-02", "2026-03-02T00:00:00"),
        ("2026-03-02 24:00", "2026-03-03T00:00:00"),
        ("2026-03-02 12:00 AM", "2026-03-02T00:00:00"),
        ("2026-03-02 12:15 p. m.", "2026-03-02T12:15:00"),
        ("2026-03-02 8 pm", "2026-03-02T20:00:00"),
        ("2026-03-02 08:15 - 08:30", "2026-03-02T08:15:00"),
        ("46083.34375", "2026-03-02T08:15:00"),
        ("46083,34375", "2026-03-02T08:15:00"),
        ("2026-03-02T08:15:00Z", "2026-03-02T08:15:00"),
        ("2026-03-02T08:15+01:00", "2026-03-02T07:15:00"),
        ("2026-03-02 08:15:00-0530", "2026-03-02T13:45:00"),
        ("9999-12-31 23:59", "9999-12-31T23:59:00"),
    ],
)
def test_a_stamp_in_one_column(text: str, iso: str) -> None:
    times = read(text)
    assert times.clock[0] == np.datetime64(iso, "s")
    assert times.universal[0] == (text[-1] == "Z" or "+" in text or text.endswith("-0530"))


@pytest.mark.parametrize(
    "text",
    [
        *("2026-02-30 08:00", "2026-13-01 08:00", "31/11/2026", "2026-03-02 25:00", "yesterday"),
        *("2026-03-02 08:60", "2026-03-02 13:00 pm", "2026-03-02 0 am", "2026-03", "08:00", "1e5"),
        *("2026-03-02 24:15", "2026-03-02 aa", "0/0/0", "99999999"),
    ],
)
def test_what_is_no_time_is_neither_a_time_nor_blank(text: str) -> None:
    times = read(text)
    assert np.isnat(times.clock[0])
    assert not times.blank[0]


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        *(("08:15", 495), ("8:15 AM", 495), ("815", 495), ("0815", 495), ("08:15-08:30", 495)),
        *(("08:15 a 08:30", 495), ("08:15 h", 495), ("0.34375", 495), ("24:00", 1440)),
        *(("1900-01-01 08:15:00", 495), ("8", 480), ("24", 1440), ("2345", 1425)),
    ],
)
def test_a_time_in_its_own_column(text: str, minutes: int) -> None:
    clock = read("2026-03-02 00:00:00", times=(text,)).clock[0]
    assert clock == np.datetime64("2026-03-02", "s") + np.timedelta64(minutes, "m")


def test_bare_numbers_are_hours_or_hhmm_by_the_whole_column() -> None:
    day = ("2026-03-02",) * 3
    hours = read(*day, times=("0", "8", "23")).clock.astype("datetime64[h]")
    assert [int(hour.astype(int)) % 24 for hour in hours] == [0, 8, 23]
    hhmm = read(*day, times=("0", "8", "2300")).clock - np.datetime64("2026-03-02", "s")
    assert list(hhmm.astype("timedelta64[m]").astype(int)) == [0, 8, 1380]


def test_a_blank_date_or_time_is_blank() -> None:
    times = read("2026-03-02", "", "2026-03-02", times=("08:00", "08:15", ""))
    assert list(times.blank) == [False, True, True]


def test_an_order_that_was_stated_is_kept() -> None:
    assert np.isnat(read("13/02/2026", order="mdy").clock[0])
    assert read("02/03/2026", order="mdy").clock[0] == np.datetime64("2026-02-03")


def test_a_slip_in_the_form_of_a_date_costs_its_own_row_only() -> None:
    days = [f"2026-03-{day:02}" for day in range(1, 21)]
    times = read(*days, "21/03/2026")
    assert list(np.isnat(times.clock)) == [False] * 20 + [True]
    assert not times.forms_mixed


def test_a_column_of_times_is_told_from_a_column_of_stamps() -> None:
    assert looks_like_time(cells("08:00", "08:15", ""))
    assert not looks_like_time(cells("2026-03-02 08:00", ""))
    assert not looks_like_time(cells(""))


@given(st.datetimes(pd.Timestamp(1990, 1, 1), pd.Timestamp(2100, 12, 31)), st.sampled_from("/-."))
@settings(max_examples=60, deadline=None)
def test_a_written_moment_is_read_back(moment: pd.Timestamp, sign: str) -> None:
    moment = moment.replace(microsecond=0)
    expected = np.datetime64(moment, "s")
    form = f"%Y{sign}%m{sign}%d %H:%M:%S"
    assert read(moment.strftime(form)).clock[0] == expected
    last = f"%d{sign}%m{sign}%Y %I:%M:%S %p"
    assert read(moment.strftime(last), order="dmy").clock[0] == expected
