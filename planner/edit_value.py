"""What manual edits were worth: the error of an earlier plan with each of them and without it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Protocol

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from forecasting.accuracy import bias, forecast_value_added, wape
from forecasting.grid import FloatArray
from planner.earlier_plan import EarlierPlanRefused, interval_length, read_earlier
from planner.edits import BEFORE, Edit, Rows
from planner.scenario import Scenario

# Whose value a row tells: one edit's, that of all edits with one reason, that of all of them.
EDIT, REASON, ALL = SCOPES = ("edit", "reason", "all")
HELPED, HURT, CHANCE, TOO_EARLY, NO_CHANGE, NO_ACTUALS = VERDICTS = (
    "helped",
    "hurt",
    "chance",
    "too_early",
    "no_change",
    "no_actuals",
)
SIGNIFICANT = 0.05
# With fewer days not even a gain on every one of them is beyond chance: 2 / 2^5 > 0.05.
FEWEST_DAYS = 6
_EXACT_DAYS, _RESAMPLES = 13, 9_999
_SEED = 1
_SAME = 1e-6  # relative: what a file's figures and ours may differ by


class Edited(Protocol):
    """A plan with edits: `planner.plan.Plan`, or one read back."""

    @property
    def scenario(self) -> Scenario:
        """Its assumptions."""

    @property
    def demand(self) -> pd.DataFrame:
        """Its demand, with `contacts_before_edits` if it has edits."""


def value_of_edits(plan: Edited | Path | str, history: pd.DataFrame) -> pd.DataFrame:
    """Tell what each edit of a plan was worth, now that it is known what came.

    An edit is judged on the intervals it names, by the plan as it was against the same plan without
    that edit. Only intervals with known contacts count.

    Parameters
    ----------
    plan : Plan, EarlierPlan or path
        A plan, or the folder, ZIP file or workbook it was exported to.
    history : DataFrame
        What came: queue, interval_start, contacts (NaN unknown).

    Returns
    -------
    DataFrame
        A row for each edit in its order, one for each reason that several edits share, and one for
        all: scope (one of `SCOPES`), edit (its number from 1, else <NA>), name (the reason, "" for
        all), queues ("" for all), first, last (date), intervals and days compared, contacts that
        came in them, contacts_before and contacts_after as forecast without and with the edit,
        wape_before, wape_after, value_added = wape_before - wape_after (above 0 it helped),
        bias_before, bias_after [1], p_value, verdict (one of `VERDICTS`). NaN where unknown; no
        rows for a plan without edits.

    Raises
    ------
    NotAnEarlierPlan
        If the path holds no exported plan.
    EarlierPlanRefused
        If its demand is not that of its scenario, or its intervals are not as long as the
        history's.

    Notes
    -----
    The verdict rests on a paired randomisation test (Fisher, The Design of Experiments, 1935,
    section 21): were the edit worth nothing, a day's gain (the fall of its summed absolute error)
    could as well be a loss. "helped" and "hurt" are beyond chance at 5 %, two-sided. Days are taken
    as independent, and no allowance is made for looking at many edits at once.
    """
    earlier = read_earlier(plan) if isinstance(plan, str | Path) else plan
    edits = earlier.scenario.edits
    if not edits:
        return _table([])
    demand, volume = _forecast_rows(earlier)
    actual = _actuals(demand, history)
    rows = Rows(demand.assign(contacts=demand[BEFORE] / volume))
    unedited = rows.expected * volume
    edited = unedited * rows.factors(edits)
    if not np.allclose(edited, demand["contacts"], rtol=_SAME, atol=_SAME):
        raise EarlierPlanRefused("other_scenario")
    told = []
    for scope, chosen in _scopes(edits):
        rest = [edit for number, edit in enumerate(edits) if number not in chosen]
        of_these = [edits[number] for number in chosen]
        held = np.logical_or.reduce([rows.of(edit) for edit in of_these])
        before = unedited * rows.factors(rest)
        days = rows.day.to_numpy()
        who = _who(scope, chosen, of_these)
        told.append({**who, **_compared(actual, before, edited, days, held)})
    return _table(told)


def _forecast_rows(plan: Edited) -> tuple[pd.DataFrame, FloatArray]:
    """Return the rows that are forecast, and the what-if factor on their volume [1]."""
    scenario = plan.scenario
    if BEFORE not in plan.demand:
        raise EarlierPlanRefused("other_scenario")
    lists = [campaign.name for campaign in scenario.campaigns]
    demand = plan.demand[~plan.demand["queue"].isin(lists)].reset_index(drop=True)
    own = {name: queue.volume_factor for name, queue in scenario.queues}
    factor = demand["queue"].map(own).fillna(1.0)
    return demand, scenario.volume_factor * np.asarray(factor, dtype=np.float64)


def _actuals(demand: pd.DataFrame, history: pd.DataFrame) -> FloatArray:
    """Return what came in each row of a demand [contacts]; NaN where nobody knows."""
    planned, came = interval_length(demand), interval_length(history)
    if planned and came and planned != came:
        raise EarlierPlanRefused("other_interval", found=f"{came:g}", expected=f"{planned:g}")
    known = history[["queue", "interval_start", "contacts"]].rename(columns={"contacts": "came"})
    key = ["queue", "interval_start"]
    zone = history["interval_start"].dt.tz
    asked = demand[key].assign(interval_start=demand["interval_start"].dt.tz_convert(zone))
    found = asked.merge(known.drop_duplicates(key), how="left", on=key)
    return found["came"].to_numpy(dtype=np.float64)


def _scopes(edits: Sequence[Edit]) -> Iterator[tuple[str, list[int]]]:
    """List whose value is told, and which edits that is."""
    for number in range(len(edits)):
        yield EDIT, [number]
    names = [edit.name for edit in edits]
    for name in dict.fromkeys(names):
        if 1 < names.count(name) < len(names):
            yield REASON, [number for number, each in enumerate(names) if each == name]
    yield ALL, list(range(len(edits)))


def _who(scope: str, chosen: list[int], edits: Sequence[Edit]) -> dict[str, object]:
    queues = dict.fromkeys(queue for edit in edits for queue in edit.queues)
    all_queues = any(not edit.queues for edit in edits)
    return {
        "scope": scope,
        "edit": chosen[0] + 1 if scope == EDIT else pd.NA,
        "name": "" if scope == ALL else edits[0].name,
        "queues": "" if all_queues else ", ".join(queues),
        "first": pd.Timestamp(min(edit.first for edit in edits)),
        "last": pd.Timestamp(max(edit.last for edit in edits)),
    }


def _compared(
    actual: FloatArray,
    before: FloatArray,
    after: FloatArray,
    day: NDArray[np.datetime64],
    held: NDArray[np.bool_],
) -> dict[str, object]:
    """Compare two forecasts where an edit holds and contacts are known."""
    known = held & np.isfinite(actual)
    came, was, became = actual[known], before[known], after[known]
    gain = pd.Series(np.abs(came - was) - np.abs(came - became)).groupby(day[known]).sum()
    p_value = _p_value(gain.to_numpy())
    same = np.allclose(was, became, rtol=_SAME, atol=_SAME)
    return {
        "intervals": int(known.sum()),
        "days": len(gain),
        "contacts": float(came.sum()),
        "contacts_before": float(was.sum()),
        "contacts_after": float(became.sum()),
        "wape_before": wape(came, was),
        "wape_after": wape(came, became),
        "value_added": 0.0 - forecast_value_added(came, was, became),
        "bias_before": bias(came, was),
        "bias_after": bias(came, became),
        "p_value": p_value,
        "verdict": _verdict(len(came), float(gain.sum()), p_value, same=same),
    }


def _p_value(gain: FloatArray) -> float:
    """Return how often chance alone would make a mean gain of this size; NaN with too few days.

    Every sign of every day is tried; of many days, a sample of the signs that holds the true ones.
    """
    moved = gain[gain != 0]
    days = len(moved)
    if days < FEWEST_DAYS:
        return np.nan
    if days <= _EXACT_DAYS:
        signs = 1 - 2 * (np.arange(2**days)[:, None] >> np.arange(days) & 1)
    else:
        signs = np.random.default_rng(_SEED).choice((-1, 1), size=(_RESAMPLES, days))
        signs[0] = 1
    as_large = np.abs(signs @ moved) >= np.abs(moved.sum()) * (1 - _SAME)
    return float(as_large.mean())


def _verdict(intervals: int, gain: float, p_value: float, *, same: bool) -> str:
    if intervals == 0:
        return NO_ACTUALS
    if same:
        return NO_CHANGE
    if np.isnan(p_value):
        return TOO_EARLY
    if p_value > SIGNIFICANT:
        return CHANCE
    return HELPED if gain > 0 else HURT


VALUE_COLUMNS = (
    "scope",
    "edit",
    "name",
    "queues",
    "first",
    "last",
    "intervals",
    "days",
    "contacts",
    "contacts_before",
    "contacts_after",
    "wape_before",
    "wape_after",
    "value_added",
    "bias_before",
    "bias_after",
    "p_value",
    "verdict",
)


def _table(told: Sequence[dict[str, object]]) -> pd.DataFrame:
    return pd.DataFrame(told, columns=list(VALUE_COLUMNS)).astype({"edit": "Int64"})
