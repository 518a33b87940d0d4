"""Where an exact value is known, the simulation's own interval covers it as often as it says.

Two hundred simulations of each case; their 95 % intervals may miss the exact value as often as a
binomial of 200 and 5 % does in all but one of a thousand cases. Exact values are those of
`staffing`'s formulas, which are themselves held to published ones elsewhere.
"""

import itertools

import numpy as np
import pytest
from scipy.linalg import expm
from scipy.sparse import diags, lil_matrix
from scipy.sparse.linalg import spsolve
from scipy.stats import binom

import staffing
from staffing.simulate.agents import AgentGroup
from staffing.simulate.arrivals import Arrivals
from staffing.simulate.centre import SimulatedCentre
from staffing.simulate.durations import Duration
from staffing.simulate.queues import SimulatedQueue
from staffing.simulate.records import Answers
from staffing.simulate.replications import simulate_centre
from staffing.simulate.results import Simulation

SEEDS, RUNS = 200, 15
INTERVAL_S = 900.0
FEWEST, MOST = binom.ppf([0.0005, 0.9995], SEEDS, 0.95)


def steady(contacts, agents, *, warm_up=16, intervals=48, reps=SEEDS * RUNS, **queue):
    """One queue at a constant rate; day 0 warms up, day 1 counts."""
    row = Arrivals(contacts=(contacts,) * (warm_up + intervals))
    centre = SimulatedCentre(
        queues=(SimulatedQueue(name="calls", arrivals=row, **queue),),
        groups=(AgentGroup(name="team", skills=("calls",), agents=agents),),
        days=(0,) * warm_up + (1,) * intervals,
        interval_s=INTERVAL_S,
    )
    return simulate_centre(centre, replications=reps, seed=1)


def one_by_one(many, runs=RUNS):
    """Cut many replications into simulations: one replication is to the next as seed to seed."""
    for first in range(0, many.replications, runs):
        part = Answers(*(each[first : first + runs] for each in many.answers))
        yield Simulation(centre=many.centre, seed=many.seed, answers=part)


def covered(many, exact, measure, place=(0, 1), **how):
    """How many of the simulations hold the exact value in their interval."""
    found = [run.measure(measure, by="day", **how) for run in one_by_one(many)]
    return sum(one.low[place] <= exact <= one.high[place] for one in found)


def assert_covers(many, **exact):
    hits = {name: covered(many, float(value), name) for name, value in exact.items()}
    assert all(FEWEST <= count <= MOST for count in hits.values()), hits
    # All of them together know it far better than each, and must still not be wrong.
    for name, value in exact.items():
        found = many.measure(name, by="day", confidence=0.999)
        assert found.low[0, 1] <= value <= found.high[0, 1], name


def test_erlang_c_in_a_queue_nobody_leaves():
    many = steady(50, 14, intervals=32, handling=Duration.exponential(180))
    exact = staffing.erlang_measures(14, 10, 180, within_s=20)
    assert_covers(many, p_wait=exact.p_wait, service_level=exact.service_level, asa_s=exact.asa_s)


def test_erlang_a_by_every_definition_a_record_can_tell():
    many = steady(
        90,
        28,
        warm_up=6,
        intervals=12,
        handling=Duration.exponential(240),
        patience=Duration.exponential(300),
    )
    exact = staffing.erlang_measures(28, 24, 240, within_s=20, patience_s=300)
    assert_covers(
        many,
        service_level=exact.service_level,
        abandonment=exact.p_abandon,
        asa_s=exact.asa_s,
        asa_answered_s=exact.asa_answered_s,
    )
    for name in ("answered", "offered_less_abandoned", "left_queue"):
        level = float(getattr(exact, f"service_level_{name}"))
        assert FEWEST <= covered(many, level, "service_level", definition=name) <= MOST, name


