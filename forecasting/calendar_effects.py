"""What the calendar does to a queue's days: taken out before any model, put back after.

Special days and the day of the month multiply an ordinary day. Their effects are given by the
planner or learnt, together with the week, the level and the year, by the hierarchical model of
`day_level`: a name leans on its kind, and a kind never seen leans on 1.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from forecasting.day_level import DayLevel, Variances, fit_day_level
from forecasting.day_terms import (
    YEARLY_FROM_DAYS,
    Term,
    level_term,
    month_term,
    special_term,
    swing_term,
    weekday_term,
    workday_term,
    year_term,
)
from forecasting.grid import DayGrid, FloatArray
from forecasting.special_days import EVENT, HOLIDAY

CALENDAR = ("month", "workday", "kind", "name")
# Two years and two months: every holiday twice, and fits that do not grow with the archive.
MAX_DAYS = 800
# A day this far from its expectation tells of an outage or an undeclared event, not of demand:
# five robust standard deviations of the days and of Poisson noise, and never less than a quarter.
UNUSUAL_DEVIATIONS = 5.0
UNUSUAL_LOG_RATIO = 0.3
# A day half as large again, or a third less, has a shape of its own.
MOVED_LOG_RATIO = float(np.log(1.5))
# On such a day less than this share of the weekday's usual intervals has rows.
SHORT_SHARE = 0.8
# A level that moves a tenth in a week has jumped: older days count at today's level.
JUMP_LOG_RATIO = 0.1
# A recorded zero means "closed" where at least this many contacts were expected: chance < 1 %.
CONTACTS_FOR_EVIDENCE = 5.0


@dataclass(frozen=True, slots=True, eq=False)
class Calendar:
    """The calendar of one queue as its past tells it.

    Attributes
    ----------
    ordinary : DayGrid
        Contacts divided by the day's effect and brought to today's level across jumps; NaN on
        closed and on unusual days.
    unusual : bool array, shape (days,)
        Days left out because they are far from what is expected and nothing declares why.
    level : DayLevel
        The fitted model of day totals.
    special : DataFrame
        Special days, past and future.
    closed : frozenset of (str, str)
        Kinds and names of special days that close; ("holiday", "") closes those never seen.
    """

    ordinary: DayGrid
    unusual: NDArray[np.bool_]
    level: DayLevel
    special: pd.DataFrame
    closed: frozenset[tuple[str, str]]

    def effects(self, dates: pd.DatetimeIndex) -> FloatArray:
        """Factor on an ordinary day's contacts, shape (dates,); 0 means closed."""
        learnt = np.exp(self.level.log_effect(dates, CALENDAR))
        given = _given_effects(self.special, dates)
        return learnt * given * ~_closes(self.special, self.closed, dates)


def fit_calendar(
    past: DayGrid, special: pd.DataFrame, *, variances: Variances | None = None
) -> Calendar:
    """Learn what special days and days of the month do, from the past alone.

    Parameters
    ----------
    past : DayGrid
        One queue's history up to the forecast's origin; its last 800 days are used.
    special : DataFrame
        Special days of this queue (see `special_days.queue_special_days`), past and future.
    variances : dict, optional
        `level.variances` of an earlier origin, to keep instead of estimating them again.
    """
    recent = past.last_days(MAX_DAYS)
    if "weight" not in special:
        special = special.assign(weight=1.0)
    # On a special day an interval without a row is closed, not lost: half a day is half a day.
    short = _short_days(recent) & recent.dates.isin(special.loc[special["kind"] != EVENT, "date"])
    totals = np.where(short, recent.day_totals(), recent.whole_day_totals())
    closed = _closed_names(recent, totals, special)
    shut = _closes(special, closed, recent.dates)
    given = _given_effects(special, recent.dates)
    with np.errstate(divide="ignore", invalid="ignore"):
        plain = np.where(shut | (given <= 0), np.nan, totals / given)
    terms = {**level_terms(recent.dates, plain), **_calendar_terms(recent.dates, plain, special)}
    level = fit_day_level(terms, recent.dates, plain, variances=variances)
    unusual = _unusual(level, plain)
    calendar = Calendar(
        ordinary=recent, unusual=unusual, level=level, special=special, closed=closed
    )
    scale_of_day = calendar.effects(recent.dates)
    scale = scale_of_day * _before_jumps(level, recent.dates)
    with np.errstate(divide="ignore", invalid="ignore"):
        contacts = recent.contacts / np.where(scale > 0, scale, np.nan)[:, None]
    # Half a day, or one moved far, says little of the shape of an ordinary one.
    moved = np.abs(np.log(np.maximum(scale_of_day, 1e-9))) > MOVED_LOG_RATIO
    contacts[unusual | short | moved] = np.nan
    return replace(calendar, ordinary=replace(recent, contacts=contacts))


def level_terms(dates: pd.DatetimeIndex, totals: FloatArray) -> dict[str, Term]:
    """Terms of an ordinary day: weekday, level, swing and, with enough history, the year."""
    first, last = dates[0], dates[-1]
    terms = {
        "weekday": weekday_term(),
        "level": level_term(first, last),
        "swing": swing_term(first, last),
    }
    if np.isfinite(totals).sum() and (last - first).days >= YEARLY_FROM_DAYS:
        terms["year"] = year_term(last)
    return terms


