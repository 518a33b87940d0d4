import numpy as np
import pandas as pd
import pytest

from forecasting import forecast_demand
from forecasting.accuracy import FLOOR
from forecasting.demand import Horizon
from forecasting.opening import learn_opening
from forecasting.special_days import special_days

MODELS = ("seasonal_naive", "weekday_profile", "typical_week")
INTERVAL_MIN = 120


def history(seed: int, *, days: int = 140, first: str = "2025-09-01") -> pd.DataFrame:
    starts = pd.date_range(first, periods=days * 12, freq="2h", tz="UTC")
    hours = starts.hour.to_numpy()
    rate = np.where((hours >= 8) & (hours < 20), 30.0, 2.0)
    contacts = np.random.default_rng(seed).poisson(rate).astype(float)
    return pd.DataFrame(
        {"channel": "voice", "interval_start": starts, "contacts": contacts, "aht_s": 300.0}
    )


def forecast(**queues: pd.DataFrame):
    rows = pd.concat([table.assign(queue=name) for name, table in queues.items()])
    rows = rows[["queue", "channel", "interval_start", "contacts", "aht_s"]]
    rows = rows.sort_values(["queue", "interval_start"], ignore_index=True)
    last = rows["interval_start"].max().tz_localize(None).normalize()
    return forecast_demand(
        rows,
        interval_min=INTERVAL_MIN,
        opening=learn_opening(rows, interval_min=INTERVAL_MIN),
        special=special_days(last.date(), last.date()),
        horizon=Horizon(start=last + pd.Timedelta(days=8), days=7),
        models=MODELS,
    ).accuracy.set_index(["queue", "model"])


def test_two_equal_queues_err_together_as_each_alone():
    one = history(1)
    table = forecast(a=one, b=one)
    for model in ("chosen", "seasonal_naive", "weekday_profile"):
        for measure in ("wape", "day_wape", "week_wape", "bias"):
            alone = table.loc[("a", model), measure]
            assert table.loc[("", model), measure] == pytest.approx(alone)
    assert table.loc[("", "chosen"), "rmse"] == pytest.approx(
        2 * table.loc[("a", "chosen"), "rmse"]
    )


def test_errors_of_independent_queues_offset_one_another():
    table = forecast(a=history(1), b=history(2), c=history(3), d=history(4))
    whole = table.loc[("", "chosen"), "wape"]
    # Four times the volume, chance of half the size.
    assert whole == pytest.approx(table.loc[("a", "chosen"), "wape"] / 2, rel=0.15)
    assert whole >= 0.9 * table.loc[("", FLOOR), "wape"]


def test_a_queue_too_young_to_be_tested_is_in_neither_sum():
    old, young = history(1), history(2, days=20, first="2025-12-30")
    table = forecast(a=old, b=old, c=young)
    assert table.loc[("", "chosen"), "wape"] == pytest.approx(table.loc[("a", "chosen"), "wape"])


def test_a_single_queue_is_its_own_centre():
    assert "" not in forecast(a=history(1)).index.get_level_values("queue")
