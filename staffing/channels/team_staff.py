"""Agents of a team of several queues: its tables, queue by queue."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

from staffing.backlog.deferrable import level_capacity, work_done
from staffing.channels.queue_staff import MEASURES, neighbours
from staffing.channels.team import (
    Calls,
    Pool,
    blended_callers,
    call_measures,
    pool_of,
    pooled_agents,
    shared_out,
    spare_erlangs,
)
from staffing.rounding import TIE, agents_up

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from staffing.channels.deadline_staff import ArrivingWork
    from staffing.rules import StaffingRule

    Numbers = NDArray[np.float64]
    Whole = NDArray[np.int64]


class Member(NamedTuple):
    """A queue of a team: when it is open, what it brings, and its table with a team of its own.

    `work` is that of a deferrable queue and None where customers wait on the line; `starts_s` are
    the intervals' starts [s], `contacts` those whose load its agents face.
    """

    rule: StaffingRule
    starts_s: Numbers
    contacts: Numbers
    aht_s: Numbers
    staffed: NDArray[np.bool_]
    work: ArrivingWork | None
    apart: pd.DataFrame


class _Crew(NamedTuple):
    """The team as it grows, on its intervals.

    `agents` take calls and do other work between them; those `reserved` take none and can do
    `able` [Erlang]; `done` is the deferrable work taken on by all [Erlang].
    """

    agents: Whole
    reserved: Whole
    able: Numbers
    done: Numbers


def team_staff(members: Sequence[Member], interval_h: float) -> list[pd.DataFrame]:
    """Staff a team: calls pooled, deferrable work in the idle time, agents added where it lacks.

    Parameters
    ----------
    members : sequence of Member
        Queues of calls, deferrable queues and lists that agents dial.
    interval_h : float
        Length of an interval [h].

    Returns
    -------
    list of DataFrame
        The requirement's columns from model to binding for each member. The pooled agents are
        shared out among the queues of calls by what each would need apart; a deferrable queue has
        the agents that must be added for it.

    Raises
    ------
    ValueError
        If callers of some queues give up and those of others never do, or if callers call again in
        a team that does deferrable work: how many then depends on that work.
    """
    _refuse_unlike(members)
    grid = np.unique(np.concatenate([member.starts_s for member in members]))
    at = [np.searchsorted(grid, member.starts_s) for member in members]
    calls = [i for i, member in enumerate(members) if member.work is None]
    queues = [_on(grid, at[i], members[i]) for i in calls]
    pool = pool_of(queues, grid.size, interval_h, min(_cap(member) for member in members))
    pooled = pooled_agents(pool)
    nobody = np.zeros(grid.size, dtype=np.int64)
    crew = _Crew(pooled.agents, nobody, np.zeros(grid.size), np.zeros(grid.size))
    tables: dict[int, pd.DataFrame] = {}
    deferrable = [i for i, member in enumerate(members) if member.work is not None]
    # The most urgent work has the first claim on idle time.
    for i in sorted(deferrable, key=lambda i: _deadline_h(members[i])):
        crew, tables[i] = _deferrable(members[i], at[i], pool, crew, interval_h)
    net = np.zeros((len(members), grid.size), dtype=np.int64)
    apart = np.zeros((len(members), grid.size))
    for i, member in enumerate(members):
        apart[i, at[i]] = member.apart["agents_net"]
        if i in tables:
            net[i, at[i]] = tables[i]["agents_net"]
    if calls:
        net[calls] = shared_out(pooled.agents, apart[calls])
    busy = _occupancy(np.zeros(grid.size), crew)
    for order, i in enumerate(calls):
        found = _callers(pool, order, crew)
        busy = found["occupancy"]
        tables[i] = pd.DataFrame(
            {
                "model": _pooled_model(members[i], len(calls)),
                "load_erlangs": members[i].apart["load_erlangs"].to_numpy(),
                "agents_net": net[i, at[i]],
                **{name: column[at[i]] for name, column in found.items()},
                "binding": pooled.binding[at[i]],
            }
        )
    gross = _gross(members, net)
    for i, table in tables.items():
        table.insert(3, "agents_gross", gross[i, at[i]])
        if "occupancy" not in table:
            table["occupancy"] = busy[at[i]]
    return [tables[i] for i in range(len(members))]


def _refuse_unlike(members: Sequence[Member]) -> None:
    patience = [member.rule.patience_s for member in members if member.work is None]
    if None in patience and any(patience):
        raise ValueError(f"patience_s = {patience}; a team's queues must all have one, or none")
    again = max((member.rule.redial_probability for member in members), default=0.0)
    if again > 0 and len(patience) < len(members):
        raise ValueError(
            f"redial_probability = {again}; must be 0 in a team that does deferrable work"
        )


def _on(grid: Numbers, at: Whole, member: Member) -> Calls:
    contacts, aht_s, is_open = np.zeros(grid.size), np.ones(grid.size), np.zeros(grid.size, bool)
    contacts[at], aht_s[at], is_open[at] = member.contacts, member.aht_s, True
    return Calls(member.rule, contacts, aht_s, is_open)


def _cap(member: Member) -> float:
    return member.rule.target.max_occupancy or 1.0


def _deadline_h(member: Member) -> float:
    return np.inf if member.work is None else member.work.deadline_h


def _deferrable(
    member: Member, at: Whole, pool: Pool, crew: _Crew, interval_h: float
) -> tuple[_Crew, pd.DataFrame]:
    """Do one queue's work in what idle time is left, with agents added where it must be."""
    work = member.work
    assert work is not None  # noqa: S101 - the caller picked those with work
    here, taken = pool.rows(at), crew.done[at] - crew.able[at]
    free = np.maximum(spare_erlangs(here, crew.agents[at]) - taken, 0.0) * member.staffed
    extra_h = level_capacity(
        work.work_h,
        interval_h=interval_h,
        staffed=member.staffed,
        free_h=free * interval_h,
        **work.terms,
    )
    alone = agents_up(extra_h / (interval_h * _cap(member)))  # enough if they take no calls
    mixed = _added(here, crew.agents[at], taken + free + extra_h / interval_h, alone)
    needed = np.minimum(mixed, alone)
    reserved = np.where(mixed > alone, alone, 0)
    added = np.where(member.staffed, np.maximum(needed, member.rule.target.min_agents), 0)
    crew = _Crew(crew.agents.copy(), crew.reserved.copy(), crew.able.copy(), crew.done.copy())
    crew.agents[at] += added - reserved
    crew.reserved[at] += reserved
    crew.able[at] += reserved * _cap(member)
    spare = spare_erlangs(here, crew.agents[at]) + crew.able[at] - crew.done[at]
    able_h = np.maximum(spare, 0.0) * member.staffed * interval_h
    done_h = work_done(work.work_h, able_h, backlog_h=work.backlog_h)
    crew.done[at] += done_h / interval_h
    why = [~member.staffed, added > needed, added > 0, done_h > 0]
    codes = ["closed", "minimum", "deadline", "idle_time"]
    table = pd.DataFrame(
        {
            "model": "blended",
            "load_erlangs": member.apart["load_erlangs"].to_numpy(),
            "agents_net": added,
            "service_level": work.in_time(done_h, interval_h, member.staffed),
            "binding": np.select(why, codes, "no_load").astype(object),
        }
    )
    return crew, table


