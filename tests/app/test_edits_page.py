"""Editing the forecast by hand, and what edits were worth, on the pages."""

import io
import zipfile
from dataclasses import replace
from datetime import date

import pandas as pd
import pytest

from planner.edits import Edit
from planner.export import export_plan
from planner.intake import load_history
from planner.plan import make_plan
from planner.views import forecast_job

OCTOBER = date(2026, 10, 5)  # the last week of the history


def write(visitor, editor, row, figure):
    """Write a figure into a table, as a cell's editor would report it."""
    keys = [table.key for table in visitor.app.data_editor]
    (key,) = [key for key in keys if key.startswith(f"edit_{editor}_")]
    cells = {"edited_rows": {row: {"contacts": figure}}, "added_rows": [], "deleted_rows": []}
    visitor.app.session_state[key] = cells
    return visitor.run()


def keep(visitor, reason):
    (box,) = [box for box in visitor.app.text_input if box.key.startswith("edit_reason_")]
    box.set_value(reason)
    visitor.run()
    visitor.app.button(key="edit_keep").click()
    return visitor.run()


def edits_in_use(visitor):
    return visitor.app.session_state["scenario"].edits


@pytest.fixture
def editing(visit):
    return visit("forecast").select("Cola", "Soporte")


def test_a_figure_written_beside_a_day_becomes_an_edit_and_forecasts_nothing_again(
    editing, monkeypatch
):
    monkeypatch.setattr(forecast_job, "make_plan", None)
    before = editing.measure("Contactos previstos")
    write(editing, "days", 2, 333.0)
    keep(editing, "Anuncio")
    (edit,) = edits_in_use(editing)
    assert (edit.name, edit.queues, edit.contacts) == ("Anuncio", ("Soporte",), 333.0)
    assert edit.first == edit.last == date(2026, 10, 14)
    assert "**Anuncio**" in editing.words()
    assert "→ 333 contactos" in editing.words()
    assert editing.measure("Contactos previstos") != before
    editing.app.button(key="edit_delete_0").click()
    editing.run()
    assert edits_in_use(editing) == ()
    assert editing.measure("Contactos previstos") == before


def test_the_intervals_of_a_day_can_be_edited_too(editing):
    write(editing, "intervals", 1, 70.0)
    keep(editing, "Reunión")
    (edit,) = edits_in_use(editing)
    assert (edit.hours, edit.contacts) == ((570, 600), 70.0)
    assert edit.first == edit.last == date(2026, 10, 12)


def test_an_edit_without_a_reason_is_not_kept(editing):
    write(editing, "days", 0, 333.0)
    keep(editing, "  ")
    assert "Diga por qué" in editing.words()
    assert edits_in_use(editing) == ()


def test_while_nothing_is_written_there_is_nothing_to_keep(editing):
    assert editing.app.button(key="edit_keep").disabled


def test_reasons_and_queues_are_shown_as_they_are_written(visit, quick_scenario, hostile_name):
    day = date(2026, 10, 13)
    name = "![x](http://evil.example/x.png)"
    hostile = Edit(name=name, first=day, last=day, queues=(hostile_name,), factor=2.0)
    late = replace(hostile, name="Pasado", first=date(2026, 9, 1), last=date(2026, 9, 1))
    visitor = visit("forecast", scenario=replace(quick_scenario, edits=(hostile, late)))
    assert r"\!\[x\]" in visitor.words()
    assert name not in visitor.words()
    assert "no toca ningún intervalo" in visitor.words()
    for page in ("requirement", "what-if", "export", "accuracy", "today"):
        visitor.go(page)


@pytest.fixture(scope="module")
def earlier(small_history, quick_scenario, tmp_path_factory):
    """A plan of the last week of the history, made before that week, with two edits, as a ZIP."""
    edits = (
        Edit(name="Acierto", first=OCTOBER, last=date(2026, 10, 9), queues=("Chat",), factor=1.0),
        Edit(name="Error", first=OCTOBER, last=date(2026, 10, 9), queues=("Soporte",), factor=2.0),
    )
    scenario = replace(quick_scenario, start=OCTOBER, weeks=1, edits=edits)
    history = small_history({"Soporte": "voice", "Chat": "chat"})
    known = history[pd.to_datetime(history["interval_start"]) < pd.Timestamp(OCTOBER)]
    reading = load_history(known.to_csv(index=False).encode(), scenario, name="h.csv")
    folder = tmp_path_factory.mktemp("earlier") / "plan"
    files = export_plan(make_plan(reading, scenario), folder)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for file in files:
            archive.write(file, file.name)
    return packed.getvalue()


def test_an_earlier_plan_is_held_against_the_history_in_use(visit, earlier):
    visitor = visit("accuracy")
    charts = len(visitor.app.get("vega_lite_chart"))
    visitor.app.file_uploader(key="earlier_plan_upload").upload("octubre.zip", earlier)
    visitor.run()
    assert "octubre.zip: plan «Prueba» con 2 ajustes" in visitor.words().replace("\\", "")
    assert "aún es pronto" in visitor.words()
    assert len(visitor.app.get("vega_lite_chart")) == charts + 1
    table = visitor.app.dataframe[-1].value
    assert table["Ajuste"].tolist() == ["1. Acierto", "2. Error", "Todos los ajustes"]
    assert table["Veredicto"].tolist() == ["no cambió nada", "aún es pronto", "aún es pronto"]
    visitor.go("forecast").go("accuracy")
    assert "octubre.zip" in visitor.words().replace("\\", "")
    visitor.app.button(key="earlier_forget").click()
    assert "octubre.zip" not in visitor.run().words().replace("\\", "")


def test_a_file_that_is_no_plan_says_so(visit):
    visitor = visit("accuracy")
    visitor.app.file_uploader(key="earlier_plan_upload").upload("otro.zip", b"PK\x03\x04 nothing")
    visitor.run()
    assert "no contiene un plan exportado" in visitor.words().replace("\\", "")
