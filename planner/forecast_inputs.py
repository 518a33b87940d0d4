"""What of a scenario its forecast depends on, so that nothing is forecast twice."""

from __future__ import annotations

from planner.scenario import Scenario


def forecast_part(scenario: Scenario) -> tuple[object, ...]:
    """Return what of a scenario moves its forecast; equal parts share one forecast."""
    return (
        *evidence_part(scenario),
        scenario.yearly_growth,
        scenario.default_aht_s,
        scenario.seed,
    )


def evidence_part(scenario: Scenario) -> tuple[object, ...]:
    """Return what of a scenario moves its backtests; equal parts share the choice of models."""
    return (
        scenario.zone,
        scenario.country,
        scenario.region,
        scenario.weeks,
        scenario.lead_days,
        scenario.start,
        scenario.models,
        scenario.events,
        scenario.data,
        tuple((name, queue.channel, queue.hours) for name, queue in scenario.queues),
    )
