"""The parts pages are made of: cards, charts and tables, and people's words shown as they are."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

import pandas as pd
import streamlit as st

from planner.bounds import ScenarioError
from planner.charts import Spec
from planner.plan import Plan
from planner.text import UNKNOWN, Text

_TWO_LINES_PX = 66  # Streamlit wraps text in rows above 64
_CARDS_IN_A_ROW = 5

_MARKDOWN = re.compile(r"([\\`*_{}\[\]()<>#+\-.!|~:$&@^=])")
_BREAKABLE = re.compile(r"[^\S\u00a0]+")  # a number and its sign stay on one line
# Whether more of it is good news; of what stands here not, more is just more.
_GOOD_NEWS = MappingProxyType(
    {
        "service_level": "normal",
        "asa_s": "inverse",
        "agents_net_peak": "inverse",
        "agents_gross_peak": "inverse",
        "paid_h": "inverse",
        "fte": "inverse",
        "cost": "inverse",
    }
)
# How many decimals a column's numbers have; shares are written as per cent.
_DECIMALS = MappingProxyType(
    {
        "contacts": 1,
        "load_erlangs": 2,
        "fte": 1,
        "asa_s": 1,
        "workload_h": 1,
        "paid_h": 1,
        "mase": 2,
        "rmse": 1,
    }
)
_SHARES = frozenset(
    {
        "service_level",
        "service_level_target",
        "abandonment",
        "occupancy",
        "wape",
        "day_wape",
        "week_wape",
        "bias",
        "wql",
        "weight",
        "coverage_80",
        "coverage_95",
        "day_coverage_80",
        "day_coverage_95",
        "week_coverage_80",
        "week_coverage_95",
    }
)
# Columns of codes, and the part of the catalogue that has their words.
_WORDS = MappingProxyType({"channel": "channels", "binding": "binding", "severity": "severities"})


def plain(words: str) -> str:
    """Escape people's words: Markdown would format them, or make the browser fetch a picture."""
    return _MARKDOWN.sub(r"\\\1", _BREAKABLE.sub(" ", words).strip())


def page_title(text: Text, page: str) -> None:
    """Name the page and say what it is for."""
    st.title(text(f"app.pages.{page}"), anchor=False)
    st.caption(text(f"app.{page}.about"))


def plan_caption(plan: Plan, text: Text) -> None:
    """Say what is planned: the scenario, its days and whose clock."""
    last = plan.start + pd.Timedelta(days=7 * plan.scenario.weeks - 1)
    st.caption(
        text(
            "app.plan.caption",
            name=plain(plan.scenario.name),
            first=text.date(plan.start),
            last=text.date(last),
            minutes=text.number(plan.interval_min),
            zone=plain(plan.scenario.zone),
        )
    )


def section(title: str, about: str = "") -> None:
    """Head a card."""
    st.subheader(title, anchor=False)
    if about:
        st.caption(about)


def chart(spec: Spec, key: str) -> None:
    """Show a chart, with its description for those who cannot see it."""
    drawn = {name: part for name, part in spec.items() if name != "description"}
    st.vega_lite_chart(drawn, key=key, alt=str(spec["description"]))


def cards(
    totals: Mapping[Any, float],
    names: Sequence[str],
    text: Text,
    currency: str,
    *,
    before: Mapping[Any, float] | None = None,
) -> None:
    """Show measures as cards, with how far they are from `before` where it is given."""
    with st.grid(_CARDS_IN_A_ROW, min_column_width=150):
        for name in names:
            value = figure(name, totals[name], text, currency)
            delta: str | int | None = None
            if before is not None:
                delta = _moved(name, totals[name], before[name], text, currency)
            st.metric(
                text(f"app.cards.{name}"),
                value,
                delta,
                help=text(f"kpis.{name}"),
                delta_color=_GOOD_NEWS.get(name, "off"),  # type: ignore[arg-type]
                border=True,
                height="stretch",
            )


def figure(name: str, value: float, text: Text, currency: str) -> str:
    """Write a measure with its unit."""
    written = text.measure(name, value, currency)
    return f"{written} h" if name.endswith("_h") else written


def _moved(name: str, after: float, before: float, text: Text, currency: str) -> str | int | None:
    """Write how far a measure moved, with its sign; 0 if it reads the same, None if unknown."""
    if math.isnan(after) or math.isnan(before):
        return None
    if figure(name, after, text, currency) == figure(name, before, text, currency):
        return 0
    sign = "+" if after > before else "-"
    size = abs(after - before)
    if name in _SHARES:
        return text("app.points", value=sign + text.number(100 * size, 1))
    return sign + figure(name, size, text, currency)


def table(
    frame: pd.DataFrame,
    text: Text,
    alt: str,
    *,
    currency: str = "",
    headings: Mapping[str, str] | None = None,
    forms: Mapping[str, Callable[[Any], str]] | None = None,
    wide: Sequence[str] = (),
) -> None:
    """Show a table in the reader's words and numbers; it still sorts by the numbers.

    Parameters
    ----------
    frame : DataFrame
        Codes and numbers; heads are looked up among the catalogue's columns.
    text : Text
        The reader's language.
    alt : str
        What the table holds.
    currency : str
        ISO 4217 code, for columns of money.
    headings : mapping of str to str, optional
        Heads of columns that the catalogue does not know.
    forms : mapping of str to callable, optional
        How to write the numbers of a column, where its name does not tell.
    wide : sequence of str
        Columns of sentences, which run over two lines.
    """
    own = headings or {}
    heads = {str(name): own.get(name) or text.column(name, currency) for name in frame.columns}
    worded = frame.assign(
        **{
            name: frame[name].map(lambda code, group=group: text(f"{group}.{code}"))
            for name, group in _WORDS.items()
            if name in frame.columns
        }
    )
    written: dict[Any, Any] = {
        heads[name]: (forms or {}).get(name) or _form(name, text)
        for name in worded.columns
        if pd.api.types.is_float_dtype(worded[name])
        or pd.api.types.is_datetime64_any_dtype(worded[name])
    }
    styled = worded.rename(columns=heads).style.format(written)
    st.dataframe(
        styled,
        hide_index=True,
        placeholder=UNKNOWN,
        row_height=_TWO_LINES_PX if wide else None,
        column_config={heads[name]: st.column_config.Column(width="large") for name in wide},
        alt=alt,
    )


def scenario_sentences(error: ScenarioError, text: Text) -> str:
    """Say everything that is wrong with a scenario, as a list."""
    return "\n".join(f"- {plain(text.scenario_problem(problem))}" for problem in error.problems)


def _form(name: str, text: Text) -> Callable[[Any], str]:
    """Return how the values of a column are written."""
    if name == "date":
        return text.date
    if name == "interval_start":
        return lambda start: f"{text.date(start)}, {text.time(start)}"
    measure = name.removesuffix("_one_less").removesuffix("_one_more")
    if measure in _SHARES:
        return lambda value: text.percent(value, 1)
    decimals = 1 if name.startswith("contacts_q") else _DECIMALS.get(measure, 0)
    return lambda value: text.number(value, decimals)
