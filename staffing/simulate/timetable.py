"""What is known beforehand: the ends of intervals, opening hours, and who works when."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from staffing.simulate.agents import Agent, Shift
from staffing.simulate.records import (
    CLOSES,
    COMES,
    GOES,
    INTERVAL_ENDS,
    OPENS,
    PAGE,
    THE_END,
    WINDOW,
)

if TYPE_CHECKING:
    from staffing.simulate.agents import AgentGroup
    from staffing.simulate.centre import SimulatedCentre
    from staffing.simulate.queues import SimulatedQueue

LONGEST_STRETCH_S = 8 * 3600.0
"""Nobody works day and night: of a group given by numbers, whoever is away is so for this long."""

Piece = tuple[float, float, int, float]
"""From, to [s], number of the shift, length of the break that follows [s]."""


def openings_of(queue: SimulatedQueue, horizon_s: float) -> list[tuple[float, float]]:
    """Windows in which a queue is open, within the horizon."""
    windows = queue.opening or ((0.0, horizon_s),)
    return [(start, min(end, horizon_s)) for start, end in windows if start < horizon_s]


def pieces_of(group: AgentGroup, centre: SimulatedCentre) -> list[list[Piece]]:
    """Stretches each agent of a group works without a break."""
    if isinstance(group.agents, (int, np.integer)):
        always = (Shift(start_s=0.0, end_s=centre.horizon_s),)
        return [_pieces(group.shifts or always)] * int(group.agents)
    people = [agent for agent in group.agents if isinstance(agent, Agent)]
    if people:
        return [_pieces(agent.shifts) for agent in people]
    most_s = LONGEST_STRETCH_S if group.absences else np.inf
    return _pieces_of_curve(np.array(group.agents, dtype=np.int64), centre.interval_s, most_s)


def _pieces(shifts: tuple[Shift, ...]) -> list[Piece]:
    pieces: list[Piece] = []
    for number, shift in enumerate(sorted(shifts, key=lambda shift: shift.start_s)):
        if pieces and shift.start_s < pieces[-1][1]:
            raise ValueError(f"shifts = {shifts}; must not overlap")
        starts = [shift.start_s, *(end for _, end in shift.breaks)]
        ends = [*(start for start, _ in shift.breaks), shift.end_s]
        pauses = [*(end - start for start, end in shift.breaks), 0.0]
        pieces += [
            (start, end, number, pause)
            for start, end, pause in zip(starts, ends, pauses, strict=True)
        ]
    return pieces


def _pieces_of_curve(curve: np.ndarray, interval_s: float, most_s: float) -> list[list[Piece]]:
    """Numbers by the interval as people: who came last leaves first."""
    most = max(int(min(most_s / interval_s, curve.size)), 1)
    there = curve > np.arange(curve.max(initial=0))[:, np.newaxis]
    edges = np.diff(np.pad(there, ((0, 0), (1, 1))).astype(np.int8), axis=1)
    people = []
    for row in edges:
        begun, ended = np.flatnonzero(row == 1).tolist(), np.flatnonzero(row == -1).tolist()
        spans = [
            (start, min(start + most, end))
            for first, end in zip(begun, ended, strict=True)
            for start in range(first, end, most)
        ]
        people.append(
            [
                (float(start * interval_s), float(end * interval_s), number, 0.0)
                for number, (start, end) in enumerate(spans)
            ]
        )
    return people


def timetable(centre: SimulatedCentre, people: list[list[Piece]]) -> tuple[np.ndarray, np.ndarray]:
    """Everything in the order of time, and the windows its lines about agents refer to."""
    ends = np.arange(1, centre.intervals + 1) * centre.interval_s
    rows = [(float(end), INTERVAL_ENDS, 0) for end in ends]
    for number, queue in enumerate(centre.queues):
        for start, end in openings_of(queue, centre.horizon_s):
            rows += [(start, OPENS, number), (end, CLOSES, number)]
    windows: list[tuple[int, int, int, float]] = []
    for who, pieces in enumerate(people):
        for ordinal, (start, end, shift, pause_s) in enumerate(pieces):
            if start < centre.horizon_s:
                rows.append((start, COMES, len(windows)))
                rows.append((min(end, centre.horizon_s), GOES, len(windows)))
                windows.append((who, shift, ordinal, pause_s))
    rows.append((centre.horizon_s, THE_END, 0))
    pages = np.array(rows, dtype=PAGE)
    order = np.lexsort((pages["what"], pages["time"]))
    return pages[order], np.array(windows, dtype=WINDOW)
