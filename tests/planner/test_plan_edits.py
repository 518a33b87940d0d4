"""Edits from the scenario to the plan, its totals, its problems and its files."""

import io
from dataclasses import replace
from datetime import timedelta

import numpy as np
import openpyxl
import pandas as pd
import pytest

from planner import plan as plan_module
from planner.edit_tables import (
    day_figures,
    edits_of_days,
    edits_of_intervals,
    interval_figures,
    queue_demand,
    with_edits,
)
from planner.edits import BEFORE, Edit
from planner.export import export_plan
from planner.intake import load_history
from planner.plan import make_plan, replan
from planner.scenario import Scenario
from planner.text import catalogue
from planner.workbook import SCENARIO_SHEET, workbook_bytes

SCENARIO = Scenario(zone="Europe/Madrid", weeks=2, lead_days=0, models=("weekday_profile",))


@pytest.fixture(scope="module")
def reading():
    starts = pd.date_range("2026-08-31", "2026-10-11 23:30", freq="30min")
    starts = starts[(starts.dayofweek < 5) & (starts.hour >= 9) & (starts.hour < 14)]
    rng = np.random.default_rng(3)
    lines = ["queue,channel,start,contacts,aht_s"]
    for queue, mean in (("calls", 30), ("vip", 8)):
        lines += [f"{queue},voice,{t:%Y-%m-%d %H:%M},{rng.poisson(mean)},300" for t in starts]
    return load_history("\n".join(lines).encode(), SCENARIO, name="h.csv")


@pytest.fixture(scope="module")
def plain(reading):
    return make_plan(reading, SCENARIO)


@pytest.fixture(scope="module")
def scenario(plain):
    day = plain.start
    edits = (
        Edit(name="=TV", first=day, last=day + timedelta(2), queues=("calls",), factor=2.0),
        Edit(name="Past", first=day - timedelta(9), last=day - timedelta(8), factor=2.0),
        Edit(name="Mail", first=day, last=day, queues=("vip",), hours=(540, 600), contacts=50.0),
    )
    return replace(SCENARIO, edits=edits)


@pytest.fixture(scope="module")
def edited(plain, scenario):
    return replan(plain, scenario)


def test_changing_edits_forecasts_nothing_again_and_is_the_plan_made_afresh(
    reading, plain, scenario, edited, monkeypatch
):
    assert edited.forecast is plain.forecast
    afresh = make_plan(reading, scenario)
    for name in ("demand", "requirement", "totals", "problems"):
        pd.testing.assert_frame_equal(getattr(edited, name), getattr(afresh, name))
    monkeypatch.setattr(plan_module, "forecast_demand", None)
    back = replan(edited, SCENARIO)
    for name in ("demand", "requirement", "totals", "problems"):
        pd.testing.assert_frame_equal(getattr(back, name), getattr(plain, name))
    assert BEFORE not in back.demand


def test_the_plan_has_the_contacts_before_and_after_and_staffs_the_latter(plain, edited):
    assert edited.demand[BEFORE].tolist() == plain.demand["contacts"].tolist()
    calls = edited.demand["queue"] == "calls"
    first_days = edited.demand["interval_start"].dt.dayofyear <= plain.start.timetuple().tm_yday + 2
    ratio = edited.demand["contacts"] / edited.demand[BEFORE]
    np.testing.assert_allclose(ratio[calls & first_days], 2.0)
    np.testing.assert_allclose(ratio[calls & ~first_days & (edited.demand[BEFORE] > 0)], 1.0)
    agents = edited.requirement["agents_net"] - plain.requirement["agents_net"]
    assert agents[calls & first_days].sum() > 0
    assert (agents[calls & ~first_days] == 0).all()


def test_what_if_factors_stand_on_the_edited_forecast(edited):
    busy = replan(edited, replace(edited.scenario, volume_factor=1.5))
    for name in ("contacts", BEFORE, "contacts_q0.9"):
        np.testing.assert_allclose(busy.demand[name], 1.5 * edited.demand[name])
    np.testing.assert_allclose(busy.totals["contacts"], 1.5 * edited.totals["contacts"])


