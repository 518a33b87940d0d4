"""One team for several queues: calls pooled, and work that may wait done between the calls.

The calls of all its queues go to whoever is free, first come first served, so that the team is one
queue with the load of all. Deferrable work and lists are done whenever fewer than a threshold of
agents are busy, which keeps the others free for calls; where the team's idle time is not enough,
agents are added. Where more callers wait than the added agents leave time for (customers who give
up make room for others), they are set apart and take no calls, so that no team needs more for such
work than a crew of its own would. What that saves against a team for each queue is the pooling part
of the explanation.

Sources: R. B. Wallace, W. Whitt, Manufacturing & Service Operations Management 7 (2005) 276-294
(full pooling, which a few well chosen skills come close to); S. Bhulai, G. Koole, IEEE Transactions
on Automatic Control 48 (2003) 1434-1438 (the threshold).
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from staffing.channels.queue_staff import fewest_servers, measures, targets_of, total_load
from staffing.queues.blending import BlendedMeasures, blended_measures, blending_threshold
from staffing.queues.erlang import offered_load
from staffing.queues.sizing import binding_constraint
from staffing.rounding import TIE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from staffing.rules import StaffingRule

    Numbers = NDArray[np.float64]
    Whole = NDArray[np.int64]
    Flags = NDArray[np.bool_]


class Calls(NamedTuple):
    """One queue of calls on the team's intervals; 0 contacts where it is closed."""

    rule: StaffingRule
    contacts: Numbers
    aht_s: Numbers
    open: Flags


class Pool(NamedTuple):
    """The calls of all queues as one, an interval a row; `rules` are the queues' at its patience.

    `contacts` and `aht_s` are of first attempts together. `max_occupancy` is the largest share of
    their time that agents who take calls may be busy when they do other work between them.
    """

    rules: tuple[StaffingRule, ...]
    open: Flags
    contacts: Numbers
    aht_s: Numbers
    interval_h: float
    max_occupancy: float

    def rows(self, which: Whole) -> Pool:
        """Return some of the intervals."""
        return self._replace(
            open=self.open[:, which], contacts=self.contacts[which], aht_s=self.aht_s[which]
        )

    @property
    def load_erlangs(self) -> Numbers:
        """Offered load of first attempts."""
        return offered_load(self.contacts, self.aht_s, 3600.0 * self.interval_h)


def pool_of(calls: Sequence[Calls], size: int, interval_h: float, max_occupancy: float) -> Pool:
    """Pool queues of calls: loads add up, patience and redials are the mean caller's.

    The queues have a patience all, or none: the mean of some patience and endless patience would
    let callers give up who never do.
    """
    contacts = np.zeros(size)
    work_s = np.zeros(size)
    for queue in calls:
        contacts = contacts + queue.contacts
        work_s = work_s + queue.contacts * queue.aht_s
    aht_s = np.divide(work_s, contacts, out=np.ones(size), where=contacts > 0)
    volume = np.array([queue.contacts.sum() for queue in calls])
    weight = volume if volume.sum() > 0 else np.ones(len(calls))
    weight = weight / weight.sum()
    hangs_up = [0.0 if q.rule.patience_s is None else 1.0 / q.rule.patience_s for q in calls]
    rate = float(weight @ hangs_up) if calls else 0.0
    again = float(weight @ [queue.rule.redial_probability for queue in calls]) if calls else 0.0
    rules = tuple(_pooled_rule(queue.rule, rate, again) for queue in calls)
    is_open = np.array([queue.open for queue in calls], dtype=bool).reshape(len(calls), size)
    return Pool(rules, is_open, contacts, aht_s, interval_h, max_occupancy)


def _pooled_rule(rule: StaffingRule, rate: float, again: float) -> StaffingRule:
    """Give a queue's targets with the patience (1 / `rate`) and redials of the mean caller."""
    if rate == 0:
        return rule
    return replace(rule, patience_s=1.0 / rate, redial_probability=again)


class PooledAgents(NamedTuple):
    """Agents for the calls of all queues, and which target asks for them."""

    agents: Whole
    binding: NDArray[np.object_]


def pooled_agents(pool: Pool) -> PooledAgents:
    """Fewest agents that keep the targets of every queue open at the time."""
    agents = np.zeros(pool.contacts.size, dtype=np.int64)
    binding = np.full(pool.contacts.size, "no_load", dtype=object)
    for rule, is_open in zip(pool.rules, pool.open, strict=True):
        servers = fewest_servers(pool.contacts, pool.aht_s, pool.interval_h, rule)
        needed = np.maximum(servers, rule.target.min_agents) * is_open
        load = total_load(np.maximum(needed - 1, 0), pool.load_erlangs, pool.aht_s, rule)
        why = binding_constraint(
            needed, load, pool.aht_s, **targets_of(rule), min_agents=rule.target.min_agents
        )
        binding = np.where(needed > agents, why, binding)
        agents = np.maximum(agents, needed)
    return PooledAgents(agents, binding)


