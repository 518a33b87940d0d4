"""Work that may wait, done between calls: every promise kept, never more people than apart."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from staffing import ServiceTarget, StaffingRule, required_staff

quick = settings(max_examples=20, deadline=None)
volumes = st.lists(st.one_of(st.just(0.0), st.floats(0.01, 150)), min_size=4, max_size=4)


def blended(demand_of, calls, work, rules, *, kind="email", work_aht_s=300.0, **columns):
    demand = pd.concat(
        [
            demand_of("Calls", "voice", calls),
            demand_of("Work", kind, work, work_aht_s).assign(**columns),
        ],
        ignore_index=True,
    )
    table = required_staff(demand, rules, interval_min=30, teams={"T": ["Calls", "Work"]})
    return (
        table[table["queue"] == "Calls"].reset_index(drop=True),
        table[table["queue"] == "Work"].reset_index(drop=True),
    )


@quick
@given(
    calls=volumes,
    work=volumes,
    cap=st.sampled_from([None, 0.85, 0.95]),
    target=st.sampled_from([(0.8, 20.0), (0.95, 10.0), (0.7, 120.0)]),
    patience_s=st.sampled_from([None, 120.0]),
    given_=st.sampled_from(
        [
            ("email", {"deadline_h": 0.5}),
            ("case", {"deadline_h": 1.0, "opening_backlog": 40.0}),
            ("outbound", {"pacing": "agent"}),
        ]
    ),
)
def test_every_promise_is_kept_and_nobody_is_added_that_a_crew_apart_has_not(
    demand_of, calls, work, cap, target, patience_s, given_
):
    kind, terms = given_
    level, within_s = target
    capped = ServiceTarget(service_level=level, within_s=within_s, max_occupancy=cap)
    rules = {
        "Calls": StaffingRule(target=capped, patience_s=patience_s),
        "Work": StaffingRule(target=capped, **terms),
    }
    voice, other = blended(demand_of, calls, work, rules, kind=kind)
    assert other["service_level"].to_numpy() == pytest.approx(1.0)
    assert (voice["service_level"] >= level - 1e-9).all()
    assert (voice["occupancy"] <= (cap or 1.0) + 1e-9).all()
    people = voice["agents_net"] + other["agents_net"]
    assert (voice["agents_net"] == voice["agents_apart"]).all()
    assert other["agents_net"].max() <= other["agents_apart"].max()
    # In all too, but for each of the four intervals' being rounded up on its own.
    assert other["agents_net"].sum() < other["agents_apart"].sum() + 4
    # The hours all are busy hold the work, and the calls of those who stay.
    served = np.array(calls) * 300 / 1800 * (1.0 - voice["abandonment"].fillna(0.0))
    done = voice["occupancy"] * people - served
    erlangs = (sum(work) + terms.get("opening_backlog", 0.0)) * 300 / 1800
    assert done.sum() == pytest.approx(erlangs, abs=1e-6 * max(1.0, erlangs))


def test_where_the_idle_time_is_enough_nobody_is_added(demand_of):
    rules = {
        "Calls": StaffingRule(target=ServiceTarget(max_occupancy=None)),
        "Work": StaffingRule(deadline_h=2.0),
    }
    # Small calls in a big promise: 8 agents of whom 4 are busy, and an hour of mail.
    voice, mail = blended(demand_of, [24] * 4, [3] * 4, rules)
    assert mail["agents_net"].tolist() == [0] * 4
    assert mail["agents_apart"].tolist() == [1] * 4
    assert set(mail["binding"]) == {"idle_time"}
    assert (voice["service_level"] >= 0.8).all()
    assert set(voice["model"]) == {"erlang_c"}
    assert set(mail["model"]) == {"blended"}


def test_a_team_without_calls_keeps_its_own_cap(demand_of):
    target = ServiceTarget(max_occupancy=0.8)
    demand = pd.concat(
        [demand_of("Mail", "email", [100] * 4), demand_of("Case", "case", [50] * 4)],
        ignore_index=True,
    )
    rules = {
        "Mail": StaffingRule(target=target, deadline_h=1.0),
        "Case": StaffingRule(target=target, deadline_h=2.0),
    }
    table = required_staff(demand, rules, interval_min=30, teams={"T": ["Mail", "Case"]})
    net = table.groupby("interval_start")["agents_net"].sum()
    # 25 Erlang of work at 80 % are 31.25 people; 21 + 11 apart.
    assert net.tolist() == [32] * 4
    assert (table["occupancy"] <= 0.8).all()
    assert table["service_level"].tolist() == [1.0] * 8


def test_callers_who_leave_no_time_leave_the_work_to_agents_set_apart(demand_of):
    # 100 Erlang of callers with two minutes' patience, of whom 40 % may give up: all are busy.
    lenient = ServiceTarget(service_level=0.5, within_s=120.0, max_occupancy=None)
    rules = {
        "Calls": StaffingRule(target=lenient, patience_s=120.0),
        "Work": StaffingRule(target=lenient, deadline_h=0.5),
    }
    voice, mail = blended(demand_of, [600] * 3, [60] * 3, rules)
    assert (voice["occupancy"] > 0.99).all()
    assert mail["agents_net"].tolist() == mail["agents_apart"].tolist() == [10] * 3
    assert (voice["service_level"] >= 0.5).all()


def test_unequal_caps_never_need_more_than_apart(demand_of):
    rules = {
        "Calls": StaffingRule(target=ServiceTarget(max_occupancy=0.95)),
        "Work": StaffingRule(target=ServiceTarget(max_occupancy=0.5), deadline_h=1.0),
    }
    _, mail = blended(demand_of, [600] * 3, [6] * 3, rules)
    assert (mail["agents_net"] <= mail["agents_apart"]).all()


def test_the_most_urgent_work_has_the_idle_time_first(demand_of):
    full = ServiceTarget(max_occupancy=None)
    parts = [demand_of("Calls", "voice", [60] * 4)]
    parts += [demand_of(name, "email", [6] * 4) for name in ("Later", "Soon")]
    rules = {
        "Calls": StaffingRule(target=full),
        "Later": StaffingRule(target=full, deadline_h=2.0),
        "Soon": StaffingRule(target=full, deadline_h=0.5),
    }
    table = required_staff(
        pd.concat(parts, ignore_index=True), rules, interval_min=30, teams={"T": list(rules)}
    )
    found = table.groupby("queue")
    assert (found.get_group("Soon")["agents_net"] == 0).all()
    assert table["service_level"].ge(0.8).all()


def test_nobody_works_where_the_rule_is_closed_and_the_minimum_is_there_where_open(demand_of):
    rules = {
        "Calls": StaffingRule(),
        "Work": StaffingRule(deadline_h=1.0, target=ServiceTarget(min_agents=2)),
    }
    staffed = [True, False, True, True]
    _, mail = blended(demand_of, [30] * 4, [1] * 4, rules, staffed=staffed)
    assert mail["agents_net"].tolist() == [2, 0, 2, 2]
    assert mail["binding"].tolist() == ["minimum", "closed", "minimum", "minimum"]


@pytest.mark.parametrize("open_", [[True] * 3, [False] * 3])
def test_no_calls_no_work_no_opening_needs_nobody(demand_of, open_):
    rules = {"Calls": StaffingRule(), "Work": StaffingRule(deadline_h=1.0)}
    voice, mail = blended(demand_of, [0] * 3, [0] * 3, rules, staffed=open_)
    assert voice["agents_net"].tolist() == mail["agents_net"].tolist() == [0] * 3
    assert mail["service_level"].tolist() == [1.0] * 3


def test_work_and_calls_at_different_times_are_staffed_each_at_its_own(demand_of):
    demand = pd.concat(
        [
            demand_of("Calls", "voice", [60, 60], at=[0, 1]),
            demand_of("Work", "email", [12, 12], at=[4, 5]),
        ],
        ignore_index=True,
    )
    full = ServiceTarget(max_occupancy=None)
    rules = {"Calls": StaffingRule(target=full), "Work": StaffingRule(target=full, deadline_h=0.5)}
    table = required_staff(demand, rules, interval_min=30, teams={"T": list(rules)})
    assert (table["agents_net"] == table["agents_apart"]).all()
    assert table["occupancy"].tolist()[2:] == [1.0, 1.0]


def test_callers_service_lies_between_that_of_one_agent_fewer_and_one_more(demand_of):
    rules = {
        "calls": StaffingRule(patience_s=90.0),
        "mail": StaffingRule(deadline_h=0.5),
    }
    contacts = {"calls": [50.0, 80.0, 20.0, 5.0], "mail": [9.0, 40.0, 0.0, 30.0]}
    demand = pd.concat(
        [
            demand_of("calls", "voice", contacts["calls"]),
            demand_of("mail", "email", contacts["mail"]),
        ],
        ignore_index=True,
    )
    table = required_staff(demand, rules, interval_min=30, teams={"T": list(rules)})
    calls = table[table["queue"] == "calls"]
    slack = 1e-9
    assert (calls["service_level_one_less"] <= calls["service_level"] + slack).all()
    assert (calls["service_level"] <= calls["service_level_one_more"] + slack).all()
    assert (calls["asa_s_one_less"] >= calls["asa_s"] - slack).all()
    assert (calls["abandonment_one_more"] <= calls["abandonment"] + slack).all()


def test_redials_beside_deferrable_work_are_refused(demand_of):
    rules = {
        "calls": StaffingRule(patience_s=60.0, redial_probability=0.8),
        "mail": StaffingRule(deadline_h=0.5),
    }
    demand = pd.concat(
        [demand_of("calls", "voice", [60.0]), demand_of("mail", "email", [3.0])],
        ignore_index=True,
    )
    with pytest.raises(ValueError, match="must be 0 in a team that does deferrable work"):
        required_staff(demand, rules, interval_min=30, teams={"T": list(rules)})
