import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forecasting.models.root_counts import mean_of_root


@given(mean=st.floats(0.0, 500.0), seed=st.integers(0, 5))
@settings(max_examples=40, deadline=None)
def test_the_mean_of_poisson_roots_leads_back_to_their_mean(mean, seed):
    roots = np.sqrt(np.random.default_rng(seed).poisson(mean, 40_000))
    back = float(mean_of_root(np.array([roots.mean()]))[0])
    assert back == pytest.approx(mean, abs=5 * np.sqrt(mean / 40_000) + 0.01)


def test_large_counts_are_a_quarter_above_the_square_and_nothing_stays_nothing():
    assert mean_of_root(np.array([100.0]))[0] - 100.0**2 == pytest.approx(0.25, abs=0.02)
    assert mean_of_root(np.array([0.0]))[0] == pytest.approx(0.0, abs=1e-9)


def test_the_way_back_never_falls():
    root = np.linspace(0.0, 12.0, 5000)
    assert (np.diff(mean_of_root(root)) > 0).all()
