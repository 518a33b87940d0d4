"""The store of accepted histories behind the app: the centre's file, or the visitor's own copy.

Who starts the app may name the centre's file (`aforo app --store`, AFORO_STORE); a visitor never
names a path. Without one, what a visitor accepts lives in the session and is handed out as a file.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import streamlit as st

from forecasting.reading.history import HistoryReading
from forecasting.reading.mapping import mapping_toml
from planner.extension import Extension, extend
from planner.store import HistoryStore, is_store
from planner.store_rows import StoredSource, Version
from planner.views import session
from planner.views.session import Source

FILE = "centre.aforo"
_KEPT = "store"
_VARIABLE = "AFORO_STORE"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Preview:
    """What accepting an export would do to an accepted history."""

    version: Version
    extension: Extension


def is_of_centre() -> bool:
    """Tell whether the store is the centre's own file, not the visitor's copy."""
    return bool(os.environ.get(_VARIABLE))


def store_file() -> bytes | None:
    """Return the store as one file, if anything was accepted."""
    if is_of_centre():
        with _opened() as store:
            return store.file() if store.path.exists() else None
    kept: bytes | None = st.session_state.get(_KEPT)
    return kept


def keep(content: bytes) -> None:
    """Extend a store that a visitor brought from now on; the centre's stands before it."""
    if not is_of_centre():
        st.session_state[_KEPT] = content


def histories() -> dict[str, tuple[Version, ...]]:
    """Return the versions of every accepted history."""
    content = store_file()
    return {} if content is None else _versions(hashlib.sha256(content).hexdigest(), content)


def preview(source: Source, reading: HistoryReading, name: str, policy: str) -> Preview | None:
    """Say what accepting a reading under a name would do; None if there is none of that name."""
    content = store_file()
    if content is None or name not in histories():
        return None
    state = hashlib.sha256(content).hexdigest()
    return _preview(state, source, name, policy, _channels_known(reading), content, reading)


def accept(source: Source, reading: HistoryReading, name: str, policy: str) -> Version:
    """Accept a reading, and put the accepted history to use.

    Raises
    ------
    StoreRefused
        As `HistoryStore.accept` does.
    """
    page = mapping_toml(reading.mapping)
    with _opened() as store:
        version, _ = store.accept(
            name,
            reading.history,
            interval_min=reading.interval_min,
            accepted_at=datetime.now(UTC),
            sources=[
                StoredSource(name=file, sha256=hashlib.sha256(data).hexdigest(), mapping=page)
                for file, data in source.files
            ],
            policy=policy,
            channels=_channels_known(reading),
        )
        content = store.file()
    keep(content)
    session.use_accepted(content, name, version.number)
    return version


def is_accepted(source: Source) -> bool:
    """Tell whether a source is a store, not files that may be accepted."""
    return len(source.files) == 1 and is_store(source.files[0][1])


@contextmanager
def _opened() -> Iterator[HistoryStore]:
    """Open the centre's store, or a visitor's copy in a folder of its own for a moment."""
    if is_of_centre():
        yield HistoryStore(Path(os.environ[_VARIABLE]))
        return
    with _unpacked(st.session_state.get(_KEPT)) as store:
        yield store


@contextmanager
def _unpacked(content: bytes | None) -> Iterator[HistoryStore]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / FILE
        if content is not None:
            path.write_bytes(content)
        yield HistoryStore(path)


def _channels_known(reading: HistoryReading) -> bool:
    return not bool((reading.problems["code"] == "channel_assumed").any())


@st.cache_resource(max_entries=8, show_spinner=False)
def _versions(state: str, _content: bytes) -> dict[str, tuple[Version, ...]]:  # noqa: ARG001 - key
    with _unpacked(_content) as store:
        return {name: store.versions(name) for name in store.names()}


@st.cache_resource(max_entries=4, show_spinner=False, hash_funcs={Source: repr})
def _preview(
    state: str,  # noqa: ARG001 - part of the key
    source: Source,  # noqa: ARG001 - part of the key
    name: str,
    policy: str,
    channels: bool,
    _content: bytes,
    _reading: HistoryReading,
) -> Preview:
    with _unpacked(_content) as store:
        before, version = store.read(name)
    export = _reading.history
    starts = export["interval_start"].dt.tz_convert(version.zone)
    extension = extend(
        before, export.assign(interval_start=starts), policy=policy, channels=channels
    )
    return Preview(version=version, extension=extension)
