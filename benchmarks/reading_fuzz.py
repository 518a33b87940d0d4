"""Damaged files by the thousand: what the importer makes of each, and the worst of them kept.

python benchmarks/reading_fuzz.py --files 10000 --seed 1 [--keep FOLDER]
"""

from __future__ import annotations

import argparse
import csv
import json
import random
import signal
import sys
import time
import traceback
from collections import Counter
from pathlib import Path

from reading_dialects import Dialect, centre, write
from reading_mutations import MUTATIONS, Verdict, judge, said

from forecasting.reading.history import HistoryReading, read_history
from forecasting.reading.mapping import Mapping

TIMEOUT_S = 20
DIALECTS = (
    Dialect(),
    Dialect(separator=";", decimal=",", language="es", date="dmy", encoding="cp1252"),
    Dialect(separator=";", decimal=",", language="es", date="dmy", two_columns=True, titles=1),
    Dialect(separator="\t", encoding="utf-16", date="dmy_dots", language="es"),
    Dialect(quoting=csv.QUOTE_ALL, line_end="\r\n", encoding="utf-8-sig", aht="clock"),
    Dialect(separator="|", date="mdy", time="am_pm", two_columns=True),
    Dialect(date="compact", time="hms", two_columns=True, total=True),
    Dialect(container="gz"),
    Dialect(container="zip", language="es"),
    Dialect(container="xlsx", language="es"),
)
QUEUES = ("Atención", "Ventas")


class _HungError(Exception):
    """A file took too long."""


def _hang(*_: object) -> None:
    raise _HungError


def read_timed(data: bytes, name: str) -> HistoryReading:
    """Read a file, or raise if it takes longer than it may."""
    signal.signal(signal.SIGALRM, _hang)
    signal.alarm(TIMEOUT_S)
    try:
        return read_history(data, name=name, mapping=Mapping())
    finally:
        signal.alarm(0)


def fuzz(files: int, seed: int, keep: Path | None = None) -> dict[str, object]:
    """Damage files and judge what is read.

    Returns
    -------
    dict
        Counts of files and faults by kind, and the first cases of each.
    """
    frame = centre(queues=QUEUES, start="2026-03-08", days=10)
    whole = [write(frame, dialect) for dialect in DIALECTS]
    clean = [read_timed(data, d.name) for data, d in zip(whole, DIALECTS, strict=True)]
    faults: Counter[str] = Counter()
    cases: list[dict[str, object]] = []
    slowest = 0.0
    for number in range(files):
        chance = random.Random(f"{seed}-{number}")  # noqa: S311 - no secret
        at = chance.randrange(len(DIALECTS)) if chance.random() < 0.8 else chance.randrange(7)
        dialect, data, times = DIALECTS[at], whole[at], 1 if chance.random() < 0.8 else 3
        done = [chance.choice(MUTATIONS) for _ in range(times)]
        for mutate in done:
            data = mutate(data, chance) or b"\n"
        begun = time.perf_counter()
        try:
            reading = read_timed(data, dialect.name)
            verdict = judge(reading, data, whole[at], frame, dialect, said(clean[at].problems))
            codes = sorted(said(reading.problems))
        except Exception:  # noqa: BLE001 - every one is a finding
            verdict = Verdict(fault="raised", lost=0, wrong=0)
            codes = traceback.format_exc().strip().split("\n")[-6:]
        slowest = max(slowest, time.perf_counter() - begun)
        faults[verdict.fault or "right"] += 1
        if number % 500 == 499:
            print(number + 1, dict(faults), file=sys.stderr, flush=True)
        if verdict.fault:
            names = [mutate.__name__ for mutate in done]
            case = {"file": number, "dialect": at, "mutations": names, "codes": codes}
            cases.append(
                case | {"fault": verdict.fault, "lost": verdict.lost, "wrong": verdict.wrong}
            )
            if keep is not None:
                keep.mkdir(parents=True, exist_ok=True)
                (keep / f"{number}-{dialect.name}").write_bytes(data)
    return {
        "files": files,
        "seed": seed,
        "found": dict(faults),
        "slowest_s": slowest,
        "cases": cases,
    }


def main() -> None:
    """Run the command."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--files", type=int, default=10_000)
    words.add_argument("--seed", type=int, default=1)
    words.add_argument("--keep", type=Path)
    words.add_argument("--out", type=Path)
    asked = words.parse_args()
    found = fuzz(asked.files, asked.seed, asked.keep)
    for case in found["cases"][:60]:
        print(json.dumps(case, ensure_ascii=False))
    print(json.dumps({key: value for key, value in found.items() if key != "cases"}))
    if asked.out is not None:
        asked.out.write_text(json.dumps(found, indent=2, ensure_ascii=False) + "\n")
    sys.exit(bool(found["cases"]))


if __name__ == "__main__":
    main()
