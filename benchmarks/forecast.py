"""Our forecasts against a planner's means, Prophet and statsforecast on public data, in one run.

`make bench-forecast` prints the tables and writes benchmarks/results/forecast.json. The data lie in
`shared/data/forecast` beside the project and are not part of a clone. Everyone is given the same
rows before an origin and is judged on the same rows after it.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
from forecast_contenders import CONTENDERS, YARDSTICK
from forecast_data import read_folds, read_volumes, run, truth
from forecast_measures import is_busy, measures, naive_scale, relative

if TYPE_CHECKING:
    from collections.abc import Sequence

    from forecast_data import Fold

HERE = Path(__file__).parent
DATA = HERE.parents[1] / "shared" / "data" / "forecast"
RESULTS = HERE / "results" / "forecast.json"
PEERS = {"prophet": None, "statsforecast": "statsforecast==2.1.1"}
"""What to install in an environment of its own; Prophet is in the project's already."""

SHOWN = {
    "wape": "wape",
    "day_wape": "day wape",
    "bias": "bias",
    "mase": "mase",
    "wql": "wql",
    "coverage_80": "80 %",
    "coverage_95": "95 %",
    "day_coverage_80": "day 80 %",
    "day_coverage_95": "day 95 %",
    "seconds_per_queue": "s/queue",
}


class AbsentError(Exception):
    """Why a peer cannot be measured."""


def of_peer(
    peer: str, data: Path, every: int, datasets: Sequence[str]
) -> tuple[pd.DataFrame, pd.DataFrame, str]:
    """Have a peer forecast the same folds in a process of its own: forecasts, times, version."""
    program = [*environment(PEERS[peer]), str(HERE / "forecast_peers.py"), peer]
    with tempfile.TemporaryDirectory() as out:
        done = _started([*program, str(data.resolve()), out, str(every), *datasets])
        if done.returncode:
            raise AbsentError(_last_words(done))
        forecasts = pd.read_csv(Path(out, "forecasts.csv"), parse_dates=["origin", "timestamp"])
        times = pd.read_csv(
            Path(out, "times.csv"), parse_dates=["origin"], dtype={"refused": str}
        ).fillna({"refused": ""})
        return forecasts, times, Path(out, "version.txt").read_text(encoding="utf-8")


def environment(requirement: str | None) -> list[str]:
    """Give the command that starts Python where a peer is."""
    if requirement is None:
        return [sys.executable]
    if find_spec("uv"):
        uv = [sys.executable, "-m", "uv"]
    elif found := shutil.which("uv"):
        uv = [found]
    else:
        raise AbsentError("uv, which makes its environment, is not installed")
    made = [*uv, "run", "--quiet", "--isolated", "--no-project", "--no-config"]
    made += ["--python", sys.executable, "--with", requirement]
    # What an earlier run fetched needs no network; the first run does.
    for command in ([*made, "--offline", "python"], [*made, "python"]):
        tried = _started([*command, "-c", ""])
        if not tried.returncode:
            return command
    raise AbsentError(_last_words(tried))


