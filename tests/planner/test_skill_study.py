"""How many agents of which skills, why not fewer, and whom to teach what: laws they keep."""

import math

import pandas as pd
import pytest

from planner.skill_groups import default_groups
from planner.skill_queues import EXAMPLE, PEER_ANSWER, QUEUE_COLUMNS, typed_model
from planner.skill_study import TAUGHT, staff_by_skill, usual_replications, worth_teaching
from planner.skill_words import best_lesson, fewer_sentences, verdict
from planner.text import catalogue
from staffing import SkillGroup, staff_skill_groups

FEW = {"replications": 20, "seed": 3}


@pytest.fixture(scope="module")
def study():
    return staff_by_skill(typed_model(EXAMPLE), replications=60, seed=1)


@pytest.fixture(scope="module")
def small():
    rows = [("a", 12.0, 300.0, 0.8, 20.0, math.nan), ("b", 9.0, 300.0, 0.8, 20.0, math.nan)]
    return typed_model(pd.DataFrame(rows, columns=list(QUEUE_COLUMNS)))


@pytest.fixture(scope="module")
def lessons(small):
    return worth_teaching(small, default_groups(small), replications=4, seed=3)


def test_the_answer_lies_between_the_pooled_and_separate_teams(study):
    found = study.staffing
    assert found.status in {"met", "met_within_error"}
    assert found.pooled_agents <= found.agents <= found.separate_agents
    assert found.lower_bound <= found.cost_per_hour + 1e-9
    # Erlang C: 41 pooled, 25 and 19 apart.
    assert found.pooled_agents == pytest.approx(41, abs=1)
    assert found.separate_agents == pytest.approx(44, abs=1)


def test_the_curve_rises_and_shows_the_target_kept_where_the_pooled_team_is(study):
    curve = study.curve.set_index("agents")
    assert curve["level"].is_monotonic_increasing
    assert curve["level"].between(curve["low"], curve["high"]).all()
    assert curve["level"].between(0, 1).all()
    pooled = study.staffing.pooled_agents
    assert curve.loc[pooled - 1, "level"] < 0.8 < curve.loc[pooled + 1, "level"]
    assert curve.index.max() > study.staffing.separate_agents


def test_the_peers_answer_to_the_example_gives_nothing(study):
    given = study.curve.set_index("agents").loc[PEER_ANSWER]
    assert given["level"] < 0.01
    assert given["high"] < 0.1
    said = " ".join(fewer_sentences(study, catalogue("en")))
    assert "pyworkforce 0.5.4 answers 25 agents" in said
    assert "35.0" in said


def test_the_face_changes_nothing_of_the_answer(small):
    groups = default_groups(small)
    study = staff_by_skill(small, groups, **FEW)
    options = {"interval_s": small.interval_s, "warm_up": small.warm_up}
    alone = staff_skill_groups(small.queues, groups, small.targets, **options, **FEW)
    assert study.staffing.groups.equals(alone.groups)
    assert study.staffing.queues.equals(alone.queues)


def test_who_knows_more_for_nothing_leaves_no_use_for_who_knows_less(small):
    both = SkillGroup(name="both", skills=small.names)
    found = staff_by_skill(small, (both,), **FEW).staffing
    assert found.agents == found.pooled_agents


def test_a_queue_nobody_serves_and_a_target_out_of_reach_are_named_in_words(small):
    single = default_groups(small)[0]
    study = staff_by_skill(small, (single,), **FEW)
    assert not study.feasible
    assert verdict(study, catalogue("en")) == (
        "No agent of any group may serve b. Give a group this skill, or allow it agents."
    )
    few = SkillGroup(name="few", skills=small.names, most_agents=5)
    study = staff_by_skill(small, (few,), **FEW)
    assert study.staffing.status == "infeasible_target"
    assert "a, b" in verdict(study, catalogue("es"))
    assert len(study.curve) > 0


def test_every_lesson_of_one_queue_is_tried_and_more_learners_never_save_less(lessons):
    assert set(zip(lessons["skill"], lessons["group"], strict=True)) == {("a", "b"), ("b", "a")}
    for _, rows in lessons.groupby(["skill", "group"]):
        assert rows["taught"].tolist() == list(TAUGHT)
        assert rows["cost_after"].is_monotonic_decreasing
    assert (lessons["saved_low"] <= lessons["saved"]).all()
    assert lessons["agents_saved"].equals(lessons["saved"])  # an agent costs one


def test_groups_that_know_more_are_no_learners_and_caps_are_forgotten(small, lessons):
    groups = (
        SkillGroup(name="x", skills=("a",), most_agents=1),
        SkillGroup(name="both", skills=("a", "b")),
    )
    again = worth_teaching(small, groups, replications=4, seed=3)
    # Nobody knows b alone: the teams of the queues are assumed.
    assert again.equals(lessons)


@pytest.mark.parametrize("language", ["en", "es"])
def test_the_best_lesson_is_told_with_its_interval_or_that_there_is_none(small, lessons, language):
    text = catalogue(language)
    told = best_lesson(lessons.assign(saved_low=0.1), small, text)
    assert text.number(lessons["agents_saved"].max(), 1) in told
    assert best_lesson(lessons.assign(saved_low=-0.1), small, text) == text("skills.taught.nothing")


def test_what_is_raised_while_it_works_stops_it(small):
    class Enough(Exception):  # noqa: N818 - a signal
        pass

    def stop(tried):
        if tried >= 3:
            raise Enough

    with pytest.raises(Enough):
        staff_by_skill(small, progress=stop, **FEW)


def test_more_queues_and_more_work_are_tried_with_fewer_replications(small):
    assert usual_replications(typed_model(EXAMPLE.assign(contacts=[900.0, 600.0]))) < 200
    assert usual_replications(small) == 200
    rows = [(name, 9.0, 300.0, 0.8, 20.0, math.nan) for name in "abcdef"]
    many = typed_model(pd.DataFrame(rows, columns=list(QUEUE_COLUMNS)))
    assert usual_replications(many) < 200
