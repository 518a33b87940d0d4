"""Wide tables: times of day as headers and a day in each row, or days as headers."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from forecasting.reading.cell_clock import read_clock
from forecasting.reading.cell_dates import plain_dates
from forecasting.reading.cell_times import looks_like_date, looks_like_time
from forecasting.reading.columns import name_of, says_total
from forecasting.reading.raw_table import cells_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    from forecasting.reading.raw_table import Grid

    Mask = npt.NDArray[np.bool_]
    Texts = npt.NDArray[np.object_]

_LEAST_TIMES, _LEAST_DAYS = 4, 2
_MEASURES = ("contacts", "answered", "abandoned", "aht_s", "answered_in_target")
_DATE = re.compile(
    r"^(?:[0-9]{4}[-/.][0-9]{1,2}[-/.][0-9]{1,2}"
    r"|[0-9]{1,2}[-/.][0-9]{1,2}[-/.](?:[0-9]{4}|[0-9]{2})|4[0-9]{4}|20[0-9]{6})"
    r"(?:[ T]00:00(?::00)?)?$"
)
_TIME = re.compile(
    r"^[0-9]{1,2}:[0-9]{2}(?::00)?(?:\s*[ap]\.?\s*m\.?)?(?:\s*(?:-|–|a|to)\s*[0-9]{1,2}:[0-9]{2}.*)?$",
    re.IGNORECASE,
)
# Bounded, so that a name of ten thousand letters costs no more than a short one.
_DATE_LIKE = re.compile(
    r"[0-9][-/. ]{1,3}[0-9a-zA-Z]{1,15}[-/. ]|^4[0-9]{4}|^20[0-9]{6}|[a-zA-Z]{3}[^0-9]{0,20}[0-9]"
)
_HOUR = re.compile(r"^([0-9]{1,2})\s*h?$")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class WideForm:
    """Where the header of a wide table is and what its columns are."""

    header_at: int
    across: str  # "time" or "date": what the headers are
    places: tuple[int, ...]  # columns under such headers
    ids: tuple[tuple[str, int], ...]  # our name -> column
    example: str


def find_wide(head: Sequence[Sequence[str]]) -> WideForm | None:
    """Find a header of times of day or of days; None if the table is not wide."""
    for at, row in enumerate(head[:-1]):
        filled = [cell for cell in row if cell]
        if len(filled) < _LEAST_DAYS + 1:
            continue
        times = np.array([bool(_TIME.match(cell)) for cell in row])
        across = "time"
        if times.sum() < _LEAST_TIMES:
            times = _hours(row)
        if times.sum() < _LEAST_TIMES:
            across = "date"
            times = _dates(row)
            if times.sum() < _LEAST_DAYS:
                continue
        ids = _ids(row, times, head[at + 1 : at + 12], across)
        if ids is not None:
            places = tuple(int(place) for place in np.flatnonzero(times))
            example = ", ".join(row[place] for place in places[:3])
            return WideForm(header_at=at, across=across, places=places, ids=ids, example=example)
    return None


def _dates(row: Sequence[str]) -> Mask:
    """Mark headers that are days."""
    if sum(map(bool, map(_DATE_LIKE.search, row))) < _LEAST_DAYS:  # most rows, at little cost
        return np.zeros(len(row), dtype=bool)
    plain, _ = plain_dates(pd.Series(list(row), dtype=object))
    return np.array([bool(_DATE.match(cell)) for cell in plain])


def _hours(row: Sequence[str]) -> Mask:
    """Mark headers that count hours: 8, 9, 10, ... or 8h, 9h."""
    written = [_HOUR.match(cell) for cell in row]
    known = [int(hour[1]) for hour in written if hour]
    if len(known) < 6 or set(np.diff(known)) != {1} or max(known) > 24:
        return np.zeros(len(row), dtype=bool)
    return np.array([hour is not None for hour in written])


def _ids(
    cells: Sequence[str],
    values: Mask,
    below: Sequence[Sequence[str]],
    across: str,
) -> tuple[tuple[str, int], ...] | None:
    """Tell the columns beside the values; None if none says what the headers do not."""
    other = "date" if across == "time" else "time"
    looks = looks_like_date if other == "date" else looks_like_time
    ids: dict[str, int] = {}
    for at in map(int, np.flatnonzero(~values)):
        column = cells_of([row[at] for row in below])
        texts = set(column.text) - {""}
        if not texts or says_total(cells[at]):
            continue
        our = name_of(cells[at])
        if looks(column) and other not in ids:
            ids[other] = at
        elif our in {"queue", "channel", "measure"}:
            ids.setdefault(our, at)
        elif texts and all(name_of(text) in _MEASURES for text in texts):
            ids.setdefault("measure", at)
        elif not our and at < np.flatnonzero(values)[0] and not _are_numbers(texts):
            ids.setdefault("queue", at)
    return tuple(ids.items()) if other in ids else None


def _are_numbers(texts: set[str]) -> bool:
    return all(text.replace(".", "").replace(",", "").isdigit() for text in texts)


def melt(grid: Grid, form: WideForm, measure: str) -> pd.DataFrame:
    """Return a wide table as one row for each of its filled cells and measure.

    Blank cells before the first and after the last filled one of a day are no rows: the queue is
    closed. Others are unknown.

    Parameters
    ----------
    grid : Grid
        The sheet.
    form : WideForm
        From `find_wide`.
    measure : str
        Our name of what the cells are, where no column says it.

    Returns
    -------
    DataFrame
        date, time, queue, channel (texts, "" if not written), measure, value (text or number), row.
    """
    rows = slice(form.header_at + 1, None)
    below = len(grid.row) - form.header_at - 1
    ids = {name: grid.columns[at].take(rows).by_row() for name, at in form.ids}
    for name in ("queue", "channel", "measure", "date", "time"):
        written = ids.get(name)
        if written is not None and name in {"queue", "date"}:
            ids[name] = pd.Series(written).replace("", np.nan).ffill().fillna("").to_numpy(object)
    titles = grid.texts(slice(form.header_at, form.header_at + 1))[0]
    headers = np.array([titles[at] for at in form.places], dtype=object)
    values = np.empty((below, len(form.places)), dtype=object)
    for place, at in enumerate(form.places):
        cells = grid.columns[at].take(rows)
        held = np.where(np.isnan(cells.number), cells.text.to_numpy(object), cells.number)
        values[:, place] = held.astype(object)[cells.code]
    filled = values != ""
    keep = _inside(filled, axis=1 if form.across == "time" else 0)
    keep &= _are_data(ids, form)[:, np.newaxis]
    at_row, at_column = np.nonzero(keep)
    long = {name: column[at_row] for name, column in ids.items()}
    long[form.across] = headers[at_column]
    frame = pd.DataFrame({"value": values[at_row, at_column], "row": grid.row[rows][at_row]})
    for name in ("date", "time", "queue", "channel"):
        frame[name] = long.get(name, "")
    named = long.get("measure")
    frame["measure"] = measure if named is None else pd.Series(named).map(name_of)
    frame = frame[frame["measure"].isin(_MEASURES)]
    return frame.reset_index(drop=True)


def _inside(filled: Mask, axis: int) -> Mask:
    """Mark cells from the first filled one to the last along an axis."""
    begun = np.logical_or.accumulate(filled, axis=axis)
    ahead = np.flip(np.logical_or.accumulate(np.flip(filled, axis), axis=axis), axis)
    return np.asarray(begun & ahead, dtype=bool)


def _are_data(ids: dict[str, Texts], form: WideForm) -> Mask:
    """Mark rows that are no totals and have the date or time they need."""
    data = np.ones(len(next(iter(ids.values()))), dtype=bool)
    for name, texts in ids.items():
        total = pd.Series(texts).map(says_total).to_numpy(dtype=bool)
        if name != "measure" and not total.all():
            data &= ~total
    other = ids["date" if form.across == "time" else "time"]
    if form.across == "date":
        data &= np.isfinite(read_clock(pd.Series(other), np.ones(len(other), np.int64)).second)
    return np.asarray(data & (other != ""), dtype=bool)


def by_interval(long: pd.DataFrame) -> pd.DataFrame:
    """Return melted tables with one column a measure, in the order of the file."""
    keys = ["source", "queue", "channel", "date", "time"]
    again = long.groupby([*keys, "measure"], sort=False).cumcount()
    tables = [
        part.drop(columns="measure").rename(columns={"value": str(name)}).assign(again=again)
        for name, part in long.groupby("measure", sort=False)
    ]
    joined = tables[0]
    for table in tables[1:]:
        joined = joined.merge(
            table.drop(columns="row"), on=[*keys, "again"], how="outer", sort=False
        )
    joined["row"] = joined["row"].fillna(0).astype(np.int64)
    joined = joined.drop(columns="again").astype(object)
    return joined.where(joined.notna(), "").astype({"row": np.int64, "source": np.int64})
