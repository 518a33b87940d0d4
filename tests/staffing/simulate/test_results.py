"""Tables and intervals: they add up, agree with one another, and cover what they say they cover."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from staffing.simulate.agents import AgentGroup
from staffing.simulate.arrivals import Arrivals, rate_variation
from staffing.simulate.centre import SimulatedCentre
from staffing.simulate.confidence import proportion, ratio, ratio_difference, share
from staffing.simulate.durations import Duration
from staffing.simulate.engine.meters import CLASSES, least_of_class, wait_class
from staffing.simulate.queues import SimulatedQueue
from staffing.simulate.records import ANSWERED, FINISHED, OFFERED
from staffing.simulate.replications import simulate_centre, traced


@pytest.fixture(scope="module")
def found():
    return simulate_centre(centre(), replications=30, seed=1)


def centre():
    calls = SimulatedQueue(
        name="calls",
        arrivals=Arrivals(contacts=(30.0,) * 12),
        handling=Duration.exponential(300),
        patience=Duration.exponential(200),
    )
    chats = SimulatedQueue(
        name="chats",
        channel="chat",
        arrivals=Arrivals(contacts=(10.0,) * 12),
        handling=Duration.exponential(500),
        concurrency=2,
    )
    groups = (
        AgentGroup(name="phones", skills=("calls",), agents=(9,) * 6 + (11,) * 6),
        AgentGroup(name="both", skills=("chats", "calls"), agents=4),
    )
    return SimulatedCentre(queues=(calls, chats), groups=groups, days=(0,) * 4 + (1,) * 8)


def test_days_and_the_whole_are_sums_of_intervals(found):
    parts = found.queues("interval").assign(day=lambda rows: (rows["interval"] >= 4).astype(int))
    days = found.queues("day")
    for column in ("offered", "answered", "in_target", "wait_s", "queue_s"):
        sums = parts.groupby(["replication", "queue", "day"])[column].sum()
        told = days.set_index(["replication", "queue", "day"])[column]
        pd.testing.assert_series_equal(sums.sort_index(), told.sort_index(), check_dtype=False)
        assert found.queues("all")[column].sum() == pytest.approx(parts[column].sum())


def test_the_backlog_of_a_day_is_that_of_its_last_interval(found):
    parts, days = found.queues("interval"), found.queues("day")
    last = parts[parts["interval"].isin([3, 11])]["backlog"].to_numpy()
    assert (days["backlog"].to_numpy() == last).all()


def test_waiting_time_is_queue_length_over_time(found):
    """Little's law, exactly: every second of waiting is in both meters, but for who waits on."""
    whole = found.queues("all")
    waited = whole["wait_s"] + whole["abandoned_wait_s"]
    nobody_left = whole["left_over"] == 0
    assert nobody_left.any()
    assert waited[nobody_left].to_numpy() == pytest.approx(whole["queue_s"][nobody_left].to_numpy())


def test_groups_and_agents_tell_the_same_hours(found):
    groups = found.groups("all").groupby(["replication", "group"])[["on_s", "busy_s"]].sum()
    agents = found.agents().groupby(["replication", "group"])[["on_s", "busy_s"]].sum()
    pd.testing.assert_frame_equal(groups, agents)
    on_s = found.groups("interval").query("group == 'phones' and interval == 0")["on_s"]
    assert on_s.to_numpy() == pytest.approx(9 * 900)


def test_the_summary_is_every_measure(found):
    summary = found.summary("day")
    assert list(summary["queue"]) == ["calls", "calls", "chats", "chats"]
    one = found.measure("asa_s", by="day")
    assert summary["asa_s"].to_numpy() == pytest.approx(one.value.ravel())
    assert summary["asa_s_low"].to_numpy() == pytest.approx(one.low.ravel())


