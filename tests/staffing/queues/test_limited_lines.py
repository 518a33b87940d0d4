"""Queues with a last place: reference values and their two limits."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from staffing.queues.erlang import erlang_b, erlang_c
from staffing.queues.limited_lines import finite_lines
from staffing.queues.measures import erlang_measures

quick = settings(max_examples=40, deadline=None)


@pytest.mark.parametrize(
    ("rate", "aht_s", "patience_s", "n", "lines", "within_s", "expected"),
    [
        (0.8, 60, 120, 50, 55, 30,
         (0.043567115452571, 0.27542227202915, 0.94879818136573, 0.0076346953527587)),
        (1 / 18, 180, 300, 10, 12, 20,
         (0.13067440443496, 0.30149198591235, 0.71369692180906, 0.024462248510225)),
        (2, 300, 90, 560, 620, 15,
         (6.909107070507e-5, 0.78380218756889, 0.84355103169073, 0.070339191778614)),
    ],
)  # fmt: skip
def test_reference_values_are_reproduced(rate, aht_s, patience_s, n, lines, within_s, expected):
    found = finite_lines(n, lines, rate * aht_s, aht_s, within_s, patience_s=patience_s)
    shown = found.p_blocked, found.p_wait, found.service_level, found.p_abandon
    assert shown == pytest.approx(expected, rel=1e-12)


@quick
@given(
    n=st.integers(1, 60),
    load=st.floats(0.1, 80),
    patience_s=st.floats(10, 600),
    within_s=st.floats(0, 300),
)
def test_with_lines_enough_it_is_erlang_a(n, load, patience_s, within_s):
    found = finite_lines(n, n + 3000, load, 240, within_s, patience_s=patience_s)
    expected = erlang_measures(n, load, 240, within_s, patience_s=patience_s)
    for name in ("p_wait", "service_level", "p_abandon", "occupancy"):
        assert getattr(found, name) == pytest.approx(getattr(expected, name), abs=1e-11)
    assert found.asa_s == pytest.approx(expected.asa_s, abs=1e-8)


@quick
@given(n=st.integers(1, 100), load=st.floats(0.1, 150), spare=st.integers(0, 30))
def test_everybody_is_blocked_answered_or_gone(n, load, spare):
    for patience_s in (None, 90.0):
        found = finite_lines(n, n + spare, load, 240, 1e6, patience_s=patience_s)
        whole = found.p_blocked + found.service_level + found.p_abandon
        assert whole == pytest.approx(1, abs=1e-12)
        assert found.occupancy * n / load == pytest.approx(found.service_level, abs=1e-12)


def test_without_places_to_wait_it_is_erlang_b():
    n, load = np.array([[5], [50]]), np.array([3.0, 55.0])
    found = finite_lines(n, n, load, 240, patience_s=90)
    np.testing.assert_allclose(found.p_blocked, erlang_b(n, load), rtol=1e-12)
    assert (found.p_wait == 0).all()


def test_without_patience_s_end_it_is_erlang_c_s_queue_cut_off():
    found = finite_lines(14, 2000, 10.0, 180, 20)
    assert found.p_wait == pytest.approx(erlang_c(14, 10.0), rel=1e-12)
    assert found.service_level == pytest.approx(0.888350019179466884, rel=1e-12)
    assert found.asa_s == pytest.approx(7.83593701177724291, rel=1e-12)
    assert found.p_abandon == 0


def test_no_load_and_too_few_lines():
    idle = finite_lines(3, 4, 0.0, 240, patience_s=60)
    assert idle == (0, 0, 1, 0, 0, 0)
    with pytest.raises(ValueError, match=r"lines = 4\.0; must be at least the agents, 5\.0"):
        finite_lines([3, 5], 4, 1.0, 240)


def test_a_team_that_never_idles_is_busy_all_the_time_and_no_more():
    found = finite_lines([1, 7, 30], [5000, 300, 31], [1000.0, 1e6, 1e9], 60, patience_s=None)
    assert found.occupancy.tolist() == [1.0, 1.0, 1.0]
    n, load = np.arange(1, 80), np.linspace(0.5, 3, 40)[:, None] * np.arange(1, 80)
    for patience_s in (None, 45.0):
        busy = finite_lines(n, n + 40, load, 240, patience_s=patience_s)
        assert (busy.occupancy <= 1).all()
        carried = 1 - busy.p_blocked - busy.p_abandon
        np.testing.assert_allclose(busy.occupancy * n, load * carried, rtol=1e-12)
