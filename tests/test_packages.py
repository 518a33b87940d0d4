import subprocess
import sys

import pytest

HEAVY = ("prophet", "streamlit", "statsmodels", "scipy", "pyworkforce", "ortools", "matplotlib")


@pytest.mark.parametrize("package", ["forecasting", "staffing", "planner"])
def test_importing_a_package_pulls_in_no_heavy_library(package):
    code = f"import sys, {package}; print([name for name in {HEAVY} if name in sys.modules])"
    shown = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout
    assert shown.strip() == "[]"


@pytest.mark.parametrize("package", ["forecasting", "staffing", "planner"])
def test_every_public_name_is_there(package):
    module = __import__(package)
    assert module.__all__
    for name in module.__all__:
        assert getattr(module, name) is not None


@pytest.mark.parametrize("half", ["forecasting", "staffing"])
def test_the_halves_work_without_each_other(half):
    other = {"forecasting": "staffing", "staffing": "forecasting"}[half]
    code = (
        f"import sys; sys.modules['{other}'] = None; import {half}; "
        f"[getattr({half}, name) for name in {half}.__all__]"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
