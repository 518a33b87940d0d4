"""The public data and its protocol: what may be known at an origin, and what is to be forecast.

Both sides of the benchmark read through here, so every contender gets the same rows. It needs
pandas alone, because it also runs in the peers' own environments.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    Forecaster = Callable[[pd.DataFrame, "Fold"], pd.DataFrame]

LEVELS = (0.025, 0.1, 0.25, 0.5, 0.75, 0.9, 0.975)
QUANTILES = [f"q{level:g}" for level in LEVELS]

HISTORY_DAYS = 800
"""What a contender is given: two years and a season; where there is less, all there is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fold:
    """An origin, and the days to forecast from it: midnights, `end` exclusive."""

    dataset: str
    task: str
    origin: pd.Timestamp
    start: pd.Timestamp
    end: pd.Timestamp
    interval_min: int
    country: str
    subdiv: str

    @property
    def days(self) -> int:
        """Days to forecast."""
        return (self.end - self.start).days


def read_folds(data: Path, datasets: Sequence[str] = (), every: int = 1) -> list[Fold]:
    """Read the folds; of each data set and task every so many, the first one included."""
    table = pd.read_csv(
        data / "folds_dev.csv", keep_default_na=False, parse_dates=["origin", "start", "end"]
    )
    if datasets:
        table = table[table["dataset"].isin(datasets)]
    kept = table[table.groupby(["dataset", "task"]).cumcount() % every == 0]
    return [Fold(**row) for row in kept.to_dict("records")]


@lru_cache
def read_volumes(data: Path, dataset: str) -> pd.DataFrame:
    """Read timestamp (local time), queue and volume of one data set, in order."""
    files = (data / f"{dataset}.csv", data / f"{dataset}.csv.gz")
    file = next(file for file in files if file.exists())
    volumes = pd.read_csv(file, parse_dates=["timestamp"], dtype={"queue": str})
    known = volumes[volumes["volume"].notna()]
    return known.sort_values(["queue", "timestamp"], ignore_index=True)


def before(volumes: pd.DataFrame, origin: pd.Timestamp, days: int = HISTORY_DAYS) -> pd.DataFrame:
    """Keep the rows of the last days before an origin."""
    when = volumes["timestamp"]
    first = origin - pd.Timedelta(days=days)
    return volumes[(when >= first) & (when < origin)].reset_index(drop=True)


def truth(data: Path, folds: Sequence[Fold]) -> pd.DataFrame:
    """List what came in the days to forecast: dataset, task, origin, timestamp, queue, volume."""
    parts = []
    for fold in folds:
        volumes = read_volumes(data, fold.dataset)
        when = volumes["timestamp"]
        came = volumes[(when >= fold.start) & (when < fold.end)]
        parts.append(came.assign(dataset=fold.dataset, task=fold.task, origin=fold.origin))
    return pd.concat(parts, ignore_index=True)


def all_times(start: pd.Timestamp, end: pd.Timestamp, interval_min: int) -> pd.DatetimeIndex:
    """List the starts of all intervals, by the wall clock, between two midnights."""
    return pd.date_range(start, end, freq=f"{interval_min}min", inclusive="left")


def usual_times(past: pd.DatetimeIndex, times: pd.DatetimeIndex) -> pd.DatetimeIndex:
    """Keep the times whose weekday and time of day occur in the past."""
    return times[minute_of_week(times).isin(minute_of_week(past))]


def minute_of_week(times: pd.DatetimeIndex) -> pd.Index:
    """Count minutes from Monday's midnight, by the wall clock."""
    return times.dayofweek * 1440 + times.hour * 60 + times.minute


def run(
    data: Path, folds: Sequence[Fold], contenders: Mapping[str, Forecaster]
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Have contenders forecast all folds.

    Parameters
    ----------
    data : Path
        Folder of the data.
    folds : sequence of Fold
        What to forecast.
    contenders : mapping of str to callable
        Given a past (timestamp, queue, volume) and a fold, they answer with rows of level
        ("interval" or "day"), timestamp, queue, mean and, if they have them, the quantiles.

    Returns
    -------
    forecasts, times : DataFrame
        The rows with dataset, task, origin and model; and by fold and model what it took: queues,
        seconds, and the reason of a refusal (rows it lacks then count against it). Its first
        forecast a contender makes twice, and the second is timed: what is compiled and loaded
        once is no part of a forecast.
    """
    made, times = [], []
    warm = set()
    for fold in folds:
        past = before(read_volumes(data, fold.dataset), fold.origin)
        for model, forecast in contenders.items():
            key = {"dataset": fold.dataset, "task": fold.task, "origin": fold.origin}
            key["model"] = model
            try:
                if model not in warm:
                    forecast(past, fold)
                    warm.add(model)
                start = time.perf_counter()
                made.append(forecast(past, fold).assign(**key))
                seconds = time.perf_counter() - start
                took = {"queues": past["queue"].nunique(), "seconds": seconds, "refused": ""}
            except Exception as error:  # noqa: BLE001 - a contender may fail in any way it likes
                took = {"refused": f"{type(error).__name__}: {error}"}
            times.append(key | took)
    if not made:
        raise RuntimeError(f"no fold could be forecast: {times[0]['refused']}")
    return pd.concat(made, ignore_index=True), pd.DataFrame(times)


def by_queue(past: pd.DataFrame) -> Iterator[tuple[str, pd.Series]]:
    """Give each queue's volumes by time."""
    for queue, rows in past.groupby("queue"):
        yield str(queue), rows.set_index("timestamp")["volume"].astype(float)
