"""The exact transient day: a matrix exponential, steady states, the printed overload, laws."""

from time import perf_counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from staffing import average_speed_of_answer, erlang_c, service_level
from staffing.days.carry_over import fluid_day
from staffing.days.transient import transient_day
from staffing.days.uniformisation import advance_by_arrays, advance_by_states, birth_death
from staffing.queues.chat import chat_measures

quick = settings(max_examples=20, deadline=None)

# The design's overload: an hour at 90-95 agents and rho 1.146, then at rho .906. Its agents after
# that hour are not printed; these are a day's that fits (119 at most). Handling takes 300 s.
OVERLOAD = np.array([90, 92, 93, 95, 118, 116, 114, 112, 110, 108])
RHO = np.array([1.146] * 4 + [0.906] * 6)


def _overload(patience_s=None):
    agents = np.concatenate([[110] * 20, OVERLOAD])
    load = np.concatenate([[110 * 0.906] * 20, OVERLOAD * RHO])
    day = transient_day(load * 3, 300, agents, interval_s=900, within_s=20, patience_s=patience_s)
    return day, slice(20, None)


def test_an_hour_of_overload_is_felt_for_another_hour_and_a_half():
    day, then = _overload()
    queue = [30, 67, 106, 147, 127, 99, 74, 53, 37, 26]
    p_wait = [0.93, 0.99, 1, 1, 0.99, 0.96, 0.88, 0.77, 0.65, 0.55]
    # The printed day's agents are known to within a few; so are its queues.
    assert day.queue[then] == pytest.approx(queue, abs=4)
    assert day.p_wait[then] == pytest.approx(p_wait, abs=0.03)
    alone = erlang_c(OVERLOAD[4:], OVERLOAD[4:] * 0.906)
    assert ((alone > 0.2) & (alone < 0.235)).all()  # what each interval alone would say


def test_with_patience_the_overload_is_gone_within_a_quarter_of_an_hour():
    day, then = _overload(180)
    assert day.queue[then][:4] == pytest.approx([8.4] * 4, abs=0.8)
    assert day.p_wait[then][:4] == pytest.approx([0.84] * 4, abs=0.03)
    assert (day.queue_end[then][4:] < 1).all()


def test_the_fluid_line_is_good_in_the_overload_and_too_short_in_the_tail():
    day, then = _overload()
    agents, load = OVERLOAD, OVERLOAD * RHO
    line = fluid_day(load * 3, 300, agents, interval_s=900, initial=90)
    assert line.queue_end[3] == pytest.approx(162, abs=6)
    assert line.queue_end[:4] == pytest.approx(day.queue_end[then][:4], abs=20)
    assert line.queue_end[8] == 0
    assert day.queue_end[then][8] > 15


@pytest.mark.parametrize("patience", [None, 100.0])
def test_a_matrix_exponential_agrees_on_a_small_day(patience):
    linalg = pytest.importorskip("scipy.linalg")
    contacts, agents, aht, length = [8, 14, 3], [3, 2, 4], 200.0, 600.0
    theta = 0.0 if patience is None else 1 / patience
    size = 90
    day = transient_day(contacts, aht, agents, interval_s=length, within_s=30, patience_s=patience)
    state, inside = np.eye(size)[0], np.arange(size)
    for k in range(3):
        up = np.full(size - 1, contacts[k] / length)
        busy = np.minimum(inside, agents[k])
        down = (busy / aht + (inside - busy) * theta)[1:]
        q = np.diag(up, 1) + np.diag(down, -1)
        q -= np.diag(q.sum(axis=1))
        # The integral over time is the exponential's upper right block.
        both = np.block([[q, np.eye(size)], [np.zeros((size, 2 * size))]])
        power = linalg.expm(both * length)
        mean = state @ power[:size, size:] / length
        state = state @ power[:size, :size]
        queue = inside - busy
        assert day.queue[k] == pytest.approx(mean @ queue, abs=1e-10)
        assert day.queue_end[k] == pytest.approx(state @ queue, abs=1e-10)
        assert day.in_system_end[k] == pytest.approx(state @ inside, abs=1e-10)
        assert day.p_wait[k] == pytest.approx(mean[inside >= agents[k]].sum(), abs=1e-11)
        assert day.abandoned[k] == pytest.approx(theta * length * (mean @ queue), abs=1e-9)
        assert day.occupancy[k] == pytest.approx(mean @ busy / agents[k], abs=1e-11)
        # Those with k ahead when they come: k + 1 steps to an answer, each a race with patience.
        waits = np.zeros((42, 42))
        for ahead in range(41):
            step = agents[k] / aht + ahead * theta
            waits[ahead, ahead - 1 if ahead else -1] = step
            waits[ahead, ahead] = -step - theta
        in_time = linalg.expm(waits * 30)[:-1, -1]
        waiting = mean[agents[k] : agents[k] + 41]
        level = 1 - day.p_wait[k] + waiting @ in_time
        assert day.service_level[k] == pytest.approx(level, abs=1e-9)
    assert day.state_end == pytest.approx(state[: day.state_end.size], abs=1e-12)


@pytest.mark.parametrize("patience", [None, 300.0])
def test_constant_rates_lead_to_the_steady_state(patience):
    agents = 14
    day = transient_day([100] * 40, 180, agents, interval_s=1800, within_s=20, patience_s=patience)
    if patience is None:
        assert day.p_wait[-1] == pytest.approx(float(erlang_c(agents, 10.0)), abs=1e-9)
        level = float(service_level(agents, 10.0, 180, 20))
        asa = float(average_speed_of_answer(agents, 10.0, 180))
    else:
        steady = chat_measures(100, 180, agents, interval_s=1800, within_s=20, patience_s=patience)
        assert day.p_wait[-1] == pytest.approx(steady.p_wait, abs=1e-10)
        assert day.abandoned[-1] == pytest.approx(100 * steady.p_abandon, abs=1e-8)
        level, asa = steady.service_level, steady.asa_s
    assert day.service_level[-1] == pytest.approx(level, abs=1e-9)
    assert day.asa_s[-1] == pytest.approx(asa, abs=1e-6)
    assert day.service_level[0] > day.service_level[-1]  # the house was empty in the morning


