"""The sheets of the forecast: totals with their bands, choice of models, accuracy."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd

from forecasting.accuracy import ACCURACY_COLUMNS
from planner.plan import Plan
from planner.text import Text
from planner.workbook_format import (
    COLUMN_KINDS,
    EXCEL_ROWS,
    LINE,
    PALETTE,
    Formats,
    fit_rows,
    set_page,
    translated,
    write_table,
)

TOTAL_COLUMNS = (
    "queue",
    "period",
    "period_start",
    "days",
    "contacts",
    "contacts_q0.025",
    "contacts_q0.1",
    "contacts_q0.9",
    "contacts_q0.975",
)
CHOICE_COLUMNS = (
    "queue",
    "model",
    "weight",
    "chosen",
    "wape",
    "day_wape",
    "bias",
    "folds",
    "reason",
)
SHEET_ACCURACY_COLUMNS = ("queue", "model", "lead_days", *ACCURACY_COLUMNS)
# What a planner looks for first.
_PERIODS = ("week", "month", "day")
_WHOLE_CENTRE, _CHOSEN = "", "chosen"


def write_totals(book: Any, sheet: Any, plan: Plan, formats: Formats, text: Text) -> None:
    """Write the contacts of weeks, months and days with their bands, and a chart of the weeks.

    Parameters
    ----------
    book, sheet : xlsxwriter workbook and worksheet
        Where to write.
    plan : Plan
        The plan.
    formats : Formats
        Of the same workbook.
    text : Text
        The reader's language.
    """
    totals = plan.totals
    order = totals.assign(
        of_queues=totals["queue"] != _WHOLE_CENTRE,
        place=totals["period"].map(_PERIODS.index),
    ).sort_values(["place", "of_queues"], kind="stable")
    rows = order[list(TOTAL_COLUMNS)].head(EXCEL_ROWS - 1)
    table = rows.assign(
        queue=rows["queue"].where(rows["queue"] != _WHOLE_CENTRE, text("workbook.all_queues")),
        period=translated(rows["period"], "periods", text),
    )
    kinds = {**COLUMN_KINDS, **{name: "count" for name in TOTAL_COLUMNS if "contacts" in name}}
    heads = [text.column(name) for name in TOTAL_COLUMNS]
    traits = [("chosen",) if queue == _WHOLE_CENTRE else () for queue in rows["queue"]]
    below = write_table(sheet, table, heads, formats, text, kinds=kinds, traits=traits)
    sheet.autofilter(0, 0, max(below - 1, 1), len(TOTAL_COLUMNS) - 1)
    sheet.freeze_panes(1, 1)
    sheet.set_row(0, 45)
    sheet.set_column(0, 0, 18)
    sheet.set_column(1, 1, 10)
    sheet.set_column(2, 2, 18)
    sheet.set_column(3, len(TOTAL_COLUMNS) - 1, 12)
    set_page(sheet, text, repeat=0)
    if len(rows):
        chart = _weeks_chart(book, sheet, rows, text)
        sheet.insert_chart(1, len(TOTAL_COLUMNS) + 1, chart, {"object_position": 2})


def _weeks_chart(book: Any, sheet: Any, rows: pd.DataFrame, text: Text) -> Any:
    """Draw the first queue's weeks, the whole centre's where there is one, with their bands."""
    queue = str(rows["queue"].iloc[0])
    weeks = rows[(rows["queue"] == queue) & (rows["period"] == _PERIODS[0])]
    name, last = sheet.get_name(), len(weeks)
    # Lines from low to high: error bars of their own numbers are lost on other programs.
    looks = {
        "contacts": {"type": "square", "size": 9, "fill": {"color": PALETTE[0]}},
        "contacts_q0.1": {"type": "long_dash", "size": 9, "fill": {"color": PALETTE[5]}},
        "contacts_q0.9": {"type": "long_dash", "size": 9, "fill": {"color": PALETTE[5]}},
    }
    chart = book.add_chart({"type": "line"})
    for head, look in looks.items():
        column = TOTAL_COLUMNS.index(head)
        chart.add_series(
            {
                "name": [name, 0, column],
                "categories": [name, 1, 2, last, 2],
                "values": [name, 1, column, last, column],
                "line": {"none": True},
                "marker": {**look, "border": {"none": True}},
            }
        )
    chart.set_high_low_lines({"line": {"color": PALETTE[5], "width": 2.25}})
    title = text("workbook.totals_title", queue=queue or text("workbook.all_queues"))
    font = {"size": 12, "bold": True}
    chart.set_title({"name": title, "name_font": font, "overlay": False})
    chart.set_x_axis({"text_axis": True, "num_format": "dd/mm"})
    gridlines = {"visible": True, "line": {"color": LINE, "width": 0.5}}
    low = float(weeks["contacts_q0.1"].min())
    digit = 10.0 ** max(0, len(f"{low:.0f}") - 2)
    # Marks need no axis from 0, on which the bands would be too short to see.
    lowest = math.floor(0.95 * low / digit) * digit
    chart.set_y_axis({"num_format": "#,##0", "min": lowest, "major_gridlines": gridlines})
    chart.set_legend({"position": "bottom"})
    chart.set_size({"width": 640, "height": 340})
    return chart


def write_choice(sheet: Any, plan: Plan, formats: Formats, text: Text) -> None:
    """Write the leaderboard of forecast models, with the reason of each choice as a sentence.

    Parameters are those of `write_totals`.
    """
    records = plan.choice.to_dict("records")
    chosen = plan.choice["chosen"].to_numpy(dtype=bool)
    weight = plan.choice["weight"]
    table = plan.choice.assign(
        model=translated(plan.choice["model"], "models", text),
        weight=weight.where(weight > 0),
        chosen=np.where(chosen, text("answers.yes"), ""),
        reason=[text.choice_reason(record) if record["chosen"] else "" for record in records],
    )[list(CHOICE_COLUMNS)]
    heads = [text.column(name) for name in CHOICE_COLUMNS]
    traits = [("chosen",) if row else () for row in chosen]
    kinds = {**COLUMN_KINDS, "reason": "wrapped"}
    write_table(sheet, table, heads, formats, text, kinds=kinds, traits=traits)
    fit_rows(sheet, 1, table[["reason"]].to_numpy().tolist(), 80)
    sheet.freeze_panes(1, 1)
    sheet.set_row(0, 45)
    last = len(CHOICE_COLUMNS) - 1
    sheet.set_column(0, 0, 18)
    sheet.set_column(1, 1, 36)
    sheet.set_column(2, last - 1, 14)
    sheet.set_column(last, last, 80)
    set_page(sheet, text, repeat=0)


def write_accuracy(sheet: Any, plan: Plan, formats: Formats, text: Text) -> None:
    """Write how wrong each queue's forecast was, beside its rivals and the floor of chance.

    Parameters are those of `write_totals`.
    """
    rows = plan.accuracy[list(SHEET_ACCURACY_COLUMNS)].head(EXCEL_ROWS - 3)
    table = rows.assign(
        queue=rows["queue"].where(rows["queue"] != _WHOLE_CENTRE, text("workbook.all_queues")),
        model=translated(rows["model"], "models", text),
    )
    sheet.write_string(0, 0, text("workbook.accuracy_about"), formats("subtitle"))
    heads = [text.column(name) for name in SHEET_ACCURACY_COLUMNS]
    traits = [("chosen",) if model == _CHOSEN else () for model in rows["model"]]
    below = write_table(sheet, table, heads, formats, text, top=1, traits=traits)
    sheet.autofilter(1, 0, max(below - 1, 2), len(SHEET_ACCURACY_COLUMNS) - 1)
    sheet.freeze_panes(2, 2)
    sheet.set_row(1, 60)
    sheet.set_column(0, 0, 18)
    sheet.set_column(1, 1, 34)
    sheet.set_column(2, len(SHEET_ACCURACY_COLUMNS) - 1, 14)
    set_page(sheet, text, repeat=1)
