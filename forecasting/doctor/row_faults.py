"""Faults of single rows: the same interval twice, times to come, impossible handling times."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from forecasting.doctor.findings import MINUTE, Findings, add_spans
from forecasting.reading.handling import LEAST_AHT_S, MOST_AHT_S

if TYPE_CHECKING:
    import datetime as dt

    from forecasting.doctor.week_grid import Mask

AHT_FAULTS = ("aht_zero_with_contacts", "aht_out_of_range")
DONE = {
    "interval_repeated": "dropped",
    "interval_contradicted": "marked_lost",
    "future_date": "dropped",
    "aht_zero_with_contacts": "marked_lost",
    "aht_out_of_range": "marked_lost",
}


def row_faults(history: pd.DataFrame, until: dt.datetime | None) -> dict[str, Mask]:
    """Tell by code which rows have a fault, each shape (rows,).

    Parameters
    ----------
    history : DataFrame
        Tidy history, sorted by queue and interval.
    until : datetime, optional
        The moment of the export.

    Returns
    -------
    dict of str to bool array
        interval_repeated (later rows of an interval with the values of the first),
        interval_contradicted (all rows of an interval whose values differ), future_date,
        aht_zero_with_contacts, aht_out_of_range.
    """
    repeated, contradicted = _repeated(history)
    aht_s = history["aht_s"].to_numpy(dtype=np.float64)
    contacts = history["contacts"].to_numpy(dtype=np.float64)
    zero = (aht_s == 0) & (contacts > 0)
    future = np.zeros(len(history), dtype=bool)
    if until is not None:
        future = (history["interval_start"] >= pd.Timestamp(until)).to_numpy()
    return {
        "interval_repeated": repeated,
        "interval_contradicted": contradicted,
        "future_date": future,
        "aht_zero_with_contacts": zero,
        "aht_out_of_range": ((aht_s < LEAST_AHT_S) | (aht_s > MOST_AHT_S)) & (aht_s != 0),
    }


def row_findings(
    history: pd.DataFrame, faults: dict[str, Mask], until: dt.datetime | None
) -> pd.DataFrame:
    """Put the faults of rows into a table of problems, grouped by queue."""
    problems = Findings()
    expected = {
        "aht_zero_with_contacts": "> 0",
        "aht_out_of_range": f"{LEAST_AHT_S:g} .. {MOST_AHT_S:g}",
        "future_date": "" if until is None else f"{pd.Timestamp(until):%Y-%m-%d %H:%M}",
    }
    for code, fault in faults.items():
        for queue, rows in history[fault].groupby("queue", sort=True):
            walls = pd.DatetimeIndex(rows["interval_start"]).tz_localize(None)
            found = [pd.DatetimeIndex(walls.unique())]
            if code in AHT_FAULTS:
                values = f"{rows['aht_s'].min():g}..{rows['aht_s'].max():g} ({len(rows)})"
                problems.add(
                    code,
                    column="aht_s",
                    queue=str(queue),
                    found=values,
                    expected=expected[code],
                    done=DONE[code],
                )
            else:
                add_spans(
                    problems, code, str(queue), found, MINUTE,
                    expected=expected.get(code, ""), done=DONE[code],
                )  # fmt: skip
    return problems.table()


def row_repairs(history: pd.DataFrame, faults: dict[str, Mask]) -> pd.DataFrame:
    """List the cells with faults: see `Examination.repairs`."""
    parts = []
    for code, fault in faults.items():
        rows = np.flatnonzero(fault)
        of_rows = history.iloc[rows][["queue", "interval_start"]]
        column = "aht_s" if code in AHT_FAULTS else "contacts"
        columns: str | list[str] = column
        done: str | list[str] = DONE[code]
        if DONE[code] == "dropped":
            columns = ""
        elif code == "interval_contradicted":
            # One row stays to say that the interval is lost.
            first = ~of_rows.duplicated().to_numpy()
            columns = ["contacts" if kept else "" for kept in first]
            done = ["marked_lost" if kept else "dropped" for kept in first]
        parts.append(of_rows.assign(code=code, position=rows, column=columns, done=done))
    return pd.concat(parts, ignore_index=True)


def _repeated(history: pd.DataFrame) -> tuple[Mask, Mask]:
    """Tell the rows that repeat the one before them, and those of intervals that disagree."""
    starts = pd.DatetimeIndex(history["interval_start"]).asi8
    queue = history["queue"].to_numpy()
    same = np.zeros(len(history), dtype=bool)
    nearby = np.flatnonzero(starts[1:] == starts[:-1])
    same[nearby + 1] = queue[nearby] == queue[nearby + 1]
    none = np.zeros(len(history), dtype=bool)
    if not same.any():
        return none, none.copy()
    of_interval = np.cumsum(~same)
    several = np.flatnonzero(np.isin(of_interval, of_interval[same]))
    values = history.iloc[several].drop(columns=["queue", "interval_start"])
    first = values.groupby(of_interval[several]).transform("first")
    differs = ((values != first) & ~(values.isna() & first.isna())).any(axis=1)
    disagree = np.isin(of_interval, of_interval[several[differs.to_numpy()]])
    return same & ~disagree, disagree
