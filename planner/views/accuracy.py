"""The accuracy page: how far the forecast can be trusted, measured on the centre's own past."""

from __future__ import annotations

import math
from collections.abc import Mapping

import pandas as pd
import streamlit as st

from planner.charts_accuracy import CHOSEN, ERRORS, FLOOR, errors, errors_by_queue
from planner.charts_coverage import BANDS, SPANS, coverage_by_queue, hundred_squares
from planner.charts_forecast import model_weights
from planner.plan import Plan
from planner.text import Row, Text
from planner.views import session
from planner.views.choices import ALL_QUEUES, by_work, choose, choose_queue
from planner.views.edit_value import show_value_of_edits
from planner.views.parts import chart, page_title, plain, plan_caption, section, table
from planner.views.planning import the_plan

_MOST_QUEUES = 30  # rows of a picture that a person takes in
_CARDS = ("wape", "day_wape", "week_wape", "bias")
_SMALL_BIAS = 0.005
_NEAR_CHANCE = 1.1
_PLANNERS_MEAN = "weekday_profile"
_SPAN_KEY = "accuracy_span"
_BANDS_KEY = "accuracy_bands_of"


def show() -> None:
    """Show the page."""
    text = session.text()
    page_title(text, "accuracy")
    plan = the_plan()
    plan_caption(plan, text)
    demand = plan.forecast.demand
    several = len(demand["queue"].unique()) > 1
    queue = choose_queue(demand, text, "accuracy_queue", whole=several)
    if queue == ALL_QUEUES:
        _all_queues(plan, text)
    else:
        _one_queue(plan, queue, text)
    show_value_of_edits(plan.intake.reading, text)


def _all_queues(plan: Plan, text: Text) -> None:
    """Show every queue beside the others, the busiest first."""
    queues = by_work(plan.forecast.demand)
    order = [ALL_QUEUES, *queues[:_MOST_QUEUES]]
    shown = plan.accuracy[plan.accuracy["queue"].isin(order)]
    shown = shown.sort_values("queue", key=lambda names: names.map(order.index), kind="stable")
    chosen = shown[(shown["model"] == CHOSEN) & shown["wape"].notna()]
    if chosen.empty:
        st.info(text("app.accuracy.no_tests"), icon=":material/science_off:")
        return
    st.caption(_evidence(plan, queues, text))
    centre = chosen[chosen["queue"] == ALL_QUEUES]
    if len(centre):
        _cards(centre.iloc[0].to_dict(), text)
    if len(queues) > _MOST_QUEUES:
        st.caption(text("app.accuracy.busiest", shown=text.number(_MOST_QUEUES)))
    with st.container(border=True):
        section(text("app.accuracy.errors"), text("app.accuracy.errors_by_queue_about"))
        span = choose(
            text("app.accuracy.error_of"),
            list(ERRORS),
            text,
            _SPAN_KEY,
            written=lambda code: text(f"app.accuracy.spans.{code}"),
            default="day",
            few=True,
        )
        chart(errors_by_queue(shown, span, text), "accuracy_errors_by_queue")
        _prophet_hint(plan, text)
    with st.container(border=True):
        section(text("app.accuracy.coverage"), text("app.accuracy.coverage_by_queue_about"))
        chart(coverage_by_queue(shown, _bands_of(text), text), "accuracy_coverage_by_queue")
    with st.container(border=True):
        section(text("app.accuracy.figures"))
        names = chosen["queue"].where(chosen["queue"] != ALL_QUEUES, text("app.whole_centre"))
        _figures(chosen.assign(queue=names).drop(columns=["model", "lead_days"]), text)


def _one_queue(plan: Plan, queue: str, text: Text) -> None:
    accuracy = plan.accuracy[plan.accuracy["queue"] == queue]
    choice = plan.choice[plan.choice["queue"] == queue]
    # A queue in which nothing came has errors of no size.
    measured = accuracy[accuracy["wape"].notna()]
    records = {str(record["model"]): record for record in measured.to_dict("records")}
    if CHOSEN in records:
        st.caption(_evidence(plan, [queue], text))
        _cards(records[CHOSEN], text)
        left, right = st.columns([3, 2], gap="small")
        with left, st.container(border=True, height="stretch"):
            section(text("app.accuracy.errors"), text("app.accuracy.errors_about"))
            chart(errors(accuracy, text), "accuracy_errors")
            _prophet_hint(plan, text)
        with right, st.container(border=True, height="stretch"):
            section(text("app.accuracy.meaning"))
            st.markdown("\n".join(f"- {sentence}" for sentence in _meaning(records, text)))
        _coverage(records[CHOSEN], text)
    else:
        st.info(text("app.accuracy.no_tests"), icon=":material/science_off:")
    with st.container(border=True):
        _leaderboard(choice, text)
    if CHOSEN in records:
        with st.container(border=True):
            section(text("app.accuracy.figures"))
            names = accuracy["model"].map(lambda code: text(f"models.{code}"))
            shown = accuracy.assign(model=names).drop(columns=["queue", "lead_days"])
            _figures(shown, text)


