"""The page of the judge: what the plan promises, what a simulation gives, and why they part."""

from __future__ import annotations

import math
from collections.abc import Mapping

import pandas as pd
import streamlit as st

from planner.charts_verify import (
    day_histogram,
    levels_by_day,
    levels_by_interval,
    reasons_waterfall,
)
from planner.judge import Stopped
from planner.plan import Plan
from planner.roster import Roster
from planner.roster_file import RosterReading
from planner.scenario import Scenario
from planner.text import Text
from planner.verification import AGREES, SIMULATED, Verification
from planner.verify_queues import NothingToVerify
from planner.verify_words import (
    chance_sentence,
    interval_words,
    notes_told,
    queue_sentence,
    roster_sentence,
    target_words,
)
from planner.views import session
from planner.views.background_job import job_of
from planner.views.choices import choose, choose_day, choose_queue
from planner.views.parts import chart, page_title, plain, plan_caption, section, table
from planner.views.planning import the_plan
from planner.views.session import Source
from planner.views.verify_job import VerifyJob
from planner.views.verify_roster import RosterFile, bring_roster, show_agents, show_people

_REPLICATIONS = (30, 100, 300)
_WANTED = "verify_wanted"
_POLL_S = 1.5


def show() -> None:
    """Show the page."""
    text = session.text()
    page_title(text, "verify")
    plan = the_plan()
    plan_caption(plan, text)
    brought = bring_roster(plan, text)
    job = _chosen_job(plan, brought, text)
    if job is None:
        st.info(text("app.verify.not_yet"), icon=":material/play_circle:")
        return
    if not job.finished:
        st.fragment(_live, run_every=_POLL_S)(job, plan)
        return
    try:
        found = job.result()
    except Stopped:
        st.info(text("app.verify.stopped_early"), icon=":material/stop_circle:")
    except NothingToVerify:
        st.info(text("app.verify.nothing"), icon=":material/smart_toy:")
    else:
        if job.cancelled:
            count = text.number(found.replications)
            st.info(text("app.verify.stopped", count=count), icon=":material/stop_circle:")
        _shown(found, plan, text)


def _chosen_job(
    plan: Plan, brought: tuple[RosterFile, RosterReading] | None, text: Text
) -> VerifyJob | None:
    """Offer to begin; return the simulation of this plan and roster, if it was asked for."""
    refused = brought is not None and brought[1].roster is None
    with st.container(horizontal=True, vertical_alignment="bottom"):
        many = choose(
            text("app.verify.replications"),
            _REPLICATIONS,
            text,
            "verify_replications",
            written=text.number,
            default=100,
            few=True,
        )
        begins = st.button(
            text("app.verify.start"),
            icon=":material/play_arrow:",
            type="primary",
            key="verify_start",
            disabled=refused,
        )
    of_roster = repr(brought[0]) if brought else ""
    key = (session.source(), plan.scenario, session.skips_bad_rows(), many, of_roster)
    if begins:
        st.session_state[_WANTED] = repr(key)
    if refused or st.session_state.get(_WANTED) != repr(key):
        return None
    roster = brought[1].roster if brought else None
    return job_of(_job, *key, plan, roster, again=begins)


@st.cache_resource(max_entries=4, show_spinner=False, hash_funcs={Source: repr, Scenario: repr})
def _job(
    source: Source,  # noqa: ARG001 - part of the key
    scenario: Scenario,  # noqa: ARG001 - part of the key
    skips: bool,  # noqa: ARG001 - part of the key
    many: int,
    of_roster: str,  # noqa: ARG001 - part of the key
    _plan: Plan,
    _roster: Roster | None,
) -> VerifyJob:
    return VerifyJob(_plan, _roster, replications=many)


def _live(job: VerifyJob, plan: Plan) -> None:
    """Tell how far a simulation is, with what is known; when it ends, show the page."""
    if job.finished:
        st.rerun()
    text, known = session.text(), job.so_far
    if known is None:
        says = text("app.verify.preparing")
    else:
        says = text("app.verify.running", count=text.number(known.replications))
    with st.container(border=True):
        st.progress(min(job.share, 1.0), text=says)
        stop, icon = text("app.verify.stop"), ":material/stop:"
        st.button(stop, icon=icon, key="verify_stop", on_click=job.cancel)
    if known is not None:
        _shown(known, plan, text)


