"""The sheet that says what a plan assumes and where it comes from, so that it can be made again."""

from __future__ import annotations

from dataclasses import fields
from datetime import date
from typing import Any

import pandas as pd

from forecasting.special_days import Event
from planner.campaigns import Campaign
from planner.data_settings import DataSettings
from planner.edits import Edit
from planner.hours import CLOSED, WEEKDAYS, Span, write_hours, write_span
from planner.plan import Plan
from planner.scenario import Scenario
from planner.targets import TARGET_KEYS, QueueSettings
from planner.text import UNKNOWN, Text
from planner.workbook_format import Formats, set_page, write_value

# Kind of cell by assumption; one not named here holds text or a whole number without grouping.
_KINDS = {
    "service_level": "percent",
    "max_occupancy": "percent",
    "max_abandonment": "percent",
    "redial_probability": "percent",
    "retry_probability": "percent",
    "contact_rate": "percent",
    "shrinkage": "percent",
    "unplanned_share": "percent",
    "on_time": "percent",
    "volume_factor": "fine",
    "yearly_growth": "percent",
    "aht_factor": "fine",
    "cost_per_hour": "fine",
    "effect": "fine",
    "factor": "fine",
    "contacts": "decimal",
    "start": "date",
    "records": "count",
    "opening_backlog": "count",
}
_PARTS = ("data", "targets", "queues", "events", "campaigns", "edits", "teams")
# Values that are codes, whose words stand under "choices".
_CHOICES = ("pacing", "carry_over", "service_level_definition")

# A row of the sheet: its label, and what stands beside it with the kind of its cell.
Row = tuple[str, Any, str]


def write_assumptions(
    sheet: Any, plan: Plan, formats: Formats, text: Text, created: str | None
) -> None:
    """Write the scenario, the targets in force, queues that differ, events and the origin.

    Parameters
    ----------
    sheet : xlsxwriter worksheet
        Where to write.
    plan : Plan
        The plan.
    formats : Formats
        Of the same workbook.
    text : Text
        The reader's language.
    created : str, optional
        When the plan was exported.
    """
    scenario = plan.scenario
    lists = [campaign.name for campaign in scenario.campaigns]  # a channel's targets are not theirs
    forecast = plan.requirement[~plan.requirement["queue"].isin(lists)]
    channels = forecast["channel"].unique().tolist()
    sections = [
        (scenario.name, _centre(scenario, text)),
        (text("assumptions.data"), _data(scenario.data, text)),
        *((f"{text('workbook.by_channel')}: {text(f'channels.{channel}')}", rows)
          for channel in channels if (rows := _target(scenario, channel, text))),
        *((f"{text('workbook.by_queue')}: {queue}", _queue(settings, text))
          for queue, settings in scenario.queues),
        *((f"{text('assumptions.teams')}: {team}", _team(queues, text))
          for team, queues in scenario.teams),
        *((f"{text('assumptions.campaigns')}: {campaign.name}", _campaign(campaign, text))
          for campaign in scenario.campaigns),
        *((f"{text('assumptions.events')}: {event.name}", _event(event, text))
          for event in scenario.events),
        *((f"{text('assumptions.edits')}: {edit.name}", _edit(edit, text))
          for edit in scenario.edits),
        (text("workbook.origin"), _origin(plan, text, created)),
    ]  # fmt: skip
    row = 0
    for title, rows in sections:
        sheet.write_string(row, 0, title, formats("section"))
        for label, value, kind in rows:
            row += 1
            sheet.write_string(row, 0, label, formats("text"))
            write_value(sheet, row, 1, value, formats(kind, "left"), text)
        row += 2
    sheet.hide_gridlines(2)
    sheet.set_column(0, 0, 46)
    sheet.set_column(1, 1, 80)
    set_page(sheet, text)


def _centre(scenario: Scenario, text: Text) -> list[Row]:
    values = {
        field.name: getattr(scenario, field.name)
        for field in fields(scenario)
        if field.name not in _PARTS
    }
    values["models"] = ", ".join(text(f"models.{model}") for model in scenario.models)
    if scenario.start is None:
        del values["start"]
    return [_row(key, value, text) for key, value in values.items()]


def _data(settings: DataSettings, text: Text) -> list[Row]:
    """List how the history became what was forecast."""
    values = {field.name: getattr(settings, field.name) for field in fields(settings)}
    steps = [text(f"need_steps.{step}") for step in settings.need_steps]
    values |= {
        "repairs_off": ", ".join(settings.repairs_off) or None,
        "need_steps": "; ".join(steps) or None,
    }
    return [_row(key, value, text) for key, value in values.items()]


