"""What edits were worth: from a plan, or from the files it was exported to."""

import shutil
import zipfile
from dataclasses import replace
from datetime import timedelta

import numpy as np
import pandas as pd
import pytest

from forecasting import wape
from planner.campaigns import Campaign
from planner.earlier_plan import (
    EarlierPlanRefused,
    NotAnEarlierPlan,
    read_earlier,
    read_earlier_files,
)
from planner.edit_value import VALUE_COLUMNS, value_of_edits
from planner.edits import BEFORE, Edit
from planner.export import CSV_DIALECTS, export_plan
from planner.intake import load_history
from planner.plan import make_plan, replan
from planner.scenario import Scenario
from planner.workbook import workbook_bytes

SCENARIO = Scenario(
    zone="Europe/Madrid", weeks=4, lead_days=0, models=("weekday_profile",), volume_factor=1.25
)


@pytest.fixture(scope="module")
def plain():
    """A plan over the night that repeats an hour, of two queues open at all hours."""
    starts = pd.date_range("2026-08-31", "2026-10-11 23:30", freq="30min")
    rng = np.random.default_rng(3)
    lines = ["queue,channel,start,contacts,aht_s"]
    for queue, mean in (("=calls", 30), ("vip", 8)):
        lines += [f"{queue},voice,{t:%Y-%m-%d %H:%M},{rng.poisson(mean)},300" for t in starts]
    return make_plan(load_history("\n".join(lines).encode(), SCENARIO, name="h.csv"), SCENARIO)


def with_edits(plan, *edits, **changes):
    return replan(plan, replace(plan.scenario, edits=edits, **changes))


def edit(plan, first, last, **change):
    span = {"first": plan.start + timedelta(first), "last": plan.start + timedelta(last)}
    return Edit(name=change.pop("name", "Why"), **span, **change)


def came(plan, factor=1.0, seed=1):
    """What came, at a level of its own beside the plan's forecast before any edits."""
    before = plan.demand[BEFORE] if BEFORE in plan.demand else plan.demand["contacts"]
    actual = np.random.default_rng(seed).poisson(before * factor).astype(float)
    return plan.demand[["queue", "interval_start"]].assign(contacts=actual)


def rows_of(table, scope="edit"):
    return table[table["scope"] == scope].to_dict("records")


def test_an_edit_towards_what_came_helped_and_one_away_from_it_hurt(plain):
    plan = with_edits(plain, edit(plain, 0, 13, factor=1.4), edit(plain, 14, 27, factor=0.6))
    table = value_of_edits(plan, came(plan, 1.4))
    good, bad = rows_of(table)
    assert good["value_added"] > 0 > bad["value_added"]
    assert (good["verdict"], bad["verdict"]) == ("helped", "hurt")
    assert abs(good["bias_after"]) < 0.05 < abs(good["bias_before"])
    assert max(good["p_value"], bad["p_value"]) < 0.01
    for row in (good, bad):
        assert row["days"] == 14
        assert row["value_added"] == pytest.approx(row["wape_before"] - row["wape_after"])


def test_an_edit_that_changes_nothing_is_worth_nothing(plain):
    plan = with_edits(plain, edit(plain, 0, 13, factor=1.0))
    (row,) = rows_of(value_of_edits(plan, came(plan)))
    assert row["value_added"] == 0
    assert row["verdict"] == "no_change"
    assert row["wape_before"] == row["wape_after"] > 0


def test_the_errors_are_those_of_the_plan_with_the_edit_and_without_it(plain):
    first, then = edit(plain, 0, 9, factor=1.3), edit(plain, 5, 9, queues=("vip",), contacts=900.0)
    plan = with_edits(plain, first, then)
    history = came(plan, 1.1)
    without_first, without_then = with_edits(plain, then), with_edits(plain, first)
    one, other = rows_of(value_of_edits(plan, history))
    (both,) = rows_of(value_of_edits(plan, history), "all")
    day = plan.demand["interval_start"].dt.tz_localize(None).dt.normalize()
    number = (day - pd.Timestamp(plain.start)).dt.days
    held = number <= 9
    vip = number.between(5, 9) & (plan.demand["queue"] == "vip")
    for row, rest, where in (
        (one, without_first, held),
        (other, without_then, vip),
        (both, plain, held),
    ):
        actual = history.loc[where, "contacts"]
        assert row["intervals"] == where.sum()
        assert row["contacts"] == actual.sum()
        assert row["wape_before"] == pytest.approx(wape(actual, rest.demand.loc[where, "contacts"]))
        assert row["wape_after"] == pytest.approx(wape(actual, plan.demand.loc[where, "contacts"]))


def test_only_intervals_with_known_contacts_count_and_missing_is_not_zero(plain):
    plan = with_edits(plain, edit(plain, 0, 9, factor=1.2))
    history = came(plan)
    day = history["interval_start"].dt.tz_localize(None).dt.normalize()
    late = day >= pd.Timestamp(plain.start) + pd.Timedelta(days=7)
    lost = history.assign(contacts=history["contacts"].mask(late))
    (row,) = rows_of(value_of_edits(plan, history[~late]))
    assert row["days"] == 7
    assert rows_of(value_of_edits(plan, lost))[0] == row
    (none,) = rows_of(value_of_edits(plan, history.head(0)))
    assert (none["verdict"], none["intervals"]) == ("no_actuals", 0)
    assert np.isnan(none["value_added"])


