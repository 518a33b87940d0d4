"""Agents for chat whose handling time grows with the contacts an agent has open."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from staffing.channels.queue_staff import neighbours
from staffing.queues.chat import ChatMeasures, chat_agents_required, chat_measures
from staffing.queues.erlang import offered_load
from staffing.rounding import TIE

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from staffing.channels.queue_staff import Engine
    from staffing.rules import StaffingRule

    Numbers = NDArray[np.float64]
    Whole = NDArray[np.int64]


def chat_staff(
    contacts: Numbers, aht_s: Numbers, interval_h: float, rule: StaffingRule, engine: Engine
) -> pd.DataFrame:
    """Fewest agents per interval by the exact chain of `staffing.queues.chat`.

    Parameters
    ----------
    contacts, aht_s : array, shape (n,)
        Contacts offered in each interval and the handling time [s] that the rule's factors
        multiply.
    interval_h : float
        Length of an interval [h].
    rule : StaffingRule
        With `aht_by_concurrency`.
    engine : Engine
        Whose rounding of shrinkage is used.

    Raises
    ------
    ValueError
        If the target is one the chain does not keep: none in seconds, or a longest mean wait.
    """
    target = rule.target
    if target.service_level is None or target.within_s is None or target.max_asa_s is not None:
        raise ValueError(
            f"service_level = {target.service_level}, max_asa_s = {target.max_asa_s}; chat with "
            "handling times by concurrency needs a service level and knows no longest wait"
        )
    levels = aht_s[:, None] * np.array(rule.aht_by_concurrency)
    interval_s = interval_h * 3600.0
    load = offered_load(contacts, aht_s, interval_s)
    waits = chat_agents_required(
        contacts,
        levels,
        interval_s=interval_s,
        service_level=target.service_level,
        within_s=target.within_s,
        patience_s=rule.patience_s,
        max_p_abandon=1.0 if target.max_abandonment is None else target.max_abandonment,
    )

    def measures(people: Whole) -> ChatMeasures:
        return chat_measures(
            contacts,
            levels,
            people,
            interval_s=interval_s,
            within_s=target.within_s or 0.0,
            patience_s=rule.patience_s,
        )

    agents = np.maximum(waits, target.min_agents)
    cap = 1.0 if target.max_occupancy is None else target.max_occupancy
    while (crowded := _slot_occupancy(measures(agents), agents, rule) > cap * (1 + TIE)).any():
        agents = agents + crowded
    now, one_less, one_more = (measures(np.maximum(agents + step, 0)) for step in (0, -1, 1))
    found = [_named(part, rule) for part in (now, one_less, one_more)]
    return pd.DataFrame(
        {
            "model": "chat",
            "load_erlangs": load,
            "agents_net": agents,
            "agents_gross": engine.gross_agents(agents, rule.shrinkage),
            **found[0],
            "occupancy": _slot_occupancy(now, agents, rule),
            **neighbours(agents, found[1], found[2]),
            "binding": _binding(agents, waits, load, one_less, rule),
        }
    )


def _named(found: ChatMeasures, rule: StaffingRule) -> dict[str, Numbers]:
    nobody_gives_up = np.full(found.p_abandon.shape, np.nan)
    return {
        "service_level": found.service_level,
        "asa_s": found.asa_s,
        "abandonment": nobody_gives_up if rule.patience_s is None else found.p_abandon,
    }


def _slot_occupancy(found: ChatMeasures, agents: Whole, rule: StaffingRule) -> Numbers:
    """Share of the contacts agents could have open that they do: the slots' occupancy."""
    return np.where(agents > 0, found.chats_per_agent / rule.concurrency, 0.0)


def _binding(
    agents: Whole, waits: Whole, load: Numbers, one_less: ChatMeasures, rule: StaffingRule
) -> NDArray[np.object_]:
    late = (1.0 - one_less.service_level) > (1.0 - (rule.target.service_level or 0.0)) * (1 + TIE)
    reasons = {
        "no_load": (agents == 0) & (load == 0),
        "service_level": (agents == waits) & late & (load > 0),
        "abandonment": (agents == waits) & (load > 0),
        "minimum": agents <= rule.target.min_agents,
    }
    names = [np.full(agents.shape, code, dtype=object) for code in reasons]
    return np.select(list(reasons.values()), names, np.full(agents.shape, "occupancy", object))
