import json
import sys

import pandas as pd
import pytest

from forecasting.reading.mapping import read_mapping
from planner.cli import main
from planner.store import HistoryStore

ZONE = "Europe/Madrid"
HEADER = "queue,channel,interval_start,contacts,aht_s\n"


def run(*arguments):
    return main([str(argument) for argument in arguments])


def written(path, days, *, first="2026-03-02", contacts=20):
    starts = pd.date_range(f"{first} 09:00", periods=48 * days, freq="30min")
    starts = starts[(starts.hour >= 9) & (starts.hour < 14)]
    lines = [f"calls,voice,{start:%Y-%m-%d %H:%M},{contacts + start.hour},300" for start in starts]
    path.write_text(HEADER + "\n".join(lines) + "\n", encoding="utf-8")
    return path


@pytest.fixture
def march(tmp_path):
    return written(tmp_path / "march.csv", 28)


@pytest.fixture
def store(tmp_path):
    return tmp_path / "centre.aforo"


def told(capsys):
    return json.loads(capsys.readouterr().out)


def test_a_second_import_extends_the_first_and_says_what_it_did(march, store, tmp_path, capsys):
    assert run("import", march, "--store", store, "--zone", ZONE, "--json") == 0
    assert told(capsys)["added"] == 280
    later = written(tmp_path / "later.csv", 14, first="2026-03-23")
    assert run("import", later, "--store", store, "--zone", ZONE, "--note", "late", "--json") == 0
    said = told(capsys)
    assert (said["version"], said["added"], said["identical"]) == (2, 70, 70)
    assert said["rows"] == 350
    first, second = HistoryStore(store).versions("centre")
    assert (first.note, second.note) == ("", "late")
    assert second.sources[0].name == "later.csv"
    assert 'kind = "intervals"' in second.sources[0].mapping


@pytest.mark.parametrize(("option", "kept"), [([], 129), (["--keep"], 29)])
def test_corrections_are_shown_and_taken_over_unless_told_to_keep(
    option, kept, march, store, tmp_path, capsys
):
    run("import", march, "--store", store, "--zone", ZONE)
    corrected = written(tmp_path / "corrected.csv", 30, contacts=120)
    capsys.readouterr()
    assert run("import", corrected, "--store", store, "--zone", ZONE, "--lang", "en", *option) == 0
    assert "Before" in capsys.readouterr().out
    assert HistoryStore(store).read()[0]["contacts"].iloc[0] == kept


def test_importing_the_same_file_again_makes_no_version(march, store, capsys):
    for _ in range(2):
        assert run("import", march, "--store", store, "--zone", ZONE, "--lang", "en") == 0
    assert "Nothing new" in capsys.readouterr().out
    assert len(HistoryStore(store).versions("centre")) == 1


@pytest.mark.parametrize("language", ["en", "es"])
def test_faulty_files_are_accepted_only_without_their_faulty_rows(march, store, language, capsys):
    with march.open("a", encoding="utf-8") as file:
        file.write("calls,voice,2026-04-05 09:00,many,300\n")
    arguments = ["import", march, "--store", store, "--zone", ZONE, "--lang", language]
    assert run(*arguments) == 1
    assert not store.exists()
    assert run(*arguments, "--skip-bad-rows") == 0
    assert "Traceback" not in capsys.readouterr().err


@pytest.mark.parametrize("command", ["check", "plan"])
def test_a_store_stands_where_a_file_does(command, march, store, tmp_path, capsys):
    assert run("import", march, "--store", store, "--zone", ZONE) == 0
    own = ["--weeks", "1", "--models", "weekday_profile", "--quiet", "--out", tmp_path / "p"]
    capsys.readouterr()
    assert run(command, store, "--json", *(own if command == "plan" else [])) == 0
    said = told(capsys)
    if command == "check":
        assert said["reading"]["zone"] == ZONE
        assert said["reading"]["rows_used"] == 280
    else:
        assert said["totals"][-1]["contacts"] > 0


def test_an_older_version_can_be_asked_for(march, store, tmp_path, capsys):
    run("import", march, "--store", store, "--zone", ZONE)
    later = written(tmp_path / "later.csv", 14, first="2026-03-30")
    run("import", later, "--store", store, "--zone", ZONE)
    capsys.readouterr()
    assert run("check", store, "--stored-version", "1", "--json") == 0
    assert told(capsys)["reading"]["rows_used"] == 280
    assert run("check", store, "--stored-version", "7", "--lang", "en") == 2
    assert "7" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda path: written(path, 2).write_text(HEADER), "No se aceptó nada"),
        (lambda path: path.write_bytes(b"SQLite format 3\x00" + bytes(600)), "calls"),
    ],
)
def test_what_is_no_history_is_refused_with_a_sentence(change, said, store, tmp_path, capsys):
    path = tmp_path / "calls.csv"
    change(path)
    assert run("import", path, "--store", store, "--lang", "es") in {1, 2}
    shown = capsys.readouterr()
    assert "Traceback" not in shown.err
    assert said in shown.out + shown.err
    assert not store.exists()


