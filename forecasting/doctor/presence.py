"""Whether the rows of some queues are there: gaps, absent days, late openings, clock changes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from forecasting.doctor.findings import DAY, MINUTE, Findings, add_spans, runs, span
from forecasting.doctor.outages import EXPECTED_SHARE, PROBABILITY_BOUND
from forecasting.doctor.usual_hours import between_ends, clock_hours, clock_shows
from forecasting.doctor.usual_weeks import LONGEST_SILENCE_DAYS
from forecasting.doctor.week_grid import LONGEST_GAP_WEEKS

if TYPE_CHECKING:
    from forecasting.doctor.usual_weeks import UsualWeeks
    from forecasting.doctor.week_grid import Mask

SHORTEST_DAYS = 21
_AT_TIMES = 0.1  # share of a weekday's weeks in which an interval has a row
_PLAUSIBLE_ZERO = 1e-3  # probability of a zero in an interval
_CHANGE_HOURS = 4 * 60  # the clocks change before this time of day [min after midnight]


def check_amount(weeks: UsualWeeks, problems: Findings) -> None:
    """Note a queue without contacts, one with too few days, and rows years apart."""
    grid = weeks.grid
    heard = np.asarray((np.nan_to_num(weeks.contacts) > 0).any(axis=(1, 2, 3)))
    days = (grid.rows > 0).any(axis=-1).reshape(len(grid.queues), -1)
    for name, sounds, present in zip(grid.queues, heard, days, strict=True):
        queue = str(name)
        dates = grid.dates[present]
        if not sounds:
            problems.add("queue_all_zero", queue=queue, found="0", expected="> 0")
        length = (dates[-1] - dates[0]).days + 1
        if length < SHORTEST_DAYS:
            problems.add(
                "history_short", queue=queue, found=str(length), expected=f">= {SHORTEST_DAYS}"
            )
        gaps_d = np.diff(dates.to_numpy()) / np.timedelta64(1, "D")
        for last in np.flatnonzero(gaps_d > 7 * (LONGEST_GAP_WEEKS + 1)).tolist():
            found = f"{dates[last]:%Y-%m-%d}..{dates[last + 1]:%Y-%m-%d}"
            problems.add("dates_apart", queue=queue, found=found)


def check_presence(weeks: UsualWeeks, problems: Findings) -> tuple[Mask, Mask]:
    """Note lost intervals and absent days.

    Returns
    -------
    lost, zeros : bool array, shape (q, w, 7, s)
        Cells without a row on days that have rows: what is lost, and what was left out as zero.
    """
    grid = weeks.grid
    present = grid.rows > 0
    zeros = _zeros_left_out(weeks)
    opens = np.asarray(weeks.usual.any(axis=-1))
    absent = opens & ~np.asarray(present.any(axis=-1))
    missing = (weeks.usual & ~present & ~absent[..., None]) | zeros
    lost: Mask = missing & ~zeros
    for queue in np.flatnonzero((missing | absent[..., None]).any(axis=(1, 2, 3))):
        name = str(grid.queues[queue])
        if zeros[queue].any():
            problems.add(
                "zeros_left_out", queue=name, found=str(zeros[queue].sum()), done="converted"
            )
        all_days = np.flatnonzero(opens[queue].ravel())
        special = weeks.special[queue].ravel()
        for severity, which in (("info", special), ("", ~special)):
            for days in runs(np.flatnonzero(absent[queue].ravel() & which), all_days):
                found = span(grid.dates[days], DAY)
                problems.add("day_absent", queue=name, found=found, severity=severity)
        cells = np.flatnonzero((weeks.usual | present)[queue].ravel())
        walls = [grid.walls(some) for some in runs(np.flatnonzero(lost[queue].ravel()), cells)]
        add_spans(problems, "interval_lost", name, walls, MINUTE, done="marked_lost")
    return lost, zeros


def _zeros_left_out(weeks: UsualWeeks) -> Mask:
    """Tell the quiet cells of queues whose export leaves zeros out.

    They have not one zero although chance would have brought some: a Poisson count of mean m is 0
    with probability exp(-m), and the mean of the rows that are there is, if anything, too large.
    """
    present = weeks.grid.rows > 0
    hours = _hours_with_any(present) & between_ends(present) & clock_shows(weeks.grid)
    chance = np.where(hours & np.isfinite(weeks.typical), np.exp(-weeks.typical), 0.0)
    expected = chance.sum(axis=(1, 2, 3))
    none = ~(weeks.contacts == 0).any(axis=(1, 2, 3))
    left_out = none & (np.exp(-expected) < PROBABILITY_BOUND)
    quiet: Mask = left_out[:, None, None, None] & (chance > _PLAUSIBLE_ZERO) & ~present
    return quiet & present.any(axis=-1, keepdims=True)


def _hours_with_any(present: Mask) -> Mask:
    """Tell the cells between the first and the last interval of a weekday that at times have rows.

    Where zeros are left out, half of the weeks is too much to ask of an interval.
    """
    share = present.sum(axis=1, keepdims=True) / max(present.shape[1], 1)
    some = share >= _AT_TIMES
    hours: Mask = np.maximum.accumulate(some, axis=-1)
    hours &= np.maximum.accumulate(some[..., ::-1], axis=-1)[..., ::-1]
    return hours


def check_life(
    weeks: UsualWeeks,
    centre_span: pd.DatetimeIndex,
    problems: Findings,
) -> Mask:
    """Note queues that opened after the others or closed before; return the zeros before opening.

    A silence counts if it is long and not by chance, at two thirds of the queue's mean day.
    """
    grid = weeks.grid
    before = np.zeros(grid.rows.shape, dtype=bool)
    total = np.nansum(weeks.contacts, axis=-1).reshape(len(grid.queues), -1)
    ends = centre_span.tz_localize(None).normalize()
    for queue, days in enumerate(total):
        heard = np.flatnonzero(days > 0)
        if len(heard) == 0:
            continue
        first, last = grid.dates[heard[0]], grid.dates[heard[-1]]
        a_day = days.sum() / ((last - first).days + 1)
        shortest = max(LONGEST_SILENCE_DAYS, -np.log(PROBABILITY_BOUND) / (EXPECTED_SHARE * a_day))
        name = str(grid.queues[queue])
        if (first - ends[0]).days > shortest:
            of_queue = before[queue].reshape(len(days), -1)
            of_queue[: heard[0]] = (grid.rows[queue] > 0).reshape(of_queue.shape)[: heard[0]]
            problems.add(
                "queue_opened_later",
                queue=name,
                found=f"{first:%Y-%m-%d}",
                expected=f"{ends[0]:%Y-%m-%d}",
                done="dropped" if of_queue.any() else "none",
            )
        if (ends[1] - last).days > shortest:
            problems.add(
                "queue_closed",
                queue=name,
                found=f"{last:%Y-%m-%d}",
                expected=f"{ends[1]:%Y-%m-%d}",
            )
    return before


def check_clocks(weeks: UsualWeeks, problems: Findings) -> None:
    """Note the days on which the clocks change, where a queue is open at that hour."""
    grid = weeks.grid
    hours = clock_hours(grid)
    night = grid.minutes < _CHANGE_HOURS
    open_at_night = (grid.rows[..., night] > 0).any(axis=(0, 3)).ravel()
    for day in np.flatnonzero((hours != 24) & open_at_night).tolist():
        problems.add("clocks_change", found=f"{grid.dates[day]:%Y-%m-%d}: {hours[day]:g} h")
