from dataclasses import replace
from datetime import date

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.bounds import ScenarioError
from planner.campaigns import Campaign, campaign_demand
from staffing import outbound_work

WORKDAYS = tuple((weekday, 10 * 60, 14 * 60) for weekday in range(5))
RENEWALS = Campaign(
    name="Renewals",
    first=date(2026, 11, 16),
    last=date(2026, 11, 27),
    hours=WORKDAYS,
    records=12_000,
    contact_rate=0.25,
    aht_s=240,
    attempt_s=40,
)


def demand(campaign, *, country=None, region=None, zone="Europe/Madrid", interval_min=30):
    return campaign_demand(
        campaign, country=country, region=region, zone=zone, interval_min=interval_min
    )


def problems_of(**changes):
    with pytest.raises(ScenarioError) as caught:
        replace(RENEWALS, **changes)
    return [(problem.key, problem.code) for problem in caught.value.problems]


@settings(max_examples=40, deadline=None)
@given(
    records=st.integers(1, 100_000),
    contact_rate=st.floats(0.01, 1),
    max_attempts=st.integers(1, 8),
    attempt_s=st.floats(0, 120),
    interval_min=st.sampled_from([15, 30, 60]),
)
def test_the_whole_window_holds_the_lists_contacts_and_work(interval_min, **terms):
    rows = demand(replace(RENEWALS, **terms), interval_min=interval_min)
    work = outbound_work(**terms, aht_s=240)
    assert len(rows) == 10 * 4 * 60 / interval_min
    assert (rows["contacts"] == rows["contacts"].iloc[0]).all()
    assert rows["contacts"].sum() == pytest.approx(work.contacts)
    assert (rows["contacts"] * rows["aht_s"]).sum() / 3600 == pytest.approx(work.work_h)
    assert rows["contacts"].sum() <= terms["records"] * (1 + 1e-12)


def test_a_list_is_called_in_its_hours_of_its_days_and_no_others():
    starts = demand(RENEWALS)["interval_start"]
    assert str(starts.dt.tz) == "Europe/Madrid"
    assert starts.is_monotonic_increasing
    assert (starts.dt.dayofweek < 5).all()
    assert sorted(set(starts.dt.hour)) == [10, 11, 12, 13]
    assert (starts.min().date(), starts.max().date()) == (RENEWALS.first, RENEWALS.last)


def test_a_dialler_takes_vain_attempts_off_the_agents_and_loses_a_few_of_the_answers():
    dialled = replace(RENEWALS, pacing="dialler", max_abandonment=0.02, max_attempts=1)
    rows = demand(dialled)
    # One attempt a record: a quarter answer, and of those one in fifty meets no free agent.
    assert rows["contacts"].sum() == pytest.approx(12_000 * 0.25 * 0.98)
    assert rows["aht_s"].tolist() == pytest.approx([240.0] * len(rows))
    usual = demand(replace(dialled, max_abandonment=None))
    assert usual["contacts"].sum() == pytest.approx(12_000 * 0.25 * 0.97)


def test_nobody_is_called_on_a_public_holiday_and_its_share_moves_to_other_days():
    window = replace(RENEWALS, first=date(2026, 12, 7), last=date(2026, 12, 11))
    anywhere, spain = demand(window), demand(window, country="ES", region="MD")
    constitution_and_immaculate = {date(2026, 12, 7), date(2026, 12, 8)}
    worked = set(anywhere["interval_start"].dt.date)
    assert worked - set(spain["interval_start"].dt.date) == constitution_and_immaculate
    assert spain["contacts"].sum() == pytest.approx(anywhere["contacts"].sum())


