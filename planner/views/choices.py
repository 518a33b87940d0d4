"""What a page lets its reader choose; a choice outlives a change of page or language."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import pandas as pd
import streamlit as st

from planner.text import Text

ALL_QUEUES = ""  # as in the tables of the whole centre

_DRAWN = "drawn_choices"

_WEEKS_AT_ONCE = 4  # rows of a heat map that a person takes in


def choose(
    label: str,
    options: Sequence[Any],
    text: Text,
    key: str,
    *,
    written: Callable[[Any], str] = str,
    default: Any = None,
    few: bool = False,
) -> Any:
    """Offer some options, and remember the choice on other pages and in other languages.

    Parameters
    ----------
    label : str
        What is chosen.
    options : sequence
        At least one.
    text : Text
        The reader's language.
    key : str
        Under which the choice is remembered.
    written : callable
        How an option is written.
    default : optional
        What is chosen first; the first option where it is not among them.
    few : bool
        Whether all options are shown beside one another.
    """
    wanted = [choice for choice in (st.session_state.get(key), default) if choice in options]
    # The browser knows an option by its words: in another language it is another widget.
    widget = f"{key}_{text.language}"
    st.session_state.setdefault(_DRAWN, set()).add(widget)
    if widget not in st.session_state or st.session_state[widget] not in options:
        st.session_state[widget] = wanted[0] if wanted else options[0]
    if few:
        chosen = st.segmented_control(
            label, options, required=True, format_func=written, key=widget
        )
    else:
        chosen = st.selectbox(label, options, format_func=written, key=widget)
    st.session_state[key] = chosen
    return chosen


def redraw_choices() -> None:
    """Draw choices anew from what is remembered, on a page that ends before it shows them.

    The browser forgets a control that is not shown, while the session would keep it as it was.
    """
    for widget in st.session_state.get(_DRAWN, ()):
        st.session_state.pop(widget, None)


def choose_queue(
    rows: pd.DataFrame, text: Text, key: str, *, whole: bool = False, busiest: bool = False
) -> str:
    """Offer the queues of a table, that with most work for people first; `whole` adds them all.

    With `busiest` the queue with most work is chosen until the reader chooses, not the whole.
    """
    queues = by_work(rows)
    options = [ALL_QUEUES, *queues] if whole else queues
    queue: str = choose(
        text.column("queue"),
        options,
        text,
        key,
        written=lambda queue: queue or text("app.whole_centre"),
        default=queues[0] if busiest else None,
    )
    return queue


def by_work(rows: pd.DataFrame) -> list[str]:
    """Name the queues of a table, that with most work for people first."""
    work_s = (rows["contacts"] * rows["aht_s"]).where(rows["channel"] != "bot", 0)
    work = work_s.groupby(rows["queue"]).sum()
    return [str(queue) for queue in work.sort_values(ascending=False, kind="stable").index]


def choose_day(
    rows: pd.DataFrame, text: Text, key: str, *, default: pd.Timestamp | None = None
) -> pd.Timestamp:
    """Offer the days of a plan."""
    dates = rows["interval_start"].dt.tz_localize(None).dt.normalize()
    days: list[pd.Timestamp] = list(dates.unique())
    day: pd.Timestamp = choose(
        text("columns.date"), days, text, key, written=text.day, default=default
    )
    return day


def choose_week(rows: pd.DataFrame, text: Text, key: str) -> pd.Timestamp:
    """Offer the weeks of a plan, by their first days."""
    dates = rows["interval_start"].dt.tz_localize(None).dt.normalize()
    weeks = list(pd.date_range(dates.min(), dates.max(), freq="7D"))
    week: pd.Timestamp = choose(text("app.week_of"), weeks, text, key, written=text.day)
    return week


def choose_weeks(rows: pd.DataFrame, text: Text, key: str) -> pd.DataFrame:
    """Return the rows to draw in a heat map: all, or of a long plan some weeks at a time."""
    days = rows["interval_start"].dt.tz_localize(None).dt.normalize()
    first = days.min()
    if (days.max() - first).days < 7 * (_WEEKS_AT_ONCE + 1):
        return rows
    block = (days - first).dt.days // (7 * _WEEKS_AT_ONCE)
    starts = days.groupby(block).min()
    chosen = choose(
        text("app.weeks_from", weeks=text.number(_WEEKS_AT_ONCE)),
        list(starts.index),
        text,
        key,
        written=lambda number: text.date(starts[number]),
    )
    shown: pd.DataFrame = rows[block == chosen]
    return shown
