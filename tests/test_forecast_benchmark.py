"""The forecast benchmark is fair: nobody sees the future, all are judged alike, none vanishes."""

import json
from importlib import import_module
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

BENCHMARKS = Path(__file__).parents[1] / "benchmarks"
FOLDS = """dataset,task,origin,start,end,interval_min,country,subdiv
shop,plan,2023-04-03,2023-04-17,2023-04-24,120,US,
shop,short,2023-04-17,2023-04-17,2023-04-18,120,US,
shop,short,2023-04-18,2023-04-18,2023-04-19,120,US,
"""


@pytest.fixture
def benchmark(monkeypatch):
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    return import_module


@pytest.fixture
def data(tmp_path):
    """Seven weeks of Poisson contacts, weekdays from eight to four."""
    folder = tmp_path / "data"
    folder.mkdir()
    every = pd.date_range("2023-03-06", "2023-04-24", freq="2h", inclusive="left")
    times = every[(every.dayofweek < 5) & (every.hour >= 8) & (every.hour < 16)]
    rate = 40 + 10 * times.dayofweek + 2 * times.hour
    volume = np.random.default_rng(1).poisson(rate)
    table = pd.DataFrame({"timestamp": times, "queue": "front", "volume": volume})
    table.to_csv(folder / "shop.csv", index=False)
    (folder / "folds_dev.csv").write_text(FOLDS)
    return folder


def run(benchmark, data, *words):
    out, forecasts = data.parent / "results.json", data.parent / "forecasts.csv"
    places = ["--data", str(data), "--out", str(out), "--forecasts", str(forecasts)]
    benchmark("forecast").main([*places, *words])
    return json.loads(out.read_text()), pd.read_csv(forecasts)


def test_one_run_judges_everyone_on_every_task_and_the_yardstick_is_one(benchmark, data, capsys):
    report, _ = run(benchmark, data, "--peers")
    assert report["folds"] == {"shop.plan": 1, "shop.short": 2}
    for models in report["measures"].values():
        assert set(models) == {"aforo", "seasonal naive", "mean of weeks"}
        assert not any("refused" in row or row["missing"] for row in models.values())
        assert models["aforo"]["coverage_95"] >= models["aforo"]["coverage_80"] > 0
    for models in report["relative_to_mean_of_weeks"].values():
        assert models["mean of weeks"] == {"wape": 1.0, "day_wape": 1.0}
    assert "shop.plan" in capsys.readouterr().out


def test_every_nth_fold_of_each_task_is_taken(benchmark, data):
    report, _ = run(benchmark, data, "--peers", "--folds", "2")
    assert report["folds"] == {"shop.plan": 1, "shop.short": 1}


def test_nobody_sees_a_row_from_the_origin_on(benchmark, data):
    words = ("--peers", "--folds", "2")
    _, known = run(benchmark, data, *words)
    benchmark("forecast_data").read_volumes.cache_clear()
    volumes = pd.read_csv(data / "shop.csv")
    later = volumes["timestamp"] >= "2023-04-03"
    volumes.loc[later, "volume"] += 1000
    volumes.to_csv(data / "shop.csv", index=False)
    _, changed = run(benchmark, data, *words)
    plan = known["task"] == "plan"
    pd.testing.assert_frame_equal(known[plan], changed[plan])
    assert not known[~plan].equals(changed[~plan])


def test_without_the_data_it_says_so_and_writes_nothing(benchmark, tmp_path, capsys):
    out = tmp_path / "results.json"
    benchmark("forecast").main(["--data", str(tmp_path), "--out", str(out)])
    assert "skipped" in capsys.readouterr().out
    assert not out.exists()


def test_without_uv_statsforecast_is_absent_for_that_reason(benchmark, data, monkeypatch):
    forecast = benchmark("forecast")
    monkeypatch.setattr(forecast, "find_spec", lambda _: None)
    monkeypatch.setattr(forecast.shutil, "which", lambda _: None)
    report, _ = run(benchmark, data, "--peers", "statsforecast", "--folds", "2")
    assert "uv" in report["absent"]["statsforecast"]
    assert "aforo" in report["measures"]["shop.plan"]


def test_a_peer_that_breaks_is_absent_in_its_own_words(benchmark, data, monkeypatch):
    forecast = benchmark("forecast")
    monkeypatch.setitem(forecast.PEERS, "nobody", None)  # a name that its side does not know
    with pytest.raises(forecast.AbsentError, match="nobody"):
        forecast.of_peer("nobody", data, 1, [])


