"""What the page of skills staffs: hours of the plan or queues typed by hand, and groups."""

from __future__ import annotations

import hashlib
import math
from datetime import date
from typing import Any

import pandas as pd
import streamlit as st

from planner.export import csv_bytes, usual_dialect
from planner.skill_groups import (
    GROUP_COLUMNS,
    TableRefused,
    default_groups,
    group_table,
    groups_of,
    read_groups,
)
from planner.skill_model import SkillModel, SkillsRefused, busiest_hours, skill_model
from planner.skill_queues import EXAMPLE, QUEUE_COLUMNS, queue_table, typed_model, with_queues
from planner.skill_words import hours_words, why_refused
from planner.table_file import ENDINGS
from planner.text import UNKNOWN, Text
from planner.views.choices import choose, choose_day
from planner.views.parts import plain, plan_caption, section
from planner.views.planning import the_plan
from planner.views.problem_list import problem_list
from staffing import SkillGroup
from staffing.rules import AGENT_CHANNELS

_SOURCES = ("plan", "hours", "example", "typed")
_SOURCE, _EVERYBODY = "skills_source", "skills_everybody"
_TYPED = EXAMPLE.head(1).assign(queue="1", contacts=30.0)
_DAY_MIN = 24 * 60


def choose_model(text: Text) -> SkillModel | None:
    """Let the reader choose hours or type queues; None, and why, if they cannot be staffed."""
    source = _source(text)
    if source in {"plan", "hours"}:
        try:
            base = _of_plan(text, busiest=source == "plan")
        except SkillsRefused as refused:
            st.warning(plain(why_refused(refused, text)), icon=":material/event_busy:")
            return None
    else:
        base = typed_model(EXAMPLE if source == "example" else _TYPED)
    return _edited_queues(base, source, text)


def choose_groups(model: SkillModel, text: Text) -> tuple[SkillGroup, ...] | None:
    """Let the reader change the groups or bring their own; None, and why, if there are faults."""
    section(text("app.skills.groups"), text("app.skills.groups_about"))
    # A name that was proposed is the reader's now: another language does not change it.
    everybody = st.session_state.setdefault(_EVERYBODY, text("skills.everybody"))
    proposed = default_groups(model, everybody)
    with st.expander(text("app.skills.upload"), icon=":material/upload:"):
        brought = st.file_uploader(
            text("app.skills.upload_help"), type=list(ENDINGS), key="skills_file"
        )
    if brought is not None:
        try:
            proposed = read_groups(brought.getvalue(), model, name=brought.name)
        except TableRefused as refused:
            _problems(refused, text("app.skills.groups"), text)
            return None
    shown = group_table(proposed).assign(
        skills=pd.Series([list(group.skills) for group in proposed], dtype=object)
    )
    number = st.column_config.NumberColumn
    names = _headings(GROUP_COLUMNS, text)
    edited = _kept_editor(
        shown,
        f"skills_groups_{_version(model.names, model.costs, proposed)}",
        {
            "group": st.column_config.TextColumn(names["group"], max_chars=80),
            "skills": st.column_config.MultiselectColumn(
                names["skills"], options=list(model.names), width="large"
            ),
            "cost_per_hour": number(names["cost_per_hour"], min_value=0, format="localized"),
            "most_agents": number(names["most_agents"], min_value=0, step=1),
        },
        text("app.skills.groups"),
    )
    begun = edited[edited["group"].notna() | edited["skills"].map(_listed)]
    rows = begun.assign(row=range(1, len(begun) + 1))
    rows["skills"] = [list(cell) if _listed(cell) else [] for cell in rows["skills"]]
    rows["group"] = rows["group"].fillna("")
    try:
        groups = groups_of(rows, model, headers=names)
    except TableRefused as refused:
        _problems(refused, text("app.skills.groups"), text)
        return None
    st.download_button(
        text("app.skills.download"),
        csv_bytes(group_table(groups), usual_dialect(text.language)),
        file_name="skill_groups.csv",
        mime="text/csv",
        icon=":material/download:",
        type="tertiary",
        on_click="ignore",
        key="skills_download",
    )
    return groups


