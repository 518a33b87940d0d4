"""What the times of a file are: starts or ends, how far apart, and in which zone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from forecasting.reading.cell_numbers import read_numbers
from forecasting.reading.cell_times import looks_like_time, read_times
from forecasting.reading.columns import plain_words
from forecasting.reading.mapping import is_zone

if TYPE_CHECKING:
    import numpy.typing as npt

    from forecasting.reading.cell_times import Times
    from forecasting.reading.decisions import Decisions
    from forecasting.reading.mapping import Mapping
    from forecasting.reading.rows import HistoryRows

    Clock = npt.NDArray[np.datetime64]

_UTC_WORDS = {"utc", "gmt", "z", "zulu", "coordinated universal time"}


def file_zone(
    rows: HistoryRows,
    names: tuple[str, ...],
    mapping: Mapping,
    centre: str,
    times: Times,
    decisions: Decisions,
) -> str | None:
    """Return the zone of the file's clock; None, and a problem, if it cannot be told."""
    if mapping.zone:
        decisions.note("zone", mapping.zone, "stated")
        return mapping.zone
    if times.universal.any():
        decisions.note("zone", centre, "written_offset")
        if times.universal[~times.blank].all():
            return centre
    layout = rows.table.layout
    words = {word for name in names for word in plain_words(rows.header(name)).split()}
    if layout.zone:
        decisions.note("zone", layout.zone, "layout", evidence=layout.system)
        return layout.zone
    if words & {"utc", "gmt"}:
        decisions.note("zone", "UTC", "header", evidence=rows.header(names[0]))
        return "UTC"
    if "zone" in rows:
        return _zone_of_column(rows, centre, decisions)
    if not times.universal.any():
        decisions.note("zone", centre, "centre")
    return centre


def _zone_of_column(rows: HistoryRows, centre: str, decisions: Decisions) -> str | None:
    cells = rows.cells("zone")
    names = sorted({text for text in cells.text if text})
    if not names:
        return centre
    if len(names) == 1 and (
        names[0].lower() in _UTC_WORDS or ("/" in names[0] and is_zone(names[0]))
    ):
        zone = "UTC" if names[0].lower() in _UTC_WORDS else names[0]
        decisions.note("zone", zone, "zone_column", evidence=names[0])
        return zone
    written = ", ".join(names[:5])
    if len(names) > 1:
        rows.problems.add(
            "zone_unclear", column=rows.header("zone"), found=written, expected=centre
        )
        return None
    rows.problems.add(
        "zone_unclear",
        column=rows.header("zone"),
        found=written,
        expected=centre,
        severity="warning",
    )
    decisions.note("zone", centre, "centre", evidence=written, doubt=0.3)
    decisions.ask("zone", (centre, "UTC"), written)
    return centre


def said_length(rows: HistoryRows, names: tuple[str, ...], times: Times, mapping: Mapping) -> int:
    """Return the length of intervals that the file itself says [min], 0 if it does not."""
    if times.range_min:
        return times.range_min
    if "interval_min" in rows:
        cells = rows.cells("interval_min")
        minutes = read_numbers(cells, ".").value
        known = minutes[np.isfinite(minutes) & (minutes > 0)]
        if len(known):
            return int(np.bincount(known.astype(np.int64)).argmax())
    if "interval_end" in rows and names[-1] != "interval_end":
        own = rows.cells("interval_end")
        if looks_like_time(own):
            if len(names) < 2:
                return 0
            first, second = rows.cells(names[0]), own
        else:
            first, second = own, None
        ends = read_times(first, second, date_order=mapping.date_order or times.date_order)
        length = (ends.clock - times.clock).astype("timedelta64[s]").astype(np.float64) / 60
        known = length[~np.isnat(ends.clock) & ~np.isnat(times.clock) & (length > 0)]
        if len(known) and known.max() < 10_000:
            return int(np.bincount((np.ceil(known / 5) * 5).astype(np.int64)).argmax())
    return 0


def stamp_of(
    rows: HistoryRows,
    names: tuple[str, ...],
    times: Times,
    interval_min: int | None,
    mapping: Mapping,
    decisions: Decisions,
) -> str:
    """Tell whether the times are the starts or the ends of the intervals."""
    if mapping.stamp:
        decisions.note("stamp", mapping.stamp, "stated")
        return mapping.stamp
    if times.range_min:
        decisions.note("stamp", "start", "range")
        return "start"
    if names[-1] == "interval_end":
        decisions.note("stamp", "end", "only_ends", evidence=rows.header("interval_end"))
        return "end"
    if times.ends_s:
        decisions.note("stamp", "end", "last_moment")
        return "end"
    if times.may_be_ends:
        decisions.note("stamp", "end", "midnight_24", evidence="24:00")
        rows.problems.add(
            "times_may_be_ends",
            column=rows.header(names[-1]),
            found="24:00",
            expected="00:00",
            done="converted",
        )
        if not _is_full_day(times, interval_min):
            decisions.ask("stamp", ("end", "start"), "24:00")
        return "end"
    decisions.note("stamp", "start", "start_and_end" if "interval_end" in rows else "usual")
    return "start"


def _is_full_day(times: Times, interval_min: int | None) -> bool:
    """Tell whether the first time of a day is the end of its first interval."""
    clock = times.clock[~np.isnat(times.clock)]
    second = (clock - clock.astype("datetime64[D]")).astype(np.int64)
    return bool(interval_min and len(second) and (second[second > 0].min() == interval_min * 60))


def wall_clock(clock: Clock, universal: npt.NDArray[np.bool_], zone: str) -> Clock:
    """Return times on the clock of the centre, those with an offset converted to it."""
    if not universal.any() or zone == "UTC":
        return clock
    known = universal & ~np.isnat(clock)
    code, distinct = pd.factorize(clock[known])
    walls = pd.DatetimeIndex(distinct).tz_localize("UTC").tz_convert(zone).tz_localize(None)
    wall = clock.copy()
    wall[known] = walls.to_numpy().astype(clock.dtype)[code]
    return wall
