from datetime import date

import pytest

from planner.bounds import SCENARIO_PROBLEM_CODES, ScenarioError
from planner.scenario_file import parse_scenario, scenario_toml
from planner.text import LANGUAGES, catalogue

CAMPAIGN = """
[[campaigns]]
name = "Renewals"
from = 2026-11-16
to = 2026-11-27
hours = { mon-fri = "10:00-20:00" }
records = 12000
contact_rate = 0.25
aht_s = 240
"""


def problems_of(page: str):
    """Read a page that is refused; every fault of it can be told in every language."""
    with pytest.raises(ScenarioError) as caught:
        parse_scenario(page.encode())
    problems = caught.value.problems
    assert {problem.code for problem in problems} <= set(SCENARIO_PROBLEM_CODES)
    for language in LANGUAGES:
        for problem in problems:
            assert problem.key in catalogue(language).scenario_problem(problem)
    return problems


def test_a_campaign_is_read_from_its_own_words():
    (campaign,) = parse_scenario(CAMPAIGN.encode()).campaigns
    assert (campaign.name, campaign.records, campaign.pacing) == ("Renewals", 12_000, "agent")
    assert (campaign.first, campaign.last) == (date(2026, 11, 16), date(2026, 11, 27))
    assert campaign.hours == tuple((weekday, 600, 1200) for weekday in range(5))
    page = scenario_toml(parse_scenario(CAMPAIGN.encode()))
    assert "from = 2026-11-16" in page
    assert 'mon-fri = "10:00-20:00"' in page


def test_all_faults_of_campaigns_and_teams_are_told_at_once():
    page = """
    [teams]
    alone = ["sales"]
    word = "sales"
    [queues.sales]
    channel = "voice"
    opening_backlog = 20
    [targets.email]
    open_at_end = "yes"
    [targets.voice]
    carry_over = "sometimes"
    [[campaigns]]
    name = "Empty"
    records = 0
    [[campaigns]]
    name = "Wrong"
    form = 2026-11-16
    first = 2026-11-16
    from = 2026-11-16
    to = 2026-11-01
    hours = { mon-fry = "10:00-20:00" }
    records = 10
    contact_rate = 25
    aht_s = 240
    pacing = "dialer"
    [[campaigns]]
    name = "Late"
    from = 2026-11-16
    to = 2026-11-01
    hours = { mon-fri = "10:00-20:00" }
    records = 10
    contact_rate = 0.25
    aht_s = 240
    max_abandonment = 0.03
    """
    problems = problems_of(page)
    assert {(problem.key, problem.code) for problem in problems} == {
        ("targets.voice.carry_over", "unknown_value"),
        ("targets.email.open_at_end", "not_true_or_false"),
        ("campaigns.1.from", "missing"),
        ("campaigns.1.to", "missing"),
        ("campaigns.1.hours", "missing"),
        ("campaigns.1.records", "out_of_bounds"),
        ("campaigns.1.contact_rate", "missing"),
        ("campaigns.1.aht_s", "missing"),
        ("campaigns.2.form", "unknown_key"),
        ("campaigns.2.first", "unknown_key"),
        ("campaigns.2.hours.mon-fry", "unknown_key"),
        ("campaigns.2.contact_rate", "out_of_bounds"),
        ("campaigns.2.pacing", "unknown_value"),
        ("campaigns.3.to", "out_of_bounds"),
        ("campaigns.3.max_abandonment", "contradiction"),
        ("queues.sales.opening_backlog", "not_for_channel"),
        ("teams.alone", "team_of_one"),
        ("teams.word", "not_a_list"),
    }
    assert len(problems) == 18
    nearest = {problem.key: problem.nearest for problem in problems}
    assert nearest["campaigns.2.form"] == "from"
    assert nearest["campaigns.2.pacing"] == "dialler"


@pytest.mark.parametrize(
    ("page", "key", "code"),
    [
        ("campaigns = 3", "campaigns", "not_tables"),
        ("campaigns = [3]", "campaigns.1", "not_a_table"),
        ("[campaigns]\nname = 'a'", "campaigns", "not_tables"),
        (CAMPAIGN + CAMPAIGN, "campaigns", "duplicate"),
        (CAMPAIGN.replace('{ mon-fri = "10:00-20:00" }', '"9-5"'), "campaigns.1.hours",
         "not_a_table"),
        (CAMPAIGN.replace("mon-fri", "sat").replace("11-27", "11-20"), "campaigns.1.hours",
         "no_hours"),
        (CAMPAIGN.replace("= 2026-11-16", "= 2026-11-16T00:00:00"), "campaigns.1.from",
         "not_a_date"),
        ("teams = 3", "teams", "not_a_table"),
        ("[teams]\na = ['x', 3]", "teams.a", "not_text"),
        ("[teams]\na = ['x', 'y']\nb = ['y', 'z']", "teams", "duplicate"),
        ("engine = 'pyworkforce'\n[teams]\na = ['x', 'y']", "teams", "contradiction"),
        ("engine = 'pyworkforce'\n[targets.voice]\ncarry_over = 'modified'",
         "targets.voice.carry_over", "contradiction"),
    ],
)  # fmt: skip
def test_one_fault_of_a_campaign_or_a_team_is_told_once(page, key, code):
    assert [(problem.key, problem.code) for problem in problems_of(page)] == [(key, code)]
