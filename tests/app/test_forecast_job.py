import threading

import pandas as pd
import pytest

from planner.plan import HistoryRefused
from planner.scenario import Scenario
from planner.views import forecast_job
from planner.views.background_job import Cancelled
from planner.views.forecast_job import ForecastJob

PATIENCE_S = 5


@pytest.fixture
def step_by_step(monkeypatch):
    """A forecast of which each step waits to be let go."""
    let_go, taken = threading.Event(), threading.Event()

    def slow_plan(_reading, _scenario, *, skip_bad_rows, progress):  # noqa: ARG001
        for step in range(1, 4):
            progress(step, 3, "Soporte", "prophet")
            taken.set()
            assert let_go.wait(PATIENCE_S)
        return "plan"

    monkeypatch.setattr(forecast_job, "make_plan", slow_plan)
    return let_go, taken


def test_a_job_tells_what_it_tries_and_gives_its_plan(step_by_step):
    let_go, taken = step_by_step
    job = ForecastJob(None, Scenario(), skip_bad_rows=False)
    assert taken.wait(PATIENCE_S)
    assert (job.done, job.total, job.queue, job.model) == (1, 3, "Soporte", "prophet")
    assert not job.finished
    let_go.set()
    assert job.result() == "plan"
    assert job.finished


def test_a_cancelled_job_stops_before_its_next_step(step_by_step):
    let_go, taken = step_by_step
    job = ForecastJob(None, Scenario(), skip_bad_rows=False)
    assert taken.wait(PATIENCE_S)
    job.cancel()
    let_go.set()
    with pytest.raises(Cancelled):
        job.result()
    assert job.done == 1


def test_what_stops_a_plan_is_raised_where_it_is_asked_for(monkeypatch):
    def refuse(_reading, _scenario, **_options):
        raise HistoryRefused(pd.DataFrame({"severity": ["error"]}))

    monkeypatch.setattr(forecast_job, "make_plan", refuse)
    job = ForecastJob(None, Scenario(), skip_bad_rows=False)
    with pytest.raises(HistoryRefused):
        job.result()
