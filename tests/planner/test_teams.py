import pytest

from planner.scenario import Scenario
from planner.targets import Target
from planner.teams import misfit_problems, team_problems


def found(teams):
    return [(problem.key, problem.code) for problem in team_problems(teams)]


def test_teams_of_two_queues_or_more_that_share_none_are_sound():
    assert found((("front", ("sales", "support")), ("back", ("mail", "cases", "list")))) == []


@pytest.mark.parametrize(
    ("teams", "expected"),
    [
        ((("front", ("sales",)),), [("teams.front", "team_of_one")]),
        ((("front", ()),), [("teams.front", "team_of_one")]),
        ((("front", "sales"),), [("teams.front", "not_a_list")]),
        ((("front", ("sales", 3)),), [("teams.front", "not_text")]),
        ((("a", ("sales", "chat")), ("b", ("mail", "sales"))), [("teams", "duplicate")]),
        ((("a", ("sales", "sales")),), [("teams", "duplicate")]),
        (
            (("a", ("sales",)), ("b", {"x": 1})),
            [("teams.a", "team_of_one"), ("teams.b", "not_a_list")],
        ),
    ],
)
def test_what_is_no_team_is_refused_by_its_name(teams, expected):
    assert found(teams) == expected


CHANNELS = {"sales": "voice", "vip": "voice", "chat": "chat", "mail": "email", "bot": "bot"}


@pytest.mark.parametrize(
    ("queue", "why"),
    [("chat", "channel = chat"), ("bot", "channel = bot"), ("vip", "carry_over = transient")],
)
def test_a_queue_that_cannot_share_a_team_is_refused_with_the_reason(queue, why):
    scenario = Scenario().with_queue("vip", carry_over="transient")
    rules = scenario.staffing_rules(CHANNELS)
    (problem,) = misfit_problems((("front", ("sales", queue)),), CHANNELS, rules)
    assert (problem.key, problem.code) == ("teams.front", "cannot_join_team")
    assert (problem.found, problem.expected) == (queue, why)


def test_calls_deferrable_work_and_the_load_of_earlier_calls_may_share_a_team():
    scenario = Scenario(targets=(("voice", Target(carry_over="modified")),))
    rules = scenario.staffing_rules(CHANNELS)
    assert misfit_problems((("front", ("sales", "vip", "mail")),), CHANNELS, rules) == []
