"""Lines of the doctor's report: what was found, grouped so that a planner can read all of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from forecasting.problems import COLUMNS, PROBLEM_CODES, empty_problems

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    import numpy.typing as npt

MOST_LINES = 10  # of a queue and code, one by one; more are summed up in one
MINUTE, DAY = "%Y-%m-%d %H:%M", "%Y-%m-%d"


class Findings:
    """Collects lines of the report; a history of many queues has thousands of them."""

    def __init__(self) -> None:
        self._lines: list[dict[str, str]] = []

    def add(
        self,
        code: str,
        *,
        queue: str = "",
        column: str = "",
        found: str = "",
        expected: str = "",
        severity: str = "",
        done: str = "none",
    ) -> None:
        """Add one line; `severity` is that of the code unless stated."""
        self._lines.append(
            {
                "severity": severity or PROBLEM_CODES[code],
                "code": code,
                "column": column,
                "queue": queue,
                "found": found,
                "expected": expected,
                "done": done,
            }
        )

    def table(self) -> pd.DataFrame:
        """Return the table of problems."""
        if not self._lines:
            return empty_problems()
        lines = pd.DataFrame(self._lines).assign(
            file="", sheet="", row=pd.array([pd.NA] * len(self._lines), dtype="Int64")
        )
        return lines[list(COLUMNS)]


def runs(
    some: npt.NDArray[np.intp], all_of_them: npt.NDArray[np.intp]
) -> Iterator[npt.NDArray[np.intp]]:
    """Split sorted numbers where one of all numbers between them is not among them."""
    position = np.searchsorted(all_of_them, some)
    parts = np.split(some, np.flatnonzero(np.diff(position) > 1) + 1)
    return (part for part in parts if len(part))


def span(times: pd.DatetimeIndex, form: str) -> str:
    """Write "first..last (how many)"."""
    first, last = times[[0, -1]].strftime(form)
    return str(first) if len(times) == 1 else f"{first}..{last} ({len(times)})"


def add_spans(
    problems: Findings,
    code: str,
    queue: str,
    spans: Iterable[pd.DatetimeIndex],
    form: str,
    *,
    expected: str = "",
    severity: str = "",
    done: str = "none",
) -> None:
    """Add a line for each span of times, or one for very many."""
    parts = list(spans)
    if len(parts) > MOST_LINES:
        parts = [pd.DatetimeIndex(np.concatenate([times.to_numpy() for times in parts]))]
    for times in parts:
        problems.add(
            code,
            queue=queue,
            found=span(times, form),
            expected=expected,
            severity=severity,
            done=done,
        )


def add_lines(
    problems: Findings,
    code: str,
    queue: str,
    found: Sequence[str],
    expected: Sequence[str],
    *,
    done: str = "none",
) -> None:
    """Add a line for each finding; of very many the first and how many there are."""
    many = len(found) > MOST_LINES
    for text, bound in zip(found[: 1 if many else None], expected, strict=False):
        counted = f"{len(found)} × {text}" if many else text
        problems.add(code, queue=queue, found=counted, expected=bound, done=done)


def joined(problems: pd.DataFrame, queues: int) -> pd.DataFrame:
    """Make one line, without a queue, of what was found alike in every queue."""
    alike = ["severity", "code", "found", "expected"]
    everywhere = problems.groupby(alike)["queue"].transform("nunique") == queues
    shared = everywhere & (queues > 1)
    table = problems.assign(queue=problems["queue"].mask(shared, ""))
    return table.drop_duplicates(ignore_index=True)
