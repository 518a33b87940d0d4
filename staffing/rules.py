"""What a queue promises and how its demand becomes agents: one rule a queue."""

from __future__ import annotations

from dataclasses import dataclass, field

from staffing.arrays import checked
from staffing.queues.outcome import definition_number
from staffing.shrinkage import SHRINKAGE_BOUNDS

AGENT_CHANNELS = frozenset({"voice"})
SLOT_CHANNELS = frozenset({"chat", "messaging", "social"})
DEFERRABLE_CHANNELS = frozenset({"email", "case", "callback", "outbound"})
BOT_CHANNELS = frozenset({"bot"})
CARRY_OVER = ("auto", "none", "modified", "transient")
PACING = ("agent", "dialler")
CHANNELS = AGENT_CHANNELS | SLOT_CHANNELS | DEFERRABLE_CHANNELS | BOT_CHANNELS


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceTarget:
    """Targets a number of agents must meet, all of them; None is no such target.

    Parameters
    ----------
    service_level, within_s : float, optional
        At least this share of contacts answered within so many seconds [s]; both or neither.
    max_asa_s : float, optional
        Longest mean wait [s].
    max_abandonment : float, optional
        Largest share of contacts that give up, in (0, 1); the queue's rule needs a patience.
    max_occupancy : float, optional
        Largest share of their time agents spend on contacts, in (0, 1].
    min_agents : int
        Agents on the phones in every open interval, with load or without.
    definition : str
        Who counts in the service level, see `staffing.service_level`.

    Raises
    ------
    ValueError
        Naming the parameter, its value and its bound.
    """

    service_level: float | None = 0.80
    within_s: float | None = 20.0
    max_asa_s: float | None = None
    max_abandonment: float | None = None
    max_occupancy: float | None = 0.90
    min_agents: int = 0
    definition: str = "offered"

    def __post_init__(self) -> None:
        if (self.service_level is None) != (self.within_s is None):
            raise ValueError(
                f"service_level = {self.service_level}, within_s = {self.within_s}; "
                "give both or neither"
            )
        if self.service_level is not None:
            checked("service_level", self.service_level, "(0, 1)")
        if self.within_s is not None:
            checked("within_s", self.within_s)
        if self.max_asa_s is not None:
            checked("max_asa_s", self.max_asa_s, "(0, inf)")
        if self.max_abandonment is not None:
            checked("max_abandonment", self.max_abandonment, "(0, 1)")
        if self.max_occupancy is not None:
            checked("max_occupancy", self.max_occupancy, "(0, 1]")
        checked("min_agents", self.min_agents, whole=True)
        definition_number(self.definition)


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffingRule:
    """How the demand of one queue becomes agents, paid hours and cost.

    Parameters
    ----------
    target : ServiceTarget
        Deferrable work (email, case, callback, outbound) has a deadline in place of waiting times:
        of the target only `max_occupancy` and `min_agents` count there; with a dialler,
        `max_abandonment` too.
    shrinkage : float
        Share of paid time away from contacts (breaks, training, sickness), in [0, 1).
    concurrency : float
        Contacts an agent handles at once, 1 or more; above 1 for chat, messaging and social only.
    aht_by_concurrency : tuple of float
        Handling time with 1, 2, ... contacts open, as factors on the demand's AHT, not falling; as
        many as `concurrency`. Without them a contact takes as long however many are open.
    patience_s : float, optional
        Mean time a customer is willing to wait [s]; without it nobody gives up.
    redial_probability : float
        Share of those who gave up that call again, in [0, 1]; needs `patience_s`. The demand is
        that of first attempts.
    carry_over : {"auto", "none", "modified", "transient"}
        Whether those who called earlier still load the agents of an interval (voice, chat).
        "none" takes each interval alone; "modified" gives the formulas the modified offered load;
        "transient" follows the queue itself from interval to interval (voice only, slower);
        "auto" is "modified" where contacts last longer than half an interval, else "none".
    deadline_h : float, optional
        Staffed hours [h] within which deferrable work is to be finished; such queues need it.
    opening_backlog : float
        Contacts of deferrable work open before the first interval; their deadline starts there.
    open_at_end : bool
        Whether deferrable work that is due after the last interval may stay open at its end.
        If not, all work that can be done within the plan is done within the plan.
    pacing : {"agent", "dialler"}, optional
        The demand is a list to call, all of it there from the first interval and due in the last
        (outbound). Agents dial themselves, or a dialler dials ahead of them and hangs up on those
        whom nobody can talk to, at most `max_abandonment` of them.
    cost_per_hour : float
        Cost of a paid hour, in the planner's currency.

    Raises
    ------
    ValueError
        Naming the parameter, its value and its bound.
    """

    target: ServiceTarget = field(default_factory=ServiceTarget)
    shrinkage: float = 0.30
    concurrency: float = 1.0
    aht_by_concurrency: tuple[float, ...] = ()
    patience_s: float | None = None
    redial_probability: float = 0.0
    carry_over: str = "auto"
    deadline_h: float | None = None
    opening_backlog: float = 0.0
    open_at_end: bool = False
    pacing: str | None = None
    cost_per_hour: float = 0.0

    def __post_init__(self) -> None:
        checked("shrinkage", self.shrinkage, SHRINKAGE_BOUNDS)
        checked("concurrency", self.concurrency, "[1, inf)")
        for factor in self.aht_by_concurrency:
            checked("aht_by_concurrency", factor, "(0, inf)")
        if list(self.aht_by_concurrency) != sorted(self.aht_by_concurrency):
            raise ValueError(f"aht_by_concurrency = {self.aht_by_concurrency}; must not fall")
        if self.aht_by_concurrency and (
            self.redial_probability > 0 or self.target.definition != "offered"
        ):
            raise ValueError(
                f"redial_probability = {self.redial_probability}, "
                f"definition = {self.target.definition!r}; "
                "must be 0 and 'offered' with aht_by_concurrency"
            )
        if self.aht_by_concurrency and len(self.aht_by_concurrency) != self.concurrency:
            raise ValueError(
                f"aht_by_concurrency has {len(self.aht_by_concurrency)} factors; "
                f"must have one for each of concurrency = {self.concurrency}"
            )
        if self.patience_s is not None:
            checked("patience_s", self.patience_s, "(0, inf)")
        checked("redial_probability", self.redial_probability, "[0, 1]")
        if self.patience_s is None and self.redial_probability > 0:
            raise ValueError(
                f"redial_probability = {self.redial_probability}; needs patience_s, got None"
            )
        dials = self.pacing == "dialler"
        if self.patience_s is None and self.target.max_abandonment is not None and not dials:
            raise ValueError(
                f"max_abandonment = {self.target.max_abandonment}; needs patience_s, got None"
            )
        if self.carry_over not in CARRY_OVER:
            raise ValueError(f"carry_over = {self.carry_over!r}; must be one of {CARRY_OVER}")
        if self.pacing not in (None, *PACING):
            raise ValueError(f"pacing = {self.pacing!r}; must be one of {PACING}")
        checked("opening_backlog", self.opening_backlog)
        if self.deadline_h is not None:
            checked("deadline_h", self.deadline_h, "(0, inf)")
        checked("cost_per_hour", self.cost_per_hour)
