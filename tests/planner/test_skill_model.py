"""Hours of a plan, queues typed by hand, and groups: what is staffed by skill."""

import math
from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from planner.export import csv_bytes, export_plan
from planner.exported import read_exported
from planner.scenario import Scenario
from planner.skill_groups import TableRefused, default_groups, group_table, groups_of, read_groups
from planner.skill_model import MOST_QUEUES, SkillsRefused, busiest_hours, skill_model
from planner.skill_queues import (
    EXAMPLE,
    PEER_ANSWER,
    QUEUE_COLUMNS,
    is_example,
    queue_table,
    typed_model,
    with_queues,
)
from staffing import agents_required

ZONE = "Europe/Madrid"
QUEUES = {"ventas": "voice", "soporte": "voice", "chat": "chat", "correo": "email", "bot": "bot"}


@pytest.fixture(scope="module")
def two_queues(make_plan):
    scenario = Scenario(zone=ZONE, weeks=2, cost_per_hour=20.0)
    return make_plan(QUEUES, scenario.with_target("voice", patience_s=180))


@pytest.fixture(scope="module")
def model(two_queues):
    return skill_model(two_queues)


@pytest.fixture(scope="module")
def example():
    return typed_model(EXAMPLE)


def codes(refused):
    return refused.value.problems["code"].tolist()


def calls_of(plan):
    return plan.requirement[plan.requirement["channel"] == "voice"]


@given(
    seed=st.integers(0, 10_000),
    interval_min=st.sampled_from([15, 30, 60]),
    closed=st.floats(0.0, 0.7),
)
@settings(max_examples=12, deadline=None)
def test_the_busiest_hours_are_those_that_trying_all_finds(seed, interval_min, closed):
    chance = np.random.default_rng(seed)
    starts = pd.date_range("2026-10-24", "2026-10-26", freq=f"{interval_min}min", tz=ZONE)
    rows = pd.DataFrame({"interval_start": starts, "aht_s": 300.0})
    rows["contacts"] = chance.integers(1, 9, len(starts)).astype(float)
    rows = rows[chance.random(len(rows)) >= closed]
    start, end = busiest_hours(rows, interval_min)
    length, step = end - start, pd.Timedelta(minutes=interval_min)
    assert length == pd.Timedelta(hours=2)
    loads = rows.set_index("interval_start")["contacts"]
    best = max(
        loads[(loads.index >= begin) & (loads.index < begin + length)].sum()
        for begin in starts
        if begin.date() == (begin + length - step).date()
    )
    assert start.date() == (end - step).date()
    assert loads[(loads.index >= start) & (loads.index < end)].sum() == best


def test_the_hours_given_are_taken_on_their_busiest_day_or_on_the_day_given(two_queues):
    rows = calls_of(two_queues)
    start, end = busiest_hours(rows, 30, hours=(600, 720))
    assert (start.hour, end.hour) == (10, 12)
    start, end = busiest_hours(rows, 30, day=date(2026, 10, 21), hours=(7 * 60, 9 * 60))
    # The centre opens at eight.
    assert start == pd.Timestamp("2026-10-21 08:00", tz=ZONE)
    assert end == pd.Timestamp("2026-10-21 09:00", tz=ZONE)


def test_the_model_has_the_contacts_of_the_plan_after_an_hour_at_the_first_pace(two_queues, model):
    rows = calls_of(two_queues)
    rows = rows[(rows["interval_start"] >= model.start) & (rows["interval_start"] < model.end)]
    for queue in model.queues:
        planned = rows[rows["queue"] == queue.name]["contacts"]
        came = np.array(queue.arrivals.contacts)
        assert_allclose(came[model.warm_up :], planned)
        assert_allclose(came[: model.warm_up], planned.iloc[0])
    assert model.warm_up * model.interval_s == 3600
    load = (rows["contacts"] * rows["aht_s"]).sum() / (model.end - model.start).total_seconds()
    assert model.load_erlangs == pytest.approx(load)


def test_targets_patience_and_costs_are_the_plans(model):
    assert {name: target.service_level for name, target in model.targets.items()} == {
        "ventas": 0.8,
        "soporte": 0.8,
    }
    assert [queue.patience.mean_s for queue in model.queues] == [180, 180]
    assert model.costs == {"ventas": 20.0, "soporte": 20.0}
    assert model.currency == "EUR"


