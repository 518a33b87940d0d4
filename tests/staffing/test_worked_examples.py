"""The worked examples in the docstrings are true."""

import doctest
import importlib

import pytest

MODULES = [
    "backlog",
    "blending",
    "carry_over",
    "chat",
    "outbound",
    "pooling",
    "time_varying",
    "transient",
    "uncertain_volume",
]


@pytest.mark.parametrize("module", MODULES)
def test_the_worked_examples_are_true(module):
    result = doctest.testmod(importlib.import_module(f"staffing.{module}"))
    assert result.attempted > 0
    assert result.failed == 0
