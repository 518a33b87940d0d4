"""Two engines on one demand: where pyworkforce's agents differ from ours, and by which defect."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from staffing.requirement import required_staff
from staffing.rounding import agents_down, agents_up

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd
    from numpy.typing import NDArray

    from staffing.rules import StaffingRule


def compare_engines(
    demand: pd.DataFrame, rules: Mapping[str, StaffingRule], *, interval_min: int
) -> pd.DataFrame:
    """Size every waiting queue with both engines.

    Parameters
    ----------
    demand, rules, interval_min
        As in `required_staff`; deferrable work and bots are left out, as pyworkforce has no model
        of them.

    Returns
    -------
    DataFrame
        queue, channel, interval_start, load_erlangs, agents_net and agents_gross of ``aforo`` and
        ``pyworkforce``, difference (pyworkforce less aforo, agents_net) and reason, a code:
        ``""`` (equal), ``"no_load"`` (pyworkforce itself refuses an interval without contacts),
        ``"search_start"`` (its search begins above the answer), ``"occupancy_tie"`` or
        ``"shrinkage_rounding"`` (a float's last digit rounded up to an agent), ``"unexplained"``.

    Raises
    ------
    ValueError
        As `required_staff`, and for a target that pyworkforce cannot express.
    """
    # pyworkforce takes each interval alone.
    rules = {queue: replace(rule, carry_over="none") for queue, rule in rules.items()}
    ours = required_staff(demand, rules, interval_min=interval_min)
    waiting = ours["model"].isin(["erlang_c", "chat_slots"]).to_numpy()
    theirs = required_staff(
        demand.loc[waiting], rules, interval_min=interval_min, engine="pyworkforce"
    )
    ours = ours.loc[waiting]
    compared = ours[["queue", "channel", "interval_start", "load_erlangs"]].copy()
    for measure in ("agents_net", "agents_gross"):
        compared[f"{measure}_aforo"] = ours[measure]
        compared[f"{measure}_pyworkforce"] = theirs[measure]
    compared["difference"] = theirs["agents_net"] - ours["agents_net"]
    compared["reason"] = _reasons(compared, rules)
    return compared.reset_index(drop=True)


def _reasons(compared: pd.DataFrame, rules: Mapping[str, StaffingRule]) -> NDArray[np.object_]:
    """Name the defect that yields pyworkforce's very number; a guess is not a reason."""
    queues = compared["queue"].astype(object)
    slots = queues.map(lambda queue: rules[queue].concurrency).to_numpy(dtype=np.float64)
    caps = queues.map(lambda queue: rules[queue].target.max_occupancy or 1.0)
    load = compared["load_erlangs"].to_numpy()
    net = compared["agents_net_pyworkforce"].to_numpy()
    same_net = compared["difference"].to_numpy() == 0
    same_gross = compared["agents_gross_aforo"] == compared["agents_gross_pyworkforce"]
    start = np.round(load + 1.0)
    started_high = (start > np.floor(load) + 1.0) & (net == agents_up(start / slots))
    at_cap = load / caps.to_numpy(dtype=np.float64)
    tie = agents_up(at_cap) == agents_down(at_cap)
    tie_lost = tie & (net == agents_up((agents_up(at_cap) + 1) / slots))
    conditions = [
        same_net & (load == 0),
        same_net & same_gross,
        same_net,
        started_high,
        tie_lost,
    ]
    codes = ["no_load", "", "shrinkage_rounding", "search_start", "occupancy_tie"]
    return np.select(conditions, codes, "unexplained").astype(object)
