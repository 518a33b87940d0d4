from dataclasses import replace
from types import SimpleNamespace

import pytest

from planner.comparison import compare
from planner.summary import MEASURES
from staffing import required_staff


@pytest.fixture(scope="module")
def busier(plan, make_demand):
    channels = {"ventas": "voice", "chat": "chat", "correo": "email", "bot": "bot", "vip": "voice"}
    scenario = replace(plan.scenario, name="More calls", shrinkage=0.4)
    requirement = required_staff(
        make_demand(channels), scenario.staffing_rules(channels), interval_min=30
    )
    return SimpleNamespace(scenario=scenario, requirement=requirement)


def test_a_plan_does_not_differ_from_itself(plan):
    table = compare([plan, plan])
    difference = table["Plan de otoño (2): difference"].dropna()
    assert len(difference)
    assert (difference == 0).all()


def test_each_difference_is_from_the_first_plan(plan, busier):
    table = compare([plan, busier])
    both = table.dropna(subset=["Plan de otoño", "More calls"])
    difference = both["More calls"] - both["Plan de otoño"]
    assert both["More calls: difference"].to_numpy() == pytest.approx(difference.to_numpy())
    paid = both[(both["kpi"] == "paid_h") & (both["queue"] == "ventas")].iloc[0]
    assert paid["More calls: difference"] > 0


def test_there_is_a_row_for_every_queue_and_measure_and_the_centre_comes_last(plan, busier):
    table = compare([plan, busier])
    assert len(table) == (5 + 1) * len(MEASURES)
    assert list(table["queue"].drop_duplicates()) == ["ventas", "chat", "correo", "bot", "vip", ""]
    assert list(table["kpi"].iloc[: len(MEASURES)]) == list(MEASURES)


def test_a_queue_that_a_plan_does_not_have_is_unknown_there_and_not_zero(plan, busier):
    table = compare([plan, busier]).set_index(["queue", "kpi"])
    assert table.loc[("vip", "paid_h"), ["Plan de otoño", "More calls: difference"]].isna().all()
    assert table.loc[("vip", "paid_h"), "More calls"] > 0


def test_equal_names_are_told_apart_also_from_the_tables_own_columns(plan):
    named = [
        SimpleNamespace(scenario=replace(plan.scenario, name=name), requirement=plan.requirement)
        for name in ("kpi", "A", "A", "A (2)")
    ]
    table = compare(named)
    assert table.columns.is_unique
    assert {"kpi (2)", "A", "A (2)", "A (2) (2)"} <= set(table.columns)


def test_nothing_cannot_be_compared():
    with pytest.raises(ValueError, match="at least one"):
        compare([])
