"""What a plan will give: laws that any simulation of it keeps, and numbers it must agree with."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose

from planner.campaigns import Campaign
from planner.export import export_plan
from planner.exported import ExportedPlan, read_exported
from planner.judge import Stopped, verify
from planner.scenario import Scenario
from planner.summary import day_totals
from planner.verification import PERIODS, REASONS
from planner.verify_model import STEPS, plan_model
from planner.verify_queues import NothingToVerify
from planner.volume_variation import volume_variation
from staffing import required_staff, simulate_centre

ZONE = "Europe/Madrid"
DEMAND = ["queue", "channel", "interval_start", "contacts", "aht_s"]
FEW = {"replications": 4, "seed": 3, "threads": 1}


def certain(requirement):
    """The same without any doubt about its volumes."""
    exact = {f"contacts_q{level}": requirement["contacts"] for level in ("0.1", "0.5", "0.9")}
    return requirement.assign(**exact)


@pytest.fixture(scope="module")
def long_day():
    """A day of 24 hours like one another of 40 calls each half hour, from people who give up."""
    scenario = Scenario(zone=ZONE, weeks=1, shrinkage=0.0).with_target("voice", patience_s=180)
    starts = pd.date_range("2026-03-02", periods=48, freq="30min", tz=ZONE)
    demand = pd.DataFrame(
        {"queue": "calls", "channel": "voice", "interval_start": starts, "contacts": 40.0}
    ).assign(aht_s=240.0)
    rules = scenario.staffing_rules({"calls": "voice"})
    requirement = required_staff(certain(demand), rules, interval_min=30)
    totals = pd.DataFrame(
        {
            "queue": ["calls"],
            "period": ["day"],
            "period_start": [pd.Timestamp("2026-03-02")],
            "contacts": [1920.0],
        }
    )
    return ExportedPlan(
        scenario=scenario,
        requirement=requirement,
        totals=certain(totals),
        interval_min=30,
    )


@pytest.fixture(scope="module")
def found(plan):
    return verify(plan, **FEW)


def test_promise_and_simulation_agree_where_nothing_parts_them(long_day):
    judged = verify(long_day, replications=40, seed=1, threads=1)
    row = judged.periods("plan").iloc[0]
    assert row["low"] - 0.01 <= row["promised"] <= row["high"] + 0.01
    assert row["reason"] == "agrees"
    steps = judged.steps().set_index("step")["value"]
    assert steps["volume"] == 0.0
    assert steps["absence"] == 0.0


def counted(day, definition):
    scenario = day.scenario.with_target("voice", service_level_definition=definition)
    judged = verify(replace(day, scenario=scenario), replications=3, seed=1, threads=1)
    return judged.periods("plan")["simulated"].iloc[0], judged.model.notes["code"].tolist()


def test_a_service_level_is_counted_as_the_plan_defines_it(long_day):
    found = ("offered", "offered_less_abandoned", "left_queue", "answered")
    offered, less_abandoned, left_queue, answered = (
        counted(long_day, definition)[0] for definition in found
    )
    assert offered < less_abandoned < left_queue
    assert offered < answered
    assert all(counted(long_day, definition)[1] == [] for definition in found)


def test_a_definition_that_no_simulation_can_observe_is_told_and_not_promised_more(long_day):
    level, notes = counted(long_day, "virtual")
    assert level == counted(long_day, "offered")[0]
    assert notes == ["definition"]


def test_the_overload_of_one_interval_is_the_reason_of_the_next(long_day):
    scenario = replace(long_day.scenario, targets=())
    rules = scenario.staffing_rules({"calls": "voice"})
    requirement = required_staff(certain(long_day.requirement[DEMAND]), rules, interval_min=30)
    overloaded = requirement.index[20:23]
    few = (0.9 * requirement.loc[overloaded, "load_erlangs"]).astype(int)
    agents = requirement["agents_net"].where(~requirement.index.isin(overloaded), 0)
    agents[overloaded] = few
    plan = replace(
        long_day,
        scenario=scenario,
        requirement=requirement.assign(agents_net=agents, agents_gross=agents),
    )
    rows = verify(plan, replications=20, seed=1, threads=1).periods("interval")
    # More come in three intervals than can be answered; who waits then meets the fourth.
    assert rows.loc[[21, 22, 23], "reason"].tolist() == ["carry_over"] * 3
    assert rows.loc[23, "simulated"] < rows.loc[23, "promised"] - 0.2
    assert "carry_over" not in set(rows.loc[:19, "reason"])


def test_one_agent_more_never_makes_it_worse(long_day):
    levels = []
    for more in (-2, 0, 1, 3):
        rows = long_day.requirement
        changed = rows.assign(**{n: rows[n] + more for n in ("agents_net", "agents_gross")})
        plan = ExportedPlan(
            scenario=long_day.scenario,
            requirement=changed,
            totals=long_day.totals,
            interval_min=30,
        )
        levels.append(verify(plan, **FEW).periods("plan").iloc[0]["simulated"])
    assert levels == sorted(levels)


def test_a_plan_and_its_folder_give_the_same_numbers(plan, found, tmp_path):
    for dialect in ("plain", "excel_es"):
        folder = tmp_path / dialect
        export_plan(plan, folder, csv_dialect=dialect)
        again = verify(read_exported(folder), **FEW)
        for by in PERIODS:
            pd.testing.assert_frame_equal(again.periods(by), found.periods(by), check_freq=False)


def test_one_seed_gives_one_answer_on_any_number_of_threads(plan, found):
    again = verify(plan, replications=4, seed=3, threads=2)
    pd.testing.assert_frame_equal(again.steps(), found.steps())
    other = verify(plan, replications=4, seed=4, threads=1)
    assert not other.steps().equals(found.steps())


def test_every_share_is_one_and_lies_in_its_interval(found):
    for by in PERIODS:
        table = found.periods(by)
        for name in ("promised", "simulated", "low", "high", "chance"):
            assert table[name].dropna().between(0.0, 1.0).all()
        known = table.dropna(subset=["simulated"])
        assert (known["low"] <= known["simulated"] + 1e-12).all()
        assert (known["simulated"] <= known["high"] + 1e-12).all()
        assert set(table["reason"]) <= set(REASONS)
    chances = found.chances()
    assert (chances["low"] >= 0.0).all()
    assert (chances["high"] <= 1.0).all()
    assert set(chances["period"]) == {"day", "week", "plan"}


def test_a_month_counts_if_the_plan_has_all_its_days(long_day):
    days = pd.date_range("2026-01-26", "2026-03-05", tz=ZONE)  # February whole, two in part
    noon = long_day.requirement.iloc[24:28]
    shifts = days - noon["interval_start"].iloc[0].normalize()
    rows = [noon.assign(interval_start=noon["interval_start"] + shift) for shift in shifts]
    totals = pd.concat([long_day.totals.assign(period_start=day.tz_localize(None)) for day in days])
    plan = replace(long_day, requirement=pd.concat(rows, ignore_index=True), totals=totals)
    found = verify(plan, **FEW)
    assert found.chance_periods == ("day", "week", "month", "plan")
    months = found.periods("month")
    assert [f"{start:%m-%d}" for start in months["start"]] == ["01-26", "02-01", "03-01"]
    chances = found.chances().set_index("period")
    assert chances.loc["month", "chance"] == pytest.approx(months["chance"].iloc[1])


def test_the_steps_add_up_from_the_promise_to_the_simulation(found):
    steps = found.steps().pivot_table(index="queue", columns="step", values="value")
    assert_allclose(steps["promised"] + steps[list(STEPS)].sum(axis=1), steps["simulated"])


def test_periods_promise_what_their_contacts_are_promised(found, plan):
    week = found.periods("week").set_index(["queue", "start"])["promised"]
    rows = plan.requirement[plan.requirement["queue"] == "ventas"]
    first = rows[rows["interval_start"] < rows["interval_start"].min() + pd.Timedelta(days=7)]
    expected = np.average(first["service_level"], weights=first["contacts"])
    assert week["ventas"].iloc[0] == pytest.approx(expected)
    days = found.periods("day")
    planned = day_totals(plan.requirement)
    assert days[days["queue"] == "ventas"]["contacts"].sum() == pytest.approx(
        planned[planned["queue"] == "ventas"]["contacts"].sum()
    )


def test_who_is_left_out_is_named_with_the_reason(found):
    notes = found.model.notes.set_index("queue")["code"]
    assert notes["bot"] == "bot"
    assert notes["correo"] == "deadline_target"
    assert "bot" not in set(found.periods("plan")["queue"])


def test_a_plan_of_bots_alone_has_nothing_to_verify(make_plan):
    bots = make_plan({"bot": "bot"}, Scenario(zone=ZONE, weeks=2))
    with pytest.raises(NothingToVerify):
        verify(bots, **FEW)


def test_lists_are_called_by_agents_and_left_out_where_a_dialler_calls(make_plan):
    hours = ((0, 9 * 60, 17 * 60),)
    options = {"hours": hours, "records": 100, "contact_rate": 0.3, "aht_s": 200.0}
    days = {"first": pd.Timestamp("2026-10-19").date(), "last": pd.Timestamp("2026-10-30").date()}
    campaigns = tuple(
        Campaign(name=pacing, pacing=pacing, **options, **days) for pacing in ("agent", "dialler")
    )
    scenario = Scenario(zone=ZONE, weeks=2, campaigns=campaigns)
    plan = make_plan({"ventas": "voice", "agent": "outbound", "dialler": "outbound"}, scenario)
    model = plan_model(plan)
    notes = dict(zip(model.notes["queue"], model.notes["code"], strict=True))
    assert notes == {"agent": "list", "dialler": "dialler"}
    assert [queue.name for queue in model.queues] == ["ventas", "agent"]
    (of_list,) = [queue for queue in model.centres[0].queues if queue.name == "agent"]
    assert np.count_nonzero(of_list.arrivals.contacts) == 1


def test_a_team_is_one_group_of_several_skills(make_plan):
    scenario = Scenario(zone=ZONE, weeks=2, teams=(("juntos", ("correo", "ventas")),))
    plan = make_plan({"ventas": "voice", "correo": "email"}, scenario)
    plan.requirement["team"] = "juntos"
    (group,) = plan_model(plan).centres[0].groups
    assert set(group.skills) == {"ventas", "correo"}
    assert sum(group.agents) == plan.requirement["agents_net"].sum()
    found = verify(plan, **FEW)
    assert set(found.periods("plan")["queue"]) == {"ventas", "correo"}


def test_work_counts_as_done_by_the_share_that_its_scenario_states(make_plan):
    found = {}
    for on_time in (0.5, 0.95, 1.0):
        scenario = Scenario(zone=ZONE, weeks=1).with_target("email", on_time=on_time)
        verified = verify(make_plan({"correo": "email"}, scenario), **FEW)
        row = verified.periods("plan").iloc[0]
        assert row["target"] == on_time
        found[on_time] = (row["simulated"], verified.chances().set_index("period")["chance"]["day"])
    levels, chances = zip(*found.values(), strict=True)
    assert len(set(levels)) == 1
    assert sorted(chances, reverse=True) == list(chances)
    assert Scenario().promise("correo", "email").on_time == 0.95


def test_stopped_it_keeps_what_is_known_and_that_is_a_part_of_the_whole(long_day):
    def stop(share, so_far):
        assert 0.0 <= share <= 1.0
        if so_far is not None and so_far.replications >= 10:
            raise Stopped

    part = verify(long_day, replications=30, seed=3, threads=1, progress=stop)
    assert part.replications == 10
    whole = verify(long_day, replications=30, seed=3, threads=1)
    for some, every in zip(part.counts, whole.counts, strict=True):
        assert_allclose(every.kept[:10], some.kept)


def test_round_the_clock_nobody_is_absent_for_the_whole_plan(long_day):
    """Whoever is away by chance is so for eight hours at most: days differ, weeks hardly."""
    scenario = replace(long_day.scenario, shrinkage=0.3, unplanned_share=0.5)
    days = [pd.Timedelta(days=number) for number in range(28)]
    starts = long_day.requirement["interval_start"]
    rows = [long_day.requirement.assign(interval_start=starts + day) for day in days]
    requirement = pd.concat(rows, ignore_index=True).assign(agents_gross=9, agents_net=6)
    plan = replace(long_day, scenario=scenario, requirement=requirement)
    absent = plan_model(plan).centres[-1]
    on_s = simulate_centre(absent, replications=30, seed=1).answers.crews["on_s"].sum(axis=-1)
    share = 1 - 0.15
    stretches = np.array(absent.groups[0].agents).sum() * 1800.0 / (8 * 3600.0)
    exact_sd = (share * (1 - share) / stretches) ** 0.5 / share
    assert on_s.std(ddof=1) / on_s.mean() < 2 * exact_sd


def test_stopped_before_anything_is_known_it_says_so(long_day):
    def stop(*_):
        raise Stopped

    with pytest.raises(Stopped):
        verify(long_day, **FEW, progress=stop)


def test_it_goes_on_until_it_is_as_sure_as_asked_for(long_day):
    sure = verify(long_day, replications=10, half_width=0.004, seed=1, threads=1)
    assert sure.half_width() <= 0.004
    assert sure.replications > 10
    short = verify(long_day, replications=10, half_width=1e-4, most_replications=12, seed=1)
    assert short.replications == 12


def test_variation_is_what_the_bands_say_beyond_chance():
    mean, cv = 400.0, 0.1
    sd = np.sqrt(mean * 48 + (cv * mean * 48) ** 2)
    each = np.sqrt(mean + (cv * mean) ** 2)
    z = 1.2815516

    def rows(level, spread, many):
        values = np.full(many, level)
        low, high = values - z * spread, values + z * spread
        return pd.DataFrame({"contacts": values, "contacts_q0.1": low, "contacts_q0.9": high})

    days, week = mean * 48, mean * 480
    own = np.sqrt(week + 10 * (cv * days) ** 2)  # ten days, each with a fate of its own
    shared = np.sqrt(week + (cv * week) ** 2)  # one fate for all
    apart = volume_variation(rows(mean, each, 480), rows(days, sd, 10), rows(week, own, 1))
    assert apart.cv_day == pytest.approx(cv, rel=0.02)
    assert apart.cv_interval < 0.02
    assert apart.cv_all < 0.02
    alike = volume_variation(rows(mean, each, 480), rows(days, sd, 10), rows(week, shared, 1))
    assert alike.cv_all == pytest.approx(cv, rel=0.02)
    assert alike.cv_day < 0.02
    none = volume_variation(rows(mean, 0.0, 480), rows(days, 0.0, 10), rows(week, 0.0, 1))
    assert none == (0.0, 0.0, 0.0)


@pytest.mark.parametrize(
    "wrong", [{"replications": 1}, {"half_width": 0.0}, {"seed": -1}, {"handling_cv": -1.0}]
)
def test_what_is_out_of_bounds_is_refused_by_name(long_day, wrong):
    (name,) = wrong
    with pytest.raises(ValueError, match=name):
        verify(long_day, **wrong)
