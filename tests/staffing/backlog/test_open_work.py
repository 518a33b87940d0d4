"""Deferrable work with agents given: a printed crew, item by item, laws."""

from collections import deque

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from staffing import level_capacity
from staffing.backlog.open_work import constant_crew, deferrable_day

DAY = [30, 60, 90, 40, 20, 10, 0, 0]  # work-hours per hour, deadline 4 h
quick = settings(max_examples=80, deadline=None)
days = st.lists(
    st.tuples(
        st.one_of(st.just(0.0), st.floats(0.01, 50)), st.one_of(st.just(0), st.floats(1, 60))
    ),
    min_size=1,
    max_size=30,
)


def test_the_printed_crew_is_reached_and_one_smaller_is_late():
    crew = constant_crew(DAY, deadline_h=4, interval_h=1, open_at_end=True)
    assert crew == 27.5
    longer = [*DAY, 0, 0, 0, 0]
    enough = deferrable_day(longer, crew, deadline_h=4, interval_h=1)
    assert enough.in_time.tolist() == [1] * 12
    assert enough.shortest_deadline_h == 4
    short = deferrable_day(longer, crew - 0.1, deadline_h=4, interval_h=1)
    assert short.in_time.min() < 1
    assert short.shortest_deadline_h == 5


def _item_by_item(work, capacity, staffed):
    """Staffed intervals after its own in which each item is finished; None if never."""
    queue, clock = deque(), 0
    finished = [0 if item == 0 else None for item in work]
    for k, (item, room, is_open) in enumerate(zip(work, capacity, staffed, strict=True)):
        if item > 0:
            queue.append([item, k, clock + is_open])
        clock += is_open
        free = room
        while queue and queue[0][0] <= free + 1e-7:
            left, origin, since = queue.popleft()
            free -= left
            finished[origin] = clock - since
        if queue:
            queue[0][0] -= max(free, 0)
    return finished


@quick
@given(day=days)
def test_first_come_first_served_item_by_item_agrees(day):
    work, agents = np.array(day).T
    found = deferrable_day(work, agents, deadline_h=1, interval_h=0.5)
    finished = _item_by_item(work, agents * 0.5, agents > 0)
    expected = [np.nan if after is None else after * 0.5 for after in finished]
    np.testing.assert_allclose(found.finished_after_h, expected)
    in_time = found.in_time[~np.isnan(found.in_time)]
    assert ((in_time >= 0) & (in_time <= 1)).all()


@quick
@given(day=days, before=st.floats(0, 100))
def test_work_is_done_or_open(day, before):
    work, agents = np.array(day).T
    found = deferrable_day(work, agents, deadline_h=1, interval_h=0.5, backlog_h=before)
    assert before + work.sum() == pytest.approx(found.done_h.sum() + found.backlog_h[-1])
    assert (found.done_h <= agents * 0.5 + 1e-9).all()
    assert (found.backlog_h >= 0).all()
    more = deferrable_day(work, agents * 1.5, deadline_h=1, interval_h=0.5, backlog_h=before)
    assert (more.backlog_h <= found.backlog_h + 1e-7).all()


@quick
@given(day=days, deadline=st.integers(1, 6), open_at_end=st.booleans())
def test_the_crew_keeps_every_deadline(day, deadline, open_at_end):
    work, staffed = np.array([w for w, _ in day]), np.array([a > 0 for _, a in day])
    rule = {"deadline_h": deadline * 0.5, "interval_h": 0.5, "staffed": staffed}
    crew = constant_crew(work, open_at_end=open_at_end, **rule)
    level = level_capacity(work, open_at_end=open_at_end, **rule)
    assert crew == pytest.approx(level.max(initial=0) / 0.5)
    if crew > 0:
        found = deferrable_day(work, (crew + 1e-6) * staffed, **rule)
        judged = ~np.isnan(found.in_time)
        assert found.in_time[judged] == pytest.approx(1, abs=1e-6)


def test_what_is_open_in_the_morning_is_done_first():
    found = deferrable_day([10, 0, 0], 8, deadline_h=1, interval_h=1, backlog_h=8)
    assert found.done_h.tolist() == [8, 8, 2]
    assert found.backlog_h.tolist() == [10, 2, 0]
    assert found.in_time.tolist() == [0.8, 1, 1]
    assert found.shortest_deadline_h == 2


def test_work_that_comes_while_closed_waits_without_its_clock():
    found = deferrable_day([0, 8, 0, 0, 0], [4, 0, 0, 4, 4], deadline_h=2, interval_h=1)
    assert found.backlog_h.tolist() == [0, 8, 8, 4, 0]
    assert found.finished_after_h[1] == 2
    running = deferrable_day(
        [0, 8, 0, 0, 0], [4, 0, 0, 4, 4], deadline_h=2, interval_h=1, staffed=[True] * 5
    )
    assert running.finished_after_h[1] == 3
    assert running.in_time[1] == 0.5


def test_work_still_open_has_no_deadline_it_kept():
    found = deferrable_day([5, 5], 3, deadline_h=1, interval_h=1)
    assert found.backlog_h.tolist() == [2, 4]
    np.testing.assert_array_equal(found.finished_after_h, [1, np.nan])
    assert np.isnan(found.shortest_deadline_h)
    assert deferrable_day([0, 0], 3, deadline_h=2, interval_h=1).shortest_deadline_h == 1


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"work_h": [-1]}, "work_h = -1"),
        ({"agents": [np.nan]}, "agents = nan"),
        ({"deadline_h": 0.5}, r"deadline_h = 0.5; .* \[1.0, inf\)"),
        ({"interval_h": 0}, "interval_h = 0"),
        ({"backlog_h": -2}, "backlog_h = -2"),
    ],
)
def test_numbers_out_of_bounds_are_refused(change, message):
    good = {"work_h": [1], "agents": [2], "deadline_h": 2, "interval_h": 1}
    with pytest.raises(ValueError, match=message):
        deferrable_day(**good | change)
