"""Accepting what was read: a history that later exports extend, every version of which stays."""

from __future__ import annotations

from datetime import datetime

import pandas as pd
import streamlit as st

from forecasting.problems import has_errors
from planner.extension import POLICIES, Extension
from planner.intake import Intake
from planner.store_rows import Version
from planner.store_schema import StoreRefused
from planner.text import Text
from planner.views import session, store_in_use
from planner.views.choices import choose
from planner.views.parts import plain, section, table

_USUAL_NAME = "centre"
_SHOWN_CORRECTIONS = 1000
_REFUSED = "accept_refused"


def accepting(intake: Intake, text: Text) -> None:
    """Offer to accept the files in use, and show what was accepted."""
    source = session.source()
    offered = not (source.is_sample or store_in_use.is_accepted(source))
    usable = not intake.history.empty and not (
        has_errors(intake.reading.problems) and not session.skips_bad_rows()
    )
    try:
        histories = store_in_use.histories()
    except StoreRefused as refused:
        st.error(_why(refused, text), icon=":material/error:")
        return
    if offered and usable:
        with st.container(border=True):
            section(text("app.accept.title"), text("app.accept.about"))
            _offer(intake, list(histories), text)
    if histories:
        with st.container(border=True):
            section(text("app.accept.accepted"), text("app.accept.accepted_about"))
            for name, versions in histories.items():
                _versions(name, versions, text)
            _download(text)


def _offer(intake: Intake, names: list[str], text: Text) -> None:
    """Show what accepting would do before it is done."""
    name = _USUAL_NAME if not names else names[0]
    policy = POLICIES[0]
    if names:
        name = _choose_name(names, text)
        policy = choose(
            text("app.accept.policy"),
            list(POLICIES),
            text,
            "accept_policy",
            written=lambda code: text(f"app.accept.policies.{code}"),
            few=True,
        )
        preview = store_in_use.preview(session.source(), intake.reading, name, policy)
        if preview is not None:
            misfit = _misfit(intake, preview.version)
            if misfit is not None:
                st.warning(_why(misfit, text), icon=":material/block:")
                return
            _extension(preview.extension, text)
    st.button(
        text("app.accept.button"),
        icon=":material/inventory:",
        type="primary",
        key="accept",
        on_click=_accept,
        args=(intake, name, policy),
    )
    refused = st.session_state.pop(_REFUSED, None)
    if refused is not None:
        st.error(_why(refused, text), icon=":material/error:")


def _choose_name(names: list[str], text: Text) -> str:
    """Offer the accepted histories, or a new one; a new name can be typed but need not be."""
    name: str | None = st.selectbox(
        text("app.accept.name"), names, accept_new_options=True, key=f"accept_name_{text.language}"
    )
    return name or names[0]


def _misfit(intake: Intake, version: Version) -> StoreRefused | None:
    """Find what the store would refuse."""
    zone = str(intake.reading.history["interval_start"].dt.tz)
    if intake.interval_min != version.interval_min:
        minutes = str(intake.interval_min), str(version.interval_min)
        return StoreRefused("other_interval", found=minutes[0], expected=minutes[1])
    if zone != version.zone:
        return StoreRefused("other_zone", found=zone, expected=version.zone)
    return None


def _extension(extension: Extension, text: Text) -> None:
    with st.grid(4, min_column_width=150):
        for name in ("added", "identical", "corrected", "lost"):
            count = text.number(getattr(extension, name))
            st.metric(text(f"app.accept.{name}"), count, border=True, height="stretch")
    for queue, before, after in extension.channels:
        moved = {"before": text(f"channels.{before}"), "after": text(f"channels.{after}")}
        st.caption(text("cli.import.moved", queue=plain(queue), **moved))
    if len(extension.corrections):
        with st.expander(text("app.accept.corrections"), icon=":material/compare_arrows:"):
            _corrections(extension.corrections, text)


def _corrections(corrections: pd.DataFrame, text: Text) -> None:
    some = corrections.head(_SHOWN_CORRECTIONS)
    shown = some.assign(measure=some["column"].map(lambda name: text.code("columns", name)))
    number = {name: lambda value: text.number(value, 1) for name in ("before", "after")}
    names = ["queue", "interval_start", "measure", "before", "after"]
    table(shown[names], text, text("app.accept.corrections"), forms=number)


def _versions(name: str, versions: tuple[Version, ...], text: Text) -> None:
    st.markdown(
        f"**{plain(name)}** · {text('app.accept.rows', rows=text.number(versions[-1].rows))}"
    )
    newest_first = versions[::-1]
    heads = ("version", "accepted_at", "files", "rows", "added", "corrected", "identical")
    shown = pd.DataFrame(
        {
            "version": [one.number for one in newest_first],
            "accepted_at": [_when(one.accepted_at, text) for one in newest_first],
            "files": [", ".join(file.name for file in one.sources) for one in newest_first],
            "rows": [one.rows for one in newest_first],
            "added": [one.added for one in newest_first],
            "corrected": [one.corrected for one in newest_first],
            "identical": [one.identical for one in newest_first],
        }
    )
    table(
        shown,
        text,
        text("app.accept.accepted"),
        headings={head: text(f"app.accept.columns.{head}") for head in heads},
    )


def _when(moment: str, text: Text) -> str:
    when = datetime.fromisoformat(moment)
    return f"{text.date(when)}, {text.time(when)} UTC"


def _download(text: Text) -> None:
    if store_in_use.is_of_centre():
        st.caption(text("app.accept.of_centre"))
    content = store_in_use.store_file()
    if content is not None:
        st.download_button(
            text("app.accept.download"),
            content,
            file_name=store_in_use.FILE,
            mime="application/vnd.sqlite3",
            icon=":material/download:",
            on_click="ignore",
            key="download_store",
        )


def _accept(intake: Intake, name: str, policy: str) -> None:
    try:
        version = store_in_use.accept(session.source(), intake.reading, name, policy)
    except StoreRefused as refused:
        st.session_state[_REFUSED] = refused
        return
    text = session.text()
    number = text.number(version.number)
    st.toast(text("app.accept.done", name=plain(name), number=number), icon=":material/check:")


def _why(refused: StoreRefused, text: Text) -> str:
    words = text(f"store.{refused.code}", found=refused.found, expected=refused.expected)
    return plain(words)
