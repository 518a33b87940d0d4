"""The table of problems."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from forecasting.problems import (
    COLUMNS,
    PROBLEM_CODES,
    SEVERITIES,
    ProblemCollector,
    empty_problems,
    has_errors,
    join_problems,
)


def test_an_empty_table_has_the_columns_and_no_errors() -> None:
    table = empty_problems()
    assert tuple(table.columns) == COLUMNS
    assert table["row"].dtype == "Int64"
    assert not has_errors(table)
    pd.testing.assert_frame_equal(ProblemCollector().table(), table)


def test_problems_of_the_file_come_first_then_those_of_rows_in_order() -> None:
    problems = ProblemCollector("march.csv")
    problems.add_rows("off_grid", np.array([9, 4]), found=["a", "b"])
    problems.add("aht_missing")
    table = problems.table()
    assert list(table["code"]) == ["aht_missing", "off_grid", "off_grid"]
    assert table["row"].isna().iloc[0]
    assert list(table["row"].iloc[1:]) == [4, 9]
    assert list(table["found"]) == ["", "b", "a"]
    assert set(table["file"]) == {"march.csv"}
    assert has_errors(table)
    assert problems.has_errors


def test_a_severity_is_that_of_the_code_unless_stated() -> None:
    problems = ProblemCollector()
    problems.add("day_absent", queue="sales")
    problems.add("day_absent", queue="sales", severity="info")
    assert list(problems.table()["severity"]) == ["warning", "info"]


@pytest.mark.parametrize(
    ("struck", "rows", "lines"), [(100, 0, 100), (101, 0, 1), (150, 20_000, 150)]
)
def test_more_than_a_hundred_rows_and_a_per_cent_are_one_line(
    struck: int, rows: int, lines: int
) -> None:
    problems = ProblemCollector(rows=rows)
    problems.add_rows(
        "off_grid", np.arange(struck), queue=["sales"] * struck, found=["10:07"] * struck
    )
    table = problems.table()
    assert len(table) == lines
    if lines == 1:
        assert tuple(table[["queue", "found"]].iloc[0]) == ("sales", f"{struck} × 10:07")


def test_tables_are_put_under_one_another() -> None:
    one, other = ProblemCollector("a.csv"), ProblemCollector("b.csv")
    one.add("aht_missing")
    other.add("off_grid", row=3)
    joined = join_problems(one.table(), empty_problems(), other.table())
    assert list(joined["file"]) == ["a.csv", "b.csv"]
    assert joined["row"].dtype == "Int64"


def test_every_code_that_is_noted_is_in_the_list_and_has_a_known_severity() -> None:
    assert set(PROBLEM_CODES.values()) <= set(SEVERITIES)
    package = Path(__file__).parents[2] / "forecasting"
    text = "\n".join(path.read_text(encoding="utf-8") for path in package.rglob("*.py"))
    noted = re.findall(r'(?:add|add_rows|strike|note_once|UnreadableFile)\(\s*"(\w+)"', text)
    assert len(noted) > 30
    assert set(noted) <= set(PROBLEM_CODES)
