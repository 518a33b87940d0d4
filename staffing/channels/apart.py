"""One queue staffed on its own: its rows checked, its channel's model chosen."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

from staffing.channels.carried_load import carry_over_model, modified_contacts
from staffing.channels.chat_staff import chat_staff
from staffing.channels.deadline_staff import arriving_work, deadline_staff
from staffing.channels.dialler_staff import dialler_staff
from staffing.channels.queue_staff import AFORO, Engine, queueing_staff, transient_staff
from staffing.rules import (
    AGENT_CHANNELS,
    BOT_CHANNELS,
    CHANNELS,
    DEFERRABLE_CHANNELS,
    SLOT_CHANNELS,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from staffing.channels.deadline_staff import ArrivingWork
    from staffing.rules import StaffingRule

    Numbers = NDArray[np.float64]


class Apart(NamedTuple):
    """A queue staffed on its own, and what it was staffed from."""

    channel: str
    starts_s: Numbers
    contacts: Numbers
    aht_s: Numbers
    staffed: NDArray[np.bool_]
    work: ArrivingWork | None
    table: pd.DataFrame


def staff_apart(
    rows: pd.DataFrame, rule: StaffingRule | None, interval_h: float, engine: Engine
) -> Apart:
    """Staff one queue as if it had a team of its own.

    Parameters
    ----------
    rows : DataFrame
        The queue's rows of demand.
    rule : StaffingRule, optional
        Only a bot's queue needs none.
    interval_h : float
        Length of an interval [h].
    engine : Engine
        Who sizes queues with waiting customers.

    Raises
    ------
    ValueError
        As `staffing.required_staff`, without the queue's name.
    """
    channel = _channel(rows)
    starts_s = rows["interval_start"].astype("int64").to_numpy() / _per_second(rows)
    none = np.zeros(len(rows))
    if channel in BOT_CHANNELS:
        bots = no_people(len(rows))
        return Apart(channel, starts_s, none, none + 1.0, none > 0, None, bots)
    if rule is None:
        raise ValueError(f"a {channel} queue needs a rule")
    _refuse_misfit(rule, channel, rows)
    contacts, aht_s = contacts_and_aht(rows, interval_h)
    staffed = staffed_rows(rows, channel)
    if channel in DEFERRABLE_CHANNELS:
        return _deferrable(channel, starts_s, contacts, aht_s, staffed, rule, interval_h)
    carried = "none"
    if engine is AFORO:
        carried = carry_over_model(contacts, aht_s, interval_h, rule)
    if carried == "transient":
        if channel not in AGENT_CHANNELS:
            raise ValueError(f"carry_over = 'transient'; must be none or modified for {channel}")
        table = transient_staff(contacts, aht_s, interval_h, rule, starts_s)
        return Apart(channel, starts_s, contacts, aht_s, staffed, None, table)
    if carried == "modified":
        contacts = modified_contacts(contacts, aht_s, interval_h, starts_s)
    if rule.aht_by_concurrency:
        table = chat_staff(contacts, aht_s, interval_h, rule, engine)
    else:
        slots = channel in SLOT_CHANNELS
        table = queueing_staff(contacts, aht_s, interval_h, rule, engine, slots=slots)
    if carried == "modified":
        table["model"] += "_modified"
    return Apart(channel, starts_s, contacts, aht_s, staffed, None, table)


def _refuse_misfit(rule: StaffingRule, channel: str, rows: pd.DataFrame) -> None:
    """Refuse what a rule states and its channel knows nothing of."""
    if rule.concurrency > 1 and channel not in SLOT_CHANNELS:
        raise ValueError(f"concurrency = {rule.concurrency}; must be 1 for {channel}")
    if channel not in DEFERRABLE_CHANNELS and (rule.pacing is not None or rule.opening_backlog):
        raise ValueError(
            f"pacing = {rule.pacing!r}, opening_backlog = {rule.opening_backlog}; "
            f"must be None and 0 for {channel}"
        )
    if rule.opening_backlog and not (rows["aht_s"] > 0).any():
        raise ValueError(f"opening_backlog = {rule.opening_backlog}; needs an aht_s, got none")


def _deferrable(
    channel: str,
    starts_s: Numbers,
    contacts: Numbers,
    aht_s: Numbers,
    staffed: NDArray[np.bool_],
    rule: StaffingRule,
    interval_h: float,
) -> Apart:
    if rule.pacing is not None and channel != "outbound":
        raise ValueError(f"pacing = {rule.pacing!r}; must be None for {channel}")
    if rule.pacing == "dialler":
        table = dialler_staff(contacts, aht_s, interval_h, rule, staffed)
        return Apart(channel, starts_s, contacts, aht_s, staffed, None, table)
    work_h = contacts * aht_s / 3600.0
    backlog_h = opening_backlog_h(contacts, aht_s, rule)
    table = deadline_staff(work_h, interval_h, rule, staffed, backlog_h)
    work = arriving_work(work_h, rule, interval_h, backlog_h)
    return Apart(channel, starts_s, contacts, aht_s, staffed, work, table)


def _per_second(rows: pd.DataFrame) -> float:
    """Count the ticks of the start column's clock in a second."""
    unit = str(getattr(rows["interval_start"].dtype, "unit", "ns"))
    return {"s": 1.0, "ms": 1e3, "us": 1e6, "ns": 1e9}[unit]


