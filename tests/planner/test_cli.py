import json

import openpyxl
import pandas as pd
import pytest

from planner import commands
from planner.cli import main

HEADER = "queue,channel,interval_start,contacts,aht_s\n"


@pytest.fixture
def history(tmp_path):
    starts = pd.date_range("2025-09-01 09:00", periods=60 * 48, freq="30min")
    starts = starts[(starts.hour >= 9) & (starts.hour < 12)]
    lines = [f"calls,voice,{start:%Y-%m-%d %H:%M},{20 + start.hour},300" for start in starts]
    path = tmp_path / "history.csv"
    path.write_text(HEADER + "\n".join(lines) + "\n", encoding="utf-8")
    return path


@pytest.fixture
def scenario(tmp_path):
    path = tmp_path / "centre.toml"
    path.write_text('name = "Centre"\nweeks = 1\nmodels = ["weekday_profile"]\n', encoding="utf-8")
    return path


def run(*arguments):
    return main([str(argument) for argument in arguments])


def test_the_sample_centre_is_planned_with_one_command(tmp_path, capsys):
    assert run("demo", "--out", tmp_path / "sample", "--lang", "en", "--quiet") == 0
    shown = capsys.readouterr().out
    for queue in ("sales", "support", "chat", "email", "bot"):
        assert queue in shown
    book = openpyxl.load_workbook(tmp_path / "sample" / "plan.xlsx")
    assert book.sheetnames[0] == "Summary"


def test_plan_writes_the_folder_it_promises(history, scenario, tmp_path, capsys):
    out = tmp_path / "plan"
    assert run("plan", history, "--scenario", scenario, "--out", out, "--json", "--quiet") == 0
    told = json.loads(capsys.readouterr().out)
    assert told["folder"] == str(out)
    names = {path.name for path in out.iterdir()}
    assert names == {name.rsplit("/", 1)[-1] for name in told["files"]}
    assert {"plan.xlsx", "requirement.csv", "scenario.toml", "manifest.json"} <= names
    centre = told["totals"][-1]
    assert centre["contacts"] == pytest.approx(sum(row["contacts"] for row in told["totals"][:-1]))


def test_what_the_command_line_states_stands_in_place_of_the_scenario(history, scenario, tmp_path):
    arguments = ["--scenario", scenario, "--service-level", "95/10", "--shrinkage", "0.4"]
    assert run("plan", history, *arguments, "--out", tmp_path / "p", "--quiet") == 0
    written = (tmp_path / "p" / "scenario.toml").read_text(encoding="utf-8")
    assert "service_level = 0.95" in written
    assert "within_s = 10.0" in written
    assert "shrinkage = 0.4" in written
    assert 'name = "Centre"' in written


def test_a_clean_history_is_told_to_be_clean(history, capsys):
    assert run("check", history, "--lang", "en") == 0
    assert "Nothing is wrong" in capsys.readouterr().out


def test_problems_are_listed_in_the_readers_language_and_the_exit_code_says_so(history, capsys):
    with history.open("a", encoding="utf-8") as file:
        file.write("calls,voice,2025-11-05 09:00,many,300\n")
    assert run("check", history, "--lang", "es") == 1
    shown = capsys.readouterr().out
    assert "Error" in shown
    assert "many" in shown
    assert run("check", history, "--json") == 1
    (problem,) = json.loads(capsys.readouterr().out)["problems"]
    assert problem["code"] == "contacts_unreadable"
    lines = history.read_text(encoding="utf-8").count("\n")
    assert problem["row"] == lines


CAMPAIGN = """
[[campaigns]]
name = "Renewals"
from = 2025-11-17
to = 2025-11-21
hours = { mon-fri = "09:00-12:00" }
records = 900
contact_rate = 0.3
aht_s = 200
"""


