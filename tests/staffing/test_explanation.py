"""Every agent is accounted for: the parts add up, and each tells what its assumption asks."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from staffing import ServiceTarget, StaffingRule, agents_required, required_staff
from staffing.explanation import PARTS, explain_agents


def demand(channel, contacts, aht_s=300.0):
    start = pd.date_range("2026-03-02 09:00", periods=len(contacts), freq="30min", tz="UTC")
    return pd.DataFrame(
        {
            "queue": "q",
            "channel": channel,
            "interval_start": start,
            "contacts": np.asarray(contacts, dtype=float),
            "aht_s": aht_s,
        }
    )


def explained(channel, contacts, rule, aht_s=300.0):
    requirement = required_staff(demand(channel, contacts, aht_s), {"q": rule}, interval_min=30)
    return requirement, explain_agents(requirement, {"q": rule}, interval_min=30)


CONTACTS = [0.0, 0.3, 12.0, 60.0, 250.0]
RULES = {
    "erlang_c": ("voice", StaffingRule()),
    "minimum": ("voice", StaffingRule(target=ServiceTarget(min_agents=5))),
    "erlang_a": ("voice", StaffingRule(patience_s=90.0)),
    "redials": ("voice", StaffingRule(patience_s=90.0, redial_probability=0.7)),
    "slots": ("chat", StaffingRule(concurrency=2.5)),
    "chat": ("chat", StaffingRule(concurrency=2, aht_by_concurrency=(1.0, 1.4))),
    "deadline": ("email", StaffingRule(deadline_h=1.0, target=ServiceTarget(min_agents=1))),
    "bot": ("bot", StaffingRule()),
    "modified": ("voice", StaffingRule(carry_over="modified", patience_s=90.0)),
    "transient": ("voice", StaffingRule(carry_over="transient")),
    "chat_modified": (
        "chat",
        StaffingRule(carry_over="modified", concurrency=3, aht_by_concurrency=(1.0, 1.3, 1.6)),
    ),
    "list": ("outbound", StaffingRule(pacing="agent", opening_backlog=30.0)),
    "dialler": ("outbound", StaffingRule(pacing="dialler", target=ServiceTarget(min_agents=3))),
    "backlog": ("case", StaffingRule(deadline_h=1.0, opening_backlog=80.0, open_at_end=True)),
    "answered": (
        "voice",
        StaffingRule(patience_s=90.0, target=ServiceTarget(definition="answered")),
    ),
    "voice with a deadline it has no use for": ("voice", StaffingRule(deadline_h=1.0)),
}


@pytest.mark.parametrize("name", list(RULES))
def test_the_parts_add_up_to_the_agents_scheduled(name):
    channel, rule = RULES[name]
    requirement, parts = explained(channel, CONTACTS, rule)
    np.testing.assert_allclose(
        parts[list(PARTS)].sum(axis=1), requirement["agents_gross"], atol=1e-9
    )
    assert (parts["agents_gross"] == requirement["agents_gross"]).all()


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.floats(0, 400), min_size=1, max_size=8),
    st.floats(0, 0.6),
    st.one_of(st.none(), st.floats(20, 600)),
    st.one_of(st.none(), st.floats(0.5, 1.0)),
)
def test_the_parts_add_up_for_any_calls(contacts, shrinkage, patience_s, max_occupancy):
    target = ServiceTarget(max_occupancy=max_occupancy)
    rule = StaffingRule(target=target, shrinkage=shrinkage, patience_s=patience_s)
    requirement, parts = explained("voice", contacts, rule)
    np.testing.assert_allclose(
        parts[list(PARTS)].sum(axis=1), requirement["agents_gross"], atol=1e-6
    )


def test_waiting_is_what_erlang_c_asks_beyond_the_work():
    _, parts = explained("voice", [60.0], StaffingRule())
    alone = agents_required(10.0, 300, service_level=0.8, within_s=20)
    assert parts["agents_workload"].iloc[0] == pytest.approx(10.0)
    assert parts["agents_waiting"].iloc[0] == pytest.approx(alone - 10.0)


def test_customers_who_give_up_save_agents_and_those_who_call_again_cost_some():
    _, patient = explained("voice", [60.0, 250.0], StaffingRule(patience_s=90.0))
    _, again = explained(
        "voice", [60.0, 250.0], StaffingRule(patience_s=90.0, redial_probability=0.9)
    )
    assert (patient["agents_abandonment"] < 0).all()
    assert (again["agents_abandonment"] >= patient["agents_abandonment"]).all()
    assert (again["agents_abandonment"] > patient["agents_abandonment"]).any()


def test_one_agent_fewer_misses_the_target_and_one_more_is_better():
    rule = StaffingRule(target=ServiceTarget(max_occupancy=None))
    requirement, parts = explained("voice", [12.0, 60.0, 250.0], rule)
    assert (parts["service_level_one_less"] < 0.8).all()
    assert (parts["service_level_one_more"] > requirement["service_level"]).all()
    assert (parts["asa_s_one_more"] < requirement["asa_s"]).all()


def test_the_numbers_of_another_engine_are_not_explained():
    table = required_staff(
        demand("voice", [60.0]), {"q": StaffingRule()}, interval_min=30, engine="pyworkforce"
    )
    with pytest.raises(ValueError, match="pyworkforce_erlang_c"):
        explain_agents(table, {"q": StaffingRule()}, interval_min=30)


volumes = st.lists(st.one_of(st.just(0.0), st.floats(0.01, 150)), min_size=3, max_size=3)


@pytest.mark.parametrize("name", [name for name in RULES if name != "bot"])
@settings(max_examples=6, deadline=None)
@given(contacts=volumes, shrinkage=st.sampled_from([0.0, 0.3, 0.37]))
def test_the_parts_of_every_model_add_up_for_any_demand(name, contacts, shrinkage):
    channel, rule = RULES[name]
    requirement, parts = explained(channel, contacts, replace(rule, shrinkage=shrinkage))
    assert parts[list(PARTS)].notna().all(axis=None)
    total = parts[list(PARTS)].sum(axis=1)
    assert total.to_numpy() == pytest.approx(requirement["agents_gross"].to_numpy(), abs=1e-6)
    workload = np.array(contacts) * 300 / 1800
    assert parts["agents_workload"].to_numpy() == pytest.approx(workload)


def team(contacts):
    """Two queues of calls, mail and a list in one team; `contacts` of each."""
    rules = {
        "north": StaffingRule(patience_s=240.0),
        "south": StaffingRule(patience_s=120.0),
        "mail": StaffingRule(deadline_h=1.0, opening_backlog=10.0),
        "list": StaffingRule(pacing="agent"),
    }
    channels = ("voice", "voice", "email", "outbound")
    parts = [
        demand(channel, row).assign(queue=queue)
        for queue, channel, row in zip(rules, channels, contacts, strict=True)
    ]
    table = required_staff(
        pd.concat(parts, ignore_index=True), rules, interval_min=30, teams={"t": list(rules)}
    )
    return table, explain_agents(table, rules, interval_min=30)


@settings(max_examples=20, deadline=None)
@given(contacts=st.lists(volumes, min_size=4, max_size=4))
def test_the_parts_of_a_team_add_up_and_pooling_is_what_sharing_saves(contacts):
    requirement, parts = team(contacts)
    total = parts[list(PARTS)].sum(axis=1)
    assert total.to_numpy() == pytest.approx(requirement["agents_gross"].to_numpy(), abs=1e-6)
    saved = requirement["agents_net"] - requirement["agents_apart"]
    assert parts["agents_pooling"].tolist() == saved.tolist()
    away = requirement["agents_gross"] - requirement["agents_net"]
    assert parts["agents_shrinkage"].tolist() == away.tolist()


def test_queues_apart_have_no_pooling_and_a_team_of_alike_ones_saves():
    requirement, parts = team([[60.0] * 3] * 4)
    calls = requirement["queue"].isin(["north", "south"])
    assert parts.loc[calls, "agents_pooling"].sum() < 0
    for channel, rule in RULES.values():
        _, alone = explained(channel, CONTACTS, rule)
        assert (alone["agents_pooling"] == 0).all()


def test_what_a_dialler_needs_beyond_the_work_is_for_the_calls_it_may_lose():
    rule = StaffingRule(pacing="dialler", target=ServiceTarget(max_occupancy=None))
    requirement, parts = explained("outbound", [108.0], rule)
    # 18 Erlang at 3 % of nuisance calls; Erlang's loss formula asks for 26 agents.
    assert requirement["agents_net"].tolist() == [26]
    assert parts["agents_workload"].tolist() == pytest.approx([18.0])
    assert parts["agents_abandonment"].tolist() == pytest.approx([8.0])


def test_carry_over_is_the_load_of_others_less_ones_own():
    rule = StaffingRule(carry_over="modified", target=ServiceTarget(max_occupancy=None))
    requirement, parts = explained("voice", [60.0, 60.0, 0.0], rule, aht_s=1800.0)
    alone = agents_required([60.0, 60.0, 0.0], 1800, service_level=0.8, within_s=20)
    assert parts["agents_carry_over"].tolist() == (requirement["agents_net"] - alone).tolist()
    assert parts["agents_carry_over"].iloc[0] < 0 < parts["agents_carry_over"].iloc[2]


@pytest.mark.parametrize("name", ["erlang_c", "erlang_a", "redials", "modified", "transient"])
def test_one_agent_fewer_misses_what_binds_and_one_more_is_no_worse(name):
    channel, rule = RULES[name]
    requirement, parts = explained(channel, CONTACTS, rule)
    late = requirement["binding"] == "service_level"
    assert late.any()
    assert (parts["service_level_one_less"][late] < 0.8).all()
    some = requirement["agents_net"] > 0
    more = parts["service_level_one_more"] >= requirement["service_level"] - 1e-12
    assert more[some].all()
    assert (parts["asa_s_one_more"] <= requirement["asa_s"] + 1e-9)[some].all()


def test_a_table_without_rows_is_explained_without_rows():
    requirement = required_staff(demand("voice", [5.0]).iloc[:0], {}, interval_min=30)
    parts = explain_agents(requirement, {}, interval_min=30)
    assert len(parts) == 0
    assert set(PARTS) <= set(parts.columns)
