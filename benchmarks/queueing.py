"""The queueing engine against pyworkforce and turbotab: time, and how often each is right.

Run `python benchmarks/queueing.py`; it prints a table and writes benchmarks/results/queueing.json.
Either rival is skipped where it is not installed, accuracy where the truth tables are not there.
All run in this one process on one thread, in alternating rounds; medians of the rounds count.
"""

from __future__ import annotations

import json
import platform
import subprocess
import sys
import time
from importlib import metadata, util
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from staffing.kernels import kernels, vectorised
from staffing.queues.erlang import offered_load
from staffing.queues.measures import erlang_measures
from staffing.queues.sizing import agents_required

HERE = Path(__file__).parent
TRUTH = HERE.parents[1] / "shared" / "truth"
ROUNDS = 7
TURN_S = 0.1
if TYPE_CHECKING:
    from collections.abc import Callable

INTERVAL_S, AHT_S, PATIENCE_S, SHARE, WITHIN_S = 900.0, 300.0, 120.0, 0.8, 20.0
RIVAL_ROWS = {"week": None, "large": 12}
"""Rows of a round given to rivals whose time grows with the load; the rest takes minutes."""


def week() -> np.ndarray:
    """Make loads of 672 quarter hours in five channels: 0.13 to 169 Erlang, median five."""
    hour = np.arange(672) / 4 % 24
    day = np.arange(672) // 96
    shape = 0.03 + np.exp(-(((hour - 13) / 5.0) ** 2)) * np.where(day < 5, 1.0, 0.45)
    peaks = np.array([164.0, 62.0, 27.0, 14.0, 4.2])
    return np.concatenate([peak * shape for peak in peaks])


def large() -> np.ndarray:
    """Four hundred loads from 1,000 to 20,000 Erlang."""
    return np.random.default_rng(1).uniform(1000, 20000, 400)


def aforo_c(load: np.ndarray) -> np.ndarray:
    """Size by Erlang C."""
    return agents_required(load, AHT_S, service_level=SHARE, within_s=WITHIN_S)


def aforo_a(load: np.ndarray) -> np.ndarray:
    """Size by Erlang A."""
    return agents_required(
        load, AHT_S, service_level=SHARE, within_s=WITHIN_S, patience_s=PATIENCE_S
    )


def pyworkforce_c(load: np.ndarray) -> np.ndarray:
    """Size by pyworkforce, which takes one interval at a time, in minutes."""
    from pyworkforce import ErlangC

    return np.array(
        [
            ErlangC(
                transactions=a * INTERVAL_S / AHT_S,
                aht=AHT_S / 60,
                asa=WITHIN_S / 60,
                interval=INTERVAL_S / 60,
            ).required_positions(service_level=SHARE)["raw_positions"]
            for a in load.tolist()
        ]
    )


def turbotab_rows(load: np.ndarray, **patience: float) -> np.ndarray:
    """Size by turbotab, one interval at a time."""
    from mod_turbotab.agents.capacity import agents_required as theirs

    return np.array(
        [
            theirs(SHARE, WITHIN_S, a * INTERVAL_S / AHT_S, AHT_S, INTERVAL_S, **patience)
            for a in load.tolist()
        ]
    )


def turbotab_a(load: np.ndarray) -> np.ndarray:
    """Size by turbotab's approximation of Erlang A."""
    return turbotab_rows(load, patience=PATIENCE_S)


def seconds_a_call(solve: Callable[[np.ndarray], np.ndarray], load: np.ndarray) -> float:
    """Call for at least `TURN_S`, so that nobody is timed on another's cold caches alone."""
    calls, start = 0, time.perf_counter()
    while (spent := time.perf_counter() - start) < TURN_S or not calls:
        solve(load)
        calls += 1
    return spent / calls


def measure(contenders: dict, load: np.ndarray, rival_rows: int | None) -> dict:
    """Median seconds a solve of each contender, in alternating rounds."""
    sample = {
        name: load if name.startswith("aforo") or rival_rows is None else load[:rival_rows]
        for name in contenders
    }
    times = {name: [] for name in contenders}
    for name, solve in contenders.items():
        solve(sample[name][:2])  # compiled kernels are warm; so are the rivals' imports
    for _ in range(ROUNDS):
        for name, solve in contenders.items():
            times[name].append(seconds_a_call(solve, sample[name]) / sample[name].size)
    ours = median(times["aforo"])
    expected = contenders["aforo"](load)
    return {
        name: {
            "ns_per_solve": median(times[name]) * 1e9,
            "ms_whole": median(times[name]) * load.size * 1e3,
            "rows_timed": sample[name].size,
            "times_slower": median(times[name]) / ours,
            "differs_from_aforo": int(
                (contenders[name](sample[name]) != expected[: sample[name].size]).sum()
            ),
        }
        for name in contenders
    }


