"""What a verified roster has: people by interval, and the time of everybody."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from planner.roster_model import Teams
from planner.verification import Verification
from planner.verify_model import PlanModel

AGENT_COLUMNS = ("agent", "skills", "shifts", "rostered_h", "on_phones_h", "busy_h", "occupancy")

Numbers = NDArray[np.float64]


def roster_agents(found: Verification) -> pd.DataFrame:
    """Tell how much of everybody's time the simulation takes.

    Returns
    -------
    DataFrame
        A row for each person with a simulated skill: agent, skills as in the roster, shifts,
        rostered_h (breaks too), on_phones_h and busy_h (means over the replications, absences and
        overtime in them) [h], and occupancy. Without a roster it has no rows.
    """
    roster = found.model.roster
    if roster is None:
        return pd.DataFrame(columns=list(AGENT_COLUMNS))
    people = {agent.name: agent for agent in roster.agents}
    names = [name for group in found.model.centres[-1].groups for name in group.names()]
    on_h, busy_h = found.people_s / (3600.0 * found.replications)
    rows = [
        (
            name,
            "; ".join(people[name].skills),
            len(people[name].shifts),
            sum(shift.end_s - shift.start_s for shift in people[name].shifts) / 3600.0,
        )
        for name in names
    ]
    table = pd.DataFrame(rows, columns=list(AGENT_COLUMNS[:4])).assign(
        on_phones_h=on_h, busy_h=busy_h, occupancy=busy_h / np.where(on_h > 0, on_h, np.nan)
    )
    return table.sort_values("agent", ignore_index=True)


def team_by_interval(model: PlanModel, team: str) -> pd.DataFrame:
    """Set the rostered people of a team beside those the plan needs.

    People are counted in the team of their first skill.

    Parameters
    ----------
    model : PlanModel
        With a roster.
    team : str
        One of the plan's.

    Returns
    -------
    DataFrame
        start, on_shift and on_phones (on shift less breaks; means over the interval), and needed:
        agents on the phones by the plan. One row an interval.

    Raises
    ------
    ValueError
        Without a roster.
    """
    if model.roster is None:
        raise ValueError("roster = None; the model must have one")
    teams = Teams.of([(queue.name, queue.team) for queue in model.queues])
    own = [agent for agent in model.roster.agents if teams.home(agent) == team]
    shifts = [shift for agent in own for shift in agent.shifts]
    interval_s = model.centres[0].interval_s
    edges_s = interval_s * np.arange(len(model.starts) + 1, dtype=np.float64)
    at_work = [stretch for shift in shifts for stretch in shift.at_work()]
    (needed,) = (group.agents for group in model.centres[0].groups if group.name == team)
    return pd.DataFrame(
        {
            "start": model.starts,
            "on_shift": _mean_there([(s.start_s, s.end_s) for s in shifts], edges_s),
            "on_phones": _mean_there(at_work, edges_s),
            "needed": np.array(needed, dtype=np.float64),
        }
    )


def _mean_there(spans: list[tuple[float, float]], edges_s: Numbers) -> Numbers:
    """Return the mean number of spans open between each two edges."""
    starts, ends = np.array(spans, dtype=np.float64).reshape(-1, 2).T
    open_s = _sum_until(ends, edges_s) - _sum_until(starts, edges_s)
    there: Numbers = np.diff(open_s) / np.diff(edges_s)
    return there


def _sum_until(moments: Numbers, edges_s: Numbers) -> Numbers:
    """Return, for each edge, the sum of the moments, those after the edge cut to it."""
    ordered = np.sort(moments)
    passed = np.searchsorted(ordered, edges_s)
    sums = np.concatenate([[0.0], np.cumsum(ordered)])
    total: Numbers = sums[passed] + edges_s * (ordered.size - passed)
    return total
