"""Everything people read, in their language: one catalogue of words a language, and its formats.

Below this module there are only codes and numbers. A face asks for `catalogue("es")` and turns a
code into a sentence, a number into figures. A word that is missing raises `KeyError`: a test keeps
the catalogues complete, so that no reader meets a hole.
"""

from __future__ import annotations

import datetime as dt
import math
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal, Protocol

if TYPE_CHECKING:
    from forecasting.reading.mapping import MappingProblem
    from planner.bounds import ScenarioProblem

# The language of the words, and the country whose way of writing numbers and dates goes with it.
LANGUAGES: Mapping[str, str] = MappingProxyType({"en": "en_GB", "es": "es_ES"})
Width = Literal["wide", "abbreviated"]
Length = Literal["short", "medium", "long", "full"]
UNKNOWN = "–"  # what stands where a number is not known or has no meaning
_QUANTILE_PREFIX = "contacts_q"
_AHT_QUANTILE_PREFIX = "aht_s_q"


class Row(Protocol):
    """A row of a table, by the names of its columns: a mapping or a Series."""

    def __getitem__(self, name: str, /) -> Any:
        """Return one value."""


@dataclass(frozen=True, slots=True, eq=False)
class Text:
    """The words and formats of one language.

    Attributes
    ----------
    language : str
        Code of the catalogue, e.g. "es".
    locale : str
        CLDR locale of its numbers and dates, e.g. "es_ES".
    entries : mapping of str to str
        Dotted key to template.
    """

    language: str
    locale: str
    entries: Mapping[str, str]

    def __call__(self, key: str, /, **fields: object) -> str:
        """Return the entry of a dotted key with its {fields} filled in.

        Raises
        ------
        KeyError
            If the catalogue has no such key, or its template names a field that was not given.
        """
        return self.entries[key].format(**fields)

    def __contains__(self, key: str) -> bool:
        """Tell whether the catalogue has a key."""
        return key in self.entries

    def number(self, value: float | None, digits: int = 0) -> str:
        """Write a number with grouped thousands and a fixed count of decimals."""
        if value is None or math.isnan(value):
            return UNKNOWN
        if math.isinf(value):
            return "∞" if value > 0 else "-∞"
        from babel.numbers import format_decimal

        return str(format_decimal(value, format=_pattern(digits), locale=self.locale))

    def percent(self, share: float | None, digits: int = 0) -> str:
        """Write a share of one as per cent [%]."""
        if share is None or not math.isfinite(share):
            return UNKNOWN
        from babel.numbers import format_percent

        # Spanish typography wants the space, English does not; Babel's own pattern would round.
        sign = "%" if self.language == "en" else "\xa0%"
        return str(format_percent(share, format=_pattern(digits) + sign, locale=self.locale))

    def money(self, value: float | None, currency: str, digits: int = 0) -> str:
        """Write an amount with its currency, an ISO 4217 code."""
        if value is None or not math.isfinite(value):
            return UNKNOWN
        from babel import Locale
        from babel.numbers import format_currency

        pattern = Locale.parse(self.locale).currency_formats["standard"].pattern
        return str(
            format_currency(
                value,
                currency,
                format=pattern.replace("#,##0.00", _pattern(digits)),
                locale=self.locale,
                currency_digits=False,
            )
        )

    def duration(self, seconds: float | None) -> str:
        """Write a length of time in the units a person would say [s, min, h]."""
        if seconds is None or not math.isfinite(seconds):
            return UNKNOWN if seconds is None or math.isnan(seconds) else "∞"
        if abs(seconds) < 59.5:
            return f"{self.number(seconds, 1 if 0 < abs(seconds) < 9.95 else 0)} s"
        minutes, rest = divmod(round(seconds), 60)
        if minutes < 60:
            return f"{minutes} min {rest} s" if rest else f"{minutes} min"
        hours, minutes = divmod(round(seconds / 60), 60)
        return f"{self.number(hours)} h {minutes} min" if minutes else f"{self.number(hours)} h"

    def measure(self, name: str, value: float | None, currency: str) -> str:
        """Write one measure of a plan (`planner.summary.MEASURES`) as people read it."""
        if name in {"service_level", "abandonment", "occupancy"}:
            return self.percent(value, 1)
        if name == "cost":
            return self.money(value, currency)
        if name == "asa_s":
            return self.duration(value)
        return self.number(value, 1 if name == "fte" else 0)

    def date(self, day: dt.date, length: Length = "medium") -> str:
        """Write a date; `length` is CLDR's "short", "medium", "long" or "full"."""
        from babel.dates import format_date

        return str(format_date(day, length, locale=self.locale))

    def day(self, day: dt.date) -> str:
        """Write a date as a row of a table says it, e.g. "Mon 9 Mar" or "lun 9 mar"."""
        from babel.dates import format_date

        return str(format_date(day, "EEE d MMM", locale=self.locale))

    def time(self, moment: dt.datetime) -> str:
        """Write a time of day on the 24 hours of a centre's clock."""
        return f"{moment:%H:%M}"

    def weekday(self, weekday: int, width: Width = "wide") -> str:
        """Name a weekday, Monday = 0; `width` is "wide" or "abbreviated"."""
        from babel.dates import get_day_names

        return str(get_day_names(width, "stand-alone", self.locale)[weekday])

    def month(self, month: int, width: Width = "wide") -> str:
        """Name a month, January = 1; `width` is "wide" or "abbreviated"."""
        from babel.dates import get_month_names

        return str(get_month_names(width, "stand-alone", self.locale)[month])

    def column(self, name: str, currency: str = "") -> str:
        """Head a table's column with words and its unit."""
        if name.startswith(_QUANTILE_PREFIX):
            level = float(name.removeprefix(_QUANTILE_PREFIX))
            return self("columns.contacts_quantile", percent=self.percent(level, _places(level)))
        if name.startswith(_AHT_QUANTILE_PREFIX):
            level = float(name.removeprefix(_AHT_QUANTILE_PREFIX))
            return self("columns.aht_quantile", percent=self.percent(level, _places(level)))
        part = f"parts.{name.removeprefix('agents_')}"
        if name.startswith("agents_") and part in self:
            return self(part)
        return self(f"columns.{name}", currency=currency)

    def staffing_model(self, code: str) -> str:
        """Name the model behind a row of the requirement, e.g. "pooled_erlang_a_modified"."""
        model = code.removeprefix("pooled_").removesuffix("_modified")
        name = self(f"staffing_models.{model}")
        if code.endswith("_modified"):
            name = self("staffing_models.modified", model=name)
        return self("staffing_models.pooled", model=name) if code.startswith("pooled_") else name

    def problem(self, row: Row) -> str:
        """Say what is wrong in the data: one row of a table of problems as a sentence."""
        return self(f"problems.{row['code']}.title", **_as_fields(row))

    def advice(self, row: Row) -> str:
        """Say what a person can do about one row of a table of problems."""
        return self(f"problems.{row['code']}.advice", **_as_fields(row))

    def code(self, group: str, code: str) -> str:
        """Put a code of a group into words; one without an entry is shown as it is."""
        return self.entries.get(f"{group}.{code}", code)

    def decision_name(self, what: str) -> str:
        """Name what was decided about a file, e.g. "date_order" or "columns.contacts"."""
        name, _, part = what.partition(".")
        word = self.code("decisions.what", name)
        return f"{word}: {self.code('columns', part)}" if part else word

    def mapping_problem(self, problem: MappingProblem) -> str:
        """Say what is wrong in a mapping of a file's columns."""
        fields = {"key": problem.key, "found": problem.found, "expected": problem.expected}
        return self(f"mapping_problems.{problem.code}", **fields)

    def scenario_problem(self, problem: ScenarioProblem) -> str:
        """Say what is wrong in a scenario, and which known name may be meant."""
        sentence = self(
            f"scenario_problems.{problem.code}",
            key=problem.key,
            found=problem.found,
            expected=problem.expected,
        )
        if not problem.nearest:
            return sentence
        return f"{sentence} {self('scenario_problems.did_you_mean', nearest=problem.nearest)}"

    def choice_reason(self, row: Row) -> str:
        """Say why a queue's forecast model was chosen: the chosen row of the choice table."""
        rival = str(row["runner_up"])
        return self(
            f"reasons.{row['reason']}",
            model=self(f"models.{row['model']}"),
            wape=self.percent(row["wape"], 1),
            rival=self._rival(str(row["reason"]), rival),
            rival_wape=self.percent(row["runner_up_wape"], 1),
            folds=self.number(row["folds"]),
        )

    def _rival(self, reason: str, rival: str) -> str:
        """Name what a choice is compared with: a model, or the queue a new one is like."""
        if not rival:
            return UNKNOWN
        return rival if reason == "borrowed" else self(f"models.{rival}")


