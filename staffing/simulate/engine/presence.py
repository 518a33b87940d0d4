"""Agents come and go, begin and end: a contact in hand is finished first."""

# mypy: ignore-errors
# numba infers these types, and checks them when it compiles.

import numpy as np

from staffing.simulate.engine import verb
from staffing.simulate.engine.agenda import agent_leaf, schedule
from staffing.simulate.engine.draws import ABSENT, nth_key, uniform
from staffing.simulate.engine.events import done, follow_up
from staffing.simulate.engine.matching import set_next_end, take_all, work_until
from staffing.simulate.engine.rooms import read_agent, read_crew, unlist_agent


@verb
def absent(model, house, number):
    """Whether chance keeps an agent away in this window, for any of the group's reasons."""
    window = model.windows[number]
    person = model.people[window.agent]
    group = model.groups[person.group]
    for k in range(group.first_absence, group.end_absence):
        why = model.absences[k]
        # Windows of one shift share its number, and so are away together for a whole-shift reason.
        which = window.shift if why.whole_shift else window.ordinal
        key = nth_key(house.clock[0].key ^ person.key ^ why.key, which)
        if uniform(key, ABSENT) < why.share:
            return True
    return False


@verb
def comes(model, house, answers, number, now):
    """Begin a window of a shift, unless absent or late from the break before."""
    who = model.windows[number].agent
    agent = house.agents[who]
    agent.window = number
    if agent.returning or (agent.open > 0 and agent.owes_s > 0.0):
        return
    if not absent(model, house, number):
        begins(model, house, answers, who, now)


@verb
def begins(model, house, answers, who, now):
    """Be on shift from now."""
    agent = house.agents[who]
    if agent.on:
        return
    read_agent(agent, now)
    agent.on = True
    agent.owes_s = 0.0
    if agent.open == 0:
        agent.limit = house.lists.shape[1]
        crew = house.crews[agent.group]
        read_crew(crew, now)
        crew.here += 1
    take_all(model, house, answers, who, now)


@verb
def goes(model, house, number, now):
    """End a window of a shift; whoever has a contact in hand leaves after it."""
    window = model.windows[number]
    who = window.agent
    agent = house.agents[who]
    if agent.returning:
        agent.returning = False
        schedule(house, agent_leaf(house, who), np.inf)
        return
    if agent.open > 0:
        agent.owes_s = window.pause_s
    if not agent.on:
        return
    unlist_agent(house, who)
    read_agent(agent, now)
    agent.on = False
    if agent.open == 0:
        leaves(house, agent, now)


@verb
def leaves(house, agent, now):
    """Take an agent without contacts out of the group's meters."""
    crew = house.crews[agent.group]
    read_crew(crew, now)
    crew.here -= 1


@verb
def agent_acts(model, house, answers, who, now):
    """Do what an agent has in the agenda: return from a late break, or end a contact."""
    agent = house.agents[who]
    if agent.returning:
        agent.returning = False
        schedule(house, agent_leaf(house, who), np.inf)
        if not absent(model, house, agent.window):
            begins(model, house, answers, who, now)
        return
    contact = let_go(model, house, who, now)
    done(model, house, answers, contact, who, now)
    if agent.on:
        take_all(model, house, answers, who, now)
    if agent.open == 0:
        back = np.inf
        if not agent.on:
            leaves(house, agent, now)
            if agent.owes_s > 0.0:  # the break keeps its length and begins late
                agent.returning, back = True, now + agent.owes_s
                agent.owes_s = 0.0
        schedule(house, agent_leaf(house, who), back)
    follow_up(model, house, answers, contact, now)


@verb
def let_go(model, house, who, now):
    """Take the contact that ends now from its agent, and go on with the others."""
    agent = house.agents[who]
    unlist_agent(house, who)
    contact = agent.first
    if agent.open == 1:
        read_agent(agent, now)
        agent.open, agent.first = 0, -1
        agent.limit = house.lists.shape[1]
        crew = house.crews[agent.group]
        read_crew(crew, now)
        crew.busy -= 1
        return contact
    work_until(model, house, agent, now)
    contact = unlink_first_done(model, house, agent)
    agent.open -= 1
    agent.limit = house.lists.shape[1]
    other = agent.first
    while other >= 0:
        agent.limit = min(agent.limit, model.queues[house.contacts[other].queue].concurrency)
        other = house.contacts[other].next
    set_next_end(model, house, who, now)
    return contact


@verb
def unlink_first_done(model, house, agent):
    """Take the contact with the least left to do out of the agent's hands."""
    before, least_before, least = -1, -1, np.inf
    contact = agent.first
    found = contact
    while contact >= 0:
        one = house.contacts[contact]
        left = one.left_s * model.factors[one.queue, agent.open - 1]
        if left < least:
            found, least_before, least = contact, before, left
        before, contact = contact, one.next
    if least_before < 0:
        agent.first = house.contacts[found].next
    else:
        house.contacts[least_before].next = house.contacts[found].next
    return found
