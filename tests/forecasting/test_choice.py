import numpy as np
import pandas as pd
import pytest

from forecasting.backtest import Backtest
from forecasting.choice import CHOICE_COLUMNS, choose
from forecasting.grid import day_grid
from forecasting.models.protocol import Prediction

MODELS = ("seasonal_naive", "weekday_profile", "regression")


def past_windows(**offsets):
    """Four windows of a week of 100 contacts each half hour, forecast too high by an offset."""
    actual = np.full((4, 7, 10), 100.0)
    # Errors of both signs, so that no mean of forecasts is better than its members.
    sign = np.where(np.arange(actual.size).reshape(actual.shape) % 2, 1.0, -1.0)
    return Backtest(
        origins=pd.date_range("2025-01-06", periods=4, freq="7D"),
        actual=actual,
        forecasts={
            name: Prediction(contacts=actual + 100 * offset * sign, rate_cv=0 * actual)
            for name, offset in offsets.items()
        },
    )


@pytest.fixture
def grid(make_history):
    return day_grid(make_history(), 30)


def chosen_row(choice):
    return choice.table[choice.table["chosen"]].iloc[0]


def test_models_of_like_error_are_combined(grid):
    test = past_windows(seasonal_naive=0.1, weekday_profile=0.1, regression=0.1)
    # Errors of opposite sign cancel: that is why combinations work.
    mirrored = test.forecasts["regression"]
    test.forecasts["regression"] = Prediction(
        contacts=2 * test.actual - mirrored.contacts, rate_cv=mirrored.rate_cv
    )
    choice = choose("q", grid, test, MODELS)
    row = chosen_row(choice)
    assert (row["model"], row["reason"]) == ("combination", "combined")
    assert row["wape"] == pytest.approx(0.1 / 3)
    assert choice.weights == pytest.approx(dict.fromkeys(MODELS, 1 / 3))
    assert list(choice.table.columns) == list(CHOICE_COLUMNS)
    assert choice.past.contacts.shape == test.actual.shape


def test_the_only_model_that_is_not_clearly_worse_is_used_alone(grid):
    choice = choose(
        "q", grid, past_windows(seasonal_naive=0.2, weekday_profile=0.15, regression=0.1), MODELS
    )
    row = chosen_row(choice)
    assert choice.weights == {"regression": 1.0}
    assert (row["model"], row["reason"]) == ("regression", "lowest_error")
    assert (row["runner_up"], row["runner_up_wape"]) == ("weekday_profile", pytest.approx(0.15))


def test_less_than_one_per_cent_better_does_not_replace_the_planners_mean(grid):
    choice = choose(
        "q", grid, past_windows(seasonal_naive=0.2, weekday_profile=0.1, regression=0.0995), MODELS
    )
    row = chosen_row(choice)
    assert choice.weights == {"weekday_profile": 1.0}
    assert row["reason"] == "not_better_than_planners_mean"


def test_one_candidate_is_chosen_and_said_to_be_the_only_one(grid):
    choice = choose("q", grid, past_windows(regression=0.1), ("regression",))
    assert chosen_row(choice)["reason"] == "only_candidate"


def test_without_volume_nothing_is_chosen_by_error(grid):
    grid.contacts[:] = 0
    test = past_windows(seasonal_naive=0.1, weekday_profile=0.1, regression=0.1)
    test.actual[:] = 0
    choice = choose("q", grid, test, MODELS)
    row = chosen_row(choice)
    assert (row["model"], row["reason"]) == ("weekday_profile", "no_volume")


def test_without_a_backtest_the_planners_mean_is_used_and_said_so(grid):
    nothing = np.zeros((0, 14, 48))
    test = Backtest(
        origins=pd.DatetimeIndex([]),
        actual=nothing,
        forecasts={name: Prediction(contacts=nothing, rate_cv=nothing) for name in MODELS},
    )
    choice = choose("q", grid, test, MODELS)
    row = chosen_row(choice)
    assert (row["model"], row["reason"]) == ("weekday_profile", "too_short")
    assert choice.past is None
