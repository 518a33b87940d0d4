"""Deferrable work: every deadline kept, nothing done before it arrives, as level as can be."""

from collections import deque
from time import process_time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from staffing import level_capacity
from staffing.backlog.deferrable import share_in_time, work_done

LIAO = np.array([30, 60, 90, 40, 20, 10, 0, 0], dtype=float)  # work-hours per hour, D = 4 h

days = st.lists(
    st.tuples(st.one_of(st.just(0.0), st.floats(0.01, 50)), st.booleans()), min_size=1, max_size=40
)
quick = settings(max_examples=120, deadline=None)


def late_work(work_h, capacity_h, deadline, staffed):
    """Earliest deadline first, item by item: how much is late, and how much is open at the end.

    Work of a staffed interval may wait for `deadline` further staffed ones; work that arrives
    while closed has `deadline` staffed intervals, beginning with the next.
    """
    queue, late, clock = deque(), 0.0, 0
    for work, capacity, is_open in zip(work_h, capacity_h, staffed, strict=True):
        queue.append([work, clock + deadline + (1 if is_open else 0)])
        clock += is_open
        left = capacity
        while queue and queue[0][0] <= left:
            left -= queue.popleft()[0]
        if queue:
            queue[0][0] -= left
        late += sum(item[0] for item in queue if item[1] <= clock)
    return late, sum(item[0] for item in queue)


def least_peak(work_h, deadline, staffed, *, open_at_end):
    """Largest mean pace that any stretch of time forces: what is due less what could be done."""
    arrived, available, due_after = 0.0, [0.0], []
    for work, is_open in zip(work_h, staffed, strict=True):
        if is_open:
            due_after.append(arrived)
        arrived += work
        if is_open:
            available.append(arrived)
    count = len(due_after)
    due = [0.0] * (count + 1)
    for k in range(deadline, count + 1):
        if k - deadline < count:
            due[k] = due_after[k - deadline]
    if not open_at_end:
        due[count] = available[count]
    return max((due[j] - available[i]) / (j - i) for j in range(1, count + 1) for i in range(j))


def test_the_published_day_needs_a_crew_of_twenty_seven_and_a_half():
    constant = level_capacity(LIAO, deadline_h=4, interval_h=1, open_at_end=True)
    assert constant == pytest.approx(np.full(8, 27.5))
    to_the_last = np.append(LIAO, np.zeros(4))
    level = level_capacity(to_the_last, deadline_h=4, interval_h=1)
    assert level.max() == pytest.approx(27.5)
    assert level.sum() == pytest.approx(250)
    assert late_work(to_the_last, level + 1e-12, 4, [True] * 12) == (0, 0)


def test_all_work_of_the_plan_is_done_in_the_plan_unless_it_may_be_carried_over():
    cleared = level_capacity(LIAO, deadline_h=4, interval_h=1)
    assert cleared.sum() == pytest.approx(250)
    carried = level_capacity(LIAO, deadline_h=4, interval_h=1, open_at_end=True)
    assert carried.sum() == pytest.approx(220)


@quick
@given(day=days, deadline=st.integers(1, 8), open_at_end=st.booleans())
def test_deadlines_are_kept_with_the_least_peak(day, deadline, open_at_end):
    work, staffed = (np.array(column) for column in zip(*day, strict=True))
    level = level_capacity(
        work, deadline_h=deadline / 2, interval_h=0.5, staffed=staffed, open_at_end=open_at_end
    )
    assert (level[~staffed] == 0).all()
    if not staffed.any():
        return
    assert level.max() == pytest.approx(
        max(0.0, least_peak(work, deadline, staffed, open_at_end=open_at_end)), abs=1e-9
    )
    late, still_open = late_work(work, level + 1e-9 * staffed, deadline, staffed)
    assert late == pytest.approx(0, abs=1e-9)
    assert (np.cumsum(level) <= np.cumsum(work) + 1e-9).all()
    if not open_at_end:
        last = np.flatnonzero(staffed)[-1]
        assert still_open == pytest.approx(work[last + 1 :].sum(), abs=1e-6)
        assert level.sum() == pytest.approx(work[: last + 1].sum(), abs=1e-9)


