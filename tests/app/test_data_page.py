import json
import sqlite3

import pandas as pd
import pytest

from forecasting.reading.mapping import parse_mapping
from planner.cli import main
from planner.views import store_in_use

ZONE = "Europe/Madrid"


def press(visitor, key):
    visitor.app.button(key=key).click()
    return visitor.run()


def switch(visitor, label, *, on):
    (toggle,) = [one for one in visitor.app.toggle if label in one.label]
    toggle.set_value(on)
    return visitor.run()


@pytest.fixture
def ambiguous_csv():
    hours = pd.date_range("2026-04-03 09:00", periods=12, freq="30min")
    lines = [f"{hour:%d/%m/%Y %H:%M},{20 + hour.hour}" for hour in hours]
    return "\n".join(["start,contacts", *lines]).encode()


@pytest.fixture
def holed_csv(small_history):
    """A queue with a day of nothing but zeros."""
    frame = small_history({"Soporte": "voice"})
    frame.loc[frame["interval_start"].str.startswith("2026-09-16"), "contacts"] = 0
    return frame.to_csv(index=False).encode()


def test_a_question_is_two_buttons_and_its_answer_is_remembered(visit, ambiguous_csv):
    visitor = visit("data", data=ambiguous_csv)
    labels = [one.label for one in visitor.app.button if str(one.key).startswith("answer_")]
    assert len(labels) == 2
    assert any("3 de abril de 2026" in label for label in labels)
    press(visitor, "answer_date_order_mdy")
    assert visitor.app.session_state["source"].mapping.date_order == "mdy"
    assert "4 mar 2026" in visitor.words()
    assert "Una pregunta" not in visitor.words()


def test_the_report_in_the_app_and_on_the_command_line_is_the_same(
    visit, faulty_csv, tmp_path, capsys
):
    visitor = visit("data", data=faulty_csv)
    shown = visitor.app.dataframe[0].value
    path = tmp_path / "mi histórico.csv"
    path.write_bytes(faulty_csv)
    assert main(["check", str(path), "--zone", ZONE, "--json"]) == 1
    told = json.loads(capsys.readouterr().out)["problems"]
    found = [str(problem["found"]) for problem in told]
    assert sorted(shown["Encontrado"]) == sorted(found)


def test_a_column_can_be_taken_for_another(visit):
    frame = pd.DataFrame(
        {
            "interval_start": pd.date_range("2026-03-02 09:00", periods=40, freq="30min").astype(
                str
            ),
            "contacts": 10,
            "visits": 25,
        }
    )
    visitor = visit("data", data=frame.to_csv(index=False).encode())
    assert visitor.measure("Contactos") == "400"
    visitor.select("visits", "contacts")
    assert visitor.measure("Contactos") == "1.000"
    press(visitor, "forget_mapping")
    assert visitor.measure("Contactos") == "400"


def test_choices_can_be_brought_as_a_file_and_a_faulty_one_is_refused(visit, ambiguous_csv):
    visitor = visit("data", data=ambiguous_csv)
    visitor.app.file_uploader(key="mapping_file").upload("a.toml", b'date_order = "dym"')
    visitor.run()
    assert any("date" in str(one.value) for one in visitor.app.error)
    visitor.app.file_uploader(key="mapping_file").upload("b.toml", b'date_order = "mdy"')
    visitor.run()
    assert "4 mar 2026" in visitor.words()
    assert parse_mapping(b'date_order = "mdy"') == visitor.app.session_state["source"].mapping


def test_a_repair_can_be_switched_off_and_is_part_of_the_scenario(visit, holed_csv):
    visitor = visit("data", data=holed_csv).select("Mostrar", "repairs")
    switch(visitor, "solo ceros", on=False)
    assert visitor.app.session_state["scenario"].data.repairs_off == ("day_zero",)
    switch(visitor, "solo ceros", on=True)
    assert visitor.app.session_state["scenario"].data.repairs_off == ()


