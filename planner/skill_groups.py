"""Groups of agents by skill as a table: proposed, read from a file or a page, and written again."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import BinaryIO

import pandas as pd

from forecasting.problems import ProblemCollector, has_errors
from planner.skill_cells import names_of, skills_in
from planner.skill_model import SkillModel
from planner.table_file import Field, read_table_file
from planner.text import Row
from staffing import SkillGroup

GROUP_COLUMNS = ("group", "skills", "cost_per_hour", "most_agents")
SKILL_PROBLEMS = (
    "group_blank",  # a row without a name
    "group_repeated",  # two groups of one name
    "group_too_many",  # more groups than are searched
    "group_without_skills",  # a group that serves nothing
    "group_skill_unknown",  # no queue of this name
    "amount_unusable",  # not a number, or out of its bounds
    "queue_repeated",  # two queues of one name
    "queue_too_many",  # more queues than are searched
)
MOST_GROUPS = 12
EXTRA_FOR_EVERY_SKILL = 0.10
"""What somebody with every skill costs more, as a share, where nobody says otherwise."""

_SEPARATOR = "; "
_FIELDS = (
    Field(name="group", words=("group", "grupo", "skill group", "agent group", "perfil")),
    Field(
        name="skills",
        words=("skills", "habilidades", "queues", "colas", "skill", "habilidad", "competencias"),
    ),
    Field(
        name="cost_per_hour",
        words=("cost per hour", "coste por hora", "cost", "coste", "costo por hora", "costo"),
        required=False,
    ),
    Field(
        name="most_agents",
        words=("most agents", "máximo de agentes", "maximum", "máximo", "max agents", "max"),
        required=False,
    ),
)


class TableRefused(ValueError):  # noqa: N818 - named for what happened to the user's table
    """A table of groups or queues with faults.

    Attributes
    ----------
    problems : DataFrame
        All of them, see `forecasting.problems`.
    """

    def __init__(self, problems: pd.DataFrame) -> None:
        super().__init__(f"{len(problems)} problems")
        self.problems = problems


def default_groups(model: SkillModel, everybody: str = "all") -> tuple[SkillGroup, ...]:
    """Propose a group for each queue, and one that knows every queue and costs a tenth more.

    Parameters
    ----------
    model : SkillModel
    everybody : str
        Name of the group with every skill.
    """
    single = [
        SkillGroup(name=name, skills=(name,), cost_per_hour=model.costs[name])
        for name in model.names
    ]
    if len(single) < 2:
        return tuple(single)
    while everybody in model.names:
        everybody += " +"
    dearest = max(model.costs.values())
    every = SkillGroup(
        name=everybody,
        skills=model.names,
        cost_per_hour=round(dearest * (1 + EXTRA_FOR_EVERY_SKILL), 6),
    )
    return (*single, every)


def group_table(groups: Sequence[SkillGroup]) -> pd.DataFrame:
    """Write groups as the table that `read_groups` reads."""
    rows = [
        (group.name, _SEPARATOR.join(group.skills), group.cost_per_hour, group.most_agents)
        for group in groups
    ]
    return pd.DataFrame(rows, columns=list(GROUP_COLUMNS)).astype({"most_agents": "Int64"})


def read_groups(
    source: Path | str | bytes | BinaryIO, model: SkillModel, *, name: str = ""
) -> tuple[SkillGroup, ...]:
    """Read groups from a file: group, skills, cost per hour, most agents, in English or Spanish.

    Parameters
    ----------
    source : Path, str, bytes or binary file
        CSV or a workbook. Skills stand in one cell, parted by semicolons or commas.
    model : SkillModel
        Its queues are the skills; a group without a cost costs as much as the queues' agents.
    name : str
        Of an upload; a path has its own.

    Raises
    ------
    TableRefused
        With all that is wrong with the file.
    """
    table = read_table_file(source, _FIELDS, name=name)
    return groups_of(table.rows, model, headers=table.headers, problems=table.problems)


def groups_of(
    rows: pd.DataFrame,
    model: SkillModel,
    *,
    headers: Mapping[str, str] | None = None,
    problems: ProblemCollector | None = None,
) -> tuple[SkillGroup, ...]:
    """Make groups of the rows of a table.

    Parameters
    ----------
    rows : DataFrame
        row (its number as a person sees it) and `GROUP_COLUMNS`: texts, or a list of skills and
        numbers; a blank cost is that of the queues' agents, a blank maximum is none.
    model : SkillModel
    headers : mapping, optional
        What a person calls the columns.
    problems : ProblemCollector, optional
        What was wrong before.

    Raises
    ------
    TableRefused
        With all problems, if one is an error.
    """
    found = problems or ProblemCollector()
    named = {name: (headers or {}).get(name, name) for name in GROUP_COLUMNS}
    reader = _Reader(found, named, model)
    groups = [group for _, row in rows.iterrows() if (group := reader.group(row))]
    if len(rows) > MOST_GROUPS:
        reader.note("group_too_many", None, "group", str(len(rows)), f"<= {MOST_GROUPS}")
    if not len(rows) and not found.has_errors:
        found.add("rows_missing")
    listed = found.table()
    if has_errors(listed):
        raise TableRefused(listed)
    return tuple(groups)


class _Reader:
    """Reads row after row, and notes what is wrong."""

    def __init__(
        self, problems: ProblemCollector, headers: Mapping[str, str], model: SkillModel
    ) -> None:
        self._problems, self._headers, self._model = problems, headers, model
        self._queues = names_of(model.names)
        self._seen: set[str] = set()

    def note(
        self, code: str, row: int | None, column: str, found: str = "", expected: str = ""
    ) -> None:
        self._problems.add(
            code,
            row=row,
            column=self._headers[column],
            found=found,
            expected=expected,
            severity="error",
        )

    def group(self, row: Row) -> SkillGroup | None:
        at = int(str(row["row"]))
        name = str(row["group"] or "").strip()
        repeated = name in self._seen
        self._seen.add(name)
        if not name:
            self.note("group_blank", at, "group")
        elif repeated:
            self.note("group_repeated", at, "group", name)
        skills = self._skills(row["skills"], at)
        usual = max(self._model.costs[skill] for skill in skills or self._model.names)
        cost = self._amount(row, at, "cost_per_hour", usual)
        most = self._amount(row, at, "most_agents", None, whole=True)
        if not name or repeated or not skills or cost is None:
            return None
        whole = None if most is None else int(most)
        return SkillGroup(name=name, skills=skills, cost_per_hour=cost, most_agents=whole)

    def _skills(self, cell: object, at: int) -> tuple[str, ...]:
        # A page lists the names themselves.
        cells = cell if isinstance(cell, list | tuple) else [cell]
        read = [skills_in(str(each), self._queues) for each in cells]
        known, strange = ([name for found in read for name in found[part]] for part in (0, 1))
        for name in strange:
            expected = ", ".join(self._model.names)
            self.note("group_skill_unknown", at, "skills", name, expected)
        if not known and not strange:
            self.note("group_without_skills", at, "skills")
        return tuple(dict.fromkeys(known))

    def _amount(
        self,
        row: Row,
        at: int,
        column: str,
        blank: float | None,
        *,
        whole: bool = False,
    ) -> float | None:
        cell = row[column]
        written = "" if pd.isna(cell) else str(cell).strip()
        if not written:
            return blank
        value = _number_of(written)
        fits = math.isfinite(value) and (
            value >= 0 and value == int(value) if whole else 0 < value <= 1e6
        )
        if not fits:
            expected = "0, 1, 2, …" if whole else "> 0, <= 1000000"
            self.note("amount_unusable", at, column, written, expected)
            return None
        return value


def _number_of(written: str) -> float:
    """Read a number with a decimal comma or point; NaN if it is none."""
    try:
        return float(written.replace(",", "."))
    except ValueError:
        return math.nan
