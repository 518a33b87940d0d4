"""The package's front door: its names exist, and opening it costs nothing heavy."""

import subprocess
import sys

import staffing


def test_every_public_name_is_there():
    for name in staffing.__all__:
        assert callable(getattr(staffing, name)), name


def test_importing_the_package_loads_no_heavy_library():
    program = (
        "import sys, staffing; [getattr(staffing, name) for name in staffing.__all__]; "
        "print({'scipy', 'pyworkforce', 'ortools', 'forecasting', 'planner'} & set(sys.modules))"
    )
    answer = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert answer.stdout.strip() == "set()"
