"""Accepted histories in one file: SQLite, versions that are only ever added, safe against a crash.

A frame is one Parquet blob in the transaction that describes it, so that there is never half a
version. Writers queue behind one another (BEGIN IMMEDIATE); readers see the last whole version.
The file must lie on a disk of the machine itself: network shares do not lock as SQLite needs.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pandas as pd

from planner.extension import Extension, difference, extend
from planner.store_rows import (
    VERSIONS,
    StoredSource,
    Version,
    asked,
    blob_of,
    frame_of,
    insert,
    latest,
    parquet,
    version_of,
)
from planner.store_schema import MAGIC, StoreRefused, connected, prepared, refusing

LONGEST_NAME = 200


@dataclass(frozen=True, slots=True)
class HistoryStore:
    """The histories accepted into one file.

    Attributes
    ----------
    path : Path
        The file; it is made by the first `accept`.

    Raises
    ------
    StoreRefused
        By every method, with a code: `not_a_store`, `store_newer`, `store_busy`, `store_damaged`,
        `store_unwritable`, and those that a method names.
    """

    path: Path

    def accept(
        self,
        name: str,
        history: pd.DataFrame,
        *,
        interval_min: int,
        accepted_at: datetime,
        sources: Sequence[StoredSource] = (),
        note: str = "",
        policy: str = "newest",
        channels: bool = True,
    ) -> tuple[Version, Extension]:
        """Accept an export: as a new history, or as the extension of the one of that name.

        An export that says nothing new makes no version; the latest is returned.

        Parameters
        ----------
        name : str
            Of the history in the store.
        history : DataFrame
            Tidy history; its zone is that of `interval_start`.
        interval_min : int
            Length of its intervals [min].
        accepted_at : datetime
            Aware; nothing below the faces reads a clock.
        sources : sequence of StoredSource
            Files it was read from.
        note : str
            Anything worth remembering.
        policy, channels
            As in `planner.extension.extend`.

        Raises
        ------
        StoreRefused
            Also with `nothing_usable`, `name_unusable`, `other_interval` or `other_zone`: intervals
            of two lengths or two clocks are never mixed.
        """
        _refuse_unusable(name, history)
        zone = str(history["interval_start"].dt.tz)
        with refusing(self.path), closing(prepared(self.path)) as link, _writing(link):
            former = latest(link, name)
            if former is not None:
                _refuse_misfit(former, interval_min, zone)
            before = history.iloc[:0] if former is None else frame_of(link, former)
            extension = extend(before, history, policy=policy, channels=channels)
            if former is not None and extension.changes_nothing:
                return former, extension
            blob = parquet(extension.history)
            version = Version(
                name=name,
                number=1 if former is None else former.number + 1,
                accepted_at=accepted_at.isoformat(),
                note=note,
                interval_min=interval_min,
                zone=zone,
                policy=policy,
                added=extension.added,
                identical=extension.identical,
                corrected=extension.corrected,
                lost=extension.lost,
                rows=len(extension.history),
                channels=extension.channels,
                sha256=hashlib.sha256(blob).hexdigest(),
                sources=tuple(sources),
            )
            insert(link, version, blob, parquet(extension.corrections))
        return version, extension

    def names(self) -> tuple[str, ...]:
        """Name the histories in the store."""
        with refusing(self.path), closing(connected(self.path)) as link:
            rows = link.execute("SELECT name FROM history ORDER BY name").fetchall()
        return tuple(str(row["name"]) for row in rows)

    def versions(self, name: str) -> tuple[Version, ...]:
        """List the versions of a history, the first one first."""
        with refusing(self.path), closing(connected(self.path)) as link:
            rows = link.execute(VERSIONS + " ORDER BY number", (name,)).fetchall()
            return tuple(version_of(link, row) for row in rows)

    def read(self, name: str = "", number: int | None = None) -> tuple[pd.DataFrame, Version]:
        """Return a version of a history, the latest unless another is asked for.

        Parameters
        ----------
        name : str
            May be left out where the store has one history.
        number : int, optional
            Of the version.

        Raises
        ------
        StoreRefused
            Also with `no_history`, `several_histories` or `no_version`.
        """
        with refusing(self.path), closing(connected(self.path)) as link:
            version = asked(link, name, number)
            return frame_of(link, version), version

    def corrections(self, name: str, number: int) -> pd.DataFrame:
        """List the values that the export of a version said otherwise, with before and after."""
        with refusing(self.path), closing(connected(self.path)) as link:
            version = asked(link, name, number)
            return blob_of(link, version, "corrections")

    def difference(self, name: str, first: int, second: int) -> pd.DataFrame:
        """List every value in which two versions differ; see `planner.extension.difference`."""
        return difference(self.read(name, first)[0], self.read(name, second)[0])

    def file(self) -> bytes:
        """Return the store as one file, to be handed on."""
        # A store in use has its latest pages in a second file; a snapshot has them all in one.
        with (
            refusing(self.path),
            closing(connected(self.path)) as link,
            closing(sqlite3.connect(":memory:")) as snapshot,
        ):
            link.backup(snapshot)
            return bytes(snapshot.serialize())


def is_store(data: bytes) -> bool:
    """Tell whether bytes are, or begin, an SQLite file."""
    return data.startswith(MAGIC)


@contextmanager
def _writing(link: sqlite3.Connection) -> Iterator[None]:
    """Hold the store's one pen: who waits for it sees what was written before."""
    link.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        if link.in_transaction:  # a full disk has ended it already
            link.execute("ROLLBACK")
        raise
    link.execute("COMMIT")


def _refuse_unusable(name: str, history: pd.DataFrame) -> None:
    if not name.strip() or len(name) > LONGEST_NAME or not name.isprintable():
        raise StoreRefused("name_unusable", found=name[:LONGEST_NAME], expected=f"1-{LONGEST_NAME}")
    if history.empty:
        raise StoreRefused("nothing_usable")


def _refuse_misfit(former: Version, interval_min: int, zone: str) -> None:
    if interval_min != former.interval_min:
        raise StoreRefused(
            "other_interval", found=str(interval_min), expected=str(former.interval_min)
        )
    if zone != former.zone:
        raise StoreRefused("other_zone", found=zone, expected=former.zone)
