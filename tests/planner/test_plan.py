import hashlib
import io
from dataclasses import replace
from datetime import date
from math import exp
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from forecasting.special_days import Event
from planner.bounds import ScenarioError
from planner.intake import load_history
from planner.plan import HistoryRefused, make_plan, replan
from planner.scenario import Scenario
from planner.targets import QueueSettings

SHARED = Path(__file__).parents[2].parent / "shared"
QUICK = ("seasonal_naive", "weekday_profile")
SCENARIO = Scenario(zone="Europe/Madrid", weeks=2, models=QUICK)
ERLANG_C_COLUMNS = ["contacts", "aht_s", "agents_net", "agents_gross", "binding"]


def history_csv(weeks=10, extra=""):
    """Calls Mon-Fri 09:00-14:00, and emails round the clock, from Monday 2025-09-01."""
    starts = pd.date_range("2025-09-01", periods=weeks * 7 * 48, freq="30min")
    rng = np.random.default_rng(5)
    calls = starts[(starts.dayofweek < 5) & (starts.hour >= 9) & (starts.hour < 14)]
    lines = ["queue;channel;fecha;contactos;tmo"]
    lines += [f"calls;voice;{t:%d/%m/%Y %H:%M};{rng.poisson(40)};300,5" for t in calls]
    lines += [f"mail;email;{t:%d/%m/%Y %H:%M};{rng.poisson(3)};240" for t in starts]
    return ("\n".join(lines) + "\n" + extra).encode()


@pytest.fixture(scope="module")
def reading():
    return load_history(history_csv(), SCENARIO, name="history.csv")


@pytest.fixture(scope="module")
def plan(reading):
    return make_plan(reading, SCENARIO)


def erlang_c(n, a):
    """P(wait) by the forward recursion of Erlang B: not the product's algorithm."""
    b = 1.0
    for k in range(1, n + 1):
        b = a * b / (k + a * b)
    return b / (1 - (a / n) * (1 - b))


def meets(n, a, aht_s, *, level=0.8, within_s=20, max_occupancy=0.9):
    if n <= a or a / n > max_occupancy + 1e-9:
        return False
    return 1 - erlang_c(n, a) * exp(-(n - a) * within_s / aht_s) >= level - 1e-12


def assert_minimal(requirement, interval_min):
    for row in requirement[ERLANG_C_COLUMNS].itertuples():
        load = row.contacts * row.aht_s / (60 * interval_min)
        assert meets(row.agents_net, load, row.aht_s)
        assert not meets(row.agents_net - 1, load, row.aht_s)


def test_every_interval_of_a_call_queue_has_the_fewest_agents_that_meet_its_targets(plan):
    calls = plan.requirement[plan.requirement["queue"] == "calls"]
    assert len(calls) == 2 * 5 * 10
    assert_minimal(calls, 30)


@pytest.mark.parametrize("name", ["technion.csv", "bank.csv"])
def test_real_histories_end_in_a_plan_of_minimal_agents(name):
    path = SHARED / "data" / "forecast" / name
    if not path.exists():
        pytest.skip(f"{name} lies in shared/ beside the project, which a clone does not have")
    scenario = Scenario()
    plan = make_plan(load_history(path, scenario), scenario)
    assert plan.requirement["agents_net"].gt(0).all()
    assert_minimal(plan.requirement, 30)
    assert plan.choice["chosen"].sum() == 1


def test_the_plan_starts_on_the_first_monday_that_leaves_the_lead(plan):
    # The history ends on Sunday 2025-11-09; a fortnight later is Monday 2025-11-24.
    assert plan.start == date(2025, 11, 24)


def test_a_what_if_is_the_plan_one_would_make_afresh(reading, plan):
    what_if = replace(SCENARIO, volume_factor=1.2, aht_factor=0.9, shrinkage=0.35)
    pd.testing.assert_frame_equal(
        replan(plan, what_if).requirement, make_plan(reading, what_if).requirement
    )


def test_a_what_if_on_volume_does_not_forecast_again_and_one_on_the_calendar_does(plan):
    heard = []

    def hear(*tick):
        heard.append(tick)

    replan(plan, replace(SCENARIO, volume_factor=1.2), progress=hear)
    assert heard == []
    launch = Event(name="launch", dates=(date(2025, 11, 25),), effect=2.0)
    busy = replan(plan, replace(SCENARIO, events=(launch,)), progress=hear)
    assert heard != []
    by_day = plan.demand.groupby(plan.demand["interval_start"].dt.date)["contacts"].sum()
    busy_day = busy.demand.groupby(busy.demand["interval_start"].dt.date)["contacts"].sum()
    assert busy_day[date(2025, 11, 25)] == pytest.approx(2 * by_day[date(2025, 11, 25)], rel=1e-6)
    assert busy_day[date(2025, 11, 26)] == pytest.approx(by_day[date(2025, 11, 26)], rel=1e-6)


def test_factors_scale_contacts_their_quantiles_and_handling_time(plan):
    scaled = replan(plan, replace(SCENARIO, volume_factor=1.5, aht_factor=2.0)).demand
    np.testing.assert_allclose(scaled["contacts"], 1.5 * plan.demand["contacts"])
    np.testing.assert_allclose(scaled["contacts_q0.9"], 1.5 * plan.demand["contacts_q0.9"])
    np.testing.assert_allclose(scaled["aht_s"], 2.0 * plan.demand["aht_s"])


