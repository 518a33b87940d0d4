"""The doctor's report: what was found, counted, in one table, and in pictures."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import streamlit as st

from forecasting.doctor.examination import Examination
from forecasting.problems import SEVERITIES
from planner import charts_doctor, charts_measures
from planner.charts import Spec
from planner.export import csv_bytes, usual_dialect
from planner.intake import Intake
from planner.text import Text
from planner.views.choices import choose, choose_queue
from planner.views.parts import chart, section, table
from planner.views.problem_list import worst_first

_SHOWN_PROBLEMS = 1000
_ALL = ""


def report(intake: Intake, text: Text) -> None:
    """Show the report."""
    with st.container(border=True):
        _problems(intake.problems, text)
    if intake.examination is not None:
        with st.container(border=True):
            _pictures(intake, intake.examination, text)


def _problems(problems: pd.DataFrame, text: Text) -> None:
    counts = problems["severity"].value_counts()
    section(
        text("app.history.problems"),
        text(
            "app.history.problem_counts",
            errors=text.number(int(counts.get("error", 0))),
            warnings=text.number(int(counts.get("warning", 0))),
            notes=text.number(int(counts.get("info", 0))),
        ),
    )
    if problems.empty:
        st.caption(text("cli.no_problems"))
        return
    chosen = _filtered(problems, text)
    _table(worst_first(chosen), text)
    st.download_button(
        text("app.history.download_problems"),
        csv_bytes(problems, usual_dialect(text.language)),
        file_name="problems.csv",
        mime="text/csv",
        icon=":material/download:",
        on_click="ignore",
        key="download_problems",
    )


def _filtered(problems: pd.DataFrame, text: Text) -> pd.DataFrame:
    """Offer to look at some of the problems only."""
    present = [code for code in SEVERITIES if (problems["severity"] == code).any()]
    with st.container(horizontal=True, vertical_alignment="bottom"):
        severity = choose(
            text.column("severity"),
            [_ALL, *present],
            text,
            "report_severity",
            written=lambda code: text(f"severities.{code}") if code else text("app.data.all"),
            few=True,
        )
        queues = [str(queue) for queue in problems["queue"].unique() if queue]
        queue = _ALL
        if len(queues) > 1:
            queue = choose(
                text.column("queue"),
                [_ALL, *sorted(queues)],
                text,
                "report_queue",
                written=lambda name: name or text("app.data.all"),
            )
        repaired = st.toggle(text("app.data.only_repaired"), key=f"only_repaired_{text.language}")
    keep = problems["severity"].eq(severity) | (severity == _ALL)
    # What strikes every queue names none.
    keep &= problems["queue"].isin([queue, ""]) | (queue == _ALL)
    if repaired:
        keep &= problems["done"] != "none"
    some: pd.DataFrame = problems[keep]
    return some


def _table(problems: pd.DataFrame, text: Text) -> None:
    rows = problems.head(_SHOWN_PROBLEMS).to_dict("records")
    shown = pd.DataFrame(
        {
            "severity": [row["severity"] for row in rows],
            "problem": [text.problem(row) for row in rows],
            "advice": [text.advice(row) for row in rows],
            "done": [_done(str(row["done"]), text) for row in rows],
            "row": pd.array([row["row"] for row in rows], dtype="Int64"),
            **{
                name: [row[name] for row in rows]
                for name in ("column", "queue", "file", "sheet", "found", "expected")
            },
        }
    )
    said = [name for name in ("file", "sheet") if shown[name].nunique() < 2]
    table(
        shown.drop(columns=said),
        text,
        text("app.history.problems"),
        wide=("problem", "advice"),
    )
    if len(problems) > _SHOWN_PROBLEMS:
        st.caption(text("app.data.first_problems", count=text.number(_SHOWN_PROBLEMS)))


def _done(code: str, text: Text) -> str:
    return "" if code == "none" else text.code("done", code)


def _pictures(intake: Intake, examination: Examination, text: Text) -> None:
    """Draw one thing at a time, of one queue where it has queues."""
    section(text("app.data.pictures"), text("app.data.pictures_about"))
    history, days = intake.reading.history, examination.days
    drawn: dict[str, Callable[[str], Spec]] = {
        "coverage": lambda _queue: charts_doctor.coverage(days, text),
        "calendar": lambda queue: charts_doctor.coverage_calendar(_of(days, queue), text),
        "odd_days": lambda queue: charts_doctor.odd_days(
            _of(days, queue), _of(examination.outliers, queue), text
        ),
        "levels": lambda queue: charts_doctor.level_shifts(
            _of(days, queue), _of(examination.shifts, queue), text
        ),
        "handling": lambda queue: charts_measures.handling_range(
            _of(examination.handling, queue), text
        ),
    }
    if not examination.balance.empty:
        drawn["balance"] = lambda queue: charts_measures.offered_and_parts(
            _of(examination.balance, queue), text
        )
    picture = choose(
        text("app.data.picture"),
        list(drawn),
        text,
        "report_picture",
        written=lambda code: text(f"app.data.picture_names.{code}"),
        few=True,
    )
    queue = _ALL
    if picture != "coverage":
        queue = choose_queue(history, text, "history_queue")
    st.caption(text(f"app.data.picture_abouts.{picture}"))
    if picture == "handling" and _of(examination.handling, queue).empty:
        st.caption(text("app.data.no_handling"))
        return
    chart(drawn[picture](queue), f"picture_{picture}")


def _of(rows: pd.DataFrame, queue: str) -> pd.DataFrame:
    return rows[rows["queue"] == queue] if len(rows) else rows