def test_with_few_days_it_is_too_early_to_say(plain):
    plan = with_edits(plain, edit(plain, 0, 4, factor=1.5), edit(plain, 10, 15, factor=1.5))
    few, enough = rows_of(value_of_edits(plan, came(plan, 1.5)))
    assert (few["days"], few["verdict"]) == (5, "too_early")
    assert np.isnan(few["p_value"])
    # The least that six days can say: all of 2^6 signs but two are smaller.
    assert (enough["days"], enough["verdict"]) == (6, "helped")
    assert enough["p_value"] == pytest.approx(2 / 64)


def test_an_edit_worth_nothing_is_seldom_taken_for_more_than_chance(plain):
    """Where half of the change is right, the edit leaves the error as large as it was."""
    plan = with_edits(plain, edit(plain, 0, 27, factor=1.06))
    verdicts = [
        rows_of(value_of_edits(plan, came(plan, 1.03, seed)))[0]["verdict"] for seed in range(40)
    ]
    assert verdicts.count("chance") >= 34


def test_edits_of_one_reason_are_also_told_together(plain):
    some = [edit(plain, day, day, factor=1.4, name="TV") for day in range(8)]
    plan = with_edits(plain, *some, edit(plain, 20, 21, factor=1.1, name="Rain"))
    table = value_of_edits(plan, came(plan, 1.4))
    assert list(table.columns) == list(VALUE_COLUMNS)
    assert table["scope"].tolist() == ["edit"] * 9 + ["reason", "all"]
    assert set(table.loc[table["scope"] == "edit", "verdict"]) == {"too_early"}
    (reason,) = rows_of(table, "reason")
    assert (reason["name"], reason["days"], reason["verdict"]) == ("TV", 8, "helped")


def test_a_plan_without_edits_has_no_values(plain):
    assert value_of_edits(plain, came(plain)).empty


@pytest.fixture(scope="module")
def edited(plain):
    calling = Campaign(
        name="List",
        first=plain.start,
        last=plain.start + timedelta(4),
        hours=((0, 540, 840),),
        records=500,
        contact_rate=0.3,
        aht_s=200,
    )
    some = (
        edit(plain, 0, 13, factor=1.2),
        edit(plain, 12, 14, queues=("=calls", "vip"), contacts=4_000.0, hours=(60, 240)),
    )
    return with_edits(plain, *some, campaigns=(calling,))


@pytest.mark.parametrize("dialect", sorted(CSV_DIALECTS))
def test_an_exported_plan_tells_the_same_from_its_folder_or_its_zip(edited, dialect, tmp_path):
    told = value_of_edits(edited, came(edited, 1.1))
    export_plan(edited, tmp_path / "plan", csv_dialect=dialect)
    packed = shutil.make_archive(str(tmp_path / "packed"), "zip", tmp_path / "plan")
    for source in (tmp_path / "plan", packed):
        assert read_earlier(source).scenario == edited.scenario
        pd.testing.assert_frame_equal(value_of_edits(source, came(edited, 1.1)), told)


@pytest.mark.parametrize("language", ["en", "es"])
def test_the_workbook_alone_tells_the_same(edited, language, tmp_path):
    path = tmp_path / "plan.xlsx"
    path.write_bytes(workbook_bytes(edited, language))
    told = value_of_edits(edited, came(edited, 1.1))
    pd.testing.assert_frame_equal(value_of_edits(path, came(edited, 1.1)), told)


def test_files_that_are_no_plan_are_refused(tmp_path, plain):
    (tmp_path / "a.csv").write_text("queue,day\nx,1\n", encoding="utf-8")
    with zipfile.ZipFile(tmp_path / "b.zip", "w") as archive:
        archive.writestr("readme.txt", "nothing")
    (tmp_path / "c.xlsx").write_bytes(workbook_bytes(plain))
    (tmp_path / "d.zip").write_bytes(b"PK\x03\x04 broken")
    for name in ("a.csv", "b.zip", "c.xlsx", "d.zip", "absent", "."):
        with pytest.raises(NotAnEarlierPlan):
            read_earlier(tmp_path / name)
    with pytest.raises(NotAnEarlierPlan):
        read_earlier_files({"demand.csv": b"queue;interval_start\n", "scenario.toml": b"weeks = 0"})


def test_a_demand_of_another_scenario_and_other_intervals_are_refused(plain):
    plan = with_edits(plain, edit(plain, 0, 3, factor=1.2))
    other = replace(plan, demand=with_edits(plain, edit(plain, 0, 3, factor=1.3)).demand)
    with pytest.raises(EarlierPlanRefused, match="other_scenario"):
        value_of_edits(other, came(plan))
    with pytest.raises(EarlierPlanRefused, match="other_scenario"):
        value_of_edits(replace(plan, demand=plain.demand), came(plan))
    hourly = came(plan)
    hourly = hourly[hourly["interval_start"].dt.minute == 0]
    with pytest.raises(EarlierPlanRefused, match="other_interval") as refused:
        value_of_edits(plan, hourly)
    assert (refused.value.found, refused.value.expected) == ("60", "30")
