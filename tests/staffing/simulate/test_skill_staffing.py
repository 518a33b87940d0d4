"""Agents by skill: between the pooled team and separate teams, none superfluous, honest."""

from dataclasses import replace
from itertools import product

import numpy as np
import pytest

from staffing import agents_required, pooling_bounds
from staffing.simulate.agents import Shift
from staffing.simulate.arrivals import Arrivals
from staffing.simulate.cross_training import cross_training
from staffing.simulate.durations import Duration
from staffing.simulate.queues import SimulatedQueue
from staffing.simulate.skill_staffing import staff_skill_groups, trials_of
from staffing.simulate.skills import QueueTarget, SkillGroup

BILLING = SkillGroup(name="billing", skills=("billing",))
SUPPORT = SkillGroup(name="support", skills=("support",))
BOTH = SkillGroup(name="both", skills=("billing", "support"))
DEARER = replace(BOTH, cost_per_hour=1.1)
TARGET = QueueTarget(service_level=0.8)
STATIONARY = {"warm_up": 4, "replications": 40, "seed": 3}


def queues(billing=6.0, support=4.0, **given):
    """Loads [Erlang] of contacts of five minutes, for nine hours of which the first warms up."""
    return [
        SimulatedQueue(
            name=name,
            arrivals=Arrivals(contacts=(3.0 * load,) * 36),
            handling=Duration.exponential(300),
            **given,
        )
        for name, load in (("billing", billing), ("support", support))
    ]


def trials(groups, given=STATIONARY):
    return trials_of(
        queues(), groups, TARGET, interval_s=900.0, routing="least_skilled", threads=1,
        progress=None, **given,
    )  # fmt: skip


def crew(found):
    return tuple(found.groups["agents"].tolist())


@pytest.fixture(scope="module")
def mixed():
    return staff_skill_groups(queues(), [BILLING, SUPPORT, DEARER], TARGET, **STATIONARY)


def test_twenty_and_fifteen_erlang_are_staffed_stably_between_pooled_and_separate():
    # pyworkforce answers 25 agents, "optimal", to an offered load of 35.
    bounds = pooling_bounds([20, 15], 300, service_level=0.8, within_s=20)
    groups = [BILLING, SUPPORT, DEARER]
    found = staff_skill_groups(queues(20, 15), groups, TARGET, **STATIONARY)
    assert found.status in {"met", "met_within_error"}
    assert found.agents > 35
    assert found.pooled_agents <= found.agents < found.separate_agents
    assert found.pooled_agents == pytest.approx(bounds.pooled, abs=1)
    assert found.separate_agents == pytest.approx(bounds.separate, abs=1)
    assert found.lower_bound <= found.cost_per_hour < bounds.separate
    assert found.gap < 0.03


def test_a_group_with_every_skill_is_the_pooled_team():
    found = staff_skill_groups(queues(), [BOTH], TARGET, **STATIONARY)
    assert found.agents == found.pooled_agents
    erlang = agents_required(10, 300, service_level=0.8, within_s=20)
    assert found.agents == pytest.approx(erlang, abs=1)


def test_dedicated_groups_are_separate_teams():
    found = staff_skill_groups(queues(), [BILLING, SUPPORT], TARGET, **STATIONARY)
    erlang = agents_required([6, 4], 300, service_level=0.8, within_s=20)
    assert found.agents == found.separate_agents
    assert np.abs(np.array(crew(found)) - erlang).max() <= 1
    assert found.groups["binding"].tolist() == ["billing", "support"]


def test_other_promises_are_kept_too_and_agree_with_erlang_a():
    target = QueueTarget(service_level=None, max_abandonment=0.04, max_asa_s=30)
    patient = queues(patience=Duration.exponential(180))
    found = staff_skill_groups(patient, [BILLING, SUPPORT], target, **STATIONARY)
    erlang = agents_required([6, 4], 300, max_abandonment=0.04, max_asa_s=30, patience_s=180)
    assert np.abs(np.array(crew(found)) - erlang).max() <= 1
    assert set(found.queues["measure"]) == {"abandonment", "asa_s"}
    assert found.queues["low"].le(found.queues["target"]).all()