@quick
@given(day=days, deadline=st.integers(1, 8))
def test_the_share_in_time_agrees_with_item_by_item_work(day, deadline):
    work, staffed = (np.array(column) for column in zip(*day, strict=True))
    capacity = np.where(staffed, work.mean() * 0.8, 0.0)
    done = work_done(work, capacity)
    assert (done <= capacity).all()
    assert (np.cumsum(done) <= np.cumsum(work) + 1e-9).all()
    share = share_in_time(work, done, deadline_h=float(deadline), interval_h=1.0, staffed=staffed)
    late, still_open = late_work(work, capacity, deadline, staffed)
    assert work.sum() - done.sum() == pytest.approx(still_open, abs=1e-6)
    known = ~np.isnan(share)
    assert ((share[known] >= 0) & (share[known] <= 1)).all()
    assert (late > 1e-6) <= (share[known].min(initial=1.0) < 1)


def test_a_steady_stream_is_staffed_by_a_steady_crew():
    level = level_capacity(np.full(96, 3.0), deadline_h=4, interval_h=0.5)
    assert level == pytest.approx(np.full(96, 3.0))


def test_a_longer_deadline_never_raises_the_peak():
    work = np.random.default_rng(7).gamma(0.5, 8.0, 200)
    peaks = [
        level_capacity(work, deadline_h=hours, interval_h=1, open_at_end=True).max()
        for hours in (1, 2, 4, 8, 16)
    ]
    assert (np.diff(peaks) <= 1e-9).all()


def test_work_that_arrives_at_night_waits_for_the_morning_and_its_clock_too():
    work = np.array([0, 8, 0, 0, 0, 0], dtype=float)
    staffed = np.array([True, False, False, True, True, True])
    level = level_capacity(work, deadline_h=2, interval_h=1, staffed=staffed)
    assert level.tolist() == [0, 0, 0, 4, 4, 0]
    share = share_in_time(work, level, deadline_h=2, interval_h=1, staffed=staffed)
    assert share.tolist() == [1] * 6


def test_work_after_the_last_opening_is_not_judged():
    work, staffed = np.array([2.0, 2.0, 5.0]), np.array([True, True, False])
    level = level_capacity(work, deadline_h=1, interval_h=1, staffed=staffed)
    assert level.tolist() == [2, 2, 0]
    share = share_in_time(work, level, deadline_h=1, interval_h=1, staffed=staffed)
    np.testing.assert_array_equal(share, [1, 1, np.nan])


def test_a_deadline_between_intervals_is_rounded_to_the_safe_side():
    work = np.random.default_rng(3).gamma(1.0, 5.0, 50)
    between = level_capacity(work, deadline_h=2.9, interval_h=1)
    assert between.tolist() == level_capacity(work, deadline_h=2, interval_h=1).tolist()


def test_four_weeks_of_half_hours_take_milliseconds():
    work = np.random.default_rng(1).gamma(2.0, 3.0, 28 * 48)
    start = process_time()
    level_capacity(work, deadline_h=4, interval_h=0.5)
    assert process_time() - start < 0.2  # 2 ms where measured; quadratic work would take seconds


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"deadline_h": 0.4}, r"deadline_h = 0.4; must be a number in \[0.5, inf\)"),
        ({"deadline_h": np.nan}, "deadline_h = nan"),
        ({"interval_h": 0.0}, "interval_h = 0"),
        ({"work_h": [1.0, np.nan]}, "work_h = nan"),
        ({"work_h": [1.0, -1.0]}, "work_h = -1"),
    ],
)
def test_deadlines_and_work_out_of_bounds_are_refused(change, message):
    given = {"work_h": [1.0, 2.0], "deadline_h": 4.0, "interval_h": 0.5} | change
    with pytest.raises(ValueError, match=message):
        level_capacity(**given)
