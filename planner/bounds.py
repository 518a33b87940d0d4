"""Bounds stated once, beside the field they bound, and the problems that breaking them makes.

A field says `Annotated[float, ">= 0", "< 1"]`: the same words check the value and tell a person
what was expected. All problems of a scenario are collected before any is raised.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from datetime import date
from difflib import get_close_matches
from functools import lru_cache
from typing import Annotated, Any, get_args, get_origin, get_type_hints

LONGEST_FOUND = 200  # characters of a wrong value that are shown; a hostile one can be very long

SCENARIO_PROBLEM_CODES = (
    "cannot_join_team",
    "contradiction",
    "duplicate",
    "missing",
    "name_taken",
    "no_hours",
    "not_a_date",
    "not_a_list",
    "not_a_number",
    "not_a_table",
    "not_a_whole_number",
    "not_for_channel",
    "not_hours",
    "not_rising",
    "not_tables",
    "not_text",
    "not_true_or_false",
    "not_utf8",
    "out_of_bounds",
    "overlap",
    "syntax",
    "team_of_one",
    "unknown_key",
    "unknown_value",
)

_COMPARISONS: Mapping[str, Callable[[Any, Any], bool]] = {
    ">": operator.gt,
    ">=": operator.ge,
    "<": operator.lt,
    "<=": operator.le,
}
# The exact type a value must have: a date and time is no date, a truth value no number.
_TYPES: Mapping[type, tuple[frozenset[type], str]] = {
    float: (frozenset({float, int}), "not_a_number"),
    int: (frozenset({int}), "not_a_whole_number"),
    str: (frozenset({str}), "not_text"),
    date: (frozenset({date}), "not_a_date"),
    bool: (frozenset({bool}), "not_true_or_false"),
    tuple: (frozenset({tuple}), "not_a_list"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ScenarioProblem:
    """One fault of a scenario.

    Attributes
    ----------
    key : str
        Where: the dotted key, e.g. "targets.voice.service_level"; the line number of a "syntax".
    code : str
        What: one of `SCENARIO_PROBLEM_CODES`.
    found, expected, nearest : str
        The value found, the bound or format it breaks, the known name most like it.
    """

    key: str
    code: str
    found: str = ""
    expected: str = ""
    nearest: str = ""

    def under(self, prefix: str) -> ScenarioProblem:
        """Return the same problem of a part, seen from the whole."""
        return replace(self, key=f"{prefix}.{self.key}" if self.key else prefix)


class ScenarioError(ValueError):
    """A scenario with faults: all of them, in `problems`."""

    def __init__(self, problems: tuple[ScenarioProblem, ...]) -> None:
        super().__init__(problems)
        self.problems = problems

    def __str__(self) -> str:
        """List the problems for a log; a face translates them by their codes."""
        return "; ".join(
            f"{p.key}: {p.code} {p.found!r}"
            + (f", expected {p.expected}" if p.expected else "")
            + (f", nearest {p.nearest!r}" if p.nearest else "")
            for p in self.problems
        )


@dataclass(frozen=True, slots=True)
class OneOf:
    """A rule: the value is one of these names, or of those a function knows when it is asked."""

    source: Collection[str] | Callable[[], Collection[str]]

    @property
    def names(self) -> Collection[str]:
        """The names allowed."""
        return self.source() if callable(self.source) else self.source


def refuse(problems: list[ScenarioProblem]) -> None:
    """Raise all problems found, if there are any."""
    if problems:
        raise ScenarioError(tuple(problems))


def unknown(key: str, code: str, found: str, names: Collection[str]) -> ScenarioProblem:
    """Refuse a name, and offer the known one most like it."""
    alike = get_close_matches(found, list(names), n=1, cutoff=0.5)
    if not alike:
        folded = {name.casefold(): name for name in names}
        alike = [
            folded[name] for name in get_close_matches(found.casefold(), folded, n=1, cutoff=0.5)
        ]
    return ScenarioProblem(key=key, code=code, found=found, nearest=alike[0] if alike else "")


def wrong(key: str, code: str, value: object) -> ScenarioProblem:
    """Refuse a value of the wrong shape, and show its beginning."""
    return ScenarioProblem(key=key, code=code, found=str(value)[:LONGEST_FOUND])


def table_of(value: object, key: str, problems: list[ScenarioProblem]) -> Mapping[str, Any]:
    """Return a value that must be a table; if it is none, note that and return an empty one."""
    if isinstance(value, Mapping):
        return value
    problems.append(wrong(key, "not_a_table", value))
    return {}


def check_fields(instance: Any) -> list[ScenarioProblem]:
    """Check a dataclass instance against its annotations; whole numbers become floats.

    Parameters
    ----------
    instance : dataclass instance
        Fields annotated with `Annotated[type, rule, ...]`, where a rule is a comparison such as
        ">= 0" or a `OneOf`. None passes where the type allows it.
    """
    problems: list[ScenarioProblem] = []
    owner: type = type(instance)
    for name, (kind, optional, rules) in _rules(owner).items():
        value = getattr(instance, name)
        if value is None and optional:
            continue
        if is_dataclass(kind) and isinstance(value, kind):
            continue  # a part of its own, which checked itself when it was made
        found = list(check_value(name, value, kind, rules))
        if not found and kind is float:
            # 1 and 1.0 are the same assumption and must be written the same way.
            object.__setattr__(instance, name, float(value))
        problems += found
    return problems


def check_value(
    key: str, value: object, kind: type, rules: tuple[object, ...] = ()
) -> Iterator[ScenarioProblem]:
    """Check one value against its type and rules, as `check_fields` does for each field."""
    accepted, code = _TYPES.get(kind, (frozenset({kind}), "not_a_table"))
    shown = str(value)[:LONGEST_FOUND]
    if value is None or value == "":
        yield ScenarioProblem(key=key, code="missing")
    elif type(value) not in accepted or (isinstance(value, float) and not math.isfinite(value)):
        yield ScenarioProblem(key=key, code=code, found=shown)
    else:
        bounds = [rule for rule in rules if isinstance(rule, str)]
        if not all(_holds(value, bound) for bound in bounds):
            yield ScenarioProblem(
                key=key, code="out_of_bounds", found=shown, expected=", ".join(bounds)
            )
        for rule in rules:
            if isinstance(rule, OneOf) and value not in rule.names:
                yield unknown(key, "unknown_value", shown, rule.names)


def _holds(value: object, bound: str) -> bool:
    comparison, limit = bound.split()
    return _COMPARISONS[comparison](value, float(limit))


@lru_cache
def _rules(owner: type) -> dict[str, tuple[type, bool, tuple[object, ...]]]:
    """Read a dataclass's annotations: field to (type, may be None, rules)."""
    hints = get_type_hints(owner, include_extras=True)
    result: dict[str, tuple[type, bool, tuple[object, ...]]] = {}
    for field in fields(owner):
        hint, rules = hints[field.name], tuple[object, ...]()
        if get_origin(hint) is Annotated:
            hint, *found = get_args(hint)
            rules = tuple(found)
        kinds = [kind for kind in get_args(hint) if kind is not type(None)]
        optional = type(None) in get_args(hint)
        kind = kinds[0] if optional else hint
        result[field.name] = (get_origin(kind) or kind, optional, rules)
    return result
