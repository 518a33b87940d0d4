"""The queueing engine against its peers in one run: time, and beside it how often each is right.

`make bench` prints the tables and writes benchmarks/results/queueing.json. A peer runs in a process
and an environment of its own (see peers.py) and takes turns with us: ours, peer, ours, peer, all on
the same inputs and one thread. A ratio is a peer's turn over ours just before it.
"""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
import time
from contextlib import ExitStack
from functools import partial
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from peers import start_peers
from truth_tables import accuracy, agents_off, fate

from staffing.kernels import kernels, vectorised
from staffing.queues.sizing import agents_required

if TYPE_CHECKING:
    from collections.abc import Callable

    from peers import Peer

RESULTS = Path(__file__).parent / "results" / "queueing.json"
INTERVAL_S, AHT_S, PATIENCE_S, SHARE, WITHIN_S = 900.0, 300.0, 120.0, 0.8, 20.0
ROUNDS = 7
TURN_S = 0.1
"""A turn repeats its work this long, so that nobody is timed on another's cold caches alone."""

BUDGET_S = 10.0
"""What a peer gets to answer a case once; it is judged on the rows it came to, in random order."""

LONGEST_TURN_S = 1.0
"""It is timed on as many of these as fit in one such turn, and so are we in the turn before."""

SEEDS = {"large loads": 1, "order of rows": 2}


def week() -> np.ndarray:
    """Make loads of 672 quarter hours in five channels: 0.13 to 169 Erlang, median five."""
    hour = np.arange(672) / 4 % 24
    day = np.arange(672) // 96
    shape = 0.03 + np.exp(-(((hour - 13) / 5.0) ** 2)) * np.where(day < 5, 1.0, 0.45)
    peaks = np.array([164.0, 62.0, 27.0, 14.0, 4.2])
    return np.concatenate([peak * shape for peak in peaks])


def large() -> np.ndarray:
    """Four hundred loads from 1,000 to 20,000 Erlang."""
    return np.random.default_rng(SEEDS["large loads"]).uniform(1000, 20000, 400)


def sized(load: np.ndarray, patience_s: float | None) -> np.ndarray:
    """Size a case by our own engine, all rows at once."""
    return agents_required(
        load, AHT_S, service_level=SHARE, within_s=WITHIN_S, patience_s=patience_s
    )


def questions(load: np.ndarray, patience_s: float | None) -> list[dict[str, Any]]:
    """Put the same case to a peer, a row each."""
    given = {
        "model": "erlang_a" if patience_s else "erlang_c",
        "interval_s": INTERVAL_S,
        "aht_s": AHT_S,
        "patience_s": patience_s,
        "sl_target": SHARE,
        "target_s": WITHIN_S,
        "max_occupancy": None,
        "max_asa_s": None,
    }
    return [given | {"volume": erlangs * INTERVAL_S / AHT_S} for erlangs in load.tolist()]


def seconds_a_pass(solve: Callable[[np.ndarray], np.ndarray], load: np.ndarray) -> float:
    """Take our turn, as a peer takes its own."""
    passes, start = 0, time.perf_counter()
    while (spent := time.perf_counter() - start) < TURN_S or not passes:
        solve(load)
        passes += 1
    return spent / passes


def judged(peer: Peer, rows: list[dict[str, Any]], right: np.ndarray) -> dict[str, Any]:
    """Have a peer answer a case once: what is wrong, and which rows it can be timed on."""
    order = np.random.default_rng(SEEDS["order of rows"]).permutation(len(rows))
    asked = [rows[place] for place in order]
    replies = peer.answers("agents", asked, limit_s=BUDGET_S, budget_s=BUDGET_S)
    if fate(replies[0][0]) == "not_offered":
        return {"not_timed": "it has no such model"}
    answered = [
        (place, agents, seconds)
        for place, (agents, seconds) in zip(order, replies, strict=False)
        if fate(agents) == "answered"
    ]
    if not answered:
        return {"not_timed": f"it finished no row in {BUDGET_S:.0f} s"}
    places, agents, seconds = (np.array(column) for column in zip(*answered, strict=True))
    fitting = max(1, int((np.cumsum(seconds) <= LONGEST_TURN_S).sum()))
    off = agents - right[places]
    return {
        "answered": len(answered),
        "wrong": int((off != 0).sum()),
        **agents_off(off),
        "agents_too_many_share": float(f"{off.sum() / right[places].sum():.4g}"),
        "timed_on": np.sort(places[:fitting]),
    }


