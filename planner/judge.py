"""What a plan will give: simulated contact by contact, beside what its formulas promise.

Simulations with common random numbers, each of which adds something to the one before, say why
promise and simulation part: the expected volume as it is (what the formulas leave out), the volume
as uncertain as its forecast, the shifts, breaks and skills of a roster if there is one, and agents
absent by chance instead of on average.
"""

from __future__ import annotations

import os
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from planner.roster import Roster
from planner.verification import Counts, Verification
from planner.verify_model import PlanModel, plan_model
from planner.verify_queues import PlanTables
from staffing import simulate_centre
from staffing.arrays import checked
from staffing.simulate.confidence import replications_for
from staffing.simulate.results import Simulation

# Called as progress(share done, what is known so far); it may raise `Stopped`.
Progress = Callable[[float, Verification | None], None]
LOT = 10
MOST_REPLICATIONS = 1000


class Stopped(Exception):  # noqa: N818 - what a person asked for, not a fault
    """Enough: `verify` returns what is known so far."""


def verify(
    plan: PlanTables,
    roster: Roster | None = None,
    *,
    replications: int = 100,
    half_width: float | None = None,
    most_replications: int = MOST_REPLICATIONS,
    seed: int = 0,
    threads: int | None = None,
    handling_cv: float = 1.0,
    progress: Progress | None = None,
) -> Verification:
    """Simulate a plan and tell what it will give, how surely, and why it is not what it promises.

    Parameters
    ----------
    plan : PlanTables
        A `Plan`, or a plan of `read_exported`: both give the same numbers.
    roster : Roster, optional
        Who works when, from `read_roster`, in place of the plan's numbers of agents.
    replications : int
        How often the whole plan is simulated; the first lot, if a half-width is asked for.
    half_width : float, optional
        Go on until the 95 % interval of every queue's service level is at most this wide to
        either side.
    most_replications : int
        But no further than this.
    seed : int
        0 or more; one seed gives one answer on any number of threads.
    threads : int, optional
        As many as there are processors if not given.
    handling_cv : float
        Standard deviation over mean of the lognormal handling times; a plan knows means only.
    progress : callable, optional
        Called as progress(share, so_far) after every replication. If it raises `Stopped`, what is
        known is returned; anything else is passed on.

    Raises
    ------
    Stopped
        If nothing is known yet.
    NothingToVerify
        If nobody serves any queue of the plan.
    ValueError
        Naming the argument, its value and its bound.
    """
    checked("replications", replications, "[2, inf)", whole=True)
    checked("most_replications", most_replications, "[2, inf)", whole=True)
    checked("seed", seed, whole=True)
    checked("handling_cv", handling_cv)
    if half_width is not None:
        checked("half_width", half_width, "(0, inf)")
    model = plan_model(plan, roster, handling_cv=handling_cv)
    workers = threads or os.cpu_count() or 1
    found: Verification | None = None
    try:
        while (total := _wanted(found, replications, half_width, most_replications)) > _done(found):
            # A lot of one replication would have no interval.
            left = total - _done(found)
            many = left if left <= LOT + 1 else LOT
            lot, people_s = _lot(model, found, many, total, seed, workers, progress)
            if found is None:
                found = Verification(model=model, counts=lot, people_s=people_s)
            else:
                found = found.with_lot(lot, people_s)
            if progress is not None:
                progress(_done(found) / total, found)
    except Stopped:
        if found is None:
            raise
    if found is None:
        raise Stopped
    return found


def _done(found: Verification | None) -> int:
    return 0 if found is None else found.replications


def _wanted(
    found: Verification | None, replications: int, half_width: float | None, most: int
) -> int:
    """Replications to do, by the square root law of what is known."""
    if found is None or half_width is None or found.replications < replications:
        return replications
    widest = found.half_width()
    if not widest > half_width:
        return found.replications
    wanted = replications_for(half_width, found=widest, done=found.replications)
    return max(min(wanted, most), found.replications)


def _lot(
    model: PlanModel,
    found: Verification | None,
    many: int,
    total: int,
    seed: int,
    threads: int,
    progress: Progress | None,
) -> tuple[tuple[Counts, ...], NDArray[np.float64]]:
    """Simulate some replications of every step with the same customers; sum up the last's people.

    A step that adds nothing has the counts of the one before.
    """
    before = _done(found)
    # A lot has a seed of its own: how many lots there are changes none of them.
    own = int(np.random.SeedSequence(seed, spawn_key=(before,)).generate_state(1)[0])
    counts: list[Counts] = []
    people_s = np.zeros((2, 0))
    for step, centre in enumerate(model.centres):
        if step and centre == model.centres[step - 1]:
            counts.append(counts[-1])
            continue

        def tick(done: int, _: int, step: int = step) -> None:
            if progress is not None:
                ready = before + (step * many + done) / len(model.centres)
                progress(ready / total, found)

        simulated = simulate_centre(
            centre, replications=many, seed=own, threads=threads, progress=tick
        )
        counts.append(_counts(simulated, model))
        people = simulated.answers.people
        people_s = np.stack([people[name].sum(axis=(0, 2)) for name in ("on_s", "busy_s")])
    return tuple(counts), people_s


def _counts(simulated: Simulation, model: PlanModel) -> Counts:
    """Count who was served in time, who counts by each queue's own definition, and who waits."""
    tally = simulated.answers.tally
    kept, of = np.empty(tally.shape, np.int32), np.empty(tally.shape, np.int32)
    kinds = [(queue.by_deadline, queue.definition) for queue in model.queues]
    for by_deadline, definition in set(kinds):
        measure = "deadline_misses" if by_deadline else "service_level"
        counted, all_of = simulated.totals(measure, by="interval", definition=definition)
        own = [number for number, kind in enumerate(kinds) if kind == (by_deadline, definition)]
        kept[:, own] = (all_of - counted if by_deadline else counted)[:, own]
        of[:, own] = all_of[:, own]
    return Counts(kept=kept, of=of, waiting=tally["backlog"].astype(np.int32))
