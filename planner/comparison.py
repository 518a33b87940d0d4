"""Plans side by side: every measure of every queue, and how far each is from the first plan."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

import pandas as pd

from planner.scenario import Scenario
from planner.summary import MEASURES, centre_totals, queue_totals

if TYPE_CHECKING:
    from collections.abc import Iterator

ALL_QUEUES = ""
KEYS = ("queue", "channel", "kpi")
DIFFERENCE = "{name}: difference"


class Planned(Protocol):
    """What a plan must have to be compared; an exported one read back has it too."""

    @property
    def scenario(self) -> Scenario:
        """Its assumptions, with its name."""

    @property
    def requirement(self) -> pd.DataFrame:
        """One row per queue and open interval."""


def compare(plans: Sequence[Planned]) -> pd.DataFrame:
    """Set plans side by side, the first one being the baseline.

    Parameters
    ----------
    plans : sequence of Planned
        At least one. Plans of equal names are told apart by a number, e.g. "Plan (2)".

    Returns
    -------
    DataFrame
        One row per queue and kpi, the whole centre last with an empty queue: queue, channel, kpi
        (one of `planner.summary.MEASURES`), one column per plan, and for each plan but the first
        its difference from the first. NaN where a plan has no such queue or measure.

    Raises
    ------
    ValueError
        If there is no plan.
    """
    if not plans:
        raise ValueError("compare needs at least one plan, got none")
    names = list(_distinct([plan.scenario.name for plan in plans]))
    columns = [_measures(plan).rename(name) for plan, name in zip(plans, names, strict=True)]
    table = pd.concat(columns, axis="columns", sort=False)
    first = table[names[0]]
    for name in names[1:]:
        table[DIFFERENCE.format(name=name)] = table[name] - first
    table = table.reset_index()
    # A queue that only a later plan has would stand below the total.
    whole = table["queue"] == ALL_QUEUES
    return pd.concat([table[~whole], table[whole]], ignore_index=True)


def _measures(plan: Planned) -> pd.Series[float]:
    """Every measure of one plan, by queue, channel and kpi."""
    weeks = float(plan.scenario.weeks)
    contract_h = plan.scenario.contract_hours_per_week
    totals = pd.concat(
        [
            total(plan.requirement, weeks=weeks, contract_h_per_week=contract_h)
            for total in (queue_totals, centre_totals)
        ]
    )
    wide = totals.set_index(["queue", "channel"])[list(MEASURES)].astype("float64")
    rows = [(*queue_and_channel, kpi) for queue_and_channel in wide.index for kpi in MEASURES]
    index = pd.MultiIndex.from_tuples(rows, names=list(KEYS))
    return pd.Series(wide.to_numpy().ravel(), index=index)


def _distinct(names: list[str]) -> Iterator[str]:
    """Tell equal names apart by a number, and names that the table's own columns have."""
    taken = set(KEYS)
    for name in names:
        free = name
        number = 1
        while free in taken:
            number += 1
            free = f"{name} ({number})"
        taken.add(free)
        yield free
