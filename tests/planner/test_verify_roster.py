"""A plan judged with the people of a roster: laws that any such simulation keeps."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose

from planner.judge import verify
from planner.roster import Roster, RosterAgent, RosterShift
from planner.roster_results import roster_agents, team_by_interval
from planner.scenario import Scenario
from planner.verify_model import ROSTER_STEPS, plan_model
from staffing import required_staff

ZONE = "Europe/Madrid"
HOUR = 3600.0
RUN = {"replications": 6, "seed": 3, "threads": 1}


def a_plan(queues, teams=(), unplanned_share=0.25, shrinkage=0.3):
    """Two days from 8 to 20 with so many calls each half hour, known for sure."""
    scenario = Scenario(
        zone=ZONE, weeks=1, teams=teams, shrinkage=shrinkage, unplanned_share=unplanned_share
    )
    starts = pd.date_range("2026-03-02 08:00", periods=72, freq="30min", tz=ZONE)
    starts = starts[(starts.hour >= 8) & (starts.hour < 20)]
    parts = [
        pd.DataFrame({"queue": queue, "channel": "voice", "interval_start": starts}).assign(
            contacts=contacts, aht_s=240.0
        )
        for queue, contacts in queues.items()
    ]
    demand = pd.concat(parts, ignore_index=True)
    sure = {f"contacts_q{level}": demand["contacts"] for level in ("0.1", "0.5", "0.9")}
    rules = scenario.staffing_rules(dict.fromkeys(queues, "voice"))
    requirement = required_staff(
        demand.assign(**sure), rules, interval_min=30, teams=dict(teams) if teams else None
    )
    totals = pd.DataFrame(
        [
            (queue, "day", pd.Timestamp(day), 24 * contacts)
            for queue, contacts in queues.items()
            for day in ("2026-03-02", "2026-03-03")
        ],
        columns=["queue", "period", "period_start", "contacts"],
    )
    sure = {f"contacts_q{level}": totals["contacts"] for level in ("0.1", "0.5", "0.9")}
    return SimpleNamespace(
        scenario=scenario, requirement=requirement, totals=totals.assign(**sure), interval_min=30
    )


def mirror(plan):
    """A roster that is the plan's own numbers by interval, as people."""
    agents = []
    for group in plan_model(plan).centres[0].groups:
        there = np.array(group.agents) > np.arange(max(group.agents))[:, np.newaxis]
        edges = np.diff(np.pad(there, ((0, 0), (1, 1))).astype(int), axis=1)
        for number, row in enumerate(edges, start=1):
            spans = zip(np.flatnonzero(row == 1), np.flatnonzero(row == -1), strict=True)
            shifts = tuple(
                RosterShift(start_s=1800.0 * start, end_s=1800.0 * end) for start, end in spans
            )
            agents.append(
                RosterAgent(name=f"{group.name} {number}", skills=(group.name,), shifts=shifts)
            )
    return Roster(name="mirror.csv", agents=tuple(agents))


def with_breaks(roster, length_s):
    """The same people, each with a break at an hour of their own."""

    def pause(shift, number):
        start = shift.start_s + (number % 5 + 1) * (shift.end_s - shift.start_s) / 8
        fits = length_s > 0 and start + length_s < shift.end_s
        return replace(shift, breaks=((start, start + length_s),) if fits else ())

    agents = (
        replace(agent, shifts=tuple(pause(shift, number) for shift in agent.shifts))
        for number, agent in enumerate(roster.agents)
    )
    return replace(roster, agents=tuple(agents))


def level(found, queue="a"):
    rows = found.periods("plan").set_index("queue")
    return rows.loc[queue, "simulated"]


@pytest.fixture(scope="module")
def plan():
    return a_plan({"a": 60.0, "b": 30.0})


def test_a_roster_that_mirrors_the_plan_gives_what_the_plan_gives(plan):
    sure = SimpleNamespace(**vars(plan))
    sure.scenario = replace(plan.scenario, unplanned_share=0.0)
    found, own = (verify(sure, roster, **RUN) for roster in (mirror(sure), None))
    # The same agents at the same time meet the same customers: the counts are equal, not just near.
    for mine, plans in zip(found.counts[-1], own.counts[-1], strict=True):
        assert_allclose(mine, plans)
    steps = found.steps().pivot_table(index="queue", columns="step", values="value")
    for name in ("shifts", "breaks", "skills", "absence"):
        assert_allclose(steps[name], 0.0, atol=1e-12)


