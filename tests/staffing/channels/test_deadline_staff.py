"""Lists, diallers and opening backlogs as requirements: finished in time by the fewest agents."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from staffing import ServiceTarget, StaffingRule, dialler_measures, required_staff

FULL = ServiceTarget(max_occupancy=None)
quick = settings(max_examples=20, deadline=None)


@quick
@given(
    contacts=st.lists(st.floats(0, 300), min_size=1, max_size=12),
    cap=st.sampled_from([None, 0.8, 0.9]),
    closed=st.sets(st.integers(0, 11)),
    backlog=st.sampled_from([0.0, 40.0]),
)
def test_a_list_is_called_to_the_end_by_the_smallest_constant_crew(
    demand_of, contacts, cap, closed, backlog
):
    staffed = np.array([k not in closed for k in range(len(contacts))])
    demand = demand_of("List", "outbound", contacts, 240.0, staffed=staffed)
    target = ServiceTarget(max_occupancy=cap)
    rule = StaffingRule(pacing="agent", target=target, opening_backlog=backlog)
    table = required_staff(demand, {"List": rule}, interval_min=30)
    agents = table["agents_net"].to_numpy()
    assert (agents[~staffed] == 0).all()
    if not staffed.any():
        return
    work_h = (sum(contacts) + backlog) * 240 / 3600
    assert len(set(agents[staffed])) == 1
    able_h = 0.5 * (cap or 1.0) * agents.sum()
    assert able_h >= work_h * (1 - 1e-8) - 1e-8
    assert able_h - 0.5 * (cap or 1.0) * staffed.sum() < work_h + 1e-8
    done_h = (table["occupancy"].fillna(0) * agents * 0.5).sum()
    assert done_h == pytest.approx(work_h, abs=1e-6)
    assert set(table["model"]) == {"list"}


def test_a_list_of_hours_is_spread_over_its_window_however_it_is_written_down(demand_of):
    rule = {"List": StaffingRule(pacing="agent", target=FULL)}
    # 60 conversations of 6 minutes are 6 hours of work in 3 hours.
    for contacts in ([10] * 6, [60, 0, 0, 0, 0, 0], [0, 0, 0, 0, 0, 60]):
        table = required_staff(
            demand_of("List", "outbound", contacts, 360.0), rule, interval_min=30
        )
        assert table["agents_net"].tolist() == [2] * 6


@quick
@given(
    contacts=st.lists(st.floats(0, 60), min_size=6, max_size=12),
    backlog=st.floats(0, 300),
    deadline=st.sampled_from([0.5, 1.0, 2.0]),
    later=st.booleans(),
)
def test_an_opening_backlog_is_done_within_its_deadline(
    demand_of, contacts, backlog, deadline, later
):
    rule = StaffingRule(
        deadline_h=deadline, opening_backlog=backlog, target=FULL, open_at_end=later
    )
    demand = demand_of("Mail", "email", contacts, 300.0)
    table = required_staff(demand, {"Mail": rule}, interval_min=30)
    arriving_h = np.array(contacts) * 300 / 3600
    opening_h = backlog * 300 / 3600
    done_h = np.cumsum(table["occupancy"] * table["agents_net"] * 0.5).to_numpy()
    assert done_h[int(deadline / 0.5) - 1] >= opening_h - 1e-6
    arrived_h = opening_h + np.cumsum(arriving_h)
    assert (done_h <= arrived_h + 1e-6).all()
    assert later or done_h[-1] == pytest.approx(arrived_h[-1], abs=1e-6)
    known = table["service_level"].dropna()
    assert known.to_numpy() == pytest.approx(1.0)


def test_work_due_later_may_stay_open_where_the_rule_says_so(demand_of):
    demand = demand_of("Mail", "email", [0, 0, 0, 60], 600.0)
    close, keep = (
        required_staff(
            demand,
            {"Mail": StaffingRule(deadline_h=2.0, target=FULL, open_at_end=later)},
            interval_min=30,
        )["agents_net"].tolist()
        for later in (False, True)
    )
    assert close == [0, 0, 0, 20]
    assert keep == [0, 0, 0, 0]


@quick
@given(
    contacts=st.lists(st.floats(0, 400), min_size=1, max_size=8),
    most=st.sampled_from([None, 0.01, 0.1]),
    cap=st.sampled_from([None, 0.8]),
)
def test_a_diallers_team_keeps_the_nuisance_limit_and_one_fewer_does_not(
    demand_of, contacts, most, cap
):
    target = ServiceTarget(max_abandonment=most, max_occupancy=cap)
    rules = {"List": StaffingRule(pacing="dialler", target=target)}
    table = required_staff(demand_of("List", "outbound", contacts), rules, interval_min=30)
    load = np.array(contacts) * 300 / 1800
    limit = 0.03 if most is None else most
    agents = table["agents_net"].to_numpy()
    some = load > 0
    assert (agents[~some] == 0).all()
    assert (table["abandonment"][some] <= limit * (1 + 1e-6)).all()
    assert (table["occupancy"][some] <= (cap or 1.0) * (1 + 1e-6)).all()
    fewer = dialler_measures(agents[some] - 1, load[some]).abandonment
    crowded = load[some] / np.maximum(agents[some] - 1, 1e-9) > (cap or 1.0) * (1 - 1e-6)
    assert ((fewer > limit * (1 - 1e-6)) | crowded).all()
    told = table["abandonment_one_less"].to_numpy()[some]
    assert told == pytest.approx(fewer)
    assert (table["abandonment_one_more"] <= table["abandonment"])[some].all()


def test_what_a_dialler_and_a_list_cannot_be_is_refused(demand_of):
    dialler = StaffingRule(pacing="dialler")
    closed = demand_of("L", "outbound", [5.0, 5.0], staffed=[True, False])
    with pytest.raises(ValueError, match=r"queue 'L': contacts = 5.0 in an unstaffed interval"):
        required_staff(closed, {"L": dialler}, interval_min=30)
    for pacing in ("agent", "dialler"):
        with pytest.raises(ValueError, match=f"queue 'L': pacing = '{pacing}'; must be None"):
            required_staff(
                demand_of("L", "email", [5.0]),
                {"L": StaffingRule(pacing=pacing, deadline_h=1.0)},
                interval_min=30,
            )


@pytest.mark.parametrize("pacing", ["agent", "dialler", None])
def test_nothing_to_call_needs_nobody_but_the_minimum(demand_of, pacing):
    for fewest in (0, 2):
        target = ServiceTarget(min_agents=fewest)
        rules = {"L": StaffingRule(pacing=pacing, deadline_h=1.0, target=target)}
        demand = demand_of("L", "outbound", [0.0, 0.0, 0.0], np.nan, staffed=[True, True, False])
        table = required_staff(demand, rules, interval_min=30)
        assert table["agents_net"].tolist() == [fewest, fewest, 0]
