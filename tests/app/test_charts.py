import json
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from forecasting.totals import PERIODS
from planner import (
    charts_accuracy,
    charts_coverage,
    charts_forecast,
    charts_history,
    charts_staffing,
    charts_totals,
)
from planner.charts import clock_labels, wall_clock, with_gaps, with_last_step
from planner.sample import app_path
from planner.text import LANGUAGES, catalogue
from staffing import ServiceTarget, StaffingRule, required_staff

ZONE = "Europe/Madrid"
LAST_SUNDAY_OF_MARCH, LAST_SUNDAY_OF_OCTOBER = "2026-03-29", "2026-10-25"
VIEWS = Path(charts_history.__file__).parent / "views"


def day_and_night(first, days):
    """Every half hour of some days, of a queue that never closes."""
    end = pd.Timestamp(first) + pd.Timedelta(days=days)
    starts = pd.date_range(first, end, freq="30min", tz=ZONE, inclusive="left")
    contacts = 20.0 + 10 * np.sin(starts.hour.to_numpy() / 24 * 2 * np.pi)
    frame = pd.DataFrame({"interval_start": starts, "contacts": contacts, "aht_s": 300.0})
    frame.insert(0, "queue", "Soporte")
    frame.insert(1, "channel", "voice")
    return frame


@pytest.fixture
def history():
    return day_and_night("2026-10-05", 20)


@pytest.fixture
def demand():
    frame = day_and_night("2026-10-25", 7)
    for level, factor in (("0.025", 0.7), ("0.1", 0.8), ("0.9", 1.2), ("0.975", 1.3)):
        frame[f"contacts_q{level}"] = frame["contacts"] * factor
    return frame


@pytest.fixture
def requirement(demand):
    rule = StaffingRule(target=ServiceTarget())
    return required_staff(demand, {"Soporte": rule}, interval_min=30)


def totals_of(demand, width=0.1):
    """Totals of a demand by day, week and month, with a band of some width."""
    days = demand["interval_start"].dt.tz_localize(None).dt.normalize()
    parts = []
    for period, frequency in PERIODS.items():
        starts = days.dt.to_period(frequency).dt.start_time
        contacts = demand["contacts"].groupby(starts).sum()
        parts.append(pd.DataFrame({"contacts": contacts}).rename_axis("period_start").reset_index())
        parts[-1]["period"] = period
    totals = pd.concat(parts, ignore_index=True)
    low, high = (1 - width) * totals["contacts"], (1 + width) * totals["contacts"]
    return totals.assign(**{"contacts_q0.1": low, "contacts_q0.9": high})


def accuracy_of(*queues):
    rows = [
        (queue, model, error, error / 2, error / 4, held, held + 0.15)
        for queue in queues
        for model, error, held in (
            ("chosen", 0.12, 0.81),
            ("weekday_profile", 0.15, np.nan),
            ("prophet", 0.12, np.nan),
            ("poisson_floor", 0.10, np.nan),
        )
    ]
    errors = ["wape", "day_wape", "week_wape", "coverage_80", "coverage_95"]
    return pd.DataFrame(rows, columns=["queue", "model", *errors])


def period_chart(history, demand, period, text):
    last = demand["interval_start"].max().tz_localize(None).normalize()
    return charts_totals.period_totals(history, totals_of(demand), period, last, text)


def all_charts(history, demand, requirement, text):
    accuracy = accuracy_of("", "Soporte")
    choice = pd.DataFrame({"model": ["prophet", "low_rank", "regression"], "weight": [0.7, 0.3, 0]})
    more = requirement.assign(agents_net=requirement["agents_net"] + 2)
    return {
        "by_day": charts_history.contacts_by_day(history, text),
        "by_weekday": charts_history.weekday_heat_map(history, text),
        **{f"{one}s": period_chart(history, demand, one, text) for one in PERIODS},
        "weights": charts_forecast.model_weights(choice, text),
        "errors": charts_accuracy.errors(accuracy[accuracy["queue"] == "Soporte"], text),
        "errors_by_queue": charts_accuracy.errors_by_queue(accuracy, "day", text),
        "coverage_by_queue": charts_coverage.coverage_by_queue(accuracy, "interval", text),
        "hundred": charts_coverage.hundred_squares(0.83, 0.8, text),
        "intervals": charts_forecast.forecast_intervals(history, demand, text, interval_min=30),
        "aht": charts_forecast.handling_time(history, demand, text),
        "agents": charts_staffing.agents_heat_map(requirement, "agents_gross", text),
        "difference": charts_staffing.difference_heat_map(requirement, more, "agents_net", text),
        "day": charts_staffing.day_staffing(requirement.head(48), text, interval_min=30),
        "comparison": charts_staffing.day_comparison(
            requirement.head(48), more.head(48), "agents_net", text, interval_min=30
        ),
    }


