"""The words by which telephony systems and planners name what we read, and what they mean."""

from __future__ import annotations

import difflib
import re
import tomllib
import unicodedata
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_WORDS = tomllib.loads(Path(__file__).with_name("words.toml").read_text(encoding="utf-8"))

# Our name -> the words of files, the preferred first, without accents, case, signs or unit.
HEADER_WORDS: dict[str, tuple[str, ...]] = {
    name: tuple(words) for name, words in _WORDS["columns"].items()
}
CHANNEL_WORDS: dict[str, tuple[str, ...]] = {
    name: tuple(words) for name, words in _WORDS["channels"].items()
}
OUTCOME_WORDS: dict[str, tuple[str, ...]] = {
    name: tuple(words) for name, words in _WORDS["outcomes"].items()
}
TOTAL_WORDS: frozenset[str] = frozenset(_WORDS["totals"]["words"])
CHANNELS = tuple(CHANNEL_WORDS)

# A duration is an average, a total, or "time" where its name leaves that open.
DURATIONS = tuple(
    f"{part}_{form}"
    for part in ("handle", "talk", "hold", "wrap", "wait")
    for form in ("avg", "total", "time")
)
RATES = ("service_level", "answer_rate", "abandon_rate")
COLUMN_NAMES = tuple(dict.fromkeys((*HEADER_WORDS, *DURATIONS, *RATES, "complete", "weekday")))

_PARTS: dict[str, frozenset[str]] = {
    name: frozenset(words) for name, words in _WORDS["parts"].items()
}
_COUNTS = {
    "offered": "contacts",
    "answered": "answered",
    "abandoned": "abandoned",
    "blocked": "blocked",
}
# Durations that are named without a word of time.
_BARE_DURATIONS = frozenset(_WORDS["parts"]["bare_durations"])
_UNIT_WORDS = {
    **dict.fromkeys(("s", "sec", "secs", "second", "seconds", "seg", "segs"), "s"),
    **dict.fromkeys(("segundo", "segundos"), "s"),
    **dict.fromkeys(("ms", "msec", "millis", "milliseconds", "milisegundos"), "ms"),
    **dict.fromkeys(("min", "mins", "minute", "minutes", "minuto", "minutos"), "min"),
    **dict.fromkeys(("h", "hours", "horas"), "h"),
    **dict.fromkeys(("mm ss", "hh mm ss", "h mm ss", "hhmmss", "mmss", "m ss"), "clock"),
}
_UNIT = re.compile(rf"\s({'|'.join(_UNIT_WORDS)})$")
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


def plain_words(text: str) -> str:
    """Return text without accents, case and signs, its words parted by single spaces."""
    if text.isascii():
        return " ".join(re.sub(r"[\W_]+", " ", text.lower()).split())
    bare = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return " ".join(re.sub(r"[\W_]+", " ", bare.casefold()).split())


def key_of(text: str) -> str:
    """Return the words as one: "Fecha/Hora", "fecha_hora" and "FechaHora" are the same."""
    return plain_words(text).replace(" ", "")


_NAME_OF = {key_of(word): name for name, words in HEADER_WORDS.items() for word in words}
_RANK_OF = {key_of(word): at for words in HEADER_WORDS.values() for at, word in enumerate(words)}
_CHANNEL_OF = {
    key_of(word): channel for channel, words in CHANNEL_WORDS.items() for word in (channel, *words)
}
_TOTAL_KEYS = frozenset(key_of(word) for word in TOTAL_WORDS)
_LONGEST_HEADER = 120


def name_of(header: str) -> str:
    """Return our name for a column's header, "" if it is not known."""
    if not header or len(header) > _LONGEST_HEADER:
        return ""
    known = _NAME_OF.get(key_of(header), "")
    bare = _without_unit(header)
    known = known or _NAME_OF.get(bare.replace(" ", ""), "")
    if known and known not in {"answered", "abandoned", "contacts"}:
        return known
    if known and not _is_percent(header):
        return known
    return _compose(header)


def bare_key(header: str) -> str:
    """Return the words of a header as one, without its unit: "Total Handle Time (s)"."""
    return _without_unit(header).replace(" ", "")


def unit_of(header: str) -> str:
    """Return the unit a header states, "s", "ms", "min", "h" or "clock", else ""."""
    unit = _UNIT.search(" " + plain_words(_CAMEL.sub(" ", header)))
    if unit:
        return _UNIT_WORDS[unit[1]]
    return "s" if plain_words(header).endswith((" s", " secs")) else ""


