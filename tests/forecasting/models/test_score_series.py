import numpy as np
import pandas as pd
import pytest

from forecasting.models.score_series import ScoreSeries
from forecasting.models.yearly import yearly_terms


def forecast(scores: np.ndarray, days: int = 56) -> np.ndarray:
    dates = pd.date_range("2023-01-02", periods=len(scores))
    later = pd.date_range(dates[-1] + pd.Timedelta(days=1), periods=days)
    ahead = np.full((days, scores.shape[1]), np.nan)
    for rows, values, _ in ScoreSeries(dates, scores).forecast(later):
        ahead[rows] = values
    return ahead


def test_a_week_that_repeats_is_repeated_at_every_lead():
    week = np.random.default_rng(1).normal(size=(7, 3))
    np.testing.assert_allclose(forecast(np.tile(week, (20, 1))), np.tile(week, (8, 1)), atol=1e-9)


def test_forecasts_of_the_past_know_nothing_later_than_their_lead():
    scores = np.random.default_rng(1).normal(size=(150, 2))
    changed = scores.copy()
    changed[-1] += 100.0
    dates = pd.date_range("2023-01-02", periods=150)
    later = dates[-1:] + pd.Timedelta(days=20)
    # The coefficients are learnt from the whole past, so the mean alone is compared.
    ((_, _, before),) = ScoreSeries(dates, np.zeros_like(scores)).forecast(later)
    assert np.isnan(before[:21]).all()
    assert (before[21:] == 0).all()


def test_scores_that_wander_are_carried_on_and_scores_that_do_not_are_not():
    rng = np.random.default_rng(3)
    wandering = np.cumsum(rng.normal(size=300))
    steady = rng.normal(size=300)
    steady[-1] = 8.0
    ahead = forecast(np.stack([wandering, steady], axis=1), days=1)[0]
    assert ahead[0] == pytest.approx(wandering[-1], abs=3.0)
    assert abs(ahead[1]) < 1.5


def test_the_season_turns_where_it_was_seen_before_and_not_where_it_was_not():
    dates = pd.date_range("2023-01-02", periods=728)
    wave = 5.0 * yearly_terms(dates)[:, :1]
    later = pd.date_range(dates[-1] + pd.Timedelta(days=1), periods=56)
    turned = 5.0 * yearly_terms(later)[:, 0]
    np.testing.assert_allclose(forecast(wave)[:, 0], turned, atol=1.0)
    assert np.ptp(forecast(wave[-200:])[28:, 0]) < 0.5