def call_measures(pool: Pool, agents: Whole, rule: StaffingRule) -> dict[str, Numbers]:
    """Measure one queue's callers when the team takes nothing but calls."""
    return measures(np.maximum(agents, 0), pool.load_erlangs, pool.aht_s, rule)


def spare_erlangs(pool: Pool, agents: Whole) -> Numbers:
    """Most deferrable work that so many agents do while every queue's callers are served in time.

    Returns
    -------
    array of float64
        Agents' time [Erlang].
    """
    most = _highest_threshold(pool, agents)
    found = _blended(pool, agents, most, 0.0)
    between_calls = found.outbound_per_h * pool.aht_s / 3600.0
    # Without deferrable work the fewest callers give up: the most that calls can keep agents busy.
    alone = _blended(pool, agents, np.zeros_like(agents), 0.0)
    below_cap = pool.max_occupancy * agents - _taken(pool, agents) * (1.0 - alone.p_abandon)
    return np.clip(np.minimum(between_calls, below_cap), 0.0, None)


def blended_callers(
    pool: Pool, agents: Whole, done_erlangs: Numbers, rule: StaffingRule
) -> BlendedMeasures:
    """Measure one queue's callers at the lowest threshold that gets the deferrable work done."""
    low, high = np.zeros(agents.size, dtype=np.int64), agents.copy()
    while (low < high).any():
        middle = (low + high) // 2
        found = _blended(pool, agents, middle, 0.0)
        short = found.outbound_per_h * pool.aht_s / 3600.0 < done_erlangs * (1.0 - TIE)
        low, high = (
            np.where(short, np.minimum(middle + 1, high), low),
            np.where(short, high, middle),
        )
    return _blended(pool, agents, low, rule.target.within_s or 0.0)


def _highest_threshold(pool: Pool, agents: Whole) -> Whole:
    best = agents.copy()
    for rule, is_open in zip(pool.rules, pool.open, strict=True):
        target = rule.target
        if target.service_level is not None and target.within_s is not None:
            kept = blending_threshold(
                _calls(pool, agents),
                pool.aht_s,
                agents,
                interval_s=3600.0 * pool.interval_h,
                service_level=target.service_level,
                within_s=target.within_s,
                patience_s=rule.patience_s,
            )
            best = np.where(is_open, np.minimum(best, kept), best)
    best = np.maximum(best, 0)
    while (late := _late(pool, agents, best)).any():
        best = best - late
    return best


def _late(pool: Pool, agents: Whole, threshold: Whole) -> Flags:
    """Where callers wait too long or give up too often, and fewer kept busy would help."""
    late = np.zeros(agents.size, dtype=bool)
    for rule, is_open in zip(pool.rules, pool.open, strict=True):
        longest, most = rule.target.max_asa_s, rule.target.max_abandonment
        if longest is None and most is None:
            continue
        found = _blended(pool, agents, threshold, 0.0)
        late |= is_open & (found.asa_s > (np.inf if longest is None else longest) * (1.0 + TIE))
        late |= is_open & (found.p_abandon > (1.0 if most is None else most) * (1.0 + TIE))
    return late & (threshold > 0) & (pool.contacts > 0)


def _blended(pool: Pool, agents: Whole, threshold: Whole, within_s: float) -> BlendedMeasures:
    return blended_measures(
        _calls(pool, agents),
        pool.aht_s,
        agents,
        threshold,
        interval_s=3600.0 * pool.interval_h,
        within_s=within_s,
        patience_s=pool.rules[0].patience_s if pool.rules else None,
    )


def _taken(pool: Pool, agents: Whole) -> Numbers:
    """Offered load with those who redial [Erlang]."""
    if not pool.rules:
        return pool.load_erlangs
    return total_load(agents, pool.load_erlangs, pool.aht_s, pool.rules[0])


def _calls(pool: Pool, agents: Whole) -> Numbers:
    return _taken(pool, agents) * 3600.0 * pool.interval_h / pool.aht_s


def shared_out(agents: Whole, weights: Numbers) -> Whole:
    """Share whole agents out by weight, largest remainders first (Hamilton).

    Parameters
    ----------
    agents : array of int, shape (n,)
    weights : array, shape (k, n)
        Where all are 0, the first gets everybody.

    Returns
    -------
    array of int, shape (k, n)
        Adds up to `agents`.
    """
    total = weights.sum(axis=0)
    even = np.zeros(weights.shape)
    even[0] = 1.0
    share = np.divide(weights, total, out=even, where=total > 0) * agents
    whole = np.floor(share + TIE).astype(np.int64)
    left = agents - whole.sum(axis=0)
    rank = np.argsort(np.argsort(whole - share, axis=0, kind="stable"), axis=0, kind="stable")
    shared: Whole = whole + (rank < left)
    return shared
