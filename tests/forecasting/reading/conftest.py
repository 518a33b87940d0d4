"""The writers of dialects and the mutations are those of the benchmark."""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path
from types import ModuleType

import pytest

BENCHMARKS = Path(__file__).parents[3] / "benchmarks"


def _benchmark(name: str) -> ModuleType:
    sys.path.insert(0, str(BENCHMARKS))
    try:
        return import_module(name)
    finally:
        sys.path.remove(str(BENCHMARKS))


@pytest.fixture(scope="session")
def dialects() -> ModuleType:
    return _benchmark("reading_dialects")


@pytest.fixture(scope="session")
def fuzzer() -> ModuleType:
    return _benchmark("reading_fuzz")