def test_steps_add_up_and_are_told_in_their_order(plan):
    found = verify(plan, with_breaks(mirror(plan), 1800.0), **RUN)
    assert found.model.steps == ROSTER_STEPS
    steps = found.steps()
    assert steps[steps["queue"] == "a"]["step"].tolist() == ["promised", *ROSTER_STEPS, "simulated"]
    table = steps.pivot_table(index="queue", columns="step", values="value")
    assert_allclose(
        table["promised"] + table[list(ROSTER_STEPS)].sum(axis="columns"), table["simulated"]
    )
    assert found.model.notes.empty


def test_breaks_never_raise_the_service_level_and_become_the_reason(plan):
    roster = mirror(plan)
    found = [verify(plan, with_breaks(roster, minutes * 60.0), **RUN) for minutes in (0, 20, 60)]
    for queue in ("a", "b"):
        levels = [level(one, queue) for one in found]
        assert levels == sorted(levels, reverse=True)
    assert levels[-1] < levels[0] - 0.05
    assert set(found[-1].periods("plan")["reason"]) == {"breaks"}
    assert "no_breaks" in set(found[0].model.notes["code"])


@pytest.fixture(scope="module")
def three_weeks(plan):
    """The plan's first day, every day of three weeks."""
    first = plan.requirement[plan.requirement["interval_start"].dt.day == 2]
    days = [pd.Timedelta(days=number) for number in range(21)]
    rows = [first.assign(interval_start=first["interval_start"] + day) for day in days]
    one = plan.totals[plan.totals["period_start"] == plan.totals["period_start"].min()]
    totals = [one.assign(period_start=one["period_start"] + day) for day in days]
    return SimpleNamespace(
        scenario=replace(plan.scenario, weeks=3),
        requirement=pd.concat(rows, ignore_index=True),
        totals=pd.concat(totals, ignore_index=True),
        interval_min=30,
    )


def test_a_roster_of_one_week_is_held_against_that_week_of_the_plan(three_weeks):
    whole = mirror(three_weeks)
    week_s = 7 * 24 * HOUR
    agents = tuple(
        replace(agent, shifts=kept)
        for agent in whole.agents
        if (kept := tuple(one for one in agent.shifts if week_s <= one.start_s < 2 * week_s))
    )
    found = verify(three_weeks, replace(whole, agents=agents), **RUN)
    days = found.periods("day")
    assert sorted(days["start"].dt.day.unique()) == list(range(9, 16))
    notes = found.model.notes.set_index("code")
    assert notes.loc["days_not_rostered", "found"] == "2026-03-09 – 2026-03-15"
    assert "days_without_people" not in notes.index
    assert found.periods("plan")["simulated"].min() > 0.65
    table = roster_agents(found)
    assert table["rostered_h"].sum() == sum(
        (shift.end_s - shift.start_s) / HOUR for agent in agents for shift in agent.shifts
    )


