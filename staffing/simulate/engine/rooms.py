"""Who waits where: contacts in their rooms and idle agents in their lists, both in order."""

# mypy: ignore-errors
# numba infers these types, and checks them when it compiles.

import numpy as np

from staffing.simulate.engine import verb
from staffing.simulate.records import WAITING


@verb
def new_contact(house):
    """Take a free record; the loop has seen to it that there is one."""
    clock = house.clock[0]
    contact = clock.free_contact
    if contact >= 0:
        clock.free_contact = house.contacts[contact].next
        return contact
    clock.unused_contact += 1
    return clock.unused_contact - 1


@verb
def forget(house, contact):
    """Give a record back."""
    clock = house.clock[0]
    house.contacts[contact].next = clock.free_contact
    clock.free_contact = contact


@verb
def trace(house, now, what, contact, agent):
    """Write down what happened, if anybody wants to know."""
    if house.trace.size == 0:
        return
    clock, one = house.clock[0], house.contacts[contact]
    row = house.trace[clock.traced]
    row.time, row.what, row.queue = now, what, one.queue
    row.number, row.agent = one.number, agent
    clock.traced += 1


@verb
def read_room(room, now):
    """Bring the meter of a room up to now."""
    room.queue_s += room.waiting * (now - room.since)
    room.since = now


@verb
def enqueue(house, contact, now):
    """Stand at the end of the line."""
    one = house.contacts[contact]
    room = house.rooms[one.queue]
    read_room(room, now)
    room.waiting += 1
    one.state = WAITING
    one.previous, one.next = room.tail, -1
    if room.tail >= 0:
        house.contacts[room.tail].next = contact
    else:
        room.head = contact
    room.tail = contact


@verb
def dequeue(house, contact, now):
    """Leave the line, from wherever in it."""
    one = house.contacts[contact]
    room = house.rooms[one.queue]
    read_room(room, now)
    room.waiting -= 1
    if one.previous >= 0:
        house.contacts[one.previous].next = one.next
    else:
        room.head = one.next
    if one.next >= 0:
        house.contacts[one.next].previous = one.previous
    else:
        room.tail = one.previous


@verb
def open_clock(room, now):
    """Seconds the queue has been open since the start."""
    return room.open_s + (now - room.opened_at if room.open else 0.0)


@verb
def open_later(model, room, queue, now, delay_s):
    """When the queue will have been open for so much longer; inf if never."""
    at = max(now, model.openings[room.opening].start)
    for k in range(room.opening, model.queues[queue].end_opening):
        start, end = model.openings[k].start, model.openings[k].end
        at = max(at, start)
        if at < end:
            if delay_s < end - at:
                return at + delay_s
            delay_s -= end - at
    return np.inf


@verb
def read_crew(crew, now):
    """Bring the meters of a group up to now."""
    crew.on_s += crew.here * (now - crew.since)
    crew.busy_s += crew.busy * (now - crew.since)
    crew.since = now


@verb
def read_agent(agent, now):
    """Bring the meters of an agent up to now: at work is on shift or still with a contact."""
    passed = now - agent.since
    if agent.open > 0:
        agent.busy_s += passed
        agent.on_s += passed
    elif agent.on:
        agent.on_s += passed
    agent.since = now


@verb
def list_agent(house, who, now):
    """Stand at the end of those who have as many contacts open and could take one more."""
    agent = house.agents[who]
    if not agent.on or agent.open >= agent.limit:
        return
    line = house.lists[agent.group, agent.open]
    agent.listed, agent.level, agent.idle_since = True, agent.open, now
    agent.previous, agent.next = line.tail, -1
    if line.tail >= 0:
        house.agents[line.tail].next = who
    else:
        line.head = who
    line.tail = who
    if agent.level == 0:
        house.crews[agent.group].idle += 1


@verb
def unlist_agent(house, who):
    """Leave that list."""
    agent = house.agents[who]
    if not agent.listed:
        return
    line = house.lists[agent.group, agent.level]
    agent.listed = False
    if agent.previous >= 0:
        house.agents[agent.previous].next = agent.next
    else:
        line.head = agent.next
    if agent.next >= 0:
        house.agents[agent.next].previous = agent.previous
    else:
        line.tail = agent.previous
    if agent.level == 0:
        house.crews[agent.group].idle -= 1
