"""Blending by a threshold: printed values, the chain solved by brute force, laws."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from staffing import erlang_c, service_level
from staffing.queues.blending import blended_measures, blending_threshold

quick = settings(max_examples=50, deadline=None)
QUARTER = {"interval_s": 900, "within_s": 20}


@pytest.mark.parametrize(
    ("threshold", "level", "outbound"),
    [
        (0, 0.903876153361, 0.0),
        (20, 0.82403815603, 37.6564935342),
        (22, 0.746331108407, 51.7010406812),
        (24, 0.59980892774, 64.4776119403),
    ],
)
def test_the_printed_values_are_reached(threshold, level, outbound):
    found = blended_measures(60, 300, 26, threshold, **QUARTER)
    assert found.service_level == pytest.approx(level, abs=1e-11)
    assert found.outbound_per_h == pytest.approx(outbound, abs=1e-9)


def test_without_outbound_it_is_erlang_c():
    agents = np.array([5, 20, 21, 26, 80])
    found = blended_measures(60, 300, agents, 0, **QUARTER)
    assert found.p_wait == pytest.approx(erlang_c(agents, 20.0), abs=1e-13)
    assert found.service_level == pytest.approx(service_level(agents, 20.0, 300, 20), abs=1e-13)
    assert found.outbound_per_h.tolist() == [0] * 5
    assert found.occupancy == pytest.approx(np.minimum(20 / agents, 1))


def test_with_everybody_kept_busy_the_team_never_idles():
    found = blended_measures(60, 300, 26, 26, **QUARTER)
    assert found.p_wait == 1
    assert found.occupancy == pytest.approx(1)
    assert found.outbound_per_h == pytest.approx((26 - 20) * 12)
    assert found.service_level == pytest.approx(1 - np.exp(-6 * 20 / 300))


@pytest.mark.parametrize("ends", [60.0, None])
@pytest.mark.parametrize("threshold", [0, 1, 4, 6])
def test_the_chain_solved_state_by_state_agrees(threshold, ends):
    agents, aht, rate = 6, 300.0, 0.015
    states = np.arange(threshold, 400)
    deaths = np.minimum(states, agents) / aht
    if ends is not None:
        deaths = deaths + np.maximum(states - agents, 0) / ends
    weights = np.cumprod(np.concatenate([[1.0], rate / deaths[1:]]))
    p = weights / weights.sum()
    found = blended_measures(rate * 900, aht, agents, threshold, patience_s=ends, **QUARTER)
    assert found.p_wait == pytest.approx(p[states >= agents].sum(), rel=1e-11)
    assert found.outbound_per_h == pytest.approx(3600 * threshold / aht * p[0], rel=1e-11)
    waiting = p @ np.maximum(states - agents, 0)
    assert found.asa_s == pytest.approx(waiting / rate, rel=1e-9)
    assert found.occupancy == pytest.approx(p @ np.minimum(states, agents) / agents, rel=1e-11)
    if ends is not None:
        assert found.p_abandon == pytest.approx(waiting / ends / rate, rel=1e-9)


@quick
@given(
    contacts=st.floats(0.5, 200),
    agents=st.integers(1, 60),
    ends=st.one_of(st.none(), st.floats(5, 2000)),
)
def test_outbound_grows_and_inbound_suffers_with_the_threshold(contacts, agents, ends):
    thresholds = np.arange(agents + 1)
    found = blended_measures(contacts, 200, agents, thresholds, patience_s=ends, **QUARTER)
    slack = 1e-9
    assert (np.diff(found.service_level) <= slack).all()
    assert (np.diff(found.outbound_per_h) >= -slack * 1e3).all()
    assert ((found.occupancy >= -slack) & (found.occupancy <= 1 + slack)).all()
    # Work is conserved: what keeps agents busy is inbound answered and outbound.
    carried = contacts * 200 / 900 * (1 - found.p_abandon) + found.outbound_per_h / 18
    if ends is not None or contacts * 200 / 900 < agents:
        assert found.occupancy * agents == pytest.approx(carried, rel=1e-9)


@quick
@given(contacts=st.floats(0, 200), agents=st.integers(0, 60), target=st.floats(0.05, 0.99))
def test_the_best_threshold_keeps_the_target_and_one_more_does_not(contacts, agents, target):
    best = blending_threshold(contacts, 200, agents, service_level=target, **QUARTER)
    if best >= 0:
        level = blended_measures(contacts, 200, agents, best, **QUARTER).service_level
        assert level >= target - 1e-8
    if best < agents:
        level = blended_measures(contacts, 200, agents, best + 1, **QUARTER).service_level
        assert level < target


def test_thresholds_for_many_intervals_at_once():
    target = QUARTER | {"service_level": 0.8}
    best = blending_threshold([60, 60, 60, 0], 300, [23, 26, 30, 7], **target)
    assert best.tolist() == [-1, 20, 27, 7]
    patient = blending_threshold(60, 300, 26, **target)
    assert blending_threshold(60, 300, 26, **target, patience_s=60) >= patient


def test_nobody_calls_in_and_the_kept_agents_call_out():
    found = blended_measures(0, 300, [5, 0], [3, 0], **QUARTER)
    assert found.outbound_per_h.tolist() == [36, 0]
    assert found.service_level.tolist() == [1, 1]
    assert found.occupancy.tolist() == [0.6, 0]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"threshold": 27}, r"threshold = 27; must be a number in \[0, agents = 26\]"),
        ({"threshold": 1.5}, "threshold = 1.5; must be a whole number"),
        ({"agents": -1}, "agents = -1"),
        ({"contacts": np.nan}, "contacts = nan"),
        ({"aht_s": 0}, "aht_s = 0"),
    ],
)
def test_numbers_out_of_bounds_are_refused(change, message):
    good = {"contacts": 60, "aht_s": 300, "agents": 26, "threshold": 20} | QUARTER
    with pytest.raises(ValueError, match=message):
        blended_measures(**good | change)
