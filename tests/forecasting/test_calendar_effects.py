from datetime import date

import numpy as np
import pandas as pd
import pytest

from forecasting.calendar_effects import fit_calendar, ordinary_days
from forecasting.grid import day_grid
from forecasting.special_days import Event, special_days


def day_effects(past, special, dates):
    return fit_calendar(past, special).effects(dates)


def scaled(history, day, factor):
    history = history.copy()
    on_day = history["interval_start"].dt.date == date.fromisoformat(day)
    history.loc[on_day, "contacts"] *= factor
    return history


def table(*events, country=None):
    return special_days(date(2025, 1, 1), date(2025, 12, 31), country=country, events=events)


def effect(history, special, day):
    return float(day_effects(day_grid(history, 30), special, pd.DatetimeIndex([day]))[0])


def test_an_ordinary_day_has_effect_one(make_history):
    assert effect(make_history(), table(country="ES"), "2025-06-24") == pytest.approx(1, abs=1e-3)


def test_a_given_effect_is_used_as_given(make_history):
    launch = Event(name="launch", dates=(date(2025, 6, 10),), effect=1.45)
    assert effect(make_history(), table(launch), "2025-06-10") == pytest.approx(1.45, rel=1e-3)


def test_an_event_never_seen_and_not_given_changes_nothing(make_history):
    launch = Event(name="launch", dates=(date(2025, 6, 10),))
    assert effect(make_history(), table(launch), "2025-06-10") == pytest.approx(1, abs=1e-3)


def test_a_repeated_event_teaches_its_effect_and_a_day_alone_teaches_less(make_history):
    days = ["2025-02-12", "2025-03-06", "2025-04-25"]
    seen = tuple(date.fromisoformat(day) for day in days)
    plain = make_history(seed=6)
    once = scaled(plain, days[0], 1.6)
    often = scaled(scaled(once, days[1], 1.6), days[2], 1.6)
    by_one = effect(
        once, table(Event(name="bill run", dates=(seen[0], date(2025, 6, 3)))), "2025-06-03"
    )
    by_three = effect(
        often, table(Event(name="bill run", dates=(*seen, date(2025, 6, 3)))), "2025-06-03"
    )
    assert 1.2 < by_one < 1.65
    assert 1.45 < by_three < 1.65


def test_a_pay_day_is_learnt_and_put_on_the_next_one(make_history):
    history = make_history(seed=6, weeks=30)
    for month in range(1, 8):
        history = scaled(history, f"2025-{month:02d}-10", 1.5)
    assert 1.3 < effect(history, table(), "2025-09-10") < 1.55
    assert effect(history, table(), "2025-09-20") == pytest.approx(1, abs=0.1)


def test_half_a_weight_feels_half_of_a_learnt_effect(make_history):
    history = scaled(scaled(make_history(), "2025-03-11", 1.6), "2025-04-24", 1.6)
    dates = (date(2025, 3, 11), date(2025, 4, 24), date(2025, 6, 3))
    fading = table(Event(name="price", dates=dates, decay_days=1))
    whole = effect(history, fading, "2025-06-03")
    half = effect(history, fading, "2025-06-04")
    assert half == pytest.approx(np.sqrt(whole), rel=0.02)


def test_a_jump_of_the_level_brings_older_days_to_todays_level(make_history):
    history = make_history(weeks=30, seed=6)
    later = history["interval_start"] >= "2025-05-12"
    history.loc[later, "contacts"] *= 2
    ordinary, _ = ordinary_days(day_grid(history, 30), table())
    totals = ordinary.day_totals()
    assert np.nanmean(totals[:120]) == pytest.approx(np.nanmean(totals[-28:]), rel=0.06)


def test_an_unseen_holiday_of_a_centre_that_works_on_holidays_is_an_ordinary_day(make_history):
    # Nothing special happened on the holidays of spring: the one of August is a Friday like all.
    assert effect(make_history(), table(country="ES"), "2025-08-15") == pytest.approx(1, abs=0.02)


def test_the_calendar_follows_the_scale_of_the_contacts(make_history):
    special = table(country="ES")
    history = make_history(seed=6, scale=20)
    larger = history.assign(contacts=3 * history["contacts"])
    days = pd.date_range("2025-06-02", periods=60)
    one, three = (day_effects(day_grid(h, 30), special, days) for h in (history, larger))
    np.testing.assert_allclose(one, three, rtol=0.01)


