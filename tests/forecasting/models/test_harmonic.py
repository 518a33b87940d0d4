import numpy as np
import pandas as pd
import pytest

from forecasting.grid import DayGrid
from forecasting.models.harmonic import Harmonic
from forecasting.models.harmonic_shape import harmonic_shares

WEEKLY = np.array([1.2, 1.0, 0.9, 1.0, 1.1, 0.5, 0.3])
PLACE = (np.arange(48) + 0.5) / 48
# Two waves, the shape a smooth member is made for.
SHAPE = np.exp(0.8 * np.cos(np.pi * PLACE) - 0.5 * np.cos(2 * np.pi * PLACE))


def grid_of(contacts: np.ndarray) -> DayGrid:
    dates = pd.date_range("2024-01-01", periods=len(contacts))
    minutes = np.arange(0, 1440, 30)
    return DayGrid(dates=dates, minutes=minutes, contacts=np.asarray(contacts, dtype=float))


def next_days(grid: DayGrid, days: int) -> pd.DatetimeIndex:
    return pd.date_range(grid.dates[-1] + pd.Timedelta(days=1), periods=days)


def weekly(days: int) -> np.ndarray:
    return WEEKLY[np.arange(days) % 7][:, None] * SHAPE


def test_a_history_of_one_shape_and_a_repeating_week_is_forecast_again():
    grid = grid_of(100 * weekly(140))
    forecast = Harmonic().fit(grid).predict(next_days(grid, 28))
    np.testing.assert_allclose(forecast.contacts, 100 * weekly(28), rtol=0.01)


def test_shares_of_every_weekday_sum_to_one():
    contacts = np.random.default_rng(1).poisson(3 * weekly(60)).astype(float)
    contacts[np.arange(60) % 7 == 6] = np.nan
    np.testing.assert_allclose(harmonic_shares(grid_of(contacts)).sum(axis=1), 1.0)


def test_few_contacts_draw_a_smooth_shape_nearer_to_the_truth_than_their_own_means():
    contacts = np.random.default_rng(3).poisson(0.3 * weekly(84)).astype(float)
    truth = SHAPE / SHAPE.sum()
    shares = harmonic_shares(grid_of(contacts))
    means = contacts.reshape(12, 7, 48).mean(axis=0)
    own = means / means.sum(axis=1, keepdims=True)
    assert np.abs(shares - truth).sum() < 0.5 * np.abs(own - truth).sum()


def test_many_contacts_show_a_step_that_no_wave_can_follow():
    step = np.where((np.arange(48) >= 18) & (np.arange(48) < 28), 900.0, 100.0)
    grid = grid_of(np.random.default_rng(4).poisson(np.tile(step, (84, 1))))
    np.testing.assert_allclose(harmonic_shares(grid)[2], step / step.sum(), rtol=0.15)


def test_intervals_a_weekday_never_opens_have_no_share_in_it():
    contacts = 50 * weekly(70)
    contacts[np.arange(70) % 7 == 4, 30:] = np.nan
    shares = harmonic_shares(grid_of(contacts))
    assert (shares[4, 30:] == 0).all()
    assert (shares[3] > 0).all()


def test_an_error_that_lasts_is_carried_on_and_fades():
    rng = np.random.default_rng(5)
    error = np.zeros(300)
    for day in range(1, 300):
        error[day] = 0.9 * error[day - 1] + 0.05 * rng.standard_normal()
    error[-5:] = 0.4
    grid = grid_of(100 * weekly(300) * np.exp(error)[:, None])
    days = Harmonic().fit(grid).predict(next_days(grid, 56)).contacts.sum(axis=1)
    usual = 100 * WEEKLY[np.arange(300, 356) % 7] * SHAPE.sum()
    assert days[0] / usual[0] == pytest.approx(np.exp(0.36), rel=0.1)
    assert days[55] / usual[55] == pytest.approx(1.0, abs=0.15)


def test_the_forecast_of_a_noisy_queue_is_unbiased():
    ratio = []
    for seed in range(20):
        rng = np.random.default_rng(seed)
        grid = grid_of(rng.poisson(weekly(182) * rng.gamma(25, 1 / 25, (182, 1))))
        ratio.append(Harmonic().fit(grid).predict(next_days(grid, 7)).contacts.sum())
    assert np.mean(ratio) == pytest.approx(weekly(7).sum(), rel=0.03)
