"""What a planner knows better: edits of the forecast, each with its reason.

Edits hold on the forecast itself, one after the other in their order, before the what-if factors.
All of them together are one factor a row, by which the mean and its quantiles move alike.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import MISSING, dataclass, fields
from datetime import date
from typing import Annotated

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from forecasting.centre_totals import WHOLE_CENTRE
from forecasting.distribution import QUANTILE_LEVELS, quantile_column
from forecasting.grid import FloatArray
from forecasting.problems import ProblemCollector
from forecasting.totals import PERIODS
from planner.bounds import ScenarioProblem, check_fields, check_value, refuse
from planner.hours import DAY_MIN

BEFORE = "contacts_before_edits"
VOLUMES = ("contacts", *map(quantile_column, QUANTILE_LEVELS))
LONGEST_EDIT_DAYS = 366
EDIT_PROBLEMS = ("edit_outside_plan", "edit_partly_outside_plan", "edit_not_spread")
# Where less than this is forecast there is no shape to spread contacts in.
LEAST_CONTACTS = 1e-3


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """A change of the forecast made by hand: by a factor, or to a number of contacts.

    Attributes
    ----------
    name : str
        The reason.
    first, last : date
        The days it holds on (written `from` and `to`).
    queues : tuple of str
        The queues it holds for; () for all that are forecast.
    hours : tuple of int, optional
        Where only a part of each day is meant: from and until when its intervals begin
        [min after local midnight], the end exclusive; written "09:00-14:00".
    factor : float, optional
        Times the forecast [1].
    contacts : float, optional
        In its place, the contacts of the whole span, of each of `queues`; spread in the forecast's
        own shape.
    """

    name: str
    first: date
    last: date
    queues: tuple[str, ...] = ()
    hours: tuple[int, int] | None = None
    factor: Annotated[float | None, ">= 0", "<= 100"] = None
    contacts: Annotated[float | None, ">= 0", "<= 100000000"] = None

    def __post_init__(self) -> None:
        """Check the bounds."""
        problems = check_fields(self)
        faulty = {problem.key for problem in problems}
        if "queues" not in faulty:
            problems += [fault for one in self.queues for fault in check_value("queues", one, str)]
        if not faulty & {"first", "last"}:
            problems += self._window_problems()
        if self.hours is not None and "hours" not in faulty:
            problems += _hours_problems(self.hours)
        if not faulty & {"factor", "contacts"}:
            problems += self._change_problems()
        refuse(problems)

    def _window_problems(self) -> list[ScenarioProblem]:
        if 0 <= (self.last - self.first).days < LONGEST_EDIT_DAYS:
            return []
        expected = f">= {self.first}, < {self.first} + {LONGEST_EDIT_DAYS} d"
        found = str(self.last)
        return [ScenarioProblem(key="to", code="out_of_bounds", found=found, expected=expected)]

    def _change_problems(self) -> list[ScenarioProblem]:
        """Find an edit that says nothing, too much, or contacts of no queue in particular."""
        if self.factor is None and self.contacts is None:
            return [ScenarioProblem(key="factor", code="missing")]
        if self.factor is not None and self.contacts is not None:
            found, other = f"factor = {self.factor:g}", f"contacts = {self.contacts:g}"
            return [
                ScenarioProblem(key="factor", code="contradiction", found=found, expected=other)
            ]
        if self.contacts is not None and not self.queues:
            return [ScenarioProblem(key="queues", code="missing")]
        return []


REQUIRED = tuple(field.name for field in fields(Edit) if field.default is MISSING)


class Rows:
    """The rows of a demand, as edits name them: by queue, local day and time of day.

    Parameters
    ----------
    demand : DataFrame
        queue, interval_start (aware) and contacts.
    """

    def __init__(self, demand: pd.DataFrame) -> None:
        wall = demand["interval_start"].dt.tz_localize(None)
        self.queue = demand["queue"].to_numpy(dtype=object)
        self.day = wall.dt.normalize()
        self._minute = (60 * wall.dt.hour + wall.dt.minute).to_numpy()
        self.expected: FloatArray = demand["contacts"].to_numpy(dtype=np.float64)

    def of(self, edit: Edit) -> NDArray[np.bool_]:
        """Mark the rows that an edit changes."""
        days = self.day.between(pd.Timestamp(edit.first), pd.Timestamp(edit.last))
        held: NDArray[np.bool_] = days.to_numpy(dtype=np.bool_)
        if edit.queues:
            held &= np.isin(self.queue, np.array(edit.queues, dtype=object))
        if edit.hours is not None:
            held &= (self._minute >= edit.hours[0]) & (self._minute < edit.hours[1])
        return held

    def factors(self, edits: Sequence[Edit]) -> FloatArray:
        """Return what all edits make of each row's forecast, as a factor [1]."""
        factor = np.ones(len(self.expected))
        for edit in edits:
            held = self.of(edit)
            if edit.factor is not None:
                factor[held] *= edit.factor
            else:
                for queue in dict.fromkeys(edit.queues):
                    own = held & (self.queue == queue)
                    factor[own] = _to_total(self.expected[own], factor[own], edit.contacts or 0.0)
        return factor


