"""Fractions of agents: reference values, and agreement with Erlang at whole numbers."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from staffing.queues.erlang import erlang_b, service_level
from staffing.queues.real_agents import (
    agents_required_continued,
    erlang_b_continued,
    erlang_b_linear,
    service_level_continued,
)
from staffing.queues.sizing import agents_required

quick = settings(max_examples=60, deadline=None)


@pytest.mark.parametrize(
    ("agents", "load", "blocked"),
    [
        (10.5, 8.0, 0.100106093106043),
        (13.3, 10.0, 0.0752777652814938),
        (100.25, 95.0, 0.0475482007138876),
        (0.5, 0.3, 0.510751687329212),
    ],
)
def test_continued_erlang_b_gives_reference_values(agents, load, blocked):
    assert erlang_b_continued(agents, load) == pytest.approx(blocked, rel=1e-13)


@quick
@given(n=st.integers(0, 400), load=st.floats(0.01, 300))
def test_whole_numbers_of_agents_give_erlang_s_values(n, load):
    assert erlang_b_continued(n, load) == pytest.approx(erlang_b(n, load), rel=1e-11)
    assert service_level_continued(n, load, 240, 20) == pytest.approx(
        service_level(n, load, 240, 20), abs=1e-11
    )


@quick
@given(s=st.floats(1, 400), load=st.floats(0.01, 300))
def test_the_recursion_holds_between_whole_numbers(s, load):
    one_less, blocked = erlang_b_continued(s - 1, load), erlang_b_continued(s, load)
    assert blocked == pytest.approx(load * one_less / (s + load * one_less), rel=1e-11)


@settings(max_examples=12, deadline=None)
@given(load=st.floats(0.1, 300), share=st.floats(0.05, 0.99), within_s=st.floats(0, 300))
def test_the_real_requirement_just_meets_and_rounds_up_to_the_whole_one(load, share, within_s):
    target = {"service_level": share, "within_s": within_s}
    real = agents_required_continued(load, 240, **target)
    assert service_level_continued(real * (1 + 1e-9) + 1e-9, load, 240, within_s) >= share - 1e-9
    assert abs(agents_required(load, 240, **target) - real - 0.5) <= 0.5 + 1e-6


def test_edges_are_those_of_whole_agents():
    assert erlang_b_continued([0.0, 2.5], 0.0).tolist() == [0, 0]
    assert service_level_continued([2.5, 3.5], [3.0, 0.0], 240, 20).tolist() == [0, 1]
    assert agents_required_continued([0.0, 2.0], 240, service_level=0.8, within_s=20)[0] == 0
    with pytest.raises(ValueError, match=r"agents = -0\.5"):
        erlang_b_continued(-0.5, 1.0)
    assert np.isfinite(erlang_b_continued(20000.5, 20000.0))
    few = np.linspace(0, 2, 41)[:, None]
    assert (erlang_b_continued(few, np.geomspace(1e-9, 1e9, 200)) <= 1).all()


@pytest.mark.parametrize(
    ("agents", "load", "expected"),
    [
        (10.5, 8, 0.101474692370491),
        (13.3, 10, 0.0760829468866128),
        (100.25, 95, 0.0475756972545022),
        (0.5, 0.3, 0.615384615384615),
    ],
)
def test_the_line_between_whole_agents_has_its_published_values(agents, load, expected):
    assert erlang_b_linear(agents, load) == pytest.approx(expected, rel=1e-12)
    assert erlang_b_continued(agents, load) < erlang_b_linear(agents, load)
