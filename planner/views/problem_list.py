"""What is wrong with a small file or table, line by line, with what to do about it."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from forecasting.problems import SEVERITIES
from planner.text import Text
from planner.views.parts import table

_SHOWN = 500


def worst_first(problems: pd.DataFrame) -> pd.DataFrame:
    """Put errors before warnings, and these before notes; otherwise as they are."""
    order = problems["severity"].map(SEVERITIES.index)
    return problems.loc[order.sort_values(kind="stable").index]


def problem_list(problems: pd.DataFrame, text: Text, alt: str) -> None:
    """List problems as sentences."""
    rows = worst_first(problems).head(_SHOWN).to_dict("records")
    shown = pd.DataFrame(
        {
            "severity": [row["severity"] for row in rows],
            "row": pd.array([row["row"] for row in rows], dtype="Int64"),
            "problem": [text.problem(row) for row in rows],
            "advice": [text.advice(row) for row in rows],
        }
    )
    table(shown, text, alt, wide=("problem", "advice"))
    if len(problems) > _SHOWN:
        st.caption(text("app.data.first_problems", count=text.number(_SHOWN)))
