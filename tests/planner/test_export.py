import hashlib
import io
import json
import tomllib

import pandas as pd
import pytest

from planner.export import FILES, ExportRefused, csv_bytes, export_plan
from planner.scenario_file import read_scenario
from planner.summary import queue_totals

HOSTILE_TEXTS = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "\0=1", "＝1", "－1"]


@pytest.fixture(scope="module")
def folder(plan, tmp_path_factory):
    folder = tmp_path_factory.mktemp("export") / "plan"
    export_plan(plan, folder, created="2026-11-02T09:00:00+01:00")
    return folder


def test_an_export_is_these_files_and_no_others(folder):
    assert sorted(path.name for path in folder.iterdir()) == sorted(FILES)
    assert [path.name for path in folder.parent.iterdir()] == ["plan"]


def test_the_scenario_is_read_back_equal(plan, folder):
    assert read_scenario(folder / "scenario.toml") == plan.scenario


def test_the_requirement_is_read_back_equal(plan, folder):
    table = pd.read_csv(folder / "requirement.csv", float_precision="round_trip")
    starts = pd.to_datetime(table["interval_start"], utc=True).dt.tz_convert("Europe/Madrid")
    back = table.assign(interval_start=starts)
    pd.testing.assert_frame_equal(back, plan.requirement, check_exact=True)


def test_the_repeated_hour_of_autumn_is_told_apart_by_its_offset(folder):
    starts = pd.read_csv(folder / "requirement.csv")["interval_start"]
    assert {"2026-10-25T02:00:00+02:00", "2026-10-25T02:00:00+01:00"} <= set(starts)


def test_the_summary_adds_up_to_the_requirement(plan, folder):
    summary = pd.read_csv(folder / "summary.csv")
    assert summary["paid_h"].sum() == pytest.approx(plan.requirement["paid_h"].sum())
    days = pd.read_csv(folder / "days.csv")
    assert days["paid_h"].sum() == pytest.approx(plan.requirement["paid_h"].sum())
    assert days["date"].str.fullmatch(r"\d{4}-\d\d-\d\d").all()


def test_the_manifest_says_what_made_the_files_and_hashes_each(plan, folder):
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["input_sha256"] == plan.provenance.input_sha256
    assert manifest["libraries"] == {"numpy": "2.0.0"}
    assert manifest["created"] == "2026-11-02T09:00:00+01:00"
    assert set(manifest["files"]) == set(FILES) - {"manifest.json"}
    for name, sha256 in manifest["files"].items():
        assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == sha256


def test_the_same_plan_gives_the_same_files(plan, folder, tmp_path):
    export_plan(plan, tmp_path / "again", created="2026-11-02T09:00:00+01:00")
    for name in FILES:
        assert (tmp_path / "again" / name).read_bytes() == (folder / name).read_bytes()


def test_a_spanish_excel_reads_its_own_dialect(plan, tmp_path):
    export_plan(plan, tmp_path / "es", language="es", csv_dialect="excel_es")
    data = (tmp_path / "es" / "summary.csv").read_bytes()
    assert data.startswith(b"\xef\xbb\xbfqueue;channel;contacts;")
    table = pd.read_csv(io.BytesIO(data), sep=";", decimal=",", encoding="utf-8-sig")
    weeks, contract = plan.scenario.weeks, plan.scenario.contract_hours_per_week
    totals = queue_totals(plan.requirement, weeks=weeks, contract_h_per_week=contract)
    assert table["contacts"].to_numpy() == pytest.approx(totals["contacts"].to_numpy())


@pytest.mark.parametrize("hostile", HOSTILE_TEXTS)
def test_text_that_begins_like_a_formula_gets_an_apostrophe(hostile):
    table = pd.DataFrame({"queue": [hostile, "plain"], hostile: [-1.5, 2.0]})
    back = pd.read_csv(io.BytesIO(csv_bytes(table)), keep_default_na=False)
    assert back["queue"].iloc[0].startswith("'")
    assert back["queue"].iloc[1] == "plain"
    assert back.columns[1].startswith("'")


def test_negative_numbers_stay_numbers():
    assert csv_bytes(pd.DataFrame({"bias": [-0.5]})) == b"bias\n-0.5\n"


def test_a_former_export_is_replaced_and_files_of_others_are_left_alone(plan, tmp_path):
    export_plan(plan, tmp_path)
    (tmp_path / "notes.txt").write_text("mine", encoding="utf-8")
    (tmp_path / "summary.csv").write_text("touched", encoding="utf-8")
    export_plan(plan, tmp_path)
    assert (tmp_path / "notes.txt").read_text(encoding="utf-8") == "mine"
    assert (tmp_path / "summary.csv").read_text(encoding="utf-8") != "touched"


@pytest.mark.parametrize("manifest", [None, "{}", "not json", "[1]"])
def test_files_of_the_same_name_that_no_export_wrote_are_not_lost(plan, tmp_path, manifest):
    (tmp_path / "summary.csv").write_text("mine", encoding="utf-8")
    if manifest is not None:
        (tmp_path / "manifest.json").write_text(manifest, encoding="utf-8")
    with pytest.raises(ExportRefused) as caught:
        export_plan(plan, tmp_path)
    assert caught.value.code == "folder_holds_others"
    assert (tmp_path / "summary.csv").read_text(encoding="utf-8") == "mine"


def test_a_file_is_not_a_folder(plan, tmp_path):
    (tmp_path / "plan").write_text("mine", encoding="utf-8")
    with pytest.raises(ExportRefused) as caught:
        export_plan(plan, tmp_path / "plan")
    assert caught.value.code == "folder_is_a_file"


def test_a_failure_leaves_the_folder_as_it_was(plan, tmp_path, monkeypatch):
    export_plan(plan, tmp_path / "plan")
    before = {path.name: path.read_bytes() for path in (tmp_path / "plan").iterdir()}
    monkeypatch.setattr("planner.export.FILES", (*FILES, "a name without content"))
    with pytest.raises(KeyError):
        export_plan(plan, tmp_path / "plan")
    assert {path.name: path.read_bytes() for path in (tmp_path / "plan").iterdir()} == before
    assert [path.name for path in tmp_path.iterdir()] == ["plan"]


def test_an_unknown_dialect_is_refused_before_anything_is_written(plan, tmp_path):
    with pytest.raises(ValueError, match="csv_dialect"):
        export_plan(plan, tmp_path / "plan", csv_dialect="german")
    assert not (tmp_path / "plan").exists()


def test_a_hostile_queue_is_harmless_in_every_file(hostile_plan, tmp_path):
    export_plan(hostile_plan, tmp_path / "plan")
    for name in ("requirement.csv", "summary.csv", "days.csv", "model_choice.csv"):
        queues = pd.read_csv(tmp_path / "plan" / name)["queue"]
        assert not queues.str.startswith(("=", "@", "+", "-")).any()
    page = tomllib.loads((tmp_path / "plan" / "scenario.toml").read_text(encoding="utf-8"))
    assert page["name"] == "=1+1"
