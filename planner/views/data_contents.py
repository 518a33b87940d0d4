"""What a history holds: how much came when."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from planner.charts_history import contacts_by_day, weekday_heat_map
from planner.intake import Intake
from planner.text import Text
from planner.views.choices import choose, choose_queue
from planner.views.parts import chart, section

_SPANS_WEEKS = {"all": None, "year": 52, "quarter": 13, "month": 4}


def contents(intake: Intake, text: Text) -> None:
    """Draw the history by day, and by weekday and hour."""
    history = intake.reading.history
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


def _last_weeks(history: pd.DataFrame, weeks: int | None) -> pd.DataFrame:
    if weeks is None:
        return history
    starts = history["interval_start"]
    lately: pd.DataFrame = history[starts > starts.max() - pd.Timedelta(weeks=weeks)]
    return lately
