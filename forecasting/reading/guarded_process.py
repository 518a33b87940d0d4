"""The process that reads files of strangers, started as a module with a folder for its argument.

It reads its task from the folder and writes the result there; each line it prints is the code of a
step and the share that is done.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path


def main() -> int:
    """Read the files of the task, and return how it went."""
    folder = Path(sys.argv[1])
    tell("starting", 0.0)
    limit(folder)
    from forecasting.reading.carried import read_task, write_carried
    from forecasting.reading.guarded import OUT_OF_MEMORY
    from forecasting.reading.history import read_histories

    try:
        task, mapping = read_task(folder)
        files = task["files"]
        reading = read_histories(
            [Path(file["path"]) for file in files],
            names=[file["name"] for file in files],
            mapping=mapping,
            progress=lambda step, share: tell(step, 0.1 + 0.8 * share),
            **{name: task[name] for name in ("zone", "queue", "channel")},
        )
        tell("handing_over", 0.95)
        write_carried(reading, folder)
    except MemoryError:
        return OUT_OF_MEMORY
    return 0


def tell(step: str, share: float) -> None:
    """Print a line of progress."""
    sys.stdout.write(json.dumps([step, share]) + "\n")
    sys.stdout.flush()


def limit(folder: Path) -> None:
    """Take on the limits of the task."""
    try:
        import resource  # not on Windows, where the parent's timeout must do
    except ImportError:
        return
    task = json.loads((folder / "task.json").read_text(encoding="utf-8"))
    memory, cpu_s = task["memory_mb"] * 1_000_000, task["cpu_s"]
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_s, cpu_s + 1))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


if __name__ == "__main__":
    sys.exit(main())
