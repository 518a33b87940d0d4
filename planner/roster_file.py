"""A roster as a person keeps it: a row for each agent and shift, read with all its faults.

Local wall-clock times become seconds from the plan's first interval, right on days of 23 and 25
hours. Nothing of a roster with errors is used: a person who is not read would be missed.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO

import numpy as np
import pandas as pd

from forecasting.reading.cell_clock import DAY_S
from planner.roster import ROSTER_PROBLEMS, Roster, RosterAgent, RosterShift
from planner.roster_skills import read_skills
from planner.roster_times import (
    BREAKS_FORM,
    DATE_FORM,
    TIME_FORM,
    from_first,
    later,
    read_breaks,
    read_days,
    read_times,
    written,
)
from planner.table_file import Field, TableFile, read_table_file
from planner.verify_queues import PlanTables, intervals_of, simulated_rows

FIELDS = (
    Field(name="agent", words=(
        "agent", "agente", "name", "nombre", "agent name", "nombre del agente", "employee",
        "empleado", "person", "persona", "operator", "operador", "login", "asesor", "id agente",
        "agent id", "id empleado", "employee id",
    )),
    Field(name="date", words=(
        "date", "fecha", "day", "dia", "shift date", "fecha del turno", "fecha turno",
    )),
    Field(name="start", words=(
        "start", "inicio", "from", "desde", "start time", "hora inicio", "hora de inicio",
        "shift start", "inicio turno", "inicio del turno", "entrada", "hora entrada",
        "hora de entrada", "begin",
    )),
    Field(name="end", words=(
        "end", "fin", "to", "until", "hasta", "end time", "hora fin", "hora de fin", "shift end",
        "fin turno", "fin del turno", "salida", "hora salida", "hora de salida", "finish",
    )),
    Field(name="breaks", required=False, words=(
        "breaks", "descansos", "break", "descanso", "pauses", "pausas", "pausa", "lunch", "comida",
    )),
    Field(name="skills", required=False, words=(
        "skills", "habilidades", "skill", "habilidad", "queues", "colas", "queue", "cola",
        "teams", "equipos", "team", "equipo", "campañas", "servicio", "servicios", "services",
    )),
)  # fmt: skip


LONGEST_SHIFT_S, LONGEST_SHIFT = 16 * 3600.0, "<= 16 h"
"""Of a longer one an end in the afternoon was perhaps meant."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RosterReading:
    """What a file gives.

    Attributes
    ----------
    roster : Roster or None
        None if there is an error.
    problems : DataFrame
        All that is to be said about the file.
    """

    roster: Roster | None
    problems: pd.DataFrame


def read_roster(
    source: Path | str | bytes | BinaryIO, plan: PlanTables, *, name: str = ""
) -> RosterReading:
    """Read a roster for the days of a plan.

    Parameters
    ----------
    source : Path, str, bytes or binary file
        A table with `FIELDS`: one row an agent and shift. A date is yyyy-mm-dd, dd/mm/yyyy or a
        date of a workbook; an end before the start is on the next day; a row without times, or
        whose end is its start, is a day off; skills are names of the plan's queues or teams, the
        preferred first.
    plan : PlanTables
        A `Plan`, or a plan of `read_exported`.
    name : str
        Of an upload; a path has its own.

    Raises
    ------
    NothingToVerify
        If nobody serves any queue of the plan.
    """
    table = _without_days_off(read_table_file(source, FIELDS, name=name))
    if table.rows.empty:
        return RosterReading(roster=None, problems=table.problems.table())
    starts = intervals_of(simulated_rows(plan), plan.interval_min)
    horizon_s = 60.0 * plan.interval_min * len(starts)
    first, rows = starts[0], table.rows
    _mark("agent_blank", rows["agent"] == "", table, "agent")
    skills = read_skills(table, plan.requirement)
    shifts = _shifts(table, first)
    breaks = _breaks(table, shifts, first)
    _overlaps(table, shifts)
    lasting = shifts["end_s"] > shifts["start_s"]
    inside = lasting & (shifts["end_s"] > 0) & (shifts["start_s"] < horizon_s)
    left_out = int((lasting & ~inside).sum())
    if left_out:
        code = "shifts_outside_plan" if inside.any() else "roster_outside_plan"
        planned = f"{first:%Y-%m-%d} – {starts[-1]:%Y-%m-%d}"
        severity = ROSTER_PROBLEMS[code]
        table.problems.add(code, severity=severity, found=str(left_out), expected=planned)
    if table.problems.has_errors:
        return RosterReading(roster=None, problems=table.problems.table())
    agents = _agents(rows, shifts[inside], breaks, skills, horizon_s)
    roster = Roster(name=table.problems.file, agents=agents, shifts_left_out=left_out)
    return RosterReading(roster=roster, problems=table.problems.table())


