from dataclasses import astuple, replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import norm, t

from forecasting.conformal import (
    PRIOR_DEGREES,
    SMALL_CONTACTS,
    conformal_quantile,
    independent_errors,
    interval_quantiles,
    learn_correction,
    total_quantiles,
)
from forecasting.distribution import QUANTILE_LEVELS, contact_quantiles
from forecasting.paths import PathParameters, path_parameters, sample_paths

PROFILE = np.array([1.0, 8.0, 30.0, 60.0, 45.0, 20.0, 6.0, 0.3])
TRUTH = PathParameters(
    day_sd=0.1, day_correlation=0.5, interval_sd=0.1, interval_correlation=0.5, days=100
)


def centre(folds, *, seed, scale=1.0, truth=TRUTH):
    expected = np.tile(scale * PROFILE, (folds, 14, 1))
    actual = sample_paths(expected[0], truth, np.random.default_rng(seed), paths=folds)
    return actual.astype(float), expected


def learnt(actual, expected):
    return learn_correction(actual, expected, path_parameters(actual, expected))


def test_the_conformal_level_is_that_of_a_finite_sample():
    scores = np.arange(1.0, 100.0)
    assert conformal_quantile(scores, np.ones(99), 0.8, 99) == pytest.approx(80)
    assert conformal_quantile(scores[:9], np.ones(9), 0.95, 9) == 9


def test_few_scores_bound_a_new_one_as_often_as_promised():
    rng = np.random.default_rng(4)
    scores = rng.exponential(size=(4_000, 12))
    bounds = [conformal_quantile(past, np.ones(11), 0.8, 11) for past in scores[:, :11]]
    assert np.mean(scores[:, 11] <= bounds) == pytest.approx(0.8, abs=0.02)


def test_scores_that_weigh_nothing_are_as_if_left_out():
    scores = np.arange(1.0, 31.0)
    weights = np.where(scores > 20, 0.0, 0.5)
    without = conformal_quantile(scores[:20], np.full(20, 0.5), 0.8, 20)
    assert conformal_quantile(scores, weights, 0.8, 20) == pytest.approx(without)
    assert conformal_quantile(scores, weights, 0.99, 20) == 20


def test_errors_count_by_how_far_they_err_together():
    cells, alike = np.full((3, 5), 10.0), np.ones(3)
    assert independent_errors(cells, alike, 0.0, 0.5) == pytest.approx(150)
    assert independent_errors(cells, alike, 1.0, 0.0) == pytest.approx(15)
    assert independent_errors(cells, alike, 1.0, 1.0) == pytest.approx(3)
    assert independent_errors(cells, np.array([1.0, 0.0, 0.0]), 0.0, 0.5) == pytest.approx(50)
    assert independent_errors(np.zeros((3, 5)), alike, 0.5, 0.5) == 0


def test_on_data_of_the_model_itself_intervals_cover_what_they_promise():
    covered, cells = np.zeros(2), 0
    for seed in range(25):
        actual, expected = centre(12, seed=seed)
        quantiles = interval_quantiles(expected[6:], learnt(actual[:6], expected[:6]))
        large = expected[6:] >= SMALL_CONTACTS
        for i, (low, high) in enumerate(((1, 5), (0, 6))):
            inside = (actual[6:] >= quantiles[low]) & (actual[6:] <= quantiles[high])
            covered[i] += inside[large].sum()
        cells += large.sum()
    # 25 centres of 84 days each, whose intervals err together: about one per cent either way.
    assert covered[0] / cells == pytest.approx(0.80, abs=0.025)
    assert covered[1] / cells == pytest.approx(0.95, abs=0.015)


@pytest.mark.parametrize("folds", [(2, 14), (21, 1)])
def test_few_past_days_with_heavy_tails_still_cover_what_they_promise(folds):
    inside = []
    for seed in range(150):
        rng = np.random.default_rng(seed)
        expected = np.tile(PROFILE, (folds[0] + 1, folds[1], 1))
        day = 0.1 / np.sqrt(3) * rng.standard_t(3, (*expected.shape[:2], 1))
        actual = rng.poisson(expected * np.exp(day)).astype(float)
        correction = learnt(actual[:-1], expected[:-1])
        quantiles = interval_quantiles(expected[-1], correction)
        large = expected[-1] >= SMALL_CONTACTS
        for low, high in ((1, 5), (0, 6)):
            held = (actual[-1] >= quantiles[low]) & (actual[-1] <= quantiles[high])
            inside.append(held[large].mean())
    assert np.mean(inside[::2]) == pytest.approx(0.8, abs=0.035)
    assert np.mean(inside[1::2]) == pytest.approx(0.95, abs=0.02)


