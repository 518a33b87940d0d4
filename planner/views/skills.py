"""The page of skills: how many agents of which skills, why not fewer, and what to teach whom."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pandas as pd
import streamlit as st

from planner.charts_skills import fewer_agents, group_bars, lesson_savings, queue_levels
from planner.skill_model import SkillModel
from planner.skill_study import SkillStudy, usual_replications
from planner.skill_words import (
    amount,
    best_lesson,
    binding_sentence,
    cost_words,
    fewer_sentences,
    level_interval,
    level_words,
    notes_told,
    verdict,
)
from planner.text import Text
from planner.views import session
from planner.views.background_job import Cancelled, job_of
from planner.views.choices import choose
from planner.views.parts import chart, page_title, plain, section, table
from planner.views.skill_inputs import choose_groups, choose_model
from planner.views.skill_job import SearchJob, StaffJob, TeachJob
from staffing import SkillGroup

_REPLICATIONS = (50, 100, 200, 400)
Forms = Mapping[str, Callable[[float], str]]
_WANTED, _TAUGHT = "skills_wanted", "skills_taught"
_POLL_S = 1.0


def show() -> None:
    """Show the page."""
    text = session.text()
    page_title(text, "skills")
    with st.container(border=True):
        model = choose_model(text)
    if model is None:
        return
    with st.container(border=True):
        groups = choose_groups(model, text)
    if groups is None:
        return
    key, job = _chosen_job(model, groups, text)
    if job is None:
        st.info(text("app.skills.not_yet"), icon=":material/play_circle:")
        return
    if not job.finished:
        st.fragment(_live, run_every=_POLL_S)(job)
        return
    try:
        study = job.result()
    except Cancelled:
        st.info(text("app.skills.stopped"), icon=":material/stop_circle:")
        return
    _shown(study, text)
    if study.feasible:
        _teach(key, study, text)
        _tables(study, text)
    for said in notes_told(model, text):
        st.caption(plain(said))
    st.caption(text("app.skills.assumptions"))


def _chosen_job(
    model: SkillModel, groups: tuple[SkillGroup, ...], text: Text
) -> tuple[str, StaffJob | None]:
    """Offer to begin; return the search for these groups, if it was asked for, and its key."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        many = choose(
            text("app.skills.replications"),
            _REPLICATIONS,
            text,
            f"skills_replications_{len(model.queues)}",
            written=text.number,
            default=usual_replications(model),
            few=True,
        )
        begins = st.button(
            text("app.skills.start"),
            icon=":material/play_arrow:",
            type="primary",
            key="skills_start",
        )
    seed = session.scenario().seed
    asked = (model.queues, model.targets, model.interval_s, model.currency, groups, many, seed)
    key = repr((asked, model.start))
    if begins:
        st.session_state[_WANTED] = key
    if st.session_state.get(_WANTED) != key:
        return key, None
    return key, job_of(_staffing, key, model, groups, many, seed, again=begins)


@st.cache_resource(max_entries=8, show_spinner=False)
def _staffing(
    key: str,  # noqa: ARG001 - all that the others say
    _model: SkillModel,
    _groups: tuple[SkillGroup, ...],
    _many: int,
    _seed: int,
) -> StaffJob:
    return StaffJob(_model, _groups, replications=_many, seed=_seed)


@st.cache_resource(max_entries=8, show_spinner=False)
def _teaching(
    key: str,  # noqa: ARG001 - all that the study comes from
    _study: SkillStudy,
) -> TeachJob:
    return TeachJob(_study)


def _live(job: SearchJob[Any]) -> None:
    """Tell how far a search is; when it ends, show the page."""
    if job.finished:
        st.rerun()
    text = session.text()
    with st.container(border=True):
        # How many it will take is not known before.
        share = 1.0 - 1.0 / (1.0 + job.tried / 100.0)
        count = text.number(job.tried)
        st.progress(share, text=text("app.skills.running", count=count))
        stop, icon = text("app.skills.stop"), ":material/stop:"
        st.button(stop, icon=icon, key=f"stop_{type(job).__name__}", on_click=job.cancel)