def race(load: np.ndarray, patience_s: float | None, peers: dict[str, Peer]) -> dict[str, Any]:
    """Time one case in alternating rounds: a peer's every turn follows one of ours."""
    solve = partial(sized, patience_s=patience_s)
    rows, right = questions(load, patience_s), solve(load)
    found = {name: judged(peer, rows, right) for name, peer in peers.items()}
    racing = {name: row.pop("timed_on") for name, row in found.items() if "timed_on" in row}
    ours, theirs, ratios = [], {name: [] for name in racing}, {name: [] for name in racing}
    for _ in range(ROUNDS):
        ours.append(seconds_a_pass(solve, load) / load.size)
        for name, places in racing.items():
            mine = seconds_a_pass(solve, load[places])
            other = peers[name].seconds_a_pass("agents", [rows[place] for place in places], TURN_S)
            theirs[name].append(other / places.size)
            ratios[name].append(other / mine)
    for name, places in racing.items():
        found[name] |= {
            "rows_timed": places.size,
            "ns_per_solve": spread(np.array(theirs[name]) * 1e9),
            "times_slower": spread(ratios[name]),
        }
    aforo = {"rows_timed": load.size, "ns_per_solve": spread(np.array(ours) * 1e9)}
    return {"aforo": aforo} | found


def spread(values: Any) -> list[float]:
    """Minimum, median and maximum, to four digits."""
    return [float(f"{value:.4g}") for value in np.quantile(values, [0.0, 0.5, 1.0])]


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
    return spread(runs[1:])[1]


def machine() -> dict[str, Any]:
    """Tell what the times were taken on."""
    listed = Path("/proc/cpuinfo")
    lines = listed.read_text(encoding="utf-8").splitlines() if listed.exists() else []
    models = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return {
        "processor": (models or [platform.processor() or platform.machine()])[0],
        "cores": os.cpu_count(),
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
    } | {name: metadata.version(name) for name in ("aforo", "numpy", "numba")}


def show_speed(speed: dict[str, Any]) -> None:
    """Print times, and beside them the answers that differ from ours."""
    times = f"{'rows':>5} {'µs/solve':>9} {'times slower: min-median-max':>30}"
    print(f"\n{'case':8} {'engine':18} {times} {'wrong answers':>15} {'agents off':>18}")
    for case, engines in speed.items():
        for name, row in engines.items():
            start = f"{case:8} {name:18}"
            if "not_timed" in row:
                print(f"{start} {row['not_timed']}")
                continue
            line = f"{start} {row['rows_timed']:5} {row['ns_per_solve'][1] / 1e3:9,.3g}"
            if "times_slower" in row:
                line += f" {'-'.join(f'{ratio:,.0f}' for ratio in row['times_slower']):>30}"
                line += f" {row['wrong']:6,} of {row['answered']:5,}"
                line += f" {-row['most_too_few']:5} {row['most_too_many']:+5}"
                line += f" {row['agents_too_many_share']:+7.1%}"
            print(line)


def show_accuracy(found: dict[str, Any]) -> None:
    """Print what became of the rows of the truth tables."""
    if "skipped" in found:
        print(f"\nno accuracy: {found['skipped']}")
        return
    fates = ("right", "wrong", "refused", "unfinished", "not_offered")
    print(f"\n{'truth table':18} {'engine':18}" + "".join(f"{name:>12}" for name in fates))
    for table, engines in found.items():
        for name, row in engines.items():
            print(f"{table:18} {name:18}" + "".join(f"{row.get(each, 0):12}" for each in fates))


def main() -> None:
    """Measure, print and write."""
    with ExitStack() as running:
        peers, absent = start_peers(running)
        speed = {
            f"{title} {model}": race(load, patience_s, peers)
            for title, load in {"week": week(), "large": large()}.items()
            for model, patience_s in {"C": None, "A": PATIENCE_S}.items()
        }
        report = {
            "machine": machine(),
            "kernels": "numpy" if kernels() is vectorised else "numba",
            "peers": {name: peer.about for name, peer in peers.items()},
            "absent": absent,
            "seeds": SEEDS,
            "rounds": ROUNDS,
            "first_answer_s": first_answer_s(),
            "speed": speed,
            "accuracy": accuracy(peers),
        }
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
    for name, about in report["peers"].items():
        print(f"{name} on Python {about['python']}")
    for name, reason in absent.items():
        print(f"{name} is absent: {reason}")
    show_speed(speed)
    show_accuracy(report["accuracy"])


if __name__ == "__main__":
    main()
