from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forecasting import Event
from planner.bounds import SCENARIO_PROBLEM_CODES, ScenarioError
from planner.campaigns import Campaign
from planner.scenario import Scenario
from planner.scenario_file import parse_scenario, read_scenario, scenario_toml, write_scenario
from planner.targets import QueueSettings, Target

SAMPLE = Path(__file__).parents[2] / "data" / "sample_centre.toml"


def problems_of(page: str):
    with pytest.raises(ScenarioError) as caught:
        parse_scenario(page.encode())
    assert {problem.code for problem in caught.value.problems} <= set(SCENARIO_PROBLEM_CODES)
    return caught.value.problems


def test_the_sample_centre_is_a_valid_page():
    scenario = read_scenario(SAMPLE)
    assert scenario.country == "ES"
    assert scenario.target("chat").concurrency == 3
    assert (5, 600, 1080) in scenario.queue("sales").hours
    black_friday = next(event for event in scenario.events if event.name == "Black Friday")
    assert len(black_friday.dates) == 14


def test_an_empty_page_is_the_default_scenario():
    assert parse_scenario(b"") == Scenario()


def test_a_page_saved_by_windows_is_read():
    assert parse_scenario(b"\xef\xbb\xbfweeks = 2\r\nseed = 3\r\n") == Scenario(weeks=2, seed=3)


def test_a_scenario_written_to_a_file_is_read_back_equal(tmp_path):
    scenario = read_scenario(SAMPLE)
    write_scenario(scenario, tmp_path / "scenario.toml")
    assert read_scenario(tmp_path / "scenario.toml") == scenario


def test_equal_scenarios_are_written_alike_so_that_their_hashes_agree():
    assert scenario_toml(Scenario(cost_per_hour=20)) == scenario_toml(Scenario(cost_per_hour=20.0))


share = st.floats(0.01, 0.99)
names = st.text(st.characters(codec="utf-8", exclude_categories=("Cs",)), min_size=1, max_size=12)
days = st.dates(date(2024, 1, 1), date(2027, 12, 31))
target = st.builds(
    Target,
    service_level=st.none() | share,
    within_s=st.none() | st.floats(1, 600),
    carry_over=st.none() | st.sampled_from(["auto", "none", "modified", "transient"]),
    service_level_definition=st.none() | st.sampled_from(["offered", "answered", "virtual"]),
)
mail = st.builds(
    Target,
    open_at_end=st.none() | st.booleans(),
    deadline_h=st.none() | st.just(8),
    on_time=st.none() | st.just(0.9),
)
settings_of_queue = st.builds(
    QueueSettings,
    service_level=st.none() | share,
    shrinkage=st.none() | share,
    volume_factor=st.floats(0.1, 10),
    channel=st.none() | st.just("voice"),
    hours=st.none() | st.just(()) | st.just(((0, 540, 1260), (6, 0, 1440))),
)
mailbox = st.builds(
    QueueSettings,
    channel=st.just("email"),
    opening_backlog=st.floats(0, 1e6),
    open_at_end=st.none(),
)
campaign = st.builds(
    Campaign,
    name=names,
    first=st.dates(date(2026, 1, 1), date(2026, 1, 20)),
    last=st.dates(date(2026, 1, 31), date(2026, 12, 31)),
    hours=st.sampled_from([((0, 600, 1200),), tuple((day, 0, 1440) for day in range(7))]),
    records=st.integers(1, 10**8),
    contact_rate=share,
    max_attempts=st.integers(1, 9),
    aht_s=st.floats(1, 3600),
    attempt_s=st.floats(0, 60),
    pacing=st.just("dialler"),
    max_abandonment=st.none() | share,
    shrinkage=st.none() | share,
)
named_queues = st.lists(names, min_size=4, max_size=4, unique=True)
event = st.builds(
    Event,
    name=names,
    dates=st.sets(days, min_size=1, max_size=4).map(lambda dates: tuple(sorted(dates))),
    queues=st.lists(names, max_size=2).map(tuple),
    effect=st.none() | st.floats(0, 100),
)
scenario = st.builds(
    Scenario,
    name=names,
    zone=st.sampled_from(["Europe/Madrid", "America/Bogota", "UTC"]),
    weeks=st.integers(1, 53),
    start=st.none() | days,
    shrinkage=share,
    targets=st.just(())
    | st.tuples(st.tuples(st.just("voice"), target), st.tuples(st.just("email"), mail)),
    queues=st.dictionaries(names, settings_of_queue | mailbox, max_size=3).map(
        lambda queues: tuple(queues.items())
    ),
    events=st.lists(event, max_size=3).map(tuple),
    campaigns=st.lists(campaign, max_size=3, unique_by=lambda one: one.name).map(tuple),
    teams=st.just(()) | named_queues.map(lambda q: (("front", (q[0], q[1])), (q[2], (q[2], q[3])))),
)