def _without_days_off(table: TableFile) -> TableFile:
    """Leave out rows without working time: blank, a word like Libre, or an end at the start."""
    rows = table.rows
    worded = ~rows["start"].astype(str).str.contains("[0-9]")
    start, end = (read_times(rows[name]) for name in ("start", "end"))
    alike = (rows["end"] == "") | (rows["end"] == rows["start"])
    off = (worded & alike) | (start == end)
    if off.any():
        table.problems.add(
            "days_off", severity=ROSTER_PROBLEMS["days_off"], found=str(int(off.sum()))
        )
        if off.all():
            table.problems.add("rows_missing")
    return replace(table, rows=rows[~off].reset_index(drop=True))


def _mark(
    code: str, wrong: pd.Series, table: TableFile, field: str, expected: str | pd.Series = ""
) -> None:
    """Tell of a field in each row that is marked."""
    at = np.flatnonzero(wrong)
    beside = expected if isinstance(expected, str) else expected.iloc[at]
    found, severity = table.rows[field].iloc[at], ROSTER_PROBLEMS[code]
    table.tell(code, field, at, found, beside, severity=severity)


def _shifts(table: TableFile, first: pd.Timestamp) -> pd.DataFrame:
    """Return when each row's shift is: on the wall, and in seconds of the plan; NaN if unread."""
    rows = table.rows
    days = read_days(rows["date"])
    # Read together, because 9 and 17 mean hours only if neither column says 1730.
    both = read_times(pd.concat([rows["start"], rows["end"]]))
    start, end = both[: len(rows)], both[len(rows) :]
    _mark("date_unreadable", days.isna(), table, "date", DATE_FORM)
    for field, seconds in (("start", start), ("end", end)):
        _mark("time_unreadable", pd.Series(np.isnan(seconds)), table, field, TIME_FORM)
    # From midnight to 24:00 is a day; a row whose end is its start is none.
    length = np.where(end - start == DAY_S, DAY_S, later(end, start))
    _mark("shift_long", pd.Series(length > LONGEST_SHIFT_S), table, "end", LONGEST_SHIFT)
    wall = days + pd.to_timedelta(start, unit="s")
    shifts = pd.DataFrame({"clock_s": start, "length_s": length, "wall": wall})
    for name, moment in (("start", wall), ("end", wall + pd.to_timedelta(length, unit="s"))):
        shifts[f"{name}_s"], moved = from_first(moment, first)
        _told_moved(table, moved, moment, name)
    return shifts


def _told_moved(table: TableFile, moved: np.ndarray, wall: pd.Series, field: str) -> None:
    """Tell of times that the clocks skip in spring."""
    at = np.flatnonzero(moved > 0)
    if not at.size:
        return
    form = "%Y-%m-%d %H:%M"
    next_there_is = wall.iloc[at] + pd.to_timedelta(moved[at], unit="s")
    table.tell(
        "time_does_not_exist",
        field,
        at,
        wall.iloc[at].dt.strftime(form),
        next_there_is.dt.strftime(form),
        severity="warning",
        done="converted",
    )


