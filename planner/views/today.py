"""The page of today: what came so far, whether anything is to be done, and the rest of the day."""

from __future__ import annotations

from datetime import date

import pandas as pd
import streamlit as st

from forecasting.intraday import INSIDE
from forecasting.reading.history import HistoryReading
from forecasting.reading.mapping import Mapping
from planner.charts_today import agents_today, contacts_today
from planner.intake import take_in
from planner.plan import Plan
from planner.scenario import Scenario
from planner.text import UNKNOWN, Text
from planner.today import NO_DATA, TodayUpdate, update_today
from planner.today_example import example_morning
from planner.today_file import TodayRefused, last_known_day, read_today, with_length
from planner.today_words import signed_percent, verdict, why_refused
from planner.views import session
from planner.views.choices import choose_day, choose_queue
from planner.views.parts import chart, page_title, plain, plan_caption, section, table
from planner.views.planning import the_plan
from planner.views.session import Source

_DAY, _FILE, _UPLOAD = "today_day", "today_file", "today_upload"
_PROBLEMS_SHOWN = 5
# Marks a wish to see an example, where otherwise a file would be.
_EXAMPLE = Source(name="", sha256="", files=(), is_sample=True)


def show() -> None:
    """Show the page."""
    text = session.text()
    page_title(text, "today")
    plan = the_plan()
    plan_caption(plan, text)
    file = _bring(plan, text)
    forecast = plan.forecast.demand
    with st.container(horizontal=True, vertical_alignment="bottom"):
        queue = choose_queue(forecast, text, "today_queue")
        day = choose_day(forecast[forecast["queue"] == queue], text, _DAY).date()
    update = _update(plan, file, day, text)
    row = update.queues[update.queues["queue"] == queue].iloc[0]
    rows = update.intervals[update.intervals["queue"] == queue]
    _verdict(row, text)
    with st.container(border=True):
        section(text("app.today.contacts"), text("app.today.contacts_about"))
        chart(contacts_today(rows, text, interval_min=plan.interval_min), "today_contacts")
    with st.container(border=True):
        about = {INSIDE: "app.today.agents_inside", NO_DATA: "app.today.agents_no_data"}
        words = about.get(str(row["status"]), "app.today.agents_outside")
        section(text("app.today.agents"), text(words))
        chart(agents_today(rows, text, interval_min=plan.interval_min), "today_agents")
    _all_queues(update, text)
    with st.expander(text("app.today.table")):
        _intervals(rows, text)


def _bring(plan: Plan, text: Text) -> Source | None:
    """Take today's file; with the sample centre, offer an example instead."""
    history = session.source()
    uploaded = st.file_uploader(
        text("app.today.file"),
        type=["csv", "gz", "xlsx", "parquet"],
        help=text("app.today.file_help"),
        key=_UPLOAD,
        on_change=_take,
        args=(plan,),
    )
    of, kept = st.session_state.get(_FILE, ("", None))
    # Another centre has another today.
    file: Source | None = kept if of == history.sha256 else None
    if file is None and history.is_sample:
        words, icon, then = "app.today.example", ":material/casino:", _EXAMPLE
        st.button(text(words), icon=icon, key="today_example", on_click=_use, args=(then,))
    elif file is not None and uploaded is None:
        words, icon = "app.today.forget", ":material/undo:"
        st.button(text(words), icon=icon, key="today_forget", on_click=_use, args=(None,))
    return file


def _take(plan: Plan) -> None:
    """Use the file that was uploaded, or none if it was taken away."""
    uploaded = st.session_state[_UPLOAD]
    if uploaded is None:
        _use(None)
        return
    given = session.source_of([(uploaded.name, uploaded.getvalue())])
    _use(given)
    _go_to_its_day(_reading(given, plan.scenario, plan.interval_min), plan)


def _use(file: Source | None) -> None:
    """Remember today's file, and of which history it is the next day."""
    st.session_state[_FILE] = (session.source().sha256, file)


def _go_to_its_day(reading: HistoryReading, plan: Plan) -> None:
    """Choose the last day of a file, if it is one of the plan's."""
    last = last_known_day(reading.history)
    days = plan.forecast.demand["interval_start"].dt.tz_localize(None).dt.normalize()
    if last is not None and (days == pd.Timestamp(last)).any():
        for key in [key for key in st.session_state if str(key).startswith(_DAY)]:
            del st.session_state[key]
        st.session_state[_DAY] = pd.Timestamp(last)


@st.cache_resource(max_entries=8, show_spinner=False, hash_funcs={Source: repr, Scenario: repr})
def _reading(file: Source, scenario: Scenario, interval_min: int) -> HistoryReading:
    names, data = zip(*file.files, strict=True)

    def read(length: int | None) -> HistoryReading:
        mapping = Mapping(interval_min=length)
        return take_in(list(data), scenario, mapping=mapping, names=list(names)).reading

    return with_length(read, interval_min)


