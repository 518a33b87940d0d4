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
from staffing.channels.queue_staff import fewest_servers, measures
from staffing.queues.chat import chat_agents_required
from staffing.rounding import agents_up

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from staffing.rules import StaffingRule

    Numbers = NDArray[np.float64]

PARTS = (
    "agents_workload",
    "agents_levelling",
    "agents_waiting",
    "agents_abandonment",
    "agents_occupancy",
    "agents_concurrency",
    "agents_rounding",
    "agents_minimum",
    "agents_shrinkage",
)
MEASURES = ("service_level", "asa_s", "abandonment")
SLOT_MODELS = ("erlang_c", "erlang_a", "erlang_a_redials", "chat_slots")


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
        queue, interval_start, then the parts, the columns `PARTS`: the workload (Erlang); levelling
        (deferrable work moved from or to other intervals); waiting (what the waiting targets ask of
        customers with endless patience); abandonment (those who give up, less those who call
        again); occupancy (the cap); concurrency (contacts handled at once); rounding to whole
        agents; the minimum; shrinkage. They add up to agents_gross, the next column. Then
        service_level, asa_s [s] and abandonment with one agent fewer (``_one_less``) and one more
        (``_one_more``); NaN where the model has no such measure.

    Raises
    ------
    ValueError
        If a row's model is not explained: one of another engine.
    """
    known = {*SLOT_MODELS, "chat", "deadline", "no_people"}
    unknown = sorted(set(requirement["model"]) - known)
    if unknown:
        raise ValueError(f"model = {unknown[0]!r}; must be one of {', '.join(sorted(known))}")
    beside = [f"{measure}_{which}" for measure in MEASURES for which in ("one_less", "one_more")]
    positions = requirement.groupby("queue", sort=False, observed=True).indices
    tables = [
        _explained(requirement.iloc[where], rules.get(str(queue)), interval_min / 60.0)
        .reindex(columns=[*PARTS, *beside])
        .set_index(where)
        for queue, where in positions.items()
    ]
    if not tables:
        tables = [pd.DataFrame(columns=[*PARTS, *beside], dtype=np.float64)]
    parts = pd.concat(tables).sort_index().set_axis(requirement.index)
    parts[list(PARTS)] = parts[list(PARTS)].fillna(0.0)
    parts.insert(len(PARTS), "agents_gross", requirement["agents_gross"])
    return pd.concat([requirement[["queue", "interval_start"]], parts], axis="columns")


def _explained(rows: pd.DataFrame, rule: StaffingRule | None, interval_h: float) -> pd.DataFrame:
    if rule is None or rows["model"].iloc[0] == "no_people":
        return pd.DataFrame(index=range(len(rows)))
    parts = _deadline_parts if rows["model"].iloc[0] == "deadline" else _waiting_parts
    found = parts(rows, rule, interval_h)
    found["agents_shrinkage"] = (rows["agents_gross"] - rows["agents_net"]).to_numpy(
        dtype=np.float64
    )
    return pd.DataFrame(found)


def _waiting_parts(
    rows: pd.DataFrame, rule: StaffingRule, interval_h: float
) -> dict[str, NDArray[np.float64]]:
    contacts = rows["contacts"].to_numpy(dtype=np.float64)
    # An interval without contacts has no handling time; any will do.
    aht_s = np.where(contacts > 0, rows["aht_s"].to_numpy(dtype=np.float64), 1.0)
    net = rows["agents_net"].to_numpy(dtype=np.int64)
    workload = contacts * aht_s / (3600.0 * interval_h)
    uncapped = replace(rule, target=replace(rule.target, max_occupancy=None))
    patient = replace(
        uncapped,
        target=replace(uncapped.target, max_abandonment=None),
        patience_s=None,
        redial_probability=0.0,
    )
    with_patience = fewest_servers(contacts, aht_s, interval_h, uncapped)
    waiting = fewest_servers(contacts, aht_s, interval_h, patient)
    parts = {
        "agents_workload": workload,
        "agents_waiting": waiting - workload,
        "agents_abandonment": (with_patience - waiting).astype(np.float64),
    }
    if rule.aht_by_concurrency:
        chat = chat_agents_required(
            contacts,
            aht_s[:, None] * np.array(rule.aht_by_concurrency),
            interval_s=3600.0 * interval_h,
            service_level=rule.target.service_level or 0.0,
            within_s=rule.target.within_s or 0.0,
            patience_s=rule.patience_s,
            max_p_abandon=rule.target.max_abandonment or 1.0,
        )
        parts["agents_concurrency"] = (chat - with_patience).astype(np.float64)
        at_least = np.maximum(chat, rule.target.min_agents)
        parts["agents_minimum"] = (at_least - chat).astype(np.float64)
        parts["agents_occupancy"] = (net - at_least).astype(np.float64)
        return parts
    servers = fewest_servers(contacts, aht_s, interval_h, rule)
    shared = servers / rule.concurrency
    whole = agents_up(shared)
    parts["agents_occupancy"] = (servers - with_patience).astype(np.float64)
    parts["agents_concurrency"] = shared - servers
    parts["agents_rounding"] = whole - shared
    parts["agents_minimum"] = (net - whole).astype(np.float64)
    for which, agents in (("one_less", np.maximum(net - 1, 0)), ("one_more", net + 1)):
        found = measures(agents, workload, aht_s, rule)
        for name in MEASURES:
            parts[f"{name}_{which}"] = np.where(net > 0, found[name], np.nan)
    return parts


def _deadline_parts(
    rows: pd.DataFrame, rule: StaffingRule, interval_h: float
) -> dict[str, NDArray[np.float64]]:
    load = rows["load_erlangs"].to_numpy(dtype=np.float64)
    net = rows["agents_net"].to_numpy(dtype=np.float64)
    staffed = np.ones(len(rows), dtype=bool)
    if "staffed" in rows.columns:
        staffed = rows["staffed"].to_numpy(dtype=bool)
    level = level_capacity(
        load * interval_h,
        deadline_h=rule.deadline_h or 0.0,
        interval_h=interval_h,
        staffed=staffed,
        carry_over=rule.carry_over,
    )
    level = level / interval_h
    capped = level / (rule.target.max_occupancy or 1.0)
    whole = agents_up(capped)
    return {
        "agents_workload": load,
        "agents_levelling": level - load,
        "agents_occupancy": capped - level,
        "agents_rounding": whole - capped,
        "agents_minimum": net - whole,
    }
