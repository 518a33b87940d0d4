"""The plan as an Excel workbook in the reader's language, made to be read, printed and checked.

Text is always written as text: a queue called "=cmd()" stays a name. Times are the wall clock of
the site, as real dates; a figure that does not exist is a blank cell, not a zero.
"""

from __future__ import annotations

from datetime import UTC, datetime
from io import BytesIO
from typing import Any

import numpy as np
import pandas as pd

from planner.edits import BEFORE
from planner.plan import Plan
from planner.scenario import Scenario
from planner.scenario_file import scenario_toml
from planner.text import Text, catalogue
from planner.workbook_assumptions import write_assumptions
from planner.workbook_forecast import write_accuracy, write_choice, write_totals
from planner.workbook_format import (
    EXCEL_ROWS,
    Formats,
    fit_rows,
    set_page,
    translated,
    write_table,
)
from planner.workbook_overview import write_heat_maps, write_summary

SHEETS = (
    "summary",
    "intervals",
    "heat_map",
    "busiest_week",
    "totals",
    "forecast_choice",
    "accuracy",
    "assumptions",
    "problems",
)
INTERVAL_COLUMNS = (
    "queue",
    "channel",
    "interval_start",
    "contacts",
    "contacts_q0.1",
    "contacts_q0.9",
    "aht_s",
    "load_erlangs",
    "agents_net",
    "agents_gross",
    "agents_apart",
    "service_level",
    "service_level_target",
    "asa_s",
    "abandonment",
    "occupancy",
    "binding",
    "paid_h",
    "cost",
    "model",
    "team",
)
PROBLEM_COLUMNS = (
    "severity",
    "problem",
    "advice",
    "file",
    "row",
    "column",
    "queue",
    "found",
    "expected",
)
# The scenario's own page, for a program that reads the workbook back.
SCENARIO_SHEET = "scenario.toml"
# A workbook says when it was made; without a clock it says nothing that could be true.
_UNDATED = datetime(2000, 1, 1)  # noqa: DTZ001 - Excel's dates have no zone


def workbook_bytes(plan: Plan, language: str = "en", *, created: str | None = None) -> bytes:
    """Make the workbook of a plan.

    Parameters
    ----------
    plan : Plan
        The plan.
    language : str
        A key of `planner.text.LANGUAGES`.
    created : str, optional
        When, in ISO 8601; the caller's clock, since nothing here reads one.

    Returns
    -------
    bytes
        An XLSX file; the same plan, language and time give the same bytes.
    """
    import xlsxwriter

    text = catalogue(language)
    buffer = BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(buffer, options) as book:
        made = _UNDATED
        if created:
            made = datetime.fromisoformat(created).astimezone(UTC).replace(tzinfo=None)
        book.set_properties({"title": plan.scenario.name, "created": made})
        formats = Formats(book, text)
        sheets = {name: book.add_worksheet(text(f"workbook.{name}")) for name in SHEETS}
        paid_h_cells = _write_intervals(sheets["intervals"], plan, formats, text)
        write_summary(
            book, sheets["summary"], sheets["busiest_week"], plan, formats, text, paid_h_cells
        )
        write_heat_maps(sheets["heat_map"], plan, formats, text)
        write_totals(book, sheets["totals"], plan, formats, text)
        write_choice(sheets["forecast_choice"], plan, formats, text)
        write_accuracy(sheets["accuracy"], plan, formats, text)
        write_assumptions(sheets["assumptions"], plan, formats, text, created)
        _write_problems(sheets["problems"], plan, formats, text)
        if plan.scenario.edits:
            _write_scenario(book.add_worksheet(SCENARIO_SHEET), plan.scenario)
    return buffer.getvalue()


