"""Prophet and statsforecast; runs in an environment that holds the one asked for.

`python forecast_peers.py PEER DATA OUT EVERY [DATASET ...]` forecasts every so many folds of the
data sets (all without a name) and writes forecasts.csv, times.csv and version.txt to the folder
OUT. Every peer is used the way its documentation shows; forecasts below zero are raised to zero,
which can only help.
"""

from __future__ import annotations

import logging
import sys
from functools import partial
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from forecast_data import LEVELS, QUANTILES, all_times, by_queue, read_folds, run, usual_times

if TYPE_CHECKING:
    from forecast_data import Fold, Forecaster

PROFILE_WEEKS = 6
"""Weeks that the share of an interval in its day, and the average of weeks, are taken over."""

SEED = 1


def prophet() -> dict[str, Forecaster]:
    """Prophet with its defaults and the country's holidays, on the intervals themselves.

    "Data with regular gaps" in its documentation: only the usual hours are forecast. Quantiles of
    intervals and days are those of its predictive samples.
    """
    from prophet import Prophet

    for name in ("cmdstanpy", "prophet"):
        logging.getLogger(name).setLevel(logging.ERROR)

    def forecast(past: pd.DataFrame, fold: Fold) -> pd.DataFrame:
        np.random.seed(SEED)  # noqa: NPY002 - the only generator that Prophet draws from
        parts = []
        for queue, volumes in by_queue(past):
            model = Prophet()
            if fold.country:
                model.add_country_holidays(country_name=fold.country)
            model.fit(volumes.rename_axis("ds").rename("y").reset_index())
            times = usual_times(volumes.index, all_times(fold.start, fold.end, fold.interval_min))
            future = pd.DataFrame({"ds": times})
            mean = model.predict(future)["yhat"].to_numpy()
            samples = np.maximum(model.predictive_samples(future)["yhat"], 0.0)
            days = pd.DataFrame(samples).groupby(times.normalize()).sum()
            parts.append(_rows("interval", queue, times, mean, np.quantile(samples, LEVELS, 1)))
            quantiles = np.quantile(days, LEVELS, 1)
            parts.append(_rows("day", queue, days.index, days.mean(axis=1), quantiles))
        return pd.concat(parts, ignore_index=True)

    return {"prophet": forecast}


def statsforecast() -> dict[str, Forecaster]:
    """Its usual automatic models, on intervals or on day totals spread by the weekday's profile."""
    from statsforecast.models import MSTL, AutoETS, AutoTheta, SeasonalWindowAverage

    def mstl(day: int, week: int) -> Any:
        return MSTL(season_length=[day, week], trend_forecaster=AutoETS(model="ZZN"))

    def window_average(_day: int, week: int) -> Any:
        return SeasonalWindowAverage(season_length=week, window_size=PROFILE_WEEKS)

    return {
        "statsforecast MSTL": partial(_intervals, mstl, with_quantiles=True),
        "statsforecast SeasonalWindowAverage": partial(
            _intervals, window_average, with_quantiles=False
        ),
        "statsforecast AutoETS of days": partial(_days, AutoETS),
        "statsforecast AutoTheta of days": partial(_days, AutoTheta),
    }


def _intervals(make: Any, past: pd.DataFrame, fold: Fold, *, with_quantiles: bool) -> pd.DataFrame:
    """Forecast the intervals themselves as one regular series."""
    parts = []
    for queue, volumes in by_queue(past):
        series, times, (day, week) = regular(volumes, fold)
        said = make(day, week).forecast(
            y=series.to_numpy(), h=len(times), level=[50, 80, 95] if with_quantiles else None
        )
        wanted = times >= fold.start
        quantiles = _quantiles(said)[:, wanted] if with_quantiles else None
        parts.append(_rows("interval", queue, times[wanted], said["mean"][wanted], quantiles))
    return pd.concat(parts, ignore_index=True)


