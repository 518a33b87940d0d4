import numpy as np
import pytest
from scipy.stats import poisson

from forecasting.accuracy import (
    FLOOR,
    PastForecast,
    accuracy_table,
    bias,
    coverage,
    forecast_value_added,
    mase,
    naive_scale,
    pinball_loss,
    poisson_floor,
    rmse,
    wape,
    weighted_quantile_loss,
)
from forecasting.distribution import QUANTILE_LEVELS, contact_quantiles


def test_wape_is_absolute_error_over_volume():
    assert wape([10, 20, 30], [12, 17, 30]) == pytest.approx(5 / 60)


def test_bias_is_signed_and_too_high_is_positive():
    assert bias([10, 20], [11, 22]) == pytest.approx(0.1)
    assert bias([10, 20], [9, 18]) == pytest.approx(-0.1)


def test_unknown_actuals_are_left_out():
    assert wape([10, np.nan], [12, 99]) == pytest.approx(0.2)


def test_nothing_came_is_no_number():
    assert np.isnan(wape([0, 0], [1, 1]))


def test_pinball_loss_charges_each_side_by_its_level():
    assert pinball_loss([10], [8], 0.9) == pytest.approx(1.8)
    assert pinball_loss([10], [12], 0.9) == pytest.approx(0.2)


def test_the_true_quantile_has_the_least_pinball_loss():
    draws = np.random.default_rng(0).normal(size=20_000)
    losses = [pinball_loss(draws, np.full(draws.shape, q), 0.9) for q in (1.0, 1.2816, 1.6)]
    assert min(losses) == losses[1]


@pytest.mark.parametrize("level", [0.0, 1.0, -0.1, 2.0])
def test_a_level_outside_zero_and_one_is_refused(level):
    with pytest.raises(ValueError, match="level"):
        pinball_loss([1], [1], level)


def test_coverage_counts_both_ends_as_inside():
    assert coverage([1, 2, 3, 4], [1, 1, 1, 1], [2, 2, 3, 3]) == 0.75


def test_shapes_that_differ_are_refused():
    with pytest.raises(ValueError, match="shape"):
        wape([1, 2], [1])


def test_rmse_is_the_root_of_the_mean_square():
    assert rmse([1, 2, np.nan], [4, 6, 9]) == pytest.approx(np.sqrt(12.5))


def test_mase_of_last_weeks_values_is_one_on_a_history_of_equal_changes():
    past = np.repeat(np.arange(0.0, 50.0, 10.0), 7)[:, None] * np.ones(3)
    assert naive_scale(past) == 10
    assert mase([[50.0] * 3] * 7, [[40.0] * 3] * 7, naive_scale(past)) == 1


def test_mase_without_a_scale_is_no_number():
    assert np.isnan(naive_scale(np.ones((7, 2))))
    assert np.isnan(mase([1.0], [2.0], 0.0))


def test_weighted_quantile_loss_of_the_median_alone_is_wape():
    y, f = np.array([10.0, 20.0, np.nan]), np.array([12.0, 17.0, 99.0])
    assert weighted_quantile_loss(y, f[None], (0.5,)) == pytest.approx(wape(y, f))


@pytest.mark.parametrize("rate", [0.01, 0.5, 1.0, 3.0, 7.3, 120.0])
def test_the_floor_is_the_mean_deviation_of_the_poisson_summed_directly(rate):
    counts = np.arange(2_000)
    direct = (np.abs(counts - rate) * poisson.pmf(counts, rate)).sum() / rate
    assert poisson_floor([rate]) == pytest.approx(direct, rel=1e-9)


def test_the_floor_of_a_sum_of_rates_weighs_by_volume():
    assert poisson_floor([0.0, np.nan, 50.0]) == poisson_floor([50.0])
    assert np.isnan(poisson_floor([0.0]))
    # A normal error's mean deviation is sqrt(2 / pi) standard deviations.
    assert poisson_floor([10_000.0]) == pytest.approx(np.sqrt(2 / np.pi) / 100, rel=1e-4)


