"""A file of today and the day it is about."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pandas as pd

from forecasting.reading.history import HistoryReading
from planner.plan import first_day
from planner.scenario import Scenario


class TodayRefused(ValueError):  # noqa: N818 - named for what happened to the user's file
    """A day or a file of today that no plan can be updated with.

    Attributes
    ----------
    code : str
        "day_not_planned", "other_interval", "nothing_usable" or "nothing_of_day".
    found, expected : str
        The value and its bound, free of language.
    """

    def __init__(self, code: str, found: str, expected: str) -> None:
        super().__init__(f"{code}: got {found}, expected {expected}")
        self.code, self.found, self.expected = code, found, expected


def with_day(scenario: Scenario, reading: HistoryReading, day: date) -> Scenario:
    """Return the scenario whose plan has a day: itself, or one of a week that begins on the day."""
    start = first_day(reading, scenario)
    if 0 <= (pd.Timestamp(day) - start).days < 7 * scenario.weeks:
        return scenario
    return replace(scenario, start=day, weeks=1)


def with_length(read: Callable[[int | None], HistoryReading], interval_min: int) -> HistoryReading:
    """Read a file of today.

    A file with one interval of each queue does not tell how long it is; it is as long as the
    plan's.

    Parameters
    ----------
    read : callable
        Reads the file, with a length of its intervals if one is given [min].
    interval_min : int
        Interval length of the plan [min].
    """
    reading = read(None)
    unclear = bool((reading.problems["code"] == "interval_unclear").any())
    return read(interval_min) if unclear else reading


def read_today(
    reading: HistoryReading, interval_min: int, day: date | None = None
) -> tuple[pd.DataFrame, date]:
    """Return the usable rows of a file of today, and the day they are to update.

    Parameters
    ----------
    reading : HistoryReading
        The file, from `planner.centre.load_history`.
    interval_min : int
        Interval length of the plan to update [min].
    day : date, optional
        The day asked for; by default the last one of which something is known.

    Raises
    ------
    TodayRefused
        If no row can be used, the intervals are not as long as the plan's, or the day is missing.
    """
    last = None if reading.history.empty else last_known_day(reading.history)
    if last is None:
        raise TodayRefused("nothing_usable", reading.name, "")
    if reading.interval_min != interval_min:
        raise TodayRefused("other_interval", str(reading.interval_min), str(interval_min))
    if day is not None and not on_day(day, reading.history).any():
        raise TodayRefused("nothing_of_day", str(last), str(day))
    return reading.history, day or last


def last_known_day(so_far: pd.DataFrame) -> date | None:
    """Return the last local day on which contacts are known, if there is any."""
    known = so_far.loc[so_far["contacts"].notna(), "interval_start"]
    return None if known.empty else known.max().date()


def on_day(day: date, rows: pd.DataFrame) -> pd.Series:
    """Mark the rows of one local day."""
    dates = rows["interval_start"].dt.tz_localize(None).dt.normalize()
    on: pd.Series = dates == pd.Timestamp(day)
    return on
