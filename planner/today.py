"""Today so far and the rest of the day: whether anything is to be done, and by how many agents.

Inside the forecast's own band nothing is to be done, and the agents stay as planned: reacting to
chance costs more than it mends. Outside of it the rest of the day is forecast and staffed anew.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from forecasting.distribution import QUANTILE_LEVELS, quantile_column
from forecasting.intraday import ABOVE, BAND, BELOW, INSIDE, DayUpdate, update_day
from forecasting.queue_forecast import QueueForecast
from planner.plan import Plan, staff_demand
from planner.today_file import TodayRefused, on_day
from staffing.rules import DEFERRABLE_CHANNELS

NO_DATA = "no_data"
STATUSES = (INSIDE, ABOVE, BELOW, NO_DATA)
# What is known of an interval: it came, it is over but was not reported, it is still to come.
CAME, UNKNOWN, TO_COME = "came", "unknown", "to_come"
AGENTS = ("agents_net", "agents_gross")
QUANTILES = tuple(quantile_column(level) for level in QUANTILE_LEVELS)
_LOW, _HIGH = (QUANTILES[i] for i in BAND)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TodayUpdate:
    """One day of a plan, updated with its intervals so far.

    Attributes
    ----------
    day : date
        The day.
    now : Timestamp or None
        End of the last interval that any queue reported; None where none did.
    queues : DataFrame
        A row for each forecast queue of the day: queue, channel, status (one of `STATUSES`),
        contacts_so_far, expected_so_far and the band around it (band_low, band_high) [contacts],
        day_factor on the rest of the day [1], day_before and day_after with their 80 % intervals
        (``_low``, ``_high``) [contacts], agents_change, the largest over the rest of the day
        [agents on the phones], and agents_from, when it begins (NaT where nothing changes).
    intervals : DataFrame
        A row for each of their intervals: queue, channel, interval_start, state, contacts_before
        with contacts_before_low and _high (80 %), contacts_came (NaN unknown), contacts (what came,
        else the update) with quantiles contacts_q*, and agents_net and agents_gross as planned
        (``_planned``) and updated (``_updated``).
    strangers : tuple of str
        Queues of the file that the plan does not forecast: left out.
    """

    day: date
    now: pd.Timestamp | None
    queues: pd.DataFrame
    intervals: pd.DataFrame
    strangers: tuple[str, ...]


def update_today(plan: Plan, so_far: pd.DataFrame, day: date) -> TodayUpdate:
    """Update one day of a plan with what came so far.

    The scenario's factors stand: what came is compared with the plan's demand, not with the
    forecast before the factors. Within the band a queue's agents stay as planned, unless its team
    has a queue outside. Work that may wait and came beyond the forecast is still open: it is
    staffed from now on.

    Parameters
    ----------
    plan : Plan
        A plan with the day in it.
    so_far : DataFrame
        Like a history: queue, interval_start, contacts; NaN or no row is unknown. Other days' rows
        count for nothing. Only intervals that are over belong here.
    day : date
        The local day.

    Raises
    ------
    TodayRefused
        If the plan has nothing to forecast on that day.
    """
    queues = {one.queue: one for one in plan.forecast.queues}
    demand = plan.demand[on_day(day, plan.demand) & plan.demand["queue"].isin(queues)]
    if demand.empty:
        last = plan.start + pd.Timedelta(weeks=plan.scenario.weeks, days=-1)
        raise TodayRefused("day_not_planned", str(day), f"{plan.start} – {last}")
    came = so_far[on_day(day, so_far) & so_far["contacts"].notna()]
    strangers = tuple(sorted(set(so_far.loc[on_day(day, so_far), "queue"]) - set(queues)))
    came = came.loc[came["queue"].isin(queues), ["queue", "interval_start", "contacts"]]
    length = pd.Timedelta(minutes=plan.interval_min)
    now = None if came.empty else came["interval_start"].max() + length
    totals = plan.totals
    totals = totals[(totals["period"] == "day") & (totals["period_start"] == pd.Timestamp(day))]
    days, intervals = [], []
    for queue in demand["queue"].drop_duplicates():
        rows = _rows(demand[demand["queue"] == queue], came[came["queue"] == queue], now)
        update = _updated(rows, queues[queue], length)
        before = totals.loc[totals["queue"] == queue, ["contacts", _LOW, _HIGH]].iloc[0]
        days.append(_day_row(rows, update, before))
        intervals.append(_with_update(rows, update, length))
    told = pd.DataFrame(days)
    table = _with_agents(plan, pd.concat(intervals, ignore_index=True), told)
    change = [_change(table[table["queue"] == queue]) for queue in told["queue"]]
    told["agents_change"] = [agents for agents, _ in change]
    told["agents_from"] = pd.DatetimeIndex([since for _, since in change], tz=plan.scenario.zone)
    return TodayUpdate(day=day, now=now, queues=told, intervals=table, strangers=strangers)


def _rows(demand: pd.DataFrame, came: pd.DataFrame, now: pd.Timestamp | None) -> pd.DataFrame:
    """Lay forecast and what came beside one another, also what came out of hours."""
    before = demand[["queue", "channel", "interval_start", "contacts", *QUANTILES]]
    rows = before.rename(columns={"contacts": "contacts_before"}).merge(
        came.rename(columns={"contacts": "contacts_came"}),
        how="outer",
        on=["queue", "interval_start"],
        validate="one_to_one",
    )
    rows["channel"] = demand["channel"].iloc[0]
    over = np.full(len(rows), False) if now is None else (rows["interval_start"] < now).to_numpy()
    known = rows["contacts_came"].notna().to_numpy()
    rows.insert(3, "state", np.select([known, over], [CAME, UNKNOWN], TO_COME))
    return rows


def _updated(rows: pd.DataFrame, one: QueueForecast, length: pd.Timedelta) -> DayUpdate | None:
    """Update the day's level, if anything is known of the queue.

    The day runs on in intervals of time that passed, so that it has 23 or 25 hours where the clock
    changes; where it is closed there is nothing.
    """
    if rows["contacts_came"].isna().all():
        return None
    place = _places(rows, length)
    expected = np.full(place[-1] + 1, np.nan)
    so_far = expected.copy()
    expected[place], so_far[place] = rows["contacts_before"], rows["contacts_came"]
    return update_day(expected, so_far, one.learnt.parameters, one.learnt.correction)


def _places(rows: pd.DataFrame, length: pd.Timedelta) -> NDArray[np.int64]:
    passed = rows["interval_start"] - rows["interval_start"].iloc[0]
    places: NDArray[np.int64] = (passed // length).to_numpy(dtype=np.int64)
    return places


def _day_row(
    rows: pd.DataFrame, update: DayUpdate | None, before: pd.Series
) -> dict[str, str | float]:
    """Tell a queue's day in one row; without any news it is the forecast."""
    mean, low, high = before
    row: dict[str, str | float] = {
        "queue": rows["queue"].iloc[0],
        "channel": rows["channel"].iloc[0],
        "status": NO_DATA if update is None else update.status,
        "contacts_so_far": np.nan if update is None else update.contacts_so_far,
        "expected_so_far": np.nan if update is None else update.expected_so_far,
        "band_low": np.nan if update is None else update.band_low,
        "band_high": np.nan if update is None else update.band_high,
        "day_factor": 1.0 if update is None else update.day_factor,
        "day_before": mean,
        "day_before_low": low,
        "day_before_high": high,
        "day_after": mean,
        "day_after_low": low,
        "day_after_high": high,
    }
    if update is not None:
        low, high = (float(update.day_quantiles[i]) for i in BAND)
        row |= {"day_after": update.day_total, "day_after_low": low, "day_after_high": high}
    return row


