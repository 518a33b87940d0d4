"""Read a history of contacts from files of almost any make, with every fault found at once."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import numpy as np
import pandas as pd

from forecasting.problems import ProblemCollector, join_problems
from forecasting.reading.columns import CHANNELS
from forecasting.reading.combine import add_parts, drop_repeated, one_frame, tidy
from forecasting.reading.decisions import Decisions, no_decisions
from forecasting.reading.file_formats import read_bytes, read_grids
from forecasting.reading.mapping import Mapping, Question, is_zone
from forecasting.reading.preview import preview_of
from forecasting.reading.raw_table import UnreadableFile
from forecasting.reading.remembered import facts_of, mapping_of, results_of
from forecasting.reading.sheets import tables_of
from forecasting.reading.table_reading import Centre, TableReading, read_table

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from forecasting.reading.raw_table import Grid
    from forecasting.reading.tables import Table

    Source = Path | str | bytes | BinaryIO


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class HistoryReading:
    """History files as they were understood.

    Parameters
    ----------
    history : DataFrame
        The usable rows: queue, channel, interval_start, contacts, aht_s [s] and, where the files
        have them, abandoned, answered_in_target, answered, blocked, transferred_in and wait_s [s];
        sorted by queue and interval_start. Lost contacts are NaN.
    problems : DataFrame
        Every fault of the files, the files' own first, then by row.
    reading : dict
        What was decided to read them: format, encoding, separator, sheet, decimal_mark,
        date_order, header_row, columns (the file's header -> our name), interval_min, zone,
        rows_read, rows_used, first_interval, last_interval. What was not reached is left out.
    name : str
        Of the file or files.
    sha256 : str
        Of the file's bytes, "" if there are none; of several, of their hashes one after another.
    interval_min : int
        Length of the intervals [min], 0 where it is unknown (and the history empty).
    decisions : DataFrame
        What was decided, why (a code of `decisions.WHYS`), by which evidence, and how sure that is
        (0 to 1): what, decided, why, evidence, confidence.
    questions : tuple of Question
        Choices on which two readings fit.
    mapping : Mapping
        What would make these files be read the same way again.
    preview : tuple of tuple of str
        Header and first rows as they stand in the first file: line number, then the cells.
    """

    history: pd.DataFrame
    problems: pd.DataFrame
    reading: dict[str, object]
    name: str
    sha256: str
    interval_min: int
    decisions: pd.DataFrame = field(default_factory=no_decisions)
    questions: tuple[Question, ...] = ()
    mapping: Mapping = field(default_factory=Mapping)
    preview: tuple[tuple[str, ...], ...] = ()


def read_history(
    source: Source,
    *,
    name: str | None = None,
    zone: str = "UTC",
    mapping: Mapping | None = None,
    queue: str = "all",
    channel: str = "voice",
) -> HistoryReading:
    """Read a history of contacts per queue and interval from one file; see `read_histories`.

    Parameters
    ----------
    source : Path, str, bytes or binary file
        The file, or the bytes of an upload.
    name : str, optional
        Name of an upload; a path has its own.
    """
    return read_histories(
        [source],
        names=None if name is None else [name],
        zone=zone,
        mapping=mapping,
        queue=queue,
        channel=channel,
    )


def read_histories(
    sources: Sequence[Source],
    *,
    names: Sequence[str] | None = None,
    zone: str = "UTC",
    mapping: Mapping | None = None,
    queue: str = "all",
    channel: str = "voice",
    progress: Callable[[str, float], None] | None = None,
) -> HistoryReading:
    """Read one history of contacts per queue and interval from one or several files.

    Exports of telephony systems are recognised by their headers or their form, spreadsheets by
    words in English and Spanish; rows can be intervals, days with intervals as columns, or single
    contacts. Whatever is wrong with a file comes back in `problems`; no file makes this raise.

    Parameters
    ----------
    sources : sequence of Path, str, bytes or binary file
        The files, or the bytes of uploads.
    names : sequence of str, optional
        Names of uploads; paths have their own.
    zone : str
        IANA time zone of the centre. Times without an offset are its wall clock, others are
        converted to it.
    mapping : Mapping, optional
        What is stated about the files; the rest is decided from them.
    queue, channel : str
        Taken where the files name none.
    progress : callable, optional
        Called with "opening", "recognising", "reading" or "done", and the share that is done.

    Raises
    ------
    ValueError
        If an argument other than `sources` has a value that is not allowed.
    """
    centre = _centre(zone, queue, channel)
    mapping = mapping or Mapping()
    known = [_name(source, names, at) for at, source in enumerate(sources)]
    collectors = [ProblemCollector(name) for name in known]
    decisions = Decisions()
    hashes, grids = [], []
    tell = progress or (lambda _step, _share: None)
    for at, (source, name, problems) in enumerate(zip(sources, known, collectors, strict=True)):
        tell("opening", 0.4 * at / len(known))
        sha256, own = _grids(source, name, problems)
        hashes.append(sha256)
        grids.append(own)
    tell("recognising", 0.4)
    tables = tables_of(grids, known, mapping, collectors, decisions)
    of_rows = collectors[0] if len(collectors) == 1 else ProblemCollector()
    reading: dict[str, object] = {"zone": zone} | facts_of(tables, grids)
    tell("reading", 0.6)
    history, interval_min, readings = _read_tables(tables, centre, mapping, of_rows, decisions)
    reading |= results_of(history, interval_min, readings)
    tell("done", 1.0)
    others = [of_rows] if len(collectors) != 1 else []
    several = len(known) > 1
    return HistoryReading(
        history=history,
        problems=join_problems(*(one.table() for one in [*collectors, *others])),
        reading=reading,
        name=", ".join(known) if several else "".join(known),
        sha256=hashlib.sha256("".join(hashes).encode()).hexdigest() if several else "".join(hashes),
        interval_min=interval_min,
        decisions=decisions.table(),
        questions=decisions.questions,
        mapping=mapping_of(tables, readings, mapping, centre, interval_min),
        preview=_preview(tables, grids),
    )


def _centre(zone: str, queue: str, channel: str) -> Centre:
    if not is_zone(zone):
        raise ValueError(f"zone is {zone!r}, not an IANA time zone")
    if channel not in CHANNELS:
        raise ValueError(f"channel is {channel!r}, must be one of {CHANNELS}")
    if not queue:
        raise ValueError("queue is '', must be a name")
    return Centre(zone=zone, queue=queue, channel=channel)


def _name(source: Source, names: Sequence[str] | None, at: int) -> str:
    if names is not None and names[at]:
        return names[at]
    return Path(source).name if isinstance(source, str | Path) else ""


def _grids(source: Source, name: str, problems: ProblemCollector) -> tuple[str, list[Grid]]:
    """Return the hash of a file and its sheets; none, and a problem, if it cannot be read."""
    sha256 = ""
    try:
        data = read_bytes(source)
        sha256 = hashlib.sha256(data).hexdigest()
        grids = read_grids(data, name)
    except UnreadableFile as fault:
        problems.add(fault.code, found=fault.found, expected=fault.expected)
        return sha256, []
    for grid in grids:
        for said in grid.faults:
            problems.add(
                said.code,
                row=said.row,
                found=said.found,
                expected=said.expected,
                sheet=grid.sheet,
                done=said.done,
            )
    return sha256, grids


def _read_tables(
    tables: list[Table],
    centre: Centre,
    mapping: Mapping,
    problems: ProblemCollector,
    decisions: Decisions,
) -> tuple[pd.DataFrame, int, list[TableReading]]:
    """Read all tables; the history is empty where a question must be answered first."""
    nothing = _empty_history(centre.zone)
    if any(table.faulty for table in tables):
        return nothing, 0, []
    problems.rows = sum(len(table.row) for table in tables)
    readings = [
        one
        for table in tables
        if len(table.row)
        and (one := read_table(table, centre, mapping, problems, decisions)) is not None
    ]
    if len(readings) < sum(len(table.row) > 0 for table in tables):
        return nothing, 0, []
    readings = _of_one_length(readings, problems)
    if not readings:
        return nothing, 0, []
    frame, names = one_frame(readings)
    frame = drop_repeated(frame, names, readings, problems)
    frame = add_parts(frame, decisions)
    return tidy(frame, names, centre.zone), readings[0].interval_min, readings


def _of_one_length(readings: list[TableReading], problems: ProblemCollector) -> list[TableReading]:
    """Keep the tables whose intervals are as long as those of most rows."""
    known = [one for one in readings if one.interval_min]
    if not known or len(known) < len(readings):
        return []
    usual = max(known, key=lambda one: len(one.frame)).interval_min
    for one in known:
        if one.interval_min != usual:
            file, sheet = one.rows.table.sources[0]
            problems.add_rows(
                "interval_mixed",
                np.array([-1]),
                found=[f"{one.interval_min} min × {len(one.frame)}"],
                expected=f"{usual} min",
                file=[file],
                sheet=[sheet],
                done="dropped",
            )
    return [one for one in known if one.interval_min == usual]


def _empty_history(zone: str) -> pd.DataFrame:
    start = pd.DatetimeIndex([], dtype="datetime64[ns, UTC]").tz_convert(zone)
    texts = dict.fromkeys(("queue", "channel"), np.array([], dtype=object))
    numbers = dict.fromkeys(("contacts", "aht_s"), np.array([], dtype=np.float64))
    return pd.DataFrame({**texts, "interval_start": start, **numbers})


def _preview(tables: list[Table], grids: list[list[Grid]]) -> tuple[tuple[str, ...], ...]:
    if not tables:
        return preview_of(grids, 0, "")
    return preview_of(grids, tables[0].header_row, tables[0].sources[0][1])
