"""aforo today: a planned day with its intervals so far, from files to files."""

import json

import pandas as pd
import pytest

from planner.cli import main

pytestmark = pytest.mark.usefixtures("unguarded")

HEADER = "queue,channel,interval_start,contacts,aht_s\n"


def rows(first, days, contacts, until=12):
    starts = pd.date_range(f"{first} 09:00", periods=48 * days, freq="30min")
    starts = starts[(starts.hour >= 9) & (starts.hour < until)]
    return [f"calls,voice,{start:%Y-%m-%d %H:%M},{contacts},300" for start in starts]


@pytest.fixture
def files(tmp_path):
    history, scenario = tmp_path / "history.csv", tmp_path / "centre.toml"
    history.write_text(HEADER + "\n".join(rows("2025-09-01", 60, 40)) + "\n", encoding="utf-8")
    scenario.write_text('weeks = 1\nmodels = ["weekday_profile"]\n', encoding="utf-8")
    return ["today", str(history), "--scenario", str(scenario), "--quiet"]


@pytest.fixture
def so_far(tmp_path):
    def file(contacts, *, day="2025-11-03", more=""):
        path = tmp_path / "today.csv"
        lines = rows(day, 1, contacts, until=11)
        path.write_text(HEADER + "\n".join(lines) + "\n" + more, encoding="utf-8")
        return ["--so-far", str(path)]

    return file


@pytest.mark.parametrize(
    ("language", "calm", "busy"),
    [("en", "Leave it", "Agents on the phones: up to +"),
     ("es", "No haga nada", "Agentes en línea: hasta +")],
)  # fmt: skip
def test_a_day_is_told_in_the_readers_language(files, so_far, capsys, language, calm, busy):
    assert main([*files, *so_far(40), "--lang", language]) == 0
    assert calm in capsys.readouterr().out
    assert main([*files, *so_far(80), "--lang", language]) == 0
    assert busy in " ".join(capsys.readouterr().out.split())


def test_programs_get_every_interval_and_the_day_adds_up(files, so_far, tmp_path, capsys):
    out = tmp_path / "today_plan.csv"
    assert main([*files, *so_far(60), "--json", "--out", str(out)]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["day"], told["now"]) == ("2025-11-03", "2025-11-03T11:00:00+00:00")
    (queue,) = told["queues"]
    assert queue["status"] == "above"
    written = pd.read_csv(out)
    assert len(written) == len(told["intervals"]) == 6
    assert written["contacts"].sum() == pytest.approx(queue["day_after"])
    assert written["contacts_came"].sum() == 4 * 60


def test_the_first_interval_of_the_day_is_as_long_as_the_plans(files, tmp_path, capsys):
    path = tmp_path / "today.csv"
    path.write_text(f"{HEADER}calls,voice,2025-11-03 09:00,60,300\n", encoding="utf-8")
    assert main([*files, "--so-far", str(path), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["now"] == "2025-11-03T09:30:00+00:00"


def test_rows_that_cannot_be_used_are_told_and_count_as_unknown(files, so_far, capsys):
    bad = "calls,voice,2025-11-03 11:00,many,300\n"
    assert main([*files, *so_far(40, more=bad), "--lang", "en"]) == 1
    told = capsys.readouterr()
    assert "many" in told.err
    assert "intervals up to 11:00" in told.out


def test_a_day_that_is_over_or_missing_is_wrong_use(files, so_far, capsys):
    assert main([*files, *so_far(40, day="2025-10-01"), "--lang", "en"]) == 2
    assert "start" in capsys.readouterr().err
    assert main([*files, *so_far(40), "--day", "2025-11-05", "--lang", "en"]) == 2
    assert "no contacts of" in " ".join(capsys.readouterr().err.split())
