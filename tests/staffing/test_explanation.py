"""Every agent is accounted for: the parts add up, and each tells what its assumption asks."""

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