def test_quantiles_of_waits_are_those_of_the_trace():
    trace, answers = traced(centre(), seed=3)
    came = pd.Series(trace["time"], index=trace["number"])[trace["what"] == OFFERED]
    rows = trace[(trace["what"] == ANSWERED) & (trace["queue"] == 0)]
    arrived = came.loc[rows["number"]].to_numpy()
    waits = (rows["time"] - arrived)[arrived >= 4 * 900]
    exact = np.quantile(waits, [0.8, 0.9, 0.95], method="inverted_cdf")
    assert answers.waits[0, 1, 1:] == pytest.approx(exact, rel=0.03, abs=0.03)


@pytest.mark.parametrize("wait_s", [0.0, 0.015, 0.02, 1.0, 20.0, 3601.7, 1e7])
def test_a_wait_lies_in_its_class(wait_s):
    number, least = wait_class.py_func(wait_s), least_of_class.py_func
    assert 0 <= number < CLASSES
    assert least(number) <= wait_s
    assert number == 0 or wait_s < least(number + 1) <= 1.04 * wait_s


def test_ratio_intervals_cover_the_ratio_of_means():
    rng = np.random.default_rng(5)
    below = rng.poisson(100, (40, 4000)).astype(float)
    above = rng.binomial(below.astype(int), 0.8).astype(float)
    interval = ratio(above, below)
    covered = ((interval.low <= 0.8) & (interval.high >= 0.8)).sum()
    assert stats.binom.ppf(0.0005, 4000, 0.945) <= covered <= stats.binom.ppf(0.9995, 4000, 0.955)


@pytest.mark.parametrize("chance", [0.5, 0.9, 0.98, 0.995])
def test_a_share_of_independent_contacts_is_covered_also_near_its_ends(chance):
    rng = np.random.default_rng(11)
    of = rng.poisson(40.0, size=(30, 2000)).astype(float)
    found = proportion(rng.binomial(of.astype(int), chance).astype(float), of)
    covered = ((found.low <= chance) & (chance <= found.high)).mean()
    assert 0.935 < covered < 0.985


def test_days_that_share_a_fate_tell_less_than_their_contacts():
    rng = np.random.default_rng(12)
    chance = rng.beta(9.5, 0.5, size=(60, 2000))  # 0.95 in the mean, whole days good or bad
    of = np.full(chance.shape, 40.0)
    found = proportion(rng.binomial(40, chance).astype(float), of)
    plain = ratio(rng.binomial(40, chance).astype(float), of)
    covered = ((found.low <= 0.95) & (found.high >= 0.95)).mean()
    assert covered > 0.93
    assert covered > ((plain.low <= 0.95) & (plain.high >= 0.95)).mean()


def test_replications_without_contacts_tell_nothing():
    of = np.array([10.0] + [0.0] * 29)
    alone = proportion(of, of)
    assert alone.value == 1.0
    assert alone.low < 0.2


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(0, 50)), min_size=2, max_size=20))
def test_a_share_and_its_interval_stay_between_nothing_and_all(days):
    of = np.array([float(max(day)) for day in days])
    found = proportion(np.array([float(min(day)) for day in days]), of)
    if not of.sum():
        assert np.isnan(found).all()
    else:
        assert 0.0 <= found.low <= found.value <= found.high <= 1.0
        assert found.low < found.high


def test_one_replication_tells_no_interval():
    one = ratio(np.array([3.0]), np.array([4.0]))
    assert one.value == 0.75
    assert np.isnan(one.low)


def test_nothing_offered_is_no_service_level():
    assert np.isnan(ratio(np.zeros(5), np.zeros(5)).value)


def test_pairing_takes_out_what_both_share():
    rng = np.random.default_rng(6)
    noise, ones = rng.normal(size=50), np.full(50, 10.0)
    both = ratio_difference((5 + noise, 4 + noise), (ones, ones))
    assert both.value == pytest.approx(0.1)
    assert both.half_width == pytest.approx(0.0, abs=1e-12)


def test_a_share_of_days_is_wilsons():
    found = share(np.array(8), 10)
    assert (found.low, found.high) == pytest.approx((0.4902, 0.9433), abs=1e-4)


