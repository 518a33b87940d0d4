"""Unconstrained demand: how many would have come had every line been open and every call taken."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from forecasting.doctor.returning import calls_again, delay_shares
from forecasting.doctor.usual_weeks import usual_weeks
from forecasting.doctor.week_grid import week_grids

if TYPE_CHECKING:
    from collections.abc import Collection

    from forecasting.doctor.week_grid import Numbers

# In the order in which they are taken.
NEED_STEPS = ("transfers", "blocked", "redials", "lost")
STEP_STATES = ("taken", "off", "refused")
# Why a step is refused: what it needs is not there.
REFUSALS = {
    "transfers": "transferred_in_missing",
    "blocked": "blocked_missing",
    "redials": "abandoned_missing",
}
_PARTS = {"transfers": "transferred_in", "blocked": "blocked", "redials": "abandoned"}
NO_REDIAL_PROBABILITY = "redial_probability_missing"
MOST_DELAY_MIN = 1440.0


@dataclass(frozen=True, slots=True, eq=False)
class Need:
    """What customers needed, and how it follows from what was offered.

    Attributes
    ----------
    history : DataFrame
        Tidy history whose contacts are the need; lost intervals stay lost (NaN), see
        `unconstrained`.
    intervals : DataFrame
        One row a row of the history: queue, interval_start, offered, transfers (<= 0), blocked
        (>= 0), redials (<= 0), lost (>= 0, the estimate), need, estimated (bool). The need is the
        sum of the others, offered counting as 0 where it is lost; NaN where it stays unknown.
    steps : DataFrame
        One row a queue and step, in the order of NEED_STEPS: queue, step, state (one of
        STEP_STATES), code (why it was refused, "" otherwise), before, after (contacts), intervals
        (touched).
    """

    history: pd.DataFrame
    intervals: pd.DataFrame
    steps: pd.DataFrame


def unconstrained(
    history: pd.DataFrame,
    interval_min: int,
    *,
    redial_probability: float | None = None,
    retry_probability: float | None = None,
    redial_delay_min: float = 15.0,
    steps: Collection[str] = ("blocked", "redials", "lost"),
    special_days: pd.DataFrame | None = None,
) -> Need:
    """Turn what the lines let through into what was needed.

    The steps, in their order, each of which can be left out:

    transfers
        Contacts transferred in were counted in another queue before: they are taken off. Not among
        the steps by default: their work in this queue is real, and only a plan whose first queue
        answers for the whole contact may leave it out.
    blocked
        Contacts that found every line busy are added.
    redials
        Those who abandoned (and, with the step before, were blocked) and called again are counted
        once. In the Erlang model with redials the total is L = L0 + r P(L) L (Cohen 1957; see
        `staffing.load_with_redials`), and P(L) L are those who abandon: first attempts are the
        offered less r times the abandoned. A redial comes after its abandonment, by an
        exponential delay; over the history exactly r times the abandoned are taken off.
    lost
        Intervals whose contacts are lost are estimated by the typical week at the day's own level.

    The estimates are for totals and pictures only. The forecast takes `Need.history`, where lost
    intervals stay unknown: its models know how to leave them out, and an estimate without noise
    would teach them that the queue varies less than it does.

    Parameters
    ----------
    history : DataFrame
        Tidy history, repaired: what was lost is NaN. Optional columns: abandoned, blocked,
        transferred_in. Where one of these is unknown it counts as 0.
    interval_min : int
        Length of the intervals [min].
    redial_probability : float, optional
        Share of those who abandon that call again, in [0, 1].
    retry_probability : float, optional
        Share of those who were blocked that try again, in [0, 1]; as those who abandon if None.
    redial_delay_min : float
        Mean time until they call again, in [0, 1440] [min].
    steps : collection of str
        Those of NEED_STEPS to take.
    special_days : DataFrame, optional
        Days that the typical week does not explain; nothing is estimated on them.

    Raises
    ------
    ValueError
        If a step is not one of NEED_STEPS, or a number lies outside its bounds.
    """
    _check_settings(redial_probability, retry_probability, redial_delay_min, steps)
    refused = _refused(history, redial_probability, steps)
    taken = [step for step in NEED_STEPS if step in steps and step not in refused]
    offered = history["contacts"].to_numpy(dtype=np.float64)
    table = history[["queue", "interval_start"]].assign(offered=offered)
    table[list(NEED_STEPS)] = 0.0
    came = np.nan_to_num(offered)
    if "transfers" in taken:
        table["transfers"] = -np.minimum(_part(history, "transferred_in"), came)
    if "blocked" in taken:
        # Where the offered are lost, the estimate stands for all who needed help.
        table["blocked"] = np.where(np.isfinite(offered), _part(history, "blocked"), 0.0)
    if "redials" in taken and redial_probability is not None:
        retry = redial_probability if retry_probability is None else retry_probability
        first = np.minimum(_part(history, "abandoned"), came + table["transfers"])
        leaving = redial_probability * first + retry * table["blocked"]
        room = came + table["transfers"] + table["blocked"]
        shares = delay_shares(redial_delay_min, interval_min)
        table["redials"] = -_by_queue(history, leaving, room, shares)
    net = offered + table[["transfers", "blocked", "redials"]].sum(axis=1).to_numpy()
    net = np.maximum(net, 0.0)
    table["need"], table["estimated"] = net, False
    if "lost" in taken and np.isnan(net).any():
        estimates = _estimates(history, net, interval_min, special_days)
        lost = np.isnan(net) & np.isfinite(estimates)
        table["lost"] = np.where(lost, estimates, 0.0)
        table["need"], table["estimated"] = np.where(lost, estimates, net), lost
    return Need(
        history=history.assign(contacts=net),
        intervals=table,
        steps=_steps(table, taken, refused),
    )


def _check_settings(
    redial: float | None, retry: float | None, delay_min: float, steps: Collection[str]
) -> None:
    for name, value in (("redial_probability", redial), ("retry_probability", retry)):
        if value is not None and not 0 <= value <= 1:
            raise ValueError(f"{name} must be in [0, 1], got {value}")
    if not 0 <= delay_min <= MOST_DELAY_MIN:
        raise ValueError(f"redial_delay_min must be in [0, {MOST_DELAY_MIN:g}], got {delay_min}")
    unknown = sorted(set(steps) - set(NEED_STEPS))
    if unknown:
        raise ValueError(f"steps must be of {NEED_STEPS}, got {unknown}")


def _refused(history: pd.DataFrame, redial: float | None, steps: Collection[str]) -> dict[str, str]:
    refused = {
        step: REFUSALS[step]
        for step, column in _PARTS.items()
        if step in steps and (column not in history or history[column].isna().all())
    }
    if "redials" in steps and redial is None:
        refused.setdefault("redials", NO_REDIAL_PROBABILITY)
    return refused


def _part(history: pd.DataFrame, column: str) -> Numbers:
    values = history[column].to_numpy(dtype=np.float64)
    part: Numbers = np.maximum(np.nan_to_num(values), 0.0)
    return part


def _by_queue(
    history: pd.DataFrame, leaving: pd.Series, room: pd.Series, shares: Numbers
) -> Numbers:
    placed = np.zeros(len(history))
    for rows in history.groupby("queue", sort=False).indices.values():
        placed[rows] = calls_again(leaving.to_numpy()[rows], room.to_numpy()[rows], shares)
    return placed


def _estimates(
    history: pd.DataFrame, net: Numbers, interval_min: int, special_days: pd.DataFrame | None
) -> Numbers:
    """Typical contacts of each row at its day's level; NaN where they are not known."""
    estimates = np.full(len(history), np.nan)
    for rows, grid in week_grids(history, interval_min):
        weeks = usual_weeks(grid, net[rows], special_days=special_days)
        usually = np.where(weeks.special[..., None], np.nan, weeks.expected)
        estimates[rows] = usually.ravel()[grid.cell]
    return estimates


def _steps(table: pd.DataFrame, taken: list[str], refused: dict[str, str]) -> pd.DataFrame:
    """Sum up by queue what each step did."""
    codes, queues = pd.factorize(table["queue"])
    after = np.bincount(codes, weights=np.nan_to_num(table["offered"]))
    parts = []
    for step in NEED_STEPS:
        change = table[step].to_numpy()
        before, after = after, after + np.bincount(codes, weights=change)
        part = {
            "queue": queues,
            "step": step,
            "state": "taken" if step in taken else "refused" if step in refused else "off",
            "code": refused.get(step, ""),
            "before": before,
            "after": after,
            "intervals": np.bincount(codes, weights=change != 0).astype(np.int64),
        }
        parts.append(pd.DataFrame(part))
    together = pd.concat(parts)
    return together.sort_values("queue", kind="stable", ignore_index=True)
