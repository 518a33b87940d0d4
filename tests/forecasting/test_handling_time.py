import numpy as np
import pandas as pd
import pytest

from forecasting.handling_time import forecast_aht


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
