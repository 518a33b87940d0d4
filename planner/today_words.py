"""What the day so far means, in a sentence: leave it, or so many agents from then on."""

from __future__ import annotations

from forecasting.intraday import ABOVE, BELOW
from planner.text import Row, Text
from planner.today import NO_DATA
from planner.today_file import TodayRefused


def verdict(row: Row, text: Text) -> str:
    """Say what to do about a queue: a row of `planner.today.TodayUpdate.queues`.

    Parameters
    ----------
    row : Row
        The queue's day.
    text : Text
        The reader's language.
    """
    status = str(row["status"])
    if status == NO_DATA:
        return text("today.verdicts.no_data")
    said = text(
        f"today.verdicts.{status}",
        came=text.number(row["contacts_so_far"]),
        low=text.number(row["band_low"]),
        high=text.number(row["band_high"]),
        change=signed_percent(row["day_factor"] - 1, text),
    )
    if status not in (ABOVE, BELOW):
        return said
    return f"{said} {_agents(row, text)}"


def signed_percent(share: float, text: Text) -> str:
    """Write a change as per cent, with its sign."""
    written = text.percent(abs(share))
    if written == text.percent(0.0):
        return written
    return f"{'+' if share > 0 else '-'}{written}"


def why_refused(refused: TodayRefused, text: Text) -> str:
    """Say why a day or a file cannot be used."""
    return text(f"today.refused.{refused.code}", found=refused.found, expected=refused.expected)


def _agents(row: Row, text: Text) -> str:
    change = int(row["agents_change"])
    if change == 0:
        return text("today.verdicts.agents_same")
    size = ("+" if change > 0 else "-") + text.number(abs(change))
    return text("today.verdicts.agents_change", agents=size, time=text.time(row["agents_from"]))
