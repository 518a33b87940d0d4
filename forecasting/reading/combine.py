"""The rows of all tables as one history: repeated rows left out, parts of a queue added up."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from forecasting.reading.columns import CHANNELS

if TYPE_CHECKING:
    import numpy.typing as npt

    from forecasting.problems import ProblemCollector
    from forecasting.reading.decisions import Decisions
    from forecasting.reading.table_reading import TableReading

_KEYS = ("queue_code", "channel_code", "series", "instant", "place", "table")
_AVERAGES = ("aht_s", "wait_s")
OPTIONAL = (
    *("abandoned", "answered_in_target", "answered", "blocked", "transferred_in", "wait_s"),
)


def one_frame(readings: list[TableReading]) -> tuple[pd.DataFrame, npt.NDArray[np.object_]]:
    """Put the rows of all tables under one another, with common numbers for their queues."""
    names = np.concatenate([reading.queue_names for reading in readings])
    code, distinct = pd.factorize(names)
    order = np.argsort(np.asarray(distinct, dtype=str), kind="stable")
    rank = np.empty(len(order), dtype=np.int64)
    rank[order] = np.arange(len(order))
    start, frames = 0, []
    for at, reading in enumerate(readings):
        count = len(reading.queue_names)
        queue = rank[code[start : start + count]][reading.frame["queue_code"].to_numpy()]
        reading.frame["queue_code"] = queue
        reading.frame["table"] = at
        frames.append(reading.frame)
        start += count
    joined = pd.concat(frames, ignore_index=True) if len(frames) > 1 else frames[0]
    return joined, np.asarray(distinct, dtype=object)[order]


def drop_repeated(
    frame: pd.DataFrame,
    names: npt.NDArray[np.object_],
    readings: list[TableReading],
    problems: ProblemCollector,
) -> pd.DataFrame:
    """Leave out rows that give an interval again.

    Of identical rows the first is kept. Of different ones none is: choosing would be a guess, so
    the interval is lost until the file is mended. Each row after the first is noted.
    """
    keys = ["queue_code", "series", "instant"] if len(readings) == 1 else ["queue_code", "instant"]
    again = frame.duplicated(keys, keep=False).to_numpy()
    if not again.any():
        return frame
    some = frame[again]
    place = pd.Series(some.index)
    original = place.groupby(some.groupby(keys, sort=False).ngroup().to_numpy()).transform("first")
    values = [name for name in frame.columns if name not in _KEYS] + ["channel_code"]
    own = frame.loc[place, values].reset_index(drop=True)
    other = frame.loc[original, values].reset_index(drop=True)
    differs = ~(own.eq(other) | (own.isna() & other.isna())).all(axis=1).to_numpy()
    at, first = place.to_numpy(), original.to_numpy()
    for code, where, done in (
        ("duplicate_row", ~differs & (at != first), "kept_first"),
        ("duplicate_conflict", differs, "dropped"),
    ):
        if where.any():
            _note(
                code, frame.loc[at[where]], frame.loc[first[where]], names, readings, problems, done
            )
    gone = np.concatenate([at[at != first], first[differs]])
    return frame.drop(index=list(np.unique(gone)))


def _note(
    code: str,
    rows: pd.DataFrame,
    firsts: pd.DataFrame,
    names: npt.NDArray[np.object_],
    readings: list[TableReading],
    problems: ProblemCollector,
    done: str,
) -> None:
    """Note repeated rows, with the line of the first as what is expected."""
    for table, part in rows.groupby("table", sort=False):
        reading = readings[int(str(table))].rows
        name = next(
            name for name in ("interval_start", "date", "time", "interval_end") if name in reading
        )
        cells = reading.cells(name)
        at = part["place"].to_numpy()
        same = (rows["table"] == table).to_numpy()
        problems.add_rows(
            code,
            reading.table.row[at],
            column=reading.header(name),
            queue=names[part["queue_code"].to_numpy()],
            found=cells.text.to_numpy(dtype=object)[cells.code[at]],
            expected=_lines(firsts[same], readings),
            done=done,
            file=reading.files(at),
            sheet=reading.sheets(at),
        )


def _lines(rows: pd.DataFrame, readings: list[TableReading]) -> list[str]:
    """Return the line of each row in its file."""
    pairs = zip(rows["table"], rows["place"], strict=True)
    return [str(readings[table].rows.table.row[place]) for table, place in pairs]


def add_parts(frame: pd.DataFrame, decisions: Decisions) -> pd.DataFrame:
    """Add up the rows of one queue and interval that are of different skills, languages, agents.

    Counts are summed, unknown if one of them is; averages are weighted by the contacts answered.
    """
    keys = ["queue_code", "channel_code", "instant"]
    if not frame.duplicated(keys[::2]).any():
        return frame
    decisions.note(
        "rows", "summed", "parts_of_rows", evidence=str(int(frame.duplicated(keys).sum()))
    )
    answered = frame["answered"] if "answered" in frame else frame["contacts"]
    if "answered" not in frame and "abandoned" in frame:
        answered = answered - frame["abandoned"].fillna(0)
    weights = {"aht_s": answered, "wait_s": frame["contacts"]}
    group = frame.groupby(keys, sort=False)
    sums = {}
    for name in frame.columns.difference([*_KEYS]):
        if name in _AVERAGES:
            weight = weights[name].where(frame[name].notna()).fillna(0.0)
            total = (frame[name] * weight).fillna(0.0).groupby(group.ngroup()).sum()
            over = weight.groupby(group.ngroup()).sum()
            sums[name] = (total / over.where(over > 0)).to_numpy()
        else:
            sums[name] = group[name].sum(min_count=1).where(~group[name].agg(_any_lost)).to_numpy()
    first = group[["series", "place", "table"]].first().reset_index()
    return first.assign(**sums)


def _any_lost(values: pd.Series[float]) -> bool:
    return bool(values.isna().any())


def tidy(frame: pd.DataFrame, names: npt.NDArray[np.object_], zone: str) -> pd.DataFrame:
    """Return the history: queue, channel, interval_start, contacts, aht_s and other measures."""
    order = np.lexsort((frame["instant"].to_numpy(), frame["queue_code"].to_numpy()))
    frame = frame.iloc[order]
    channel = np.array(CHANNELS, dtype=object)[frame["channel_code"].to_numpy()]
    start = pd.DatetimeIndex(frame["instant"]).tz_localize("UTC").tz_convert(zone)
    kept = ["contacts", "aht_s", *(name for name in OPTIONAL if name in frame)]
    history = pd.DataFrame(
        {
            "queue": names[frame["queue_code"].to_numpy()],
            "channel": channel,
            "interval_start": start,
            **{name: frame[name].to_numpy(dtype=np.float64) for name in kept},
        }
    )
    return history.astype({"queue": object, "channel": object})
