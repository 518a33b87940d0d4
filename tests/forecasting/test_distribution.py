import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import poisson

from forecasting.distribution import QUANTILE_LEVELS, contact_quantiles

means = st.floats(0, 5_000)
variations = st.floats(0, 1)


def test_a_rate_known_exactly_leaves_poisson_noise():
    mean = np.array([0.3, 5.0, 80.0])
    expected = [poisson.ppf(level, mean) for level in QUANTILE_LEVELS]
    assert (contact_quantiles(mean, np.zeros(3)) == expected).all()


@given(means, variations)
@settings(max_examples=100, deadline=None)
def test_quantiles_are_whole_never_negative_and_never_cross(mean, cv):
    quantiles = contact_quantiles(np.array([mean]), np.array([cv]))[:, 0]
    assert (quantiles >= 0).all()
    assert (np.diff(quantiles) >= 0).all()
    assert (quantiles == np.round(quantiles)).all()


@given(st.floats(5, 2_000), st.floats(0, 0.4), st.floats(0.05, 0.4))
@settings(max_examples=50, deadline=None)
def test_more_uncertainty_is_never_a_narrower_interval(mean, cv, more):
    narrow = contact_quantiles(np.array([mean]), np.array([cv]), (0.1, 0.9))
    wide = contact_quantiles(np.array([mean]), np.array([cv + more]), (0.1, 0.9))
    assert np.ptp(wide) >= np.ptp(narrow) - 1


def test_gamma_mixed_counts_fall_inside_as_often_as_promised():
    rng = np.random.default_rng(7)
    mean, cv, draws = 60.0, 0.15, 40_000
    counts = rng.poisson(rng.gamma(1 / cv**2, mean * cv**2, draws))
    low, high = contact_quantiles(np.array([mean]), np.array([cv]), (0.1, 0.9))[:, 0]
    # Whole numbers cover at least what is asked, and at most two atoms more.
    assert 0.79 < np.mean((counts >= low) & (counts <= high)) < 0.84


def test_no_contacts_expected_is_no_contacts():
    assert (contact_quantiles(np.zeros(2), np.full(2, 0.5)) == 0).all()
