"""The value of edits in words, for every face."""

from __future__ import annotations

from planner.earlier_plan import EarlierPlanRefused, NotAnEarlierPlan
from planner.edit_value import ALL, REASON
from planner.text import UNKNOWN, Row, Text


def why_earlier_refused(error: NotAnEarlierPlan | EarlierPlanRefused, text: Text) -> str:
    """Say why an earlier plan cannot be held against a history."""
    if isinstance(error, NotAnEarlierPlan):
        return text("edit_value.refused.not_an_earlier_plan", name=error.name)
    return text(f"edit_value.refused.{error.code}", found=error.found, expected=error.expected)


def whose_value(row: Row, text: Text) -> str:
    """Name what a row of the values is about: an edit, a reason, or all edits."""
    if row["scope"] == ALL:
        return text("edit_value.all")
    name = str(row["name"])
    if row["scope"] == REASON:
        return text("edit_value.of_reason", name=name)
    return text("edit_value.of_edit", number=str(row["edit"]), name=name)


def which_days(row: Row, text: Text) -> str:
    """Say the days an edit holds on."""
    first, last = (text.day(row[end]) for end in ("first", "last"))
    return first if first == last else f"{first} – {last}"


def signed_points(share: float, text: Text) -> str:
    """Write a difference of two shares in percentage points, with its sign and unit."""
    figure = points(share, text)
    return UNKNOWN if figure == UNKNOWN else text("app.points", value=figure)


def points(share: float, text: Text) -> str:
    """Write a difference of two shares in percentage points, with its sign."""
    if share != share:  # noqa: PLR0124 - NaN
        return UNKNOWN
    size = text.number(100 * abs(share), 1)
    zero = text.number(0.0, 1)
    return ("" if size == zero else "+" if share > 0 else "-") + size


def value_in_words(row: Row, text: Text) -> str:
    """Say what an edit was worth, in a sentence."""
    return text(
        f"edit_value.verdicts_told.{row['verdict']}",
        before=text.percent(row["wape_before"], 1),
        after=text.percent(row["wape_after"], 1),
        value=signed_points(row["value_added"], text),
        days=text.number(row["days"]),
    )


def before_and_after(row: Row, measure: str, text: Text) -> str:
    """Write a measure without the edit and with it."""
    before, after = (text.percent(row[f"{measure}_{when}"], 1) for when in ("before", "after"))
    return after if before == after else f"{before} → {after}"
