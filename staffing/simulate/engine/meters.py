"""What is written down as it happens, and read off at the end of intervals and days."""

# mypy: ignore-errors
# numba infers these types, and checks them when it compiles.

import numpy as np

from staffing.simulate.engine import verb
from staffing.simulate.engine.rooms import open_clock, read_agent, read_crew, read_room

CLASSES_PER_OCTAVE = 64
SHORTEST_S, OCTAVES = 2.0**-6, 30
CLASSES = 1 + CLASSES_PER_OCTAVE * OCTAVES
"""Waits are counted in classes 1/64 of an octave wide; class 0 is no wait, the last has no end."""


@verb
def wait_class(wait_s):
    """Give the class of a wait: linear within each octave, as a float's own bits are."""
    if wait_s < SHORTEST_S:
        return 0
    bits = np.float64(wait_s / SHORTEST_S).view(np.int64)
    return min((bits >> 46) - (1023 << 6) + 1, CLASSES - 1)


@verb
def least_of_class(number):
    """Give the shortest wait of a class [s]."""
    if number == 0:
        return 0.0
    octave, part = divmod(number - 1, CLASSES_PER_OCTAVE)
    return SHORTEST_S * 2.0**octave * (1.0 + part / CLASSES_PER_OCTAVE)


@verb
def answered(model, house, answers, one, now):
    """Count an answer where the contact arrived."""
    row = answers.tally[one.queue, one.interval]
    row.answered += 1
    wait = now - one.arrived
    if wait <= model.queues[one.queue].within_s:
        row.in_target += 1
    row.wait_s += wait
    house.waits[one.queue, model.day[one.interval], wait_class(wait)] += 1


@verb
def gave_up(model, answers, one, now):
    """Count one who hung up where the contact arrived."""
    row = answers.tally[one.queue, one.interval]
    row.abandoned += 1
    wait = now - one.arrived
    if wait <= model.queues[one.queue].within_s:
        row.abandoned_in_target += 1
    row.abandoned_wait_s += wait


@verb
def overdue(model, house, one, now):
    """Whether a contact's deadline, on the clock of its queue's open hours, is past."""
    passed = open_clock(house.rooms[one.queue], now) - one.arrived_open_s
    return passed > model.queues[one.queue].deadline_s


@verb
def read_interval(model, house, answers, now):
    """Close an interval's books: backlog, mean queue and the time of the groups; days, too."""
    clock = house.clock[0]
    interval = clock.interval
    for queue in range(house.rooms.size):
        room = house.rooms[queue]
        read_room(room, now)
        row = answers.tally[queue, interval]
        row.backlog, row.queue_s = room.waiting, room.queue_s
        room.queue_s = 0.0
    for group in range(house.crews.size):
        crew = house.crews[group]
        read_crew(crew, now)
        row = answers.crews[group, interval]
        row.on_s, row.busy_s = crew.on_s, crew.busy_s
        crew.on_s = crew.busy_s = 0.0
    day = model.day[interval]
    if interval + 1 == model.day.size or model.day[interval + 1] != day:
        for who in range(house.agents.size):
            agent = house.agents[who]
            read_agent(agent, now)
            row = answers.people[who, day]
            row.on_s, row.busy_s = agent.on_s, agent.busy_s
            agent.on_s = agent.busy_s = 0.0


@verb
def read_waits(model, house, answers):
    """Give the quantiles of the waits of those answered, NaN where nobody was."""
    queues, days, classes = house.waits.shape
    for queue in range(queues):
        for day in range(days):
            total = 0
            for k in range(classes):
                total += house.waits[queue, day, k]
            k, below = 0, 0
            for j in range(model.quantiles.size):
                if total == 0:
                    answers.waits[queue, day, j] = np.nan
                    continue
                wanted = model.quantiles[j] * total
                while below + house.waits[queue, day, k] < wanted:
                    below += house.waits[queue, day, k]
                    k += 1
                least = least_of_class(k)
                share = (wanted - below) / house.waits[queue, day, k]
                width = least_of_class(k + 1) - least if k > 0 else 0.0
                answers.waits[queue, day, j] = least + share * width
