"""A scenario on one page that a manager can read: TOML in, TOML out, all faults at once."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import fields, replace
from pathlib import Path
from typing import Any, TypeVar

from planner import campaigns, edits
from planner.bounds import (
    LONGEST_FOUND,
    ScenarioError,
    ScenarioProblem,
    refuse,
    table_of,
    unknown,
    wrong,
)
from planner.campaigns import Campaign
from planner.data_settings import DataSettings
from planner.edits import Edit
from planner.hours import SPAN_FORMAT, read_hours, read_span, write_hours, write_span
from planner.scenario import Scenario
from planner.scenario_events import read_events, write_event
from planner.targets import QueueSettings, Target

_PARTS = frozenset({"data", "targets", "queues", "events", "campaigns", "edits", "teams"})

# `from` is a word of Python's own, so that the fields of a window have other names.
_WINDOW_KEYS = {"first": "from", "last": "to"}
_Part = TypeVar("_Part", Scenario, DataSettings, Target, QueueSettings, Campaign, Edit)
_Windowed = TypeVar("_Windowed", Campaign, Edit)
_REQUIRED: Mapping[type, tuple[str, ...]] = {Campaign: campaigns.REQUIRED, Edit: edits.REQUIRED}


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
    page["data"] = _stated(scenario.data)
    page["targets"] = {channel: target.stated() for channel, target in scenario.targets}
    page["queues"] = {queue: _queue_page(settings) for queue, settings in scenario.queues}
    page["teams"] = {team: list(queues) for team, queues in scenario.teams}
    page["campaigns"] = [_campaign_page(campaign) for campaign in scenario.campaigns]
    page["events"] = [write_event(event) for event in scenario.events]
    page["edits"] = [_edit_page(edit) for edit in scenario.edits]
    return tomli_w.dumps({key: value for key, value in page.items() if value not in ({}, [])})


def _scenario(page: Mapping[str, Any]) -> Scenario:
    """Make a scenario from a page, collecting the faults of all its parts."""
    problems: list[ScenarioProblem] = []
    top = dict(page)
    top["data"] = _data(top.pop("data", {}), problems)
    top["targets"] = _parts(Target, top.pop("targets", {}), "targets", problems)
    top["queues"] = _parts(QueueSettings, top.pop("queues", {}), "queues", problems)
    top["events"] = read_events(top.pop("events", []), problems)
    top["campaigns"] = _windowed(Campaign, top.pop("campaigns", []), "campaigns", problems)
    top["edits"] = _windowed(Edit, top.pop("edits", []), "edits", problems)
    teams = table_of(top.pop("teams", {}), "teams", problems)
    top["teams"] = tuple(
        (team, tuple(queues) if isinstance(queues, list) else queues)
        for team, queues in teams.items()
    )
    scenario = _make(Scenario, top, problems)
    refuse(problems)
    assert scenario is not None  # noqa: S101 - without problems it was made
    return scenario


def _data(table: object, problems: list[ScenarioProblem]) -> DataSettings:
    found: list[ScenarioProblem] = []
    settings = _make(DataSettings, table_of(table, "", found), found)
    problems += [problem.under("data") for problem in found]
    return settings or DataSettings()


def _parts(
    owner: type[_Part], table: object, key: str, problems: list[ScenarioProblem]
) -> tuple[tuple[str, _Part], ...]:
    """Make the targets of all channels, or the settings of all queues."""
    made = []
    for name, value in table_of(table, key, problems).items():
        found: list[ScenarioProblem] = []
        part = _make(owner, table_of(value, "", found), found)
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
    unread = ""
    if values.get("hours") is not None:
        read = _span if owner is Edit else _hours
        values["hours"] = read(values["hours"], problems)
        unread = "hours" if values["hours"] is None else ""
    try:
        return owner(**values)
    except ScenarioError as error:
        problems += [problem for problem in error.problems if problem.key != unread]
        faulty = {problem.key for problem in error.problems}
        sound = {key: value for key, value in values.items() if key not in faulty}
        if owner in _REQUIRED or len(sound) == len(values):
            return None
        return _make(owner, sound, [])


def _hours(value: object, problems: list[ScenarioProblem]) -> object:
    found: list[ScenarioProblem] = []
    table = table_of(value, "", found)
    spans = None
    try:
        spans = read_hours(table)
    except ScenarioError as error:
        found += error.problems
    problems += [problem.under("hours") for problem in found]
    return None if found else spans


def _span(value: object, problems: list[ScenarioProblem]) -> object:
    span = read_span(value)
    if span is None:
        fault = wrong("hours", "not_hours", value)
        problems.append(replace(fault, expected=SPAN_FORMAT))
    return span


def _windowed(
    owner: type[_Windowed], listed: object, key: str, problems: list[ScenarioProblem]
) -> tuple[_Windowed, ...]:
    """Make the campaigns or the edits of a page."""
    if not isinstance(listed, list):
        problems.append(wrong(key, "not_tables", listed))
        return ()
    made = []
    for number, value in enumerate(listed, start=1):
        found: list[ScenarioProblem] = []
        table = table_of(value, "", found)
        one = None if found else _one_windowed(owner, table, found)
        if one is not None:
            made.append(one)
        problems += [problem.under(f"{key}.{number}") for problem in found]
    return tuple(made)


def _one_windowed(
    owner: type[_Windowed], table: Mapping[str, Any], problems: list[ScenarioProblem]
) -> _Windowed | None:
    keys = {field.name: _WINDOW_KEYS.get(field.name, field.name) for field in fields(owner)}
    known = tuple(keys.values())
    problems += [unknown(key, "unknown_key", key, known) for key in table if key not in known]
    stated = {name: table[key] for name, key in keys.items() if key in table}
    found: list[ScenarioProblem] = []
    one = _make(owner, dict.fromkeys(_REQUIRED[owner]) | stated, found)
    problems += [replace(each, key=keys.get(each.key, each.key)) for each in found]
    return one


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
    return _stated(campaign) | {"hours": write_hours(campaign.hours)}


def _edit_page(edit: Edit) -> dict[str, Any]:
    page = _stated(edit)
    if edit.hours is not None:
        page["hours"] = write_span(edit.hours)
    return {key: value for key, value in page.items() if value != []}


def _stated(one: Campaign | Edit | DataSettings) -> dict[str, Any]:
    return {
        _WINDOW_KEYS.get(field.name, field.name): list(value) if isinstance(value, tuple) else value
        for field in fields(one)
        if (value := getattr(one, field.name)) is not None
    }
