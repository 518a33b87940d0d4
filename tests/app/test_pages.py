from dataclasses import replace

import pytest
import streamlit as st

from planner.scenario_file import scenario_toml
from planner.text import catalogue
from planner.views import forecast_job, intake_job, planning

PAGES = ("data", "forecast", "accuracy", "requirement", "verify", "today", "what-if", "export")


@pytest.fixture
def calls(monkeypatch):
    """Count every computation behind the pages, of which none is remembered at first."""
    st.cache_resource.clear()
    counted = []
    for module, name in (
        (intake_job, "take_in"),
        (planning, "replan"),
        (forecast_job, "make_plan"),
    ):
        original = getattr(module, name)

        def counting(*given, _name=name, _original=original, **options):
            counted.append(_name)
            return _original(*given, **options)

        monkeypatch.setattr(module, name, counting)
    return counted


@pytest.mark.parametrize("language", ["en-GB", "es-ES"])
def test_every_page_speaks_the_readers_language(visit, language):
    text = catalogue(language[:2])
    visitor = visit("data", language=language)
    for page in PAGES:
        visitor.go(page)
        name = text(f"app.pages.{page.replace('-', '_')}")
        assert [title.value for title in visitor.app.title] == [name]
        assert visitor.app.get("vega_lite_chart") or page in {"data", "export", "verify"}


def test_a_newcomer_sees_the_sample_centre_in_the_browsers_language(first_visit):
    assert not first_visit.app.exception
    assert "Centro de ejemplo" in first_visit.words()
    assert first_visit.app.title[0].value == "Datos"


def test_a_link_can_choose_the_language(visit):
    assert visit("data", language="es-ES", link="en").app.title[0].value == "Data"


def test_an_unknown_language_in_a_link_falls_back_to_the_browsers(visit):
    assert visit("data", link="klingon").app.title[0].value == "Datos"


def test_switching_the_language_recomputes_nothing(visit, calls):
    visitor = visit("requirement")
    made = list(calls)
    assert made.count("make_plan") == 1
    spanish = visitor.measure("Horas pagadas")
    visitor.select("Language · Idioma", "en")
    assert visitor.measure("Paid hours") == spanish.replace(".", ",")
    for page in PAGES:
        visitor.go(page)
    assert [name for name in calls if name == "make_plan"] == ["make_plan"]
    assert calls.count("take_in") == made.count("take_in")


def test_two_visitors_of_one_plan_share_one_forecast(visit, calls):
    visit("forecast").go("requirement")
    visit("requirement")
    assert calls.count("make_plan") == 1


def test_moving_a_slider_moves_the_numbers_and_forecasts_nothing(visit, calls):
    visitor = visit("what-if")
    before = visitor.measure("Contactos"), visitor.measure("Horas pagadas")
    visitor.app.slider(key="what_if_volume").set_value(20)
    visitor.run()
    after = visitor.measure("Contactos"), visitor.measure("Horas pagadas")
    assert all(moved != stood for moved, stood in zip(after, before, strict=True))
    assert calls.count("make_plan") == 1
    visitor.app.slider(key="what_if_volume").set_value(0)
    assert visitor.run().measure("Contactos") == before[0]


def test_a_what_if_can_become_the_plan(visit):
    visitor = visit("what-if")
    visitor.app.slider(key="what_if_shrinkage").set_value(45)
    visitor.run()
    paid = visitor.measure("Horas pagadas")
    visitor.app.text_input(key="what_if_name").set_value("Más ausencias")
    visitor.run()
    visitor.app.button(key="use").click()
    visitor.run()
    assert visitor.app.session_state["scenario"].shrinkage == pytest.approx(0.45)
    assert "Más ausencias" in visitor.words()
    assert visitor.go("requirement").measure("Horas pagadas") == paid
    assert "45,0" in visitor.words()


def test_rows_that_cannot_be_used_block_the_plan_until_the_visitor_decides(visit, faulty_csv):
    visitor = visit("requirement", data=faulty_csv)
    assert not visitor.app.metric
    visitor.go("data")
    table = visitor.app.dataframe[0].value
    assert list(table["Gravedad"][:3]) == ["Error"] * 3
    assert sorted(table["Línea"][:3]) == [5, 7, 11]
    assert any("muchos" in sentence for sentence in table["Problema"])
    visitor.app.button(key="skip").click()
    visitor.run()
    assert visitor.go("requirement").app.metric


