"""Lists to call and shared teams, from the history to the plan and back from its folder."""

from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
import pytest

from planner.bounds import ScenarioError
from planner.campaigns import Campaign
from planner.comparison import compare
from planner.export import CSV_DIALECTS, export_plan
from planner.exported import read_exported
from planner.intake import load_history
from planner.plan import explain, make_plan, replan, team_queues
from planner.scenario import Scenario
from planner.targets import QueueSettings, Target
from staffing import outbound_work

SCENARIO = Scenario(zone="Europe/Madrid", weeks=2, models=("weekday_profile",))
# The plan goes from Monday 2025-11-24 to Sunday 2025-12-07.
RENEWALS = Campaign(
    name="Renewals",
    first=date(2025, 11, 24),
    last=date(2025, 12, 5),
    hours=tuple((weekday, 9 * 60, 14 * 60) for weekday in range(5)),
    records=4_000,
    contact_rate=0.25,
    aht_s=240,
)
COLLECTIONS = replace(RENEWALS, name="Collections", records=1_000, pacing="dialler")
LISTS = replace(SCENARIO, campaigns=(RENEWALS, COLLECTIONS))
TEAM = ("calls", "vip", "mail", "Renewals")
TOGETHER = replace(LISTS, teams=(("=front", TEAM),))


@pytest.fixture(scope="module")
def reading():
    """Ten weeks of two queues of calls Mon-Fri 09:00-14:00, of chats, and of mail at all hours."""
    starts = pd.date_range("2025-09-01", periods=10 * 7 * 48, freq="30min")
    rng = np.random.default_rng(5)
    office = starts[(starts.dayofweek < 5) & (starts.hour >= 9) & (starts.hour < 14)]
    lines = ["queue,channel,start,contacts,aht_s"]
    queues = [("calls", "voice", 40), ("vip", "voice", 6), ("chat", "chat", 15)]
    for queue, channel, mean in queues:
        lines += [f"{queue},{channel},{t:%Y-%m-%d %H:%M},{rng.poisson(mean)},300" for t in office]
    lines += [f"mail,email,{t:%Y-%m-%d %H:%M},{rng.poisson(3)},240" for t in starts]
    return load_history("\n".join(lines).encode(), SCENARIO, name="history.csv")


@pytest.fixture(scope="module")
def plain(reading):
    return make_plan(reading, SCENARIO)


@pytest.fixture(scope="module")
def lists(plain):
    return replan(plain, LISTS)


@pytest.fixture(scope="module")
def together(plain):
    return replan(plain, TOGETHER)


def of(plan, queue):
    return plan.requirement[plan.requirement["queue"] == queue]


def contacts_of(campaign):
    terms = {"max_attempts": campaign.max_attempts, "aht_s": campaign.aht_s}
    rate = campaign.contact_rate * (1 - (campaign.most_lost or 0))
    return outbound_work(campaign.records, contact_rate=rate, attempt_s=0, **terms).contacts


def test_a_list_is_a_queue_of_the_plan_with_all_its_contacts(lists):
    for campaign in (RENEWALS, COLLECTIONS):
        rows = of(lists, campaign.name)
        assert len(rows) == 10 * 10
        assert set(rows["channel"]) == {"outbound"}
        assert rows["contacts"].sum() == pytest.approx(contacts_of(campaign))
        assert (rows["agents_gross"] > 0).all()
    assert set(of(lists, "Collections")["model"]) == {"dialler"}
    assert set(of(lists, "Renewals")["binding"]) == {"deadline"}


def test_the_agents_of_a_list_hold_its_work_below_their_occupancy(lists):
    rows = of(lists, "Renewals")
    work_h = (rows["contacts"] * rows["aht_s"]).sum() / 3600
    assert rows["agents_net"].sum() * 0.5 * 0.9 >= work_h
    assert (rows["agents_net"].sum() - len(rows)) * 0.5 * 0.9 < work_h
    assert (rows["occupancy"] <= 0.9 + 1e-9).all()


def test_queues_of_the_history_do_not_notice_a_campaign(plain, lists):
    forecast = lists.requirement["queue"].isin(["calls", "vip", "chat", "mail"])
    pd.testing.assert_frame_equal(lists.requirement[forecast], plain.requirement)
    pd.testing.assert_frame_equal(lists.forecast.demand, plain.forecast.demand)


def test_of_a_window_that_reaches_out_of_the_plan_its_share_is_planned(plain):
    early = replace(RENEWALS, first=date(2025, 11, 17))  # 15 days of which 10 are planned
    rows = of(replan(plain, replace(SCENARIO, campaigns=(early,))), "Renewals")
    assert rows["contacts"].sum() == pytest.approx(contacts_of(early) * 10 / 15)
    past = replace(RENEWALS, first=date(2025, 11, 3), last=date(2025, 11, 7))
    elsewhere = replan(plain, replace(SCENARIO, campaigns=(past,)))
    pd.testing.assert_frame_equal(elsewhere.requirement, plain.requirement)


def test_public_holidays_in_the_window_are_not_worked(reading):
    window = replace(RENEWALS, last=date(2025, 12, 12))
    spain = replace(SCENARIO, weeks=3, country="ES", campaigns=(window,))
    rows = of(make_plan(reading, spain), "Renewals")
    assert date(2025, 12, 8) not in set(rows["interval_start"].dt.date)
    assert rows["interval_start"].dt.date.nunique() == 15 - 1
    assert rows["contacts"].sum() == pytest.approx(contacts_of(window))


