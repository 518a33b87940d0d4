"""The forecast page: what is expected, how sure it is, and why this model."""

from __future__ import annotations

import math

import pandas as pd
import streamlit as st

from planner.charts_forecast import forecast_days, forecast_intervals, handling_time
from planner.plan import Plan
from planner.text import Text
from planner.views import session
from planner.views.choices import choose, choose_day, choose_queue, choose_week
from planner.views.parts import chart, page_title, plain, plan_caption, section, table
from planner.views.planning import the_plan

_WEEKS_BEFORE = 8
_VIEWS = ("week", "day", "all")


def show() -> None:
    """Show the page."""
    text = session.text()
    page_title(text, "forecast")
    plan = the_plan()
    plan_caption(plan, text)
    queue = choose_queue(plan.forecast.demand, text, "forecast_queue")
    demand = plan.demand[plan.demand["queue"] == queue]
    history = plan.history[plan.history["queue"] == queue]
    lately = _last_weeks(history)
    choice = plan.choice[plan.choice["queue"] == queue]
    _cards(demand, lately, choice, plan.scenario.weeks, text)
    with st.container(border=True):
        section(text("app.forecast.days"), text("app.forecast.days_about"))
        chart(forecast_days(lately, demand, text), "forecast_days")
    _intervals(plan, demand, lately, text)
    left, right = st.columns([3, 2], gap="small")
    with left, st.container(border=True, height="stretch"):
        _leaderboard(choice, text)
    with right, st.container(border=True, height="stretch"):
        section(text("app.forecast.aht"), text("app.forecast.aht_about"))
        if lately["aht_s"].notna().any():
            chart(handling_time(lately, demand, text), "forecast_aht")
        else:
            st.info(
                text("app.forecast.no_aht", aht=text.duration(plan.scenario.default_aht_s)),
                icon=":material/timer_off:",
            )
    _unusual_days(plan, queue, text)


def _cards(
    demand: pd.DataFrame, lately: pd.DataFrame, choice: pd.DataFrame, weeks: int, text: Text
) -> None:
    expected = demand["contacts"].sum()
    work_s = (demand["contacts"] * demand["aht_s"]).sum()
    chosen = choice[choice["chosen"]].iloc[0]
    starts = lately["interval_start"]
    weeks_before = max(1, math.ceil((starts.max() - starts.min()) / pd.Timedelta(weeks=1)))
    per_week, before = expected / weeks, lately["contacts"].sum() / weeks_before
    figures = {
        "expected": text.number(expected),
        "per_week": text.number(per_week),
        "per_week_before": text.number(before),
        "change": text.percent(per_week / before - 1 if before else None, 1),
        "mean_aht": text.duration(work_s / expected if expected else None),
        "error": text.percent(chosen["wape"], 1),
        "day_error": text.percent(chosen["day_wape"], 1),
        "bias": text.percent(chosen["bias"], 1),
    }
    with st.grid(4, min_column_width=165):
        for key, figure in figures.items():
            st.metric(
                text(f"app.forecast.{key}", weeks=text.number(weeks_before)),
                figure,
                border=True,
                height="stretch",
            )


def _intervals(plan: Plan, demand: pd.DataFrame, lately: pd.DataFrame, text: Text) -> None:
    """Show the band: of all weeks, of one week, or of one day."""
    with st.container(border=True):
        section(text("app.forecast.intervals"), text("app.forecast.intervals_about"))
        with st.container(horizontal=True, vertical_alignment="bottom"):
            view = choose(
                text("app.forecast.view"),
                _VIEWS,
                text,
                "forecast_view",
                written=lambda code: text(f"app.forecast.views.{code}"),
                few=True,
            )
            if view == "week":
                day = choose_week(demand, text, "forecast_week")
            elif view == "day":
                day = choose_day(demand, text, "forecast_day")
        if view == "all":
            shown, before = demand, lately
        else:
            starts = demand["interval_start"].dt.tz_localize(None)
            end = day + pd.Timedelta(days=7 if view == "week" else 1)
            shown = demand[(starts >= day) & (starts < end)]
            before = lately.head(0)
        chart(
            forecast_intervals(before, shown, text, interval_min=plan.interval_min),
            "forecast_intervals",
        )


def _leaderboard(choice: pd.DataFrame, text: Text) -> None:
    section(text("app.forecast.leaderboard"), text("app.forecast.leaderboard_about"))
    st.markdown(plain(text.choice_reason(choice[choice["chosen"]].iloc[0].to_dict())))
    rows = choice.sort_values("wape", kind="stable")
    names = {code: text(f"models.{code}") for code in rows["model"]}
    shown = rows[["model", "wape", "day_wape", "bias"]].assign(
        model=rows["model"].map(names) + rows["chosen"].map({True: "  ✓", False: ""})
    )
    headings = {
        "wape": text("app.forecast.error"),
        "day_wape": text("app.forecast.day_error"),
        "bias": text("app.forecast.bias"),
    }
    table(shown, text, text("app.forecast.leaderboard"), headings=headings)


def _unusual_days(plan: Plan, queue: str, text: Text) -> None:
    """List the past days that were left out of the fits because nothing explains them."""
    unusual = plan.forecast.unusual
    dates = unusual.loc[unusual["queue"] == queue, "date"]
    if len(dates):
        with st.expander(text("app.forecast.unusual", count=text.number(len(dates)))):
            st.caption(text("app.forecast.unusual_about"))
            st.text(" · ".join(text.date(day) for day in dates))


def _last_weeks(history: pd.DataFrame) -> pd.DataFrame:
    starts = history["interval_start"]
    lately: pd.DataFrame = history[starts > starts.max() - pd.Timedelta(weeks=_WEEKS_BEFORE)]
    return lately