def test_a_file_that_holds_nothing_usable_says_so_and_stops_no_page(visit):
    visitor = visit("data", data=b"\x00\x01 not a table")
    assert "mi histórico" in visitor.words().replace("\\", "")
    assert visitor.app.error
    for page in PAGES[1:]:
        assert not visitor.go(page).app.metric
        assert visitor.app.warning[0].value.startswith("El histórico tiene filas")


def test_accuracy_is_told_for_the_centre_and_for_each_queue(visit):
    visitor = visit("accuracy")
    queues = visitor.app.dataframe[0].value["Cola"].tolist()
    assert (queues[0], len(queues)) == ("Todo el centro", 4)
    assert len(visitor.app.get("vega_lite_chart")) == 2
    assert "Prophet no se probó" in visitor.words()
    visitor.select("Cola", "Chat")
    # No chance in this history: whoever repeats last week is never wrong.
    assert visitor.measure("Error por día") == "0,0\xa0%"
    assert "Deberían caer dentro 80 de 100" in visitor.words()
    leaderboard, figures = (frame.value for frame in visitor.app.dataframe)
    assert set(leaderboard["Peso"].dropna()) == {1.0}
    assert figures["Modelo"].tolist()[0] == "El pronóstico de este plan"
    assert figures["Modelo"].tolist()[-1] == "Solo el azar"


def test_a_history_too_short_to_be_tested_says_so(visit, small_history):
    week = small_history({"Soporte": "voice"}).head(5 * 18).to_csv(index=False).encode()
    visitor = visit("accuracy", data=week)
    assert "demasiado poco histórico" in visitor.words()
    assert not visitor.app.metric
    visitor.go("forecast")


def test_a_queue_without_contacts_has_no_accuracy_and_stops_no_page(visit, small_history):
    two = small_history({"Soporte": "voice", "Nadie": "voice"})
    two.loc[two["queue"] == "Nadie", "contacts"] = 0
    visitor = visit("accuracy", data=two.to_csv(index=False).encode())
    assert visitor.app.dataframe[0].value["Cola"].tolist() == ["Todo el centro", "Soporte"]
    visitor.select("Cola", "Nadie")
    assert "demasiado poco histórico" in visitor.words()
    visitor.go("forecast").select("Cola", "Nadie").select("Cola", "")


def test_totals_are_told_by_week_and_month_with_their_band(visit):
    visitor = visit("forecast")
    weeks = {card.label: card for card in visitor.app.metric if card.label.startswith("Desde")}
    assert list(weeks) == ["Desde el lun 12 oct", "Desde el lun 19 oct"]
    low, high = (int(end.replace(".", "")) for end in next(iter(weeks.values())).delta.split(" – "))
    total = int(next(iter(weeks.values())).value.replace(".", ""))
    assert low <= total <= high
    visitor.select("Por", "month")
    assert visitor.measure("octubre, 10 días")
    visitor.select("Cola", "")
    assert "Elija una cola" in visitor.words()


def test_a_scenario_that_does_not_fit_the_history_is_told_in_sentences(visit, quick_scenario):
    stranger = quick_scenario.with_queue("Ventas", shrinkage=0.2)
    visitor = visit("forecast", scenario=stranger)
    assert "Ventas" in visitor.words()
    assert "queues" in visitor.words()


def test_names_given_by_people_are_not_formatted(visit, hostile_name, quick_scenario):
    scenario = quick_scenario.with_queue(hostile_name, shrinkage=0.2)
    visitor = visit("what-if", scenario=scenario)
    assert hostile_name not in visitor.words()
    assert r"\!\[x\]\(http\:" in visitor.words()


def test_an_uploaded_history_takes_the_place_of_the_sample(first_visit, good_csv):
    first_visit.app.file_uploader(key="history_file").upload("agosto.csv", good_csv)
    first_visit.run()
    assert first_visit.measure("Colas") == "3"
    scenario = first_visit.app.session_state["scenario"]
    assert (scenario.name, scenario.zone) == ("agosto", "America/Mexico_City")
    first_visit.app.button(key="back_to_sample").click()
    assert first_visit.run().measure("Colas") == "5"


