"""From demand to requirement: agents, paid hours and cost for every queue and interval."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from staffing.arrays import checked
from staffing.channels.apart import Apart, no_people, staff_apart
from staffing.channels.pyworkforce_engine import PYWORKFORCE
from staffing.channels.queue_staff import AFORO, MEASURES
from staffing.channels.team_staff import Member, team_staff
from staffing.cost import labour_cost, paid_hours
from staffing.rules import AGENT_CHANNELS

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from staffing.rules import StaffingRule

ENGINES = {"aforo": AFORO, "pyworkforce": PYWORKFORCE}

NEIGHBOURS = tuple(f"{name}_{which}" for name in MEASURES for which in ("one_less", "one_more"))
REQUIREMENT_COLUMNS = (
    "team",
    "model",
    "load_erlangs",
    "agents_net",
    "agents_gross",
    "agents_apart",
    *MEASURES,
    "occupancy",
    *NEIGHBOURS,
    "binding",
    "paid_h",
    "cost",
)
_DEMAND_COLUMNS = ("queue", "channel", "interval_start", "contacts", "aht_s")


def required_staff(
    demand: pd.DataFrame,
    rules: Mapping[str, StaffingRule],
    *,
    interval_min: int,
    engine: str = "aforo",
    teams: Mapping[str, Sequence[str]] | None = None,
) -> pd.DataFrame:
    """Agents, paid hours and cost that the demand requires, and what they achieve.

    Parameters
    ----------
    demand : DataFrame
        Columns queue, channel, interval_start, contacts, aht_s [s] (NaN where no contacts), in
        order of time within each queue, and any others, which are kept. An optional boolean column
        ``staffed`` marks the intervals in which deferrable work can be done; without it, all.
    rules : mapping of str to StaffingRule
        A rule for every queue that needs people.
    interval_min : int
        Length of the intervals [min].
    engine : {"aforo", "pyworkforce"}
        Who sizes the queues with waiting customers; pyworkforce is there to reproduce its numbers.
    teams : mapping of str to sequence of str, optional
        Queues that share one team, by its name: voice, deferrable work, lists that agents dial.
        Every other queue has a team of its own.

    Returns
    -------
    DataFrame
        The demand and, for each row:

        - model: erlang_c, or erlang_a and erlang_a_redials with a patience (voice);
          chat_slots, or chat with handling times by concurrency (chat, messaging, social); all of
          these with ``_modified`` behind them where the load of earlier intervals is carried over,
          and ``pooled_`` before them in a team of several such queues; transient (voice, the queue
          itself carried over); deadline (email, case, callback, outbound), list and dialler
          (outbound lists); blended (deferrable work and lists in a team); no_people (bot);
          pyworkforce_erlang_c by that engine;
        - load_erlangs, agents_net (on the phones), agents_gross (after shrinkage), agents_apart
          (on the phones if the queue had a team of its own);
        - service_level (of deferrable work, the share that meets its deadline), asa_s [s],
          abandonment, occupancy (a team's as a whole), and the first three with one agent fewer
          and one more (``_one_less``, ``_one_more``): NaN where there is no such;
        - binding (see `binding_constraint`; also deadline, idle_time, closed, no_people), paid_h
          [h], cost; team, the queue's own name where it shares none.

    Raises
    ------
    ValueError
        Naming the queue and interval: for a missing rule or column, an unknown channel, contacts
        or `aht_s` out of bounds, intervals that overlap, a waiting queue's unstaffed interval, a
        queue that cannot join a team or is in two.
    """
    if engine not in ENGINES:
        raise ValueError(f"engine = {engine!r}; must be one of {sorted(ENGINES)}")
    missing = [column for column in _DEMAND_COLUMNS if column not in demand.columns]
    if missing:
        raise ValueError(f"demand has no column {', '.join(missing)}")
    interval_h = float(checked("interval_min", interval_min, "(0, 1440]", whole=True)) / 60.0
    groups = demand.groupby("queue", sort=False, observed=True).indices
    positions = {str(queue): where for queue, where in groups.items()}
    team_of = _team_of(teams or {}, engine)
    answers: dict[str, pd.DataFrame] = {}
    members: dict[str, Member] = {}
    for queue, where in positions.items():
        try:
            found = staff_apart(demand.iloc[where], rules.get(queue), interval_h, ENGINES[engine])
            answers[queue] = found.table
            if queue in team_of:
                members[queue] = _member(found, rules[queue])
        except ValueError as error:
            raise ValueError(f"queue {queue!r}: {error}") from error
    _refuse_strangers(teams or {}, positions)
    for name, queues in (teams or {}).items():
        present = list(queues)
        try:
            tables = team_staff([members[queue] for queue in present], interval_h)
        except ValueError as error:
            raise ValueError(f"team {name!r}: {error}") from error
        for queue, table in zip(present, tables, strict=True):
            apart = answers[queue]["agents_net"].to_numpy()
            answers[queue] = table.assign(agents_apart=apart, team=name)
    whole = [
        _costed(queue, answer, rules.get(queue), interval_h).set_axis(positions[queue])
        for queue, answer in answers.items()
    ]
    answer = pd.concat(whole or [_costed("", no_people(0), None, interval_h)]).sort_index()
    answer = answer.set_axis(demand.index)
    return demand.assign(**{name: answer[name] for name in REQUIREMENT_COLUMNS})


def _member(found: Apart, rule: StaffingRule) -> Member:
    pooled = found.channel in AGENT_CHANNELS and "transient" not in set(found.table["model"])
    if not pooled and found.work is None:
        model = str(found.table["model"].iloc[0])
        raise ValueError(f"channel = {found.channel!r}, model = {model!r}; cannot join a team")
    return Member(
        rule,
        found.starts_s,
        found.contacts,
        found.aht_s,
        found.staffed,
        found.work,
        found.table,
    )


def _refuse_strangers(teams: Mapping[str, Sequence[str]], queues: Collection[str]) -> None:
    for name, members in teams.items():
        unknown = [queue for queue in members if queue not in queues]
        if unknown or not members:
            wrong = repr(unknown[0]) if unknown else "no queue"
            raise ValueError(f"team {name!r} has {wrong}; must be queues of the demand")


def _team_of(teams: Mapping[str, Sequence[str]], engine: str) -> dict[str, str]:
    """Name the team of each queue that shares one."""
    if teams and engine != "aforo":
        raise ValueError(f"engine = {engine!r}; knows no teams")
    team_of: dict[str, str] = {}
    for name, queues in teams.items():
        for queue in queues:
            if queue in team_of:
                raise ValueError(f"queue {queue!r} is in team {team_of[queue]!r} and in {name!r}")
            team_of[queue] = name
    return team_of


def _costed(
    queue: str, answer: pd.DataFrame, rule: StaffingRule | None, interval_h: float
) -> pd.DataFrame:
    """Add what is the same for all models, in the order of `REQUIREMENT_COLUMNS`."""
    paid_h = paid_hours(answer["agents_gross"].to_numpy(), interval_h)
    cost = labour_cost(paid_h, 0.0 if rule is None else rule.cost_per_hour)
    known = {"agents_apart": answer["agents_net"], "team": queue} | dict(answer.items())
    table = pd.DataFrame({**known, "paid_h": paid_h, "cost": cost})
    return table.reindex(columns=list(REQUIREMENT_COLUMNS))