def fields_of(spec):
    """Every column that a spec reads."""
    if isinstance(spec, dict):
        own = {spec["field"]} if isinstance(spec.get("field"), str) else set()
        return own.union(*(fields_of(part) for part in spec.values()))
    if isinstance(spec, list):
        return set().union(*(fields_of(part) for part in spec))
    return set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_chart_reads_columns_it_has_and_is_plain_json(history, demand, requirement, language):
    text = catalogue(language)
    for spec in all_charts(history, demand, requirement, text).values():
        drawn = {name: part for name, part in spec.items() if name != "data"}
        json.dumps(drawn)
        assert fields_of(drawn) <= set(spec["data"]["values"].columns)
        assert drawn["description"]
        assert not any("." in field for field in fields_of(drawn))


def test_the_browser_formats_as_the_reader_writes(history):
    spec = charts_history.contacts_by_day(history, catalogue("es"))
    locale = spec["config"]["locale"]
    assert (locale["number"]["decimal"], locale["number"]["thousands"]) == (",", ".")
    assert locale["time"]["shortDays"][:2] == ["dom", "lun"]
    assert locale["time"]["months"][0] == "enero"


def test_times_are_the_centres_clock_wherever_the_reader_is():
    spring = day_and_night(LAST_SUNDAY_OF_MARCH, 1)["interval_start"]
    wall = wall_clock(spring)
    assert str(wall.dt.tz) == "UTC"
    assert list(clock_labels(wall)[3:6]) == ["01:30", "03:00", "03:30"]


def test_the_hour_that_autumn_repeats_is_one_cell_with_its_higher_need(requirement):
    first_day = requirement[
        requirement["interval_start"].dt.strftime("%Y-%m-%d") == LAST_SUNDAY_OF_OCTOBER
    ].reset_index(drop=True)
    assert len(first_day) == 50
    first_day.loc[first_day.index[4], "agents_net"] = 99  # 02:00, the first time round
    spec = charts_staffing.agents_heat_map(first_day, "agents_net", catalogue("en"))
    cells = spec["data"]["values"].set_index("time")["value"]
    assert cells["02:00"] == 99
    assert cells.index.is_unique


def test_the_agents_of_several_queues_add_up(requirement):
    twice = pd.concat([requirement, requirement.assign(queue="Ventas")], ignore_index=True)
    one = charts_staffing.agents_heat_map(requirement, "agents_net", catalogue("en"))
    both = charts_staffing.agents_heat_map(twice, "agents_net", catalogue("en"))
    assert (both["data"]["values"]["value"] == 2 * one["data"]["values"]["value"]).all()


def test_hours_in_which_nobody_ever_works_are_left_out(requirement):
    hour = requirement["interval_start"].dt.hour
    by_day = requirement.assign(agents_net=requirement["agents_net"].where(hour.between(8, 19), 0))
    spec = charts_staffing.agents_heat_map(by_day, "agents_net", catalogue("en"))
    times = spec["data"]["values"]["time"]
    assert (times.min(), times.max()) == ("08:00", "19:30")


def test_a_line_breaks_where_the_centre_is_closed_and_nowhere_else():
    at = pd.to_datetime(["2026-10-05 17:30", "2026-10-05 18:00", "2026-10-06 09:00"], utc=True)
    rows = with_gaps(pd.DataFrame({"at": at, "contacts": [1.0, 2.0, 3.0]}), 30)
    assert rows["contacts"].isna().tolist() == [False, False, True, False]
    assert rows["at"].is_monotonic_increasing


def test_the_last_step_of_a_day_is_as_wide_as_the_others():
    at = pd.to_datetime(["2026-10-05 17:30", "2026-10-05 18:00"], utc=True)
    rows = with_last_step(pd.DataFrame({"at": at, "agents": [4, 6]}), 30)
    assert rows["agents"].tolist() == [4, 6, 6]
    assert rows["at"].diff().dropna().tolist() == [pd.Timedelta(minutes=30)] * 2


