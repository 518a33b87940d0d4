"""What the edits of an earlier plan were worth, on the page of accuracy."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field

import pandas as pd
import streamlit as st

from forecasting.reading.history import HistoryReading
from planner.charts_edits import value_of_edits as drawn_value
from planner.earlier_plan import (
    EarlierPlan,
    EarlierPlanRefused,
    NotAnEarlierPlan,
    read_earlier_files,
)
from planner.edit_value import ALL, FEWEST_DAYS, HELPED, HURT, VALUE_COLUMNS, value_of_edits
from planner.edit_value_words import (
    signed_points,
    value_in_words,
    which_days,
    whose_value,
    why_earlier_refused,
)
from planner.text import Row, Text
from planner.views import session
from planner.views.parts import chart, plain, section, table

_FILES, _UPLOAD = "earlier_plan", "earlier_plan_upload"
_SHOWN = VALUE_COLUMNS[6:16]


@dataclass(frozen=True, slots=True, kw_only=True)
class Files:
    """The files of an earlier plan, told apart by the hash of their bytes."""

    names: tuple[str, ...]
    sha256: str
    data: tuple[bytes, ...] = field(repr=False, compare=False)


def show_value_of_edits(reading: HistoryReading, text: Text) -> None:
    """Take an earlier plan, and show what each of its edits was worth."""
    with st.container(border=True):
        section(text("app.edit_value.title"), text("app.edit_value.about"))
        files = _bring(text)
        if files is None:
            return
        try:
            earlier = _earlier(files)
            values = value_of_edits(earlier, reading.history)
        except (NotAnEarlierPlan, EarlierPlanRefused) as error:
            st.error(plain(why_earlier_refused(error, text)))
            return
        st.caption(
            text(
                "app.edit_value.in_use",
                file=plain(", ".join(files.names)),
                name=plain(earlier.scenario.name),
                count=text.number(len(earlier.scenario.edits)),
            )
        )
        if values.empty:
            st.info(text("edit_value.no_edits"), icon=":material/edit_off:")
            return
        _shown(values, text)


def _shown(values: pd.DataFrame, text: Text) -> None:
    rows = values.to_dict("records")
    _verdict(next(row for row in rows if row["scope"] == ALL), text)
    if values["wape_before"].notna().any():
        chart(drawn_value(values, text), "value_of_edits")
        st.caption(text("app.edit_value.how", days=text.number(FEWEST_DAYS)))
    with st.expander(text("app.edit_value.table")):
        shown = values[list(_SHOWN)]
        shown.insert(0, "verdict", [text(f"edit_value.verdicts.{row['verdict']}") for row in rows])
        shown.insert(0, "dates", [which_days(row, text) for row in rows])
        shown.insert(0, "edit", [whose_value(row, text) for row in rows])
        heads = {name: text(f"edit_value.columns.{name}") for name in shown.columns}
        percent = dict.fromkeys(
            ("wape_before", "wape_after", "bias_before", "bias_after"),
            lambda share: text.percent(share, 1),
        )
        forms = {**percent, "value_added": lambda share: signed_points(share, text)}
        table(shown, text, text("app.edit_value.table"), headings=heads, forms=forms)


def _verdict(row: Row, text: Text) -> None:
    """Say in a sentence what all edits together were worth."""
    words = f"**{text('edit_value.all')}.** {plain(value_in_words(row, text))}"
    if row["verdict"] == HELPED:
        st.success(words, icon=":material/thumb_up:")
    elif row["verdict"] == HURT:
        st.error(words, icon=":material/thumb_down:")
    else:
        st.info(words, icon=":material/balance:")


def _bring(text: Text) -> Files | None:
    """Take the files of an earlier plan; they outlive a change of page."""
    uploaded = st.file_uploader(
        text("app.edit_value.file"),
        type=["zip", "xlsx", "csv", "toml"],
        accept_multiple_files=True,
        help=text("app.edit_value.file_help", page=text("app.pages.export")),
        key=_UPLOAD,
        on_change=_take,
    )
    of, files = st.session_state.get(_FILES, ("", None))
    # Another centre has other plans.
    if files is None or of != session.source().sha256:
        return None
    if not uploaded:
        forget = text("app.edit_value.forget")
        st.button(forget, icon=":material/undo:", key="earlier_forget", on_click=_use, args=(None,))
    found: Files = files
    return found


def _take() -> None:
    uploaded = st.session_state[_UPLOAD]
    if not uploaded:
        _use(None)
        return
    data = tuple(file.getvalue() for file in uploaded)
    digest = hashlib.sha256(b"".join(hashlib.sha256(each).digest() for each in data)).hexdigest()
    _use(Files(names=tuple(file.name for file in uploaded), sha256=digest, data=data))


def _use(files: Files | None) -> None:
    """Remember the plan's files, and of which history they are."""
    st.session_state[_FILES] = (session.source().sha256, files)


@st.cache_resource(max_entries=8, show_spinner=False, hash_funcs={Files: repr})
def _earlier(files: Files) -> EarlierPlan:
    return read_earlier_files(dict(zip(files.names, files.data, strict=True)))
