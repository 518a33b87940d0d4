"""Random numbers looked up by name have the distribution they are asked for."""

import numpy as np
import pytest
from numba import njit
from scipy import stats

from staffing.simulate.engine.draws import nth_key, unit_exponential


@njit
def exponentials(many):
    found = np.empty(many)
    for number in range(many):
        found[number] = unit_exponential(nth_key(np.uint64(7), number), np.uint64(2))
    return found


def test_exponential_times_are_exponential_in_every_layer_and_in_the_tail():
    found = exponentials(2_000_000)
    assert stats.kstest(found, "expon").pvalue > 1e-3
    assert found.min() >= 0.0
    for beyond in (1.0, 4.0, 7.69711747013105):  # the last is where the tail begins
        share = np.exp(-beyond)
        error = (share * (1 - share) / len(found)) ** 0.5
        assert (found > beyond).mean() == pytest.approx(share, abs=4 * error)
    tail = found[found > 7.69711747013105] - 7.69711747013105
    assert stats.kstest(tail, "expon").pvalue > 1e-3
