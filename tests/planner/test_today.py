"""Today so far: what stays, what moves, and that nothing is lost between them."""

from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.intake import load_history
from planner.plan import make_plan, replan
from planner.scenario import Scenario
from planner.text import LANGUAGES, catalogue
from planner.today import QUANTILES, STATUSES, update_today
from planner.today_example import example_morning
from planner.today_file import TodayRefused, read_today, with_day
from planner.today_words import verdict, why_refused

ZONE = "Europe/Madrid"
MONDAY = date(2026, 10, 12)
CLOCK_GOES_BACK = date(2026, 10, 25)
QUEUES = {"calls": "voice", "chat": "chat", "mail": "email"}
SCENARIO = Scenario(
    zone=ZONE, weeks=2, lead_days=0, models=("seasonal_naive", "weekday_profile"), seed=3
)


def history_csv():
    """Six weeks of three queues, day and night, with an ordinary share of chance."""
    starts = pd.date_range("2026-08-31", periods=6 * 7 * 48, freq="30min")
    hump = 20 + 15 * np.sin(np.pi * starts.hour.to_numpy() / 24)
    rng = np.random.default_rng(5)
    level = np.repeat(rng.gamma(100, 0.01, size=6 * 7), 48)
    parts = [
        pd.DataFrame(
            {
                "queue": queue,
                "channel": channel,
                "interval_start": starts.strftime("%Y-%m-%d %H:%M"),
                "contacts": rng.poisson(hump * level),
                "aht_s": 300,
            }
        )
        for queue, channel in QUEUES.items()
    ]
    return pd.concat(parts).to_csv(index=False).encode()


@pytest.fixture(scope="module")
def reading():
    return load_history(history_csv(), SCENARIO, name="history.csv")


@pytest.fixture(scope="module")
def plan(reading):
    return make_plan(reading, SCENARIO)


def morning(plan, factor=1.0, day=MONDAY, until=12, queues=tuple(QUEUES)):
    """So many times the plan's own demand, up to an hour of the day."""
    demand = plan.demand
    start = demand["interval_start"]
    seen = (start.dt.date == day) & (start.dt.hour < until) & demand["queue"].isin(queues)
    rows = demand.loc[seen, ["queue", "interval_start", "contacts"]].reset_index(drop=True)
    return rows.assign(contacts=rows["contacts"] * factor)


def of(table, queue):
    return table[table["queue"] == queue].reset_index(drop=True)


def to_come(intervals, queue="calls"):
    return intervals[(intervals["queue"] == queue) & (intervals["state"] == "to_come")]


@pytest.mark.parametrize("factor", [1.0, 1.3])
def test_no_information_changes_nothing(plan, factor):
    factored = replan(plan, replace(SCENARIO, volume_factor=factor))
    update = update_today(factored, plan.history.head(0), MONDAY)
    demand = factored.requirement
    demand = demand[demand["interval_start"].dt.date == MONDAY].reset_index(drop=True)
    rows = update.intervals
    assert update.now is None
    assert set(update.queues["status"]) == {"no_data"}
    assert set(rows["state"]) == {"to_come"}
    for name in ("contacts", *QUANTILES):
        np.testing.assert_allclose(rows[name], demand[name])
    for name in ("agents_net", "agents_gross"):
        for which in ("planned", "updated"):
            np.testing.assert_array_equal(rows[f"{name}_{which}"], demand[name])
    for end in ("", "_low", "_high"):
        np.testing.assert_array_equal(
            update.queues[f"day_before{end}"], update.queues[f"day_after{end}"]
        )


def test_inside_the_band_the_agents_stay_as_planned(plan):
    update = update_today(plan, morning(plan, 1.01), MONDAY)
    assert set(update.queues["status"]) == {"inside"}
    assert not update.queues["agents_change"].any()
    assert update.queues["agents_from"].isna().all()
    rows = update.intervals
    assert (rows["agents_net_updated"] == rows["agents_net_planned"]).all()
    assert (to_come(rows)["contacts"] > to_come(rows)["contacts_before"]).all()


@pytest.mark.parametrize("queue", QUEUES)
def test_outside_the_band_the_rest_of_the_day_takes_other_agents(plan, queue):
    above = update_today(plan, morning(plan, 1.6), MONDAY)
    below = update_today(plan, morning(plan, 0.5), MONDAY)
    assert set(above.queues["status"]) == {"above"}
    assert set(below.queues["status"]) == {"below"}
    (more,), (fewer,) = (of(one.queues, queue)["agents_change"] for one in (above, below))
    assert more > 0 > fewer
    for update in (above, below):
        rows = of(update.intervals, queue)
        over = rows["state"] == "came"
        same = rows["agents_net_updated"] == rows["agents_net_planned"]
        assert same[over].all()
        assert update.queues["agents_from"].min() >= update.now