def ordinary_days(past: DayGrid, special: pd.DataFrame) -> tuple[DayGrid, NDArray[np.bool_]]:
    """Take the calendar and the accidents out of a history, for models of ordinary days.

    Returns
    -------
    ordinary : DayGrid
        The last 800 days; see `Calendar`.
    unusual : bool array, shape (days,)
        Of all past days.
    """
    calendar = fit_calendar(past, special)
    earlier = len(past.dates) - len(calendar.unusual)
    return calendar.ordinary, np.pad(calendar.unusual, (earlier, 0))


def _calendar_terms(
    dates: pd.DatetimeIndex, totals: FloatArray, special: pd.DataFrame
) -> dict[str, Term]:
    known = dates[np.isfinite(totals)]
    open_weekdays = np.isin(np.arange(7), known.dayofweek)
    to_learn = special[special["effect"].isna()]
    days = pd.DatetimeIndex(to_learn["date"])
    kind_of = to_learn["kind"].tolist()
    name_of = list(zip(kind_of, to_learn["name"], strict=True))
    weight = to_learn["weight"].to_numpy(dtype=np.float64)
    seen = np.flatnonzero(days.isin(known))
    names = sorted({name_of[row] for row in seen})
    # Two campaigns do not share an effect as two holidays do.
    kinds = sorted({kind for kind, _ in names if kind != EVENT})
    return {
        "month": month_term(),
        "workday": workday_term(open_weekdays.tolist()),
        "kind": special_term(days, weight, kind_of, kinds),
        "name": special_term(days, weight, name_of, names),
    }


def _given_effects(special: pd.DataFrame, dates: pd.DatetimeIndex) -> FloatArray:
    effect = special["effect"].to_numpy(dtype=np.float64)
    row = dates.get_indexer(pd.DatetimeIndex(special["date"]))
    given = np.isfinite(effect) & (row >= 0)
    result = np.ones(len(dates))
    np.multiply.at(result, row[given], effect[given])
    return result


def _closed_names(
    past: DayGrid, totals: FloatArray, special: pd.DataFrame
) -> frozenset[tuple[str, str]]:
    """Kinds and names whose past days were mostly closed on weekdays that are open."""
    if special.empty:
        return frozenset()
    usual = pd.Series(totals).groupby(past.weekdays).median().reindex(range(7)).fillna(0.0)
    usual_total = usual.to_numpy()[past.weekdays]
    position = past.dates.get_indexer(pd.DatetimeIndex(special["date"]))
    seen = (position >= 0) & special["effect"].isna().to_numpy()
    rows, day = special[seen], position[seen]
    telling = usual_total[day] > 0
    # A whole day without rows is closed when the calendar explains it, and lost data otherwise.
    no_rows = np.isnan(totals[day]) & (rows["kind"] == HOLIDAY).to_numpy()
    shut = no_rows | ((totals[day] == 0) & (usual_total[day] >= CONTACTS_FOR_EVIDENCE))
    table = pd.DataFrame(
        {"kind": rows["kind"].to_numpy(), "name": rows["name"].to_numpy(), "shut": shut}
    )[telling]
    by_name = table.groupby(["kind", "name"])["shut"].mean()
    closed = {(str(kind), str(name)) for kind, name in by_name.index[by_name > 0.5]}
    holidays = table.loc[table["kind"] == HOLIDAY]
    if len(holidays) and holidays["shut"].mean() > 0.5:
        known = set(holidays["name"])
        others = special.loc[(special["kind"] == HOLIDAY) & ~special["name"].isin(known), "name"]
        closed |= {(HOLIDAY, str(name)) for name in others}
    return frozenset(closed)


def _closes(
    special: pd.DataFrame, closed: frozenset[tuple[str, str]], dates: pd.DatetimeIndex
) -> NDArray[np.bool_]:
    if not closed:
        return np.zeros(len(dates), dtype=np.bool_)
    closes = pd.MultiIndex.from_frame(special[["kind", "name"]]).isin(list(closed))
    learnt = special["effect"].isna().to_numpy()
    return np.asarray(dates.isin(special.loc[closes & learnt, "date"]))


def _short_days(past: DayGrid) -> NDArray[np.bool_]:
    """Tell days with some rows, but clearly fewer than the same weekdays have."""
    rows = np.isfinite(past.contacts).sum(axis=1)
    usual = pd.Series(np.where(rows > 0, rows, np.nan)).groupby(past.weekdays).transform("median")
    result: NDArray[np.bool_] = (rows > 0) & (rows < SHORT_SHARE * usual.to_numpy())
    return result


def _unusual(level: DayLevel, totals: FloatArray) -> NDArray[np.bool_]:
    log_ratio = level.residuals
    finite = np.isfinite(log_ratio)
    if not finite.any():
        return np.zeros(len(totals), dtype=np.bool_)
    expected = totals / np.exp(np.nan_to_num(log_ratio))
    beyond_noise = np.abs(totals - expected) > UNUSUAL_DEVIATIONS * np.sqrt(expected + 1.0)
    spread = 1.4826 * float(np.median(np.abs(log_ratio[finite])))
    bound = max(UNUSUAL_LOG_RATIO, UNUSUAL_DEVIATIONS * spread)
    return finite & beyond_noise & (np.abs(np.nan_to_num(log_ratio)) > bound)


def _before_jumps(level: DayLevel, dates: pd.DatetimeIndex) -> FloatArray:
    """Level before the jumps that followed a day, as a share of the level after them."""
    steps = level.coefficients["level"]
    jumps = np.where(np.abs(steps) > JUMP_LOG_RATIO, steps, 0.0)
    if not jumps.any():
        return np.ones(len(dates))
    passed = level.terms["level"](dates) @ jumps
    share: FloatArray = np.exp(passed - jumps.sum())
    return share
