"""The judge's page without a browser: it runs when asked, tells what it found, can be stopped."""

import json
import threading
import time

import numpy as np
import pandas as pd
import pytest

from planner.charts_verify import (
    day_histogram,
    levels_by_day,
    levels_by_interval,
    reasons_waterfall,
)
from planner.exported import ExportedPlan
from planner.judge import Stopped, verify
from planner.scenario import Scenario
from planner.text import LANGUAGES, catalogue
from planner.verification import REASONS
from planner.verify_model import NOTES, STEPS
from planner.views import verify_job
from planner.views.verify_job import VerifyJob
from staffing import required_staff

PATIENCE_S = 20


@pytest.fixture
def judged(visit):
    visitor = visit("verify").select("Repeticiones", 30)
    visitor.app.button(key="verify_start").click()
    return visitor.run()


def verdict(visitor):
    boxes = [*visitor.app.success, *visitor.app.warning, *visitor.app.info]
    return " ".join(str(box.value) for box in boxes)


def test_nothing_is_simulated_before_it_is_asked_for(visit):
    visitor = visit("verify")
    assert "La simulación sigue cada contacto" in verdict(visitor)
    assert not visitor.app.metric


def test_the_page_tells_the_promise_the_simulation_and_the_chances(judged):
    judged.select("Cola", "Soporte")
    assert "el plan promete" in verdict(judged)
    for card in ("Prometido", "Simulado", "Lo cumple un día", "Lo cumple el plan"):
        assert "%" in judged.measure(card)
    words = judged.words()
    for title in ("Día a día", "Por qué difieren", "No hay dos días iguales", "Todas las colas"):
        assert title in words


def test_a_queue_with_a_hostile_name_and_a_deadline_is_plain(judged, hostile_name):
    judged.select("Cola", hostile_name)
    assert hostile_name not in judged.words()
    assert "Trabajo con plazo" in judged.words()


def test_a_simulation_outlives_a_change_of_page_and_language(judged):
    judged.go("requirement").go("verify").select("Language · Idioma", "en")
    assert "the plan promises" in verdict(judged)


def test_a_stopped_job_keeps_what_is_known(monkeypatch):
    let_go, taken = threading.Event(), threading.Event()

    def slow(_plan, *, roster, replications, seed, progress):  # noqa: ARG001 - as `verify`
        taken.set()
        assert let_go.wait(PATIENCE_S)
        try:
            progress(0.5, "known")
        except Stopped:
            return "known"
        return "all"

    monkeypatch.setattr(verify_job, "verify", slow)

    class APlan:
        class scenario:  # noqa: N801 - an attribute
            seed = 1

    job = VerifyJob(APlan(), replications=10)
    assert taken.wait(PATIENCE_S)
    job.cancel()
    let_go.set()
    assert job.result() == "known"
    assert (job.share, job.so_far) == (0.5, "known")


def test_while_it_runs_its_figures_fill_in_and_it_can_be_stopped(visit, monkeypatch):
    go_on, simulate = threading.Event(), verify_job.verify

    def halting(plan, *, progress, **options):
        def halt(share, so_far):
            progress(share, so_far)
            if so_far is not None and so_far.replications >= 10:
                assert go_on.wait(PATIENCE_S)
                progress(share, so_far)

        return simulate(plan, progress=halt, **options)

    monkeypatch.setattr(verify_job, "verify", halting)
    visitor = visit("verify").select("Repeticiones", 300)
    app = visitor.app
    app.button(key="verify_start").click()
    deadline = time.monotonic() + PATIENCE_S
    app.run()
    while not app.metric and time.monotonic() < deadline:
        time.sleep(0.1)
        app.run()
    assert "%" in visitor.measure("Simulado")
    assert app.get("progress")
    app.button(key="verify_stop").click()
    app.run()
    go_on.set()
    visitor.run()
    assert "Parada. Esto es lo que dicen 10 repeticiones." in verdict(visitor)
    assert "%" in visitor.measure("Simulado")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_code_has_words(language):
    text = catalogue(language)
    for group, codes in (("reasons", REASONS), ("steps", STEPS), ("notes", NOTES)):
        for code in codes:
            assert f"verify.{group}.{code}" in text


@pytest.fixture(scope="module")
def found():
    """Two days of a chat, judged."""
    starts = pd.date_range("2026-03-02 09:00", periods=66, freq="30min", tz="Europe/Madrid")
    demand = pd.DataFrame({"queue": "Chat", "channel": "chat", "interval_start": starts})
    demand = demand[(starts.hour >= 9) & (starts.hour < 18)].assign(contacts=20.0, aht_s=300.0)
    bands = {"contacts_q0.1": 12.0, "contacts_q0.9": 28.0}
    scenario = Scenario(zone="Europe/Madrid", weeks=1)
    rules = scenario.staffing_rules({"Chat": "chat"})
    requirement = required_staff(demand.assign(**bands), rules, interval_min=30)
    days = pd.DataFrame({"queue": "Chat", "period": "day", "contacts": [360.0, 360.0]})
    totals = days.assign(**{"contacts_q0.1": 300.0, "contacts_q0.9": 420.0})
    plan = ExportedPlan(scenario=scenario, requirement=requirement, totals=totals, interval_min=30)
    return verify(plan, replications=3, threads=1)


@pytest.mark.parametrize("language", LANGUAGES)
def test_pictures_hold_what_was_found(found, language):
    text = catalogue(language)
    days, intervals = found.periods("day"), found.periods("interval")
    drawn = levels_by_day(days, text)["data"]["values"]
    assert drawn["at"].dt.day.tolist() == [2, 3]
    fall = reasons_waterfall(found.steps(), text)["data"]["values"]
    assert len(fall) == 2 + len(STEPS)
    assert fall["to"].iloc[-2] == pytest.approx(fall["to"].iloc[-1])
    bars = day_histogram(found.day_levels("Chat"), 0.8, text)["data"]["values"]
    assert bars["share"].sum() == pytest.approx(1.0)
    one = levels_by_interval(intervals.tail(18), text, interval_min=30)
    assert len(one["data"]["values"]) == 19
    assert (one["data"]["values"]["at"].dt.day == 3).all()
    assert len(day_histogram(np.array([]), float("nan"), text)["layer"]) == 1
    for spec in (one, levels_by_day(days, text), reasons_waterfall(found.steps(), text)):
        json.dumps({key: part for key, part in spec.items() if key != "data"})
