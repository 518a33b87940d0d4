"""How files were understood: their first rows, what each column was taken for, and why."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import streamlit as st

from forecasting.reading.columns import COLUMN_NAMES
from forecasting.reading.history import HistoryReading
from forecasting.reading.mapping import Mapping, MappingError, mapping_toml, parse_mapping
from planner.intake import Intake
from planner.text import Text
from planner.views import session
from planner.views.parts import plain, section, table

_FAULTS = "mapping_faults"
_NOT_USED = ""


def understood(intake: Intake, text: Text) -> None:
    """Show the reading, and offer to correct it."""
    reading = intake.reading
    with st.container(border=True):
        section(text("app.data.preview"), text("app.data.preview_about"))
        _preview(reading, text)
        _columns(reading, text)
    with st.container(border=True):
        section(text("app.history.how_read"), text("app.data.decisions_about"))
        _decisions(reading, text)
        _mapping_file(reading, text)


def _preview(reading: HistoryReading, text: Text) -> None:
    """Show the first rows as they stand in the file, and as they were read."""
    if not reading.preview:
        st.caption(text("app.data.no_preview"))
        return
    header, *rows = reading.preview
    known = reading.reading.get("columns")
    meant = known if isinstance(known, dict) else {}
    # Columns of a file may have one name twice, or none: only their numbers tell them apart.
    heads = {str(at): _head(name, meant.get(name), at, text) for at, name in enumerate(header)}
    heads["0"] = text.column("row")
    frame = pd.DataFrame(rows, columns=list(heads))
    st.dataframe(
        frame, hide_index=True, column_config=heads, alt=text("app.data.preview"), key="preview"
    )
    history = reading.history
    if len(history):
        st.caption(text("app.data.as_read"))
        names = ["queue", "channel", "interval_start", "contacts", "aht_s"]
        others = [name for name in ("abandoned", "answered") if name in history]
        first = history.sort_values("interval_start", kind="stable").head(len(rows))
        table(first[[*names, *others]], text, text("app.data.as_read"))


def _head(name: str, taken_for: object, at: int, text: Text) -> str:
    """Head a column with its own name and what it was taken for."""
    own = name or text("app.data.column", number=at)
    return f"{own} → {text.code('file_columns', str(taken_for))}" if taken_for else own


def _columns(reading: HistoryReading, text: Text) -> None:
    """Offer for each column of the file what it may be taken for."""
    known = reading.reading.get("columns")
    if not isinstance(known, dict) or not known:
        return
    others = [name for name in reading.preview[0][1:] if name] if reading.preview else []
    with st.expander(text("app.data.correct"), icon=":material/edit:"):
        st.caption(text("app.data.correct_about"))
        with st.grid(4, min_column_width=200):
            for at, name in enumerate(dict.fromkeys([*known, *others])):
                _column(str(name), str(known.get(name, _NOT_USED)), at, text)


def _column(name: str, taken_for: str, at: int, text: Text) -> None:
    # A column that was recognised can be taken for another one; it is never simply lost.
    options = COLUMN_NAMES if taken_for in COLUMN_NAMES else (_NOT_USED, *COLUMN_NAMES)
    key = f"column_{at}_{taken_for}_{text.language}"
    st.selectbox(
        plain(name),
        options,
        index=options.index(taken_for) if taken_for in options else 0,
        format_func=lambda code: text.code("file_columns", code or "none"),
        required=True,
        key=key,
        on_change=_take_for,
        args=(name, key),
    )


def _take_for(name: str, key: str) -> None:
    """Take a column of the file for what was chosen, and nothing else for it."""
    source, chosen = session.source(), st.session_state[key]
    pairs = {ours: theirs for ours, theirs in source.mapping.columns if theirs != name}
    if chosen:
        pairs[chosen] = name
    session.use_source(
        replace(source, mapping=replace(source.mapping, columns=tuple(pairs.items())))
    )


def _decisions(reading: HistoryReading, text: Text) -> None:
    """Show what was decided, why, and how sure that is."""
    if reading.decisions.empty:
        facts = {
            text.code("reading", key): _fact(value)
            for key, value in reading.reading.items()
            if value not in (None, "", {})
        }
        shown = pd.DataFrame(facts.items(), columns=["name", "value"])
        heads = {
            "name": text("app.history.fact"),
            "value": text("app.history.fact_value"),
        }
        st.dataframe(shown, hide_index=True, column_config=heads, alt=text("app.history.how_read"))
        return
    rows = reading.decisions
    shown = pd.DataFrame(
        {
            text.column("what"): rows["what"].map(lambda what: text.decision_name(str(what))),
            text.column("decided"): rows["decided"].astype(str),
            text.column("why"): rows["why"].map(lambda why: text.code("decisions.why", str(why))),
            text.column("evidence"): rows["evidence"].astype(str),
            text.column("confidence"): rows["confidence"].astype(float),
        }
    )
    sure = st.column_config.ProgressColumn(min_value=0.0, max_value=1.0, format="percent")
    st.dataframe(
        shown,
        hide_index=True,
        column_config={text.column("confidence"): sure},
        alt=text("app.history.how_read"),
    )


def _fact(value: object) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{header} → {name}" for header, name in value.items())
    return str(value)


def _mapping_file(reading: HistoryReading, text: Text) -> None:
    """Hand out the choices of this reading, and take those of another."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.download_button(
            text("app.data.download_mapping"),
            mapping_toml(reading.mapping),
            file_name="mapping.toml",
            mime="application/toml",
            icon=":material/download:",
            on_click="ignore",
            key="download_mapping",
        )
        if session.source().mapping != Mapping():
            st.button(
                text("app.data.forget_mapping"),
                icon=":material/undo:",
                type="tertiary",
                key="forget_mapping",
                on_click=_use_mapping,
                args=(Mapping(),),
            )
    with st.expander(text("app.data.use_mapping"), icon=":material/upload:"):
        st.file_uploader(
            text("app.data.mapping_file"), type="toml", key="mapping_file", on_change=_take_mapping
        )
        for sentence in st.session_state.get(_FAULTS, ()):
            st.error(plain(sentence))


def _take_mapping() -> None:
    st.session_state.pop(_FAULTS, None)
    file = st.session_state["mapping_file"]
    if file is None:
        return
    try:
        _use_mapping(parse_mapping(file.getvalue()))
    except MappingError as error:
        text = session.text()
        st.session_state[_FAULTS] = [text.mapping_problem(fault) for fault in error.problems]


def _use_mapping(mapping: Mapping) -> None:
    session.use_source(replace(session.source(), mapping=mapping))
