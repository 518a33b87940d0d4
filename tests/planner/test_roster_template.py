"""The example of a roster that a plan offers."""

import pytest

from planner.roster_file import read_roster
from planner.roster_template import AGENTS, roster_template
from planner.scenario import Scenario
from planner.text import LANGUAGES, catalogue


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_template_reads_back_without_problems(plan, hostile_plan, language):
    for one in (plan, hostile_plan):
        template = roster_template(one, catalogue(language))
        reading = read_roster(template, one, name="template.csv")
        assert reading.problems.empty
        assert [agent.name for agent in reading.roster.agents] == sorted(AGENTS)
        assert reading.roster.shifts == len(AGENTS)
        assert reading.roster.has_breaks
        assert reading.roster.shifts_left_out == 0
        skills = {skill for agent in reading.roster.agents for skill in agent.skills}
        assert skills <= set(one.requirement["queue"])


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("queues", [("ayuda",), ("a; b", "c | d"), ("1, 2", "x")])
def test_it_does_so_whatever_the_queues_are_called(make_plan, queues, language):
    plan = make_plan(dict.fromkeys(queues, "voice"), Scenario(zone="Europe/Madrid", weeks=2))
    reading = read_roster(roster_template(plan, catalogue(language)), plan, name="template.csv")
    assert reading.problems.empty
    assert {agent.skills[0] for agent in reading.roster.agents} <= set(queues)


def test_it_speaks_the_reader_s_language(plan):
    english, spanish = (roster_template(plan, catalogue(one)) for one in ("en", "es"))
    assert english.startswith(b"agent,date,start,end,breaks,skills")
    # The mark in front and the semicolons are what a Spanish Excel opens by a double click.
    assert spanish.startswith(b"\xef\xbb\xbfagente;fecha;inicio;fin;descansos;habilidades")
