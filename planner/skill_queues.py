"""Queues to be staffed by skill as a table: those of a plan to change, or typed by hand."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from forecasting.problems import ProblemCollector
from planner.skill_groups import TableRefused
from planner.skill_model import MOST_QUEUES, SkillModel
from planner.text import Row
from staffing import Arrivals, Duration, QueueTarget, SimulatedQueue, SkillGroup

QUEUE_COLUMNS = ("queue", "contacts", "aht_s", "service_level", "within_s", "patience_s")
TYPED_INTERVAL_S = 900.0
EXAMPLE = pd.DataFrame(
    [("billing", 60.0, 300.0, 0.8, 20.0, math.nan), ("support", 45.0, 300.0, 0.8, 20.0, math.nan)],
    columns=list(QUEUE_COLUMNS),
)
"""The 20 and 15 Erlang of docs/queueing/skill-staffing.md."""

PEER_ANSWER = 25
"""Agents that pyworkforce 0.5.4's `MultiSkillStaffing` finds "OPTIMAL" for `EXAMPLE`.

Given the 25 and 19 agents of Erlang C for the two queues, it counts whoever knows both in full
for both: 25 = max(25, 19), while the load is 35 Erlang.
"""

_FIGURES = list(QUEUE_COLUMNS[1:])
_WARM_UP, _COUNTED = 4, 24  # intervals of queues typed by hand: an hour, and six that count
_BOUNDS: dict[str, tuple[str, Callable[[float], bool]]] = {
    "contacts": ("> 0, <= 100000", lambda value: 0 < value <= 1e5),
    "aht_s": ("> 0, <= 86400", lambda value: 0 < value <= 86_400),
    "service_level": ("> 0 %, < 100 %", lambda value: 0 < value < 1),
    "within_s": (">= 0, <= 86400", lambda value: 0 <= value <= 86_400),
    "patience_s": ("> 0, <= 86400", lambda value: 0 < value <= 86_400),
}


def queue_table(model: SkillModel) -> pd.DataFrame:
    """Write queues as a table.

    Returns
    -------
    DataFrame
        queue, contacts (in an interval, on average, to a hundredth), aht_s (to a second),
        service_level (NaN without such a target), within_s, patience_s (NaN where nobody gives up).
    """
    rows = [
        (
            queue.name,
            model.mean_contacts(queue),
            model.mean_aht_s(queue),
            model.targets[queue.name].service_level,
            queue.within_s,
            None if queue.patience is None else queue.patience.mean_s,
        )
        for queue in model.queues
    ]
    table = pd.DataFrame(rows, columns=list(QUEUE_COLUMNS))
    return table.astype(dict.fromkeys(_FIGURES, "float64")).round({"contacts": 2, "aht_s": 0})


def is_example(model: SkillModel, groups: Sequence[SkillGroup]) -> bool:
    """Tell whether a model is that of `EXAMPLE`, with groups to which `PEER_ANSWER` is given.

    They have people who know both queues, any number of them, for less than one for each.
    """
    table = queue_table(model)
    same_size = len(table) == len(EXAMPLE) and model.start is None
    if not same_size or not np.allclose(table[_FIGURES], EXAMPLE[_FIGURES], equal_nan=True):
        return False
    both = [
        group.cost_per_hour
        for group in groups
        if set(group.skills) == set(model.names) and group.most_agents is None
    ]
    apart = [
        min((one.cost_per_hour for one in groups if one.skills == (name,)), default=math.inf)
        for name in model.names
    ]
    return min(both, default=math.inf) <= sum(apart) and bool(both)


def typed_model(table: pd.DataFrame) -> SkillModel:
    """Make a model of queues typed by hand: the same pace for six hours, after one of warm-up.

    Raises
    ------
    TableRefused
        With all that is wrong with the table.
    """
    nothing = SkillModel(
        queues=(),
        targets={},
        costs={},
        currency="",
        interval_s=TYPED_INTERVAL_S,
        warm_up=_WARM_UP,
        start=None,
        end=None,
        notes=pd.DataFrame(columns=["queue", "code"]),
    )
    return with_queues(nothing, table)


def with_queues(
    model: SkillModel, table: pd.DataFrame, *, headers: Mapping[str, str] | None = None
) -> SkillModel:
    """Put a changed table of queues into a model.

    Parameters
    ----------
    model : SkillModel
        A queue of this name keeps its shape through the hours, what the table does not say, and
        to the last digit what is as `queue_table` has it.
    table : DataFrame
        As of `queue_table`; the rows are numbered from 1 for problems.
    headers : mapping, optional
        What a person calls the columns.

    Raises
    ------
    TableRefused
        With all that is wrong with the table.
    """
    table = table.reset_index(drop=True)
    _check(table, model, headers or dict(zip(QUEUE_COLUMNS, QUEUE_COLUMNS, strict=True)))
    known = {queue.name: queue for queue in model.queues}
    shown = queue_table(model).set_index("queue")
    many = len(model.queues[0].arrivals.contacts) if model.queues else _WARM_UP + _COUNTED
    usual = max(model.costs.values(), default=1.0)
    queues, targets, costs = [], {}, {}
    for _, row in table.iterrows():
        name = str(row["queue"]).strip()
        if base := known.get(name):
            as_it_was = shown.loc[name]
            means = {"contacts": model.mean_contacts(base), "aht_s": model.mean_aht_s(base)}
            factors = [
                1.0 if row[figure] == as_it_was[figure] else row[figure] / mean
                for figure, mean in means.items()
            ]
            queues.append(_changed(base, row, *factors))
        else:
            queues.append(_changed(_new_queue(name, many), row, row["contacts"], row["aht_s"]))
        stated = None if pd.isna(row["service_level"]) else float(row["service_level"])
        targets[name] = replace(model.targets.get(name, QueueTarget()), service_level=stated)
        costs[name] = model.costs.get(name, usual)
    return replace(model, queues=tuple(queues), targets=targets, costs=costs)


def _new_queue(name: str, intervals: int) -> SimulatedQueue:
    return SimulatedQueue(
        name=name,
        arrivals=Arrivals(contacts=(1.0,) * intervals),
        handling=Duration.lognormal(1.0, cv=1.0),
        aht_by_interval_s=(1.0,) * intervals,
    )


def _changed(queue: SimulatedQueue, row: Row, volume: float, aht: float) -> SimulatedQueue:
    patience = row["patience_s"]
    return replace(
        queue,
        arrivals=replace(
            queue.arrivals, contacts=tuple(volume * each for each in queue.arrivals.contacts)
        ),
        handling=replace(queue.handling, mean_s=aht * queue.handling.mean_s),
        aht_by_interval_s=tuple(aht * each for each in queue.aht_by_interval_s),
        within_s=float(row["within_s"]),
        patience=None if pd.isna(patience) else Duration.exponential(float(patience)),
        redial_probability=0.0 if pd.isna(patience) else queue.redial_probability,
    )


def _check(table: pd.DataFrame, model: SkillModel, headers: Mapping[str, str]) -> None:
    """Refuse a table with faults, all at once."""
    problems = ProblemCollector()

    def note(code: str, place: int | None, column: str, found: str = "", bound: str = "") -> None:
        row, header = None if place is None else place + 1, headers[column]
        options = {"found": found, "expected": bound, "severity": "error"}
        problems.add(code, row=row, column=header, **options)

    promise_otherwise = {
        name
        for name, target in model.targets.items()
        if target.max_asa_s is not None or target.max_abandonment is not None
    }
    names = table["queue"].fillna("").astype(str).str.strip()
    for place in np.flatnonzero(names == "").tolist():
        note("queue_blank", place, "queue")
    for place in np.flatnonzero(names.duplicated() & (names != "")).tolist():
        note("queue_repeated", place, "queue", names[place])
    for column, (expected, fits) in _BOUNDS.items():
        for place, value in enumerate(table[column]):
            if pd.isna(value):
                otherwise = column == "service_level" and names[place] in promise_otherwise
                if column != "patience_s" and not otherwise:
                    note("amount_unusable", place, column, "", expected)
            elif not fits(value):
                found = f"{100 * value:g} %" if column == "service_level" else f"{value:g}"
                note("amount_unusable", place, column, found, expected)
    if len(table) > MOST_QUEUES:
        note("queue_too_many", None, "queue", str(len(table)), f"<= {MOST_QUEUES}")
    if table.empty:
        problems.add("rows_missing")
    if problems.has_errors:
        raise TableRefused(problems.table())
