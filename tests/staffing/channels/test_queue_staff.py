"""Voice and chat rules beyond Erlang C: definitions of the service level, and neighbours."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from staffing import ServiceTarget, StaffingRule, required_staff, service_level

DEFINITIONS = ("offered", "answered", "virtual", "offered_less_abandoned", "left_queue")
loads = st.lists(st.one_of(st.just(0.0), st.floats(0.01, 300)), min_size=1, max_size=6, unique=True)


@pytest.mark.parametrize("definition", DEFINITIONS[1:])
@settings(max_examples=15, deadline=None)
@given(contacts=loads, level=st.floats(0.5, 0.95), within_s=st.floats(0, 60))
def test_the_stated_definition_is_kept_by_the_fewest_agents(
    demand_of, definition, contacts, level, within_s
):
    target = ServiceTarget(
        service_level=level, within_s=within_s, max_occupancy=None, definition=definition
    )
    rules = {"Q": StaffingRule(target=target, patience_s=90.0)}
    table = required_staff(demand_of("Q", "voice", contacts), rules, interval_min=30)
    load = np.array(contacts) * 300 / 1800
    agents = table["agents_net"].to_numpy()
    some = load > 0
    assert (agents[~some] == 0).all()

    def reached(people):
        return service_level(people, load, 300, within_s, patience_s=90, definition=definition)

    assert (reached(agents)[some] >= level - 1e-8).all()
    fewer = np.maximum(agents - 1, 0)
    assert ((fewer == 0) | (reached(fewer) < level + 1e-8))[some].all()
    assert table["service_level"].to_numpy()[some] == pytest.approx(reached(agents)[some])


@pytest.mark.parametrize("definition", DEFINITIONS)
@pytest.mark.parametrize("redials", [0.0, 0.6])
def test_the_neighbours_miss_the_target_and_do_better(demand_of, definition, redials):
    target = ServiceTarget(max_occupancy=None, definition=definition)
    rule = StaffingRule(target=target, patience_s=60.0, redial_probability=redials)
    demand = demand_of("Q", "voice", [0.0, 12.0, 60.0, 250.0])
    table = required_staff(demand, {"Q": rule}, interval_min=30)
    quiet, busy = table.iloc[0], table.iloc[1:]
    assert np.isnan(quiet["service_level_one_less"])
    assert np.isnan(quiet["asa_s_one_more"])
    assert (busy["service_level_one_less"] < 0.8).all()
    assert (busy["service_level"] >= 0.8).all()
    assert (busy["service_level_one_more"] > busy["service_level"]).all()
    for name in ("asa_s", "abandonment"):
        assert (busy[f"{name}_one_less"] > busy[name]).all()
        assert (busy[f"{name}_one_more"] < busy[name]).all()
    assert set(busy["binding"]) <= {"service_level", "stability"}
