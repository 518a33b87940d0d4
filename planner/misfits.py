"""In what a scenario does not fit a history, found before anything is forecast."""

from __future__ import annotations

from collections.abc import Collection

import pandas as pd

from planner.bounds import ScenarioError, ScenarioProblem, refuse, unknown
from planner.centre import channels_of
from planner.scenario import Scenario
from planner.teams import misfit_problems


def refuse_misfits(history: pd.DataFrame, start: pd.Timestamp, scenario: Scenario) -> None:
    """Raise everything in which the scenario does not fit the history, at once.

    Raises
    ------
    ScenarioError
        For a start in the past, queues that are not in the history, promises that mean nothing in
        a queue's channel, queues that cannot share a team.
    """
    channels = channels_of(history)
    problems = unknown_queues(scenario, tuple(channels))
    last = history["interval_start"].max().date()
    if start.date() <= last:
        problems.append(
            ScenarioProblem(
                key="start", code="out_of_bounds", found=str(start.date()), expected=f"> {last}"
            )
        )
    planned = channels | dict.fromkeys((one.name for one in scenario.campaigns), "outbound")
    try:
        rules = scenario.staffing_rules(planned)
        problems += misfit_problems(scenario.teams, planned, rules)
    except ScenarioError as error:
        problems += error.problems
    refuse(problems)


def unknown_queues(scenario: Scenario, queues: Collection[str]) -> list[ScenarioProblem]:
    """Find the queues that a scenario names and a history does not have."""
    named = [(f"queues.{queue}", queue) for queue, _ in scenario.queues]
    parts = [(f"events.{event.name}", event.queues) for event in scenario.events]
    parts += [
        (f"edits.{number}", edit.queues) for number, edit in enumerate(scenario.edits, start=1)
    ]
    named += [(f"{key}.queues", queue) for key, members in parts for queue in members]
    problems = [
        unknown(key, "unknown_value", queue, queues) for key, queue in named if queue not in queues
    ]
    planned = [*queues, *(campaign.name for campaign in scenario.campaigns)]
    problems += [
        unknown(f"teams.{team}", "unknown_value", queue, planned)
        for team, members in scenario.teams
        for queue in members
        if queue not in planned
    ]
    problems += [
        ScenarioProblem(key="campaigns", code="name_taken", found=campaign.name)
        for campaign in scenario.campaigns
        if campaign.name in queues
    ]
    return problems
