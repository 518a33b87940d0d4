"""From history to demand: choose and combine models per queue by backtest, and say why."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from forecasting.backtest import (
    MIN_RATE_CV,
    backtest,
    max_folds,
    predict_days,
    window_days,
)
from forecasting.calendar_effects import fit_calendar
from forecasting.choice import Choice, choose
from forecasting.combination import combine
from forecasting.distribution import QUANTILE_LEVELS, quantile_column
from forecasting.grid import DayGrid, day_grid, local_cells
from forecasting.handling_time import forecast_aht
from forecasting.models import DEFAULT_MODELS, MODELS
from forecasting.models.protocol import Prediction
from forecasting.opening import is_open, open_intervals
from forecasting.progress import Progress, Ticks
from forecasting.special_days import queue_special_days

YEAR_DAYS = 365.25

IntArray = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class DemandForecast:
    """Demand, and the evidence behind it.

    Attributes
    ----------
    demand : DataFrame
        One row per queue and open interval: queue, channel, interval_start, contacts (mean),
        contacts_q* (quantiles), aht_s [s].
    choice : DataFrame
        One row per queue and model, and one for the combination: weight, wape, day_wape, bias,
        folds; `chosen`, and the `reason` code on the chosen row with the runner-up's name and
        error.
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
    models: Sequence[str] = DEFAULT_MODELS,
    yearly_growth: float = 0.0,
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
    yearly_growth : float
        Growth that the planner expects on top of the history, per year; 0.1 is 10 % [1/year].
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
        For an empty history, an unknown model, a horizon that starts in the past, or growth of
        -100 % and less.
    """
    if history.empty:
        raise ValueError("forecast_demand needs at least one row of history, got none")
    settings = _Settings(
        interval_min=interval_min,
        horizon=horizon,
        models=tuple(models),
        yearly_growth=yearly_growth,
        default_aht_s=default_aht_s,
        last_date=history["interval_start"].max().tz_localize(None).normalize(),
    )
    names = [str(name) for name in history["queue"].drop_duplicates()]
    forecasts = len(models) * max_folds(window_days(horizon.days))
    ticks = Ticks(progress, forecasts=forecasts, queues=len(names))
    made = [
        _forecast_queue(
            history[history["queue"] == queue],
            opening[opening["queue"] == queue],
            queue_special_days(special, queue),
            settings,
            ticks.of(queue),
        )
        for queue in names
    ]
    return DemandForecast(
        demand=pd.concat([one.demand for one in made], ignore_index=True),
        choice=pd.concat([one.choice for one in made], ignore_index=True),
        unusual=pd.concat([one.unusual for one in made], ignore_index=True),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Settings:
    """What all queues of a forecast share, checked."""

    interval_min: int
    horizon: Horizon
    models: tuple[str, ...]
    yearly_growth: float
    default_aht_s: float
    last_date: pd.Timestamp

    def __post_init__(self) -> None:
        unknown = [name for name in self.models if name not in MODELS]
        if unknown or not self.models:
            raise ValueError(f"models must be among {tuple(MODELS)}, got {self.models}")
        if not self.yearly_growth > -1:
            raise ValueError(f"yearly_growth must be > -1, got {self.yearly_growth}")
        if self.lead_days < 0:
            raise ValueError(
                "the horizon must start after the history's last day "
                f"{self.last_date:%Y-%m-%d}, got {self.horizon.start:%Y-%m-%d}"
            )

    @property
    def lead_days(self) -> int:
        """Whole days between the last day known and the first day planned."""
        return (self.horizon.start - self.last_date).days - 1


def _forecast_queue(
    rows: pd.DataFrame,
    opening: pd.DataFrame,
    special: pd.DataFrame,
    settings: _Settings,
    progress: Callable[[str], None],
) -> DemandForecast:
    """Test the models on one queue, choose, forecast."""
    horizon = settings.horizon
    queue = str(rows["queue"].iloc[0])
    starts = open_intervals(
        opening,
        start=horizon.start,
        days=horizon.days,
        zone=str(rows["interval_start"].dt.tz),
        interval_min=settings.interval_min,
    )
    grid = _open_grid(rows, opening, settings.interval_min, settings.last_date)
    tested = backtest(
        grid,
        special,
        settings.models,
        lead_days=settings.lead_days,
        window=window_days(horizon.days),
        progress=progress,
    )
    choice = choose(queue, grid, tested, settings.models)
    dates = pd.date_range(horizon.start, periods=horizon.days, freq="D")
    prediction, unusual = _predict(grid, special, dates, choice)
    days_ahead = (dates - settings.last_date).days.to_numpy()
    prediction = _grown(prediction, days_ahead, settings.yearly_growth)
    demand = _demand_rows(prediction, starts, dates, settings.interval_min)
    demand.insert(0, "queue", queue)
    demand.insert(1, "channel", str(rows["channel"].iloc[0]))
    demand["aht_s"] = forecast_aht(rows, starts, default_aht_s=settings.default_aht_s)
    return DemandForecast(
        demand=demand,
        choice=choice.table,
        unusual=pd.DataFrame({"queue": queue, "date": unusual}),
    )


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
    grid: DayGrid, special: pd.DataFrame, dates: pd.DatetimeIndex, choice: Choice
) -> tuple[Prediction, pd.DatetimeIndex]:
    """Forecast the plan's days; also the past days left out as unusual."""
    if not np.isfinite(grid.contacts).any():
        nothing = np.zeros((len(dates), len(grid.minutes)))
        return Prediction(contacts=nothing, rate_cv=nothing), grid.dates[:0]
    calendar = fit_calendar(grid, special)
    members = dict(predict_days(calendar, dates, tuple(choice.weights)))
    combined = combine(members, choice.weights)
    rate_cv = np.maximum(combined.rate_cv, MIN_RATE_CV) * choice.score.cv_scale
    unusual = calendar.ordinary.dates[calendar.unusual]
    return Prediction(contacts=combined.contacts, rate_cv=rate_cv), unusual


def _grown(prediction: Prediction, days_ahead: IntArray, yearly_growth: float) -> Prediction:
    """Apply the planner's growth from the last day of history on."""
    factor = (1 + yearly_growth) ** (days_ahead / YEAR_DAYS)
    return Prediction(contacts=prediction.contacts * factor[:, None], rate_cv=prediction.rate_cv)


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
