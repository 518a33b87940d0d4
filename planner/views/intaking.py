"""The history in use, read and examined once for all who use it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, NoReturn

import streamlit as st

from planner.intake import Intake, examined_part
from planner.scenario import Scenario
from planner.store_schema import StoreRefused
from planner.views import session
from planner.views.background_job import Cancelled
from planner.views.choices import redraw_choices
from planner.views.intake_job import IntakeJob
from planner.views.parts import plain
from planner.views.session import Source

POLL_S = 0.5
_PATIENCE_S = 3.0  # most files are read before a progress bar would be drawn
# A source's repr has the hash of its bytes, and how they are read.
_BY_CONTENT: dict[str | type[Any], Callable[[Any], Any]] = {Source: repr}


def the_intake() -> Intake:
    """Return the history in use; while it is read show how far it is, and end the page here."""
    scenario = session.scenario()
    key = session.source(), repr(examined_part(scenario))
    job = _job(*key, scenario)
    if not job.finished and not job.cancelled:
        with st.spinner(session.text()("app.data.reading")):
            job.wait(_PATIENCE_S)
    if not job.finished and not job.cancelled:
        redraw_choices()
        st.fragment(_show_progress, run_every=POLL_S)(job)
        st.stop()
    try:
        return job.result()
    except Cancelled:
        _stop_cancelled(key)
    except StoreRefused as refused:
        _stop_refused(refused)


@st.cache_resource(max_entries=8, show_spinner=False, hash_funcs=_BY_CONTENT)
def _job(
    source: Source,
    part: str,  # noqa: ARG001 - part of the key
    _scenario: Scenario,
) -> IntakeJob:
    """Start reading, once for all scenarios that share it."""
    return IntakeJob(source, _scenario, None if source.is_sample else datetime.now(UTC))


def _show_progress(job: IntakeJob) -> None:
    """Tell how far the reading is; when it ends, show the page."""
    if job.finished or job.cancelled:
        st.rerun()
    text = session.text()
    with st.container(border=True):
        st.subheader(text("app.data.reading"), anchor=False)
        step = text.code("reading_steps", job.step or "opening")
        st.progress(min(max(job.share, 0.0), 1.0), text=plain(step))
        st.button(
            text("app.plan.cancel"), icon=":material/stop:", key="cancel", on_click=job.cancel
        )


def _stop_cancelled(key: tuple[Source, str]) -> NoReturn:
    text = session.text()
    st.info(text("app.data.cancelled"), icon=":material/stop_circle:")
    st.button(
        text("app.data.again"),
        icon=":material/refresh:",
        key="read_again",
        type="primary",
        on_click=_job.clear,
        args=key,
    )
    st.stop()


def _stop_refused(refused: StoreRefused) -> NoReturn:
    text = session.text()
    said = text(f"store.{refused.code}", found=refused.found, expected=refused.expected)
    st.error(plain(said), icon=":material/error:")
    st.stop()