def test_the_whole_centres_totals_are_the_sum_of_its_queues(edited):
    day = edited.demand["interval_start"].dt.tz_localize(None).dt.normalize()
    sums = edited.demand["contacts"].groupby(day).sum()
    totals = edited.totals
    centre = totals[(totals["queue"] == "") & (totals["period"] == "day")]
    np.testing.assert_allclose(centre.set_index("period_start")["contacts"], sums)
    assert (centre["contacts_q0.1"] <= centre["contacts_q0.9"]).all()


def test_an_edit_of_no_planned_interval_is_told_once_and_goes_with_the_edit(edited):
    for made in (edited, replan(edited, replace(edited.scenario, name="Again"))):
        found = made.problems[made.problems["code"] == "edit_outside_plan"]
        assert found["found"].tolist() == ["Past"]
        for language in ("en", "es"):
            assert "Past" in catalogue(language).problem(found.iloc[0])


def test_exports_carry_the_contacts_before_and_every_edit(edited, plain, tmp_path):
    export_plan(edited, tmp_path / "p", language="en")
    table = pd.read_csv(tmp_path / "p" / "demand.csv")
    np.testing.assert_allclose(table[BEFORE], edited.demand[BEFORE])
    book = openpyxl.load_workbook(tmp_path / "p" / "plan.xlsx")
    heads = [cell.value for cell in book["Intervals"][1]]
    assert "Contacts before the edits" in heads
    assumptions = [row[0] for row in book["Assumptions"].iter_rows(values_only=True)]
    assert "Edit of the forecast: =TV" in assumptions
    assert book[SCENARIO_SHEET].sheet_state == "hidden"
    bare = openpyxl.load_workbook(io.BytesIO(workbook_bytes(plain, "en")))
    assert "Contacts before the edits" not in [cell.value for cell in bare["Intervals"][1]]
    assert SCENARIO_SHEET not in bare.sheetnames


def test_figures_written_over_a_table_become_edits_that_give_those_figures(plain):
    scenario = replace(SCENARIO, volume_factor=1.3).with_queue("vip", volume_factor=0.7)
    days = day_figures(plain, "vip", scenario)
    day = days.index[1]
    new = edits_of_days(
        days, days["contacts"].where(days.index != day, 123.4), scenario, "vip", "R"
    )
    assert [edit.first for edit in new] == [day.date()]
    changed = with_edits(scenario, new)
    after = day_figures(plain, "vip", changed)
    assert after.loc[day, "contacts"] == 123.4
    assert after.loc[day, "before"] == days.loc[day, "contacts"]
    assert after.drop(index=day).equals(days.drop(index=day))
    assert after.loc[day, "low"] / days.loc[day, "low"] == pytest.approx(
        123.4 / days.loc[day, "contacts"], rel=0.01
    )
    intervals = interval_figures(queue_demand(plain, "vip", changed), day)
    assert intervals["contacts"].sum() == pytest.approx(123.4, abs=1)
    wanted = intervals["contacts"].where(intervals.index != 570, 40.0)
    some = edits_of_intervals(
        intervals, wanted, scenario, "vip", "R", day=day.date(), interval_min=30
    )
    both = with_edits(changed, some)
    assert interval_figures(queue_demand(plain, "vip", both), day).loc[570, "contacts"] == 40.0
    assert len(both.edits) == 2
    assert len(with_edits(both, new).edits) == 2


def test_a_table_left_as_it_was_or_emptied_says_nothing(plain):
    days = day_figures(plain, "vip", SCENARIO)
    emptied = days["contacts"].mask(days.index == days.index[0])
    for written in (days["contacts"], emptied):
        assert edits_of_days(days, written, SCENARIO, "vip", "R") == ()