def test_limited_lines_turn_away_whom_they_must():
    many = steady(
        720,
        50,
        warm_up=1,
        intervals=2,
        handling=Duration.exponential(60),
        patience=Duration.exponential(120),
        lines=55,
        within_s=30,
    )
    exact = staffing.finite_lines(50, 55, 48, aht_s=60, within_s=30, patience_s=120)
    assert_covers(
        many,
        blocking=exact.p_blocked,
        service_level=exact.service_level,
        abandonment=exact.p_abandon,
        asa_s=exact.asa_s,
    )


def test_two_priorities_wait_as_cobham_found():
    """W1 = C / (n mu - l1), W2 = W1 n mu / (n mu - l1 - l2): Operations Research 2 (1954) 70."""
    warm, many_intervals = 16, 32
    rows = {"gold": 15.0, "others": 30.0}
    queues = tuple(
        SimulatedQueue(
            name=name,
            arrivals=Arrivals(contacts=(contacts,) * (warm + many_intervals)),
            handling=Duration.exponential(180),
            priority=priority,
        )
        for priority, (name, contacts) in enumerate(rows.items())
    )
    centre = SimulatedCentre(
        queues=queues,
        groups=(AgentGroup(name="team", skills=("gold", "others"), agents=11),),
        days=(0,) * warm + (1,) * many_intervals,
    )
    many = simulate_centre(centre, replications=SEEDS * RUNS, seed=3)
    pace, gold, others = 11 / 180, 15 / 900, 30 / 900
    first = float(staffing.erlang_c(11, 9)) / (pace - gold)
    second = first * pace / (pace - gold - others)
    assert FEWEST <= covered(many, first, "asa_s", place=(0, 1)) <= MOST
    assert FEWEST <= covered(many, second, "asa_s", place=(1, 1)) <= MOST


@pytest.mark.parametrize(
    "law",
    [
        Duration.fixed(300),
        Duration.erlang(300, phases=4),
        Duration.gamma(300, cv=1.3),
        Duration.lognormal(300, cv=0.8),
        Duration.empirical([100, 200, 600]),
    ],
    ids=lambda law: law.kind + f" {law.cv:.2g}",
)
def test_one_agent_and_any_handling_time_wait_as_pollaczek_and_khinchine_found(law):
    load = 0.6
    many = steady(load * 3, 1, warm_up=32, intervals=192, handling=law)
    exact = load * 300 * (1 + law.cv**2) / 2 / (1 - load)
    assert_covers(many, asa_s=exact)


def test_a_lone_agent_chats_as_the_chain_of_chats_says():
    many = steady(
        6,
        1,
        warm_up=4,
        intervals=96,
        handling=Duration.exponential(240),
        patience=Duration.exponential(120),
        concurrency=3,
        aht_by_concurrency=(1.0, 300 / 240, 390 / 240),
        within_s=30,
    )
    exact = staffing.chat_measures(
        6, [240, 300, 390], 1, interval_s=900, within_s=30, patience_s=120
    )
    assert_covers(
        many,
        service_level=exact.service_level,
        abandonment=exact.p_abandon,
        asa_s=exact.asa_s,
    )


