"""A centre as the arrays the event loop reads, and an empty house of the size it needs."""

from __future__ import annotations

from hashlib import blake2b
from typing import TYPE_CHECKING

import numpy as np

from staffing.simulate import records
from staffing.simulate.queues import AT_CLOSE
from staffing.simulate.records import House, Model
from staffing.simulate.routing import groups_of_queues, queues_of_groups
from staffing.simulate.timetable import openings_of, pieces_of, timetable

if TYPE_CHECKING:
    from staffing.simulate.centre import SimulatedCentre
    from staffing.simulate.durations import Duration
    from staffing.simulate.queues import SimulatedQueue

QUANTILES = (0.5, 0.8, 0.9, 0.95)
DAY_S = 86_400.0
_KIND = {"fixed": 1, "exponential": 2, "lognormal": 3, "gamma": 4, "empirical": 5}
_FEWEST_CONTACTS = 100


def key_of(name: str) -> np.uint64:
    """Hash a name: the same customers and absences whatever else the centre has."""
    return np.uint64(int.from_bytes(blake2b(name.encode(), digest_size=8).digest(), "little"))


def model_of(centre: SimulatedCentre) -> Model:
    """Write a centre down as arrays."""
    servers, first_server = groups_of_queues(centre)
    skills, first_skill = queues_of_groups(centre)
    people = [pieces_of(group, centre) for group in centre.groups]
    pages, windows = timetable(centre, [pieces for crew in people for pieces in crew])
    durations, samples = _durations(centre)
    openings = [openings_of(queue, centre.horizon_s) for queue in centre.queues]
    transfers = [_transfers(queue, centre) for queue in centre.queues]
    queues = np.zeros(len(centre.queues), records.QUEUE)
    for row, queue in zip(queues, centre.queues, strict=True):
        _write_queue(row, queue, centre)
    _write_spans(queues, "opening", openings)
    _write_spans(queues, "transfer", transfers)
    queues["first_server"], queues["end_server"] = first_server[:-1], first_server[1:]
    groups, absences = _groups(centre, first_skill)
    return Model(
        queues=queues,
        durations=durations,
        samples=samples,
        aht_s=_by_interval(
            centre,
            [
                queue.aht_by_interval_s or (queue.handling.mean_s,) * centre.intervals
                for queue in centre.queues
            ],
        ),
        contacts=_by_interval(centre, [queue.arrivals.contacts for queue in centre.queues]),
        factors=_factors(centre),
        interval_s=np.array([centre.interval_s]),
        day=days_of(centre),
        transfers=np.array([one for each in transfers for one in each], dtype=records.TRANSFER),
        openings=np.array([one for each in openings for one in each], dtype=records.OPENING),
        servers=servers,
        skills=skills,
        groups=groups,
        absences=absences,
        people=_people(centre, people),
        windows=windows,
        timetable=pages,
        quantiles=np.array(QUANTILES),
    )