def _shown(found: Verification, plan: Plan, text: Text) -> None:
    rows = plan.requirement[
        plan.requirement["queue"].isin([queue.name for queue in found.model.queues])
    ]
    roster = found.model.roster
    if roster is not None:
        st.caption(plain(roster_sentence(roster, text)))
    queue = choose_queue(rows, text, "verify_queue")
    whole = found.periods("plan")
    row = whole[whole["queue"] == queue].iloc[0]
    chances = found.chances()
    kept = chances[chances["queue"] == queue]
    _verdict(row, kept, text)
    _cards(row, kept, text)
    days = found.periods("day")
    with st.container(border=True):
        section(text("app.verify.days"), text("app.verify.days_about"))
        chart(levels_by_day(days[days["queue"] == queue], text), "verify_days")
    left, right = st.columns(2, gap="small")
    with left, st.container(border=True, height="stretch"):
        about = "reasons_about" if roster is None else "reasons_about_roster"
        section(text("app.verify.reasons"), text(f"app.verify.{about}"))
        if not math.isnan(row["promised"]):
            steps = found.steps()
            chart(reasons_waterfall(steps[steps["queue"] == queue], text), "verify_reasons")
    with right, st.container(border=True, height="stretch"):
        section(text("app.verify.histogram"), text("app.verify.histogram_about"))
        chart(day_histogram(found.day_levels(queue), row["target"], text), "verify_histogram")
    day = _one_day(found, queue, plan, text)
    if roster is not None:
        show_people(found, queue, day, text)
    _all_queues(found, whole, chances, text)
    show_agents(found, text)
    for said in notes_told(found, text):
        st.caption(plain(said))
    assumed = "assumptions" if roster is None else "assumptions_roster"
    share = text.percent(plan.scenario.unplanned_share)
    st.caption(text(f"app.verify.{assumed}", share=share))


def _verdict(row: pd.Series, kept: pd.DataFrame, text: Text) -> None:
    """Say in a sentence what the queue promises and what it will give."""
    likely = chance_sentence(kept, row["target"], text)
    words = plain(f"{queue_sentence(row, text)} {likely}")
    if row["reason"] == AGREES:
        st.success(words, icon=":material/balance:")
    elif row[SIMULATED] < row["promised"]:
        st.warning(words, icon=":material/trending_down:")
    else:
        st.info(words, icon=":material/trending_up:")


def _cards(row: pd.Series, kept: pd.DataFrame, text: Text) -> None:
    cards: dict[str, tuple[str, str | None]] = {
        "promised": (text.percent(row["promised"], 1), None),
        "simulated": (
            text.percent(row[SIMULATED], 1),
            interval_words(row["low"], row["high"], text),
        ),
    }
    for one in kept.to_dict("records"):
        interval = interval_words(one["low"], one["high"], text)
        cards[f"chance_{one['period']}"] = (text.percent(one["chance"]), interval)
    target = target_words(row["target"], text)
    with st.grid(len(cards), min_column_width=150):
        for name, (value, ends) in cards.items():
            st.metric(
                text(f"app.verify.cards.{name}"),
                value,
                ends,
                delta_color="off",
                delta_arrow="off",
                help=text(f"app.verify.cards_help.{name}", target=target),
                border=True,
                height="stretch",
            )


def _one_day(found: Verification, queue: str, plan: Plan, text: Text) -> pd.Timestamp:
    """Show promise and simulation through a day; return which one was chosen."""
    intervals = found.periods("interval")
    rows = intervals[intervals["queue"] == queue].rename(columns={"start": "interval_start"})
    with st.container(border=True):
        section(text("app.verify.intervals"), text("app.verify.intervals_about"))
        day = choose_day(rows, text, "verify_day")
        same = rows["interval_start"].dt.tz_localize(None).dt.normalize() == day
        shown = rows[same].rename(columns={"interval_start": "start"})
        drawn = levels_by_interval(shown, text, interval_min=plan.interval_min)
        chart(drawn, "verify_intervals")
    with st.expander(text("app.verify.table")):
        told = shown.assign(
            time=[text.time(start) for start in shown["start"]],
            reason=[text(f"verify.reasons.{code}") for code in shown["reason"]],
        )
        names = ["time", "contacts", "promised", SIMULATED, "low", "high", "chance", "reason"]
        _listed(told[names], text, text("app.verify.table"))
    return day


def _all_queues(
    found: Verification, whole: pd.DataFrame, chances: pd.DataFrame, text: Text
) -> None:
    """List every queue."""
    known = found.chance_periods
    by_period = chances.pivot_table(index="queue", columns="period", values="chance")
    told = whole[["queue", "target", "promised", SIMULATED]].assign(
        interval=[
            interval_words(low, high, text)
            for low, high in whole[["low", "high"]].itertuples(index=False)
        ]
    )
    chance = by_period.reindex(columns=list(known)).reset_index()
    told = told.merge(chance, on="queue", how="left")
    told["reason"] = [text(f"verify.reasons.{code}") for code in whole["reason"]]
    periods = {period: text(f"app.verify.periods.{period}") for period in known}
    with st.container(border=True):
        section(text("app.verify.all"), text("app.verify.all_about"))
        _listed(told, text, text("app.verify.all"), periods)


def _listed(
    rows: pd.DataFrame, text: Text, alt: str, headings: Mapping[str, str] | None = None
) -> None:
    own = {
        name: text(f"verify.columns.{name}")
        for name in rows.columns
        if f"verify.columns.{name}" in text
    } | dict(headings or {})
    # What is no count is a share.
    forms = {
        name: lambda share: text.percent(share, 1) for name in own if rows[name].dtype == float
    }
    table(rows, text, alt, headings=own, forms=forms)