def test_an_edit_that_halves_the_error_adds_value():
    assert forecast_value_added([100.0], [120.0], [110.0]) == pytest.approx(-0.1)
    assert forecast_value_added([100.0], [120.0], [120.0]) == 0


@pytest.fixture
def record():
    """Three folds of a fortnight of Poisson counts whose rates are known."""
    rate = np.tile(np.array([0.0, 4.0, 30.0, 60.0]), (3, 14, 1))
    actual = np.random.default_rng(5).poisson(rate).astype(float)
    actual[0, 3] = np.nan
    return actual, rate


def test_the_table_tells_each_forecast_at_interval_day_and_week(record):
    actual, rate = record
    quantiles = contact_quantiles(rate, np.zeros(()))
    forecasts = {
        "system": PastForecast(contacts=rate, quantiles=quantiles),
        "seasonal_naive": PastForecast(contacts=1.2 * rate),
    }
    table = accuracy_table(actual, forecasts, lead_days=14, scale=2.0).set_index("model")
    assert list(table.index) == ["system", "seasonal_naive", FLOOR]
    assert (table["lead_days"] == 14).all()
    system, naive = table.loc["system"], table.loc["seasonal_naive"]
    assert system["wape"] == pytest.approx(wape(actual, rate))
    assert naive["bias"] == pytest.approx(system["bias"] * 1.2 + 0.2)
    assert system["week_wape"] < system["day_wape"] < system["wape"]
    assert naive["week_wape"] == pytest.approx(0.2, abs=0.03)
    assert system["mase"] == pytest.approx(system["wape"] * np.nanmean(actual) / 2)
    assert system["coverage_80"] > 0.75
    assert np.isnan(naive["wql"])


def test_days_and_weeks_have_a_coverage_of_their_own(record):
    actual, rate = record
    days, weeks = np.nansum(actual, axis=2), np.nansum(actual, axis=2).reshape(6, 7).sum(axis=1)
    levels = len(QUANTILE_LEVELS)
    low, high = np.arange(levels) < 2, np.arange(levels) >= levels - 2
    # Bands that hold each day, and bands that miss each week.
    of_days = days * np.where(low, 0.5, np.where(high, 2.0, 1.0))[:, None, None]
    of_weeks = weeks * np.where(low, 1.5, np.where(high, 2.0, 1.7))[:, None]
    forecast = PastForecast(contacts=rate, day_quantiles=of_days, week_quantiles=of_weeks)
    row = accuracy_table(actual, {"system": forecast}, lead_days=0).iloc[0]
    assert (row[["day_coverage_80", "day_coverage_95"]] == 1).all()
    assert (row[["week_coverage_80", "week_coverage_95"]] == 0).all()
    assert np.isnan(row["coverage_80"])


def test_a_forecast_that_knows_the_rates_comes_to_the_floor(record):
    actual, rate = record
    table = accuracy_table(actual, {"truth": PastForecast(contacts=rate)}, lead_days=0)
    truth, floor = table.iloc[0], table.iloc[1]
    assert truth["wape"] == pytest.approx(floor["wape"], rel=0.25)
    assert floor["day_wape"] < floor["wape"]


def test_one_day_windows_have_no_weeks(record):
    actual, rate = record
    table = accuracy_table(
        actual[:, :1], {"truth": PastForecast(contacts=rate[:, :1])}, lead_days=0
    )
    assert table["week_wape"].isna().all()
    assert np.isfinite(table["day_wape"]).all()


def test_a_queue_without_volume_has_a_table_without_numbers():
    nothing = np.zeros((2, 7, 4))
    quantiles = np.zeros((len(QUANTILE_LEVELS), 2, 7, 4))
    table = accuracy_table(
        nothing, {"system": PastForecast(contacts=nothing, quantiles=quantiles)}, lead_days=0
    )
    assert table["wape"].isna().all()
    assert table["coverage_80"].iloc[0] == 1
