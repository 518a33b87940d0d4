"""Customers who give up: published values, edges and laws of Erlang A."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from staffing.queues.erlang import (
    average_speed_of_answer,
    erlang_a,
    erlang_c,
    occupancy,
    service_level,
)
from staffing.queues.measures import abandonment, erlang_measures, mean_queue, wait_quantile
from staffing.queues.outcome import DEFINITIONS

quick = settings(max_examples=60, deadline=None)
agents = st.integers(0, 300)
loads = st.floats(0.01, 300.0)
times = st.floats(0.0, 900.0)
patiences = st.floats(1.0, 36000.0)
definitions = st.sampled_from(list(DEFINITIONS))


@pytest.mark.parametrize(
    ("definition", "share"),
    [
        ("offered", 0.86001816018),
        ("answered", 0.880063849),
        ("virtual", 0.863225143),
        ("offered_less_abandoned", 0.870488400),
        ("left_queue", 0.872046166),
    ],
)
def test_the_five_service_levels_are_told_apart(definition, share):
    found = service_level(28, 24.0, 240, 20, patience_s=300, definition=definition)
    assert found == pytest.approx(share, abs=1e-9)


def test_erlang_a_gives_pyworkforce_s_published_values():
    found = erlang_measures(14, 10.0, 180, 20, patience_s=300)
    assert found.p_wait == pytest.approx(0.14526, abs=5e-6)
    assert found.p_abandon == pytest.approx(0.013984, abs=5e-7)
    assert found.occupancy == pytest.approx(0.704297, abs=5e-7)
    assert found.service_level == pytest.approx(0.916792, abs=5e-7)


def test_mandelbaum_and_zeltyn_s_table_is_reproduced():
    # 48 calls a minute of one minute, 50 agents, patience endless and two minutes.
    assert average_speed_of_answer(50, 48.0, 60) == pytest.approx(20.83367, abs=5e-6)
    assert wait_quantile(50, 48.0, 60, 0.9) == pytest.approx(58.1, abs=0.05)
    assert mean_queue(50, 48.0, 60) == pytest.approx(16.667, abs=5e-4)
    found = erlang_measures(50, 48.0, 60, patience_s=120)
    assert found.p_abandon == pytest.approx(0.030912, abs=5e-7)
    assert found.asa_s == pytest.approx(3.70947, abs=5e-6)
    assert found.mean_queue == pytest.approx(2.968, abs=5e-4)
    assert found.occupancy == pytest.approx(0.9303, abs=5e-5)
    assert wait_quantile(50, 48.0, 60, 0.9, patience_s=120) == pytest.approx(12.4446, abs=5e-5)


def test_what_other_tools_get_wrong_is_right():
    assert service_level(680, 2000 / 3, 300, 300, patience_s=600) == pytest.approx(0.9944, abs=5e-5)
    load = 2755.2 * 180 / 1800
    assert service_level(259, load, 180, 120, patience_s=5) == pytest.approx(0.9173, abs=5e-5)
    found = erlang_measures(10, 10.0, 180, 20, patience_s=300)
    assert found.p_wait == pytest.approx(0.5994, abs=5e-5)
    assert found.service_level == pytest.approx(0.5168, abs=5e-5)
    assert found.p_abandon == pytest.approx(0.1094, abs=5e-5)
    assert found.asa_s == pytest.approx(32.8, abs=0.05)


def test_a_large_overloaded_team_behaves_like_a_fluid():
    # Garnett, Mandelbaum and Reiman's efficiency-driven limit: 1 - 1/rho of 20,000 Erlang leave.
    assert abandonment(16000, 20000.0, 300, 180) == pytest.approx(0.2, abs=1e-9)
    assert average_speed_of_answer(16000, 20000.0, 300, patience_s=180) == pytest.approx(36.0)


def test_edges_are_said_and_not_computed():
    for n in (0, 3):
        idle = erlang_measures(n, 0.0, 300, 20, patience_s=60)
        assert idle.service_level == 1
        assert (idle.p_wait, idle.p_abandon, idle.asa_s, idle.occupancy) == (0, 0, 0, 0)
    gone = erlang_measures(0, 5.0, 300, 20, patience_s=60)
    assert (gone.p_wait, gone.p_abandon, gone.service_level, gone.asa_s) == (1, 1, 0, 60)
    assert np.isnan(gone.asa_answered_s)
    assert np.isnan(gone.occupancy)
    assert wait_quantile(10, 10.0, 300, 0.8) == np.inf
    assert wait_quantile(14, 10.0, 300, 0.2) == 0
    assert wait_quantile(10, 10.0, 180, 0.95, patience_s=300, definition="offered") == np.inf


@pytest.mark.parametrize("patience_s", [1e-3, 1.0, 60.0, 7200.0, 1e6])
def test_no_size_nor_patience_over_or_underflows(patience_s):
    load = np.geomspace(1e-6, 1e5, 40)[:, None]
    n = np.floor(load * [0.001, 0.3, 0.9, 1.0, 1.05, 2.0, 10.0]) + 1
    for within_s in (0.0, 20.0, 1e5):
        found = erlang_measures(n, load, 300, within_s, patience_s=patience_s)
        for name, column in found._asdict().items():
            assert np.isfinite(column).all(), name
            assert (column >= 0).all(), name
        for share in (found.p_wait, found.p_abandon, found.service_level, found.occupancy):
            assert (share <= 1 + 1e-12).all()


@quick
@given(n=agents, load=loads, within_s=times, patience_s=patiences, definition=definitions)
def test_more_agents_more_time_and_less_load_serve_better(
    n, load, within_s, patience_s, definition
):
    given_ = {"patience_s": patience_s, "definition": definition}
    now = service_level(n, load, 240, within_s, **given_)
    assert service_level(n + 1, load, 240, within_s, **given_) >= now - 1e-12
    assert service_level(n, load, 240, within_s + 5, **given_) >= now - 1e-12
    assert service_level(n, load * 0.9, 240, within_s, **given_) >= now - 1e-12


@quick
@given(n=agents, load=loads, patience_s=patiences)
def test_more_patience_means_more_waiting_and_fewer_lost(n, load, patience_s):
    before = erlang_measures(n, load, 240, patience_s=patience_s)
    after = erlang_measures(n, load, 240, patience_s=1.5 * patience_s)
    assert after.p_wait >= before.p_wait - 1e-12
    assert after.p_abandon <= before.p_abandon + 1e-12
    assert after.asa_s >= before.asa_s * (1 - 1e-9)


@quick
@given(n=agents, load=loads, within_s=times, patience_s=patiences)
def test_the_measures_keep_their_accounts(n, load, within_s, patience_s):
    found = erlang_measures(n, load, 240, within_s, patience_s=patience_s)
    assert found.asa_s == pytest.approx(found.p_abandon * patience_s)
    assert found.mean_queue == pytest.approx(load / 240 * found.asa_s)
    at_once = service_level(n, load, 240, 0, patience_s=patience_s)
    assert at_once == pytest.approx(1 - erlang_a(n, load, 240, patience_s), abs=1e-12)
    if n:
        answered = found.occupancy * n / load
        assert answered + found.p_abandon == pytest.approx(1, abs=1e-12)
        assert found.service_level_answered * answered == pytest.approx(
            found.service_level, abs=1e-12
        )
    assert found.service_level <= found.service_level_left_queue + 1e-12


@quick
@given(n=st.integers(1, 200), share=st.floats(0.1, 0.95), within_s=times, definition=definitions)
def test_with_endless_patience_erlang_a_is_erlang_c(n, share, within_s, definition):
    load = n * share
    given_ = {"patience_s": 1e12, "definition": definition}
    assert erlang_a(n, load, 240, 1e12) == pytest.approx(erlang_c(n, load), abs=1e-7)
    assert service_level(n, load, 240, within_s, **given_) == pytest.approx(
        service_level(n, load, 240, within_s, definition=definition), abs=1e-7
    )


@quick
@given(n=agents, load=loads, within_s=times, patience_s=patiences)
def test_the_unit_of_time_does_not_matter(n, load, within_s, patience_s):
    seconds = erlang_measures(n, load, 240, within_s, patience_s=patience_s)
    minutes = erlang_measures(n, load, 4, within_s / 60, patience_s=patience_s / 60)
    assert minutes.service_level == pytest.approx(seconds.service_level, abs=1e-11)
    assert minutes.p_abandon == pytest.approx(seconds.p_abandon, rel=1e-9)


@quick
@given(
    n=st.integers(1, 200),
    load=loads,
    share=st.floats(0.01, 0.99),
    patience_s=st.one_of(st.none(), patiences),
    definition=definitions,
)
def test_a_quantile_of_the_wait_is_the_service_level_s_inverse(
    n, load, share, patience_s, definition
):
    given_ = {"patience_s": patience_s, "definition": definition}
    wait = wait_quantile(n, load, 240, share, **given_)
    if np.isfinite(wait):
        assert service_level(n, load, 240, wait * (1 + 1e-6) + 1e-9, **given_) >= share - 1e-12
        if wait > 0:
            assert service_level(n, load, 240, wait * (1 - 1e-6), **given_) <= share + 1e-12
    else:
        assert service_level(n, load, 240, 1e9, **given_) <= share + 1e-12


def test_arrays_of_any_shape_broadcast_and_scalars_stay_scalars():
    found = erlang_measures([[10], [12]], [8.0, 9.0, 10.0], 180, 20, patience_s=300)
    for column in found:
        assert column.shape == (2, 3)
    alone = erlang_measures(12, 9.0, 180, 20, patience_s=300)
    for name, column in alone._asdict().items():
        assert isinstance(column, np.float64)
        assert column == getattr(found, name)[1, 1]
    assert occupancy([1, 2], 1.0, 180, patience_s=[60, 90]).shape == (2,)


@pytest.mark.parametrize("bad", [np.nan, np.inf, -1.0, 0.0])
def test_a_patience_that_means_nothing_is_refused(bad):
    with pytest.raises(ValueError, match=r"patience_s = .*; must be a number in \(0, inf\)"):
        service_level(10, 9.0, 180, 20, patience_s=bad)
    with pytest.raises(ValueError, match="definition = 'abandoned'; must be one of offered,"):
        service_level(10, 9.0, 180, 20, definition="abandoned")
    with pytest.raises(ValueError, match=r"probability = 1.0; must be a number in \[0, 1\)"):
        wait_quantile(10, 9.0, 180, 1.0)
