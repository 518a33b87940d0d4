"""The rows of a history file: which of them stand, whose they are, and how a fault is noted.

A fault is noted once: a value that is wrong in itself is unknown to the checks that compare values,
and a row that cannot be used takes no part in the search for duplicates.
"""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from forecasting.reading.columns import channel_of, nearest_channel

if TYPE_CHECKING:
    import numpy.typing as npt

    from forecasting.problems import ProblemCollector
    from forecasting.reading.raw_table import Cells, RawTable

    Mask = npt.NDArray[np.bool_]
    Texts = npt.NDArray[np.object_]

LONGEST_NAME = 200
_TOTAL = r"(?:grand |sub|sub-|gran )?tota(?:l|ls|les)|total general|suma?|promedio|average|media"


class HistoryRows:
    """Which rows still stand, and how a fault is noted against them.

    Parameters
    ----------
    table : RawTable
        The file's cells.
    columns : dict
        Our name -> index of the column.
    problems : ProblemCollector
        Receives the faults.
    """

    def __init__(
        self, table: RawTable, columns: dict[str, int], problems: ProblemCollector
    ) -> None:
        count = len(table.row)
        self.table = table
        self.columns = columns
        self.problems = problems
        self.judged: Mask = np.ones(count, dtype=bool)  # rows of data, not of totals
        self.stands: Mask = np.ones(count, dtype=bool)  # rows that can be used so far
        self.queue: Texts = np.full(count, "", dtype=object)
        self._cells: dict[str, Cells] = {}

    def cells(self, name: str) -> Cells:
        """Return the cells of the column that is called `name` by us."""
        if name not in self._cells:
            self._cells[name] = self.table.cells(self.columns[name])
        return self._cells[name]

    def header(self, name: str) -> str:
        """Return the file's own header of our column `name`."""
        return self.table.header[self.columns[name]]

    def strike(
        self,
        code: str,
        faulty: Mask,
        name: str,
        *,
        expected: str | Texts = "",
        found: Texts | None = None,
        severity: str = "",
        drop: bool = True,
    ) -> None:
        """Note `code` for the faulty rows under the column `name`, and drop them if asked."""
        rows = np.flatnonzero(faulty & self.judged)
        if not len(rows):
            return
        cells = self.cells(name)
        self.problems.add_rows(
            code,
            self.table.row[rows],
            column=self.header(name),
            queue=self.queue[rows],
            found=cells.text.to_numpy(dtype=object)[cells.code[rows]]
            if found is None
            else found[rows],
            expected=expected if isinstance(expected, str) else expected[rows],
            severity=severity,
        )
        if drop:
            self.stands[rows] = False

    def note_once(self, code: str, where: Mask, name: str) -> None:
        """Note what is harmless in one line: the first row, and how many there are."""
        rows = np.flatnonzero(where & self.judged)
        if len(rows):
            text = str(self.cells(name).by_row()[rows[0]])
            self.problems.add(
                code,
                row=int(self.table.row[rows[0]]),
                column=self.header(name),
                queue=str(self.queue[rows[0]]) if len(set(self.queue[rows])) == 1 else "",
                found=text if len(rows) == 1 else f"{len(rows)} × {text}",
            )


def drop_totals(rows: HistoryRows) -> None:
    """Leave out rows of totals and averages: their date or their queue says so.

    A file whose only queue is called "Total" is a history of that queue.
    """
    for name in ("interval_start", "date", "time", "queue"):
        if name in rows.columns:
            cells = rows.cells(name)
            says = cells.text.str.lower().str.fullmatch(_TOTAL).to_numpy(dtype=bool)
            if not says.all():
                total = says[cells.code]
                rows.strike("total_row", total, name)
                rows.judged &= ~total


