"""Every assumption of a plan, as values: compared by value, hashable, changed by `replace`.

A scenario is checked when it is made, wherever it comes from: `ScenarioError` lists all its faults.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Annotated, Any

from forecasting.models import DEFAULT_MODELS, MODELS
from forecasting.special_days import Event
from planner import known_names
from planner.bounds import OneOf, ScenarioError, ScenarioProblem, check_fields, refuse, unknown
from planner.campaigns import Campaign
from planner.data_settings import DataSettings
from planner.edits import Edit
from planner.targets import (
    CHANNELS,
    DEFAULT_TARGETS,
    PYWORKFORCE,
    QueueSettings,
    Target,
    channel_problems,
    combination_problems,
    pyworkforce_problems,
)
from planner.teams import team_problems
from staffing.requirement import ENGINES
from staffing.rules import ServiceTarget, StaffingRule


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """Every assumption of a plan.

    Attributes
    ----------
    name : str
        What people call it.
    zone : str
        IANA time zone of the centre's wall clock.
    country, region : str, optional
        Codes of the `holidays` library; no public holidays without a country.
    weeks, lead_days : int
        Length of the plan, and days before its start at which it is fixed.
    start : date, optional
        First planned day; None for the first Monday at least `lead_days` after the history.
    yearly_growth : float
        Growth expected on top of the history, from its last day on; 0.1 is 10 % a year [1/year].
    volume_factor, aht_factor : float
        What-if factors on all volumes and handling times [1].
    shrinkage : float
        Share of paid time off the phones [1].
    unplanned_share : float
        Share of the shrinkage that comes by chance: sickness, no-shows [1].
    cost_per_hour : float
        Of a paid hour [currency].
    currency : str
        ISO 4217 code.
    contract_hours_per_week : float
        Paid hours of one full-time agent [h/week].
    default_aht_s : float
        Handling time where the history has none [s].
    seed : int
        Of every random number.
    engine : str
        Who sizes the queues, one of `staffing.requirement.ENGINES`.
    models : tuple of str
        Candidate forecast models, names of `forecasting.models.MODELS`.
    data : DataSettings
        Which repairs of the history are left, and what of it is need.
    targets : tuple of (channel, Target)
        Where a channel differs from `DEFAULT_TARGETS`.
    queues : tuple of (queue, QueueSettings)
        Where a queue differs from its channel.
    events : tuple of Event
        Days unlike others: launches, bill runs.
    campaigns : tuple of Campaign
        Lists to call.
    edits : tuple of Edit
        Changes of the forecast made by hand, in the order in which they hold.
    teams : tuple of (team, tuple of queue)
        Queues that share one team.

    Raises
    ------
    ScenarioError
        With all faults at once.
    """

    name: str = "Plan"
    zone: Annotated[str, OneOf(known_names.zones)] = "UTC"
    country: Annotated[str | None, OneOf(known_names.countries)] = None
    region: str | None = None
    weeks: Annotated[int, ">= 1", "<= 53"] = 4
    lead_days: Annotated[int, ">= 0", "<= 365"] = 14
    start: date | None = None
    yearly_growth: Annotated[float, "> -1", "<= 10"] = 0.0
    volume_factor: Annotated[float, "> 0", "<= 10"] = 1.0
    aht_factor: Annotated[float, "> 0", "<= 10"] = 1.0
    shrinkage: Annotated[float, ">= 0", "< 1"] = 0.30
    unplanned_share: Annotated[float, ">= 0", "<= 1"] = 0.25
    cost_per_hour: Annotated[float, ">= 0", "<= 100000"] = 18.5
    currency: Annotated[str, OneOf(known_names.currencies)] = "EUR"
    contract_hours_per_week: Annotated[float, "> 0", "<= 168"] = 39.0
    default_aht_s: Annotated[float, "> 0", "<= 86400"] = 300.0
    seed: Annotated[int, ">= 0", "<= 4294967295"] = 1
    engine: Annotated[str, OneOf(ENGINES)] = "aforo"
    models: tuple[str, ...] = DEFAULT_MODELS
    data: DataSettings = field(default_factory=DataSettings)
    targets: tuple[tuple[str, Target], ...] = ()
    queues: tuple[tuple[str, QueueSettings], ...] = ()
    events: tuple[Event, ...] = ()
    campaigns: tuple[Campaign, ...] = ()
    edits: tuple[Edit, ...] = ()
    teams: tuple[tuple[str, tuple[str, ...]], ...] = ()

    def __post_init__(self) -> None:
        """Check the bounds and put targets and queues in order."""
        problems = check_fields(self)
        problems += _region_problems(self.country, self.region)
        if isinstance(self.models, tuple):
            problems += _model_problems(self.models)
        problems += _duplicates("targets", self.targets) + _duplicates("queues", self.queues)
        for channel, target in self.targets:
            if channel not in CHANNELS:
                problems.append(unknown(f"targets.{channel}", "unknown_key", channel, CHANNELS))
                continue
            found = channel_problems(target, channel)
            problems += [problem.under(f"targets.{channel}") for problem in found]
        for queue, settings in self.queues:
            if settings.channel in CHANNELS:
                found = channel_problems(settings, settings.channel)
                problems += [problem.under(f"queues.{queue}") for problem in found]
        problems += _duplicates("campaigns", [(one.name, None) for one in self.campaigns])
        problems += team_problems(self.teams)
        if self.engine == "pyworkforce":
            problems += self._pyworkforce_problems()
        refuse(problems)
        by_channel = sorted(self.targets, key=lambda pair: CHANNELS.index(pair[0]))
        object.__setattr__(self, "targets", tuple(by_channel))
        object.__setattr__(self, "queues", tuple(sorted(self.queues, key=lambda pair: pair[0])))
        object.__setattr__(self, "teams", tuple(sorted(self.teams)))

    def target(self, channel: str) -> Target:
        """Return what a channel promises: its default with what this scenario states."""
        return replace(DEFAULT_TARGETS[channel], **self._stated_target(channel).stated())

    def queue(self, queue: str) -> QueueSettings:
        """Return where a queue differs; the empty settings if it does not."""
        return dict(self.queues).get(queue) or QueueSettings()

    def promise(self, queue: str, channel: str) -> Target:
        """Return what a queue of a channel promises: its own settings before the channel's."""
        return replace(self.target(channel), **self.queue(queue).stated())

    def with_target(self, channel: str, **changes: Any) -> Scenario:
        """Return the scenario with a channel's promises changed; None restores the default."""
        changed = replace(self._stated_target(channel), **changes)
        others = tuple(pair for pair in self.targets if pair[0] != channel)
        stated = ((channel, changed),) if changed != Target() else ()
        return replace(self, targets=others + stated)

    def with_queue(self, queue: str, **changes: Any) -> Scenario:
        """Return the scenario with a queue's settings changed; None restores its channel's."""
        changed = replace(self.queue(queue), **changes)
        others = tuple(pair for pair in self.queues if pair[0] != queue)
        stated = ((queue, changed),) if changed != QueueSettings() else ()
        return replace(self, queues=others + stated)

    def staffing_rule(self, queue: str, channel: str) -> StaffingRule:
        """Return how a queue's demand becomes agents.

        The queue's own settings stand before the channel's targets, and those before the defaults.

        Parameters
        ----------
        queue, channel : str
            As the history names them; a channel in the queue's settings replaces this one.

        Raises
        ------
        ScenarioError
            If the queue states a promise that means nothing in its channel.
        """
        campaign = next((one for one in self.campaigns if one.name == queue), None)
        if campaign is not None:
            return campaign.rule(shrinkage=self.shrinkage, cost_per_hour=self.cost_per_hour)
        settings = self.queue(queue)
        channel = settings.channel or channel
        if channel not in CHANNELS:
            refuse([unknown(f"queues.{queue}.channel", "unknown_value", channel, CHANNELS)])
        found = channel_problems(settings, channel)
        refuse([problem.under(f"queues.{queue}") for problem in found])
        target = self.promise(queue, channel)
        refuse([problem.under(f"queues.{queue}") for problem in combination_problems(target)])
        factors = target.aht_by_concurrency or ()
        own_cost, own_shrinkage = settings.cost_per_hour, settings.shrinkage
        return StaffingRule(
            target=ServiceTarget(
                service_level=target.service_level,
                within_s=target.within_s,
                max_asa_s=target.max_asa_s,
                max_abandonment=target.max_abandonment,
                max_occupancy=target.max_occupancy,
                min_agents=target.min_agents or 0,
                definition=target.service_level_definition or "offered",
            ),
            shrinkage=self.shrinkage if own_shrinkage is None else own_shrinkage,
            concurrency=len(factors) if factors else target.concurrency or 1.0,
            aht_by_concurrency=factors,
            patience_s=target.patience_s,
            redial_probability=target.redial_probability or 0.0,
            carry_over=target.carry_over or "auto",
            deadline_h=target.deadline_h,
            opening_backlog=settings.opening_backlog,
            open_at_end=bool(target.open_at_end),
            cost_per_hour=self.cost_per_hour if own_cost is None else own_cost,
        )

    def staffing_rules(self, channels: Mapping[str, str]) -> dict[str, StaffingRule]:
        """Return the rule of every queue, given each queue's channel.

        Raises
        ------
        ScenarioError
            With the faults of all queues.
        """
        rules: dict[str, StaffingRule] = {}
        problems: list[ScenarioProblem] = []
        for queue, channel in channels.items():
            try:
                rules[queue] = self.staffing_rule(queue, channel)
            except ScenarioError as error:
                problems += error.problems
        refuse(problems)
        return rules

    def _stated_target(self, channel: str) -> Target:
        return dict(self.targets).get(channel) or Target()

    def _pyworkforce_problems(self) -> list[ScenarioProblem]:
        """Find what pyworkforce has no words for: promises of channels and queues, teams."""
        parts = [("targets", name, target) for name, target in self.targets]
        parts += [("queues", name, settings) for name, settings in self.queues]
        problems = [
            problem.under(f"{table}.{name}")
            for table, name, target in parts
            for problem in pyworkforce_problems(target)
        ]
        return problems + [
            ScenarioProblem(
                key="teams", code="contradiction", found=f"teams.{name}", expected=PYWORKFORCE
            )
            for name, _ in self.teams
        ]


def _region_problems(country: str | None, region: str | None) -> list[ScenarioProblem]:
    if region is None or not isinstance(region, str):
        return []
    if country is None:
        return [ScenarioProblem(key="country", code="missing")]
    if country not in known_names.countries() or region in known_names.regions(country):
        return []
    return [unknown("region", "unknown_value", region, known_names.regions(country))]


def _model_problems(models: tuple[str, ...]) -> list[ScenarioProblem]:
    if not models:
        return [ScenarioProblem(key="models", code="missing")]
    strange = [name for name in models if name not in MODELS]
    found = [unknown("models", "unknown_value", str(name), MODELS) for name in strange]
    return found + _duplicates("models", [(name, None) for name in models])


def _duplicates(table: str, pairs: Iterable[tuple[str, object]]) -> list[ScenarioProblem]:
    names = [name for name, _ in pairs]
    twice = sorted({name for name in names if names.count(name) > 1})
    return [ScenarioProblem(key=table, code="duplicate", found=name) for name in twice]
