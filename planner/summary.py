"""A plan in few rows: the requirement added up by queue, by day, and for the whole centre.

Additive measures (contacts, hours, cost) are plain sums, so every total equals the sum of its
parts. A ratio is pooled over what it is a ratio of: service level and ASA over contacts, occupancy
over the agents on the phones, which makes it handling time / (handling + idle) of the whole span.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

ADDITIVE = ("contacts", "workload_h", "paid_h", "cost", "intervals")
MEASURES = (
    "contacts",
    "workload_h",
    "agents_net_peak",
    "agents_gross_peak",
    "paid_h",
    "fte",
    "cost",
    "service_level",
    "asa_s",
    "abandonment",
    "occupancy",
    "intervals",
)
# What each ratio is weighted by; rows without the measure (no-people work, overload) weigh nothing.
_WEIGHTS = {
    "service_level": "contacts",
    "asa_s": "contacts",
    "abandonment": "contacts",
    "occupancy": "agents_net",
}


def queue_totals(
    requirement: pd.DataFrame, *, weeks: float, contract_h_per_week: float
) -> pd.DataFrame:
    """Add the requirement up by queue.

    Parameters
    ----------
    requirement : DataFrame
        One row per queue and open interval.
    weeks : float
        Length of the span [weeks], over which an FTE works its contract.
    contract_h_per_week : float
        Paid hours of one full-time agent [h/week].

    Returns
    -------
    DataFrame
        queue, channel and `MEASURES`: contacts, workload_h of people (contacts x AHT) [h], highest
        agents_net and agents_gross of any interval, paid_h [h], fte, cost, contact-weighted
        service_level [1], asa_s [s] and abandonment [1], occupancy [1], number of intervals.
    """
    totals = _totals(requirement, ["queue", "channel"])
    return _with_fte(totals, weeks=weeks, contract_h_per_week=contract_h_per_week)


def centre_totals(
    requirement: pd.DataFrame, *, weeks: float, contract_h_per_week: float
) -> pd.DataFrame:
    """Add the requirement up over all queues, as one row.

    The peaks are those of the sum of all queues, not the sum of the queues' own peaks: lunch in one
    queue is not lunch in all. Queue and channel are empty. Parameters and columns are those of
    `queue_totals`.
    """
    whole = requirement.assign(queue="", channel="")
    totals = _totals(whole, ["queue", "channel"])
    together = requirement.groupby("interval_start")[["agents_net", "agents_gross"]].sum()
    for agents in ("agents_net", "agents_gross"):
        totals[f"{agents}_peak"] = together[agents].max() if len(totals) else 0
    return _with_fte(totals, weeks=weeks, contract_h_per_week=contract_h_per_week)


def day_totals(requirement: pd.DataFrame) -> pd.DataFrame:
    """Add the requirement up by queue and local day.

    Returns
    -------
    DataFrame
        queue, channel, date (naive local midnight) and `MEASURES` without fte.
    """
    dates = requirement["interval_start"].dt.tz_localize(None).dt.normalize()
    return _totals(requirement.assign(date=dates), ["queue", "channel", "date"])


def _totals(requirement: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    """One row per combination of `keys`, in their order of appearance."""
    rows = requirement.assign(
        # A bot's contacts take nobody's time.
        workload_h=(requirement["contacts"] * requirement["aht_s"] / 3600).where(
            requirement["model"] != "no_people", 0.0
        ),
        intervals=1,
        **{f"{name}_weight": _weight(requirement, name) for name in _WEIGHTS},
    )
    for name in _WEIGHTS:
        weight = rows[f"{name}_weight"]
        rows[name] = rows[name].where(weight > 0, 0.0) * weight
    groups = rows.groupby(keys, sort=False)
    sums = groups[[*ADDITIVE, *_WEIGHTS, *(f"{name}_weight" for name in _WEIGHTS)]].sum()
    peaks = groups[["agents_net", "agents_gross"]].max().add_suffix("_peak")
    totals = sums.join(peaks)
    for name in _WEIGHTS:
        weight = totals[f"{name}_weight"]
        totals[name] = totals[name] / weight.where(weight > 0)
    return totals.reset_index()[[*keys, *(name for name in MEASURES if name != "fte")]]


def _weight(requirement: pd.DataFrame, measure: str) -> pd.Series[float]:
    """Weight of each row in a pooled ratio: none where the row has no such measure."""
    known = requirement[measure].notna()
    return requirement[_WEIGHTS[measure]].astype(np.float64).where(known, 0.0)


def _with_fte(totals: pd.DataFrame, *, weeks: float, contract_h_per_week: float) -> pd.DataFrame:
    if not weeks > 0:
        raise ValueError(f"weeks must be > 0, got {weeks}")
    if not contract_h_per_week > 0:
        raise ValueError(f"contract_h_per_week must be > 0, got {contract_h_per_week}")
    totals["fte"] = totals["paid_h"] / (weeks * contract_h_per_week)
    return totals[["queue", "channel", *MEASURES]]
