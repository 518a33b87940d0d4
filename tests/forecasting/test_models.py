import numpy as np
import pandas as pd
import pytest

from forecasting.grid import DayGrid, day_grid
from forecasting.models import MODELS
from forecasting.models.protocol import rate_variation

every_model = pytest.mark.parametrize("name", list(MODELS))


def next_days(grid: DayGrid, days: int = 14) -> pd.DatetimeIndex:
    """Days that start on the second Monday after the history."""
    # The tiny centre's last row is a Saturday.
    return pd.date_range(grid.dates[-1] + pd.Timedelta(days=9), periods=days)


@every_model
def test_a_week_that_repeats_exactly_is_forecast_exactly(name, make_history):
    grid = day_grid(make_history(), 30)
    dates = next_days(grid)
    forecast = MODELS[name]().fit(grid).predict(dates)
    open_days = dates.dayofweek != 6
    expected = np.nan_to_num(grid.contacts[:7])[dates.dayofweek]
    np.testing.assert_allclose(forecast.contacts[open_days], expected[open_days], rtol=0.03)


@every_model
def test_forecasts_are_numbers_and_never_negative_whatever_is_missing(name, make_history):
    grid = day_grid(make_history(scale=0.05, seed=5), 30)
    grid.contacts[np.random.default_rng(2).random(grid.contacts.shape) < 0.3] = np.nan
    grid.contacts[40:55] = np.nan
    forecast = MODELS[name]().fit(grid).predict(next_days(grid, 28))
    assert np.isfinite(forecast.contacts).all()
    assert np.isfinite(forecast.rate_cv).all()
    assert (forecast.contacts >= 0).all()
    assert (forecast.rate_cv >= 0).all()


@every_model
@pytest.mark.parametrize("weeks", [1, 2, 3, 4])
def test_a_short_history_still_gives_a_forecast_of_its_own_size(name, weeks, make_history):
    grid = day_grid(make_history(weeks=weeks, seed=1), 30)
    forecast = MODELS[name]().fit(grid).predict(next_days(grid, 7))
    weekly = np.nansum(grid.contacts) / weeks
    assert forecast.contacts[:6].sum() == pytest.approx(weekly, rel=0.35)


@every_model
def test_a_queue_without_contacts_is_forecast_at_nothing(name, make_history):
    grid = day_grid(make_history(scale=0.0), 30)
    forecast = MODELS[name]().fit(grid).predict(next_days(grid))
    np.testing.assert_allclose(forecast.contacts, 0, atol=1e-6)


@every_model
def test_noise_makes_every_model_less_sure(name, make_history):
    calm = day_grid(make_history(scale=20), 30)
    noisy = day_grid(make_history(scale=20), 30)
    effect = np.random.default_rng(3).gamma(25, 1 / 25, len(noisy.dates))
    noisy.contacts[:] *= effect[:, None]
    dates = next_days(calm)
    sure = MODELS[name]().fit(calm).predict(dates)
    unsure = MODELS[name]().fit(noisy).predict(dates)
    assert unsure.rate_cv.mean() > sure.rate_cv.mean() + 0.05


def test_the_planners_mean_is_the_mean_of_the_last_six_same_weekdays(make_history):
    grid = day_grid(make_history(seed=9), 30)
    forecast = MODELS["weekday_profile"]().fit(grid).predict(next_days(grid, 1))
    mondays = grid.contacts[grid.weekdays == 0][-6:]
    np.testing.assert_allclose(forecast.contacts[0, 18:34], mondays.mean(axis=0)[18:34])


def test_the_seasonal_naive_repeats_the_last_week(make_history):
    grid = day_grid(make_history(seed=9), 30)
    forecast = MODELS["seasonal_naive"]().fit(grid).predict(next_days(grid, 6))
    np.testing.assert_array_equal(forecast.contacts[:, 18:34], grid.contacts[-6:, 18:34])


def test_variation_beyond_poisson_is_measured_and_poisson_has_none():
    rng = np.random.default_rng(11)
    expected = np.full(200_000, 50.0)
    plain = rng.poisson(expected).astype(float)
    mixed = rng.poisson(expected * rng.gamma(25, 1 / 25, expected.size)).astype(float)
    assert rate_variation(plain, expected) < 0.02
    assert rate_variation(mixed, expected) == pytest.approx(0.2, rel=0.03)
