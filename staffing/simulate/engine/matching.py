"""Who takes whom: an agent for a contact, a contact for an agent.

A model lists the groups of each queue and the queues of each group by rank, the best rank first;
how the ranks came about is `staffing.simulate.routing`'s. Within a rank the agent with the fewest
contacts open is chosen, then the one longest so; of several queues the contact that came first.
"""

# mypy: ignore-errors
# numba infers these types, and checks them when it compiles.

import numpy as np

from staffing.simulate.engine import verb
from staffing.simulate.engine.agenda import agent_leaf, contact_leaf, schedule
from staffing.simulate.engine.draws import WORK, duration
from staffing.simulate.engine.meters import answered
from staffing.simulate.engine.rooms import (
    dequeue,
    list_agent,
    read_agent,
    read_crew,
    trace,
    unlist_agent,
)
from staffing.simulate.records import ANSWERED, HANDLING, IN_SERVICE


@verb
def find_agent(model, house, queue):
    """Give the agent a contact of the queue goes to, -1 if it must wait."""
    what = model.queues[queue]
    found, rank, fewest, since = -1, np.int64(0), np.int64(0), 0.0
    for k in range(what.first_server, what.end_server):
        server = model.servers[k]
        if found >= 0 and server.rank > rank:
            break
        if house.crews[server.who].idle <= what.reserve and what.reserve > 0:
            continue
        for level in range(what.concurrency):
            if found >= 0 and level > fewest:
                break
            who = house.lists[server.who, level].head
            if who < 0:
                continue
            longest = house.agents[who].idle_since
            if found < 0 or level < fewest or longest < since:
                found, rank, fewest, since = who, server.rank, level, longest
            break
    return found


@verb
def find_contact(model, house, agent):
    """Give the waiting contact an unlisted agent takes next, -1 if none."""
    group = model.groups[agent.group]
    crew = house.crews[agent.group]
    idle = crew.idle + (1 if agent.open == 0 else 0)
    found, rank, first = -1, np.int64(0), np.inf
    for k in range(group.first_skill, group.end_skill):
        skill = model.skills[k]
        if found >= 0 and skill.rank > rank:
            break
        room = house.rooms[skill.who]
        if room.waiting == 0 or not room.serving:
            continue
        what = model.queues[skill.who]
        if agent.open >= what.concurrency:
            continue
        if what.reserve > 0 and idle <= what.reserve:
            continue
        arrived = house.contacts[room.head].arrived
        if arrived < first:
            found, rank, first = room.head, skill.rank, arrived
    return found


@verb
def assign(model, house, answers, contact, who, now):
    """Let an agent begin a contact that stands in no line."""
    one, agent = house.contacts[contact], house.agents[who]
    unlist_agent(house, who)
    answered(model, house, answers, one, now)
    trace(house, now, ANSWERED, contact, who)
    queue = one.queue
    one.state, one.agent = IN_SERVICE, who
    one.left_s = duration(
        model.durations[queue, HANDLING],
        model.samples,
        model.aht_s[queue, one.interval],
        one.key,
        WORK,
    )
    most = model.queues[queue].concurrency
    if agent.open == 0:
        read_agent(agent, now)
        crew = house.crews[agent.group]
        read_crew(crew, now)
        crew.busy += 1
        agent.limit = most
    else:
        work_until(model, house, agent, now)
        agent.limit = min(agent.limit, most)
    one.next = agent.first
    agent.first = contact
    agent.open += 1
    agent.updated = now
    set_next_end(model, house, who, now)
    if most > 1:
        list_agent(house, who, now)


@verb
def work_until(model, house, agent, now):
    """Take from each open contact what was done of it since the agent was last looked at."""
    passed = now - agent.updated
    agent.updated = now
    contact = agent.first
    while contact >= 0:
        one = house.contacts[contact]
        one.left_s -= passed / model.factors[one.queue, agent.open - 1]
        contact = one.next


@verb
def set_next_end(model, house, who, now):
    """Put into the agenda when the agent's next contact ends."""
    agent = house.agents[who]
    soonest = np.inf
    contact = agent.first
    while contact >= 0:
        one = house.contacts[contact]
        soonest = min(soonest, one.left_s * model.factors[one.queue, agent.open - 1])
        contact = one.next
    schedule(house, agent_leaf(house, who), now + soonest)


@verb
def take_all(model, house, answers, who, now):
    """Give an agent on shift all the waiting contacts there is a hand for, then list him."""
    agent = house.agents[who]
    unlist_agent(house, who)
    while agent.open < agent.limit:
        contact = find_contact(model, house, agent)
        if contact < 0:
            break
        call_in(model, house, answers, contact, who, now)
        unlist_agent(house, who)
    list_agent(house, who, now)


@verb
def call_in(model, house, answers, contact, who, now):
    """Let an agent begin a contact that waits in line."""
    dequeue(house, contact, now)
    schedule(house, contact_leaf(house, contact), np.inf)
    assign(model, house, answers, contact, who, now)