def _evidence(plan: Plan, queues: list[str], text: Text) -> str:
    """Say on what past tests all this rests."""
    of_these = plan.choice["queue"].isin(queues) & plan.choice["chosen"]
    leads = plan.accuracy.loc[plan.accuracy["queue"].isin(queues), "lead_days"]
    return text(
        "app.accuracy.evidence",
        folds=text.number(int(plan.choice.loc[of_these, "folds"].max())),
        lead=text.number(int(leads.max())),
    )


def _cards(chosen: Row, text: Text) -> None:
    with st.grid(4, min_column_width=150):
        for name in _CARDS:
            st.metric(
                text(f"app.accuracy.cards.{name}"),
                text.percent(chosen[name], 1),
                help=text(f"app.accuracy.measures.{name}"),
                border=True,
                height="stretch",
            )


def _meaning(records: Mapping[str, Row], text: Text) -> list[str]:
    """Say in sentences what the errors of a queue mean."""
    chosen = records[CHOSEN]
    wape, day, week = (chosen[column] for column in ERRORS.values())
    written = {span: text.percent(chosen[column], 1) for span, column in ERRORS.items()}
    sentences = [text("app.accuracy.misses", **written)]
    if not math.isfinite(week):
        sentences = [text("app.accuracy.misses_short", **written)]
    floor = records.get(FLOOR)
    if floor is not None and math.isfinite(floor["wape"]):
        near = wape <= _NEAR_CHANCE * floor["wape"]
        sentences.append(
            text(
                "app.accuracy.near_chance" if near else "app.accuracy.above_chance",
                interval=text.percent(floor["wape"], 1),
                day=text.percent(floor["day_wape"], 1),
            )
        )
    rival = records.get(_PLANNERS_MEAN)
    if rival is not None and rival["day_wape"] > 0:
        less = 1 - day / rival["day_wape"]
        sentences.append(
            text(
                "app.accuracy.better" if less > 0 else "app.accuracy.no_better",
                rival=text.percent(rival["day_wape"], 1),
                less=text.percent(less),
            )
        )
    bias = chosen["bias"]
    lean = "even" if abs(bias) < _SMALL_BIAS else "high" if bias > 0 else "low"
    sentences.append(text(f"app.accuracy.leans.{lean}", bias=text.percent(abs(bias), 1)))
    return sentences


def _coverage(chosen: Row, text: Text) -> None:
    """Show how often the bands held, as a hundred squares each."""
    if not math.isfinite(chosen["coverage_80"]):
        return
    with st.container(border=True):
        title = st.empty()
        span = _bands_of(text)
        with title.container():
            many = text(f"app.accuracy.spans_many.{span}")
            section(text("app.accuracy.coverage"), text("app.accuracy.coverage_about", many=many))
        for place, (band, promised) in zip(st.columns(2), BANDS.items(), strict=True):
            held = chosen[SPANS[span] + band]
            if not math.isfinite(held):
                place.caption(text("app.accuracy.no_tests"))
                continue
            with place:
                sentence = text(
                    "app.accuracy.held_of_hundred",
                    promised=text.number(100 * promised),
                    held=text.number(100 * held),
                )
                st.markdown(f"**{text('app.accuracy.band', percent=text.percent(promised))}** "
                            f"· {sentence}")  # fmt: skip
                chart(hundred_squares(held, promised, text), f"accuracy_{band}")


def _bands_of(text: Text) -> str:
    """Ask whose bands to judge: those of intervals, days or weeks."""
    span: str = choose(
        text("app.accuracy.bands_of"),
        list(SPANS),
        text,
        _BANDS_KEY,
        written=lambda code: text(f"app.accuracy.spans.{code}"),
        default="interval",
        few=True,
    )
    return span


def _leaderboard(choice: pd.DataFrame, text: Text) -> None:
    """Show every model tried, and what the forecast is made of."""
    section(text("app.forecast.leaderboard"), text("app.forecast.leaderboard_about"))
    st.markdown(plain(text.choice_reason(choice[choice["chosen"]].iloc[0].to_dict())))
    if (choice["weight"] > 0).sum() > 1:
        chart(model_weights(choice, text), "accuracy_weights")
    rows = choice.sort_values("wape", kind="stable")
    names = {code: text(f"models.{code}") for code in rows["model"]}
    shown = rows[["model", "weight", "wape", "day_wape", "bias"]].assign(
        model=rows["model"].map(names) + rows["chosen"].map({True: "  ✓", False: ""}),
        weight=rows["weight"].where(rows["weight"] > 0),
    )
    table(shown, text, text("app.forecast.leaderboard"), headings=_headings(text))


def _figures(shown: pd.DataFrame, text: Text) -> None:
    """Show all measures as a table, and what each of them says."""
    table(shown, text, text("app.accuracy.figures"), headings=_headings(text))
    with st.expander(text("app.accuracy.measures_title"), icon=":material/help:"):
        for name in (*_CARDS, "mase", "rmse", "wql", *BANDS):
            heading = _headings(text).get(name) or text.column(name)
            st.markdown(f"**{heading}.** {text(f'app.accuracy.measures.{name}')}")


def _headings(text: Text) -> dict[str, str]:
    """Heads that are short enough for a table with many columns."""
    return {name: text(f"app.accuracy.cards.{name}") for name in (*_CARDS, "mase", "rmse", *BANDS)}


def _prophet_hint(plan: Plan, text: Text) -> None:
    if "prophet" not in plan.scenario.models:
        st.caption(text("app.accuracy.no_prophet"))
