"""The rows of a store: what is known of a version, and its frames as Parquet blobs."""

from __future__ import annotations

import hashlib
import io
import json
import sqlite3
from dataclasses import dataclass

import pandas as pd

from planner.store_schema import StoreRefused

VERSIONS = (
    "SELECT version.*, history.name FROM version JOIN history USING (history_id) WHERE name = ?"
)
_COUNTS = ("interval_min", "added", "identical", "corrected", "lost", "rows")
_TEXTS = ("accepted_at", "note", "zone", "policy", "sha256")


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredSource:
    """A file behind a version: its name, the hash of its bytes, and how it was read (TOML)."""

    name: str
    sha256: str
    mapping: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """What is known of one version of a history.

    Attributes
    ----------
    name : str
        Of the history.
    number : int
        From 1 on.
    accepted_at : str
        When, as the face that accepted it said: ISO 8601 with an offset.
    note : str
        What a person wrote about it.
    interval_min : int
        Length of the intervals [min].
    zone : str
        IANA time zone.
    policy : str
        Who was right where the export differed, see `planner.extension.extend`.
    added, identical, corrected, lost, rows : int
        What its export did, in rows, and how many the history has since.
    channels : tuple of (queue, before, after)
        Queues whose channel it changed.
    sha256 : str
        Of the history's Parquet bytes.
    sources : tuple of StoredSource
        The files of the export.
    """

    name: str
    number: int
    accepted_at: str
    note: str
    interval_min: int
    zone: str
    policy: str
    added: int
    identical: int
    corrected: int
    lost: int
    rows: int
    channels: tuple[tuple[str, str, str], ...]
    sha256: str
    sources: tuple[StoredSource, ...]


def insert(link: sqlite3.Connection, version: Version, frame: bytes, corrections: bytes) -> None:
    """Add a version and its sources."""
    link.execute("INSERT OR IGNORE INTO history (name) VALUES (?)", (version.name,))
    (key,) = link.execute("SELECT history_id FROM history WHERE name = ?", (version.name,))
    columns = ("number", *_COUNTS, *_TEXTS)
    values = [getattr(version, column) for column in columns]
    marks = ", ".join("?" * (len(columns) + 4))
    # Column names are ours; every value is bound.
    link.execute(
        f"INSERT INTO version (history_id, {', '.join(columns)}, channels, frame, corrections)"  # noqa: S608
        f" VALUES ({marks})",
        (key["history_id"], *values, json.dumps(version.channels), frame, corrections),
    )
    link.executemany(
        "INSERT INTO source (history_id, number, position, name, sha256, mapping)"
        " VALUES (?, ?, ?, ?, ?, ?)",
        [
            (key["history_id"], version.number, position, one.name, one.sha256, one.mapping)
            for position, one in enumerate(version.sources)
        ],
    )


def latest(link: sqlite3.Connection, name: str) -> Version | None:
    """Return the latest version of a history, if there is any."""
    row = link.execute(VERSIONS + " ORDER BY number DESC LIMIT 1", (name,)).fetchone()
    return None if row is None else version_of(link, row)


def asked(link: sqlite3.Connection, name: str, number: int | None) -> Version:
    """Return the version that is asked for, or refuse."""
    names = [row["name"] for row in link.execute("SELECT name FROM history ORDER BY name")]
    if not name and len(names) > 1:
        raise StoreRefused("several_histories", expected=", ".join(names))
    name = name or (names[0] if names else "")
    newest = latest(link, name)
    if newest is None:
        raise StoreRefused("no_history", found=name, expected=", ".join(names))
    if number is None or number == newest.number:
        return newest
    row = link.execute(VERSIONS + " AND number = ?", (name, number)).fetchone()
    if row is None:
        raise StoreRefused("no_version", found=str(number), expected=f"1-{newest.number}")
    return version_of(link, row)


def version_of(link: sqlite3.Connection, row: sqlite3.Row) -> Version:
    """Return what a row of the table says of a version."""
    sources = link.execute(
        "SELECT name, sha256, mapping FROM source WHERE history_id = ? AND number = ?"
        " ORDER BY position",
        (row["history_id"], row["number"]),
    )
    known = {name: row[name] for name in ("name", "number", *_COUNTS, *_TEXTS)}
    return Version(
        **known,
        channels=tuple((str(a), str(b), str(c)) for a, b, c in json.loads(row["channels"])),
        sources=tuple(StoredSource(**dict(source)) for source in sources),
    )


def frame_of(link: sqlite3.Connection, version: Version) -> pd.DataFrame:
    """Return the history of a version."""
    return blob_of(link, version, "frame")


def blob_of(link: sqlite3.Connection, version: Version, column: str) -> pd.DataFrame:
    """Read one of a version's frames, and see that it is what was written."""
    row = link.execute(
        f"SELECT {column} FROM version JOIN history USING (history_id)"  # noqa: S608 - our column
        " WHERE name = ? AND number = ?",
        (version.name, version.number),
    ).fetchone()
    data = bytes(row[column])
    if column == "frame" and hashlib.sha256(data).hexdigest() != version.sha256:
        raise StoreRefused("store_damaged", found=f"{version.name} {version.number}")
    try:
        frame = pd.read_parquet(io.BytesIO(data), engine="pyarrow")
        starts = frame["interval_start"].dt.tz_convert(version.zone).dt.as_unit("ns")
    except (OSError, ValueError, LookupError, AttributeError) as error:
        # Arrow's own errors are kinds of these: a file from elsewhere may hold anything.
        raise StoreRefused("store_damaged", found=f"{version.name} {version.number}") from error
    return frame.assign(interval_start=starts)


def parquet(frame: pd.DataFrame) -> bytes:
    """Write a frame as Parquet, its times in UTC: a zone's rules may change, an instant not."""
    universal = frame.assign(interval_start=frame["interval_start"].dt.tz_convert("UTC"))
    return bytes(universal.to_parquet(engine="pyarrow", compression="zstd", index=False))
