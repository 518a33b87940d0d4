"""Agents by skill as a terminal shows them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

import pandas as pd
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.markup import escape
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from planner.skill_model import SkillModel
from planner.skill_study import PAIRS, SkillStudy
from planner.skill_words import (
    amount,
    best_lesson,
    binding_sentence,
    fewer_sentences,
    hours_words,
    level_interval,
    level_words,
    notes_told,
    verdict,
)
from planner.text import Text
from planner.told import notes


@contextmanager
def searching(text: Text, *, quiet: bool) -> Iterator[Callable[[int], None]]:
    """Show on standard error how many staffings were simulated: how many it takes is not known."""
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=notes, disable=quiet, transient=True) as bar:
        task = bar.add_task(text("cli.skills.simulating", count=text.number(0)), total=None)

        def tick(count: int) -> None:
            words = text("cli.skills.simulating", count=text.number(count))
            bar.update(task, description=words)

        yield tick


def show_study(study: SkillStudy, text: Text) -> None:
    """Print the agents of each group, what they give, and what that means."""
    console = Console(highlight=False)
    found, model = study.staffing, study.model
    console.print(escape(hours_words(model, text)))
    if study.feasible:
        _show_groups(study, text, console)
        _show_levels(found.queues, text, console)
    style = {"met": "green"}.get(found.status, "yellow" if study.feasible else "red")
    console.print(escape(verdict(study, text)), style=style)
    if study.feasible:
        for _, row in found.groups.iterrows():
            console.print(escape(binding_sentence(row, text)))
    for said in fewer_sentences(study, text):
        console.print(escape(said))
    for said in notes_told(model, text):
        console.print(escape(said), style="yellow")


def show_lessons(lessons: pd.DataFrame, model: SkillModel, text: Text) -> None:
    """Print what each lesson saves, and which saves most."""
    console = Console(highlight=False)
    title = text("skills.taught.title", pairs=text.number(PAIRS))
    columns = ("group", "taught", "agents_saved", "interval")
    table = _table(title, "skill", (*columns, "saved") if model.currency else columns, text)
    for _, row in lessons.iterrows():
        low, high = (text.number(row[f"agents_saved_{end}"], 2) for end in ("low", "high"))
        cells = [
            text.number(row["taught"]),
            text.number(row["agents_saved"], 2),
            f"{low} – {high}",
        ]
        if model.currency:
            cells.append(amount(row["saved"], model, text))
        table.add_row(escape(row["skill"]), escape(row["group"]), *cells)
    console.print(table)
    console.print(escape(best_lesson(lessons, model, text)))


def _show_groups(study: SkillStudy, text: Text, console: Console) -> None:
    found = study.staffing
    told = {
        "replications": text.number(found.replications),
        "evaluations": text.number(found.evaluations),
    }
    table = _table(
        text("skills.title", **told), "group", ("skills", "agents", "cost_per_hour", "cost"), text
    )
    for _, row in found.groups.iterrows():
        costs = [amount(row[name], study.model, text) for name in ("cost_per_hour", "cost")]
        skills = escape(", ".join(row["skills"]))
        table.add_row(escape(row["group"]), skills, text.number(row["agents"]), *costs)
    console.print(table)


def _show_levels(queues: pd.DataFrame, text: Text, console: Console) -> None:
    names = ("measure", "target", "value", "interval")
    table = _table(text("skills.levels"), "queue", names, text)
    for _, row in queues.iterrows():
        table.add_row(
            escape(row["queue"]),
            text(f"skills.measures.{row['measure']}"),
            level_words(row, "target", text),
            level_words(row, "value", text),
            level_interval(row, text),
        )
    console.print(table)


def _table(title: str, first: str, columns: Sequence[str], text: Text) -> Table:
    shown = Table(title=title, title_justify="left", box=SIMPLE_HEAD, padding=(0, 1, 0, 0))
    shown.add_column(text(f"skills.columns.{first}"), overflow="fold")
    for name in columns:
        left = name in {"skills", "group", "measure"}
        shown.add_column(
            text(f"skills.columns.{name}"), justify="left" if left else "right", overflow="fold"
        )
    return shown
