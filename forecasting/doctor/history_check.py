"""What a planner should look at in a history that reads well: gaps, odd days, too little of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from forecasting.calendar_effects import ordinary_days
from forecasting.grid import DayGrid, day_grid
from forecasting.problems import ProblemCollector
from forecasting.special_days import SPECIAL_DAY_COLUMNS, queue_special_days

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy.typing as npt

    Mask = npt.NDArray[np.bool_]

SHORTEST_DAYS = 21
_USUAL_SHARE = 0.5  # of a weekday's weeks in which a usually open interval has a row
_MOST_GAPS = 10  # of a queue, named one by one; more are summed up
_AHT_DAYS = 29  # a fortnight on either side says what a day's AHT would have been
_AHT_CONTACTS = 30  # in a day, for its mean AHT to mean anything
_AHT_DEVIATIONS, _AHT_LOG_RATIO = 5.0, 0.3  # both must be exceeded: clear of noise, and matters


def check_history(
    history: pd.DataFrame, *, interval_min: int, special_days: pd.DataFrame | None = None
) -> pd.DataFrame:
    """Check the content of a tidy history.

    Everything is grouped: intervals that follow one another are one line, a queue with many gaps is
    one line, and what strikes every queue at once is one line without a queue.

    Parameters
    ----------
    history : DataFrame
        From `read_history`: queue, interval_start, contacts, aht_s.
    interval_min : int
        Length of the intervals [min].
    special_days : DataFrame, optional
        Public holidays and events that explain odd and absent days: date, name, kind, queue,
        effect.

    Returns
    -------
    DataFrame
        Table of problems: interval_lost, day_absent, outlier_day, outlier_aht, queue_all_zero,
        history_short.
    """
    problems = ProblemCollector()
    if special_days is None:
        special_days = pd.DataFrame(columns=list(SPECIAL_DAY_COLUMNS))
    queues = history.groupby("queue", sort=True)
    for name, rows in queues:
        queue = str(name)
        _check_amount(rows, queue, problems)
        special = queue_special_days(special_days, queue)
        incomplete = _check_presence(rows, interval_min, special, queue, problems)
        _check_contacts(rows, interval_min, special, incomplete, queue, problems)
        _check_aht(rows, queue, problems)
    return _joined(problems.table(), queues.ngroups)


def _check_amount(rows: pd.DataFrame, queue: str, problems: ProblemCollector) -> None:
    """Note a queue without contacts, and a history too short to know the weekdays."""
    if not (rows["contacts"] > 0).any():
        problems.add("queue_all_zero", queue=queue, found="0", expected="> 0")
    span = rows["interval_start"].max() - rows["interval_start"].min()
    if span.days + 1 < SHORTEST_DAYS:
        problems.add(
            "history_short", queue=queue, found=str(span.days + 1), expected=f">= {SHORTEST_DAYS}"
        )


def _check_presence(
    rows: pd.DataFrame,
    interval_min: int,
    special: pd.DataFrame,
    queue: str,
    problems: ProblemCollector,
) -> Mask:
    """Note lost intervals and absent days; return the days that lack anything usual."""
    grid = day_grid(rows.assign(row=1.0), interval_min, "row")
    present = np.isfinite(grid.contacts)
    usual = _usual_hours(present, grid.weekdays) & _existing(grid, rows["interval_start"])
    missing = usual & ~present
    opens = np.asarray(usual.any(axis=1))
    absent = opens & ~np.asarray(present.any(axis=1))
    is_special = grid.dates.isin(special["date"])
    for severity, which in (("info", is_special), ("", ~is_special)):
        for days in _runs(np.flatnonzero(absent & which), np.flatnonzero(opens)):
            texts = grid.dates[days].strftime("%Y-%m-%d")
            problems.add("day_absent", queue=queue, found=_span(list(texts)), severity=severity)
    _note_lost(grid, missing & ~absent[:, None], usual, queue, problems)
    return np.asarray(missing.any(axis=1))


def _usual_hours(present: Mask, weekdays: npt.NDArray[np.int64]) -> Mask:
    """Return for each day the intervals that have a row in at least half of the same weekdays."""
    usual = np.zeros_like(present)
    for weekday in range(7):
        of_weekday = weekdays == weekday
        if of_weekday.any():
            usual[of_weekday] = np.mean(present[of_weekday], axis=0) >= _USUAL_SHARE
    return usual


def _existing(grid: DayGrid, starts: pd.Series[pd.Timestamp]) -> Mask:
    """Return the cells that lie between the first and the last row and that the clocks show."""
    walls = pd.DatetimeIndex(
        (grid.dates.to_numpy()[:, None] + grid.minutes.astype("timedelta64[m]")).ravel()
    )
    flag = np.zeros(len(walls), dtype=bool)
    instants = walls.tz_localize(starts.dt.tz, ambiguous=flag, nonexistent="NaT")
    within = (instants >= starts.min()) & (instants <= starts.max())
    mask: Mask = within.reshape(grid.contacts.shape)
    return mask


def _note_lost(
    grid: DayGrid, lost: Mask, usual: Mask, queue: str, problems: ProblemCollector
) -> None:
    """Note runs of lost intervals, all in one line if there are many."""
    runs = list(_runs(np.flatnonzero(lost), np.flatnonzero(usual)))
    if len(runs) > _MOST_GAPS:
        runs = [np.concatenate(runs)]
    for cells in runs:
        day, slot = np.divmod(cells, lost.shape[1])
        walls = grid.dates[day] + pd.to_timedelta(grid.minutes[slot], unit="min")
        problems.add(
            "interval_lost", queue=queue, found=_span(list(walls.strftime("%Y-%m-%d %H:%M")))
        )


def _runs(
    some: npt.NDArray[np.intp], all_of_them: npt.NDArray[np.intp]
) -> Iterator[npt.NDArray[np.intp]]:
    """Split sorted numbers where one of all numbers between them is not among them."""
    position = np.searchsorted(all_of_them, some)
    parts = np.split(some, np.flatnonzero(np.diff(position) > 1) + 1)
    return (part for part in parts if len(part))


def _span(texts: list[str]) -> str:
    """Write "first..last (how many)"."""
    return texts[0] if len(texts) == 1 else f"{texts[0]}..{texts[-1]} ({len(texts)})"


def _check_contacts(
    rows: pd.DataFrame,
    interval_min: int,
    special: pd.DataFrame,
    incomplete: Mask,
    queue: str,
    problems: ProblemCollector,
) -> None:
    """Note the days that the forecast leaves out because nothing explains their contacts."""
    grid = day_grid(rows, interval_min)
    _, unusual = ordinary_days(grid, special)
    totals = pd.Series(grid.day_totals(), index=grid.dates)
    for date in grid.dates[unusual & ~incomplete]:
        weeks = [date + pd.Timedelta(weeks=week) for week in (-4, -3, -2, -1, 1, 2, 3, 4)]
        problems.add(
            "outlier_day",
            queue=queue,
            found=f"{date:%Y-%m-%d}: {totals[date]:.0f}",
            expected=f"{totals.reindex(weeks).median():.0f}",
        )


def _check_aht(rows: pd.DataFrame, queue: str, problems: ProblemCollector) -> None:
    """Note the days whose mean handling time is far from that of the days around."""
    known = rows[rows["aht_s"].notna() & (rows["contacts"] > 0)]
    date = known["interval_start"].dt.tz_localize(None).dt.normalize()
    contacts = known["contacts"].groupby(date).sum()
    work_s = (known["contacts"] * known["aht_s"]).groupby(date).sum()
    aht_s = (work_s / contacts)[contacts >= _AHT_CONTACTS]
    usual_s = aht_s.rolling(_AHT_DAYS, center=True, min_periods=7).median()
    away = (aht_s / usual_s).dropna().map(np.log).abs()
    if away.empty:
        return
    odd = away > max(_AHT_LOG_RATIO, _AHT_DEVIATIONS * 1.4826 * away.median())
    for day in away.index[odd]:
        problems.add(
            "outlier_aht",
            queue=queue,
            found=f"{day:%Y-%m-%d}: {aht_s[day]:.0f}",
            expected=f"{usual_s[day]:.0f}",
        )


def _joined(problems: pd.DataFrame, queues: int) -> pd.DataFrame:
    """Make one line, without a queue, of what was found alike in every queue."""
    alike = ["severity", "code", "found", "expected"]
    everywhere = problems.groupby(alike)["queue"].transform("nunique") == queues
    shared = everywhere & (queues > 1)
    joined = problems.assign(queue=problems["queue"].mask(shared, ""))
    return joined.drop_duplicates(ignore_index=True)