def edited_demand(demand: pd.DataFrame, edits: Sequence[Edit]) -> pd.DataFrame:
    """Apply edits to a forecast.

    Parameters
    ----------
    demand : DataFrame
        The forecast, see `forecasting.demand.DemandForecast`.
    edits : sequence of Edit
        In the order in which they hold, each on what the ones before it left.

    Returns
    -------
    DataFrame
        The demand, its mean and quantiles edited, with the mean before as `contacts_before_edits`;
        without edits the demand itself.
    """
    if not edits:
        return demand
    factor = Rows(demand).factors(edits)
    edited = demand.assign(**{name: demand[name] * factor for name in VOLUMES})
    edited.insert(list(edited).index("contacts") + 1, BEFORE, demand["contacts"])
    return edited


def edited_totals(
    totals: pd.DataFrame, demand: pd.DataFrame, edits: Sequence[Edit]
) -> pd.DataFrame:
    """Move totals as the edits move the intervals they are totals of.

    Each total and its quantiles are scaled by the ratio of the edited to the unedited mean of its
    period, the whole centre's (queue "") by that of all queues.

    Parameters
    ----------
    totals : DataFrame
        Of the unedited forecast, see `forecasting.totals.period_totals`.
    demand : DataFrame
        The unedited forecast.
    edits : sequence of Edit
        As in `edited_demand`.
    """
    if not edits:
        return totals
    rows = Rows(demand)
    means = pd.DataFrame(
        {"queue": rows.queue, "day": rows.day.to_numpy(), "before": rows.expected}
    ).assign(after=rows.expected * rows.factors(edits))
    days = means.groupby(["queue", "day"], as_index=False)[["before", "after"]].sum()
    days = pd.concat([days, days.assign(queue=WHOLE_CENTRE)])
    parts = [
        days.assign(period=period, period_start=days["day"].dt.to_period(frequency).dt.start_time)
        for period, frequency in PERIODS.items()
    ]
    key = ["queue", "period", "period_start"]
    sums = pd.concat(parts).groupby(key)[["before", "after"]].sum().reset_index()
    found = totals[key].merge(sums, how="left", on=key)
    some = found["before"] > 0
    ratio = np.where(some, found["after"] / found["before"].where(some, 1.0), 1.0)
    return totals.assign(**{name: totals[name] * ratio for name in VOLUMES})


def edit_problems(
    demand: pd.DataFrame, edits: Sequence[Edit], *, first: date, last: date
) -> pd.DataFrame:
    """List the edits that do not do what they say.

    Parameters
    ----------
    demand : DataFrame
        The unedited forecast.
    edits : sequence of Edit
        As in `edited_demand`.
    first, last : date
        Of the plan.

    Returns
    -------
    DataFrame
        Problems, all warnings: of an edit or one of its queues that touches no interval of the
        plan, of contacts meant for more days than are planned, of contacts for hours in which
        nothing is forecast, so that there is no shape to spread them in.
    """
    found = ProblemCollector()

    def warn(code: str, edit: Edit, queue: str, expected: str) -> None:
        found.add(code, queue=queue, found=edit.name, expected=expected, severity="warning")

    rows, planned = Rows(demand), f"{first} – {last}"
    for edit in edits:
        held = rows.of(edit)
        for queue in edit.queues or ("",):
            own = held & (rows.queue == queue) if queue else held
            if not own.any():
                warn("edit_outside_plan", edit, queue, planned)
            elif edit.contacts and rows.expected[own].sum() < LEAST_CONTACTS:
                warn("edit_not_spread", edit, queue, f"{edit.contacts:g}")
            elif edit.contacts is not None and (edit.first < first or edit.last > last):
                warn("edit_partly_outside_plan", edit, queue, planned)
    return found.table()


def _to_total(expected: FloatArray, factor: FloatArray, contacts: float) -> FloatArray:
    """Return the factors that make rows sum up to some contacts, in the shape they have.

    Where a former edit left nothing, the shape is the forecast's; where nothing was forecast there
    is none, and the rows stay.
    """
    for shape in (factor, np.ones_like(factor)):
        total = float((expected * shape).sum())
        if total >= LEAST_CONTACTS:
            return shape * (contacts / total)
    return factor


def _hours_problems(hours: tuple[int, ...]) -> list[ScenarioProblem]:
    if len(hours) == 2 and all(type(each) is int for each in hours):
        start, end = hours
        if 0 <= start < end <= DAY_MIN:
            return []
    found, expected = ", ".join(map(str, hours)), f"0 <= from < until <= {DAY_MIN}"
    return [ScenarioProblem(key="hours", code="out_of_bounds", found=found, expected=expected)]