@lru_cache
def catalogue(language: str) -> Text:
    """Return the words and formats of a language.

    Parameters
    ----------
    language : str
        A key of `LANGUAGES`.

    Raises
    ------
    ValueError
        If the product does not speak it.
    """
    if language not in LANGUAGES:
        raise ValueError(f"language must be one of {', '.join(LANGUAGES)}, got {language!r}")
    source = resources.files("planner").joinpath("locales", f"{language}.toml")
    words = tomllib.loads(source.read_text(encoding="utf-8"))
    return Text(language, LANGUAGES[language], MappingProxyType(dict(_flatten(words, ""))))


def _flatten(table: Mapping[str, Any], prefix: str) -> list[tuple[str, str]]:
    """List a nested table's entries by dotted key."""
    entries: list[tuple[str, str]] = []
    for key, value in table.items():
        if isinstance(value, Mapping):
            entries += _flatten(value, f"{prefix}{key}.")
        else:
            entries.append((prefix + key, value))
    return entries


def _as_fields(row: Row) -> dict[str, object]:
    """Name the fields a problem's template may use; an unknown one reads as a dash."""
    names = ("found", "expected", "column", "queue", "file", "sheet", "row")
    return {name: UNKNOWN if (value := str(row[name])) in {"", "<NA>"} else value for name in names}


def _pattern(digits: int) -> str:
    return "#,##0" + ("." + "0" * digits if digits else "")


def _places(share: float) -> int:
    """Decimals that tell 2.5 % from 3 % and leave 10 % alone."""
    return 0 if math.isclose(share * 100, round(share * 100)) else 1
