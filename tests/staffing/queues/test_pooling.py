"""Pooling bounds, overflow and Hayward: printed values and exact special cases."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from staffing import agents_required, erlang_b
from staffing.queues.pooling import hayward_blocking, overflow, pooling_bounds

quick = settings(max_examples=40, deadline=None)
TARGET = {"service_level": 0.8, "within_s": 20}


def test_twenty_and_fifteen_erlang_take_forty_one_pooled_and_forty_four_apart():
    bounds = pooling_bounds([20, 15], 300, **TARGET)
    assert bounds.by_skill.tolist() == [25, 19]
    assert (bounds.pooled, bounds.separate) == (41, 44)


@pytest.mark.parametrize(
    ("load", "agents", "mean", "peakedness"),
    [
        (20, 22, 2.13467899015, 2.76040384528),
        (10, 10, 2.14582343107, 2.03299452203),
        (50, 45, 8.58598698013, 3.31679146573),
    ],
)
def test_overflow_reaches_the_printed_values(load, agents, mean, peakedness):
    found = overflow(agents, load)
    assert found.load_erlangs == pytest.approx(mean, abs=2e-11)
    assert found.peakedness == pytest.approx(peakedness, abs=2e-11)


@pytest.mark.parametrize(
    ("agents", "load", "continued"),
    [
        (10.5, 8, 0.100106093106043),
        (13.3, 10, 0.0752777652814938),
        (100.25, 95, 0.0475482007138876),
        (0.5, 0.3, 0.510751687329212),
    ],
)
def test_plain_traffic_between_whole_agents_reaches_the_printed_values(agents, load, continued):
    assert hayward_blocking(agents, load, 1.0) == pytest.approx(continued, rel=1e-12)


@quick
@given(agents=st.integers(0, 250), load=st.floats(0.01, 400))
def test_traffic_without_peaks_is_erlang_b(agents, load):
    found = hayward_blocking(agents, load, 1.0)
    assert found == pytest.approx(float(erlang_b(agents, load)), rel=1e-11, abs=1e-300)


@quick
@given(agents=st.floats(0, 60), load=st.floats(0.1, 80), peakedness=st.floats(1, 5))
def test_peaks_lose_more_and_agents_lose_less(agents, load, peakedness):
    lost = hayward_blocking([agents, agents, agents + 1], load, [1.0, peakedness, peakedness])
    assert ((lost >= 0) & (lost <= 1 + 1e-12)).all()
    assert lost[1] >= lost[0] - 1e-12
    assert lost[2] <= lost[1] + 1e-12


def test_a_second_team_loses_about_what_one_longer_team_would():
    load, peakedness = overflow(45, 50)
    by_two_teams = load * hayward_blocking(10, load, peakedness)
    exact = 50 * erlang_b(55, 50)  # agents hunted one after the other are one team
    assert by_two_teams == pytest.approx(exact, rel=0.08)
    ignoring_peaks = load * erlang_b(10, load)
    assert abs(ignoring_peaks - exact) > 4 * abs(by_two_teams - exact)


@quick
@given(
    loads=st.lists(st.floats(0, 60, allow_subnormal=False), min_size=1, max_size=5),
    aht=st.floats(60, 600),
)
def test_pooling_never_takes_more_than_separate_teams(loads, aht):
    bounds = pooling_bounds(loads, aht, **TARGET)
    assert bounds.pooled <= bounds.separate
    assert bounds.separate == bounds.by_skill.sum()
    if sum(loads) > 0:
        assert bounds.pooled > sum(loads) * (1 - 1e-9)
    if len(loads) == 1:
        assert bounds.pooled == bounds.separate == agents_required(loads[0], aht, **TARGET)


def test_skills_are_the_last_axis_and_quiet_ones_need_nobody():
    bounds = pooling_bounds([[20, 15], [0, 0], [20, 0]], [300, 200], **TARGET)
    assert bounds.by_skill.shape == (3, 2)
    assert bounds.pooled[1] == bounds.separate[1] == 0
    assert bounds.pooled[2] == bounds.separate[2] == 25


def test_nothing_offered_passes_nothing_on():
    found = overflow([0, 3], 0)
    assert found.load_erlangs.tolist() == [0, 0]
    assert found.peakedness.tolist() == [1, 1]
    assert hayward_blocking(3, 0, 2) == 0
    passed = overflow(0, 7)
    assert (passed.load_erlangs, passed.peakedness) == (7, 1)  # nobody there: Poisson as it came


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: overflow(1.5, 3), "agents = 1.5; must be a whole number"),
        (lambda: overflow(1, -3), "load_erlangs = -3"),
        (lambda: hayward_blocking(2, 3, 0), r"peakedness = 0.0; .* \(0, inf\)"),
        (lambda: pooling_bounds([1], 0, **TARGET), "aht_s = 0"),
        (lambda: pooling_bounds([1], 9, service_level=1, within_s=2), "service_level = 1"),
        (lambda: pooling_bounds([np.nan], 9, **TARGET), "load_erlangs = nan"),
    ],
)
def test_numbers_out_of_bounds_are_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()
