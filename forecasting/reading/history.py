"""Read a history of contacts from a file of almost any make, with every fault found at once."""

from __future__ import annotations

import hashlib
import zoneinfo
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import numpy as np
import pandas as pd

from forecasting.problems import ProblemCollector
from forecasting.reading.cell_numbers import decimal_mark
from forecasting.reading.cell_times import DATE_ORDERS, Times, looks_like_time, read_times
from forecasting.reading.columns import CHANNELS, count_known, find_columns
from forecasting.reading.file_formats import read_bytes, read_raw_table
from forecasting.reading.intervals import LENGTHS_MIN, find_interval, place_in_zone, strike_unread
from forecasting.reading.measures import PARTS, read_aht, read_contacts, read_parts
from forecasting.reading.raw_table import UnreadableFile
from forecasting.reading.rows import (
    HistoryRows,
    drop_totals,
    read_channels,
    read_queues,
    strike_duplicates,
)

if TYPE_CHECKING:
    from forecasting.reading.raw_table import RawTable


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class HistoryReading:
    """A history file as it was understood.

    Parameters
    ----------
    history : DataFrame
        The usable rows: queue, channel, interval_start, contacts, aht_s [s] and, where the file has
        them, abandoned and answered_in_target; sorted by queue and interval_start. Lost contacts
        are NaN.
    problems : DataFrame
        Every fault of the file, the file's own first, then by row.
    reading : dict
        What was decided to read it: format, encoding, separator, sheet, decimal_mark,
        date_order, header_row, columns (the file's header -> our name), interval_min, zone,
        rows_read, rows_used, first_interval, last_interval. What was not reached is left out.
    name : str
        Of the file.
    sha256 : str
        Of the file's bytes, "" if there are none.
    interval_min : int
        Length of the intervals [min], 0 where it is unknown (and the history empty).
    """

    history: pd.DataFrame
    problems: pd.DataFrame
    reading: dict[str, object]
    name: str
    sha256: str
    interval_min: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Given:
    """What the caller states about a file; see `read_history`."""

    zone: str
    interval_min: int | None
    queue: str
    channel: str
    date_order: str | None
    decimal: str | None

    def __post_init__(self) -> None:
        try:
            zoneinfo.ZoneInfo(self.zone)
        except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError) as error:
            raise ValueError(f"zone is {self.zone!r}, not an IANA time zone") from error
        for name, allowed in (
            ("interval_min", (None, *LENGTHS_MIN)),
            ("channel", CHANNELS),
            ("date_order", (None, *DATE_ORDERS)),
            ("decimal", (None, ".", ",")),
        ):
            if getattr(self, name) not in allowed:
                raise ValueError(f"{name} is {getattr(self, name)!r}, must be one of {allowed}")
        if not self.queue:
            raise ValueError("queue is '', must be a name")


@dataclass(slots=True, kw_only=True, eq=False)
class _Progress:
    """What is known so far of a file that is being read."""

    problems: ProblemCollector
    history: pd.DataFrame
    reading: dict[str, object] = field(default_factory=dict)
    interval_min: int = 0


def read_history(
    source: Path | str | bytes | BinaryIO,
    *,
    name: str | None = None,
    zone: str = "UTC",
    interval_min: int | None = None,
    queue: str = "all",
    channel: str = "voice",
    date_order: str | None = None,
    decimal: str | None = None,
) -> HistoryReading:
    """Read a history of contacts per queue and interval.

    CSV with any usual separator, encoding, decimal mark and order of dates, plain or gzipped, XLSX
    and Parquet are read, with headers in English or Spanish. Whatever is wrong with the file comes
    back in `problems`; no file makes this function raise.

    Parameters
    ----------
    source : Path, str, bytes or binary file
        The file, or the bytes of an upload.
    name : str, optional
        Name of an upload; a path has its own.
    zone : str
        IANA time zone of the centre. Times without an offset are its wall clock, others are
        converted to it.
    interval_min : int, optional
        Length of the intervals [min]; by default it is found from the times.
    queue, channel : str
        Taken where the file names none.
    date_order : {"ymd", "dmy", "mdy"}, optional
        Order of dates that end with the year; by default it is decided from all of them.
    decimal : {".", ","}, optional
        Decimal mark; by default it is inferred from all numbers.

    Raises
    ------
    ValueError
        If an argument other than `source` has a value that is not allowed.
    """
    given = _Given(
        zone=zone,
        interval_min=interval_min,
        queue=queue,
        channel=channel,
        date_order=date_order,
        decimal=decimal,
    )
    if not name:
        name = Path(source).name if isinstance(source, str | Path) else ""
    return _read_file(source, name, given)


def _read_file(source: Path | str | bytes | BinaryIO, name: str, given: _Given) -> HistoryReading:
    sha256 = ""
    progress = _Progress(problems=ProblemCollector(name), history=_empty_history(given.zone))
    progress.reading["zone"] = given.zone
    try:
        data = read_bytes(source)
        sha256 = hashlib.sha256(data).hexdigest()
        _read_table(read_raw_table(data, name, count_known), given, progress)
    except UnreadableFile as fault:
        progress.problems.add(fault.code, found=fault.found, expected=fault.expected)
    return HistoryReading(
        history=progress.history,
        problems=progress.problems.table(),
        reading=progress.reading,
        name=name,
        sha256=sha256,
        interval_min=progress.interval_min,
    )


