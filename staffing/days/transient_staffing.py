"""Fewest agents interval by interval, each given the queue that the one before hands on.

The first interval starts with an empty house. In each the fewest agents are found that keep every
target for those who arrive in it, exactly as `transient_day` follows them; what they leave waiting
is where the next interval begins. One agent fewer in any interval, all earlier ones unchanged,
breaks a target in it: the answer is minimal in the order of time. Sizing on the way a day really
goes, rather than on a steady state, is the idea of iterative staffing.

Source: Z. Feldman, A. Mandelbaum, W. A. Massey, W. Whitt, Management Science 54 (2008) 324-338
(iterative staffing, there by simulation).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from staffing.arrays import checked
from staffing.days.transient import Interval, TransientDay, follow, interval_measures
from staffing.kernels.formulas import within
from staffing.queues.targets import target_columns

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from staffing.queues.targets import TargetColumns

    Numbers = NDArray[np.float64]
    Whole = NDArray[np.int64]

# Fewer people in hand than this, and an interval without contacts asks for nobody.
_NOBODY_LEFT = 0.5
_TARGETS = ("service_level", "asa", "abandonment", "occupancy")


class TransientMeasures(NamedTuple):
    """Of those who arrive in each interval; `abandonment` are shares of them, waits in seconds."""

    service_level: Numbers
    asa_s: Numbers
    abandonment: Numbers
    occupancy: Numbers


class TransientStaffing(NamedTuple):
    """Agents, and what they, one fewer and one more give: one value an interval.

    `binding` names the target that one agent fewer would break; "" where it is none of them.
    """

    agents: Whole
    now: TransientMeasures
    one_less: TransientMeasures
    one_more: TransientMeasures
    binding: NDArray[np.object_]


class _Found(NamedTuple):
    """What so many agents give in one interval, in the order of `TransientMeasures`."""

    service_level: float
    asa_s: float
    abandonment: float
    occupancy: float


class _Try(NamedTuple):
    state: Numbers
    measures: _Found


def transient_agents(
    contacts: ArrayLike,
    aht_s: ArrayLike,
    *,
    interval_s: float,
    service_level: float | None = None,
    within_s: float | None = None,
    max_asa_s: float | None = None,
    max_abandonment: float | None = None,
    max_occupancy: float | None = None,
    min_agents: int = 0,
    patience_s: float | None = None,
    guess: ArrayLike | None = None,
) -> TransientStaffing:
    """Fewest agents of each interval of a day, the queue carried over exactly.

    Parameters
    ----------
    contacts : array_like, shape (n,)
        Mean number of contacts offered in each interval, in order of time without a break.
    aht_s : array_like
        Mean handling time [s], above 0.
    interval_s : float
        Length of an interval [s], above 0.
    service_level, within_s, max_asa_s, max_abandonment, max_occupancy, min_agents, patience_s
        One number each, as in `agents_required`; at least one target or a patience.
    guess : array_like of int, optional
        Agents to try first, the load if not given; a good guess saves time and changes nothing
        else.

    Raises
    ------
    ValueError
        Naming the argument, its value and its bound.

    Examples
    --------
    Calls of half an hour, from an empty house; interval by interval it would be 14, 25, 47, 47, 25:

    >>> day = transient_agents(
    ...     [5, 10, 20, 20, 10], 1800, interval_s=900, service_level=0.8, within_s=60
    ... )
    >>> day.agents.tolist()
    [5, 11, 22, 31, 33]
    """
    length = float(checked("interval_s", interval_s, "(0, inf)"))
    volume, aht = np.broadcast_arrays(
        np.atleast_1d(checked("contacts", contacts)), checked("aht_s", aht_s, "(0, inf)")
    )
    # Far fewer agents than the load are slow to follow: their queue is long.
    load = np.ceil(volume * aht / length)
    first = np.broadcast_to(
        load if guess is None else checked("guess", guess, whole=True), volume.shape
    )
    fewest = int(checked("min_agents", min_agents, whole=True))
    targets = target_columns(
        service_level, within_s, max_asa_s, max_abandonment, max_occupancy, patience_s, "offered"
    )
    theta = 0.0 if patience_s is None else 1.0 / patience_s
    state = np.ones(1)
    agents, why = np.zeros(volume.shape, dtype=np.int64), np.full(volume.shape, "", dtype=object)
    found = np.zeros((3, len(TransientMeasures._fields), *volume.shape))
    for k, (calls, mean_s) in enumerate(zip(volume.tolist(), aht.tolist(), strict=True)):
        flow = Interval(calls, calls / length, 1.0 / mean_s, 0, theta, float(targets.within_s))
        search = _Search(state, flow, length, targets)
        agents[k] = max(search.fewest(int(first[k])), fewest)
        why[k] = search.broken(int(agents[k]) - 1)
        found[:, :, k] = [search.at(int(agents[k]) + step).measures for step in (0, -1, 1)]
        state = search.at(int(agents[k])).state
    now, less, more = (TransientMeasures(*part) for part in found)
    return TransientStaffing(agents, now, less, more, why)


class _Search:
    """Numbers of agents tried for one interval, each followed once."""

    def __init__(
        self, state: Numbers, flow: Interval, length: float, targets: TargetColumns
    ) -> None:
        self._start, self._flow, self._length, self._targets = state, flow, length, targets
        self._tried: dict[int, _Try] = {}

    def at(self, agents: int) -> _Try:
        """Follow the interval with so many agents."""
        agents = max(agents, 0)
        if agents not in self._tried:
            flow = self._flow._replace(agents=agents)
            end, mean = follow(self._start, flow, self._length)
            values = interval_measures(end, mean, flow, self._length)
            found = dict(zip(TransientDay._fields, values, strict=False))
            # Of those who arrive: the interval's own count holds the backlog's losses too.
            share = min(flow.theta * found["asa_s"], 1.0) if flow.theta else 0.0
            measures = _Found(found["service_level"], found["asa_s"], share, found["occupancy"])
            self._tried[agents] = _Try(end, measures)
        return self._tried[agents]

    def broken(self, agents: int) -> str:
        """Name the target that so many agents miss, "" if none."""
        in_hand = float(self._start @ np.arange(self._start.size))
        if self._flow.contacts == 0 and in_hand < _NOBODY_LEFT:
            return ""
        if agents <= 0:
            return "service_level"
        found, targets = self.at(agents).measures, self._targets
        reached = np.array([1.0 - found.service_level, *found[1:]])
        bounds = np.array(
            [
                targets.late_share,
                targets.max_asa_s,
                targets.max_abandonment,
                targets.max_occupancy,
            ]
        )
        missed = ~within(reached, bounds)
        return _TARGETS[int(missed.argmax())] if missed.any() else ""

    def fewest(self, guess: int) -> int:
        """Fewest agents that miss no target: more of them never miss what fewer keep."""
        agents, step = max(guess, 0), 1
        if self.broken(agents):
            while self.broken(agents + step):
                agents, step = agents + step, 2 * step
            low, high = agents, agents + step
        else:
            while agents > 0 and not self.broken(agents - step):
                agents, step = max(agents - step, 0), 2 * step
            low, high = max(agents - step, -1), agents
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (middle, high) if self.broken(middle) else (low, middle)
        return high
