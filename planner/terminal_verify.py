"""A verified plan as a terminal shows it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from textwrap import fill

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from planner.edit_value_words import points
from planner.text import Text
from planner.told import notes
from planner.verification import Verification
from planner.verify_words import (
    chance_sentence,
    interval_words,
    notes_told,
    queue_sentence,
    roster_sentence,
    target_words,
)


@contextmanager
def simulating(text: Text, *, quiet: bool) -> Iterator[Callable[[float], None]]:
    """Show on standard error how far a simulation is."""
    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=notes, disable=quiet, transient=True) as bar:
        task = bar.add_task(text("cli.verify.simulating"), total=1.0)
        yield lambda share: bar.update(task, completed=share)


def show_verification(found: Verification, text: Text) -> None:
    """Print promise, simulation, chances and reasons of every queue, and what they mean."""
    console = Console(highlight=False)
    rows = found.periods("plan").to_dict("records")
    chances, steps = found.chances(), found.steps().set_index(["queue", "step"])["value"]
    periods = found.chance_periods
    title = text("verify.title", replications=text.number(found.replications))
    levels = _table(title, ("target", "promised", "simulated", "interval", *periods), text)
    parting = _table(text("verify.why"), ("promised", *found.model.steps, "simulated"), text)
    for row in rows:
        queue = escape(str(row["queue"]))
        kept = chances[chances["queue"] == row["queue"]].set_index("period")["chance"]
        promised, simulated = text.percent(row["promised"], 1), text.percent(row["simulated"], 1)
        levels.add_row(
            queue,
            target_words(row["target"], text),
            promised,
            simulated,
            interval_words(row["low"], row["high"], text),
            *(text.percent(kept.get(by)) for by in periods),
        )
        moves = [points(steps[row["queue"], step], text) for step in found.model.steps]
        parting.add_row(queue, promised, *moves, simulated)
    if found.model.roster is not None:
        console.print(escape(roster_sentence(found.model.roster, text)))
    console.print(levels)
    console.print(parting)
    for row in rows:
        kept = chances[chances["queue"] == row["queue"]]
        said = f"{queue_sentence(row, text)} {chance_sentence(kept, row['target'], text)}"
        console.print(escape(said.strip()))
    for said in notes_told(found, text):
        console.print(escape(said), style="yellow")


def _table(title: str, columns: Sequence[str], text: Text) -> Table:
    shown = Table(title=title, title_justify="left", box=SIMPLE_HEAD, padding=0)
    shown.add_column(text.column("queue"), overflow="fold")
    for name in columns:
        # As narrow as the figures, so that the steps of a roster fit into 80 columns.
        heading = fill(text(f"verify.columns.{name}"), 9, break_long_words=False)
        shown.add_column(heading, justify="right", overflow="fold")
    return shown
