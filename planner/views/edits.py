"""Editing the forecast by hand: a day's total, or the intervals of a day, and the edits kept."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace

import pandas as pd
import streamlit as st

from planner.charts_edits import edited_days
from planner.charts_forecast import forecast_intervals
from planner.edit_tables import (
    day_figures,
    edits_of_days,
    edits_of_intervals,
    interval_figures,
    queue_demand,
    with_edits,
)
from planner.edits import BEFORE, EDIT_PROBLEMS, Edit, Rows
from planner.hours import write_span
from planner.plan import Plan
from planner.text import Text
from planner.views import session
from planner.views.choices import choose_day
from planner.views.parts import chart, plain, section

_EDITOR_PX = 320
_ROWS_WITHOUT_REASON = "-"  # stands for a reason while figures are only being tried


def edit_forecast(plan: Plan, queue: str, text: Text) -> None:
    """Let the reader write figures of their own beside a queue's forecast."""
    with st.container(border=True):
        page = text("app.pages.accuracy")
        section(text("app.edits.title"), text("app.edits.about", page=page))
        _editor(plan, queue, text)


def list_edits(plan: Plan, text: Text) -> None:
    """List the edits of a plan by their reasons, each with a way to take it back."""
    edits = plan.scenario.edits
    if not edits:
        return
    with st.container(border=True):
        page = text("app.pages.accuracy")
        section(text("app.edits.kept"), text("app.edits.file_hint", page=page))
        unfit = plan.problems[plan.problems["code"].isin(EDIT_PROBLEMS)]
        for row in unfit.to_dict("records"):
            st.warning(plain(f"{text.problem(row)} {text.advice(row)}"))
        forecast = plan.demand[plan.demand["queue"].isin(plan.forecast.demand["queue"])]
        rows = Rows(forecast)
        groups = dict.fromkeys((edit.name, edit.queues) for edit in edits)
        for number, (name, queues) in enumerate(groups):
            members = [edit for edit in edits if (edit.name, edit.queues) == (name, queues)]
            rest = tuple(edit for edit in edits if edit not in members)
            held = forecast[pd.DataFrame([rows.of(edit) for edit in members]).any().to_numpy()]
            with st.container(horizontal=True, vertical_alignment="center"):
                st.markdown(_told(members, held, text))
                st.button(
                    text("app.edits.delete"),
                    icon=":material/delete:",
                    key=f"edit_delete_{number}",
                    on_click=session.use_scenario,
                    args=(replace(plan.scenario, edits=rest),),
                )


@st.fragment
def _editor(plan: Plan, queue: str, text: Text) -> None:
    """Show the figures and what they would change; a change of a cell runs this function alone."""
    scenario = plan.scenario
    version = _version(plan, queue, text)
    figures = day_figures(plan, queue, scenario)
    table, picture = st.columns([3, 4], gap="small")
    with table:
        st.caption(text("app.edits.days"))
        labels = [text.day(day) for day in figures.index]
        days = _figures(figures, labels, "day", f"edit_days_{version}", text)
    demand = queue_demand(plan, queue, scenario)
    below_table, below_picture = st.columns([3, 4], gap="small", vertical_alignment="bottom")
    with below_table:
        day = choose_day(demand, text, "edit_day")
        of_day = interval_figures(demand, day)
        starts = [f"{minute // 60:02}:{minute % 60:02}" for minute in of_day.index]
        key = f"edit_intervals_{day:%Y%m%d}_{version}"
        intervals = _figures(of_day, starts, "interval", key, text)
    reason = _reason(version, text)
    tried = reason or _ROWS_WITHOUT_REASON
    new = edits_of_days(figures, days, scenario, queue, tried) + edits_of_intervals(
        of_day,
        intervals,
        scenario,
        queue,
        tried,
        day=day.date(),
        interval_min=plan.interval_min,
    )
    changed = with_edits(scenario, new)
    with picture:
        chart(edited_days(day_figures(plan, queue, changed), text), "edited_days")
    with below_picture:
        edited = queue_demand(plan, queue, changed)
        on = edited["interval_start"].dt.tz_localize(None).dt.normalize() == day
        spec = forecast_intervals(edited.head(0), edited[on], text, interval_min=plan.interval_min)
        chart(spec, "edited_intervals")
    words = text("app.edits.keep", count=text.number(len(new)))
    if st.button(
        words if new else text("app.edits.keep_none"),
        icon=":material/check:",
        key="edit_keep",
        type="primary",
        disabled=not new,
    ):
        if reason:
            session.use_scenario(changed)
            st.rerun()
        st.warning(text("app.edits.why_missing"), icon=":material/help:")


def _figures(
    figures: pd.DataFrame, labels: Sequence[str], of: str, key: str, text: Text
) -> pd.Series[float]:
    """Show forecast and band beside a column to write in, and return that column."""
    low, high = figures["low"], figures["high"]
    shown = pd.DataFrame(
        {
            of: labels,
            "before": figures["before"].to_numpy(),
            # Before the band: on a narrow window what can be written in must be in sight.
            "contacts": figures["contacts"].to_numpy(),
            "band": [
                f"{text.number(least)} – {text.number(most)}"
                for least, most in zip(low, high, strict=True)
            ],
        }
    )
    number = st.column_config.NumberColumn
    edited = st.data_editor(
        shown,
        column_config={
            of: st.column_config.TextColumn(text(f"app.edits.{of}")),
            "before": number(text("app.edits.before"), format="localized"),
            "band": st.column_config.TextColumn(text("app.edits.band")),
            "contacts": number(text("app.edits.contacts"), format="localized", min_value=0),
        },
        disabled=[of, "before", "band"],
        hide_index=True,
        num_rows="fixed",
        height=_EDITOR_PX,
        key=key,
    )
    return pd.Series(pd.to_numeric(edited["contacts"]).to_numpy(), index=figures.index)


def _reason(version: str, text: Text) -> str:
    given = st.text_input(
        text("app.edits.reason"),
        placeholder=text("app.edits.reason_hint"),
        max_chars=80,
        key=f"edit_reason_{version}",
    )
    return str(given or "").strip()


def _version(plan: Plan, queue: str, text: Text) -> str:
    """Name what a table shows: when that changes, what was written over it is void."""
    shown = repr((session.source().sha256, plan.scenario, queue, text.language))
    return hashlib.sha256(shown.encode()).hexdigest()[:12]


def _told(edits: Sequence[Edit], held: pd.DataFrame, text: Text) -> str:
    """Say what edits of one reason change."""
    first, last = min(edit.first for edit in edits), max(edit.last for edit in edits)
    days = text.day(first) if first == last else f"{text.day(first)} – {text.day(last)}"
    if len(edits) == 1 and edits[0].hours is not None:
        days = f"{days}, {write_span(edits[0].hours)}"
    return text(
        "app.edits.kept_line",
        reason=plain(edits[0].name),
        queues=plain(", ".join(edits[0].queues)) or text("app.edits.all_queues"),
        days=days,
        before=text.number(held[BEFORE].sum()),
        after=text.number(held["contacts"].sum()),
    )
