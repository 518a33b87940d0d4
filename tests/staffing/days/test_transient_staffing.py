"""Fewest agents interval by interval: each target kept by the exact day, and one fewer misses."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from staffing import agents_required, transient_agents, transient_day

TARGETS = [
    {"service_level": 0.8, "within_s": 20.0},
    {"max_asa_s": 30.0},
    {"service_level": 0.5, "within_s": 60.0, "max_occupancy": 0.8},
    {"max_abandonment": 0.05, "patience_s": 120.0},
    {"service_level": 0.9, "within_s": 10.0, "patience_s": 60.0},
]
days = st.lists(st.floats(0.2, 60.0), min_size=1, max_size=5)


def met(contacts, aht_s, agents, k, targets):
    """Say whether interval k keeps its targets on the exact day up to it."""
    if agents[k] == 0:
        return False
    day = transient_day(
        contacts[: k + 1],
        aht_s,
        agents[: k + 1],
        interval_s=900,
        within_s=targets.get("within_s", 0.0),
        patience_s=targets.get("patience_s"),
    )
    slack = 1 + 1e-7
    return (
        1 - day.service_level[k] <= (1 - targets.get("service_level", 0.0)) * slack
        and day.asa_s[k] <= targets.get("max_asa_s", np.inf) * slack
        # Who waits w on average and is patient for p gives up with probability w / p.
        and day.asa_s[k] / targets.get("patience_s", np.inf)
        <= targets.get("max_abandonment", np.inf) * slack
        and day.occupancy[k] <= targets.get("max_occupancy", 1.0) * slack
    )


@pytest.mark.parametrize("targets", TARGETS)
@settings(max_examples=8, deadline=None)
@given(contacts=days, aht_s=st.sampled_from([60.0, 300.0, 1800.0]))
def test_each_interval_keeps_its_targets_and_one_agent_fewer_does_not(targets, contacts, aht_s):
    found = transient_agents(contacts, aht_s, interval_s=900, **targets)
    for k in range(len(contacts)):
        assert met(contacts, aht_s, found.agents, k, targets)
        fewer = found.agents - np.eye(len(contacts), dtype=int)[k]
        assert not met(contacts, aht_s, fewer, k, targets)


def test_what_it_reports_is_the_exact_day():
    contacts, options = [30.0, 60.0, 10.0, 0.0, 20.0], {"interval_s": 900, "patience_s": 90.0}
    found = transient_agents(contacts, 300, service_level=0.8, within_s=20, **options)
    for part, step in ((found.now, 0), (found.one_less, -1), (found.one_more, 1)):
        for k, offered in enumerate(contacts):
            agents = found.agents + step * np.eye(5, dtype=int)[k]
            if offered == 0 or agents[k] <= 0:
                continue
            day = transient_day(contacts, 300, agents, within_s=20, **options)
            assert part.service_level[k] == pytest.approx(day.service_level[k], abs=1e-9)
            assert part.asa_s[k] == pytest.approx(day.asa_s[k], abs=1e-7)
            assert part.abandonment[k] == pytest.approx(day.asa_s[k] / 90.0, abs=1e-9)
            assert part.occupancy[k] == pytest.approx(day.occupancy[k], abs=1e-9)


@pytest.mark.parametrize("load", [0.3, 4.0, 21.7])
@pytest.mark.parametrize("targets", [TARGETS[k] for k in (0, 2, 3, 4)])
def test_a_constant_load_settles_at_the_steady_states_agents(load, targets):
    # Two hours of contacts of a minute: long enough to forget the start of each interval.
    day = transient_agents([load * 120] * 3, 60, interval_s=7200, **targets)
    assert day.agents[-1] == agents_required(load, 60, **targets)


def test_near_a_limit_it_alternates_about_the_steady_states_agents():
    # 23 agents would let customers wait 33 s in the long run, but less after an hour of 24.
    day = transient_agents([21.7 * 120] * 4, 60, interval_s=7200, max_asa_s=30)
    assert set(day.agents) == {23, 24}
    assert agents_required(21.7, 60, max_asa_s=30) == 24
    assert (day.now.asa_s <= 30).all()


@pytest.mark.parametrize("targets", TARGETS)
def test_from_an_empty_house_the_first_interval_needs_fewer(targets):
    day = transient_agents([20.0] * 6, 1800, interval_s=900, **targets)
    steady = int(agents_required(40.0, 1800, **targets))
    assert day.agents[0] < 0.6 * steady
    assert (day.agents[:3] < steady).all()


def test_a_guess_changes_nothing_but_the_time():
    contacts = [5.0, 40.0, 0.0, 12.0]
    target = {"service_level": 0.8, "within_s": 20, "interval_s": 900}
    plain = transient_agents(contacts, 300, **target)
    for guess in (1, 50, [0, 30, 2, 9]):
        assert transient_agents(contacts, 300, guess=guess, **target).agents.tolist() == (
            plain.agents.tolist()
        )


def test_quiet_intervals_need_nobody_but_those_who_finish_and_the_minimum():
    target = {"service_level": 0.8, "within_s": 20, "interval_s": 900}
    assert transient_agents([0.0, 0.0], 300, **target).agents.tolist() == [0, 0]
    assert transient_agents([0.0, 0.0], 300, min_agents=2, **target).agents.tolist() == [2, 2]
    after = transient_agents([20.0, 0.0, 0.0, 0.0, 0.0], 1800, **target).agents
    assert after[1] > 0
    assert after[-1] < after[1]
    assert transient_agents([], 300, **target).agents.tolist() == []


def test_the_binding_target_is_the_one_that_one_agent_fewer_misses():
    contacts, options = [60.0] * 3, {"interval_s": 900}
    wait = transient_agents(contacts, 300, max_asa_s=5, **options)
    assert set(wait.binding) == {"asa"}
    busy = transient_agents(
        contacts, 300, service_level=0.1, within_s=60, max_occupancy=0.5, **options
    )
    assert set(busy.binding) == {"occupancy"}
    assert (busy.one_less.occupancy > 0.5).all()
    assert (busy.now.occupancy <= 0.5 * (1 + 1e-9)).all()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"contacts": [1.0, -1.0]}, "contacts = -1"),
        ({"aht_s": 0.0}, "aht_s = 0"),
        ({"interval_s": 0.0}, "interval_s = 0"),
        ({"service_level": 1.0}, "service_level = 1"),
        ({"min_agents": 1.5}, "min_agents = 1.5"),
        ({"max_abandonment": 0.1}, "max_abandonment = 0.1; needs patience_s"),
    ],
)
def test_numbers_out_of_bounds_are_refused(change, message):
    given_ = {
        "contacts": [1.0, 2.0],
        "aht_s": 300.0,
        "interval_s": 900,
        "service_level": 0.8,
        "within_s": 20.0,
    }
    with pytest.raises(ValueError, match=message):
        transient_agents(**given_ | change)


@settings(max_examples=15, deadline=None)
@given(
    contacts=st.lists(st.floats(-7, 1.5).map(lambda power: 10**power), min_size=1, max_size=4),
    patience_s=st.sampled_from([None, 5.0, 300.0]),
)
def test_service_levels_and_occupancies_are_shares_for_the_tiniest_loads_too(contacts, patience_s):
    found = transient_agents(
        contacts, 240, interval_s=900, service_level=0.8, within_s=20, patience_s=patience_s
    )
    for part in (found.now, found.one_less, found.one_more):
        assert ((part.service_level >= 0) & (part.service_level <= 1)).all()
        assert not ((part.occupancy < 0) | (part.occupancy > 1)).any()