def test_a_fold_refused_is_told_with_its_reason_and_the_others_go_on(benchmark, data):
    source = benchmark("forecast_data")
    folds = source.read_folds(data)

    def choosy(past, fold):
        if fold.task == "plan":
            raise ValueError("too far")
        return benchmark("forecast_contenders").seasonal_naive(past, fold)

    forecasts, times = source.run(data, folds, {"choosy": choosy})
    found = benchmark("forecast").judge(data, folds, forecasts, times)
    assert found["shop.plan"]["choosy"]["refused"] == {"ValueError: too far": 1}
    assert found["shop.short"]["choosy"]["wape"] > 0


def test_measures_are_those_of_the_protocol_by_hand(benchmark):
    measures, source = benchmark("forecast_measures"), benchmark("forecast_data")
    origin = pd.Timestamp("2023-04-03")
    times = origin + pd.to_timedelta([9, 10, 33], unit="h")  # two hours of a day, one of the next
    came = pd.DataFrame(
        {"origin": origin, "timestamp": times, "queue": "front", "volume": [10.0, 20.0, 10.0]}
    )
    forecast = came.assign(level="interval", mean=[12.0, 18.0, 15.0]).drop(columns="volume")
    forecast[source.QUANTILES] = np.array([[8, 9, 10, 11, 12, 13, 14]] * 3, dtype=float)
    found = measures.measures(
        came, forecast, pd.Series({"front": 3.0}), np.array([True, True, False])
    )
    assert found["wape"] == pytest.approx((2 + 2 + 5) / 40)
    assert found["day_wape"] == pytest.approx((0 + 5) / 40)
    assert found["bias"] == pytest.approx(5 / 40)
    assert found["mase"] == pytest.approx(3 / 3)
    assert found["coverage_80"] == pytest.approx(1 / 2)  # the third row is none of the open hours
    ten = 2 * (0.025 * 2 + 0.1 * 1 + 0 + 0.5 * 1 + 0.25 * 2 + 0.1 * 3 + 0.025 * 4)
    twenty = 2 * (0.025 * 12 + 0.1 * 11 + 0.25 * 10 + 0.5 * 9 + 0.75 * 8 + 0.9 * 7 + 0.975 * 6)
    assert found["wql"] == pytest.approx((2 * ten + twenty) / 7 / 40)


def test_a_row_without_a_forecast_counts_as_a_forecast_of_nothing(benchmark):
    measures = benchmark("forecast_measures").measures
    origin = pd.Timestamp("2023-04-03")
    came = pd.DataFrame(
        {"origin": origin, "timestamp": origin + pd.to_timedelta([9, 10], unit="h"),
         "queue": "front", "volume": [10.0, 30.0]}
    )  # fmt: skip
    forecast = came.assign(level="interval", mean=10.0).drop(columns="volume").head(1)
    found = measures(came, forecast, pd.Series({"front": 1.0}), np.array([True, True]))
    assert found["missing"] == 1
    assert found["wape"] == pytest.approx(30 / 40)


def test_a_scale_is_the_change_from_the_week_before_in_the_year_before(benchmark):
    times = pd.date_range("2023-03-06 09:00", periods=21, freq="D")
    volumes = pd.DataFrame({"timestamp": times, "queue": "front", "volume": np.arange(21.0)})
    volumes.loc[20, "volume"] = 1000.0  # from the first origin on nothing counts
    scale = benchmark("forecast_measures").naive_scale(volumes, pd.Timestamp("2023-03-26"))
    assert scale["front"] == 7


def test_relative_errors_are_geometric_means_over_data_sets(benchmark):
    def errors(**wapes):
        return {name: {"wape": wape, "day_wape": wape} for name, wape in wapes.items()}

    measured = {"a.plan": errors(us=0.2, them=0.1), "b.plan": errors(us=0.1, them=0.2)}
    found = benchmark("forecast_measures").relative(measured, "them")
    assert found["plan"]["us"]["wape"] == pytest.approx(1.0)


def test_a_series_for_peers_has_no_gap_and_ends_at_the_origin(benchmark, data):
    peers, source = benchmark("forecast_peers"), benchmark("forecast_data")
    fold = source.read_folds(data)[0]
    past = source.before(source.read_volumes(data, "shop"), fold.origin)
    ((_, volumes),) = source.by_queue(past)
    series, times, lengths = peers.regular(volumes.drop(volumes.index[30]), fold)
    assert lengths == (4, 20)
    assert len(series) == 4 * 20
    assert series.iloc[30] == volumes.iloc[10]  # the hole has the week before
    assert series.index[-1] < fold.origin <= times[0]
    assert times[-1] < fold.end
    days = peers.profile(series, times).reshape(-1, 4).sum(axis=1)
    np.testing.assert_allclose(days, 1.0)
