"""Which model a queue's forecast comes from, and why."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from forecasting.backtest import Score
from forecasting.grid import DayGrid

PLANNERS_MEAN = "weekday_profile"
# A more elaborate model must be better than the planner's own mean by more than backtests of six
# windows can be wrong about: one per cent of its error.
WORTH_IT = 0.99

CHOICE_COLUMNS = (
    "queue",
    "model",
    "wape",
    "day_wape",
    "bias",
    "folds",
    "chosen",
    "reason",
    "runner_up",
    "runner_up_wape",
)


def choose(
    queue: str, grid: DayGrid, scores: Sequence[Score], models: Sequence[str]
) -> tuple[Score, pd.DataFrame]:
    """Choose one queue's model from its backtest scores and record why.

    Returns
    -------
    chosen : Score
        Of the chosen model.
    choice : DataFrame
        Rows of `CHOICE_COLUMNS`. Reason codes: lowest_error, not_better_than_planners_mean,
        only_candidate, too_short (for a backtest), no_volume.
    """
    fallback = PLANNERS_MEAN if PLANNERS_MEAN in models else models[0]
    scored = sorted((s for s in scores if np.isfinite(s.wape)), key=lambda score: score.wape)
    by_name = {score.model: score for score in scores}
    runner_up: Score | None = None
    if not scored:
        no_volume = not np.nansum(grid.contacts) > 0
        reason = "no_volume" if no_volume else "too_short"
        unscored = Score(fallback, np.nan, np.nan, np.nan, 0, 1.0)
        chosen = by_name.get(fallback, unscored)
    elif len(scored) == 1:
        chosen, reason = scored[0], "only_candidate"
    else:
        chosen, runner_up, reason = scored[0], scored[1], "lowest_error"
        bar = by_name.get(PLANNERS_MEAN)
        if bar is not None and chosen is not bar and chosen.wape > WORTH_IT * bar.wape:
            chosen, runner_up, reason = bar, scored[0], "not_better_than_planners_mean"
    rows = [by_name.get(name, Score(name, np.nan, np.nan, np.nan, 0, 1.0)) for name in models]
    table = pd.DataFrame(
        {
            "queue": queue,
            "model": [row.model for row in rows],
            "wape": [row.wape for row in rows],
            "day_wape": [row.day_wape for row in rows],
            "bias": [row.bias for row in rows],
            "folds": [row.folds for row in rows],
            "chosen": [row.model == chosen.model for row in rows],
        }
    )
    table["reason"] = np.where(table["chosen"], reason, "")
    table["runner_up"] = np.where(table["chosen"], runner_up.model if runner_up else "", "")
    table["runner_up_wape"] = np.where(
        table["chosen"], runner_up.wape if runner_up else np.nan, np.nan
    )
    return chosen, table[list(CHOICE_COLUMNS)]
