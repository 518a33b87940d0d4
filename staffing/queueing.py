"""Queues whose customers wait in seconds: voice and callbacks on agents, chat on agents' slots."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

from staffing.erlang import average_speed_of_answer, occupancy, offered_load, service_level
from staffing.rounding import agents_down, agents_up
from staffing.shrinkage import gross_agents
from staffing.sizing import agents_required, binding_constraint

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import ArrayLike, NDArray

    from staffing.requirement import ServiceTarget, StaffingRule

    Numbers = NDArray[np.float64]
    Whole = NDArray[np.int64]


class Engine(NamedTuple):
    """Who finds the fewest servers that meet a target, and who adds shrinkage to them."""

    model: str
    slots_model: str
    servers_required: Callable[[Numbers, Numbers, float, ServiceTarget], Whole]
    gross_agents: Callable[[ArrayLike, ArrayLike], Whole]


def queueing_staff(
    contacts: Numbers, aht_s: Numbers, interval_h: float, rule: StaffingRule, engine: Engine
) -> pd.DataFrame:
    """Fewest agents per interval so that an Erlang C queue, or its chat slots, meets the target.

    With a concurrency of 1 this is Erlang C. Above 1 it is Erlang C on slots: n agents are
    floor(n * concurrency) servers, each busy with one chat for `aht_s`, which is to be measured at
    that concurrency; occupancy is the slots'.

    What the slot rule assumes, and how it errs: a chat takes as long however many its agent has
    open, while in truth agents with few open are quicker. With `aht_s` as measured at full
    concurrency it asks for too many agents, with an average over quieter hours for too few: 60
    chats in 900 s that take 240, 300 or 390 s with one, two or three open need 10 agents for 80 %
    in 30 s; the rule says 11 with 390 s and 8 with 300 s. Nobody gives up waiting, which asks for
    too many agents as well. Source of the exact model: J. Luo, J. Zhang, Operations Research 61
    (2013) 328-343; T. Tezcan, J. Zhang, Operations Research 62 (2014) 943-956.

    Parameters
    ----------
    contacts, aht_s : array, shape (n,)
        Contacts offered in each interval and their mean handling time [s], above 0.
    interval_h : float
        Length of an interval [h].
    rule : StaffingRule
    engine : Engine

    Returns
    -------
    DataFrame
        The requirement's columns from load to binding; one row an interval.
    """
    target = rule.target
    load = offered_load(contacts, aht_s, interval_h * 3600.0)
    servers = engine.servers_required(contacts, aht_s, interval_h, target)
    agents = np.maximum(agents_up(servers / rule.concurrency), target.min_agents)
    slots, slots_one_less = (
        agents_down(np.maximum(n, 0) * rule.concurrency) for n in (agents, agents - 1)
    )
    answered = one_less = np.full(agents.size, np.nan)
    if target.within_s is not None:
        answered = service_level(slots, load, aht_s, target.within_s)
        one_less = service_level(slots_one_less, load, aht_s, target.within_s)
    return pd.DataFrame(
        {
            "load_erlangs": load,
            "agents_net": agents,
            "agents_gross": engine.gross_agents(agents, rule.shrinkage),
            "service_level": answered,
            "service_level_one_less": np.where(agents > 0, one_less, np.nan),
            "asa_s": average_speed_of_answer(slots, load, aht_s),
            "occupancy": occupancy(slots, load),
            "binding": _binding(agents, load, aht_s, rule),
        }
    )


def _binding(
    agents: Whole, load: Numbers, aht_s: Numbers, rule: StaffingRule
) -> NDArray[np.object_]:
    return binding_constraint(
        agents,
        load,
        aht_s,
        service_level=rule.target.service_level,
        within_s=rule.target.within_s,
        max_asa_s=rule.target.max_asa_s,
        max_occupancy=rule.target.max_occupancy,
        min_agents=rule.target.min_agents,
        concurrency=rule.concurrency,
    )


def _fewest_servers(
    contacts: Numbers, aht_s: Numbers, interval_h: float, target: ServiceTarget
) -> Whole:
    return agents_required(
        offered_load(contacts, aht_s, interval_h * 3600.0),
        aht_s,
        service_level=target.service_level,
        within_s=target.within_s,
        max_asa_s=target.max_asa_s,
        max_occupancy=target.max_occupancy,
    )


AFORO = Engine("erlang_c", "chat_slots", _fewest_servers, gross_agents)
