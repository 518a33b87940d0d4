"""How a file is to be read, as far as somebody states it: asked once, remembered as one page."""

from __future__ import annotations

import tomllib
import zoneinfo
from collections.abc import Mapping as Table
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

from forecasting.reading.cell_dates import DATE_ORDERS
from forecasting.reading.columns import CHANNELS, COLUMN_NAMES
from forecasting.reading.intervals import LENGTHS_MIN

KINDS = ("intervals", "wide", "calls")
STAMPS = ("start", "end")
UNITS = {"s": 1.0, "ms": 0.001, "min": 60.0, "h": 3600.0, "d": 86_400.0}  # [s]
AHT_FORMS = ("average", "total")
_CHOICES: dict[str, tuple[object, ...]] = {
    "kind": KINDS,
    "aht": AHT_FORMS,
    "date_order": DATE_ORDERS,
    "decimal": (".", ","),
    "interval_min": LENGTHS_MIN,
    "stamp": STAMPS,
    "channel": CHANNELS,
}
_TABLES = {"columns": COLUMN_NAMES, "units": COLUMN_NAMES}
_LISTS = ("sheets", "repairs_off")


@dataclass(frozen=True, slots=True, kw_only=True)
class MappingProblem:
    """A fault of a mapping: where, what kind, what stands there and what may."""

    key: str
    code: str  # "syntax", "not_utf8", "unknown_key" or "wrong_value"
    found: str = ""
    expected: str = ""


