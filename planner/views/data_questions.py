"""What a file leaves open: each question a pair of buttons that show what either answer means."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from forecasting.reading.history import HistoryReading
from planner.question_words import answer_in_words
from planner.text import Text
from planner.views import session
from planner.views.parts import plain


def questions(reading: HistoryReading, text: Text) -> None:
    """Ask what only a person can know; an answer is remembered in the mapping."""
    for question in reading.questions:
        name = text.decision_name(question.key)
        with st.container(border=True):
            st.subheader(text("app.data.question", name=plain(name)), anchor=False)
            st.caption(text("app.data.question_about", example=plain(question.example)))
            with st.container(horizontal=True):
                for number, option in enumerate(question.options):
                    st.button(
                        plain(answer_in_words(question, option, text)),
                        key=f"answer_{question.key}_{option}",
                        type="secondary" if number else "primary",
                        on_click=_answer,
                        args=(question.key, option),
                    )


def _answer(key: str, option: str) -> None:
    source = session.source()
    session.use_source(replace(source, mapping=source.mapping.answered(key, option)))
