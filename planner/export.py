"""A plan as a folder of files: a workbook for people, CSV for programs, and what made them.

The folder can be made again from its own scenario.toml and the input whose hash is in
manifest.json. Below the faces nothing reads the clock: the same plan gives the same files.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from types import MappingProxyType

import pandas as pd

from planner.plan import Plan, explain
from planner.scenario_file import scenario_toml
from planner.summary import day_totals, queue_totals
from planner.workbook import workbook_bytes

MANIFEST = "manifest.json"
FILES = (
    "plan.xlsx",
    "requirement.csv",
    "explanation.csv",
    "demand.csv",
    "totals.csv",
    "accuracy.csv",
    "summary.csv",
    "days.csv",
    "model_choice.csv",
    "problems.csv",
    "scenario.toml",
    MANIFEST,
)
# What a spreadsheet takes for the start of a formula, full-width forms too (OWASP ASVS 1.2.10).
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\n", "\0", "＝", "＋", "－", "＠")


@dataclass(frozen=True, slots=True, kw_only=True)
class CsvDialect:
    """How numbers and cells are parted in a CSV file."""

    separator: str
    decimal: str
    encoding: str
    line_end: str


CSV_DIALECTS: Mapping[str, CsvDialect] = MappingProxyType(
    {
        "plain": CsvDialect(separator=",", decimal=".", encoding="utf-8", line_end="\n"),
        # What Excel opens by a double click on a Spanish machine.
        "excel_es": CsvDialect(separator=";", decimal=",", encoding="utf-8-sig", line_end="\r\n"),
    }
)


class ExportRefused(ValueError):  # noqa: N818 - named for what happened to the user's folder
    """A folder that a plan is not written to, because files of others would be lost.

    Attributes
    ----------
    code : str
        "folder_is_a_file", or "folder_holds_others" for files with our names but no manifest.
    folder : str
        The folder.
    """

    def __init__(self, code: str, folder: Path) -> None:
        super().__init__(code, folder)
        self.code = code
        self.folder = str(folder)


def export_plan(
    plan: Plan,
    folder: Path | str,
    *,
    language: str = "en",
    csv_dialect: str = "plain",
    created: str | None = None,
) -> list[Path]:
    """Write a plan to a folder, replacing a former export and nothing else.

    All files are made aside first, so that a failure leaves the folder as it was.

    Parameters
    ----------
    plan : Plan
        The plan.
    folder : path
        Made if it does not exist.
    language : str
        Of the workbook; the CSV files have the same English codes for everybody.
    csv_dialect : str
        A key of `CSV_DIALECTS`.
    created : str, optional
        When, in ISO 8601 with offset; the caller's clock.

    Returns
    -------
    list of Path
        The files written, in the order of `FILES`.

    Raises
    ------
    ExportRefused
        If the folder is a file, or holds files of these names that are not a former export.
    ValueError
        If the language or the dialect is not known.
    """
    if csv_dialect not in CSV_DIALECTS:
        known = ", ".join(CSV_DIALECTS)
        raise ValueError(f"csv_dialect must be one of {known}, got {csv_dialect!r}")
    folder = Path(folder)
    _refuse_others_files(folder)
    contents = _contents(plan, language, csv_dialect, created)
    contents[MANIFEST] = _manifest(plan, contents, csv_dialect, created)
    folder.parent.mkdir(parents=True, exist_ok=True)
    aside = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    try:
        for name in FILES:
            (aside / name).write_bytes(contents[name])
        folder.mkdir(exist_ok=True)
        # The manifest goes last: if its hashes fit the files, the export is whole.
        for name in FILES:
            (aside / name).replace(folder / name)
    finally:
        shutil.rmtree(aside, ignore_errors=True)
    return [folder / name for name in FILES]


def plan_tables(plan: Plan) -> dict[str, pd.DataFrame]:
    """Return the tables of a plan by the names of the CSV files they are exported to."""
    scenario = plan.scenario
    return {
        "requirement.csv": plan.requirement,
        "explanation.csv": explain(plan),
        "demand.csv": plan.demand,
        "totals.csv": plan.totals,
        "accuracy.csv": plan.accuracy,
        "summary.csv": queue_totals(
            plan.requirement,
            weeks=float(scenario.weeks),
            contract_h_per_week=scenario.contract_hours_per_week,
        ),
        "days.csv": day_totals(plan.requirement),
        "model_choice.csv": plan.choice,
        "problems.csv": plan.problems,
    }


def usual_dialect(language: str) -> str:
    """Return the dialect of the Excel that a reader of a language has."""
    return "excel_es" if language == "es" else "plain"


def csv_bytes(frame: pd.DataFrame, dialect: str = "plain") -> bytes:
    """Write a table as CSV that no spreadsheet takes for formulas.

    Text that begins like a formula gets an apostrophe in front; numbers are never touched. Times
    are ISO 8601 with their offset.

    Parameters
    ----------
    frame : DataFrame
        The table.
    dialect : str
        A key of `CSV_DIALECTS`.
    """
    style = CSV_DIALECTS[dialect]
    safe = frame.rename(columns=lambda name: _safe(str(name)))
    for name in safe.columns:
        column = safe[name]
        if isinstance(column.dtype, pd.DatetimeTZDtype):
            safe[name] = column.map(pd.Timestamp.isoformat, na_action="ignore")
        elif pd.api.types.is_datetime64_any_dtype(column):
            safe[name] = column.dt.strftime("%Y-%m-%d")
        elif column.dtype == object:
            safe[name] = column.map(lambda value: _safe(value) if isinstance(value, str) else value)
    text = safe.to_csv(
        index=False, sep=style.separator, decimal=style.decimal, lineterminator=style.line_end
    )
    return text.encode(style.encoding)


def write_tables(tables: Mapping[str, pd.DataFrame], folder: Path, prefix: str) -> None:
    """Write every table to a CSV file of a folder, which is made if there is none."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, table in tables.items():
        (folder / f"{prefix}_{name}.csv").write_bytes(csv_bytes(table))


