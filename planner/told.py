"""A command's outcome: what a user can cause becomes a sentence and an exit code."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pandas as pd
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from forecasting.reading.mapping import MappingError
from planner.bounds import ScenarioError
from planner.earlier_plan import EarlierPlanRefused, NotAnEarlierPlan
from planner.edit_value_words import why_earlier_refused
from planner.export import ExportRefused
from planner.exported import NotAPlanFolder
from planner.plan import HistoryRefused
from planner.store_schema import StoreRefused
from planner.terminal import show_problems
from planner.text import Text
from planner.today_file import TodayRefused
from planner.today_words import why_refused

DONE, ATTENTION, WRONG_USE = 0, 1, 2

notes = Console(stderr=True, highlight=False)


class Outcome:
    """The exit code of a command that may have told of a failure."""

    code = DONE


@contextmanager
def told(text: Text) -> Iterator[Outcome]:
    """Turn what a user can cause into sentences and an exit code; everything else is a bug."""
    outcome = Outcome()
    try:
        yield outcome
    except ScenarioError as error:
        for problem in error.problems:
            note(text.scenario_problem(problem))
        outcome.code = WRONG_USE
    except MappingError as error:
        for fault in error.problems:
            note(text.mapping_problem(fault))
        outcome.code = WRONG_USE
    except HistoryRefused as error:
        show_problems(error.problems, text)
        note(text("cli.refused"))
        outcome.code = ATTENTION
    except StoreRefused as refused:
        note(text(f"store.{refused.code}", found=refused.found, expected=refused.expected))
        outcome.code = WRONG_USE
    except (NotAPlanFolder, ExportRefused) as error:
        note(text(f"cli.{error.code}", folder=error.folder))
        outcome.code = WRONG_USE
    except (NotAnEarlierPlan, EarlierPlanRefused) as error:
        note(why_earlier_refused(error, text))
        outcome.code = WRONG_USE
    except TodayRefused as refused:
        note(why_refused(refused, text))
        outcome.code = WRONG_USE
    except ConnectionError as error:
        note(text("cli.no_cluster", reason=str(error)))
        outcome.code = WRONG_USE
    except OSError as error:
        note(text("cli.no_access", file=str(error.filename), reason=str(error.strerror)))
        outcome.code = WRONG_USE


def note(sentence: str, style: str = "red") -> None:
    """Say a sentence on standard error."""
    notes.print(escape(sentence), style=style)


def print_json(document: dict[str, Any]) -> None:
    """Print one JSON document on standard output."""
    sys.stdout.write(json.dumps(document, ensure_ascii=False, indent=2, default=str) + "\n")


def records(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Rows as JSON says them: unknown is null."""
    rows: list[dict[str, Any]] = json.loads(table.to_json(orient="records", date_format="iso"))
    return rows


@contextmanager
def forecasting(text: Text, *, quiet: bool) -> Iterator[Callable[[int, int, str, str], None]]:
    """Show a forecast's progress on standard error; Ctrl-C cancels between two models."""
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=notes, disable=quiet, transient=True) as bar:
        task = bar.add_task(text("cli.forecasting"), total=None)

        def tick(done: int, total: int, queue: str, model: str) -> None:
            label = f"{text('cli.forecasting')} {queue} · {text(f'models.{model}')}"
            bar.update(task, completed=done, total=total, description=escape(label))

        yield tick


@contextmanager
def reading(text: Text, *, quiet: bool) -> Iterator[Callable[[str, float], None]]:
    """Show on standard error how far files are read."""
    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=notes, disable=quiet, transient=True) as bar:
        task = bar.add_task(text("cli.reading"), total=1.0)

        def tick(step: str, share: float) -> None:
            bar.update(task, completed=share, description=text.code("reading_steps", step))

        yield tick
