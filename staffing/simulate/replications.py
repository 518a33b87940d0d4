"""Many replications of one centre, on threads, until there are enough of them."""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, as_completed
from queue import SimpleQueue
from typing import TYPE_CHECKING

import numpy as np

from staffing.arrays import checked
from staffing.simulate.confidence import replications_for
from staffing.simulate.layout import house_for, model_of, with_more_contacts, with_more_trace
from staffing.simulate.records import STAFF, TALLY, TRACE, Answers
from staffing.simulate.results import Simulation

if TYPE_CHECKING:
    from staffing.simulate.centre import SimulatedCentre
    from staffing.simulate.records import House, Model

# Called as progress(done, total); what it raises stops the simulation.
Progress = Callable[[int, int], None]


def simulate_centre(
    centre: SimulatedCentre,
    *,
    replications: int = 100,
    seed: int = 0,
    threads: int | None = None,
    half_width: float | None = None,
    most_replications: int = 10_000,
    progress: Progress | None = None,
) -> Simulation:
    """Simulate a centre again and again, each time with other customers and other luck.

    One seed gives one answer, on any number of threads. Two centres simulated with one seed meet
    the same customers (queues and groups are told by their names), so that their difference is
    their own: see `Simulation.minus`.

    Parameters
    ----------
    centre : SimulatedCentre
    replications : int
        How many; the first lot, if a half-width is asked for.
    seed : int
        0 to 2 ** 53.
    threads : int, optional
        As many as there are processors if not given.
    half_width : float, optional
        Go on until the 95 % interval of every queue's service level is at most this wide to
        either side.
    most_replications : int
        But no further than this.
    progress : callable, optional
        Called as progress(done, total) after every replication, from the caller's thread; whatever
        it raises stops the simulation and is passed on.

    Raises
    ------
    ValueError
        Naming the argument, its value and its bound.
    """
    checked("replications", replications, "[1, inf)", whole=True)
    checked("seed", seed, "[0, 9007199254740992]", whole=True)
    if half_width is not None:
        checked("half_width", half_width, "(0, inf)")
    workers = threads or os.cpu_count() or 1
    checked("threads", workers, "[1, 1024]", whole=True)
    done = _Runs(centre, seed, workers)
    done.extend(replications, progress)
    while half_width is not None and done.count < most_replications:
        found = done.simulation().service_level_half_width()
        if not found > half_width:
            break
        wanted = replications_for(half_width, found=found, done=done.count)
        done.extend(min(wanted, most_replications) - done.count, progress)
    return done.simulation()


class _Runs:
    """Replications done so far, and houses to run more of them in."""

    def __init__(self, centre: SimulatedCentre, seed: int, workers: int) -> None:
        self._centre, self._seed, self._workers = centre, seed, workers
        self._model = model_of(centre)
        self._houses: SimpleQueue[House] = SimpleQueue()
        for _ in range(workers):
            self._houses.put(house_for(self._model, traced=False))
        self._parts: list[Answers] = []
        self.count = 0

    def extend(self, many: int, progress: Progress | None) -> None:
        """Run so many more."""
        batch = room_for(self._model, many)
        first, total = self.count, self.count + many
        with ThreadPoolExecutor(self._workers) as pool:
            waiting = [pool.submit(self._one, batch, place, first) for place in range(many)]
            try:
                for number, one in enumerate(as_completed(waiting), start=1):
                    one.result()
                    if progress is not None:
                        progress(first + number, total)
            except BaseException:
                pool.shutdown(cancel_futures=True)
                raise
        self._parts.append(batch)
        self.count = total

    def _one(self, batch: Answers, place: int, first: int) -> None:
        house = self._houses.get()
        answers = Answers(*(each[place] for each in batch))
        try:
            house = run_once(self._model, house, answers, self._seed, first + place)
        finally:  # others wait for it
            self._houses.put(house)

    def simulation(self) -> Simulation:
        """Give what was found so far."""
        if len(self._parts) > 1:
            self._parts = [Answers(*map(np.concatenate, zip(*self._parts, strict=True)))]
        return Simulation(centre=self._centre, seed=self._seed, answers=self._parts[0])


def room_for(model: Model, replications: int) -> Answers:
    """Make empty tables for the answers of so many replications."""
    queues, intervals = model.contacts.shape
    days = int(model.day[-1]) + 1
    return Answers(
        tally=np.zeros((replications, queues, intervals), TALLY),
        crews=np.zeros((replications, model.groups.size, intervals), STAFF),
        people=np.zeros((replications, model.people.size, days), STAFF),
        waits=np.zeros((replications, queues, days, model.quantiles.size)),
    )


def run_once(model: Model, house: House, answers: Answers, seed: int, replication: int) -> House:
    """Run one replication into `answers`; the house returned is as large as it had to be."""
    from staffing.simulate.engine.loop import DONE, NEEDS_CONTACTS, run

    state = run(model, house, answers, seed, replication)
    while state != DONE:
        grow = with_more_contacts if state == NEEDS_CONTACTS else with_more_trace
        house = grow(house)
        state = run(model, house, answers, seed, -1)
    return house


def traced(
    centre: SimulatedCentre, *, seed: int = 0, replication: int = 0
) -> tuple[np.ndarray, Answers]:
    """Run one replication and write down everything that happens, in the order of time."""
    model = model_of(centre)
    answers = room_for(model, 1)
    one = Answers(*(each[0] for each in answers))
    house = run_once(model, house_for(model, traced=True), one, seed, replication)
    rows = house.trace[: int(house.clock["traced"][0])]
    return rows.astype(TRACE), one
