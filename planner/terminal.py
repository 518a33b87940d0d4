"""Plans, problems and comparisons as a terminal shows them."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from planner.comparison import ALL_QUEUES, DIFFERENCE, KEYS
from planner.plan import Plan
from planner.summary import centre_totals, queue_totals
from planner.text import Text

# A person reads tens of lines; a program asks for --json and gets them all.
PROBLEMS_SHOWN = 60
SUMMARY_COLUMNS = (
    "contacts",
    "agents_net_peak",
    "agents_gross_peak",
    "paid_h",
    "fte",
    "cost",
    "service_level",
    "occupancy",
)


def plan_totals(made: Plan) -> pd.DataFrame:
    """Add a plan up: a row for every queue, then one for the centre, whose queue is empty."""
    span = {
        "weeks": made.scenario.weeks,
        "contract_h_per_week": made.scenario.contract_hours_per_week,
    }
    parts = [
        queue_totals(made.requirement, **span),
        centre_totals(made.requirement, **span),
    ]
    return pd.concat(parts, ignore_index=True)


def show_plan(made: Plan, totals: pd.DataFrame, text: Text) -> None:
    """Print the totals, why each model was chosen, and how many notes there are on the data."""
    console = Console(highlight=False)
    last = made.start + pd.Timedelta(days=7 * made.scenario.weeks - 1)
    title = text(
        "cli.plan_title",
        name=made.scenario.name,
        first=text.date(made.start),
        last=text.date(last),
        minutes=text.number(made.interval_min),
    )
    table = Table(title=escape(title), title_justify="left", box=SIMPLE_HEAD, padding=0)
    table.add_column(text.column("queue"), overflow="fold")
    for name in SUMMARY_COLUMNS:
        table.add_column(text(f"cli.columns.{name}"), justify="right", max_width=11)
    for row in _without_lone_total(totals).to_dict("records"):
        queue = row["queue"] or text("cli.total")
        cells = [text.measure(name, row[name], made.scenario.currency) for name in SUMMARY_COLUMNS]
        table.add_row(escape(str(queue)), *cells, style="bold" if not row["queue"] else None)
    console.print(table)
    console.print(text("cli.shrinkage_identity"))
    console.print(f"\n{text('cli.why')}", style="bold")
    for row in made.choice[made.choice["chosen"]].to_dict("records"):
        console.print(f"  {escape(str(row['queue']))}: {escape(text.choice_reason(row))}")
    counts = made.problems["severity"].value_counts()
    if len(counts):
        console.print(
            text(
                "cli.data_notes",
                errors=text.number(counts.get("error", 0)),
                warnings=text.number(counts.get("warning", 0)),
                notes=text.number(counts.get("info", 0)),
            )
        )


def show_reading(reading: Mapping[str, object], text: Text) -> None:
    """Print how a file was read, decision by decision."""
    console = Console(highlight=False)
    for key, value in reading.items():
        shown = str(value)
        if isinstance(value, Mapping):
            shown = ", ".join(f"{header} → {name}" for header, name in value.items())
        elif key == "separator":
            shown = repr(value)
        if value not in (None, ""):
            console.print(escape(f"{text.code('reading', key)}: {shown}"))


def show_problems(problems: pd.DataFrame, text: Text) -> None:
    """Print what is wrong with a history and what to do about it."""
    console = Console(highlight=False)
    if problems.empty:
        console.print(text("cli.no_problems"), style="green")
        return
    table = Table(box=SIMPLE_HEAD, padding=(0, 1, 0, 0))
    for name in ("severity", "row", "problem", "advice"):
        table.add_column(text.column(name), justify="right" if name == "row" else "left")
    style = {"error": "red", "warning": "yellow", "info": ""}
    for row in problems.head(PROBLEMS_SHOWN).to_dict("records"):
        line = "" if pd.isna(row["row"]) else str(row["row"])
        table.add_row(
            text(f"severities.{row['severity']}"),
            line,
            escape(text.problem(row)),
            escape(text.advice(row)),
            style=style[row["severity"]],
        )
    console.print(table)
    if len(problems) > PROBLEMS_SHOWN:
        console.print(text("cli.more_problems", count=text.number(len(problems) - PROBLEMS_SHOWN)))


def show_comparison(table: pd.DataFrame, currency: str, text: Text) -> None:
    """Print a comparison of plans, a row for every queue and measure."""
    shown = Table(title=text("cli.compare.title"), title_justify="left", box=SIMPLE_HEAD)
    names = [str(name) for name in table.columns if name not in KEYS]
    shown.add_column(text.column("queue"))
    shown.add_column(text.column("kpi"))
    for name in names:
        suffix = DIFFERENCE.format(name="")
        is_difference = name.endswith(suffix) and name.removesuffix(suffix) in names
        header = text("cli.compare.difference") if is_difference else name
        shown.add_column(escape(header), justify="right")
    for row in _without_lone_total(table).to_dict("records"):
        cells = [text.measure(row["kpi"], row[name], currency) for name in names]
        queue = row["queue"] or text("cli.total")
        shown.add_row(escape(str(queue)), text(f"kpis.{row['kpi']}"), *cells)
    Console(highlight=False).print(shown)


def _without_lone_total(table: pd.DataFrame) -> pd.DataFrame:
    """Leave out the centre's rows where they would say the only queue's again."""
    total = table["queue"] == ALL_QUEUES
    return table[~total] if len(set(table.loc[~total, "queue"])) == 1 else table