def _with_update(
    rows: pd.DataFrame, update: DayUpdate | None, length: pd.Timedelta
) -> pd.DataFrame:
    """Put the updated contacts and quantiles beside the forecast."""
    table = rows[["queue", "channel", "interval_start", "state", "contacts_before"]].copy()
    table["contacts_before_low"], table["contacts_before_high"] = rows[_LOW], rows[_HIGH]
    table["contacts_came"] = rows["contacts_came"]
    if update is None:
        table["contacts"] = rows["contacts_before"]
        return table.assign(**{name: rows[name] for name in QUANTILES})
    place = _places(rows, length)
    table["contacts"] = update.contacts[place]
    for name, values in zip(QUANTILES, update.quantiles, strict=True):
        table[name] = values[place]
    return table


def _with_agents(plan: Plan, table: pd.DataFrame, told: pd.DataFrame) -> pd.DataFrame:
    """Put the agents that the rest of the day takes beside those planned."""
    key = ["queue", "interval_start"]
    planned = plan.requirement[[*key, "team", *AGENTS]]
    updated = planned.copy()
    outside = told.loc[told["status"].isin([ABOVE, BELOW]), "queue"]
    if len(outside):
        news = table[table["queue"].isin(outside)]
        arrivals = pd.concat([_arrivals(rows) for _, rows in news.groupby("queue")])
        teams = planned.loc[planned["queue"].isin(outside), "team"]
        affected = planned["team"].isin(teams)
        demand = plan.demand[affected]
        fresh = demand[key].merge(arrivals, how="left", on=key)["arrivals"].set_axis(demand.index)
        demand = demand.assign(contacts=fresh.fillna(demand["contacts"]))
        staffed = staff_demand(demand, plan.scenario, plan.interval_min)
        updated.loc[affected, list(AGENTS)] = staffed[list(AGENTS)]
    both = planned.assign(**{f"{name}_new": updated[name] for name in AGENTS})
    found = table[key].merge(both, how="left", on=key)
    rest = (table["state"] == TO_COME).to_numpy()
    agents = {}
    for name in AGENTS:
        before, after = (found[one].fillna(0).astype(int) for one in (name, f"{name}_new"))
        agents[f"{name}_planned"] = before
        agents[f"{name}_updated"] = after.where(rest, before)
    return table.assign(**agents)


def _arrivals(rows: pd.DataFrame) -> pd.DataFrame:
    """Contacts to staff a queue for: as they came and will come, or as work that is still open.

    The agents planned so far did the forecast's work; what came beyond it waits for the rest of the
    day, and where less came the next arrivals find the agents ahead of their work.
    """
    arrivals = rows["contacts"].to_numpy(copy=True)
    if rows["channel"].iloc[0] in DEFERRABLE_CHANNELS:
        rest = (rows["state"] == TO_COME).to_numpy()
        forecast = rows["contacts_before"].fillna(0.0).to_numpy()
        surplus = float(rows["contacts_came"].sum() - forecast[rows["state"] == CAME].sum())
        work = np.maximum(np.cumsum(arrivals[rest]) + surplus, 0.0)
        arrivals[~rest], arrivals[rest] = forecast[~rest], np.diff(work, prepend=0.0)
    return rows[["queue", "interval_start"]].assign(arrivals=arrivals)


def _change(rows: pd.DataFrame) -> tuple[int, pd.Timestamp | None]:
    """Largest change of the agents on the phones, and when the first of its kind begins."""
    change = (rows["agents_net_updated"] - rows["agents_net_planned"]).to_numpy()
    if not change.any():
        return 0, None
    largest = int(change[np.abs(change).argmax()])
    first = int(np.argmax(np.sign(change) == np.sign(largest)))
    return largest, rows["interval_start"].iloc[first]
