"""Lists to call in a window of days: what a scenario says of them, and the demand they are."""

from __future__ import annotations

from dataclasses import MISSING, dataclass, fields
from datetime import date, timedelta
from typing import Annotated

import numpy as np
import pandas as pd

from forecasting.distribution import (
    QUANTILE_LEVELS,
    aht_quantile_column,
    contact_quantiles,
    quantile_column,
)
from forecasting.opening import OPENING_COLUMNS, open_intervals
from forecasting.queue_forecast import AHT_LEVELS
from forecasting.special_days import HOLIDAY, special_days
from planner.bounds import OneOf, ScenarioProblem, check_fields, refuse
from planner.hours import Span, span_problems
from staffing.backlog.outbound import outbound_work
from staffing.channels.dialler_staff import MOST_NUISANCE_CALLS
from staffing.rules import PACING, ServiceTarget, StaffingRule

LONGEST_WINDOW_DAYS = 366


@dataclass(frozen=True, slots=True, kw_only=True)
class Campaign:
    """A list of people to call between two days, shown in a plan as a queue of its name.

    The what-if factors of the scenario are those of forecast queues and leave campaigns alone.

    Attributes
    ----------
    name : str
        Its queue's name in the plan.
    first, last : date
        The window of days (written `from` and `to`); public holidays in it are not worked.
    hours : tuple of Span
        Hours in which people are called.
    records : int
        Length of the list.
    contact_rate : float
        Share of attempts that reach somebody [1].
    max_attempts : int
        Attempts after which a record is given up.
    aht_s : float
        Handling time of an attempt that reaches somebody [s].
    attempt_s : float
        Agent's time for an attempt that reaches nobody [s]; a dialler takes it off the agents.
    pacing : str
        "agent" if agents dial themselves, "dialler" if a dialler calls ahead of them.
    max_abandonment : float, optional
        Dialler: largest share of answered calls that meet no free agent [1]; 3 % if not stated.
    max_occupancy : float
        Highest share of their time that agents may be busy [1].
    min_agents : int
        Fewest agents in any interval of the window.
    shrinkage, cost_per_hour : float, optional
        Where they differ from the centre's.
    """

    name: str
    first: date
    last: date
    hours: tuple[Span, ...]
    records: Annotated[int, ">= 1", "<= 100000000"]
    contact_rate: Annotated[float, "> 0", "<= 1"]
    aht_s: Annotated[float, "> 0", "<= 86400"]
    max_attempts: Annotated[int, ">= 1", "<= 100"] = 3
    attempt_s: Annotated[float, ">= 0", "<= 3600"] = 30.0
    pacing: Annotated[str, OneOf(PACING)] = "agent"
    max_abandonment: Annotated[float | None, "> 0", "< 1"] = None
    max_occupancy: Annotated[float, "> 0", "<= 1"] = 0.90
    min_agents: Annotated[int, ">= 0", "<= 10000"] = 0
    shrinkage: Annotated[float | None, ">= 0", "< 1"] = None
    cost_per_hour: Annotated[float | None, ">= 0", "<= 100000"] = None

    def __post_init__(self) -> None:
        """Check the bounds."""
        problems = check_fields(self)
        if isinstance(self.hours, tuple):
            problems += [problem.under("hours") for problem in span_problems(self.hours)]
        faulty = {problem.key.partition(".")[0] for problem in problems}
        if not faulty & {"first", "last", "hours"}:
            problems += self._window_problems()
        if self.max_abandonment is not None and self.pacing == "agent":
            problems.append(
                ScenarioProblem(
                    key="max_abandonment",
                    code="contradiction",
                    found=f"max_abandonment = {self.max_abandonment:g}",
                    expected='pacing = "agent"',
                )
            )
        refuse(problems)

    @property
    def most_lost(self) -> float | None:
        """Share of answered calls that may meet no free agent [1]; None if agents dial."""
        if self.pacing == "agent":
            return None
        return MOST_NUISANCE_CALLS if self.max_abandonment is None else self.max_abandonment

    def rule(self, *, shrinkage: float, cost_per_hour: float) -> StaffingRule:
        """Say how the list becomes agents, in a centre of this shrinkage and cost."""
        return StaffingRule(
            target=ServiceTarget(
                service_level=None,
                within_s=None,
                max_abandonment=self.max_abandonment,
                max_occupancy=self.max_occupancy,
                min_agents=self.min_agents,
            ),
            shrinkage=shrinkage if self.shrinkage is None else self.shrinkage,
            pacing=self.pacing,
            cost_per_hour=cost_per_hour if self.cost_per_hour is None else self.cost_per_hour,
        )

    def _window_problems(self) -> list[ScenarioProblem]:
        """Find a window that ends before it begins, or in which nobody is ever called."""
        days = (self.last - self.first).days
        if not 0 <= days < LONGEST_WINDOW_DAYS:
            expected = f">= {self.first}, < {self.first} + {LONGEST_WINDOW_DAYS} d"
            found = str(self.last)
            return [ScenarioProblem(key="to", code="out_of_bounds", found=found, expected=expected)]
        weekdays = {(self.first + timedelta(days=day)).weekday() for day in range(min(days, 6) + 1)}
        if weekdays & {weekday for weekday, _, _ in self.hours}:
            return []
        window = f"{self.first} – {self.last}"
        return [ScenarioProblem(key="hours", code="no_hours", expected=window)]