def days_of(centre: SimulatedCentre) -> np.ndarray:
    """Day of each interval, from 0."""
    if centre.days:
        return np.array(centre.days, dtype=np.int64)
    return (np.arange(centre.intervals) * centre.interval_s // DAY_S).astype(np.int64)


def _by_interval(centre: SimulatedCentre, rows: list[tuple[float, ...]]) -> np.ndarray:
    return np.array(rows, dtype=np.float64).reshape(len(rows), centre.intervals)


def _write_queue(row: np.void, queue: SimulatedQueue, centre: SimulatedCentre) -> None:
    names = [each.name for each in centre.queues]
    row["key"] = key_of(queue.name)
    row["within_s"] = queue.within_s
    row["deadline_s"] = np.inf if queue.deadline_h is None else queue.deadline_h * 3600.0
    row["lines"] = np.iinfo(np.int64).max if queue.lines is None else queue.lines
    row["concurrency"], row["reserve"] = queue.concurrency, queue.reserve
    row["after_close"] = AT_CLOSE.index(queue.at_close)
    row["redial"], row["retry"] = queue.redial_probability, queue.retry_probability
    row["repeat"] = queue.repeat_probability
    row["offer_after_s"], row["callback_queue"] = np.inf, -1
    if queue.callback_after_s is not None and queue.callback_queue is not None:
        row["offer_after_s"] = queue.callback_after_s
        row["callback_queue"] = names.index(queue.callback_queue)
    row["offer_taken"] = queue.callback_accepted
    for name in ("cv_all", "cv_day", "cv_interval"):
        row[name] = getattr(queue.arrivals, name)


def _write_spans(queues: np.ndarray, name: str, lists: list[list[tuple[float, float]]]) -> None:
    bounds = np.cumsum([0, *(len(one) for one in lists)])
    queues[f"first_{name}"], queues[f"end_{name}"] = bounds[:-1], bounds[1:]


def _transfers(queue: SimulatedQueue, centre: SimulatedCentre) -> list[tuple[float, float]]:
    names = [each.name for each in centre.queues]
    up_to = np.cumsum([share for _, share in queue.transfers])
    return [
        (names.index(name), float(each))
        for (name, _), each in zip(queue.transfers, up_to, strict=True)
    ]


def _durations(centre: SimulatedCentre) -> tuple[np.ndarray, np.ndarray]:
    rows = np.zeros((len(centre.queues), 4), records.DURATION)
    samples: list[float] = []
    for number, queue in enumerate(centre.queues):
        laws = (queue.handling, queue.patience, queue.try_again_after, queue.repeat_after)
        for row, law in zip(rows[number], laws, strict=True):
            if law is not None:
                _write_duration(row, law, samples)
    return rows, np.array(samples)


def _write_duration(row: np.void, law: Duration, samples: list[float]) -> None:
    row["kind"], row["mean_s"] = _KIND[law.kind], law.mean_s
    if law.kind == "lognormal":
        row["shape"] = np.sqrt(np.log1p(law.cv**2))
    elif law.kind == "gamma":
        row["shape"] = law.cv**-2.0
    elif law.kind == "empirical":
        row["first_sample"] = len(samples)
        samples += [value / law.mean_s for value in law.sample_s]
        row["end_sample"] = len(samples)


def _factors(centre: SimulatedCentre) -> np.ndarray:
    """How many times as long a contact takes; beyond a queue's own concurrency as at its end."""
    most = max(queue.concurrency for queue in centre.queues)
    rows = np.ones((len(centre.queues), most))
    for row, queue in zip(rows, centre.queues, strict=True):
        given = queue.aht_by_concurrency or (1.0,)
        row[: len(given)] = given
        row[len(given) :] = given[-1]
    return rows


def _groups(centre: SimulatedCentre, first_skill: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    groups = np.zeros(len(centre.groups), records.GROUP)
    groups["first_skill"], groups["end_skill"] = first_skill[:-1], first_skill[1:]
    absences: list[tuple[np.uint64, float, bool]] = []
    for row, group in zip(groups, centre.groups, strict=True):
        row["first_absence"] = len(absences)
        absences += [(key_of(why.kind), why.share, why.whole_shift) for why in group.absences]
        row["end_absence"] = len(absences)
    return groups, np.array(absences, dtype=records.ABSENCE)


def _people(
    centre: SimulatedCentre, people: list[list[list[tuple[float, float, int, float]]]]
) -> np.ndarray:
    rows = [
        (key_of(f"{group.name}\n{name}"), number)
        for number, (group, crew) in enumerate(zip(centre.groups, people, strict=True))
        for name, _ in zip(group.names(), crew, strict=True)
    ]
    return np.array(rows, dtype=records.PERSON)


def house_for(model: Model, *, traced: bool) -> House:
    """Make an empty house."""
    queues, intervals = model.contacts.shape
    days = int(model.day[-1]) + 1
    contacts = np.zeros(_FEWEST_CONTACTS, records.CONTACT)
    levels = int(model.queues["concurrency"].max())
    return House(
        clock=np.zeros(1, records.CLOCK),
        rooms=np.zeros(queues, records.ROOM),
        contacts=contacts,
        agents=np.zeros(model.people.size, records.AGENT),
        crews=np.zeros(model.groups.size, records.CREW),
        lists=np.zeros((model.groups.size, levels), records.LIST),
        agenda=_agenda(1 + queues + model.people.size + contacts.size),
        rates=np.zeros((queues, intervals)),
        waits=np.zeros((queues, days, classes_of_wait()), np.int32),
        trace=np.zeros(1 if traced else 0, records.TRACE),
    )


def classes_of_wait() -> int:
    """Give the number of classes in which the event loop counts waits."""
    from staffing.simulate.engine.meters import CLASSES

    return CLASSES


def with_more_contacts(house: House) -> House:
    """Give the house twice the room for contacts; what goes on in it stays."""
    contacts = np.zeros(2 * house.contacts.size, records.CONTACT)
    contacts[: house.contacts.size] = house.contacts
    old = house.agenda["bits"][house.agenda.size // 2 :]
    agenda = _agenda(1 + house.rooms.size + house.agents.size + contacts.size)
    half = agenda.size // 2
    agenda["bits"][half : half + old.size] = old[:half]
    while half > 1:  # level by level, as the tournament itself does
        left, right = agenda[half : 2 * half : 2], agenda[half + 1 : 2 * half : 2]
        agenda[half // 2 : half] = np.where(right["bits"] < left["bits"], right, left)
        half //= 2
    return house._replace(contacts=contacts, agenda=agenda)


def with_more_trace(house: House) -> House:
    """Give the house more room to write down what happens."""
    trace = np.zeros(2 * house.trace.size + 8 * house.agenda.size, records.TRACE)
    trace[: house.trace.size] = house.trace
    return house._replace(trace=trace)


def _agenda(leaves: int) -> np.ndarray:
    half = 1 << (leaves - 1).bit_length()
    agenda = np.zeros(2 * half, records.LEAF)
    agenda["bits"] = np.float64(np.inf).view(np.int64)
    agenda["who"][half:] = np.arange(half)
    return agenda
