from datetime import date

import pandas as pd
import pytest

from forecasting.special_days import Event, special_days


def table(*events, country=None):
    return special_days(date(2025, 1, 1), date(2025, 12, 31), country=country, events=events)


def test_public_holidays_follow_country_and_region():
    spain = special_days(date(2025, 1, 1), date(2025, 12, 31), country="ES")
    madrid = special_days(date(2025, 1, 1), date(2025, 12, 31), country="ES", region="MD")
    second_of_may = pd.Timestamp("2025-05-02")
    assert second_of_may not in set(spain.loc[spain["kind"] == "holiday", "date"])
    assert second_of_may in set(madrid.loc[madrid["kind"] == "holiday", "date"])


def test_an_unknown_country_is_refused_by_name():
    with pytest.raises(ValueError, match="'XX'"):
        table(country="XX")


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        ({"name": "", "dates": (date(2025, 1, 1),)}, "name"),
        ({"name": "x", "dates": ()}, "date"),
        ({"name": "x", "dates": (date(2025, 1, 1),), "effect": -1.0}, "effect"),
        ({"name": "x", "dates": (date(2025, 1, 1),), "decay_days": -1.0}, "decay_days"),
    ],
)
def test_an_impossible_event_is_refused(arguments, named):
    with pytest.raises(ValueError, match=named):
        Event(**arguments)


def test_an_event_that_fades_has_half_its_effect_after_its_decay_days():
    price = Event(name="price", dates=(date(2025, 3, 3),), effect=1.8, decay_days=5)
    rows = table(price).set_index("date")
    assert rows.loc["2025-03-03", "effect"] == 1.8
    assert rows.loc["2025-03-08", "effect"] == pytest.approx(1.4)
    assert rows.loc["2025-03-13", "weight"] == pytest.approx(0.25)
    assert rows["effect"].is_monotonic_decreasing
    assert rows["effect"].iloc[-1] < 1.06


def test_an_event_without_decay_is_its_days_alone():
    launch = Event(name="launch", dates=(date(2025, 3, 3), date(2025, 3, 4)))
    assert len(table(launch)) == 2


def test_a_day_between_a_holiday_and_the_weekend_is_a_bridge():
    # Thursday 1 May 2025 is Labour Day in Spain.
    spain = special_days(date(2025, 1, 1), date(2025, 12, 31), country="ES")
    bridges = set(spain.loc[spain["kind"] == "bridge", "date"])
    assert pd.Timestamp("2025-05-02") in bridges
    assert all(day.dayofweek < 5 for day in bridges)


def test_a_week_that_ends_on_thursday_has_its_bridges_there():
    israel = special_days(date(1999, 1, 1), date(1999, 12, 31), country="IL")
    # Independence Day, Wednesday 21 April 1999, before the weekend of Friday and Saturday.
    assert pd.Timestamp("1999-04-22") in set(israel.loc[israel["kind"] == "bridge", "date"])


def test_the_days_around_christmas_are_a_kind_of_their_own():
    table = special_days(date(2024, 12, 1), date(2025, 1, 31), country="ES")
    days = table.loc[table["kind"] == "christmas", "date"]
    assert pd.Timestamp("2024-12-24") in set(days)
    assert pd.Timestamp("2024-12-25") not in set(days)
    assert days.min() >= pd.Timestamp("2024-12-23")
    assert days.max() <= pd.Timestamp("2025-01-03")


def test_days_people_keep_without_a_day_off_are_observances():
    table = special_days(date(2018, 1, 1), date(2018, 12, 31), country="US")
    eve = table[(table["date"] == "2018-12-24") & (table["kind"] == "observance")]
    assert eve["name"].tolist() == ["Christmas Eve"]
