"""What the sliders of a what-if make of a scenario."""

from __future__ import annotations

from dataclasses import dataclass, replace

from planner.scenario import Scenario

VOICE = "voice"
TEAM = "team"


@dataclass(frozen=True, slots=True, kw_only=True)
class Levers:
    """Where the sliders stand, in the whole numbers that people set them to.

    Attributes
    ----------
    volume, aht : int
        Change of all volumes and handling times [%].
    service_level : int
        Voice: share answered in time [%].
    within_s : int
        Voice: what "in time" means [s].
    shrinkage : int
        Share of paid time off the phones [%].
    team : tuple of str
        Queues that share one team; () if none do.
    """

    volume: int
    aht: int
    service_level: int
    within_s: int
    shrinkage: int
    team: tuple[str, ...] = ()

    @classmethod
    def of(cls, scenario: Scenario) -> Levers:
        """Return where the sliders stand before anyone moves them."""
        voice = scenario.target(VOICE)
        return cls(
            volume=0,
            aht=0,
            service_level=round(100 * (voice.service_level or 0)),
            within_s=round(voice.within_s or 0),
            shrinkage=round(100 * scenario.shrinkage),
            team=scenario.teams[0][1] if len(scenario.teams) == 1 else (),
        )

    def applied_to(self, base: Scenario, name: str) -> Scenario:
        """Return the scenario that the sliders make of another.

        Only what was moved changes: a shrinkage of 28.4 % that nobody touches stays 28.4 %.

        Raises
        ------
        ScenarioError
            If the sliders lead out of the scenario's bounds.
        """
        rest = Levers.of(base)
        changed = replace(
            base,
            name=name,
            volume_factor=_moved(base.volume_factor, self.volume),
            aht_factor=_moved(base.aht_factor, self.aht),
        )
        if self.shrinkage != rest.shrinkage:
            changed = replace(changed, shrinkage=self.shrinkage / 100)
        if self.service_level != rest.service_level:
            changed = changed.with_target(VOICE, service_level=self.service_level / 100)
        if self.within_s != rest.within_s:
            changed = changed.with_target(VOICE, within_s=float(self.within_s))
        if set(self.team) != set(rest.team):
            name = base.teams[0][0] if base.teams else TEAM
            changed = replace(changed, teams=((name, self.team),) if len(self.team) > 1 else ())
        return changed


def _moved(factor: float, percent: int) -> float:
    """Scale a factor, and keep it a number that people would write on the scenario's page."""
    return round(factor * (1 + percent / 100), 6) if percent else factor
