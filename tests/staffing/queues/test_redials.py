"""Those who come back: reference values, and the accounts of a fixed point."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from staffing.queues.erlang import erlang_b, service_level
from staffing.queues.measures import abandonment
from staffing.queues.redials import fewest_with_redials, load_with_redials, load_with_retries
from staffing.queues.sizing import agents_required
from staffing.queues.targets import targets_met

quick = settings(max_examples=40, deadline=None)


@pytest.mark.parametrize(
    ("contacts", "interval_s", "aht_s", "patience_s", "n", "within_s", "again", "expected"),
    [
        (100, 1800, 180, 300, 10, 20, 0.5, (107.67321115761, 0.142527766658, 0.41090181905)),
        (48, 60, 60, 120, 45, 30, 0.5, (51.3329549142, 0.129856343543, 0.76301435539)),
        (600, 900, 300, 60, 190, 20, 0.8, (723.38988113637, 0.213214692993, 0.595180773063)),
    ],
)
def test_reference_values_of_redials(
    contacts, interval_s, aht_s, patience_s, n, within_s, again, expected
):
    total = load_with_redials(n, contacts * aht_s / interval_s, aht_s, patience_s, again)
    shown = (
        total * interval_s / aht_s,
        abandonment(n, total, aht_s, patience_s),
        service_level(n, total, aht_s, within_s, patience_s=patience_s),
    )
    assert shown == pytest.approx(expected, rel=1e-11)


@quick
@given(n=st.integers(0, 100), load=st.floats(0.01, 120), again=st.floats(0, 0.95))
def test_first_attempts_and_returns_make_the_total(n, load, again):
    total = load_with_redials(n, load, 240, 120, again)
    assert total * (1 - again * abandonment(n, total, 240, 120)) == pytest.approx(load, rel=1e-9)
    total = load_with_retries(n, load, again)
    assert total * (1 - again * erlang_b(n, total)) == pytest.approx(load, rel=1e-9)


def test_where_all_come_back_until_served_the_load_must_be_below_the_agents():
    assert load_with_redials([9, 10], 10.0, 240, 120, 1.0).tolist() == [np.inf, np.inf]
    assert load_with_retries([9, 10], 10.0).tolist() == [np.inf, np.inf]
    assert load_with_redials(12, 10.0, 240, 120, 1.0) > 10
    assert load_with_redials(10, 10.0, 240, 120, 0.0) == 10
    assert load_with_redials(10, 0.0, 240, 120, 0.5) == 0
    with pytest.raises(ValueError, match=r"redial_probability = 1.5; must be a number in \[0, 1\]"):
        load_with_redials(10, 10.0, 240, 120, 1.5)


def test_an_argument_out_of_bounds_is_refused_by_its_own_name():
    with pytest.raises(ValueError, match=r"^lines = -1.0; must be a whole number"):
        load_with_retries(-1, 0.5)
    with pytest.raises(ValueError, match=r"^retry_probability = 2.0"):
        load_with_retries(1, 0.5, 2)
    with pytest.raises(ValueError, match=r"^agents = 1.5; must be a whole number"):
        load_with_redials(1.5, 1.0, 240, 120, 0.5)
    with pytest.raises(ValueError, match=r"^redial_probability = -0.1"):
        fewest_with_redials(0.0, 240, patience_s=120, redial_probability=-0.1)


def one_by_one(load, aht_s, again, patience_s, **targets):
    """Add agents from the answer without redials until the targets are met."""
    agents = int(agents_required(load, aht_s, patience_s=patience_s, **targets))
    while True:
        total = min(load_with_redials(agents, load, aht_s, patience_s, again), 1e9)
        if targets_met(agents, total, aht_s, patience_s=patience_s, **targets):
            return agents
        agents += 1


@pytest.mark.parametrize(
    "targets",
    [
        {"service_level": 0.8, "within_s": 20.0},
        {"service_level": 0.95, "within_s": 5.0, "definition": "answered"},
        {"max_asa_s": 10.0, "max_occupancy": 0.7},
        {"max_abandonment": 0.02},
        {},
    ],
)
def test_the_fewest_agents_with_redials_are_those_found_one_by_one(targets):
    rng = np.random.default_rng(4)
    load, aht_s = 10 ** rng.uniform(-2, 2.3, 12), rng.uniform(30, 900, 12)
    again, patience_s = rng.choice([0.0, 0.3, 0.9, 1.0], 12), 10 ** rng.uniform(0.5, 3, 12)
    options = {"redial_probability": again, "patience_s": patience_s}
    found = fewest_with_redials(load, aht_s, **options, **targets)
    columns = zip(load, aht_s, again, patience_s, strict=True)
    assert found.tolist() == [one_by_one(*row, **targets) for row in columns]


def test_a_large_house_with_redials_has_just_enough_agents():
    load, target = 33_000.0, {"service_level": 0.8, "within_s": 20.0, "patience_s": 60.0}
    agents = fewest_with_redials(load, 300, redial_probability=0.9, **target)
    assert agents > agents_required(load, 300, **target) + 5000
    total = load_with_redials([agents - 1, agents], load, 300, 60.0, 0.9)
    assert targets_met([agents - 1, agents], total, 300, **target).tolist() == [False, True]


def test_without_redials_or_load_there_is_nothing_to_add():
    target = {"service_level": 0.8, "within_s": 20.0, "patience_s": 60.0}
    loads = [[0.0, 3.0], [40.0, 900.0]]
    found = fewest_with_redials(loads, 240, redial_probability=0, **target)
    assert found.tolist() == agents_required(loads, 240, **target).tolist()
    assert fewest_with_redials(0, 240, redial_probability=1, **target) == 0
    assert fewest_with_redials([], 240, redial_probability=1, **target).shape == (0,)
