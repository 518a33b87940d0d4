import numpy as np
import pandas as pd
import pytest

from forecasting.grid import DayGrid
from forecasting.models.low_rank import LowRank

MINUTES = np.arange(0, 1440, 60)
SHAPE = 100.0 * (1.2 + np.sin(np.linspace(0.0, np.pi, 24)))


def rank_one(levels: np.ndarray) -> DayGrid:
    dates = pd.date_range("2024-01-01", periods=len(levels))
    return DayGrid(dates=dates, minutes=MINUTES, contacts=np.outer(levels, SHAPE))


def next_days(grid: DayGrid, days: int) -> pd.DatetimeIndex:
    return pd.date_range(grid.dates[-1] + pd.Timedelta(days=1), periods=days)


def test_a_history_of_one_shape_and_a_repeating_week_is_forecast_exactly():
    week = np.array([1.3, 1.1, 1.0, 1.0, 1.2, 0.6, 0.4])
    grid = rank_one(np.tile(week, 20))
    forecast = LowRank().fit(grid).predict(next_days(grid, 28))
    np.testing.assert_allclose(forecast.contacts, np.outer(np.tile(week, 4), SHAPE), rtol=1e-6)


def test_unknown_cells_of_a_history_of_one_shape_change_nothing():
    rng = np.random.default_rng(8)
    whole = rank_one(np.tile(rng.gamma(50, 1 / 50, 7), 20))
    holed = rank_one(whole.contacts[:, 0] / SHAPE[0])
    holed.contacts[rng.random(holed.contacts.shape) < 0.2] = np.nan
    dates = next_days(whole, 14)
    expected = LowRank().fit(whole).predict(dates).contacts
    np.testing.assert_allclose(LowRank().fit(holed).predict(dates).contacts, expected, rtol=0.005)


def test_a_departure_that_lasts_is_carried_into_tomorrow_and_fades():
    rng = np.random.default_rng(2)
    departure = np.zeros(400)
    for day in range(1, 400):
        departure[day] = 0.8 * departure[day - 1] + 0.05 * rng.standard_normal()
    departure[-3:] = 0.5
    grid = rank_one((1.0 + departure) ** 2)
    forecast = LowRank().fit(grid).predict(next_days(grid, 28))
    level = np.sqrt(forecast.contacts.sum(axis=1) / SHAPE.sum())
    assert 1.2 < level[0] < 1.5
    assert level[27] == pytest.approx(1.0, abs=0.1)


def test_two_shapes_that_mix_differently_by_weekday_are_told_apart():
    morning, evening = np.linspace(20, 2, 24), np.linspace(2, 30, 24)
    share = np.array([0.9, 0.7, 0.5, 0.5, 0.4, 0.1, 0.0])[np.arange(182) % 7][:, None]
    rate = share * morning + (1 - share) * evening
    contacts = np.random.default_rng(6).poisson(rate).astype(float)
    grid = DayGrid(
        dates=pd.date_range("2024-01-01", periods=182), minutes=MINUTES, contacts=contacts
    )
    forecast = LowRank().fit(grid).predict(next_days(grid, 7)).contacts
    profile = np.stack([contacts[weekday::7].mean(axis=0) for weekday in range(7)])
    # Nearer to the truth than the mean of all the same weekdays, which knows no shape.
    assert np.abs(forecast - rate[:7]).sum() < np.abs(profile - rate[:7]).sum()


def test_the_forecast_of_a_noisy_queue_is_unbiased():
    ratio = []
    for seed in range(20):
        rng = np.random.default_rng(seed)
        day_effect = rng.gamma(25, 1 / 25, (182, 1))
        contacts = rng.poisson(0.02 * SHAPE * day_effect).astype(float)
        grid = DayGrid(
            dates=pd.date_range("2024-01-01", periods=182), minutes=MINUTES, contacts=contacts
        )
        forecast = LowRank().fit(grid).predict(next_days(grid, 7)).contacts
        ratio.append(forecast.sum() / (7 * 0.02 * SHAPE.sum()))
    assert np.mean(ratio) == pytest.approx(1.0, abs=0.02)
