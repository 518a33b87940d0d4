"""Required agents: minimal, exact on ties, and able to say what binds."""

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from staffing import (
    agents_required,
    average_speed_of_answer,
    binding_constraint,
    erlang_b,
    lines_required,
    occupancy,
    offered_load,
    service_level,
)

quick = settings(max_examples=80, deadline=None)
targets = st.fixed_dictionaries(
    {},
    optional={
        "answered": st.tuples(st.floats(0.05, 0.995), st.floats(0, 600)),
        "max_asa_s": st.floats(0.5, 600),
        "max_occupancy": st.floats(0.3, 1.0),
        "min_agents": st.integers(0, 40),
    },
).map(
    lambda drawn: (
        {name: value for name, value in drawn.items() if name != "answered"}
        | dict(zip(("service_level", "within_s"), drawn.get("answered", ()), strict=False))
    )
)


def meets(n, load, aht_s, target, slack):
    """Hold n agents against the targets; a positive slack is lenient, a negative one strict."""
    return (
        n > load
        and n >= target.get("min_agents", 0)
        and occupancy(n, load) <= target.get("max_occupancy", 1.0) * (1 + slack)
        and average_speed_of_answer(n, load, aht_s) <= target.get("max_asa_s", 1e99) * (1 + slack)
        and service_level(n, load, aht_s, target.get("within_s", 0.0))
        >= target.get("service_level", 0.0) - slack
    )


@quick
@given(load=st.floats(0.01, 300), aht_s=st.floats(20, 3600), target=targets)
def test_the_answer_meets_every_target_and_one_agent_fewer_does_not(load, aht_s, target):
    n = agents_required(load, aht_s, **target)
    assert meets(n, load, aht_s, target, 1e-8)
    assert not meets(n - 1, load, aht_s, target, -1e-8)
    assert binding_constraint(n, load, aht_s, **target) in {
        "stability",
        "service_level",
        "asa",
        "occupancy",
        "minimum",
    }
    assert binding_constraint(n + 1, load, aht_s, **target) == "none"


@quick
@given(
    rows=st.lists(st.tuples(st.floats(0, 200), st.floats(20, 3600)), min_size=2, max_size=30),
    target=targets,
)
def test_a_row_has_the_same_answer_alone_and_among_others(rows, target):
    load, aht_s = (np.array(column) for column in zip(*rows, strict=True))
    together = agents_required(load, aht_s, **target)
    why = binding_constraint(together, load, aht_s, **target)
    for row, n, code in zip(rows, together, why, strict=True):
        assert agents_required(*row, **target) == n
        assert binding_constraint(n, *row, **target) == code


@quick
@given(load=st.floats(0.01, 300), blocking=st.floats(0.001, 0.9))
def test_the_lines_lose_no_more_than_allowed_and_one_line_fewer_would(load, blocking):
    n = lines_required(load, blocking)
    assert erlang_b(n, load) <= blocking * (1 + 1e-8)
    assert n == 0 or erlang_b(n - 1, load) > blocking * (1 - 1e-8)


def test_published_sizes_are_reproduced():
    # 100 calls in 30 min of 180 s, 80 % in 20 s: the example of R's queueing packages.
    assert agents_required(10, 180, service_level=0.8, within_s=20) == 14
    assert lines_required(33.333, 0.01) == 45


@pytest.mark.parametrize(
    ("contacts", "aht_s", "share", "within_s", "agents"),
    [
        (1.8, 300, 0.20, 20, 1),
        (28.5, 300, 0.50, 600, 10),
        (27.6, 300, 0.10, 60, 10),
        (0.3, 300, 0.80, 20, 1),
    ],
)
def test_the_search_starts_at_the_first_stable_number(contacts, aht_s, share, within_s, agents):
    load = offered_load(contacts, aht_s, 900)
    assert agents_required(load, aht_s, service_level=share, within_s=within_s) == agents


@pytest.mark.parametrize(
    ("contacts", "cap", "agents"),
    [
        (12.6, 0.7, 6),
        (36.9, 0.82, 15),
        (66.3, 0.85, 26),
        (129.36, 0.88, 49),
        (126.9, 0.9, 47),
        (34.2, 0.95, 12),
    ],
)
def test_published_occupancy_ties_are_exact(contacts, cap, agents):
    load = offered_load(contacts, 300, 900)
    given = {"service_level": 0.1, "within_s": 300, "max_occupancy": cap}
    assert agents_required(load, 300, **given) == agents
    assert occupancy(agents, load) == pytest.approx(cap, rel=1e-15)