def test_a_window_that_weighs_nothing_teaches_nothing():
    actual, expected = centre(6, seed=5)
    wild = np.concatenate([3 * actual[:2], actual[2:]])
    weights = np.array([0.0, 0.0, 1.0, 1.0, 1.0, 1.0])
    parameters = path_parameters(wild, expected, weights)
    alone = path_parameters(actual[2:], expected[2:])
    assert astuple(parameters) == pytest.approx(astuple(alone))
    weighted = learn_correction(wild, expected, parameters, weights)
    without = learn_correction(actual[2:], expected[2:], parameters)
    assert weighted.small_rate_cv == pytest.approx(without.small_rate_cv)
    np.testing.assert_allclose(weighted.day_factors, without.day_factors)
    np.testing.assert_allclose(weighted.week_factors, without.week_factors)


def test_intervals_of_a_model_gone_wrong_are_widened_most_of_the_way():
    wide = PathParameters(
        day_sd=0.3, day_correlation=0, interval_sd=0, interval_correlation=0, days=100
    )
    actual, expected = centre(40, seed=1, scale=10, truth=wide)
    sure = PathParameters(
        day_sd=0.1, day_correlation=0, interval_sd=0, interval_correlation=0, days=100
    )
    correction = learn_correction(actual[:20], expected[:20], sure)
    quantiles = interval_quantiles(expected[20:], correction)
    large = expected[20:] >= 50
    inside = (actual[20:] >= quantiles[1]) & (actual[20:] <= quantiles[5])
    plain = contact_quantiles(expected[20:], np.array(0.1), (0.1, 0.9))
    uncorrected = (actual[20:] >= plain[0]) & (actual[20:] <= plain[1])
    assert uncorrected[large].mean() < 0.5
    assert 0.7 < inside[large].mean() < 0.85
    assert correction.day_factors[1] > 2


def test_small_counts_keep_the_negative_binomial():
    actual, expected = centre(6, seed=2)
    correction = learnt(actual, expected)
    few = np.array([0.0, 0.3, 2.0, 4.9])
    plain = contact_quantiles(few, np.array(correction.small_rate_cv))
    assert (interval_quantiles(few, correction) == plain).all()


@given(
    contacts=st.lists(st.floats(0, 5_000), min_size=1, max_size=8),
    folds=st.integers(1, 4),
    seed=st.integers(0, 50),
    scale=st.sampled_from([0.0, 0.02, 1.0, 30.0]),
)
@settings(max_examples=40, deadline=None)
def test_quantiles_are_finite_never_negative_and_never_cross(contacts, folds, seed, scale):
    actual, expected = centre(folds, seed=seed, scale=scale)
    quantiles = interval_quantiles(np.array(contacts), learnt(actual, expected))
    assert np.isfinite(quantiles).all()
    assert (quantiles >= 0).all()
    assert (np.diff(quantiles, axis=0) >= 0).all()


def test_without_a_backtest_the_quantiles_are_the_priors_own_and_much_wider_than_normal():
    nothing = np.full((1, 14, PROFILE.size), np.nan)
    correction = learnt(nothing, nothing)
    expected = t.ppf(0.9, PRIOR_DEGREES) / norm.ppf(0.9)
    assert correction.day_factors[5] == pytest.approx(expected)
    assert correction.week_factors == correction.day_factors
    assert correction.interval_factors == (correction.day_factors,)
    quantiles = interval_quantiles(np.array([100.0]), correction)[:, 0]
    plain = contact_quantiles(np.array([100.0]), np.array(correction.rate_cv))[:, 0]
    assert quantiles[5] - 100 == pytest.approx(expected * (plain[5] - 100), rel=0.1)


def test_the_more_days_are_known_the_closer_an_apt_model_is_to_its_own_quantiles():
    widths = []
    for days in (0, 10, 100, 10_000):
        known = replace(TRUTH, days=days)
        nothing = np.full((1, 14, PROFILE.size), np.nan)
        widths.append(learn_correction(nothing, nothing, known).day_factors[0])
    assert (np.diff(widths) < 0).all()
    assert widths[-1] == pytest.approx(1, abs=0.001)


def test_closed_intervals_have_no_quantiles():
    actual, expected = centre(3, seed=3)
    quantiles = interval_quantiles(np.array([np.nan, 10.0]), learnt(actual, expected))
    assert np.isnan(quantiles[:, 0]).all()
    assert np.isfinite(quantiles[:, 1]).all()


def test_factors_stretch_totals_about_their_mean():
    plain = np.array([[70.0], [80.0], [90.0], [99.0], [110.0], [120.0], [130.0]])
    twice = total_quantiles(np.array([100.0]), plain, (2.0,) * len(QUANTILE_LEVELS))
    np.testing.assert_allclose(twice, 100 + 2 * (plain - 100))
    assert (total_quantiles(np.array([3.0]), plain, (2.0,) * len(QUANTILE_LEVELS)) == plain).all()