def _breaks(table: TableFile, shifts: pd.DataFrame, first: pd.Timestamp) -> pd.DataFrame:
    """Return the breaks of all shifts: cell (place of the row), start_s and end_s of the plan."""
    read = read_breaks(table.rows["breaks"])
    of = shifts.iloc[read["cell"]].reset_index(drop=True)
    after = later(read["from"].to_numpy(), of["clock_s"].to_numpy())
    length = later(read["until"].to_numpy(), read["from"].to_numpy())
    unread = ~(length > 0)  # NaN too
    _mark_breaks("breaks_unreadable", read[unread], table, BREAKS_FORM)
    outside = ~unread & (after + length > of["length_s"].to_numpy())
    spans = written(of["clock_s"]) + "-" + written(of["clock_s"] + of["length_s"])
    _mark_breaks("break_outside_shift", read[outside], table, spans[outside])
    starts = of["wall"] + pd.to_timedelta(after, unit="s")
    found = read.assign(after=after, ends=after + length)
    found["start_s"], _ = from_first(starts, first)
    # A break has the length it is written with, also where the clocks change within it.
    found["end_s"] = found["start_s"] + length
    found = found[~unread & ~outside].sort_values(["cell", "after"], ignore_index=True)
    before = found.groupby("cell")[["ends", "text"]].shift()
    clash = found["after"] < before["ends"]
    _mark_breaks("breaks_overlap", found[clash], table, before.loc[clash, "text"])
    return found[["cell", "start_s", "end_s"]]


def _mark_breaks(
    code: str, wrong: pd.DataFrame, table: TableFile, expected: str | pd.Series[str]
) -> None:
    severity = ROSTER_PROBLEMS[code]
    cells = wrong["cell"].to_numpy()
    table.tell(code, "breaks", cells, wrong["text"], expected, severity=severity)


def _overlaps(table: TableFile, shifts: pd.DataFrame) -> None:
    """Find shifts of one agent that begin before another has ended."""
    known = shifts.assign(agent=table.rows["agent"], row=table.rows["row"]).dropna()
    known = known[known["agent"] != ""].sort_values(["agent", "start_s", "row"], kind="stable")
    of_agent = known.groupby("agent")
    # The longest shift so far may reach beyond the one before.
    until = of_agent["end_s"].transform(lambda ends: ends.cummax().shift())
    clash = known["start_s"] < until
    wrong = clash.reindex(table.rows.index, fill_value=False)
    other = of_agent["row"].shift().reindex(table.rows.index).astype("Int64").astype(str)
    _mark("shifts_overlap", wrong, table, "agent", other)


def _agents(
    rows: pd.DataFrame,
    shifts: pd.DataFrame,
    breaks: pd.DataFrame,
    skills: dict[str, tuple[str, ...]],
    horizon_s: float,
) -> tuple[RosterAgent, ...]:
    """Make people of their rows, cut to the plan."""
    pauses: dict[int, list[tuple[float, float]]] = {}
    cut = breaks.assign(**breaks[["start_s", "end_s"]].clip(0.0, horizon_s))
    for cell, start, end in cut[cut["start_s"] < cut["end_s"]].itertuples(index=False):
        pauses.setdefault(cell, []).append((start, end))
    people: dict[str, list[RosterShift]] = {}
    ordered = shifts[["start_s", "end_s"]].sort_values("start_s", kind="stable")
    names = rows["agent"].loc[ordered.index].astype(str)
    spans = ordered.clip(0.0, horizon_s).itertuples()
    for name, (number, start, end) in zip(names, spans, strict=True):
        shift = RosterShift(start_s=start, end_s=end, breaks=tuple(pauses.get(number, ())))
        people.setdefault(name, []).append(shift)
    return tuple(
        RosterAgent(name=name, skills=skills[name], shifts=tuple(people[name]))
        for name in sorted(people)
    )
