"""Many independent tasks on one core, on several processes, or on a Dask cluster: equal results.

Tasks go out in chunks and come back in any order, a few chunks at a time, so that memory does not
grow with their number. A task that raises is reported and sinks nothing; a worker that dies costs
a second try of what it held, and a task that kills its worker again is reported alone. Nothing
here depends on how tasks were cut into chunks: whatever is random in a task has its seed inside.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Generator, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from concurrent.futures import Future

Task = TypeVar("Task")
Result = TypeVar("Result")

# Chunks waiting in the pool beside those being worked on: enough to keep every worker busy.
_IN_HAND = 2
_THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS")


@dataclass(frozen=True, slots=True)
class Failure:
    """A task that gave no result.

    Attributes
    ----------
    code : str
        "error" if the task raised, "worker_died" if its process came to an end twice.
    detail : str
        The error's type and message.
    """

    code: str
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Workers:
    """Where tasks run.

    Attributes
    ----------
    processes : int
        1 works in this process.
    cluster : str, optional
        Address of a Dask scheduler, e.g. "tcp://10.0.0.1:8786"; its workers need this package.
    chunk : int
        Tasks sent at a time.
    """

    processes: int = 1
    cluster: str | None = None
    chunk: int = 16

    def __post_init__(self) -> None:
        """Check the bounds."""
        for name in ("processes", "chunk"):
            if getattr(self, name) < 1:
                raise ValueError(f"{name} must be >= 1, got {getattr(self, name)}")


@dataclass(frozen=True, slots=True)
class Chunk(Generic[Task, Result]):
    """Numbered tasks and what is to be done to them; callable, so that it can be sent away."""

    function: Callable[[Task], Result]
    numbers: tuple[int, ...]
    tasks: tuple[Task, ...]

    def __call__(self) -> list[Result | Failure]:
        """Do the tasks."""
        return [_attempt(self.function, task) for task in self.tasks]

    def singles(self) -> list[Chunk[Task, Result]]:
        """Part into chunks of one."""
        pairs = zip(self.numbers, self.tasks, strict=True)
        return [Chunk(self.function, (number,), (task,)) for number, task in pairs]


def run_tasks(
    function: Callable[[Task], Result], tasks: Iterable[Task], workers: Workers
) -> Iterator[tuple[int, Result | Failure]]:
    """Do a function to every task; yield (number of the task, result or failure) as they come.

    Parameters
    ----------
    function : callable
        Importable by name, of one task; the same task always gives the same result.
    tasks : iterable
        Taken up as workers become free.
    workers : Workers
        Where to run. Closing the iterator cancels what has not begun.

    Raises
    ------
    ConnectionError
        If the cluster does not answer.
    """
    if workers.cluster is not None:
        from forecasting.workers_dask import run_on_cluster

        yield from run_on_cluster(_chunks(function, tasks, workers.chunk), workers.cluster)
    elif workers.processes == 1:
        for number, task in enumerate(tasks):
            yield number, _attempt(function, task)
    else:
        yield from _on_processes(_chunks(function, tasks, workers.chunk), workers.processes)


def _attempt(function: Callable[[Task], Result], task: Task) -> Result | Failure:
    try:
        return function(task)
    except Exception as error:  # noqa: BLE001 - one bad queue must not sink the others
        return Failure("error", f"{type(error).__name__}: {error}")


def _chunks(
    function: Callable[[Task], Result], tasks: Iterable[Task], size: int
) -> Iterator[Chunk[Task, Result]]:
    numbered = iter(enumerate(tasks))
    while pairs := list(islice(numbered, size)):
        numbers, held = zip(*pairs, strict=True)
        yield Chunk(function, numbers, held)


def _on_processes(
    chunks: Iterator[Chunk[Task, Result]], processes: int
) -> Iterator[tuple[int, Result | Failure]]:
    broken: list[Chunk[Task, Result]] = []
    while True:
        # A pool dies with any of its processes; what it held is kept, the rest goes to a new one.
        lost = yield from _one_pool(chunks, processes)
        if not lost:
            break
        broken += lost
    for chunk in broken:
        # One of these may have been the killer: each task alone, so that it is found.
        for single in chunk.singles():
            lost = yield from _one_pool(iter([single]), 1)
            if lost:
                yield single.numbers[0], Failure("worker_died")


def _one_pool(
    chunks: Iterator[Chunk[Task, Result]], processes: int
) -> Generator[tuple[int, Result | Failure], None, list[Chunk[Task, Result]]]:
    """Work on chunks until they or the pool come to an end; return those the pool died with."""
    from concurrent.futures import FIRST_COMPLETED, ProcessPoolExecutor, wait
    from concurrent.futures.process import BrokenProcessPool
    from multiprocessing import get_context

    lost: list[Chunk[Task, Result]] = []
    held: dict[Future[list[Result | Failure]], Chunk[Task, Result]] = {}
    pool = ProcessPoolExecutor(processes, mp_context=get_context("spawn"), initializer=_one_thread)
    try:
        while not lost:
            for chunk in islice(chunks, processes * _IN_HAND - len(held)):
                try:
                    held[pool.submit(chunk)] = chunk
                except BrokenProcessPool:
                    lost.append(chunk)
            if not held:
                break
            done, _ = wait(held, return_when=FIRST_COMPLETED)
            for future in done:
                chunk = held.pop(future)
                if isinstance(future.exception(), BrokenProcessPool):
                    lost.append(chunk)
                else:
                    yield from zip(chunk.numbers, future.result(), strict=True)
    finally:
        # Reached by success, by a broken pool and by a caller who has seen enough.
        pool.shutdown(wait=False, cancel_futures=True)
    return [*lost, *held.values()]


def _one_thread() -> None:
    """Keep a worker's numerical libraries to one thread: the processes are the parallelism."""
    for name in _THREADS:
        os.environ[name] = "1"
