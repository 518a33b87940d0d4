"""Tasks on one core, several processes and a Dask cluster give the same, whatever dies."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import ModuleType

import pytest

from forecasting.workers import Failure, Workers, run_tasks

TASKS = list(range(30))


@pytest.fixture(autouse=True)
def _main_of_its_own(monkeypatch):
    """Keep processes from running the main module again: the app's tests leave theirs there."""
    monkeypatch.setitem(sys.modules, "__main__", ModuleType("__main__"))


def square(number):
    if number == 7:
        raise ValueError("seven is refused")
    return number * number


def deadly(number):
    if number == 7:
        os.kill(os.getpid(), signal.SIGKILL)
    return number * number


def dies_once(task):
    number, folder = task
    mark = Path(folder) / "died"
    if number == 7 and not mark.exists():
        mark.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return number * number


def squares(workers, function=square, tasks=TASKS):
    return dict(run_tasks(function, tasks, workers))


def expected(failure):
    return {number: failure if number == 7 else number * number for number in TASKS}


def test_a_task_that_raises_is_reported_and_sinks_nothing():
    refused = Failure("error", "ValueError: seven is refused")
    assert squares(Workers()) == expected(refused)
    assert squares(Workers(processes=2, chunk=4)) == expected(refused)


def test_a_task_that_kills_its_process_is_found_and_the_others_are_done():
    assert squares(Workers(processes=2, chunk=4), deadly) == expected(Failure("worker_died"))


def test_a_process_that_dies_once_loses_nothing(tmp_path):
    tasks = [(number, str(tmp_path)) for number in TASKS]
    found = squares(Workers(processes=2, chunk=4), dies_once, tasks)
    assert found == {number: number * number for number in TASKS}


def test_tasks_are_taken_up_as_workers_become_free():
    taken = []

    def tasks():
        for number in range(1000):
            taken.append(number)
            yield number

    first = next(run_tasks(square, tasks(), Workers(processes=2, chunk=5)))
    assert first[1] == first[0] ** 2
    assert len(taken) <= 5 * 2 * 2


@pytest.mark.parametrize("bad", [{"processes": 0}, {"chunk": 0}])
def test_workers_need_something_to_work_with(bad):
    with pytest.raises(ValueError, match="must be >= 1, got 0"):
        Workers(**bad)


@pytest.fixture(scope="module")
def cluster(tmp_path_factory):
    """A scheduler and two workers as processes of their own."""
    pytest.importorskip("distributed", reason="needs the extra dask")
    folder = tmp_path_factory.mktemp("dask")
    here = f"{Path(__file__).parents[2]}:{Path(__file__).parent}"
    environment = {**os.environ, "PYTHONPATH": here}
    address_file = folder / "scheduler.json"

    def start(*words):
        return subprocess.Popen(
            [sys.executable, "-m", "distributed.cli." + words[0], *words[1:]],
            env=environment,
            cwd=folder,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )

    options = ["--scheduler-file", str(address_file), "--no-dashboard"]
    running = [start("dask_scheduler", *options, "--port", "0", "--host", "127.0.0.1")]
    running += [
        start("dask_worker", *options, "--nthreads", "1", "--nworkers", "1") for _ in range(2)
    ]
    try:
        yield _address(address_file), running
    finally:
        for process in running:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _address(file):
    import json

    until = time.monotonic() + 60
    while time.monotonic() < until:
        try:
            return json.loads(file.read_text())["address"]
        except (OSError, ValueError):
            time.sleep(0.2)
    raise AssertionError("the scheduler did not start")


def test_a_cluster_gives_what_one_process_gives(cluster):
    address, _ = cluster
    assert squares(Workers(cluster=address, chunk=4)) == squares(Workers())


def test_a_cluster_worker_killed_in_the_middle_loses_nothing(cluster, tmp_path):
    address, _ = cluster
    tasks = [(number, str(tmp_path)) for number in TASKS]
    found = squares(Workers(cluster=address, chunk=4), dies_once, tasks)
    assert (tmp_path / "died").exists()
    assert found == {number: number * number for number in TASKS}


def test_an_address_without_a_scheduler_is_told():
    pytest.importorskip("distributed", reason="needs the extra dask")
    with pytest.raises(ConnectionError, match="no Dask scheduler answers at"):
        squares(Workers(cluster="tcp://127.0.0.1:9"))