REQUIRED = tuple(field.name for field in fields(Campaign) if field.default is MISSING)


def campaign_demand(
    campaign: Campaign,
    *,
    country: str | None,
    region: str | None,
    zone: str,
    interval_min: int,
) -> pd.DataFrame:
    """Spread a list evenly over the hours of its window, as rows of demand.

    Parameters
    ----------
    campaign : Campaign
        The list.
    country, region : str, optional
        Whose public holidays are left out.
    zone : str
        Of the centre's wall clock.
    interval_min : int
        Length of the intervals [min].

    Returns
    -------
    DataFrame
        Columns of demand. `contacts` are people reached; `aht_s` is the agents' time per contact
        [s], with what the vain attempts before it take if agents dial themselves. The quantiles
        are those of so many independent chances (Poisson). No rows if the window has no hours.
    """
    opening = pd.DataFrame(
        [(campaign.name, *span) for span in campaign.hours], columns=list(OPENING_COLUMNS)
    )
    days = (campaign.last - campaign.first).days + 1
    start = pd.Timestamp(campaign.first)
    starts = open_intervals(opening, start=start, days=days, zone=zone, interval_min=interval_min)
    special = special_days(campaign.first, campaign.last, country=country, region=region)
    holidays = special.loc[special["kind"] == HOLIDAY, "date"]
    starts = starts[~starts.tz_localize(None).normalize().isin(holidays)]
    dials = campaign.pacing == "dialler"
    work = outbound_work(
        campaign.records,
        contact_rate=campaign.contact_rate * (1.0 - (campaign.most_lost or 0.0)),
        max_attempts=campaign.max_attempts,
        aht_s=campaign.aht_s,
        attempt_s=0.0 if dials else campaign.attempt_s,
    )
    contacts = float(work.contacts) / max(len(starts), 1)
    table = pd.DataFrame(
        {
            "queue": campaign.name,
            "channel": "outbound",
            "interval_start": starts,
            "contacts": contacts,
        }
    )
    chances = contact_quantiles(np.array([contacts]), np.zeros(1))[:, 0]
    for level, quantile in zip(QUANTILE_LEVELS, chances, strict=True):
        table[quantile_column(level)] = quantile
    # What is stated is not uncertain.
    for name in ("aht_s", *map(aht_quantile_column, AHT_LEVELS)):
        table[name] = 3600.0 * float(work.work_h) / float(work.contacts)
    return table
