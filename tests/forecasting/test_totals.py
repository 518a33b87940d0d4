import numpy as np
import pandas as pd
import pytest

from forecasting.conformal import learn_correction
from forecasting.distribution import QUANTILE_LEVELS, quantile_column
from forecasting.paths import PathParameters, path_parameters, sample_paths
from forecasting.totals import expected_total_quantiles, period_totals, total_columns

PROFILE = np.array([1.0, 8.0, 30.0, 60.0, 45.0, 20.0, 6.0, 0.3])
TRUTH = PathParameters(
    day_sd=0.1, day_correlation=0.6, interval_sd=0.1, interval_correlation=0.5, days=100
)
QUANTILES = [quantile_column(level) for level in QUANTILE_LEVELS]


@pytest.fixture
def february():
    """Four weeks from Monday 2 February 2026, closed on Sundays."""
    dates = pd.date_range("2026-02-02", periods=28, freq="D")
    contacts = np.tile(PROFILE, (28, 1))
    contacts[dates.dayofweek == 6] = np.nan
    samples = sample_paths(contacts, TRUTH, np.random.default_rng(1), paths=500)
    return dates, contacts, samples


def test_totals_of_days_weeks_and_months_are_one_and_the_same_sum(february):
    dates, contacts, samples = february
    table = period_totals("support", dates, contacts, samples)
    assert list(table.columns) == total_columns()
    by_period = table.groupby("period")["contacts"].sum()
    np.testing.assert_allclose(by_period, np.nansum(contacts))
    assert table.groupby("period").size().to_dict() == {"day": 24, "week": 4, "month": 1}
    assert (table.groupby("period")["days"].sum() == 24).all()


def test_quantiles_of_a_sum_are_those_of_the_summed_paths(february):
    dates, contacts, samples = february
    table = period_totals("support", dates, contacts, samples)
    week = table[table["period"] == "week"].iloc[0]
    first = samples[:, :7].sum(axis=(1, 2))
    expected = np.quantile(first, QUANTILE_LEVELS, method="inverted_cdf")
    np.testing.assert_allclose(week[QUANTILES].to_numpy(dtype=float), expected)
    assert week["period_start"] == pd.Timestamp("2026-02-02")


def test_a_week_of_the_horizons_end_counts_its_own_days_only(february):
    dates, contacts, samples = february
    part = period_totals("support", dates[:10], contacts[:10], samples[:, :10])
    weeks = part[part["period"] == "week"]
    assert weeks["days"].tolist() == [6, 3]


def test_on_data_of_the_model_itself_totals_cover_what_they_promise():
    inside = {"day": [], "week": []}
    dates = pd.date_range("2026-02-02", periods=14, freq="D")
    expected = np.tile(PROFILE, (6, 14, 1))
    for seed in range(60):
        rng = np.random.default_rng(seed)
        actual = sample_paths(expected[0], TRUTH, rng, paths=7).astype(float)
        parameters = path_parameters(actual[:6], expected)
        correction = learn_correction(actual[:6], expected, parameters)
        samples = sample_paths(expected[0], parameters, rng, paths=400)
        table = period_totals("support", dates, expected[0], samples, correction)
        days = actual[6].sum(axis=1)
        for period, came in (("day", days), ("week", days.reshape(2, 7).sum(axis=1))):
            rows = table[table["period"] == period]
            low, high = rows["contacts_q0.1"].to_numpy(), rows["contacts_q0.9"].to_numpy()
            inside[period].append((came >= low) & (came <= high))
    # Days of a fortnight err together: 60 centres tell the share within about three per cent.
    assert np.mean(inside["day"]) == pytest.approx(0.8, abs=0.07)
    assert np.mean(inside["week"]) == pytest.approx(0.8, abs=0.11)


@pytest.mark.parametrize("volume", [0.0, 0.001, 1.0])
def test_totals_are_never_negative_nor_crossing_nor_unknown(volume):
    dates = pd.date_range("2026-02-02", periods=9, freq="D")
    contacts = np.full((9, 4), volume)
    samples = sample_paths(contacts, TRUTH, np.random.default_rng(2), paths=50)
    table = period_totals("support", dates, contacts, samples)
    quantiles = table[QUANTILES].to_numpy()
    assert (quantiles >= 0).all()
    assert (np.diff(quantiles, axis=1) >= 0).all()


def test_a_queue_that_never_opens_has_no_totals():
    dates = pd.date_range("2026-02-02", periods=3, freq="D")
    contacts = np.full((3, 4), np.nan)
    samples = sample_paths(contacts, TRUTH, np.random.default_rng(3), paths=5)
    table = period_totals("support", dates, contacts, samples)
    assert table.empty
    assert list(table.columns) == total_columns()


@pytest.mark.parametrize("busy", [0.02, 1.0, 20.0])
def test_totals_without_paths_have_the_quantiles_of_paths(busy):
    expected = busy * np.tile(PROFILE, (7, 1))
    samples = sample_paths(expected, TRUTH, np.random.default_rng(8), paths=4000)
    ones = (1.0,) * len(QUANTILE_LEVELS)
    drawn = np.quantile(samples.sum(axis=(1, 2)), QUANTILE_LEVELS, method="inverted_cdf")
    made = expected_total_quantiles(expected[None], TRUTH, ones)[:, 0]
    np.testing.assert_allclose(made, drawn, rtol=0.03, atol=1)
    day = np.quantile(samples[:, 0].sum(axis=1), QUANTILE_LEVELS, method="inverted_cdf")
    of_day = expected_total_quantiles(expected[None, :1], TRUTH, ones)[:, 0]
    np.testing.assert_allclose(of_day, day, rtol=0.03, atol=1)
