"""The page of skills without a browser: hours of a plan, the example, what it tells, stopping."""

import json
import threading
import time

import pytest

from planner.charts_skills import fewer_agents, group_bars, lesson_savings, queue_levels
from planner.skill_queues import EXAMPLE, typed_model
from planner.skill_study import TAUGHT, staff_by_skill, worth_teaching
from planner.text import LANGUAGES, catalogue
from planner.views import skill_job
from planner.views.background_job import Cancelled
from planner.views.skill_job import StaffJob, TeachJob

PATIENCE_S = 20


@pytest.fixture
def two_queues(small_history, hostile_name):
    return small_history({"Soporte": "voice", hostile_name: "voice"}).to_csv(index=False).encode()


def pressed(visitor, key):
    visitor.app.button(key=key).click()
    return visitor.run()


def verdict(visitor):
    boxes = [*visitor.app.success, *visitor.app.warning, *visitor.app.error, *visitor.app.info]
    return " ".join(str(box.value) for box in boxes)


def test_nothing_is_searched_before_it_is_asked_for(visit, two_queues):
    visitor = visit("skills", data=two_queues)
    assert "se simula contacto a contacto" in verdict(visitor)
    assert "Erlang de trabajo de media" in visitor.words()
    assert not visitor.app.metric


def test_the_busiest_hours_of_the_plan_are_staffed_with_reasons(visit, two_queues, hostile_name):
    visitor = visit("skills", data=two_queues).select("Repeticiones", 50)
    pressed(visitor, "skills_start")
    assert "agentes en línea" in verdict(visitor)
    separate = int(visitor.measure("Con equipos separados"))
    pooled = int(visitor.measure("Si todos supieran todo"))
    assert pooled <= int(visitor.measure("Agentes en línea")) <= separate
    words = visitor.words()
    for title in ("Agentes de cada grupo", "Lo que dan", "Por qué no menos", "A quién enseñar"):
        assert title in words
    assert "no cumple su objetivo" in words
    assert hostile_name not in words


def test_the_example_needs_no_plan_shows_the_peers_answer_and_speaks_both_languages(visit):
    visitor = visit("skills", data=b"nothing", language="en-GB")
    visitor.select("Queues", "example").select("Replications", 50)
    pressed(visitor, "skills_start")
    assert 40 <= int(visitor.measure("Agents on the phones")) <= 44
    words = visitor.words()
    assert "pyworkforce 0\\.5\\.4 answers 25 agents" in words
    assert "as much as" in verdict(visitor)
    visitor.select("Language · Idioma", "es")
    assert "pyworkforce 0\\.5\\.4 responde" in visitor.words()
    assert "agentes en línea" in verdict(visitor)


def test_what_to_teach_is_found_when_it_is_asked_for(visit, monkeypatch):
    monkeypatch.setattr(
        skill_job,
        "worth_teaching",
        lambda *given, **options: worth_teaching(*given, **options | {"replications": 2}),
    )
    visitor = visit("skills", data=b"nothing")
    visitor.select("Colas", "example").select("Repeticiones", 50)
    pressed(visitor, "skills_start")
    assert "con 4 formados" not in visitor.words()
    pressed(visitor, "skills_teach")
    assert "Lo que más ahorra es enseñar" in visitor.words()
    assert "con 4 formados" in visitor.words()


def test_hours_without_calls_are_told_and_other_hours_are_taken(visit, two_queues):
    visitor = visit("skills", data=two_queues).select("Colas", "hours")
    assert "Erlang de trabajo de media" in visitor.words()
    visitor.select("Desde", 0).select("Hasta", 60)
    assert "No se espera a nadie" in verdict(visitor)
    visitor.select("Desde", 10 * 60).select("Hasta", 11 * 60)
    assert "10\\:00–11\\:00" in visitor.words()


@pytest.mark.parametrize("job", ["staff", "teach"])
def test_a_stopped_search_says_so(job, monkeypatch):
    taken, let_go = threading.Event(), threading.Event()

    def slow(*_, progress, **__):
        taken.set()
        assert let_go.wait(PATIENCE_S)
        progress(1)

    monkeypatch.setattr(skill_job, "staff_by_skill", slow)
    monkeypatch.setattr(skill_job, "worth_teaching", slow)
    model = typed_model(EXAMPLE)
    if job == "staff":
        made = StaffJob(model, (), replications=2, seed=1)
    else:
        made = TeachJob(staff_by_skill(model, replications=2))
    assert taken.wait(PATIENCE_S)
    made.cancel()
    let_go.set()
    with pytest.raises(Cancelled):
        made.result()
    assert made.tried == 1


def test_a_search_under_way_can_be_stopped_and_begun_again(visit, monkeypatch):
    go_on = threading.Event()
    search = skill_job.staff_by_skill

    def halting(*given, progress, **options):
        def halt(tried):
            assert go_on.wait(PATIENCE_S)
            progress(tried)

        return search(*given, progress=halt, **options)

    monkeypatch.setattr(skill_job, "staff_by_skill", halting)
    # No other test's: what was searched once is kept.
    visitor = visit("skills", data=b"nothing").select("Colas", "typed")
    app = visitor.select("Repeticiones", 50).app
    app.button(key="skills_start").click()
    app.run()
    assert app.get("progress")
    app.button(key="stop_StaffJob").click()
    app.run()
    go_on.set()
    deadline = time.monotonic() + PATIENCE_S
    while app.get("progress") and time.monotonic() < deadline:
        time.sleep(0.1)
        app.run()
    assert "Parada antes de hallar" in verdict(visitor)
    pressed(visitor, "skills_start")
    assert "agentes en línea" in verdict(visitor)


@pytest.fixture(scope="module")
def study():
    return staff_by_skill(typed_model(EXAMPLE), replications=20, seed=1)


@pytest.fixture(scope="module")
def lessons(study):
    return worth_teaching(study.model, study.groups, replications=2, seed=1)


@pytest.mark.parametrize("language", LANGUAGES)
def test_pictures_hold_what_was_found(study, lessons, language):
    text = catalogue(language)
    found = study.staffing
    bars = group_bars(found.groups, text)
    assert bars["data"]["values"]["agents"].sum() == found.agents
    levels = queue_levels(found.queues, text)
    assert levels["data"]["values"]["queue"].tolist() == ["billing", "support"]
    fewer = fewer_agents(study, text)
    marks = [layer["encoding"]["x"].get("datum") for layer in fewer["layer"]]
    assert {25.0, found.pooled_agents, found.agents, found.separate_agents} <= set(marks)
    taught = lesson_savings(lessons, study.model, text)
    assert len(taught["data"]["values"]) == 2 * len(TAUGHT)
    for spec in (bars, levels, fewer, taught):
        assert spec["description"]
        json.dumps({key: part for key, part in spec.items() if key != "data"})
    # A queue that promises something else has no point here.
    assert queue_levels(found.queues.assign(measure="asa_s"), text)["data"]["values"].empty
