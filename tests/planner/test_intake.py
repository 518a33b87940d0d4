from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pandas as pd
import pytest

from forecasting.reading.mapping import Question
from planner.bounds import ScenarioError
from planner.data_settings import DataSettings
from planner.intake import load_history, take_in
from planner.plan import make_plan, replan
from planner.question_words import answer_in_words
from planner.scenario import Scenario
from planner.scenario_file import parse_scenario, scenario_toml
from planner.text import catalogue

SCENARIO = Scenario(zone="Europe/Madrid", weeks=1, models=("weekday_profile",))


@pytest.fixture(scope="module")
def history():
    """Eight weeks, of which one Wednesday is all zeros."""
    starts = pd.date_range("2026-01-05", periods=8 * 7 * 48, freq="30min")
    starts = starts[(starts.hour >= 9) & (starts.hour < 17) & (starts.dayofweek < 5)]
    contacts = np.where(starts.normalize() == pd.Timestamp("2026-02-11"), 0, 30 + starts.hour)
    frame = pd.DataFrame(
        {
            "queue": "calls",
            "channel": "voice",
            "interval_start": starts.strftime("%Y-%m-%d %H:%M"),
            "contacts": contacts,
            "abandoned": contacts // 10,
            "aht_s": 300,
        }
    )
    return frame.to_csv(index=False).encode()


def test_originals_stay_beside_what_was_repaired(history):
    intake = load_history(history, SCENARIO, name="h.csv")
    assert (intake.reading.history["contacts"] == 0).any()
    changed = intake.repaired.changes
    assert set(changed["code"]) == {"day_zero"}
    assert changed["before"].eq(0).all()
    assert intake.repaired.history["contacts"].isna().sum() == len(changed)
    assert {"day_zero"} <= set(intake.problems["code"])


def test_a_repair_switched_off_changes_nothing(history):
    left = replace(SCENARIO, data=DataSettings(repairs_off=("day_zero",)))
    intake = load_history(history, left, name="h.csv")
    assert intake.repaired.changes.empty
    pd.testing.assert_series_equal(
        intake.history["contacts"], intake.reading.history["contacts"], check_names=False
    )


def test_an_intake_is_examined_again_only_where_the_scenario_touches_it(history):
    intake = load_history(history, SCENARIO, name="h.csv")
    assert intake.under(replace(SCENARIO, volume_factor=1.2, shrinkage=0.4)) is intake
    left = replace(SCENARIO, data=DataSettings(repairs_off=("day_zero",)))
    assert intake.under(left).repaired.changes.empty


def test_a_plan_is_made_of_the_need_and_a_what_if_of_other_settings_is_planned_anew(history):
    intake = load_history(history, SCENARIO, name="h.csv")
    plan = make_plan(intake, SCENARIO)
    redials = DataSettings(redial_probability=0.5)
    fewer = replan(plan, replace(SCENARIO, data=redials))
    assert fewer.demand["contacts"].sum() < plan.demand["contacts"].sum()
    afresh = make_plan(intake, replace(SCENARIO, data=redials))
    pd.testing.assert_frame_equal(fewer.demand, afresh.demand)


def test_guarded_and_unguarded_reading_give_the_same(history):
    heard = []
    guarded = take_in(
        [history], SCENARIO, names=["h.csv"], progress=lambda step, _share: heard.append(step)
    )
    plain = load_history(history, SCENARIO, name="h.csv")
    pd.testing.assert_frame_equal(guarded.history, plain.history)
    pd.testing.assert_frame_equal(guarded.problems, plain.problems)
    assert guarded.reading.preview == plain.reading.preview
    assert heard[-1] == "examining"


def test_reading_can_be_cancelled(history):
    def stop(_step, _share):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        take_in([history], SCENARIO, names=["h.csv"], progress=stop)


def test_a_clock_before_the_whole_history_says_nothing_about_it(history):
    long_ago = datetime(2020, 1, 1, tzinfo=UTC)
    intake = take_in([history], SCENARIO, names=["h.csv"], until=long_ago)
    assert "future_date" not in set(intake.problems["code"])
    then = datetime(2026, 2, 20, tzinfo=UTC)
    intake = take_in([history], SCENARIO, names=["h.csv"], until=then)
    assert "future_date" in set(intake.problems["code"])


def test_data_settings_are_on_the_page_of_a_scenario():
    data = DataSettings(
        repairs_off=("outage", "day_zero"), need_steps=("lost",), redial_probability=0.4
    )
    scenario = replace(SCENARIO, data=data)
    assert parse_scenario(scenario_toml(scenario).encode()) == scenario
    assert DataSettings(repairs_off=("day_zero", "outage")) == DataSettings(
        repairs_off=("outage", "day_zero", "outage")
    )


@pytest.mark.parametrize(
    ("page", "key"),
    [
        ('repairs_off = ["outtage"]', "data.repairs_off"),
        ('need_steps = ["lots"]', "data.need_steps"),
        ("redial_probability = 1.5", "data.redial_probability"),
        ("redial_delay_min = 0", "data.redial_delay_min"),
        ("repairs = []", "data.repairs"),
    ],
)
def test_faulty_data_settings_are_told_by_their_key(page, key):
    with pytest.raises(ScenarioError) as error:
        parse_scenario(f"[data]\n{page}\n".encode())
    assert [problem.key for problem in error.value.problems] == [key]


@pytest.mark.parametrize(
    ("key", "example", "option", "said"),
    [
        ("date_order", "03/04/2026 09:00", "dmy", "3 April 2026"),
        ("date_order", "03/04/2026 09:00", "mdy", "4 March 2026"),
        ("date_order", "03-04-26", "dmy", "3 April 2026"),
        ("date_order", "31/02/2026", "dmy", "day first"),
        ("decimal", "1.234", ",", "1,234 (decimal comma)"),
        ("decimal", "1.234", ".", "1.234 (decimal point)"),
        ("stamp", "09:30", "end", "the end of the interval"),
        ("units.aht_s", "5", "min", "minutes"),
        ("colour", "red", "blue", "blue"),
    ],
)
def test_an_answer_is_shown_by_what_the_example_would_be(key, example, option, said):
    question = Question(key=key, options=(option,), example=example)
    assert said in answer_in_words(question, option, catalogue("en"))
