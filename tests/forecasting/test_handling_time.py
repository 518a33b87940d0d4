import numpy as np
import pandas as pd
import pytest

from forecasting.distribution import QUANTILE_LEVELS
from forecasting.handling_time import aht_quantiles, forecast_aht


def test_handling_time_is_weighted_by_contacts(make_history):
    history = make_history()
    busy = np.arange(len(history)) % 2 == 0
    history["contacts"] = np.where(busy, 99.0, 1.0)
    history["aht_s"] = np.where(busy, 200.0, 800.0)
    forecast = forecast_aht(history, pd.DatetimeIndex(history["interval_start"]), default_aht_s=1)
    np.testing.assert_allclose(forecast, (99 * 200 + 1 * 800) / 100)


def test_handling_time_follows_the_hour(make_history):
    history = make_history(scale=100)
    hour = history["interval_start"].dt.hour
    history["aht_s"] = 300.0 + 10 * hour
    forecast = forecast_aht(history, pd.DatetimeIndex(history["interval_start"]), default_aht_s=1)
    np.testing.assert_allclose(forecast, history["aht_s"], rtol=0.01)


def test_an_hour_of_few_contacts_leans_on_the_mean(make_history):
    history = make_history(scale=0.01)
    late = history["interval_start"].dt.hour == 16
    history["aht_s"] = np.where(late, 3000.0, 300.0)
    forecast = forecast_aht(history, pd.DatetimeIndex(history["interval_start"]), default_aht_s=1)
    assert forecast[late].max() < 1500


def test_handling_time_follows_the_drift_of_the_last_weeks(make_history):
    history = make_history(weeks=30)
    half = len(history) // 2
    history.loc[half:, "aht_s"] = 400.0
    forecast = forecast_aht(history, pd.DatetimeIndex(history["interval_start"]), default_aht_s=1)
    np.testing.assert_allclose(forecast, 400.0)


def test_without_any_handling_time_the_given_one_is_used(make_history):
    history = make_history().assign(aht_s=np.nan)
    forecast = forecast_aht(history, pd.DatetimeIndex(history["interval_start"]), default_aht_s=250)
    assert (forecast == 250).all()


def test_a_default_of_nothing_is_refused(make_history):
    history = make_history()
    with pytest.raises(ValueError, match="default_aht_s"):
        forecast_aht(history, pd.DatetimeIndex(history["interval_start"]), default_aht_s=0)


def measured(history, *, seed, day_sd_s=0.0, contact_sd_s=0.0):
    """Draw the history's handling times around 300 s, day by day and contact by contact."""
    rng = np.random.default_rng(seed)
    day = pd.factorize(history["interval_start"].dt.date)[0]
    by_day = rng.normal(0, day_sd_s, day.max() + 1)[day]
    by_contact = contact_sd_s * rng.normal(size=len(history)) / np.sqrt(history["contacts"])
    return history.assign(aht_s=300 + by_day + by_contact)


def quantiles_of(history, starts, **given):
    return aht_quantiles(history, pd.DatetimeIndex(starts), default_aht_s=1, **given)


def test_handling_times_that_never_vary_have_no_spread(make_history):
    history = make_history()
    quantiles = quantiles_of(history, history["interval_start"])
    np.testing.assert_allclose(quantiles, 300.0)


def test_quantiles_of_handling_time_ascend_around_its_forecast(make_history):
    history = measured(make_history(seed=1), seed=1, day_sd_s=20, contact_sd_s=150)
    history = history[history["contacts"] > 0]
    starts = pd.DatetimeIndex(history["interval_start"])
    quantiles = quantiles_of(history, starts)
    forecast = forecast_aht(history, starts, default_aht_s=1)
    assert (np.diff(quantiles, axis=0) > 0).all()
    assert (quantiles[0] > 0).all()
    assert ((quantiles[1] < forecast) & (forecast < quantiles[5])).all()


def test_fewer_contacts_in_an_interval_are_a_wider_measured_handling_time(make_history):
    history = measured(make_history(), seed=2, day_sd_s=10, contact_sd_s=150)
    history = history[history["contacts"] > 0]
    starts = pd.DatetimeIndex(history["interval_start"])
    behind = np.ptp(quantiles_of(history, starts), axis=0)
    busy = np.ptp(quantiles_of(history, starts, contacts=np.full(len(starts), 100.0)), axis=0)
    quiet = np.ptp(quantiles_of(history, starts, contacts=np.full(len(starts), 2.0)), axis=0)
    assert (behind < busy).all()
    assert (busy < quiet).all()


def test_measured_handling_times_fall_inside_their_quantiles(make_history):
    history = measured(make_history(weeks=20, scale=2), seed=3, day_sd_s=20, contact_sd_s=200)
    cut = history["interval_start"].dt.tz_localize(None) < pd.Timestamp("2025-04-28")
    past, later = history[cut], history[~cut]
    assert later["contacts"].gt(0).all()
    quantiles = quantiles_of(past, later["interval_start"], contacts=later["contacts"].to_numpy())
    low, high = quantiles[QUANTILE_LEVELS.index(0.1)], quantiles[QUANTILE_LEVELS.index(0.9)]
    inside = ((later["aht_s"] >= low) & (later["aht_s"] <= high)).mean()
    # Some 30 days differ from one another: their chance is about three per cent.
    assert inside == pytest.approx(0.8, abs=0.07)


@pytest.mark.parametrize("rows", [1, 2, 16])
def test_a_queue_opened_yesterday_has_quantiles(make_history, rows):
    history = measured(make_history(weeks=1), seed=4, contact_sd_s=100).iloc[:rows]
    quantiles = quantiles_of(history, history["interval_start"], contacts=np.full(rows, 5.0))
    assert (quantiles > 0).all()
    assert (np.diff(quantiles, axis=0) >= 0).all()


def test_without_any_handling_time_the_assumption_has_no_spread(make_history):
    history = make_history().assign(aht_s=np.nan)
    starts = pd.DatetimeIndex(history["interval_start"][:3])
    assert (aht_quantiles(history, starts, default_aht_s=250) == 250).all()
