"""What a command is given: its scenario, and the history in its files."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from forecasting.reading.mapping import Mapping, read_mapping
from planner import told
from planner.intake import Intake, store_path, take_in
from planner.scenario import Scenario
from planner.scenario_file import read_scenario
from planner.store import HistoryStore
from planner.text import Text


def given_scenario(arguments: Namespace) -> Scenario:
    """Return the scenario of a command's file, with what the command line states in its place.

    Raises
    ------
    ScenarioError, StoreRefused, OSError
        If it is faulty, or a store that was given cannot be read.
    """
    scenario = read_scenario(arguments.scenario) if arguments.scenario else Scenario()
    scenario = with_stated(scenario, arguments, ("zone", "country", "region"))
    store = store_path(arguments.history)
    if store is not None and not (arguments.scenario or arguments.zone):
        # A file leaves its zone open; a store knows it.
        _, accepted = HistoryStore(store).read(arguments.stored or "", arguments.stored_version)
        scenario = replace(scenario, zone=accepted.zone)
    if arguments.repairs_off is not None:
        data = replace(scenario.data, repairs_off=arguments.repairs_off)
        scenario = replace(scenario, data=data)
    return scenario


def with_stated(scenario: Scenario, arguments: Namespace, names: Sequence[str]) -> Scenario:
    """Put what is stated of some assumptions in place of the scenario's."""
    stated = {name: value for name in names if (value := getattr(arguments, name)) is not None}
    return replace(scenario, **stated)


def given_mapping(arguments: Namespace) -> Mapping:
    """Return what a command states about how its files are to be read.

    Raises
    ------
    MappingError
        With the faults of the file, or an answer that is none.
    """
    mapping = read_mapping(arguments.mapping) if arguments.mapping else Mapping()
    for key in ("date_order", "decimal"):
        if getattr(arguments, key) is not None:
            mapping = mapping.answered(key, getattr(arguments, key))
    for key, option in arguments.answer:
        mapping = mapping.answered(key, option)
    return mapping


def given_history(
    arguments: Namespace,
    scenario: Scenario,
    text: Text,
    files: Sequence[Path] | None = None,
    interval_min: int | None = None,
) -> Intake:
    """Take in the files of a command, or others of its kind, and show how far it is.

    Their intervals are as long as the mapping says, or as `interval_min` says if it is given.
    """
    mapping = given_mapping(arguments)
    if interval_min is not None:
        mapping = replace(mapping, interval_min=interval_min)
    quiet = bool(getattr(arguments, "quiet", False)) or bool(getattr(arguments, "json", False))
    with told.reading(text, quiet=quiet) as tick:
        return take_in(
            arguments.history if files is None else files,
            scenario,
            mapping=mapping,
            stored=arguments.stored or "",
            version=arguments.stored_version,
            until=datetime.now(UTC),
            progress=tick,
        )
