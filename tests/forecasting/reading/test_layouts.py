"""Every layout has a small sample, and is read from it as its maker means it."""

from __future__ import annotations

import tomllib
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from forecasting.reading.history import HistoryReading, read_history
from forecasting.reading.layouts import FOLDER, layout_names
from forecasting.reading.mapping import read_mapping, write_mapping

SAMPLES = Path(__file__).with_name("samples")
TRUTHS = sorted(path.stem for path in SAMPLES.glob("*.toml"))
COLUMNS = ["queue", "channel", "interval_start", "contacts", "aht_s"]


def truth_of(name: str) -> dict[str, object]:
    """Read the truth of a sample: layout, zone, interval_min and some or all rows.

    A row is queue, channel, start, contacts and, if it has one, the handling time. `codes` are
    problems that must be among those found; there may be no error besides `refused`.
    """
    return tomllib.loads((SAMPLES / f"{name}.toml").read_text(encoding="utf-8"))


def sample_of(name: str) -> Path:
    return next(path for path in SAMPLES.glob(f"{name}.*") if path.suffix != ".toml")


def table_of(rows: list[list[object]], zone: str) -> pd.DataFrame:
    filled = [[*row, *[np.nan] * (5 - len(row))] for row in rows]
    frame = pd.DataFrame(filled, columns=COLUMNS)
    start = pd.to_datetime(frame["interval_start"], utc=True).dt.tz_convert(zone)
    numbers = frame[["contacts", "aht_s"]].astype(float)
    return frame.assign(interval_start=start.dt.as_unit("ns"), **numbers)


def check(reading: HistoryReading, truth: dict[str, object]) -> None:
    """Compare a reading with a sample's truth."""
    zone = str(truth["zone"])
    history = reading.history
    if "rows" in truth:
        expected = table_of(truth["rows"], zone)
        pd.testing.assert_frame_equal(history[COLUMNS], expected, check_dtype=False, rtol=1e-5)
    for which, at in (("first", 0), ("last", -1)):
        if which in truth:
            expected = table_of([truth[which]], zone)
            own = history[COLUMNS].iloc[[at]].reset_index(drop=True)
            pd.testing.assert_frame_equal(own, expected, check_dtype=False, rtol=1e-5)
    if "total" in truth:
        assert history["contacts"].sum() == truth["total"]
    for name, values in truth.get("columns", {}).items():
        np.testing.assert_allclose(history[name], values)


def test_every_layout_has_a_sample() -> None:
    assert {str(truth_of(name)["layout"]) for name in TRUTHS} == set(layout_names())
    assert {path.suffix for path in FOLDER.iterdir()} == {".toml"}


@pytest.mark.parametrize("name", TRUTHS)
def test_a_sample_is_read_as_meant(name: str) -> None:
    truth = truth_of(name)
    reading = read_history(sample_of(name), zone=str(truth["zone"]))
    problems = reading.problems
    errors = set(problems.loc[problems["severity"] == "error", "code"])
    assert errors == ({truth["refused"]} if "refused" in truth else set()), problems
    assert set(truth.get("codes", ())) <= set(problems["code"])
    layouts = reading.decisions[reading.decisions["what"] == "layout"]
    assert list(layouts["decided"]) == [truth["layout"]]
    assert reading.interval_min == truth["interval_min"]
    check(reading, truth)


@pytest.mark.parametrize("name", TRUTHS)
def test_the_mapping_of_a_reading_reads_the_file_the_same_way(name: str, tmp_path: Path) -> None:
    zone = str(truth_of(name)["zone"])
    reading = read_history(sample_of(name), zone=zone)
    path = tmp_path / "mapping.toml"
    write_mapping(reading.mapping, path)
    mapping = read_mapping(path)
    assert mapping == reading.mapping
    again = read_history(sample_of(name), zone=zone, mapping=mapping)
    pd.testing.assert_frame_equal(again.history, reading.history)
    assert not again.questions
