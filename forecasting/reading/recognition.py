"""What a sheet is: its layout, its header, and which of its columns says what."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from forecasting.reading.cell_dates import WEEKDAY_OF
from forecasting.reading.cell_times import looks_like_date
from forecasting.reading.columns import bare_key, count_known, is_listed, key_of, name_of, rank_of
from forecasting.reading.headers import find_header
from forecasting.reading.layouts import Layout, by_content, by_header, layout
from forecasting.reading.wide import WideForm, find_wide

if TYPE_CHECKING:
    from collections.abc import Sequence

    from forecasting.problems import ProblemCollector
    from forecasting.reading.decisions import Decisions
    from forecasting.reading.mapping import Mapping
    from forecasting.reading.raw_table import Cells, Grid

HEADER_WITHIN = 60  # rows in which a header is looked for
_COUNTS = {"contacts", "answered", "abandoned"}
_TIMES = {"interval_start", "interval_end", "date", "time"}
# Without one of these a file cannot be read as meant, whichever of two equal headers is right.
_NEEDED = {"interval_start", "date", "time", "queue", "contacts", "aht_s"}
_OF_CALLS = {
    *("duration", "talk_time", "wait_time", "contact_id", "outcome", "agent", "handle_time"),
    *("wrap_time", "hold_time", "direction"),
}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Sheet:
    """A sheet or text as it was recognised."""

    grid: Grid
    file: str
    layout: Layout
    kind: str  # "intervals", "wide" or "calls"
    header: tuple[str, ...]
    header_at: int  # index of its row, -1 if there is none
    columns: dict[str, int] = field(default_factory=dict)  # our name -> index of the column
    wide: WideForm | None = None
    faulty: bool = False  # a column's fault forbids to read it

    @property
    def header_row(self) -> int:
        """Line number of the header, 0 if there is none."""
        return int(self.grid.row[self.header_at]) if self.header_at >= 0 else 0

    def body(self, column: int, rows: int = 200) -> Cells:
        """Return the first cells of a column below the header."""
        first = self.header_at + 1
        return self.grid.columns[column].take(slice(first, first + rows))


def recognise(
    grid: Grid, file: str, mapping: Mapping, problems: ProblemCollector, decisions: Decisions
) -> Sheet | None:
    """Tell what a sheet is; None if no row names its columns and no form fits.

    Column faults are added to `problems`, reasons to `decisions`.
    """
    head = [[cell.strip("\ufeff") for cell in row] for row in grid.texts(slice(0, HEADER_WITHIN))]
    if not head:
        return None
    named = layout(mapping.layout) if mapping.layout else None
    if mapping.header_row is None and (named is None or named.fields):
        known = named or by_content(_first_rows(head, grid), _width(head))
        if known and count_known(head[0]) < 2:
            return _without_header(grid, file, known, mapping, decisions)
    if mapping.header_row == 0:
        blank = named or layout("spreadsheet")
        return _without_header(grid, file, blank, mapping, decisions)
    wide = find_wide(head) if mapping.kind in (None, "wide") and not mapping.columns else None
    if wide and (named is None or named.kind == "wide"):
        sheet = Sheet(
            grid=grid,
            file=file,
            layout=layout("wide"),
            kind="wide",
            header=tuple(head[wide.header_at]),
            header_at=wide.header_at,
            wide=wide,
        )
        decisions.note("kind", "wide", "time_headers", evidence=wide.example)
        return sheet
    at, header = find_header(head, grid, mapping)
    if at < 0:
        return None
    known = named or by_header(header)
    sheet = Sheet(
        grid=grid,
        file=file,
        layout=known or layout("spreadsheet"),
        kind=mapping.kind or (known.kind if known else "intervals"),
        header=tuple(header),
        header_at=at,
    )
    columns = _assign(sheet, mapping, problems)
    settled = _settled(sheet, columns, mapping, decisions, given=known is not None)
    return replace(settled, faulty=problems.has_errors)


def _first_rows(head: list[list[str]], grid: Grid) -> list[list[str]]:
    """Return the first rows as wide as most of them are."""
    width = np.bincount(grid.width[: len(head)]).argmax()
    return [row for row, own in zip(head, grid.width, strict=False) if own == width]


def _width(head: list[list[str]]) -> int:
    """Return how many columns are not blank at the end of the table."""
    return max((at + 1 for row in head for at, cell in enumerate(row) if cell), default=0)


def _without_header(
    grid: Grid, file: str, known: Layout, mapping: Mapping, decisions: Decisions
) -> Sheet:
    width = len(grid.columns)
    columns = {our: at for at, our in enumerate(known.fields) if our and at < width}
    columns |= {
        our: place - 1
        for our, place in mapping.columns
        if isinstance(place, int) and place <= width
    }
    why = "stated" if mapping.layout or mapping.header_row == 0 else "field_count"
    decisions.note("layout", known.name, why, evidence=f"{known.system}: {width}")
    decisions.note("header_row", 0, why)
    header = tuple(str(at + 1) for at in range(width))
    sheet = Sheet(
        grid=grid,
        file=file,
        layout=known,
        kind=mapping.kind or known.kind,
        header=header,
        header_at=-1,
        columns=columns,
    )
    for our, at in columns.items():
        decisions.note(f"columns.{our}", header[at], why)
    return sheet


def _assign(sheet: Sheet, mapping: Mapping, problems: ProblemCollector) -> dict[str, int]:
    """Assign columns to our names, noting what is doubled or not known."""
    header = sheet.header
    columns: dict[str, int] = {}
    for our, place in mapping.columns:
        at = _place_of(place, header)
        if at is None:
            found = ", ".join(name for name in header if name)
            problems.add("column_missing", column=str(place), found=found, expected=our)
        else:
            columns[our] = at
    keys = [bare_key(name) for name in header]
    for our, wanted in sheet.layout.columns:
        places = [keys.index(key) for key in wanted if key in keys]
        filled = [at for at in places if (sheet.body(at).text != "").any()]
        if our not in columns and places:
            columns[our] = (filled or places)[0]
    taken = set(columns.values())
    count = Counter(name for name in header if name)
    by_name: dict[str, list[int]] = {}
    for at, own in enumerate(header):
        our = name_of(own) if own and at not in taken else ""
        if our and our not in columns:
            by_name.setdefault(our, []).append(at)
    for our, places in by_name.items():
        listed = [at for at in places if is_listed(header[at])]
        places = listed or places  # noqa: PLW2901 - a word made of parts yields to a known one
        doubled = next((header[at] for at in places if count[header[at]] > 1), None)
        if doubled is not None and not _are_equal(sheet, places):
            severity = "error" if our in _NEEDED else "warning"
            problems.add("column_duplicated", column=doubled, found=doubled, severity=severity)
            continue
        one = len(places) == 1
        columns[our] = places[0] if one else min(places, key=partial(_suitability, sheet, our))
        for at in set(places) - {columns[our]}:
            problems.add(
                "column_ambiguous",
                column=header[at],
                found=f"{header[columns[our]]}, {header[at]}",
                expected=header[columns[our]],
                done="skipped",
            )
    for at, own in enumerate(header):
        if own and at not in taken and not name_of(own) and not sheet.layout.sure:
            problems.add("column_unknown", column=own, done="skipped")
    return columns


def _place_of(place: str | int, header: Sequence[str]) -> int | None:
    if isinstance(place, int):
        return place - 1 if place <= len(header) else None
    if place in header:
        return header.index(place)
    keys = [key_of(name) for name in header]
    return keys.index(key_of(place)) if key_of(place) in keys else None


def _are_equal(sheet: Sheet, places: list[int]) -> bool:
    first, *others = (
        sheet.grid.columns[at].take(slice(sheet.header_at + 1, None)) for at in places
    )
    return all(np.array_equal(first.by_row(), other.by_row()) for other in others)


def _suitability(sheet: Sheet, our: str, at: int) -> tuple[bool, bool, int]:
    """Rank a column for a name: what stands in it, then how usual its word is."""
    cells = sheet.body(at)
    blank = not (cells.text != "").any()
    unfit = our == "date" and not blank and not looks_like_date(cells)
    return blank, unfit, rank_of(sheet.header[at])


def _settled(
    sheet: Sheet, columns: dict[str, int], mapping: Mapping, decisions: Decisions, *, given: bool
) -> Sheet:
    """Give columns the meaning their content shows, and tell the kind of the sheet."""
    stated = {our for our, _ in mapping.columns}
    columns = _by_content(sheet, columns, stated)
    kind = sheet.kind
    chosen = sheet.layout
    if not mapping.kind and not given and _is_log(sheet, columns):
        kind, chosen = "calls", layout("call_log")
        decisions.note("kind", kind, "one_row_a_contact")
    elif mapping.kind:
        decisions.note("kind", kind, "stated")
    if kind == "calls" and not given:
        chosen = layout("call_log")
    why = "stated" if mapping.layout else ("layout" if chosen.sure else "header_words")
    decisions.note("layout", chosen.name, why, evidence=chosen.system)
    at = int(sheet.grid.row[sheet.header_at])
    decisions.note("header_row", at, "stated" if mapping.header_row else "header_words")
    for our, column in columns.items():
        reason = "stated" if our in stated else ("layout" if chosen.sure else "header_words")
        decisions.note(f"columns.{our}", sheet.header[column], reason)
    return replace(sheet, columns=columns, kind=kind, layout=chosen)


def _by_content(sheet: Sheet, columns: dict[str, int], stated: set[str]) -> dict[str, int]:
    """Correct meanings that the content belies."""
    columns = dict(columns)
    for at, own in enumerate(sheet.header):
        if at not in columns.values() and name_of(own) == "date" and _are_weekdays(sheet.body(at)):
            columns["weekday"] = at
    if "time" in columns and "time" not in stated:
        texts = set(sheet.body(columns["time"]).text) - {""}
        other = {"interval_start", "date"} & columns.keys()
        if len(texts) == 1 and texts <= {"5", "10", "15", "20", "30", "60"} and other:
            columns["interval_min"] = columns.pop("time")  # Teleopti's interval: its length
    if "date" in columns and {"interval_start", "time"} & columns.keys() and "date" not in stated:
        cells = sheet.body(columns["date"])
        if (cells.text != "").any() and not looks_like_date(cells):
            other_start = columns.get("interval_start")
            if other_start is not None and looks_like_date(sheet.body(other_start)):
                del columns["date"]  # a column of weekdays or of nothing
    if "queue" not in columns and "queue_id" in columns:
        columns["queue"] = columns.pop("queue_id")
    return columns


def _are_weekdays(cells: Cells) -> bool:
    filled = cells.text[cells.text != ""].str.lower().str.rstrip(".")
    return len(filled) > 0 and bool(filled.isin(WEEKDAY_OF).all())


def _is_log(sheet: Sheet, columns: dict[str, int]) -> bool:
    """Tell whether each row is one contact: no counts, or only flags, but a start and durations."""
    if not {"interval_start", "date"} & columns.keys() or "contacts" in columns:
        return False
    if not _OF_CALLS & columns.keys():
        return False
    for name in ("answered", "abandoned"):
        if name in columns:
            texts = {text.lower() for text in sheet.body(columns[name]).text} - {""}
            if any(text.replace(".0", "").isdigit() and text not in {"0", "1"} for text in texts):
                return False
    return True
