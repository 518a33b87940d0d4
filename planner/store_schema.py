"""The tables of a store, its connections, and why it may be refused."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

MAGIC = b"SQLite format 3\x00"
APPLICATION_ID = 0x41464F52  # "AFOR": another program's database is not ours to write
SCHEMA_VERSION = 1
PATIENCE_S = 20  # for another writer, who needs milliseconds

STORE_CODES = (
    "name_unusable",
    "no_history",
    "no_version",
    "not_a_store",
    "nothing_usable",
    "other_interval",
    "other_zone",
    "several_histories",
    "store_busy",
    "store_damaged",
    "store_full",
    "store_newer",
    "store_unwritable",
)

# What was accepted stays: the database itself refuses to change or delete it.
_SCHEMA = """
CREATE TABLE history (
    history_id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE
);
CREATE TABLE version (
    history_id INTEGER NOT NULL REFERENCES history,
    number INTEGER NOT NULL CHECK (number >= 1),
    accepted_at TEXT NOT NULL,
    note TEXT NOT NULL,
    interval_min INTEGER NOT NULL CHECK (interval_min > 0),
    zone TEXT NOT NULL,
    policy TEXT NOT NULL,
    added INTEGER NOT NULL,
    identical INTEGER NOT NULL,
    corrected INTEGER NOT NULL,
    lost INTEGER NOT NULL,
    rows INTEGER NOT NULL,
    channels TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    frame BLOB NOT NULL,
    corrections BLOB NOT NULL,
    PRIMARY KEY (history_id, number)
);
CREATE TABLE source (
    history_id INTEGER NOT NULL,
    number INTEGER NOT NULL,
    position INTEGER NOT NULL,
    name TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    mapping TEXT NOT NULL,
    PRIMARY KEY (history_id, number, position),
    FOREIGN KEY (history_id, number) REFERENCES version
);
"""
_APPEND_ONLY = """
CREATE TRIGGER {table}_is_never_{verb}d BEFORE {verb} ON {table}
BEGIN SELECT RAISE(ABORT, 'accepted histories are never changed'); END;
"""


class StoreRefused(ValueError):  # noqa: N818 - named for what happened to what a person asked
    """Something a store cannot do, as a code and values that a face puts into words."""

    def __init__(self, code: str, *, found: str = "", expected: str = "") -> None:
        super().__init__(f"{code}: {found!r}, expected {expected!r}")
        self.code, self.found, self.expected = code, found, expected


@contextmanager
def refusing(path: Path) -> Iterator[None]:
    """Turn what SQLite says about a file into a code."""
    try:
        yield
    except sqlite3.OperationalError as error:
        known = {
            "SQLITE_BUSY": "store_busy",
            "SQLITE_LOCKED": "store_busy",
            "SQLITE_FULL": "store_full",
        }
        name = error.sqlite_errorname.removesuffix("_SNAPSHOT").removesuffix("_RECOVERY")
        raise StoreRefused(known.get(name, "store_unwritable"), found=path.name) from error
    except sqlite3.DatabaseError as error:
        damaged = error.sqlite_errorname.startswith("SQLITE_CORRUPT")
        code = "store_damaged" if damaged else "not_a_store"
        raise StoreRefused(code, found=path.name) from error


def connected(path: Path) -> sqlite3.Connection:
    """Open an existing store.

    Raises
    ------
    StoreRefused
        If there is none, or the file is not one.
    """
    if not path.is_file():
        raise StoreRefused("not_a_store", found=path.name)
    link = _link(path)
    try:
        _refuse_stranger(link, path)
    except BaseException:
        link.close()
        raise
    return link


def prepared(path: Path) -> sqlite3.Connection:
    """Open a store to write to; make it where there is none."""
    link = _link(path)
    try:
        # One of two writers that begin at once makes the tables, the other finds them.
        link.execute("BEGIN IMMEDIATE")
        if not link.execute("SELECT 1 FROM sqlite_schema").fetchone():
            _make_tables(link)
        link.execute("COMMIT")
        _refuse_stranger(link, path)
        link.execute("PRAGMA journal_mode = WAL")
    except BaseException:
        link.close()
        raise
    return link


def _link(path: Path) -> sqlite3.Connection:
    # No isolation level: transactions begin and end where the code says so.
    link = sqlite3.connect(path, timeout=PATIENCE_S, isolation_level=None)
    link.row_factory = sqlite3.Row
    link.execute("PRAGMA trusted_schema = OFF")
    link.execute("PRAGMA foreign_keys = ON")
    link.execute("PRAGMA synchronous = FULL")
    return link


def _make_tables(link: sqlite3.Connection) -> None:
    for statement in _SCHEMA.split(";\n"):
        if statement.strip():
            link.execute(statement)
    for table in ("history", "version", "source"):
        for verb in ("update", "delete"):
            link.execute(_APPEND_ONLY.format(table=table, verb=verb))
    link.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    link.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")


def _refuse_stranger(link: sqlite3.Connection, path: Path) -> None:
    (application,) = link.execute("PRAGMA application_id").fetchone()
    (version,) = link.execute("PRAGMA user_version").fetchone()
    if application != APPLICATION_ID:
        raise StoreRefused("not_a_store", found=path.name)
    if version > SCHEMA_VERSION:
        raise StoreRefused("store_newer", found=str(version), expected=f"<= {SCHEMA_VERSION}")
