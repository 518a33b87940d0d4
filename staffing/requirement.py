"""From demand to requirement: agents, paid hours and cost for every queue and interval."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from staffing.arrays import checked
from staffing.channels.chat_staff import chat_staff
from staffing.channels.deadline_staff import deadline_staff
from staffing.channels.pyworkforce_engine import PYWORKFORCE
from staffing.channels.queue_staff import AFORO, Engine, queueing_staff
from staffing.cost import labour_cost, paid_hours
from staffing.rules import BOT_CHANNELS, CHANNELS, DEFERRABLE_CHANNELS, SLOT_CHANNELS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from staffing.rules import StaffingRule

ENGINES = {"aforo": AFORO, "pyworkforce": PYWORKFORCE}

_DEMAND_COLUMNS = ("queue", "channel", "interval_start", "contacts", "aht_s")


def required_staff(
    demand: pd.DataFrame,
    rules: Mapping[str, StaffingRule],
    *,
    interval_min: int,
    engine: str = "aforo",
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

    Returns
    -------
    DataFrame
        The demand and, for each row:

        - model: erlang_c, or erlang_a and erlang_a_redials with a patience (voice);
          chat_slots, or chat with handling times by concurrency (chat, messaging, social); deadline
          (email, case, callback, outbound); no_people (bot); pyworkforce_erlang_c by that engine;
        - load_erlangs, agents_net (on the phones), agents_gross (after shrinkage);
        - service_level (of deferrable work, the share that meets its deadline), asa_s [s],
          service_level_one_less (with one agent fewer), abandonment, occupancy: NaN where there is
          no such;
        - binding (see `binding_constraint`; also deadline, closed, no_people), paid_h [h], cost.

    Raises
    ------
    ValueError
        Naming the queue and interval: for a missing rule or column, an unknown channel, contacts
        or `aht_s` out of bounds, intervals that overlap, a waiting queue's unstaffed interval.
    """
    if engine not in ENGINES:
        raise ValueError(f"engine = {engine!r}; must be one of {sorted(ENGINES)}")
    missing = [column for column in _DEMAND_COLUMNS if column not in demand.columns]
    if missing:
        raise ValueError(f"demand has no column {', '.join(missing)}")
    interval_h = float(checked("interval_min", interval_min, "(0, 1440]", whole=True)) / 60.0
    positions = demand.groupby("queue", sort=False, observed=True).indices
    answers = []
    for queue, where in positions.items():
        rows = demand.iloc[where]
        try:
            answer = _queue_staff(rows, rules.get(str(queue)), interval_h, ENGINES[engine])
        except ValueError as error:
            raise ValueError(f"queue {queue!r}: {error}") from error
        answers.append(answer.set_index(where))
    if not answers:
        answers.append(_no_people(0))
    answer = pd.concat(answers).sort_index().set_axis(demand.index)
    return demand.assign(**{str(name): column for name, column in answer.items()})


def _queue_staff(
    rows: pd.DataFrame, rule: StaffingRule | None, interval_h: float, engine: Engine
) -> pd.DataFrame:
    channel = _channel(rows)
    if channel in BOT_CHANNELS:
        return _no_people(len(rows))
    if rule is None:
        raise ValueError(f"a {channel} queue needs a rule")
    if rule.concurrency > 1 and channel not in SLOT_CHANNELS:
        raise ValueError(f"concurrency = {rule.concurrency}; must be 1 for {channel}")
    contacts, aht_s = _contacts_and_aht(rows, interval_h)
    staffed = _staffed(rows, channel)
    if channel in DEFERRABLE_CHANNELS:
        answer = deadline_staff(contacts * aht_s / 3600.0, interval_h, rule, staffed)
    elif rule.aht_by_concurrency:
        answer = chat_staff(contacts, aht_s, interval_h, rule, engine)
    else:
        slots = channel in SLOT_CHANNELS
        answer = queueing_staff(contacts, aht_s, interval_h, rule, engine, slots=slots)
    paid_h = paid_hours(answer["agents_gross"].to_numpy(), interval_h)
    return answer.assign(paid_h=paid_h, cost=labour_cost(paid_h, rule.cost_per_hour))


def _channel(rows: pd.DataFrame) -> str:
    channels = rows["channel"].unique()
    unknown = [channel for channel in channels if channel not in CHANNELS]
    if unknown:
        raise ValueError(f"channel = {unknown[0]!r}; must be one of {', '.join(sorted(CHANNELS))}")
    if len(channels) > 1:
        raise ValueError(f"channel = {', '.join(map(str, channels))}; must be one a queue")
    return str(channels[0])


def _contacts_and_aht(
    rows: pd.DataFrame, interval_h: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    contacts = rows["contacts"].to_numpy(dtype=np.float64, na_value=np.nan)
    aht_s = rows["aht_s"].to_numpy(dtype=np.float64, na_value=np.nan)
    _refuse_row(rows, "contacts", ~(np.isfinite(contacts) & (contacts >= 0)), "[0, inf)")
    busy = contacts > 0
    _refuse_row(rows, "aht_s", busy & ~(np.isfinite(aht_s) & (aht_s > 0)), "(0, inf)")
    step = rows["interval_start"].diff()
    early = (step < pd.Timedelta(hours=interval_h)).to_numpy()
    _refuse_row(rows, "interval_start", early, f"steps of {interval_h * 60:g} min or more")
    # Handling nothing takes any time you like; the formulas want one above 0.
    return contacts, np.where(busy, aht_s, 1.0)


def _staffed(rows: pd.DataFrame, channel: str) -> NDArray[np.bool_]:
    if "staffed" not in rows.columns:
        return np.ones(len(rows), dtype=bool)
    staffed = rows["staffed"].to_numpy(dtype=bool)
    if channel not in DEFERRABLE_CHANNELS:
        _refuse_row(rows, "staffed", ~staffed, f"intervals where {channel} can be answered")
    return staffed


def _refuse_row(rows: pd.DataFrame, column: str, bad: NDArray[np.bool_], bound: str) -> None:
    if bad.any():
        row = rows.iloc[int(np.flatnonzero(bad)[0])]
        raise ValueError(f"{row['interval_start']}: {column} = {row[column]}; must be in {bound}")


def _no_people(size: int) -> pd.DataFrame:
    """Bots' own work: shown in the table, staffed with nobody."""
    return pd.DataFrame(
        {
            "model": np.full(size, "no_people", dtype=object),
            "load_erlangs": np.nan,
            "agents_net": np.zeros(size, dtype=np.int64),
            "agents_gross": np.zeros(size, dtype=np.int64),
            "service_level": np.nan,
            "service_level_one_less": np.nan,
            "asa_s": np.nan,
            "abandonment": np.nan,
            "occupancy": np.nan,
            "binding": np.full(size, "no_people", dtype=object),
            "paid_h": 0.0,
            "cost": 0.0,
        }
    )
