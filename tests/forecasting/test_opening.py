import numpy as np
import pandas as pd

from forecasting.opening import is_open, learn_opening, open_intervals

ZONE = "Europe/Madrid"
ALWAYS = pd.DataFrame({"queue": "q", "weekday": range(7), "opens_min": 0, "closes_min": 1440})


def hours(opening):
    return opening[["weekday", "opens_min", "closes_min"]].to_numpy().tolist()


def test_hours_are_learnt_by_weekday(make_history):
    expected = [[weekday, 540, 1020] for weekday in range(6)]
    assert hours(learn_opening(make_history(), 30)) == expected


def test_a_closed_day_exported_as_zeros_is_closed(make_history):
    history = make_history()
    sundays = history[history["interval_start"].dt.dayofweek == 0].copy()
    sundays["interval_start"] -= pd.Timedelta(days=1)
    sundays["contacts"] = 0.0
    learnt = learn_opening(pd.concat([history, sundays]), 30)
    assert 6 not in set(learnt["weekday"])


def test_a_quiet_round_the_clock_queue_stays_open_round_the_clock():
    starts = pd.date_range("2025-01-06", periods=13 * 7 * 48, freq="30min", tz=ZONE)
    contacts = np.random.default_rng(1).poisson(0.2 / 48, len(starts)).astype(float)
    history = pd.DataFrame({"queue": "q", "interval_start": starts, "contacts": contacts})
    assert hours(learn_opening(history, 30)) == [[day, 0, 1440] for day in range(7)]


def test_a_quiet_hour_at_noon_is_not_a_closing_time(make_history):
    history = make_history(scale=5)
    noon = history["interval_start"].dt.hour == 12
    history.loc[noon, "contacts"] = 0.0
    assert len(learn_opening(history, 30)) == 6


def test_a_siesta_is_a_closing_time(make_history):
    history = make_history()
    hour = history["interval_start"].dt.hour
    learnt = learn_opening(history[(hour < 11) | (hour >= 14)], 30)
    monday = learnt[learnt["weekday"] == 0]
    assert monday[["opens_min", "closes_min"]].to_numpy().tolist() == [[540, 660], [840, 1020]]


def test_new_hours_replace_the_old_ones(make_history):
    history = make_history(weeks=40)
    recent = history["interval_start"] > history["interval_start"].max() - pd.Timedelta(weeks=14)
    late = history["interval_start"].dt.hour >= 15
    learnt = learn_opening(history[~(recent & late)], 30)
    assert set(learnt["closes_min"]) == {900}


def test_days_of_23_and_25_hours_have_46_and_50_half_hours():
    for date, count in (("2025-03-30", 46), ("2025-10-26", 50), ("2025-05-05", 48)):
        starts = open_intervals(
            ALWAYS, start=pd.Timestamp(date), days=1, zone=ZONE, interval_min=30
        )
        assert len(starts) == count
        assert starts.is_unique


def test_every_listed_interval_is_open_and_no_open_one_is_left_out():
    opening = pd.DataFrame(
        {"queue": "q", "weekday": [0, 0, 5], "opens_min": [540, 900, 600],
         "closes_min": [780, 1200, 840]}
    )  # fmt: skip
    starts = open_intervals(
        opening, start=pd.Timestamp("2025-05-05"), days=7, zone=ZONE, interval_min=15
    )
    assert is_open(opening, starts).all()
    assert len(starts) == (240 + 300 + 240) // 15
