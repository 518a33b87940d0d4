"""Calls of several queues answered by one team: published numbers, bounds, refusals."""

from math import exp

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from staffing import ServiceTarget, StaffingRule, required_staff
from staffing.channels.team import Calls, pool_of, shared_out, spare_erlangs

quick = settings(max_examples=20, deadline=None)
volume = st.one_of(st.just(0.0), st.floats(0.01, 200))
volumes = st.lists(volume, min_size=3, max_size=3)


def erlang_c_level(agents, load, aht_s, within_s):
    """Service level of Erlang C by the recursion of Erlang B; nobody is served in an overload."""
    if load == 0:
        return 1.0
    if agents <= load:
        return 0.0
    inverse = 1.0
    for k in range(1, agents + 1):
        inverse = 1.0 + k / load * inverse
    lost = 1.0 / inverse
    waits = lost / (1.0 - load / agents * (1.0 - lost))
    return 1.0 - waits * exp(-(agents - load) * within_s / aht_s)


def team_of(demand_of, queues, rules, **options):
    """Staff one team; `queues` is contacts by name."""
    demand = pd.concat(
        [demand_of(name, "voice", contacts) for name, contacts in queues.items()],
        ignore_index=True,
    )
    return required_staff(demand, rules, interval_min=30, teams={"Team": list(queues)}, **options)


def by_queue(table, column):
    return table.set_index(["interval_start", "queue"])[column].unstack()  # noqa: PD010 - no sums


def test_twenty_and_fifteen_erlang_need_forty_one_together_and_forty_four_apart(demand_of):
    # Published beside the wrong answer of a peer: 25 + 19 apart, one pooled Erlang C team 41.
    rule = StaffingRule(target=ServiceTarget(max_occupancy=None), shrinkage=0.0)
    rules = {"Billing": rule, "Support": rule}
    table = team_of(demand_of, {"Billing": [120.0], "Support": [90.0]}, rules)
    assert table["load_erlangs"].tolist() == pytest.approx([20.0, 15.0])
    assert table["agents_apart"].tolist() == [25, 19]
    assert table["agents_net"].sum() == 41
    assert table["agents_gross"].sum() == 41
    assert set(table["model"]) == {"pooled_erlang_c"}
    assert set(table["team"]) == {"Team"}
    assert table["service_level"].tolist() == pytest.approx([erlang_c_level(41, 35, 300, 20)] * 2)
    assert table["occupancy"].tolist() == pytest.approx([35 / 41] * 2)


@quick
@given(
    contacts=st.lists(volume, min_size=1, max_size=6),
    patience_s=st.sampled_from([None, 90.0]),
    redials=st.sampled_from([0.0, 0.5]),
)
def test_a_team_of_one_queue_is_the_queue_itself(demand_of, contacts, patience_s, redials):
    rule = StaffingRule(
        patience_s=patience_s, redial_probability=redials if patience_s is not None else 0.0
    )
    demand = demand_of("Q", "voice", contacts)
    alone = required_staff(demand, {"Q": rule}, interval_min=30)
    team = required_staff(demand, {"Q": rule}, interval_min=30, teams={"T": ["Q"]})
    pd.testing.assert_frame_equal(team.drop(columns="team"), alone.drop(columns="team"))
    assert set(alone["team"]) == {"Q"}


@quick
@given(one=volumes, other=volumes)
def test_pooling_never_needs_more_and_one_agent_fewer_misses_a_target(demand_of, one, other):
    target = ServiceTarget(service_level=0.8, within_s=20.0, max_occupancy=None)
    rule = StaffingRule(target=target)
    table = team_of(demand_of, {"A": one, "B": other}, {"A": rule, "B": rule})
    net, apart = (by_queue(table, name).sum(axis=1) for name in ("agents_net", "agents_apart"))
    assert (net <= apart).all()
    for agents, load in zip(net, (np.array(one) + other) * 300 / 1800, strict=True):
        assert erlang_c_level(agents, load, 300, 20) >= 0.8 - 1e-9
        assert agents == 0 or erlang_c_level(agents - 1, load, 300, 20) < 0.8 + 1e-9


@quick
@given(one=volumes, other=volumes, strict=st.floats(0.81, 0.97), patient_s=st.floats(0, 120))
def test_every_member_has_its_own_target_kept(demand_of, one, other, strict, patient_s):
    ends = {"A": (strict, 10.0), "B": (0.8, patient_s)}
    rules = {
        name: StaffingRule(
            target=ServiceTarget(service_level=level, within_s=within_s, max_occupancy=0.95)
        )
        for name, (level, within_s) in ends.items()
    }
    table = team_of(demand_of, {"A": one, "B": other}, rules)
    net = by_queue(table, "agents_net").sum(axis=1)
    load = (np.array(one) + other) * 300 / 1800
    for agents, erlangs in zip(net, load, strict=True):
        reached = {
            people: all(
                erlang_c_level(people, erlangs, 300, within_s) >= level - 1e-9
                for level, within_s in ends.values()
            )
            and erlangs <= 0.95 * people * (1 + 1e-9)
            for people in (agents, agents - 1)
        }
        assert reached[agents]
        assert agents == 0 or not reached[agents - 1]
    for name, (_, within_s) in ends.items():
        told = table.loc[table["queue"] == name, "service_level"]
        expected = [
            erlang_c_level(*row, 300, within_s) for row in zip(net.tolist(), load, strict=True)
        ]
        assert told.tolist() == pytest.approx(expected, abs=1e-9)


