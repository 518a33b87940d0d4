"""Numbers as they are written."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forecasting.reading.cell_numbers import decimal_mark, read_durations, read_numbers
from forecasting.reading.raw_table import Cells


def cells(*texts: str) -> Cells:
    code, distinct = pd.factorize(np.array(texts, dtype=object))
    return Cells(
        code=code, text=pd.Series(distinct, dtype=object), number=np.full(len(distinct), np.nan)
    )


@pytest.mark.parametrize(
    ("counts", "measures", "separator", "mark"),
    [
        (["5"], ["305,5"], ";", ","),
        (["5"], ["305.5"], ";", "."),
        (["1.234"], ["305,5"], ",", ","),
        (["1,234.5"], [], ",", "."),
        (["1.234.567"], [], ",", ","),
        (["1,234,567"], [], ";", "."),
        (["0.125"], [], ";", "."),
        (["1.234"], [], ";", ","),
        (["1.234"], [], ",", ""),
        (["1,234"], [], "\t", ""),
        (["5"], ["312.125"], ",", "."),
        (["5"], ["312,125"], "\t", ","),
        (["5"], ["300"], ",", "."),
    ],
)
def test_the_decimal_mark_is_inferred_from_all_numbers(
    counts: list[str], measures: list[str], separator: str, mark: str
) -> None:
    assert decimal_mark([cells(*counts)], [cells(*measures)], separator) == mark


@pytest.mark.parametrize(
    ("text", "value"),
    [
        *(("12", 12.0), ("+12", 12.0), ("−5", -5.0), ("1.234,5", 1234.5), ("1 234,5", 1234.5)),
        *(("1'234", 1234.0), (",5", 0.5), ("1e3", 1000.0), ("1.234.567", 1234567.0)),
    ],
)
def test_numbers_with_a_decimal_comma(text: str, value: float) -> None:
    assert read_numbers(cells(text), ",").value[0] == value


@pytest.mark.parametrize(
    "text", ["12 34", "1.23", "1..234", "5-", "5 %", "€5", "0x10", "٣", "#N/A", "1_000", ".", "e5"]
)
def test_what_is_no_number_is_unreadable(text: str) -> None:
    numbers = read_numbers(cells(text), ",")
    assert numbers.unreadable[0]
    assert not numbers.blank[0]


@given(st.floats(0, 1e9, allow_subnormal=False))
@settings(max_examples=100, deadline=None)
def test_a_number_written_in_either_way_is_itself(value: float) -> None:
    english = f"{value:,.4f}"
    spanish = english.translate(str.maketrans(",.", ".,"))
    assert read_numbers(cells(english), ".").value[0] == float(f"{value:.4f}")
    assert read_numbers(cells(spanish), ",").value[0] == float(f"{value:.4f}")


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        *(("330", 330.0), ("5:30", 330.0), ("0:05:30", 330.0), ("00:05:30.5", 330.5)),
        *(("75:10", 4510.0), ("1:15:10", 4510.0), ("-0:05", -5.0)),
    ],
)
def test_durations_are_seconds_or_clock_time(text: str, seconds: float) -> None:
    assert read_durations(cells(text), ".").value[0] == seconds


@pytest.mark.parametrize("text", ["5:75", "5:30 min", "1:2:3:4", ":30"])
def test_what_is_no_duration_is_unreadable(text: str) -> None:
    assert read_durations(cells(text), ".").unreadable[0]
