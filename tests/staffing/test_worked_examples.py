"""The worked example in every docstring is what Python answers."""

import doctest
import importlib
import pkgutil

import pytest

import staffing

MODULES = [
    module.name
    for module in pkgutil.walk_packages(staffing.__path__, "staffing.")
    if not module.ispkg
]
# Steps of the table and the engines, not formulas: their tests are their examples.
WITHOUT = {"ServiceTarget", "StaffingRule", "required_staff", "compare_engines", "explain_agents"}


@pytest.mark.parametrize("name", MODULES)
def test_worked_examples_are_true(name):
    module = importlib.import_module(name)
    result = doctest.testmod(module)
    assert result.failed == 0


def test_every_public_formula_has_a_worked_example():
    without = [
        name
        for name in staffing.__all__
        if name not in WITHOUT
        # The simulator's examples are its pages, docs/queueing/.
        and not getattr(staffing, name).__module__.startswith("staffing.simulate")
        and ">>>" not in (getattr(staffing, name).__doc__ or "")
    ]
    assert without == []
