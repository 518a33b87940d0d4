"""Bringing one's own history and scenario, and stating what neither of them says."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any
from zoneinfo import available_timezones

import streamlit as st

from planner import known_names
from planner.bounds import ScenarioError
from planner.scenario_file import parse_scenario
from planner.text import Text
from planner.views import session, store_in_use
from planner.views.parts import plain, scenario_sentences

_FAULTS = "scenario_faults"
_TEMPLATE = (
    "queue,channel,interval_start,contacts,aht_s\n"
    "support,voice,2026-03-02 08:00,41,312\n"
    "support,voice,2026-03-02 08:30,55,305\n"
)


def uploads(text: Text) -> None:
    """Take the files of a history and a scenario; what is uploaded is in use at once."""
    with st.container(border=True):
        left, right = st.columns([3, 2], gap="medium")
        # Every type: what cannot be read is refused with a reason and what to do instead.
        left.file_uploader(
            text("app.settings.history"),
            accept_multiple_files=True,
            key="history_file",
            on_change=_use_files,
            help=text("app.settings.history_help"),
        )
        right.file_uploader(
            text("app.settings.scenario"),
            type="toml",
            key="scenario_file",
            on_change=_use_scenario,
            help=text("app.settings.scenario_help"),
        )
        faults = st.session_state.get(_FAULTS)
        if faults is not None:
            st.error(scenario_sentences(faults, text), title=text("app.settings.scenario_refused"))
        with st.container(horizontal=True):
            st.download_button(
                text("app.settings.template"),
                _TEMPLATE,
                file_name="template.csv",
                mime="text/csv",
                icon=":material/description:",
                type="tertiary",
                on_click="ignore",
                key="template",
            )
            if not session.source().is_sample:
                st.button(
                    text("app.settings.back_to_sample"),
                    icon=":material/undo:",
                    type="tertiary",
                    key="back_to_sample",
                    on_click=session.use_sample,
                )


def centre(text: Text) -> None:
    """Offer the settings that change how the history is read and what is planned."""
    scenario = session.scenario()
    with st.expander(text("app.settings.centre"), icon=":material/settings:"):
        st.caption(text("app.settings.centre_about", name=plain(scenario.name)))
        with st.grid(4, min_column_width=180):
            _setting(text, "zone", _zones(scenario.zone))
            _setting(text, "country", (None, *_sorted_countries(text)), _country_name)
            _setting(text, "region", (None, *_regions(scenario.country)), _or_none)
            _setting(text, "weeks", tuple(range(1, 54)))
            _number(text, "cost_per_hour", 0.0, 100_000.0, 0.5)
            _setting(text, "currency", tuple(sorted(known_names.currencies())))
            _number(text, "contract_hours_per_week", 1.0, 168.0, 0.5)
            _number(text, "default_aht_s", 1.0, 86_400.0, 10.0)


def _use_files() -> None:
    files = [(file.name, file.getvalue()) for file in st.session_state["history_file"]]
    if not files:
        return
    session.use_files(files)
    if store_in_use.is_accepted(session.source()):
        store_in_use.keep(files[0][1])


def _use_scenario() -> None:
    st.session_state.pop(_FAULTS, None)
    file = st.session_state["scenario_file"]
    if file is None:
        return
    try:
        session.use_scenario(parse_scenario(file.getvalue()), uploaded=True)
    except ScenarioError as error:
        st.session_state[_FAULTS] = error


def _setting(
    text: Text, name: str, options: Sequence[Any], written: Callable[[Any, Text], str] | None = None
) -> None:
    """Offer one of the scenario's choices."""
    value = getattr(session.scenario(), name)
    key = _key("setting", name, value, text)
    st.selectbox(
        text(f"assumptions.{name}"),
        options,
        index=options.index(value),
        format_func=(lambda option: written(option, text)) if written else str,
        required=True,
        key=key,
        on_change=_apply,
        args=(name, key),
    )


def _number(text: Text, name: str, low: float, high: float, step: float) -> None:
    """Offer one of the scenario's numbers."""
    value = getattr(session.scenario(), name)
    key = _key("setting", name, value, text)
    st.number_input(
        text(f"assumptions.{name}"),
        min_value=min(low, value),
        max_value=max(high, value),
        value=value,
        step=step,
        key=key,
        on_change=_apply,
        args=(name, key),
    )


def _key(kind: str, name: str, value: object, text: Text) -> str:
    """Name a widget after what it shows: a scenario that comes in otherwise shows at once."""
    return f"{kind}_{name}_{value}_{text.language}"


def _apply(name: str, key: str) -> None:
    """Put a changed setting to use; the browser's bounds are checked again by the scenario."""
    changes = {name: st.session_state[key]}
    if name == "country":
        changes["region"] = None
    st.session_state.pop(_FAULTS, None)
    try:
        session.use_scenario(replace(session.scenario(), **changes))
    except ScenarioError as error:
        st.session_state[_FAULTS] = error


def _zones(used: str) -> tuple[str, ...]:
    """List the zones that are named by a place, and the one in use."""
    places = {zone for zone in available_timezones() if "/" in zone and "Etc/" not in zone}
    return tuple(sorted(places | {used}))


def _sorted_countries(text: Text) -> list[str]:
    # An alias of three letters means the same country again.
    codes = [code for code in known_names.countries() if len(code) == 2]
    return sorted(codes, key=lambda code: _country_name(code, text))


def _country_name(code: str | None, text: Text) -> str:
    from babel import Locale

    if code is None:
        return text("assumptions.none")
    return str(Locale.parse(text.locale).territories.get(code, code))


def _regions(country: str | None) -> tuple[str, ...]:
    return tuple(sorted(known_names.regions(country))) if country else ()


def _or_none(code: str | None, text: Text) -> str:
    return text("assumptions.none") if code is None else code
