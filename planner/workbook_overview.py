"""The sheets a manager looks at first: the summary with its chart, and the heat maps."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from planner.plan import Plan
from planner.summary import MEASURES, centre_totals, queue_totals
from planner.text import Text
from planner.workbook_format import (
    COLUMN_KINDS,
    HEAT,
    LINE,
    PALETTE,
    Formats,
    set_page,
    write_table,
    write_value,
)

SUMMARY_COLUMNS = ("queue", "channel", *MEASURES)
# What a reader of the summary must know of how it was made; the rest is on its own sheet.
KEY_ASSUMPTIONS = (
    ("weeks", "count"),
    ("shrinkage", "percent"),
    ("cost_per_hour", "fine"),
    ("contract_hours_per_week", "decimal"),
    ("volume_factor", "fine"),
    ("aht_factor", "fine"),
)
_SUMMARY_KINDS = {**COLUMN_KINDS, "contacts": "count", "cost": "count"}


def write_summary(
    book: Any,
    sheet: Any,
    week_sheet: Any,
    plan: Plan,
    formats: Formats,
    text: Text,
    paid_h_cells: str,
) -> None:
    """Write the measures of every queue, their total and its check, key assumptions and a chart.

    Parameters
    ----------
    book, sheet, week_sheet : xlsxwriter workbook and worksheets
        The summary, and the sheet for the numbers of its chart.
    plan : Plan
        The plan.
    formats : Formats
        Of the same workbook.
    text : Text
        The reader's language.
    paid_h_cells : str
        Range of the paid hours of all intervals, which the check adds up.
    """
    scenario = plan.scenario
    span = {
        "weeks": float(scenario.weeks),
        "contract_h_per_week": scenario.contract_hours_per_week,
    }
    queues = queue_totals(plan.requirement, **span)
    queues["channel"] = queues["channel"].map(lambda code: text(f"channels.{code}"))
    total = centre_totals(plan.requirement, **span).assign(queue=text("workbook.total"))
    rows = pd.concat([queues, total], ignore_index=True)[list(SUMMARY_COLUMNS)]
    _write_title(sheet, plan, formats, text)
    top = 3
    heads = [text.column(name, scenario.currency) for name in SUMMARY_COLUMNS]
    traits: list[tuple[str, ...]] = [()] * len(queues) + [("total",)]
    below = write_table(
        sheet, rows, heads, formats, text, top=top, kinds=_SUMMARY_KINDS, traits=traits
    )
    sheet.set_row(top, 45)
    column = SUMMARY_COLUMNS.index("paid_h")
    paid_h = float(rows["paid_h"].iloc[-1])
    _write_check(sheet, (below - 1, column), paid_h, paid_h_cells, formats, text)
    _write_key_assumptions(sheet, below + 4, plan, formats, text)
    chart = _busiest_week_chart(book, week_sheet, plan, formats, text)
    if chart is not None:
        sheet.insert_chart(below + 4, 3, chart, {"object_position": 2})
    sheet.hide_gridlines(2)
    sheet.set_column(0, 0, 32)
    sheet.set_column(1, 1, 16)
    sheet.set_column(2, len(SUMMARY_COLUMNS) - 1, 13)
    sheet.freeze_panes(top + 1, 1)
    set_page(sheet, text)


def _write_title(sheet: Any, plan: Plan, formats: Formats, text: Text) -> None:
    days = plan.requirement["interval_start"].dt.tz_localize(None).dt.date
    title = text("workbook.title", name=plan.scenario.name)
    sheet.write_string(0, 0, title, formats("title"))
    subtitle = text(
        "workbook.subtitle",
        first=text.date(days.min()),
        last=text.date(days.max()),
        minutes=text.number(plan.interval_min),
        zone=plan.scenario.zone,
    )
    sheet.write_string(1, 0, subtitle, formats("subtitle"))


def _write_check(
    sheet: Any,
    total_cell: tuple[int, int],
    paid_h: float,
    paid_h_cells: str,
    formats: Formats,
    text: Text,
) -> None:
    """Add up the intervals by a formula, so that a reader sees the sheets agree."""
    from xlsxwriter.utility import xl_rowcol_to_cell

    row, column = total_cell
    label = text("workbook.check", sheet=text("workbook.intervals"))
    sheet.write_string(row + 1, 0, label, formats("subtitle"))
    looks = formats("decimal", "good"), formats("fine", "good")
    sheet.write_formula(row + 1, column, f"=SUM({paid_h_cells})", looks[0], paid_h)
    sheet.write_string(row + 2, 0, text("workbook.check_difference"), formats("subtitle"))
    cells = xl_rowcol_to_cell(row + 1, column), xl_rowcol_to_cell(row, column)
    sheet.write_formula(row + 2, column, f"=ROUND({cells[0]}-{cells[1]},6)", looks[1], 0)
    wrong = {"type": "cell", "criteria": "!=", "value": 0, "format": formats("fine", "bad")}
    sheet.conditional_format(row + 2, column, row + 2, column, wrong)


def _write_key_assumptions(sheet: Any, top: int, plan: Plan, formats: Formats, text: Text) -> None:
    sheet.write_string(top, 0, text("workbook.assumptions"), formats("section"))
    for row, (key, kind) in enumerate(KEY_ASSUMPTIONS, start=top + 1):
        sheet.write_string(row, 0, text(f"assumptions.{key}"), formats("text"))
        write_value(sheet, row, 1, getattr(plan.scenario, key), formats(kind), text)


def busiest_week(requirement: pd.DataFrame, interval_min: int) -> pd.DataFrame:
    """Take the week that pays most hours, as agents to schedule by interval and queue.

    Returns
    -------
    DataFrame
        Index of naive wall-clock interval starts, seven days of equal hours so that days line up;
        one column per queue that needs people, 0 where it is closed. Empty where none does.
    """
    clock = requirement["interval_start"].dt.tz_localize(None)
    first = clock.min().normalize()
    week = (clock - first).dt.days // 7
    if not requirement["agents_gross"].gt(0).any():
        return pd.DataFrame()
    paid_h = requirement["paid_h"].groupby(week).sum()
    busiest = int(paid_h.index[int(paid_h.to_numpy().argmax())])
    rows = requirement.assign(clock=clock)[week == busiest]
    agents = rows.pivot_table(
        index="clock", columns="queue", values="agents_gross", aggfunc="max", sort=False
    )
    agents = agents.loc[:, agents.gt(0).any()]
    minutes = agents.index.hour * 60 + agents.index.minute
    hours = np.arange(minutes.min(), minutes.max() + 1, interval_min)
    days = first + pd.to_timedelta(7 * busiest + np.arange(7), unit="D")
    grid = [day + pd.Timedelta(minutes=int(minute)) for day in days for minute in hours]
    week_agents: pd.DataFrame = agents.reindex(pd.DatetimeIndex(grid)).fillna(0).astype(np.int64)
    return week_agents


def _busiest_week_chart(book: Any, sheet: Any, plan: Plan, formats: Formats, text: Text) -> Any:
    """Write the busiest week on its sheet and draw it; None where nobody is needed."""
    agents = busiest_week(plan.requirement, plan.interval_min)
    if agents.empty:
        return None
    starts = pd.DatetimeIndex(agents.index)
    labels = [text.day(start) for start in starts]
    times = [text.time(start) for start in starts]
    table = agents.reset_index(drop=True)
    table.insert(0, "date", labels)
    table.insert(1, "time", times)
    kinds = dict.fromkeys(agents.columns, "count")
    heads = [text.column("date"), text.column("time"), *map(str, agents.columns)]
    below = write_table(sheet, table, heads, formats, text, kinds=kinds)
    sheet.freeze_panes(1, 2)
    sheet.set_column(0, len(heads) - 1, 14)
    set_page(sheet, text, repeat=0)
    chart = book.add_chart({"type": "column", "subtype": "stacked"})
    name = sheet.get_name()
    for column in range(2, len(heads)):
        chart.add_series(
            {
                "name": [name, 0, column],
                "categories": [name, 1, 0, below - 1, 0],
                "values": [name, 1, column, below - 1, column],
                "fill": {"color": PALETTE[(column - 2) % len(PALETTE)]},
                "gap": 0,
            }
        )
    per_day = len(agents) // 7
    chart.set_title(
        {
            "name": text("workbook.chart_title", first=text.date(starts[0])),
            "name_font": {"size": 12, "bold": True},
            "overlay": False,
        }
    )
    # Without a text axis, Excel would gather all intervals of a day into one point.
    chart.set_x_axis({"text_axis": True, "interval_unit": per_day, "interval_tick": per_day})
    chart.set_y_axis(
        {
            "name": text("workbook.chart_agents"),
            "major_gridlines": {"visible": True, "line": {"color": LINE, "width": 0.5}},
        }
    )
    chart.set_legend({"position": "bottom"})
    chart.set_size({"width": 1040, "height": 380})
    return chart


def write_heat_maps(sheet: Any, plan: Plan, formats: Formats, text: Text) -> None:
    """Write agents to schedule by day and time of day, for the centre and then for each queue."""
    requirement = plan.requirement
    clock = requirement["interval_start"].dt.tz_localize(None)
    cells = requirement.assign(
        date=clock.dt.normalize(), minute=clock.dt.hour * 60 + clock.dt.minute
    )
    # An hour that the clock repeats is one column: its higher need is shown.
    by_queue = cells.groupby(["queue", "date", "minute"], sort=False)["agents_gross"].max()
    minutes = np.sort(cells["minute"].unique())
    dates = pd.DatetimeIndex(np.sort(cells["date"].unique()))
    maps = {text("workbook.all_queues"): by_queue.groupby(["date", "minute"]).sum()}
    for queue, agents in by_queue.groupby("queue", sort=False):
        if agents.gt(0).any():
            maps[str(queue)] = agents.droplevel("queue")
    top = 0
    for name, agents in maps.items():
        title = text("workbook.heat_map_title", queue=name)
        cells = agents.reset_index()
        grid = cells.pivot_table(index="date", columns="minute", values="agents_gross")
        grid = grid.reindex(index=dates, columns=minutes)
        top = _write_heat_map(sheet, top, title, grid, formats, text)
    sheet.freeze_panes(0, 1)
    sheet.hide_gridlines(2)
    sheet.set_column(0, 0, 17)
    sheet.set_column(1, max(len(minutes), 1), 4.6)
    set_page(sheet, text)


def _write_heat_map(
    sheet: Any, top: int, title: str, grid: pd.DataFrame, formats: Formats, text: Text
) -> int:
    """Write one map and return the row where the next one starts."""
    sheet.write_string(top, 0, title, formats("section"))
    sheet.write_string(top + 1, 0, text.column("date"), formats("head"))
    for column, minute in enumerate(grid.columns.tolist(), start=1):
        clock = pd.Timestamp(0) + pd.Timedelta(minutes=int(minute))
        sheet.write_string(top + 1, column, text.time(clock), formats("small"))
    for row, (date, agents) in enumerate(grid.iterrows(), start=top + 2):
        write_value(sheet, row, 0, date, formats("date"), text)
        for column, value in enumerate(agents.tolist(), start=1):
            write_value(sheet, row, column, value, formats("small"), text)
    last = top + 1 + len(grid)
    scale = {"type": "3_color_scale", **HEAT}
    sheet.conditional_format(top + 2, 1, last, len(grid.columns), scale)
    return last + 2