def test_every_occupancy_tie_up_to_sixty_agents_is_exact():
    for percent in range(50, 100):
        n = np.arange(1, 61)
        contacts = n * percent * 3 / 100  # AHT 300 s in 900 s: load = contacts / 3 = n * cap
        exact = [math.ceil(Fraction(int(k) * percent, 100) / Fraction(percent, 100)) for k in n]
        load = offered_load(contacts, 300, 900)
        assert agents_required(load, 300, max_occupancy=percent / 100).tolist() == exact


def test_ties_of_service_level_and_wait_are_exact():
    # One agent: P(wait) = load, ASA = load / (1 - load) * AHT.
    assert agents_required(0.2, 300, service_level=0.8, within_s=0) == 1
    assert agents_required(0.3, 300, service_level=0.7, within_s=0) == 1
    assert agents_required(0.1, 90, max_asa_s=10) == 1
    assert agents_required(0.1, 90, max_asa_s=10 - 1e-6) == 2


def test_without_a_target_the_queue_is_only_kept_stable():
    load = np.array([0.5, 3.0, 3.999, 0.1 * 3 * 10])
    assert agents_required(load, 300).tolist() == [1, 4, 4, 4]
    assert binding_constraint(agents_required(load, 300), load, 300).tolist() == ["stability"] * 4


def test_no_load_needs_nobody_but_a_minimum_stays_on_duty():
    assert agents_required(0, 300, service_level=0.8, within_s=20) == 0
    assert binding_constraint(0, 0, 300) == "no_load"
    assert agents_required(0, 300, min_agents=2) == 2
    assert binding_constraint(2, 0, 300, min_agents=2) == "minimum"
    assert lines_required(0, 0.01) == 0


def test_the_constraint_that_asks_for_most_binds():
    given = {"service_level": 0.8, "within_s": 20, "max_asa_s": 30, "max_occupancy": 0.9}
    assert binding_constraint(14, 10, 180, **given) == "service_level"
    assert binding_constraint(16, 10, 180, **(given | {"max_asa_s": 2.0})) == "asa"
    assert binding_constraint(20, 10, 180, **(given | {"max_occupancy": 0.5})) == "occupancy"
    assert binding_constraint(25, 10, 180, **given, min_agents=25) == "minimum"
    assert binding_constraint(0, 10, 180, **given) == "stability"
    assert binding_constraint([14, 15], 10, 180, **given).tolist() == ["service_level", "none"]


def test_targets_broadcast_like_the_load():
    n = agents_required([10, 20], 180, service_level=[[0.8], [0.9]], within_s=20)
    assert n.shape == (2, 2)
    assert n[0, 0] == 14
    assert n.dtype == np.int64
    assert isinstance(agents_required(10, 180), np.int64)


@pytest.mark.parametrize(
    ("target", "message"),
    [
        ({"service_level": 1.0, "within_s": 20}, r"service_level = 1.0; .* \(0, 1\)"),
        ({"service_level": 0.0, "within_s": 20}, r"service_level = 0.0; .* \(0, 1\)"),
        ({"service_level": 0.8}, "give both or neither"),
        ({"within_s": 20}, "give both or neither"),
        ({"service_level": 0.8, "within_s": -1}, "within_s = -1"),
        ({"max_asa_s": 0.0}, r"max_asa_s = 0.0; .* \(0, inf\)"),
        ({"max_occupancy": 0.0}, r"max_occupancy = 0.0; .* \(0, 1\]"),
        ({"max_occupancy": 1.01}, r"max_occupancy = 1.01; .* \(0, 1\]"),
        ({"min_agents": 1.5}, "min_agents = 1.5; must be a whole number"),
        ({"max_asa_s": np.nan}, "max_asa_s = nan"),
    ],
)
def test_targets_that_nothing_meets_or_that_mean_nothing_are_refused(target, message):
    with pytest.raises(ValueError, match=message):
        agents_required(10, 180, **target)


@pytest.mark.parametrize("bad", [np.nan, np.inf, -1.0, 1e10])
def test_loads_that_cannot_be_staffed_are_refused(bad):
    for size in (lambda: agents_required([1, bad], 180), lambda: lines_required([1, bad], 0.01)):
        with pytest.raises(ValueError, match="load_erlangs = "):
            size()