def test_a_centre_that_closes_on_holidays_closes_on_the_next_one(make_history):
    history = make_history(start="2025-01-06", weeks=19)
    special = table(country="ES")
    closed = special.loc[special["kind"] == "holiday", "date"].dt.date
    history = history[~history["interval_start"].dt.date.isin(set(closed))]
    assert effect(history, special, "2025-08-15") == 0.0
    assert effect(history, special, "2025-08-18") > 0.5


def test_an_event_of_another_queue_does_not_touch_this_one(make_history):
    from forecasting.special_days import queue_special_days

    launch = Event(name="launch", dates=(date(2025, 6, 10),), queues=("sales",), effect=2.0)
    special = table(launch)
    assert effect(
        make_history(), queue_special_days(special, "support"), "2025-06-10"
    ) == pytest.approx(1, abs=1e-3)
    assert effect(
        make_history(), queue_special_days(special, "sales"), "2025-06-10"
    ) == pytest.approx(2, rel=1e-3)


def test_the_effect_of_a_day_is_learnt_from_the_past_alone(make_history):
    days = (date(2025, 2, 4), date(2025, 4, 1), date(2025, 6, 3))
    special = table(Event(name="bill run", dates=days))
    history = scaled(make_history(), "2025-02-04", 1.6)
    origin = pd.Timestamp("2025-03-03")
    dates = pd.DatetimeIndex(["2025-06-03"])
    known = day_effects(day_grid(history, 30).before(origin), special, dates)
    surprise = day_grid(scaled(history, "2025-04-01", 9.0), 30).before(origin)
    assert day_effects(surprise, special, dates) == pytest.approx(known)


def test_calendar_out_leaves_ordinary_days(make_history):
    plain = make_history()
    special = table(Event(name="sale", dates=(date(2025, 3, 4),), effect=1.4))
    ordinary, unusual = ordinary_days(day_grid(scaled(plain, "2025-03-04", 1.4), 30), special)
    np.testing.assert_allclose(ordinary.contacts, day_grid(plain, 30).contacts, rtol=2e-3)
    assert not unusual.any()


def test_an_undeclared_collapse_is_left_out_and_named(make_history):
    history = scaled(make_history(), "2025-03-04", 0.2)
    grid = day_grid(history, 30)
    ordinary, unusual = ordinary_days(grid, table())
    assert grid.dates[unusual].tolist() == [pd.Timestamp("2025-03-04")]
    assert np.isnan(ordinary.contacts[unusual]).all()


def test_quiet_queues_keep_their_empty_days(make_history):
    history = make_history(scale=0.001, seed=3)
    _, unusual = ordinary_days(day_grid(history, 30), table())
    assert not unusual.any()


def test_half_a_day_on_a_special_day_is_half_a_day_and_teaches_no_shape(make_history):
    history = make_history(seed=6, scale=5)
    start = history["interval_start"]
    eves = {date(2025, 4, 17), date(2025, 4, 30)}  # before holidays of Spain
    afternoon = start.dt.date.isin(eves) & (start.dt.hour >= 12)
    short = history[~afternoon].reset_index(drop=True)
    grid = day_grid(short, 30)
    special = table(country="ES")
    ordinary, unusual = ordinary_days(grid, special)
    on_eve = grid.dates.isin(pd.DatetimeIndex(sorted(eves)))
    assert np.isnan(ordinary.contacts[on_eve]).all()
    assert not unusual[on_eve].any()
    assert effect(short, special, "2025-08-14") < 0.8


def test_a_lost_afternoon_of_an_ordinary_day_is_not_half_a_day(make_history):
    history = make_history(seed=6, scale=5)
    start = history["interval_start"]
    lost = (start.dt.date == date(2025, 3, 12)) & (start.dt.hour >= 14)
    grid = day_grid(history[~lost].reset_index(drop=True), 30)
    ordinary, _ = ordinary_days(grid, table(country="ES"))
    morning = grid.dates == "2025-03-12"
    assert np.isfinite(ordinary.contacts[morning, 18:28]).all()


def test_a_day_moved_far_teaches_no_shape(make_history):
    history = scaled(scaled(make_history(seed=6), "2025-02-12", 3.0), "2025-04-15", 3.0)
    sale = Event(name="sale", dates=(date(2025, 2, 12), date(2025, 4, 15)))
    grid = day_grid(history, 30)
    ordinary, _ = ordinary_days(grid, table(sale))
    assert np.isnan(ordinary.contacts[grid.dates == "2025-02-12"]).all()