def test_totals_carry_their_own_band_and_the_past_has_none(history, demand):
    rows = period_chart(history, demand, "day", catalogue("en"))["data"]["values"]
    forecast, past = rows[rows["series"] == "Forecast"], rows[rows["series"] == "History"]
    assert forecast["contacts"].sum() == pytest.approx(demand["contacts"].sum())
    assert (forecast["low"] < forecast["contacts"]).all()
    assert (forecast["contacts"] < forecast["high"]).all()
    assert past["low"].isna().all()


def test_only_whole_weeks_of_the_past_are_compared_with_planned_ones(demand):
    late = day_and_night("2026-10-07", 18)  # from a Wednesday to a Saturday
    rows = period_chart(late, demand, "week", catalogue("en"))["data"]["values"]
    past = rows[rows["series"] == "History"]
    assert past["when"].tolist() == ["Mon 12 Oct – Sun 18 Oct"]


def test_a_month_that_is_planned_in_part_is_as_wide_as_its_days(history, demand):
    rows = period_chart(history, demand, "month", catalogue("en"))["data"]["values"]
    assert rows["when"].tolist() == ["Sun 25 Oct – Sat 31 Oct"]
    assert rows["until"].iloc[0] < pd.Timestamp("2026-11-01", tz="UTC")
    assert rows["at"].iloc[0] > pd.Timestamp("2026-10-25", tz="UTC")


@pytest.mark.parametrize(("held", "inside"), [(0.804, 80), (0.867, 87), (1.0, 100), (0.0, 0)])
def test_of_a_hundred_squares_those_in_the_band_are_coloured(held, inside):
    spec = charts_coverage.hundred_squares(held, 0.8, catalogue("en"))
    squares = spec["data"]["values"]
    assert len(squares) == 100
    assert (squares["where"] == "In the band").sum() == inside
    # The line of what is promised stands after a whole column of squares.
    line = spec["layer"][1]["encoding"]["x"]["datum"]
    assert (squares["right"] < line).sum() == 80


def test_the_whole_centre_is_named_and_stands_where_it_is_put():
    spec = charts_accuracy.errors_by_queue(accuracy_of("", "Chat"), "week", catalogue("es"))
    rows = spec["data"]["values"]
    assert list(rows["queue"].unique()) == ["Todo el centro", "Chat"]
    assert spec["encoding"]["y"]["sort"] == ["Todo el centro", "Chat"]
    assert rows["error"].max() == pytest.approx(0.15 / 4)


def test_chance_is_a_line_and_not_a_bar_of_its_own():
    spec = charts_accuracy.errors(accuracy_of("Chat"), catalogue("en"))
    rows = spec["data"]["values"]
    floor = rows[rows["model"] == "Chance alone"]
    assert floor["error"].isna().all()
    assert floor["chance"].tolist() == pytest.approx([0.10, 0.05, 0.025])


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_word_the_app_asks_for_by_name_is_in_the_catalogue(language):
    sources = [app_path(), *VIEWS.glob("*.py"), *VIEWS.parent.glob("charts*.py")]
    asked = {
        key
        for source in sources
        for key in re.findall(r'text\(\s*"([a-z_.]+)"', source.read_text(encoding="utf-8"))
    }
    assert len(asked) > 100
    assert not [key for key in sorted(asked) if key not in catalogue(language)]


def test_the_waterfall_ends_at_the_agents_to_schedule_and_leaves_out_what_is_nothing():
    from planner.charts_explanation import agents_waterfall
    from staffing.explanation import PARTS

    parts = pd.Series(dict.fromkeys(PARTS, 0.0))
    parts["agents_workload"], parts["agents_waiting"] = 10.0, 4.0
    parts["agents_abandonment"], parts["agents_shrinkage"] = -1.0, 6.0
    spec = agents_waterfall(parts, catalogue("es"))
    rows = spec["data"]["values"]
    # Stated, not by appearance: a chart that is given other rows would keep the old places.
    assert spec["layer"][0]["encoding"]["y"]["sort"] == rows["part"].tolist()
    assert rows["to"].tolist() == [10.0, 14.0, 13.0, 19.0, 19.0]
    assert rows["from"].tolist() == [0.0, 10.0, 14.0, 13.0, 0.0]
    assert rows["part"].tolist()[2] == "Clientes que cuelgan"
