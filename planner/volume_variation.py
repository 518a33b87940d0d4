"""How uncertain a plan's volumes are, read off its own bands."""

from __future__ import annotations

import numpy as np
import pandas as pd

from forecasting.distribution import contact_quantiles, quantile_column
from staffing.simulate.arrivals import RateVariation

_LOW, _HIGH = 0.1, 0.9
_BAND_SD = 2.5631  # standard deviations between these two quantiles of a normal distribution


def queue_variation(intervals: pd.DataFrame, totals: pd.DataFrame) -> RateVariation:
    """How uncertain one queue is: its rows of a requirement, and the totals of a plan."""
    mine = totals["queue"] == intervals["queue"].iloc[0]
    days, weeks = (totals[mine & (totals["period"] == period)] for period in ("day", "week"))
    # A list has no forecast, and is as long as it is.
    return volume_variation(intervals, days, weeks) if len(days) else RateVariation(0.0, 0.0)


def volume_variation(
    intervals: pd.DataFrame, days: pd.DataFrame, weeks: pd.DataFrame
) -> RateVariation:
    """How uncertain the rate is beyond Poisson noise, by a forecast's own bands.

    As `staffing.rate_variation`, with the variances that the 80 % bands stand for in place of
    squared errors, less those of Poisson counts of the same means. What weeks are less sure of
    than their days would be if each had a fate of its own is a factor of the whole plan.

    Parameters
    ----------
    intervals, days, weeks : DataFrame
        contacts, contacts_q0.1 and contacts_q0.9 of one queue.
    """
    squares = float((intervals["contacts"] ** 2).sum())
    # A band narrower than chance alone speaks of no uncertainty, not of less than none.
    of_intervals = max(_beyond_poisson(intervals), 0.0)
    if squares == 0.0:
        return RateVariation(0.0, 0.0)
    totals = float((days["contacts"] ** 2).sum())
    of_days = _beyond_poisson(days)
    v = max((of_days - of_intervals) / (totals - squares), 0.0) if totals > squares else 0.0
    w = max((of_intervals / squares - v) / (1.0 + v), 0.0)
    # Of the days' variance v, the part u that all of them share.
    apart = float((weeks["contacts"] ** 2).sum()) - totals
    u = min(max((_beyond_poisson(weeks) - of_days) / apart, 0.0), v) if apart > 0 else 0.0
    return RateVariation(((v - u) / (1.0 + u)) ** 0.5, w**0.5, u**0.5)


def _beyond_poisson(rows: pd.DataFrame) -> float:
    low, high = (rows[quantile_column(level)].to_numpy() for level in (_LOW, _HIGH))
    known = np.isfinite(high - low)
    mean = rows["contacts"].to_numpy()[known]
    chance = np.diff(contact_quantiles(mean, np.zeros(1), (_LOW, _HIGH)), axis=0)[0]
    return float((((high - low)[known] ** 2 - chance**2) / _BAND_SD**2).sum())
