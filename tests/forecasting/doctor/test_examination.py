"""What the doctor finds, and what it does not cry wolf about."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forecasting.doctor.examination import DAY_STATES, Examination, examine
from forecasting.doctor.need import unconstrained
from forecasting.doctor.repairs import repair
from forecasting.problems import COLUMNS, PROBLEM_CODES, SEVERITIES
from forecasting.special_days import SPECIAL_DAY_COLUMNS

ZONE = "Europe/Madrid"
MakeCentre = Callable[..., pd.DataFrame]


def of_code(examination: Examination, code: str) -> pd.DataFrame:
    findings = examination.findings
    return findings[findings["code"] == code]


def at(history: pd.DataFrame, first: str, last: str, queue: str = "support") -> pd.Series:
    """Rows of a queue from one local time to another, both included."""
    between = history["interval_start"].between(
        pd.Timestamp(first, tz=ZONE), pd.Timestamp(last, tz=ZONE)
    )
    return between & (history["queue"] == queue)


def codes(examination: Examination) -> set[str]:
    return set(examination.findings["code"])


@pytest.mark.parametrize("rate", [0.05, 0.5, 2.0, 10.0, 50.0])
def test_quiet_data_raise_no_alarm(make_centre: MakeCentre, rate: float) -> None:
    """Poisson counts: 150,000 intervals and 6,000 days a rate, and not one false alarm."""
    history = make_centre(*(f"queue {i}" for i in range(24)), rate=rate, weeks=37, seed=5)
    examination = examine(history, 30)
    assert codes(examination) == set()
    assert examination.outages.empty
    assert examination.outliers.empty
    assert examination.shifts.empty
    assert examination.repairs.empty


def test_days_that_vary_more_than_chance_raise_hardly_an_alarm(make_centre: MakeCentre) -> None:
    """Each day has a level of its own, 10 % about: real centres do."""
    history = make_centre(*(f"queue {i}" for i in range(10)), rate=40, weeks=37, seed=6)
    queue = pd.factorize(history["queue"])[0]
    day = history["interval_start"].dt.dayofyear.to_numpy() + 400 * queue
    level = np.exp(0.1 * np.random.default_rng(2).normal(size=day.max() + 1))
    history["contacts"] = np.round(history["contacts"] * level[day])
    examination = examine(history, 30)
    assert examination.outages.empty
    assert examination.shifts.empty
    assert len(examination.outliers) <= 2


def test_growth_and_seasons_are_no_level_shifts(make_centre: MakeCentre) -> None:
    history = make_centre("growing", "seasonal", rate=40, weeks=104)
    day = np.arange(len(history)) % (len(history) // 2) / 24
    growing = (history["queue"] == "growing").to_numpy()
    factor = np.where(growing, 1 + day / 365, 1 + 0.3 * np.sin(2 * np.pi * day / 365))
    history["contacts"] = np.random.default_rng(3).poisson(40 * factor).astype(float)
    assert examine(history, 30).shifts.empty


@pytest.mark.parametrize("ratio", [0.5, 0.75, 1.3, 2.0])
def test_a_level_shift_is_dated_and_measured(make_centre: MakeCentre, ratio: float) -> None:
    history = make_centre(weeks=40)
    after = history["interval_start"] >= pd.Timestamp("2025-06-04", tz=ZONE)
    moved = np.random.default_rng(4).poisson(history["contacts"] * ratio)
    history["contacts"] = np.where(after, moved, history["contacts"])
    shifts = examine(history, 30).shifts
    assert len(shifts) == 1
    assert abs(shifts["date"].iloc[0] - pd.Timestamp("2025-06-04")) <= pd.Timedelta(days=2)
    assert shifts["ratio"].iloc[0] == pytest.approx(ratio, rel=0.08)
    assert (shifts["after"] / shifts["before"]).iloc[0] == pytest.approx(shifts["ratio"].iloc[0])


def test_an_outage_is_found_with_its_bound(make_centre: MakeCentre) -> None:
    history = make_centre(rate=20)
    history.loc[at(history, "2025-03-12 10:00", "2025-03-12 11:30"), "contacts"] = 0.0
    examination = examine(history, 30)
    outage = examination.outages.iloc[0]
    assert len(examination.outages) == 1
    assert outage["interval_start"] == pd.Timestamp("2025-03-12 10:00", tz=ZONE)
    assert outage["interval_end"] == pd.Timestamp("2025-03-12 12:00", tz=ZONE)
    assert outage["intervals"] == 4
    assert outage["probability"] < 1e-6
    assert outage["expected"] == pytest.approx(4 * 20 * 1.4, rel=0.15)
    line = of_code(examination, "outage").iloc[0]
    assert line["found"] == "2025-03-12 10:00..12:00 (4): 0"
    assert "p < 1e-" in line["expected"]
    assert line["done"] == "marked_lost"


def test_quiet_intervals_of_a_quiet_queue_are_no_outage(make_centre: MakeCentre) -> None:
    history = make_centre(rate=2)
    history.loc[at(history, "2025-03-12 10:00", "2025-03-12 11:30"), "contacts"] = 0.0
    assert examine(history, 30).outages.empty


def test_a_special_day_explains_zeros_outliers_and_absence(make_centre: MakeCentre) -> None:
    history = make_centre()
    days = ("2025-03-12", "2025-03-19", "2025-04-09")
    zero, double, gone = (at(history, f"{day} 00:00", f"{day} 23:30") for day in days)
    history.loc[zero, "contacts"] = 0.0
    history.loc[double, "contacts"] *= 2
    history = history[~gone].reset_index(drop=True)
    assert codes(examine(history, 30)) == {"day_zero", "outlier_day", "day_absent"}
    rows = [(pd.Timestamp(day), "feast", "holiday", "", np.nan, 1.0) for day in days]
    special = pd.DataFrame(rows, columns=list(SPECIAL_DAY_COLUMNS))
    explained = examine(history, 30, special_days=special)
    assert codes(explained) == {"day_absent"}
    assert set(explained.findings["severity"]) == {"info"}
    states = explained.days.set_index("date")["state"]
    assert list(states[list(days)]) == ["zero", "open", "closed"]


def test_a_spike_of_an_interval_is_an_outlier_and_its_day_is_not(make_centre: MakeCentre) -> None:
    history = make_centre(rate=20)
    history.loc[at(history, "2025-03-12 10:00", "2025-03-12 10:00"), "contacts"] = 120.0
    outliers = examine(history, 30).outliers
    assert list(outliers["kind"]) == ["interval"]
    assert outliers["interval_start"].iloc[0] == pd.Timestamp("2025-03-12 10:00", tz=ZONE)
    assert outliers["score"].iloc[0] > 7


def test_the_calendar_tells_every_state(make_centre: MakeCentre) -> None:
    history = make_centre()
    history = history[history["interval_start"].dt.dayofweek < 6]  # closed on Sundays
    history.loc[at(history, "2025-03-11 00:00", "2025-03-11 23:30"), "contacts"] = 0.0
    history = history[~at(history, "2025-03-12 00:00", "2025-03-12 12:00")]
    history = history[~at(history, "2025-03-13 00:00", "2025-03-13 23:30")]
    days = examine(history.reset_index(drop=True), 30).days
    states = days.set_index("date")["state"]
    week = list(states["2025-03-10":"2025-03-16"])
    assert week == ["open", "zero", "partly", "lost", "open", "open", "closed"]
    assert set(DAY_STATES) == set(states)
    clocks = days.set_index("date")["clock_h"]
    assert list(clocks[clocks != 24].index.strftime("%Y-%m-%d")) == ["2025-03-30"]
    assert clocks["2025-03-30"] == 23


def test_the_change_of_the_clocks_is_noted_where_it_matters(make_centre: MakeCentre) -> None:
    night = examine(make_centre(hours=(0, 24)), 30)
    assert list(of_code(night, "clocks_change")["found"]) == ["2025-03-30: 23 h"]
    assert codes(night) == {"clocks_change"}
    assert codes(examine(make_centre(hours=(8, 20)), 30)) == set()
    autumn = examine(make_centre(hours=(0, 24), first="2025-09-01"), 30)
    assert list(autumn.findings["found"]) == ["2025-10-26: 25 h"]


def test_a_queue_that_opened_later_or_closed_is_no_outage(make_centre: MakeCentre) -> None:
    history = make_centre("old", "new", "gone")
    history.loc[at(history, "2025-01-01 00:00", "2025-03-31 23:30", "new"), "contacts"] = 0.0
    history.loc[at(history, "2025-05-01 00:00", "2025-12-31 23:30", "gone"), "contacts"] = 0.0
    examination = examine(history, 30)
    assert codes(examination) == {"queue_opened_later", "queue_closed"}
    assert list(of_code(examination, "queue_opened_later")["found"]) == ["2025-04-01"]
    assert list(of_code(examination, "queue_closed")["found"]) == ["2025-04-30"]
    assert examination.outages.empty


def test_a_queue_of_rare_contacts_has_not_opened_later_by_chance(make_centre: MakeCentre) -> None:
    history = make_centre("busy", "rare", rate=20, weeks=30)
    rare = (history["queue"] == "rare").to_numpy()
    history["contacts"] = history["contacts"].where(~rare, 0.0)
    history.loc[np.flatnonzero(rare)[[2400, 3600]], "contacts"] = 1.0
    assert codes(examine(history, 30)) == set()


def test_rows_after_the_export_are_future(make_centre: MakeCentre) -> None:
    history = make_centre()
    later = history["interval_start"] >= pd.Timestamp("2025-07-04 12:00", tz=ZONE)
    history.loc[later, "contacts"] = 0.0
    until = pd.Timestamp("2025-07-04 12:00", tz=ZONE).to_pydatetime()
    examination = examine(history, 30, until=until)
    assert codes(examination) == {"future_date"}
    assert examination.findings["found"].iloc[0].startswith("2025-07-04 12:00..2025-07-06 19:30")
    assert examination.findings["expected"].iloc[0] == "2025-07-04 12:00"


def test_intervals_given_twice_are_told_apart(make_centre: MakeCentre) -> None:
    history = make_centre()
    other = history.iloc[[20]].assign(contacts=99.0)
    twice = pd.concat([history, history.iloc[[10, 11]], other]).sort_values(
        ["queue", "interval_start"], kind="stable", ignore_index=True
    )
    examination = examine(twice, 30)
    assert codes(examination) == {"interval_repeated", "interval_contradicted"}
    found = examination.findings.set_index("code")["found"]
    assert found["interval_repeated"].endswith("(2)")
    assert ".." not in found["interval_contradicted"]


def test_impossible_handling_times_are_named(make_centre: MakeCentre) -> None:
    history = make_centre()
    history.loc[[50, 51], "aht_s"] = 0.0
    history.loc[60, "aht_s"] = 90_000.0
    found = examine(history, 30).findings.set_index("code")["found"]
    assert found["aht_zero_with_contacts"] == "0..0 (2)"
    assert found["aht_out_of_range"] == "90000..90000 (1)"


def test_more_answered_and_abandoned_than_offered_is_told_by_day(make_centre: MakeCentre) -> None:
    history = make_centre()
    history["abandoned"] = 1.0
    # Those offered at the end of one interval are answered in the next: the day balances.
    day = history["interval_start"].dt.date
    answered = history["contacts"] - 1.0
    history["answered"] = answered.groupby(day).transform(lambda of_day: np.roll(of_day, 1))
    assert not len(of_code(examine(history, 30), "parts_over_contacts"))
    wrong = at(history, "2025-03-12 00:00", "2025-03-12 23:30")
    history.loc[wrong, "answered"] *= 1.5
    examination = examine(history, 30)
    assert list(of_code(examination, "parts_over_contacts")["queue"]) == ["support"]
    worst = examination.balance.set_index("date")["excess"].idxmax()
    assert worst == pd.Timestamp("2025-03-12")


def test_zeros_left_out_of_an_export_are_recognised(make_centre: MakeCentre) -> None:
    history = make_centre(rate=2, seed=3)
    zeros = int((history["contacts"] == 0).sum())
    sparse = history[history["contacts"] > 0].reset_index(drop=True)
    examination = examine(sparse, 30)
    told = of_code(examination, "zeros_left_out")
    assert int(told["found"].iloc[0]) == pytest.approx(zeros, rel=0.15)
    assert "zeros_left_out" not in codes(examine(history[history["contacts"] != 5.0], 30))


def test_a_copied_day_is_found(make_centre: MakeCentre) -> None:
    history = make_centre()
    source = at(history, "2025-03-12 00:00", "2025-03-12 23:30")
    copy = at(history, "2025-03-13 00:00", "2025-03-13 23:30")
    history.loc[copy, "contacts"] = history.loc[source, "contacts"].to_numpy()
    line = of_code(examine(history, 30), "day_repeated").iloc[0]
    assert (line["found"], line["expected"]) == ("2025-03-13", "2025-03-12")


def test_blocked_contacts_are_summed_up(make_centre: MakeCentre) -> None:
    history = make_centre()
    history["blocked"] = 0.0
    history.loc[:9, "blocked"] = 3.0
    assert list(of_code(examine(history, 30), "contacts_blocked")["found"]) == ["30"]


def test_a_mistyped_year_neither_hides_nor_fills_anything(make_centre: MakeCentre) -> None:
    history = make_centre()
    starts = history["interval_start"].tolist()
    starts[-1] = pd.Timestamp("2098-07-06 19:30", tz=ZONE)
    history["interval_start"] = pd.DatetimeIndex(starts)
    examination = examine(history, 30)
    assert list(of_code(examination, "dates_apart")["found"]) == ["2025-07-06..2098-07-06"]
    assert len(examination.days) < 40 * 7


def test_stated_hours_take_the_place_of_learnt_ones(make_centre: MakeCentre) -> None:
    history = make_centre()
    quarter = history["interval_start"].dt.dayofyear % 4 == 0
    late = history["interval_start"].dt.hour >= 18
    sparse = history[~late | quarter].reset_index(drop=True)
    assert codes(examine(sparse, 30)) == set()
    rows = [("support", weekday, 8 * 60, 20 * 60) for weekday in range(7)]
    opening = pd.DataFrame(rows, columns=["queue", "weekday", "opens_min", "closes_min"])
    assert codes(examine(sparse, 30, opening=opening)) == {"interval_lost"}
    longer = opening.assign(opens_min=6 * 60, closes_min=24 * 60)
    assert codes(examine(history, 30, opening=longer)) == set()


def test_findings_are_problems_with_known_codes_and_counts(make_centre: MakeCentre) -> None:
    history = make_centre("a", "b")
    history.loc[at(history, "2025-03-12 00:00", "2025-03-12 23:30", "a"), "contacts"] *= 3
    examination = examine(history, 30)
    findings = examination.findings
    assert tuple(findings.columns) == COLUMNS
    assert set(findings["code"]) <= set(PROBLEM_CODES)
    assert set(findings["severity"]) <= set(SEVERITIES)
    assert examination.counts["count"].sum() == len(findings)


def test_queues_are_examined_alike_together_and_alone(make_centre: MakeCentre) -> None:
    history = make_centre("a", "b", "c")
    history.loc[at(history, "2025-03-12 10:00", "2025-03-12 13:30", "b"), "contacts"] = 0.0
    together = examine(history, 30)
    alone = examine(history[history["queue"] == "b"].reset_index(drop=True), 30)
    pd.testing.assert_frame_equal(together.outages, alone.outages)
    days = together.days[together.days["queue"] == "b"].reset_index(drop=True)
    pd.testing.assert_frame_equal(days, alone.days)


def test_an_empty_history_has_an_empty_report(make_centre: MakeCentre) -> None:
    examination = examine(make_centre().head(0), 30)
    assert examination.findings.empty
    assert list(examination.days.columns)[:3] == ["queue", "date", "state"]


def test_all_lost_is_reported_without_a_fall(make_centre: MakeCentre) -> None:
    history = make_centre().assign(contacts=np.nan, aht_s=np.nan)
    assert codes(examine(history, 30)) == {"queue_all_zero"}


def test_a_history_that_is_not_sorted_is_refused(make_centre: MakeCentre) -> None:
    history = make_centre("a", "b", weeks=4)
    for mixed in (history.iloc[::-1], history.sample(frac=1, random_state=1)):
        with pytest.raises(ValueError, match="sorted"):
            examine(mixed.reset_index(drop=True), 30)


def test_an_interval_that_does_not_divide_the_day_is_refused(make_centre: MakeCentre) -> None:
    with pytest.raises(ValueError, match="1440"):
        examine(make_centre(), 7)


ZONES = ("Europe/Madrid", "America/Santiago", "Australia/Lord_Howe", "Asia/Kathmandu", "UTC")


@given(
    seed=st.integers(0, 10**6),
    size=st.integers(1, 60),
    zone=st.sampled_from(ZONES),
    interval_min=st.sampled_from([5, 15, 60, 1440]),
)
@settings(max_examples=25, deadline=None)
def test_whatever_stands_in_a_history_is_examined_without_a_fall(
    seed: int, size: int, zone: str, interval_min: int
) -> None:
    """Any rows anywhere, from nothing to nonsense: a report, a repair and a need come of them."""
    random = np.random.default_rng(seed)
    first = pd.Timestamp("2025-09-01", tz=zone)
    if interval_min == 1440:
        days = pd.to_timedelta(random.integers(0, 300, size), unit="D")
        starts = (first.tz_localize(None) + days).tz_localize(zone, nonexistent="shift_forward")
    else:
        reach = int(random.choice([5, 100, 20_000]))
        minutes = random.integers(0, reach, size) * interval_min
        starts = (first.tz_convert("UTC") + pd.to_timedelta(minutes, unit="min")).tz_convert(zone)
    names = ("contacts", "aht_s", "abandoned", "answered", "blocked")
    measures = random.choice([np.nan, 0.0, 1.0, 7.0, 300.0, 1e6], (size, len(names)))
    table = pd.DataFrame(dict(zip(names, measures.T, strict=True)))
    table.insert(0, "queue", random.choice(["a", "b", "=1"], size).astype(object))
    table.insert(1, "channel", "voice")
    table.insert(2, "interval_start", starts)
    history = table.sort_values(["queue", "interval_start"], kind="stable", ignore_index=True)
    until = pd.Timestamp("2026-03-01", tz="UTC").to_pydatetime()
    examination = examine(history, interval_min, until=until)
    repaired = repair(history, examination)
    need = unconstrained(repaired.history, interval_min, redial_probability=0.5)
    assert (need.intervals["need"].dropna() >= 0).all()
    assert not repaired.history.duplicated(["queue", "interval_start"]).any()
    assert set(examination.findings["code"]) <= set(PROBLEM_CODES)
