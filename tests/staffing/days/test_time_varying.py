"""Loads that lag: printed values, the published sine, laws."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from staffing.days.time_varying import lagged_load, modified_offered_load

quick = settings(max_examples=60, deadline=None)
DAY = [10, 20, 40, 40, 20]
days = st.lists(st.floats(0, 100), min_size=1, max_size=30)


def test_the_printed_values_are_reached():
    found = modified_offered_load(DAY, 1800, interval_s=900)
    end = [3.9346934029, 10.2558989912, 21.9592907925, 29.0577567427, 25.4938071727]
    mean = [2.1306131943, 7.3575888234, 16.5932163972, 25.8030680997, 27.1278991401]
    assert found.end == pytest.approx(end, abs=5e-11)
    assert found.mean == pytest.approx(mean, abs=5e-11)


def test_a_sine_of_calls_gives_the_published_sine_of_load():
    # lambda = 100 + 20 sin t, mu = 1: m = 100 + 10 (sin t - cos t), peak 114.142 at 3 pi / 4.
    steps = 4000
    ends = np.linspace(0, 4 * np.pi, 2 * steps + 1)
    rate = 100 - 20 * np.diff(np.cos(ends)) / np.diff(ends)
    found = modified_offered_load(rate, 1.0, interval_s=2 * np.pi / steps, initial_erlangs=90)
    assert found.end == pytest.approx(100 + 10 * (np.sin(ends) - np.cos(ends))[1:], abs=1e-4)
    last = found.end[steps:]
    assert last.max() == pytest.approx(114.142, abs=1e-3)
    assert ends[1:][steps:][last.argmax()] - 2 * np.pi == pytest.approx(0.75 * np.pi, abs=2e-3)


def test_the_lagged_rate_is_early_by_nothing_and_late_by_one_handling_time():
    lagged = lagged_load(DAY, 900, interval_s=900, initial_erlangs=7)
    assert lagged == pytest.approx([7, 10, 20, 40, 40])
    assert lagged_load(DAY, 300, interval_s=900) == pytest.approx(
        [20 / 3, 50 / 3, 100 / 3, 40, 80 / 3]
    )
    over_two = lagged_load(DAY, 2250, interval_s=900, initial_erlangs=10)
    assert over_two == pytest.approx([10, 10, 10, 15, 30])


@quick
@given(day=days, aht=st.floats(1, 7200), start=st.floats(0, 100))
def test_loads_stay_between_the_least_and_the_most_offered(day, aht, start):
    low, high = min([*day, start]) - 1e-9, max([*day, start]) + 1e-9
    found = modified_offered_load(day, aht, interval_s=900, initial_erlangs=start)
    lagged = lagged_load(day, aht, interval_s=900, initial_erlangs=start)
    for values in (found.mean, found.end, lagged):
        assert ((values >= low) & (values <= high)).all()


@quick
@given(day=days, aht=st.floats(1, 7200), start=st.floats(0, 100))
def test_what_is_offered_is_finished_or_still_in_service(day, aht, start):
    found = modified_offered_load(day, aht, interval_s=900, initial_erlangs=start)
    offered = sum(day) * 900 / aht
    finished = found.mean.sum() * 900 / aht
    assert start + offered == pytest.approx(finished + found.end[-1], rel=1e-9, abs=1e-7)


def test_short_calls_make_no_difference_and_steady_calls_neither():
    brief = modified_offered_load(DAY, 1, interval_s=900)
    assert brief.end == pytest.approx(DAY)
    assert lagged_load(DAY, 1, interval_s=900)[1:] == pytest.approx(DAY[1:], rel=2e-3)
    steady = modified_offered_load([30] * 9, 1200, interval_s=900, initial_erlangs=30)
    assert steady.mean == pytest.approx([30] * 9)


def test_time_is_the_last_axis_and_handling_times_may_change():
    many = modified_offered_load([DAY, DAY[::-1]], [1800] * 5, interval_s=900)
    assert many.end[0].tolist() == modified_offered_load(DAY, 1800, interval_s=900).end.tolist()
    assert lagged_load([DAY, DAY], 700, interval_s=900).shape == (2, 5)
    doubling = lagged_load([10, 20], [300, 600], interval_s=900, initial_erlangs=10)
    assert doubling == pytest.approx([10, 20])  # the same rate of calls, each twice as long
    assert lagged_load([], 300, interval_s=900).shape == (0,)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"load_erlangs": [1, -1]}, r"load_erlangs = -1.0; must be a number in \[0, inf\)"),
        ({"aht_s": 0}, "aht_s = 0"),
        ({"interval_s": 0}, "interval_s = 0"),
        ({"initial_erlangs": np.nan}, "initial_erlangs = nan"),
    ],
)
@pytest.mark.parametrize("correct", [modified_offered_load, lagged_load])
def test_numbers_out_of_bounds_are_refused(correct, change, message):
    good = {"load_erlangs": DAY, "aht_s": 300, "interval_s": 900}
    with pytest.raises(ValueError, match=message):
        correct(**good | change)