def test_the_definition_and_other_promises_go_with_the_target(make_plan):
    options = {"max_abandonment": 0.05, "patience_s": 120, "service_level_definition": "answered"}
    scenario = Scenario(zone=ZONE, weeks=2).with_target("voice", **options)
    target = skill_model(make_plan({"ventas": "voice"}, scenario)).targets["ventas"]
    assert (target.definition, target.max_abandonment) == ("answered", 0.05)


def test_a_definition_that_no_simulation_can_observe_is_told(make_plan):
    options = {"patience_s": 120, "service_level_definition": "virtual"}
    scenario = Scenario(zone=ZONE, weeks=2).with_target("voice", **options)
    model = skill_model(make_plan({"ventas": "voice"}, scenario))
    assert model.targets["ventas"].definition == "offered"
    assert model.notes.to_numpy().tolist() == [["ventas", "definition"]]


def test_whoever_is_left_out_is_named_with_the_reason(model):
    notes = dict(model.notes[["queue", "code"]].itertuples(index=False))
    assert notes == {"chat": "several_at_once", "correo": "deferrable", "bot": "bot"}


def test_a_plan_and_its_folder_make_the_same_model(plan, tmp_path):
    export_plan(plan, tmp_path / "plan")
    here, there = skill_model(plan), skill_model(read_exported(tmp_path / "plan"))
    assert here.queues == there.queues
    assert (here.start, here.end, here.targets) == (there.start, there.end, there.targets)


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"day": date(2027, 1, 1)}, "day_not_planned"),
        ({"hours": (720, 600)}, "hours_unusable"),
        ({"hours": (0, 120)}, "nobody_comes"),
    ],
)
def test_hours_that_cannot_be_staffed_are_refused_with_the_reason(two_queues, asked, code):
    with pytest.raises(SkillsRefused) as refused:
        skill_model(two_queues, **asked)
    assert refused.value.code == code


def test_a_plan_without_calls_or_with_too_many_queues_is_refused(make_plan):
    scenario = Scenario(zone=ZONE, weeks=2)
    with pytest.raises(SkillsRefused, match="no_calls"):
        skill_model(make_plan({"correo": "email"}, scenario))
    many = {f"q{number}": "voice" for number in range(MOST_QUEUES + 1)}
    with pytest.raises(SkillsRefused, match=f"<= {MOST_QUEUES}"):
        skill_model(make_plan(many, scenario))


def test_the_example_is_20_and_15_erlang_and_knows_itself(example, model):
    assert example.load_erlangs == pytest.approx(35.0)
    groups = default_groups(example)
    assert is_example(example, groups)
    assert not is_example(model, default_groups(model))
    other = typed_model(EXAMPLE.assign(contacts=[60.0, 46.0]))
    assert not is_example(other, default_groups(other))
    # Without people who know both, or with few or dear ones, pyworkforce has another answer.
    both = groups[-1]
    for last in ((), (replace(both, most_agents=3),), (replace(both, cost_per_hour=2.5),)):
        assert not is_example(example, (*groups[:-1], *last))


def test_the_peers_answer_is_the_larger_of_two_erlang_c_requirements_below_the_load(example):
    alone = agents_required([20, 15], 300, service_level=0.8, within_s=20)
    assert PEER_ANSWER == alone.max() == 25
    assert example.load_erlangs > PEER_ANSWER


def test_an_unchanged_table_of_queues_changes_nothing(model):
    assert with_queues(model, queue_table(model)).queues == model.queues


def test_a_changed_figure_scales_the_hours_and_leaves_the_rest(model):
    table = queue_table(model)
    table.loc[0, "contacts"] = 2 * model.mean_contacts(model.queues[0])
    table.loc[1, "aht_s"], table.loc[1, "patience_s"] = 600.0, math.nan
    changed = with_queues(model, table)
    before, after = model.queues[0].arrivals.contacts, changed.queues[0].arrivals.contacts
    assert_allclose(after, 2 * np.array(before))
    assert changed.mean_aht_s(changed.queues[1]) == pytest.approx(600)
    assert changed.queues[1].patience is None
    assert changed.queues[1].arrivals == model.queues[1].arrivals