def test_a_step_towards_the_need_can_be_switched_off(visit, holed_csv):
    visitor = visit("data", data=holed_csv).select("Mostrar", "repairs")
    assert visitor.measure("Contactos ofrecidos")
    assert visitor.measure("Contactos necesarios")
    switch(visitor, "intervalos perdidos", on=False)
    assert visitor.app.session_state["scenario"].data.need_steps == ("blocked", "redials")


@pytest.mark.parametrize("view", ["understood", "report", "repairs", "contents"])
@pytest.mark.parametrize("language", ["en-GB", "es-ES"])
def test_every_view_shows_hostile_names_as_they_are(visit, hostile_name, view, language):
    label = {"en-GB": "Show", "es-ES": "Mostrar"}[language]
    visitor = visit("data", language=language).select(label, view)
    assert hostile_name not in visitor.words()


@pytest.mark.parametrize("picture", ["coverage", "calendar", "odd_days", "levels", "handling"])
def test_every_picture_of_the_report_is_drawn(visit, picture):
    visitor = visit("data").select("Mostrar", "report").select("Imagen", picture)
    assert visitor.app.get("vega_lite_chart")


def test_accepted_files_are_in_use_and_the_next_export_extends_them(visit, small_history):
    frame = small_history({"Soporte": "voice"})
    first, second = frame.iloc[:300], frame.iloc[200:].copy()
    second.loc[second.index[0], "contacts"] += 5
    visitor = visit("data", data=first.to_csv(index=False).encode())
    press(visitor, "accept")
    assert "centre · 1" in visitor.words().replace("\\", "")
    content = second.to_csv(index=False).encode()
    visitor.app.file_uploader(key="history_file").upload("octubre.csv", content)
    visitor.run()
    assert visitor.measure("Filas nuevas") == str(len(frame) - 300)
    assert visitor.measure("Iguales") == "99"
    assert visitor.measure("Corregidas") == "1"
    press(visitor, "accept")
    assert "centre · 2" in visitor.words().replace("\\", "")
    versions = next(one.value for one in visitor.app.dataframe if "Versión" in one.value.columns)
    assert versions["Filas"].tolist() == [len(frame), 300]


def test_an_export_of_another_interval_is_told_before_it_is_accepted(visit, small_history):
    frame = small_history({"Soporte": "voice"})
    visitor = visit("data", data=frame.to_csv(index=False).encode())
    press(visitor, "accept")
    hourly = frame[frame["interval_start"].str.endswith(":00")]
    content = hourly.to_csv(index=False).encode()
    visitor.app.file_uploader(key="history_file").upload("hora.csv", content)
    visitor.run()
    assert any("Nunca se mezclan" in str(one.value) for one in visitor.app.warning)
    assert not [one for one in visitor.app.button if one.key == "accept"]


def test_a_store_that_is_brought_is_used_and_a_strange_database_is_refused(
    visit, tmp_path, good_csv
):
    path, store = tmp_path / "h.csv", tmp_path / "s.aforo"
    path.write_bytes(good_csv)
    assert main(["import", str(path), "--store", str(store), "--zone", ZONE]) == 0
    visitor = visit("data")
    visitor.app.file_uploader(key="history_file").upload("s.aforo", store.read_bytes())
    visitor.run()
    assert visitor.measure("Colas") == "3"
    with sqlite3.connect(tmp_path / "other") as link:
        link.execute("CREATE TABLE a (b)")
    link.close()
    strange = (tmp_path / "other").read_bytes()
    visitor.app.file_uploader(key="history_file").upload("x.aforo", strange)
    visitor.run()
    assert any("no es un almacén" in str(one.value) for one in visitor.app.error)


def test_the_centres_own_store_is_extended_where_the_app_was_started_with_one(
    visit, monkeypatch, tmp_path
):
    path = tmp_path / "centre.aforo"
    monkeypatch.setenv("AFORO_STORE", str(path))
    press(visit("data"), "accept")
    assert path.exists()
    assert store_in_use.is_of_centre()
