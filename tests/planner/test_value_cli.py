"""`aforo value`: an exported plan held against what came since."""

import json

import pandas as pd
import pytest

from planner.cli import main

EDITS = """
[[edits]]
name = "Television"
from = 2025-11-03
to = 2025-11-09
factor = 1.5

[[edits]]
name = "Feria"
queues = ["calls"]
from = 2025-11-10
to = 2025-11-10
contacts = 50
"""


def run(*arguments):
    return main([str(argument) for argument in arguments])


def write_history(path, days, *, late=1.0):
    """Three hours a day of 20 to 22 contacts; from November on times `late`."""
    starts = pd.date_range("2025-09-01 09:00", periods=days * 48, freq="30min")
    starts = starts[(starts.hour >= 9) & (starts.hour < 12)]
    lines = ["queue,channel,interval_start,contacts,aht_s"]
    for start in starts:
        contacts = (11 + start.hour) * (late if start >= pd.Timestamp("2025-11-01") else 1)
        lines.append(f"calls,voice,{start:%Y-%m-%d %H:%M},{contacts:.0f},300")
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


@pytest.fixture
def november(tmp_path, capsys):
    """A plan of the two weeks from 2025-11-03 on, with two edits, in a folder."""
    scenario = tmp_path / "centre.toml"
    page = 'weeks = 2\nlead_days = 0\nmodels = ["weekday_profile"]\n'
    scenario.write_text(page + EDITS, encoding="utf-8")
    history = write_history(tmp_path / "until_october.csv", 61)
    out = tmp_path / "november"
    assert run("plan", history, "--scenario", scenario, "--out", out, "--quiet") == 0
    capsys.readouterr()
    return out


@pytest.mark.parametrize(("language", "said"), [("en", "too early"), ("es", "pronto")])
def test_the_value_of_each_edit_is_a_table_and_a_sentence(
    november, tmp_path, language, said, capsys
):
    history = write_history(tmp_path / "now.csv", 80, late=1.5)
    assert run("value", november, history, "--lang", language) == 0
    shown = capsys.readouterr().out
    assert "Television" in shown
    assert "Feria" in shown
    assert said in shown


def test_a_program_reads_the_same_as_json_and_as_csv(november, tmp_path, capsys):
    history, out = write_history(tmp_path / "now.csv", 80, late=1.5), tmp_path / "value.csv"
    assert run("value", november, history, "--json", "--out", out) == 0
    told = json.loads(capsys.readouterr().out)["edits"]
    assert [row["name"] for row in told] == ["Television", "Feria", ""]
    good, bad, every = told
    assert good["value_added"] == pytest.approx(good["wape_before"] - good["wape_after"])
    assert good["verdict"] == "helped"
    assert good["value_added"] > 0.2
    assert bad["value_added"] < 0
    assert every["intervals"] == good["intervals"] + bad["intervals"] == 48
    table = pd.read_csv(out)
    assert table["value_added"].tolist() == pytest.approx([row["value_added"] for row in told])


def test_before_anything_came_that_is_what_is_said(november, tmp_path, capsys):
    history = write_history(tmp_path / "now.csv", 61)
    assert run("value", november, history, "--lang", "en") == 0
    assert "Nothing is known yet" in capsys.readouterr().out


def test_a_plan_without_edits_says_so(november, tmp_path, capsys):
    scenario = tmp_path / "bare.toml"
    scenario.write_text('weeks = 1\nmodels = ["weekday_profile"]\n', encoding="utf-8")
    history = tmp_path / "until_october.csv"
    bare = tmp_path / "bare"
    assert run("plan", history, "--scenario", scenario, "--out", bare, "--quiet") == 0
    assert run("value", bare, history, "--lang", "en") == 0
    assert "has no edits" in capsys.readouterr().out
    # The edits of another export do not belong to this demand.
    (bare / "scenario.toml").write_bytes((november / "scenario.toml").read_bytes())
    assert run("value", bare, history, "--lang", "en") == 2
    assert "one export" in " ".join(capsys.readouterr().err.split())
