"""A queue as its customers meet it: who comes, how long they wait, and where they go from there."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING

from staffing.arrays import checked
from staffing.simulate.durations import Duration

if TYPE_CHECKING:
    from staffing.simulate.arrivals import Arrivals

AT_CLOSE = ("finish", "drop", "carry_over")
SHARES = ("redial_probability", "retry_probability", "repeat_probability", "callback_accepted")


@dataclass(frozen=True, slots=True, kw_only=True)
class SimulatedQueue:
    """Everything about one queue but its agents.

    Parameters
    ----------
    name, channel : str
        The channel is for the reader: what a queue does is in its other parameters.
    arrivals : Arrivals
    handling : Duration
        Of a contact, after-call work included.
    aht_by_interval_s : tuple of float
        Mean handling time [s] of the contacts that come in each interval, in place of the mean of
        `handling`, whose shape stays.
    patience : Duration, optional
        How long a customer is willing to wait; without it nobody gives up.
    within_s : float
        Answer threshold of the service level [s].
    priority : int
        Of the queues an agent serves, those of the lowest number come first.
    reserve : int
        A contact is begun in a group only while more agents than these are idle there: so many
        are kept for the other queues.
    concurrency : int
        Contacts of this queue an agent may have open at once.
    aht_by_concurrency : tuple of float
        How many times as long a contact takes with 1, 2, ... open, not falling; as many factors as
        `concurrency`. Without them a contact takes as long however many are open.
    lines : int, optional
        Contacts waiting and in service beyond which a further one is blocked.
    redial_probability, retry_probability : float
        Share of those who gave up, and of those blocked, that try again.
    try_again_after : Duration
        Until they do, in open hours.
    repeat_probability : float
        Share of the contacts done that come again, their matter unresolved.
    repeat_after : Duration
        Until they do, in open hours.
    transfers : tuple of (str, float)
        Names of queues, and the share of the contacts done that are handed on to each at once.
    callback_after_s, callback_accepted, callback_queue : float, float, str
        Whoever has waited so long [s] is offered a call back; this share accepts, and becomes a
        contact of that queue.
    deadline_h : float, optional
        Open hours [h] within which a contact is to be finished.
    opening : tuple of (float, float)
        From and to when the queue is open [s from the first interval]; always if empty.
    at_close : {"finish", "drop", "carry_over"}
        Those who wait at the end of the day are answered as long as agents are on shift; or are
        hung up on; or wait for the next opening. Contacts that come while the queue is closed
        wait likewise, or are turned away.

    Raises
    ------
    ValueError
        Naming the parameter, its value and its bound.
    """

    name: str
    arrivals: Arrivals
    handling: Duration
    channel: str = "voice"
    aht_by_interval_s: tuple[float, ...] = ()
    patience: Duration | None = None
    within_s: float = 20.0
    priority: int = 0
    reserve: int = 0
    concurrency: int = 1
    aht_by_concurrency: tuple[float, ...] = ()
    lines: int | None = None
    redial_probability: float = 0.0
    retry_probability: float = 0.0
    try_again_after: Duration = field(default_factory=lambda: Duration.exponential(300.0))
    repeat_probability: float = 0.0
    repeat_after: Duration = field(default_factory=lambda: Duration.exponential(4 * 3600.0))
    transfers: tuple[tuple[str, float], ...] = ()
    callback_after_s: float | None = None
    callback_accepted: float = 1.0
    callback_queue: str | None = None
    deadline_h: float | None = None
    opening: tuple[tuple[float, float], ...] = ()
    at_close: str = "finish"

    def __post_init__(self) -> None:
        if self.at_close not in AT_CLOSE:
            raise ValueError(f"at_close = {self.at_close!r}; must be one of {AT_CLOSE}")
        checked("within_s", self.within_s)
        for name in ("handling", "try_again_after", "repeat_after"):
            checked(f"mean_s of {name}", getattr(self, name).mean_s, "(0, inf)")
        for name in ("priority", "reserve"):
            checked(name, getattr(self, name), whole=True)
        checked("concurrency", self.concurrency, "[1, 64]", whole=True)
        for name in SHARES:
            checked(name, getattr(self, name), "[0, 1]")
        checked("aht_by_interval_s", self.aht_by_interval_s, "(0, inf)")
        if self.lines is not None:
            checked("lines", self.lines, whole=True)
        if self.deadline_h is not None:
            checked("deadline_h", self.deadline_h, "(0, inf)")
        self._check_concurrency()
        self._check_moves()
        self._check_opening()

    def _check_concurrency(self) -> None:
        factors = self.aht_by_concurrency
        checked("aht_by_concurrency", factors, "(0, inf)")
        if factors and len(factors) != self.concurrency:
            raise ValueError(
                f"aht_by_concurrency has {len(factors)} factors; "
                f"must have one for each of concurrency = {self.concurrency}"
            )
        if list(factors) != sorted(factors):
            raise ValueError(f"aht_by_concurrency = {factors}; must not fall")

    def _check_moves(self) -> None:
        shares = checked("transfers", [share for _, share in self.transfers], "[0, 1]")
        if shares.sum() > 1.0:
            raise ValueError(f"transfers sum to {shares.sum()}; must be at most 1")
        if (self.callback_after_s is None) != (self.callback_queue is None):
            raise ValueError(
                f"callback_after_s = {self.callback_after_s}, callback_queue = "
                f"{self.callback_queue!r}; give both or neither"
            )
        if self.callback_after_s is not None:
            checked("callback_after_s", self.callback_after_s)

    def _check_opening(self) -> None:
        ends = [end for window in self.opening for end in window]
        if any(late <= early for early, late in pairwise(ends)):
            raise ValueError(f"opening = {self.opening}; must be windows one after another")
        if ends:
            checked("opening", ends)
