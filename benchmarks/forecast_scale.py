"""Forecast a thousand queues: how long it takes, and whether memory grows with their number.

    python benchmarks/forecast_scale.py

The queues are made up: a year of hours from 8 to 20, a weekly and a yearly pattern, Poisson
counts. What is measured is time and memory, not accuracy, so made-up ones will do.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import platform
import re
import resource
import subprocess
import sys
import time
from importlib.metadata import version
from pathlib import Path

import numpy as np
import pandas as pd

from forecasting import Failure, Horizon, Workers, forecast_queues, learn_opening, special_days

RESULT = Path(__file__).parent / "results" / "forecast_scale.json"
DAYS, INTERVAL_MIN, OPENS, CLOSES = 365, 60, 8, 20
LEAD_DAYS, PLAN_DAYS = 14, 28
WEEK = np.array([1.2, 1.0, 1.0, 1.0, 0.95, 0.5, 0.3])
MB = 1024.0


def made_up_history(queues: int) -> pd.DataFrame:
    """Draw a year of hours for so many queues of about 200 contacts a day."""
    rng = np.random.default_rng(1)
    starts = pd.date_range("2024-10-01", periods=DAYS * 24, freq="h", tz="UTC")
    starts = starts[(starts.hour >= OPENS) & (starts.hour < CLOSES)]
    profile = np.exp(-np.square((starts.hour.to_numpy() - 12) / 4))
    pattern = profile / profile.mean() * WEEK[starts.dayofweek]
    pattern *= 1 + 0.1 * np.sin(2 * np.pi * starts.dayofyear.to_numpy() / DAYS)
    level = 200 / (CLOSES - OPENS) * rng.lognormal(0, 0.5, queues)
    contacts = rng.poisson(level[:, None] * pattern).astype(np.float64)
    names = np.array([f"queue {i}" for i in range(queues)], dtype=object)
    return pd.DataFrame(
        {
            "queue": np.repeat(names, len(starts)),
            "channel": "voice",
            "interval_start": np.tile(starts, queues),
            "contacts": contacts.ravel(),
            "aht_s": 300.0,
        }
    )


def measure(queues: int, processes: int) -> dict[str, float]:
    """Forecast so many queues one after another, keeping none, and tell what it took."""
    history = made_up_history(queues)
    opening = learn_opening(history, INTERVAL_MIN)
    last = history["interval_start"].max().tz_localize(None).normalize()
    start = last + pd.Timedelta(days=LEAD_DAYS + 1)
    end = start + pd.Timedelta(days=PLAN_DAYS)
    special = special_days(history["interval_start"].min().date(), end.date(), country="ES")
    before_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / MB
    began = time.perf_counter()
    failed = rows = 0
    worker_mb = 0.0
    for _, one in forecast_queues(
        history,
        interval_min=INTERVAL_MIN,
        opening=opening,
        special=special,
        horizon=Horizon(start=start, days=PLAN_DAYS),
        workers=Workers(processes=processes),
    ):
        failed += isinstance(one, Failure)
        rows += 0 if isinstance(one, Failure) else len(one.demand)
        worker_mb = max(worker_mb, *(_peak_mb(w.pid) for w in multiprocessing.active_children()))
    seconds = time.perf_counter() - began
    for worker in multiprocessing.active_children():
        worker.join()  # only then its time is counted
    here, children = (
        resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    )
    return {
        "queues": queues,
        "seconds": round(seconds, 1),
        "cpu_seconds": round(sum(use.ru_utime + use.ru_stime for use in (here, children)), 1),
        "rows": rows,
        "failed": failed,
        "history_mb": round(float(history.memory_usage(deep=True).sum()) / MB**2, 1),
        "grown_mb": round(here.ru_maxrss / MB - before_mb, 1),
        "worker_peak_mb": round(worker_mb, 1),
    }


def _peak_mb(pid: int | None) -> float:
    """Peak memory of a process; the resource usage of children would count the parent's in it."""
    status = Path(f"/proc/{pid}/status").read_text()
    return float(re.search(r"VmHWM:\s+(\d+) kB", status).group(1)) / MB  # type: ignore[union-attr]


def main() -> None:
    """Measure each number of queues in a process of its own, so that peaks do not mix."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--queues", type=int, nargs="+", default=[100, 300, 1000])
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--alone", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.alone:
        print(json.dumps(measure(given.queues[0], given.processes)))
        return
    runs = []
    for queues in given.queues:
        command = [sys.executable, __file__, "--alone"]
        command += ["--queues", str(queues), "--processes", str(given.processes)]
        done = subprocess.run(command, check=True, capture_output=True, text=True)  # noqa: S603 - our own module
        runs.append(json.loads(done.stdout))
        print(runs[-1], flush=True)
    result = {
        "what": f"{DAYS} days of hours from {OPENS} to {CLOSES}, {PLAN_DAYS} days planned",
        "processes": given.processes,
        "machine": platform.machine(),
        "python": platform.python_version(),
        "versions": {name: version(name) for name in ("numpy", "pandas", "scipy", "aforo")},
        "runs": runs,
    }
    RESULT.write_text(json.dumps(result, indent=1) + "\n")


if __name__ == "__main__":
    main()
