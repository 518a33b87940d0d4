"""A scenario on one page that a manager can read: TOML in, TOML out, all faults at once."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import fields, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any, TypeVar

from forecasting.special_days import Event
from planner.bounds import (
    LONGEST_FOUND,
    ScenarioError,
    ScenarioProblem,
    check_value,
    refuse,
    unknown,
)
from planner.campaigns import REQUIRED, Campaign
from planner.hours import read_hours, write_hours
from planner.scenario import Scenario
from planner.targets import QueueSettings, Target

LONGEST_EVENT_DAYS = 366
_PARTS = frozenset({"targets", "queues", "events", "campaigns", "teams"})

_EVENT_VALUES: Mapping[str, tuple[type, tuple[str, ...]]] = {
    "name": (str, ()),
    "from": (date, ()),
    "to": (date, ()),
    "effect": (float, (">= 0", "<= 100")),
}
_CAMPAIGN_FIELDS = {"from": "first", "to": "last"}
_CAMPAIGN_KEYS = {field: key for key, field in _CAMPAIGN_FIELDS.items()}
_EVENT_LISTS: Mapping[str, type] = {"queues": str, "dates": date}

_Part = TypeVar("_Part", Scenario, Target, QueueSettings, Campaign)


def read_scenario(path: Path | str) -> Scenario:
    """Read a scenario from a TOML file.

    Raises
    ------
    ScenarioError
        With all faults of the page at once; a page that is no TOML has one, with its line.
    OSError
        If the file cannot be read.
    """
    return parse_scenario(Path(path).read_bytes())


def parse_scenario(page: bytes) -> Scenario:
    """Read a scenario from the content of a TOML file, e.g. an uploaded one.

    Raises
    ------
    ScenarioError
        With all faults of the page at once.
    """
    try:
        # What Windows saves: a mark in front, two characters at a line's end.
        text = page.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        raise ScenarioError((ScenarioProblem(key="", code="not_utf8"),)) from error
    try:
        return _scenario(tomllib.loads(text))
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        lines = text.splitlines() or [""]
        at = re.search(r"at line (\d+)", str(error))
        line = int(at[1]) if at else len(lines)
        found = lines[line - 1].strip()[:LONGEST_FOUND]
        problem = ScenarioProblem(key=str(line), code="syntax", found=found)
        raise ScenarioError((problem,)) from error


def write_scenario(scenario: Scenario, path: Path | str) -> None:
    """Write a scenario to a TOML file; `read_scenario` gives it back equal."""
    Path(path).write_text(scenario_toml(scenario), encoding="utf-8", newline="\n")


def scenario_toml(scenario: Scenario) -> str:
    """Write a scenario as TOML: every assumption of the centre, and what differs from it."""
    import tomli_w

    page: dict[str, Any] = {}
    for field in fields(scenario):
        value = getattr(scenario, field.name)
        if value is not None and field.name not in _PARTS:
            page[field.name] = list(value) if isinstance(value, tuple) else value
    page["targets"] = {channel: target.stated() for channel, target in scenario.targets}
    page["queues"] = {queue: _queue_page(settings) for queue, settings in scenario.queues}
    page["teams"] = {team: list(queues) for team, queues in scenario.teams}
    page["campaigns"] = [_campaign_page(campaign) for campaign in scenario.campaigns]
    page["events"] = [_event_page(event) for event in scenario.events]
    return tomli_w.dumps({key: value for key, value in page.items() if value not in ({}, [])})


def _scenario(page: Mapping[str, Any]) -> Scenario:
    """Make a scenario from a page, collecting the faults of all its parts."""
    problems: list[ScenarioProblem] = []
    top = dict(page)
    top["targets"] = _parts(Target, top.pop("targets", {}), "targets", problems)
    top["queues"] = _parts(QueueSettings, top.pop("queues", {}), "queues", problems)
    top["events"] = _events(top.pop("events", []), problems)
    top["campaigns"] = _campaigns(top.pop("campaigns", []), problems)
    teams = _table(top.pop("teams", {}), "teams", problems)
    top["teams"] = tuple(
        (team, tuple(queues) if isinstance(queues, list) else queues)
        for team, queues in teams.items()
    )
    scenario = _make(Scenario, top, problems)
    refuse(problems)
    assert scenario is not None  # noqa: S101 - without problems it was made
    return scenario


def _parts(
    owner: type[_Part], table: object, key: str, problems: list[ScenarioProblem]
) -> tuple[tuple[str, _Part], ...]:
    """Make the targets of all channels, or the settings of all queues."""
    made = []
    for name, value in _table(table, key, problems).items():
        found: list[ScenarioProblem] = []
        part = _make(owner, _table(value, "", found), found)
        problems += [problem.under(f"{key}.{name}") for problem in found]
        if part is not None:
            made.append((name, part))
    return tuple(made)


def _make(
    owner: type[_Part], table: Mapping[str, Any], problems: list[ScenarioProblem]
) -> _Part | None:
    """Make one part from its table and note its faults.

    A part is made of its sound values where it can be, so that its other faults are found too.
    """
    known = [field.name for field in fields(owner)]
    problems += [unknown(key, "unknown_key", key, known) for key in table if key not in known]
    values: dict[str, Any] = {
        key: tuple(value) if isinstance(value, list) else value
        for key, value in table.items()
        if key in known
    }
    if "hours" in values:
        values["hours"] = _hours(values["hours"], problems)
    try:
        return owner(**values)
    except ScenarioError as error:
        problems += error.problems
        faulty = {problem.key for problem in error.problems}
        sound = {key: value for key, value in values.items() if key not in faulty}
        if owner is Campaign or len(sound) == len(values):
            return None
        return _make(owner, sound, [])


def _hours(value: object, problems: list[ScenarioProblem]) -> object:
    found: list[ScenarioProblem] = []
    table = _table(value, "", found)
    spans = None
    try:
        spans = read_hours(table)
    except ScenarioError as error:
        found += error.problems
    problems += [problem.under("hours") for problem in found]
    return spans


def _events(listed: object, problems: list[ScenarioProblem]) -> tuple[Event, ...]:
    if not isinstance(listed, list):
        problems.append(_wrong("events", "not_a_list", listed))
        return ()
    events = []
    for number, value in enumerate(listed, start=1):
        found: list[ScenarioProblem] = []
        table = _table(value, "", found)
        found += _event_problems(table)
        problems += [problem.under(f"events.{number}") for problem in found]
        if not found:
            events.append(
                Event(
                    name=table["name"],
                    dates=_event_dates(table),
                    queues=tuple(table.get("queues", ())),
                    effect=table.get("effect"),
                )
            )
    return tuple(events)


def _campaigns(listed: object, problems: list[ScenarioProblem]) -> tuple[Campaign, ...]:
    """Make the campaigns; on the page the window's days are called `from` and `to`."""
    if not isinstance(listed, list):
        problems.append(_wrong("campaigns", "not_a_list", listed))
        return ()
    campaigns = []
    for number, value in enumerate(listed, start=1):
        found: list[ScenarioProblem] = []
        table = _table(value, "", found)
        renamed = {_CAMPAIGN_FIELDS.get(key, key): each for key, each in table.items()}
        missing = [name for name in REQUIRED if name not in renamed]
        found += [ScenarioProblem(key=name, code="missing") for name in missing]
        campaign = None if missing else _make(Campaign, renamed, found)
        for problem in found:
            key = _CAMPAIGN_KEYS.get(problem.key, problem.key)
            problems.append(replace(problem, key=key).under(f"campaigns.{number}"))
        if campaign is not None and not found:
            campaigns.append(campaign)
    return tuple(campaigns)


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
            problems.append(_wrong(key, "not_a_list", listed))
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


def _table(value: object, key: str, problems: list[ScenarioProblem]) -> Mapping[str, Any]:
    if isinstance(value, Mapping):
        return value
    problems.append(_wrong(key, "not_a_table", value))
    return {}


def _wrong(key: str, code: str, value: object) -> ScenarioProblem:
    return ScenarioProblem(key=key, code=code, found=str(value)[:LONGEST_FOUND])


def _queue_page(settings: QueueSettings) -> dict[str, Any]:
    """State only where a queue differs."""
    usual = QueueSettings()
    page = {
        field.name: value
        for field in fields(settings)
        if (value := getattr(settings, field.name)) != getattr(usual, field.name)
    }
    if settings.hours is not None:
        page["hours"] = write_hours(settings.hours)
    return page


def _campaign_page(campaign: Campaign) -> dict[str, Any]:
    page = {
        _CAMPAIGN_KEYS.get(field.name, field.name): value
        for field in fields(campaign)
        if (value := getattr(campaign, field.name)) is not None
    }
    return page | {"hours": write_hours(campaign.hours)}


def _event_page(event: Event) -> dict[str, Any]:
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
    return page
