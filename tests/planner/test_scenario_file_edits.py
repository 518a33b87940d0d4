from datetime import date

import pytest

from planner.bounds import SCENARIO_PROBLEM_CODES, ScenarioError
from planner.edits import Edit
from planner.misfits import unknown_queues
from planner.scenario import Scenario
from planner.scenario_file import parse_scenario, scenario_toml
from planner.text import LANGUAGES, catalogue

EDIT = """
[[edits]]
name = "Television"
queues = ["sales"]
from = 2026-11-27
to = 2026-11-29
hours = "09:00-14:00"
contacts = 900
"""


def problems_of(page):
    with pytest.raises(ScenarioError) as caught:
        parse_scenario(page.encode())
    problems = caught.value.problems
    assert {problem.code for problem in problems} <= set(SCENARIO_PROBLEM_CODES)
    for language in LANGUAGES:
        for problem in problems:
            assert problem.key in catalogue(language).scenario_problem(problem)
    return [(problem.key, problem.code) for problem in problems]


def test_an_edit_is_read_from_its_own_words_and_written_back_in_them():
    scenario = parse_scenario(EDIT.encode())
    (edit,) = scenario.edits
    assert (edit.name, edit.queues, edit.contacts) == ("Television", ("sales",), 900.0)
    assert (edit.first, edit.last) == (date(2026, 11, 27), date(2026, 11, 29))
    assert edit.hours == (540, 840)
    page = scenario_toml(scenario)
    assert 'hours = "09:00-14:00"' in page
    assert "from = 2026-11-27" in page
    assert parse_scenario(page.encode()) == scenario


def test_edits_keep_their_order_and_may_share_a_reason():
    day = date(2026, 11, 27)
    edits = (
        Edit(name="b", first=day, last=day, factor=1.1),
        Edit(name="a", first=day, last=day, queues=("x",), contacts=0.0, hours=(0, 1440)),
        Edit(name="b", first=day, last=day, factor=0.0),
    )
    scenario = Scenario(edits=edits)
    assert parse_scenario(scenario_toml(scenario).encode()) == scenario


def test_all_faults_of_edits_are_told_at_once():
    page = """
    [[edits]]
    name = "Empty"
    [[edits]]
    nam = "Wrong"
    first = 2026-11-27
    from = 2026-11-27
    to = 2026-11-01
    hours = "9-5"
    factor = 1.2
    contacts = 3
    """
    assert set(problems_of(page)) == {
        ("edits.1.from", "missing"),
        ("edits.1.to", "missing"),
        ("edits.1.factor", "missing"),
        ("edits.2.nam", "unknown_key"),
        ("edits.2.first", "unknown_key"),
        ("edits.2.name", "missing"),
        ("edits.2.to", "out_of_bounds"),
        ("edits.2.hours", "not_hours"),
        ("edits.2.factor", "contradiction"),
    }


@pytest.mark.parametrize(
    ("page", "problem"),
    [
        ("edits = 3", ("edits", "not_tables")),
        ("edits = [3]", ("edits.1", "not_a_table")),
        (EDIT.replace('["sales"]', '"sales"'), ("edits.1.queues", "not_a_list")),
        (EDIT.replace('"09:00-14:00"', '"22:00-02:00"'), ("edits.1.hours", "not_hours")),
        (EDIT.replace('"09:00-14:00"', '"closed"'), ("edits.1.hours", "not_hours")),
        (EDIT.replace("contacts = 900", "contacts = '900'"), ("edits.1.contacts", "not_a_number")),
        (EDIT.replace("2026-11-29", "'2026-11-29'"), ("edits.1.to", "not_a_date")),
    ],
)
def test_one_fault_of_an_edit_is_told_once(page, problem):
    assert problems_of(page) == [problem]


def test_queues_of_edits_are_held_against_the_history():
    (found,) = unknown_queues(parse_scenario(EDIT.encode()), ["sale", "support"])
    assert (found.key, found.code, found.nearest) == ("edits.1.queues", "unknown_value", "sale")
