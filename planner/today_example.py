"""A morning made up from the forecast, to see how a day is updated before there is a real one."""

from __future__ import annotations

from datetime import date
from zlib import crc32

import numpy as np
import pandas as pd

from forecasting.paths import sample_paths
from planner.plan import Plan
from planner.today_file import on_day


def example_morning(plan: Plan, day: date) -> pd.DataFrame:
    """Draw a morning that the forecast thinks possible, up to the middle of the day's hours.

    One of the forecast's own sample paths: the same scenario and day give the same morning.
    """
    demand = plan.demand[on_day(day, plan.demand)]
    starts = demand["interval_start"].drop_duplicates().sort_values()
    noon = starts.iloc[len(starts) // 2]
    mornings = []
    for one in plan.forecast.queues:
        rows = demand[demand["queue"] == one.queue]
        rng = np.random.default_rng(
            [plan.scenario.seed, crc32(one.queue.encode()), day.toordinal()]
        )
        expected = rows["contacts"].to_numpy()[None]
        path = sample_paths(expected, one.learnt.parameters, rng, paths=1)[0, 0]
        morning = rows[["queue", "channel", "interval_start"]].assign(contacts=path.astype(float))
        mornings.append(morning[morning["interval_start"] < noon])
    drawn: pd.DataFrame = pd.concat(mornings, ignore_index=True)
    return drawn
