"""A dialler's pace: Erlang's loss formula by its recursion, and the fewest agents it allows."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from staffing import dialler_agents, dialler_measures

quick = settings(max_examples=40, deadline=None)
loads = st.floats(0.01, 150)


def erlang_b(agents, load):
    inverse = 1.0
    for k in range(1, agents + 1):
        inverse = 1.0 + k / load * inverse
    return 1.0 / inverse


@quick
@given(load=loads, beyond=st.integers(1, 60))
def test_the_calls_lost_at_the_pace_are_erlangs_and_the_others_are_the_load(load, beyond):
    agents = int(load) + beyond
    found = dialler_measures(agents, load)
    lost = erlang_b(agents, float(found.answered_erlangs))
    assert float(found.abandonment) == pytest.approx(lost, rel=1e-7, abs=1e-12)
    assert float(found.answered_erlangs) * (1 - lost) == pytest.approx(load, rel=1e-9)
    assert float(found.occupancy) == pytest.approx(load / agents)


def test_a_published_loss_table_is_a_pace():
    # erlang.com: 15 lines carry 8.108 Erlang offered at 1 % lost; so they talk 99 % of it.
    found = dialler_measures(15, 8.108 * 0.99)
    assert float(found.abandonment) == pytest.approx(0.01, abs=1e-5)
    assert float(found.answered_erlangs) == pytest.approx(8.108, abs=1e-4)


@quick
@given(load=loads, most=st.floats(0.001, 0.3), cap=st.floats(0.3, 1.0))
def test_the_answer_meets_both_limits_and_one_agent_fewer_misses_one(load, most, cap):
    agents = int(dialler_agents(load, max_abandonment=most, max_occupancy=cap))

    def met(people, slack):
        if people <= load:
            return False
        found = dialler_measures(people, load)
        lost = erlang_b(people, float(found.answered_erlangs))
        return lost <= most * (1 + slack) and load / people <= cap * (1 + slack)

    assert met(agents, 1e-6)
    assert not met(agents - 1, -1e-6)
    beside_others = dialler_agents([1.0, load, 400.0], max_abandonment=most, max_occupancy=cap)
    assert beside_others[1] == agents


def test_more_load_needs_more_agents_and_a_higher_limit_fewer():
    load = np.arange(0.0, 200.0, 2.5)
    tight, loose = (dialler_agents(load, max_abandonment=most) for most in (0.01, 0.10))
    for agents in (tight, loose):
        assert (np.diff(agents) >= 0).all()
        assert (agents > load)[1:].all()
    assert (tight >= loose).all()
    assert (tight > loose).sum() > load.size / 2


def test_a_bigger_team_runs_closer_to_full_at_the_same_nuisance():
    load = 5.0 * 2.0 ** np.arange(9)
    busy = load / dialler_agents(load, max_abandonment=0.03)
    assert (np.diff(busy) > 0).all()
    assert busy[0] < 0.6
    assert busy[-1] > 0.95


def test_an_exact_tie_of_the_occupancy_cap_hires_nobody_for_the_last_digit():
    assert int(dialler_agents(12.6, max_abandonment=0.5, max_occupancy=0.7)) == 18


def test_no_list_needs_nobody_and_no_team_can_talk_what_it_has_not_the_people_for():
    assert int(dialler_agents(0, max_abandonment=0.03)) == 0
    found = dialler_measures([0, 10, 10], [0, 10, 12])
    assert found.abandonment.tolist() == [0, 1, 1]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"load_erlangs": -1.0}, "load_erlangs = -1"),
        ({"max_abandonment": 0.0}, r"max_abandonment = 0.0; .* \(0, 1\)"),
        ({"max_abandonment": 1.0}, r"max_abandonment = 1.0; .* \(0, 1\)"),
        ({"max_occupancy": 0.0}, r"max_occupancy = 0.0; .* \(0, 1\]"),
    ],
)
def test_numbers_out_of_bounds_are_refused(change, message):
    with pytest.raises(ValueError, match=message):
        dialler_agents(**{"load_erlangs": 5.0, "max_abandonment": 0.03} | change)
    with pytest.raises(ValueError, match=r"agents = 2\.5"):
        dialler_measures(2.5, 1.0)
