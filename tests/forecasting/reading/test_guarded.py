"""Reading in a process that may die: the same result, within limits, and stopped when asked."""

from __future__ import annotations

import io
import time
from pathlib import Path

import pandas as pd
import pytest

from forecasting.reading import guarded
from forecasting.reading.guarded import ReadingLimits, read_guarded
from forecasting.reading.history import read_histories
from forecasting.reading.mapping import Mapping

ZONE = "Europe/Madrid"
LINES = [
    f"{day:02}/03/2026;{hour:02}:00;Ventas ñ;{hour};300,5"
    for day in range(2, 28)
    for hour in range(24)
]
SPANISH = "\n".join(["Fecha;Hora;Cola;Llamadas recibidas;TMO (s)", *LINES, "mal;;;x;"]).encode()


def test_a_guarded_reading_is_the_reading() -> None:
    mapping = Mapping(date_order="dmy", columns={"aht_s": "TMO (s)"})
    words = {"names": ["x.csv"], "zone": ZONE, "mapping": mapping, "queue": "q", "channel": "chat"}
    plain = read_histories([SPANISH], **words)
    kept = read_guarded([SPANISH], **words)
    pd.testing.assert_frame_equal(kept.history, plain.history)
    pd.testing.assert_frame_equal(kept.problems, plain.problems)
    pd.testing.assert_frame_equal(kept.decisions, plain.decisions)
    assert len(kept.history)
    assert kept.questions == plain.questions
    assert kept.mapping == plain.mapping
    for name in ("reading", "name", "sha256", "interval_min"):
        assert getattr(kept, name) == getattr(plain, name)


def test_a_path_and_an_upload_are_read_alike(tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_bytes(SPANISH)
    stream = io.BytesIO(SPANISH)
    stream.read()
    one = read_guarded([tmp_path / "x.csv"], zone=ZONE)
    other = read_guarded([stream], names=["x.csv"], zone=ZONE)
    pd.testing.assert_frame_equal(one.history, other.history)
    assert (one.name, one.sha256) == (other.name, other.sha256)


def test_a_file_that_is_not_there_is_a_problem() -> None:
    reading = read_guarded([Path("/nowhere/x.csv")])
    assert list(reading.problems["code"]) == ["file_missing"]


@pytest.mark.parametrize(
    ("limits", "found"),
    [
        (ReadingLimits(time_s=1), "time"),
        (ReadingLimits(cpu_s=1), "time"),
        (ReadingLimits(memory_mb=1_200), "memory"),
    ],
)
def test_a_file_that_asks_for_too_much_is_stopped(
    limits: ReadingLimits, found: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(guarded, "_MODULE", "tests_greedy_reader")
    monkeypatch.syspath_prepend(str(Path(__file__).with_name("samples")))
    reading = read_guarded([found.encode()], names=["x.csv"], zone=ZONE, limits=limits)
    assert reading.history.empty
    assert str(reading.history["interval_start"].dtype) == f"datetime64[ns, {ZONE}]"
    [problem] = reading.problems.to_dict("records")
    assert (problem["code"], problem["file"]) == ("reading_stopped", "x.csv")
    assert problem["found"] == found


def test_progress_is_told_and_what_it_raises_stops_the_process() -> None:
    steps: list[str] = []
    read_guarded([SPANISH], names=["x.csv"], progress=lambda step, _: steps.append(step))
    assert list(dict.fromkeys(steps))[:4] == [*("starting", "opening", "recognising", "reading")]

    def cancel(*_: object) -> None:
        raise KeyboardInterrupt

    begun = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        read_guarded([SPANISH], names=["x.csv"], progress=cancel)
    assert time.monotonic() - begun < 5


def test_nothing_of_our_secrets_is_handed_to_the_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AFORO_SECRET", "s3cret")
    process = guarded._start("/nowhere")
    try:
        environment = Path(f"/proc/{process.pid}/environ")
        if not environment.exists():
            pytest.skip("no /proc here")
        assert b"s3cret" not in environment.read_bytes()
    finally:
        guarded._end(process)


def test_no_file_is_left_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    read_guarded([SPANISH], names=["../../x.csv"])
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["memory_mb", "cpu_s", "time_s"])
def test_a_limit_is_above_zero(name: str) -> None:
    with pytest.raises(ValueError, match=name):
        ReadingLimits(**{name: 0})
