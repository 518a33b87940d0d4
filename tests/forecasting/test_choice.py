import numpy as np
import pytest

from forecasting.backtest import Score
from forecasting.choice import choose
from forecasting.grid import day_grid

MODELS = ("seasonal_naive", "weekday_profile", "structural")


def score(model, wape):
    return Score(model=model, wape=wape, day_wape=wape, bias=0.0, folds=6, cv_scale=1.0)


@pytest.fixture
def grid(make_history):
    return day_grid(make_history(), 30)


def chosen_row(choice):
    return choice[choice["chosen"]].iloc[0]


def test_the_lowest_error_wins_when_it_is_clearly_below_the_planners_mean(grid):
    scores = [
        score("seasonal_naive", 0.2),
        score("weekday_profile", 0.15),
        score("structural", 0.1),
    ]
    chosen, choice = choose("q", grid, scores, MODELS)
    assert chosen.model == "structural"
    row = chosen_row(choice)
    assert (row["reason"], row["runner_up"]) == ("lowest_error", "weekday_profile")
    assert row["runner_up_wape"] == 0.15


def test_less_than_one_per_cent_better_does_not_replace_the_planners_mean(grid):
    scores = [
        score("seasonal_naive", 0.2),
        score("weekday_profile", 0.1000),
        score("structural", 0.0995),
    ]
    chosen, choice = choose("q", grid, scores, MODELS)
    assert chosen.model == "weekday_profile"
    row = chosen_row(choice)
    assert (row["reason"], row["runner_up"]) == ("not_better_than_planners_mean", "structural")


def test_without_the_planners_mean_among_the_candidates_the_lowest_error_wins(grid):
    models = ("seasonal_naive", "structural")
    scores = [score("seasonal_naive", 0.1000), score("structural", 0.0995)]
    chosen, _ = choose("q", grid, scores, models)
    assert chosen.model == "structural"


def test_one_candidate_is_chosen_and_said_to_be_the_only_one(grid):
    _, choice = choose("q", grid, [score("structural", 0.1)], ("structural",))
    assert chosen_row(choice)["reason"] == "only_candidate"


def test_scores_without_volume_choose_nothing_by_error(grid):
    grid.contacts[:] = 0
    scores = [score(model, np.nan) for model in MODELS]
    chosen, choice = choose("q", grid, scores, MODELS)
    assert chosen.model == "weekday_profile"
    assert chosen_row(choice)["reason"] == "no_volume"
