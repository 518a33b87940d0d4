"""An example of a roster for a plan, to be filled in by whoever keeps one."""

from __future__ import annotations

from datetime import date

import pandas as pd

from planner.export import csv_bytes, usual_dialect
from planner.roster_file import FIELDS
from planner.text import Text
from planner.verify_queues import PlanTables, simulated_rows

AGENTS = ("Ana", "Luis", "Eva")
_LONGEST_H = 8
_BREAK = pd.Timedelta(minutes=30)


def roster_template(plan: PlanTables, text: Text) -> bytes:
    """Write three example rows with a plan's own queues and days, as a CSV file.

    Parameters
    ----------
    plan : PlanTables
        A `Plan`, or a plan of `read_exported`.
    text : Text
        The reader's language: of the headings, and of the Excel that opens it.

    Raises
    ------
    NothingToVerify
        If nobody serves any queue of the plan.
    """
    rows = simulated_rows(plan)
    wall = rows["interval_start"].dt.tz_localize(None)
    rows = rows.assign(wall=wall, day=wall.dt.normalize())
    queues = [str(queue) for queue in rows["queue"].unique()]
    # A name with a mark that parts skills can only stand alone.
    together = queues[:1] if any(set(queue) & set(";|") for queue in queues[:2]) else queues[:2]
    spanish = text.language == "es"
    shifts = []
    for number, (agent, skills) in enumerate(
        zip(AGENTS, (queues[:1], queues[-1:], together), strict=True)
    ):
        own = rows[rows["queue"] == skills[0]]
        days = own["day"].unique()[:2]
        day = days[number % len(days)]
        shift = _shift(own.loc[own["day"] == day, "wall"], plan, spanish)
        shifts.append((agent, *shift, "; ".join(skills)))
    headings = [text(f"roster.columns.{field.name}") for field in FIELDS]
    table = pd.DataFrame(shifts, columns=headings)
    return csv_bytes(table, usual_dialect(text.language))


def _shift(open_: pd.Series, plan: PlanTables, spanish: bool) -> tuple[str, str, str, str]:
    """Return date, start, end and a break of a shift in the hours of a day."""
    start = open_.min()
    closes = open_.max() + pd.Timedelta(minutes=plan.interval_min)
    end = min(start + pd.Timedelta(hours=_LONGEST_H), closes)
    pause = start + ((end - start) / 2).floor("30min")
    breaks = ""
    if end - start > 3 * _BREAK:
        breaks = f"{pause:%H:%M}-{pause + _BREAK:%H:%M}"
    day: date = start.date()
    return f"{day:%d/%m/%Y}" if spanish else f"{day}", f"{start:%H:%M}", f"{end:%H:%M}", breaks