def level_of_a_team_of_chatters(aht_s, agents, contacts, *, patience_s, within_s):
    """Share answered in time: the chain of how many agents have 0, 1, .. K chats open.

    Chats stay with their agent, and go to one of the agents with the fewest. Of those who wait,
    at most 150, who has k before them is served as in any queue of impatient people.
    """
    most, waiting, arrivals, gives_up = len(aht_s), 150, contacts / INTERVAL_S, 1 / patience_s
    teams = [
        team
        for team in itertools.product(range(agents + 1), repeat=most + 1)
        if sum(team) == agents
    ]
    place = {team: number for number, team in enumerate(teams)}
    full = place[(0,) * most + (agents,)]
    rates = lil_matrix((len(teams) + waiting,) * 2)

    def moves(team, taken, given):
        after = list(team)
        after[taken] -= 1
        after[given] += 1
        return place[tuple(after)]

    for team, number in place.items():
        fewest = next(open_ for open_, those in enumerate(team) if those)
        after = len(teams) if number == full else moves(team, fewest, fewest + 1)
        rates[number, after] = arrivals
        for open_ in range(1, most + 1):
            if team[open_]:
                rates[number, moves(team, open_, open_ - 1)] = (
                    team[open_] * open_ / aht_s[open_ - 1]
                )
    pace = agents * most / aht_s[-1]
    for line in range(1, waiting + 1):
        number = len(teams) + line - 1
        rates[number, number - 1 if line > 1 else full] = pace + line * gives_up
        if line < waiting:
            rates[number, number + 1] = arrivals
    balance = (rates - diags(np.asarray(rates.sum(axis=1)).ravel())).T.tolil()
    balance[0] = 1.0
    share = spsolve(balance.tocsc(), np.eye(1, balance.shape[0]).ravel())
    # Somebody who finds k waiting: served after k + 1 ends, unless gone or out of time before.
    steps = np.zeros((waiting + 2,) * 2)
    for before in range(waiting):
        steps[before, before - 1 if before else waiting] = pace + before * gives_up
        steps[before, waiting + 1] = gives_up
        steps[before, before] = -(pace + (before + 1) * gives_up)
    in_time = expm(steps * within_s)[:waiting, waiting]
    found = np.r_[share[full], share[len(teams) : -1]]
    return 1.0 - share[full] - share[len(teams) :].sum() + found @ in_time


def test_a_team_chats_as_the_chain_of_what_every_agent_has_open():
    """Chats that stay with their agent: a little worse than `chat_measures`, which moves them."""
    chats = {"patience_s": 120, "within_s": 30}
    exact = level_of_a_team_of_chatters([240, 300, 390], 9, 60, **chats)
    evenly = staffing.chat_measures(60, [240, 300, 390], 9, interval_s=900, **chats).service_level
    assert 0.004 < evenly - exact < 0.007
    many = steady(
        60,
        9,
        warm_up=4,
        intervals=12,
        handling=Duration.exponential(240),
        patience=Duration.exponential(120),
        concurrency=3,
        aht_by_concurrency=(1.0, 300 / 240, 390 / 240),
        within_s=30,
    )
    assert_covers(many, service_level=exact)


def test_one_chatter_of_that_chain_is_the_lone_agent_of_the_other():
    exact = level_of_a_team_of_chatters([240, 300, 390], 1, 6, patience_s=120, within_s=30)
    lone = staffing.chat_measures(
        6, [240, 300, 390], 1, interval_s=900, within_s=30, patience_s=120
    )
    assert exact == pytest.approx(float(lone.service_level), abs=1e-9)


def test_chats_that_last_as_long_however_many_are_open_are_erlang_a_on_all_the_slots():
    many = steady(
        60,
        9,
        warm_up=6,
        intervals=16,
        handling=Duration.exponential(390),
        patience=Duration.exponential(120),
        concurrency=3,
        within_s=30,
    )
    exact = staffing.erlang_measures(27, 26, 390, within_s=30, patience_s=120)
    assert_covers(many, service_level=exact.service_level, abandonment=exact.p_abandon)


def test_redials_come_back_until_the_fixed_point():
    """Delays far longer than the queue remembers make the second attempts a Poisson stream."""
    many = steady(
        50,
        10,
        warm_up=64,
        intervals=16,
        handling=Duration.exponential(180),
        patience=Duration.exponential(300),
        redial_probability=0.5,
        try_again_after=Duration.exponential(5400),
    )
    load = staffing.load_with_redials(10, 10, 180, patience_s=300, redial_probability=0.5)
    exact = staffing.erlang_measures(10, load, 180, within_s=20, patience_s=300)
    assert_covers(many, service_level=exact.service_level, abandonment=exact.p_abandon)
    offered = many.queues()["offered"][1::2].mean() * 180 / (16 * 900)
    assert offered == pytest.approx(load, rel=2e-3)


