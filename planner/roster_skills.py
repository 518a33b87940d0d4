"""What the people of a roster can do: names of a plan's queues or teams, the preferred first."""

from __future__ import annotations

import re
from collections.abc import Mapping

import numpy as np
import pandas as pd

from forecasting.reading.columns import key_of
from planner.roster import ROSTER_PROBLEMS
from planner.table_file import TableFile
from staffing.rules import BOT_CHANNELS

Skills = tuple[str, ...]

_BETWEEN = re.compile(r"[;|\n]")


def skills_of_plan(requirement: pd.DataFrame) -> Skills:
    """Name the queues of a plan, then its teams of several queues."""
    queues, teams = (map(str, requirement[name].unique()) for name in ("queue", "team"))
    return tuple(dict.fromkeys([*queues, *teams]))


def read_skills(table: TableFile, requirement: pd.DataFrame) -> dict[str, Skills]:
    """Return the skills of each agent, and tell what cannot be.

    One person has one set of skills: stated once it holds on every row, stated twice it is the
    same. Nobody needs to state it where the plan has one team only.

    Parameters
    ----------
    table : TableFile
        With agent and skills.
    requirement : DataFrame
        Of the plan.
    """
    known = skills_of_plan(requirement)
    names = {key: name for name in reversed(known) if (key := key_of(name))}
    names |= {name: name for name in known}
    rows = table.rows[["row", "agent", "skills"]]
    read = {cell: _skills(cell, names) for cell in rows["skills"].unique()}
    rows = rows.assign(
        own=rows["skills"].map(lambda cell: read[cell][0]),
        strange=rows["skills"].map(lambda cell: read[cell][1]),
    )
    unknown = rows.explode("strange").dropna(subset="strange")
    _mark("skill_unknown", unknown, table, unknown["strange"], "; ".join(known))
    stated = rows[(rows["own"].str.len() > 0) & (rows["strange"].str.len() == 0)]
    first = stated.drop_duplicates("agent").set_index("agent")
    found: dict[str, Skills] = dict(zip(first.index, first["own"], strict=True))
    others = stated[stated["own"] != stated["agent"].map(found)]
    lines = others["agent"].map(first["row"]).astype(str)
    _mark("skills_contradict", others, table, others["skills"], lines.to_numpy(dtype=object))
    silent = rows[~rows["agent"].isin([*found, ""]) & (rows["skills"] == "")]
    silent = silent.drop_duplicates("agent")
    people = requirement[~requirement["channel"].isin(BOT_CHANNELS)]
    teams = tuple(str(team) for team in people["team"].unique())
    if len(teams) > 1:
        _mark("skills_blank", silent, table, silent["agent"], "; ".join(known))
    return found | dict.fromkeys(silent["agent"], teams[:1])


def _mark(
    code: str,
    rows: pd.DataFrame,
    table: TableFile,
    found: pd.Series[str],
    expected: str | np.ndarray,
) -> None:
    table.problems.add_rows(
        code,
        rows["row"].to_numpy(),
        column=table.headers.get("skills", ""),
        found=found.to_numpy(dtype=object),
        expected=expected,
        severity=ROSTER_PROBLEMS[code],
    )


def _skills(cell: str, names: Mapping[str, str]) -> tuple[Skills, tuple[str, ...]]:
    """Return the skills of a cell, and what in it is none."""
    own: list[str] = []
    strange: list[str] = []
    whole = _named([cell], names)  # a name may hold any mark
    for piece in [] if whole else filter(None, map(str.strip, _BETWEEN.split(cell))):
        # A comma parts skills only where a name has none.
        found = _named([piece], names) or _named(piece.split(","), names)
        own += found
        strange += [] if found else [piece]
    return tuple(dict.fromkeys(whole or own)), tuple(strange)


def _named(pieces: list[str], names: Mapping[str, str]) -> list[str]:
    """Return what all of these are called in the plan; nothing if one of them is unknown."""
    found = [names.get(piece.strip()) or names.get(key_of(piece)) for piece in pieces]
    known = [name for name in found if name is not None]
    return known if len(known) == len(pieces) else []
