"""Damaged files end in reports: no exception, no hang, nothing misread in silence."""

from __future__ import annotations

from types import ModuleType

import pytest

_FILES, _SEED = 80, 7


def test_no_damaged_file_raises_hangs_or_is_misread_in_silence(fuzzer: ModuleType) -> None:
    found = fuzzer.fuzz(_FILES, _SEED)
    assert found["cases"] == []


@pytest.mark.parametrize("at", range(10))
def test_an_undamaged_file_of_each_dialect_is_right(fuzzer: ModuleType, at: int) -> None:
    dialect = fuzzer.DIALECTS[at]
    frame = fuzzer.centre(queues=fuzzer.QUEUES, start="2026-03-08", days=10)
    data = fuzzer.write(frame, dialect)
    reading = fuzzer.read_timed(data, dialect.name)
    named = fuzzer.said(reading.problems)
    assert fuzzer.judge(reading, data, data, frame, dialect, named) == fuzzer.Verdict(
        fault="", lost=0, wrong=0
    )
    assert len(reading.history) == len(frame)
