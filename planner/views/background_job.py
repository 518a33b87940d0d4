"""Work done beside the app, so that pages stay alive while files are read and models tried.

It runs in a thread of the server, not of one visitor's page: going to another page or switching
the language leaves it running, and whoever asks for the same meanwhile waits for the same job.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from concurrent.futures import Future
from concurrent.futures import TimeoutError as StillRunning
from threading import Event, Thread
from typing import Any, Generic, Protocol, TypeVar

Result = TypeVar("Result")


class Cancelled(Exception):  # noqa: N818 - what a person asked for, not a fault
    """The work was cancelled between two steps."""


class BackgroundJob(ABC, Generic[Result]):
    """One result in the making, begun when the job is made."""

    def __init__(self) -> None:
        self._cancelled = Event()
        self._result: Future[Result] = Future()
        # A daemon: whoever stops the server need not wait for it.
        Thread(target=self._run, daemon=True).start()

    @abstractmethod
    def _make(self) -> Result:
        """Make the result, calling `check` between two steps."""

    @property
    def finished(self) -> bool:
        """Whether there is a result, or a reason why there is none."""
        return self._result.done()

    @property
    def cancelled(self) -> bool:
        """Whether somebody cancelled it."""
        return self._cancelled.is_set()

    @property
    def failed(self) -> bool:
        """Whether there is a reason why there is no result."""
        return self.finished and self._result.exception() is not None

    def cancel(self) -> None:
        """Stop before the next step."""
        self._cancelled.set()

    def wait(self, seconds: float) -> None:
        """Wait a moment for the result: most are there before a progress bar would be drawn."""
        try:
            self._result.exception(timeout=seconds)
        except StillRunning:
            return

    def result(self) -> Result:
        """Return the result, or raise what stood in its way.

        Raises
        ------
        Cancelled
            If it was cancelled.
        """
        return self._result.result()

    def check(self) -> None:
        """Raise `Cancelled` if somebody cancelled it."""
        if self._cancelled.is_set():
            raise Cancelled

    def _run(self) -> None:
        try:
            result = self._make()
        except Exception as error:  # noqa: BLE001 - raised again where the result is asked for
            self._result.set_exception(error)
        else:
            self._result.set_result(result)


Job = TypeVar("Job", bound=BackgroundJob[Any])
Job_co = TypeVar("Job_co", bound=BackgroundJob[Any], covariant=True)


class JobStore(Protocol[Job_co]):
    """A function of Streamlit's cache that begins a job, or returns the one begun before."""

    def __call__(self, *key: Any) -> Job_co:
        """Return the job of a key."""

    def clear(self, *key: Any) -> None:
        """Forget a job."""


def job_of(jobs: JobStore[Job], *key: Any, again: bool) -> Job:
    """Return a job; one that was cancelled or has failed is begun anew if asked for again."""
    job = jobs(*key)
    if again and (job.cancelled or job.failed):
        jobs.clear(*key)
        job = jobs(*key)
    return job
