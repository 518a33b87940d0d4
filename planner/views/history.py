"""The history page: bring a file, see how it was read, what is wrong with it, and what it holds."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from forecasting.problems import SEVERITIES, has_errors
from forecasting.reading.history import HistoryReading
from planner.charts_history import contacts_by_day, coverage, weekday_heat_map
from planner.export import csv_bytes
from planner.text import Text
from planner.views import session
from planner.views.choices import choose, choose_queue
from planner.views.history_settings import centre, uploads
from planner.views.parts import chart, page_title, plain, section, table
from planner.views.planning import forecast_ahead, offer_skipping, the_reading

_SPANS_WEEKS = {"all": None, "year": 52, "quarter": 13, "month": 4}
_SHOWN_PROBLEMS = 1000


def show() -> None:
    """Show the page."""
    text = session.text()
    page_title(text, "history")
    uploads(text)
    centre(text)
    with st.spinner(text("app.history.reading")):
        reading = the_reading()
    _state(reading, text)
    if has_errors(reading.problems):
        _problems(reading, text)
    if not reading.history.empty:
        _pictures(reading.history, text)
    if not has_errors(reading.problems):
        _problems(reading, text)
    _how_it_was_read(reading, text)
    if session.source().is_sample:
        # A newcomer looks around: the sample's plan should be there. One's own history waits until
        # its settings are right.
        forecast_ahead()


def _state(reading: HistoryReading, text: Text) -> None:
    """Say in one line whether the history can be planned with, and in cards what it holds."""
    errors = int((reading.problems["severity"] == "error").sum())
    name = plain(session.source().name)
    if reading.history.empty:
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
        offer_skipping(reading)
    _counts(reading.history, reading.interval_min, text)


def _counts(history: pd.DataFrame, interval_min: int | None, text: Text) -> None:
    first, last = history["interval_start"].min(), history["interval_start"].max()
    lost = int(history["contacts"].isna().sum())
    figures = {
        "queues": text.number(history["queue"].nunique()),
        "contacts": text.number(history["contacts"].sum()),
        "first_day": text.date(first),
        "last_day": text.date(last),
        "weeks": text.number((last - first) / pd.Timedelta(weeks=1), 1),
        "interval": f"{text.number(interval_min)} min",
        "rows": text.number(len(history)),
        "lost": text.number(lost),
    }
    with st.grid(4, min_column_width=150):
        for key, figure in figures.items():
            st.metric(text(f"app.history.{key}"), figure, border=True, height="stretch")


def _problems(reading: HistoryReading, text: Text) -> None:
    problems = reading.problems
    if problems.empty:
        return
    worst_first = problems.sort_values(
        "severity", key=lambda codes: codes.map(SEVERITIES.index), kind="stable"
    )
    counts = problems["severity"].value_counts()
    with st.container(border=True):
        section(
            text("app.history.problems"),
            text(
                "app.history.problem_counts",
                errors=text.number(int(counts.get("error", 0))),
                warnings=text.number(int(counts.get("warning", 0))),
                notes=text.number(int(counts.get("info", 0))),
            ),
        )
        rows = worst_first.head(_SHOWN_PROBLEMS).to_dict("records")
        shown = pd.DataFrame(
            {
                "severity": [row["severity"] for row in rows],
                "problem": [text.problem(row) for row in rows],
                "advice": [text.advice(row) for row in rows],
                "row": pd.array([row["row"] for row in rows], dtype="Int64"),
                "column": [row["column"] for row in rows],
                "queue": [row["queue"] for row in rows],
                "found": [row["found"] for row in rows],
                "expected": [row["expected"] for row in rows],
            }
        )
        table(shown, text, text("app.history.problems"), wide=("problem", "advice"))
        st.download_button(
            text("app.history.download_problems"),
            csv_bytes(problems, "excel_es" if text.language == "es" else "plain"),
            file_name="problems.csv",
            mime="text/csv",
            icon=":material/download:",
            on_click="ignore",
            key="download_problems",
        )


def _pictures(history: pd.DataFrame, text: Text) -> None:
    with st.container(border=True):
        section(text("app.history.by_day"), text("app.history.by_day_about"))
        span = choose(
            text("app.history.span"),
            list(_SPANS_WEEKS),
            text,
            "history_span",
            written=lambda code: text(f"app.history.spans.{code}"),
            default="year",
            few=True,
        )
        chart(contacts_by_day(_last_weeks(history, _SPANS_WEEKS[span]), text), "by_day")
    with st.container(border=True):
        section(text("app.history.by_weekday"), text("app.history.by_weekday_about"))
        queue = choose_queue(history, text, "history_queue")
        chart(weekday_heat_map(history[history["queue"] == queue], text), "by_weekday")
    with st.container(border=True):
        section(text("app.history.coverage"), text("app.history.coverage_about"))
        chart(coverage(history, text), "coverage")


def _last_weeks(history: pd.DataFrame, weeks: int | None) -> pd.DataFrame:
    if weeks is None:
        return history
    starts = history["interval_start"]
    lately: pd.DataFrame = history[starts > starts.max() - pd.Timedelta(weeks=weeks)]
    return lately


def _how_it_was_read(reading: HistoryReading, text: Text) -> None:
    with st.expander(text("app.history.how_read"), icon=":material/visibility:"):
        st.caption(text("app.history.how_read_about"))
        facts = {text(f"reading.{key}"): value for key, value in reading.reading.items()}
        shown = pd.DataFrame(
            [(name, _fact(value)) for name, value in facts.items() if value not in (None, "", {})],
            columns=["name", "value"],
        )
        st.dataframe(
            shown,
            hide_index=True,
            column_config={
                "name": text("app.history.fact"),
                "value": text("app.history.fact_value"),
            },
            alt=text("app.history.how_read"),
        )


def _fact(value: object) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{header} → {name}" for header, name in value.items())
    return str(value)
