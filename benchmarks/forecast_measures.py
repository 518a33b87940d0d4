"""The measures of the data's own protocol, computed here and not by the project's own functions.

A forecast is judged on every row that came; a row it lacks counts as a forecast of nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from forecast_data import LEVELS, QUANTILES, before

if TYPE_CHECKING:
    from collections.abc import Mapping

SCALE_DAYS = 364
"""The year before the first origin of a data set: it gives the scale of MASE and the open hours."""

WEEK = pd.Timedelta(days=7)
ENDS = {"coverage_80": ("q0.1", "q0.9"), "coverage_95": ("q0.025", "q0.975")}


def naive_scale(volumes: pd.DataFrame, first_origin: pd.Timestamp) -> pd.Series:
    """Mean absolute change from a week before, by queue, over the year before the first origin."""
    year = before(volumes, first_origin, SCALE_DAYS)
    week_before = year.assign(timestamp=year["timestamp"] + WEEK)
    pairs = year.merge(week_before, on=["queue", "timestamp"])
    return (pairs["volume_x"] - pairs["volume_y"]).abs().groupby(pairs["queue"]).mean()


def is_busy(volumes: pd.DataFrame, first_origin: pd.Timestamp, rows: pd.DataFrame) -> np.ndarray:
    """Tell the rows whose queue, weekday and time had one contact or more in that year, on average.

    Coverage is counted there alone: an interval that is always empty is covered by any forecast.
    """
    year = before(volumes, first_origin, SCALE_DAYS)
    usual = year.groupby(_cells(year))["volume"].mean()
    return pd.MultiIndex.from_arrays(_cells(rows)).isin(usual.index[usual >= 1])


def _cells(rows: pd.DataFrame) -> list[pd.Series]:
    when = rows["timestamp"].dt
    return [
        rows["queue"],
        when.dayofweek.rename("weekday"),
        (when.hour * 60 + when.minute).rename("minute"),
    ]


def measures(
    came: pd.DataFrame, forecast: pd.DataFrame, scale: pd.Series, busy: np.ndarray
) -> dict[str, float]:
    """Measure one model on one data set and task.

    Parameters
    ----------
    came : DataFrame
        origin, timestamp, queue, volume.
    forecast : DataFrame
        level, origin, timestamp, queue, mean and quantiles.
    scale : Series
        From `naive_scale`.
    busy : bool array
        From `is_busy`, for the rows that came.

    Returns
    -------
    dict of str to float
        Shares [1] but for rows and missing; those of quantiles only where the model has them.
    """
    key = ["origin", "timestamp", "queue"]
    lines = {level: rows.drop(columns="level") for level, rows in forecast.groupby("level")}
    joined = came.merge(lines["interval"], on=key, how="left", validate="one_to_one")
    missing = joined["mean"].isna()
    joined["mean"] = joined["mean"].fillna(0.0)
    error = joined["mean"] - joined["volume"]
    total = joined["volume"].sum()
    mae = error.abs().groupby(joined["queue"]).mean()
    day = joined["timestamp"].dt.normalize().rename("timestamp")
    days = joined.groupby(["origin", day, "queue"])[["volume", "mean"]].sum()
    found = {
        "rows": len(joined),
        "missing": int(missing.sum()),
        "wape": error.abs().sum() / total,
        "day_wape": (days["mean"] - days["volume"]).abs().sum() / total,
        "bias": error.sum() / total,
        "mase": (mae / scale[mae.index]).mean(),
    }
    if _has_quantiles(joined[~missing]):
        joined[QUANTILES] = joined[QUANTILES].fillna(0.0)
        found["wql"] = weighted_quantile_loss(joined)
        found |= _coverage(joined[busy])
    if "day" in lines and _has_quantiles(lines["day"]):
        day_lines = days[["volume"]].reset_index().merge(lines["day"], on=key)
        found |= {f"day_{name}": share for name, share in _coverage(day_lines).items()}
    return {name: float(value) for name, value in found.items()}


def weighted_quantile_loss(rows: pd.DataFrame) -> float:
    """Twice the pinball loss over the volume, averaged over the levels."""
    over = rows["volume"].to_numpy()[:, None] - rows[QUANTILES].to_numpy()
    loss = np.maximum(np.array(LEVELS) * over, (np.array(LEVELS) - 1) * over)
    return float(2 * loss.sum(axis=0).mean() / rows["volume"].sum())


def _coverage(rows: pd.DataFrame) -> dict[str, float]:
    return {
        name: rows["volume"].between(rows[low], rows[high]).mean()
        for name, (low, high) in ENDS.items()
    }


def _has_quantiles(rows: pd.DataFrame) -> bool:
    return set(QUANTILES) <= set(rows) and bool(rows[QUANTILES].notna().all(axis=None))


def relative(
    measured: Mapping[str, Mapping[str, Mapping[str, float]]], yardstick: str
) -> dict[str, dict[str, dict[str, float]]]:
    """Geometric mean over data sets of the errors relative to a yardstick, by task and model.

    Parameters
    ----------
    measured : mapping
        Measures by "dataset.task" and model.
    yardstick : str
        The model that everyone is compared with.
    """
    tasks: dict[str, list[str]] = {}
    for name in measured:
        tasks.setdefault(name.rpartition(".")[2], []).append(name)
    return {
        task: {
            model: {
                kind: _geometric_mean(
                    [
                        measured[name][model][kind] / measured[name][yardstick][kind]
                        for name in names
                    ]
                )
                for kind in ("wape", "day_wape")
            }
            for model in measured[names[0]]
            if all("wape" in measured[name].get(model, {}) for name in names)
        }
        for task, names in tasks.items()
    }


def _geometric_mean(ratios: list[float]) -> float:
    return float(np.exp(np.log(ratios).mean()))
