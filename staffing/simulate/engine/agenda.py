"""What happens next: a tournament of times, in which everything that can happen owns a leaf.

The leaves in turn: the timetable, each queue's next arrival, each agent (the next end of a contact,
or the return from a late break), each contact (the end of patience, an offer, the return of one who
is away). The winner is at the root; setting a leaf is one walk from there to the root. Ties go to
the leaf that stands first.
"""

# mypy: ignore-errors
# numba infers these types, and checks them when it compiles.

import numpy as np

from staffing.simulate.engine import verb


@verb
def schedule(house, leaf, time):
    """Let a leaf's event happen at that time; inf is never."""
    tree = house.agenda
    node = (tree.size >> 1) + leaf
    if tree[node].time == time:
        return
    tree[node].time = time
    who = leaf
    while node > 1:
        # The rivals on the way are known from the start: no level waits for what another stored.
        rival = tree[node ^ 1]
        first = bool(node & 1)
        loses = (rival.time < time) | ((rival.time == time) & first)
        time = rival.time if loses else time
        who = rival.who if loses else who
        node >>= 1
        tree[node].time = time
        tree[node].who = who


@verb
def arrival_leaf(queue):
    """Give the leaf of a queue's next arrival."""
    return 1 + queue


@verb
def agent_leaf(house, agent):
    """Give the leaf of an agent."""
    return 1 + house.rooms.size + agent


@verb
def contact_leaf(house, contact):
    """Give the leaf of a contact."""
    return 1 + house.rooms.size + house.agents.size + contact


@verb
def clear(house):
    """Let nothing happen at all."""
    tree = house.agenda
    half = tree.size >> 1
    for node in range(half, tree.size):
        tree[node].time = np.inf
        tree[node].who = node - half
    for node in range(half - 1, 0, -1):
        tree[node].time = np.inf
        tree[node].who = tree[2 * node].who
