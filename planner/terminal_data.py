"""A history's way from its files to a plan, as a terminal shows it."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from forecasting.reading.mapping import Question
from planner.extension import Extension
from planner.intake import Intake
from planner.store_rows import Version
from planner.terminal import show_problems, show_reading
from planner.text import Text

_CORRECTIONS_SHOWN = 20


def show_intake(intake: Intake, text: Text) -> None:
    """Print how files were read and why, what is open, what is wrong, and what was done."""
    reading = intake.reading
    show_reading(reading.reading, text)
    _show_decisions(reading.decisions, text)
    _show_questions(reading.questions, text)
    show_problems(intake.problems, text)
    _show_counts(intake.problems, text)
    _show_changes(intake, text)
    _show_need(intake, text)


def show_accepted(version: Version, extension: Extension, store: Path, text: Text) -> None:
    """Print what an export did to the history in a store."""
    console = Console(highlight=False)
    names = ("added", "identical", "corrected", "lost")
    counts = {name: text.number(getattr(extension, name)) for name in names}
    key = "unchanged" if extension.changes_nothing else "accepted"
    said = text(
        f"cli.import.{key}",
        name=version.name,
        number=text.number(version.number),
        rows=text.number(version.rows),
        store=str(store),
    )
    console.print(escape(said), style="green")
    console.print(escape(text("cli.import.counts", **counts)))
    for queue, before, after in extension.channels:
        moved = {"queue": queue, "before": text(f"channels.{before}")}
        console.print(escape(text("cli.import.moved", after=text(f"channels.{after}"), **moved)))
    if len(extension.corrections):
        console.print(text(f"cli.import.corrections_{version.policy}"), style="yellow")
        _show_corrections(extension.corrections, text, console)


def _show_corrections(corrections: pd.DataFrame, text: Text, console: Console) -> None:
    table = Table(box=SIMPLE_HEAD, padding=(0, 1, 0, 0))
    for name in ("queue", "interval_start", "measure"):
        table.add_column(text.column(name))
    for name in ("before", "after"):
        table.add_column(text.column(name), justify="right")
    for row in corrections.head(_CORRECTIONS_SHOWN).to_dict("records"):
        start = row["interval_start"]
        when = f"{text.date(start)}, {text.time(start)}"
        values = (text.number(row[name], 1) for name in ("before", "after"))
        table.add_row(escape(str(row["queue"])), when, text.column(str(row["column"])), *values)
    console.print(table)
    more = len(corrections) - _CORRECTIONS_SHOWN
    if more > 0:
        console.print(text("cli.more_problems", count=text.number(more)))


def _show_decisions(decisions: pd.DataFrame, text: Text) -> None:
    if decisions.empty:
        return
    table = Table(box=SIMPLE_HEAD, padding=(0, 1, 0, 0))
    for name in ("what", "decided", "why", "evidence"):
        table.add_column(text.column(name), overflow="fold")
    table.add_column(text.column("confidence"), justify="right")
    for row in decisions.to_dict("records"):
        table.add_row(
            escape(text.decision_name(str(row["what"]))),
            escape(str(row["decided"])),
            escape(text.code("decisions.why", str(row["why"]))),
            escape(str(row["evidence"])),
            text.percent(float(row["confidence"])),
        )
    Console(highlight=False).print(table)


def _show_questions(questions: tuple[Question, ...], text: Text) -> None:
    console = Console(highlight=False)
    for question in questions:
        name = text.decision_name(question.key)
        said = text("cli.question", name=name, example=question.example)
        console.print(escape(said), style="yellow")
        for option in question.options:
            console.print(escape(f"  --answer {question.key}={option}"))


def _show_counts(problems: pd.DataFrame, text: Text) -> None:
    counts = problems["severity"].value_counts()
    if len(counts):
        said = {
            name: text.number(int(counts.get(code, 0)))
            for name, code in (("errors", "error"), ("warnings", "warning"), ("notes", "info"))
        }
        Console(highlight=False).print(text("app.history.problem_counts", **said))


def _show_changes(intake: Intake, text: Text) -> None:
    """Print how often each repair was made, and how to leave it."""
    if intake.repaired is None or intake.repaired.changes.empty:
        return
    console = Console(highlight=False)
    console.print(f"\n{text('cli.check.changes')}", style="bold")
    kinds = intake.repaired.changes.value_counts(["code", "done"]).rename("count").reset_index()
    for row in kinds.to_dict("records"):
        done = text.code("done", str(row["done"]))
        said = {"code": str(row["code"]), "done": done, "count": text.number(row["count"])}
        console.print(escape(text("cli.check.change", **said)))


def _show_need(intake: Intake, text: Text) -> None:
    """Print what each step towards the need did to each queue."""
    if intake.need is None or intake.need.steps.empty:
        return
    taken = intake.need.steps[intake.need.steps["state"] == "taken"]
    if taken.empty:
        return
    console = Console(highlight=False)
    console.print(f"\n{text('cli.check.need')}", style="bold")
    for row in taken.to_dict("records"):
        said = text(
            "cli.check.need_step",
            queue=row["queue"],
            step=text.code("need_steps", str(row["step"])),
            before=text.number(row["before"]),
            after=text.number(row["after"]),
        )
        console.print(escape(said))
