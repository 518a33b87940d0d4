"""Examination of some queues against their typical week."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from forecasting.doctor.day_tables import balance_by_day, day_states, handling_by_day
from forecasting.doctor.findings import Findings
from forecasting.doctor.level_shifts import find_shifts
from forecasting.doctor.outages import EXPECTED_SHARE
from forecasting.doctor.outliers import day_scores, interval_scores, odd_days, odd_intervals
from forecasting.doctor.presence import check_amount, check_clocks, check_life, check_presence
from forecasting.doctor.usual_weeks import UsualWeeks, usual_weeks
from forecasting.doctor.value_findings import (
    note_blocked,
    note_copies,
    note_handling,
    note_outages,
    note_outliers,
    note_parts,
    note_shifts,
)

if TYPE_CHECKING:
    from forecasting.doctor.week_grid import Mask, Numbers, WeekGrid, Whole

_PARTS = ("contacts", "answered", "abandoned")


def examine_queues(
    history: pd.DataFrame,
    grid: WeekGrid,
    interval_min: int,
    *,
    position: Whole,
    opening: pd.DataFrame | None,
    special_days: pd.DataFrame | None,
    centre_span: pd.DatetimeIndex,
) -> tuple[pd.DataFrame, dict[str, pd.DataFrame]]:
    """Examine some queues: the findings, and parts of the tables of an `Examination`.

    Parameters
    ----------
    history : DataFrame
        Rows of these queues; what cannot be true is unknown already.
    grid : WeekGrid
        Where they lie.
    interval_min : int
        Interval length [min].
    position : int array, shape (rows,)
        Where each of them stands in the whole history.
    opening, special_days : DataFrame, optional
        As in `examine`.
    centre_span : DatetimeIndex
        First and last moment with contacts in any queue; empty if there is none.
    """
    problems = Findings()
    contacts, aht_s = (history[name].to_numpy(dtype=np.float64) for name in ("contacts", "aht_s"))
    weeks = usual_weeks(grid, contacts, opening=opening, special_days=special_days)
    check_amount(weeks, problems)
    lost, zeros = check_presence(weeks, problems)
    asleep = check_life(weeks, centre_span, problems)
    check_clocks(weeks, problems)
    scores, usual_day = day_scores(weeks.whole)
    tables = {
        "days": day_states(weeks, usual_day),
        "outages": _outages(weeks, interval_min),
        "outliers": _outliers(weeks, scores, usual_day),
        "shifts": _shifts(weeks),
        "handling": handling_by_day(grid, contacts, aht_s),
        "repairs": _repairs(weeks, (lost, zeros), asleep, history, position),
    }
    note_outages(tables["outages"], problems)
    note_outliers(tables["outliers"], problems)
    note_copies(weeks, problems)
    note_shifts(tables["shifts"], problems)
    note_handling(tables["handling"], problems)
    if set(_PARTS) <= set(history.columns):
        parts = {name: history[name].to_numpy(dtype=np.float64) for name in _PARTS}
        tables["balance"] = balance_by_day(grid, parts)
        note_parts(tables["balance"], problems)
    if "blocked" in history.columns:
        note_blocked(history, problems)
    return problems.table(), tables


def _outages(weeks: UsualWeeks, interval_min: int) -> pd.DataFrame:
    """List runs of intervals, and whole days of zeros: see `Examination.outages`."""
    found, grid = weeks.outages, weeks.grid
    slots = len(grid.minutes)
    zero = np.flatnonzero(found.zero_days.ravel())
    cells = found.cells.reshape(-1, slots)[zero]
    usually = np.where(cells, weeks.typical.reshape(-1, slots)[zero], 0.0).sum(axis=1)
    first = np.concatenate([found.first, zero * slots + cells.argmax(axis=1)])
    last = np.concatenate([found.last, (zero + 1) * slots - 1 - cells[:, ::-1].argmax(axis=1)])
    return pd.DataFrame(
        {
            "queue": grid.queue_of(first),
            "code": np.repeat(["outage", "day_zero"], [len(found.first), len(zero)]),
            "interval_start": grid.starts(first),
            "interval_end": grid.starts(last) + pd.Timedelta(minutes=interval_min),
            "intervals": np.concatenate([found.last - found.first + 1, cells.sum(axis=1)]),
            "contacts": np.concatenate([found.contacts, np.zeros(len(zero))]),
            "expected": np.concatenate([found.expected, usually]),
            "probability": np.concatenate([found.probability, np.exp(-EXPECTED_SHARE * usually)]),
        }
    ).sort_values(["queue", "interval_start"], ignore_index=True)


def _outliers(weeks: UsualWeeks, scores: Numbers, usual_day: Numbers) -> pd.DataFrame:
    """Days and intervals far from usual that no special day explains."""
    grid, slots = weeks.grid, len(weeks.grid.minutes)
    gaps = (weeks.usual & ~weeks.known).any(axis=-1)
    odd_day = odd_days(weeks.whole, usual_day, scores) & ~weeks.special & ~gaps
    day = np.flatnonzero(odd_day.ravel())
    contacts = np.where(weeks.known, weeks.contacts, np.nan)
    expected = weeks.expected
    z = interval_scores(contacts, expected)
    explained = (weeks.special | odd_day)[..., None]
    cell = np.flatnonzero((odd_intervals(contacts, expected, z) & ~explained).ravel())
    return pd.DataFrame(
        {
            "queue": grid.queue_of(np.concatenate([day * slots, cell])),
            "kind": np.repeat(["day", "interval"], [len(day), len(cell)]),
            "interval_start": grid.starts(np.concatenate([day * slots, cell])),
            "contacts": np.concatenate([weeks.whole.ravel()[day], contacts.ravel()[cell]]),
            "expected": np.concatenate([usual_day.ravel()[day], expected.ravel()[cell]]),
            "score": np.concatenate([scores.ravel()[day], z.ravel()[cell]]),
        }
    )


def _shifts(weeks: UsualWeeks) -> pd.DataFrame:
    """Level shifts by queue: see `Examination.shifts`."""
    whole = np.where(weeks.special, np.nan, weeks.whole)
    rows = [
        (queue, weeks.grid.dates[day], before, after, after / before, score)
        for queue, shifts in zip(weeks.grid.queues, find_shifts(whole), strict=True)
        for day, before, after, score in shifts
    ]
    return pd.DataFrame(rows, columns=["queue", "date", "before", "after", "ratio", "score"])


def _repairs(
    weeks: UsualWeeks,
    missing: tuple[Mask, Mask],
    asleep: Mask,
    history: pd.DataFrame,
    position: Whole,
) -> pd.DataFrame:
    """List the cells that are not what they seem: see `Examination.repairs`."""
    grid, zero_days = weeks.grid, weeks.outages.zero_days[..., None]
    parts = []
    for code, mask, column, done in (
        ("outage", weeks.outages.cells & ~zero_days, "contacts", "marked_lost"),
        ("day_zero", weeks.outages.cells & zero_days, "contacts", "marked_lost"),
        ("queue_opened_later", asleep, "", "dropped"),
    ):
        rows: Whole = np.flatnonzero(mask.ravel()[grid.cell])
        of_rows = history.iloc[rows][["queue", "interval_start"]]
        of_rows = of_rows.assign(code=code, position=position[rows], column=column, done=done)
        parts.append(of_rows)
    for code, mask, done in zip(
        ("interval_lost", "zeros_left_out"), missing, ("marked_lost", "converted"), strict=True
    ):
        cell = np.flatnonzero(mask.ravel())
        of_cells = {"queue": grid.queue_of(cell), "interval_start": grid.starts(cell)}
        added = pd.DataFrame(of_cells).assign(code=code, position=-1, column="contacts", done=done)
        parts.append(added)
    return pd.concat([part for part in parts if len(part)] or parts[:1], ignore_index=True)
