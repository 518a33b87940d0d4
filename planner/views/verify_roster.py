"""The roster on the judge's page: taken in, its faults listed, its people shown."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field

import pandas as pd
import streamlit as st

from planner.charts_roster import people_by_interval
from planner.plan import Plan
from planner.roster_file import RosterReading, read_roster
from planner.roster_results import roster_agents, team_by_interval
from planner.roster_template import roster_template
from planner.scenario import Scenario
from planner.table_file import ENDINGS
from planner.text import Text
from planner.verification import Verification
from planner.verify_queues import NothingToVerify
from planner.views import session
from planner.views.parts import chart, plain, section, table
from planner.views.problem_list import problem_list
from planner.views.session import Source

_FILE, _UPLOAD = "roster_file", "roster_upload"


@dataclass(frozen=True, slots=True, kw_only=True)
class RosterFile:
    """An uploaded roster, told apart by the hash of its bytes."""

    name: str
    sha256: str
    data: bytes = field(repr=False, compare=False)


def bring_roster(plan: Plan, text: Text) -> tuple[RosterFile, RosterReading] | None:
    """Offer to simulate a roster; return it as read, if there is one."""
    file = _remembered()
    with st.expander(text("app.verify.roster"), expanded=file is not None, icon=":material/badge:"):
        st.caption(text("app.verify.roster_about"))
        uploaded = st.file_uploader(
            text("app.verify.roster_file"),
            type=list(ENDINGS),
            help=text("app.verify.roster_help"),
            key=_UPLOAD,
            on_change=_take,
        )
        with st.container(horizontal=True):
            st.download_button(
                text("app.verify.roster_template"),
                lambda: roster_template(plan, text),
                file_name=text("app.verify.roster_template_file"),
                mime="text/csv",
                icon=":material/download:",
                on_click="ignore",
                key="roster_template",
            )
            if file is not None and uploaded is None:
                words, icon = text("app.verify.roster_forget"), ":material/undo:"
                st.button(words, icon=icon, key="roster_forget", on_click=_use, args=(None,))
        if file is None:
            return None
        source, scenario, skips = session.source(), plan.scenario, session.skips_bad_rows()
        try:
            reading = _reading(file, source, scenario, skips, plan)
        except NothingToVerify:
            return None
        if reading.roster is None:
            st.error(text("app.verify.roster_refused"), icon=":material/rule:")
        if len(reading.problems):
            problem_list(reading.problems, text, text("app.history.problems"))
    return file, reading


def show_people(found: Verification, queue: str, day: pd.Timestamp, text: Text) -> None:
    """Show who is there through one day, in the team of a queue."""
    (team,) = (each.team for each in found.model.queues if each.name == queue)
    rows = team_by_interval(found.model, team)
    rows = rows[rows["start"].dt.tz_localize(None).dt.normalize() == day]
    # Outside the hours in which somebody is there or needed there is nothing to see.
    busy = rows[["on_shift", "needed"]].gt(0).any(axis="columns")
    rows = rows.loc[busy.idxmax() : busy[::-1].idxmax()] if busy.any() else rows
    minutes = round(found.model.centres[0].interval_s / 60)
    with st.container(border=True):
        section(text("app.verify.people", team=plain(team)), text("app.verify.people_about"))
        chart(people_by_interval(rows, text, interval_min=minutes), "verify_people")
        with st.expander(text("app.verify.table")):
            names = ["time", "on_shift", "on_phones", "needed"]
            shown = rows.assign(time=[text.time(start) for start in rows["start"]])[names]
            heads = {name: text(f"roster.people.{name}") for name in names}
            forms = dict.fromkeys(names[1:3], lambda people: text.number(people, 1))
            table(shown, text, text("app.verify.table"), headings=heads, forms=forms)


def show_agents(found: Verification, text: Text) -> None:
    """List what everybody's time goes to."""
    agents = roster_agents(found)
    if agents.empty:
        return
    heads = {str(name): text(f"roster.agents.{name}") for name in agents.columns}
    hours = ("rostered_h", "on_phones_h", "busy_h")
    forms = dict.fromkeys(hours, lambda each: text.number(each, 1))
    with st.expander(text("roster.hours")):
        table(agents, text, text("roster.hours"), headings=heads, forms=forms)


def _remembered() -> RosterFile | None:
    of, file = st.session_state.get(_FILE, ("", None))
    # Another centre has other people.
    found: RosterFile | None = file if of == session.source().sha256 else None
    return found


def _take() -> None:
    """Use the file that was uploaded, or none if it was taken away."""
    uploaded = st.session_state[_UPLOAD]
    if uploaded is None:
        _use(None)
        return
    data = uploaded.getvalue()
    _use(RosterFile(name=uploaded.name, sha256=hashlib.sha256(data).hexdigest(), data=data))


def _use(file: RosterFile | None) -> None:
    """Remember the roster, and of which history it is."""
    st.session_state[_FILE] = (session.source().sha256, file)


@st.cache_resource(
    max_entries=8,
    show_spinner=False,
    hash_funcs={RosterFile: repr, Source: repr, Scenario: repr},
)
def _reading(
    file: RosterFile,
    source: Source,  # noqa: ARG001 - part of the key
    scenario: Scenario,  # noqa: ARG001 - part of the key
    skips: bool,  # noqa: ARG001 - part of the key
    _plan: Plan,
) -> RosterReading:
    return read_roster(file.data, _plan, name=file.name)