def _safe(text: str) -> str:
    """Disarm a formula, and a bare carriage return, which would start a new row unquoted."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return f"'{text}" if text.startswith(_FORMULA_STARTS) else text


def unprotected(text: str) -> str:
    """Take away the apostrophe that `csv_bytes` put before a text, and no other."""
    return text[1:] if text[:1] == "'" and text[1:].startswith(_FORMULA_STARTS) else text


def _contents(plan: Plan, language: str, csv_dialect: str, created: str | None) -> dict[str, bytes]:
    tables = plan_tables(plan)
    return {
        "plan.xlsx": workbook_bytes(plan, language, created=created),
        **{name: csv_bytes(table, csv_dialect) for name, table in tables.items()},
        "scenario.toml": scenario_toml(plan.scenario).encode(),
    }


def _manifest(
    plan: Plan, contents: Mapping[str, bytes], csv_dialect: str, created: str | None
) -> bytes:
    """Say what made the files, and the hash of each, so that a change is seen."""
    page = {
        **asdict(plan.provenance),
        "libraries": dict(plan.provenance.libraries),
        "scenario": plan.scenario.name,
        "zone": plan.scenario.zone,
        "interval_min": plan.interval_min,
        "csv_dialect": csv_dialect,
        "created": created,
        "files": {name: hashlib.sha256(data).hexdigest() for name, data in contents.items()},
    }
    return (json.dumps(page, indent=2, ensure_ascii=False) + "\n").encode()


def _refuse_others_files(folder: Path) -> None:
    if folder.exists() and not folder.is_dir():
        raise ExportRefused("folder_is_a_file", folder)
    ours = [name for name in FILES if (folder / name).exists()]
    if ours and not _is_our_manifest(folder / MANIFEST):
        raise ExportRefused("folder_holds_others", folder)


def _is_our_manifest(path: Path) -> bool:
    try:
        return "aforo_version" in json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, TypeError):
        return False
