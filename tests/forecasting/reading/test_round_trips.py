"""Any history written in any dialect of the field comes back the same."""

from __future__ import annotations

import csv
import datetime as dt
import unicodedata
from types import ModuleType

import numpy as np
import pandas as pd
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from forecasting.reading.history import read_history
from forecasting.reading.mapping import Mapping

ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "cp1252")
_LETTERS = "abcdeABCDEñÑáéíóúüÁÉÍÓÚ0123456789 -&/().'%+=@€"
_TAKEN = {"total", "totales", "suma", "media", "average", "promedio"}

queue_names = st.text(alphabet=_LETTERS, min_size=1, max_size=12).map(
    lambda name: unicodedata.normalize("NFC", " ".join(name.split()))
)
queues = st.lists(
    queue_names.filter(lambda name: name and name.lower() not in _TAKEN),
    min_size=1,
    max_size=2,
    unique=True,
)


@st.composite
def dialect_words(draw: st.DrawFn, *, containers: tuple[str, ...]) -> dict[str, object]:
    separator = draw(st.sampled_from(";,\t|"))
    return {
        "separator": separator,
        "decimal": draw(st.sampled_from(".,")),
        "encoding": draw(st.sampled_from(ENCODINGS)),
        "line_end": draw(st.sampled_from(["\n", "\r\n", "\r"])),
        "quoting": draw(st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL])),
        "language": draw(st.sampled_from(["en", "es"])),
        "date": draw(st.sampled_from(["iso", "dmy", "dmy_dots", "mdy", "compact"])),
        "time": draw(st.sampled_from(["hm", "hms", "am_pm"])),
        "two_columns": draw(st.booleans()),
        "aht": draw(st.sampled_from(["seconds", "clock"])),
        "titles": draw(st.integers(0, 2)),
        "total": draw(st.booleans()),
        "container": draw(st.sampled_from(containers)),
    }


starts = st.dates(dt.date(2021, 1, 1), dt.date(2027, 12, 31))


def assert_comes_back(
    dialects: ModuleType,
    words: dict[str, object],
    names: list[str],
    start: dt.date,
    minutes: int,
    seed: int,
) -> None:
    frame = dialects.centre(str(start), days=14, minutes=minutes, queues=tuple(names), seed=seed)
    dialect = dialects.Dialect(**words)
    reading = read_history(dialects.write(frame, dialect), name=dialect.name, mapping=Mapping())
    errors = reading.problems[reading.problems["severity"] == "error"]
    assert errors.empty, errors.to_dict("records")
    assert reading.questions == ()
    assert reading.interval_min == minutes
    expected = frame.sort_values(["queue", "interval_start"], ignore_index=True)
    if dialect.container == "wide":
        expected["aht_s"] = np.nan
    pd.testing.assert_frame_equal(
        reading.history[["queue", "interval_start", "contacts", "aht_s"]], expected
    )


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    words=dialect_words(containers=("csv", "csv", "csv", "gz", "zip")),
    names=queues,
    start=starts,
    minutes=st.sampled_from([30, 60]),
    seed=st.integers(0, 1_000),
)
def test_a_history_comes_back_the_same_from_any_text(
    dialects: ModuleType,
    words: dict[str, object],
    names: list[str],
    start: dt.date,
    minutes: int,
    seed: int,
) -> None:
    assert_comes_back(dialects, words, names, start, minutes, seed)


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(words=dialect_words(containers=("xlsx",)), names=queues, start=starts)
def test_a_history_comes_back_the_same_from_a_workbook(
    dialects: ModuleType, words: dict[str, object], names: list[str], start: dt.date
) -> None:
    assert_comes_back(dialects, words, names, start, 60, 1)


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(words=dialect_words(containers=("wide",)), names=queues, start=starts)
def test_a_history_comes_back_the_same_from_a_wide_layout(
    dialects: ModuleType, words: dict[str, object], names: list[str], start: dt.date
) -> None:
    assert_comes_back(dialects, {**words, "total": False, "titles": 0}, names, start, 60, 1)
