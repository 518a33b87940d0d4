"""Queues whose customers wait in seconds: voice on agents, chat on agents' slots."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd

from staffing.channels.carried_load import modified_contacts, stretches
from staffing.days.transient_staffing import transient_agents
from staffing.queues.erlang import offered_load, service_level
from staffing.queues.measures import erlang_measures
from staffing.queues.outcome import MOST_LOAD
from staffing.queues.redials import fewest_with_redials, load_with_redials
from staffing.queues.sizing import agents_required, binding_constraint
from staffing.rounding import agents_down, agents_up
from staffing.shrinkage import gross_agents

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import ArrayLike, NDArray

    from staffing.days.transient_staffing import TransientStaffing
    from staffing.rules import StaffingRule

    Numbers = NDArray[np.float64]
    Whole = NDArray[np.int64]


MEASURES = ("service_level", "asa_s", "abandonment")


class Engine(NamedTuple):
    """Who finds the fewest servers that meet a target, and who adds shrinkage to them."""

    model: Callable[[StaffingRule, bool], str]
    servers_required: Callable[[Numbers, Numbers, float, StaffingRule], Whole]
    gross_agents: Callable[[ArrayLike, ArrayLike], Whole]


def queueing_staff(
    contacts: Numbers,
    aht_s: Numbers,
    interval_h: float,
    rule: StaffingRule,
    engine: Engine,
    *,
    slots: bool,
) -> pd.DataFrame:
    """Fewest agents per interval so that an Erlang C queue, or its chat slots, meets the target.

    With a concurrency of 1 this is Erlang C, or Erlang A where the rule has a patience; with a
    probability of redialling, at the load that its own abandonment brings about. Above 1 it is the
    same on slots: n agents are floor(n * concurrency) servers, each busy with one chat for `aht_s`,
    which is to be measured at that concurrency; occupancy is the slots'.

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
    slots : bool
        Whether agents may handle several contacts at once.

    Returns
    -------
    DataFrame
        The requirement's columns from load to binding; one row an interval.
    """
    first = offered_load(contacts, aht_s, interval_h * 3600.0)
    servers = engine.servers_required(contacts, aht_s, interval_h, rule)
    agents = np.maximum(agents_up(servers / rule.concurrency), rule.target.min_agents)
    now, one_less, one_more = (
        measures(np.maximum(agents + step, 0), first, aht_s, rule) for step in (0, -1, 1)
    )
    return pd.DataFrame(
        {
            "model": engine.model(rule, slots),
            "load_erlangs": now["load"],
            "agents_net": agents,
            "agents_gross": engine.gross_agents(agents, rule.shrinkage),
            **{name: now[name] for name in MEASURES},
            "occupancy": now["occupancy"],
            **neighbours(agents, one_less, one_more),
            "binding": binding_constraint(
                agents,
                one_less["load"],
                aht_s,
                **targets_of(rule),
                min_agents=rule.target.min_agents,
                concurrency=rule.concurrency,
            ),
        }
    )


def transient_staff(
    contacts: Numbers,
    aht_s: Numbers,
    interval_h: float,
    rule: StaffingRule,
    starts_s: Numbers,
) -> pd.DataFrame:
    """Fewest agents per interval, the queue itself followed from one to the next.

    Parameters
    ----------
    contacts, aht_s, interval_h, rule
        As in `queueing_staff`; the rule without redials and without several contacts at once.
    starts_s : array, shape (n,)
        Starts of the intervals [s]; after a closed time the house is empty.

    Raises
    ------
    ValueError
        If the rule has redials or concurrency.
    """
    if rule.redial_probability > 0 or rule.concurrency > 1 or rule.target.definition != "offered":
        raise ValueError(
            f"carry_over = 'transient' with redial_probability = {rule.redial_probability}, "
            f"concurrency = {rule.concurrency}, definition = {rule.target.definition!r}; "
            "must be 0, 1 and 'offered'"
        )
    volume = modified_contacts(contacts, aht_s, interval_h, starts_s)
    guess = fewest_servers(volume, aht_s, interval_h, rule)
    targets = {k: v for k, v in targets_of(rule).items() if k != "definition"}
    days = []
    number = stretches(starts_s, 3600.0 * interval_h).number
    for rows in np.split(np.arange(number.size), np.flatnonzero(np.diff(number)) + 1):
        day = transient_agents(
            contacts[rows],
            aht_s[rows],
            interval_s=3600.0 * interval_h,
            **targets,
            min_agents=rule.target.min_agents,
            guess=guess[rows],
        )
        days.append(_transient_table(day, rule))
    table = pd.concat(days, ignore_index=True)
    load = offered_load(volume, aht_s, 3600.0 * interval_h)
    table.insert(1, "load_erlangs", load)
    nobody = table["agents_net"] == 0
    table["binding"] = table["binding"].mask(nobody, "no_load")
    # As everywhere: where nobody calls, nobody waits.
    edges = {"service_level": 1.0, "asa_s": 0.0, "abandonment": 0.0, "occupancy": 0.0}
    for name, edge in edges.items():
        measured = table[name].notna() | (name == "occupancy")
        table[name] = table[name].mask(nobody & (contacts == 0) & measured, edge)
    return table


def _transient_table(day: TransientStaffing, rule: StaffingRule) -> pd.DataFrame:
    now, less, more = (
        {**part._asdict()} | ({} if rule.patience_s else {"abandonment": np.full(n, np.nan)})
        for n in (day.agents.size,)
        for part in (day.now, day.one_less, day.one_more)
    )
    if rule.target.within_s is None:
        for part in (now, less, more):
            part["service_level"] = np.full(day.agents.size, np.nan)
    return pd.DataFrame(
        {
            "model": "transient",
            "agents_net": day.agents,
            "agents_gross": gross_agents(day.agents, rule.shrinkage),
            **{name: now[name] for name in MEASURES},
            "occupancy": now["occupancy"],
            **neighbours(day.agents, less, more),
            "binding": np.where(day.binding == "", "minimum", day.binding).astype(object),
        }
    )


def neighbours(
    agents: Whole, one_less: Mapping[str, Numbers], one_more: Mapping[str, Numbers]
) -> dict[str, Numbers]:
    """Name what one agent fewer and one more would give; NaN where nobody is needed."""
    some = agents > 0
    return {
        f"{name}_{which}": np.where(some, found[name], np.nan)
        for name in MEASURES
        for which, found in (("one_less", one_less), ("one_more", one_more))
    }


def total_load(servers: Whole, first: Numbers, aht_s: Numbers, rule: StaffingRule) -> Numbers:
    """Load of first attempts and of those who gave up and call again [Erlang]."""
    if rule.patience_s is None or rule.redial_probability == 0:
        return first
    load = load_with_redials(servers, first, aht_s, rule.patience_s, rule.redial_probability)
    # Where all call again until they are answered, too few agents face a load without end.
    return np.where(first > 0, np.minimum(load, MOST_LOAD), 0.0)


def fewest_servers(
    contacts: Numbers, aht_s: Numbers, interval_h: float, rule: StaffingRule
) -> Whole:
    """Fewest servers that meet a rule's targets, redials included."""
    first = offered_load(contacts, aht_s, interval_h * 3600.0)
    if rule.patience_s is None or rule.redial_probability == 0:
        return agents_required(first, aht_s, **targets_of(rule))
    return fewest_with_redials(
        first, aht_s, redial_probability=rule.redial_probability, **targets_of(rule)
    )