def opening_backlog_h(contacts: Numbers, aht_s: Numbers, rule: StaffingRule) -> float:
    """Give the work open before the first interval, at the queue's mean handling time [h]."""
    return rule.opening_backlog * _mean_aht_s(contacts, aht_s) / 3600.0


def _mean_aht_s(contacts: Numbers, aht_s: Numbers) -> float:
    volume = float(contacts.sum())
    return float(contacts @ aht_s) / volume if volume > 0 else float(aht_s.mean())


def _channel(rows: pd.DataFrame) -> str:
    channels = rows["channel"].unique()
    unknown = [channel for channel in channels if channel not in CHANNELS]
    if unknown:
        raise ValueError(f"channel = {unknown[0]!r}; must be one of {', '.join(sorted(CHANNELS))}")
    if len(channels) > 1:
        raise ValueError(f"channel = {', '.join(map(str, channels))}; must be one a queue")
    return str(channels[0])


def contacts_and_aht(
    rows: pd.DataFrame, interval_h: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Check a queue's rows; give their contacts and handling times [s], known for all.

    Raises
    ------
    ValueError
        Naming the interval, the value and its bound.
    """
    contacts = rows["contacts"].to_numpy(dtype=np.float64, na_value=np.nan)
    aht_s = rows["aht_s"].to_numpy(dtype=np.float64, na_value=np.nan)
    _refuse_row(rows, "contacts", ~(np.isfinite(contacts) & (contacts >= 0)), "[0, inf)")
    busy = contacts > 0
    _refuse_row(rows, "aht_s", busy & ~(np.isfinite(aht_s) & (aht_s > 0)), "(0, inf)")
    step = rows["interval_start"].diff()
    early = (step < pd.Timedelta(hours=interval_h)).to_numpy()
    _refuse_row(rows, "interval_start", early, f"steps of {interval_h * 60:g} min or more")
    # Those still in hand in an interval without contacts take as long as others do.
    known = np.isfinite(aht_s) & (aht_s > 0)
    usual = _mean_aht_s(contacts[busy], aht_s[busy]) if busy.any() else np.nan
    if not np.isfinite(usual):
        usual = float(aht_s[known].mean()) if known.any() else 1.0
    return contacts, np.where(busy, aht_s, usual)


def staffed_rows(rows: pd.DataFrame, channel: str) -> NDArray[np.bool_]:
    """Say in which of a queue's rows its work can be done."""
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


def no_people(size: int) -> pd.DataFrame:
    """Bots' own work: shown in the table, staffed with nobody."""
    return pd.DataFrame(
        {
            "model": np.full(size, "no_people", dtype=object),
            "agents_net": np.zeros(size, dtype=np.int64),
            "agents_gross": np.zeros(size, dtype=np.int64),
            "binding": np.full(size, "no_people", dtype=object),
        }
    )
