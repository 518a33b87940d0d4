"""The steps from history to plan, each made once and kept: the caches behind every page.

Keys are the history's bytes and the scenario, never the language: switching it computes nothing.
What is kept is shared by all sessions and never changed.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NoReturn

import pandas as pd
import streamlit as st

from forecasting.problems import has_errors
from planner.bounds import ScenarioError
from planner.forecast_inputs import forecast_part
from planner.intake import Intake
from planner.plan import HistoryRefused, Plan, explain, replan
from planner.scenario import Scenario
from planner.text import Text
from planner.views import session
from planner.views.background_job import Cancelled
from planner.views.choices import redraw_choices
from planner.views.forecast_job import ForecastJob
from planner.views.intaking import POLL_S, the_intake
from planner.views.parts import plain, scenario_sentences
from planner.views.session import Source

# A source's repr has the hash of its bytes, a scenario's every assumption.
_BY_CONTENT: dict[str | type[Any], Callable[[Any], Any]] = {Source: repr, Scenario: repr}


def forecast_ahead() -> None:
    """Begin the forecast of the history in use: it is there when a page asks for it."""
    intake = the_intake()
    if not intake.history.empty and not has_errors(intake.problems):
        _job(*_job_key(), intake, session.scenario())


def the_plan() -> Plan:
    """Return the plan in use; without one, say why and end the page here."""
    intake, scenario = the_intake(), session.scenario()
    skip_bad_rows = session.skips_bad_rows()
    if intake.history.empty or (has_errors(intake.problems) and not skip_bad_rows):
        _stop_refused()
    job = _job(*_job_key(), intake, scenario)
    if not job.finished and not job.cancelled:
        redraw_choices()
        st.fragment(_show_progress, run_every=POLL_S)(job)
        st.stop()
    try:
        return _plan(session.source(), scenario, skip_bad_rows, job.result())
    except Cancelled:
        _stop_cancelled()
    except HistoryRefused:
        _stop_refused()
    except ValueError as error:
        if job.failed:
            # It was the first scenario to ask for this forecast; the next may be possible.
            _job.clear(*_job_key())
        _stop_impossible(error)


def variant(scenario: Scenario, base: Plan) -> Plan:
    """Return the plan of a what-if that starts from the plan in use.

    Raises
    ------
    ScenarioError, ValueError
        As `planner.plan.replan` does.
    """
    return _plan(session.source(), scenario, session.skips_bad_rows(), base)


def explanation(plan: Plan) -> pd.DataFrame:
    """Return the parts of every agent of the plan in use."""
    return _explanation(session.source(), plan.scenario, session.skips_bad_rows(), plan)


@st.cache_resource(max_entries=8, show_spinner=False, hash_funcs=_BY_CONTENT)
def _explanation(
    source: Source,  # noqa: ARG001 - part of the key
    scenario: Scenario,  # noqa: ARG001 - part of the key
    skip_bad_rows: bool,  # noqa: ARG001 - part of the key
    _plan: Plan,
) -> pd.DataFrame:
    return explain(_plan)


@st.cache_resource(max_entries=8, show_spinner=False, hash_funcs=_BY_CONTENT)
def _job(
    source: Source,  # noqa: ARG001 - part of the key
    part: str,  # noqa: ARG001 - part of the key
    skip_bad_rows: bool,
    _intake: Intake,
    _scenario: Scenario,
) -> ForecastJob:
    """Start a forecast, once for all scenarios that share it."""
    return ForecastJob(_intake, _scenario, skip_bad_rows=skip_bad_rows)


@st.cache_resource(max_entries=32, show_spinner=False, hash_funcs=_BY_CONTENT)
def _plan(
    source: Source,  # noqa: ARG001 - part of the key
    scenario: Scenario,
    skip_bad_rows: bool,  # noqa: ARG001 - part of the key
    _base: Plan,
) -> Plan:
    return _base if _base.scenario == scenario else replan(_base, scenario)


def _job_key() -> tuple[Source, str, bool]:
    """Return what a forecast depends on."""
    part = repr(forecast_part(session.scenario()))
    return session.source(), part, session.skips_bad_rows()


def _show_progress(job: ForecastJob) -> None:
    """Tell how far a forecast is; when it ends, show the page."""
    if job.finished or job.cancelled:
        st.rerun()
    text = session.text()
    with st.container(border=True):
        st.subheader(text("app.plan.forecasting"), anchor=False)
        trying = text("app.plan.starting")
        if job.model:
            trying = text(
                "app.plan.trying",
                queue=plain(job.queue),
                model=text(f"models.{job.model}"),
                done=text.number(job.done),
                total=text.number(job.total),
            )
        st.progress(min(job.done / job.total, 1.0), text=trying)
        st.caption(text("app.plan.forecasting_about"))
        st.button(
            text("app.plan.cancel"), icon=":material/stop:", key="cancel", on_click=job.cancel
        )


def _stop_cancelled() -> NoReturn:
    text = session.text()
    st.info(text("app.plan.cancelled"), icon=":material/stop_circle:")
    st.button(
        text("app.plan.again"),
        icon=":material/refresh:",
        key="again",
        type="primary",
        on_click=_job.clear,
        args=_job_key(),
    )
    st.stop()


def _stop_refused() -> NoReturn:
    text = session.text()
    st.warning(text("app.plan.refused"), title=text("app.plan.refused_title"))
    offer_skipping(the_intake())
    st.stop()


def offer_skipping(intake: Intake) -> None:
    """Offer to plan without the rows that cannot be used, if others can."""
    if intake.history.empty:
        return
    st.button(
        session.text()("app.history.skip_bad_rows"),
        icon=":material/playlist_remove:",
        type="primary",
        key="skip",
        on_click=session.skip_bad_rows,
    )


def why_impossible(error: ValueError, text: Text) -> str:
    """Say why a scenario cannot be planned."""
    if isinstance(error, ScenarioError):
        return scenario_sentences(error, text)
    return plain(str(error))


def _stop_impossible(error: ValueError) -> NoReturn:
    text = session.text()
    st.error(why_impossible(error, text), title=text("app.plan.impossible"))
    st.stop()
