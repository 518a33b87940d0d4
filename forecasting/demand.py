"""From history to demand: choose a model per queue by backtest, forecast, and say why."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from forecasting.backtest import FOLDS, MIN_RATE_CV, Score, backtest, predict_days
from forecasting.choice import choose
from forecasting.distribution import QUANTILE_LEVELS, quantile_column
from forecasting.grid import DayGrid, day_grid, local_cells
from forecasting.handling_time import forecast_aht
from forecasting.models import MODELS
from forecasting.models.protocol import Prediction
from forecasting.opening import is_open, open_intervals
from forecasting.special_days import ordinary_days, queue_special_days

Progress = Callable[[int, int, str, str], None]


@dataclass(frozen=True, slots=True, eq=False)
class DemandForecast:
    """Demand, and the evidence behind it.

    Attributes
    ----------
    demand : DataFrame
        One row per queue and open interval: queue, channel, interval_start, contacts (mean),
        contacts_q* (quantiles), aht_s [s].
    choice : DataFrame
        One row per queue and model: wape, day_wape, bias, folds; `chosen`, and the `reason` code
        on the chosen row with the runner-up's name and error.
    unusual : DataFrame
        queue, date: past days far from their neighbours that nothing declares, left out of fits.
    """

    demand: pd.DataFrame
    choice: pd.DataFrame
    unusual: pd.DataFrame


@dataclass(frozen=True, slots=True, kw_only=True)
class Horizon:
    """The days to plan.

    Attributes
    ----------
    start : Timestamp
        First local date (naive midnight).
    days : int
        Number of local days, at least 1.
    """

    start: pd.Timestamp
    days: int

    def __post_init__(self) -> None:
        """Check the bounds."""
        if self.days < 1:
            raise ValueError(f"days must be >= 1, got {self.days}")
        if self.start.tzinfo is not None or self.start != self.start.normalize():
            raise ValueError(f"start must be a local date without time, got {self.start}")


def forecast_demand(
    history: pd.DataFrame,
    *,
    interval_min: int,
    opening: pd.DataFrame,
    special: pd.DataFrame,
    horizon: Horizon,
    models: Sequence[str] = tuple(MODELS),
    default_aht_s: float = 300.0,
    progress: Progress | None = None,
) -> DemandForecast:
    """Forecast contacts and AHT of every queue for the open intervals of a horizon.

    Parameters
    ----------
    history : DataFrame
        Tidy history: queue, channel, interval_start (time zone aware), contacts, aht_s.
    interval_min : int
        Interval length [min].
    opening : DataFrame
        Opening hours (see `forecasting.opening`).
    special : DataFrame
        Special days, past and future (see `forecasting.special_days`).
    horizon : Horizon
        Days to forecast, after the last day of history.
    models : sequence of str
        Candidates, names from `forecasting.models.MODELS`.
    default_aht_s : float
        AHT where a queue's history has none [s].
    progress : callable, optional
        Called as progress(done, total, queue, model) on every backtest forecast; it may raise to
        cancel.

    Returns
    -------
    DemandForecast

    Raises
    ------
    ValueError
        For an empty history, an unknown model, or a horizon that starts in the past.
    """
    if history.empty:
        raise ValueError("forecast_demand needs at least one row of history, got none")
    unknown = [name for name in models if name not in MODELS]
    if unknown or not models:
        raise ValueError(f"models must be among {tuple(MODELS)}, got {tuple(models)}")
    zone = str(history["interval_start"].dt.tz)
    last_date = history["interval_start"].max().tz_localize(None).normalize()
    lead_days = (horizon.start - last_date).days - 1
    if lead_days < 0:
        raise ValueError(
            f"the horizon must start after the history's last day {last_date:%Y-%m-%d}, "
            f"got {horizon.start:%Y-%m-%d}"
        )
    names = [str(name) for name in history["queue"].drop_duplicates()]
    ticks = _Ticks(progress, models=len(models), queues=len(names))
    parts, choices, unusual = [], [], []
    for queue in names:
        rows = history[history["queue"] == queue]
        queue_opening = opening[opening["queue"] == queue]
        starts = open_intervals(
            queue_opening,
            start=horizon.start,
            days=horizon.days,
            zone=zone,
            interval_min=interval_min,
        )
        grid = _open_grid(rows, queue_opening, interval_min, last_date)
        queue_special = queue_special_days(special, queue)
        scores = backtest(
            grid, queue_special, models, lead_days=lead_days, progress=ticks.of(queue)
        )
        chosen, choice = choose(queue, grid, scores, models)
        choices.append(choice)
        unusual.append(_unusual_days(queue, grid, queue_special))
        dates = pd.date_range(horizon.start, periods=horizon.days, freq="D")
        prediction = _predict(grid, queue_special, dates, chosen)
        demand = _demand_rows(prediction, starts, dates, interval_min)
        demand.insert(0, "queue", queue)
        demand.insert(1, "channel", str(rows["channel"].iloc[0]))
        demand["aht_s"] = forecast_aht(rows, starts, default_aht_s=default_aht_s)
        parts.append(demand)
    return DemandForecast(
        demand=pd.concat(parts, ignore_index=True),
        choice=pd.concat(choices, ignore_index=True),
        unusual=pd.concat(unusual, ignore_index=True),
    )


class _Ticks:
    """Counts backtest forecasts over all queues, so that progress never runs backwards."""

    def __init__(self, progress: Progress | None, *, models: int, queues: int) -> None:
        self._progress = progress
        self._queue_size = models * FOLDS
        self._total = queues * self._queue_size
        self._queue_index = -1

    def of(self, queue: str) -> Callable[[str], None]:
        """Start a queue; one with a short history has fewer forecasts and jumps ahead."""
        self._queue_index += 1
        done = self._queue_index * self._queue_size

        def tick(model: str) -> None:
            nonlocal done
            done += 1
            if self._progress is not None:
                self._progress(done, self._total, queue, model)

        return tick


def _open_grid(
    rows: pd.DataFrame, opening: pd.DataFrame, interval_min: int, last_date: pd.Timestamp
) -> DayGrid:
    """One queue's history in its opening hours, up to the history's common last day."""
    grid = day_grid(rows, interval_min)
    missing = (last_date - grid.dates[-1]).days
    contacts = np.pad(grid.contacts, ((0, missing), (0, 0)), constant_values=np.nan)
    dates = pd.date_range(grid.dates[0], last_date, freq="D")
    weekdays, minutes = np.divmod(np.arange(7 * len(grid.minutes)), len(grid.minutes))
    # Any Monday will do: the opening table repeats weekly by the wall clock.
    week = pd.DatetimeIndex(
        pd.Timestamp("2024-01-01")
        + pd.to_timedelta(weekdays, unit="D")
        + pd.to_timedelta(grid.minutes[minutes], unit="min")
    )
    open_week = is_open(opening, week).reshape(7, -1)
    contacts[~open_week[dates.dayofweek]] = np.nan
    return DayGrid(dates=dates, minutes=grid.minutes, contacts=contacts)


def _predict(
    grid: DayGrid, special: pd.DataFrame, dates: pd.DatetimeIndex, chosen: Score
) -> Prediction:
    if not np.isfinite(grid.contacts).any():
        nothing = np.zeros((len(dates), len(grid.minutes)))
        return Prediction(contacts=nothing, rate_cv=nothing)
    ((_, prediction),) = predict_days(grid, special, dates, (chosen.model,))
    rate_cv = np.maximum(prediction.rate_cv, MIN_RATE_CV) * chosen.cv_scale
    return Prediction(contacts=prediction.contacts, rate_cv=rate_cv)


def _demand_rows(
    prediction: Prediction,
    starts: pd.DatetimeIndex,
    dates: pd.DatetimeIndex,
    interval_min: int,
) -> pd.DataFrame:
    rows, columns = local_cells(starts, dates, interval_min)
    contacts = prediction.contacts[rows, columns]
    at_starts = Prediction(contacts=contacts, rate_cv=prediction.rate_cv[rows, columns])
    quantiles = at_starts.quantiles(QUANTILE_LEVELS)
    table = pd.DataFrame({"interval_start": starts, "contacts": contacts})
    for level, values in zip(QUANTILE_LEVELS, quantiles, strict=True):
        table[quantile_column(level)] = values
    return table


def _unusual_days(queue: str, grid: DayGrid, special: pd.DataFrame) -> pd.DataFrame:
    if not np.isfinite(grid.contacts).any():
        return pd.DataFrame({"queue": [], "date": pd.DatetimeIndex([])}).astype({"queue": object})
    _, unusual = ordinary_days(grid, special)
    return pd.DataFrame({"queue": queue, "date": grid.dates[unusual]})
