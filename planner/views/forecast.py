"""The forecast page: what is expected, how sure it is, and why this model."""

from __future__ import annotations

import math

import pandas as pd
import streamlit as st

from forecasting.totals import PERIODS
from planner.charts_forecast import forecast_intervals, handling_time, model_weights
from planner.charts_totals import period_totals
from planner.plan import Plan
from planner.text import Text
from planner.views import session
from planner.views.choices import ALL_QUEUES, choose, choose_day, choose_queue, choose_week
from planner.views.edits import edit_forecast, list_edits
from planner.views.parts import chart, page_title, plain, plan_caption, section
from planner.views.planning import the_plan

_WEEKS_BEFORE = 8
_VIEWS = ("week", "day", "all")
_CARDS_OF_PERIODS = 4


def show() -> None:
    """Show the page."""
    text = session.text()
    page_title(text, "forecast")
    plan = the_plan()
    plan_caption(plan, text)
    forecast = plan.forecast.demand
    whole = bool((plan.totals["queue"] == ALL_QUEUES).any())
    queue = choose_queue(forecast, text, "forecast_queue", whole=whole, busiest=True)
    # The lists to call that a scenario adds are not forecast.
    queues = list(forecast["queue"].unique()) if queue == ALL_QUEUES else [queue]
    demand = plan.demand[plan.demand["queue"].isin(queues)]
    history = plan.history[plan.history["queue"].isin(queues)]
    lately = _last_weeks(history)
    _cards(demand, lately, plan, queue, text)
    _totals(plan, queue, history, text)
    if queue == ALL_QUEUES:
        st.caption(text("app.forecast.choose_queue"))
        list_edits(plan, text)
        return
    _intervals(plan, demand, lately, text)
    edit_forecast(plan, queue, text)
    list_edits(plan, text)
    left, right = st.columns([2, 3], gap="small")
    with left, st.container(border=True, height="stretch"):
        _why(plan.choice[plan.choice["queue"] == queue], text)
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


def _cards(demand: pd.DataFrame, lately: pd.DataFrame, plan: Plan, queue: str, text: Text) -> None:
    expected = demand["contacts"].sum()
    work_s = (demand["contacts"] * demand["aht_s"]).sum()
    starts = lately["interval_start"]
    weeks_before = max(1, math.ceil((starts.max() - starts.min()) / pd.Timedelta(weeks=1)))
    per_week, before = expected / plan.scenario.weeks, lately["contacts"].sum() / weeks_before
    change = per_week / before - 1 if before else math.nan
    sign = "+" if change > 0 else ""
    figures = {
        "expected": text.number(expected),
        "per_week": text.number(per_week),
        "change": sign + text.percent(change, 1),
        "mean_aht": text.duration(work_s / expected if expected else None),
    }
    if queue != ALL_QUEUES:
        chosen = plan.choice[(plan.choice["queue"] == queue) & plan.choice["chosen"]].iloc[0]
        figures["day_error"] = text.percent(chosen["day_wape"], 1)
    with st.grid(len(figures), min_column_width=150):
        for key, figure in figures.items():
            st.metric(
                text(f"app.forecast.{key}", weeks=text.number(weeks_before)),
                figure,
                border=True,
                height="stretch",
            )


def _totals(plan: Plan, queue: str, history: pd.DataFrame, text: Text) -> None:
    """Show the totals of days, weeks or months, each as sure as it is."""
    totals = plan.totals[plan.totals["queue"] == queue]
    last_day = pd.Timestamp(plan.start) + pd.Timedelta(days=7 * plan.scenario.weeks - 1)
    with st.container(border=True):
        section(text("app.forecast.totals"), text("app.forecast.totals_about"))
        period = choose(
            text("app.forecast.totals_by"),
            tuple(PERIODS),
            text,
            "forecast_period",
            written=lambda code: text(f"app.forecast.periods.{code}"),
            default="week",
            few=True,
        )
        rows = totals[totals["period"] == period]
        if period != "day":
            _period_cards(rows.head(_CARDS_OF_PERIODS), period, text)
        chart(period_totals(history, totals, period, last_day, text), "forecast_totals")


def _period_cards(rows: pd.DataFrame, period: str, text: Text) -> None:
    """Show the first weeks or months as figures, with their bands."""
    with st.grid(_CARDS_OF_PERIODS, min_column_width=150):
        for row in rows.to_dict("records"):
            start = row["period_start"]
            st.metric(
                text(
                    f"app.forecast.{period}_from",
                    start=text.day(start),
                    month=text.month(start.month),
                    days=text.number(row["days"]),
                ),
                text.number(row["contacts"]),
                f"{text.number(row['contacts_q0.1'])} – {text.number(row['contacts_q0.9'])}",
                delta_color="off",
                delta_arrow="off",
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


def _why(choice: pd.DataFrame, text: Text) -> None:
    """Say what the forecast is made of, and why."""
    section(text("app.forecast.why"))
    st.markdown(plain(text.choice_reason(choice[choice["chosen"]].iloc[0].to_dict())))
    if (choice["weight"] > 0).sum() > 1:
        chart(model_weights(choice, text), "forecast_weights")
    st.caption(text("app.forecast.more_on_accuracy", page=text("app.pages.accuracy")))


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
