"""The one chain: history -> demand -> requirement, and everything a person may ask of it later."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from datetime import date

import pandas as pd

from forecasting.demand import DemandForecast, Horizon, forecast_demand
from forecasting.problems import has_errors, join_problems
from forecasting.reading.history import HistoryReading
from forecasting.workers import Workers
from planner.bounds import ScenarioError, ScenarioProblem, refuse
from planner.centre import (
    centre_special_days,
    channels_of,
    last_date,
    not_forecast,
    opening_hours,
    outside_hours,
    scaled_demand,
    scaled_totals,
    staffed_intervals,
    with_campaigns,
    with_channels,
)
from planner.forecast_inputs import evidence_part, forecast_part
from planner.intake import Intake
from planner.provenance import Provenance, provenance
from planner.scenario import Scenario
from planner.teams import misfit_problems
from staffing.explanation import explain_agents
from staffing.requirement import required_staff

Progress = Callable[[int, int, str, str], None]


class HistoryRefused(ValueError):  # noqa: N818 - named for what happened to the user's file
    """A history with rows that cannot be used; `problems` lists every one of them."""

    def __init__(self, problems: pd.DataFrame) -> None:
        self.problems = problems
        errors = int((problems["severity"] == "error").sum())
        super().__init__(f"the history has {errors} rows or columns that cannot be used")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Plan:
    """Every table of one scenario.

    Attributes
    ----------
    scenario : Scenario
        Every assumption.
    intake : Intake
        The history: as read, repaired, and needed.
    problems : DataFrame
        Everything found in the history: the file's faults, its content's, contacts out of hours.
    interval_min : int
        Interval length [min].
    start : date
        First planned day.
    opening : DataFrame
        Opening hours used.
    special : DataFrame
        Public holidays and events of history and plan.
    forecast : DemandForecast
        Demand before the scenario's factors, the choice of models and its evidence.
    demand, requirement : DataFrame
        The plan's tables, after the scenario's factors.
    provenance : Provenance
        Versions, seed and hashes.
    """

    scenario: Scenario
    intake: Intake
    problems: pd.DataFrame
    interval_min: int
    start: date
    opening: pd.DataFrame
    special: pd.DataFrame
    forecast: DemandForecast
    demand: pd.DataFrame
    requirement: pd.DataFrame
    provenance: Provenance

    @property
    def history(self) -> pd.DataFrame:
        """The history planned with: repaired, and what was needed."""
        return self.intake.history

    @property
    def totals(self) -> pd.DataFrame:
        """Contacts by day, week and month with quantiles of their own, after the factors."""
        return scaled_totals(self.forecast.totals, self.scenario)

    @property
    def accuracy(self) -> pd.DataFrame:
        """How well the forecast did in the backtests, beside its rivals and the floor of chance."""
        return self.forecast.accuracy

    @property
    def choice(self) -> pd.DataFrame:
        """The leaderboard: one row per queue and model, with the reason of the choice."""
        return self.forecast.choice


def make_plan(
    intake: Intake,
    scenario: Scenario,
    *,
    skip_bad_rows: bool = False,
    former: DemandForecast | None = None,
    workers: Workers = Workers(),  # noqa: B008 - a frozen value
    progress: Progress | None = None,
) -> Plan:
    """Plan a centre: forecast every queue, then staff every interval.

    Parameters
    ----------
    intake : Intake
        From `load_history` or `take_in`; what another scenario changes of it is done again.
    scenario : Scenario
        Every assumption.
    skip_bad_rows : bool
        Plan without the rows that cannot be used instead of refusing the history.
    former : DemandForecast, optional
        A forecast of the same history whose choice of models is kept.
    workers : Workers
        Where queues are forecast.
    progress : callable, optional
        Called as progress(done, total, queue, model); it may raise to cancel.

    Raises
    ------
    HistoryRefused
        When rows cannot be used and `skip_bad_rows` is not set, or when no row can be.
    ScenarioError
        When the scenario asks for what the history does not have, e.g. a queue.
    """
    intake = intake.under(scenario)
    reading, interval_min = intake.reading, intake.interval_min
    if reading.history.empty or (has_errors(reading.problems) and not skip_bad_rows):
        raise HistoryRefused(reading.problems)
    history = with_channels(intake.history, scenario)
    start = first_day(reading, scenario)
    _refuse_misfits(history, start, scenario)
    days = 7 * scenario.weeks
    opening = opening_hours(history, interval_min, scenario)
    special = centre_special_days(reading, scenario, until=start + pd.Timedelta(days=days))
    forecast = forecast_demand(
        history,
        interval_min=interval_min,
        opening=opening,
        special=special,
        horizon=Horizon(start=start, days=days),
        models=scenario.models,
        yearly_growth=scenario.yearly_growth,
        default_aht_s=scenario.default_aht_s,
        seed=scenario.seed,
        former=former,
        workers=workers,
        progress=progress,
    )
    demand, requirement = _staff(forecast.demand, scenario, interval_min, start)
    return Plan(
        scenario=scenario,
        intake=intake,
        problems=join_problems(
            reading.problems,
            intake.findings,
            outside_hours(reading.name, history, opening),
            not_forecast(reading.name, forecast.failed),
        ),
        interval_min=interval_min,
        start=start.date(),
        opening=opening,
        special=special,
        forecast=forecast,
        demand=demand,
        requirement=requirement,
        provenance=provenance(reading, scenario),
    )


def replan(plan: Plan, scenario: Scenario, *, progress: Progress | None = None) -> Plan:
    """Answer a what-if: the same history under another scenario, forecast again only if needed.

    Parameters
    ----------
    plan : Plan
        The plan to start from; its rows left out stay left out.
    scenario : Scenario
        The changed assumptions.
    progress : callable, optional
        As in `make_plan`.
    """
    if forecast_part(plan.scenario) != forecast_part(scenario):
        same_evidence = evidence_part(plan.scenario) == evidence_part(scenario)
        return make_plan(
            plan.intake,
            scenario,
            skip_bad_rows=True,
            former=plan.forecast if same_evidence else None,
            progress=progress,
        )
    start = pd.Timestamp(plan.start)
    _refuse_misfits(with_channels(plan.history, scenario), start, scenario)
    demand, requirement = _staff(plan.forecast.demand, scenario, plan.interval_min, start)
    return replace(
        plan,
        scenario=scenario,
        demand=demand,
        requirement=requirement,
        provenance=provenance(plan.intake.reading, scenario),
    )


def explain(plan: Plan) -> pd.DataFrame:
    """Take every agent of a plan apart: from the workload to the agents scheduled.

    Parameters
    ----------
    plan : Plan
        Any plan; one sized by pyworkforce has no parts and gives an empty table.

    Returns
    -------
    DataFrame
        See `staffing.explain_agents`.
    """
    ours = plan.requirement
    if plan.scenario.engine != "aforo":
        ours = ours.iloc[:0]
    rules = plan.scenario.staffing_rules(channels_of(plan.requirement))
    return explain_agents(ours, rules, interval_min=plan.interval_min)


def team_queues(plan: Plan) -> list[str]:
    """Name the queues of a plan that could share a team."""
    channels = channels_of(plan.requirement)
    rules = plan.scenario.staffing_rules(channels)
    return [queue for queue in channels if not misfit_problems((("", (queue,)),), channels, rules)]


def first_day(reading: HistoryReading, scenario: Scenario) -> pd.Timestamp:
    """First planned day: as given, or the first Monday that leaves the lead."""
    if scenario.start is not None:
        return pd.Timestamp(scenario.start)
    earliest = last_date(reading) + pd.Timedelta(days=scenario.lead_days + 1)
    return earliest + pd.Timedelta(days=-earliest.dayofweek % 7)


def _refuse_misfits(history: pd.DataFrame, start: pd.Timestamp, scenario: Scenario) -> None:
    """Raise everything in which the scenario does not fit the history, at once."""
    channels = channels_of(history)
    problems = list(scenario.unknown_queues(tuple(channels)))
    last = history["interval_start"].max().date()
    if start.date() <= last:
        problems.append(
            ScenarioProblem(
                key="start", code="out_of_bounds", found=str(start.date()), expected=f"> {last}"
            )
        )
    planned = channels | dict.fromkeys((one.name for one in scenario.campaigns), "outbound")
    try:
        rules = scenario.staffing_rules(planned)
        problems += misfit_problems(scenario.teams, planned, rules)
    except ScenarioError as error:
        problems += error.problems
    refuse(problems)


def _staff(
    base: pd.DataFrame, scenario: Scenario, interval_min: int, start: pd.Timestamp
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Apply the scenario's factors to the forecast and add its campaigns, then staff them."""
    demand = with_campaigns(scaled_demand(base, scenario), scenario, interval_min, start)
    return demand, staff_demand(demand, scenario, interval_min)


def staff_demand(demand: pd.DataFrame, scenario: Scenario, interval_min: int) -> pd.DataFrame:
    """Staff every interval of a demand by the scenario's rules, hours and teams."""
    channels = channels_of(demand)
    return required_staff(
        demand.assign(staffed=staffed_intervals(demand, channels, scenario)),
        scenario.staffing_rules(channels),
        interval_min=interval_min,
        engine=scenario.engine,
        teams=_teams_at_work(scenario, channels),
    )


def _teams_at_work(scenario: Scenario, queues: Collection[str]) -> dict[str, list[str]]:
    """Name each team's queues in the plan: a campaign's window may lie outside it."""
    teams = {
        name: [queue for queue in members if queue in queues] for name, members in scenario.teams
    }
    return {name: members for name, members in teams.items() if members}
