"""Skills as a person writes them into one cell of a table: names with a mark between them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from forecasting.reading.columns import key_of

_BETWEEN = re.compile(r"[;|\n]")


def names_of(known: Sequence[str]) -> dict[str, str]:
    """Return what each name may be written as; accents, case and signs do not matter.

    Where names differ by these alone each is itself, and any other spelling the first.
    """
    names = {key: name for name in reversed(known) if (key := key_of(name))}
    return names | {name: name for name in known}


def skills_in(cell: str, names: Mapping[str, str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the skills of a cell, each once, and what in it is none."""
    own: list[str] = []
    strange: list[str] = []
    whole = _named([cell], names)  # a name may hold any mark
    for piece in [] if whole else filter(None, map(str.strip, _BETWEEN.split(cell))):
        # A comma parts skills only where a name has none.
        found = _named([piece], names) or _named(piece.split(","), names)
        own += found
        strange += [] if found else [piece]
    return tuple(dict.fromkeys(whole or own)), tuple(strange)


def _named(pieces: Sequence[str], names: Mapping[str, str]) -> list[str]:
    """Return what all of these are called; nothing if one of them is unknown."""
    found = [names.get(piece.strip()) or names.get(key_of(piece)) for piece in pieces]
    known = [name for name in found if name is not None]
    return known if len(known) == len(pieces) else []