def rank_of(header: str) -> int:
    """Return how far behind the preferred word of its meaning a header stands."""
    bare = _without_unit(header).replace(" ", "")
    return _RANK_OF.get(key_of(header), _RANK_OF.get(bare, len(_RANK_OF)))


def is_listed(header: str) -> bool:
    """Tell whether a header is a known word, not one made of parts."""
    return rank_of(header) < len(_RANK_OF)


def _without_unit(header: str) -> str:
    return _UNIT.sub("", " " + plain_words(header)).strip()


def _is_percent(header: str) -> bool:
    words = plain_words(_CAMEL.sub(" ", header)).split()
    return "%" in header or bool(_PARTS["percent"] & set(words))


def _compose(header: str) -> str:
    """Tell what a header means by the words it is made of."""
    words = plain_words(_CAMEL.sub(" ", header)).split()
    if _is_percent(header):
        return _rate(set(words) - _PARTS["percent"])
    unit = _UNIT_WORDS.get(words[-1]) if words else None
    if unit and len(words) > 1:
        words = words[:-1] if not words[-2].isdigit() else words
    return _duration(set(words)) or _count(words)


def _rate(words: set[str]) -> str:
    if {"sl", "sla", "ns"} & words or words & {"level", "nivel"}:
        return "service_level"
    rest = words - _PARTS["subject"] - _PARTS["noise"]
    if rest and rest <= _PARTS["answered"] | {"answer"}:
        return "answer_rate"
    return "abandon_rate" if rest and rest <= _PARTS["abandoned"] else ""


def _duration(words: set[str]) -> str:
    """Return the name of a duration: which part of the handling, average or total."""
    form = "time"
    for name, suffix in (("average", "avg"), ("total", "total")):
        if words & _PARTS[name]:
            form = suffix
    rest = words - _PARTS["average"] - _PARTS["total"] - _PARTS["time"]
    if form == "time" and rest == words and not (len(rest) == 1 and rest <= _BARE_DURATIONS):
        return ""  # "answer", "handle": no word of time
    rest = rest - _PARTS["subject"] - (_PARTS["noise"] - {"in"})
    for part in ("handle", "talk", "hold", "wrap", "wait"):
        if rest and rest <= _PARTS[part]:
            return "aht_s" if (part, form) == ("handle", "avg") else f"{part}_{form}"
    if rest <= {"customer", "hold"} and "hold" in rest:
        return f"hold_{form}"
    return ""


def _count(words: list[str]) -> str:
    """Return the name of a count of contacts."""
    numbers = [word for word in words if any(c.isdigit() for c in word)]
    known = set(words) - set(numbers) - _PARTS["total"]
    if known & _PARTS["time"]:
        return ""
    for part, name in _COUNTS.items():
        states = known & _PARTS[part]
        rest = known - states - _PARTS["subject"] - _PARTS["noise"]
        if states - _PARTS["noise"] and not rest and not numbers:
            return name
        if part == "answered" and states and rest <= _PARTS["within"] and (rest or numbers):
            return "answered_in_target"
    if known & _PARTS["subject"] and known <= _PARTS["subject"] | _PARTS["noise"] and not numbers:
        return "contacts"
    return ""


def count_known(cells: Sequence[str]) -> int:
    """Return how many of our names a row of cells holds."""
    return len({name_of(cell) for cell in cells} - {""})


def channel_of(text: str) -> str:
    """Return the channel that a word of a file means, "" if none."""
    return _CHANNEL_OF.get(key_of(text[:80]), "")


def nearest_channel(text: str) -> str:
    """Return the channel whose words look most like `text`, or all channels if none does."""
    near = difflib.get_close_matches(key_of(text[:40]), _CHANNEL_OF, n=1)
    return _CHANNEL_OF[near[0]] if near else ", ".join(CHANNELS)


def says_total(text: str) -> bool:
    """Tell whether a cell marks a row or column of totals: "Total", "Subtotal ventas:"."""
    if text[:1].isdigit():  # a date, of which there are very many
        return False
    words = plain_words(text[:_LONGEST_HEADER])
    return words.replace(" ", "") in _TOTAL_KEYS or words.startswith(
        ("total ", "subtotal ", "sub total ", "grand total ", "gran total ")
    )
