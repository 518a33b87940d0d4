"""The two halves agree on redials: what staffing adds to a load, the doctor takes off again."""

from __future__ import annotations

import heapq

import numpy as np
import pandas as pd
import pytest

from forecasting.doctor.need import unconstrained
from staffing.queues.erlang import erlang_b
from staffing.queues.measures import abandonment
from staffing.queues.redials import load_with_redials, load_with_retries

ZONE = "Europe/Madrid"
AHT_S, PATIENCE_S, INTERVAL_MIN = 300.0, 120.0, 30
PER_INTERVAL = 60 * INTERVAL_MIN / AHT_S  # contacts of one Erlang


def history(contacts: np.ndarray, **parts: np.ndarray) -> pd.DataFrame:
    starts = pd.date_range("2026-03-02", periods=len(contacts), freq="30min", tz=ZONE)
    table = pd.DataFrame({"interval_start": starts, "contacts": contacts, "aht_s": AHT_S, **parts})
    table.insert(0, "queue", "support")
    table.insert(1, "channel", "voice")
    return table


@pytest.mark.parametrize("again", [0.0, 0.3, 0.7, 0.95])
@pytest.mark.parametrize("agents", [8, 10, 14])
def test_the_fixed_point_of_redials_leads_back_to_the_first_attempts(
    agents: int, again: float
) -> None:
    first = 10.0
    total = load_with_redials(agents, first, AHT_S, PATIENCE_S, again)
    lost = total * abandonment(agents, total, AHT_S, PATIENCE_S)
    whole_day = np.ones(48) * PER_INTERVAL
    need = unconstrained(
        history(whole_day * total, abandoned=whole_day * lost),
        INTERVAL_MIN,
        redial_probability=again,
    )
    assert need.history["contacts"].mean() == pytest.approx(first * PER_INTERVAL, rel=1e-6)
    # In the steady state each interval has as many redials, away from both ends of the history.
    middle = need.history["contacts"].iloc[12:-12]
    assert middle.to_numpy() == pytest.approx(first * PER_INTERVAL, rel=1e-3)


@pytest.mark.parametrize("again", [0.0, 0.5, 1.0])
def test_the_fixed_point_of_retries_leads_back_to_the_first_attempts(again: float) -> None:
    lines, first = 10, 8.0
    total = load_with_retries(lines, first, again)
    blocked = total * erlang_b(lines, total)
    whole_day = np.ones(48) * PER_INTERVAL
    need = unconstrained(
        history(
            whole_day * (total - blocked),
            blocked=whole_day * blocked,
            abandoned=np.zeros(48),
        ),
        INTERVAL_MIN,
        redial_probability=0.0,
        retry_probability=again,
    )
    assert need.history["contacts"].mean() == pytest.approx(first * PER_INTERVAL, rel=1e-6)


def test_a_simulated_centre_with_redials_gets_its_first_attempts_back() -> None:
    """Event by event: exponential services, patience and delays; 40 days of one load."""
    agents, first_per_h, again, delay_s = 9, 120.0, 0.6, 900.0
    firsts, offered, abandoned = simulate(agents, first_per_h, again, delay_s, hours=960, seed=7)
    need = unconstrained(
        history(offered, abandoned=abandoned),
        INTERVAL_MIN,
        redial_probability=again,
        redial_delay_min=delay_s / 60,
    ).history["contacts"]
    assert abandoned.sum() > 0.1 * offered.sum()
    assert need.sum() == pytest.approx(firsts.sum(), rel=0.01)
    # By interval too: nearer to the first attempts than the offered are.
    assert np.abs(need - firsts).mean() < 0.5 * np.abs(offered - firsts).mean()


def simulate(
    agents: int, first_per_h: float, again: float, delay_s: float, *, hours: int, seed: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """First attempts, offered and abandoned by half hour of a queue with redials."""
    random = np.random.default_rng(seed)
    end = 3600.0 * hours
    count = random.poisson(first_per_h * hours)
    calls = [(moment, True) for moment in np.sort(random.uniform(0, end, count))]
    heapq.heapify(calls)
    free = [0.0] * agents  # when each agent has answered all who wait for one
    tallies = np.zeros((3, 2 * hours))
    while calls and calls[0][0] < end:
        now, is_first = heapq.heappop(calls)
        slot = int(now // 1800)
        tallies[0, slot] += is_first
        tallies[1, slot] += 1
        patience = random.exponential(PATIENCE_S)
        if free[0] - now > patience:
            left = now + patience
            if left < end:
                tallies[2, int(left // 1800)] += 1
            if random.random() < again:
                heapq.heappush(calls, (left + random.exponential(delay_s), False))
        else:
            begin = max(now, heapq.heappop(free))
            heapq.heappush(free, begin + random.exponential(AHT_S))
    return tallies[0], tallies[1], tallies[2]