def test_agents_kept_free_blend_as_bhulai_and_koole_found():
    warm, intervals = 8, 16
    calls = Arrivals(contacts=(60.0,) * (warm + intervals))
    list_to_call = Arrivals(contacts=(2000.0,) + (60.0,) * (warm + intervals - 1))
    queues = (
        SimulatedQueue(name="calls", arrivals=calls, handling=Duration.exponential(300)),
        SimulatedQueue(
            name="list",
            arrivals=list_to_call,
            handling=Duration.exponential(300),
            priority=1,
            reserve=26 - 20,
        ),
    )
    centre = SimulatedCentre(
        queues=queues,
        groups=(AgentGroup(name="team", skills=("calls", "list"), agents=26),),
        days=(0,) * warm + (1,) * intervals,
    )
    many = simulate_centre(centre, replications=SEEDS * RUNS, seed=5)
    exact = staffing.blended_measures(60, 300, 26, 20, interval_s=900, within_s=20)
    assert_covers(many, service_level=exact.service_level, p_wait=exact.p_wait)


def test_the_day_follows_the_exact_queue_through_overload_and_out_of_it():
    contacts = [318.0] * 10
    team = (93,) * 4 + (117,) * 6
    centre = SimulatedCentre(
        queues=(
            SimulatedQueue(
                name="calls",
                arrivals=Arrivals(contacts=contacts),
                handling=Duration.exponential(300),
            ),
        ),
        groups=(AgentGroup(name="team", skills=("calls",), agents=team),),
    )
    # The queue of a recovering hour is so skewed that an honest interval takes a hundred days.
    seeds, runs = 60, 100
    many = simulate_centre(centre, replications=seeds * runs, seed=7)
    exact = staffing.transient_day(contacts, 300, team, interval_s=900, within_s=20)
    queues = [run.measure("mean_queue", by="interval") for run in one_by_one(many, runs)]
    hits = sum((one.low[0] <= exact.queue) & (exact.queue <= one.high[0]) for one in queues)
    assert (hits >= binom.ppf(0.0005, seeds, 0.95)).all(), hits
    # Where nearly everybody waits, few replications say little of P(wait); all of them say it.
    found = many.measure("p_wait", by="interval", confidence=0.9999)
    assert (found.low[0] <= exact.p_wait).all()
    assert (exact.p_wait <= found.high[0]).all()


def test_a_whole_day_agrees_with_the_exact_one_before_in_and_after_its_bad_hour():
    """96 quarters, 119 agents, at most 0.906 of what they can do but for one hour at 1.146.

    All are there all day: when agents go, the exact queue puts back the contact in hand, while
    the simulated agent finishes it.
    """
    hours = np.arange(96) / 4
    share = 0.906 * np.exp(-(((hours - 13) / 10) ** 2))
    share[(hours >= 11) & (hours < 12)] = 1.146
    contacts = share * 119 * 3
    centre = SimulatedCentre(
        queues=(
            SimulatedQueue(
                name="calls",
                arrivals=Arrivals(contacts=tuple(contacts)),
                handling=Duration.exponential(300),
            ),
        ),
        groups=(AgentGroup(name="team", skills=("calls",), agents=119),),
    )
    many = simulate_centre(centre, replications=2000, seed=11)
    exact = staffing.transient_day(contacts, 300, 119, interval_s=900, within_s=20)
    busy = exact.p_wait > 0.01  # where too few ever wait, an interval knows nothing
    assert busy.sum() > 24
    # Each within what one interval of a hundred thousand would exceed.
    for measure, value in (("mean_queue", exact.queue), ("p_wait", exact.p_wait)):
        found = many.measure(measure, by="interval", confidence=1 - 1e-5)
        assert (found.low[0] <= value)[busy].all()
        assert (value <= found.high[0])[busy].all()
    assert exact.p_wait[48:52].min() > 0.5  # the hour after it still pays for it
