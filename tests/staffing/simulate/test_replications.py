"""Many replications: one seed, one answer; common customers; as many as are needed; stoppable."""

from dataclasses import replace

import numpy as np
import pytest

from staffing.simulate.agents import Absence, AgentGroup, Shift
from staffing.simulate.arrivals import Arrivals
from staffing.simulate.centre import SimulatedCentre
from staffing.simulate.durations import Duration
from staffing.simulate.queues import SimulatedQueue
from staffing.simulate.replications import simulate_centre


def centre(agents=12, **queue):
    given = {"handling": Duration.lognormal(300, cv=1.0), "patience": Duration.exponential(180)}
    calls = SimulatedQueue(
        name="calls", arrivals=Arrivals(contacts=(30.0,) * 32, cv_day=0.1), **(given | queue)
    )
    mails = SimulatedQueue(
        name="mails",
        channel="email",
        arrivals=Arrivals(contacts=(5.0,) * 32),
        handling=Duration.gamma(400, cv=0.5),
        priority=1,
        deadline_h=2.0,
    )
    team = AgentGroup(
        name="team",
        skills=("calls", "mails"),
        agents=agents,
        shifts=(Shift(start_s=0, end_s=28_800, breaks=((14_000, 15_000),)),),
        absences=(Absence(kind="ill", share=0.05),),
    )
    return SimulatedCentre(queues=(calls, mails), groups=(team,))


def same(first, second):
    return all(
        np.array_equal(one, other, equal_nan=one.dtype.names is None)
        for one, other in zip(first.answers, second.answers, strict=True)
    )


def test_one_seed_gives_one_answer_on_any_number_of_threads():
    alone = simulate_centre(centre(), replications=12, seed=4, threads=1)
    assert same(alone, simulate_centre(centre(), replications=12, seed=4, threads=5))
    assert not same(alone, simulate_centre(centre(), replications=12, seed=5, threads=1))


def test_what_a_replication_was_does_not_depend_on_how_many_follow():
    few = simulate_centre(centre(), replications=3, seed=4, threads=1)
    many = simulate_centre(centre(), replications=9, seed=4, threads=2)
    assert all(
        np.array_equal(one, other[:3], equal_nan=one.dtype.names is None)
        for one, other in zip(few.answers, many.answers, strict=True)
    )


def test_two_plans_meet_the_same_customers():
    plan, other = (simulate_centre(centre(agents), replications=40, seed=1) for agents in (12, 13))
    first, second = plan.answers.tally, other.answers.tally
    assert np.array_equal(first["first_attempts"], second["first_attempts"])
    paired, apart = other.minus(plan), other.measure().half_width
    assert paired.low[0, 0] > 0
    assert paired.half_width[0, 0] < 0.7 * apart[0, 0]


def test_the_difference_of_a_plan_from_itself_is_nothing():
    plan = simulate_centre(centre(), replications=10, seed=1)
    assert plan.minus(plan).value == pytest.approx(0.0)
    assert plan.minus(plan).half_width == pytest.approx(0.0)


def test_a_queue_added_or_moved_leaves_the_others_customers_alone():
    plain = centre()
    turned = replace(plain, queues=plain.queues[::-1])
    first = simulate_centre(plain, replications=5, seed=2).answers.tally["first_attempts"]
    second = simulate_centre(turned, replications=5, seed=2).answers.tally["first_attempts"]
    assert np.array_equal(first, second[:, ::-1])


def test_plans_of_other_seeds_cannot_be_paired():
    first, second = (simulate_centre(centre(), replications=5, seed=seed) for seed in (1, 2))
    with pytest.raises(ValueError, match="must agree"):
        first.minus(second)


def test_it_runs_until_the_half_width_asked_for_is_reached():
    found = simulate_centre(centre(), replications=10, half_width=0.01, seed=3)
    assert found.replications > 10
    assert found.service_level_half_width() <= 0.01
    again = simulate_centre(centre(), replications=10, half_width=0.01, seed=3, threads=1)
    assert again.replications == found.replications


def test_it_goes_no_further_than_the_most_replications():
    found = simulate_centre(centre(), replications=5, half_width=1e-6, most_replications=20)
    assert found.replications == 20


def test_progress_counts_to_the_total():
    told = []
    simulate_centre(
        centre(), replications=7, progress=lambda done, total: told.append((done, total))
    )
    assert told == [(done, 7) for done in range(1, 8)]


class _EnoughError(Exception):
    pass


def test_what_progress_raises_stops_the_simulation():
    told = []

    def stop(done, total):
        told.append((done, total))
        if done == 3:
            raise _EnoughError

    with pytest.raises(_EnoughError):
        simulate_centre(centre(), replications=3_000, threads=2, progress=stop)
    assert len(told) == 3


def test_rates_that_vary_make_counts_vary_as_much():
    varying = SimulatedQueue(
        name="calls",
        arrivals=Arrivals(contacts=(100.0,) * 10, cv_day=0.2, cv_interval=0.3),
        handling=Duration.exponential(10),
    )
    plan = SimulatedCentre(
        queues=(varying,), groups=(AgentGroup(name="team", skills=("calls",), agents=50),)
    )
    counts = simulate_centre(plan, replications=4000).answers.tally["offered"][:, 0].astype(float)
    assert counts.mean() == pytest.approx(100, rel=0.015)
    assert counts[:, 0].var() == pytest.approx(100 + 100**2 * (1.04 * 1.09 - 1), rel=0.1)
    together = np.cov(counts.T)[~np.eye(10, dtype=bool)].mean()
    assert together == pytest.approx(100**2 * 0.2**2, rel=0.15)


def test_a_fate_that_all_intervals_share_moves_them_together():
    shared = SimulatedQueue(
        name="calls",
        arrivals=Arrivals(contacts=(100.0,) * 10, cv_all=0.2),
        handling=Duration.exponential(10),
    )
    groups = (AgentGroup(name="team", skills=("calls",), agents=50),)
    plan = SimulatedCentre(queues=(shared,), groups=groups, days=(0,) * 5 + (1,) * 5)
    counts = simulate_centre(plan, replications=4000).answers.tally["offered"][:, 0].astype(float)
    assert counts.mean() == pytest.approx(100, rel=0.015)
    assert counts.sum(axis=1).var() == pytest.approx(1000 + 1000**2 * 0.2**2, rel=0.1)
    together = np.cov(counts.T)[~np.eye(10, dtype=bool)].mean()
    assert together == pytest.approx(100**2 * 0.2**2, rel=0.1)


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"seed": 2**54}, "seed = "),
        ({"replications": 0}, "replications = 0"),
        ({"seed": -1}, "seed = -1"),
        ({"threads": -2}, "threads = -2"),
        ({"half_width": 0.0}, "half_width = 0"),
    ],
)
def test_arguments_out_of_bounds_are_refused(given, told):
    with pytest.raises(ValueError, match=told):
        simulate_centre(centre(), **given)
