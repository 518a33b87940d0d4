import numpy as np
import pandas as pd
import pytest

from forecasting.grid import DayGrid
from forecasting.models.day_shape import day_shape


def grid_of(rate: np.ndarray, *, weeks: int, seed: int | None = 3) -> DayGrid:
    """Days of one rate by weekday, from a Monday on, with Poisson noise or without."""
    expected = np.tile(rate, (weeks, 1))
    contacts = expected if seed is None else np.random.default_rng(seed).poisson(expected)
    return DayGrid(
        dates=pd.date_range("2025-01-06", periods=7 * weeks),
        minutes=np.arange(0, 1440, 1440 // rate.shape[1]),
        contacts=contacts.astype(float),
    )


def hump(slots: int, at: float) -> np.ndarray:
    return np.exp(-np.square((np.arange(slots) - at) / 4))


def test_shares_sum_to_one_and_follow_the_weekday():
    rate = np.stack([100 * hump(24, 10 + (day == 4)) for day in range(7)])
    shares = day_shape(grid_of(rate, weeks=12, seed=None)).shares
    np.testing.assert_allclose(shares.sum(axis=1), 1)
    np.testing.assert_allclose(shares, rate / rate.sum(axis=1, keepdims=True), atol=0.005)


def test_few_contacts_lean_on_the_shape_of_all_weekdays():
    rate = np.tile(0.5 * hump(24, 10), (7, 1))
    truth = rate[0] / rate[0].sum()
    past = grid_of(rate, weeks=8)
    own = past.contacts.reshape(8, 7, 24).sum(axis=0)
    own = own / own.sum(axis=1, keepdims=True)
    error = np.abs(day_shape(past).shares - truth).sum()
    assert error < 0.6 * np.abs(own - truth).sum()


def test_a_shape_that_changed_is_forgotten():
    early = grid_of(np.tile(100 * hump(24, 8), (7, 1)), weeks=20)
    late = grid_of(np.tile(100 * hump(24, 14), (7, 1)), weeks=8)
    past = DayGrid(
        dates=pd.date_range("2025-01-06", periods=28 * 7),
        minutes=early.minutes,
        contacts=np.concatenate([early.contacts, late.contacts]),
    )
    peak = day_shape(past).shares.argmax(axis=1)
    assert set(peak.tolist()) <= {13, 14, 15}


def test_a_closed_interval_has_no_share_and_an_unseen_weekday_the_pooled_shape():
    rate = np.tile(100 * hump(24, 10), (7, 1))
    past = grid_of(rate, weeks=10)
    past.contacts[past.weekdays == 5, 12:] = np.nan
    past.contacts[past.weekdays == 6] = np.nan
    shares = day_shape(past).shares
    assert not shares[5, 12:].any()
    assert shares[5].sum() == pytest.approx(1)
    np.testing.assert_allclose(shares[6], shares[0], atol=0.01)


def test_a_day_with_lost_intervals_is_made_up_for_by_their_share():
    rate = np.tile(100 * hump(24, 10), (7, 1))
    past = grid_of(rate, weeks=10, seed=None)
    past.contacts[-1, 14:] = np.nan
    totals = day_shape(past).totals(past)
    assert totals[-1] == pytest.approx(rate[0].sum(), rel=1e-6)
