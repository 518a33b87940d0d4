"""A plan being made beside the app, so that pages stay alive while models are tried.

It runs in a thread of the server, not of one visitor's page: going to another page or switching
the language leaves it running, and whoever asks for the same plan meanwhile waits for the same job.
"""

from __future__ import annotations

from concurrent.futures import Future
from threading import Event, Thread

from forecasting.reading.history import HistoryReading
from planner.plan import Plan, make_plan
from planner.scenario import Scenario


class ForecastCancelled(Exception):  # noqa: N818 - what a person asked for, not a fault
    """The forecast was cancelled between two models."""


class ForecastJob:
    """One plan in the making.

    Attributes
    ----------
    done, total : int
        Backtest forecasts made, and to make.
    queue, model : str
        What is being tried.
    """

    def __init__(self, reading: HistoryReading, scenario: Scenario, *, skip_bad_rows: bool) -> None:
        self.done, self.total = 0, 1
        self.queue, self.model = "", ""
        self._cancelled = Event()
        self._plan: Future[Plan] = Future()
        # A daemon: whoever stops the server need not wait for a forecast.
        Thread(target=self._make, args=(reading, scenario, skip_bad_rows), daemon=True).start()

    @property
    def finished(self) -> bool:
        """Whether there is a plan, or a reason why there is none."""
        return self._plan.done()

    @property
    def cancelled(self) -> bool:
        """Whether somebody cancelled it."""
        return self._cancelled.is_set()

    @property
    def failed(self) -> bool:
        """Whether there is a reason why there is no plan."""
        return self.finished and self._plan.exception() is not None

    def cancel(self) -> None:
        """Stop before the next model is tried."""
        self._cancelled.set()

    def plan(self) -> Plan:
        """Return the plan.

        Raises
        ------
        ForecastCancelled
            If it was cancelled.
        HistoryRefused, ScenarioError, ValueError
            As `make_plan` does.
        """
        return self._plan.result()

    def _make(self, reading: HistoryReading, scenario: Scenario, skip_bad_rows: bool) -> None:
        try:
            plan = make_plan(
                reading, scenario, skip_bad_rows=skip_bad_rows, progress=self._progress
            )
        except Exception as error:  # noqa: BLE001 - raised again where the plan is asked for
            self._plan.set_exception(error)
        else:
            self._plan.set_result(plan)

    def _progress(self, done: int, total: int, queue: str, model: str) -> None:
        if self._cancelled.is_set():
            raise ForecastCancelled
        self.done, self.total, self.queue, self.model = done, total, queue, model
