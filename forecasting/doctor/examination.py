"""The doctor's report on a history: what is odd in it, as findings and as tables for pictures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from forecasting.doctor.findings import joined
from forecasting.doctor.queue_examination import examine_queues
from forecasting.doctor.row_faults import row_faults, row_findings, row_repairs
from forecasting.doctor.week_grid import week_grids
from forecasting.problems import join_problems

if TYPE_CHECKING:
    import datetime as dt

# What a day of a queue can be in the coverage calendar.
DAY_STATES = ("open", "partly", "zero", "lost", "closed")

_TABLES = {
    "days": ("queue", "date", "state", "known", "usual", "lost", "contacts", "expected",
             "clock_h", "special"),
    "outliers": ("queue", "kind", "interval_start", "contacts", "expected", "score"),
    "outages": ("queue", "code", "interval_start", "interval_end", "intervals", "contacts",
                "expected", "probability"),
    "shifts": ("queue", "date", "before", "after", "ratio", "score"),
    "handling": ("queue", "date", "aht_s", "low_s", "high_s", "usual_s", "odd"),
    "balance": ("queue", "date", "contacts", "answered", "abandoned", "excess", "odd"),
    "repairs": ("code", "position", "queue", "interval_start", "column", "done"),
}  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class Examination:
    """What the doctor found in a history.

    Attributes
    ----------
    findings : DataFrame
        Table of problems (see `forecasting.problems`); `done` says what `repair` does unless told
        not to.
    days : DataFrame
        One row a queue and local date of the whole weeks from the history's first to its last row:
        queue, date (naive midnight), state (one of DAY_STATES), known, usual and lost (intervals),
        contacts, expected, clock_h (23 or 25 where the clocks change) [h], special (a special day
        explains it).
    outliers : DataFrame
        queue, kind ("day" or "interval"), interval_start (a day's first moment), contacts,
        expected, score (robust standard deviations).
    outages : DataFrame
        queue, code ("outage" or "day_zero"), interval_start, interval_end, intervals, contacts,
        expected, probability (a bound on that of so few by chance).
    shifts : DataFrame
        queue, date (first at the new level), before and after (contacts per open day), ratio,
        score.
    handling : DataFrame
        One row a queue and date: queue, date, aht_s, low_s and high_s (of its intervals), usual_s
        [s], odd.
    balance : DataFrame
        One row a queue and date, of histories that tell answered and abandoned apart: queue, date,
        contacts, answered, abandoned, excess (answered and abandoned over contacts), odd.
    repairs : DataFrame
        One row a cell that `repair` changes: code, position (row of the history, -1 for a row to
        add), queue, interval_start, column ("" for the whole row), done.
    """

    findings: pd.DataFrame
    days: pd.DataFrame
    outliers: pd.DataFrame
    outages: pd.DataFrame
    shifts: pd.DataFrame
    handling: pd.DataFrame
    balance: pd.DataFrame
    repairs: pd.DataFrame

    @property
    def counts(self) -> pd.DataFrame:
        """Findings by severity and code: severity, code, count."""
        counted = self.findings.groupby(["severity", "code"], sort=False).size()
        return counted.rename("count").reset_index()


def examine(
    history: pd.DataFrame,
    interval_min: int,
    *,
    opening: pd.DataFrame | None = None,
    special_days: pd.DataFrame | None = None,
    until: dt.datetime | None = None,
) -> Examination:
    """Examine a history that reads well.

    Findings are grouped: intervals that follow one another are one line, a queue with many of a
    kind is one line, and what strikes every queue at once is one line without a queue.

    Parameters
    ----------
    history : DataFrame
        Tidy history, sorted by queue and interval_start; the optional columns abandoned, answered
        and blocked are looked at where present.
    interval_min : int
        Length of the intervals [min].
    opening : DataFrame, optional
        Opening table; learnt from where the rows fall if not given.
    special_days : DataFrame, optional
        Public holidays and events that explain odd and absent days.
    until : datetime, optional
        The moment of the export (time zone aware): no contact can have come after it.

    Raises
    ------
    ValueError
        If `interval_min` does not divide 1,440, or the history is not sorted.
    """
    if interval_min <= 0 or 1440 % interval_min:
        raise ValueError(f"interval_min must divide the 1440 min of a day, got {interval_min}")
    faults = row_faults(history, until)
    findings = [row_findings(history, faults, until)]
    tables: dict[str, list[pd.DataFrame]] = {name: [] for name in _TABLES}
    tables["repairs"].append(row_repairs(history, faults))
    position = np.flatnonzero(~(faults["future_date"] | faults["interval_repeated"]))
    lost = faults["interval_contradicted"][position]
    true = history if len(position) == len(history) else history.iloc[position]
    true = true.assign(contacts=true["contacts"].mask(lost))
    starts = pd.DatetimeIndex(true["interval_start"])[true["contacts"] > 0]
    centre_span = starts[[int(starts.argmin()), int(starts.argmax())]] if len(starts) else starts
    for rows, grid in week_grids(true, interval_min):
        told, parts = examine_queues(
            true.iloc[rows],
            grid,
            interval_min,
            position=position[rows],
            opening=opening,
            special_days=special_days,
            centre_span=centre_span,
        )
        findings.append(told)
        for name, part in parts.items():
            tables[name].append(part)
    return Examination(
        findings=joined(join_problems(*findings), history["queue"].nunique()),
        **{name: _together(parts, _TABLES[name]) for name, parts in tables.items()},
    )


def _together(parts: list[pd.DataFrame], columns: tuple[str, ...]) -> pd.DataFrame:
    filled = [part for part in parts if len(part)]
    if not filled:
        return pd.DataFrame({name: [] for name in columns})
    return pd.concat(filled, ignore_index=True)[list(columns)]