@pytest.mark.parametrize("definition", ["answered", "offered_less_abandoned", "left_queue"])
def test_a_service_level_counts_whom_its_definition_counts(definition):
    target = QueueTarget(service_level=0.8, definition=definition)
    patient = queues(patience=Duration.exponential(60))
    found = staff_skill_groups(patient, [BILLING, SUPPORT], target, **STATIONARY)
    erlang = agents_required(
        [6, 4], 300, service_level=0.8, within_s=20, patience_s=60, definition=definition
    )
    assert np.abs(np.array(crew(found)) - erlang).max() <= 1


def test_nothing_cheaper_keeps_the_promises_under_the_same_random_numbers(mixed):
    same = trials([BILLING, SUPPORT, DEARER], STATIONARY | {"replications": mixed.replications})
    assert same.keeps(crew(mixed))
    cost = mixed.cost_per_hour
    few = [
        each
        for each in product(range(10), range(8), range(14))
        if mixed.pooled_agents - 1 <= sum(each) and same.cost(each) < cost - 1e-9
    ]
    assert not [each for each in few if same.keeps(each)]


def test_no_single_agent_can_be_taken_away(mixed):
    same = trials([BILLING, SUPPORT, DEARER], STATIONARY | {"replications": mixed.replications})
    for group, agents in enumerate(crew(mixed)):
        fewer = list(crew(mixed))
        fewer[group] -= 1
        assert agents == 0 or not same.keeps(tuple(fewer))


def test_one_seed_gives_one_answer_on_any_number_of_threads(mixed):
    groups = [BILLING, SUPPORT, DEARER]
    again = staff_skill_groups(queues(), groups, TARGET, threads=1, **STATIONARY)
    assert crew(again) == crew(mixed)
    assert again.queues.equals(mixed.queues)
    assert again.evaluations == mixed.evaluations


def test_it_judges_itself_by_other_customers_than_it_searched_with(mixed):
    searched = trials([BILLING, SUPPORT, DEARER]).levels(crew(mixed))
    assert not np.isclose(mixed.queues["value"], [float(each.value) for each in searched]).any()
    assert mixed.queues["high"].ge(mixed.queues["target"]).all()


def test_a_skill_more_never_needs_more_agents():
    alone = staff_skill_groups(queues(), [BILLING, SUPPORT], TARGET, **STATIONARY)
    able = replace(SUPPORT, skills=("billing", "support"))
    found = staff_skill_groups(queues(), [BILLING, able], TARGET, **STATIONARY)
    assert found.agents <= alone.agents


def test_a_queue_nobody_serves_is_named():
    found = staff_skill_groups(queues(), [BILLING, replace(BOTH, most_agents=0)], TARGET)
    assert (found.status, found.out_of_reach) == ("infeasible_groups", ("support",))
    assert found.agents == found.evaluations == 0


def test_a_promise_no_number_of_agents_keeps_is_named():
    lines = queues(lines=3)
    strict = {"billing": QueueTarget(service_level=0.99), "support": QueueTarget(service_level=0.2)}
    found = staff_skill_groups(lines, [BOTH], strict, replications=5)
    assert (found.status, found.out_of_reach) == ("infeasible_target", ("billing",))


@pytest.mark.parametrize(
    "group", [replace(BOTH, most_agents=9), replace(BOTH, shifts=(Shift(start_s=0, end_s=3600),))]
)
def test_too_few_agents_to_be_had_are_told(group):
    found = staff_skill_groups(queues(), [group], TARGET, replications=5)
    assert found.status == "infeasible_target"


def test_a_group_is_not_made_larger_than_it_may_be():
    groups = [BILLING, SUPPORT, replace(BOTH, cost_per_hour=0.5, most_agents=3)]
    found = staff_skill_groups(queues(), groups, TARGET, **STATIONARY)
    assert crew(found)[2] == 3
    assert found.status in {"met", "met_within_error"}