def test_a_campaign_and_a_team_are_planned_and_compared(history, scenario, tmp_path, capsys):
    apart, together = scenario.read_text(encoding="utf-8"), tmp_path / "together.toml"
    team = '[teams]\n"=front" = ["calls", "Renewals"]\n'
    scenario.write_text(apart + CAMPAIGN, encoding="utf-8")
    together.write_text(apart.replace("Centre", "Together") + team + CAMPAIGN, encoding="utf-8")
    for name, page in (("a", scenario), ("b", together)):
        out = ["--out", tmp_path / name, "--quiet", "--lang", "en"]
        assert run("plan", history, "--scenario", page, *out) == 0
        assert "Renewals" in capsys.readouterr().out
    assert run("compare", tmp_path / "a", tmp_path / "b", "--json") == 0
    rows = json.loads(capsys.readouterr().out)["comparison"]
    paid = next(row for row in rows if row["kpi"] == "paid_h" and row["queue"] == "")
    assert 0 < paid["Together"] < paid["Centre"]


@pytest.mark.parametrize(
    ("page", "said"),
    [
        (CAMPAIGN.replace("records = 900\n", ""), "campaigns.1.records"),
        (CAMPAIGN.replace('"Renewals"', '"calls"'), "calls"),
        ('[teams]\nfront = ["calls"]\n', "teams.front"),
        ('[teams]\nfront = ["calls", "cals"]\n', "teams.front"),
        ('[teams]\nfront = ["calls", "Renewals"]\n' + CAMPAIGN + 'pacing = "dialler"\n', "dialler"),
        ("[queues.calls]\nopening_backlog = 3\n", "queues.calls.opening_backlog"),
        ("[targets.voice]\nservice_level_definition = 'answered'\n", "patience_s"),
        ("[targets.voice]\ncarry_over = 'transient'\npatience_s = 60\nredial_probability = 0.1\n",
         "transient"),
        ("[targets.email]\nopen_at_end = 1\n", "targets.email.open_at_end"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("language", ["en", "es"])
def test_a_campaign_or_a_team_that_cannot_be_is_told_in_a_sentence(
    page, said, language, history, scenario, capsys
):
    with scenario.open("a", encoding="utf-8") as file:
        file.write(page)
    assert run("plan", history, "--scenario", scenario, "--lang", language, "--quiet") == 2
    told = capsys.readouterr()
    assert said in (told.out + told.err).replace("\n", "")
    assert "Traceback" not in told.err


def test_a_plan_is_refused_while_rows_cannot_be_used_and_nothing_is_written(
    history, scenario, tmp_path, capsys
):
    with history.open("a", encoding="utf-8") as file:
        file.write("calls,voice,2025-11-05 09:00,many,300\n")
    arguments = ["plan", history, "--scenario", scenario, "--out", tmp_path / "p", "--quiet"]
    assert run(*arguments) == 1
    assert "--skip-bad-rows" in capsys.readouterr().err
    assert not (tmp_path / "p").exists()
    assert run(*arguments, "--skip-bad-rows") == 0
    manifest = json.loads((tmp_path / "p" / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["rows_left_out"] == 1


def test_plans_of_other_days_are_compared_from_their_folders(history, scenario, tmp_path, capsys):
    for name, factor, dialect in (("today", 1.0, "plain"), ("busier", 1.3, "excel_es")):
        arguments = ["--scenario", scenario, "--name", name, "--volume-factor", factor]
        out = ["--out", tmp_path / name, "--csv", dialect, "--quiet"]
        assert run("plan", history, *arguments, *out) == 0
    capsys.readouterr()
    assert run("compare", tmp_path / "today", tmp_path / "busier", "--json") == 0
    rows = json.loads(capsys.readouterr().out)["comparison"]
    contacts = next(row for row in rows if row["kpi"] == "contacts" and row["queue"] == "calls")
    assert contacts["busier"] == pytest.approx(1.3 * contacts["today"])
    table = tmp_path / "table.csv"
    both = [tmp_path / "today", tmp_path / "busier"]
    assert run("compare", *both, "--out", table, "--lang", "es") == 0
    # Written as every CSV of ours: no name can become a formula.
    assert table.read_text(encoding="utf-8").startswith("queue,channel,kpi,today,busier")
    assert "Comparación" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["plan", "absent.csv"], "absent.csv"),
        (["plan", "HISTORY", "--scenario", "absent.toml"], "absent.toml"),
        (["plan", "HISTORY", "--start", "2020-01-01"], "2020-01-01"),
        (["plan", "HISTORY", "--shrinkage", "1"], "1"),
        (["plan", "HISTORY", "--zone", "Europe/Madird"], "Europe/Madrid"),
        (["plan", "HISTORY", "--models", "prophecy"], "prophet"),
        (["compare", "absent"], "absent"),
        (["value", "absent", "HISTORY"], "absent"),
    ],
)
@pytest.mark.parametrize("language", ["en", "es"])
def test_mistakes_are_answered_with_a_sentence(arguments, said, language, history, capsys):
    given = [history if argument == "HISTORY" else argument for argument in arguments]
    assert run(*given, "--lang", language) in {1, 2}
    told = capsys.readouterr()
    # Words may be broken over lines by the terminal's width.
    assert said in (told.out + told.err).replace("\n", "")
    assert "Traceback" not in told.err


@pytest.mark.parametrize(
    "arguments",
    [
        ["paln"],
        ["plan"],
        ["plan", "x.csv", "--weeks", "few"],
        ["plan", "x.csv", "--start", "soon"],
        ["plan", "x.csv", "--service-level", "80"],
    ],
)
def test_wrong_use_says_where_help_is(arguments, capsys):
    with pytest.raises(SystemExit) as left:
        main([*arguments, "--lang", "en"])
    assert left.value.code == 2
    assert "--help" in capsys.readouterr().err


@pytest.mark.parametrize("command", ["check", "import", "plan", "compare", "value", "demo", "app"])
@pytest.mark.parametrize(("language", "word"), [("en", "Example"), ("es", "Ejemplo")])
def test_every_command_teaches_by_example(command, language, word, capsys):
    with pytest.raises(SystemExit) as left:
        main([command, "--help", "--lang", language])
    assert left.value.code == 0
    assert f"{word}" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("environment", "word"),
    [({"LANG": "es_ES.UTF-8"}, "Órdenes"), ({"LANG": "de_DE"}, "Commands"),
     ({"AFORO_LANG": "en", "LANG": "es_ES"}, "Commands")],
)  # fmt: skip
def test_the_terminals_language_is_spoken(environment, word, monkeypatch, capsys):
    for variable in ("AFORO_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(variable, raising=False)
    for variable, value in environment.items():
        monkeypatch.setenv(variable, value)
    with pytest.raises(SystemExit):
        main([])
    assert word in capsys.readouterr().out


def test_cancelling_leaves_nothing_behind(history, scenario, tmp_path, monkeypatch, capsys):
    def cancel(*_arguments, **_options):
        raise KeyboardInterrupt

    monkeypatch.setattr(commands, "make_plan", cancel)
    out = tmp_path / "p"
    assert run("plan", history, "--scenario", scenario, "--out", out, "--lang", "en") == 130
    assert "Cancelled" in capsys.readouterr().err
    assert not out.exists()


def test_the_app_finds_a_free_port_and_says_where_it_is(monkeypatch, tmp_path, capsys):
    import socket

    called = []
    own = tmp_path / "centre.aforo"
    monkeypatch.setattr(
        commands.subprocess, "call", lambda command, env: called.append((command, env)) or 0
    )
    with socket.create_server(("localhost", 0)) as taken:
        port = taken.getsockname()[1]
        assert run("app", "--port", port, "--store", own, "--lang", "en") == 0
    ((command, environment),) = called
    assert environment["AFORO_STORE"] == str(own)
    chosen = int(command[command.index("--server.port") + 1])
    assert chosen > port
    assert f"http://localhost:{chosen}" in capsys.readouterr().out