def _empty_history(zone: str) -> pd.DataFrame:
    start = pd.DatetimeIndex([], dtype="datetime64[ns, UTC]").tz_convert(zone)
    texts = dict.fromkeys(("queue", "channel"), np.array([], dtype=object))
    numbers = dict.fromkeys(("contacts", "aht_s"), np.array([], dtype=np.float64))
    return pd.DataFrame({**texts, "interval_start": start, **numbers})


def _read_table(table: RawTable, given: _Given, progress: _Progress) -> None:
    """Find the columns of a raw table and read its rows."""
    problems = progress.problems
    problems.rows = len(table.row)
    columns = find_columns(table.header, problems)
    readable = not problems.has_errors
    progress.reading.update(
        format=table.format,
        encoding=table.encoding,
        separator=table.separator,
        sheet=table.sheet,
        header_row=table.header_row,
        columns={table.header[i]: our for our, i in columns.items()},
        rows_read=len(table.row) + len(table.ragged),
        rows_used=0,
    )
    problems.add_rows(
        "ragged_row",
        np.array([row for row, _ in table.ragged]),
        found=[str(cells) for _, cells in table.ragged],
        expected=str(len(table.header)),
    )
    if not len(table.row) and not table.ragged:
        problems.add("rows_missing", row=table.header_row)
    if readable and len(table.row):
        _read_rows(HistoryRows(table, columns, problems), given, progress)


def _read_rows(rows: HistoryRows, given: _Given, progress: _Progress) -> None:
    """Read the rows, unless a question about all of them must be answered first."""
    problems, reading = rows.problems, progress.reading
    names = _time_columns(rows)
    decimal = given.decimal or decimal_mark(
        [rows.cells(name) for name in ("contacts", *PARTS) if name in rows.columns],
        [rows.cells(name) for name in ("aht_s",) if name in rows.columns],
        rows.table.separator,
    )
    times = read_times(
        rows.cells(names[0]),
        rows.cells(names[1]) if len(names) > 1 else None,
        date_order=given.date_order,
        day_first_likely=rows.table.separator == ";" or decimal == ",",
    )
    reading.update(decimal_mark=decimal, date_order=times.date_order)
    if not decimal:
        texts = rows.cells("contacts").text
        problems.add(
            "decimal_mark_ambiguous",
            column=rows.header("contacts"),
            found=next(iter(texts[texts.str.contains("[.,]")]), ""),
            expected="decimal=",
        )
    if not times.date_order:
        problems.add(
            "date_forms_mixed" if times.forms_mixed else "date_order_ambiguous",
            column=rows.header(names[0]),
            found=times.example,
            expected="yyyy-mm-dd" if times.forms_mixed else "date_order=",
        )
    if decimal and times.date_order:
        _read_values(rows, times, names, decimal, given, progress)


def _time_columns(rows: HistoryRows) -> tuple[str, ...]:
    """Return which columns tell when an interval starts: one, or a date and a time."""
    columns = rows.columns
    if "date" in columns and "time" in columns and "interval_start" not in columns:
        return "date", "time"
    if {"date", "interval_start"} <= columns.keys() and looks_like_time(
        rows.cells("interval_start")
    ):
        return "date", "interval_start"
    return tuple(name for name in ("interval_start", "date", "time") if name in columns)[:1]


def _read_values(
    rows: HistoryRows,
    times: Times,
    names: tuple[str, ...],
    decimal: str,
    given: _Given,
    progress: _Progress,
) -> None:
    """Read the rows one column after another, and put the standing ones in order."""
    drop_totals(rows)
    read_queues(rows, given.queue)
    channels = read_channels(rows, given.channel)
    clock = strike_unread(rows, times, names)
    if times.may_be_ends:
        rows.problems.add(
            "times_may_be_ends", column=rows.header(names[-1]), found="24:00", expected="00:00"
        )
    interval_min = find_interval(rows, clock, given.interval_min, names)
    contacts = read_contacts(rows, decimal)
    start = place_in_zone(rows, clock, times.universal, given.zone, contacts, names)
    values = {"contacts": contacts, "aht_s": read_aht(rows, decimal, contacts)}
    values |= read_parts(rows, decimal, contacts)
    frame = pd.DataFrame(
        {"queue": rows.queue, "channel": channels, "interval_start": start, **values}
    )
    strike_duplicates(rows, frame)
    if interval_min is None:
        return
    progress.interval_min = interval_min
    stands = frame[rows.stands & rows.judged]
    history = stands.sort_values(["queue", "interval_start"], kind="stable", ignore_index=True)
    progress.history = history
    progress.reading.update(interval_min=interval_min, rows_used=len(history))
    if len(history):
        progress.reading.update(
            first_interval=history["interval_start"].min().isoformat(),
            last_interval=history["interval_start"].max().isoformat(),
        )
