"""Chat with concurrency: printed values, Erlang's formulas as special cases, independent checks."""

import random
from collections import deque
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from staffing import erlang_c, service_level
from staffing.queues.chat import chat_agents_required, chat_measures

AHT = [240, 300, 390]
HOUSE = {"interval_s": 900, "within_s": 30, "patience_s": 120}
quick = settings(max_examples=40, deadline=None)

levels = st.lists(st.floats(30, 600), min_size=1, max_size=4).map(sorted)
houses = st.fixed_dictionaries(
    {
        "contacts": st.floats(0.5, 200),
        "aht_by_concurrency_s": levels,
        "interval_s": st.just(900.0),
        "within_s": st.floats(0, 300),
    }
)
patience = st.one_of(st.just(np.inf), st.floats(2, 3000))


@pytest.mark.parametrize(
    ("agents", "level", "abandoned"),
    [
        (8, 0.722787352477, 0.123651058084),
        (9, 0.87020949211, 0.0569660471122),
        (10, 0.956479706341, None),
        (12, 0.998385738237, None),
    ],
)
def test_the_printed_values_are_reached(agents, level, abandoned):
    found = chat_measures(60, AHT, agents, **HOUSE)
    assert found.service_level == pytest.approx(level, abs=1e-12)
    if abandoned is not None:
        assert found.p_abandon == pytest.approx(abandoned, abs=1e-12)


def test_the_shortcuts_of_the_trade_miss_it_on_either_side():
    full_speed = chat_measures(60, 390, 27, **HOUSE).service_level
    no_chat = chat_measures(60, 130, 9, **HOUSE).service_level
    assert (round(full_speed, 3), round(no_chat, 3)) == (0.815, 0.728)
    assert no_chat < full_speed < chat_measures(60, AHT, 9, **HOUSE).service_level


@pytest.mark.parametrize(
    ("contacts", "interval", "aht", "ends", "agents", "within", "p_wait", "gone", "asa", "level"),
    [
        (100, 1800, 180, 300, 14, 20, 0.14526, 0.013984, None, 0.916792),
        (100, 1800, 180, 300, 10, 20, 0.5994, 0.1094, 32.8, 0.5168),
        (360, 3600, 240, 300, 28, 20, None, None, None, 0.86001816018),
        (48, 60, 60, 120, 50, 30, 0.468, 0.030912, 3.70947, 0.966),
        (2000, 900, 300, 600, 680, 300, None, None, None, 0.9944),  # underflows elsewhere
        (2755.2, 1800, 180, 5, 259, 120, None, None, None, 0.9173),
        (80_000 / 3, 400, 300, 180, 16_000, 20, 1.0, 0.2, 36.0, 0.0),  # the overload's limit
    ],
)
def test_one_chat_at_a_time_is_erlang_a(
    contacts, interval, aht, ends, agents, within, p_wait, gone, asa, level
):
    found = chat_measures(
        contacts, aht, agents, interval_s=interval, within_s=within, patience_s=ends
    )
    printed = {"p_wait": p_wait, "p_abandon": gone, "asa_s": asa, "service_level": level}
    for name, value in printed.items():
        if value is not None:
            assert getattr(found, name) == pytest.approx(value, rel=2e-3, abs=6e-5), name
    if level == 0.86001816018:
        assert found.service_level == pytest.approx(level, abs=1e-11)
        assert found.service_level / (1 - found.p_abandon) == pytest.approx(0.880063849, abs=1e-9)
    assert found.asa_s == pytest.approx(found.p_abandon * ends)
    load = contacts * aht / interval
    assert found.occupancy == pytest.approx(load * (1 - found.p_abandon) / agents)
    assert found.chats_per_agent == pytest.approx(found.occupancy)


def test_one_chat_at_a_time_without_an_end_to_patience_is_erlang_c():
    agents = np.array([8, 10, 11, 14, 30])
    found = chat_measures(100, 180, agents, interval_s=1800, within_s=20)
    assert found.p_wait == pytest.approx(erlang_c(agents, 10.0), abs=1e-13)
    assert found.service_level == pytest.approx(service_level(agents, 10.0, 180, 20), abs=1e-13)
    assert found.asa_s[:2].tolist() == [np.inf, np.inf]
    assert found.asa_s[3] == pytest.approx(7.83593701, abs=1e-8)


@quick
@given(house=houses, ends=patience, agents=st.integers(1, 60), count=st.integers(2, 4))
def test_slots_at_one_speed_are_agents_of_their_own(house, ends, agents, count):
    one = house | {"aht_by_concurrency_s": house["aht_by_concurrency_s"][:1]}
    many = house | {"aht_by_concurrency_s": house["aht_by_concurrency_s"][:1] * count}
    singles = chat_measures(**one, agents=agents * count, patience_s=ends)
    slots = chat_measures(**many, agents=agents, patience_s=ends)
    for name in ("service_level", "p_wait", "p_abandon"):
        assert getattr(slots, name) == pytest.approx(getattr(singles, name), abs=1e-11)
    assert slots.chats_per_agent == pytest.approx(singles.chats_per_agent * count, rel=1e-9)


