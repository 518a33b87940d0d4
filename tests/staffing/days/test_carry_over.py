"""Stationary backlog-carryover and the fluid line: printed values, an ODE solver, laws."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from staffing import erlang_b, erlang_c
from staffing.days.carry_over import fluid_day, stationary_backlog

quick = settings(max_examples=60, deadline=None)


def test_the_printed_backlogs_and_utilisations_are_reached():
    found = stationary_backlog([50, 110, 110, 60], 100, 300)
    backlog = [8.15e-9, 14.9726322869, 28.0569629807, 1.784689013]
    utilisation = [0.5, 0.950273677212, 0.969156693062, 0.862722739677]
    assert found.backlog_erlangs[1:] == pytest.approx(backlog[1:], abs=1e-9)
    assert found.backlog_erlangs[0] == pytest.approx(backlog[0], abs=1e-11)
    assert found.occupancy == pytest.approx(utilisation, abs=1e-10)


@quick
@given(
    loads=st.lists(st.floats(0, 150, allow_subnormal=False), min_size=1, max_size=20),
    agents=st.integers(1, 120),
)
def test_what_is_offered_is_carried_or_handed_on(loads, agents):
    found = stationary_backlog(loads, agents, 300, within_s=20)
    assert sum(loads) == pytest.approx(found.carried_erlangs.sum() + found.backlog_erlangs[-1])
    assert (found.occupancy < 1 + 1e-12).all()
    assert ((found.service_level >= 0) & (found.service_level <= 1)).all()
    assert np.isfinite(found.asa_s).all()


def test_a_quiet_interval_is_erlang_c_at_the_load_carried():
    found = stationary_backlog([10], 14, 180, within_s=20)
    carried = 10 * (1 - erlang_b(14, 10.0))
    assert found.p_wait == pytest.approx([float(erlang_c(14, carried))])


def test_a_backlog_weighs_more_where_handling_takes_longer():
    same = stationary_backlog([110, 0], 100, [300, 300])
    longer = stationary_backlog([110, 0], 100, [300, 600])
    assert longer.carried_erlangs[1] == pytest.approx(2 * same.carried_erlangs[1], rel=1e-6)


def test_nobody_there_hands_everything_on():
    found = stationary_backlog([10, 10, 0], [0, 30, 30], 300)
    assert found.backlog_erlangs[0] == 10
    assert found.p_wait[0] == 1
    assert found.asa_s[0] == np.inf
    assert found.carried_erlangs[1] > 19


def test_an_overloaded_hour_is_a_line_up_and_a_line_down():
    day = fluid_day([330] * 4 + [270] * 5, 300, 100, interval_s=900, initial=100)
    assert day.queue_end == pytest.approx([30, 60, 90, 120, 90, 60, 30, 0, 0], abs=1e-9)
    assert day.queue == pytest.approx([15, 45, 75, 105, 105, 75, 45, 15, 0], abs=1e-9)
    with_patience = fluid_day([330] * 30, 300, 100, interval_s=900, patience_s=180)
    assert with_patience.queue_end[-1] == pytest.approx((330 / 900 - 100 / 300) * 180)


@quick
@given(
    day=st.lists(st.tuples(st.floats(0, 400), st.integers(0, 120)), min_size=1, max_size=12),
    start=st.floats(0, 300),
    patience=st.one_of(st.none(), st.floats(10, 5000)),
)
def test_what_comes_in_is_handled_or_gives_up_or_is_still_there(day, start, patience):
    contacts, agents = np.array(day, dtype=float).T
    found = fluid_day(contacts, 300, agents, interval_s=900, patience_s=patience, initial=start)
    inside = np.concatenate([[start], found.in_system_end])
    handled = contacts - found.abandoned - np.diff(inside)
    assert (handled >= -1e-6).all()
    assert (handled <= agents * 3 + 1e-6).all()
    assert (found.queue >= -1e-9).all()
    assert found.queue_end == pytest.approx(np.maximum(found.in_system_end - agents, 0), abs=1e-9)
    if patience is None:
        assert (found.abandoned == 0).all()


@pytest.mark.parametrize("patience", [None, 180.0])
def test_a_solver_of_differential_equations_agrees(patience):
    integrate = pytest.importorskip("scipy.integrate")
    contacts, agents = np.array([100, 400, 330, 200, 90, 0]), np.array([50, 90, 95, 100, 40, 0])
    found = fluid_day(contacts, 300, agents, interval_s=900, patience_s=patience, initial=70)
    state, theta = np.array([70.0, 0.0]), 0.0 if patience is None else 1 / patience
    for k in range(contacts.size):

        def drift(_, y, k=k):
            queue = max(y[0] - agents[k], 0.0)
            busy = min(y[0], agents[k])
            return [contacts[k] / 900 - busy / 300 - theta * queue, queue]

        before = state[1]
        solved = integrate.solve_ivp(drift, (0, 900), state, rtol=1e-9, atol=1e-9, max_step=5)
        state = solved.y[:, -1]
        assert found.in_system_end[k] == pytest.approx(state[0], rel=1e-5, abs=1e-4)
        assert found.queue[k] == pytest.approx((state[1] - before) / 900, rel=1e-4, abs=1e-3)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: stationary_backlog([-1], 3, 300), "load_erlangs = -1"),
        (lambda: stationary_backlog([1], 3.5, 300), "agents = 3.5; must be a whole number"),
        (lambda: stationary_backlog([1], 3, 0), "aht_s = 0"),
        (lambda: fluid_day([1], 300, 3, interval_s=0), "interval_s = 0"),
        (lambda: fluid_day([1], 300, 3, interval_s=900, patience_s=0), "patience_s = 0"),
        (lambda: fluid_day([1], 300, -3, interval_s=900), "agents = -3"),
        (lambda: fluid_day([1], 300, 3, interval_s=900, initial=-1), "initial = -1"),
    ],
)
def test_numbers_out_of_bounds_are_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()
