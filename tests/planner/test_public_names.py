import subprocess
import sys

import planner


def test_every_public_name_can_be_had():
    assert set(planner.__all__) <= set(dir(planner))
    for name in planner.__all__:
        assert getattr(planner, name) is not None


def test_importing_the_package_loads_no_heavy_library():
    code = "import sys, planner; print([m for m in ('pandas', 'streamlit') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
