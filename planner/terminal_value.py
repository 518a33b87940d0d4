"""The value of edits as a terminal shows it."""

from __future__ import annotations

import pandas as pd
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from planner.edit_value import ALL, HELPED, HURT
from planner.edit_value_words import (
    before_and_after,
    signed_points,
    value_in_words,
    which_days,
    whose_value,
)
from planner.text import Text

_STYLES = {HELPED: "green", HURT: "red"}


def show_value(table: pd.DataFrame, text: Text) -> None:
    """Print a row for every edit and one for all, and what that means in a sentence."""
    console = Console(highlight=False)
    if table.empty:
        console.print(text("edit_value.no_edits"))
        return
    title = text("edit_value.title")
    shown = Table(title=title, title_justify="left", box=SIMPLE_HEAD, padding=(0, 1, 0, 0))
    shown.add_column(text("edit_value.columns.edit"), overflow="fold")
    for name in ("contacts", "error", "value_added", "bias"):
        shown.add_column(text(f"edit_value.columns.{name}"), justify="right", max_width=15)
    shown.add_column(text("edit_value.columns.verdict"))
    rows = table.to_dict("records")
    for row in rows:
        verdict = str(row["verdict"])
        shown.add_row(
            f"{escape(whose_value(row, text))}\n{which_days(row, text)}",
            text.number(row["contacts"]),
            before_and_after(row, "wape", text),
            signed_points(row["value_added"], text),
            before_and_after(row, "bias", text),
            text(f"edit_value.verdicts.{verdict}"),
            style="bold" if row["scope"] == ALL else _STYLES.get(verdict),
        )
    console.print(shown)
    console.print(value_in_words(rows[-1], text))
