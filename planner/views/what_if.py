"""The what-if page: move an assumption, see at once what it needs and costs."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from planner.charts_staffing import day_comparison, difference_heat_map
from planner.comparison import KEYS, compare
from planner.plan import Plan, team_queues
from planner.scenario import Scenario
from planner.scenario_file import scenario_toml
from planner.text import Text
from planner.views import session
from planner.views.choices import ALL_QUEUES, choose, choose_day, choose_queue, choose_weeks
from planner.views.levers import Levers
from planner.views.parts import (
    cards,
    chart,
    figure,
    page_title,
    plain,
    plan_caption,
    section,
    table,
)
from planner.views.planning import the_plan, variant, why_impossible
from planner.views.requirement import choose_agents
from planner.views.session import WHAT_IF

MEASURES = (
    "contacts",
    "agents_net_peak",
    "agents_gross_peak",
    "paid_h",
    "fte",
    "cost",
    "service_level",
    "occupancy",
)


def show() -> None:
    """Show the page."""
    text = session.text()
    page_title(text, "what_if")
    plan = the_plan()
    plan_caption(plan, text)
    _what_if(plan, text)


@st.fragment
def _what_if(base: Plan, text: Text) -> None:
    """Show sliders and pictures; moving a slider runs this function alone."""
    left, right = st.columns([2, 7], gap="small")
    with left, st.container(border=True):
        levers = _levers(base, text)
    try:
        scenario = levers.applied_to(base.scenario, _name(base.scenario, text))
        changed = variant(scenario, base)
    except ValueError as error:
        right.error(why_impossible(error, text), title=text("app.plan.impossible"))
        return
    with left, st.container(border=True):
        _keep(scenario, text)
    with right:
        queue = choose_queue(base.requirement, text, "compare_queue", whole=True)
        comparison = _compared(base, changed)
        of_queue = comparison[comparison["queue"] == queue].set_index("kpi")
        before, after = of_queue["baseline"].to_dict(), of_queue["scenario"].to_dict()
        st.caption(text("app.what_if.versus"))
        cards(after, MEASURES, text, base.scenario.currency, before=before)
        _pictures(base, changed, queue, text)
        _by_queue(comparison, base.scenario.currency, text)


def _levers(plan: Plan, text: Text) -> Levers:
    section(text("app.what_if.levers"))
    base = plan.scenario
    rest = Levers.of(base)
    levers = Levers(
        volume=_slider(text, "volume", -50, 100, rest.volume, "%+d %%"),
        aht=_slider(text, "aht", -50, 50, rest.aht, "%+d %%"),
        service_level=_slider(text, "service_level", 50, 99, rest.service_level, "%d %%"),
        within_s=_slider(text, "within_s", 5, 120, rest.within_s, "%d s"),
        shrinkage=_slider(text, "shrinkage", 0, 60, rest.shrinkage, "%d %%"),
        team=_team(plan, rest.team, text),
    )
    own = [name for name, queue in base.queues if queue.stated() or queue.shrinkage is not None]
    if base.campaigns:
        names = ", ".join(campaign.name for campaign in base.campaigns)
        st.caption(text("app.what_if.campaigns", campaigns=plain(names)))
    if own:
        st.caption(text("app.what_if.exceptions", queues=plain(", ".join(own))))
    st.button(
        text("app.what_if.reset"),
        icon=":material/restart_alt:",
        key="reset",
        on_click=session.use_scenario,
        args=(base,),
        width="stretch",
    )
    return levers


def _team(plan: Plan, shared: tuple[str, ...], text: Text) -> tuple[str, ...]:
    """Offer the queues that could share a team; several teams of a scenario stay as they are."""
    scenario = plan.scenario
    able = team_queues(plan)
    if scenario.engine != "aforo" or len(scenario.teams) > 1 or len(able) < 2:
        return shared
    chosen = st.multiselect(
        text("app.what_if.team"),
        able,
        default=[queue for queue in shared if queue in able],
        placeholder=text("app.what_if.team_none"),
        help=text("app.what_if.team_help"),
        key=f"{WHAT_IF}team",
        persist_state="session",
    )
    return tuple(chosen)


def _slider(text: Text, name: str, low: int, high: int, value: int, form: str) -> int:
    chosen = st.slider(
        text(f"app.what_if.{name}"),
        min_value=min(low, value),
        max_value=max(high, value),
        value=value,
        format=form,
        key=f"{WHAT_IF}{name}",
        persist_state="session",
    )
    return int(chosen)


def _name(base: Scenario, text: Text) -> str:
    """Return the name a person gave, or one made of the base's."""
    given = str(st.session_state.get(f"{WHAT_IF}name") or "").strip()
    return given or text("app.what_if.name_of", name=base.name)