def test_all_that_is_wrong_with_queues_is_listed_at_once():
    rows = [
        ("a", -1.0, 300.0, 0.8, 20.0, math.nan),
        ("a", 10.0, 0.0, 1.2, 20.0, math.nan),
        ("", 10.0, 300.0, math.nan, math.nan, 0.0),
    ]
    with pytest.raises(TableRefused) as refused:
        typed_model(pd.DataFrame(rows, columns=list(QUEUE_COLUMNS)))
    found = refused.value.problems
    assert sorted(zip(found["row"], found["column"], strict=True)) == [
        (1, "contacts"),
        (2, "aht_s"),
        (2, "queue"),
        (2, "service_level"),
        (3, "patience_s"),
        (3, "queue"),
        (3, "service_level"),
        (3, "within_s"),
    ]
    seven = pd.concat([EXAMPLE.head(1)] * 7, ignore_index=True)
    with pytest.raises(TableRefused) as refused:
        typed_model(seven.assign(queue=list("abcdefg")))
    assert codes(refused) == ["queue_too_many"]


def test_groups_proposed_are_one_of_each_queue_and_a_dearer_one_of_all(model):
    *single, every = default_groups(model, "ventas")
    assert [group.skills for group in single] == [("ventas",), ("soporte",)]
    assert every.name not in model.names
    assert (every.skills, every.cost_per_hour) == (("ventas", "soporte"), 22.0)


@pytest.mark.parametrize("dialect", ["plain", "excel_es"])
def test_groups_written_are_the_groups_read(model, dialect):
    groups = default_groups(model, "=todas")
    data = csv_bytes(group_table(groups), dialect)
    assert read_groups(data, model, name="groups.csv") == groups


def test_a_file_may_speak_spanish_leave_cells_blank_and_part_by_commas(model):
    text = "Grupo;Habilidades;Máximo de agentes\nuno;Ventas, SOPORTE;\ndos;soporte;4\n"
    one, two = read_groups(text.encode(), model, name="grupos.csv")
    assert (one.skills, one.most_agents, one.cost_per_hour) == (("ventas", "soporte"), None, 20.0)
    assert (two.skills, two.most_agents) == (("soporte",), 4)


def test_all_that_is_wrong_with_a_file_of_groups_is_listed_at_once(model):
    text = "group,skills,cost per hour,most agents\n,ventas,1,\na,nadie,x,1.5\na,,-3,2\n"
    with pytest.raises(TableRefused) as refused:
        read_groups(text.encode(), model, name="groups.csv")
    found = refused.value.problems
    assert sorted(zip(found["row"], found["code"], strict=True)) == [
        (2, "group_blank"),
        (3, "amount_unusable"),
        (3, "amount_unusable"),
        (3, "group_skill_unknown"),
        (4, "amount_unusable"),
        (4, "group_repeated"),
        (4, "group_without_skills"),
    ]
    twice = "group,skills\na,ventas\na,soporte\n"
    with pytest.raises(TableRefused) as refused:
        read_groups(twice.encode(), model, name="groups.csv")
    assert codes(refused) == ["group_repeated"]


def test_a_queue_whose_name_has_a_comma_is_one_skill(example):
    table = EXAMPLE.assign(queue=["norte, sur", "este"])
    groups = read_groups(
        b'group;skills\na;"norte, sur; este"\n', with_queues(example, table), name="g.csv"
    )
    assert groups[0].skills == ("norte, sur", "este")


def test_a_name_used_twice_is_told_although_the_first_row_has_a_fault_of_its_own(example):
    written = b"group,skills,cost_per_hour\nboth,billing,x\nboth,support,1\n"
    with pytest.raises(TableRefused) as refused:
        read_groups(written, example, name="g.csv")
    assert list(refused.value.problems["code"]) == ["amount_unusable", "group_repeated"]


def test_queues_that_differ_by_capitals_or_hold_a_mark_keep_their_groups():
    names = ["A", "a", "x;y"]
    model = typed_model(pd.concat([EXAMPLE, EXAMPLE.head(1)]).assign(queue=names))
    single = default_groups(model)[:3]
    written = csv_bytes(group_table(single), "plain")
    assert read_groups(written, model, name="g.csv") == single


def test_a_table_without_groups_is_refused(model):
    with pytest.raises(TableRefused) as refused:
        groups_of(pd.DataFrame(columns=["row", *group_table(())]), model)
    assert codes(refused) == ["rows_missing"]
