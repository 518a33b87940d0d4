"""What a channel promises its customers, and where a queue promises or costs something else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from types import MappingProxyType
from typing import Annotated, Any

from planner.bounds import OneOf, ScenarioProblem, check_fields, check_value, refuse
from planner.hours import Span, span_problems
from staffing.queues.outcome import DEFINITIONS
from staffing.rules import CARRY_OVER, DEFERRABLE_CHANNELS


def target_problems(target: Target) -> list[ScenarioProblem]:
    """Find values out of bounds, and handling times that fall as more contacts are open."""
    problems = check_fields(target)
    factors = target.aht_by_concurrency
    if not isinstance(factors, tuple):
        return problems
    key = "aht_by_concurrency"
    rules = ("> 0", "<= 20")
    wrong = [fault for factor in factors for fault in check_value(key, factor, float, rules)]
    if not wrong and (not factors or list(factors) != sorted(factors)):
        found = ", ".join(f"{factor:g}" for factor in factors) or "[]"
        wrong = [ScenarioProblem(key=key, code="not_rising", found=found)]
    if not wrong:
        object.__setattr__(target, key, tuple(float(factor) for factor in factors))
    return problems + wrong


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """What a channel or a queue promises; None leaves it to the channel or to its default.

    Attributes
    ----------
    service_level : float, optional
        Share of contacts answered in time [1].
    within_s : float, optional
        What "in time" means for the service level [s].
    max_asa_s : float, optional
        Longest average speed of answer [s].
    max_occupancy : float, optional
        Highest share of their time that agents on the phones may be busy [1].
    min_agents : int, optional
        Fewest agents on the phones in any open interval.
    concurrency : float, optional
        Contacts that one agent handles at once.
    aht_by_concurrency : tuple of float, optional
        Handling time with 1, 2, ... contacts open, as factors on the AHT, not falling; their number
        is the concurrency [1].
    patience_s : float, optional
        Mean time a customer is willing to wait [s]; without it nobody gives up.
    redial_probability : float, optional
        Share of those who gave up that call again [1].
    max_abandonment : float, optional
        Largest share of contacts that give up [1].
    service_level_definition : str, optional
        Who counts in the service level, one of `staffing.queues.outcome.DEFINITIONS`.
    carry_over : str, optional
        Whether earlier calls still load an interval, one of `staffing.rules.CARRY_OVER`.
    deadline_h : float, optional
        Staffed hours within which deferrable work is done [h].
    on_time : float, optional
        Share of deferrable work done within them that keeps the promise when a plan is judged [1];
        agents are found for all that is expected.
    open_at_end : bool, optional
        Whether work that is due after the plan may stay open at its end.
    """

    service_level: Annotated[float | None, "> 0", "< 1"] = None
    within_s: Annotated[float | None, "> 0", "<= 86400"] = None
    max_asa_s: Annotated[float | None, "> 0", "<= 86400"] = None
    max_occupancy: Annotated[float | None, "> 0", "<= 1"] = None
    min_agents: Annotated[int | None, ">= 0", "<= 10000"] = None
    concurrency: Annotated[float | None, ">= 1", "<= 20"] = None
    aht_by_concurrency: tuple[float, ...] | None = None
    patience_s: Annotated[float | None, "> 0", "<= 86400"] = None
    redial_probability: Annotated[float | None, ">= 0", "<= 1"] = None
    max_abandonment: Annotated[float | None, "> 0", "< 1"] = None
    service_level_definition: Annotated[str | None, OneOf(DEFINITIONS)] = None
    carry_over: Annotated[str | None, OneOf(CARRY_OVER)] = None
    deadline_h: Annotated[float | None, ">= 1", "<= 168"] = None
    on_time: Annotated[float | None, "> 0", "<= 1"] = None
    open_at_end: bool | None = None

    def __post_init__(self) -> None:
        """Check the bounds."""
        refuse(target_problems(self))

    def stated(self) -> dict[str, Any]:
        """Return the promises that are stated here, by name."""
        values = ((name, getattr(self, name)) for name in TARGET_KEYS)
        return {name: value for name, value in values if value is not None}


TARGET_KEYS = tuple(field.name for field in fields(Target))
_WAITING_KEYS = (
    "service_level",
    "within_s",
    "max_asa_s",
    "max_occupancy",
    "min_agents",
    "patience_s",
    "redial_probability",
    "max_abandonment",
    "service_level_definition",
    "carry_over",
)
_CHAT_KEYS = (*_WAITING_KEYS, "concurrency", "aht_by_concurrency")
_DEFERRABLE_KEYS = ("max_occupancy", "min_agents", "deadline_h", "on_time", "open_at_end")

# Which promises mean something in a channel. The order is that of every list of channels.
CHANNEL_KEYS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "voice": _WAITING_KEYS,
        "chat": _CHAT_KEYS,
        "messaging": _CHAT_KEYS,
        "social": _CHAT_KEYS,
        "email": _DEFERRABLE_KEYS,
        "case": _DEFERRABLE_KEYS,
        "callback": _DEFERRABLE_KEYS,
        "outbound": _DEFERRABLE_KEYS,
        "bot": (),
    }
)
CHANNELS = tuple(CHANNEL_KEYS)

_QUICK_REPLY = Target(service_level=0.80, within_s=30, max_occupancy=0.90, concurrency=3)
_FOUR_HOURS = Target(deadline_h=4, on_time=0.95, max_occupancy=0.90)
# The trade's usual promises. For callbacks (two hours), campaigns (a working day) and the share of
# work on time it has no common figure, so these are ours; every plan lists them among its
# assumptions.
DEFAULT_TARGETS: Mapping[str, Target] = MappingProxyType(
    {
        "voice": Target(service_level=0.80, within_s=20, max_occupancy=0.90),
        "chat": _QUICK_REPLY,
        "messaging": _QUICK_REPLY,
        "social": _QUICK_REPLY,
        "email": _FOUR_HOURS,
        "case": _FOUR_HOURS,
        "callback": Target(deadline_h=2, on_time=0.95, max_occupancy=0.90),
        "outbound": Target(deadline_h=8, on_time=0.95, max_occupancy=0.90),
        "bot": Target(),
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueSettings(Target):
    """Where one queue differs from its channel and from the centre, besides its target.

    Attributes
    ----------
    channel : str, optional
        One of `CHANNELS`, in place of the history's.
    hours : tuple of Span, optional
        Staffed hours; None to learn them from the history, () for never.
    shrinkage : float, optional
        Share of paid time off the phones [1].
    cost_per_hour : float, optional
        Of a paid hour [currency].
    volume_factor, aht_factor : float
        What-if factors, on top of the centre's [1].
    aht_s : float, optional
        A fixed handling time in place of the forecast one [s].
    opening_backlog : float
        Deferrable work: contacts open when the plan begins.
    """

    channel: Annotated[str | None, OneOf(CHANNELS)] = None
    hours: tuple[Span, ...] | None = None
    shrinkage: Annotated[float | None, ">= 0", "< 1"] = None
    cost_per_hour: Annotated[float | None, ">= 0", "<= 100000"] = None
    volume_factor: Annotated[float, "> 0", "<= 10"] = 1.0
    aht_factor: Annotated[float, "> 0", "<= 10"] = 1.0
    aht_s: Annotated[float | None, "> 0", "<= 86400"] = None
    opening_backlog: Annotated[float, ">= 0", "<= 100000000"] = 0.0

    def __post_init__(self) -> None:
        """Check the bounds."""
        problems = target_problems(self)
        if isinstance(self.hours, tuple):
            problems += [problem.under("hours") for problem in span_problems(self.hours)]
        refuse(problems)


def combination_problems(target: Target) -> list[ScenarioProblem]:
    """Find promises of one queue that need another one, or cannot be kept together."""
    problems = []
    counted = target.service_level_definition not in {None, "offered"}
    needs_patience = target.redial_probability or target.max_abandonment or counted
    if needs_patience and target.patience_s is None:
        problems.append(ScenarioProblem(key="patience_s", code="missing"))
    if target.aht_by_concurrency:
        unknown_to_chat = ("max_asa_s", "redial_probability", "service_level_definition")
        problems += _contradictions(target, "aht_by_concurrency", unknown_to_chat)
    if target.carry_over == "transient":
        unknown_to_it = (
            "aht_by_concurrency",
            "redial_probability",
            "concurrency",
            "service_level_definition",
        )
        problems += _contradictions(target, "carry_over = transient", unknown_to_it)
    return problems


def _contradictions(target: Target, stated: str, others: tuple[str, ...]) -> list[ScenarioProblem]:
    """Find promises beside one that knows nothing of them; what is usual is no promise."""
    return [
        ScenarioProblem(
            key=name,
            code="contradiction",
            found=f"{name} = {value:g}" if isinstance(value, float) else name,
            expected=stated,
        )
        for name in others
        if (value := getattr(target, name)) not in {None, 0.0, 1.0, "offered"}
    ]


PYWORKFORCE = 'engine = "pyworkforce"'
_UNKNOWN_TO_PYWORKFORCE = frozenset(
    {
        "max_asa_s",
        "patience_s",
        "redial_probability",
        "max_abandonment",
        "aht_by_concurrency",
        "service_level_definition",
        "carry_over",
    }
)


def pyworkforce_problems(target: Target) -> list[ScenarioProblem]:
    """Find the promises that pyworkforce has no words for."""
    return [
        ScenarioProblem(
            key=key,
            code="contradiction",
            found=f"{key} = {value:g}" if isinstance(value, float) else key,
            expected=PYWORKFORCE,
        )
        for key, value in target.stated().items()
        if key in _UNKNOWN_TO_PYWORKFORCE
    ]


def channel_problems(target: Target, channel: str) -> list[ScenarioProblem]:
    """Find the promises that mean nothing in a channel: they would be ignored in silence."""
    meant = CHANNEL_KEYS[channel]
    return [
        ScenarioProblem(key=name, code="not_for_channel", found=channel, expected=", ".join(meant))
        for name in target.stated()
        if name not in meant
    ] + _backlog_problems(target, channel)


def _backlog_problems(target: Target, channel: str) -> list[ScenarioProblem]:
    backlog = target.opening_backlog if isinstance(target, QueueSettings) else 0.0
    if not backlog or channel in DEFERRABLE_CHANNELS:
        return []
    expected = ", ".join(sorted(DEFERRABLE_CHANNELS))
    return [
        ScenarioProblem(
            key="opening_backlog", code="not_for_channel", found=channel, expected=expected
        )
    ]
