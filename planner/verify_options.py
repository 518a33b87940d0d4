"""What one may say to `aforo verify`."""

from __future__ import annotations

import argparse
import math
from collections.abc import Callable
from pathlib import Path

from planner.option_kinds import LARGEST_SEED, MOST_THREADS, whole
from planner.text import Text


def add_verify(parser: argparse.ArgumentParser, text: Text) -> None:
    """Add the options of the command."""
    folder = text("cli.folder")
    parser.add_argument("plan", type=Path, metavar=folder, help=text("cli.verify.plan"))

    def add(name: str, metavar: str, kind: Callable[[str], object], default: object) -> None:
        words = text(f"cli.verify.{name}")
        option = f"--{name.replace('_', '-')}"
        parser.add_argument(option, metavar=metavar, type=kind, default=default, help=words)

    add("roster", text("cli.file"), Path, None)
    add("replications", "100", whole(2), 100)
    add("half_width", "0.01", _above_zero, None)
    add("seed", "1", whole(0, LARGEST_SEED), None)
    add("handling_cv", "1", _above_zero, 1.0)
    add("threads", "2", whole(1, MOST_THREADS), None)
    add("out", text("cli.file"), Path, None)
    parser.add_argument("--json", action="store_true", help=text("cli.json"))
    parser.add_argument("--quiet", action="store_true", help=text("cli.quiet"))


def _above_zero(value: str) -> float:
    if not 0 < float(value) < math.inf:
        raise ValueError(value)
    return float(value)
