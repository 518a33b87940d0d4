"""Every agent of a requirement explained: parts from the workload to the agents scheduled.

The parts of a row add up to its agents_gross. Each is the difference one more assumption makes:
first the work itself, then what waiting targets ask beyond it, and so on. A negative part saves.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from staffing.backlog.deferrable import level_capacity
from staffing.backlog.dialler import dialler_agents
from staffing.channels.apart import contacts_and_aht, opening_backlog_h, staffed_rows
from staffing.channels.deadline_staff import arriving_work
from staffing.channels.dialler_staff import nuisance_limit
from staffing.channels.queue_staff import fewest_servers
from staffing.queues.chat import chat_agents_required
from staffing.requirement import NEIGHBOURS
from staffing.rounding import agents_up
from staffing.rules import DEFERRABLE_CHANNELS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

    from staffing.rules import StaffingRule

    Numbers = NDArray[np.float64]
    Parts = dict[str, Numbers]

PARTS = (
    "agents_workload",
    "agents_levelling",
    "agents_waiting",
    "agents_abandonment",
    "agents_occupancy",
    "agents_concurrency",
    "agents_rounding",
    "agents_minimum",
    "agents_carry_over",
    "agents_pooling",
    "agents_shrinkage",
)
NOT_EXPLAINED = ("pyworkforce_erlang_c",)


def explain_agents(
    requirement: pd.DataFrame, rules: Mapping[str, StaffingRule], *, interval_min: int
) -> pd.DataFrame:
    """Take the agents of every row apart, and show what one agent fewer and one more would give.

    Parameters
    ----------
    requirement : DataFrame
        From `required_staff` with ``engine="aforo"``.
    rules : mapping of str to StaffingRule
        The rules it was made with.
    interval_min : int
        Length of the intervals [min].

    Returns
    -------
    DataFrame
        queue, interval_start, then the parts, the columns `PARTS`: the workload of the interval's
        own contacts (Erlang); levelling (deferrable work moved from or to other intervals); waiting
        (what the waiting targets ask of customers with endless patience); abandonment (those who
        give up, less those who call again; what a dialler's limit on lost calls asks); occupancy
        (the cap); concurrency (contacts handled at once); rounding to whole agents; the minimum;
        carry_over (the load of earlier intervals instead of the interval's own); pooling (what
        sharing a team saves); shrinkage. They add up to agents_gross, the next column. Then
        service_level, asa_s [s] and abandonment with one agent fewer (``_one_less``) and one more
        (``_one_more``); NaN where the model has no such measure.

    Raises
    ------
    ValueError
        If a row's model is not explained: one of another engine.
    """
    for model in NOT_EXPLAINED:
        if (requirement["model"] == model).any():
            raise ValueError(f"model = {model!r}; only this project's own models are explained")
    positions = requirement.groupby("queue", sort=False, observed=True).indices
    tables = [
        _explained(requirement.iloc[where], rules.get(str(queue)), interval_min / 60.0)
        .reindex(columns=list(PARTS))
        .set_index(where)
        for queue, where in positions.items()
    ]
    if not tables:
        tables = [pd.DataFrame(columns=list(PARTS), dtype=np.float64)]
    parts = pd.concat(tables).sort_index().set_axis(requirement.index).fillna(0.0)
    beside = ["agents_gross", *NEIGHBOURS]
    return pd.concat(
        [requirement[["queue", "interval_start"]], parts, requirement[beside]], axis="columns"
    )


def _explained(rows: pd.DataFrame, rule: StaffingRule | None, interval_h: float) -> pd.DataFrame:
    if rule is None or rows["model"].iloc[0] == "no_people":
        return pd.DataFrame(index=range(len(rows)))
    found = _parts_of(rows, rule)(rows, rule, interval_h)
    apart = rows["agents_apart"].to_numpy(dtype=np.float64)
    net = rows["agents_net"].to_numpy(dtype=np.float64)
    found["agents_pooling"] = net - apart
    found["agents_shrinkage"] = rows["agents_gross"].to_numpy(dtype=np.float64) - net
    return pd.DataFrame(found)


def _parts_of(
    rows: pd.DataFrame, rule: StaffingRule
) -> Callable[[pd.DataFrame, StaffingRule, float], Parts]:
    if rows["channel"].iloc[0] in DEFERRABLE_CHANNELS:
        return _dialler_parts if rule.pacing == "dialler" else _deadline_parts
    return _chat_parts if rule.aht_by_concurrency else _waiting_parts


def _waiting_parts(rows: pd.DataFrame, rule: StaffingRule, interval_h: float) -> Parts:
    contacts, aht_s, apart = _numbers(rows, interval_h)
    parts, with_patience = _patience_parts(contacts, aht_s, rule, interval_h)
    servers = fewest_servers(contacts, aht_s, interval_h, rule)
    shared = servers / rule.concurrency
    whole = agents_up(shared)
    at_least = np.maximum(whole, rule.target.min_agents)
    parts["agents_occupancy"] = (servers - with_patience).astype(np.float64)
    parts["agents_concurrency"] = shared - servers
    parts["agents_rounding"] = whole - shared
    parts["agents_minimum"] = (at_least - whole).astype(np.float64)
    parts["agents_carry_over"] = apart - at_least
    return parts


def _chat_parts(rows: pd.DataFrame, rule: StaffingRule, interval_h: float) -> Parts:
    contacts, aht_s, apart = _numbers(rows, interval_h)
    parts, with_patience = _patience_parts(contacts, aht_s, rule, interval_h)

    def required(volume: Numbers) -> NDArray[np.int64]:
        return chat_agents_required(
            volume,
            aht_s[:, None] * np.array(rule.aht_by_concurrency),
            interval_s=3600.0 * interval_h,
            service_level=rule.target.service_level or 0.0,
            within_s=rule.target.within_s or 0.0,
            patience_s=rule.patience_s,
            max_p_abandon=rule.target.max_abandonment or 1.0,
        )

    chat = required(contacts)
    facing = contacts
    if rows["model"].str.endswith("_modified").any():
        facing = rows["load_erlangs"].to_numpy(dtype=np.float64) * 3600.0 * interval_h / aht_s
    carried = required(facing)
    at_least = np.maximum(carried, rule.target.min_agents)
    parts["agents_concurrency"] = (chat - with_patience).astype(np.float64)
    parts["agents_carry_over"] = (carried - chat).astype(np.float64)
    parts["agents_minimum"] = (at_least - carried).astype(np.float64)
    parts["agents_occupancy"] = apart - at_least
    return parts


def _patience_parts(
    contacts: Numbers, aht_s: Numbers, rule: StaffingRule, interval_h: float
) -> tuple[Parts, NDArray[np.int64]]:
    """Parts up to the agents that waiting targets ask for, abandonment included."""
    uncapped = replace(rule, target=replace(rule.target, max_occupancy=None))
    patient = replace(
        uncapped,
        target=replace(uncapped.target, max_abandonment=None),
        patience_s=None,
        redial_probability=0.0,
    )
    workload = contacts * aht_s / (3600.0 * interval_h)
    with_patience = fewest_servers(contacts, aht_s, interval_h, uncapped)
    waiting = fewest_servers(contacts, aht_s, interval_h, patient)
    parts = {
        "agents_workload": workload,
        "agents_waiting": waiting - workload,
        "agents_abandonment": (with_patience - waiting).astype(np.float64),
    }
    return parts, with_patience


def _dialler_parts(rows: pd.DataFrame, rule: StaffingRule, interval_h: float) -> Parts:
    contacts, aht_s, apart = _numbers(rows, interval_h)
    workload = contacts * aht_s / (3600.0 * interval_h)
    most, cap = nuisance_limit(rule), rule.target.max_occupancy or 1.0
    uncapped = dialler_agents(workload, max_abandonment=most)
    capped = dialler_agents(workload, max_abandonment=most, max_occupancy=cap)
    return {
        "agents_workload": workload,
        "agents_abandonment": uncapped - workload,
        "agents_occupancy": (capped - uncapped).astype(np.float64),
        "agents_minimum": apart - capped,
    }


def _deadline_parts(rows: pd.DataFrame, rule: StaffingRule, interval_h: float) -> Parts:
    contacts, aht_s, apart = _numbers(rows, interval_h)
    load = contacts * aht_s / (3600.0 * interval_h)
    staffed = staffed_rows(rows, str(rows["channel"].iloc[0]))
    backlog_h = opening_backlog_h(contacts, aht_s, rule)
    work = arriving_work(load * interval_h, rule, interval_h, backlog_h)
    level = level_capacity(work.work_h, interval_h=interval_h, staffed=staffed, **work.terms)
    level = level / interval_h
    capped = level / (rule.target.max_occupancy or 1.0)
    whole = agents_up(capped)
    return {
        "agents_workload": load,
        "agents_levelling": level - load,
        "agents_occupancy": capped - level,
        "agents_rounding": whole - capped,
        "agents_minimum": apart - whole,
    }


def _numbers(rows: pd.DataFrame, interval_h: float) -> tuple[Numbers, Numbers, Numbers]:
    """Contacts, handling times [s], and the agents the queue would have apart."""
    contacts, aht_s = contacts_and_aht(rows, interval_h)
    return contacts, aht_s, rows["agents_apart"].to_numpy(dtype=np.float64)
