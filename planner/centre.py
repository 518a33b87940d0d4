"""What a scenario says about a centre's history and hours, applied to the tables."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from forecasting.centre_totals import WHOLE_CENTRE
from forecasting.distribution import aht_quantile_column
from forecasting.opening import OPENING_COLUMNS, is_open, learn_opening
from forecasting.problems import ProblemCollector
from forecasting.queue_forecast import AHT_LEVELS
from forecasting.reading.history import HistoryReading
from forecasting.special_days import special_days
from planner.bounds import ScenarioProblem, refuse
from planner.campaigns import campaign_demand
from planner.edits import BEFORE, VOLUMES
from planner.scenario import Scenario
from staffing.rules import DEFERRABLE_CHANNELS

_HANDLING_TIMES = ("aht_s", *map(aht_quantile_column, AHT_LEVELS))


def last_date(reading: HistoryReading) -> pd.Timestamp:
    """Return the last local day of a history."""
    last: pd.Timestamp = reading.history["interval_start"].max().tz_localize(None).normalize()
    return last


def centre_special_days(
    reading: HistoryReading, scenario: Scenario, *, until: pd.Timestamp
) -> pd.DataFrame:
    """List the special days from the first day of history until the end of the plan."""
    first = reading.history["interval_start"].min().date()
    return special_days(
        first,
        until.date(),
        country=scenario.country,
        region=scenario.region,
        events=scenario.events,
    )


def with_channels(history: pd.DataFrame, scenario: Scenario) -> pd.DataFrame:
    """Put the channels that the scenario states in place of the history's."""
    given = {name: queue.channel for name, queue in scenario.queues if queue.channel}
    if not given:
        return history
    return history.assign(channel=history["queue"].map(given).fillna(history["channel"]))


def channels_of(table: pd.DataFrame) -> dict[str, str]:
    """Channel of each queue."""
    pairs = table.drop_duplicates("queue")
    return dict(zip(pairs["queue"], pairs["channel"], strict=True))


def opening_hours(history: pd.DataFrame, interval_min: int, scenario: Scenario) -> pd.DataFrame:
    """Hours in which contacts come: learnt, or as staffed where a customer waits for an agent."""
    channels = channels_of(history)
    given = {
        name: queue.hours
        for name, queue in scenario.queues
        if queue.hours is not None and channels.get(name) not in DEFERRABLE_CHANNELS
    }
    learnt = learn_opening(history[~history["queue"].isin(given)], interval_min)
    parts = [learnt, *(_hours_table(name, hours) for name, hours in given.items())]
    filled = [part for part in parts if len(part)]
    return pd.concat(filled, ignore_index=True) if filled else learnt


def _hours_table(queue: str, hours: tuple[tuple[int, int, int], ...]) -> pd.DataFrame:
    rows = [(queue, *span) for span in hours]
    return pd.DataFrame(rows, columns=list(OPENING_COLUMNS))


def scaled_demand(base: pd.DataFrame, scenario: Scenario) -> pd.DataFrame:
    """Scale volumes and AHT, and their quantiles, by the centre's and the queue's factors."""
    volume = np.full(len(base), scenario.volume_factor)
    aht = np.full(len(base), scenario.aht_factor)
    fixed_s = np.full(len(base), np.nan)
    for queue, rows in base.groupby("queue", sort=False).indices.items():
        settings = scenario.queue(str(queue))
        volume[rows] *= settings.volume_factor
        aht[rows] *= settings.aht_factor
        if settings.aht_s is not None:
            fixed_s[rows] = settings.aht_s
    volumes = (*VOLUMES, BEFORE) if BEFORE in base else VOLUMES
    contacts = {name: base[name] * volume for name in volumes}
    # A handling time that is stated is not uncertain.
    stated = np.isfinite(fixed_s)
    aht_s = {name: np.where(stated, fixed_s, base[name]) * aht for name in _HANDLING_TIMES}
    return base.assign(**contacts, **aht_s)


