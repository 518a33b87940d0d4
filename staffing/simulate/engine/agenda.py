"""What happens next: a tournament of times, in which everything that can happen owns a leaf.

The leaves in turn: the timetable, each queue's next arrival, each agent (the next end of a contact,
or the return from a late break), each contact (the end of patience, an offer, the return of one who
is away). The winner is at the root; setting a leaf is one walk from there to the root. Ties go to
the leaf that stands first.

Times are kept as the bits of a float read as a whole number, which has the order of times from 0 on
and is faster to compare; with it a tie is a matter of adding 1.
"""

# mypy: ignore-errors
# numba infers these types, and checks them when it compiles.

import numpy as np

from staffing.simulate.engine import verb

NEVER = np.float64(np.inf).view(np.int64)


@verb
def next_time(house):
    """Give when the next event happens [s]."""
    return np.int64(house.agenda[1].bits).view(np.float64)


@verb
def schedule(house, leaf, time):
    """Let a leaf's event happen at that time; inf is never."""
    tree = house.agenda
    node = (tree.size >> 1) + leaf
    bits, who = np.float64(time).view(np.int64), leaf
    if tree[node].bits == bits:
        return
    tree[node].bits = bits
    while node > 1:
        # The rivals on the way are known from the start: no level waits for what another stored.
        rival = tree[node ^ 1]
        loses = rival.bits < bits + (node & 1)
        bits = rival.bits if loses else bits
        who = rival.who if loses else who
        node >>= 1
        winner = tree[node]
        if winner.who == who and winner.bits == bits:
            break
        winner.bits, winner.who = bits, who


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
        tree[node].bits = NEVER
        tree[node].who = node - half
    for node in range(half - 1, 0, -1):
        tree[node].bits = NEVER
        tree[node].who = tree[2 * node].who