def test_a_store_is_never_written_over_a_file_of_something_else(march, tmp_path, capsys):
    other = tmp_path / "notes.txt"
    other.write_text("my notes", encoding="utf-8")
    assert run("import", march, "--store", other, "--zone", ZONE, "--lang", "en") == 2
    assert other.read_text(encoding="utf-8") == "my notes"
    assert "notes.txt" in capsys.readouterr().err


def test_a_saved_mapping_reads_the_next_file_in_the_same_way(tmp_path, capsys):
    path, saved = tmp_path / "abril.csv", tmp_path / "choices.toml"
    lines = [
        f"03/04/2026 {hour:02}:{half};{hour}" for hour in range(9, 15) for half in ("00", "30")
    ]
    path.write_text("inicio;llamadas\n" + "\n".join(lines), encoding="utf-8")
    assert run("check", path, "--json") in {0, 1}
    (question,) = told(capsys)["questions"]
    assert question["key"] == "date_order"
    answer = ["--answer", "date_order=mdy", "--save-mapping", saved, "--json"]
    assert run("check", path, *answer) == 0
    said = told(capsys)
    assert said["questions"] == []
    assert said["reading"]["first_interval"].startswith("2026-03-04T09:00")
    assert read_mapping(saved).date_order == "mdy"
    assert run("check", path, "--mapping", saved, "--json") == 0
    assert told(capsys)["reading"] == said["reading"]


@pytest.mark.parametrize("language", ["en", "es"])
def test_a_question_is_told_with_the_answers_to_type(language, tmp_path, capsys):
    path = tmp_path / "abril.csv"
    path.write_text("inicio;llamadas\n03/04/2026 09:00;5\n03/04/2026 09:30;6\n", encoding="utf-8")
    run("check", path, "--lang", language)
    assert "--answer date_order=mdy" in capsys.readouterr().out


@pytest.mark.parametrize("page", ['date_order = "dym"', "colour = 3", "= ="])
def test_a_faulty_mapping_is_refused_in_sentences(page, march, tmp_path, capsys):
    choices = tmp_path / "choices.toml"
    choices.write_text(page, encoding="utf-8")
    assert run("check", march, "--mapping", choices, "--lang", "es") == 2
    assert capsys.readouterr().err


def test_an_answer_must_be_one(march, capsys):
    assert run("check", march, "--answer", "date_order=yes", "--lang", "en") == 2
    with pytest.raises(SystemExit):
        run("check", march, "--answer", "dmy")
    assert "dmy" in capsys.readouterr().err


def test_several_files_are_one_history(march, tmp_path, capsys):
    april = written(tmp_path / "april.csv", 28, first="2026-03-30")
    assert run("check", march, april, "--json") == 0
    assert told(capsys)["reading"]["rows_used"] == 560


def test_the_report_is_written_for_a_spreadsheet_and_carries_no_formula(march, tmp_path):
    with march.open("a", encoding="utf-8") as file:
        file.write("=cmd|x,voice,2026-04-05 09:00,=1+1,300\n")
    report = tmp_path / "report.csv"
    assert run("check", march, "--report", report, "--lang", "en") == 1
    rows = report.read_text(encoding="utf-8").splitlines()
    assert rows[0].startswith("severity,code,file,row,column,queue,found,expected,sheet,done")
    assert not any(cell.startswith("=") for row in rows for cell in row.split(","))


def test_repairs_that_are_left_are_an_assumption_of_the_plan(march, tmp_path):
    own = ["--weeks", "1", "--models", "weekday_profile", "--quiet", "--out", tmp_path / "p"]
    assert run("plan", march, "--repairs-off", "outage,day_zero", *own) == 0
    page = (tmp_path / "p" / "scenario.toml").read_text(encoding="utf-8")
    assert '"outage"' in page
    assert '"day_zero"' in page
    assert run("plan", march, "--repairs-off", "outtage", *own) == 2


@pytest.mark.skipif(sys.platform == "win32", reason="a folder is no file there either")
def test_a_folder_that_does_not_exist_is_told(march, tmp_path, capsys):
    store = tmp_path / "absent" / "centre.aforo"
    assert run("import", march, "--store", store, "--lang", "en") == 2
    assert "centre.aforo" in capsys.readouterr().err