def test_share_on_target_is_the_share_of_days(found):
    days = found.queues("day").query("queue == 'calls' and day == 1")
    probability = found.share_on_target(0.8).value[0, 1]
    assert probability == pytest.approx((days["service_level"] >= 0.8).mean())


@pytest.mark.parametrize(
    ("ask", "told"),
    [
        (lambda found: found.measure("speed"), "measure = 'speed'"),
        (lambda found: found.measure(definition="virtual"), "definition = 'virtual'"),
        (lambda found: found.queues("week"), "by = 'week'"),
        (lambda found: found.measure(confidence=1.0), "confidence = 1"),
    ],
)
def test_what_a_simulation_cannot_tell_is_refused(found, ask, told):
    with pytest.raises(ValueError, match=told):
        ask(found)


@pytest.mark.parametrize(
    ("law", "exact"),
    [
        (Duration.exponential(100), stats.expon(scale=100)),
        (Duration.lognormal(100, cv=1.0), stats.lognorm(np.log(2) ** 0.5, scale=100 / 2**0.5)),
        (Duration.gamma(100, cv=0.4), stats.gamma(6.25, scale=16)),
        (Duration.gamma(100, cv=2.0), stats.gamma(0.25, scale=400)),
        (Duration.erlang(100, phases=3), stats.gamma(3, scale=100 / 3)),
    ],
    ids=lambda law: f"{law.kind} {law.cv:.2g}" if isinstance(law, Duration) else "",
)
def test_handling_times_have_the_distribution_asked_for(law, exact):
    calls = SimulatedQueue(
        name="calls", arrivals=Arrivals(contacts=(3000.0,) + (0.0,) * 40), handling=law
    )
    team = AgentGroup(name="team", skills=("calls",), agents=1000)
    trace, _ = traced(SimulatedCentre(queues=(calls,), groups=(team,)), seed=1)
    starts = pd.Series(trace["time"], index=trace["number"])[trace["what"] == ANSWERED]
    ends = pd.Series(trace["time"], index=trace["number"])[trace["what"] == FINISHED]
    assert len(ends) == len(starts) > 2800
    assert stats.kstest((ends - starts).dropna(), exact.cdf).pvalue > 1e-3


def test_the_variation_of_rates_is_read_off_past_errors():
    rng = np.random.default_rng(8)
    forecast = rng.uniform(20, 200, (2000, 48))
    day, interval = rng.gamma(100, 0.01, (2000, 1)), rng.gamma(25, 0.04, (2000, 48))
    found = rate_variation(rng.poisson(forecast * day * interval), forecast)
    assert found.cv_day == pytest.approx(0.1, rel=0.08)
    assert found.cv_interval == pytest.approx(0.2, rel=0.05)


def test_a_forecast_that_was_right_leaves_poisson_noise_alone():
    rng = np.random.default_rng(9)
    forecast = np.full((200, 48), 50.0)
    found = rate_variation(rng.poisson(forecast), forecast)
    assert found.cv_day < 0.02
    assert found.cv_interval < 0.05


@pytest.mark.parametrize(
    ("make", "told"),
    [
        (lambda: Duration.exponential(0), "mean_s = 0"),
        (lambda: Duration.lognormal(10, cv=0), "cv = 0"),
        (lambda: Duration.erlang(10, phases=0), "phases = 0"),
        (lambda: Duration.empirical([]), "empty"),
        (lambda: Duration(kind="weibull", mean_s=1.0), "kind = 'weibull'"),
        (lambda: Arrivals(contacts=(-1.0,)), "contacts = -1"),
        (lambda: Arrivals(contacts=()), "row of intervals"),
        (lambda: rate_variation([1.0], [2.0]), "days, intervals"),
    ],
)
def test_what_makes_no_sense_is_refused(make, told):
    with pytest.raises(ValueError, match=told):
        make()
