"""How long reading and checking large files takes, and how much memory.

    python benchmarks/reading.py [--out results/reading.json]

Each case runs in a process of its own, from the path of the file to the history and the doctor's
examination. Elapsed and processor seconds are both given, for a busy machine lengthens the former.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd

SEED = 1
CASES = ("csv_1m", "csv_1m_spanish", "csv_1m_quoted", "xlsx_100k", "parquet_1m")
_MEASURE = """
import json, resource, sys, time
from pathlib import Path
begun, used = time.perf_counter(), time.process_time()
from forecasting.doctor.examination import examine
from forecasting.reading.guarded import read_guarded
from forecasting.reading.history import read_histories
path, guarded = Path(sys.argv[1]), sys.argv[2] == "guarded"
reading = (read_guarded if guarded else read_histories)([path], zone="Europe/Madrid")
read = time.perf_counter()
examine(reading.history, reading.interval_min)
own, child = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
print(json.dumps({
    "rows": len(reading.history),
    "problems": len(reading.problems),
    "read_s": round(read - begun, 2),
    "examine_s": round(time.perf_counter() - read, 2),
    "cpu_s": round(time.process_time() - used + child.ru_utime + child.ru_stime, 2),
    "memory_mb": round(max(own.ru_maxrss, child.ru_maxrss) / 1000),
}))
"""


def write_case(case: str, folder: Path) -> Path:
    """Write the file of a case: ten queues in quarter hours, seven columns."""
    rows = 100_000 if case.endswith("100k") else 1_000_000
    frame = _frame(rows)
    path = folder / f"{case}.{case.split('_', maxsplit=1)[0]}"
    if case == "csv_1m_spanish":
        frame["Interval start"] = frame["Interval start"].dt.strftime("%d/%m/%Y %H:%M")
        spanish = ["Fecha y hora", "Cola", "Canal", "Llamadas recibidas", "TMO (s)"]
        frame.columns = pd.Index([*spanish, "Abandonadas", "Atendidas en umbral"])
        frame.to_csv(path, index=False, sep=";", decimal=",", encoding="cp1252")
    elif case.startswith("csv"):
        frame["Interval start"] = frame["Interval start"].dt.strftime("%Y-%m-%d %H:%M")
        frame.to_csv(path, index=False, quoting=1 if case.endswith("quoted") else 0)
    elif case.startswith("xlsx"):
        frame.to_excel(path, index=False, engine="xlsxwriter")
    else:
        frame.to_parquet(path, index=False)
    return path


def _frame(rows: int) -> pd.DataFrame:
    random = np.random.default_rng(SEED)
    queues = 10
    start = pd.date_range("2023-01-01", periods=rows // queues, freq="15min")
    contacts = random.poisson(20, rows)
    abandoned = random.binomial(contacts, 0.05)
    return pd.DataFrame(
        {
            "Interval start": np.tile(start, queues),
            "Queue": np.repeat([f"Queue {number}" for number in range(queues)], len(start)),
            "Channel": "voice",
            "Offered": contacts,
            "AHT": np.where(contacts > 0, random.normal(300, 30, rows).round(1), np.nan),
            "Abandoned": abandoned,
            "Answered in SL": random.binomial(contacts - abandoned, 0.9),
        }
    )


def measure(path: Path, way: str) -> dict[str, float]:
    """Read and examine a file in a process of its own."""
    root = Path(__file__).parents[1]
    done = subprocess.run(  # noqa: S603 - our own measure, no shell
        [sys.executable, "-c", _MEASURE, str(path), way],
        check=True,
        capture_output=True,
        cwd=root,
        env={**os.environ, "PYTHONPATH": str(root)},
    )
    measured: dict[str, float] = json.loads(done.stdout)
    return measured


def main() -> None:
    """Measure all cases and print them."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--out", type=Path)
    asked = words.parse_args()
    found: dict[str, object] = {"machine": platform.processor(), "cores": os.cpu_count()}
    with tempfile.TemporaryDirectory() as folder:
        for case in CASES:
            path = write_case(case, Path(folder))
            for way in ("here", "guarded"):
                found[f"{case} {way}"] = measured = measure(path, way)
                print(f"{case:16} {way:8}", measured, flush=True)
            path.unlink()
    if asked.out is not None:
        asked.out.write_text(json.dumps(found, indent=2) + "\n")


if __name__ == "__main__":
    main()
