"""The benchmark is fair: each is asked alike and judged alike, and nobody is dropped in silence."""

import subprocess
import sys
from contextlib import ExitStack
from importlib import import_module
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

BENCHMARKS = Path(__file__).parents[1] / "benchmarks"
ROW = {
    "model": "erlang_c",
    "volume": 30.0,
    "interval_s": 900.0,
    "aht_s": 300.0,
    "patience_s": None,
    "agents": 14,
    "sl_target": 0.8,
    "target_s": 20.0,
    "max_occupancy": None,
    "max_asa_s": None,
}


@pytest.fixture
def benchmark(monkeypatch):
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    return import_module


@pytest.fixture
def pyworkforce(benchmark):
    """The version that the project itself depends on, asked as the isolated ones are."""
    peers = benchmark("peers")
    program = [sys.executable, str(BENCHMARKS / "peer_answers.py"), "pyworkforce"]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    with subprocess.Popen(program, **pipes) as process:
        process.stdout.readline()
        yield peers.Peer(process=process, about={})


def test_a_peer_answers_in_its_own_words_and_refusals_are_told_from_answers(pyworkforce):
    rows = [
        ROW,
        ROW | {"volume": 1.8, "sl_target": 0.2},  # one agent does; it starts its search at two
        ROW | {"volume": 0.0},
        ROW | {"sl_target": None, "max_asa_s": 20.0},
    ]
    answers = pyworkforce.answers("agents", rows, limit_s=5, budget_s=20)
    fourteen, two, refused, not_offered = (answer for answer, _ in answers)
    assert (fourteen, two) == (14, 2)
    assert set(refused) == {"refused"}
    assert set(not_offered) == {"not_offered"}


def test_a_peer_that_takes_too_long_is_stopped_and_goes_on_with_the_next_row(pyworkforce):
    rows = [ROW | {"volume": 3e7}, ROW]
    (stopped, spent), (next_one, _) = pyworkforce.answers("agents", rows, limit_s=0.2, budget_s=9)
    assert stopped is None
    assert spent < 2
    assert next_one == 14


def test_a_peer_gets_no_row_after_its_budget(pyworkforce):
    rows = [ROW | {"volume": 3e7}] * 50
    assert len(pyworkforce.answers("agents", rows, limit_s=0.2, budget_s=0.3)) == 2


def test_without_uv_every_peer_is_absent_for_that_reason(benchmark, monkeypatch):
    peers = benchmark("peers")
    monkeypatch.setattr(peers, "find_spec", lambda _: None)
    monkeypatch.setattr(peers.shutil, "which", lambda _: None)
    with ExitStack() as running:
        there, absent = peers.start_peers(running)
    assert not there
    assert absent.keys() == peers.PEERS.keys()
    assert all("uv" in reason for reason in absent.values())


def test_a_row_with_any_measure_visibly_off_is_wrong_once(benchmark):
    tables = benchmark("truth_tables")
    truth = pd.DataFrame(
        {"p_wait": [0.2, 0.2, 0.2, 1.0], "service_level": [0.8, 0.8, 0.8, 0.0],
         "asa_s": [10.0, 10.0, 10.0, np.inf], "p_abandon": 0.0, "occupancy": 0.7}
    )  # fmt: skip
    replies = [
        {"p_wait": 0.2004, "service_level": 0.8, "asa_s": 10.4},  # what nobody would see
        {"p_wait": 0.3, "service_level": 0.7},
        {"p_wait": float("nan")},
        {"p_wait": 1.0, "asa_s": float("inf")},
    ]
    found = tables.judged_measures(replies, truth)
    assert found["wrong"] == 2
    assert found["largest_error"]["p_wait"] == pytest.approx(0.1)


def test_numbers_of_agents_are_wrong_by_one_already_and_refusals_are_not_wrong(benchmark):
    tables = benchmark("truth_tables")
    truth = pd.DataFrame({"agents_required": [14, 14, 14, 14, 14]})
    replies = [14, 15, 12, {"refused": "ValueError"}, None]
    fates = tables.fates(replies, tables.judged_agents(replies, truth))
    assert fates == {
        "right": 1,
        "wrong": 2,
        "most_too_few": 2,
        "most_too_many": 1,
        "refused": 1,
        "unfinished": 1,
    }


def test_our_own_answers_are_asked_the_same_way(benchmark):
    aforo = benchmark("truth_tables").aforo
    assert aforo("agents", ROW) == 14
    assert aforo("agents", ROW | {"volume": 1.8, "sl_target": 0.2}) == 1
    measures = aforo("measures", ROW | {"volume": 100.0, "interval_s": 1800.0, "aht_s": 180.0})
    assert measures["service_level"] == pytest.approx(0.88835, abs=1e-5)  # CRAN's ErlangC
