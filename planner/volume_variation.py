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
    days = totals[mine & (totals["period"] == "day")]
    # A list has no forecast, and is as long as it is.
    return volume_variation(intervals, days) if len(days) else RateVariation(0.0, 0.0)


def volume_variation(intervals: pd.DataFrame, days: pd.DataFrame) -> RateVariation:
    """How uncertain the rate is beyond Poisson noise, by a forecast's own bands.

    As `staffing.rate_variation`, with the variances that the 80 % bands of days and intervals
    stand for in place of squared errors, less those of Poisson counts of the same means.

    Parameters
    ----------
    intervals, days : DataFrame
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
    return RateVariation(v**0.5, w**0.5)


def _beyond_poisson(rows: pd.DataFrame) -> float:
    low, high = (rows[quantile_column(level)].to_numpy() for level in (_LOW, _HIGH))
    known = np.isfinite(high - low)
    mean = rows["contacts"].to_numpy()[known]
    chance = np.diff(contact_quantiles(mean, np.zeros(1), (_LOW, _HIGH)), axis=0)[0]
    return float((((high - low)[known] ** 2 - chance**2) / _BAND_SD**2).sum())
