"""A plan of earlier days as it was exported, to be held against what came since."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from forecasting.reading.archives import LARGEST_FILE
from forecasting.reading.file_formats import read_bytes, read_grids
from forecasting.reading.raw_table import Grid, UnreadableFile
from planner.edits import BEFORE
from planner.export import CSV_DIALECTS, unprotected
from planner.scenario import Scenario
from planner.scenario_file import parse_scenario
from planner.text import LANGUAGES, catalogue

DEMAND, SCENARIO = "demand.csv", "scenario.toml"
COLUMNS = ("queue", "interval_start", "contacts", BEFORE)
_ZIP = b"PK\x03\x04"
_MINUTE = pd.Timedelta(minutes=1)
_HEADER_WITHIN = 10


class NotAnEarlierPlan(ValueError):  # noqa: N818 - named for what the file is
    """Files that hold no exported plan."""

    def __init__(self, name: str) -> None:
        super().__init__(f"{name} holds no exported plan")
        self.code = "not_an_earlier_plan"
        self.name = name


class EarlierPlanRefused(ValueError):  # noqa: N818 - named for what happened to the user's plan
    """An earlier plan that cannot be held against a history.

    Attributes
    ----------
    code : str
        "other_scenario" if its demand is not what its scenario's edits make of its forecast,
        "other_interval" if its intervals are not as long as the history's.
    found, expected : str
        Interval lengths of history and plan [min].
    """

    def __init__(self, code: str, *, found: str = "", expected: str = "") -> None:
        super().__init__(f"{code}: got {found}, expected {expected}")
        self.code, self.found, self.expected = code, found, expected


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class EarlierPlan:
    """What of an exported plan its edits are judged by.

    Attributes
    ----------
    scenario : Scenario
        Its assumptions.
    demand : DataFrame
        queue, interval_start in the scenario's zone, contacts and, if it has edits,
        contacts_before_edits.
    """

    scenario: Scenario
    demand: pd.DataFrame


def read_earlier(path: Path | str) -> EarlierPlan:
    """Read an exported plan from its folder, the ZIP file of it, or its workbook.

    Raises
    ------
    NotAnEarlierPlan
        If it is none of these.
    """
    path = Path(path)
    files = [path / DEMAND, path / SCENARIO] if path.is_dir() else [path]
    try:
        return read_earlier_files({file.name: read_bytes(file) for file in files})
    except (NotAnEarlierPlan, UnreadableFile) as error:
        raise NotAnEarlierPlan(str(path)) from error


def read_earlier_files(files: Mapping[str, bytes]) -> EarlierPlan:
    """Read an exported plan from files by name: a ZIP, a workbook, or demand.csv and scenario.toml.

    Raises
    ------
    NotAnEarlierPlan
        If they hold no plan, or one of them is not what an export wrote.
    """
    names = ", ".join(files)
    try:
        packed = [data for data in files.values() if data.startswith(_ZIP)]
        if packed:
            unpacked = _unpacked(packed[0])
            return _from_workbook(packed[0]) if unpacked is None else _from_csv(*unpacked)
        page = next(data for name, data in files.items() if name.lower().endswith(".toml"))
        table = next(data for name, data in files.items() if name.lower().endswith(".csv"))
        return _from_csv(table, page)
    except (StopIteration, ValueError, KeyError, UnreadableFile, zipfile.BadZipFile) as error:
        raise NotAnEarlierPlan(names) from error


def interval_length(rows: pd.DataFrame) -> float:
    """Return the smallest distance of two intervals of a queue [min]; 0 where there are no two."""
    ordered = rows.sort_values(["queue", "interval_start"])
    gap = ordered["interval_start"].diff().where(ordered["queue"] == ordered["queue"].shift())
    gaps = gap[gap > pd.Timedelta(0)]
    return float(gaps.min() / _MINUTE) if len(gaps) else 0.0


def _unpacked(data: bytes) -> tuple[bytes, bytes] | None:
    """Return the two files of a packed export; None if they are not in it."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        inside = {Path(info.filename).name: info for info in archive.infolist()}
        if DEMAND not in inside or SCENARIO not in inside:
            return None
        if max(inside[name].file_size for name in (DEMAND, SCENARIO)) > LARGEST_FILE:
            raise NotAnEarlierPlan(DEMAND)
        return archive.read(inside[DEMAND]), archive.read(inside[SCENARIO])


def _from_csv(table: bytes, page: bytes) -> EarlierPlan:
    scenario = parse_scenario(page)
    head = table.split(b"\n", 1)[0]
    style = CSV_DIALECTS["excel_es" if b";" in head else "plain"]
    rows = pd.read_csv(
        io.BytesIO(table),
        sep=style.separator,
        decimal=style.decimal,
        encoding=style.encoding,
        usecols=lambda name: name in COLUMNS,
        dtype={"queue": str},
        keep_default_na=False,  # a queue may be called "NA"
        na_values={"contacts": [""], BEFORE: [""]},
        float_precision="round_trip",
    )
    starts = pd.to_datetime(rows["interval_start"], utc=True).dt.tz_convert(scenario.zone)
    queues = rows["queue"].map(unprotected)
    return _earlier(scenario, rows.assign(interval_start=starts, queue=queues))


def _from_workbook(data: bytes) -> EarlierPlan:
    grids = read_grids(data)
    page = _below(grids, [SCENARIO])
    if page is not None:
        scenario = parse_scenario("\n".join(page[SCENARIO]).encode())
        for language in LANGUAGES:
            heads = {catalogue(language).column(name): name for name in COLUMNS}
            table = _below(grids, [head for head, name in heads.items() if name != BEFORE])
            if table is not None:
                cells = {heads[head]: column for head, column in table.items() if head in heads}
                return _earlier(scenario, _intervals(cells, scenario.zone))
    raise NotAnEarlierPlan(SCENARIO)


def _below(
    grids: Sequence[Grid], heads: Sequence[str]
) -> dict[str, npt.NDArray[np.object_]] | None:
    """Return the columns below the row that has all of these cells; None where no sheet has it."""
    for grid in grids:
        for at, cells in enumerate(grid.texts(slice(0, _HEADER_WITHIN))):
            if set(heads) <= set(cells):
                columns = zip(cells, grid.columns, strict=True)
                return {cell: column.by_row()[at + 1 :] for cell, column in columns}
    return None


def _intervals(cells: Mapping[str, npt.NDArray[np.object_]], zone: str) -> pd.DataFrame:
    """Return the sheet of intervals: the centre's wall clock becomes moments again."""
    rows = pd.DataFrame(cells)
    for name in rows.columns.intersection(["contacts", BEFORE]):
        rows[name] = pd.to_numeric(rows[name], errors="coerce")
    wall = pd.to_datetime(rows["interval_start"], format="ISO8601")
    rows["queue"] = rows["queue"].astype(str)
    # The hour that autumn repeats stands in its order: the first time is summer's.
    summer = ~pd.DataFrame({"queue": rows["queue"], "wall": wall}).duplicated()
    rows["interval_start"] = wall.dt.tz_localize(zone, ambiguous=summer.to_numpy())
    return rows


def _earlier(scenario: Scenario, rows: pd.DataFrame) -> EarlierPlan:
    missing = [name for name in COLUMNS[:3] if name not in rows]
    if missing or rows["contacts"].isna().any():
        raise NotAnEarlierPlan(DEMAND)
    return EarlierPlan(scenario=scenario, demand=rows)
