"""A plan read back from the folder it was exported to, so that plans of other days compare."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from planner.export import CSV_DIALECTS, MANIFEST, CsvDialect, unprotected
from planner.scenario import Scenario
from planner.scenario_file import read_scenario
from staffing.channels.queue_staff import MEASURES
from staffing.requirement import NEIGHBOURS

_MAY_BE_EMPTY = ("load_erlangs", *MEASURES, "occupancy", *NEIGHBOURS)


class NotAPlanFolder(ValueError):  # noqa: N818 - named for what the folder is
    """A folder that holds no exported plan."""

    def __init__(self, folder: Path) -> None:
        super().__init__(f"{folder} holds no exported plan")
        self.code = "not_a_plan_folder"
        self.folder = str(folder)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ExportedPlan:
    """What of an exported plan a comparison and a simulation need.

    Attributes
    ----------
    scenario : Scenario
        Its assumptions.
    requirement : DataFrame
        One row per queue and open interval, starts in the scenario's zone.
    totals : DataFrame
        Contacts of each queue and of the centre by day, week and month.
    interval_min : int
        Interval length [min].
    """

    scenario: Scenario
    requirement: pd.DataFrame
    totals: pd.DataFrame
    interval_min: int


def read_exported(folder: Path | str) -> ExportedPlan:
    """Read an exported plan.

    Parameters
    ----------
    folder : path
        A folder written by `export_plan`.

    Raises
    ------
    NotAPlanFolder
        If a file of an export is missing, or is not what an export wrote.
    """
    folder = Path(folder)
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        style = CSV_DIALECTS[manifest["csv_dialect"]]
        scenario = read_scenario(folder / "scenario.toml")
        requirement = _read_table(folder / "requirement.csv", style, _MAY_BE_EMPTY)
        starts = pd.to_datetime(requirement["interval_start"], utc=True)
        requirement["interval_start"] = starts.dt.tz_convert(scenario.zone)
        totals = _read_table(folder / "totals.csv", style, ())
        totals["period_start"] = pd.to_datetime(totals["period_start"])
        interval_min = int(manifest["interval_min"])
    except (OSError, KeyError, ValueError) as error:
        raise NotAPlanFolder(folder) from error
    return ExportedPlan(
        scenario=scenario, requirement=requirement, totals=totals, interval_min=interval_min
    )


def _read_table(path: Path, style: CsvDialect, may_be_empty: Sequence[str]) -> pd.DataFrame:
    table = pd.read_csv(
        path,
        sep=style.separator,
        decimal=style.decimal,
        encoding=style.encoding,
        dtype={"queue": str, "channel": str, "team": str},
        # A queue may be called "NA"; an empty measure is still none.
        keep_default_na=False,
        na_values={name: [""] for name in may_be_empty},
        float_precision="round_trip",
    )
    for name in {"queue", "team"} & set(table.columns):
        table[name] = table[name].map(unprotected)
    return table
