from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from forecasting.accuracy import ACCURACY_COLUMNS
from forecasting.distribution import QUANTILE_LEVELS, quantile_column
from forecasting.problems import ProblemCollector
from forecasting.totals import PERIODS, total_columns
from planner.provenance import Provenance
from planner.scenario import Scenario
from staffing import required_staff

ZONE = "Europe/Madrid"
INTERVAL_MIN = 30


def demand_by_hand(
    queues: dict[str, str], start: str = "2026-10-19", days: int = 14
) -> pd.DataFrame:
    """Demand by hand: two weeks over a change of the clock, open from 8 to 20 and email always."""
    parts = []
    for number, (queue, channel) in enumerate(queues.items(), start=1):
        first = pd.Timestamp(start, tz=ZONE)
        last = pd.Timestamp(start) + pd.Timedelta(days=days)
        starts = pd.date_range(first, last.tz_localize(ZONE), freq="30min", inclusive="left")
        hour = starts.hour + starts.minute / 60
        if channel != "email":
            starts, hour = starts[(hour >= 8) & (hour < 20)], hour[(hour >= 8) & (hour < 20)]
        contacts = number * (12 + 8 * np.sin(np.pi * (hour.to_numpy() - 8) / 12))
        part = pd.DataFrame({"interval_start": starts, "contacts": contacts})
        part.insert(0, "queue", queue)
        part.insert(1, "channel", channel)
        for level, factor in (("0.1", 0.8), ("0.5", 1.0), ("0.9", 1.2)):
            part[f"contacts_q{level}"] = contacts * factor
        parts.append(part.assign(aht_s=240.0 + 60 * number))
    return pd.concat(parts, ignore_index=True)


def make_choice(queues: dict[str, str]) -> pd.DataFrame:
    rows = [
        (queue, "weekday_profile", 1.0, 0.12, 0.05, 0.01, 6, True, "lowest_error", "prophet", 0.15)
        for queue in queues
    ]
    rows += [
        (queue, "prophet", 0.0, 0.15, 0.07, -0.02, 6, False, "", "", np.nan) for queue in queues
    ]
    columns = ["queue", "model", "weight", "wape", "day_wape", "bias", "folds", "chosen"]
    return pd.DataFrame(rows, columns=[*columns, "reason", "runner_up", "runner_up_wape"])


def make_totals(demand: pd.DataFrame) -> pd.DataFrame:
    """Sum the demand by day, week and month of each queue and of all."""
    dates = demand["interval_start"].dt.tz_localize(None)
    parts = []
    for period, frequency in PERIODS.items():
        starts = dates.dt.to_period(frequency).dt.start_time
        for rows in (demand, demand.assign(queue="")):
            groups = rows.assign(period_start=starts, day=dates.dt.normalize()).groupby(
                ["queue", "period_start"], sort=False
            )
            part = groups.agg(days=("day", "nunique"), contacts=("contacts", "sum"))
            parts.append(part.reset_index().assign(period=period))
    totals = pd.concat(parts, ignore_index=True)
    for level in QUANTILE_LEVELS:
        totals[quantile_column(level)] = totals["contacts"] * (0.8 + 0.4 * level)
    return totals[total_columns()]


def make_accuracy(queues: dict[str, str]) -> pd.DataFrame:
    rows = [
        (queue, model, 14, *(error * factor for factor in (1.0, 0.5, 0.3)), 0.01, 0.8, 5.0, *rest)
        for queue in queues
        for model, error, rest in (
            ("chosen", 0.12, (0.08, 0.81, 0.95, 0.80, 0.94, 0.83, 0.97)),
            ("seasonal_naive", 0.20, (np.nan,) * 7),
            ("weekday_profile", 0.15, (np.nan,) * 7),
            ("poisson_floor", 0.07, (np.nan,) * 7),
        )
    ]
    return pd.DataFrame(rows, columns=["queue", "model", "lead_days", *ACCURACY_COLUMNS])


def plan_by_hand(queues: dict[str, str], scenario: Scenario) -> SimpleNamespace:
    """All that the tables below a plan need, without forecasting."""
    demand = demand_by_hand(queues)
    found = ProblemCollector("history.csv", rows=9)
    found.add("timestamp_unreadable", row=7, column="fecha", found="32/10/2026", expected="dd/mm")
    return SimpleNamespace(
        scenario=scenario,
        interval_min=INTERVAL_MIN,
        problems=found.table(),
        demand=demand,
        requirement=required_staff(
            demand, scenario.staffing_rules(queues), interval_min=INTERVAL_MIN
        ),
        choice=make_choice(queues),
        totals=make_totals(demand),
        accuracy=make_accuracy(queues),
        provenance=Provenance(
            aforo_version="0.1.0",
            python="3.11.0",
            libraries=(("numpy", "2.0.0"),),
            seed=1,
            input_name="history.csv",
            input_sha256="0" * 64,
            scenario_sha256="1" * 64,
            rows_left_out=0,
        ),
    )


QUEUES = {"ventas": "voice", "chat": "chat", "correo": "email", "bot": "bot"}


@pytest.fixture(scope="session")
def plan() -> SimpleNamespace:
    return plan_by_hand(QUEUES, Scenario(name="Plan de otoño", zone=ZONE, weeks=2))


HOSTILE = "=cmd|' /C calc'!A0"


@pytest.fixture(scope="session")
def hostile_plan() -> SimpleNamespace:
    queues = {HOSTILE: "voice", "@SUM(1+1)*cmd": "voice", "http://evil.example/x": "voice"}
    return plan_by_hand(queues, Scenario(name="=1+1", zone=ZONE, weeks=2))


@pytest.fixture(scope="session")
def make_plan():
    return plan_by_hand


@pytest.fixture(scope="session")
def make_demand():
    return demand_by_hand