def test_queues_without_news_keep_their_forecast_and_their_agents(plan):
    update = update_today(plan, morning(plan, 1.6, queues=["calls"]), MONDAY)
    status = update.queues.set_index("queue")["status"]
    assert status.to_dict() == {"calls": "above", "chat": "no_data", "mail": "no_data"}
    for queue in ("chat", "mail"):
        rows = of(update.intervals, queue)
        np.testing.assert_allclose(rows["contacts"], rows["contacts_before"])
        assert (rows["agents_net_updated"] == rows["agents_net_planned"]).all()
        assert (rows.loc[rows["interval_start"] < update.now, "state"] == "unknown").all()


TENTHS = st.integers(0, 30).map(lambda tenths: tenths / 10)


@given(factor=TENTHS, more=TENTHS, until=st.integers(1, 23))
@settings(max_examples=8, deadline=None)
def test_more_contacts_so_far_never_lower_the_update(plan, factor, more, until):
    one = update_today(plan, morning(plan, factor, until=until), MONDAY)
    other = update_today(plan, morning(plan, factor + more, until=until), MONDAY)
    assert (other.queues["day_factor"] >= one.queues["day_factor"] - 1e-9).all()
    assert (other.queues["day_after"] >= one.queues["day_after"] - 1e-9).all()
    assert (other.intervals["contacts"] >= one.intervals["contacts"] - 1e-9).all()


@given(factor=TENTHS, until=st.integers(1, 24), lost=st.integers(0, 40))
@settings(max_examples=8, deadline=None)
def test_what_came_and_the_updated_rest_are_the_day(plan, factor, until, lost):
    so_far = morning(plan, factor, until=until)
    so_far.loc[lost % len(so_far), "contacts"] = np.nan
    update = update_today(plan, so_far, MONDAY)
    totals = update.intervals.groupby("queue")["contacts"].sum()
    np.testing.assert_allclose(totals, update.queues.set_index("queue")["day_after"])
    came = update.intervals["state"] == "came"
    rows = update.intervals[came]
    np.testing.assert_array_equal(rows["contacts"], rows["contacts_came"])
    assert (update.queues["day_after_low"] <= update.queues["day_after_high"]).all()


def test_the_rest_of_the_day_scales_by_one_factor(plan):
    update = update_today(plan, morning(plan, 1.4), MONDAY)
    for queue, factor in zip(update.queues["queue"], update.queues["day_factor"], strict=True):
        rest = to_come(update.intervals, queue)
        np.testing.assert_allclose(rest["contacts"], factor * rest["contacts_before"])
        assert 1 < factor < 1.4


def test_the_factors_of_the_scenario_stand(plan):
    doubled = replan(plan, replace(SCENARIO, volume_factor=2.0))
    as_planned = update_today(doubled, morning(doubled), MONDAY)
    assert set(as_planned.queues["status"]) == {"inside"}
    half = update_today(doubled, morning(plan), MONDAY)
    assert set(half.queues["status"]) == {"below"}


def test_a_lost_interval_stays_unknown_and_is_no_quiet_one(plan):
    so_far = morning(plan)
    lost = so_far["interval_start"].dt.hour == 10
    blank = so_far.assign(contacts=so_far["contacts"].mask(lost))
    for partly in (blank, so_far[~lost]):
        update = update_today(plan, partly, MONDAY)
        rows = of(update.intervals, "calls")
        gap = rows["interval_start"].dt.hour == 10
        assert set(rows.loc[gap, "state"]) == {"unknown"}
        assert rows.loc[gap, "contacts_came"].isna().all()
        assert update.queues["day_factor"].tolist() == pytest.approx([1, 1, 1])
        assert set(update.queues["status"]) == {"inside"}


def test_a_queue_that_reports_later_has_unknown_intervals_until_then(plan):
    late = morning(plan, until=10, queues=["mail"])
    update = update_today(plan, pd.concat([morning(plan, queues=["calls"]), late]), MONDAY)
    assert update.now == pd.Timestamp("2026-10-12 12:00", tz=ZONE)
    mail = of(update.intervals, "mail")
    assert (mail["state"] == "unknown").sum() == 4


