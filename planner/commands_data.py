"""What the commands about data do: check files, and accept them into a store."""

from __future__ import annotations

import hashlib
from argparse import Namespace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from forecasting.problems import has_errors
from forecasting.reading.mapping import mapping_toml, write_mapping
from planner.command_inputs import given_history, given_scenario
from planner.export import csv_bytes, usual_dialect
from planner.intake import Intake
from planner.store import HistoryStore
from planner.store_rows import StoredSource
from planner.terminal import show_problems
from planner.terminal_data import show_accepted, show_intake
from planner.text import Text
from planner.told import ATTENTION, DONE, note, print_json, records, told

_HASHED_AT_ONCE = 1 << 20


def check(arguments: Namespace, text: Text) -> int:
    """Read files, say how they were understood, and list everything that is wrong with them."""
    with told(text) as outcome:
        intake = given_history(arguments, given_scenario(arguments), text)
        _write_asked(intake, arguments, text)
        if arguments.json:
            print_json(told_of(intake))
        else:
            show_intake(intake, text)
        outcome.code = ATTENTION if has_errors(intake.problems) else DONE
    return outcome.code


def accept(arguments: Namespace, text: Text) -> int:
    """Accept files into a store: as a new history, or as the extension of one."""
    with told(text) as outcome:
        intake = given_history(arguments, given_scenario(arguments), text)
        _write_asked(intake, arguments, text)
        reading = intake.reading
        if has_errors(reading.problems) and not arguments.skip_bad_rows:
            show_problems(intake.problems, text)
            note(text("cli.import.refused"))
            return ATTENTION
        version, extension = HistoryStore(arguments.store).accept(
            arguments.name,
            reading.history,
            interval_min=reading.interval_min,
            accepted_at=datetime.now(UTC),
            sources=_sources(arguments.history, mapping_toml(reading.mapping)),
            note=arguments.note,
            policy="keep" if arguments.keep else "newest",
            channels=not (reading.problems["code"] == "channel_assumed").any(),
        )
        if arguments.json:
            facts = {
                "store": str(arguments.store),
                "name": version.name,
                "version": version.number,
                "rows": version.rows,
                "added": extension.added,
                "identical": extension.identical,
                "corrected": extension.corrected,
                "lost": extension.lost,
                "policy": version.policy,
                "channels": extension.channels,
                "corrections": records(extension.corrections),
            }
            print_json(facts | told_of(intake))
        else:
            show_problems(intake.problems, text)
            show_accepted(version, extension, arguments.store, text)
    return outcome.code


def told_of(intake: Intake) -> dict[str, Any]:
    """Return all that is told of an intake, as a program reads it."""
    reading = intake.reading
    told_of: dict[str, Any] = {
        "reading": reading.reading,
        "decisions": records(reading.decisions),
        "questions": [
            {"key": one.key, "options": one.options, "example": one.example}
            for one in reading.questions
        ],
        "mapping": mapping_toml(reading.mapping),
        "problems": records(intake.problems),
        "counts": intake.problems["severity"].value_counts().to_dict(),
    }
    if intake.repaired is not None and intake.need is not None:
        told_of |= {
            "changes": records(intake.repaired.changes),
            "need": records(intake.need.steps),
        }
    return told_of


def _write_asked(intake: Intake, arguments: Namespace, text: Text) -> None:
    """Write the mapping and the report where they are asked for."""
    if arguments.save_mapping:
        write_mapping(intake.reading.mapping, arguments.save_mapping)
    if arguments.report:
        arguments.report.write_bytes(csv_bytes(intake.problems, usual_dialect(text.language)))


def _sources(files: list[Path], mapping: str) -> list[StoredSource]:
    return [StoredSource(name=file.name, sha256=_sha256(file), mapping=mapping) for file in files]


def _sha256(file: Path) -> str:
    digest = hashlib.sha256()
    with file.open("rb") as content:
        while part := content.read(_HASHED_AT_ONCE):
            digest.update(part)
    return digest.hexdigest()
