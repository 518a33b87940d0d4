import numpy as np
import pandas as pd
import pytest

from forecasting.error_moments import (
    error_moments,
    pair_weights,
    rate_variance,
    window_weights,
)
from forecasting.grid import DayGrid

PROFILE = np.array([4.0, 20.0, 40.0, 25.0, 10.0])


def mixed_poisson(rng, *, day_sd, interval_sd, scale=10.0, folds=200, days=14):
    shape = (folds, days, PROFILE.size)
    expected = np.broadcast_to(scale * PROFILE, shape)
    day = rng.normal(-(day_sd**2) / 2, day_sd, (folds, days, 1))
    noise = rng.normal(-(interval_sd**2) / 2, interval_sd, shape)
    return rng.poisson(expected * np.exp(day + noise)).astype(float), expected


def test_pure_poisson_counts_show_no_variance_of_the_rate():
    actual, expected = mixed_poisson(np.random.default_rng(1), day_sd=0, interval_sd=0)
    moments = error_moments(actual, expected)
    for value in (moments.cell, moments.neighbour, moments.day_total, moments.between_days):
        assert abs(value) < 2e-4


def test_the_variances_put_in_come_out():
    actual, expected = mixed_poisson(np.random.default_rng(2), day_sd=0.1, interval_sd=0.2)
    moments = error_moments(actual, expected)
    assert moments.cell == pytest.approx(np.expm1(0.01 + 0.04), rel=0.1)
    assert moments.neighbour == pytest.approx(np.expm1(0.01), rel=0.15)
    assert moments.between_days == pytest.approx(0, abs=1e-3)


def test_one_broken_day_hardly_moves_the_variance():
    actual, expected = mixed_poisson(np.random.default_rng(3), day_sd=0.1, interval_sd=0, folds=6)
    before = error_moments(actual, expected).day_total
    actual[2, 3] = 0.0
    after = error_moments(actual, expected).day_total
    unguarded = before + 1 / (6 * 14)
    assert after - before < (unguarded - before) / 3


def test_pairs_of_a_flat_day_weigh_by_their_number():
    weights = pair_weights(np.ones(4))
    np.testing.assert_allclose(weights, np.array([4, 6, 4, 2]) / 16)


def test_pairs_of_an_empty_day_weigh_nothing():
    assert (pair_weights(np.zeros((2, 4))) == 0).all()


def test_unknown_cells_are_left_out():
    actual, expected = mixed_poisson(np.random.default_rng(4), day_sd=0.1, interval_sd=0, folds=3)
    actual[:, :, 0] = np.nan
    whole = error_moments(actual, expected)
    without = error_moments(actual[:, :, 1:], expected[:, :, 1:])
    assert whole.cell == pytest.approx(without.cell)
    assert whole.day_total == pytest.approx(without.day_total)
    assert rate_variance(actual, expected, np.ones(1)) == pytest.approx(whole.cell)


def test_windows_of_a_long_history_weigh_alike_and_early_ones_of_a_young_one_little():
    def weights(days):
        dates = pd.date_range("2026-01-01", periods=days, freq="D")
        grid = DayGrid(dates=dates, minutes=np.array([0]), contacts=np.ones((days, 1)))
        return window_weights(dates[[days - 84, days - 28]], grid)

    assert (weights(1_000) > 0.8).all()
    early, late = weights(112)
    assert early == pytest.approx((28 / 112) ** 2)
    assert late == pytest.approx((84 / 112) ** 2)


def test_days_without_data_are_no_past():
    dates = pd.date_range("2026-01-01", periods=40, freq="D")
    contacts = np.ones((40, 1))
    contacts[:20] = np.nan
    grid = DayGrid(dates=dates, minutes=np.array([0]), contacts=contacts)
    np.testing.assert_allclose(window_weights(dates[[10, 30]], grid), [0, 0.25])
    empty = DayGrid(dates=dates, minutes=np.array([0]), contacts=np.full((40, 1), np.nan))
    assert window_weights(dates[[30]], empty) == 0


def test_the_errors_of_windows_count_by_their_weight():
    rng = np.random.default_rng(5)
    calm = mixed_poisson(rng, day_sd=0.05, interval_sd=0)
    wild = mixed_poisson(rng, day_sd=0.2, interval_sd=0)
    actual, expected = (np.concatenate(pair) for pair in zip(calm, wild, strict=True))
    weights = np.repeat([1.0, 0.25], 200)
    moments = error_moments(actual, expected, weights)
    mixture = (np.expm1(0.05**2) + 0.25 * np.expm1(0.2**2)) / 1.25
    assert moments.day_total == pytest.approx(mixture, rel=0.1)
    assert moments.neighbour == pytest.approx(mixture, rel=0.1)


def test_shapes_that_differ_are_refused():
    with pytest.raises(ValueError, match="shape"):
        error_moments(np.zeros((2, 3, 4)), np.zeros((2, 3, 5)))
