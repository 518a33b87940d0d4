"""Where an exact value is known, the simulation's own interval covers it as often as it says.

Two hundred simulations of each case; their 95 % intervals may miss the exact value as often as a
binomial of 200 and 5 % does in all but one of a thousand cases. Exact values are those of
`staffing`'s formulas, which are themselves held to published ones elsewhere.
"""

import pytest
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
