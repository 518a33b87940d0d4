"""Laws that the whole way from history to demand keeps, whatever the history."""

from datetime import date

import numpy as np
import pandas as pd
import pytest

from forecasting.demand import Horizon, forecast_demand
from forecasting.opening import learn_opening
from forecasting.special_days import Event, special_days


def forecast(history, *, lead_days=14, days=7, events=(), **options):
    last = history["interval_start"].max().tz_localize(None).normalize()
    first = history["interval_start"].min().date()
    start = last + pd.Timedelta(days=lead_days + 1)
    end = (start + pd.Timedelta(days=days)).date()
    return forecast_demand(
        history,
        interval_min=30,
        opening=learn_opening(history, 30),
        special=special_days(first, end, country="ES", events=events),
        horizon=Horizon(start=start, days=days),
        **options,
    )


def without(history, first, last):
    day = history["interval_start"].dt.tz_localize(None).dt.normalize()
    return history[~day.between(first, last)].reset_index(drop=True)


def doubled(history):
    later = history["interval_start"] >= history["interval_start"].quantile(0.7)
    return history.assign(contacts=history["contacts"] * (1 + later))


BROKEN = {
    "all zero": lambda make: make(scale=0.0),
    "a day": lambda make: make(weeks=1, seed=1).iloc[:16],
    "a week": lambda make: make(weeks=1, seed=1),
    "three weeks": lambda make: make(weeks=3, seed=1),
    "a contact in five days": lambda make: make(weeks=30, scale=0.0008, seed=1),
    "a doubled level": lambda make: doubled(make(weeks=30, seed=1)),
    "months missing": lambda make: without(make(weeks=40, seed=1), "2025-03-01", "2025-06-15"),
    "all but the last days missing": lambda make: without(
        make(weeks=40, seed=1), "2025-02-01", "2025-10-06"
    ),
    "clocks changed": lambda make: make(start="2025-03-24", weeks=32, seed=1),
}


@pytest.mark.parametrize("broken", list(BROKEN))
@pytest.mark.parametrize("lead_days", [0, 14])
def test_every_history_gets_numbers_and_none_below_zero(broken, lead_days, make_history):
    history = BROKEN[broken](make_history)
    demand = forecast(history, lead_days=lead_days, days=1 if lead_days == 0 else 7).demand
    numbers = demand.drop(columns=["queue", "channel", "interval_start"]).to_numpy(dtype=float)
    assert np.isfinite(numbers).all()
    assert (numbers >= 0).all()


def test_a_perfectly_weekly_history_is_forecast_exactly(make_history):
    history = make_history(start="2025-01-06", weeks=8)
    demand = forecast(history, lead_days=7).demand
    same_week = history[history["interval_start"] < "2025-01-13"]
    np.testing.assert_allclose(demand["contacts"], same_week["contacts"], rtol=0.005, atol=0.01)


def test_three_times_the_contacts_are_three_times_the_forecast(make_history):
    history = make_history(weeks=20, scale=10, seed=3)
    one = forecast(history).demand["contacts"]
    three = forecast(history.assign(contacts=3 * history["contacts"])).demand["contacts"]
    np.testing.assert_allclose(three, 3 * one, rtol=0.02)


def test_a_declared_event_multiplies_the_forecast_by_its_effect(make_history):
    history = make_history(weeks=20, seed=3)
    last = history["interval_start"].max().date()
    day = date.fromordinal(last.toordinal() + 16)
    plain = forecast(history).demand
    moved = forecast(history, events=[Event(name="sale", dates=(day,), effect=1.6)]).demand
    on_day = plain["interval_start"].dt.date == day
    ratio = moved["contacts"] / plain["contacts"]
    np.testing.assert_allclose(ratio[on_day], 1.6)
    np.testing.assert_allclose(ratio[~on_day], 1.0)


def test_growth_of_the_planner_is_a_yearly_factor_from_the_last_day_on(make_history):
    history = make_history(weeks=20, seed=3)
    plain = forecast(history, days=28).demand
    grown = forecast(history, days=28, yearly_growth=0.2).demand
    last = history["interval_start"].max().tz_localize(None).normalize()
    days = (grown["interval_start"].dt.tz_localize(None).dt.normalize() - last).dt.days
    np.testing.assert_allclose(grown["contacts"] / plain["contacts"], 1.2 ** (days / 365.25))


def test_growth_below_minus_one_hundred_per_cent_is_refused(make_history):
    with pytest.raises(ValueError, match="yearly_growth"):
        forecast(make_history(weeks=4), yearly_growth=-1.0)


def test_a_doubled_level_is_followed_within_weeks(make_history):
    history = doubled(make_history(weeks=30, seed=1))
    demand = forecast(history).demand
    recent = history[history["interval_start"] >= history["interval_start"].quantile(0.9)]
    weekly = recent["contacts"].mean() * len(demand)
    assert demand["contacts"].sum() == pytest.approx(weekly, rel=0.06)


def test_a_yearly_pattern_is_found_in_fourteen_months(make_history):
    history = make_history(start="2024-01-01", weeks=62, scale=3, seed=3)
    day = history["interval_start"].dt.dayofyear
    season = 1 + 0.4 * np.sin(2 * np.pi * (day - 30) / 365.25)
    expected = history["contacts"] * season
    history = history.assign(contacts=np.random.default_rng(5).poisson(expected).astype(float))
    last = history["interval_start"].max()
    recent = history[history["interval_start"] > last - pd.Timedelta(weeks=4)]["contacts"].mean()
    ahead = forecast(history, lead_days=28, days=7, models=("regression",)).demand["contacts"]
    # Early March to early April: the season rises by a fifth.
    assert ahead.mean() > 1.08 * recent
