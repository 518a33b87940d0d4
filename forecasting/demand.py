"""From history to demand: choose and combine models per queue by backtest, and say why."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import pandas as pd

from forecasting.backtest import max_folds, window_days
from forecasting.centre_accuracy import centre_accuracy
from forecasting.centre_totals import centre_totals
from forecasting.models import DEFAULT_MODELS
from forecasting.progress import Progress, Stopped, Ticks, stoppable
from forecasting.queue_forecast import (
    Horizon as Horizon,  # noqa: PLC0414 - part of this function's signature
)
from forecasting.queue_forecast import (
    QueueForecast,
    QueueTask,
    Settings,
    forecast_queue,
)
from forecasting.queue_tasks import QueueTasks
from forecasting.workers import Failure, Workers, run_tasks

FAILED_COLUMNS = ("queue", "code", "detail")


@dataclass(frozen=True, slots=True, eq=False)
class DemandForecast:
    """Demand, and the evidence behind it.

    Attributes
    ----------
    demand : DataFrame
        One row per queue and open interval: queue, channel, interval_start, contacts (mean),
        contacts_q* (quantiles), aht_s [s], aht_s_q*.
    totals : DataFrame
        One row per queue and day, week and month of the horizon, with quantiles of their own (see
        `forecasting.totals`); of a centre of several queues, up to 50, also the whole centre's,
        with queue "".
    choice : DataFrame
        One row per queue and model, and one for the combination: weight, wape, day_wape, bias,
        folds; `chosen`, and the `reason` code on the chosen row with the runner-up's name and
        error.
    accuracy : DataFrame
        One row per queue and forecast: the chosen one, its rivals and the floor of chance (see
        `forecasting.accuracy.accuracy_table`); of several queues also the whole centre's, with
        queue "".
    unusual : DataFrame
        queue, date: past days far from their neighbours that nothing declares, left out of fits.
    failed : DataFrame
        queue, code, detail: queues that could not be forecast; the others stand.
    queues : tuple of QueueForecast
        What each queue's past said, to forecast again with, or to update a day with.
    """

    demand: pd.DataFrame
    totals: pd.DataFrame
    choice: pd.DataFrame
    accuracy: pd.DataFrame
    unusual: pd.DataFrame
    failed: pd.DataFrame
    queues: tuple[QueueForecast, ...]


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
    seed: int = 1,
    former: DemandForecast | None = None,
    workers: Workers = Workers(),  # noqa: B008 - a frozen value
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
    seed : int
        Of the sample paths; the same seed gives the same numbers on any number of workers.
    former : DemandForecast, optional
        A forecast whose choice of models and uncertainty are kept, queue by queue.
    workers : Workers
        Where to run: this process, several, or a Dask cluster.
    progress : callable, optional
        Called as progress(done, total, queue, model) as backtests go on; it may raise to cancel.

    Returns
    -------
    DemandForecast

    Raises
    ------
    ValueError
        For an empty history, an unknown model, a horizon that starts in the past, growth of
        -100 % and less, or if no queue can be forecast.
    """
    made: list[QueueForecast] = []
    failed: list[tuple[str, str, str]] = []
    for queue, one in forecast_queues(
        history,
        interval_min=interval_min,
        opening=opening,
        special=special,
        horizon=horizon,
        models=models,
        yearly_growth=yearly_growth,
        default_aht_s=default_aht_s,
        seed=seed,
        former=former,
        workers=workers,
        progress=progress,
    ):
        if isinstance(one, Failure):
            failed.append((queue, one.code, one.detail))
        else:
            made.append(one)
    if not made:
        raise ValueError("; ".join(f"{queue}: {detail}" for queue, _, detail in failed))
    # Workers finish in any order; a plan keeps the history's.
    place = {str(queue): i for i, queue in enumerate(history["queue"].drop_duplicates())}
    made.sort(key=lambda one: place[one.queue])
    totals = [*(one.totals for one in made), centre_totals(made, horizon.dates, seed=seed)]
    accuracy = [*(one.learnt.accuracy for one in made), centre_accuracy(made)]
    unusual = [pd.DataFrame({"queue": one.queue, "date": one.unusual}) for one in made]
    return DemandForecast(
        demand=pd.concat([one.demand for one in made], ignore_index=True),
        totals=_joined(totals),
        choice=_joined([one.learnt.choice.table for one in made]),
        accuracy=_joined(accuracy),
        unusual=pd.concat(unusual, ignore_index=True),
        failed=pd.DataFrame(sorted(failed), columns=list(FAILED_COLUMNS)),
        queues=tuple(made),
    )


def _joined(tables: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Put tables of one form below each other; those without rows have no types to keep."""
    filled = [table for table in tables if len(table)]
    return pd.concat(filled, ignore_index=True) if filled else tables[0]


def forecast_queues(
    history: pd.DataFrame,
    *,
    interval_min: int,
    opening: pd.DataFrame,
    special: pd.DataFrame,
    horizon: Horizon,
    models: Sequence[str] = DEFAULT_MODELS,
    yearly_growth: float = 0.0,
    default_aht_s: float = 300.0,
    seed: int = 1,
    former: DemandForecast | None = None,
    workers: Workers = Workers(),  # noqa: B008 - a frozen value
    progress: Progress | None = None,
) -> Iterator[tuple[str, QueueForecast | Failure]]:
    """Forecast queue by queue, as workers finish: for centres whose tables do not fit in memory.

    Parameters are those of `forecast_demand`.

    Yields
    ------
    str, QueueForecast or Failure
        A queue and its forecast, or why there is none.
    """
    if history.empty:
        raise ValueError("forecast_demand needs at least one row of history, got none")
    settings = Settings(
        interval_min=interval_min,
        horizon=horizon,
        models=tuple(models),
        yearly_growth=yearly_growth,
        default_aht_s=default_aht_s,
        seed=seed,
        last_date=history["interval_start"].max().tz_localize(None).normalize(),
    )
    known = {one.queue: one.learnt for one in former.queues} if former else {}
    tasks = QueueTasks(history, opening, special, settings, known)
    ticks = Ticks(
        progress, forecasts=len(models) * max_folds(window_days(horizon.days)), queues=len(tasks)
    )
    if workers.processes == 1 and workers.cluster is None:

        def one_here(task: QueueTask) -> QueueForecast:
            return forecast_queue(task, stoppable(ticks.of(str(task.rows["queue"].iloc[0]))))

        try:
            for number, found in run_tasks(one_here, tasks, workers):
                yield tasks.names[number], found
        except Stopped as stopped:
            raise stopped.cause from None
        return
    for number, found in run_tasks(forecast_queue, tasks, workers):
        ticks.whole(tasks.names[number])
        yield tasks.names[number], found
