"""Deferrable work beside agents who have time: the least is added, the same deadlines are kept."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from staffing import level_capacity
from staffing.backlog.deferrable import share_in_time, work_done

amounts = st.one_of(st.just(0.0), st.floats(0.01, 50))
days = st.lists(st.tuples(amounts, amounts, st.booleans()), min_size=1, max_size=12)
quick = settings(max_examples=60, deadline=None)


def due_and_available(work, staffed, deadline, backlog, *, open_at_end):
    """By the end of each staffed interval: what must be done, and what has come in so far."""
    came, due, available = [backlog], [], []
    arrived = backlog
    for amount, is_open in zip(work, staffed, strict=True):
        if is_open:
            came.append(arrived)
            due.append(came[-deadline] if len(came) > deadline else 0.0)
        arrived += amount
        if is_open:
            available.append(arrived)
    if due and not open_at_end:
        due[-1] = available[-1]
    return np.array(due), np.array(available)


def programmed(due, available, free):
    """Least total and least peak of the capacity to add, by linear programming."""
    n = due.size
    sums = np.tril(np.ones((n, n)))
    # Added, used of the free capacity, and the peak of the added.
    done = np.hstack([sums, sums, np.zeros((n, 1))])
    below_peak = np.hstack([np.eye(n), np.zeros((n, n)), -np.ones((n, 1))])
    limits = np.concatenate([available, -due, np.zeros(n)])
    bounds = [(0, None)] * n + [(0, most) for most in free] + [(0, None)]
    total, peak = np.repeat([1.0, 0.0], [n, n + 1]), np.repeat([0.0, 1.0], [2 * n, 1])
    return [
        linprog(aim, np.vstack([done, -done, below_peak]), limits, bounds=bounds).fun
        for aim in (total, peak)
    ]


@quick
@given(
    day=days, deadline=st.integers(1, 5), backlog=st.sampled_from([0.0, 30.0]), later=st.booleans()
)
def test_no_linear_program_adds_less_in_total_or_at_the_peak(day, deadline, backlog, later):
    work, free, staffed = (np.array(column) for column in zip(*day, strict=True))
    added = level_capacity(
        work,
        deadline_h=deadline / 2,
        interval_h=0.5,
        staffed=staffed,
        open_at_end=later,
        backlog_h=backlog,
        free_h=free,
    )
    assert (added[~staffed] == 0).all()
    if not staffed.any():
        return
    due, available = due_and_available(work, staffed, deadline, backlog, open_at_end=later)
    total, peak = programmed(due, available, free[staffed])
    assert added.sum() == pytest.approx(total, abs=1e-6)
    assert added.max() == pytest.approx(peak, abs=1e-6)


@quick
@given(
    day=days, deadline=st.integers(1, 5), backlog=st.sampled_from([0.0, 30.0]), later=st.booleans()
)
def test_added_and_free_capacity_together_keep_every_deadline(day, deadline, backlog, later):
    work, free, staffed = (np.array(column) for column in zip(*day, strict=True))
    free = free * staffed
    terms = {"deadline_h": float(deadline), "interval_h": 1.0}
    added = level_capacity(
        work, staffed=staffed, open_at_end=later, backlog_h=backlog, free_h=free, **terms
    )
    done = work_done(work, free + added, backlog_h=backlog)
    assert (done <= free + added + 1e-9).all()
    due, available = due_and_available(work, staffed, deadline, backlog, open_at_end=later)
    finished = np.cumsum(done)[staffed]
    assert (finished >= due - 1e-6).all()
    assert (finished <= available + 1e-6).all()
    share = share_in_time(work, np.maximum(done, 0), staffed=staffed, **terms)
    known = np.isfinite(share)
    assert backlog > 0 or share[known] == pytest.approx(1.0, abs=1e-6)


@quick
@given(day=days, deadline=st.integers(1, 5), later=st.booleans(), backlog=st.floats(0, 80))
def test_a_backlog_is_work_of_a_closed_interval_before_the_first(day, deadline, later, backlog):
    work, free, staffed = (np.array(column) for column in zip(*day, strict=True))
    terms = {"deadline_h": float(deadline), "interval_h": 1.0, "open_at_end": later}
    with_backlog = level_capacity(work, staffed=staffed, backlog_h=backlog, free_h=free, **terms)
    before = level_capacity(
        np.append(backlog, work),
        staffed=np.append(False, staffed),
        free_h=np.append(0.0, free),
        **terms,
    )
    assert before[0] == 0
    assert with_backlog == pytest.approx(before[1:], abs=1e-9)
    capacity = free * staffed + with_backlog
    done = work_done(work, capacity, backlog_h=backlog)
    assert done == pytest.approx(
        work_done(np.append(backlog, work), np.append(0.0, capacity))[1:], abs=1e-9
    )


def test_enough_free_capacity_adds_nobody():
    work = np.random.default_rng(5).gamma(0.5, 8.0, 40)
    assert (level_capacity(work, deadline_h=1, interval_h=1, free_h=work) <= 1e-9).all()
    assert (level_capacity(work, deadline_h=1, interval_h=1, free_h=1e6) == 0).all()


@pytest.mark.parametrize("argument", ["free_h", "backlog_h"])
@pytest.mark.parametrize("value", [-1.0, np.nan])
def test_free_capacity_and_backlog_out_of_bounds_are_refused(argument, value):
    with pytest.raises(ValueError, match=f"{argument} = {value}"):
        level_capacity([1.0, 2.0], deadline_h=2, interval_h=1, **{argument: value})
