"""The rows of a history: which of them stand, whose they are, and how a fault is noted.

A fault is noted once: a value that is wrong in itself is unknown to the checks that compare values,
and a row that cannot be used takes no part in the search for duplicates.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from forecasting.reading.columns import (
    CHANNELS,
    channel_of,
    nearest_channel,
    plain_words,
    says_total,
)
from forecasting.reading.queue_names import clean_names

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy.typing as npt

    from forecasting.problems import ProblemCollector
    from forecasting.reading.decisions import Decisions
    from forecasting.reading.raw_table import Cells
    from forecasting.reading.tables import Table

    Mask = npt.NDArray[np.bool_]
    Texts = npt.NDArray[np.object_]
    Codes = npt.NDArray[np.int64]

LONGEST_NAME = 200
_OWN_SHARE = 0.1  # of a queue's rows, for a second channel to be meant and not a slip


class HistoryRows:
    """Which rows still stand, and how a fault is noted against them.

    Parameters
    ----------
    table : Table
        The cells of the file or files.
    problems : ProblemCollector
        Receives the faults.
    """

    def __init__(self, table: Table, problems: ProblemCollector) -> None:
        count = len(table.row)
        self.table = table
        self.problems = problems
        self.judged: Mask = np.ones(count, dtype=bool)  # rows of data, not of totals
        self.stands: Mask = np.ones(count, dtype=bool)  # rows that can be used so far
        self.queue_code: Codes = np.zeros(count, dtype=np.int64)
        self.queue_names: Texts = np.array([""], dtype=object)
        self.series: Codes = np.zeros(count, dtype=np.int64)  # which row follows which in time

    def __contains__(self, name: str) -> bool:
        """Tell whether the file has our column `name`."""
        return name in self.table.cells

    @property
    def queue(self) -> Texts:
        """The queue of each row."""
        return self.queue_names[self.queue_code]

    def cells(self, name: str) -> Cells:
        """Return the cells of the column that is called `name` by us."""
        return self.table.cells[name]

    def header(self, name: str) -> str:
        """Return the file's own header of our column `name`."""
        return self.table.headers.get(name, "")

    def files(self, rows: npt.NDArray[np.intp]) -> Texts:
        """Return the files in which rows stand."""
        files = np.array([file for file, _ in self.table.sources], dtype=object)
        return np.asarray(files[self.table.source[rows]], dtype=object)

    def sheets(self, rows: npt.NDArray[np.intp]) -> Texts:
        """Return the sheets in which rows stand."""
        sheets = np.array([sheet for _, sheet in self.table.sources], dtype=object)
        return np.asarray(sheets[self.table.source[rows]], dtype=object)

    def strike(
        self,
        code: str,
        faulty: Mask,
        name: str,
        *,
        expected: str | Texts = "",
        found: Texts | Callable[[npt.NDArray[np.intp]], Texts] | None = None,
        severity: str = "",
        drop: bool = True,
        done: str = "",
    ) -> None:
        """Note `code` for the faulty rows under the column `name`, and drop them if asked.

        `found` is what stands there if not the column's own text: by row, or asked for rows.
        """
        if not faulty.any():
            return
        rows = np.flatnonzero(faulty & self.judged)
        if not len(rows):
            return
        cells = self.cells(name)
        self.problems.add_rows(
            code,
            self.table.row[rows],
            column=self.header(name),
            queue=self.queue_names[self.queue_code[rows]],
            found=_found(cells, found, rows),
            expected=expected if isinstance(expected, str) else expected[rows],
            severity=severity,
            done=done or ("dropped" if drop else "none"),
            file=self.files(rows),
            sheet=self.sheets(rows),
        )
        if drop:
            self.stands[rows] = False

    def note_once(self, code: str, where: Mask, name: str, *, done: str = "none") -> None:
        """Note what is harmless in one line: the first row, and how many there are."""
        if not where.any():
            return
        rows = np.flatnonzero(where & self.judged)
        if len(rows):
            cells, first = self.cells(name), rows[:1]
            text = str(cells.text.iloc[int(cells.code[first][0])])
            queues = np.unique(self.queue_code[rows])
            self.problems.add_rows(
                code,
                self.table.row[first],
                column=self.header(name),
                queue=[str(self.queue_names[queues[0]]) if len(queues) == 1 else ""],
                found=[text if len(rows) == 1 else f"{len(rows)} × {text}"],
                file=self.files(first),
                sheet=self.sheets(first),
                done=done,
            )


def _found(
    cells: Cells,
    found: Texts | Callable[[npt.NDArray[np.intp]], Texts] | None,
    rows: npt.NDArray[np.intp],
) -> Texts:
    if callable(found):
        return found(rows)
    return cells.text.to_numpy(dtype=object)[cells.code[rows]] if found is None else found[rows]


def drop_totals(rows: HistoryRows) -> None:
    """Leave out rows of totals and averages: their date or their queue says so.

    A file whose only queue is called "Total" is a history of that queue.
    """
    for name in ("interval_start", "date", "time", "queue"):
        if name in rows:
            cells = rows.cells(name)
            written = cells.text[cells.text != ""]
            says = cells.text.map(says_total).to_numpy(dtype=bool)
            if name == "queue":
                says &= ~_names_a_queue(cells.text)
            if says.any() and not says[written.index].all():
                total = says[cells.code]
                rows.strike("total_row", total, name)
                rows.judged &= ~total


def _names_a_queue(texts: pd.Series[str]) -> Mask:
    """Tell queues such as "Total Care" from the total of a queue that is called "Care"."""
    words = texts.map(plain_words)
    rest = words.str.extract(r"^total (.+)$")[0]
    return (rest.notna() & ~rest.isin({*words, "general", "day", "dia"})).to_numpy(dtype=bool)


