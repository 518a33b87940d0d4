"""Whatever the centre: every contact ends once, nobody does two things at once or off shift."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from staffing.simulate.agents import Absence, Agent, AgentGroup, Shift
from staffing.simulate.arrivals import Arrivals
from staffing.simulate.centre import ROUTING, SimulatedCentre
from staffing.simulate.durations import Duration
from staffing.simulate.queues import AT_CLOSE, SimulatedQueue
from staffing.simulate.records import (
    ABANDONED,
    ANSWERED,
    BLOCKED,
    CALLED_BACK,
    CLOSED,
    FINISHED,
    OFFERED,
)
from staffing.simulate.replications import traced

INTERVALS, INTERVAL_S = 8, 900.0
HORIZON_S = INTERVALS * INTERVAL_S
NAMES = ("calls", "chats", "mails")

durations = st.one_of(
    st.builds(Duration.exponential, st.floats(20, 900)),
    st.builds(Duration.fixed, st.sampled_from([60.0, 300.0, 900.0])),
    st.builds(
        lambda mean, cv: Duration.lognormal(mean, cv=cv), st.floats(20, 900), st.floats(0.1, 2)
    ),
    st.builds(lambda mean, cv: Duration.gamma(mean, cv=cv), st.floats(20, 900), st.floats(0.1, 2)),
    st.builds(Duration.empirical, st.lists(st.floats(1, 900), min_size=1, max_size=4)),
)
shares = st.sampled_from([0.0, 0.3, 1.0])


@st.composite
def queues(draw, name):
    concurrency = draw(st.integers(1, 3)) if name == "chats" else 1
    factors = st.lists(st.floats(1, 2), min_size=concurrency, max_size=concurrency).map(sorted)
    others = [other for other in NAMES if other != name]
    calls_back = name == "calls" and draw(st.booleans())
    return SimulatedQueue(
        name=name,
        arrivals=Arrivals(
            contacts=draw(st.lists(st.floats(0, 40), min_size=INTERVALS, max_size=INTERVALS)),
            cv_day=draw(st.sampled_from([0.0, 0.3])),
            cv_interval=draw(st.sampled_from([0.0, 0.3])),
        ),
        handling=draw(durations),
        patience=draw(st.none() | durations),
        priority=draw(st.integers(0, 2)),
        reserve=draw(st.integers(0, 2)),
        concurrency=concurrency,
        aht_by_concurrency=draw(st.just(()) | factors.map(tuple)),
        lines=draw(st.none() | st.integers(0, 10)),
        redial_probability=draw(shares),
        retry_probability=draw(shares),
        try_again_after=draw(durations),
        repeat_probability=draw(st.sampled_from([0.0, 0.3])),
        repeat_after=draw(durations),
        transfers=draw(st.sampled_from([(), ((others[0], 0.2),), ((others[1], 0.3), (name, 0.1))])),
        callback_after_s=draw(st.floats(0, 300)) if calls_back else None,
        callback_accepted=draw(shares),
        callback_queue=others[0] if calls_back else None,
        deadline_h=draw(st.none() | st.floats(0.1, 2)),
        opening=draw(st.sampled_from([(), ((600.0, 3000.0), (4000.0, 6500.0)), ((0.0, 1e6),)])),
        at_close=draw(st.sampled_from(AT_CLOSE)),
    )


day = Shift(start_s=300.0, end_s=6600.0, breaks=((1500.0, 1800.0), (4000.0, 4600.0)))
two = (Shift(start_s=0.0, end_s=3000.0), Shift(start_s=3000.0, end_s=HORIZON_S))


@st.composite
def centres(draw):
    skills = st.lists(st.sampled_from(NAMES), min_size=1, max_size=3, unique=True).map(tuple)
    curve = st.lists(st.integers(0, 6), min_size=INTERVALS, max_size=INTERVALS).map(tuple)
    people = (Agent(name="Ana", shifts=(day,)), Agent(name="Luis", shifts=two))
    agents = [draw(curve), people, draw(st.integers(0, 4))]
    groups = []
    for name, given_agents in zip(("curve", "names", "number"), agents, strict=True):
        skilled = draw(skills)
        levels = st.lists(st.integers(1, 3), min_size=len(skilled), max_size=len(skilled))
        groups.append(
            AgentGroup(
                name=name,
                skills=skilled,
                agents=given_agents,
                preference=draw(st.just(()) | levels.map(tuple)),
                shifts=(day,) if name == "number" and draw(st.booleans()) else (),
                absences=(
                    Absence(kind="ill", share=draw(st.sampled_from([0.0, 0.3]))),
                    Absence(kind="training", share=0.1, whole_shift=False),
                ),
            )
        )
    return SimulatedCentre(
        queues=tuple(draw(queues(name)) for name in NAMES),
        groups=tuple(groups),
        interval_s=INTERVAL_S,
        routing=draw(st.sampled_from(ROUTING)),
    )


examined = settings(max_examples=60, deadline=None)


@examined
@given(centres(), st.integers(0, 1000))
def test_every_contact_ends_exactly_once(centre, seed):
    trace, answers = traced(centre, seed=seed)
    assert (np.diff(trace["time"]) >= 0).all()
    offered = trace["number"][trace["what"] == OFFERED]
    ends = np.isin(trace["what"], (ABANDONED, BLOCKED, CALLED_BACK, CLOSED, FINISHED))
    ended = trace["number"][ends]
    assert np.unique(offered).size == offered.size
    assert np.unique(ended).size == ended.size
    answered = trace["number"][trace["what"] == ANSWERED]
    assert np.unique(answered).size == answered.size
    assert np.isin(trace["number"][trace["what"] == FINISHED], answered).all()
    gone = np.isin(trace["what"], (ABANDONED, BLOCKED, CALLED_BACK, CLOSED))
    assert not np.isin(trace["number"][gone], answered).any()
    tally = answers.tally
    left = np.setdiff1d(offered, np.concatenate([answered, trace["number"][gone]]))
    assert left.size == tally["left_over"].sum()
    parts = ("answered", "abandoned", "blocked", "called_back", "closed", "left_over")
    assert (tally["offered"] == sum(tally[part] for part in parts)).all()
    assert (tally["finished"] <= tally["answered"]).all()
    assert (tally["in_target"] <= tally["answered"]).all()
    assert (tally["delayed"] <= tally["offered"]).all()
    for code, name in ((OFFERED, "offered"), (ANSWERED, "answered"), (ABANDONED, "abandoned")):
        assert (trace["what"] == code).sum() == tally[name].sum()


@examined
@given(centres(), st.integers(0, 1000))
def test_no_agent_has_more_open_than_any_of_the_contacts_allows(centre, seed):
    trace, answers = traced(centre, seed=seed)
    allowed = [queue.concurrency for queue in centre.queues]
    in_hand = {}
    for row in trace[np.isin(trace["what"], (ANSWERED, FINISHED))]:
        open_now = in_hand.setdefault(row["agent"], {})
        if row["what"] == FINISHED:
            assert open_now.pop(row["number"]) == row["queue"]
            continue
        open_now[row["number"]] = row["queue"]
        assert len(open_now) <= min(allowed[queue] for queue in open_now.values())
    for rows in (answers.people, answers.crews):
        assert (rows["busy_s"] <= rows["on_s"] + 1e-6).all()
        assert (rows["busy_s"] >= 0).all()
    assert np.isclose(answers.people["busy_s"].sum(), answers.crews["busy_s"].sum())
    assert np.isclose(answers.people["on_s"].sum(), answers.crews["on_s"].sum())


@examined
@given(centres(), st.integers(0, 1000))
def test_nobody_answers_without_the_skill_off_shift_or_while_the_queue_is_shut(centre, seed):
    trace, _ = traced(centre, seed=seed)
    answered = trace[trace["what"] == ANSWERED]
    groups = [group for group in centre.groups for _ in group.names()]
    numbers = [number for group in centre.groups for number, _ in enumerate(group.names())]
    for row in answered:
        queue, group = centre.queues[row["queue"]], groups[row["agent"]]
        assert queue.name in group.skills
        windows = windows_of(group, numbers[row["agent"]])
        assert any(start <= row["time"] <= end for start, end in windows)
        if queue.opening and queue.at_close == "carry_over":
            assert any(start <= row["time"] <= end for start, end in queue.opening)
        if queue.opening and queue.at_close == "drop":
            came = trace["time"][(trace["what"] == OFFERED) & (trace["number"] == row["number"])]
            assert any(start <= came[0] <= end for start, end in queue.opening)


def windows_of(group, number):
    if group.name == "curve":
        return [
            (place * INTERVAL_S, (place + 1) * INTERVAL_S)
            for place, agents in enumerate(group.agents)
            if agents > number
        ]
    shifts = group.agents[number].shifts if group.name == "names" else group.shifts
    if not shifts:
        return [(0.0, HORIZON_S)]
    return [
        window
        for shift in shifts
        for window in zip(
            [shift.start_s, *(end for _, end in shift.breaks)],
            [*(start for start, _ in shift.breaks), shift.end_s],
            strict=True,
        )
    ]


@examined
@given(centres(), st.integers(0, 1000))
def test_within_a_queue_whoever_came_first_is_answered_first(centre, seed):
    trace, _ = traced(centre, seed=seed)
    for queue in range(len(NAMES)):
        rows = trace[trace["queue"] == queue]
        answered = rows["number"][rows["what"] == ANSWERED]
        # Numbers are given in the order of offers: every answer goes to the first of the line.
        assert (np.diff(answered) > 0).all()
