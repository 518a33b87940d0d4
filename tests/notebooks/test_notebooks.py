import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

NOTEBOOKS = sorted((Path(__file__).parents[2] / "notebooks").glob("*.ipynb"))

# Jupyter's own libraries warn on their own account; only what our cells do is under test.
RUN = """
import sys, nbformat
from nbclient import NotebookClient
notebook = nbformat.read(sys.argv[1], as_version=4)
NotebookClient(notebook, timeout=240, kernel_name="python3",
               resources={"metadata": {"path": sys.argv[2]}}).execute()
nbformat.write(notebook, sys.argv[3])
"""


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.name)
def test_notebook_runs_from_top_to_bottom(path, tmp_path):
    done = tmp_path / path.name
    command = [sys.executable, "-c", RUN, str(path), str(path.parent), str(done)]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr[-3000:]
    executed = nbformat.read(done, as_version=4)
    assert all(cell.execution_count for cell in executed.cells if cell.cell_type == "code")


def test_there_is_a_notebook():
    assert NOTEBOOKS