def read_queues(rows: HistoryRows, queue: str, *, stated: bool = False) -> None:
    """Read the queue of each row, or take `queue` for a file that names none."""
    if "queue" not in rows:
        rows.queue_names = np.array([queue], dtype=object)
        if not stated:
            rows.problems.add("queue_assumed", expected=queue)
        return
    cells = rows.cells("queue")
    names = clean_names(rows, cells)
    unusable = names.str.len() > LONGEST_NAME
    kept = names.mask(unusable, "")
    code, distinct = pd.factorize(kept)
    blank = (names == "").to_numpy(dtype=bool)[cells.code]
    rows.strike("queue_blank", blank, "queue")
    rows.strike(
        "queue_name_unusable",
        unusable.to_numpy(dtype=bool)[cells.code],
        "queue",
        expected=f"1 .. {LONGEST_NAME}",
    )
    rows.queue_names = np.asarray(distinct, dtype=object)
    rows.queue_code = code[cells.code]


def read_channels(rows: HistoryRows, channel: str, *, stated: bool = False) -> Codes:
    """Read the channel of each row, `channel` where it is blank; return its place in CHANNELS.

    A word that is no channel gives -1.
    """
    place = {name: at for at, name in enumerate(CHANNELS)}
    name = "channel" if "channel" in rows else "direction"
    if name not in rows:
        if not stated:
            rows.problems.add("channel_assumed", expected=channel)
        return np.full(len(rows.stands), place[channel], dtype=np.int64)
    cells = rows.cells(name)
    known = cells.text.map(channel_of)
    if name == "direction":  # inbound or outbound
        known = known.where(known == "outbound", channel).mask(cells.text == "", "")
        known = known.mask(cells.text.str.lower().isin({"out", "o", "salida"}), "outbound")
    blank = (cells.text == "").to_numpy(dtype=bool)[cells.code]
    if (blank & rows.judged).any():
        rows.problems.add("channel_assumed", column=rows.header(name), expected=channel)
    codes: Codes = np.array(
        [place.get(one, -1) for one in known.mask(cells.text == "", channel)], dtype=np.int64
    )
    unknown = (codes < 0)[cells.code]
    if unknown.any():
        nearest = cells.text.where(known != "", cells.text.map(nearest_channel))
        expected = nearest.to_numpy(dtype=object)[cells.code]
        rows.strike("channel_unknown", unknown, name, expected=expected)
    return codes[cells.code]


def settle_channels(
    rows: HistoryRows, channels: Codes, clock: npt.NDArray[np.datetime64], decisions: Decisions
) -> None:
    """Give each channel of a shared queue a queue of its own; strike rows whose channel is a slip.

    A second channel is meant if it has a good part of the queue's rows, or if its rows stand beside
    rows of the first at the same time. The channel that comes first in `CHANNELS` keeps the name.
    """
    usable = rows.judged & (channels >= 0) & (rows.queue_names != "")[rows.queue_code]
    pair = rows.queue_code * len(CHANNELS) + np.maximum(channels, 0)
    count = np.bincount(pair[usable], minlength=len(rows.queue_names) * len(CHANNELS))
    by_queue = count.reshape(-1, len(CHANNELS))
    usual = by_queue.argmax(axis=1)
    names = list(rows.queue_names)
    slips = np.zeros(len(channels), dtype=bool)
    moved: dict[int, int] = {}  # pair of queue and channel -> the queue of its own
    for queue in map(int, np.flatnonzero((by_queue > 0).sum(axis=1) > 1)):
        main = int(usual[queue])
        others = [at for at in map(int, np.flatnonzero(by_queue[queue])) if at != main]
        meant = [at for at in others if _is_meant(pair, queue, at, main, clock, by_queue)]
        slip = [queue * len(CHANNELS) + at for at in set(others) - set(meant)]
        slips |= usable & np.isin(pair, slip)
        for at in sorted([*meant, main])[1:]:
            moved[queue * len(CHANNELS) + at] = len(names)
            names.append(f"{rows.queue_names[queue]} ({CHANNELS[at]})")
    name = "channel" if "channel" in rows else "direction"
    if slips.any():
        expected = np.array(CHANNELS, dtype=object)[usual][rows.queue_code]
        rows.strike("channel_conflict", slips, name, expected=expected)
    if moved:
        new = np.arange(len(rows.queue_names)).repeat(len(CHANNELS))
        new[list(moved)] = list(moved.values())
        split = np.isin(pair, list(moved)) & usable
        rows.queue_code = np.where(channels >= 0, new[pair], rows.queue_code)
        rows.queue_names = np.array(names, dtype=object)
        rows.note_once("queue_split_by_channel", split, name, done="converted")
        made = ", ".join(names[at] for at in moved.values())
        decisions.note("queue", "split", "shared_by_channels", evidence=made)


def _is_meant(
    pair: Codes,
    queue: int,
    channel: int,
    usual: int,
    clock: npt.NDArray[np.datetime64],
    by_queue: Codes,
) -> bool:
    if by_queue[queue, channel] > _OWN_SHARE * by_queue[queue].sum():
        return True
    own = clock[pair == queue * len(CHANNELS) + channel]
    others = clock[pair == queue * len(CHANNELS) + usual]
    return bool(np.isin(own, others).mean() > 0.5)


def number_series(rows: HistoryRows, channels: Codes, adds: tuple[str, ...]) -> None:
    """Give rows of one queue, channel and part of a queue the same number."""
    series = rows.queue_code * len(CHANNELS) + np.maximum(channels, 0)
    for name in adds:
        if name in rows:
            cells = rows.cells(name)
            series = pd.factorize(series * len(cells.text) + cells.code)[0]
    rows.series = np.asarray(series, dtype=np.int64)