def test_groups_may_have_shifts_and_queues_a_day_that_rises_and_falls():
    day = (12.0,) * 8 + (30.0,) * 8 + (6.0,) * 8
    given = [replace(queue, arrivals=Arrivals(contacts=day)) for queue in queues()]
    spans = {"early": (0, 14_400), "late": (7_200, 21_600), "peak": (7_200, 14_400)}
    groups = [
        replace(group, name=f"{group.name} {name}", shifts=(Shift(start_s=start, end_s=end),))
        for name, (start, end) in spans.items()
        for group in (BILLING, DEARER)
    ]
    cheap_peak = [replace(each, cost_per_hour=each.cost_per_hour / 2) for each in groups[4:]]
    found = staff_skill_groups(given, groups[:4] + cheap_peak, TARGET, replications=20, seed=3)
    assert found.status in {"met", "met_within_error"}
    early, late, peak = np.array(crew(found)).reshape(3, 2).sum(axis=1)
    assert early > 8  # Erlang of the morning
    assert peak > 0
    assert early + late + peak > 20  # Erlang of the peak


def test_a_queue_without_contacts_needs_nobody():
    given = queues(billing=6.0, support=0.0)
    found = staff_skill_groups(given, [BILLING, SUPPORT], TARGET, **STATIONARY)
    assert crew(found)[1] == 0
    assert found.status in {"met", "met_within_error"}


class _EnoughError(Exception):
    pass


def test_what_progress_raises_stops_the_search():
    told = []

    def stop(evaluations):
        told.append(evaluations)
        if evaluations == 3:
            raise _EnoughError

    with pytest.raises(_EnoughError):
        staff_skill_groups(queues(), [BOTH], TARGET, replications=5, progress=stop)
    assert told == [1, 2, 3]


@pytest.fixture(scope="module")
def lessons():
    return cross_training(
        queues(), [BILLING, SUPPORT], TARGET, lessons=[("support", "billing")], taught=(1, 3, 8),
        repeats=3, **(STATIONARY | {"replications": 20}),
    )  # fmt: skip


def test_the_first_who_learn_a_skill_are_worth_the_most(lessons):
    assert lessons["taught"].tolist() == [1, 3, 8]
    assert lessons["saved_per_agent"].is_monotonic_decreasing
    assert lessons["saved"].iloc[-1] > 0.5
    assert (lessons["saved_low"] <= lessons["saved"]).all()


def test_the_more_learn_it_the_fewer_are_needed(lessons):
    assert lessons["agents_after"].is_monotonic_decreasing
    assert (lessons["agents_after"] <= lessons["agents_before"]).all()


def test_a_skill_that_costs_more_than_it_saves_saves_nothing():
    table = cross_training(
        queues(), [BILLING, SUPPORT], TARGET, taught=(2,), repeats=2, extra_per_hour=5.0,
        warm_up=4, replications=10,
    )  # fmt: skip
    assert table[["skill", "group"]].to_numpy().tolist() == [
        ["billing", "support"],
        ["support", "billing"],
    ]
    assert table["saved"].tolist() == [0.0, 0.0]


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"replications": 1}, "replications = 1"),
        ({"warm_up": 36}, "warm_up = 36"),
        ({"routing": "none"}, "routing = 'none'"),
        ({"targets": {"billing": TARGET}}, "targets = "),
        ({"groups": [replace(BOTH, skills=("sales",))]}, "queue 'sales'"),
    ],
)
def test_arguments_out_of_bounds_are_refused(given, told):
    plain = {"queues": queues(), "groups": [BOTH], "targets": TARGET}
    with pytest.raises(ValueError, match=told):
        staff_skill_groups(**(plain | given))


@pytest.mark.parametrize(
    ("make", "told"),
    [
        (lambda: QueueTarget(service_level=1.0), "service_level = 1"),
        (lambda: QueueTarget(service_level=None), "give one at least"),
        (lambda: QueueTarget(definition="served"), "definition = 'served'"),
        (lambda: SkillGroup(name="a", skills=("b",), cost_per_hour=0.0), "cost_per_hour = 0"),
        (lambda: SkillGroup(name="a", skills=()), "skills = "),
        (lambda: cross_training(queues(), [BOTH], TARGET, repeats=1), "repeats = 1"),
        (lambda: cross_training(queues(), [BOTH], TARGET, lessons=[("a", "both")]), "lessons = "),
        (
            lambda: cross_training(queues(), [BILLING, replace(SUPPORT, most_agents=9)], TARGET),
            r"lessons = \['support'\]",
        ),
        (
            lambda: cross_training(queues(), [BILLING], TARGET, replications=2),
            "most agents there can be",
        ),
    ],
)
def test_what_cannot_be_is_refused(make, told):
    with pytest.raises(ValueError, match=told):
        make()
