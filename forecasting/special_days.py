"""Public holidays, the days around them and declared events as one tidy table.

The table says which days are special and why; what they do to a queue's volume is given by the
planner or learnt from its history (`calendar_effects`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

SPECIAL_DAY_COLUMNS = ("date", "name", "kind", "queue", "effect", "weight")
ALL_QUEUES = ""
HOLIDAY, DAY_BEFORE, DAY_AFTER, EVENT = "holiday", "day_before", "day_after", "event"
# A working day between a holiday and the weekend, a day people keep without a day off (Purim,
# Christmas Eve), and the days of the Christmas fortnight.
BRIDGE, OBSERVANCE, CHRISTMAS = "bridge", "observance", "christmas"
CHRISTMAS_DAY = (12, 25)
CHRISTMAS_FIRST, CHRISTMAS_DAYS = -2, 12
# An effect that halves four times has all but gone.
LAST_SHARE = 1 / 16

Row = tuple[pd.Timestamp, str, str, str, float, float]


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
    decay_days : float
        Days after which half of the effect is left; 0 for an effect of the day alone [d].
    """

    name: str
    dates: tuple[date, ...]
    queues: tuple[str, ...] = ()
    effect: float | None = None
    decay_days: float = 0.0

    def __post_init__(self) -> None:
        """Check the bounds."""
        if not self.name:
            raise ValueError("an event needs a name, got ''")
        if not self.dates:
            raise ValueError(f"event {self.name!r} needs at least one date, got none")
        if self.effect is not None and not 0 <= self.effect <= 100:
            raise ValueError(f"event {self.name!r}: effect must be in 0..100, got {self.effect}")
        if not 0 <= self.decay_days <= 60:
            raise ValueError(
                f"event {self.name!r}: decay_days must be in 0..60, got {self.decay_days}"
            )


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
        date (naive midnight), name (of the holiday or event), kind, queue ("" for all), effect
        (factor; NaN = to be learnt), weight (share of the effect that the day feels).
    """
    rows = [row for event in events for row in _event_rows(event)]
    rows += _calendar_rows(first, last, country, region)
    table = pd.DataFrame(rows, columns=list(SPECIAL_DAY_COLUMNS))
    table["date"] = pd.to_datetime(table["date"])
    inside = table["date"].between(pd.Timestamp(first), pd.Timestamp(last))
    return (
        table[inside]
        .drop_duplicates(["date", "name", "kind", "queue"])
        .sort_values(["date", "kind", "name"], ignore_index=True)
    )


def queue_special_days(special: pd.DataFrame, queue: str) -> pd.DataFrame:
    """Keep the special days that touch one queue."""
    return special[special["queue"].isin((ALL_QUEUES, queue))].reset_index(drop=True)


def _event_rows(event: Event) -> Iterator[Row]:
    """Give each day of an event, and those on which it fades."""
    days = {pd.Timestamp(day): 1.0 for day in event.dates}
    if event.decay_days > 0:
        ahead = int(np.ceil(event.decay_days * np.log2(1 / LAST_SHARE)))
        for day in event.dates:
            for after in range(1, ahead + 1):
                later = pd.Timestamp(day) + pd.Timedelta(days=after)
                share = 0.5 ** (after / event.decay_days)
                days[later] = max(days.get(later, 0.0), share)
    for queue in event.queues or (ALL_QUEUES,):
        for day, share in days.items():
            effect = np.nan if event.effect is None else 1.0 + (event.effect - 1.0) * share
            yield day, event.name, EVENT, queue, effect, share


def _calendar_rows(
    first: date, last: date, country: str | None, region: str | None
) -> Iterator[Row]:
    if country is None:
        return
    holidays, observances, weekend = _public_holidays(first, last, country, region)
    for day, name in holidays.items():
        yield day, name, HOLIDAY, ALL_QUEUES, np.nan, 1.0
        for kind, shift in ((DAY_BEFORE, -1), (DAY_AFTER, 1)):
            neighbour = day + pd.Timedelta(days=shift)
            beyond = neighbour + pd.Timedelta(days=shift)
            if neighbour not in holidays:
                yield neighbour, name, kind, ALL_QUEUES, np.nan, 1.0
                if beyond.dayofweek in weekend and neighbour.dayofweek not in weekend:
                    yield neighbour, name, BRIDGE, ALL_QUEUES, np.nan, 1.0
        if (day.month, day.day) == CHRISTMAS_DAY:
            for shift in range(CHRISTMAS_FIRST, CHRISTMAS_FIRST + CHRISTMAS_DAYS):
                near = day + pd.Timedelta(days=shift)
                if near not in holidays:
                    yield near, f"{near:%m-%d}", CHRISTMAS, ALL_QUEUES, np.nan, 1.0
    for day, name in observances.items():
        if day not in holidays:
            yield day, name, OBSERVANCE, ALL_QUEUES, np.nan, 1.0


def _public_holidays(
    first: date, last: date, country: str, region: str | None
) -> tuple[dict[pd.Timestamp, str], dict[pd.Timestamp, str], set[int]]:
    """Public holidays, the days of the country's other categories, and its weekend."""
    import holidays

    # A year more on either side: the days around a holiday may lie inside.
    years = range(first.year - 1, last.year + 2)
    try:
        public = holidays.country_holidays(country, subdiv=region or None, years=years)
        every = holidays.country_holidays(
            country, subdiv=region or None, years=years, categories=public.supported_categories
        )
    except NotImplementedError as error:
        raise ValueError(
            f"country {country!r} with region {region!r} is not in the holidays library"
        ) from error
    named = [
        {pd.Timestamp(day): str(found[day]) for day in sorted(found)} for found in (public, every)
    ]
    return named[0], named[1], set(public.weekend)