@settings(max_examples=60, deadline=None)
@given(scenario)
def test_any_scenario_is_written_and_read_back_equal(made):
    assert parse_scenario(scenario_toml(made).encode()) == made


def test_an_unknown_key_is_refused_by_name_with_the_nearest_known_one():
    (problem,) = problems_of("shrinkge = 0.3")
    assert (problem.key, problem.code, problem.nearest) == ("shrinkge", "unknown_key", "shrinkage")


def test_a_bound_that_is_broken_is_told_with_the_value():
    (problem,) = problems_of("[targets.voice]\nservice_level = 80")
    assert problem.key == "targets.voice.service_level"
    assert (problem.found, problem.expected) == ("80", "> 0, < 1")


def test_all_faults_of_all_parts_of_a_page_are_told_at_once():
    page = """
    weeks = 0
    zone = "Europe/Madird"
    models = "prophet"
    [targets.voice]
    service_level = "80 %"
    deadline_h = 4
    [targets.phone]
    [queues.sales]
    channel = "vioce"
    hours = { mon-fry = "09:00-17:00", sat = "9 to 5" }
    [[events]]
    nam = "Launch"
    dates = [2026-05-04]
    [[events]]
    name = "Sale"
    from = 2026-05-04
    to = 2026-04-04
    """
    found = {(problem.key, problem.code) for problem in problems_of(page)}
    assert found == {
        ("weeks", "out_of_bounds"),
        ("zone", "unknown_value"),
        ("models", "not_a_list"),
        ("targets.voice.service_level", "not_a_number"),
        ("targets.voice.deadline_h", "not_for_channel"),
        ("targets.phone", "unknown_key"),
        ("queues.sales.channel", "unknown_value"),
        ("queues.sales.hours.mon-fry", "unknown_key"),
        ("queues.sales.hours.sat", "not_hours"),
        ("events.1.nam", "unknown_key"),
        ("events.1.name", "missing"),
        ("events.2.to", "out_of_bounds"),
    }


@pytest.mark.parametrize(
    ("page", "line"),
    [
        ("weeks = 4\nseed = = 1\n", "2"),
        ("weeks = 4\nname = 'open", "2"),
        ("a = " + "[" * 9999, "1"),
    ],
)
def test_a_page_that_is_no_toml_is_refused_with_its_line(page, line):
    (problem,) = problems_of(page)
    assert (problem.code, problem.key) == ("syntax", line)


def test_a_page_in_another_encoding_is_refused():
    with pytest.raises(ScenarioError) as caught:
        parse_scenario("name = 'Año'".encode("cp1252"))
    assert caught.value.problems[0].code == "not_utf8"


@pytest.mark.parametrize(
    ("page", "key", "code"),
    [
        ("targets = 3", "targets", "not_a_table"),
        ("[queues]\nsales = 3", "queues.sales", "not_a_table"),
        ("[queues.sales]\nhours = '9-5'", "queues.sales.hours", "not_a_table"),
        ("events = 3", "events", "not_tables"),
        ("events = [3]", "events.1", "not_a_table"),
        ("[[events]]\nname = 'a'", "events.1.dates", "missing"),
        ("[[events]]\nname = 'a'\nfrom = 2026-01-01", "events.1.to", "missing"),
        ("[[events]]\nname = 'a'\nqueues = 'b'\ndates = [2026-01-01]", "events.1.queues",
         "not_a_list"),
        ("[[events]]\nname = 'a'\ndates = ['1 May']", "events.1.dates", "not_a_date"),
        ("[[events]]\nname = 'a'\nfrom = 0001-01-01\nto = 9999-12-31", "events.1.to",
         "out_of_bounds"),
        ("[[events]]\nname = 'a'\nfrom = 2026-01-01\ndates = [2026-01-01]", "events.1.dates",
         "contradiction"),
        ("start = 2026-11-16T00:00:00", "start", "not_a_date"),
        ("cost_per_hour = 1" + "0" * 400, "cost_per_hour", "out_of_bounds"),
    ],
)  # fmt: skip
def test_a_part_of_the_wrong_shape_is_refused_where_it_stands(page, key, code):
    found = [(problem.key, problem.code) for problem in problems_of(page)]
    assert (key, code) in found


@settings(max_examples=80, deadline=None)
@given(st.binary(max_size=80))
def test_whatever_the_bytes_a_page_is_read_or_refused_with_problems(page):
    try:
        outcome = parse_scenario(page)
    except ScenarioError as error:
        outcome = error.problems
    assert outcome


def test_a_scenario_that_does_not_say_has_a_quarter_of_its_absence_by_chance():
    assert parse_scenario(b"shrinkage = 0.3\n").unplanned_share == 0.25
    for wrong in (b"unplanned_share = -0.1\n", b"unplanned_share = 1.1\n"):
        with pytest.raises(ScenarioError) as refused:
            parse_scenario(wrong)
        assert [problem.key for problem in refused.value.problems] == ["unplanned_share"]