def _keep(scenario: Scenario, text: Text) -> None:
    """Offer to name the scenario, to plan with it, and to take it along."""
    section(text("app.what_if.keep"))
    st.text_input(
        text("assumptions.name"),
        placeholder=scenario.name,
        max_chars=80,
        key=f"{WHAT_IF}name",
        persist_state="session",
    )
    used = st.button(
        text("app.what_if.use"),
        icon=":material/check:",
        key="use",
        help=text("app.what_if.use_help"),
        type="primary",
        width="stretch",
    )
    st.download_button(
        text("app.what_if.download"),
        scenario_toml(scenario),
        file_name="scenario.toml",
        mime="application/toml",
        icon=":material/download:",
        on_click="ignore",
        width="stretch",
        key="download_scenario",
    )
    if used:
        session.use_scenario(scenario)
        st.rerun()


def _pictures(base: Plan, changed: Plan, queue: str, text: Text) -> None:
    """Show one day before and after, and the difference of all days."""
    before, after = base.requirement, changed.requirement
    if queue != ALL_QUEUES:
        before = before[before["queue"] == queue]
        after = after[after["queue"] == queue]
    with st.container(border=True):
        section(text("app.what_if.day"))
        with st.container(horizontal=True, vertical_alignment="bottom"):
            agents = choose_agents(text, "compare_agents")
            day = choose_day(before, text, "compare_day")
        of_day = before["interval_start"].dt.tz_localize(None).dt.normalize() == day
        spec = day_comparison(
            before[of_day], after[of_day], agents, text, interval_min=base.interval_min
        )
        chart(spec, "day_comparison")
    with st.container(border=True):
        section(text("app.what_if.heat_map"), text("app.what_if.heat_map_about"))
        shown = choose_weeks(before, text, "compare_weeks")
        chart(difference_heat_map(shown, after.loc[shown.index], agents, text), "difference")


def _compared(base: Plan, changed: Plan) -> pd.DataFrame:
    """Set the two plans side by side: queue, channel, kpi, baseline, scenario, difference."""
    comparison = compare([base, changed])
    comparison.columns = pd.Index([*KEYS, "baseline", "scenario", "difference"])
    return comparison


def _by_queue(comparison: pd.DataFrame, currency: str, text: Text) -> None:
    """Compare one measure of all queues."""
    with st.container(border=True):
        section(text("app.what_if.by_queue"))
        kpi = choose(
            text.column("kpi"),
            MEASURES,
            text,
            "compare_kpi",
            written=lambda name: text(f"kpis.{name}"),
            default="fte",
        )
        numbers = ("baseline", "scenario", "difference")
        rows = comparison.loc[comparison["kpi"] == kpi, ["queue", *numbers]]
        table(
            rows.replace({"queue": {ALL_QUEUES: text("app.whole_centre")}}),
            text,
            text("app.what_if.by_queue"),
            headings={name: text(f"app.what_if.{name}") for name in numbers},
            forms={name: lambda value: figure(kpi, value, text, currency) for name in numbers},
        )