def accuracy() -> dict:
    """Largest errors against the truth tables, and the rivals' wrong numbers of agents."""
    if not TRUTH.is_dir():
        return {"skipped": "the truth tables are not part of a clone"}
    table = pd.read_csv(TRUTH / "erlang_metrics.csv", float_precision="round_trip")
    found = {}
    for model in ("erlang_c", "erlang_a"):
        rows = table[table["model"] == model]
        load = offered_load(rows["volume"], rows["aht_s"], rows["interval_s"])
        patience = rows["patience_s"] if model == "erlang_a" else None
        ours = erlang_measures(
            rows["agents"], load, rows["aht_s"], rows["target_s"], patience_s=patience
        )
        finite = np.isfinite(rows["asa_s"]) & (rows["asa_s"] > 0)
        found[model] = {
            "rows": len(rows),
            "p_wait_abs": float(np.abs(ours.p_wait - rows["p_wait"]).max()),
            "service_level_abs": float(np.abs(ours.service_level - rows["service_level"]).max()),
            "asa_rel": float(np.abs(ours.asa_s / rows["asa_s"] - 1)[finite].max()),
        }
    return found | {"required": _required_right()}


def _required_right() -> dict:
    table = pd.read_csv(TRUTH / "erlang_required.csv", float_precision="round_trip")
    named = {"sl_target": "service_level", "target_s": "within_s"}
    given = ["sl_target", "target_s", "max_asa_s", "max_occupancy"]
    right = {}
    for model in ("erlang_c", "erlang_a"):
        rows = table[table["model"] == model]
        answers = []
        for row in rows.to_dict("records"):
            target = {named.get(key, key): row[key] for key in given if not np.isnan(row[key])}
            if model == "erlang_a":
                target["patience_s"] = row["patience_s"]
            load = offered_load(row["volume"], row["aht_s"], row["interval_s"])
            answers.append(agents_required(load, row["aht_s"], **target) == row["agents_required"])
        right[model] = f"{sum(answers)} of {len(rows)}"
    return right


def first_answer_s() -> float:
    """Seconds from `import staffing` to the first answer in a new process, kernels cached."""
    code = (
        "import time; start = time.perf_counter(); import staffing; "
        "staffing.agents_required(10, 180, service_level=0.8, within_s=20); "
        "print(time.perf_counter() - start)"
    )
    runs = [
        float(subprocess.run([sys.executable, "-c", code], capture_output=True, check=True).stdout)  # noqa: S603 - our own program
        for _ in range(4)
    ]
    return median(runs[1:])


def main() -> None:
    """Measure, print and write."""
    modules = {"pyworkforce": "pyworkforce", "turbotab": "mod_turbotab"}
    installed = {name: util.find_spec(module) is not None for name, module in modules.items()}
    for name in (name for name, there in installed.items() if not there):
        print(f"{name} is not installed: skipped")
    results = {}
    for title, load in {"week": week(), "large": large()}.items():
        for model in ("C", "A"):
            contenders = {"aforo": aforo_c if model == "C" else aforo_a}
            if model == "C" and installed["pyworkforce"]:
                contenders["pyworkforce"] = pyworkforce_c
            if installed["turbotab"]:
                contenders["turbotab"] = turbotab_rows if model == "C" else turbotab_a
            results[f"{title} {model}"] = measure(contenders, load, RIVAL_ROWS[title])
    report = {
        "machine": f"{platform.processor() or platform.machine()}, {platform.system()}",
        "versions": {
            name: metadata.version(name)
            for name in ("numpy", "numba", "pyworkforce", "turbotab")
            if installed.get(name, util.find_spec(name) is not None)
        }
        | {"python": platform.python_version()},
        "kernels": "numpy" if kernels() is vectorised else "numba",
        "rounds": ROUNDS,
        "first_answer_s": first_answer_s(),
        "accuracy": accuracy(),
        "results": results,
    }
    target = HERE / "results" / "queueing.json"
    target.parent.mkdir(exist_ok=True)
    target.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
    print(f"{'case':10} {'engine':12} {'ns/solve':>12} {'whole, ms':>10} {'ratio':>9} {'other':>6}")
    for case, found in results.items():
        for name, row in found.items():
            print(
                f"{case:10} {name:12} {row['ns_per_solve']:12,.0f} {row['ms_whole']:10.2f} "
                f"{row['times_slower']:9,.0f} {row['differs_from_aforo']:6}"
            )
    print(json.dumps({key: report[key] for key in ("first_answer_s", "accuracy")}, indent=1))


if __name__ == "__main__":
    main()
