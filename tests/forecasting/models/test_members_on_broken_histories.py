"""What every member must survive, and the laws every member keeps."""

import numpy as np
import pandas as pd
import pytest

from forecasting.grid import DayGrid
from forecasting.models.harmonic import Harmonic
from forecasting.models.low_rank import LowRank

every_member = pytest.mark.parametrize("member", [LowRank, Harmonic])
WEEKLY = np.array([1.2, 1.0, 0.9, 1.0, 1.1, 0.5, 0.3])
SHAPE = 1.0 + np.sin(np.linspace(0.0, np.pi, 24))


def a_grid(contacts: np.ndarray, start: str = "2024-01-01") -> DayGrid:
    dates = pd.date_range(start, periods=len(contacts))
    minutes = np.arange(0, 1440, 1440 // contacts.shape[1])
    return DayGrid(dates=dates, minutes=minutes, contacts=contacts.astype(float))


def weekly(days: int, *, level: float = 20.0) -> np.ndarray:
    return level * WEEKLY[np.arange(days) % 7][:, None] * SHAPE


def noisy(days: int, *, level: float = 20.0, seed: int = 1) -> np.ndarray:
    return np.random.default_rng(seed).poisson(weekly(days, level=level)).astype(float)


def ahead(grid: DayGrid, days: int = 56) -> pd.DatetimeIndex:
    return pd.date_range(grid.dates[-1] + pd.Timedelta(days=1), periods=days)


def with_cells(cells, value) -> np.ndarray:
    contacts = noisy(200)
    contacts[cells] = value
    return contacts


def one_interval_known() -> np.ndarray:
    contacts = np.full((200, 24), np.nan)
    contacts[50, 10] = 7.0
    return contacts


def closed_weekends_and_nights() -> np.ndarray:
    contacts = with_cells(np.arange(200) % 7 >= 5, np.nan)
    contacts[:, :8] = np.nan
    return contacts


def doubled_level() -> np.ndarray:
    contacts = noisy(200)
    contacts[150:] *= 2
    return contacts


BROKEN = {
    "nothing came": np.zeros((200, 24)),
    "one interval known": one_interval_known(),
    "one day": noisy(1),
    "one quiet day": np.zeros((1, 24)),
    "three weeks": noisy(21),
    "four hundred days": noisy(420),
    "a contact in five days": noisy(200, level=0.2 / SHAPE.sum()),
    "one interval a day": noisy(200)[:, :1],
    "missing months": with_cells(slice(40, 120), np.nan),
    "lost weeks at the end": with_cells(slice(175, 200), np.nan),
    "doubled level": doubled_level(),
    "closed weekends and nights": closed_weekends_and_nights(),
    "holes": with_cells(np.random.default_rng(4).random((200, 24)) < 0.4, np.nan),
    "a burst": with_cells(100, 1e6),
    "a silence": with_cells(slice(190, 200), 0.0),
}


@every_member
@pytest.mark.parametrize("kind", list(BROKEN))
def test_a_forecast_is_a_number_and_never_negative(member, kind):
    grid = a_grid(BROKEN[kind])
    forecast = member().fit(grid).predict(ahead(grid))
    assert np.isfinite(forecast.contacts).all()
    assert np.isfinite(forecast.rate_cv).all()
    assert (forecast.contacts >= 0).all()
    assert (forecast.rate_cv >= 0).all()


@every_member
@pytest.mark.parametrize("level", [0.01, 0.3, 3.0, 50.0])
def test_a_steady_queue_is_forecast_at_its_own_size(member, level):
    grid = a_grid(noisy(364, level=level))
    forecast = member().fit(grid).predict(ahead(grid, 28))
    # A member may remember no more than half of the year.
    sampling = 4 / np.sqrt(grid.contacts.sum() / 2)
    assert forecast.contacts.sum() / 4 == pytest.approx(grid.contacts.sum() / 52, rel=sampling)


@every_member
def test_a_doubled_level_is_followed(member):
    contacts = noisy(364)
    contacts[-42:] *= 2
    grid = a_grid(contacts)
    forecast = member().fit(grid).predict(ahead(grid, 28))
    assert forecast.contacts.sum() / 4 == pytest.approx(2 * weekly(7).sum(), rel=0.25)


@every_member
def test_a_weekday_never_seen_is_like_the_others(member):
    contacts = noisy(140)
    contacts[np.arange(140) % 7 == 6] = np.nan
    grid = a_grid(contacts)
    days = member().fit(grid).predict(ahead(grid, 7)).contacts.sum(axis=1)
    assert days[:6].min() <= days[6] <= days[:6].max()


@every_member
def test_more_contacts_by_a_factor_are_more_forecast_by_it(member):
    contacts = noisy(200)
    once, thrice = a_grid(contacts), a_grid(3 * contacts)
    plain = member().fit(once).predict(ahead(once, 28)).contacts
    scaled = member().fit(thrice).predict(ahead(thrice, 28)).contacts
    np.testing.assert_allclose(scaled, 3 * plain, rtol=0.1, atol=1.0)
    assert scaled.sum() == pytest.approx(3 * plain.sum(), rel=0.02)


@every_member
def test_a_day_is_forecast_alike_whatever_else_is_asked(member):
    grid = a_grid(noisy(200))
    model = member().fit(grid)
    dates = ahead(grid)
    whole = model.predict(dates).contacts
    np.testing.assert_allclose(model.predict(dates[20:30]).contacts, whole[20:30], rtol=1e-9)


@every_member
def test_the_same_past_gives_the_same_forecast_and_is_left_as_it_was(member):
    contacts = noisy(200)
    contacts[30:50] = np.nan
    grid = a_grid(contacts.copy())
    first = member().fit(grid).predict(ahead(grid)).contacts
    again = member().fit(grid).predict(ahead(grid)).contacts
    np.testing.assert_array_equal(first, again)
    np.testing.assert_array_equal(grid.contacts, contacts)
