"""Logs with one row a contact, counted by queue and interval."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from forecasting.reading.cell_numbers import read_durations
from forecasting.reading.columns import OUTCOME_WORDS, key_of, unit_of
from forecasting.reading.handling import Duration, choose_columns, mean_handling, read_column
from forecasting.reading.mapping import UNITS

if TYPE_CHECKING:
    import numpy.typing as npt

    from forecasting.reading.decisions import Decisions
    from forecasting.reading.mapping import Mapping
    from forecasting.reading.rows import HistoryRows

    Mask = npt.NDArray[np.bool_]
    Values = npt.NDArray[np.float64]

DEFAULT_INTERVAL_MIN = 30
_KEYS = {name: frozenset(key_of(word) for word in words) for name, words in OUTCOME_WORDS.items()}


def drop_repeated_calls(rows: HistoryRows) -> None:
    """Leave out contacts that stand twice: the same number and the same of everything else."""
    if "contact_id" not in rows:
        return
    same = pd.DataFrame({name: cells.code for name, cells in rows.table.cells.items()})
    named = (rows.cells("contact_id").text != "").to_numpy(dtype=bool)
    again = same.duplicated().to_numpy() & named[rows.cells("contact_id").code]
    rows.strike("duplicate_row", again, "contact_id", done="kept_first")
    rows.judged &= ~again


def read_calls(
    rows: HistoryRows, decimal: str, mapping: Mapping, decisions: Decisions
) -> dict[str, Values]:
    """Return what each contact was: 1 or 0 for answered and abandoned, and its durations [s]."""
    count = len(rows.stands)
    names = choose_columns(rows)
    handled = np.ones(count)
    aht = np.full(count, np.nan)
    unit = "s"
    durations = tuple(read_column(rows, name, decimal) for name in names)
    for one in durations:
        rows.strike(
            "measure_unreadable",
            one.unreadable | one.infinite | (one.value < 0),
            one.name,
            expected=">= 0",
            drop=False,
            done="marked_lost",
        )
    talked = durations[0].value > 0 if durations else np.ones(count, dtype=bool)
    answered = _answered(rows, talked if durations else None)
    if durations:
        means = tuple(_of_answered(one, answered) for one in durations)
        aht, unit = mean_handling(rows, means, handled, _per_contact(mapping), decisions)
        decisions.note("aht_s", "answered", "of_contacts", evidence=", ".join(names))
        if not unit:
            rows.problems.add("aht_unit_unclear", column=rows.header(names[0]), done="marked_lost")
            unit = "s"
    values = {
        "answered": answered.astype(np.float64),
        "abandoned": (~answered).astype(np.float64),
        "aht_s": np.where(answered & (aht > 0), aht, np.nan),
    }
    if "wait_time" in rows:
        wait = read_durations(rows.cells("wait_time"), decimal).value
        own = UNITS.get(unit_of(rows.header("wait_time")), UNITS[unit])
        written = rows.cells("wait_time").text.str.contains(":", regex=False).any()
        values["wait_s"] = np.where(wait >= 0, wait * (1.0 if written else own), np.nan)
    return values


def _per_contact(mapping: Mapping) -> Mapping:
    """Return the mapping with durations as they stand: those of one contact are no totals."""
    return replace(mapping, aht="average")


def _of_answered(one: Duration, answered: Mask) -> Duration:
    blank = np.isnan(one.value)
    value = np.where(answered & ~blank, one.value, np.where(answered, 0.0, np.nan))
    return replace(one, value=value)


def _answered(rows: HistoryRows, talked: Mask | None) -> Mask:
    """Tell which contacts were answered: a flag or a word says so, else that somebody talked."""
    count = len(rows.stands)
    for name, meaning in (("abandoned", False), ("answered", True)):
        if name in rows:
            flag = _flag(rows, name)
            if flag is not None:
                return flag if meaning else ~flag
    if "outcome" in rows:
        cells = rows.cells("outcome")
        keys = cells.text.map(lambda text: key_of(text[:80]))
        lost, taken = keys.isin(_KEYS["abandoned"]), keys.isin(_KEYS["answered"])
        header = key_of(rows.header("outcome"))
        yes, no = keys.isin(_KEYS["yes"]), keys.isin(_KEYS["no"])
        if "abandon" in header:
            lost, taken = lost | yes, taken | no
        elif "answer" in header:
            lost, taken = lost | no, taken | yes
        if (lost | taken).any():
            known = (lost | taken).to_numpy(dtype=bool)[cells.code]
            said = taken.to_numpy(dtype=bool)[cells.code]
            return np.where(known, said, talked if talked is not None else True).astype(bool)
    if talked is None:
        return np.ones(count, dtype=bool)
    return talked


def _flag(rows: HistoryRows, name: str) -> Mask | None:
    """Read a column of yes and no, None if it is something else."""
    cells = rows.cells(name)
    keys = cells.text.map(key_of).str.replace(r"^([01])0$", r"\1", regex=True)
    yes, no = keys.isin(_KEYS["yes"]), keys.isin(_KEYS["no"]) | (keys == "")
    own = _KEYS["abandoned"] if name == "abandoned" else _KEYS["answered"]
    yes |= keys.isin(own)
    if not (yes | no).all():
        return None
    return np.asarray(yes.to_numpy(dtype=bool)[cells.code], dtype=bool)


def count_calls(frame: pd.DataFrame, interval_min: int, zone: str) -> pd.DataFrame:
    """Count contacts by queue and interval.

    A log is whole: on a day with contacts, an interval without any between the earliest and the
    latest of that weekday is an open, quiet one, and gets a row of zero.

    Parameters
    ----------
    frame : DataFrame
        One row a contact: queue_code, channel_code, instant (UTC), answered, abandoned, aht_s,
        wait_s.
    interval_min : int
        Length of the intervals [min].
    zone : str
        Of the centre, in whose days and hours is counted.

    Returns
    -------
    DataFrame
        queue_code, channel_code, instant, contacts, answered, abandoned, aht_s and wait_s.
    """
    step = np.timedelta64(interval_min, "m")
    instant = frame["instant"].to_numpy().astype("datetime64[m]")
    frame = frame.assign(instant=(instant - (instant.astype(np.int64) % interval_min)))
    frame["instant"] = frame["instant"].astype("datetime64[ns]")
    frame["contacts"] = 1.0
    keys = ["queue_code", "channel_code", "instant"]
    sums = {"contacts": "sum", "answered": "sum", "abandoned": "sum", "aht_s": "mean"}
    if "wait_s" in frame:
        sums["wait_s"] = "mean"
    counted = frame.groupby(keys, sort=True).agg(sums).reset_index()
    parts = [_with_quiet(part, step, zone) for _, part in counted.groupby(keys[:2], sort=True)]
    return pd.concat(parts, ignore_index=True) if parts else counted


def _with_quiet(counted: pd.DataFrame, step: np.timedelta64, zone: str) -> pd.DataFrame:
    """Add the quiet intervals of one queue."""
    instant = pd.DatetimeIndex(counted["instant"]).tz_localize("UTC").tz_convert(zone)
    every = pd.date_range(instant[0].normalize(), instant[-1], freq=pd.Timedelta(step))
    day, second = every.tz_localize(None).normalize(), every - every.normalize()
    own_day, own_second = instant.tz_localize(None).normalize(), instant - instant.normalize()
    span = pd.DataFrame({"weekday": own_day.dayofweek, "second": own_second})
    low, high = (span.groupby("weekday")["second"].agg(how) for how in ("min", "max"))
    weekday = pd.Series(day.dayofweek)
    open_now = (second >= weekday.map(low).to_numpy()) & (second <= weekday.map(high).to_numpy())
    quiet = every[open_now & day.isin(own_day.unique()) & ~every.isin(instant)]
    if not len(quiet):
        return counted
    rows = pd.DataFrame({"instant": quiet.tz_convert("UTC").tz_localize(None).to_numpy()})
    first = counted.iloc[0]
    rows = rows.assign(
        queue_code=int(first["queue_code"]), channel_code=int(first["channel_code"]), contacts=0.0
    ).assign(answered=0.0, abandoned=0.0, aht_s=np.nan)
    return pd.concat([counted, rows.astype({"instant": counted["instant"].dtype})])
