"""What was changed in a history before it is planned with: repairs, and the way to the need."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import streamlit as st

from forecasting.doctor.need import NEED_STEPS, Need
from forecasting.doctor.repairs import Repaired
from planner.charts_measures import offered_and_need
from planner.data_settings import DataSettings
from planner.intake import Intake
from planner.text import Text
from planner.views import session
from planner.views.choices import choose_queue
from planner.views.parts import chart, section, table

_SHOWN_CHANGES = 1000
_SHARES = ("redial_probability", "retry_probability")


def repairs_and_need(intake: Intake, text: Text) -> None:
    """Show both; every repair and every step can be switched off."""
    if intake.examination is None or intake.repaired is None or intake.need is None:
        return
    with st.container(border=True):
        section(text("app.data.repairs"), text("app.data.repairs_about"))
        _repairs(intake.examination.repairs, intake.repaired, text)
    with st.container(border=True):
        section(text("app.data.need"), text("app.data.need_about"))
        _need(intake.need, intake.reading.history, text)


def _repairs(repairs: pd.DataFrame, repaired: Repaired, text: Text) -> None:
    off = session.scenario().data.repairs_off
    counts = repairs["code"].value_counts(sort=False)
    codes = [*counts.index, *(code for code in off if code not in counts.index)]
    if not codes:
        st.caption(text("app.data.no_repairs"))
        return
    for code in codes:
        name = text.code("repairs", str(code))
        count = text.number(int(counts.get(code, 0)))
        key = f"repair_{code}_{code not in off}_{text.language}"
        st.toggle(
            text("app.data.repair", name=name, count=count),
            value=code not in off,
            key=key,
            on_change=_switch_repair,
            args=(str(code), key),
        )
    if not repaired.changes.empty:
        with st.expander(text("app.data.changes"), icon=":material/compare_arrows:"):
            _changes(repaired.changes, text)


def _changes(changes: pd.DataFrame, text: Text) -> None:
    """Show every changed value beside what stood there."""
    some = changes.head(_SHOWN_CHANGES)
    shown = pd.DataFrame(
        {
            "queue": some["queue"],
            "interval_start": some["interval_start"],
            "measure": some["column"].map(lambda name: text.code("columns", str(name))),
            "before": some["before"].astype(float),
            "after": some["after"].astype(float),
            "why": some["code"].map(lambda code: text.code("repairs", str(code))),
            "done": some["done"].map(lambda code: text.code("done", str(code))),
        }
    )
    number = {name: lambda value: text.number(value, 1) for name in ("before", "after")}
    table(shown, text, text("app.data.changes"), forms=number)
    if len(changes) > _SHOWN_CHANGES:
        st.caption(text("app.data.first_problems", count=text.number(_SHOWN_CHANGES)))


def _need(need: Need, history: pd.DataFrame, text: Text) -> None:
    data = session.scenario().data
    for step in NEED_STEPS:
        on = step in data.need_steps
        key = f"need_{step}_{on}_{text.language}"
        st.toggle(
            text(f"need_steps.{step}"),
            value=on,
            key=key,
            help=_why_refused(need.steps, step, text),
            on_change=_switch_step,
            args=(step, key),
        )
    with st.container(horizontal=True):
        for name in _SHARES:
            _share(name, getattr(data, name), text)
    offered, needed = need.intervals["offered"].sum(), need.intervals["need"].sum()
    with st.grid(2, min_column_width=150):
        st.metric(text("app.data.offered"), text.number(offered), border=True)
        moved = needed - offered
        delta = f"{moved:+.0f}" if abs(moved) >= 0.5 else None
        st.metric(
            text("app.data.needed"), text.number(needed), delta, delta_color="off", border=True
        )
    queue = choose_queue(history, text, "history_queue")
    chart(
        offered_and_need(need.intervals[need.intervals["queue"] == queue], text),
        "need",
    )


def _why_refused(steps: pd.DataFrame, step: str, text: Text) -> str | None:
    """Say why a step changes nothing, if it was refused everywhere."""
    rows = steps[steps["step"] == step]
    if rows.empty or (rows["state"] != "refused").any():
        return None
    return text.code("need_refused", str(rows["code"].iloc[0]))


def _share(name: str, value: float | None, text: Text) -> None:
    key = f"share_{name}_{value}_{text.language}"
    st.number_input(
        text(f"app.data.{name}"),
        min_value=0,
        max_value=100,
        value=None if value is None else round(100 * value),
        step=5,
        placeholder=text("app.data.not_stated"),
        key=key,
        on_change=_state_share,
        args=(name, key),
    )


def _switch_repair(code: str, key: str) -> None:
    off = [each for each in session.scenario().data.repairs_off if each != code]
    _use(repairs_off=tuple(off if st.session_state[key] else [*off, code]))


def _switch_step(step: str, key: str) -> None:
    taken = [each for each in session.scenario().data.need_steps if each != step]
    _use(need_steps=tuple([*taken, step] if st.session_state[key] else taken))


def _state_share(name: str, key: str) -> None:
    percent = st.session_state[key]
    _use(**{name: None if percent is None else percent / 100})


def _use(**changes: object) -> None:
    scenario = session.scenario()
    data: DataSettings = replace(scenario.data, **changes)  # type: ignore[arg-type]
    session.use_scenario(replace(scenario, data=data))
