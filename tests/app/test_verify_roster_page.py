"""A roster on the judge's page: taken in, its faults told, its people simulated and shown."""

import json
import re

import pandas as pd
import pytest

from planner.charts_roster import people_by_interval
from planner.text import LANGUAGES, catalogue
from planner.verify_model import ROSTER_NOTES, ROSTER_STEPS

HEAD = "agente;fecha;inicio;fin;descansos;habilidades\n"
WEEKS = [
    day for week in range(2) for day in pd.date_range("2026-10-12", periods=5).shift(7 * week, "D")
]


def roster(agents=9, breaks="13:00-13:30"):
    rows = [
        f"{name};{day:%d/%m/%Y};09:00;18:00;{breaks};{skills}"
        for day in WEEKS
        for name, skills in [
            *((f"Agente {number}", "Soporte, Chat") for number in range(agents)),
            ("![x](http://evil.example/x.png)", "Chat"),
        ]
    ]
    return (HEAD + "\n".join(rows) + "\n").encode()


@pytest.fixture
def bring(visit):
    """Upload a roster on the page; simulate it if that is wanted."""

    def brought(content, *, simulate=True, name="turnos.csv"):
        visitor = visit("verify").select("Repeticiones", 30)
        visitor.app.file_uploader(key="roster_upload").upload(name, content)
        visitor.run()
        if simulate:
            visitor.app.button(key="verify_start").click()
            visitor.run()
        return visitor

    return brought


def shown(element):
    """The table of an element, styled or not."""
    return getattr(element.value, "data", element.value)


def test_a_roster_is_simulated_and_its_people_are_shown(bring):
    visitor = bring(roster())
    visitor.select("Cola", "Soporte")
    words = visitor.words()
    assert "10 agentes, 100 turnos" in words
    assert "Personas por intervalo" in words
    assert "turnos enteros a los que se falta" in words
    assert "![x](http" not in words
    columns = [name for each in visitor.app.dataframe for name in shown(each).columns]
    assert "Con un contacto [h]" in columns
    again = visitor.go("requirement").go("verify")
    assert "10 agentes, 100 turnos" in again.words()
    again.app.button(key="roster_forget").click()
    assert "10 agentes" not in again.run().words()


def test_a_roster_with_faults_lists_them_all_and_cannot_be_simulated(bring):
    faulty = (
        HEAD.encode() + "Ana;mañana;9;18;;Soporte\nLuis;19/10/2026;9;18;8:00-8:30;Tienda\n".encode()
    )
    visitor = bring(faulty, simulate=False)
    assert "aún no se puede usar" in " ".join(str(box.value) for box in visitor.app.error)
    assert visitor.app.button(key="verify_start").disabled
    told = str(shown(visitor.app.dataframe[0]).to_dict())
    for words in ("mañana", "8:00-8:30", "Tienda"):
        assert words in told
    assert not visitor.app.metric


def test_the_template_can_be_downloaded_and_brought_back(visit):
    visitor = visit("verify")
    assert "Descargar una plantilla de ejemplo" in [
        button.proto.label for button in visitor.app.get("download_button")
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_code_of_a_roster_has_words(language):
    text = catalogue(language)
    for group, codes in (
        ("reasons", ROSTER_STEPS),
        ("steps", ROSTER_STEPS),
        ("notes", ROSTER_NOTES),
    ):
        for code in codes:
            assert f"verify.{group}.{code}" in text
    for step in ROSTER_STEPS:
        assert f"verify.columns.{step}" in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_picture_of_a_day_holds_its_people_and_ends_with_its_last_interval(language):
    starts = pd.date_range("2026-03-02 09:00", periods=4, freq="30min", tz="Europe/Madrid")
    rows = pd.DataFrame(
        {"start": starts, "on_shift": 5.0, "on_phones": [5.0, 4.0, 4.5, 5.0], "needed": 4.0}
    )
    spec = people_by_interval(rows, catalogue(language), interval_min=30)
    drawn = spec["data"]["values"]
    assert drawn["on_phones"].tolist() == [5.0, 4.0, 4.5, 5.0, 5.0]
    assert drawn["time"].tolist()[-1] == "11:00"
    assert spec["description"]
    assert re.search(r"[Pp]e[or]", spec["description"])
    json.dumps({key: part for key, part in spec.items() if key != "data"})
