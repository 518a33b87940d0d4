"""What the people of a roster can do: names of a plan's queues or teams, the preferred first."""

from __future__ import annotations

import pandas as pd

from planner.roster import ROSTER_PROBLEMS
from planner.skill_cells import names_of, skills_in
from planner.table_file import TableFile
from staffing.rules import BOT_CHANNELS

Skills = tuple[str, ...]


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
    names = names_of(known)
    rows = table.rows[["row", "agent", "skills"]]
    read = {cell: skills_in(cell, names) for cell in rows["skills"].unique()}
    rows = rows.assign(
        own=rows["skills"].map(lambda cell: read[cell][0]),
        strange=rows["skills"].map(lambda cell: read[cell][1]),
    )
    unknown = rows.explode("strange").dropna(subset="strange")
    _tell(table, "skill_unknown", unknown["strange"], "; ".join(known))
    stated = rows[(rows["own"].str.len() > 0) & (rows["strange"].str.len() == 0)]
    first = stated.drop_duplicates("agent").set_index("agent")
    found: dict[str, Skills] = dict(zip(first.index, first["own"], strict=True))
    others = stated[stated["own"] != stated["agent"].map(found)]
    _tell(
        table, "skills_contradict", others["skills"], others["agent"].map(first["row"]).astype(str)
    )
    silent = rows[~rows["agent"].isin([*found, ""]) & (rows["skills"] == "")]
    silent = silent.drop_duplicates("agent")
    people = requirement[~requirement["channel"].isin(BOT_CHANNELS)]
    teams = tuple(str(team) for team in people["team"].unique())
    if len(teams) > 1:
        _tell(table, "skills_blank", silent["agent"], "; ".join(known))
    return found | dict.fromkeys(silent["agent"], teams[:1])


def _tell(
    table: TableFile, code: str, found: pd.Series[str], expected: str | pd.Series[str]
) -> None:
    """Tell of skills: what was found in which rows, by their places."""
    severity = ROSTER_PROBLEMS[code]
    table.tell(code, "skills", found.index.to_numpy(), found, expected, severity=severity)