def _write_intervals(sheet: Any, plan: Plan, formats: Formats, text: Text) -> str:
    """Write every queue and interval, and return the range of cells that hold the paid hours."""
    from xlsxwriter.utility import xl_col_to_name, xl_range_abs

    table = plan.requirement.head(EXCEL_ROWS - 1)
    targets = {
        str(queue): plan.scenario.staffing_rule(str(queue), str(channel)).target.service_level
        for queue, channel in table[["queue", "channel"]].drop_duplicates().to_numpy()
    }
    models = {code: text.staffing_model(code) for code in table["model"].unique()}
    table = table.assign(
        channel=translated(table["channel"], "channels", text),
        binding=translated(table["binding"], "binding", text),
        model=table["model"].map(models),
        interval_start=table["interval_start"].dt.tz_localize(None),
        service_level_target=table["queue"].map(targets).astype(np.float64),
    )[_columns(table)]
    columns = list(table.columns)
    heads = [text.column(name, plan.scenario.currency) for name in columns]
    below = write_table(sheet, table, heads, formats, text)
    sheet.freeze_panes(1, 3)
    sheet.autofilter(0, 0, max(below - 1, 1), len(columns) - 1)
    sheet.set_row(0, 45)
    sheet.set_column(0, 0, 18)
    sheet.set_column(1, 1, 14)
    sheet.set_column(2, 2, 22)
    sheet.set_column(3, len(columns) - 1, 12)
    for wide in ("binding", "model"):
        sheet.set_column(columns.index(wide), columns.index(wide), 26)
    set_page(sheet, text, repeat=0)
    got, promised = columns.index("service_level"), columns.index("service_level_target")
    cells = [f"${xl_col_to_name(column)}2" for column in (got, promised)]
    sheet.conditional_format(
        1,
        got,
        max(below - 1, 1),
        got,
        {
            "type": "formula",
            "criteria": f"=AND(ISNUMBER({cells[0]}),ISNUMBER({cells[1]}),{cells[0]}<{cells[1]})",
            "format": formats("percent", "bad"),
        },
    )
    paid_h = columns.index("paid_h")
    return f"'{sheet.get_name()}'!{xl_range_abs(1, paid_h, max(below - 1, 1), paid_h)}"


def _columns(table: pd.DataFrame) -> list[str]:
    """Columns of the intervals; what was forecast before any edits stands beside the forecast."""
    columns = list(INTERVAL_COLUMNS)
    if BEFORE in table:
        columns.insert(columns.index("contacts") + 1, BEFORE)
    return columns


def _write_scenario(sheet: Any, scenario: Scenario) -> None:
    """Write the scenario's page line by line on a sheet that only programs need."""
    for row, line in enumerate((SCENARIO_SHEET, *scenario_toml(scenario).splitlines())):
        sheet.write_string(row, 0, line)
    sheet.hide()


def _write_problems(sheet: Any, plan: Plan, formats: Formats, text: Text) -> None:
    """Write what was wrong with the data, what it means and what to do."""
    problems = plan.problems
    records = problems.to_dict("records")
    table = problems.assign(
        severity=translated(problems["severity"], "severities", text),
        problem=[text.problem(record) for record in records],
        advice=[text.advice(record) for record in records],
    )[list(PROBLEM_COLUMNS)].head(EXCEL_ROWS - 1)
    heads = [text.column(name) for name in PROBLEM_COLUMNS]
    kinds = {**dict.fromkeys(PROBLEM_COLUMNS, "wrapped"), "row": "count"}
    below = write_table(sheet, table, heads, formats, text, kinds=kinds)
    fit_rows(sheet, 1, table[["problem", "advice"]].to_numpy().tolist(), 60)
    if problems.empty:
        sheet.write_string(1, 0, text("workbook.no_problems"), formats("subtitle"))
    sheet.autofilter(0, 0, max(below - 1, 1), len(PROBLEM_COLUMNS) - 1)
    sheet.freeze_panes(1, 0)
    for column, width in enumerate((10, 60, 60, 24, 8, 16, 14, 24, 24)):
        sheet.set_column(column, column, width)
    marked = {"type": "cell", "criteria": "==", "format": formats("text", "bad")}
    value = f'"{text("severities.error")}"'
    sheet.conditional_format(1, 0, max(below - 1, 1), 0, marked | {"value": value})
    set_page(sheet, text, repeat=0)
