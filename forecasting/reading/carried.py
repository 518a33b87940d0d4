"""A reading carried from one process to another, as files that run nothing when they are opened."""

from __future__ import annotations

import json
from collections.abc import Mapping as Table
from collections.abc import Sequence
from dataclasses import asdict, fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import pandas as pd

from forecasting.problems import ProblemCollector
from forecasting.reading.archives import LARGEST_FILE
from forecasting.reading.history import HistoryReading, read_history
from forecasting.reading.mapping import Mapping, Question, read_mapping, write_mapping

if TYPE_CHECKING:
    Source = Path | str | bytes | BinaryIO

_TASK, _STATED, _RESULT = "task.json", "stated.toml", "result.json"


def write_task(
    folder: Path,
    sources: Sequence[Source],
    names: Sequence[str] | None,
    mapping: Mapping | None,
    options: Table[str, object],
) -> None:
    """Write what is to be read to a folder: paths stay where they are, uploads are copied."""
    files = []
    for at, source in enumerate(sources):
        if isinstance(source, str | Path):
            path = Path(source).absolute()
        else:
            path = folder / f"upload-{at}"
            path.write_bytes(_upload(source))
        own = path.name if isinstance(source, str | Path) else ""
        files.append({"path": str(path), "name": names[at] if names else own})
    write_mapping(mapping or Mapping(), folder / _STATED)
    (folder / _TASK).write_text(json.dumps({"files": files, **options}), encoding="utf-8")


def _upload(source: bytes | BinaryIO) -> bytes:
    if isinstance(source, bytes):
        return source
    if source.seekable():
        source.seek(0)
    return source.read(LARGEST_FILE + 1)  # a byte too many is refused where files are read


def read_task(folder: Path) -> tuple[dict[str, Any], Mapping]:
    """Return what `write_task` wrote."""
    task = json.loads((folder / _TASK).read_text(encoding="utf-8"))
    return task, read_mapping(folder / _STATED)


def write_carried(reading: HistoryReading, folder: Path) -> None:
    """Write a reading to a folder."""
    import pyarrow as pa
    from pyarrow import feather

    page = {}
    for field in fields(reading):
        value = getattr(reading, field.name)
        if isinstance(value, pd.DataFrame):
            table = pa.Table.from_pandas(value, preserve_index=False)
            feather.write_feather(table, folder / f"{field.name}.arrow", compression="uncompressed")
        elif isinstance(value, Mapping):
            write_mapping(value, folder / f"{field.name}.toml")
        elif field.name == "questions":
            page[field.name] = [asdict(question) for question in value]
        else:
            page[field.name] = value
    # Last: where it stands, the rest is whole.
    (folder / _RESULT).write_text(json.dumps(page, default=_plain), encoding="utf-8")


def _plain(value: Any) -> Any:
    """Return a number of numpy as one of Python."""
    return value.item()


def read_carried(folder: Path) -> HistoryReading | None:
    """Return the reading of a folder, None if it is not whole."""
    from pyarrow import feather

    if not (folder / _RESULT).exists():
        return None
    values = json.loads((folder / _RESULT).read_text(encoding="utf-8"))
    for field in fields(HistoryReading):
        path = folder / f"{field.name}.arrow"
        if path.exists():
            values[field.name] = feather.read_table(path, memory_map=False).to_pandas()
        elif (folder / f"{field.name}.toml").exists():
            values[field.name] = read_mapping(folder / f"{field.name}.toml")
    values["questions"] = tuple(
        Question(**{**question, "options": tuple(question["options"])})
        for question in values.get("questions", ())
    )
    values["preview"] = tuple(tuple(line) for line in values.get("preview", ()))
    values["preview"] = tuple(tuple(row) for row in values.get("preview", ()))
    return HistoryReading(**values)


def stopped_reading(folder: Path, found: str, expected: str) -> HistoryReading:
    """Return an empty reading of a task whose process was stopped, and why it was."""
    task, mapping = read_task(folder)
    name = ", ".join(file["name"] for file in task["files"])
    empty = read_history(b"", name=name, zone=task["zone"])
    problems = ProblemCollector(name)
    problems.add("reading_stopped", found=found, expected=expected)
    return replace(empty, problems=problems.table(), mapping=mapping)
