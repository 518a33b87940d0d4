"""What a plan was made from and with, so that it can be made again."""

from __future__ import annotations

import hashlib
import platform
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version

from forecasting.reading.history import HistoryReading
from planner.scenario import Scenario
from planner.scenario_file import scenario_toml

LIBRARIES = ("numpy", "pandas", "scipy", "statsmodels", "prophet", "pyworkforce", "holidays")


@dataclass(frozen=True, slots=True, kw_only=True)
class Provenance:
    """What a plan was made from and with, so that it can be made again.

    Attributes
    ----------
    aforo_version, python : str
        Versions.
    libraries : tuple of (name, version)
        The libraries whose arithmetic is in the numbers.
    seed : int
        Of every random number.
    input_name, input_sha256 : str
        The history file and the hash of its bytes.
    scenario_sha256 : str
        Hash of the scenario's TOML page.
    rows_left_out : int
        Rows of the file that could not be used and were left out on request.
    """

    aforo_version: str
    python: str
    libraries: tuple[tuple[str, str], ...]
    seed: int
    input_name: str
    input_sha256: str
    scenario_sha256: str
    rows_left_out: int


def provenance(reading: HistoryReading, scenario: Scenario) -> Provenance:
    """Write down what a plan of this history and scenario is made from."""
    bad = reading.problems[reading.problems["severity"] == "error"]
    return Provenance(
        aforo_version=version("aforo"),
        python=platform.python_version(),
        libraries=_library_versions(),
        seed=scenario.seed,
        input_name=reading.name,
        input_sha256=reading.sha256,
        scenario_sha256=hashlib.sha256(scenario_toml(scenario).encode()).hexdigest(),
        rows_left_out=int(bad["row"].nunique()),
    )


@cache
def _library_versions() -> tuple[tuple[str, str], ...]:
    """Read the versions once; a what-if asks for them at every move of a slider."""
    return tuple((name, version(name)) for name in LIBRARIES)
