"""What one may say to `aforo verify`."""

from __future__ import annotations

import argparse
import math
from collections.abc import Callable
from pathlib import Path

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
    add("replications", "100", _replications, 100)
    add("half_width", "0.01", _above_zero, None)
    add("seed", "1", _seed, None)
    add("handling_cv", "1", _above_zero, 1.0)
    add("threads", "2", _threads, None)
    add("out", text("cli.file"), Path, None)
    parser.add_argument("--json", action="store_true", help=text("cli.json"))
    parser.add_argument("--quiet", action="store_true", help=text("cli.quiet"))


def _replications(value: str) -> int:
    if int(value) < 2:
        raise ValueError(value)
    return int(value)


def _threads(value: str) -> int:
    if not 1 <= int(value) <= 1024:
        raise ValueError(value)
    return int(value)


def _seed(value: str) -> int:
    if not 0 <= int(value) < 2**32:  # as a scenario's
        raise ValueError(value)
    return int(value)


def _above_zero(value: str) -> float:
    if not 0 < float(value) < math.inf:
        raise ValueError(value)
    return float(value)