def test_a_queue_that_has_closed_leaves_the_team_to_the_others(demand_of):
    rule = StaffingRule(target=ServiceTarget(max_occupancy=None), shrinkage=0.0)
    demand = pd.concat(
        [demand_of("Long", "voice", [120] * 4), demand_of("Short", "voice", [90] * 2, at=[1, 2])],
        ignore_index=True,
    )
    table = required_staff(
        demand, {"Long": rule, "Short": rule}, interval_min=30, teams={"T": ["Long", "Short"]}
    )
    net = by_queue(table, "agents_net").sum(axis=1)
    assert net.tolist() == [25, 41, 41, 25]


@quick
@given(one=volumes, other=volumes, shrinkage=st.floats(0, 0.5))
def test_the_team_is_paid_as_one_and_nobody_is_lost_in_sharing(demand_of, one, other, shrinkage):
    rule = StaffingRule(shrinkage=shrinkage)
    table = team_of(demand_of, {"A": one, "B": other}, {"A": rule, "B": rule})
    net, gross = (by_queue(table, name).sum(axis=1) for name in ("agents_net", "agents_gross"))
    assert (gross * (1 - shrinkage) >= net * (1 - 1e-8)).all()
    assert ((gross - 1) * (1 - shrinkage) < net).all()
    assert (table["agents_gross"] >= table["agents_net"]).all()


@settings(max_examples=100, deadline=None)
@given(
    agents=st.lists(st.integers(0, 500), min_size=1, max_size=5),
    members=st.integers(1, 6),
    seed=st.integers(0, 1000),
)
def test_shares_add_up_and_are_within_an_agent_of_their_due(agents, members, seed):
    weights = np.random.default_rng(seed).gamma(0.5, 1.0, (members, len(agents))).round(1)
    agents = np.array(agents)
    shared = shared_out(agents, weights)
    assert (shared.sum(axis=0) == agents).all()
    assert (shared >= 0).all()
    total = weights.sum(axis=0)
    due = agents * weights / np.where(total > 0, total, 1.0)
    assert (np.abs(shared - due) < 1 + 1e-9)[:, total > 0].all()
    assert (shared[0, total == 0] == agents[total == 0]).all()


def test_idle_time_is_what_blending_was_published_to_place():
    # 60 calls of 300 s in 900 s on 26 agents: 20 kept busy give 37.6565 outbound an hour.
    rule = StaffingRule(target=ServiceTarget(max_occupancy=None))
    calls = Calls(rule, np.array([60.0]), np.array([300.0]), np.array([True]))
    pool = pool_of([calls], 1, 0.25, 1.0)
    spare = spare_erlangs(pool, np.array([26]))
    assert spare * 12 == pytest.approx([37.6564935342])
    capped = spare_erlangs(pool._replace(max_occupancy=0.85), np.array([26]))
    assert capped == pytest.approx([0.85 * 26 - 20])


@pytest.mark.parametrize(
    ("channel", "rule", "model"),
    [
        ("chat", {}, "chat_slots"),
        ("chat", {"concurrency": 2, "aht_by_concurrency": (1.0, 1.4)}, "chat"),
        ("bot", {}, "no_people"),
        ("voice", {"carry_over": "transient"}, "transient"),
        ("outbound", {"pacing": "dialler"}, "dialler"),
    ],
)
def test_queues_that_no_team_can_share_are_refused_by_name(demand_of, channel, rule, model):
    demand = pd.concat([demand_of("Calls", "voice", [9.0]), demand_of("Odd", channel, [9.0])])
    rules = {"Calls": StaffingRule(), "Odd": StaffingRule(**rule)}
    message = f"queue 'Odd': channel = '{channel}', model = '{model}'; cannot join a team"
    with pytest.raises(ValueError, match=message):
        required_staff(demand, rules, interval_min=30, teams={"T": ["Calls", "Odd"]})


def test_a_queue_in_two_teams_and_an_engine_without_teams_are_refused(demand_of):
    demand = demand_of("Q", "voice", [9.0])
    rules = {"Q": StaffingRule()}
    with pytest.raises(ValueError, match="queue 'Q' is in team 'A' and in 'B'"):
        required_staff(demand, rules, interval_min=30, teams={"A": ["Q"], "B": ["Q"]})
    with pytest.raises(ValueError, match="engine = 'pyworkforce'; knows no teams"):
        required_staff(demand, rules, interval_min=30, engine="pyworkforce", teams={"A": ["Q"]})


def test_a_team_of_strangers_is_refused_by_name(demand_of):
    demand, rules = demand_of("Q", "voice", [9.0]), {"Q": StaffingRule()}
    for members, name in ((["Q", "Away"], "'Away'"), ([], "no queue")):
        with pytest.raises(ValueError, match=f"team 'T' has {name}"):
            required_staff(demand, rules, interval_min=30, teams={"T": members})


def test_endless_and_limited_patience_do_not_share_a_team(demand_of):
    rules = {"Endless": StaffingRule(), "Limited": StaffingRule(patience_s=60.0)}
    with pytest.raises(ValueError, match="a team's queues must all have one, or none"):
        team_of(demand_of, {"Endless": [60.0], "Limited": [1.0]}, rules)


def test_quiet_queues_share_a_team_of_nobody(demand_of):
    table = team_of(
        demand_of, {"A": [0.0, 0.0], "B": [0.0, 30.0]}, {"A": StaffingRule(), "B": StaffingRule()}
    )
    assert table["agents_net"].tolist()[:3] == [0, 0, 0]
    assert table.loc[table["agents_net"] == 0, "occupancy"].tolist()[0] == 0
    assert set(table["binding"]) <= {"no_load", "service_level", "stability", "occupancy"}
