"""When each row of a history begins: from written times to instants on one regular grid."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    import numpy.typing as npt

    from forecasting.reading.cell_times import Times
    from forecasting.reading.rows import HistoryRows, Mask, Texts

    Clock = npt.NDArray[np.datetime64]
    Values = npt.NDArray[np.float64]

LENGTHS_MIN = (60, 30, 20, 15, 10, 5)
YEARS = (1990, 2100)
_WRITTEN = {"ymd": "yyyy-mm-dd hh:mm", "dmy": "dd/mm/yyyy hh:mm", "mdy": "mm/dd/yyyy hh:mm"}
_ON_GRID = 0.9  # share of a day's rows that must fit a length
_VOTING_ROWS = 4  # in a day, to vote for the file's length
_OWN_LENGTH_ROWS = 12  # in a day, to tell that the day has a length of its own


def strike_unread(rows: HistoryRows, times: Times, names: tuple[str, ...]) -> Clock:
    """Strike rows without a usable time; return the clock with them as NaT."""
    written = _written(rows, names)
    clock = times.clock.copy()
    unread = np.isnat(clock) & ~times.blank
    year = clock.astype("datetime64[Y]").astype(np.int64) + 1970
    far = ~np.isnat(clock) & ((year < YEARS[0]) | (year > YEARS[1]))
    form = _WRITTEN[times.date_order]
    blank_name = names[0]
    if len(names) > 1:  # name the column that is blank
        first = rows.cells(names[0])
        empty = first.text.eq("").to_numpy(dtype=bool)[first.code]
        rows.strike("timestamp_blank", times.blank & ~empty, names[1], found=written, expected=form)
        rows.strike("timestamp_blank", empty, blank_name, found=written, expected=form)
    else:
        rows.strike("timestamp_blank", times.blank, blank_name, expected=form)
    rows.strike("timestamp_unreadable", unread, names[0], found=written, expected=form)
    rows.strike(
        "timestamp_out_of_range", far, names[0], found=written, expected=f"{YEARS[0]} .. {YEARS[1]}"
    )
    clock[far] = np.datetime64("NaT")
    return clock


def _written(rows: HistoryRows, names: tuple[str, ...]) -> Texts:
    texts = rows.cells(names[0]).by_row()
    for name in names[1:]:
        texts = texts + " " + rows.cells(name).by_row()
    return texts


def place_in_zone(
    rows: HistoryRows,
    clock: Clock,
    universal: Mask,
    zone: str,
    contacts: Values,
    names: tuple[str, ...],
) -> pd.DatetimeIndex:
    """Return the instants of wall clock times in a zone.

    The hour that autumn repeats is told apart by the order of the file: for each queue the first
    row with a time is the earlier hour, the next the later one. The hour that spring skips does not
    exist, and rows in it are struck; if they hold no contacts, as in systems that write every
    interval of every day, nothing is lost and that is no error.
    """
    local = ~universal & ~np.isnat(clock)
    code, distinct = pd.factorize(clock[local].astype("datetime64[ns]"))
    walls = pd.DatetimeIndex(distinct)
    flag = np.ones(len(walls), dtype=bool)
    early = walls.tz_localize(zone, ambiguous=flag, nonexistent="NaT")
    late = walls.tz_localize(zone, ambiguous=~flag, nonexistent="NaT")
    next_real = walls.tz_localize(zone, ambiguous=flag, nonexistent="shift_forward")
    skipped, repeated = early.isna(), (early != late) & early.notna()
    instant = clock.astype("datetime64[ns]")
    instant[local] = _utc(early)[code]
    if skipped.any():
        missing = np.zeros(len(clock), dtype=bool)
        missing[local] = skipped[code]
        expected = np.full(len(clock), "", dtype=object)
        expected[local] = next_real.strftime("%Y-%m-%d %H:%M").to_numpy(dtype=object)[code]
        written = _written(rows, names)
        for severity, which in (("", contacts > 0), ("info", ~(contacts > 0))):
            rows.strike(
                "time_does_not_exist",
                missing & which,
                names[0],
                found=written,
                expected=expected,
                severity=severity,
            )
    if repeated.any():
        at = np.flatnonzero(local)[repeated[code]]
        again = pd.DataFrame({"queue": rows.queue[at], "wall": clock[at]}).groupby(
            ["queue", "wall"]
        )
        later = again.cumcount().to_numpy() > 0
        instant[at[later]] = _utc(late)[code][repeated[code]][later]
        once = at[(again["wall"].transform("size") == 1).to_numpy()]
        _note_once_a_year(rows, clock, once, names[0])
    return pd.DatetimeIndex(instant).tz_localize("UTC").tz_convert(zone)


def _utc(times: pd.DatetimeIndex) -> Clock:
    return times.tz_convert("UTC").tz_localize(None).to_numpy()


def _note_once_a_year(
    rows: HistoryRows, clock: Clock, once: npt.NDArray[np.intp], name: str
) -> None:
    """Note the repeated hours that stand once: one line for each change of the clocks."""
    for _, group in pd.Series(once).groupby(clock[once].astype("datetime64[D]")):
        where = np.zeros(len(clock), dtype=bool)
        where[group.to_numpy()] = True
        rows.note_once("dst_hour_once", where, name)


def find_interval(
    rows: HistoryRows, clock: Clock, interval_min: int | None, names: tuple[str, ...]
) -> int | None:
    """Find the length of the intervals [min] and strike the rows that do not fit it.

    The length of a day of a queue is the longest that nine tenths of its rows fit; the file's is
    that of most rows, if rows that far apart exist. Days of another length are struck as such, and
    other rows that do not start on the grid one by one.

    Returns
    -------
    int or None
        `interval_min` if given, else what was found; None, and a problem, if nothing fits.
    """
    timed = np.flatnonzero(~np.isnat(clock) & rows.judged)
    if not len(timed):
        return interval_min
    second = (clock[timed] - clock[timed].astype("datetime64[h]")).astype(np.int64)
    day = pd.DataFrame({"queue": rows.queue[timed], "day": clock[timed].astype("datetime64[D]")})
    group = day.groupby(["queue", "day"], sort=False).ngroup().to_numpy()
    size = np.bincount(group)
    length = np.zeros(len(size), dtype=np.int64)  # of each group, 0 if none fits
    for minutes in LENGTHS_MIN:
        share = np.bincount(group, weights=second % (60 * minutes) == 0) / size
        length[(length == 0) & (share >= _ON_GRID)] = minutes
    if interval_min is None:
        voting = size >= min(_VOTING_ROWS, size.max())
        votes = np.bincount(length[voting], weights=size[voting], minlength=61)
        interval_min = int(votes.argmax())
        on_grid = second % (60 * max(interval_min, 1)) == 0
        closest = _closest(group[on_grid], clock[timed][on_grid])
        if interval_min == 0 or closest != interval_min:
            expected = ", ".join(str(minutes) for minutes in LENGTHS_MIN)
            rows.problems.add("interval_unclear", found=f"{closest:g}", expected=expected)
            return None
    own = (length > 0) & (length != interval_min) & (size >= _OWN_LENGTH_ROWS)
    _strike_mixed(rows, timed[own[group]], length[group][own[group]], interval_min, names)
    off = np.zeros(len(clock), dtype=bool)
    off[timed] = (second % (60 * interval_min) != 0) & ~own[group]
    written = _written(rows, names)
    grid = ", ".join(f":{minute:02}" for minute in range(0, 60, interval_min))
    rows.strike("off_grid", off, names[0], found=written, expected=grid)
    return interval_min


def _closest(group: npt.NDArray[np.intp], clock: Clock) -> float:
    """Return the shortest time between different rows of a queue's day [min], a day if none."""
    order = np.lexsort((clock, group))
    gap = np.diff(clock[order]).astype("timedelta64[s]").astype(np.int64) / 60
    gap = gap[(np.diff(group[order]) == 0) & (gap > 0)]
    return float(gap.min(initial=1440.0))


def _strike_mixed(
    rows: HistoryRows,
    at: npt.NDArray[np.intp],
    length: npt.NDArray[np.int64],
    interval_min: int,
    names: tuple[str, ...],
) -> None:
    """Strike the days of another interval length, one line for each queue and length."""
    frame = pd.DataFrame({"at": at, "queue": rows.queue[at], "length": length})
    for (queue, minutes), part in frame.groupby(["queue", "length"], sort=False)["at"]:
        rows.problems.add(
            "interval_mixed",
            row=int(rows.table.row[part.iloc[0]]),
            column=rows.header(names[0]),
            queue=str(queue),
            found=f"{minutes} min × {len(part)}",
            expected=f"{interval_min} min",
        )
    rows.stands[at] = False
