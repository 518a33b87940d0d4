"""Chunks of tasks on a Dask cluster (`pip install aforo[dask]`)."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Any

from forecasting.workers import Chunk, Failure, Result, Task

# Chunks sent ahead of each worker thread of the cluster.
_IN_HAND = 2
# A chunk is tried again on another worker before a neighbour's death is counted against it.
_DEATHS_ALLOWED = 2
_ANSWER_S = 15


def run_on_cluster(
    chunks: Iterator[Chunk[Task, Result]], address: str
) -> Iterator[tuple[int, Result | Failure]]:
    """Do chunks on a cluster; see `forecasting.workers.run_tasks`.

    A worker killed in the middle loses nothing: Dask gives what it held to another.

    Raises
    ------
    ConnectionError
        If no scheduler answers at the address.
    ModuleNotFoundError
        Without the extra `dask`.
    """
    import distributed

    connect: Any = distributed.Client  # distributed says little about its types
    try:
        client = connect(address, timeout=_ANSWER_S, set_as_default=False)
    except OSError as error:
        raise ConnectionError(f"no Dask scheduler answers at {address}") from error
    try:
        yield from _run(client, chunks)
    finally:
        client.close()


def _run(
    cluster: Any, chunks: Iterator[Chunk[Task, Result]]
) -> Iterator[tuple[int, Result | Failure]]:
    import distributed
    from distributed.scheduler import KilledWorker

    as_completed: Any = distributed.as_completed

    held: dict[Any, Chunk[Task, Result]] = {}

    def sent(chunk: Chunk[Task, Result]) -> Any:
        future = cluster.submit(chunk, pure=False, retries=_DEATHS_ALLOWED)
        held[future] = chunk
        return future

    threads = max(sum(cluster.nthreads().values()), 1)
    waiting = as_completed(
        [sent(chunk) for chunk in islice(chunks, threads * _IN_HAND)], loop=cluster.loop
    )
    for future in waiting:
        chunk = held.pop(future)
        error = future.exception() if future.status == "error" else None
        if error is None:
            yield from zip(chunk.numbers, future.result(), strict=True)
        elif not isinstance(error, KilledWorker):
            raise error
        elif len(chunk.tasks) > 1:
            # Its own task may be the killer or a neighbour's: one by one it will be seen.
            for single in chunk.singles():
                waiting.add(sent(single))
        else:
            yield chunk.numbers[0], Failure("worker_died")
        for chunk in islice(chunks, 1):
            waiting.add(sent(chunk))