class MappingError(ValueError):
    """A mapping with faults: all of them, in `problems`."""

    def __init__(self, problems: tuple[MappingProblem, ...]) -> None:
        super().__init__(
            "; ".join(f"{p.key} is {p.found!r} ({p.code}), must be {p.expected}" for p in problems)
        )
        self.problems = problems


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A choice on which two readings of a file fit.

    Parameters
    ----------
    key : str
        The field of the mapping that answers it, such as "date_order" or "units.aht_s".
    options : tuple of str
        The readings that fit, the likelier first.
    example : str
        What stands in the file.
    """

    key: str
    options: tuple[str, ...]
    example: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Mapping:
    """Every choice of a reading that can be stated; None or empty is decided from the file.

    Parameters
    ----------
    layout : str
        Name of a layout of `forecasting/reading/layouts`.
    sheets : tuple of str
        Sheets to read.
    header_row : int
        Line of the header, 0 if there is none.
    columns : table or tuple of pairs
        Our name -> the file's header, or the position, the first column being 1.
    units : table or tuple of pairs
        Our name of a duration -> "s", "ms", "min", "h" or "d".
    aht : {"average", "total"}
        Whether the durations are averages or totals.
    date_order : {"ymd", "dmy", "mdy", "ydm", ...}
    decimal : {".", ","}
    interval_min : int
        Length of the intervals [min].
    stamp : {"start", "end"}
        What of an interval its time is.
    zone : str
        IANA zone of the file's times, if not the centre's.
    kind : {"intervals", "wide", "calls"}
        A row an interval, a row or column a day, a row a contact.
    queue, channel : str
        Taken where the file names none.
    repairs_off : tuple of str
        Codes of problems whose repair is not wanted.

    Raises
    ------
    MappingError
        With all faults at once.
    """

    layout: str | None = None
    sheets: tuple[str, ...] = ()
    header_row: int | None = None
    columns: tuple[tuple[str, str | int], ...] = ()
    units: tuple[tuple[str, str], ...] = ()
    aht: str | None = None
    date_order: str | None = None
    decimal: str | None = None
    interval_min: int | None = None
    stamp: str | None = None
    zone: str | None = None
    kind: str | None = None
    queue: str | None = None
    channel: str | None = None
    repairs_off: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for name in _LISTS:
            given = getattr(self, name)
            object.__setattr__(self, name, tuple(given) if isinstance(given, list) else given)
        for name in _TABLES:
            given = getattr(self, name)
            pairs = tuple(given.items()) if isinstance(given, Table) else given
            object.__setattr__(self, name, pairs)
        problems = _faults(self)
        if problems:
            raise MappingError(tuple(problems))

    def answered(self, key: str, option: str) -> Mapping:
        """Return the mapping with the answer to a question.

        Raises
        ------
        MappingError
            If the key or the answer is unknown.
        """
        name, _, part = key.partition(".")
        if part and name in _TABLES:
            kept = [pair for pair in getattr(self, name) if pair[0] != part]
            return replace(self, **{name: (*kept, (part, option))})  # type: ignore[arg-type]
        if name not in {field.name for field in fields(self)}:
            raise MappingError((MappingProblem(key=key, code="unknown_key", found=key),))
        value: object = option
        if name in {"interval_min", "header_row"} and option.isdigit():
            value = int(option)
        return replace(self, **{name: (option,) if name in _LISTS else value})  # type: ignore[arg-type]


def read_mapping(path: Path | str) -> Mapping:
    """Read a mapping from a TOML file.

    Raises
    ------
    MappingError
        With all faults of the page at once.
    OSError
        If the file cannot be read.
    """
    return parse_mapping(Path(path).read_bytes())


def parse_mapping(page: bytes) -> Mapping:
    """Read a mapping from the content of a TOML file.

    Raises
    ------
    MappingError
        With all faults of the page at once.
    """
    try:
        table = tomllib.loads(page.decode("utf-8-sig").replace("\r\n", "\n"))
    except UnicodeDecodeError as error:
        raise MappingError((MappingProblem(key="", code="not_utf8", expected="utf-8"),)) from error
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        problem = MappingProblem(key="", code="syntax", found=str(error), expected="TOML")
        raise MappingError((problem,)) from error
    known = {field.name for field in fields(Mapping)}
    problems = [
        MappingProblem(key=key, code="unknown_key", found=key, expected=", ".join(sorted(known)))
        for key in table
        if key not in known
    ]
    try:
        mapping = Mapping(**{key: value for key, value in table.items() if key in known})
    except MappingError as error:
        raise MappingError((*problems, *error.problems)) from error
    if problems:
        raise MappingError(tuple(problems))
    return mapping


def write_mapping(mapping: Mapping, path: Path | str) -> None:
    """Write a mapping to a TOML file; `read_mapping` gives it back equal."""
    Path(path).write_text(mapping_toml(mapping), encoding="utf-8", newline="\n")


def mapping_toml(mapping: Mapping) -> str:
    """Write a mapping as TOML: what is stated, and nothing else."""
    import tomli_w

    page: dict[str, Any] = {}
    for field in fields(mapping):
        value = getattr(mapping, field.name)
        if value is not None and value != ():
            as_list = list(value) if isinstance(value, tuple) else value
            page[field.name] = dict(value) if field.name in _TABLES else as_list
    return tomli_w.dumps(page)


def _faults(mapping: Mapping) -> list[MappingProblem]:
    """Check every field of a mapping."""
    from forecasting.reading.layouts import layout_names

    problems = []
    choices = {**_CHOICES, "layout": layout_names()}
    for name, allowed in choices.items():
        value = getattr(mapping, name)
        if value is not None and (isinstance(value, bool) or value not in allowed):
            problems.append(_wrong(name, value, ", ".join(str(one) for one in allowed)))
    row = mapping.header_row
    if row is not None and (isinstance(row, bool) or not isinstance(row, int) or row < 0):
        problems.append(_wrong("header_row", row, ">= 0"))
    queue = mapping.queue
    if queue is not None and not (isinstance(queue, str) and queue):
        problems.append(_wrong("queue", queue, "a name"))
    if mapping.zone is not None and not is_zone(mapping.zone):
        problems.append(_wrong("zone", mapping.zone, "an IANA time zone"))
    for name in _LISTS:
        value = getattr(mapping, name)
        if not (isinstance(value, tuple) and all(isinstance(one, str) for one in value)):
            problems.append(_wrong(name, value, "a list of texts"))
    for name in _TABLES:
        problems += _table_faults(name, getattr(mapping, name))
    return problems


def _table_faults(name: str, pairs: object) -> list[MappingProblem]:
    if not (isinstance(pairs, tuple) and all(isinstance(p, tuple) and len(p) == 2 for p in pairs)):
        return [_wrong(name, pairs, "a table")]
    problems = []
    for key, value in pairs:
        place = f"{name}.{key}"
        if key not in _TABLES[name]:
            problems.append(
                MappingProblem(
                    key=place, code="unknown_key", found=key, expected=", ".join(_TABLES[name])
                )
            )
        elif name == "units" and value not in UNITS:
            problems.append(_wrong(place, value, ", ".join(UNITS)))
        elif name == "columns" and not _is_column(value):
            problems.append(_wrong(place, value, "a header, or a position >= 1"))
    return problems


def _is_column(value: object) -> bool:
    if isinstance(value, int) and not isinstance(value, bool):
        return value >= 1
    return isinstance(value, str) and bool(value)


def is_zone(name: object) -> bool:
    """Tell whether a text names a time zone."""
    try:
        zoneinfo.ZoneInfo(name)  # type: ignore[arg-type]
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError, TypeError, AttributeError):
        return False
    return True


def _wrong(key: str, value: object, expected: str) -> MappingProblem:
    return MappingProblem(key=key, code="wrong_value", found=str(value)[:200], expected=expected)
