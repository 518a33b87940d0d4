"""A plan being made beside the app."""

from __future__ import annotations

from planner.intake import Intake
from planner.plan import Plan, make_plan
from planner.scenario import Scenario
from planner.views.background_job import BackgroundJob


class ForecastJob(BackgroundJob[Plan]):
    """One plan in the making.

    Attributes
    ----------
    done, total : int
        Backtest forecasts made, and to make.
    queue, model : str
        What is being tried.
    """

    def __init__(self, intake: Intake, scenario: Scenario, *, skip_bad_rows: bool) -> None:
        self.done, self.total = 0, 1
        self.queue, self.model = "", ""
        self._intake, self._scenario, self._skip_bad_rows = intake, scenario, skip_bad_rows
        super().__init__()

    def _make(self) -> Plan:
        return make_plan(
            self._intake,
            self._scenario,
            skip_bad_rows=self._skip_bad_rows,
            progress=self._progress,
        )

    def _progress(self, done: int, total: int, queue: str, model: str) -> None:
        self.check()
        self.done, self.total, self.queue, self.model = done, total, queue, model
