"""How a command ends: what a user can cause as sentences and an exit code, tables as JSON."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pandas as pd
from rich.console import Console
from rich.markup import escape

from planner.bounds import ScenarioError
from planner.earlier_plan import EarlierPlanRefused, NotAnEarlierPlan
from planner.edit_value_words import why_earlier_refused
from planner.export import ExportRefused
from planner.exported import NotAPlanFolder
from planner.plan import HistoryRefused
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
            notes.print(escape(text.scenario_problem(problem)), style="red")
        outcome.code = WRONG_USE
    except HistoryRefused as error:
        show_problems(error.problems, text)
        notes.print(escape(text("cli.refused")), style="red")
        outcome.code = ATTENTION
    except (NotAPlanFolder, ExportRefused) as error:
        notes.print(escape(text(f"cli.{error.code}", folder=error.folder)), style="red")
        outcome.code = WRONG_USE
    except (NotAnEarlierPlan, EarlierPlanRefused) as error:
        notes.print(escape(why_earlier_refused(error, text)), style="red")
        outcome.code = WRONG_USE
    except TodayRefused as refused:
        notes.print(escape(why_refused(refused, text)), style="red")
        outcome.code = WRONG_USE
    except ConnectionError as error:
        notes.print(escape(text("cli.no_cluster", reason=str(error))), style="red")
        outcome.code = WRONG_USE
    except OSError as error:
        sentence = text("cli.no_access", file=str(error.filename), reason=str(error.strerror))
        notes.print(escape(sentence), style="red")
        outcome.code = WRONG_USE


def print_json(document: dict[str, Any]) -> None:
    """Print one JSON document for a program to read."""
    sys.stdout.write(json.dumps(document, ensure_ascii=False, indent=2, default=str) + "\n")


def records(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Rows as JSON says them: unknown is null."""
    records: list[dict[str, Any]] = json.loads(table.to_json(orient="records", date_format="iso"))
    return records
