"""The requirement page: how many agents when, what they cost, and what asks for them."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from planner.centre import channels_of
from planner.charts_explanation import agents_waterfall
from planner.charts_staffing import AGENTS, agents_heat_map, day_staffing
from planner.plan import Plan
from planner.summary import centre_totals, queue_totals
from planner.text import Text
from planner.views import session
from planner.views.choices import ALL_QUEUES, choose, choose_day, choose_queue, choose_weeks
from planner.views.parts import cards, chart, page_title, plan_caption, section, table
from planner.views.planning import explanation, the_plan
from staffing.channels.queue_staff import MEASURES as QUEUE_MEASURES
from staffing.explanation import PARTS
from staffing.shrinkage import gross_agents

MEASURES = (
    "contacts",
    "workload_h",
    "agents_net_peak",
    "agents_gross_peak",
    "paid_h",
    "fte",
    "cost",
    "service_level",
    "occupancy",
    "asa_s",
)
_WHY_COLUMNS = [
    "time",
    "queue",
    "agents_net",
    "agents_gross",
    "binding",
    "service_level",
    "service_level_one_less",
    "load_erlangs",
    "contacts",
    "aht_s",
    "asa_s",
    "occupancy",
    "model",
]


def show() -> None:
    """Show the page."""
    text = session.text()
    page_title(text, "requirement")
    plan = the_plan()
    plan_caption(plan, text)
    queue = choose_queue(plan.requirement, text, "requirement_queue", whole=True)
    rows = plan.requirement
    if queue != ALL_QUEUES:
        rows = rows[rows["queue"] == queue]
    cards(totals(plan, queue), MEASURES, text, plan.scenario.currency)
    _heat_map(plan, rows, queue, text)
    _day(plan, rows, text)


def totals(plan: Plan, queue: str) -> dict[str, float]:
    """Add a plan up, for one queue or for the whole centre."""
    add_up = centre_totals if queue == ALL_QUEUES else queue_totals
    rows = plan.requirement
    if queue != ALL_QUEUES:
        rows = rows[rows["queue"] == queue]
    table_of_one = add_up(
        rows,
        weeks=float(plan.scenario.weeks),
        contract_h_per_week=plan.scenario.contract_hours_per_week,
    )
    return {str(name): value for name, value in table_of_one.iloc[0].items()}


def choose_agents(text: Text, key: str) -> str:
    """Offer agents on the phones or to schedule."""
    agents: str = choose(
        text("app.requirement.agents"),
        AGENTS,
        text,
        key,
        written=text.column,
        default="agents_gross",
        few=True,
    )
    return agents


def _heat_map(plan: Plan, rows: pd.DataFrame, queue: str, text: Text) -> None:
    with st.container(border=True):
        section(text("app.requirement.heat_map"), text("app.requirement.heat_map_about"))
        with st.container(horizontal=True, vertical_alignment="bottom"):
            agents = choose_agents(text, "requirement_agents")
            shown = choose_weeks(rows, text, "requirement_weeks")
        chart(agents_heat_map(shown, agents, text), "heat_map")
        st.caption(_identity(plan, queue, text))


def _identity(plan: Plan, queue: str, text: Text) -> str:
    """Say how agents on the phones and to schedule hang together."""
    rules = plan.scenario.staffing_rules(channels_of(plan.requirement))
    share = rules[queue].shrinkage if queue in rules else plan.scenario.shrinkage
    net = 10
    said = text(
        "app.requirement.identity",
        shrinkage=text.percent(share, 1),
        net=text.number(net),
        factor=text.number(1 - share, 3),
        gross=text.number(int(gross_agents(net, share))),
    )
    if queue == ALL_QUEUES and any(rule.shrinkage != share for rule in rules.values()):
        said = f"{said} {text('app.requirement.identity_by_queue')}"
    return said


def _day(plan: Plan, rows: pd.DataFrame, text: Text) -> None:
    with st.container(border=True):
        section(text("app.requirement.day"), text("app.requirement.day_about"))
        agents = rows.groupby("interval_start")["agents_gross"].sum()
        busiest = agents.index[int(agents.argmax())].tz_localize(None).normalize()
        day = choose_day(rows, text, "requirement_day", default=busiest)
        starts = rows["interval_start"].dt.tz_localize(None)
        of_day = rows[starts.dt.normalize() == day]
        chart(day_staffing(of_day, text, interval_min=plan.interval_min), "day_staffing")
    _parts(plan, of_day, text)
    with st.container(border=True):
        section(text("app.requirement.why"), text("app.requirement.why_about"))
        of_day = of_day[of_day["agents_gross"] > 0]
        models = {code: text.staffing_model(code) for code in of_day["model"].unique()}
        shown = of_day.assign(
            time=of_day["interval_start"].dt.strftime("%H:%M"), model=of_day["model"].map(models)
        )
        shown = shown.sort_values(["interval_start", "queue"])[_WHY_COLUMNS]
        table(
            shown,
            text,
            text("app.requirement.why"),
            headings={"model": text("app.requirement.rule")},
        )


def _parts(plan: Plan, of_day: pd.DataFrame, text: Text) -> None:
    """Take the agents of one interval apart."""
    agents = of_day.groupby("interval_start")["agents_gross"].sum()
    if plan.scenario.engine != "aforo" or not agents.any():
        return
    with st.container(border=True):
        section(text("app.requirement.parts"), text("app.requirement.parts_about"))
        start = choose(
            text("app.requirement.parts_time"),
            [start for start, count in agents.items() if count],
            text,
            "requirement_interval",
            written=text.time,
            default=agents.idxmax(),
        )
        rows = explanation(plan)
        rows = rows[rows["queue"].isin(of_day["queue"]) & (rows["interval_start"] == start)]
        chart(agents_waterfall(rows[list(PARTS)].sum(), text), "agents_waterfall")
        if len(rows) == 1:
            _neighbours(rows.iloc[0], of_day[of_day["interval_start"] == start].iloc[0], text)


def _neighbours(parts: pd.Series, now: pd.Series, text: Text) -> None:
    """Show what the last agent is worth, and what the next would be."""
    measures = [name for name in QUEUE_MEASURES if pd.notna(parts[f"{name}_one_less"])]
    if not measures:
        return
    agents = int(now["agents_net"])
    rows = pd.DataFrame(
        {
            "agents_net": [agents - 1, agents, agents + 1],
            **{
                name: [parts[f"{name}_one_less"], now[name], parts[f"{name}_one_more"]]
                for name in measures
            },
        }
    )
    st.caption(text("app.requirement.parts_neighbours"))
    table(rows, text, text("app.requirement.parts_neighbours"))