def test_a_queue_has_its_own_factors_and_handling_time_on_top(plan):
    calls = QueueSettings(volume_factor=2.0, aht_s=200.0)
    scenario = replace(SCENARIO, aht_factor=1.1, queues=(("calls", calls),))
    demand = replan(plan, scenario).demand
    mine, before = (table[table["queue"] == "calls"] for table in (demand, plan.demand))
    np.testing.assert_allclose(mine["contacts"], 2 * before["contacts"])
    np.testing.assert_allclose(mine["aht_s"], 220.0)


def test_stated_hours_replace_the_learnt_ones_and_what_falls_outside_is_listed(reading):
    hours = tuple((weekday, 10 * 60, 14 * 60) for weekday in range(5))
    scenario = replace(SCENARIO, queues=(("calls", QueueSettings(hours=hours)),))
    plan = make_plan(reading, scenario)
    calls = plan.requirement[plan.requirement["queue"] == "calls"]
    assert calls["interval_start"].dt.hour.min() == 10
    noted = plan.problems[plan.problems["code"] == "contacts_outside_hours"]
    assert noted["queue"].tolist() == ["calls"]
    outside = plan.history[
        (plan.history["queue"] == "calls") & (plan.history["interval_start"].dt.hour == 9)
    ]
    assert noted["found"].tolist() == [f"{outside['contacts'].sum():.0f}"]


def test_mail_comes_round_the_clock_and_is_worked_in_staffed_hours(reading):
    hours = tuple((weekday, 8 * 60, 16 * 60) for weekday in range(7))
    scenario = replace(SCENARIO, queues=(("mail", QueueSettings(hours=hours)),))
    requirement = make_plan(reading, scenario).requirement
    mail = requirement[requirement["queue"] == "mail"]
    hour = mail["interval_start"].dt.hour
    assert len(mail) == 14 * 48
    assert (mail.loc[(hour < 8) | (hour >= 16), "agents_net"] == 0).all()
    # All work that can be done within the plan is done: capacity covers it.
    capacity_h = mail["agents_net"].sum() * 0.5 * 0.9
    before_last_close = mail[mail["interval_start"] < mail.loc[hour == 16, "interval_start"].max()]
    work_h = (before_last_close["contacts"] * before_last_close["aht_s"]).sum() / 3600
    assert capacity_h >= work_h - 1e-6


def test_the_plan_says_what_it_was_made_from_and_with(plan):
    assert plan.provenance.input_name == "history.csv"
    assert plan.provenance.input_sha256 == hashlib.sha256(history_csv()).hexdigest()
    assert plan.provenance.rows_left_out == 0
    assert dict(plan.provenance.libraries)["pandas"] == pd.__version__


def test_the_same_inputs_give_the_same_plan(plan):
    again = make_plan(load_history(history_csv(), SCENARIO, name="history.csv"), SCENARIO)
    pd.testing.assert_frame_equal(again.requirement, plan.requirement)
    assert again.provenance == plan.provenance


def test_a_history_with_unusable_rows_is_refused_unless_they_are_left_out_on_request():
    bad = "calls;voice;10/11/2025 09:00;many;300\ncalls;voice;10/11/2025 09:30;-4;300\n"
    reading = load_history(io.BytesIO(history_csv(extra=bad)), SCENARIO, name="history.csv")
    with pytest.raises(HistoryRefused) as refused:
        make_plan(reading, SCENARIO)
    errors = refused.value.problems.query("severity == 'error'")
    assert errors["code"].tolist() == ["contacts_unreadable", "contacts_negative"]
    assert make_plan(reading, SCENARIO, skip_bad_rows=True).provenance.rows_left_out == 2


@pytest.mark.parametrize("source", [b"", b"PK\x03\x04 not a workbook", Path("absent.csv")])
def test_what_is_no_history_is_refused_with_its_problem(source):
    with pytest.raises(HistoryRefused) as refused:
        make_plan(load_history(source, SCENARIO, name="x.csv"), SCENARIO, skip_bad_rows=True)
    assert len(refused.value.problems) == 1


def test_a_scenario_that_does_not_fit_the_history_is_refused_with_all_its_faults(reading):
    scenario = replace(
        SCENARIO,
        start=date(2025, 10, 1),
        queues=(("call", QueueSettings()), ("mail", QueueSettings(within_s=20.0))),
    )
    with pytest.raises(ScenarioError) as refused:
        make_plan(reading, scenario)
    problems = {problem.key: problem for problem in refused.value.problems}
    assert problems["queues.call"].nearest == "calls"
    assert problems["start"].expected == "> 2025-11-09"
    assert "queues.mail.within_s" in problems


def test_pyworkforce_gives_the_same_agents_where_it_is_right(plan):
    theirs = replan(plan, replace(SCENARIO, engine="pyworkforce")).requirement
    assert set(theirs["model"]) == {"pyworkforce_erlang_c", "deadline"}
    np.testing.assert_array_equal(theirs["agents_net"], plan.requirement["agents_net"])
