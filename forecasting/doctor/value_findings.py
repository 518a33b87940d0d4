"""Lines of the report on values: outages, outliers, copies, shifts, handling times, parts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from forecasting.doctor.findings import DAY, MINUTE, Findings, add_lines
from forecasting.doctor.outages import PROBABILITY_BOUND

if TYPE_CHECKING:
    import pandas as pd

    from forecasting.doctor.usual_weeks import UsualWeeks

# Two days with as many intervals and contacts do not agree in all of them by chance; a queue whose
# days do so often is regular.
_COPY_INTERVALS, _COPY_CONTACTS, _COPIED_SHARE = 8, 50.0, 0.05
_LEAST_PROBABILITY = 1e-99


def note_outages(outages: pd.DataFrame, problems: Findings) -> None:
    """Say when, how many came, how many were expected and how improbable that is."""
    for (queue, code), rows in outages.groupby(["queue", "code"], sort=True):
        found = [
            f"{start:{DAY}}"
            if code == "day_zero"
            else f"{start:{MINUTE}}..{end:%H:%M} ({count}): {contacts:.0f}"
            for start, end, count, contacts in zip(
                rows["interval_start"],
                rows["interval_end"],
                rows["intervals"],
                rows["contacts"],
                strict=True,
            )
        ]
        bound = 10.0 ** np.ceil(np.log10(np.maximum(rows["probability"], _LEAST_PROBABILITY)))
        expected = [
            f"{mean:.0f} (p < {at_most:.0e})"
            for mean, at_most in zip(
                rows["expected"], np.minimum(bound, PROBABILITY_BOUND), strict=True
            )
        ]
        add_lines(problems, str(code), str(queue), found, expected, done="marked_lost")


def note_outliers(outliers: pd.DataFrame, problems: Findings) -> None:
    """Say which days and intervals are far from usual."""
    for (queue, kind), rows in outliers.groupby(["queue", "kind"], sort=True):
        form = DAY if kind == "day" else MINUTE
        found = [
            f"{start:{form}}: {contacts:.0f}"
            for start, contacts in zip(rows["interval_start"], rows["contacts"], strict=True)
        ]
        expected = [f"{usual:.0f}" for usual in rows["expected"]]
        code = "outlier_day" if kind == "day" else "outlier_interval"
        add_lines(problems, code, str(queue), found, expected)


def note_copies(weeks: UsualWeeks, problems: Findings) -> None:
    """Say which days equal the day before or the same weekday of the week before, cell by cell."""
    grid = weeks.grid
    cells = np.nan_to_num(weeks.contacts).reshape(len(grid.queues), len(grid.dates), -1)
    telling = (cells > 0).sum(axis=-1) >= _COPY_INTERVALS
    telling &= cells.sum(axis=-1) >= _COPY_CONTACTS
    for days in (1, 7):
        apart = (grid.dates[days:] - grid.dates[:-days]).days == days
        same = telling[:, days:] & apart & (cells[:, days:] == cells[:, :-days]).all(axis=-1)
        rare = same.sum(axis=1) <= np.maximum(_COPIED_SHARE * telling.sum(axis=1), 1)
        for queue in np.flatnonzero(same.any(axis=1) & rare):
            copy = np.flatnonzero(same[queue])
            found, like = grid.dates[copy + days].strftime(DAY), grid.dates[copy].strftime(DAY)
            add_lines(problems, "day_repeated", str(grid.queues[queue]), list(found), list(like))


def note_shifts(shifts: pd.DataFrame, problems: Findings) -> None:
    """Say when the contacts moved to another level, and by how much."""
    for row in shifts.to_dict("records"):
        problems.add(
            "level_shift",
            queue=str(row["queue"]),
            found=f"{row['date']:%Y-%m-%d}: {row['after']:.0f} ({row['ratio'] - 1:+.0%})",
            expected=f"{row['before']:.0f}",
        )


def note_handling(handling: pd.DataFrame, problems: Findings) -> None:
    """Say on which days the handling time was far from that of the days around."""
    for queue, rows in handling[handling["odd"]].groupby("queue", sort=True):
        found = [
            f"{date:%Y-%m-%d}: {aht_s:.0f}"
            for date, aht_s in zip(rows["date"], rows["aht_s"], strict=True)
        ]
        expected = [f"{usual_s:.0f}" for usual_s in rows["usual_s"]]
        add_lines(problems, "outlier_aht", str(queue), found, expected)


def note_parts(balance: pd.DataFrame, problems: Findings) -> None:
    """Say on which days more were answered and abandoned than offered."""
    for queue, rows in balance[balance["odd"]].groupby("queue", sort=True):
        found = [
            f"{date:%Y-%m-%d}: {answered:.0f} + {abandoned:.0f}"
            for date, answered, abandoned in zip(
                rows["date"], rows["answered"], rows["abandoned"], strict=True
            )
        ]
        expected = [f"<= {contacts:.0f}" for contacts in rows["contacts"]]
        add_lines(problems, "parts_over_contacts", str(queue), found, expected)


def note_blocked(history: pd.DataFrame, problems: Findings) -> None:
    """Say how many contacts found every line busy."""
    blocked = history.groupby("queue", sort=True)["blocked"].sum()
    for queue, total in blocked[blocked > 0].items():
        problems.add("contacts_blocked", queue=str(queue), found=f"{total:.0f}")