def test_a_day_without_people_among_others_is_simulated_and_told(three_weeks):
    whole = mirror(three_weeks)
    day_s = 24 * HOUR
    agents = tuple(
        replace(agent, shifts=tuple(one for one in agent.shifts if one.start_s // day_s != 3))
        for agent in whole.agents
    )
    found = verify(three_weeks, replace(whole, agents=agents), **RUN)
    told = found.model.notes.set_index("code").loc[["days_without_people"]]
    assert set(told["queue"]) == {"a", "b"}
    assert set(told["found"]) == {"1"}
    assert found.periods("day").groupby("start")["simulated"].max().iloc[3] == 0.0


def test_people_missing_from_the_roster_are_the_reason(plan):
    roster = mirror(plan)
    fewer = replace(roster, agents=tuple(a for a in roster.agents if a.name not in {"a 1", "a 2"}))
    found = verify(plan, fewer, **RUN)
    rows = found.periods("plan").set_index("queue")
    assert rows.loc["a", "reason"] == "shifts"
    assert rows.loc["a", "simulated"] < rows.loc["a", "promised"] - 0.05


def test_a_second_skill_serves_the_second_queue_and_never_leaves_it_worse(plan):
    roster = mirror(plan)
    helpers = {"b 1", "b 2", "b 3"}
    both = replace(
        roster,
        agents=tuple(
            replace(a, skills=("b", "a")) if a.name in helpers else a for a in roster.agents
        ),
    )
    alone, helped = (verify(plan, one, **RUN) for one in (roster, both))
    assert level(helped, "a") > level(alone, "a") + 0.005
    steps = helped.steps().set_index(["queue", "step"])["value"]
    assert steps["a", "skills"] > 0.005
    # Until then everybody is in the team of the first skill, as in the roster without the second.
    assert_allclose(helped.counts[3].kept, alone.counts[3].kept)
    busy = [roster_agents(one).set_index("agent")["busy_h"] for one in (alone, helped)]
    assert (busy[1][list(helpers)] > busy[0][list(helpers)]).all()


def test_a_queue_that_nobody_serves_is_named_and_gets_nothing(plan):
    roster = mirror(plan)
    only_a = replace(roster, agents=tuple(a for a in roster.agents if a.skills == ("a",)))
    found = verify(plan, only_a, **RUN)
    notes = found.model.notes.set_index("code")
    assert notes.loc["nobody", "queue"] == "b"
    assert level(found, "b") == 0.0


def test_somebody_with_only_the_skills_of_bots_is_left_out_and_counted(make_plan):
    with_bot = make_plan({"ventas": "voice", "bot": "bot"}, Scenario(zone=ZONE, weeks=2))
    shifts = (RosterShift(start_s=0.0, end_s=8 * HOUR),)
    agents = tuple(
        RosterAgent(name=skill, skills=(skill,), shifts=shifts) for skill in ("ventas", "bot")
    )
    model = plan_model(with_bot, Roster(name="r", agents=agents, shifts_left_out=2))
    notes = model.notes.set_index("code")["found"]
    assert notes["skills_left_out"] == "1"
    assert notes["shifts_outside"] == "2"
    assert [group.names() for group in model.centres[-1].groups] == [["ventas"]]
    nobody = plan_model(with_bot, Roster(name="r", agents=agents[1:]))
    assert nobody.centres[-1].groups == ()
    judged = verify(with_bot, Roster(name="r", agents=agents[1:]), replications=2, threads=1)
    assert level(judged, "ventas") == 0.0
    assert roster_agents(judged).empty


def test_a_team_s_name_is_the_skill_of_all_its_queues():
    plan = a_plan({"a": 60.0, "b": 30.0}, teams=(("both", ("a", "b")),))
    model = plan_model(plan, mirror(plan))
    shifts, breaks, skills, _ = model.centres[2:]
    assert shifts == breaks == skills
    (group,) = skills.groups
    assert set(group.skills) == {"a", "b"}
    one = RosterAgent(
        name="x", skills=("b", "a"), shifts=(RosterShift(start_s=0.0, end_s=8 * HOUR),)
    )
    *_, skills, _ = plan_model(plan, Roster(name="r", agents=(one,))).centres
    assert dict(zip(skills.groups[0].skills, skills.groups[0].preference, strict=True)) == {
        "b": 1,
        "a": 2,
    }
    assert skills.routing == "preference"


def test_steps_that_change_nothing_are_not_simulated_twice(plan):
    found = verify(plan, mirror(plan), **RUN)
    formula, volume, shifts, breaks, skills, absence = found.counts
    assert volume is formula
    assert skills is breaks is shifts
    assert absence is not skills


def test_absence_takes_whole_shifts_of_as_many_as_come_by_chance():
    plan = a_plan({"a": 60.0}, unplanned_share=0.5, shrinkage=0.4)
    roster = mirror(plan)
    found = verify(plan, roster, replications=60, seed=1, threads=1)
    table = roster_agents(found)
    share = 1 - table["on_phones_h"].sum() / table["rostered_h"].sum()
    assert share == pytest.approx(0.2, abs=0.03)
    certain = SimpleNamespace(**vars(plan))
    certain.scenario = replace(plan.scenario, unplanned_share=0.0)
    everybody = roster_agents(verify(certain, roster, **RUN))
    # Overtime is what a contact in hand takes after the end of a shift.
    assert (everybody["on_phones_h"] >= everybody["rostered_h"] - 1e-9).all()
    assert_allclose(everybody["on_phones_h"], everybody["rostered_h"], atol=0.5)


@pytest.mark.parametrize("unplanned_share", [0.0, 0.25, 1.0])
def test_without_a_roster_those_left_after_planned_shrinkage_are_absent_by_chance(unplanned_share):
    plan = a_plan({"a": 60.0}, unplanned_share=unplanned_share)
    model = plan_model(plan)
    there, scheduled = (centre.groups[0] for centre in model.centres[1:])
    if not unplanned_share:
        assert model.centres[1] == model.centres[2]
        return
    (absence,) = scheduled.absences
    assert absence.share == pytest.approx(0.3 * unplanned_share)
    present = np.array(scheduled.agents) * (1 - absence.share)
    wanted = 0.7 * plan_gross(plan)
    assert np.abs(present - wanted).max() <= 1.0
    # What is rounded up in one interval is rounded down in another.
    assert abs((present - wanted).sum()) <= 1.0
    if unplanned_share == 1.0:
        assert scheduled.agents == tuple(plan_gross(plan).astype(int))
    assert (present[np.array(there.agents) == 0] == 0).all()


def plan_gross(plan):
    model = plan_model(plan)
    gross = np.zeros(len(model.starts))
    place = (plan.requirement["interval_start"] - model.starts[0]) // pd.Timedelta(minutes=30)
    gross[place] = plan.requirement["agents_gross"]
    return gross


def test_people_by_interval_are_those_of_the_roster(plan):
    roster = with_breaks(mirror(plan), 900.0)
    model = plan_model(plan, roster)
    for team in ("a", "b"):
        table = team_by_interval(model, team)
        assert_allclose(table["on_shift"], table["needed"])
        own = [agent for agent in roster.agents if agent.skills == (team,)]
        at_work_s = sum(
            end - start for agent in own for shift in agent.shifts for start, end in shift.at_work()
        )
        assert table["on_phones"].sum() * 1800.0 == pytest.approx(at_work_s)
        assert (table["on_phones"] <= table["on_shift"] + 1e-9).all()
    with pytest.raises(ValueError, match="roster"):
        team_by_interval(plan_model(plan), "a")


def test_breaks_that_touch_each_other_or_the_ends_of_a_shift_are_no_obstacle(plan):
    pauses = ((0.0, 900.0), (4 * HOUR, 4.5 * HOUR), (4.5 * HOUR, 5 * HOUR), (7.5 * HOUR, 8 * HOUR))
    shifts = (
        RosterShift(start_s=0.0, end_s=8 * HOUR, breaks=pauses),
        RosterShift(start_s=8 * HOUR, end_s=9 * HOUR),
        RosterShift(start_s=9 * HOUR, end_s=10 * HOUR, breaks=((9 * HOUR, 10 * HOUR),)),
    )
    roster = Roster(name="r", agents=(RosterAgent(name="x", skills=("a",), shifts=shifts),))
    table = roster_agents(verify(plan, roster, **RUN))
    assert table["rostered_h"].tolist() == [10.0]
    certain = SimpleNamespace(**vars(plan))
    certain.scenario = replace(plan.scenario, unplanned_share=0.0)
    (hours,) = roster_agents(verify(certain, roster, **RUN))["on_phones_h"]
    assert hours == pytest.approx(10 - 0.25 - 1 - 0.5 - 1, abs=0.4)


def test_nobody_with_a_second_skill_is_idle_while_its_queue_waits(plan):
    roster = mirror(plan)
    # Two people for the work of nine: there is always somebody waiting in a.
    few = [agent for agent in roster.agents if agent.name in {"a 1", "a 2"}]
    helper = replace(few[0], name="b 1", skills=("b", "a"))
    certain = SimpleNamespace(**vars(plan))
    certain.scenario = replace(plan.scenario, unplanned_share=0.0)
    table = roster_agents(verify(certain, Roster(name="r", agents=(*few, helper)), **RUN))
    assert table["agent"].tolist() == ["a 1", "a 2", "b 1"]
    assert (table["occupancy"] > 0.98).all()