def test_a_list_that_could_only_be_called_on_a_holiday_is_refused_and_not_forgotten(plain):
    holiday = replace(RENEWALS, first=date(2025, 12, 8), last=date(2025, 12, 8))
    scenario = replace(SCENARIO, country="ES", campaigns=(holiday,))
    with pytest.raises(ScenarioError) as refused:
        replan(plain, scenario)
    (problem,) = refused.value.problems
    assert (problem.key, problem.code) == ("campaigns.Renewals.hours", "no_hours")


def test_what_if_factors_leave_campaigns_alone(lists):
    busy = replan(lists, replace(LISTS, volume_factor=1.5, aht_factor=2.0))
    for name in ("Renewals", "Collections"):
        pd.testing.assert_frame_equal(of(busy, name), of(lists, name))
    assert of(busy, "calls")["contacts"].sum() > 1.4 * of(lists, "calls")["contacts"].sum()


def test_a_what_if_on_campaigns_and_teams_is_the_plan_one_would_make_afresh(reading, together):
    afresh = make_plan(reading, TOGETHER)
    pd.testing.assert_frame_equal(together.requirement, afresh.requirement)
    pd.testing.assert_frame_equal(together.demand, afresh.demand)


@pytest.mark.parametrize(
    "queues", [("calls", "vip"), ("calls", "mail"), ("vip", "Renewals"), ("mail", "Renewals"), TEAM]
)
def test_a_team_never_needs_more_agents_than_its_queues_apart(lists, queues):
    shared = replan(lists, replace(LISTS, teams=(("front", queues),)))
    for agents in ("agents_net", "agents_gross"):
        inside = shared.requirement["queue"].isin(queues)
        apart = lists.requirement.loc[inside, agents].sum()
        assert shared.requirement.loc[inside, agents].sum() <= apart
    pd.testing.assert_frame_equal(shared.requirement[~inside], lists.requirement[~inside])
    np.testing.assert_array_equal(
        shared.requirement["agents_apart"], lists.requirement["agents_net"]
    )
    assert set(shared.requirement.loc[inside, "team"]) == {"front"}


def test_a_teams_saving_is_the_pooling_part_of_the_explanation(lists, together):
    parts = explain(together)
    saved = together.requirement["agents_net"].sum() - lists.requirement["agents_net"].sum()
    assert parts["agents_pooling"].sum() == pytest.approx(saved)
    assert saved < 0
    added = parts.filter(like="agents_").drop(columns="agents_gross").sum(axis="columns")
    np.testing.assert_allclose(added, parts["agents_gross"], atol=1e-6)


def test_only_queues_that_could_share_a_team_are_offered(lists):
    assert team_queues(lists) == ["calls", "mail", "vip", "Renewals"]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"teams": (("t", ("calls", "chat")),)}, ("teams.t", "cannot_join_team")),
        ({"teams": (("t", ("calls", "Collections")),)}, ("teams.t", "cannot_join_team")),
        ({"teams": (("t", ("calls", "Renewal")),)}, ("teams.t", "unknown_value")),
        ({"campaigns": (replace(RENEWALS, name="mail"),)}, ("campaigns", "name_taken")),
        (
            {"queues": (("calls", QueueSettings(opening_backlog=9)),)},
            ("queues.calls.opening_backlog", "not_for_channel"),
        ),
        (
            {"targets": (("voice", Target(service_level_definition="virtual")),)},
            ("queues.calls.patience_s", "missing"),
        ),
    ],
)
def test_what_does_not_fit_the_history_is_refused_before_anything_is_forecast(
    reading, changes, expected
):
    heard = []
    with pytest.raises(ScenarioError) as refused:
        make_plan(reading, replace(LISTS, **changes), progress=lambda *tick: heard.append(tick))
    problem = refused.value.problems[0]
    assert (problem.key, problem.code) == expected
    assert heard == []


def test_open_work_at_the_start_is_more_work_and_may_be_left_open_at_the_end(plain):
    def paid_h(**changes):
        return of(replan(plain, SCENARIO.with_queue("mail", **changes)), "mail")["paid_h"].sum()

    assert paid_h(opening_backlog=200) > paid_h(opening_backlog=0)
    assert paid_h(open_at_end=True) <= paid_h(open_at_end=False)


@pytest.mark.parametrize("dialect", sorted(CSV_DIALECTS))
def test_a_plan_with_a_team_is_read_back_as_it_was_exported(together, dialect, tmp_path):
    export_plan(together, tmp_path / "plan", csv_dialect=dialect)
    back = read_exported(tmp_path / "plan")
    assert back.scenario == TOGETHER
    names = list(back.requirement.columns)
    assert set(back.requirement["team"]) == {"=front", "chat", "Collections"}
    pd.testing.assert_frame_equal(
        back.requirement, together.requirement[names], check_dtype=False, rtol=1e-9
    )
    difference = compare([together, back]).filter(like="difference").iloc[:, 0].dropna()
    assert len(difference)
    assert (difference.abs() < 1e-6).all()


def test_plans_with_and_without_a_team_compare_by_queue_and_centre(lists, together):
    table = compare([lists, replace(together, scenario=replace(TOGETHER, name="Together"))])
    rows = table.set_index(["queue", "kpi"])["Together: difference"]
    assert rows["", "paid_h"] < 0
    assert rows["chat", "paid_h"] == 0
    assert rows[:, "contacts"].abs().max() == 0
