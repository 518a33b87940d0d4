"""The events of a scenario's page: each with its dates, or the first and the last of them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from forecasting.special_days import Event
from planner.bounds import ScenarioProblem, check_value, table_of, unknown, wrong

LONGEST_EVENT_DAYS = 366

_EVENT_VALUES: Mapping[str, tuple[type, tuple[str, ...]]] = {
    "name": (str, ()),
    "from": (date, ()),
    "to": (date, ()),
    "effect": (float, (">= 0", "<= 100")),
    "decay_days": (float, (">= 0", "<= 60")),
}
_EVENT_LISTS: Mapping[str, type] = {"queues": str, "dates": date}


def read_events(listed: object, problems: list[ScenarioProblem]) -> tuple[Event, ...]:
    """Make the events of a page and note the faults of each under its number."""
    if not isinstance(listed, list):
        problems.append(wrong("events", "not_tables", listed))
        return ()
    events = []
    for number, value in enumerate(listed, start=1):
        found: list[ScenarioProblem] = []
        table = table_of(value, "", found)
        found += _event_problems(table)
        problems += [problem.under(f"events.{number}") for problem in found]
        if not found:
            events.append(
                Event(
                    name=table["name"],
                    dates=_event_dates(table),
                    queues=tuple(table.get("queues", ())),
                    effect=table.get("effect"),
                    decay_days=float(table.get("decay_days", 0.0)),
                )
            )
    return tuple(events)


def write_event(event: Event) -> dict[str, Any]:
    """State neighbouring dates by the first and the last of them."""
    page: dict[str, Any] = {"name": event.name}
    if event.queues:
        page["queues"] = list(event.queues)
    days = sorted(event.dates)
    if len(days) > 1 and (days[-1] - days[0]).days == len(set(days)) - 1 < LONGEST_EVENT_DAYS:
        page["from"], page["to"] = days[0], days[-1]
    else:
        page["dates"] = days
    if event.effect is not None:
        page["effect"] = event.effect
    if event.decay_days:
        page["decay_days"] = event.decay_days
    return page


def _event_problems(table: Mapping[str, Any]) -> list[ScenarioProblem]:
    known = (*_EVENT_VALUES, *_EVENT_LISTS)
    problems = [unknown(key, "unknown_key", key, known) for key in table if key not in known]
    for key, (kind, rules) in _EVENT_VALUES.items():
        if key in table:
            problems += check_value(key, table[key], kind, rules)
    for key, kind in _EVENT_LISTS.items():
        listed = table.get(key, [])
        if isinstance(listed, list):
            problems += [fault for value in listed for fault in check_value(key, value, kind)]
        else:
            problems.append(wrong(key, "not_a_list", listed))
    if "name" not in table:
        problems.append(ScenarioProblem(key="name", code="missing"))
    return problems or _event_date_problems(table)


def _event_date_problems(table: Mapping[str, Any]) -> list[ScenarioProblem]:
    """Find what is wrong with dates that are dates: none, two ways to state them, a wrong span."""
    span = [key for key in ("from", "to") if key in table]
    if table.get("dates"):
        if not span:
            return []
        expected = ", ".join(span)
        return [
            ScenarioProblem(key="dates", code="contradiction", found="dates", expected=expected)
        ]
    if len(span) < 2:
        missing = {"from": "to", "to": "from"}[span[0]] if span else "dates"
        return [ScenarioProblem(key=missing, code="missing")]
    first, last = table["from"], table["to"]
    if 0 <= (last - first).days < LONGEST_EVENT_DAYS:
        return []
    expected = f">= {first}, < {first} + {LONGEST_EVENT_DAYS} d"
    return [ScenarioProblem(key="to", code="out_of_bounds", found=str(last), expected=expected)]


def _event_dates(table: Mapping[str, Any]) -> tuple[date, ...]:
    if table.get("dates"):
        return tuple(sorted(set(table["dates"])))
    first: date = table["from"]
    return tuple(first + timedelta(days=day) for day in range((table["to"] - first).days + 1))
