"""Those who forecast in our own process: Aforo itself, and the means a planner takes by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from forecast_data import QUANTILES, all_times, by_queue, minute_of_week, usual_times

from forecasting import Horizon, forecast_demand, learn_opening, special_days

if TYPE_CHECKING:
    from forecast_data import Fold

ZONES = {"US": "America/New_York", "IL": "Asia/Jerusalem"}
YARDSTICK = "mean of weeks"


def aforo(past: pd.DataFrame, fold: Fold) -> pd.DataFrame:
    """Forecast as a user does: opening hours learnt, public holidays, everything else default."""
    # Of the hour that the clock repeats the data have one row, of both together; a row of an hour
    # that the clock skipped is struck, as it is when a history is read.
    starts = past["timestamp"].dt.tz_localize(
        ZONES[fold.country], ambiguous=np.ones(len(past), dtype=bool), nonexistent="NaT"
    )
    rows = pd.DataFrame(
        {
            "queue": past["queue"],
            "channel": "voice",
            "interval_start": starts,
            "contacts": past["volume"].astype(float),
            "aht_s": np.nan,
        }
    )
    history = rows.dropna(subset="interval_start").reset_index(drop=True)
    forecast = forecast_demand(
        history,
        interval_min=fold.interval_min,
        opening=learn_opening(history, fold.interval_min),
        special=special_days(
            past["timestamp"].min().date(),
            fold.end.date(),
            country=fold.country,
            region=fold.subdiv or None,
        ),
        horizon=Horizon(start=fold.start, days=fold.days),
    )
    intervals = forecast.demand.assign(
        level="interval", timestamp=forecast.demand["interval_start"].dt.tz_localize(None)
    ).drop_duplicates(["queue", "timestamp"])
    totals = forecast.totals
    days = totals[(totals["period"] == "day") & (totals["queue"] != "")]
    both = [intervals, days.rename(columns={"period_start": "timestamp"}).assign(level="day")]
    names = {f"contacts_{name}": name for name in QUANTILES} | {"contacts": "mean"}
    table = pd.concat(both, ignore_index=True).rename(columns=names)
    return table[["level", "timestamp", "queue", *names.values()]]


def mean_of_weeks(past: pd.DataFrame, fold: Fold, weeks: int = 6) -> pd.DataFrame:
    """Average the last known same weekdays and intervals, whatever days they were."""
    parts = []
    for queue, volumes in by_queue(past):
        last = volumes.groupby(minute_of_week(volumes.index)).tail(weeks)
        mean = last.groupby(minute_of_week(last.index)).mean()
        every = all_times(fold.start, fold.end, fold.interval_min)
        times = usual_times(volumes.index, every)
        values = mean[minute_of_week(times)].to_numpy()
        parts.append(pd.DataFrame({"timestamp": times, "mean": values, "queue": queue}))
    return pd.concat(parts, ignore_index=True).assign(level="interval")


def seasonal_naive(past: pd.DataFrame, fold: Fold) -> pd.DataFrame:
    """Repeat the last known same weekday and interval."""
    return mean_of_weeks(past, fold, weeks=1)


CONTENDERS = {"aforo": aforo, "seasonal naive": seasonal_naive, YARDSTICK: mean_of_weeks}
