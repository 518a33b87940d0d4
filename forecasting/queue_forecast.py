"""The forecast of one queue: models tested and combined, errors learnt, futures drawn."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from zlib import crc32

import numpy as np
import pandas as pd

from forecasting.accuracy import naive_scale
from forecasting.backtest import Backtest, backtest, predict_days, window_days
from forecasting.calendar_effects import fit_calendar
from forecasting.choice import Choice, borrowed_choice, choose
from forecasting.combination import combine
from forecasting.conformal import Correction, interval_quantiles, learn_correction
from forecasting.distribution import QUANTILE_LEVELS, aht_quantile_column, quantile_column
from forecasting.error_moments import window_weights
from forecasting.grid import DayGrid, FloatArray, local_cells
from forecasting.handling_time import aht_quantiles, forecast_aht
from forecasting.models import MODELS
from forecasting.opening import open_intervals
from forecasting.paths import PathParameters, path_parameters, sample_paths
from forecasting.queue_accuracy import queue_accuracy, rivals
from forecasting.totals import period_totals

YEAR_DAYS = 365.25
AHT_LEVELS = (0.1, 0.9)


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

    @property
    def dates(self) -> pd.DatetimeIndex:
        """Local dates, naive midnights."""
        return pd.date_range(self.start, periods=self.days, freq="D")


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What all queues of a forecast share, checked."""

    interval_min: int
    horizon: Horizon
    models: tuple[str, ...]
    yearly_growth: float
    default_aht_s: float
    seed: int
    last_date: pd.Timestamp

    def __post_init__(self) -> None:
        """Check the bounds."""
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


@dataclass(frozen=True, slots=True, eq=False)
class Learnt:
    """What a queue's past says: how it is forecast and how wrong that was.

    Attributes
    ----------
    choice : Choice
        Weights of the models and the evidence.
    origins : DatetimeIndex, shape (folds,)
        First day unknown to the forecasts of each window of the backtest; empty without any.
    actual, expected : float array, shape (folds, days, intervals)
        What came in those windows and what was forecast.
    rivals : dict of str to float array
        What the models it is compared with had forecast, of the same shape.
    parameters : PathParameters
        How far days and intervals stray.
    correction : Correction
        What makes the quantiles hold.
    accuracy : DataFrame
        See `forecasting.accuracy.accuracy_table`, with the queue in front.
    """

    choice: Choice
    origins: pd.DatetimeIndex
    actual: FloatArray
    expected: FloatArray
    rivals: Mapping[str, FloatArray]
    parameters: PathParameters
    correction: Correction
    accuracy: pd.DataFrame


@dataclass(frozen=True, slots=True, eq=False)
class QueueForecast:
    """One queue's demand and the evidence behind it.

    Attributes
    ----------
    queue : str
        Its name.
    demand, totals : DataFrame
        Rows of the queue in the tables of `forecasting.DemandForecast`.
    unusual : DatetimeIndex
        Past days left out of fits.
    expected : float array, shape (days, intervals)
        Expected contacts of the horizon; NaN where closed.
    learnt : Learnt
        What the past said, to forecast again with.
    """

    queue: str
    demand: pd.DataFrame
    totals: pd.DataFrame
    unusual: pd.DatetimeIndex
    expected: FloatArray
    learnt: Learnt


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class QueueTask:
    """All that the forecast of one queue needs; it can be sent to another process.

    Attributes
    ----------
    rows : DataFrame
        The queue's history.
    opening, special : DataFrame
        Its opening hours and special days.
    grid : DayGrid
        Its history in its opening hours, lengthened with a like queue's where it is new.
    like : str
        The like queue's name, "" where the queue stands on its own.
    settings : Settings
        What all queues share.
    learnt : Learnt, optional
        From a former forecast: the models are then not tested again.
    """

    rows: pd.DataFrame
    opening: pd.DataFrame
    special: pd.DataFrame
    grid: DayGrid
    like: str
    settings: Settings
    learnt: Learnt | None = None