def _days(model: Any, past: pd.DataFrame, fold: Fold) -> pd.DataFrame:
    """Forecast day totals and spread them over the day as the weekday's last weeks were."""
    parts = []
    for queue, volumes in by_queue(past):
        series, times, (day, week) = regular(volumes, fold)
        totals = series.groupby(series.index.normalize()).sum()
        dates = times.normalize().unique()
        said = model(season_length=week // day).forecast(
            y=totals.to_numpy(), h=len(dates), level=[50, 80, 95]
        )
        wanted = dates >= fold.start
        mean = pd.Series(said["mean"], index=dates)
        parts.append(_rows("day", queue, dates[wanted], mean[wanted], _quantiles(said)[:, wanted]))
        times = times[times >= fold.start]
        spread = mean[times.normalize()].to_numpy() * profile(series, times)
        parts.append(_rows("interval", queue, times, spread, None))
    return pd.concat(parts, ignore_index=True)


def regular(volumes: pd.Series, fold: Fold) -> tuple[pd.Series, pd.DatetimeIndex, tuple[int, int]]:
    """Make a series without gaps, which is what these models take.

    The hours and weekdays without any row are left out as if they did not exist; a hole in the
    others is filled with the week before.

    Returns
    -------
    Series, DatetimeIndex, (int, int)
        The past up to the origin; the times from there to the end of the fold; and how many
        intervals a day and a week of them have.
    """
    seen = volumes.index
    weekdays, minutes = seen.dayofweek.unique(), (seen.hour * 60 + seen.minute).unique()

    def open_times(start: pd.Timestamp, end: pd.Timestamp) -> pd.DatetimeIndex:
        every = all_times(start, end, fold.interval_min)
        of_day = every.hour * 60 + every.minute
        return every[every.dayofweek.isin(weekdays) & of_day.isin(minutes)]

    times = open_times(seen[0].normalize(), fold.origin)
    weekly = volumes.reindex(times).groupby([times.dayofweek, times.time])
    series = weekly.ffill().fillna(weekly.bfill())
    lengths = len(minutes), len(minutes) * len(weekdays)
    return series.fillna(0.0), open_times(fold.origin, fold.end), lengths


def profile(series: pd.Series, times: pd.DatetimeIndex) -> np.ndarray:
    """Give the share of each time in its day: that of the weekday's last weeks."""
    last = series[series.index >= series.index[-1] - pd.Timedelta(weeks=PROFILE_WEEKS)]
    volume = last.groupby([last.index.dayofweek, last.index.time]).sum()
    share = (volume / volume.groupby(level=0).transform("sum")).fillna(0.0)
    return share.reindex(pd.MultiIndex.from_arrays([times.dayofweek, times.time])).to_numpy()


def _quantiles(said: dict[str, np.ndarray]) -> np.ndarray:
    """Turn central intervals of 95, 80 and 50 % and the mean into seven quantiles."""
    names = ("lo-95", "lo-80", "lo-50", "mean", "hi-50", "hi-80", "hi-95")
    return np.stack([said[name] for name in names])


def _rows(
    level: str, queue: str, times: pd.DatetimeIndex, mean: Any, quantiles: np.ndarray | None
) -> pd.DataFrame:
    rows = pd.DataFrame({"timestamp": times, "mean": np.maximum(mean, 0.0)})
    if quantiles is not None:
        rows[QUANTILES] = np.maximum(quantiles, 0.0).T
    return rows.assign(level=level, queue=queue)


def main() -> None:
    """Forecast and write."""
    peer, data, out, every, *datasets = sys.argv[1:]
    contenders = {"prophet": prophet, "statsforecast": statsforecast}[peer]()
    folds = read_folds(Path(data), datasets, int(every))
    forecasts, times = run(Path(data), folds, contenders)
    forecasts.to_csv(Path(out, "forecasts.csv"), index=False)
    times.to_csv(Path(out, "times.csv"), index=False)
    Path(out, "version.txt").write_text(metadata.version(peer), encoding="utf-8")


if __name__ == "__main__":
    main()