def _update(plan: Plan, file: Source | None, day: date, text: Text) -> TodayUpdate:
    """Update the day with what the visitor brought, and say what that was."""
    if file is None:
        st.caption(text("app.today.nothing_yet"))
        return update_today(plan, plan.history.head(0), day)
    if file == _EXAMPLE:
        st.info(text("app.today.example_about", day=text.date(day)), icon=":material/casino:")
        return update_today(plan, example_morning(plan, day), day)
    reading = _reading(file, plan.scenario, plan.interval_min)
    _left_out(reading, text)
    try:
        rows, _ = read_today(reading, plan.interval_min, day)
        update = update_today(plan, rows, day)
    except TodayRefused as refused:
        st.warning(plain(why_refused(refused, text)), icon=":material/event_busy:")
        return update_today(plan, plan.history.head(0), day)
    if update.now is not None:
        st.caption(text("app.today.in_use", file=plain(file.name), time=text.time(update.now)))
    if update.strangers:
        names = plain(", ".join(update.strangers))
        st.warning(text("app.today.strangers", queues=names), icon=":material/help:")
    return update


def _left_out(reading: HistoryReading, text: Text) -> None:
    """List the rows of a file that cannot be used."""
    errors = reading.problems[reading.problems["severity"] == "error"]
    if errors.empty:
        return
    shown = errors.head(_PROBLEMS_SHOWN).to_dict("records")
    said = "\n".join(f"- {plain(text.problem(row))}" for row in shown)
    count = text.number(len(errors))
    st.warning(f"{text('app.today.left_out', count=count)}\n\n{said}", icon=":material/rule:")


def _verdict(row: pd.Series, text: Text) -> None:
    """Say in plain words what to do, and show the numbers behind it."""
    status = str(row["status"])
    box = st.success if status == INSIDE else st.info if status == NO_DATA else st.warning
    box(verdict(row, text), title=text(f"today.statuses.{status}"))
    likely = None
    if status != NO_DATA:
        band = {"low": text.number(row["band_low"]), "high": text.number(row["band_high"])}
        likely = text("app.today.so_far_help", **band)
    cards = {
        "so_far": (text.number(row["contacts_so_far"]), likely),
        "expected_so_far": (text.number(row["expected_so_far"]), None),
        "rest": (signed_percent(row["day_factor"] - 1, text), None),
        "day_before": (text.number(row["day_before"]), _day_band(row, "day_before", text)),
        "day_after": (text.number(row["day_after"]), _day_band(row, "day_after", text)),
    }
    with st.grid(len(cards), min_column_width=150):
        for name, (value, about) in cards.items():
            st.metric(
                text(f"app.today.{name}"),
                value,
                about,
                delta_color="off",
                delta_arrow="off",
                border=True,
                height="stretch",
            )


def _day_band(row: pd.Series, name: str, text: Text) -> str:
    low, high = row[f"{name}_low"], row[f"{name}_high"]
    return text("app.today.day_help", low=text.number(low), high=text.number(high))


def _all_queues(update: TodayUpdate, text: Text) -> None:
    """Show the day of every queue in a row."""
    names = ["queue", "status", "agents_change", "agents_from", "contacts_so_far"]
    names += ["expected_so_far", "band", "day_factor", "day_before", "day_after"]
    queues = update.queues
    statuses = {code: text(f"today.statuses.{code}") for code in queues["status"].unique()}
    low, high = (queues[name].map(text.number) for name in ("band_low", "band_high"))
    shown = queues.assign(
        status=queues["status"].map(statuses),
        band=(low + " – " + high).where(queues["status"] != NO_DATA),
        day_factor=queues["day_factor"] - 1,
        agents_change=queues["agents_change"].astype(float),
    )
    with st.container(border=True):
        section(text("app.today.queues"), text("app.today.queues_about"))
        table(
            shown[names],
            text,
            text("app.today.queues"),
            headings={name: text(f"today.columns.{name}") for name in names[1:]},
            forms={
                "day_factor": lambda share: signed_percent(share, text),
                "agents_change": lambda agents: f"{agents:+.0f}" if agents else "0",
                "agents_from": lambda since: UNKNOWN if pd.isna(since) else text.time(since),
            },
        )


def _intervals(rows: pd.DataFrame, text: Text) -> None:
    """Show every interval of a queue."""
    names = ["contacts_before", "contacts_came", "contacts"]
    own = ["state", *names, "agents_net_planned", "agents_net_updated"]
    states = {code: text(f"today.states.{code}") for code in rows["state"].unique()}
    shown = rows.assign(state=rows["state"].map(states), time=rows["interval_start"])
    headings = {name: text(f"today.columns.{name}") for name in own}
    quantiles = ["contacts_q0.1", "contacts_q0.9"]
    table(
        shown[["time", *own[:4], *quantiles, *own[4:]]],
        text,
        text("app.today.table"),
        headings=headings,
        forms={"time": text.time} | {name: lambda value: text.number(value, 1) for name in names},
    )