@quick
@given(house=houses, ends=patience, agents=st.integers(1, 60))
def test_more_agents_never_hurt_and_measures_are_shares(house, ends, agents):
    found = chat_measures(**house, agents=[agents, agents + 1], patience_s=ends)
    slack = 1e-10
    assert found.service_level[1] >= found.service_level[0] - slack
    assert found.p_abandon[1] <= found.p_abandon[0] + slack
    for name in ("service_level", "p_wait", "p_abandon", "occupancy"):
        values = getattr(found, name)
        assert ((values >= -slack) & (values <= 1 + slack)).all(), name
    assert (found.service_level >= 1 - found.p_wait - slack).all()


@quick
@given(house=houses, ends=patience, agents=st.integers(1, 60))
def test_what_is_offered_is_finished_or_abandoned(house, ends, agents):
    found = chat_measures(**house, agents=agents, patience_s=ends)
    rate = house["contacts"] / house["interval_s"]
    aht = np.array(house["aht_by_concurrency_s"])
    pace = agents * np.arange(1, aht.size + 1) / aht
    served = rate * (1 - found.p_abandon)
    assert served <= max(pace) * (1 + 1e-9) or np.isinf(ends)
    if aht.size == 1 and np.isfinite(ends):
        assert found.chats_per_agent * agents == pytest.approx(served * aht[0])


