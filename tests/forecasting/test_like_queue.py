import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forecasting.grid import DayGrid
from forecasting.like_queue import borrow_past, is_new, most_like
from forecasting.models.low_rank import LowRank

WEEKLY = np.array([1.2, 1.0, 0.9, 1.0, 1.1, 0.5, 0.3])
MORNING = np.linspace(40.0, 4.0, 24)
EVENING = MORNING[::-1]


def queue(shape: np.ndarray, days: int = 364, *, level: float = 1.0, seed: int = 1) -> DayGrid:
    dates = pd.date_range(end="2025-06-29", periods=days)
    rate = level * WEEKLY[dates.dayofweek][:, None] * shape
    contacts = np.random.default_rng(seed).poisson(rate).astype(float)
    return DayGrid(dates=dates, minutes=np.arange(0, 1440, 60), contacts=contacts)


def test_a_queue_is_new_for_three_weeks():
    assert is_new(queue(MORNING, 20))
    assert not is_new(queue(MORNING, 21))
    unknown = queue(MORNING, 40)
    unknown.contacts[:25] = np.nan
    assert is_new(unknown)


def test_the_like_queue_is_the_one_of_the_same_shape_whatever_its_size():
    others = {
        "evening": queue(EVENING, level=0.3, seed=2),
        "morning": queue(MORNING, level=8.0, seed=3),
        "opened last week": queue(MORNING, 7, level=0.3, seed=4),
    }
    assert most_like(queue(MORNING, 5, level=0.3), others) == "morning"
    assert most_like(queue(EVENING, 5, level=0.3), others) == "evening"


def test_a_queue_alone_has_none_to_borrow_from():
    assert most_like(queue(MORNING, 5), {}) is None
    assert most_like(queue(MORNING, 5), {"as new": queue(MORNING, 5)}) is None


def test_the_past_is_borrowed_at_the_new_queues_level_and_its_own_days_stand():
    own, like = queue(MORNING, 10, level=0.25), queue(MORNING, level=2.0, seed=5)
    past = borrow_past(own, like)
    assert past.dates[0] == like.dates[0]
    assert past.dates[-1] == own.dates[-1]
    np.testing.assert_array_equal(past.contacts[-10:], own.contacts)
    assert past.contacts[:-10].sum() / like.contacts[:-10].sum() == pytest.approx(0.125, rel=0.05)


def test_an_interval_lost_since_the_opening_stays_unknown():
    own = queue(MORNING, 10)
    own.contacts[4, 6] = np.nan
    assert np.isnan(borrow_past(own, queue(MORNING, seed=5)).contacts[-6, 6])


def test_the_planners_level_stands_against_the_queues_own():
    own, like = queue(MORNING, 3), queue(MORNING, seed=5)
    past = borrow_past(own, like, level=0.5)
    np.testing.assert_allclose(past.contacts[:-3], 0.5 * like.contacts[:-3])


def test_a_queue_without_any_contacts_known_takes_the_like_queues_level():
    own, like = queue(MORNING, 3), queue(MORNING, seed=5)
    own.contacts[:] = np.nan
    np.testing.assert_allclose(borrow_past(own, like).contacts, like.contacts)


def test_a_like_queue_that_has_ended_still_lends_its_week():
    like = queue(MORNING, level=4.0, seed=5)
    ended = like.before(pd.Timestamp("2025-04-01"))
    past = borrow_past(queue(MORNING, 10), ended)
    lent = past.contacts[: len(ended.dates)]
    assert lent.sum() / ended.contacts.sum() == pytest.approx(0.25, rel=0.05)


def test_a_forecast_from_a_borrowed_past_is_nearer_than_from_five_days():
    truth = 0.25 * WEEKLY[:, None] * MORNING
    own, like = queue(MORNING, 5, level=0.25), queue(MORNING, level=2.0, seed=5)
    week = pd.date_range("2025-06-30", periods=7)
    alone = LowRank().fit(own).predict(week).contacts
    borrowed = LowRank().fit(borrow_past(own, like)).predict(week).contacts
    assert np.abs(borrowed - truth).sum() < 0.6 * np.abs(alone - truth).sum()


@given(factor=st.floats(0.2, 50.0))
@settings(max_examples=10, deadline=None)
def test_the_size_of_the_like_queue_does_not_matter(factor):
    own, like = queue(MORNING, 10), queue(MORNING, 100, seed=5)
    larger = DayGrid(dates=like.dates, minutes=like.minutes, contacts=factor * like.contacts)
    plain, scaled = borrow_past(own, like).contacts, borrow_past(own, larger).contacts
    np.testing.assert_allclose(scaled, plain, rtol=0.01)


def test_intervals_that_differ_and_levels_of_nothing_are_refused():
    own = queue(MORNING, 5)
    halves = DayGrid(dates=own.dates, minutes=np.arange(0, 1440, 30), contacts=np.ones((5, 48)))
    with pytest.raises(ValueError, match="intervals"):
        borrow_past(own, halves)
    with pytest.raises(ValueError, match="level"):
        borrow_past(own, queue(MORNING), level=0.0)
