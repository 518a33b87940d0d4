"""Progress of a forecast over many queues, and how to stop it."""

from __future__ import annotations

from collections.abc import Callable

# Called as progress(done, total, queue, model).
Progress = Callable[[int, int, str, str], None]


class Ticks:
    """Counts backtest forecasts over all queues, so that progress never runs backwards."""

    def __init__(self, progress: Progress | None, *, forecasts: int, queues: int) -> None:
        self._progress = progress
        self._queue_size = forecasts
        self._total = queues * self._queue_size
        self._queue_index = -1

    def of(self, queue: str) -> Callable[[str], None]:
        """Start a queue; one with a short history has fewer forecasts and jumps ahead."""
        self._queue_index += 1
        done = self._queue_index * self._queue_size

        def tick(model: str) -> None:
            nonlocal done
            done += 1
            if self._progress is not None:
                self._progress(done, self._total, queue, model)

        return tick

    def whole(self, queue: str) -> None:
        """Count a queue that was done elsewhere."""
        self._queue_index += 1
        if self._progress is not None:
            done = (self._queue_index + 1) * self._queue_size
            self._progress(done, self._total, queue, "")


class Stopped(BaseException):
    """Carries what a caller's progress raised past everything that catches errors of a queue."""

    def __init__(self, cause: BaseException) -> None:
        super().__init__(cause)
        self.cause = cause


def stoppable(tick: Callable[[str], None]) -> Callable[[str], None]:
    """Let what a tick raises stop the whole forecast, not only its queue."""

    def ticking(model: str) -> None:
        try:
            tick(model)
        except BaseException as cause:
            raise Stopped(cause) from cause

    return ticking
