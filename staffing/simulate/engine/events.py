"""What can happen to a contact: it comes, is answered, is done, gives up, goes elsewhere."""

# mypy: ignore-errors
# numba infers these types, and checks them when it compiles.

import numpy as np

from staffing.simulate.engine import verb
from staffing.simulate.engine.agenda import arrival_leaf, contact_leaf, schedule
from staffing.simulate.engine.draws import (
    ARRIVAL,
    CHILD,
    OFFER,
    PATIENCE_OF,
    REPEATED,
    REPEATED_AFTER,
    TRANSFERRED,
    TRY_AGAIN,
    TRY_AGAIN_AFTER,
    duration,
    mixed,
    nth_key,
    uniform,
    unit_exponential,
)
from staffing.simulate.engine.matching import assign, find_agent
from staffing.simulate.engine.meters import gave_up, overdue
from staffing.simulate.engine.rooms import (
    dequeue,
    enqueue,
    forget,
    new_contact,
    open_clock,
    open_later,
    trace,
)
from staffing.simulate.records import (
    ABANDONED,
    AWAY,
    BLOCKED,
    CALLED_BACK,
    CLOSED,
    COMING_BACK,
    DROP,
    FINISHED,
    OFFERED,
    PATIENCE,
    REPEATING,
)


@verb
def set_next_arrival(model, house, queue):
    """Put a queue's next first attempt into the agenda: a unit step of its expected number."""
    room = house.rooms[queue]
    room.next_key = nth_key(room.stream, room.number)
    room.number += 1
    left = unit_exponential(room.next_key, ARRIVAL)
    length, now, k = model.interval_s[0], room.next_arrival, room.next_interval
    while k < model.day.size:
        rate, end = house.rates[queue, k], (k + 1) * length
        if left < rate * (end - now):
            now += left / rate
            break
        left -= rate * (end - now)
        now = end
        k += 1
    room.next_arrival, room.next_interval = now, k
    schedule(house, arrival_leaf(queue), now if k < model.day.size else np.inf)


@verb
def arrive(model, house, answers, queue, now):
    """Let the first attempt of a new contact come in."""
    contact = new_contact(house)
    one = house.contacts[contact]
    one.key, one.queue = house.rooms[queue].next_key, queue
    answers.tally[queue, house.clock[0].interval].first_attempts += 1
    set_next_arrival(model, house, queue)
    offer(model, house, answers, contact, now)


@verb
def offer(model, house, answers, contact, now):
    """Let a contact come to its queue: to an agent, into the line, or away again."""
    clock, one = house.clock[0], house.contacts[contact]
    queue = one.queue
    what, room = model.queues[queue], house.rooms[queue]
    row = answers.tally[queue, clock.interval]
    one.number, one.interval, one.arrived = clock.offers, clock.interval, now
    one.offered_callback = False
    clock.offers += 1
    row.offered += 1
    trace(house, now, OFFERED, contact, -1)
    if not room.open and what.after_close == DROP:
        row.closed += 1
        trace(house, now, CLOSED, contact, -1)
        forget(house, contact)
        return
    if room.inside >= what.lines:
        row.blocked += 1
        trace(house, now, BLOCKED, contact, -1)
        perhaps_again(model, house, contact, now, what.retry, COMING_BACK)
        return
    room.inside += 1
    one.arrived_open_s = open_clock(room, now)
    who = find_agent(model, house, queue) if room.waiting == 0 and room.serving else -1
    if who >= 0:
        assign(model, house, answers, contact, who, now)
        return
    row.delayed += 1
    enqueue(house, contact, now)
    patience = patience_s(model, one)
    if min(patience, what.offer_after_s) < np.inf:
        schedule(house, contact_leaf(house, contact), now + min(patience, what.offer_after_s))


@verb
def patience_s(model, one):
    """Give the time a contact is willing to wait [s]; the same whenever it is asked."""
    law = model.durations[one.queue, PATIENCE]
    return duration(law, model.samples, law.mean_s, one.key, PATIENCE_OF)