def read_queues(rows: HistoryRows, queue: str) -> None:
    """Read the queue of each row, or take `queue` for a file that names none."""
    if "queue" not in rows.columns:
        rows.queue[:] = queue
        rows.problems.add("queue_assumed", expected=queue)
        return
    cells = rows.cells("queue")
    names = cells.text.map(lambda text: unicodedata.normalize("NFC", text))
    unusable = names.str.contains(r"[\x00-\x1f\x7f-\x9f]") | (names.str.len() > LONGEST_NAME)
    rows.strike("queue_blank", (names == "").to_numpy(dtype=bool)[cells.code], "queue")
    rows.strike(
        "queue_name_unusable",
        unusable.to_numpy(dtype=bool)[cells.code],
        "queue",
        expected=f"1 .. {LONGEST_NAME}",
    )
    rows.queue = names.mask(unusable, "").to_numpy(dtype=object)[cells.code]


def read_channels(rows: HistoryRows, channel: str) -> Texts:
    """Read the channel of each row, `channel` where it is blank; return our codes."""
    if "channel" not in rows.columns:
        rows.problems.add("channel_assumed", expected=channel)
        return np.full(len(rows.stands), channel, dtype=object)
    cells = rows.cells("channel")
    known = cells.text.map(channel_of)
    blank = (cells.text == "").to_numpy(dtype=bool)[cells.code]
    if (blank & rows.judged).any():
        rows.problems.add("channel_assumed", column=rows.header("channel"), expected=channel)
    codes: Texts = known.mask(cells.text == "", channel).to_numpy(dtype=object)[cells.code]
    nearest = cells.text.where(known != "", cells.text.map(nearest_channel))
    expected = nearest.to_numpy(dtype=object)[cells.code]
    rows.strike("channel_unknown", codes == "", "channel", expected=expected)
    _strike_conflicts(rows, codes)
    return codes


def _strike_conflicts(rows: HistoryRows, codes: Texts) -> None:
    """Strike rows with another channel than most rows of their queue: a queue has one channel."""
    frame = pd.DataFrame({"queue": rows.queue, "channel": codes})
    named = frame[rows.judged & (codes != "") & (rows.queue != "")]
    counts = named.groupby("queue", sort=False)["channel"].value_counts().reset_index()
    usual = counts.drop_duplicates("queue").set_index("queue")["channel"]
    expected = frame["queue"].map(usual).fillna("").to_numpy(dtype=object)
    conflict = (codes != expected) & (codes != "") & (expected != "")
    rows.strike("channel_conflict", conflict, "channel", expected=expected)


def strike_duplicates(rows: HistoryRows, frame: pd.DataFrame) -> None:
    """Strike rows that give an interval again.

    Of identical rows the first is kept. Of different ones none is: choosing would be a guess, so
    the interval is lost until the file is mended. Each row after the first is noted.

    Parameters
    ----------
    rows : HistoryRows
        The rows of the file.
    frame : DataFrame
        What was read from them, row by row: queue, interval_start and the values.
    """
    keys = ["queue", "interval_start"]
    standing = np.flatnonzero(rows.stands)
    at = standing[frame.iloc[standing].duplicated(keys, keep=False).to_numpy()]
    if not len(at):
        return
    again = frame.iloc[at]
    first = pd.Series(at).groupby(again.groupby(keys, sort=False).ngroup().to_numpy())
    original = first.transform("first").to_numpy()
    own, other = (
        frame.drop(columns=keys).iloc[where].reset_index(drop=True) for where in (at, original)
    )
    differs = ~(own.eq(other) | (own.isna() & other.isna())).all(axis=1).to_numpy()
    expected = np.full(len(frame), "", dtype=object)
    expected[at] = [str(number) for number in rows.table.row[original]]
    name = next(name for name in ("interval_start", "date", "time") if name in rows.columns)
    for code, where in (
        ("duplicate_row", ~differs & (at != original)),
        ("duplicate_conflict", differs),
    ):
        mask = np.zeros(len(frame), dtype=bool)
        mask[at[where]] = True
        rows.strike(code, mask, name, expected=expected)
    rows.stands[original[differs]] = False
