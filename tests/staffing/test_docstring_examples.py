"""Every example in a docstring of the queueing engine is true."""

import doctest
import importlib

import pytest

MODULES = (
    "erlang",
    "finite_lines",
    "measures",
    "overload",
    "real_agents",
    "redials",
    "sizing",
    "square_root",
    "targets",
)


@pytest.mark.parametrize("name", MODULES)
def test_the_examples_are_true(name):
    found = doctest.testmod(importlib.import_module(f"staffing.{name}"))
    assert found.attempted
    assert not found.failed