def scaled_totals(totals: pd.DataFrame, scenario: Scenario) -> pd.DataFrame:
    """Scale totals by the factors; the whole centre's by what they make of its queues' sum."""
    factor = np.full(len(totals), scenario.volume_factor)
    own = {name: queue.volume_factor for name, queue in scenario.queues}
    factor *= totals["queue"].map(own).fillna(1.0).to_numpy(dtype=np.float64)
    whole = (totals["queue"] == WHOLE_CENTRE).to_numpy()
    if whole.any():
        period = [totals["period"], totals["period_start"]]
        parts = totals["contacts"].where(~whole, 0.0)
        scaled = (parts * factor).groupby(period).transform("sum")
        base = parts.groupby(period).transform("sum")
        factor = np.where(whole & (base > 0), scaled / base.where(base > 0, 1.0), factor)
    return totals.assign(**{name: totals[name] * factor for name in VOLUMES})


def with_campaigns(
    demand: pd.DataFrame, scenario: Scenario, interval_min: int, start: pd.Timestamp
) -> pd.DataFrame:
    """Add the lists to call: of each, the part of its window that lies in the plan.

    Raises
    ------
    ScenarioError
        If a list could never be called: all its hours are public holidays, or begin and end within
        one interval.
    """
    first = start.tz_localize(scenario.zone)
    end = (start + pd.Timedelta(weeks=scenario.weeks)).tz_localize(scenario.zone)
    parts = [demand]
    for campaign in scenario.campaigns:
        rows = campaign_demand(
            campaign,
            country=scenario.country,
            region=scenario.region,
            zone=scenario.zone,
            interval_min=interval_min,
        )
        if rows.empty:
            window = f"{campaign.first} – {campaign.last}"
            key = f"campaigns.{campaign.name}.hours"
            refuse([ScenarioProblem(key=key, code="no_hours", expected=window)])
        if BEFORE in demand:
            rows = rows.assign(**{BEFORE: rows["contacts"]})
        inside = (rows["interval_start"] >= first) & (rows["interval_start"] < end)
        if inside.any():
            parts.append(rows[inside])
    return pd.concat(parts, ignore_index=True) if len(parts) > 1 else demand


def staffed_intervals(
    demand: pd.DataFrame, channels: dict[str, str], scenario: Scenario
) -> NDArray[np.bool_]:
    """Mark when deferrable work is done; customers who wait are served whenever they come."""
    staffed = np.ones(len(demand), dtype=np.bool_)
    for queue, rows in demand.groupby("queue", sort=False).indices.items():
        hours = scenario.queue(str(queue)).hours
        if hours is not None and channels[str(queue)] in DEFERRABLE_CHANNELS:
            starts = pd.DatetimeIndex(demand["interval_start"].iloc[rows])
            staffed[rows] = is_open(_hours_table(str(queue), hours), starts)
    return staffed


def outside_hours(name: str, history: pd.DataFrame, opening: pd.DataFrame) -> pd.DataFrame:
    """List the contacts of a history that fall outside the hours planned for: none is lost."""
    found = ProblemCollector(name)
    for queue, rows in history.groupby("queue", sort=True):
        starts = pd.DatetimeIndex(rows["interval_start"])
        inside = is_open(opening[opening["queue"] == queue], starts)
        outside = rows.loc[~inside, "contacts"].sum()
        if outside > 0:
            found.add("contacts_outside_hours", queue=str(queue), found=f"{outside:.0f}")
    return found.table()


def not_forecast(name: str, failed: pd.DataFrame) -> pd.DataFrame:
    """List the queues that could not be forecast; the plan stands without them."""
    found = ProblemCollector(name)
    for queue, detail in failed[["queue", "detail"]].itertuples(index=False):
        found.add("not_forecast", queue=str(queue), found=str(detail)[:200])
    return found.table()
