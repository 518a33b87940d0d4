"""Which models a queue's forecast comes from, and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from forecasting.backtest import Backtest, Score
from forecasting.combination import combination_weights, combine
from forecasting.grid import DayGrid
from forecasting.models.protocol import Prediction

PLANNERS_MEAN = "weekday_profile"
COMBINATION = "combination"
# More elaborate forecasts must be better than the planner's own mean by more than backtests of a
# few windows can be wrong about: one per cent of its error.
WORTH_IT = 0.99

CHOICE_COLUMNS = (
    "queue",
    "model",
    "weight",
    "wape",
    "day_wape",
    "bias",
    "folds",
    "chosen",
    "reason",
    "runner_up",
    "runner_up_wape",
)


@dataclass(frozen=True, slots=True, eq=False)
class Choice:
    """How a queue is forecast, and the evidence.

    Attributes
    ----------
    weights : dict of str to float
        Weight of each model that the forecast is made of; they sum to 1.
    score : Score
        Record of the chosen model or combination.
    past : Prediction, optional
        What it forecast in the windows of the backtest; None without any.
    table : DataFrame
        Rows of `CHOICE_COLUMNS`, one a model and one for the combination if there is one.
    """

    weights: Mapping[str, float]
    score: Score
    past: Prediction | None
    table: pd.DataFrame


def choose(queue: str, grid: DayGrid, tested: Backtest, models: Sequence[str]) -> Choice:
    """Choose how one queue is forecast from its backtest and record why.

    Returns
    -------
    Choice
        Reason codes: combined (the weighted mean of several), lowest_error (all others were
        clearly worse), not_better_than_planners_mean, only_candidate, too_short (for a backtest),
        no_volume.
    """
    scores = {score.model: score for score in tested.scores()}
    # Without volume there is nothing to be right about.
    counts = any(np.isfinite(score.wape) for score in scores.values())
    weights = combination_weights(tested.day_losses()) if counts else {}
    several = sum(weight > 0 for weight in weights.values()) > 1
    past: dict[str, Prediction] = dict(tested.forecasts)
    if several:
        past[COMBINATION] = combine(tested.forecasts, weights)
        scores[COMBINATION] = tested.score(COMBINATION, past[COMBINATION])
    chosen, reason = _best(grid, scores, weights, models)
    if chosen != COMBINATION:
        weights = {chosen: 1.0}
    score = scores.get(chosen, _unscored(chosen))
    table = _leaderboard(queue, scores, weights, models)
    table["chosen"] = table["model"] == chosen
    table["reason"] = np.where(table["chosen"], reason, "")
    rivals = [s for s in scores.values() if s.model != chosen and np.isfinite(s.wape)]
    rival = min(rivals, key=lambda other: other.wape, default=None)
    table["runner_up"] = np.where(table["chosen"], rival.model if rival else "", "")
    table["runner_up_wape"] = np.where(table["chosen"], rival.wape if rival else np.nan, np.nan)
    return Choice(
        weights={name: weight for name, weight in weights.items() if weight > 0},
        score=score,
        past=past[chosen] if len(tested.origins) else None,
        table=table[list(CHOICE_COLUMNS)],
    )


def borrowed_choice(choice: Choice, like: str, models: Sequence[str]) -> Choice:
    """Forecast a new queue from a like queue's past: equal weights, as nothing was tested.

    The reason code is "borrowed", with the like queue's name as runner-up.
    """
    table = choice.table.copy()
    table["weight"] = 1.0 / len(models)
    table["reason"] = np.where(table["chosen"], "borrowed", "")
    table["runner_up"] = np.where(table["chosen"], like, "")
    weights = dict.fromkeys(models, 1.0 / len(models))
    return Choice(weights=weights, score=choice.score, past=None, table=table)


def _best(
    grid: DayGrid, scores: Mapping[str, Score], weights: Mapping[str, float], models: Sequence[str]
) -> tuple[str, str]:
    """Name what to forecast with, and the reason's code."""
    if not weights:
        fallback = PLANNERS_MEAN if PLANNERS_MEAN in models else models[0]
        no_volume = not np.nansum(grid.contacts) > 0
        return fallback, "no_volume" if no_volume else "too_short"
    if len(weights) == 1:
        return next(iter(weights)), "only_candidate"
    chosen, reason = COMBINATION, "combined"
    if COMBINATION not in scores:
        chosen, reason = max(weights, key=lambda name: weights[name]), "lowest_error"
    bar = scores.get(PLANNERS_MEAN)
    # Where nothing was wrong, nothing can be better.
    if (
        bar is not None
        and chosen != PLANNERS_MEAN
        and (bar.wape == 0 or scores[chosen].wape > WORTH_IT * bar.wape)
    ):
        chosen, reason = PLANNERS_MEAN, "not_better_than_planners_mean"
    return chosen, reason


def _leaderboard(
    queue: str, scores: Mapping[str, Score], weights: Mapping[str, float], models: Sequence[str]
) -> pd.DataFrame:
    names = [*models, *([COMBINATION] if COMBINATION in scores else [])]
    rows = [scores.get(name, _unscored(name)) for name in names]
    return pd.DataFrame(
        {
            "queue": queue,
            "model": names,
            "weight": [float(weights.get(name, 0.0)) for name in names],
            "wape": [row.wape for row in rows],
            "day_wape": [row.day_wape for row in rows],
            "bias": [row.bias for row in rows],
            "folds": [row.folds for row in rows],
        }
    )


def _unscored(name: str) -> Score:
    return Score(name, np.nan, np.nan, np.nan, 0)