def test_contacts_out_of_hours_and_of_strangers_are_neither_lost_nor_mixed_in(plan):
    scenario = SCENARIO.with_queue("calls", hours=tuple((day, 540, 1080) for day in range(7)))
    office = replan(plan, scenario)
    early = morning(plan, until=3, queues=["calls"])
    so_far = pd.concat([early, early.assign(queue="ventas")])
    update = update_today(office, so_far, MONDAY)
    assert update.strangers == ("ventas",)
    rows = of(update.intervals, "calls")
    assert rows["contacts"].sum() == pytest.approx(of(update.queues, "calls")["day_after"].item())
    assert rows["contacts_before"].isna().sum() == len(early)
    assert of(update.queues, "calls")["status"].item() == "inside"


def test_the_day_on_which_the_clock_goes_back_has_its_25_hours(plan):
    update = update_today(plan, morning(plan, 1.5, day=CLOCK_GOES_BACK), CLOCK_GOES_BACK)
    assert len(of(update.intervals, "calls")) == 50
    assert set(update.queues["status"]) == {"above"}


def test_work_that_may_wait_and_came_already_is_staffed_from_now_on(plan):
    """The morning's agents did the forecast's work: what came beyond it is still to be done."""
    update = update_today(plan, morning(plan, 1.6, queues=["mail"]), MONDAY)
    rows = of(update.intervals, "mail")
    rest = rows[rows["state"] == "to_come"]
    extra_h = (rest["agents_net_updated"] - rest["agents_net_planned"]).sum() / 2
    own_work_h = (rest["contacts"] - rest["contacts_before"]).sum() * 300 / 3600
    assert extra_h > 1.2 * own_work_h


def test_a_queue_inside_whose_team_is_outside_follows_its_team(plan):
    voice = replace(
        replan(plan, SCENARIO).scenario.with_queue("chat", channel="voice"),
        teams=(("front", ("calls", "chat")),),
    )
    together = replan(plan, voice)
    update = update_today(together, morning(together, 1.8, queues=["calls"]), MONDAY)
    rest = update.intervals[update.intervals["state"] == "to_come"]
    team = rest[rest["queue"].isin(["calls", "chat"])]
    assert team["agents_net_updated"].sum() > team["agents_net_planned"].sum()
    mail = rest[rest["queue"] == "mail"]
    assert (mail["agents_net_updated"] == mail["agents_net_planned"]).all()


def test_an_example_is_one_of_the_forecasts_own_mornings_and_always_the_same(plan):
    made = example_morning(plan, MONDAY)
    pd.testing.assert_frame_equal(made, example_morning(plan, MONDAY))
    assert (made["contacts"] >= 0).all()
    assert not made["contacts"].equals(example_morning(plan, date(2026, 10, 13))["contacts"])
    update = update_today(plan, made, MONDAY)
    assert update.now == pd.Timestamp("2026-10-12 12:00", tz=ZONE)
    assert (made["contacts"].mod(1) == 0).all()


def test_a_day_or_a_file_that_does_not_fit_is_refused(plan, reading):
    with pytest.raises(TodayRefused, match="day_not_planned"):
        update_today(plan, plan.history, date(2026, 10, 11))
    header = b"queue,interval_start,contacts\n"
    lines = [f"calls,2026-10-12 {hour:02}:{minute:02},9" for hour in (9, 10) for minute in (0, 15)]
    quarters = load_history(header + "\n".join(lines).encode(), SCENARIO, name="today.csv")
    empty = load_history(header, SCENARIO, name="today.csv")
    refused = [(quarters, None, "other_interval"), (empty, None, "nothing_usable")]
    refused.append((reading, MONDAY, "nothing_of_day"))
    for file, day, code in refused:
        with pytest.raises(TodayRefused) as told:
            read_today(file, 30, day)
        assert told.value.code == code
        for language in LANGUAGES:
            assert why_refused(told.value, catalogue(language))


def test_the_plan_of_a_day_is_the_scenarios_own_or_begins_on_the_day(reading):
    assert with_day(SCENARIO, reading, date(2026, 10, 20)) is SCENARIO
    later = replace(SCENARIO, lead_days=14)
    assert with_day(later, reading, MONDAY) == replace(later, start=MONDAY, weeks=1)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_status_is_told_with_what_to_do(plan, language):
    text = catalogue(language)
    calls = [
        of(update_today(plan, morning(plan, factor), MONDAY).queues, "calls").iloc[0]
        for factor in (1.0, 1.6, 0.5)
    ]
    nothing = update_today(plan, plan.history.head(0), MONDAY).queues.iloc[0]
    told = [verdict(row, text) for row in (*calls, nothing)]
    assert len(set(told)) == 4
    assert "12:00" in told[1] + told[2]
    assert "+" in told[1]
    assert all(f"today.statuses.{status}" in text for status in STATUSES)
