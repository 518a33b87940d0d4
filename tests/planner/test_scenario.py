from dataclasses import fields, replace
from datetime import date

import pytest

from forecasting import Event
from planner.bounds import ScenarioError
from planner.campaigns import Campaign
from planner.misfits import unknown_queues
from planner.scenario import Scenario
from planner.targets import CHANNELS, DEFAULT_TARGETS, QueueSettings, Target
from staffing import ServiceTarget, required_staff

RENEWALS = Campaign(
    name="Renewals",
    first=date(2026, 11, 16),
    last=date(2026, 11, 27),
    hours=((0, 600, 1200),),
    records=1000,
    contact_rate=0.25,
    aht_s=240,
)


def problems_of(**values):
    with pytest.raises(ScenarioError) as caught:
        Scenario(**values)
    return [(problem.key, problem.code) for problem in caught.value.problems]


def test_the_defaults_are_a_valid_scenario():
    assert Scenario() == Scenario()


def test_every_default_target_is_usable_in_its_channel():
    assert set(DEFAULT_TARGETS) == set(CHANNELS)
    for channel in CHANNELS:
        Scenario().staffing_rule("any", channel)


def test_the_default_promises_are_those_of_the_trade():
    voice = Scenario().staffing_rule("any", "voice").target
    assert (voice.service_level, voice.within_s, voice.max_occupancy) == (0.80, 20, 0.90)
    chat = Scenario().staffing_rule("any", "chat").target
    assert (chat.service_level, chat.within_s) == (0.80, 30)
    assert Scenario().staffing_rule("any", "email").deadline_h == 4


def test_equal_scenarios_are_equal_keys_in_whatever_order_and_number_type_they_are_stated():
    one = Scenario(targets=(("voice", Target(within_s=10)), ("chat", Target(concurrency=2))))
    other = Scenario(targets=(("chat", Target(concurrency=2.0)), ("voice", Target(within_s=10.0))))
    assert one == other
    assert {one: "cached"}[other] == "cached"


def test_a_queue_stands_before_its_channel_and_the_channel_before_the_defaults():
    scenario = Scenario(
        targets=(("voice", Target(service_level=0.7, max_asa_s=40)),),
        queues=(("sales", QueueSettings(service_level=0.9, shrinkage=0.2, cost_per_hour=30)),),
    )
    rule = scenario.staffing_rule("sales", "voice")
    assert rule.target == ServiceTarget(service_level=0.9, within_s=20, max_asa_s=40)
    assert (rule.shrinkage, rule.cost_per_hour) == (0.2, 30)
    other = scenario.staffing_rule("support", "voice")
    assert other.target.service_level == 0.7
    assert other.shrinkage == scenario.shrinkage


def test_a_shrinkage_of_zero_is_a_shrinkage_and_not_a_missing_one():
    scenario = Scenario(queues=(("sales", QueueSettings(shrinkage=0, cost_per_hour=0)),))
    rule = scenario.staffing_rule("sales", "voice")
    assert (rule.shrinkage, rule.cost_per_hour) == (0, 0)


def test_the_channel_of_the_settings_replaces_that_of_the_history():
    scenario = Scenario(queues=(("mail", QueueSettings(channel="email", deadline_h=2)),))
    assert scenario.staffing_rule("mail", "voice").deadline_h == 2


def test_a_slider_changes_one_promise_and_none_restores_the_default():
    moved = Scenario().with_target("voice", service_level=0.9)
    assert moved.target("voice").service_level == 0.9
    assert moved.target("voice").within_s == 20
    assert moved.with_target("voice", service_level=None) == Scenario()
    queue = Scenario().with_queue("sales", volume_factor=1.1)
    assert queue.queue("sales").volume_factor == 1.1
    assert queue.with_queue("sales", volume_factor=1.0) == Scenario()


def test_a_promise_that_means_nothing_in_its_channel_is_refused_instead_of_ignored():
    assert problems_of(targets=(("email", Target(service_level=0.9)),)) == [
        ("targets.email.service_level", "not_for_channel")
    ]
    assert problems_of(targets=(("voice", Target(concurrency=2)),)) == [
        ("targets.voice.concurrency", "not_for_channel")
    ]
    scenario = Scenario(
        queues=(("a", QueueSettings(deadline_h=4)), ("b", QueueSettings(deadline_h=4)))
    )
    with pytest.raises(ScenarioError) as caught:
        scenario.staffing_rules({"a": "voice", "b": "chat"})
    assert [problem.key for problem in caught.value.problems] == [
        "queues.a.deadline_h",
        "queues.b.deadline_h",
    ]


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"shrinkage": 1}, ("shrinkage", "out_of_bounds")),
        ({"shrinkage": -0.1}, ("shrinkage", "out_of_bounds")),
        ({"shrinkage": float("nan")}, ("shrinkage", "not_a_number")),
        ({"weeks": 0}, ("weeks", "out_of_bounds")),
        ({"weeks": 54}, ("weeks", "out_of_bounds")),
        ({"weeks": 4.0}, ("weeks", "not_a_whole_number")),
        ({"weeks": True}, ("weeks", "not_a_whole_number")),
        ({"volume_factor": 0}, ("volume_factor", "out_of_bounds")),
        ({"volume_factor": "1,5"}, ("volume_factor", "not_a_number")),
        ({"name": ""}, ("name", "missing")),
        ({"zone": "Madrid"}, ("zone", "unknown_value")),
        ({"country": "XX"}, ("country", "unknown_value")),
        ({"country": "ES", "region": "XX"}, ("region", "unknown_value")),
        ({"region": "MD"}, ("country", "missing")),
        ({"currency": "EURO"}, ("currency", "unknown_value")),
        ({"engine": "erlang"}, ("engine", "unknown_value")),
        ({"models": ("prophte",)}, ("models", "unknown_value")),
        ({"models": ()}, ("models", "missing")),
        ({"models": ("prophet", "prophet")}, ("models", "duplicate")),
        ({"start": "2026-11-16"}, ("start", "not_a_date")),
        ({"targets": (("vioce", Target()),)}, ("targets.vioce", "unknown_key")),
        ({"targets": (("voice", Target()), ("voice", Target()))}, ("targets", "duplicate")),
    ],
)
def test_a_value_out_of_its_bounds_is_refused_by_its_key(values, expected):
    assert problems_of(**values) == [expected]


