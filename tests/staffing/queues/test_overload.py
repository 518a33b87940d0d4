"""More work than agents: an honest answer instead of a formula's."""

import numpy as np
import pytest

from staffing.queues.erlang import average_speed_of_answer, erlang_c, occupancy, service_level
from staffing.queues.overload import overload_backlog, queue_growth


def test_an_overloaded_queue_has_limits_and_a_growth():
    n, load = 3, 4.0  # where others print a probability of 1.684
    assert (erlang_c(n, load), service_level(n, load, 300, 20), occupancy(n, load)) == (1, 0, 1)
    assert average_speed_of_answer(n, load, 300) == np.inf
    assert queue_growth(n, load, 300) == pytest.approx(1 / 300)
    assert overload_backlog(n, load, 300, 900) == pytest.approx(3.0)


def test_the_backlog_of_an_hour_is_worked_off_afterwards():
    after = overload_backlog(95, 109.0, 300, 3600)
    assert after == pytest.approx(14 / 300 * 3600)
    assert overload_backlog(
        120, 109.0, 300, [0, 900, 7200], waiting=after
    ).tolist() == pytest.approx([168.0, 135.0, 0.0])


def test_abandonment_bounds_the_backlog():
    limit = 14 / 300 * 180
    times = np.array([0.0, 180.0, 1e5])
    expected = limit * (1 - np.exp(-times / 180))
    assert overload_backlog(95, 109.0, 300, times, patience_s=180).tolist() == pytest.approx(
        expected.tolist()
    )
    assert overload_backlog(95, 109.0, 300, 900, patience_s=1e9) == pytest.approx(14 * 3, rel=1e-5)


def test_nothing_grows_where_agents_suffice():
    assert queue_growth([4, 5], 4.0, 300).tolist() == [0, 0]
    assert overload_backlog(5, 4.0, 300, 900) == 0
    with pytest.raises(ValueError, match=r"after_s = -1\.0"):
        overload_backlog(5, 4.0, 300, -1)
