"""A verified plan in words, for every face."""

from __future__ import annotations

import math

import pandas as pd

from planner.roster import Roster
from planner.text import Row, Text
from planner.verification import AGREES, SIMULATED, Verification


def interval_words(low: float, high: float, text: Text) -> str:
    """Write the ends of an interval of shares."""
    return f"{text.number(100 * low, 1)}–{text.percent(high, 1)}"


def reason_words(row: Row, text: Text) -> str:
    """Say why promise and simulation part."""
    return text(f"verify.reasons.{row['reason']}")


def queue_sentence(row: Row, text: Text) -> str:
    """Say what a queue promises and what it will give: its row of `periods("plan")`."""
    if math.isnan(row["promised"]):
        told = "no_promise"
    elif row["reason"] == AGREES:
        told = "agrees"
    else:
        told = "more" if row[SIMULATED] > row["promised"] else "less"
    return text(
        f"verify.told.{told}",
        queue=row["queue"],
        promised=text.percent(row["promised"], 1),
        simulated=text.percent(row[SIMULATED], 1),
        interval=interval_words(row["low"], row["high"], text),
        reason=reason_words(row, text),
    )


def chance_sentence(chances: pd.DataFrame, target: float, text: Text) -> str:
    """Say how likely a day, a week and the plan meet a target; "" for a queue without one."""
    if chances.empty:
        return ""
    found = chances.set_index("period")["chance"]
    written = {name: text.percent(found[name]) for name in ("day", "week", "plan")}
    return text("verify.chances", target=target_words(target, text), **written)


def target_words(target: float, text: Text) -> str:
    """Write a target as it is stated: 80 %, or 82.5 %."""
    if math.isnan(target):
        return text.percent(target)
    return text.percent(target, 0 if math.isclose(100 * target, round(100 * target)) else 1)


def notes_told(found: Verification, text: Text) -> list[str]:
    """Say what was left out of the simulation, or simulated otherwise than planned."""
    notes = found.model.notes
    return [
        text(f"verify.notes.{code}", queues=", ".join(rows["queue"]), found=rows["found"].iloc[0])
        for code, rows in notes.groupby("code", sort=False)
    ]


def roster_sentence(roster: Roster, text: Text) -> str:
    """Say which roster was simulated."""
    counts = {"agents": text.number(len(roster.agents)), "shifts": text.number(roster.shifts)}
    return text("roster.in_use", name=roster.name, **counts)
