"""The look of the exported workbook: one format a kind of cell, and tables written by column."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from planner.text import Text

# Tints that colour-blind readers can tell apart (Okabe and Ito, 2008).
PALETTE = ("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00", "#F0E442", "#999999")
INK, HEAD_FILL, CHOSEN_FILL, LINE = "#1F2A37", "#1F4E5F", "#E8F3EE", "#C9D2D9"
GOOD, BAD = "#0B6B3A", "#B42318"
HEAT = {"min_color": "#F2F7FB", "mid_color": "#F9D98C", "max_color": "#EE7D5F"}
EXCEL_ROWS = 1_048_576

# What kind of cell a column holds; a column not named here holds text.
COLUMN_KINDS: Mapping[str, str] = {
    "interval_start": "moment",
    "date": "date",
    "contacts": "decimal",
    "contacts_before_edits": "decimal",
    "contacts_q0.025": "decimal",
    "contacts_q0.1": "decimal",
    "contacts_q0.9": "decimal",
    "contacts_q0.975": "decimal",
    "aht_s": "count",
    "load_erlangs": "fine",
    "agents_net": "count",
    "agents_gross": "count",
    "agents_net_peak": "count",
    "agents_gross_peak": "count",
    "service_level": "percent",
    "service_level_target": "percent",
    "asa_s": "decimal",
    "abandonment": "percent",
    "occupancy": "percent",
    "workload_h": "decimal",
    "paid_h": "decimal",
    "fte": "decimal",
    "cost": "fine",
    "intervals": "count",
    "wape": "percent",
    "day_wape": "percent",
    "week_wape": "percent",
    "bias": "percent",
    "mase": "fine",
    "rmse": "decimal",
    "wql": "percent",
    "coverage_80": "percent",
    "coverage_95": "percent",
    "day_coverage_80": "percent",
    "day_coverage_95": "percent",
    "week_coverage_80": "percent",
    "week_coverage_95": "percent",
    "weight": "percent",
    "lead_days": "count",
    "period_start": "date",
    "days": "count",
    "folds": "count",
    "row": "count",
}
_MOMENT = {"en": "[$-809]ddd d mmm yyyy hh:mm", "es": "[$-C0A]ddd d mmm yyyy hh:mm"}
_DATE = {"en": "[$-809]ddd d mmm yyyy", "es": "[$-C0A]ddd d mmm yyyy"}
_PERCENT = {"en": "0.0%", "es": "0.0 %"}


class Formats:
    """The formats of one workbook, made when first asked for.

    Parameters
    ----------
    book : xlsxwriter.Workbook
        The workbook.
    text : Text
        Its language: dates are named and per cents spaced as its readers do.
    """

    def __init__(self, book: Any, text: Text) -> None:
        self._book = book
        self._made: dict[tuple[str, tuple[str, ...]], Any] = {}
        language = text.language
        self._kinds: dict[str, dict[str, Any]] = {
            "text": {"indent": 1},
            "wrapped": {"indent": 1, "text_wrap": True},
            "count": {"num_format": "#,##0"},
            "decimal": {"num_format": "#,##0.0"},
            "fine": {"num_format": "#,##0.00"},
            "percent": {"num_format": _PERCENT[language]},
            "moment": {"num_format": _MOMENT[language], "align": "left", "indent": 1},
            "date": {"num_format": _DATE[language], "align": "left", "indent": 1},
            "title": {"bold": True, "font_size": 16, "font_color": HEAD_FILL},
            "subtitle": {"font_color": "#5B6770"},
            "section": {"bold": True, "font_size": 12, "font_color": HEAD_FILL},
            "head": {
                "bold": True,
                "font_color": "#FFFFFF",
                "bg_color": HEAD_FILL,
                "text_wrap": True,
                "border": 1,
                "border_color": LINE,
            },
            "small": {"font_size": 8, "align": "center", "num_format": "#,##0"},
        }
        self._traits: dict[str, dict[str, Any]] = {
            "total": {"bold": True, "top": 1},
            "chosen": {"bold": True, "bg_color": CHOSEN_FILL},
            "good": {"bold": True, "font_color": GOOD},
            "bad": {"bold": True, "font_color": BAD},
            "left": {"align": "left", "indent": 1},
            "right": {"align": "right"},
        }

    def __call__(self, kind: str, *traits: str) -> Any:
        """Return the format of a kind of cell, with traits such as "total" or "chosen"."""
        key = (kind, traits)
        if key not in self._made:
            look = {"font_color": INK, "valign": "vcenter", **self._kinds[kind]}
            for trait in traits:
                look |= self._traits[trait]
            self._made[key] = self._book.add_format(look)
        return self._made[key]


def write_value(sheet: Any, row: int, column: int, value: Any, look: Any, text: Text) -> None:
    """Write a value as what it is: a number, a date, or text that stays text; unknown is blank."""
    if isinstance(value, str):
        # Never `write`: it would make a formula of a queue called "=...".
        sheet.write_string(row, column, value, look)
    elif value is None or value is pd.NaT or value is pd.NA or value != value:  # noqa: PLR0124 - NaN
        sheet.write_blank(row, column, None, look)
    elif isinstance(value, pd.Timestamp):
        sheet.write_datetime(row, column, value.to_pydatetime(), look)
    elif math.isinf(value):
        sheet.write_string(row, column, text.number(value), look)
    else:
        sheet.write_number(row, column, value, look)


def write_table(
    sheet: Any,
    frame: pd.DataFrame,
    heads: Sequence[str],
    formats: Formats,
    text: Text,
    *,
    top: int = 0,
    kinds: Mapping[str, str] = COLUMN_KINDS,
    traits: Sequence[tuple[str, ...]] | None = None,
) -> int:
    """Write a table with its heads and return the row below it.

    Parameters
    ----------
    sheet : xlsxwriter worksheet
        Where to write.
    frame : DataFrame
        Numbers, naive timestamps and text.
    heads : sequence of str
        One head a column, in the reader's words.
    formats : Formats
        Of the same workbook.
    text : Text
        The reader's language.
    top : int
        Row of the heads, from 0.
    kinds : mapping of str to str
        Kind of cell by column name; text where there is none.
    traits : sequence of tuple of str, optional
        Traits of each row, e.g. ("total",).
    """
    for column, (name, head) in enumerate(zip(frame.columns, heads, strict=True)):
        kind = kinds.get(str(name), "text")
        side = "left" if kind in {"text", "wrapped", "moment", "date"} else "right"
        sheet.write_string(top, column, head, formats("head", side))
        looks = [formats(kind, *(traits[row] if traits else ())) for row in range(len(frame))]
        for row, (value, look) in enumerate(zip(frame[name].tolist(), looks, strict=True)):
            write_value(sheet, top + 1 + row, column, value, look, text)
    return top + 1 + len(frame)


def translated(codes: pd.Series[str], section: str, text: Text) -> pd.Series[str]:
    """Return the words of codes, from one section of the catalogue."""
    return codes.map({code: text(f"{section}.{code}") for code in codes.unique()})


def fit_rows(sheet: Any, first: int, lines: Sequence[Sequence[str]], width: int) -> None:
    """Make rows high enough for wrapped text, which not every program does by itself.

    Parameters
    ----------
    sheet : xlsxwriter worksheet
        Where the text is.
    first : int
        Row of the first texts.
    lines : sequence of sequence of str
        The wrapped texts of each row.
    width : int
        Width of their columns [characters].
    """
    for row, texts in enumerate(lines, start=first):
        longest = max((len(line) for line in texts), default=0)
        # Words break before the edge, and bold is wider: a tenth of the width is lost.
        sheet.set_row(row, 15 * max(1, math.ceil(longest / (0.9 * width))))


def set_page(sheet: Any, text: Text, *, repeat: int | None = None) -> None:
    """Set a sheet to print landscape, as wide as the paper, its head repeated, pages numbered."""
    sheet.set_landscape()
    sheet.set_paper(9)  # A4
    sheet.fit_to_pages(1, 0)
    sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
    sheet.set_footer(f"&L&A&R{text('workbook.page')} &P / &N")
    if repeat is not None:
        sheet.repeat_rows(repeat)
