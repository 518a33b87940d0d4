"""Files of strangers, read in a process of its own with limits on memory, processor and time.

Nothing is unpickled: the process is given its task as JSON and TOML and gives back its result as
Arrow tables and JSON, in a folder that only this user can read.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from queue import Empty, Queue
from typing import TYPE_CHECKING, BinaryIO

from forecasting.reading.carried import read_carried, stopped_reading, write_task

if TYPE_CHECKING:
    from forecasting.reading.history import HistoryReading
    from forecasting.reading.mapping import Mapping

# Called as progress(step, share): a code of what is being done, and how much is done, 0 .. 1.
# What it raises stops the reading: that is how a caller cancels.
ReadingProgress = Callable[[str, float], None]

# How the process ends when it is not through: by itself, or by the system for its processor time.
OUT_OF_MEMORY = 3
_REASONS = {0: "", OUT_OF_MEMORY: "memory", -24: "time", -9: "memory"}
_MODULE = "forecasting.reading.guarded_process"
_LOOK_S = 0.1  # how often the caller is asked whether to go on


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingLimits:
    """What reading may cost.

    Parameters
    ----------
    memory_mb : int
        Address space of the reading process [MB]; much of it is never touched.
    cpu_s, time_s : int
        Processor time and elapsed time [s].
    """

    memory_mb: int = 4_000
    cpu_s: int = 120
    time_s: int = 180

    def __post_init__(self) -> None:
        for name in ("memory_mb", "cpu_s", "time_s"):
            if getattr(self, name) <= 0:
                raise ValueError(f"{name} is {getattr(self, name)}, must be > 0")


def read_guarded(
    sources: Sequence[Path | str | bytes | BinaryIO],
    *,
    names: Sequence[str] | None = None,
    limits: ReadingLimits | None = None,
    progress: ReadingProgress | None = None,
    zone: str = "UTC",
    mapping: Mapping | None = None,
    queue: str = "all",
    channel: str = "voice",
) -> HistoryReading:
    """Read files as `read_histories` does, in a process that may die without harm.

    Parameters
    ----------
    sources : sequence of Path, str, bytes or binary files
        The files, or uploads.
    names : sequence of str, optional
        Of uploads; a path has its own.
    limits : ReadingLimits, optional
        What reading may cost. Where it is exceeded the history is empty and the problems say so:
        `reading_stopped`, with "memory", "time" or "crash" as what was found.
    progress : callable, optional
        Called with the code of a step and the share that is done, and from time to time while a
        step lasts. An exception of it ends the process and is passed on.
    zone, mapping, queue, channel
        As of `read_histories`.

    Raises
    ------
    ValueError
        If an argument other than the sources has a value that is not allowed.
    """
    limits = limits or ReadingLimits()
    with tempfile.TemporaryDirectory(prefix="aforo-reading-") as folder:
        options: dict[str, str | int] = {
            "zone": zone,
            "queue": queue,
            "channel": channel,
            "memory_mb": limits.memory_mb,
            "cpu_s": limits.cpu_s,
        }
        write_task(Path(folder), sources, names, mapping, options)
        process = _start(folder)
        try:
            stopped = _wait(process, limits, progress)
        finally:
            _end(process)
        reading = None if stopped else read_carried(Path(folder))
        if reading is None:
            expected = {"time": f"<= {limits.time_s} s", "memory": f"<= {limits.memory_mb} MB"}
            stopped = stopped or "crash"
            return stopped_reading(Path(folder), stopped, expected.get(stopped, ""))
        return reading


def _start(folder: str) -> subprocess.Popen[bytes]:
    """Start the reading process, with our code on its path and little else of our environment."""
    kept = ("PATH", "SYSTEMROOT", "TEMP", "TMP", "LANG", "PYTHONTZPATH", "LD_LIBRARY_PATH")
    environment = {name: os.environ[name] for name in kept if name in os.environ}
    environment |= {
        "PYTHONPATH": os.pathsep.join(path for path in sys.path if path),
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
        "ARROW_DEFAULT_MEMORY_POOL": "system",
    }
    return subprocess.Popen(  # noqa: S603 - our own module, no shell
        [sys.executable, "-P", "-m", _MODULE, folder],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=environment,
        start_new_session=True,  # a group of its own, to be ended as a whole
    )


def _wait(
    process: subprocess.Popen[bytes], limits: ReadingLimits, progress: ReadingProgress | None
) -> str:
    """Pass its progress on until the process ends; return why it was stopped, "" if it was not."""
    lines: Queue[bytes | None] = Queue()
    threading.Thread(target=_listen, args=(process, lines), daemon=True).start()
    deadline = time.monotonic() + limits.time_s
    step, share = "starting", 0.0
    while True:
        if progress is not None:
            progress(step, share)
        if time.monotonic() > deadline:
            return "time"
        try:
            line = lines.get(timeout=_LOOK_S)
        except Empty:
            continue
        if line is None:
            break
        try:
            step, share = json.loads(line)
        except ValueError:  # something a library printed
            continue
    return _REASONS.get(process.wait(), "crash")


def _listen(process: subprocess.Popen[bytes], lines: Queue[bytes | None]) -> None:
    assert process.stdout is not None  # noqa: S101 - it was opened as a pipe
    for line in process.stdout:
        lines.put(line)
    lines.put(None)


def _end(process: subprocess.Popen[bytes]) -> None:
    """End the process and all it has started."""
    if sys.platform == "win32":
        process.kill()
    else:
        with contextlib.suppress(ProcessLookupError, PermissionError):  # gone already
            os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    if process.stdout is not None:
        process.stdout.close()