def _source(text: Text) -> str:
    """Offer the sources. While a forecast is under way `choose` would forget what is chosen here.

    It leads away from the plan, so that it can be wanted just then.
    """
    widget = f"{_SOURCE}_{text.language}"
    if widget not in st.session_state:
        st.session_state[widget] = st.session_state.get(_SOURCE, _SOURCES[0])
    chosen = st.segmented_control(
        text("app.skills.source"),
        _SOURCES,
        required=True,
        format_func=lambda name: text(f"app.skills.sources.{name}"),
        key=widget,
    )
    st.session_state[_SOURCE] = chosen
    return str(chosen)


def _of_plan(text: Text, *, busiest: bool) -> SkillModel:
    plan = the_plan()
    plan_caption(plan, text)
    if busiest:
        return skill_model(plan)
    rows = plan.requirement[plan.requirement["channel"].isin(AGENT_CHANNELS)]
    start, end = busiest_hours(rows, plan.interval_min)
    first = start.tz_localize(None).normalize()
    begin = 60 * start.hour + start.minute
    until = begin + round((end - start).total_seconds() / 60)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        day: date = choose_day(rows, text, "skills_day", default=first).date()
        ends = [
            choose(
                text(f"app.skills.{name}"),
                range(0, _DAY_MIN + 1, plan.interval_min),
                text,
                f"skills_{name}",
                written=lambda minute: f"{minute // 60:02d}:{minute % 60:02d}",
                default=usual,
            )
            for name, usual in (("from", begin), ("to", until))
        ]
    return skill_model(plan, day=day, hours=(ends[0], ends[1]))


def _edited_queues(base: SkillModel, source: str, text: Text) -> SkillModel | None:
    minutes = text.number(base.interval_s / 60)
    section(text("app.skills.queues"), text("app.skills.queues_about", minutes=minutes))
    shown = queue_table(base)
    shown["service_level"] *= 100
    number = st.column_config.NumberColumn
    names = _headings(QUEUE_COLUMNS, text)
    columns: dict[str, Any] = {
        name: number(names[name], min_value=0, format="localized") for name in QUEUE_COLUMNS[1:]
    }
    # What a new row begins with.
    for name, usual in (("service_level", 80.0), ("within_s", 20.0)):
        columns[name] = number(names[name], min_value=0, format="localized", default=usual)
    columns["queue"] = st.column_config.TextColumn(names["queue"], max_chars=80)
    key = f"skills_queues_{_version(source, base.start, base.end, shown.to_csv())}"
    edited = _kept_editor(shown, key, columns, text("app.skills.queues"))
    try:
        begun = edited.dropna(subset=["queue", "contacts", "aht_s"], how="all")
        shares = begun.assign(service_level=begun["service_level"] / 100)
        model = with_queues(base, shares, headers=names)
    except TableRefused as refused:
        _problems(refused, text("app.skills.queues"), text)
        return None
    st.caption(plain(hours_words(model, text)))
    return model


def _kept_editor(shown: pd.DataFrame, key: str, columns: dict[str, Any], alt: str) -> pd.DataFrame:
    """Show a table to edit; what was written outlives a visit to another page."""
    seed, kept = f"{key}_seed", f"{key}_kept"
    if key not in st.session_state or seed not in st.session_state:
        # The browser forgets an editor that is not shown: begin with what it last said.
        st.session_state[seed] = st.session_state.get(kept, shown)
    edited: pd.DataFrame = st.data_editor(
        st.session_state[seed],
        column_config=columns,
        column_order=list(shown.columns),
        hide_index=True,
        num_rows="dynamic",
        placeholder=UNKNOWN,
        alt=alt,
        key=key,
    )
    st.session_state[kept] = edited.reset_index(drop=True)
    return edited


def _problems(refused: TableRefused, what: str, text: Text) -> None:
    st.error(text("app.skills.problems", what=what), icon=":material/rule:")
    problem_list(refused.problems, text, text("app.skills.problems", what=what))


def _headings(names: tuple[str, ...], text: Text) -> dict[str, str]:
    return {name: text(f"skills.columns.{name}") for name in names}


def _listed(cell: object) -> bool:
    return cell is not None and not (isinstance(cell, float) and math.isnan(cell))


def _version(*parts: object) -> str:
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:12]
