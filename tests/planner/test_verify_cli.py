"""`aforo verify`: an exported plan in the hands of the judge."""

import json
from functools import partial

import pandas as pd
import pytest

from planner import judge
from planner.cli import main
from planner.export import export_plan
from planner.verification import Verification


@pytest.fixture(scope="module")
def folder(plan, tmp_path_factory):
    out = tmp_path_factory.mktemp("verify") / "plan"
    export_plan(plan, out)
    return out


def run(*arguments):
    return main([str(argument) for argument in arguments])


@pytest.mark.parametrize(
    ("language", "said"),
    [("en", ("the plan promises", "bots answer")), ("es", ("el plan promete", "los bots"))],
)
def test_promise_simulation_and_reasons_are_tables_and_sentences(folder, language, said, capsys):
    assert run("verify", folder, "--replications", 3, "--quiet", "--lang", language) == 0
    shown = " ".join(capsys.readouterr().out.split())
    for words in (*said, "ventas", "correo"):
        assert words in shown


def test_a_program_reads_json_and_every_table_in_a_folder(folder, tmp_path, capsys):
    out = tmp_path / "verified"
    options = ("--replications", 3, "--threads", 1, "--json")
    assert run("verify", folder, *options, "--out", out) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["replications"] == 3
    for name in ("queues", "steps", "chances", "days", "intervals", "notes"):
        assert len(pd.read_csv(out / f"verified_{name}.csv")) == len(told[name])
    alone = tmp_path / "intervals.csv"
    assert run("verify", folder, *options, "--out", alone) == 0
    assert len(pd.read_csv(alone)) == len(told["intervals"])


@pytest.mark.parametrize(
    "option",
    [
        ("--replications", "1"),
        ("--half-width", "0"),
        ("--seed", "-1"),
        ("--threads", "0"),
        ("--threads", "5000"),
    ],
)
def test_what_cannot_be_is_wrong_use(folder, option):
    with pytest.raises(SystemExit) as left:
        run("verify", folder, *option)
    assert left.value.code == 2


def test_what_is_less_sure_than_asked_for_is_told(folder, monkeypatch, capsys):
    monkeypatch.setattr(judge, "verify", partial(judge.verify, most_replications=4))
    asked = ("--half-width", "0.0001", "--replications", 3, "--quiet", "--lang", "en")
    assert run("verify", folder, *asked) == 0
    assert "Not as sure as asked for" in capsys.readouterr().err


def test_a_roster_s_problems_are_in_the_json_too(folder, tmp_path, capsys):
    faulty = tmp_path / "roster.csv"
    faulty.write_text("agent,date,start,end,skills\nAna,2026-10-12,nine,17:00,ventas\n")
    assert run("verify", folder, "--roster", faulty, "--json") == 1
    told = json.loads(capsys.readouterr().out)
    assert [problem["code"] for problem in told["problems"]] == ["time_unreadable"]


def test_a_folder_without_a_plan_is_wrong_use(tmp_path, capsys):
    assert run("verify", tmp_path, "--lang", "en") == 2
    assert capsys.readouterr().err


def test_interrupted_it_shows_what_is_known(folder, monkeypatch, capsys):
    with_lot = Verification.with_lot

    def interrupt(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(Verification, "with_lot", interrupt)
    assert run("verify", folder, "--replications", 12, "--quiet", "--lang", "en") == 0
    said = capsys.readouterr()
    assert "Stopped after 10 replications" in said.err
    assert "the plan promises" in " ".join(said.out.split())
    monkeypatch.setattr(Verification, "with_lot", with_lot)


HEAD = "agente;fecha;inicio;fin;descansos;habilidades\n"


@pytest.fixture
def roster(tmp_path):
    """Two people with hostile names, a break, and a shift outside the plan."""
    path = tmp_path / "turnos.csv"
    rows = (
        "=cmd|x;20/10/2026;09:00;17:00;11:00-11:30;ventas",
        "[red]Luis;2026-10-20;22:00;06:00;;correo",
        "[red]Luis;2026-12-20;22:00;06:00;;correo",
    )
    path.write_text(HEAD + "\n".join(rows) + "\n", encoding="utf-8")
    return path


def test_a_roster_is_simulated_in_place_of_the_plan_s_numbers(folder, roster, tmp_path, capsys):
    out = tmp_path / "verified"
    options = ("--roster", roster, "--replications", 3, "--quiet", "--lang", "en", "--out", out)
    assert run("verify", folder, *options) == 0
    shown = " ".join(capsys.readouterr().out.split())
    for words in ("2 agents, 2 shifts", "Breaks", "Nobody in the roster serves", "chat"):
        assert words in shown
    agents = pd.read_csv(out / "verified_agents.csv")
    assert agents["agent"].tolist() == ["'=cmd|x", "[red]Luis"]
    assert agents["rostered_h"].tolist() == [8.0, 8.0]
    steps = set(pd.read_csv(out / "verified_steps.csv")["step"])
    assert {"shifts", "breaks", "skills", "absence"} <= steps
    assert run("verify", folder, *options[:5], "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert [agent["agent"] for agent in told["agents"]] == ["=cmd|x", "[red]Luis"]
    assert told["roster"] == {"name": "turnos.csv", "agents": 2, "shifts": 2, "left_out": 1}


@pytest.mark.parametrize("language", ["en", "es"])
def test_a_roster_with_faults_is_a_list_of_them_and_nothing_is_simulated(
    folder, roster, language, capsys
):
    roster.write_text(
        HEAD + "Ana;mañana;9;17;;tienda\n;2026-10-20;9;17;;ventas\n", encoding="utf-8"
    )
    assert run("verify", folder, "--roster", roster, "--lang", language) == 1
    said = capsys.readouterr()
    for words in ("mañana", "tienda"):
        assert words in " ".join(said.out.split())
    assert said.err
    assert run("verify", folder, "--roster", roster.parent / "none.csv", "--lang", language) == 1
