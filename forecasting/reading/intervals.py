"""When each row of a history begins: from written times to instants on one regular grid."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy.typing as npt

    from forecasting.reading.cell_times import Times
    from forecasting.reading.rows import HistoryRows, Mask, Texts

    Clock = npt.NDArray[np.datetime64]
    Values = npt.NDArray[np.float64]

LENGTHS_MIN = (60, 30, 20, 15, 10, 5)
YEARS = (1990, 2100)
_WRITTEN = {
    "ymd": "yyyy-mm-dd hh:mm",
    "dmy": "dd/mm/yyyy hh:mm",
    "mdy": "mm/dd/yyyy hh:mm",
    "ydm": "yyyy-dd-mm hh:mm",
}
_ON_GRID = 0.9  # share of a day's rows that must fit a length
_VOTING_ROWS = 4  # in a day, to vote for the file's length
_OWN_LENGTH_ROWS = 12  # in a day, to tell that the day has a length of its own


def strike_unread(rows: HistoryRows, times: Times, names: tuple[str, ...]) -> Clock:
    """Strike rows without a usable time; return the clock with them as NaT."""
    clock = times.clock.copy()
    unread = np.isnat(clock) & ~times.blank
    year = clock.astype("datetime64[Y]").astype(np.int64) + 1970
    far = ~np.isnat(clock) & ((year < YEARS[0]) | (year > YEARS[1]))
    form = _WRITTEN[times.date_order]
    written = _written(rows, names)
    if len(names) > 1:  # name the column that is blank
        first = rows.cells(names[0])
        empty = first.text.eq("").to_numpy(dtype=bool)[first.code]
        rows.strike("timestamp_blank", times.blank & ~empty, names[1], found=written, expected=form)
        rows.strike("timestamp_blank", empty, names[0], found=written, expected=form)
    else:
        rows.strike("timestamp_blank", times.blank, names[0], expected=form)
    rows.strike("timestamp_unreadable", unread, names[0], found=written, expected=form)
    rows.strike(
        "timestamp_out_of_range", far, names[0], found=written, expected=f"{YEARS[0]} .. {YEARS[1]}"
    )
    clock[far] = np.datetime64("NaT")
    return clock


def _written(rows: HistoryRows, names: tuple[str, ...]) -> Callable[[npt.NDArray[np.intp]], Texts]:
    """Return what gives the times of some rows as they are written."""

    def of_rows(at: npt.NDArray[np.intp]) -> Texts:
        texts = [rows.cells(name) for name in names]
        parts = [cells.text.to_numpy(dtype=object)[cells.code[at]] for cells in texts]
        return np.asarray(sum((" " + part for part in parts[1:]), parts[0]), dtype=object)

    return of_rows


def place_in_zone(
    rows: HistoryRows,
    clock: Clock,
    universal: Mask,
    zone: str,
    contacts: Values,
    names: tuple[str, ...],
    *,
    end_of: int = 0,
    regular: bool = True,
) -> Clock:
    """Return the instants (UTC) of wall clock times in a zone.

    The hour that autumn repeats is told apart by the order of the file: of each series the first
    row with a time is the earlier hour, the next the later one. The hour that spring skips does not
    exist, and rows in it are struck; if they hold no contacts, as in systems that write every
    interval of every day, nothing is lost and that is no error.

    Parameters
    ----------
    end_of : int
        Length of the intervals [min] if the times are their ends, which are then set back by it: in
        time, not on the clock. An end at the moment the clocks go forward does exist.
    regular : bool
        Whether a series has one row an interval; the contacts of a log may fall together.
    """
    local = ~universal & ~np.isnat(clock)
    code, distinct = pd.factorize(clock[local].astype("datetime64[ns]"))
    walls = pd.DatetimeIndex(distinct)
    flag = np.ones(len(walls), dtype=bool)
    early = walls.tz_localize(zone, ambiguous=flag, nonexistent="NaT")
    late = walls.tz_localize(zone, ambiguous=~flag, nonexistent="NaT")
    if end_of:
        next_real = walls.tz_localize(zone, ambiguous=flag, nonexistent="shift_forward")
        first_skipped = (walls - pd.Timedelta(minutes=1)).tz_localize(
            zone, ambiguous=flag, nonexistent="NaT"
        )
        begins: Mask = np.asarray(early.isna()) & np.asarray(first_skipped.notna())
        early, late = early.where(~begins, next_real), late.where(~begins, next_real)
    skipped, repeated = early.isna(), (early != late) & early.notna()
    instant = clock.astype("datetime64[ns]")
    instant[local] = _utc(early)[code]
    if skipped.any():
        missing = np.zeros(len(clock), dtype=bool)
        missing[local] = skipped[code]
        expected = np.full(len(clock), "", dtype=object)
        next_real = walls[skipped].tz_localize(zone, nonexistent="shift_forward")
        real = np.full(len(walls), "", dtype=object)
        real[skipped] = next_real.strftime("%Y-%m-%d %H:%M").to_numpy(dtype=object)
        expected[local] = real[code]
        for severity, which in (("", contacts > 0), ("info", ~(contacts > 0))):
            rows.strike(
                "time_does_not_exist",
                missing & which,
                names[0],
                found=_written(rows, names),
                expected=expected,
                severity=severity,
            )
    if repeated.any() and regular:
        at = np.flatnonzero(local)[repeated[code]]
        again = pd.DataFrame({"series": rows.series[at], "wall": clock[at]}).groupby(
            ["series", "wall"]
        )
        later = again.cumcount().to_numpy() > 0
        instant[at[later]] = _utc(late)[code][repeated[code]][later]
        once = at[(again["wall"].transform("size") == 1).to_numpy()]
        _note_once_a_year(rows, clock, once, names[0])
    return np.asarray(instant - np.timedelta64(end_of, "m"), dtype="datetime64[ns]")


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
    rows: HistoryRows,
    clock: Clock,
    interval_min: int | None,
    names: tuple[str, ...],
    *,
    said_min: int = 0,
) -> int | None:
    """Find the length of the intervals [min] and strike the rows that do not fit it.

    The length of a day of a queue is the longest that nine tenths of its rows fit; the file's is
    that of most rows, if rows that far apart exist. Days of another length are struck as such, and
    other rows that do not start on the grid one by one.

    Parameters
    ----------
    interval_min : int, optional
        Stated length.
    said_min : int
        Length the file itself says, by ranges or a column, 0 if it does not.

    Returns
    -------
    int or None
        `interval_min` if given, else what was found; None, and a problem, if nothing fits.
    """
    timed = np.flatnonzero(~np.isnat(clock) & rows.judged)
    if not len(timed):
        return interval_min
    second = (clock[timed] - clock[timed].astype("datetime64[h]")).astype(np.int64)
    day = clock[timed].astype("datetime64[D]").astype(np.int64)
    of_queue = rows.queue_code[timed] * (day.max() - day.min() + 1) + day - day.min()
    group = pd.factorize(of_queue)[0]
    size = np.bincount(group)
    length = np.zeros(len(size), dtype=np.int64)  # of each group, 0 if none fits
    for minutes in LENGTHS_MIN:
        share = np.bincount(group, weights=second % (60 * minutes) == 0) / size
        length[(length == 0) & (share >= _ON_GRID)] = minutes
    if interval_min is None:
        voting = size >= min(_VOTING_ROWS, size.max())
        votes = np.bincount(length[voting], weights=size[voting], minlength=61)
        interval_min = said_min if said_min in LENGTHS_MIN else int(votes.argmax())
        on_grid = second % (60 * max(interval_min, 1)) == 0
        closest = _closest(group[on_grid], clock[timed][on_grid])
        known = interval_min in {said_min, closest}
        if interval_min == 0 or not known or closest < interval_min:
            expected = ", ".join(str(minutes) for minutes in LENGTHS_MIN)
            rows.problems.add("interval_unclear", found=f"{closest:g}", expected=expected)
            return None
    own = (length > 0) & (length != interval_min) & (size >= _OWN_LENGTH_ROWS)
    if said_min == interval_min:  # intervals that are further apart than they are long
        own &= length < interval_min
    _strike_mixed(rows, timed[own[group]], length[group][own[group]], interval_min, names)
    off = np.zeros(len(clock), dtype=bool)
    off[timed] = (second % (60 * interval_min) != 0) & ~own[group]
    grid = ", ".join(f":{minute:02}" for minute in range(0, 60, interval_min))
    rows.strike("off_grid", off, names[0], found=_written(rows, names), expected=grid)
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
    frame = pd.DataFrame({"at": at, "queue": rows.queue_code[at], "length": length})
    for (queue, minutes), part in frame.groupby(["queue", "length"], sort=False)["at"]:
        first = part.to_numpy()[:1]
        rows.problems.add_rows(
            "interval_mixed",
            rows.table.row[first],
            column=rows.header(names[0]),
            queue=[str(rows.queue_names[int(str(queue))])],
            found=[f"{minutes} min × {len(part)}"],
            expected=f"{interval_min} min",
            done="dropped",
            file=rows.files(first),
            sheet=rows.sheets(first),
        )
    rows.stands[at] = False
