"""The page of today without a browser: its pictures, its words, what it does with a file."""

import json
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from planner.charts_today import agents_today, contacts_today
from planner.text import LANGUAGES, catalogue

MONDAY = "2026-10-12"
BAND = {"contacts_q0.1": 0.8, "contacts_q0.9": 1.2}


@pytest.fixture(scope="module")
def today_csv(small_history):
    """A Monday's morning of one queue, so many times what its history has."""

    def morning(factor):
        rows = small_history({"Soporte": "voice"})
        first = rows[rows["interval_start"].str.startswith("2026-08-31")]
        until_noon = first[first["interval_start"].str[11:] < "12:00"]
        start = until_noon["interval_start"].str.replace("2026-08-31", MONDAY)
        contacts = (factor * until_noon["contacts"]).round()
        return (
            until_noon.assign(interval_start=start, contacts=contacts).to_csv(index=False).encode()
        )

    return morning


def upload(visitor, data):
    visitor.app.file_uploader(key="today_upload").upload("hoy.csv", data)
    return visitor.run()


def verdict(visitor):
    boxes = [*visitor.app.success, *visitor.app.warning, *visitor.app.info]
    return " ".join(str(box.value) for box in boxes)


def test_before_any_news_the_page_shows_the_plan(visit):
    visitor = visit("today")
    assert "Nada" not in verdict(visitor)
    assert "Aún no se sabe nada de esta cola" in verdict(visitor)
    assert visitor.measure("Día, previsto") == visitor.measure("Día, ahora")


def test_a_morning_as_expected_is_to_be_left_alone(visit, today_csv):
    visitor = upload(visit("today").select("Cola", "Soporte"), today_csv(1.0))
    assert "No haga nada" in verdict(visitor)
    assert "hoy\\.csv: intervalos hasta las 12:00" in visitor.words()


def test_a_busy_morning_asks_for_agents_and_moves_the_rest_of_the_day(visit, today_csv):
    visitor = upload(visit("today").select("Cola", "Soporte"), today_csv(2.0))
    assert "Agentes en línea: hasta +" in verdict(visitor)
    assert visitor.measure("Resto del día").startswith("+")
    table = visitor.app.dataframe[0].value.set_index("Cola")
    assert table.loc["Soporte", "Situación"] == "Por encima"
    assert table.loc["Chat", "Situación"] == "Sin datos"


def test_the_first_interval_alone_already_counts(visit, today_csv):
    heading, first = today_csv(1.0).decode().splitlines()[:2]
    visitor = visit("today").select("Cola", "Soporte")
    upload(visitor, f"{heading}\n{first}\n".encode())
    assert "hoy\\.csv: intervalos hasta las" in visitor.words()


def test_the_day_follows_the_file_and_outlives_a_change_of_page_and_language(visit, today_csv):
    data = today_csv(2.0).replace(MONDAY.encode(), b"2026-10-19")
    visitor = upload(visit("today").select("Cola", "Soporte"), data)
    (day,) = [box.value for box in visitor.app.selectbox if box.label == "Fecha"]
    assert day == pd.Timestamp("2026-10-19")
    visitor.go("requirement").go("today").select("Language · Idioma", "en")
    assert "More than chance explains" in verdict(visitor)
    visitor.app.button(key="today_forget").click()
    visitor.run()
    assert "Nothing is known of this queue yet" in verdict(visitor)


def test_a_day_that_the_file_does_not_have_is_told(visit, today_csv):
    visitor = upload(visit("today").select("Cola", "Soporte"), today_csv(1.0))
    visitor.select("Fecha", pd.Timestamp("2026-10-14"))
    assert "no tiene contactos del" in verdict(visitor)


def test_rows_that_cannot_be_used_are_listed_and_stay_unknown(visit, today_csv):
    faulty = today_csv(1.0) + f"Soporte,voice,{MONDAY} 12:00,muchos,300\n".encode()
    visitor = upload(visit("today").select("Cola", "Soporte"), faulty)
    assert "muchos" in verdict(visitor)
    assert "intervalos hasta las 12:00" in visitor.words()
    assert upload(visit("today"), b"\x00\x01").app.warning


def test_queues_of_others_are_named_and_plain(visit, today_csv, hostile_name):
    data = today_csv(1.0).replace(b"Soporte", f'"{hostile_name} 2"'.encode())
    visitor = upload(visit("today"), data)
    assert hostile_name not in visitor.words()
    assert "El plan no tiene estas colas" in verdict(visitor)


def test_the_sample_centre_can_show_an_example_that_says_it_is_one(visit):
    visitor = visit("today")
    assert "today_example" not in [button.key for button in visitor.app.button]
    source = visitor.app.session_state["source"]
    visitor.app.session_state["source"] = replace(source, is_sample=True)
    visitor.run().app.button(key="today_example").click()
    visitor.run()
    assert "Esta mañana es inventada" in verdict(visitor)
    assert visitor.measure("Hasta ahora") != "–"


@pytest.fixture
def intervals():
    """A morning that came, an interval without news, and a rest with a break at noon."""
    starts = pd.date_range(f"{MONDAY} 09:00", periods=12, freq="30min", tz="Europe/Madrid")
    starts = starts.delete(7)
    rows = pd.DataFrame({"interval_start": starts, "contacts_before": 20.0, "contacts": 22.0})
    rows["state"] = ["came"] * 3 + ["unknown"] + ["came"] + ["to_come"] * 6
    rows["contacts_came"] = np.where(rows["state"] == "came", 22.0, np.nan)
    for name, factor in BAND.items():
        rows[name] = factor * rows["contacts"]
    rows["contacts_before_low"], rows["contacts_before_high"] = 15.0, 25.0
    return rows.assign(agents_net_planned=8, agents_net_updated=9)


def fields_of(spec):
    if isinstance(spec, dict):
        own = {spec["field"]} if isinstance(spec.get("field"), str) else set()
        return own.union(*(fields_of(part) for part in spec.values()))
    if isinstance(spec, list):
        return set().union(*(fields_of(part) for part in spec))
    return set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_pictures_read_columns_they_have_and_are_plain_json(intervals, language):
    for picture in (contacts_today, agents_today):
        spec = picture(intervals, catalogue(language), interval_min=30)
        drawn = {name: part for name, part in spec.items() if name != "data"}
        json.dumps(drawn)
        assert fields_of(drawn) <= set(spec["data"]["values"].columns)
        assert drawn["description"]
        assert not any("." in field for field in fields_of(drawn))


def test_what_came_is_a_bar_and_what_is_not_known_yet_a_line(intervals):
    rows = contacts_today(intervals, catalogue("en"), interval_min=30)["data"]["values"]
    known = rows.dropna(subset=["contacts_before"])
    assert known["came"].notna().sum() == 4
    assert (known["came"].isna() == known["updated"].notna()).all()
    assert rows["contacts_before"].isna().sum() == 1, "the line breaks where the centre is closed"
    assert rows["at"].max() == pd.Timestamp(f"{MONDAY} 15:00", tz="UTC")


def test_without_news_the_picture_is_the_forecast_alone(intervals):
    nothing = intervals.assign(contacts_came=np.nan, state="to_come")
    spec = contacts_today(nothing, catalogue("en"), interval_min=30)
    assert len(spec["layer"]) < len(
        contacts_today(intervals, catalogue("en"), interval_min=30)["layer"]
    )