def test_all_faults_are_told_at_once():
    codes = problems_of(weeks=0, shrinkage=2, zone="Nowhere", country="ES", region="QQ")
    assert [key for key, _ in codes] == ["zone", "weeks", "shrinkage", "region"]


def test_pyworkforce_cannot_be_asked_for_what_it_does_not_know():
    targets = (("voice", Target(max_asa_s=20)),)
    assert problems_of(engine="pyworkforce", targets=targets) == [
        ("targets.voice.max_asa_s", "contradiction")
    ]


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        (Target(service_level_definition="answered"), ["patience_s"]),
        (Target(max_abandonment=0.05), ["patience_s"]),
        (
            Target(carry_over="transient", patience_s=60, redial_probability=0.2),
            ["redial_probability"],
        ),
        (Target(service_level_definition="offered", carry_over="transient"), []),
        (Target(service_level_definition="left_queue", patience_s=60), []),
    ],
)
def test_promises_that_need_or_exclude_another_are_refused_together(target, expected):
    scenario = Scenario(targets=(("voice", target),))
    if not expected:
        scenario.staffing_rules({"sales": "voice"})
        return
    with pytest.raises(ScenarioError) as caught:
        scenario.staffing_rules({"sales": "voice"})
    assert [problem.key for problem in caught.value.problems] == [
        f"queues.sales.{key}" for key in expected
    ]


def test_open_work_is_for_what_may_wait():
    open_work = Scenario().with_queue("mail", opening_backlog=120, open_at_end=True)
    rule = open_work.staffing_rule("mail", "email")
    assert (rule.opening_backlog, rule.open_at_end) == (120, True)
    with pytest.raises(ScenarioError) as caught:
        open_work.staffing_rule("mail", "voice")
    assert [problem.key for problem in caught.value.problems] == [
        "queues.mail.open_at_end",
        "queues.mail.opening_backlog",
    ]


def test_a_campaign_is_staffed_by_its_own_rule():
    scenario = Scenario(campaigns=(RENEWALS,), shrinkage=0.2)
    assert scenario.staffing_rule("Renewals", "outbound") == RENEWALS.rule(
        shrinkage=0.2, cost_per_hour=scenario.cost_per_hour
    )


def test_pyworkforce_knows_no_teams():
    teams = (("front", ("sales", "support")),)
    assert problems_of(engine="pyworkforce", teams=teams) == [("teams", "contradiction")]


def test_two_campaigns_have_two_names():
    assert problems_of(campaigns=(RENEWALS, RENEWALS)) == [("campaigns", "duplicate")]


def test_teams_in_another_order_are_the_same_scenario():
    front, back = ("front", ("sales", "support")), ("back", ("mail", "cases"))
    assert Scenario(teams=(front, back)) == Scenario(teams=(back, front))


def test_queues_of_teams_and_names_of_campaigns_are_held_against_the_history():
    scenario = Scenario(
        campaigns=(RENEWALS, replace(RENEWALS, name="sales")),
        teams=(("front", ("sales", "Renewals", "suport")),),
    )
    found = unknown_queues(scenario, ["sales", "support"])
    assert [(problem.key, problem.code, problem.found) for problem in found] == [
        ("teams.front", "unknown_value", "suport"),
        ("campaigns", "name_taken", "sales"),
    ]
    assert found[0].nearest == "support"


def test_queues_that_a_history_does_not_have_are_found_and_the_nearest_offered():
    scenario = Scenario(
        queues=(("slaes", QueueSettings(shrinkage=0.2)),),
        events=(Event(name="Launch", dates=(date(2026, 5, 4),), queues=("support", "chta")),),
    )
    found = unknown_queues(scenario, ["sales", "support", "chat"])
    assert [(problem.found, problem.nearest) for problem in found] == [
        ("slaes", "sales"),
        ("chta", "chat"),
    ]


def test_an_error_survives_the_way_between_processes():
    import pickle

    with pytest.raises(ScenarioError) as caught:
        Scenario(weeks=0)
    copy = pickle.loads(pickle.dumps(caught.value))  # noqa: S301 - our own object
    assert copy.problems == caught.value.problems
    assert "weeks" in str(copy)


def test_every_channel_can_be_staffed_by_its_defaults(make_demand):
    queues = {channel: channel for channel in CHANNELS}
    demand = make_demand(queues, days=1)
    requirement = required_staff(demand, Scenario().staffing_rules(queues), interval_min=30)
    needed = requirement.groupby("queue")["agents_gross"].max()
    assert (needed.drop("bot") > 0).all()
    assert needed["bot"] == 0


def test_a_what_if_leaves_the_first_scenario_as_it_was():
    first = Scenario()
    second = replace(first, volume_factor=1.2)
    assert first.volume_factor == 1.0
    assert {field.name for field in fields(first)} == {field.name for field in fields(second)}
