"""Agents for a list that a dialler calls for them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from staffing.backlog.dialler import dialler_agents, dialler_measures
from staffing.channels.queue_staff import neighbours
from staffing.queues.erlang import offered_load
from staffing.shrinkage import gross_agents

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from staffing.rules import StaffingRule

    Numbers = NDArray[np.float64]
    Whole = NDArray[np.int64]

MOST_NUISANCE_CALLS = 0.03
"""Largest share of answered calls without an agent where none is stated: the usual legal limit."""


def dialler_staff(
    contacts: Numbers,
    aht_s: Numbers,
    interval_h: float,
    rule: StaffingRule,
    staffed: NDArray[np.bool_],
) -> pd.DataFrame:
    """Fewest agents per interval who hold the list's conversations within the nuisance limit.

    Parameters
    ----------
    contacts, aht_s : array, shape (n,)
        Conversations to be held in each interval and their mean handling time [s], above 0.
    interval_h : float
        Length of an interval [h].
    rule : StaffingRule
        Of its target `max_abandonment` (3 % if not given), `max_occupancy` and `min_agents`.
    staffed : array of bool, shape (n,)
        Whether agents can work in the interval.

    Raises
    ------
    ValueError
        If there are conversations where nobody can work.
    """
    load = offered_load(contacts, aht_s, interval_h * 3600.0)
    if (load[~staffed] > 0).any():
        raise ValueError(
            f"contacts = {contacts[~staffed].max()} in an unstaffed interval; must be 0"
        )
    most = nuisance_limit(rule)
    unbounded = dialler_agents(load, max_abandonment=most)
    needed = dialler_agents(
        load, max_abandonment=most, max_occupancy=rule.target.max_occupancy or 1.0
    )
    agents = np.maximum(needed, rule.target.min_agents) * staffed
    now, one_less, one_more = (_measured(np.maximum(agents + d, 0), load) for d in (0, -1, 1))
    why = [~staffed, agents == 0, agents > needed, needed > unbounded]
    codes = ["closed", "no_load", "minimum", "occupancy"]
    return pd.DataFrame(
        {
            "model": "dialler",
            "load_erlangs": load,
            "agents_net": agents,
            "agents_gross": gross_agents(agents, rule.shrinkage),
            **now,
            "occupancy": dialler_measures(agents, load).occupancy,
            **neighbours(agents, one_less, one_more),
            "binding": np.select(why, codes, "abandonment").astype(object),
        }
    )


def nuisance_limit(rule: StaffingRule) -> float:
    """Largest share of answered calls that may meet no free agent."""
    stated = rule.target.max_abandonment
    return MOST_NUISANCE_CALLS if stated is None else stated


def _measured(agents: Whole, load: Numbers) -> dict[str, Numbers]:
    nothing = np.full(agents.shape, np.nan)
    lost = dialler_measures(agents, load).abandonment
    return {"service_level": nothing, "asa_s": nothing, "abandonment": lost}
