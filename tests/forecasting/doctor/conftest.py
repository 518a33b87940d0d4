"""Queues whose contacts are Poisson counts of a known rate: what is odd in them is planted."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

ZONE = "Europe/Madrid"


@pytest.fixture(scope="session")
def make_centre() -> Callable[..., pd.DataFrame]:
    """Build queues open 08:00-20:00 every day, Poisson with a humped day and quiet weekends."""

    def make(
        *queues: str,
        rate: float = 20.0,
        weeks: int = 26,
        first: str = "2025-01-06",
        hours: tuple[int, int] = (8, 20),
        seed: int = 1,
    ) -> pd.DataFrame:
        random = np.random.default_rng(seed)
        start = pd.Timestamp(first, tz=ZONE)
        every = pd.date_range(start, start + pd.Timedelta(weeks=weeks), freq="30min")[:-1]
        hour = every.hour + every.minute / 60
        starts = every[(hour >= hours[0]) & (hour < hours[1])]
        shape = 0.5 + np.sin(np.pi * (starts.hour + starts.minute / 60) / 24) ** 2
        mean = rate * shape.to_numpy() * np.where(starts.dayofweek > 4, 0.5, 1.0)
        parts = [
            pd.DataFrame(
                {
                    "queue": queue,
                    "channel": "voice",
                    "interval_start": starts,
                    "contacts": random.poisson(mean).astype(float),
                    "aht_s": random.normal(300, 10, len(starts)),
                }
            )
            for queue in queues or ("support",)
        ]
        return pd.concat(parts, ignore_index=True)

    return make