@verb
def perhaps_again(model, house, contact, now, probability, after):
    """Let a contact that left come back with that probability, in open hours, or be forgotten."""
    one = house.contacts[contact]
    whether, when = (TRY_AGAIN, TRY_AGAIN_AFTER)
    if after == REPEATING:
        whether, when = (REPEATED, REPEATED_AFTER)
    if probability > 0.0 and uniform(one.key, whether) < probability:
        law = model.durations[one.queue, after]
        delay = duration(law, model.samples, law.mean_s, one.key, when)
        at = open_later(model, house.rooms[one.queue], one.queue, now, delay)
        if at < np.inf:
            one.key = mixed(one.key + CHILD)
            one.state = AWAY
            schedule(house, contact_leaf(house, contact), at)
            return
    forget(house, contact)


@verb
def contact_moves(model, house, answers, contact, now):
    """Do what a contact has in the agenda: come back, take up an offer, or lose patience."""
    one = house.contacts[contact]
    what = model.queues[one.queue]
    schedule(house, contact_leaf(house, contact), np.inf)
    if one.state == AWAY:
        offer(model, house, answers, contact, now)
        return
    patience = patience_s(model, one)
    if not one.offered_callback and what.offer_after_s < patience:
        one.offered_callback = True
        if uniform(one.key, OFFER) >= what.offer_taken:
            schedule(house, contact_leaf(house, contact), one.arrived + patience)
            return
        leave_line(house, contact, now)
        answers.tally[one.queue, one.interval].called_back += 1
        trace(house, now, CALLED_BACK, contact, -1)
        one.key, one.queue = mixed(one.key + CHILD), what.callback_queue
        offer(model, house, answers, contact, now)
        return
    leave_line(house, contact, now)
    gave_up(model, answers, one, now)
    trace(house, now, ABANDONED, contact, -1)
    perhaps_again(model, house, contact, now, what.redial, COMING_BACK)


@verb
def leave_line(house, contact, now):
    """Step out of the line and off its telephone line."""
    dequeue(house, contact, now)
    house.rooms[house.contacts[contact].queue].inside -= 1


@verb
def close_out(house, answers, queue, now):
    """Hang up on everybody who waits."""
    room = house.rooms[queue]
    while room.waiting > 0:
        contact = room.head
        leave_line(house, contact, now)
        schedule(house, contact_leaf(house, contact), np.inf)
        answers.tally[queue, house.contacts[contact].interval].closed += 1
        trace(house, now, CLOSED, contact, -1)
        forget(house, contact)


@verb
def done(model, house, answers, contact, who, now):
    """End a contact with an agent, who has let go of it."""
    one = house.contacts[contact]
    row = answers.tally[one.queue, one.interval]
    row.finished += 1
    if overdue(model, house, one, now):
        row.deadline_misses += 1
    house.rooms[one.queue].inside -= 1
    trace(house, now, FINISHED, contact, who)


@verb
def follow_up(model, house, answers, contact, now):
    """Hand a contact that was done on to another queue, or have it come again, or forget it."""
    one = house.contacts[contact]
    what = model.queues[one.queue]
    if what.end_transfer > what.first_transfer:
        chance = uniform(one.key, TRANSFERRED)
        for k in range(what.first_transfer, what.end_transfer):
            if chance < model.transfers[k].up_to:
                one.key, one.queue = mixed(one.key + CHILD), model.transfers[k].queue
                offer(model, house, answers, contact, now)
                return
    perhaps_again(model, house, contact, now, what.repeat, REPEATING)


@verb
def left_over(model, house, answers, now):
    """Count who still waits at the end, and whose deadline is past."""
    for queue in range(house.rooms.size):
        contact = house.rooms[queue].head
        while contact >= 0:
            one = house.contacts[contact]
            row = answers.tally[queue, one.interval]
            row.left_over += 1
            if overdue(model, house, one, now):
                row.deadline_misses += 1
            contact = one.next
