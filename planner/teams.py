"""Teams of a scenario: which queues share one, and whether they can."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from planner.bounds import ScenarioProblem
from staffing.rules import AGENT_CHANNELS, DEFERRABLE_CHANNELS, StaffingRule

Teams = tuple[tuple[str, tuple[str, ...]], ...]

TEAM_CHANNELS = tuple(sorted(AGENT_CHANNELS)) + tuple(sorted(DEFERRABLE_CHANNELS))


def team_problems(teams: Teams) -> list[ScenarioProblem]:
    """Find teams of less than two queues, what is no name, and queues in two teams."""
    problems = []
    for name, queues in teams:
        key = f"teams.{name}"
        listed: object = queues  # a page may hold anything
        if not isinstance(listed, tuple):
            problems.append(ScenarioProblem(key=key, code="not_a_list", found=str(queues)))
        elif not all(isinstance(queue, str) for queue in queues):
            problems.append(ScenarioProblem(key=key, code="not_text", found=str(queues)))
        elif len(queues) < 2:
            found = ", ".join(queues)
            problems.append(ScenarioProblem(key=key, code="team_of_one", found=found))
    if problems:
        return problems
    times = Counter(queue for _, queues in teams for queue in queues)
    return [
        ScenarioProblem(key="teams", code="duplicate", found=queue)
        for queue, count in times.items()
        if count > 1
    ]


def misfit_problems(
    teams: Teams, channels: Mapping[str, str], rules: Mapping[str, StaffingRule]
) -> list[ScenarioProblem]:
    """Find the queues that cannot join a team: chats, bots, diallers, queues followed exactly.

    Parameters
    ----------
    teams : tuple of (team, queues)
        Of a scenario.
    channels, rules : mapping
        Channel and rule of each queue in the plan.
    """
    problems = []
    for name, queues in teams:
        key = f"teams.{name}"
        for queue in queues:
            channel, rule = channels.get(queue), rules.get(queue)
            if channel is None or rule is None:
                continue
            why = ""
            if channel not in TEAM_CHANNELS:
                why = f"channel = {channel}"
            elif rule.pacing == "dialler":
                why = "pacing = dialler"
            elif rule.carry_over == "transient":
                why = "carry_over = transient"
            elif channel in AGENT_CHANNELS:
                why = _unlike(rule, queues, channels, rules)
            if why:
                problems.append(
                    ScenarioProblem(key=key, code="cannot_join_team", found=queue, expected=why)
                )
    return problems


def _unlike(
    rule: StaffingRule,
    queues: tuple[str, ...],
    channels: Mapping[str, str],
    rules: Mapping[str, StaffingRule],
) -> str:
    """Say why a queue's callers do not fit the others of its team, "" if they do."""
    others = [rules[queue] for queue in queues if channels.get(queue) in AGENT_CHANNELS]
    if rule.patience_s is None and any(other.patience_s for other in others):
        return "patience_s"
    defers = any(channels.get(queue) in DEFERRABLE_CHANNELS for queue in queues)
    return "redial_probability" if defers and rule.redial_probability else ""
