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
from planner.edits import EDIT_PROBLEMS, edit_problems, edited_demand, edited_totals
from planner.forecast_inputs import evidence_part, forecast_part
from planner.intake import Intake
from planner.misfits import refuse_misfits
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
        Everything found in the history: the file's faults, its content's, contacts out of hours;
        and the edits that do not do what they say.
    interval_min : int
        Interval length [min].
    start : date
        First planned day.
    opening : DataFrame
        Opening hours used.
    special : DataFrame
        Public holidays and events of history and plan.
    forecast : DemandForecast
        Demand before the scenario's edits and factors, the choice of models and its evidence.
    demand, requirement : DataFrame
        The tables of the plan, after the scenario's edits and factors; with edits, they have the
        contacts without them as `contacts_before_edits`.
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
        """Contacts by day, week and month with quantiles of their own, edited and scaled."""
        edited = edited_totals(self.forecast.totals, self.forecast.demand, self.scenario.edits)
        return scaled_totals(edited, self.scenario)

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
    refuse_misfits(history, start, scenario)
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
            _edit_problems(forecast.demand, scenario, start),
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
    refuse_misfits(with_channels(plan.history, scenario), start, scenario)
    demand, requirement = _staff(plan.forecast.demand, scenario, plan.interval_min, start)
    of_history = plan.problems[~plan.problems["code"].isin(EDIT_PROBLEMS)]
    return replace(
        plan,
        scenario=scenario,
        problems=join_problems(of_history, _edit_problems(plan.forecast.demand, scenario, start)),
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


def _staff(
    base: pd.DataFrame, scenario: Scenario, interval_min: int, start: pd.Timestamp
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Apply the scenario's edits and factors, add its campaigns, then staff them."""
    scaled = scaled_demand(edited_demand(base, scenario.edits), scenario)
    demand = with_campaigns(scaled, scenario, interval_min, start)
    return demand, staff_demand(demand, scenario, interval_min)


def _edit_problems(base: pd.DataFrame, scenario: Scenario, start: pd.Timestamp) -> pd.DataFrame:
    last = start + pd.Timedelta(days=7 * scenario.weeks - 1)
    return edit_problems(base, scenario.edits, first=start.date(), last=last.date())


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
