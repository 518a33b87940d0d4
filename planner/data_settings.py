"""What a scenario says about its data: which repairs are left, and what of the history is need."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from forecasting.doctor.need import NEED_STEPS
from forecasting.doctor.repairs import REPAIR_CODES
from forecasting.problems import PROBLEM_CODES
from planner.bounds import ScenarioProblem, check_fields, refuse, unknown

USUAL_STEPS = ("blocked", "redials", "lost")


@dataclass(frozen=True, slots=True, kw_only=True)
class DataSettings:
    """How a history becomes what is forecast.

    Attributes
    ----------
    repairs_off : tuple of str
        Codes of repairs that are not made; none by default.
    need_steps : tuple of str
        Steps from what the lines let through to what was needed, of `NEED_STEPS`. A step for which
        the history has no column, or the scenario no share, changes nothing.
    redial_probability : float, optional
        Share of those who abandoned that called again [1]; unknown unless stated.
    retry_probability : float, optional
        Share of those who met a busy line that tried again [1]; as `redial_probability` if None.
    redial_delay_min : float
        Mean time until they called again [min].
    """

    repairs_off: tuple[str, ...] = ()
    need_steps: tuple[str, ...] = USUAL_STEPS
    redial_probability: Annotated[float | None, ">= 0", "<= 1"] = None
    retry_probability: Annotated[float | None, ">= 0", "<= 1"] = None
    redial_delay_min: Annotated[float, "> 0", "<= 1440"] = 15.0

    def __post_init__(self) -> None:
        """Check the bounds and put the codes in order."""
        problems = check_fields(self)
        known = {"repairs_off": _repairs(), "need_steps": NEED_STEPS}
        for name, codes in known.items():
            given = getattr(self, name)
            if isinstance(given, tuple):
                found = _unknown_codes(name, given, codes)
                problems += found
                if not found:
                    object.__setattr__(self, name, tuple(sorted(set(given), key=codes.index)))
        refuse(problems)


def _repairs() -> tuple[str, ...]:
    """Name every repair: those of the doctor first, then those made while reading."""
    return tuple(dict.fromkeys((*REPAIR_CODES, *PROBLEM_CODES)))


def _unknown_codes(
    key: str, given: tuple[str, ...], codes: tuple[str, ...]
) -> list[ScenarioProblem]:
    return [unknown(key, "unknown_value", str(code), codes) for code in given if code not in codes]