def _target(scenario: Scenario, channel: str, text: Text) -> list[Row]:
    """List the promises in force in a channel, defaults included."""
    return [_row(key, value, text) for key, value in scenario.target(channel).stated().items()]


def _queue(settings: QueueSettings, text: Text) -> list[Row]:
    """List where a queue differs."""
    usual = QueueSettings()
    own = [field.name for field in fields(settings) if field.name not in TARGET_KEYS]
    rows = [
        _row(key, value, text)
        for key in (*TARGET_KEYS, *own)
        if (value := getattr(settings, key)) != getattr(usual, key)
        and key not in {"hours", "channel"}
    ]
    if settings.channel is not None:
        rows.append(_row("channel", text(f"channels.{settings.channel}"), text))
    if settings.hours is not None:
        rows.append(_row("hours", _hours(settings.hours, text), text))
    return rows


def _team(queues: tuple[str, ...], text: Text) -> list[Row]:
    return [_row("queues", ", ".join(queues), text)]


def _campaign(campaign: Campaign, text: Text) -> list[Row]:
    values = {field.name: getattr(campaign, field.name) for field in fields(campaign)}
    window = f"{text.date(values.pop('first'))} – {text.date(values.pop('last'))}"
    values |= {"hours": _hours(campaign.hours, text), "max_abandonment": campaign.most_lost}
    del values["name"]
    if campaign.pacing == "dialler":
        del values["attempt_s"]  # the dialler's time, not the agents'
    stated = {key: value for key, value in values.items() if value is not None}
    return [_row("dates", window, text), *(_row(key, each, text) for key, each in stated.items())]


def _event(event: Event, text: Text) -> list[Row]:
    first, last = text.date(min(event.dates)), text.date(max(event.dates))
    days = first if first == last else f"{first} – {last} ({len(event.dates)})"
    effect = text("assumptions.from_history") if event.effect is None else event.effect
    queues = ", ".join(event.queues) or text("assumptions.all_queues")
    values = {"dates": days, "queues": queues, "effect": effect}
    if event.decay_days:
        values["decay_days"] = event.decay_days
    return [_row(key, value, text) for key, value in values.items()]


def _edit(edit: Edit, text: Text) -> list[Row]:
    first, last = text.date(edit.first), text.date(edit.last)
    values: dict[str, Any] = {
        "dates": first if first == last else f"{first} – {last}",
        "hours_of_day": None if edit.hours is None else write_span(edit.hours),
        "queues": ", ".join(edit.queues) or text("assumptions.all_queues"),
        "factor": edit.factor,
        "contacts": edit.contacts,
    }
    return [_row(key, value, text) for key, value in values.items() if value is not None]


def _hours(spans: tuple[Span, ...], text: Text) -> str:
    """Write staffed hours with the reader's names of the weekdays."""
    parts = []
    for key, hours in write_hours(spans).items():
        days = "-".join(text.weekday(WEEKDAYS.index(day), "abbreviated") for day in key.split("-"))
        parts.append(f"{days} {text('assumptions.closed') if hours == CLOSED else hours}")
    return "; ".join(parts)


def _origin(plan: Plan, text: Text, created: str | None) -> list[Row]:
    origin = plan.provenance
    values = {
        "created": created or UNKNOWN,
        "input_name": origin.input_name,
        "input_sha256": origin.input_sha256,
        "scenario_sha256": origin.scenario_sha256,
        "aforo_version": origin.aforo_version,
        "python": origin.python,
    }
    rows: list[Row] = [(text(f"workbook.{key}"), value, "text") for key, value in values.items()]
    return rows + [(name, version, "text") for name, version in origin.libraries]


def _row(key: str, value: Any, text: Text) -> Row:
    if value is None:
        return text(f"assumptions.{key}"), text("assumptions.none"), "text"
    if key in _CHOICES:
        value = text(f"choices.{value}")
    elif isinstance(value, bool):
        value = text(f"assumptions.{'yes' if value else 'no'}")
    elif isinstance(value, tuple):
        value = " · ".join(text.number(each, 2) for each in value)
    elif isinstance(value, date):
        value = pd.Timestamp(value)
    kind = "text" if isinstance(value, str) else _KINDS.get(key, "text")
    return text(f"assumptions.{key}"), value, kind