def _shown(study: SkillStudy, text: Text) -> None:
    words = plain(verdict(study, text))
    if not study.feasible:
        st.error(words, icon=":material/block:")
    elif study.staffing.status == "met":
        st.success(words, icon=":material/groups:")
    else:
        st.warning(words, icon=":material/balance:")
    if study.feasible:
        _cards(study, text)
        left, right = st.columns(2, gap="small")
        with left, st.container(border=True, height="stretch"):
            section(text("app.skills.agents"))
            chart(group_bars(study.staffing.groups, text), "skills_agents")
            for _, row in study.staffing.groups.iterrows():
                st.caption(plain(binding_sentence(row, text)))
        with right, st.container(border=True, height="stretch"):
            section(text("app.skills.levels"), text("app.skills.levels_about"))
            chart(queue_levels(study.staffing.queues, text), "skills_levels")
    with st.container(border=True):
        section(text("app.skills.fewer"), text("app.skills.fewer_about"))
        chart(fewer_agents(study, text), "skills_fewer")
        for said in fewer_sentences(study, text):
            st.markdown(plain(said))


def _cards(study: SkillStudy, text: Text) -> None:
    found, model = study.staffing, study.model
    money = found.cost_per_hour
    cards = {
        "agents": text.number(found.agents),
        "cost": text.money(money, model.currency) if model.currency else text.number(money, 1),
        "pooled": text.number(found.pooled_agents),
        "separate": text.number(found.separate_agents),
        "gap": text.percent(found.gap, 1),
    }
    with st.grid(len(cards), min_column_width=150):
        for name, value in cards.items():
            st.metric(text(f"app.skills.cards.{name}"), value, border=True, height="stretch")


def _teach(key: str, study: SkillStudy, text: Text) -> None:
    """Offer to find what is worth teaching, and tell it."""
    if len(study.model.queues) < 2:
        return
    with st.container(border=True):
        section(text("app.skills.teach"), text("app.skills.teach_about"))
        begins = st.button(
            text("app.skills.teach_start"), icon=":material/school:", key="skills_teach"
        )
        if begins:
            st.session_state[_TAUGHT] = key
        if st.session_state.get(_TAUGHT) != key:
            return
        job = job_of(_teaching, key, study, again=begins)
        if not job.finished:
            st.fragment(_live, run_every=_POLL_S)(job)
            return
        try:
            lessons = job.result()
        except Cancelled:
            st.info(text("app.skills.stopped"), icon=":material/stop_circle:")
            return
        st.markdown(f"**{plain(best_lesson(lessons, study.model, text))}**")
        chart(lesson_savings(lessons, study.model, text), "skills_lessons")
        with st.expander(text("app.skills.table")):
            _lesson_table(lessons, study.model, text)


def _lesson_table(lessons: pd.DataFrame, model: SkillModel, text: Text) -> None:
    names = ("skill", "group", "taught", "agents_saved", "low", "high", "saved")
    told = lessons.assign(low=lessons["agents_saved_low"], high=lessons["agents_saved_high"])
    table(
        told[list(names)],
        text,
        text("app.skills.teach"),
        headings={name: text(f"skills.columns.{name}") for name in names},
        forms={
            **dict.fromkeys(names[3:6], lambda saved: text.number(saved, 2)),
            "saved": lambda saved: amount(saved, model, text),
        },
    )


def _tables(study: SkillStudy, text: Text) -> None:
    found = study.staffing
    with st.expander(text("app.skills.table")):
        skills = [", ".join(each) for each in found.groups["skills"]]
        groups = found.groups.assign(skills=skills).rename(columns={"binding": "misses_first"})
        costs = dict.fromkeys(
            ("cost_per_hour", "cost"), lambda cost: amount(cost, study.model, text)
        )
        _listed(groups, text, text("app.skills.agents"), costs)
        st.caption(plain(cost_words(found.cost_per_hour, study.model, text)))
        levels = pd.DataFrame(
            {
                "queue": found.queues["queue"],
                "measure": [text(f"skills.measures.{code}") for code in found.queues["measure"]],
                "target": [level_words(r, "target", text) for _, r in found.queues.iterrows()],
                "value": [level_words(r, "value", text) for _, r in found.queues.iterrows()],
                "interval": [level_interval(row, text) for _, row in found.queues.iterrows()],
            }
        )
        _listed(levels, text, text("app.skills.levels"), {})
        shares = dict.fromkeys(("level", "low", "high"), lambda share: text.percent(share, 1))
        _listed(study.curve, text, text("app.skills.fewer"), shares)


def _listed(rows: pd.DataFrame, text: Text, alt: str, forms: Forms) -> None:
    headings = {str(name): text(f"skills.columns.{name}") for name in rows.columns}
    table(rows, text, alt, headings=headings, forms=forms)
