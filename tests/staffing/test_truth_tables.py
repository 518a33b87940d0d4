"""Erlang B, C and A against tables computed at fifty digits, where those lie beside the project."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from staffing import (
    agents_required,
    average_speed_of_answer,
    erlang_b,
    erlang_c,
    lines_required,
    occupancy,
    offered_load,
    service_level,
)
from staffing.queues.measures import erlang_measures

TRUTH = Path(__file__).parents[2].parent / "shared" / "truth"
needs_truth = pytest.mark.skipif(
    not TRUTH.is_dir(), reason="the high-precision tables are not part of a clone"
)


def rows(table, model):
    # pandas' fast reader loses the last digits of thirty.
    frame = pd.read_csv(TRUTH / f"{table}.csv", float_precision="round_trip")
    frame = frame[frame["model"] == model].reset_index(drop=True)
    load = offered_load(frame["volume"], frame["aht_s"], frame["interval_s"])
    return frame, np.asarray(load)


@needs_truth
def test_erlang_b_is_exact_to_1e_12_of_its_value():
    frame, load = rows("erlang_metrics", "erlang_b")
    assert len(frame) > 50
    np.testing.assert_allclose(erlang_b(frame["agents"], load), frame["p_wait"], rtol=1e-12)


@needs_truth
def test_erlang_c_is_exact_to_1e_11_of_its_value():
    frame, load = rows("erlang_metrics", "erlang_c")
    assert len(frame) > 100
    n, aht_s = frame["agents"], frame["aht_s"]
    close = {"rtol": 1e-11, "atol": 0}
    np.testing.assert_allclose(erlang_c(n, load), frame["p_wait"], **close)
    np.testing.assert_allclose(
        service_level(n, load, aht_s, frame["target_s"]), frame["service_level"], **close
    )
    np.testing.assert_allclose(average_speed_of_answer(n, load, aht_s), frame["asa_s"], **close)
    np.testing.assert_allclose(occupancy(n, load), frame["occupancy"], **close)


@needs_truth
def test_required_agents_are_the_true_minimum():
    frame, load = rows("erlang_required", "erlang_c")
    assert len(frame) > 100
    for row, a in zip(frame.itertuples(), load, strict=True):
        given = {
            "service_level": row.sl_target,
            "within_s": row.target_s,
            "max_asa_s": row.max_asa_s,
            "max_occupancy": row.max_occupancy,
        }
        stated = {name: value for name, value in given.items() if not np.isnan(value)}
        assert agents_required(a, row.aht_s, **stated) == row.agents_required, row


@needs_truth
def test_required_lines_are_the_true_minimum():
    frame, load = rows("erlang_required", "erlang_b")
    assert len(frame) > 30
    cap = frame["max_occupancy"].fillna(1.0)
    lines = lines_required(load, 1 - frame["sl_target"], max_occupancy=cap)
    assert lines.tolist() == frame["agents_required"].tolist()


@needs_truth
def test_erlang_a_is_exact_to_a_billionth():
    frame, load = rows("erlang_metrics", "erlang_a")
    assert len(frame) > 100
    found = erlang_measures(
        frame["agents"], load, frame["aht_s"], frame["target_s"], patience_s=frame["patience_s"]
    )
    named = {
        "p_wait": found.p_wait,
        "service_level": found.service_level,
        "service_level_excl_abandoned_before_target": found.service_level_offered_less_abandoned,
        "p_abandon": found.p_abandon,
        "occupancy": found.occupancy,
    }
    for name, column in named.items():
        np.testing.assert_allclose(column, frame[name], rtol=0, atol=1e-12, err_msg=name)
    for name in ("asa_s", "asa_answered_s"):
        np.testing.assert_allclose(getattr(found, name), frame[name], rtol=1e-11, err_msg=name)


@needs_truth
def test_required_agents_are_the_true_minimum_with_patience_too():
    frame, load = rows("erlang_required", "erlang_a")
    assert len(frame) > 100
    for row, a in zip(frame.itertuples(), load, strict=True):
        given = {
            "service_level": row.sl_target,
            "within_s": row.target_s,
            "max_asa_s": row.max_asa_s,
            "max_occupancy": row.max_occupancy,
        }
        stated = {name: value for name, value in given.items() if not np.isnan(value)}
        found = agents_required(a, row.aht_s, **stated, patience_s=row.patience_s)
        assert found == row.agents_required, row
