"""What one visitor's session remembers: the language, the files in use, and the scenario.

Frames stay out of it: they live in the caches of `planner.views.planning`, keyed on what is here.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import PurePath
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import streamlit as st

from forecasting.reading.mapping import Mapping
from planner.sample import sample_history_path, sample_scenario_path
from planner.scenario import Scenario
from planner.scenario_file import read_scenario
from planner.text import LANGUAGES, Text, catalogue

LANGUAGE = "language"
WHAT_IF = "what_if_"  # how the keys of its sliders begin
DATA_VIEW = "data_view"  # what the data page shows; of other files one wants to see that first


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """The files of a history as they were given, and how to read what they leave open.

    Attributes
    ----------
    name : str
        Their names, or that of an accepted history.
    sha256 : str
        Hash of their bytes, by which two sources are told apart.
    files : tuple of (name, bytes)
        The files; one of them alone may be a store of accepted histories.
    mapping : Mapping
        What is stated about how they are read.
    stored : str
        Name of the history, where the file is a store.
    is_sample : bool
        Whether it is the sample centre's.
    """

    name: str
    sha256: str
    files: tuple[tuple[str, bytes], ...] = field(repr=False, compare=False)
    mapping: Mapping = field(default_factory=Mapping)
    stored: str = ""
    is_sample: bool = False


def start() -> None:
    """Give a new session the sample centre, so that every page has something to show."""
    if "source" not in st.session_state:
        use_sample()


def use_sample() -> None:
    """Put the sample centre to use."""
    name, data, scenario = _sample()
    _use(source_of([(name, data)], is_sample=True), scenario)


def use_files(files: Sequence[tuple[str, bytes]]) -> None:
    """Put uploaded files to use, with the scenario in use if that is the visitor's own."""
    _use_with_own_scenario(source_of(files))


def use_accepted(store: bytes, stored: str, number: int) -> None:
    """Put a history of a store to use in place of the files it came from."""
    history = replace(source_of([("", store)]), name=f"{stored} · {number}", stored=stored)
    _use(history, scenario())


def use_scenario(changed: Scenario, *, uploaded: bool = False) -> None:
    """Put a scenario to use; what-if starts from it anew."""
    st.session_state["scenario"] = changed
    st.session_state["scenario_uploaded"] |= uploaded
    for key in [key for key in st.session_state if str(key).startswith(WHAT_IF)]:
        del st.session_state[key]


def use_source(changed: Source) -> None:
    """Read the same history in another way."""
    st.session_state["source"] = changed
    st.session_state["skip_bad_rows"] = False


def source() -> Source:
    """Return the history in use."""
    found: Source = st.session_state["source"]
    return found


def scenario() -> Scenario:
    """Return the scenario in use."""
    found: Scenario = st.session_state["scenario"]
    return found


def skips_bad_rows() -> bool:
    """Tell whether the visitor chose to plan without the rows that cannot be used."""
    return bool(st.session_state["skip_bad_rows"])


def skip_bad_rows() -> None:
    """Plan without the rows that cannot be used."""
    st.session_state["skip_bad_rows"] = True


def choose_language() -> Text:
    """Offer the languages; the first guess is the link's (?lang=es), then the browser's."""
    if LANGUAGE not in st.session_state:
        guesses = (st.query_params.get("lang", ""), (st.context.locale or "")[:2], "en")
        st.session_state[LANGUAGE] = next(guess for guess in guesses if guess in LANGUAGES)
    # Streamlit's own binding would put the language's name, not its code, into the link.
    st.segmented_control(
        "Language · Idioma",
        list(LANGUAGES),
        required=True,
        format_func=lambda code: catalogue(code)("language.name"),
        key=LANGUAGE,
        on_change=_put_language_in_link,
    )
    return text()


def text() -> Text:
    """Return the words of the language chosen."""
    language = st.session_state.get(LANGUAGE)
    return catalogue(language if language in LANGUAGES else "en")


def _put_language_in_link() -> None:
    st.query_params["lang"] = st.session_state[LANGUAGE]


def source_of(files: Sequence[tuple[str, bytes]], *, is_sample: bool = False) -> Source:
    """Return files as a source, not yet in use."""
    digests = [hashlib.sha256(data).hexdigest() for _, data in files]
    whole = digests[0] if len(files) == 1 else hashlib.sha256("".join(digests).encode()).hexdigest()
    names = ", ".join(name for name, _ in files)
    return Source(name=names, sha256=whole, files=tuple(files), is_sample=is_sample)


def _use_with_own_scenario(history: Source) -> None:
    before, kept = source(), scenario()
    stem, former = _stem(history.files[0][0]), _stem(before.files[0][0])
    if before.is_sample and not st.session_state["scenario_uploaded"]:
        kept = Scenario(name=stem, zone=_zone())
    elif kept.name == former:
        kept = replace(kept, name=stem)
    _use(history, kept)


def _use(history: Source, plan_scenario: Scenario) -> None:
    st.session_state["source"] = history
    st.session_state["skip_bad_rows"] = False
    for key in [key for key in st.session_state if str(key).startswith(DATA_VIEW)]:
        del st.session_state[key]
    if history.is_sample:
        st.session_state["scenario_uploaded"] = False
    use_scenario(plan_scenario)


def _stem(file: str) -> str:
    return PurePath(file).stem or file


def _zone() -> str:
    """Guess the centre's zone from the browser's."""
    usual = Scenario().zone
    zone = st.context.timezone or usual
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError):
        return usual
    return zone


@st.cache_resource(max_entries=1, show_spinner=False)
def _sample() -> tuple[str, bytes, Scenario]:
    path = sample_history_path()
    return path.name, path.read_bytes(), read_scenario(sample_scenario_path())
