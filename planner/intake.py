"""Files in, a history to plan with out: the one way of the app and the command line alike.

Read, examine, repair, need: each step keeps what it started from, so that a face can show all.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

import pandas as pd

from forecasting.doctor.examination import Examination, examine
from forecasting.doctor.need import Need, unconstrained
from forecasting.doctor.repairs import Repaired, repair
from forecasting.problems import empty_problems, has_errors, join_problems
from forecasting.reading.guarded import read_guarded
from forecasting.reading.history import HistoryReading, read_histories
from forecasting.reading.mapping import Mapping
from planner.centre import centre_special_days, last_date, opening_hours, with_channels
from planner.scenario import Scenario
from planner.store import HistoryStore
from planner.store_rows import Version
from planner.store_schema import MAGIC

Source = Path | str | bytes | BinaryIO
# Called as progress(step, share): a code, and how much of it is done, 0 .. 1; it may raise.
Progress = Callable[[str, float], None]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Intake:
    """A history on its way from its files to a plan.

    Attributes
    ----------
    reading : HistoryReading
        The files as they were understood: the originals.
    examination : Examination, optional
        What the doctor found; None if nothing could be read.
    repaired : Repaired, optional
        What was changed, and the history after it.
    need : Need, optional
        What was needed, and how it follows from what was offered.
    part : tuple
        What of a scenario all this depends on, see `examined_part`.
    until : datetime, optional
        The moment of the export.
    """

    reading: HistoryReading
    examination: Examination | None
    repaired: Repaired | None
    need: Need | None
    part: tuple[object, ...]
    until: datetime | None = None

    @property
    def history(self) -> pd.DataFrame:
        """The history to plan with."""
        return self.reading.history if self.need is None else self.need.history

    @property
    def findings(self) -> pd.DataFrame:
        """What the doctor found, as problems."""
        found = empty_problems() if self.examination is None else self.examination.findings
        return found.assign(file=self.name)

    @property
    def problems(self) -> pd.DataFrame:
        """Everything found in the files and in what they hold."""
        # A row that cannot be used would be told twice: as itself, and as the gap it leaves.
        if has_errors(self.reading.problems):
            return self.reading.problems
        return join_problems(self.reading.problems, self.findings)

    @property
    def name(self) -> str:
        """Name of the files."""
        return self.reading.name

    @property
    def sha256(self) -> str:
        """Hash of the files."""
        return self.reading.sha256

    @property
    def interval_min(self) -> int:
        """Length of the intervals [min], 0 if unknown."""
        return self.reading.interval_min

    def under(self, scenario: Scenario) -> Intake:
        """Return the same files under another scenario; itself if that changes nothing of it."""
        if examined_part(scenario) == self.part:
            return self
        return examined(self.reading, scenario, until=self.until)


def take_in(
    files: Sequence[Source],
    scenario: Scenario,
    *,
    names: Sequence[str] | None = None,
    mapping: Mapping | None = None,
    stored: str = "",
    version: int | None = None,
    until: datetime | None = None,
    guarded: bool = True,
    progress: Progress | None = None,
) -> Intake:
    """Read files and prepare what they hold, as the scenario's data settings say.

    Parameters
    ----------
    files : sequence of path, bytes or binary file
        Exports that together are one history; or one store of accepted histories.
    scenario : Scenario
        Its zone, country, events, hours and data settings.
    names : sequence of str, optional
        File names of uploads.
    mapping : Mapping, optional
        What is stated about the files.
    stored : str
        Name of the history in a store, where it has several.
    version : int, optional
        Of the history in a store; the latest if None.
    until : datetime, optional
        The moment of the export (aware), as the face knows it: rows after it cannot be true.
    guarded : bool
        Whether the files are read in a process of their own, as files of strangers must be.
    progress : callable, optional
        Called as progress(step, share); it may raise to cancel.

    Raises
    ------
    StoreRefused
        If a store does not have what is asked for. No other file makes this raise.
    """
    path = store_path(files)
    if path is not None:
        frame, accepted = HistoryStore(path).read(stored, version)
        starts = frame["interval_start"].dt.tz_convert(scenario.zone)
        reading = reading_of(frame.assign(interval_start=starts), accepted)
        return examined(reading, scenario, until=until)
    stated = mapping or Mapping()
    off = dict.fromkeys((*stated.repairs_off, *scenario.data.repairs_off))
    stated, zone = replace(stated, repairs_off=tuple(off)), scenario.zone
    if guarded:
        reading = read_guarded(files, names=names, progress=progress, zone=zone, mapping=stated)
    else:
        reading = read_histories(files, names=names, zone=zone, mapping=stated)
    if progress is not None:
        progress("examining", 0.0)
    return examined(reading, scenario, until=until)


def load_history(
    source: Source, scenario: Scenario, *, name: str = "", mapping: Mapping | None = None
) -> Intake:
    """Take in one file that is trusted: read in this process, without the guards of `take_in`.

    Parameters
    ----------
    source : path, bytes or binary file
        CSV (also .gz), XLSX, Parquet, or a store of accepted histories with one history.
    scenario : Scenario
        Its zone, country, events, hours and data settings.
    name : str
        File name of an upload.
    mapping : Mapping, optional
        What is stated about the file.
    """
    names = [name] if name else None
    return take_in([source], scenario, names=names, mapping=mapping, guarded=False)


def examined(
    reading: HistoryReading, scenario: Scenario, *, until: datetime | None = None
) -> Intake:
    """Examine a history that was read, repair it, and turn it into need.

    Parameters
    ----------
    reading : HistoryReading
        From `read_histories`, or `reading_of` a store.
    scenario : Scenario
        Its country, events, hours and data settings.
    until : datetime, optional
        The moment of the export; one before all of the history says more about the clock.
    """
    part = examined_part(scenario)
    history = reading.history
    if history.empty:
        return Intake(
            reading=reading, examination=None, repaired=None, need=None, part=part, until=until
        )
    moment = until if until is not None and until > history["interval_start"].min() else None
    stated_hours = any(queue.hours is not None for _, queue in scenario.queues)
    special = centre_special_days(reading, scenario, until=last_date(reading))
    examination = examine(
        history,
        reading.interval_min,
        opening=_hours(reading, scenario) if stated_hours else None,
        special_days=special,
        until=moment,
    )
    data = scenario.data
    off = frozenset((*data.repairs_off, *reading.mapping.repairs_off))
    repaired = repair(history, examination, repairs_off=off)
    need = unconstrained(
        repaired.history,
        reading.interval_min,
        redial_probability=data.redial_probability,
        retry_probability=data.retry_probability,
        redial_delay_min=data.redial_delay_min,
        steps=data.need_steps,
        special_days=special,
    )
    return Intake(
        reading=reading,
        examination=examination,
        repaired=repaired,
        need=need,
        part=part,
        until=until,
    )


def examined_part(scenario: Scenario) -> tuple[object, ...]:
    """Return what of a scenario an intake depends on; equal parts share one."""
    return (
        scenario.zone,
        scenario.country,
        scenario.region,
        scenario.events,
        scenario.data,
        tuple((name, queue.channel, queue.hours) for name, queue in scenario.queues),
    )


def reading_of(frame: pd.DataFrame, version: Version) -> HistoryReading:
    """Return an accepted history as a reading, so that it is examined and planned as a file is."""
    starts = frame["interval_start"]
    return HistoryReading(
        history=frame,
        problems=empty_problems(),
        reading={
            "format": "store",
            "version": version.number,
            "interval_min": version.interval_min,
            "zone": str(frame["interval_start"].dt.tz),
            "rows_used": len(frame),
            "first_interval": starts.min().isoformat(),
            "last_interval": starts.max().isoformat(),
        },
        name=f"{version.name} {version.number}",
        sha256=version.sha256,
        interval_min=version.interval_min,
    )


def _hours(reading: HistoryReading, scenario: Scenario) -> pd.DataFrame:
    return opening_hours(with_channels(reading.history, scenario), reading.interval_min, scenario)


def store_path(files: Sequence[Source]) -> Path | None:
    """Return the path of a store, if that is what was given instead of files."""
    if len(files) != 1 or not isinstance(files[0], str | Path):
        return None
    path = Path(files[0])
    try:
        with path.open("rb") as file:
            begins = file.read(len(MAGIC))
    except OSError:
        return None  # the reading says why
    return path if begins == MAGIC else None
