"""Public holidays and declared events as one tidy table, and what they do to a queue's volume.

The effect of a special day is a factor on an ordinary day's contacts. It is given by the planner,
or learnt as the ratio of past days of that name to the ordinary same weekdays around them, shrunk
towards what days of that kind do (and a day seen once is believed half).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from forecasting.grid import DayGrid, FloatArray

SPECIAL_DAY_COLUMNS = ("date", "name", "kind", "queue", "effect")
ALL_QUEUES = ""
HOLIDAY, DAY_BEFORE, DAY_AFTER, EVENT = "holiday", "day_before", "day_after", "event"

# Ordinary same weekdays within four weeks on either side say what a day would have been.
NEIGHBOUR_DAYS = 28
# The weight, in days, of "does what its kind does" against a name's own past.
PRIOR_DAYS = 1.0
# A day this far from its neighbours tells of an outage or an undeclared event, not of demand:
# five robust standard deviations of the days and of Poisson noise, and never less than a quarter.
UNUSUAL_DEVIATIONS = 5.0
UNUSUAL_LOG_RATIO = 0.3


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """A declared event: a campaign, a bill run, an outage, a launch.

    Attributes
    ----------
    name : str
        Its name; past dates of the same name teach its effect.
    dates : tuple of date
        Local dates.
    queues : tuple of str
        Queues it moves; empty for all.
    effect : float, optional
        Factor on an ordinary day's contacts; learnt where None.
    """

    name: str
    dates: tuple[date, ...]
    queues: tuple[str, ...] = ()
    effect: float | None = None

    def __post_init__(self) -> None:
        """Check the bounds."""
        if not self.name:
            raise ValueError("an event needs a name, got ''")
        if not self.dates:
            raise ValueError(f"event {self.name!r} needs at least one date, got none")
        if self.effect is not None and not 0 <= self.effect <= 100:
            raise ValueError(f"event {self.name!r}: effect must be in 0..100, got {self.effect}")


def special_days(
    first: date,
    last: date,
    *,
    country: str | None = None,
    region: str | None = None,
    events: Iterable[Event] = (),
) -> pd.DataFrame:
    """List public holidays, the days around them and declared events between two dates.

    Parameters
    ----------
    first, last : date
        Inclusive bounds.
    country, region : str, optional
        Codes of the `holidays` library, e.g. "ES" and "MD"; no holidays without a country.
    events : iterable of Event
        Declared events.

    Returns
    -------
    DataFrame
        date (naive midnight), name, kind, queue ("" for all), effect (NaN = to be learnt).
    """
    rows = [
        (pd.Timestamp(day), event.name, EVENT, queue, _given(event.effect))
        for event in events
        for queue in (event.queues or (ALL_QUEUES,))
        for day in event.dates
    ]
    holidays = _public_holidays(first, last, country, region)
    for day, name in holidays.items():
        rows.append((day, name, HOLIDAY, ALL_QUEUES, np.nan))
        for kind, shift in ((DAY_BEFORE, -1), (DAY_AFTER, 1)):
            neighbour = day + pd.Timedelta(days=shift)
            if neighbour not in holidays:
                rows.append((neighbour, kind, kind, ALL_QUEUES, np.nan))
    table = pd.DataFrame(rows, columns=list(SPECIAL_DAY_COLUMNS))
    table["date"] = pd.to_datetime(table["date"])
    inside = table["date"].between(pd.Timestamp(first), pd.Timestamp(last))
    return (
        table[inside]
        .drop_duplicates(["date", "name", "queue"])
        .sort_values(["date", "kind", "name"], ignore_index=True)
    )


def day_effects(past: DayGrid, special: pd.DataFrame, dates: pd.DatetimeIndex) -> FloatArray:
    """Give the factor on an ordinary day's contacts for each date, learnt from `past` alone.

    Parameters
    ----------
    past : DayGrid
        One queue's history up to the forecast's origin.
    special : DataFrame
        Special days of this queue (see `queue_special_days`), past and future.
    dates : DatetimeIndex
        Dates to give factors for; days without a special day get 1.

    Returns
    -------
    float array, shape (dates,)
        0 means closed.
    """
    if special.empty:
        return np.ones(len(dates))
    special = special.assign(ratio=_observed_ratios(past, special))
    effects = _learnt_effects(special)
    given = special["effect"].notna()
    special["factor"] = special["effect"].where(given, special["name"].map(effects))
    by_date = special.groupby("date")["factor"].prod()
    return by_date.reindex(dates).fillna(1.0).to_numpy(dtype=np.float64)


def queue_special_days(special: pd.DataFrame, queue: str) -> pd.DataFrame:
    """Keep the special days that touch one queue."""
    return special[special["queue"].isin((ALL_QUEUES, queue))].reset_index(drop=True)


def ordinary_days(past: DayGrid, special: pd.DataFrame) -> tuple[DayGrid, NDArray[np.bool_]]:
    """Take the calendar and the accidents out of a history, for models of ordinary days.

    Parameters
    ----------
    past : DayGrid
        One queue's history.
    special : DataFrame
        Its special days.

    Returns
    -------
    ordinary : DayGrid
        Contacts divided by the day's effect; NaN on closed and on unusual days.
    unusual : bool array, shape (days,)
        Days left out because they are far from their neighbours and nothing declares why.
    """
    effect = day_effects(past, special, past.dates)
    with np.errstate(divide="ignore", invalid="ignore"):
        contacts = past.contacts / np.where(effect > 0, effect, np.nan)[:, None]
    adjusted = DayGrid(dates=past.dates, minutes=past.minutes, contacts=contacts)
    totals = adjusted.day_totals()
    level = _neighbour_level(totals)
    with np.errstate(divide="ignore", invalid="ignore"):
        log_ratio = np.log(totals / level)
        beyond_noise = np.abs(totals - level) > UNUSUAL_DEVIATIONS * np.sqrt(level + 1.0)
    finite = np.isfinite(log_ratio)
    spread = 1.4826 * np.median(np.abs(log_ratio[finite])) if finite.any() else 0.0
    bound = max(UNUSUAL_LOG_RATIO, UNUSUAL_DEVIATIONS * spread)
    unusual = beyond_noise & (np.abs(log_ratio) > bound)
    contacts[unusual] = np.nan
    return adjusted, unusual


def _public_holidays(
    first: date, last: date, country: str | None, region: str | None
) -> dict[pd.Timestamp, str]:
    if country is None:
        return {}
    import holidays

    try:
        years = range(first.year, last.year + 1)
        found = holidays.country_holidays(country, subdiv=region or None, years=years)
    except NotImplementedError as error:
        raise ValueError(
            f"country {country!r} with region {region!r} is not in the holidays library"
        ) from error
    return {pd.Timestamp(day): found[day] for day in sorted(found)}


def _given(effect: float | None) -> float:
    return np.nan if effect is None else float(effect)


def _neighbour_level(totals: FloatArray, ordinary: NDArray[np.bool_] | None = None) -> FloatArray:
    """Median total of the ordinary same weekdays within four weeks, shape (days,)."""
    usable = totals if ordinary is None else np.where(ordinary, totals, np.nan)
    weeks = NEIGHBOUR_DAYS // 7
    shifts = [7 * week for week in range(-weeks, weeks + 1) if week]
    padded = np.pad(usable, NEIGHBOUR_DAYS, constant_values=np.nan)
    size = len(totals)
    around = np.stack(
        [padded[NEIGHBOUR_DAYS + shift : NEIGHBOUR_DAYS + shift + size] for shift in shifts]
    )
    known = np.isfinite(around).any(axis=0)
    level = np.full(size, np.nan)
    level[known] = np.nanmedian(around[:, known], axis=0)
    return level


def _observed_ratios(past: DayGrid, special: pd.DataFrame) -> FloatArray:
    """Ratio of each special day to its neighbours; 0 when closed, NaN when it cannot be told."""
    totals = past.day_totals()
    ordinary = ~past.dates.isin(special["date"])
    level = _neighbour_level(totals, ordinary)
    position = past.dates.get_indexer(pd.DatetimeIndex(special["date"]))
    seen = position >= 0
    total, usual = totals[position], level[position]
    # A whole day without rows is closed when the calendar explains it, and lost data otherwise.
    closed = np.isnan(total) & (special["kind"] == HOLIDAY).to_numpy()
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.where(closed, 0.0, total / usual)
    result: FloatArray = np.where(seen & (usual > 0), ratio, np.nan)
    return result


def _learnt_effects(special: pd.DataFrame) -> dict[str, float]:
    """Effect by name, shrunk towards its kind; a name or kind that mostly closes, closes."""
    effects: dict[str, float] = {}
    for _, of_kind in special.groupby("kind", sort=True):
        pool = _shrunk(of_kind["ratio"].dropna().tolist(), 1.0)
        for name, of_name in of_kind.groupby("name", sort=True):
            # Two campaigns do not share an effect as two holidays do.
            prior = 1.0 if of_name["kind"].iloc[0] == EVENT else pool
            effects[str(name)] = _shrunk(of_name["ratio"].dropna().tolist(), prior)
    return effects


def _shrunk(ratios: Sequence[float], prior: float) -> float:
    if ratios and sum(ratio == 0 for ratio in ratios) * 2 > len(ratios):
        return 0.0
    open_days = [ratio for ratio in ratios if ratio > 0]
    if not open_days and prior == 0:
        return 0.0
    start = prior if prior > 0 else 1.0
    return (sum(open_days) + PRIOR_DAYS * start) / (len(open_days) + PRIOR_DAYS)
