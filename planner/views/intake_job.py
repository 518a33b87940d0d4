"""Files being read beside the app."""

from __future__ import annotations

import tempfile
from datetime import datetime
from pathlib import Path

from planner.intake import Intake, take_in
from planner.scenario import Scenario
from planner.store import is_store
from planner.views.background_job import BackgroundJob
from planner.views.session import Source


class IntakeJob(BackgroundJob[Intake]):
    """One history in the reading.

    Attributes
    ----------
    step : str
        What is being done, a code.
    share : float
        How much of it is done, 0 to 1.
    """

    def __init__(self, source: Source, scenario: Scenario, until: datetime | None) -> None:
        self.step, self.share = "", 0.0
        self._source, self._scenario, self._until = source, scenario, until
        super().__init__()

    def _make(self) -> Intake:
        source = self._source
        names, contents = zip(*source.files, strict=True)
        if len(contents) == 1 and is_store(contents[0]):
            return self._from_store(contents[0])
        return take_in(
            list(contents),
            self._scenario,
            names=list(names),
            mapping=source.mapping,
            until=self._until,
            # The sample is ours: it needs no guard.
            guarded=not source.is_sample,
            progress=self._progress,
        )

    def _from_store(self, content: bytes) -> Intake:
        """Read a store that was uploaded: SQLite wants a file."""
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "store"
            path.write_bytes(content)
            return take_in([path], self._scenario, stored=self._source.stored, until=self._until)

    def _progress(self, step: str, share: float) -> None:
        self.check()
        self.step, self.share = step, share