def _started(command: list[str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - uv and programs of ours


def _last_words(done: subprocess.CompletedProcess[str]) -> str:
    lines = [line.strip(" ×╰─▶│├") for line in done.stderr.splitlines() if line.strip()]
    reason = lines[-1] if lines else f"it ended with {done.returncode}"
    return re.sub(r"\S*://\S+", "...", reason)  # addresses are of this machine's set-up


def judge(
    data: Path, folds: Sequence[Fold], forecasts: pd.DataFrame, times: pd.DataFrame
) -> dict[str, dict[str, Any]]:
    """Measure every model on every data set and task."""
    came = truth(data, folds)
    found: dict[str, dict[str, Any]] = {}
    for (dataset, task), rows in came.groupby(["dataset", "task"], sort=False):
        volumes = read_volumes(data, dataset)
        first = min(fold.origin for fold in read_folds(data, [dataset]))
        scale, busy = naive_scale(volumes, first), is_busy(volumes, first, rows)
        models = found[f"{dataset}.{task}"] = {}
        here = (times["dataset"] == dataset) & (times["task"] == task)
        for model, took in times[here].groupby("model", sort=False):
            made = forecasts.query("dataset == @dataset and task == @task and model == @model")
            row = {} if made.empty else measures(rows, made, scale, busy)
            queues = max(took["queues"].sum(), 1)
            row["seconds_per_queue"] = float(took["seconds"].sum() / queues)
            if reasons := took["refused"][took["refused"] != ""].value_counts().to_dict():
                row["refused"] = reasons
            models[model] = row
    return found


def best_of(ratios: dict[str, dict[str, dict[str, float]]], library: str) -> dict[str, str]:
    """Name a library's best model of each task, picked with hindsight."""
    mine = {
        task: {name: row["wape"] for name, row in models.items() if name.startswith(library)}
        for task, models in ratios.items()
    }
    return {task: min(errors, key=errors.get) for task, errors in mine.items() if errors}


def machine() -> dict[str, Any]:
    """Tell what the times were taken on."""
    return {
        "cores": os.cpu_count(),
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
    } | {name: metadata.version(name) for name in ("aforo", "numpy", "pandas")}


def rounded(value: Any) -> Any:
    """Keep five digits of every number."""
    if isinstance(value, dict):
        return {name: rounded(each) for name, each in value.items()}
    return float(f"{value:.5g}") if isinstance(value, float) else value


def arguments(words: Sequence[str] | None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--folds", type=int, default=1, metavar="N", help="take every Nth fold")
    parser.add_argument("--datasets", nargs="+", default=[], help="take these data sets alone")
    parser.add_argument("--peers", nargs="*", default=list(PEERS), choices=list(PEERS))
    parser.add_argument("--data", type=Path, default=DATA, help="folder of the data")
    parser.add_argument("--out", type=Path, default=RESULTS, help="results to write")
    parser.add_argument("--forecasts", type=Path, help="also write every forecast, as CSV")
    return parser.parse_args(words)


def main(words: Sequence[str] | None = None) -> None:
    """Forecast, judge, print and write."""
    asked = arguments(words)
    if not (asked.data / "folds_dev.csv").exists():
        print("skipped: the public volumes are not part of a clone; --data names their folder")
        return
    folds = read_folds(asked.data, asked.datasets, asked.folds)
    if not folds:
        sys.exit(f"no folds of {', '.join(asked.datasets)}")
    forecasts, times = run(asked.data, folds, CONTENDERS)
    answers, absent = {}, {}
    for peer in asked.peers:
        try:
            answers[peer] = of_peer(peer, asked.data, asked.folds, asked.datasets)
        except AbsentError as reason:
            absent[peer] = str(reason)
    forecasts = pd.concat([forecasts, *(answer[0] for answer in answers.values())])
    times = pd.concat([times, *(answer[1] for answer in answers.values())])
    measured = judge(asked.data, folds, forecasts, times)
    ratios = relative(measured, YARDSTICK)
    report = {
        "machine": machine(),
        "peers": {name: version for name, (*_, version) in answers.items()},
        "absent": absent,
        "every_fold": asked.folds,
        "folds": pd.Series([f"{fold.dataset}.{fold.task}" for fold in folds])
        .value_counts(sort=False)
        .to_dict(),
        "relative_to_mean_of_weeks": ratios,
        "best_of_statsforecast": best_of(ratios, "statsforecast"),
        "measures": measured,
    }
    asked.out.parent.mkdir(exist_ok=True)
    asked.out.write_text(json.dumps(rounded(report), indent=1) + "\n", encoding="utf-8")
    if asked.forecasts:
        forecasts.to_csv(asked.forecasts, index=False)
    show(report)


def show(report: dict[str, Any]) -> None:
    """Print the summary, then every measure."""
    for name, reason in report["absent"].items():
        print(f"{name} is absent: {reason}")
    for task, models in report["relative_to_mean_of_weeks"].items():
        print(f"\n{task + ': errors relative to the mean of weeks':50} {'interval':>9} {'day':>9}")
        for model, row in sorted(models.items(), key=lambda item: item[1]["wape"]):
            best = " (its best)" if model == report["best_of_statsforecast"].get(task) else ""
            print(f"  {model + best:48} {row['wape']:9.3f} {row['day_wape']:9.3f}")
    for title, models in report["measures"].items():
        print(f"\n{title:36}" + "".join(f"{head:>10}" for head in SHOWN.values()))
        for model, row in models.items():
            values = (f"{row[name]:10.4f}" if name in row else " " * 10 for name in SHOWN)
            print(f"{model:36}" + "".join(values))
            for reason, count in row.get("refused", {}).items():
                print(f"{'':36}refused {count} folds: {reason}")


if __name__ == "__main__":
    main()
