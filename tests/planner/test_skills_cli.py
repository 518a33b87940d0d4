"""`aforo skills`: the agents by skill of an exported plan."""

import json

import pandas as pd
import pytest

from planner.cli import main
from planner.export import export_plan
from planner.exported import read_exported
from planner.scenario import Scenario
from planner.skill_model import NOTES, REFUSALS, skill_model
from planner.skill_study import staff_by_skill
from planner.text import LANGUAGES, catalogue

FEW = ("--replications", 10, "--threads", 1, "--quiet")


@pytest.fixture(scope="module")
def folder(make_plan, tmp_path_factory):
    out = tmp_path_factory.mktemp("skills") / "plan"
    queues = {"ventas": "voice", "soporte": "voice", "correo": "email"}
    export_plan(make_plan(queues, Scenario(zone="Europe/Madrid", weeks=2, cost_per_hour=20.0)), out)
    return out


def run(*arguments):
    return main([str(argument) for argument in arguments])


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", ("agents on the phones", "misses its target first", "can wait for a quieter hour")),
        ("es", ("agentes en línea", "no cumple su objetivo", "una hora más tranquila")),
    ],
)
def test_groups_levels_and_reasons_are_tables_and_sentences(folder, language, said, capsys):
    assert run("skills", folder, *FEW, "--lang", language) == 0
    shown = " ".join(capsys.readouterr().out.split())
    for words in (*said, "ventas", "soporte", "correo"):
        assert words in shown


def test_a_program_reads_what_the_api_says_and_every_table_in_a_folder(folder, tmp_path, capsys):
    out = tmp_path / "found"
    assert run("skills", folder, *FEW, "--json", "--teach", "--out", out) == 0
    told = json.loads(capsys.readouterr().out)
    plan = read_exported(folder)
    study = staff_by_skill(skill_model(plan), replications=10, seed=plan.scenario.seed)
    found = study.staffing
    assert told["agents"] == found.agents == sum(row["agents"] for row in told["groups"])
    assert told["cost_per_hour"] == pytest.approx(found.cost_per_hour)
    assert (told["status"], told["pooled_agents"]) == (found.status, found.pooled_agents)
    assert len(told["lessons"]) == 6
    for name in ("groups", "queues", "fewer", "notes", "lessons"):
        assert len(pd.read_csv(out / f"skill_{name}.csv")) == len(told[name])
    # The answer's groups are groups to ask with again.
    groups = ("--groups", out / "skill_groups.csv")
    assert run("skills", folder, *FEW, "--json", *groups) == 0
    assert json.loads(capsys.readouterr().out)["agents"] == told["agents"]


def test_a_day_and_hours_are_taken_as_given(folder, capsys):
    hours = ("--day", "2026-10-21", "--from", "10:00", "--to", "11:30")
    assert run("skills", folder, *FEW, *hours, "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert told["start"] == "2026-10-21T10:00:00+02:00"
    assert told["end"] == "2026-10-21T11:30:00+02:00"


def test_groups_that_cannot_keep_the_targets_need_attention(folder, tmp_path, capsys):
    groups = tmp_path / "groups.csv"
    groups.write_text("group,skills\nalone,ventas\n", encoding="utf-8")
    assert run("skills", folder, *FEW, "--groups", groups, "--json") == 1
    told = json.loads(capsys.readouterr().out)
    assert (told["status"], told["out_of_reach"]) == ("infeasible_groups", ["soporte"])
    assert told["gap"] is None


def test_a_file_of_groups_with_faults_is_listed_with_its_lines(folder, tmp_path, capsys):
    groups = tmp_path / "grupos.csv"
    groups.write_text("Grupo;Habilidades\nuno;nadie\n;ventas\n", encoding="utf-8")
    assert run("skills", folder, *FEW, "--groups", groups, "--lang", "es") == 1
    shown = " ".join(capsys.readouterr().out.split())
    assert "«nadie»" in shown
    assert "sin nombre" in shown


@pytest.mark.parametrize(
    ("option", "said"),
    [
        (("--day", "2031-01-01"), "2031-01-01"),
        (("--from", "12:00", "--to", "10:00"), "12:00"),
        (("--to", "06:00"), "Nobody is expected"),
    ],
)
def test_hours_without_calls_are_wrong_use_with_a_reason(folder, option, said, capsys):
    assert run("skills", folder, *FEW, *option, "--lang", "en") == 2
    assert said in capsys.readouterr().err


@pytest.mark.parametrize(
    "option",
    [("--replications", "1"), ("--seed", "-1"), ("--threads", "0"), ("--from", "25:00")],
)
def test_what_cannot_be_is_wrong_use(folder, option):
    with pytest.raises(SystemExit) as left:
        run("skills", folder, *option)
    assert left.value.code == 2


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_code_has_words(language):
    text = catalogue(language)
    told = ("met", "met_within_error", "missed", "infeasible_groups", "infeasible_target")
    for group, names in (("notes", NOTES), ("refused", REFUSALS), ("told", told)):
        for code in names:
            assert f"skills.{group}.{code}" in text
