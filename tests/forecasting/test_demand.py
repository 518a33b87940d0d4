from itertools import pairwise

import numpy as np
import pandas as pd
import pytest

from forecasting.choice import CHOICE_COLUMNS
from forecasting.demand import Horizon, forecast_demand
from forecasting.distribution import QUANTILE_LEVELS, quantile_column
from forecasting.opening import learn_opening
from forecasting.special_days import SPECIAL_DAY_COLUMNS

NO_SPECIAL_DAYS = pd.DataFrame({name: [] for name in SPECIAL_DAY_COLUMNS})
QUICK = ("seasonal_naive", "weekday_profile")
QUANTILES = [quantile_column(level) for level in QUANTILE_LEVELS]


def forecast(history, *, start=None, days=14, models=QUICK, **options):
    last = history["interval_start"].max().tz_localize(None).normalize()
    start = pd.Timestamp(start) if start else last + pd.Timedelta(days=15)
    return forecast_demand(
        history,
        interval_min=30,
        opening=learn_opening(history, 30),
        special=NO_SPECIAL_DAYS,
        horizon=Horizon(start=start, days=days),
        models=models,
        **options,
    )


def two_queues(make_history):
    return pd.concat(
        [make_history(queue="a", seed=1), make_history(queue="b", scale=4, seed=2)],
        ignore_index=True,
    )


def test_every_open_interval_of_the_horizon_is_forecast_and_no_closed_one(make_history):
    demand = forecast(make_history(seed=1)).demand
    starts = demand["interval_start"]
    assert len(demand) == 12 * 16
    assert set(starts.dt.hour) == set(range(9, 17))
    assert (starts.dt.dayofweek != 6).all()
    assert str(starts.dt.tz) == "Europe/Madrid"


def test_demand_has_the_columns_of_its_table(make_history):
    demand = forecast(two_queues(make_history)).demand
    expected = ["queue", "channel", "interval_start", "contacts", *QUANTILES, "aht_s"]
    expected += ["aht_s_q0.1", "aht_s_q0.9"]
    assert list(demand.columns) == expected
    assert demand[["contacts", *QUANTILES, "aht_s"]].notna().all().all()


def test_quantiles_never_cross(make_history):
    demand = forecast(two_queues(make_history)).demand
    for lower, upper in pairwise(QUANTILES):
        assert (demand[lower] <= demand[upper]).all()


def test_queues_are_forecast_each_on_its_own(make_history):
    both = forecast(two_queues(make_history)).demand
    alone = forecast(make_history(queue="b", scale=4, seed=2)).demand
    pd.testing.assert_frame_equal(both[both["queue"] == "b"].reset_index(drop=True), alone)


def test_the_same_history_gives_the_same_demand(make_history):
    history = make_history(seed=1)
    models = (*QUICK, "structural", "prophet")
    first, second = (forecast(history, models=models) for _ in range(2))
    pd.testing.assert_frame_equal(first.demand, second.demand)
    pd.testing.assert_frame_equal(first.choice, second.choice)


def test_one_model_is_chosen_per_queue_with_its_reason(make_history):
    choice = forecast(two_queues(make_history)).choice
    assert list(choice.columns) == list(CHOICE_COLUMNS)
    chosen = choice[choice["chosen"]]
    assert chosen["queue"].tolist() == ["a", "b"]
    assert (chosen["reason"] != "").all()
    assert (choice.loc[~choice["chosen"], "reason"] == "").all()


def test_steady_weeks_are_best_forecast_by_their_mean(make_history):
    choice = forecast(make_history(weeks=40, seed=1)).choice
    chosen = choice[choice["chosen"]].iloc[0]
    assert chosen["model"] == "weekday_profile"
    assert chosen["reason"] == "lowest_error"
    assert chosen["runner_up"] == "seasonal_naive"
    assert chosen["wape"] < chosen["runner_up_wape"]


def test_a_history_too_short_to_judge_uses_the_planners_mean_and_says_so(make_history):
    choice = forecast(make_history(weeks=4, seed=1)).choice
    chosen = choice[choice["chosen"]].iloc[0]
    assert (chosen["model"], chosen["reason"]) == ("weekday_profile", "too_short")


def test_a_queue_without_contacts_needs_nobody_and_says_why(make_history):
    result = forecast(make_history(scale=0.0))
    assert (result.demand["contacts"] == 0).all()
    assert result.choice.loc[result.choice["chosen"], "reason"].tolist() == ["no_volume"]


def test_a_queue_opened_yesterday_does_not_sink_the_others(make_history):
    old = make_history(queue="old", seed=1)
    day = old["interval_start"].dt.normalize()
    young = old[day == day.max()].assign(queue="young")
    demand = forecast(pd.concat([old, young], ignore_index=True)).demand
    assert np.isfinite(demand["contacts"]).all()
    assert (demand.loc[demand["queue"] == "young", "contacts"] >= 0).all()


def test_most_of_what_comes_falls_inside_the_interval_that_promises_it(make_history):
    whole = make_history(weeks=60, scale=3)
    rng = np.random.default_rng(12)
    date = whole["interval_start"].dt.date
    effect = pd.Series(rng.gamma(100, 0.01, date.nunique()), index=date.unique())
    whole["contacts"] = rng.poisson(whole["contacts"] * date.map(effect)).astype(float)
    split = whole["interval_start"].max() - pd.Timedelta(weeks=8)
    past = whole[whole["interval_start"] <= split]
    start = split.tz_localize(None).normalize() + pd.Timedelta(days=15)
    demand = forecast(past, start=start, days=42).demand
    both = demand.merge(whole, on=["queue", "interval_start"], suffixes=("", "_came"))
    for low, high, share in ((0.1, 0.9, 0.80), (0.025, 0.975, 0.95)):
        lower, upper = both[quantile_column(low)], both[quantile_column(high)]
        inside = both["contacts_came"].between(lower, upper).mean()
        assert inside == pytest.approx(share, abs=0.05)


def test_progress_never_runs_backwards_and_never_over(make_history):
    heard = []
    forecast(two_queues(make_history), progress=lambda *tick: heard.append(tick))
    done = [tick[0] for tick in heard]
    assert done == sorted(done)
    assert all(done <= total for done, total, _, _ in heard)
    assert {tick[2] for tick in heard} == {"a", "b"}


@pytest.mark.parametrize(
    ("options", "named"),
    [
        ({"models": ("oracle",)}, "oracle"),
        ({"models": ()}, "models"),
        ({"start": "2025-03-03"}, "must start after"),
        ({"default_aht_s": 0.0}, "default_aht_s"),
    ],
)
def test_impossible_requests_are_refused_by_name(options, named, make_history):
    with pytest.raises(ValueError, match=named):
        forecast(make_history(), **options)


def test_an_empty_history_is_refused(make_history):
    history = make_history()
    with pytest.raises(ValueError, match="at least one row"):
        forecast_demand(
            history.iloc[:0],
            interval_min=30,
            opening=learn_opening(history, 30),
            special=NO_SPECIAL_DAYS,
            horizon=Horizon(start=pd.Timestamp("2025-07-07"), days=7),
        )


@pytest.mark.parametrize(("start", "days"), [("2025-07-07", 0), ("2025-07-07 09:00", 7)])
def test_an_impossible_horizon_is_refused(start, days):
    with pytest.raises(ValueError, match="must be"):
        Horizon(start=pd.Timestamp(start), days=days)
