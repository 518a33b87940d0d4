"""The data page: bring files, see how they were read and what is wrong, and accept them."""

from __future__ import annotations

from collections.abc import Callable
from types import MappingProxyType

import pandas as pd
import streamlit as st

from forecasting.problems import has_errors
from planner.intake import Intake
from planner.text import Text
from planner.views import session, store_in_use
from planner.views.choices import choose
from planner.views.data_accepted import accepting
from planner.views.data_contents import contents
from planner.views.data_need import repairs_and_need
from planner.views.data_questions import questions
from planner.views.data_report import report
from planner.views.data_understood import understood
from planner.views.history_settings import centre, uploads
from planner.views.intaking import the_intake
from planner.views.parts import page_title, plain
from planner.views.planning import forecast_ahead, offer_skipping

_VIEWS: MappingProxyType[str, Callable[[Intake, Text], None]] = MappingProxyType(
    {
        "understood": understood,
        "report": report,
        "repairs": repairs_and_need,
        "contents": contents,
    }
)


def show() -> None:
    """Show the page."""
    text = session.text()
    page_title(text, "data")
    uploads(text)
    centre(text)
    intake = the_intake()
    questions(intake.reading, text)
    _state(intake, text)
    asked = bool(intake.reading.questions)
    broken = not asked and (intake.history.empty or has_errors(intake.problems))
    views = _views(intake)
    view: str = choose(
        text("app.data.view"),
        views,
        text,
        session.DATA_VIEW,
        written=lambda code: text(f"app.data.views.{code}"),
        default="report" if broken else "contents" if session.source().is_sample else views[0],
        few=True,
    )
    _VIEWS[view](intake, text)
    accepting(intake, text)
    if session.source().is_sample:
        # A newcomer looks around: the sample's plan should be there. One's own history waits until
        # its settings are right.
        forecast_ahead()


def _views(intake: Intake) -> list[str]:
    """Name what there is to see: an accepted history was read long ago."""
    if intake.examination is None:
        return ["understood", "report"]
    if store_in_use.is_accepted(session.source()):
        return ["contents", "report", "repairs"]
    return list(_VIEWS)


def _state(intake: Intake, text: Text) -> None:
    """Say in one line whether the history can be planned with, and in cards what it holds."""
    errors = int((intake.problems["severity"] == "error").sum())
    name = plain(session.source().name)
    if intake.history.empty:
        if not intake.reading.questions:
            st.error(text("app.history.nothing_usable", file=name), icon=":material/error:")
        return
    if not errors:
        st.success(text("app.history.ready", file=name), icon=":material/check_circle:")
    elif session.skips_bad_rows():
        message = text("app.history.skipping", file=name, errors=text.number(errors))
        st.warning(message, icon=":material/playlist_remove:")
    else:
        message = text("app.history.has_errors", file=name, errors=text.number(errors))
        st.error(message, icon=":material/error:")
        offer_skipping(intake)
    _counts(intake.reading.history, intake.interval_min, text)


def _counts(history: pd.DataFrame, interval_min: int, text: Text) -> None:
    first, last = history["interval_start"].min(), history["interval_start"].max()
    figures = {
        "queues": text.number(history["queue"].nunique()),
        "contacts": text.number(history["contacts"].sum()),
        "weeks": text.number((last - first) / pd.Timedelta(weeks=1), 1),
        "lost": text.number(int(history["contacts"].isna().sum())),
    }
    with st.grid(4, min_column_width=150):
        for key, figure in figures.items():
            st.metric(text(f"app.history.{key}"), figure, border=True, height="stretch")
    st.caption(
        text(
            "app.history.span_of",
            first=text.date(first),
            last=text.date(last),
            rows=text.number(len(history)),
            minutes=text.number(interval_min),
        )
    )
