"""Kinds of values that options of several commands take."""

from __future__ import annotations

from argparse import ArgumentTypeError
from collections.abc import Callable

LARGEST_SEED = 2**32 - 1  # as a scenario's
MOST_THREADS = 1024


def whole(least: int, most: int | None = None) -> Callable[[str], int]:
    """Make the reader of a whole number; what it refuses is told with its bounds."""

    def read(value: str) -> int:
        try:
            number = int(value)
        except ValueError:
            number = least - 1
        if number < least or (most is not None and number > most):
            bounds = f">= {least}" if most is None else f"{least} – {most}"
            raise ArgumentTypeError(f"{value!r} ({bounds})")
        return number

    return read