def _chain(agents, aht, rate, ends, most):
    """Departure rates of the states 0 .. most, straight from the definition."""
    slots = agents * len(aht)
    pace = [0.0] + [m / a for m, a in enumerate(aht, 1)]
    rates = []
    for x in range(most + 1):
        open_chats = [x // agents + (k < x % agents) for k in range(agents)]
        served = sum(pace[m] for m in open_chats) if x <= slots else agents * pace[-1]
        rates.append(served + max(x - slots, 0) / ends)
    probabilities = np.cumprod([1.0] + [rate / d for d in rates[1:]])
    return np.array(rates), probabilities / probabilities.sum()


@pytest.mark.parametrize("agents", [1, 3, 9])
def test_waits_agree_with_a_matrix_exponential(agents):
    linalg = pytest.importorskip("scipy.linalg")
    rate, ends, within = agents / 130.0, 120.0, 30.0
    slots, ahead = agents * 3, 60
    _, state = _chain(agents, AHT, rate, ends, slots + ahead)
    # Follow one who waits: k ahead, k - 1 ahead, ..., answered (last column), or gone.
    pace = agents * 3 / AHT[-1]
    moves = np.zeros((ahead + 2, ahead + 2))
    for k in range(ahead + 1):
        onward = pace + k / ends
        moves[k, k - 1 if k else -1] = onward
        moves[k, k] = -onward - 1 / ends
    answered = linalg.expm(moves * within)[:-1, -1]
    level = state[:slots].sum() + state[slots:] @ answered
    found = chat_measures(rate * 900, AHT, agents, interval_s=900, within_s=within, patience_s=ends)
    assert found.service_level == pytest.approx(level, abs=1e-11)
    queue = state[slots:] @ np.arange(ahead + 1)
    assert found.p_abandon == pytest.approx(queue / ends / rate, abs=1e-11)
    inside = np.arange(slots + ahead + 1)
    assert found.chats_per_agent == pytest.approx(state @ np.minimum(inside, slots) / agents)
    assert found.occupancy == pytest.approx(state @ np.minimum(inside, agents) / agents)
    answered_wait = _mean_wait_of_the_answered(state[slots:], pace, ends) / (1 - found.p_abandon)
    assert found.asa_answered_s == pytest.approx(answered_wait, rel=1e-9)


def _mean_wait_of_the_answered(state, pace, ends):
    """E[wait; answered], step by step: with k ahead the next step comes at pace + (k+1)/ends."""
    answered, wait, total = 1.0, 0.0, 0.0
    for k, probability in enumerate(state):
        step = pace + (k + 1) / ends
        stays = (pace + k / ends) / step
        wait = stays * (wait + answered / step)
        answered *= stays
        total += probability * wait
    return total


def test_a_simulated_day_agrees_within_its_own_error():
    agents, rate = 9, 60 / 900
    departures, _ = _chain(agents, AHT, rate, 120.0, 27)
    dice = random.Random(11)  # noqa: S311 - a seeded simulation
    levels = []
    queue, inside, now, arrival = deque(), 20, 0.0, 0.0
    for _ in range(40):
        in_time = offered = 0
        while offered < 1500:
            finish = now + dice.expovariate(departures[inside]) if inside else np.inf
            leave = min((entry[1] for entry in queue), default=np.inf)
            now = min(arrival, finish, leave)
            if now == arrival:
                offered += 1
                arrival = now + dice.expovariate(rate)
                if inside < 27:
                    inside, in_time = inside + 1, in_time + 1
                else:
                    queue.append((now, now + dice.expovariate(1 / 120)))
            elif now == finish and queue:
                in_time += now - queue.popleft()[0] <= 30
            elif now == finish:
                inside -= 1
            else:
                queue = deque(entry for entry in queue if entry[1] > now)
        levels.append(in_time / offered)
    error = np.std(levels) / np.sqrt(len(levels) - 1)
    assert error < 0.01
    assert abs(np.mean(levels) - 0.87020949211) < 4 * error


@quick
@given(house=houses, ends=patience, target=st.floats(0.05, 0.99))
def test_the_agents_required_meet_the_target_and_one_fewer_does_not(house, ends, target):
    needed = chat_agents_required(**house, patience_s=ends, service_level=target)
    with_them, with_fewer = chat_measures(
        **house, agents=[needed, needed - 1], patience_s=ends
    ).service_level
    assert with_them >= target - 1e-8
    assert with_fewer < target


def test_agents_required_for_abandonment_a_minimum_and_nothing():
    given_house = HOUSE | {"service_level": 0.8}
    assert chat_agents_required(60, AHT, **given_house) == 9
    assert chat_agents_required(60, AHT, **given_house, max_p_abandon=0.02) == 10
    assert chat_agents_required(0, AHT, **given_house) == 0
    assert chat_agents_required([0, 60], AHT, **given_house, min_agents=3).tolist() == [3, 9]
    assert chat_agents_required([], AHT, **given_house).shape == (0,)


def test_all_intervals_at_once_are_each_alone():
    volumes = np.random.default_rng(5).gamma(2, 30, 50)
    many = chat_agents_required(volumes, AHT, service_level=0.8, **HOUSE)
    alone = [chat_agents_required(v, AHT, service_level=0.8, **HOUSE) for v in volumes]
    assert many.tolist() == alone
    together = chat_measures(volumes, AHT, many, **HOUSE)
    for row in (0, 17, 49):
        one = chat_measures(volumes[row], AHT, many[row], **HOUSE)
        assert [column[row] for column in together] == pytest.approx(list(one), rel=1e-12)


def test_edges_without_chats_or_without_agents():
    quiet = chat_measures(0, AHT, [0, 4], **HOUSE)
    assert quiet.service_level.tolist() == [1, 1]
    assert quiet.asa_s.tolist() == [0, 0]
    assert quiet.occupancy.tolist() == [0, 0]
    nobody = chat_measures(60, AHT, 0, **HOUSE)
    assert (nobody.service_level, nobody.p_abandon, nobody.asa_s) == (0, 1, 120)
    assert np.isnan(nobody.occupancy)
    endless = chat_measures(60, AHT, [0, 3], interval_s=900, within_s=30)
    assert endless.service_level.tolist() == [0, 0]
    assert endless.asa_s.tolist() == [np.inf, np.inf]
    assert endless.chats_per_agent[1] == 3


def test_longer_patience_approaches_infinite_patience():
    ends = [1e3, 1e4, 1e5, 1e6, np.inf]
    found = chat_measures(60, AHT, 10, interval_s=900, within_s=30, patience_s=ends)
    assert all(a >= b for a, b in pairwise(found.service_level))
    assert found.service_level[-2] == pytest.approx(found.service_level[-1], abs=2e-4)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"contacts": -1}, r"contacts = -1.0; must be a number in \[0, inf\)"),
        ({"aht_by_concurrency_s": [240, 0]}, r"aht_by_concurrency_s = 0.0; .* \(0, inf\)"),
        ({"agents": 1.5}, r"agents = 1.5; must be a whole number"),
        ({"patience_s": 0}, r"patience_s = 0.0; .* \(0, 1e6\]"),
        ({"patience_s": np.nan}, "patience_s = nan"),
        ({"within_s": np.inf}, "within_s = inf"),
    ],
)
def test_numbers_out_of_bounds_are_refused(change, message):
    good = {"contacts": 60, "aht_by_concurrency_s": AHT, "agents": 9} | HOUSE
    with pytest.raises(ValueError, match=message):
        chat_measures(**good | change)


def test_targets_out_of_bounds_and_falling_handling_times_are_refused():
    with pytest.raises(ValueError, match=r"service_level = 1.0; .* \(0, 1\)"):
        chat_agents_required(60, AHT, **HOUSE, service_level=1)
    with pytest.raises(ValueError, match=r"changes by -60.0 s; must not fall"):
        chat_agents_required(60, [300, 240], **HOUSE, service_level=0.8)
    with pytest.raises(ValueError, match="agents = 100000 do not meet"):
        chat_agents_required(1e6, AHT, **HOUSE, service_level=0.8)
    with pytest.raises(ValueError, match=r"one patience_s = 1.33333e\+08; too many"):
        chat_agents_required(1e9, AHT, **HOUSE, service_level=0.8)