def forecast_queue(task: QueueTask, progress: Callable[[str], None] | None = None) -> QueueForecast:
    """Test the models on one queue, combine them, forecast, and say how sure it is.

    Parameters
    ----------
    task : QueueTask
        The queue.
    progress : callable, optional
        Called with a model's name after each forecast of the backtest; it may raise to cancel.
    """
    settings, queue = task.settings, str(task.rows["queue"].iloc[0])
    horizon = settings.horizon
    learnt = task.learnt or _learn(queue, task, progress)
    mean, unusual = _expected(task, learnt.choice)
    starts = open_intervals(
        task.opening,
        start=horizon.start,
        days=horizon.days,
        zone=str(task.rows["interval_start"].dt.tz),
        interval_min=settings.interval_min,
    )
    cells = local_cells(starts, horizon.dates, settings.interval_min)
    is_open = np.zeros(mean.shape, dtype=bool)
    is_open[cells] = True
    expected = np.where(is_open, mean, np.nan)
    # A queue's futures are its own: they do not depend on which others are forecast beside it.
    rng = np.random.default_rng([settings.seed, crc32(queue.encode())])
    samples = sample_paths(expected, learnt.parameters, rng)
    totals = period_totals(queue, horizon.dates, expected, samples, learnt.correction)
    demand = _demand_rows(task, starts, mean[cells], learnt.correction)
    return QueueForecast(queue, demand, totals, unusual, expected, learnt)


def _learn(queue: str, task: QueueTask, progress: Callable[[str], None] | None) -> Learnt:
    settings = task.settings
    tested = _no_backtest(task) if task.like else _backtest(task, progress)
    choice = choose(queue, task.grid, tested, settings.models)
    if task.like:
        choice = borrowed_choice(choice, task.like, settings.models)
    expected = np.full(tested.actual.shape, np.nan)
    if choice.past is not None:
        expected = choice.past.contacts
    weights = window_weights(tested.origins, task.grid)
    parameters = path_parameters(tested.actual, expected, weights)
    accuracy = queue_accuracy(
        tested,
        expected,
        weights,
        lead_days=settings.lead_days,
        scale=naive_scale(task.grid.contacts),
    )
    accuracy.insert(0, "queue", queue)
    return Learnt(
        choice=choice,
        origins=tested.origins,
        actual=tested.actual,
        expected=expected,
        rivals=rivals(tested),
        parameters=parameters,
        correction=learn_correction(tested.actual, expected, parameters, weights),
        accuracy=accuracy,
    )


def _backtest(task: QueueTask, progress: Callable[[str], None] | None) -> Backtest:
    settings = task.settings
    return backtest(
        task.grid,
        task.special,
        settings.models,
        lead_days=settings.lead_days,
        window=window_days(settings.horizon.days),
        progress=progress,
    )


def _no_backtest(task: QueueTask) -> Backtest:
    """Test nothing: a like queue's past does not tell how well this one can be forecast."""
    shape = (0, window_days(task.settings.horizon.days), len(task.grid.minutes))
    return Backtest(pd.DatetimeIndex([]), np.empty(shape), {})


def _expected(task: QueueTask, choice: Choice) -> tuple[FloatArray, pd.DatetimeIndex]:
    """Forecast the plan's days, shape (days, intervals); also the past days left out as unusual."""
    grid, settings = task.grid, task.settings
    dates = settings.horizon.dates
    if not np.isfinite(grid.contacts).any():
        return np.zeros((len(dates), len(grid.minutes))), grid.dates[:0]
    calendar = fit_calendar(grid, task.special)
    members = dict(predict_days(calendar, dates, tuple(choice.weights)))
    days_ahead = (dates - settings.last_date).days.to_numpy()
    growth = (1 + settings.yearly_growth) ** (days_ahead / YEAR_DAYS)
    contacts = combine(members, choice.weights).contacts * growth[:, None]
    return contacts, calendar.ordinary.dates[calendar.unusual]


def _demand_rows(
    task: QueueTask, starts: pd.DatetimeIndex, contacts: FloatArray, correction: Correction
) -> pd.DataFrame:
    rows, default_aht_s = task.rows, task.settings.default_aht_s
    quantiles = interval_quantiles(contacts, correction)
    aht = aht_quantiles(rows, starts, default_aht_s=default_aht_s, levels=AHT_LEVELS)
    return pd.DataFrame(
        {
            "queue": str(rows["queue"].iloc[0]),
            "channel": str(rows["channel"].iloc[0]),
            "interval_start": starts,
            "contacts": contacts,
            **dict(zip(map(quantile_column, QUANTILE_LEVELS), quantiles, strict=True)),
            "aht_s": forecast_aht(rows, starts, default_aht_s=default_aht_s),
            **dict(zip(map(aht_quantile_column, AHT_LEVELS), aht, strict=True)),
        }
    )
