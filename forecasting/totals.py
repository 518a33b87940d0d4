"""Totals by day, week and month with quantiles of their own, from joint sample paths.

The quantiles of a sum are not the sums of quantiles; they are the quantiles of the paths' sums.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from forecasting.conformal import Correction, total_quantiles
from forecasting.distribution import QUANTILE_LEVELS, contact_quantiles, quantile_column
from forecasting.grid import FloatArray
from forecasting.paths import CountArray, PathParameters, period_variance

# Pandas' names of the calendar periods; weeks run from Monday to Sunday.
PERIODS = {"day": "D", "week": "W-SUN", "month": "M"}


def total_columns() -> list[str]:
    """Columns of a table of totals."""
    quantiles = [quantile_column(level) for level in QUANTILE_LEVELS]
    return ["queue", "period", "period_start", "days", "contacts", *quantiles]


def period_totals(
    queue: str,
    dates: pd.DatetimeIndex,
    contacts: FloatArray,
    samples: CountArray,
    correction: Correction | None = None,
) -> pd.DataFrame:
    """Total one queue's forecast by day, week and month.

    Parameters
    ----------
    queue : str
        Name for the table.
    dates : DatetimeIndex, shape (days,)
        Local dates of the horizon.
    contacts : float array, shape (days, intervals)
        Expected contacts; NaN where closed. Days without an open interval have no row.
    samples : int array, shape (paths, days, intervals)
        From `forecasting.paths.sample_paths` of the same expectation.
    correction : Correction, optional
        From `forecasting.conformal.learn_correction`; without it the quantiles are the paths' own,
        as for the sum of several queues' paths drawn jointly.

    Returns
    -------
    DataFrame
        queue, period ("day", "week" from Monday, "month"), period_start (date), days (open days of
        the horizon in the period: at the horizon's ends weeks and months are part of one),
        contacts, contacts_q*.
    """
    open_days = np.isfinite(contacts).any(axis=1)
    mean = np.nan_to_num(contacts).sum(axis=1)[open_days]
    drawn = samples.sum(axis=2, dtype=np.int64)[:, open_days]
    days = dates[np.flatnonzero(open_days)]
    tables = []
    for period, frequency in PERIODS.items():
        starts = days.to_period(frequency).start_time
        group, first = pd.factorize(starts)
        member = (group == np.arange(len(first))[:, None]).astype(np.int64)
        totals = member @ mean
        quantiles = np.quantile(drawn @ member.T, QUANTILE_LEVELS, axis=0, method="inverted_cdf")
        if correction is not None:
            factors = correction.day_factors if period == "day" else correction.week_factors
            quantiles = total_quantiles(totals, quantiles, factors)
        table = pd.DataFrame({"queue": queue, "period": period, "period_start": first})
        table["days"] = member.sum(axis=1)
        table["contacts"] = totals
        for level, values in zip(QUANTILE_LEVELS, quantiles, strict=True):
            table[quantile_column(level)] = values
        tables.append(table)
    return pd.concat(tables, ignore_index=True)[total_columns()]


def expected_total_quantiles(
    expected: FloatArray, parameters: PathParameters, factors: tuple[float, ...]
) -> FloatArray:
    """Quantiles of totals without drawing paths: for the many past windows of a backtest.

    The paths' totals are Poisson counts of a random rate; negative binomial ones with their mean
    and variance stand for them.

    Parameters
    ----------
    expected : float array, shape (..., days, intervals)
        Expected contacts of the days of each total; NaN counts as 0.
    parameters : PathParameters
        Of the paths.
    factors : tuple of float
        The `day_factors` or `week_factors` of a Correction.

    Returns
    -------
    float array, shape (levels of `QUANTILE_LEVELS`, ...)
        Contacts.
    """
    mean = np.nan_to_num(expected).sum(axis=(-2, -1))
    beyond_poisson = np.maximum(period_variance(expected, parameters) - mean, 0.0)
    rate_cv = np.divide(np.sqrt(beyond_poisson), mean, out=np.zeros_like(mean), where=mean > 0)
    quantiles = contact_quantiles(mean, rate_cv)
    flat = total_quantiles(mean.ravel(), quantiles.reshape(len(quantiles), -1), factors)
    return flat.reshape(quantiles.shape)
