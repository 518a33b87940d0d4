"""What was decided to read a file, why, and how sure that is."""

from __future__ import annotations

import pandas as pd

from forecasting.reading.mapping import Question

DECISION_COLUMNS = ("what", "decided", "why", "evidence", "confidence")

# Why something was decided, and how sure that makes it.
WHYS: dict[str, float] = {
    "stated": 1.0,  # the mapping says so
    "header": 0.95,  # the file's own header says so
    "layout": 0.97,  # the layout is documented by its maker
    "layout_usual": 0.85,  # the layout usually is so
    "header_words": 0.9,  # the columns' names are known words
    "field_count": 0.95,  # a file without header: number and form of its fields
    "content": 0.9,  # what stands in the cells
    "time_headers": 0.95,  # times of day, or days, as headers
    "one_row_a_contact": 0.9,  # no counts, but a start and durations
    "year_first": 1.0,  # the year leads
    "over_12": 1.0,  # values over 12 can only be days
    "weekday_names": 0.99,  # the weekdays written beside the dates
    "continuity": 0.97,  # days follow one another only so
    "weekday_profile": 0.8,  # only so do the same weekdays stay without contacts
    "same_either_way": 1.0,  # day and month are equal
    "separator": 0.7,  # semicolons and decimal commas: day first
    "epoch": 0.99,  # seconds since 1970
    "decimal_evidence": 0.99,  # numbers that make sense in one way only
    "no_decimals": 0.95,  # no number has a mark
    "measures": 0.8,  # handling times are not written in thousands
    "grid": 0.97,  # most rows lie on this grid
    "range": 0.99,  # the length of ranges such as 09:00-09:30
    "start_and_end": 0.99,  # a column of starts and one of ends
    "only_ends": 0.9,  # the only column of times is that of ends
    "midnight_24": 0.9,  # 24:00 occurs and 00:00 does not
    "last_moment": 0.95,  # times such as 08:29 are the last minute of intervals
    "usual": 0.8,  # nothing speaks against what is usual
    "plausible": 0.9,  # only so does a contact take between 20 seconds and 2 hours
    "average_column": 0.95,  # a column of averages
    "total_over_answered": 0.95,  # a column of totals, divided by the contacts answered
    "parts_over_answered": 0.95,  # talk, hold and wrap-up totals, divided by those answered
    "sum_of_averages": 0.9,  # average talk, hold and wrap-up, added
    "proportional": 0.85,  # the values grow with the contacts: totals
    "not_proportional": 0.85,  # the values do not grow with the contacts: averages
    "of_contacts": 0.9,  # averaged over the contacts of a log
    "answered_plus_abandoned": 0.9,  # there is no column of contacts offered
    "covers_parts": 0.9,  # one column holds all that was answered and abandoned
    "only_answered": 0.6,  # nothing tells of those that were not answered
    "written_offset": 1.0,  # Z or an offset stands behind the times
    "centre": 0.8,  # the centre's own zone
    "zone_column": 0.9,  # a column names the zone
    "sheet_names": 0.85,  # each sheet is a queue
    "file_names": 0.8,  # each file is a queue
    "section_rows": 0.85,  # rows with nothing but a name stand above their data
    "title": 0.85,  # the title above the header names it
    "first_of_block": 0.9,  # the name stands only in the first row of its block
    "shared_by_channels": 0.9,  # several channels share a queue: each is one of its own
    "parts_of_rows": 0.95,  # rows of skills, languages or agents were added up
    "percentage": 0.8,  # from a percentage of the contacts
    "same_columns": 0.95,  # sheets or files of the same columns
    "default": 0.6,  # nothing says so; taken as stated by the centre
}


class Decisions:
    """Collects what was decided and what should be asked."""

    def __init__(self) -> None:
        self._rows: dict[tuple[str, str, str], dict[str, object]] = {}
        self._questions: dict[str, Question] = {}

    def note(
        self, what: str, decided: object, why: str, *, evidence: str = "", doubt: float = 0.0
    ) -> None:
        """Note a decision; `doubt` lowers the confidence its reason gives."""
        row = {
            "what": what,
            "decided": str(decided),
            "why": why,
            "evidence": evidence[:200],
            "confidence": round(max(WHYS[why] - doubt, 0.1), 2),
        }
        self._rows.setdefault((what, str(decided), why), row)

    def ask(self, key: str, options: tuple[str, ...], example: str) -> None:
        """Note a choice on which two readings fit."""
        self._questions.setdefault(key, Question(key=key, options=options, example=example[:200]))

    def take(self, other: Decisions) -> None:
        """Add what another collected."""
        for key, row in other._rows.items():
            self._rows.setdefault(key, row)
        for name, question in other._questions.items():
            self._questions.setdefault(name, question)

    def table(self) -> pd.DataFrame:
        """Return the decisions: what, decided, why, evidence, confidence."""
        frame = pd.DataFrame(list(self._rows.values()), columns=list(DECISION_COLUMNS))
        return frame.astype({"confidence": float})

    @property
    def questions(self) -> tuple[Question, ...]:
        """What to ask."""
        return tuple(self._questions.values())


def no_decisions() -> pd.DataFrame:
    """Return an empty table of decisions."""
    return Decisions().table()
