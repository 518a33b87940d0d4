"""One table of cells read into values: times, queues, channels, contacts and handling times."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from forecasting.reading.calls import (
    DEFAULT_INTERVAL_MIN,
    count_calls,
    drop_repeated_calls,
    read_calls,
)
from forecasting.reading.cell_numbers import decimal_mark
from forecasting.reading.cell_times import Times, looks_like_time, read_times
from forecasting.reading.columns import CHANNELS
from forecasting.reading.file_times import file_zone, said_length, stamp_of, wall_clock
from forecasting.reading.handling import HANDLING
from forecasting.reading.intervals import find_interval, place_in_zone, strike_unread
from forecasting.reading.measures import (
    PARTS,
    read_aht,
    read_contacts,
    read_parts,
    read_shares,
    read_wait,
)
from forecasting.reading.rows import (
    HistoryRows,
    drop_totals,
    number_series,
    read_channels,
    read_queues,
    settle_channels,
)

if TYPE_CHECKING:
    import numpy.typing as npt

    from forecasting.problems import ProblemCollector
    from forecasting.reading.decisions import Decisions
    from forecasting.reading.mapping import Mapping
    from forecasting.reading.tables import Table

_COUNTS = ("contacts", "answered", *PARTS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Centre:
    """What holds where a file says nothing."""

    zone: str
    queue: str
    channel: str


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TableReading:
    """The standing rows of a table, and what was decided to read it."""

    # queue_code, channel_code, series, instant (UTC), the values, and the place in the table
    frame: pd.DataFrame
    queue_names: npt.NDArray[np.object_]
    interval_min: int
    decided: dict[str, object]  # what a mapping would state
    rows: HistoryRows


def read_table(
    table: Table,
    centre: Centre,
    mapping: Mapping,
    problems: ProblemCollector,
    decisions: Decisions,
) -> TableReading | None:
    """Read a table; None, and a problem, if a question about all of it must be answered first."""
    rows = HistoryRows(table, problems)
    names = _time_columns(table)
    if not _has_needed(table, names, problems):
        return None
    decimal = mapping.decimal or _decimal(rows, decisions)
    times = read_times(
        rows.cells(names[0]),
        rows.cells(names[1]) if len(names) > 1 else None,
        date_order=mapping.date_order,
        likely=_likely(table, decimal),
        weekdays=table.cells.get("weekday"),
    )
    _ask(rows, names, times, decimal, decisions)
    if not decimal or not times.date_order:
        return None
    decided: dict[str, object] = {"decimal": decimal, "date_order": times.date_order}
    drop_totals(rows)
    read_queues(rows, mapping.queue or centre.queue, stated=mapping.queue is not None)
    channels = read_channels(
        rows, mapping.channel or centre.channel, stated=mapping.channel is not None
    )
    clock = strike_unread(rows, times, names)
    _drop_incomplete(rows)
    zone = file_zone(rows, names, mapping, centre.zone, times, decisions)
    if zone is None:
        return None
    decided["zone"] = zone
    settle_channels(rows, channels, clock, decisions)
    number_series(rows, channels, table.layout.adds)
    read = _read_log if table.kind == "calls" else _read_intervals
    return read(rows, names, times, clock, channels, centre, mapping, decisions, decided)


def _time_columns(table: Table) -> tuple[str, ...]:
    """Return which columns tell when an interval is: one, or a date and a time."""
    cells = table.cells
    if "interval_start" in cells:
        if "date" in cells and looks_like_time(cells["interval_start"]):
            return "date", "interval_start"
        return ("interval_start",)
    if {"date", "time"} <= cells.keys():
        return "date", "time"
    if {"date", "interval_end"} <= cells.keys() and looks_like_time(cells["interval_end"]):
        return "date", "interval_end"
    return tuple(name for name in ("interval_end", "date", "time") if name in cells)[:1]


def _has_needed(table: Table, names: tuple[str, ...], problems: ProblemCollector) -> bool:
    """Note what a table lacks to be read."""
    found = ", ".join(header for header in table.headers.values() if header)
    missing = []
    if not names:
        missing.append("interval_start")
    elif len(names) == 1 and names[0] == "time":
        missing.append("date")
    if table.kind != "calls" and not {"contacts", "answered"} & table.cells.keys():
        missing.append("contacts")
    for name in missing:
        problems.add("column_missing", found=found, expected=name)
    if not any(name in table.cells for name in HANDLING):
        problems.add("aht_missing", expected="aht_s")
    return not missing


def _decimal(rows: HistoryRows, decisions: Decisions) -> str:
    counts = [rows.cells(name) for name in _COUNTS if name in rows]
    measures = [
        cells
        for name, cells in rows.table.cells.items()
        if name == "aht_s" or name.endswith(("_avg", "_total", "_time", "duration", "_level"))
    ]
    decimal = decimal_mark(counts, measures, rows.table.separator)
    if decimal:
        decisions.note("decimal", decimal, "decimal_evidence")
    return decimal


def _likely(table: Table, decimal: str) -> tuple[str, str]:
    """Return the order of dates to take where two fit, and why."""
    comma = table.separator == ";" or decimal == ","
    known = table.layout
    if known.date_order and (known.sure or not comma):
        return known.date_order, "layout" if known.sure else "layout_usual"
    return ("dmy", "separator") if comma and not known.date_order else ("", "")


def _ask(
    rows: HistoryRows, names: tuple[str, ...], times: Times, decimal: str, decisions: Decisions
) -> None:
    """Note the decisions on dates and decimals, and what must be asked."""
    if not decimal:
        name = "contacts" if "contacts" in rows else "answered"
        texts = rows.cells(name).text
        example = next(iter(texts[texts.str.contains("[.,]")]), "")
        rows.problems.add(
            "decimal_mark_ambiguous",
            column=rows.header(name),
            found=example,
            expected="decimal=",
        )
        decisions.ask("decimal", (".", ","), example)
    if times.date_order:
        decisions.note("date_order", times.date_order, times.why, evidence=times.example)
        if times.also and times.why != "layout":
            decisions.ask("date_order", (times.date_order, times.also), times.example)
        return
    code = "date_forms_mixed" if times.forms_mixed else "date_order_ambiguous"
    expected = "yyyy-mm-dd" if times.forms_mixed else "date_order="
    rows.problems.add(code, column=rows.header(names[0]), found=times.example, expected=expected)
    if not times.forms_mixed:
        decisions.ask("date_order", ("dmy", "mdy"), times.example)


def _drop_incomplete(rows: HistoryRows) -> None:
    """Leave out intervals that were still running when the file was made."""
    if "complete" in rows:
        cells = rows.cells("complete")
        running = cells.text.str.lower().isin({"false", "no", "0", "falso"}).to_numpy(dtype=bool)
        rows.strike("interval_incomplete", running[cells.code], "complete", done="dropped")


def _read_intervals(
    rows: HistoryRows,
    names: tuple[str, ...],
    times: Times,
    clock: npt.NDArray[np.datetime64],
    channels: npt.NDArray[np.int64],
    centre: Centre,
    mapping: Mapping,
    decisions: Decisions,
    decided: dict[str, object],
) -> TableReading:
    """Read the values of a table with one row an interval."""
    decimal, zone = str(decided["decimal"]), str(decided["zone"])
    clock = clock + np.timedelta64(times.ends_s, "s")
    wall = wall_clock(clock, times.universal, centre.zone)
    said = said_length(rows, names, times, mapping)
    interval_min = find_interval(rows, wall, mapping.interval_min, names, said_min=said)
    if interval_min:
        why = "stated" if mapping.interval_min else ("range" if times.range_min else "grid")
        decisions.note("interval_min", interval_min, why)
    stamp = stamp_of(rows, names, times, interval_min, mapping, decisions)
    contacts = read_contacts(rows, decimal, decisions)
    instant = place_in_zone(
        rows,
        clock,
        times.universal,
        zone,
        contacts,
        names,
        end_of=interval_min or 0 if stamp == "end" else 0,
    )
    parts = read_parts(rows, decimal, contacts)
    read_shares(rows, decimal, contacts, parts, decisions)
    aht, unit = read_aht(rows, decimal, contacts, parts, mapping, decisions)
    wait = read_wait(rows, decimal, unit, contacts, parts)
    values = {"contacts": contacts, "aht_s": aht, **parts}
    if wait is not None:
        values["wait_s"] = wait
    keys = {"queue_code": rows.queue_code, "channel_code": channels, "series": rows.series}
    used = rows.stands & rows.judged
    place = np.arange(len(instant))
    columns = {**keys, "instant": instant, **values, "place": place}
    if not used.all():
        columns = {name: column[used] for name, column in columns.items()}
    return TableReading(
        frame=pd.DataFrame(columns),
        queue_names=rows.queue_names,
        interval_min=interval_min or 0,
        decided=decided | {"stamp": stamp, "units.aht_s": unit},
        rows=rows,
    )


def _read_log(
    rows: HistoryRows,
    names: tuple[str, ...],
    times: Times,
    clock: npt.NDArray[np.datetime64],
    channels: npt.NDArray[np.int64],
    centre: Centre,
    mapping: Mapping,
    decisions: Decisions,
    decided: dict[str, object],
) -> TableReading:
    """Count the contacts of a log by interval."""
    drop_repeated_calls(rows)
    interval_min = mapping.interval_min or DEFAULT_INTERVAL_MIN
    decisions.note("interval_min", interval_min, "stated" if mapping.interval_min else "default")
    ones = np.ones(len(clock))
    instant = place_in_zone(
        rows, clock, times.universal, str(decided["zone"]), ones, names, regular=False
    )
    values = read_calls(rows, str(decided["decimal"]), mapping, decisions)
    keys = {"queue_code": rows.queue_code, "channel_code": channels}
    frame = pd.DataFrame({**keys, "instant": instant, **values})[rows.stands & rows.judged]
    counted = count_calls(frame[frame["instant"].notna()], interval_min, centre.zone)
    series = counted["queue_code"] * len(CHANNELS) + counted["channel_code"]
    return TableReading(
        frame=counted.assign(series=series, place=0),
        queue_names=rows.queue_names,
        interval_min=interval_min,
        decided=decided,
        rows=rows,
    )
