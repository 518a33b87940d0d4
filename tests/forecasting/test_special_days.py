from datetime import date

import numpy as np
import pandas as pd
import pytest

from forecasting.grid import day_grid
from forecasting.special_days import Event, day_effects, ordinary_days, special_days


def scaled(history, day, factor):
    history = history.copy()
    on_day = history["interval_start"].dt.date == date.fromisoformat(day)
    history.loc[on_day, "contacts"] *= factor
    return history


def table(*events, country=None):
    return special_days(date(2025, 1, 1), date(2025, 12, 31), country=country, events=events)


def effect(history, special, day):
    return float(day_effects(day_grid(history, 30), special, pd.DatetimeIndex([day]))[0])


def test_public_holidays_follow_country_and_region():
    spain = special_days(date(2025, 1, 1), date(2025, 12, 31), country="ES")
    madrid = special_days(date(2025, 1, 1), date(2025, 12, 31), country="ES", region="MD")
    second_of_may = pd.Timestamp("2025-05-02")
    assert second_of_may not in set(spain.loc[spain["kind"] == "holiday", "date"])
    assert second_of_may in set(madrid.loc[madrid["kind"] == "holiday", "date"])


def test_an_unknown_country_is_refused_by_name():
    with pytest.raises(ValueError, match="'XX'"):
        table(country="XX")


def test_an_ordinary_day_has_effect_one(make_history):
    assert effect(make_history(), table(country="ES"), "2025-06-24") == 1.0


def test_a_given_effect_is_used_as_given(make_history):
    launch = Event(name="launch", dates=(date(2025, 6, 10),), effect=1.45)
    assert effect(make_history(), table(launch), "2025-06-10") == 1.45


def test_an_event_never_seen_and_not_given_changes_nothing(make_history):
    launch = Event(name="launch", dates=(date(2025, 6, 10),))
    assert effect(make_history(), table(launch), "2025-06-10") == 1.0


def test_a_repeated_event_teaches_its_effect_and_one_day_is_believed_half(make_history):
    days = ["2025-02-04", "2025-03-04", "2025-04-01"]
    history = make_history()
    for day in days:
        history = scaled(history, day, 1.6)
    seen = tuple(date.fromisoformat(day) for day in days)
    thrice = Event(name="bill run", dates=(*seen, date(2025, 6, 3)))
    once = Event(name="bill run", dates=(seen[0], date(2025, 6, 3)))
    # an ordinary day (1.0) counts as one day more beside the days seen (1.6)
    assert effect(history, table(thrice), "2025-06-03") == pytest.approx(1.45)
    assert effect(history, table(once), "2025-06-03") == pytest.approx(1.3)


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
    assert effect(make_history(), queue_special_days(special, "support"), "2025-06-10") == 1.0
    assert effect(make_history(), queue_special_days(special, "sales"), "2025-06-10") == 2.0


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
    special = table(Event(name="sale", dates=(date(2025, 3, 4),), effect=2.0))
    ordinary, unusual = ordinary_days(day_grid(scaled(plain, "2025-03-04", 2.0), 30), special)
    np.testing.assert_allclose(ordinary.contacts, day_grid(plain, 30).contacts)
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


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        ({"name": "", "dates": (date(2025, 1, 1),)}, "name"),
        ({"name": "x", "dates": ()}, "date"),
        ({"name": "x", "dates": (date(2025, 1, 1),), "effect": -1.0}, "effect"),
    ],
)
def test_an_impossible_event_is_refused(arguments, named):
    with pytest.raises(ValueError, match=named):
        Event(**arguments)