def _added(pool: Pool, agents: Whole, wanted: Numbers, most: Whole) -> Whole:
    """Fewest agents to add so that all can do so much work between calls [Erlang].

    More than `most` where not even so many are enough.
    """
    added = np.zeros(agents.size, dtype=np.int64)
    short = np.flatnonzero(most > 0)
    while short.size:
        able = spare_erlangs(pool.rows(short), agents[short] + added[short])
        lacking = wanted[short] - able
        still = lacking > TIE * wanted[short]
        short, lacking = short[still], lacking[still]
        # An agent does at most an agent's work, so that no smaller number can be enough.
        added[short] += np.maximum(agents_up(lacking), 1)
        short = short[added[short] <= most[short]]
    return added


def _callers(pool: Pool, order: int, crew: _Crew) -> dict[str, Numbers]:
    """Measure one queue's callers, with the deferrable work its team does between them.

    One agent fewer and one more are the team's, its deferrable work unchanged.
    """
    rule = pool.rules[order]
    now, less, more = (_callers_of(pool, crew, step, rule) for step in (0, -1, 1))
    return {
        **{name: now[name] for name in MEASURES},
        "occupancy": _occupancy(now["carried"], crew),
        **neighbours(crew.agents, less, more),
    }


def _callers_of(pool: Pool, crew: _Crew, step: int, rule: StaffingRule) -> dict[str, Numbers]:
    """Measure callers with some agents more or fewer, and the load they are [Erlang]."""
    agents = np.maximum(crew.agents + step, 0)
    found = dict(call_measures(pool, agents, rule))
    found["carried"] = np.nan_to_num(found["occupancy"]) * agents
    between_calls = crew.done - crew.able
    blending = np.flatnonzero((between_calls > 0) & (agents > 0))
    if blending.size:
        here = pool.rows(blending)
        blended = blended_callers(here, agents[blending], between_calls[blending], rule)
        columns = (blended.service_level, blended.asa_s, blended.p_abandon)
        for name, column in zip(MEASURES, columns, strict=True):
            found[name] = found[name].copy()
            known = np.isfinite(found[name][blending])
            found[name][blending] = np.where(known, column, found[name][blending])
        found["carried"][blending] = here.load_erlangs * (1.0 - blended.p_abandon)
    return found


def _pooled_model(member: Member, queues: int) -> str:
    model = str(member.apart["model"].iloc[0])
    return f"pooled_{model}" if queues > 1 else model


def _gross(members: Sequence[Member], net: Whole) -> Whole:
    """Pay the team as a whole, rounded up once, and share that out among its queues."""
    productive = np.array([1.0 - member.rule.shrinkage for member in members])
    paid = net / productive[:, None]
    return shared_out(agents_up(paid.sum(axis=0)), paid)


def _occupancy(carried: Numbers, crew: _Crew) -> Numbers:
    """Share of the team's time on calls and deferrable work together."""
    busy = carried + crew.done
    people = crew.agents + crew.reserved
    share: Numbers = np.divide(busy, people, out=np.zeros(busy.size), where=people > 0)
    return share
