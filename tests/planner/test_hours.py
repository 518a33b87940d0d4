import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.bounds import ScenarioError
from planner.hours import WEEKDAYS, read_hours, write_hours

MORNING, EVENING = (540, 840), (960, 1200)


def test_a_range_of_weekdays_and_several_spans_are_read():
    spans = read_hours({"mon-fri": "09:00-14:00, 16:00-20:00", "sat": "10:00-18:00"})
    workdays = [(day, *span) for day in range(5) for span in (MORNING, EVENING)]
    assert spans == (*workdays, (5, 600, 1080))


def test_a_range_may_run_over_the_end_of_the_week():
    assert {span[0] for span in read_hours({"sat-mon": "24h"})} == {5, 6, 0}


def test_a_span_over_midnight_is_cut_there_and_goes_on_the_next_day():
    assert read_hours({"sun": "22:00-06:00"}) == ((0, 0, 360), (6, 1320, 1440))


def test_a_weekday_that_is_closed_or_not_named_has_no_span():
    assert read_hours({"mon": "closed", "tue": "24h"}) == ((1, 0, 1440),)


def test_neighbouring_weekdays_of_equal_hours_are_written_as_one_range():
    table = {"mon-fri": "09:00-14:00, 16:00-20:00", "sat": "10:00-18:00"}
    assert write_hours(read_hours(table)) == table


def test_a_queue_that_never_opens_is_written_as_closed():
    assert write_hours(()) == {"mon-sun": "closed"}
    assert read_hours(write_hours(())) == ()


@pytest.mark.parametrize(
    ("table", "key", "code"),
    [
        ({"lun": "09:00-14:00"}, "lun", "unknown_key"),
        ({"mon-fri-sun": "24h"}, "mon-fri-sun", "unknown_key"),
        ({"mon": "9 to 5"}, "mon", "not_hours"),
        ({"mon": "25:00-26:00"}, "mon", "not_hours"),
        ({"mon": "09:00-09:00"}, "mon", "not_hours"),
        ({"mon": 9}, "mon", "not_hours"),
        ({"mon": "09:00-12:00, 11:00-13:00"}, "mon", "overlap"),
        ({"mon-tue": "24h", "tue": "24h"}, "tue", "duplicate"),
        ({"sun": "22:00-06:00", "mon": "05:00-10:00"}, "mon", "overlap"),
    ],
)
def test_hours_that_cannot_be_are_refused_by_weekday(table, key, code):
    with pytest.raises(ScenarioError) as caught:
        read_hours(table)
    assert [(problem.key, problem.code) for problem in caught.value.problems] == [(key, code)]


day_spans = st.lists(st.integers(0, 96), unique=True, max_size=6).map(sorted)


@settings(max_examples=60, deadline=None)
@given(st.lists(day_spans, min_size=7, max_size=7))
def test_any_hours_written_are_read_back_equal(quarters_by_day):
    spans = tuple(
        (day, start * 15, end * 15)
        for day, quarters in zip(range(7), quarters_by_day, strict=True)
        for start, end in zip(quarters[::2], quarters[1::2], strict=False)
    )
    assert read_hours(write_hours(spans)) == spans


def test_the_weekdays_start_on_monday():
    assert WEEKDAYS[0] == "mon"
    assert len(WEEKDAYS) == 7
