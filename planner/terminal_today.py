"""Today so far as a terminal shows it."""

from __future__ import annotations

import pandas as pd
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from planner.text import UNKNOWN, Text
from planner.today import NO_DATA, TodayUpdate
from planner.today_words import signed_percent, verdict

_NUMBERS = ("contacts_so_far", "expected_so_far", "day_before", "day_after")
_STYLES = {"above": "yellow", "below": "yellow", NO_DATA: "dim"}


def show_today(update: TodayUpdate, text: Text) -> None:
    """Print a row for every queue, and below it what to do about each."""
    console = Console(highlight=False)
    table = Table(title=_title(update, text), title_justify="left", box=SIMPLE_HEAD, padding=0)
    table.add_column(text.column("queue"), overflow="fold")
    for name in ("contacts_so_far", "expected_so_far", "band", "day_before", "day_after"):
        table.add_column(text(f"today.columns.{name}"), justify="right", max_width=12)
    table.add_column(text("today.columns.day_factor"), justify="right", max_width=9)
    table.add_column(text("today.columns.agents_change"), justify="right", max_width=9)
    rows = update.queues.to_dict("records")
    for row in rows:
        came, expected, before, after = (text.number(row[name]) for name in _NUMBERS)
        likely = f"{text.number(row['band_low'])} – {text.number(row['band_high'])}"
        change = int(row["agents_change"])
        table.add_row(
            escape(str(row["queue"])),
            came,
            expected,
            UNKNOWN if row["status"] == NO_DATA else likely,
            before,
            after,
            signed_percent(row["day_factor"] - 1, text),
            f"{change:+d}" if change else "0",
            style=_STYLES.get(str(row["status"])),
        )
    console.print(table)
    for row in rows:
        console.print(escape(f"{row['queue']}: {verdict(row, text)}"))
    if update.strangers:
        names = ", ".join(update.strangers)
        console.print(escape(text("cli.today.strangers", queues=names)), style="yellow")


def show_left_out(problems: pd.DataFrame, text: Text, words: str = "cli.today.left_out") -> None:
    """Print on standard error what of a file cannot be used, below a sentence that says so."""
    errors = problems[problems["severity"] == "error"]
    if errors.empty:
        return
    console = Console(stderr=True, highlight=False)
    console.print(text(words, count=text.number(len(errors))), style="yellow")
    for row in errors.to_dict("records"):
        console.print(escape(f"  {text.problem(row)}"))


def _title(update: TodayUpdate, text: Text) -> str:
    day = text.date(update.day)
    if update.now is None:
        return text("cli.today.title_no_data", day=day)
    return text("cli.today.title", day=day, time=text.time(update.now))
