"""The event loop: one replication from the first interval to the end of the last."""

# mypy: ignore-errors
# numba infers these types, and checks them when it compiles.

from hashlib import blake2b
from pathlib import Path

import numpy as np
from numba import njit

from staffing.simulate import records
from staffing.simulate.engine import OPTIONS, verb
from staffing.simulate.engine.agenda import clear, next_time, schedule
from staffing.simulate.engine.draws import (
    DAY_RATE,
    GOLDEN,
    INTERVAL_RATE,
    RATE,
    mixed,
    nth_key,
    unit_gamma,
)
from staffing.simulate.engine.events import (
    arrive,
    close_out,
    contact_moves,
    left_over,
    set_next_arrival,
)
from staffing.simulate.engine.matching import call_in, find_agent
from staffing.simulate.engine.meters import read_interval, read_waits
from staffing.simulate.engine.presence import agent_acts, comes, goes
from staffing.simulate.engine.rooms import open_clock
from staffing.simulate.records import CLOSES, COMES, DROP, FINISH, GOES, INTERVAL_ENDS, OPENS

DONE, NEEDS_CONTACTS, NEEDS_TRACE = range(3)


@verb
def turn_page(model, house, answers, now):
    """Do what the timetable says next; true at its end."""
    clock = house.clock[0]
    page = model.timetable[clock.page]
    clock.page += 1
    if clock.page < model.timetable.size:
        schedule(house, 0, model.timetable[clock.page].time)
    if page.what == INTERVAL_ENDS:
        read_interval(model, house, answers, now)
        clock.interval += 1
    elif page.what == COMES:
        comes(model, house, answers, page.who, now)
    elif page.what == GOES:
        goes(model, house, page.who, now)
    elif page.what == OPENS:
        opens(model, house, answers, page.who, now)
    elif page.what == CLOSES:
        closes(model, house, answers, page.who, now)
    else:
        left_over(model, house, answers, now)
        return True
    return False


@verb
def opens(model, house, answers, queue, now):
    """Open a queue, and let whoever is idle begin with those who have waited for it."""
    room = house.rooms[queue]
    while model.openings[room.opening].start < now:
        room.opening += 1
    room.open, room.serving, room.opened_at = True, True, now
    while room.waiting > 0:
        who = find_agent(model, house, queue)
        if who < 0:
            break
        call_in(model, house, answers, room.head, who, now)


@verb
def closes(model, house, answers, queue, now):
    """Close a queue by its own rule."""
    room = house.rooms[queue]
    room.open_s = open_clock(room, now)
    room.open = False
    after = model.queues[queue].after_close
    room.serving = after == FINISH
    if after == DROP:
        close_out(house, answers, queue, now)


@verb
def begin(model, house, answers, seed, replication):
    """Empty the house and draw the volumes of this replication."""
    empty(house, answers)
    clear(house)
    clock = house.clock[0]
    clock.key = nth_key(mixed(np.uint64(seed) + GOLDEN), replication)
    for queue in range(house.rooms.size):
        room, what = house.rooms[queue], model.queues[queue]
        room.head = room.tail = -1
        room.opening = what.first_opening
        room.stream = mixed(clock.key ^ what.key)
        draw_rates(model, house, queue)
        set_next_arrival(model, house, queue)
    for who in range(house.agents.size):
        agent = house.agents[who]
        agent.group, agent.first = model.people[who].group, -1
        agent.limit = house.lists.shape[1]
    schedule(house, 0, model.timetable[0].time)


@verb
def draw_rates(model, house, queue):
    """Draw the contacts a second of each interval: the forecast, times luck: all, day, own."""
    what, room = model.queues[queue], house.rooms[queue]
    of_days, of_intervals = mixed(room.stream + DAY_RATE), mixed(room.stream + INTERVAL_RATE)
    of_all, factor, last = 1.0, 1.0, -1
    if what.cv_all > 0.0:
        of_all = unit_gamma(what.cv_all**-2.0, mixed(room.stream + RATE))
    for k in range(model.day.size):
        if what.cv_day > 0.0 and model.day[k] != last:
            last = model.day[k]
            factor = unit_gamma(what.cv_day**-2.0, nth_key(of_days, last))
        rate = of_all * factor * model.contacts[queue, k] / model.interval_s[0]
        if what.cv_interval > 0.0:
            rate *= unit_gamma(what.cv_interval**-2.0, nth_key(of_intervals, k))
        house.rates[queue, k] = rate


@verb
def set_to_zero(house, answers):
    """Clear what is only ever added to."""
    for queue in range(house.rooms.size):
        for interval in range(house.rates.shape[1]):
            row = answers.tally[queue, interval]
            row.first_attempts = row.offered = row.answered = row.finished = row.delayed = 0
            row.in_target = row.abandoned = row.abandoned_in_target = row.blocked = 0
            row.called_back = row.closed = row.left_over = row.deadline_misses = 0
            row.wait_s = row.abandoned_wait_s = 0.0


@verb
def empty(house, answers):
    """Set everything back to nobody and nothing."""
    clock = house.clock[0]
    clock.page = clock.interval = clock.offers = clock.traced = clock.unused_contact = 0
    clock.free_contact = -1
    house.waits[:] = 0
    set_to_zero(house, answers)
    for queue in range(house.rooms.size):
        room = house.rooms[queue]
        room.open = room.serving = False
        room.waiting = room.inside = room.number = room.next_interval = 0
        room.queue_s = room.since = room.next_arrival = room.opened_at = room.open_s = 0.0
    for who in range(house.agents.size):
        agent = house.agents[who]
        agent.on = agent.returning = agent.listed = False
        agent.open = 0
        agent.owes_s = agent.on_s = agent.busy_s = agent.since = agent.updated = 0.0
    for group in range(house.crews.size):
        crew = house.crews[group]
        crew.here = crew.busy = crew.idle = 0
        crew.on_s = crew.busy_s = crew.since = 0.0
        for level in range(house.lists.shape[1]):
            house.lists[group, level].head = house.lists[group, level].tail = -1


def _compiled(stamp):
    @njit(cache=True, nogil=True, **OPTIONS)
    def run(model, house, answers, seed, replication):
        """Simulate until done or out of room; a negative replication goes on where it stopped."""
        house.clock[0].stamp = stamp
        if replication >= 0:
            begin(model, house, answers, seed, replication)
        first_agent = 1 + house.rooms.size
        first_contact = first_agent + house.agents.size
        clock = house.clock[0]
        while True:
            if clock.free_contact < 0 and clock.unused_contact == house.contacts.size:
                return NEEDS_CONTACTS
            # No single event moves more than everybody there is, each at most twice.
            most = 2 * (first_contact + house.contacts.size)
            if house.trace.size > 0 and house.trace.size - clock.traced < most:
                return NEEDS_TRACE
            who, now = house.agenda[1].who, next_time(house)
            if who >= first_contact:
                contact_moves(model, house, answers, who - first_contact, now)
            elif who >= first_agent:
                agent_acts(model, house, answers, who - first_agent, now)
            elif who > 0:
                arrive(model, house, answers, who - 1, now)
            elif turn_page(model, house, answers, now):
                read_waits(model, house, answers)
                return DONE

    return run


def _stamp():
    """Hash the sources: numba looks at this module and what `run` closes over, not at the rest."""
    sources = [Path(records.__file__), *sorted(Path(__file__).parent.glob("*.py"))]
    told = b"".join(source.read_bytes() for source in sources)
    return int.from_bytes(blake2b(told, digest_size=7).digest(), "little")


run = _compiled(_stamp())