days = st.lists(
    st.tuples(st.floats(0, 60), st.integers(0, 20), st.floats(60, 400)), min_size=1, max_size=6
)


@quick
@given(day=days, patience=st.one_of(st.none(), st.floats(20, 2000)))
def test_what_is_offered_is_handled_or_gives_up_or_is_still_there(day, patience):
    contacts, agents, aht = np.array(day).T
    found = transient_day(contacts, aht, agents, interval_s=900, within_s=20, patience_s=patience)
    inside = np.concatenate([[0.0], found.in_system_end])
    left = found.handled + found.abandoned
    assert contacts == pytest.approx(left + np.diff(inside), abs=1e-7)
    for shares in (found.p_wait, found.service_level):
        assert ((shares >= -1e-12) & (shares <= 1 + 1e-12)).all()
    assert found.state_end.sum() == pytest.approx(1)
    if patience is None:
        assert (found.abandoned == 0).all()


@quick
@given(day=days, patience=st.one_of(st.none(), st.floats(20, 2000)))
def test_more_agents_never_hurt(day, patience):
    contacts, agents, aht = np.array(day).T
    house = {"interval_s": 900, "within_s": 20, "patience_s": patience}
    aht = aht[0]
    few, more = (transient_day(contacts, aht, agents + extra, **house) for extra in (0, 1))
    assert (more.queue <= few.queue + 1e-9).all()
    assert (more.p_wait <= few.p_wait + 1e-9).all()
    assert (more.service_level >= few.service_level - 1e-9).all()


def test_one_day_starts_where_the_last_one_ended():
    contacts, agents = np.array([30, 50, 40, 20]), np.array([9, 10, 14, 8])
    house = {"interval_s": 900, "within_s": 20}
    whole = transient_day(contacts, 300, agents, **house)
    morning = transient_day(contacts[:2], 300, agents[:2], **house)
    evening = transient_day(contacts[2:], 300, agents[2:], initial=morning.state_end, **house)
    for name in ("queue", "p_wait", "service_level", "queue_end"):
        both = np.concatenate([getattr(morning, name), getattr(evening, name)])
        assert both == pytest.approx(getattr(whole, name), abs=1e-10)


def test_a_closed_house_keeps_its_queue_until_it_opens():
    day = transient_day([10, 0, 0], 300, [0, 0, 50], interval_s=900)
    assert day.queue_end[:2] == pytest.approx([10, 10])
    assert day.p_wait[:2].tolist() == pytest.approx([1, 1])
    assert day.queue_end[2] == pytest.approx(0, abs=1e-9)
    assert day.asa_s[0] == np.inf
    assert np.isnan(day.occupancy[0])
    quiet = transient_day([0, 0], 300, [0, 3], interval_s=900)
    assert quiet.in_system_end.tolist() == [0, 0]
    assert transient_day([], 300, 3, interval_s=900).queue.shape == (0,)


def test_compiled_or_not_the_answers_are_the_same():
    rng = np.random.default_rng(3)
    start = rng.dirichlet(np.ones(50))
    up, down = np.full(50, 0.45), np.minimum(np.arange(50), 30) / 60
    up[-1] = 0
    moves = np.array([np.append(0, up[:-1]), 1 - up - down, np.append(down[1:], 0)])
    weights = rng.random((2, 150))
    by_arrays = advance_by_arrays(start, moves, *weights)
    by_states = advance_by_states(start, moves, *weights)
    for one, other in zip(by_arrays, by_states, strict=True):
        assert one == pytest.approx(other, rel=1e-12)
    end, mean = birth_death(start, 0.45, down, 100.0)
    assert end.sum() == pytest.approx(1)
    assert mean.sum() == pytest.approx(1)


def test_a_day_of_96_intervals_takes_well_under_a_second():
    profile = np.maximum(0.02, np.sin(np.linspace(0, np.pi, 96))) ** 1.5 * 108
    agents = np.ceil(profile / 0.906)
    transient_day(profile[:2] * 3, 300, agents[:2], interval_s=900)  # compiled, where it can be
    start = perf_counter()
    day = transient_day(profile * 3, 300, agents, interval_s=900, within_s=20)
    assert perf_counter() - start < 3  # 0.03 s compiled, 0.3 s not, on a quiet machine
    assert agents.max() == 120
    assert np.isfinite(day.queue).all()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"contacts": [-1]}, r"contacts = -1.0; must be a number in \[0, inf\)"),
        ({"contacts": [[1.0]]}, "contacts has 2 dimensions"),
        ({"agents": 2.5}, "agents = 2.5; must be a whole number"),
        ({"aht_s": 0}, "aht_s = 0"),
        ({"patience_s": 0}, "patience_s = 0"),
        ({"initial": [0.5, 0.4]}, "initial sums to 0.9; must sum to 1"),
        ({"interval_s": np.nan}, "interval_s = nan"),
        ({"contacts": [1e6]}, r"contacts = 1000000.0 outgrow 200000"),
    ],
)
def test_numbers_out_of_bounds_are_refused(change, message):
    good = {"contacts": [10, 20], "aht_s": 300, "agents": 8, "interval_s": 900}
    with pytest.raises(ValueError, match=message):
        transient_day(**good | change)
