"""What the event loop remembers: a record type for each noun, and three bundles of their arrays.

`Model` is what a centre is, `House` what is going on in it, `Answers` what is read off. Times are
in seconds from the start of the first interval; -1 is nobody or nowhere.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

_whole, _real, _flag, _key = np.int64, np.float64, np.bool_, np.uint64


def _record(**fields: type[np.generic]) -> np.dtype[np.void]:
    return np.dtype(list(fields.items()), align=True)


# --- what a centre is ---

QUEUE = _record(
    key=_key,
    within_s=_real,
    deadline_s=_real,
    lines=_whole,
    concurrency=_whole,
    reserve=_whole,
    after_close=_whole,
    redial=_real,
    retry=_real,
    repeat=_real,
    offer_after_s=_real,
    offer_taken=_real,
    callback_queue=_whole,
    cv_all=_real,
    cv_day=_real,
    cv_interval=_real,
    first_transfer=_whole,
    end_transfer=_whole,
    first_opening=_whole,
    end_opening=_whole,
    first_server=_whole,
    end_server=_whole,
)
DURATION = _record(kind=_whole, mean_s=_real, shape=_real, first_sample=_whole, end_sample=_whole)
TRANSFER = _record(queue=_whole, up_to=_real)  # probabilities summed up
OPENING = _record(start=_real, end=_real)
SKILL = _record(who=_whole, rank=_whole)  # a queue of a group, or a group of a queue; best first
GROUP = _record(first_skill=_whole, end_skill=_whole, first_absence=_whole, end_absence=_whole)
ABSENCE = _record(key=_key, share=_real, whole_shift=_flag)
PERSON = _record(key=_key, group=_whole)
WINDOW = _record(
    agent=_whole, shift=_whole, ordinal=_whole, pause_s=_real
)  # pause: the break that follows it
PAGE = _record(time=_real, what=_whole, who=_whole)

HANDLING, PATIENCE, COMING_BACK, REPEATING = range(4)
"""Columns of `Model.durations`."""

INTERVAL_ENDS, CLOSES, GOES, OPENS, COMES, THE_END = range(6)
"""What the timetable tells, in the order in which it is done at one and the same time."""

FINISH, DROP, CARRY_OVER = range(3)
"""What becomes of a queue when it closes."""


class Model(NamedTuple):
    """What a centre is; written once, read by every replication."""

    queues: np.ndarray
    durations: np.ndarray  # queue, purpose
    samples: np.ndarray
    aht_s: np.ndarray  # queue, interval
    contacts: np.ndarray  # queue, interval
    factors: np.ndarray  # queue, contacts open less one
    interval_s: np.ndarray  # one value
    day: np.ndarray  # of each interval
    transfers: np.ndarray
    openings: np.ndarray
    servers: np.ndarray  # the groups of each queue
    skills: np.ndarray  # the queues of each group
    groups: np.ndarray
    absences: np.ndarray
    people: np.ndarray
    windows: np.ndarray
    timetable: np.ndarray
    quantiles: np.ndarray


# --- what is going on ---

CLOCK = _record(
    stamp=_whole,
    page=_whole,
    interval=_whole,
    offers=_whole,
    free_contact=_whole,
    unused_contact=_whole,
    traced=_whole,
    key=_key,
)
ROOM = _record(
    open=_flag,
    serving=_flag,
    waiting=_whole,
    inside=_whole,
    head=_whole,
    tail=_whole,
    queue_s=_real,
    since=_real,
    number=_whole,
    next_key=_key,
    stream=_key,
    next_arrival=_real,
    next_interval=_whole,
    opening=_whole,
    opened_at=_real,
    open_s=_real,
)
CONTACT = _record(
    key=_key,
    state=_whole,
    number=_whole,
    queue=_whole,
    interval=_whole,
    arrived=_real,
    arrived_open_s=_real,
    offered_callback=_flag,
    left_s=_real,
    agent=_whole,
    previous=_whole,
    next=_whole,
)
AGENT = _record(
    on=_flag,
    returning=_flag,
    window=_whole,  # the latest that began, with the agent or without
    listed=_flag,
    group=_whole,
    open=_whole,
    limit=_whole,
    first=_whole,
    level=_whole,
    previous=_whole,
    next=_whole,
    idle_since=_real,
    updated=_real,
    owes_s=_real,
    on_s=_real,
    busy_s=_real,
    since=_real,
)
CREW = _record(here=_whole, busy=_whole, idle=_whole, on_s=_real, busy_s=_real, since=_real)
LIST = _record(head=_whole, tail=_whole)
LEAF = _record(bits=_whole, who=_whole)
TRACE = _record(time=_real, what=_whole, queue=_whole, number=_whole, agent=_whole)

WAITING, IN_SERVICE, AWAY = range(3)
"""States of a contact."""

ENDS = (
    "offered",
    "answered",
    "finished",
    "abandoned",
    "blocked",
    "called_back",
    "closed",
    "left_over",
)
OFFERED, ANSWERED, FINISHED, ABANDONED, BLOCKED, CALLED_BACK, CLOSED, LEFT_OVER = range(len(ENDS))
"""What a trace tells."""


class House(NamedTuple):
    """What is going on; one to a thread, grown as it needs room."""

    clock: np.ndarray  # one record
    rooms: np.ndarray
    contacts: np.ndarray
    agents: np.ndarray
    crews: np.ndarray
    lists: np.ndarray  # group, contacts open: agents who may take one more, longest there first
    agenda: np.ndarray  # a tournament: winners, the leaves last
    rates: np.ndarray  # queue, interval
    waits: np.ndarray  # queue, day, class of wait
    trace: np.ndarray


# --- what is read off ---

TALLY = np.dtype(
    [
        *(
            (name, np.int32)
            for name in (
                "first_attempts",
                *ENDS,
                "delayed",
                "in_target",
                "abandoned_in_target",
                "deadline_misses",
                "backlog",
            )
        ),
        ("wait_s", np.float64),
        ("abandoned_wait_s", np.float64),
        ("queue_s", np.float64),
    ],
    align=True,
)
STAFF = _record(on_s=_real, busy_s=_real)


class Answers(NamedTuple):
    """What one replication gives; `waits` are quantiles of the waits of those answered [s]."""

    tally: np.ndarray  # queue, interval
    crews: np.ndarray  # group, interval
    people: np.ndarray  # agent, day
    waits: np.ndarray  # queue, day, quantile
