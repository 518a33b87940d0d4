"""Staffed hours as a person writes them: mon-fri = "09:00-14:00, 16:00-20:00", sat = "closed"."""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import groupby

from planner.bounds import ScenarioError, ScenarioProblem, unknown

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
ALL_DAY, CLOSED = "24h", "closed"
DAY_MIN = 1440
SPAN_FORMAT = '"09:00-14:00"'
HOURS_FORMAT = '"09:00-14:00, 16:00-20:00", "24h", "closed"'

# weekday (Monday = 0), opening and closing [min after local midnight], closing exclusive
Span = tuple[int, int, int]
_SPAN = re.compile(r"(\d{1,2}):([0-5]\d)\s*[-–]\s*(\d{1,2}):([0-5]\d)")


def read_hours(table: Mapping[str, object]) -> tuple[Span, ...]:
    """Read a table of weekdays and hours.

    Parameters
    ----------
    table : mapping
        A weekday or a range of them ("mon", "mon-fri", "fri-mon") to spans of hours. A weekday
        that is not named is closed; a span that ends before it begins ends the next day.

    Raises
    ------
    ScenarioError
        With every weekday and span that cannot be read, and the weekdays stated twice.
    """
    problems: list[ScenarioProblem] = []
    spans: list[Span] = []
    stated: set[int] = set()
    for key, value in table.items():
        days = _days(key)
        minutes = _minutes(value)
        if isinstance(days, ScenarioProblem):
            problems.append(days)
        elif minutes is None:
            problems.append(
                ScenarioProblem(key=key, code="not_hours", found=str(value), expected=HOURS_FORMAT)
            )
        elif twice := stated & set(days):
            found = ", ".join(WEEKDAYS[day] for day in sorted(twice))
            problems.append(ScenarioProblem(key=key, code="duplicate", found=found))
        else:
            stated |= set(days)
            spans += [span for day in days for pair in minutes for span in _of_day(day, *pair)]
    problems += span_problems(spans)
    if problems:
        raise ScenarioError(tuple(problems))
    return tuple(sorted(spans))


def write_hours(spans: tuple[Span, ...]) -> dict[str, str]:
    """Write spans as a person would: neighbouring weekdays of equal hours as one range."""
    by_day = [
        ", ".join(
            ALL_DAY if end - start == DAY_MIN else write_span((start, end))
            for weekday, start, end in sorted(spans)
            if weekday == day
        )
        for day in range(7)
    ]
    table: dict[str, str] = {}
    for hours, days in groupby(range(7), key=by_day.__getitem__):
        first, *others = (WEEKDAYS[day] for day in days)
        if hours:
            table[f"{first}-{others[-1]}" if others else first] = hours
    return table or {f"{WEEKDAYS[0]}-{WEEKDAYS[-1]}": CLOSED}


def read_span(value: object) -> tuple[int, int] | None:
    """Read one span of a day, e.g. "09:00-14:00" [min after midnight]; None if it is not one."""
    pairs = _minutes(value) or []
    return pairs[0] if len(pairs) == 1 and pairs[0][1] <= DAY_MIN else None


def write_span(span: tuple[int, int]) -> str:
    """Write one span of a day, e.g. "09:00-14:00"."""
    return f"{_clock(span[0])}-{_clock(span[1])}"


def span_problems(spans: list[Span] | tuple[Span, ...]) -> list[ScenarioProblem]:
    """Find spans that leave their day or overlap."""
    problems = []
    ordered = sorted(spans)
    for number, (weekday, start, end) in enumerate(ordered):
        if not (0 <= weekday <= 6 and 0 <= start < end <= DAY_MIN):
            problems.append(
                ScenarioProblem(
                    key="",
                    code="out_of_bounds",
                    found=f"{weekday}, {start}, {end}",
                    expected="0 <= weekday <= 6, 0 <= opens < closes <= 1440",
                )
            )
        elif number and ordered[number - 1][0] == weekday and ordered[number - 1][2] > start:
            found = write_span((start, end))
            problems.append(ScenarioProblem(key=WEEKDAYS[weekday], code="overlap", found=found))
    return problems


def _days(key: str) -> list[int] | ScenarioProblem:
    """Weekdays of "mon" or "fri-mon", or what is wrong with the key."""
    names = [part.strip().casefold() for part in key.split("-")]
    for name in names:
        if name not in WEEKDAYS:
            return unknown(key, "unknown_key", name, WEEKDAYS)
    if len(names) > 2:
        return ScenarioProblem(key=key, code="unknown_key", found=key)
    first, last = WEEKDAYS.index(names[0]), WEEKDAYS.index(names[-1])
    return [(first + step) % 7 for step in range((last - first) % 7 + 1)]


def _minutes(value: object) -> list[tuple[int, int]] | None:
    """Spans of one day [min], the end past midnight where it runs into the next; None if unread."""
    if not isinstance(value, str):
        return None
    if value.strip().casefold() == CLOSED:
        return []
    if value.strip().casefold() == ALL_DAY:
        return [(0, DAY_MIN)]
    pairs = []
    for part in value.split(","):
        match = _SPAN.fullmatch(part.strip())
        if match is None:
            return None
        opens_h, opens_min, closes_h, closes_min = (int(group) for group in match.groups())
        start, end = opens_h * 60 + opens_min, closes_h * 60 + closes_min
        if start >= DAY_MIN or end > DAY_MIN or start == end:
            return None
        pairs.append((start, end if end > start else end + DAY_MIN))
    return pairs


def _of_day(day: int, start: int, end: int) -> list[Span]:
    """Cut a span at midnight."""
    parts = [(day, start, min(end, DAY_MIN))]
    if end > DAY_MIN:
        parts.append(((day + 1) % 7, 0, end - DAY_MIN))
    return parts


def _clock(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"
