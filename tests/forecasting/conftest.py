"""One tiny centre that every forecasting test knows by heart."""

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

ZONE = "Europe/Madrid"
# Monday to Sunday: how many contacts an ordinary half hour brings.
WEEK = np.array([20.0, 18.0, 16.0, 18.0, 20.0, 8.0, 0.0])


@pytest.fixture
def make_history() -> Callable[..., pd.DataFrame]:
    """Build a queue open Mon-Sat 09:00-17:00 with exact weekly contacts (a ramp over the day)."""

    def make(
        *,
        start: str = "2025-01-06",
        weeks: int = 20,
        queue: str = "support",
        scale: float = 1.0,
        seed: int | None = None,
    ) -> pd.DataFrame:
        days = pd.date_range(start, periods=7 * weeks, freq="D")
        slots = pd.to_timedelta(np.arange(9 * 60, 17 * 60, 30), unit="min")
        wall = pd.DatetimeIndex(np.add.outer(days.to_numpy(), slots.to_numpy()).ravel())
        rate = scale * WEEK[wall.dayofweek] * (0.5 + (wall.hour + wall.minute / 60 - 9) / 8)
        contacts = rate if seed is None else np.random.default_rng(seed).poisson(rate)
        table = pd.DataFrame(
            {
                "queue": queue,
                "channel": "voice",
                "interval_start": wall.tz_localize(ZONE),
                "contacts": np.asarray(contacts, dtype=float),
                "aht_s": 300.0,
            }
        )
        return table[wall.dayofweek != 6].reset_index(drop=True)

    return make