def measures(
    agents: Whole, first: Numbers, aht_s: Numbers, rule: StaffingRule
) -> dict[str, Numbers]:
    """Measure what so many agents achieve, at the load they bring about."""
    servers = agents_down(agents.astype(np.float64) * rule.concurrency)
    load = total_load(servers, first, aht_s, rule)
    within_s = rule.target.within_s
    found = erlang_measures(
        servers, load, aht_s, 0.0 if within_s is None else within_s, patience_s=rule.patience_s
    )
    none = np.full(agents.size, np.nan)
    level = found.service_level
    if within_s is not None and rule.target.definition != "offered":
        level = service_level(
            servers,
            load,
            aht_s,
            within_s,
            patience_s=rule.patience_s,
            definition=rule.target.definition,
        )
    return {
        "load": load,
        "service_level": none if within_s is None else level,
        "asa_s": found.asa_s,
        # Without a patience the model knows of nobody who gives up; that is not a share of 0.
        "abandonment": none if rule.patience_s is None else found.p_abandon,
        "occupancy": found.occupancy,
    }


def targets_of(rule: StaffingRule) -> dict[str, Any]:
    """Name a rule's targets as the sizing functions do."""
    return {
        "service_level": rule.target.service_level,
        "within_s": rule.target.within_s,
        "max_asa_s": rule.target.max_asa_s,
        "max_abandonment": rule.target.max_abandonment,
        "max_occupancy": rule.target.max_occupancy,
        "patience_s": rule.patience_s,
        "definition": rule.target.definition,
    }


def _model(rule: StaffingRule, slots: bool) -> str:
    if slots:
        return "chat_slots"
    if rule.patience_s is None:
        return "erlang_c"
    return "erlang_a_redials" if rule.redial_probability > 0 else "erlang_a"


AFORO = Engine(_model, fewest_servers, gross_agents)