def test_a_second_history_keeps_the_settings_made_for_the_first(visit, good_csv):
    visitor = visit("data")
    visitor.app.session_state["scenario"] = replace(
        visitor.app.session_state["scenario"], name="mi histórico", shrinkage=0.4
    )
    visitor.app.file_uploader(key="history_file").upload("septiembre.csv", good_csv)
    scenario = visitor.run().app.session_state["scenario"]
    assert (scenario.name, scenario.shrinkage) == ("septiembre", 0.4)


def test_an_uploaded_scenario_is_in_use_at_once_and_stays_with_the_next_history(
    first_visit, good_csv, quick_scenario
):
    page = scenario_toml(quick_scenario).encode()
    first_visit.app.file_uploader(key="scenario_file").upload("prueba.toml", page)
    first_visit.run()
    assert first_visit.app.session_state["scenario"] == quick_scenario
    first_visit.app.file_uploader(key="history_file").upload("agosto.csv", good_csv)
    first_visit.run()
    assert first_visit.app.session_state["scenario"] == quick_scenario


def test_a_faulty_scenario_is_refused_with_its_faults_in_words(first_visit):
    page = b'shrinkage = 1.5\nzone = "Europe/Madird"\n'
    first_visit.app.file_uploader(key="scenario_file").upload("mal.toml", page)
    first_visit.run()
    told = str(first_visit.app.error[0].value)
    assert "shrinkage" in told
    assert "Europe/Madrid" in told.replace("\\", "")
    assert first_visit.app.session_state["scenario"].shrinkage == pytest.approx(0.3)


def test_settings_of_the_centre_change_its_scenario(visit):
    visitor = visit("data")
    visitor.select("País de los festivos", "ES")
    visitor.select("Región de los festivos", "MD")
    assert visitor.app.session_state["scenario"].region == "MD"
    visitor.select("País de los festivos", "PT")
    scenario = visitor.app.session_state["scenario"]
    assert (scenario.country, scenario.region) == ("PT", None)


def test_each_queue_shows_its_own_shrinkage(visit, quick_scenario):
    visitor = visit("requirement", scenario=quick_scenario.with_queue("Chat", shrinkage=0.5))
    assert "30,0" in visitor.words()
    visitor.select("Cola", "Chat")
    assert "10 / 0,500, es decir, 20 en plantilla" in visitor.words()


def test_a_long_plan_is_drawn_a_few_weeks_at_a_time(visit, quick_scenario):
    visitor = visit("requirement", scenario=replace(quick_scenario, weeks=9))
    (weeks,) = [box for box in visitor.app.selectbox if box.label == "4 semanas desde el"]
    assert len(weeks.options) == 3
    visitor.select("4 semanas desde el", 2)


def test_a_queue_that_needs_nobody_has_its_pages_too(visit, small_history):
    bot = small_history({"Asistente": "bot"}).drop(columns="aht_s").to_csv(index=False).encode()
    visitor = visit("forecast", data=bot)
    assert "no tiene TMO" in visitor.words()
    visitor.go("requirement").select("Cola", "Asistente")
    assert visitor.measure("Máximo en plantilla") == "0"
    visitor.go("what-if")


def test_choices_outlive_a_change_of_page_and_of_language(visit):
    visitor = visit("requirement").select("Cola", "Chat").select("Mostrar", "agents_net")
    visitor.go("data").go("requirement").select("Language · Idioma", "en")
    chosen = {box.label: box.value for box in visitor.app.selectbox}
    assert chosen["Queue"] == "Chat"
    controls = {control.label: control.value for control in visitor.app.get("segmented_control")}
    assert controls["Show"] == "agents_net"


def test_a_fault_of_ours_is_told_in_a_sentence_and_logged(visit, monkeypatch, caplog):
    visitor = visit("requirement")
    monkeypatch.setattr("planner.views.requirement.cards", lambda *_given, **_options: 1 / 0)
    visitor.app.run()
    assert not visitor.app.exception
    assert "no es culpa suya" in visitor.words()
    assert "ZeroDivisionError" in caplog.text
