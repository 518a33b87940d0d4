"""What one may say to `aforo skills`."""

from __future__ import annotations

import argparse
import re
from collections.abc import Callable
from datetime import date
from pathlib import Path

from planner.option_kinds import LARGEST_SEED, MOST_THREADS, whole
from planner.text import Text

_CLOCK = re.compile(r"(\d{1,2}):([0-5]\d)")


def add_skills(parser: argparse.ArgumentParser, text: Text) -> None:
    """Add the options of the command."""
    folder = text("cli.folder")
    parser.add_argument("plan", type=Path, metavar=folder, help=text("cli.skills.plan"))

    def add(name: str, metavar: str, kind: Callable[[str], object]) -> None:
        words = text(f"cli.skills.{name}")
        parser.add_argument(f"--{name}", metavar=metavar, type=kind, help=words, dest=name)

    add("day", "2026-11-25", date.fromisoformat)
    add("from", "10:00", _minute)
    add("to", "12:00", _minute)
    add("groups", text("cli.file"), Path)
    parser.add_argument("--teach", action="store_true", help=text("cli.skills.teach"))
    add("replications", "200", whole(2))
    add("seed", "1", whole(0, LARGEST_SEED))
    add("threads", "2", whole(1, MOST_THREADS))
    add("out", text("cli.folder"), Path)
    parser.add_argument("--json", action="store_true", help=text("cli.json"))
    parser.add_argument("--quiet", action="store_true", help=text("cli.quiet"))


def _minute(value: str) -> int:
    """Read 10:30 as minutes after midnight; 24:00 is the day's end."""
    found = _CLOCK.fullmatch(value)
    minute = 60 * int(found[1]) + int(found[2]) if found else -1
    if not 0 <= minute <= 24 * 60:
        raise ValueError(value)
    return minute