def test_the_hour_that_the_clocks_repeat_is_worked_twice_and_the_one_they_skip_not_at_all():
    night = ((6, 0, 6 * 60),)
    autumn = replace(RENEWALS, first=date(2026, 10, 25), last=date(2026, 10, 25), hours=night)
    spring = replace(RENEWALS, first=date(2026, 3, 29), last=date(2026, 3, 29), hours=night)
    for campaign, hours in ((autumn, 7), (spring, 5)):
        rows = demand(campaign)
        assert len(rows) == 2 * hours
        assert rows["interval_start"].is_unique
        assert rows["contacts"].sum() == pytest.approx(demand(RENEWALS)["contacts"].sum())


def test_the_quantiles_rise_and_lie_about_the_mean():
    rows = demand(RENEWALS)
    quantiles = rows.filter(like="contacts_q")
    assert (quantiles.diff(axis="columns").iloc[:, 1:] >= 0).all(axis=None)
    assert (quantiles["contacts_q0.025"] < rows["contacts"]).all()
    assert (quantiles["contacts_q0.975"] > rows["contacts"]).all()
    # Independent chances: the spread is the root of the mean.
    spread = (quantiles["contacts_q0.9"] - quantiles["contacts_q0.1"]) / 2.563
    assert spread.iloc[0] == pytest.approx(rows["contacts"].iloc[0] ** 0.5, rel=0.15)


def test_the_lists_rule_is_the_centres_where_it_states_none_of_its_own():
    rule = RENEWALS.rule(shrinkage=0.3, cost_per_hour=20)
    assert (rule.shrinkage, rule.cost_per_hour, rule.pacing) == (0.3, 20, "agent")
    own = replace(RENEWALS, shrinkage=0, cost_per_hour=0, min_agents=2, max_occupancy=0.8)
    rule = own.rule(shrinkage=0.3, cost_per_hour=20)
    assert (rule.shrinkage, rule.cost_per_hour) == (0, 0)
    assert (rule.target.min_agents, rule.target.max_occupancy) == (2, 0.8)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"name": ""}, [("name", "missing")]),
        ({"records": 0}, [("records", "out_of_bounds")]),
        ({"records": 10.5}, [("records", "not_a_whole_number")]),
        ({"contact_rate": 0}, [("contact_rate", "out_of_bounds")]),
        ({"contact_rate": 25}, [("contact_rate", "out_of_bounds")]),
        ({"aht_s": 0}, [("aht_s", "out_of_bounds")]),
        ({"max_attempts": 0}, [("max_attempts", "out_of_bounds")]),
        ({"pacing": "robot"}, [("pacing", "unknown_value")]),
        ({"max_abandonment": 0.03}, [("max_abandonment", "contradiction")]),
        ({"first": "2026-11-16"}, [("first", "not_a_date")]),
        ({"last": date(2026, 11, 15)}, [("to", "out_of_bounds")]),
        ({"last": date(2027, 11, 17)}, [("to", "out_of_bounds")]),
        ({"hours": ()}, [("hours", "no_hours")]),
        ({"hours": ((5, 600, 840),), "last": date(2026, 11, 20)}, [("hours", "no_hours")]),
        ({"hours": ((0, 840, 600),)}, [("hours", "out_of_bounds")]),
        ({"hours": None}, [("hours", "missing")]),
        (
            {"records": 0, "aht_s": -1, "first": None},
            [("first", "missing"), ("records", "out_of_bounds"), ("aht_s", "out_of_bounds")],
        ),
    ],
)
def test_a_value_out_of_its_bounds_is_refused_by_its_key(changes, expected):
    assert problems_of(**changes) == expected


def test_a_window_may_be_a_day_or_a_year():
    day = replace(RENEWALS, last=RENEWALS.first)
    assert len(demand(day)) == 8
    year = replace(RENEWALS, last=date(2027, 11, 16))
    days = demand(year, interval_min=60)["interval_start"].dt.normalize().nunique()
    assert days == len(pd.bdate_range("2026-11-16", "2027-11-16"))


def test_equal_campaigns_are_equal_keys():
    assert replace(RENEWALS, aht_s=240.0) == RENEWALS
    assert {RENEWALS: "cached"}[replace(RENEWALS, aht_s=240.0)] == "cached"
