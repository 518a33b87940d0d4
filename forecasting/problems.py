"""The table of problems: what was found where, as codes and values that a face puts into words."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

COLUMNS = (
    *("severity", "code", "file", "row", "column", "queue", "found", "expected"),
    *("sheet", "done"),
)
SEVERITIES = ("error", "warning", "info")
# What became of what was found: the row dropped, the first of several kept, the value converted,
# marked as lost, estimated, a column or sheet skipped, or nothing.
DONE = ("none", "dropped", "kept_first", "converted", "marked_lost", "estimated", "skipped")

# Every code and its severity. An error: the row, or where no row is named the file, cannot be used.
PROBLEM_CODES: dict[str, str] = {
    # The file as a whole.
    "file_missing": "error",  # there is no such file, or it may not be read
    "file_empty": "error",  # it has no content
    "file_too_large": "error",  # larger than read, packed or unpacked
    "file_unsupported": "error",  # not a format that is read (old .xls, macros, PDF, ...)
    "file_renamed": "error",  # the content is not what the name's ending says
    "file_encrypted": "error",  # protected by a password
    "file_damaged": "error",  # of the right format but broken
    "reading_stopped": "error",  # it asked for more memory or time than reading may take
    "file_other_format": "info",  # called .xls, but a page, a text or a newer workbook
    "text_damaged": "warning",  # bytes that are no characters; `row` is the first, `found` how many
    "lines_unquoted": "info",  # each line stood in quotes as a whole
    "archive_file_skipped": "warning",  # a file in an archive that is no table
    "merged_cells_filled": "info",  # merged cells below one another all have the value shown
    "header_not_found": "error",  # no row names a column that is known
    "rows_missing": "error",  # a header and nothing below it
    "column_missing": "error",  # no column for the time, or none for the contacts
    "column_duplicated": "error",  # two columns with one name: neither is chosen
    "sheet_skipped": "info",  # a sheet without a history, left out
    "header_repeated": "info",  # the header again among the rows, left out
    "text_row": "info",  # a row of text above, below or between the data, left out
    "zone_unclear": "error",  # the file names time zones that cannot be told
    "contacts_from_answered": "warning",  # only the contacts answered are written
    "queue_split_by_channel": "info",  # channels that share a queue become queues of their own
    "interval_incomplete": "warning",  # an interval that was still running
    "measure_unreadable": "warning",  # a measure that can be done without: read as unknown
    "column_ambiguous": "warning",  # two names for one thing: the one in `expected` is read
    "column_unknown": "info",  # not needed, left out
    "queue_assumed": "info",  # no queue is written: the one in `expected` is taken
    "channel_assumed": "info",  # no channel is written: the one in `expected` is taken
    "aht_missing": "warning",  # no handling time in the file
    "aht_unit_unclear": "warning",  # most handling times cannot be seconds: all read as unknown
    "decimal_mark_ambiguous": "error",  # 1.234 may be 1234 or 1 and a bit: state decimal=
    "date_order_ambiguous": "error",  # 03/04 may be April or March: state date_order=
    "date_forms_mixed": "error",  # two ways to write a date in one column, neither a slip
    "times_may_be_ends": "warning",  # 24:00 but never 00:00: stamps may be interval ends
    "interval_unclear": "error",  # no length of interval fits the times
    "interval_mixed": "error",  # rows of another interval length than the file's
    # A row.
    "ragged_row": "error",  # more or fewer cells than the header
    "total_row": "warning",  # a total or an average, left out
    "timestamp_blank": "error",  # no date or no time
    "timestamp_unreadable": "error",  # not a date and time
    "timestamp_out_of_range": "error",  # year before 1990 or after 2100
    "time_does_not_exist": "error",  # skipped by the clocks in spring
    "dst_hour_once": "info",  # the hour that autumn repeats stands once: read as the first
    "off_grid": "error",  # does not start on the interval grid
    "queue_blank": "error",  # no queue in the row
    "queue_name_cleaned": "warning",  # control, invisible or direction marks, removed
    "queue_name_unusable": "error",  # control characters, or longer than 200
    "channel_unknown": "error",  # not one of the channels; `expected` is the nearest
    "channel_conflict": "error",  # another channel than most rows of its queue
    "contacts_blank": "warning",  # lost: kept as unknown
    "contacts_unreadable": "error",  # not a number
    "contacts_negative": "error",  # below zero
    "contacts_infinite": "error",  # infinity
    "contacts_implausible": "error",  # more than any queue receives in an interval
    "contacts_not_whole": "warning",  # a fraction of a contact, kept
    "aht_unreadable": "error",  # neither seconds nor h:mm:ss nor mm:ss
    "aht_negative": "error",  # below zero
    "aht_infinite": "error",  # infinity
    "aht_zero_with_contacts": "warning",  # contacts handled in no time: read as unknown
    "aht_out_of_range": "warning",  # under 5 s or over 4 h: read as unknown
    "aht_without_contacts": "info",  # a handling time, or #DIV/0!, where nobody called
    "abandoned_unreadable": "error",  # not a number
    "abandoned_negative": "error",  # below zero
    "abandoned_infinite": "error",  # infinity
    "abandoned_over_contacts": "error",  # more abandoned than offered
    "answered_unreadable": "error",  # not a number
    "answered_negative": "error",  # below zero
    "answered_infinite": "error",  # infinity
    "answered_over_contacts": "error",  # more answered in target than offered
    "answered_plus_abandoned_over_contacts": "error",  # together more than offered
    "duplicate_row": "warning",  # the same row as the one in `expected`, left out
    "duplicate_conflict": "error",  # another value for an interval already given: all left out
    # The content of a history that reads well.
    "interval_lost": "warning",  # no row inside the usual opening hours
    "day_absent": "warning",  # no row on a day that usually opens (info on a special day)
    "outlier_day": "warning",  # a day's contacts far from those of its neighbours
    "outlier_aht": "warning",  # a day's handling time far from those of its neighbours
    "queue_all_zero": "warning",  # not one contact
    "history_short": "warning",  # less than three weeks
    "outage": "warning",  # few or no contacts where chance does not explain it
    "day_zero": "warning",  # zeros all day on a day that usually opens
    "contacts_blocked": "info",  # contacts turned away because every line was busy
    "outlier_interval": "info",  # an interval's contacts far from the typical week
    "day_repeated": "warning",  # a day that is the copy of another
    "level_shift": "info",  # the weekly level moved in a step
    "queue_opened_later": "info",  # a queue's first contact comes long after the history's start
    "queue_closed": "info",  # a queue's last contact comes long before the history's end
    "clocks_change": "info",  # a day of 23 or 25 hours while a queue is open
    "dates_apart": "warning",  # more than half a year without a row: a wrong date?
    "future_date": "warning",  # after the moment of the export
    "interval_repeated": "warning",  # the same interval twice with the same values
    "interval_contradicted": "warning",  # the same interval twice with different values
    "zeros_left_out": "warning",  # intervals without contacts have no row at all
    "parts_over_contacts": "warning",  # answered and abandoned more than offered, over a day
    # A history against the hours a planner states.
    "contacts_outside_hours": "warning",  # contacts where the centre is said to be closed
    "not_forecast": "warning",  # a queue whose forecast failed
}

# Control characters, and those that are not seen or turn the direction of what follows.
UNSEEN = r"[\x00-\x1f\x7f-\x9f\xad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]"
_LONGEST_TEXT = 200  # of a cell shown in the table; hostile cells can be very long
_MANY_ROWS, _MANY_SHARE = 100, 0.01


def empty_problems() -> pd.DataFrame:
    """Return a table of problems without rows, with its columns and types."""
    return _typed(pd.DataFrame({name: [] for name in COLUMNS}))


def has_errors(problems: pd.DataFrame) -> bool:
    """Tell whether a table of problems holds an error."""
    return bool((problems["severity"] == "error").any())


def join_problems(*tables: pd.DataFrame) -> pd.DataFrame:
    """Put tables of problems under one another."""
    return pd.concat([empty_problems(), *tables], ignore_index=True)


class ProblemCollector:
    """Collects problems of one file, one at a time or many rows at once.

    Parameters
    ----------
    file : str
        Name of the file, "" if there is none.
    rows : int
        Rows the file has. A code that strikes more than 100 rows and 1 % of them is one systematic
        fault, not thousands: it becomes one line that counts them and shows the first.
    """

    def __init__(self, file: str = "", *, rows: int = 0) -> None:
        self.file = file
        self.rows = rows
        self._found: list[pd.DataFrame] = []

    def add(
        self,
        code: str,
        *,
        row: int | None = None,
        column: str = "",
        queue: str = "",
        found: str = "",
        expected: str = "",
        severity: str = "",
        sheet: str = "",
        done: str = "none",
    ) -> None:
        """Add one problem; `severity` is that of the code unless stated."""
        rows = np.array([-1 if row is None else row])
        self.add_rows(
            code,
            rows,
            column=column,
            queue=[queue],
            found=[found],
            expected=expected,
            severity=severity,
            sheet=sheet,
            done=done,
        )

    def add_rows(
        self,
        code: str,
        rows: npt.NDArray[np.int64],
        *,
        column: str = "",
        queue: Sequence[str] | npt.NDArray[np.object_] = "",
        found: Sequence[str] | npt.NDArray[np.object_] = "",
        expected: str | Sequence[str] | npt.NDArray[np.object_] = "",
        severity: str = "",
        file: Sequence[str] | npt.NDArray[np.object_] | None = None,
        sheet: str | Sequence[str] | npt.NDArray[np.object_] = "",
        done: str = "none",
    ) -> None:
        """Add a problem for each of `rows` (line numbers, -1 for none), or one for very many.

        `file` and `sheet` say where each row stands, if not in the collector's one file; `done` is
        what became of the row or its value, one of `DONE`.
        """
        if len(rows) == 0:
            return
        frame = pd.DataFrame(
            {
                "row": rows,
                "queue": queue,
                "found": found,
                "expected": expected,
                "file": self.file if file is None else file,
                "sheet": sheet,
            }
        ).assign(severity=severity or PROBLEM_CODES[code], code=code, column=column, done=done)
        if len(rows) > max(_MANY_ROWS, _MANY_SHARE * self.rows):
            frame = frame.head(1).assign(
                found=[f"{len(rows)} × {frame['found'].iloc[0]}"],
                queue=[frame["queue"].iloc[0] if len(set(frame["queue"])) == 1 else ""],
            )
        self._found.append(frame)

    def take(self, other: ProblemCollector) -> None:
        """Add what another collector of the same file found."""
        self._found += other._found

    @property
    def has_errors(self) -> bool:
        """Whether an error was collected."""
        return any((found["severity"] == "error").any() for found in self._found)

    def table(self) -> pd.DataFrame:
        """Return the table of problems: the file's first, then in the order of the rows."""
        if not self._found:
            return empty_problems()
        return _typed(pd.concat(self._found).sort_values("row", kind="stable", ignore_index=True))


def _typed(problems: pd.DataFrame) -> pd.DataFrame:
    row = problems["row"].astype("Int64")
    texts = problems.drop(columns="row").astype(object)
    for name in ("file", "column", "queue", "found", "expected", "sheet"):
        shown = texts[name].str.slice(0, _LONGEST_TEXT).str.replace(r"\s", " ", regex=True)
        texts[name] = shown.str.replace(UNSEEN, "\ufffd", regex=True).astype(object)
    return texts.assign(row=row.mask(row < 0))[list(COLUMNS)]
