"""The simulator against ciw and simpy in one run, and a week of a whole centre on two threads.

`make bench-simulation` prints the tables and writes benchmarks/results/simulation.json. A peer runs
in a process and an environment of its own (see peers.py) and takes turns with us. Times of the day
are the processor's, so that what else the machine does counts against nobody; the week's is a
clock's, because that is what a planner waits for.
"""

from __future__ import annotations

import json
import os
import time
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from peers import start_peers
from queueing import machine, spread

from staffing import (
    Absence,
    Agent,
    AgentGroup,
    Arrivals,
    Duration,
    Shift,
    SimulatedCentre,
    SimulatedQueue,
    abandonment,
    simulate_centre,
)

if TYPE_CHECKING:
    from peers import Peer

RESULTS = Path(__file__).parent / "results" / "simulation.json"
PEERS = {"ciw": ("ciw==3.2.7", "3.11"), "simpy": ("simpy==4.1.2", "3.11")}
WAYS = {"ciw": "ciw", "simpy": "simpy", "simpy, lean": "simpy"}
"""How a day is asked for, and of whom."""

CALLS, AGENTS, AHT_S, PATIENCE_S, DAY_S = 10_000, 100, 820.0, 180.0, 86_400.0
ROUNDS = 7
DAYS_A_TURN = 100
"""Ours; a peer's turn is one day."""

WEEK_RUNS, WEEK_THREADS = 100, 2


def one_day() -> SimulatedCentre:
    """Make the day of ten thousand calls and a hundred agents."""
    calls = SimulatedQueue(
        name="calls",
        arrivals=Arrivals(contacts=(CALLS / 96,) * 96),
        handling=Duration.exponential(AHT_S),
        patience=Duration.exponential(PATIENCE_S),
    )
    team = AgentGroup(name="team", skills=("calls",), agents=AGENTS)
    return SimulatedCentre(queues=(calls,), groups=(team,))


def our_turn(centre: SimulatedCentre, seed: int) -> dict[str, float]:
    """Simulate a hundred days on one thread: seconds a day, and what became of the calls."""
    start = time.process_time()
    found = simulate_centre(centre, replications=DAYS_A_TURN, seed=seed, threads=1)
    seconds = (time.process_time() - start) / DAYS_A_TURN
    tally = found.answers.tally
    return {
        "seconds": seconds,
        "events": found.events() / DAYS_A_TURN,
        "finished": float(tally["finished"].sum() / DAYS_A_TURN),
        "abandoned": float(tally["abandoned"].sum() / DAYS_A_TURN),
    }


def race(peers: dict[str, Peer]) -> dict[str, Any]:
    """Take alternating turns: a peer's every day follows a turn of ours."""
    centre = one_day()
    our_turn(centre, 0)  # compiles, or reads what was compiled
    asked = {
        "rate": CALLS / DAY_S,
        "aht_s": AHT_S,
        "patience_s": PATIENCE_S,
        "agents": AGENTS,
        "day_s": DAY_S,
    }
    ways = {way: peers[name] for way, name in WAYS.items() if name in peers}
    ours: list[dict[str, float]] = []
    theirs: dict[str, list[dict[str, float]]] = {way: [] for way in ways}
    ratios: dict[str, list[float]] = {way: [] for way in ways}
    for turn in range(ROUNDS):
        for way, peer in ways.items():
            ours.append(our_turn(centre, 1 + len(ours)))
            theirs[way].append(peer.day(how=way, seed=turn, **asked))
            ratios[way].append(theirs[way][-1]["seconds"] / ours[-1]["seconds"])
        if not ways:
            ours.append(our_turn(centre, 1 + turn))
    rates = [turn["events"] / turn["seconds"] / 1e6 for turn in ours]
    rows = {"aforo": _row(ours) | {"million_events_a_second": spread(rates)}}
    for way, turns in theirs.items():
        rows[way] = _row(turns) | {"times_slower": spread(ratios[way])}
    return rows


def _row(turns: list[dict[str, float]]) -> dict[str, Any]:
    abandoned = sum(turn["abandoned"] for turn in turns)
    ended = abandoned + sum(turn["finished"] for turn in turns)
    return {
        "ms_a_day": spread([turn["seconds"] * 1e3 for turn in turns]),
        "abandonment": float(f"{abandoned / ended:.4g}"),
    }


def one_week() -> SimulatedCentre:
    """Make a week of five channels and three hundred agents in eight groups, open from 8 to 20."""
    hour = np.arange(672) / 4 % 24
    day = np.arange(672) // 96
    shape = np.exp(-(((hour - 12.5) / 4.0) ** 2)) * np.where(day < 5, 1.0, 0.5)
    shape *= (hour >= 8) & (hour < 20)
    opening = tuple((86_400.0 * d + 28_800.0, 86_400.0 * d + 72_000.0) for d in range(7))

    def arrivals(peak: float) -> Arrivals:
        return Arrivals(contacts=tuple(peak * shape), cv_day=0.08, cv_interval=0.05)

    handled, patient = Duration.lognormal(300, cv=1.2), Duration.exponential(180)
    chat = {"concurrency": 3, "aht_by_concurrency": (1.0, 1.2, 1.5), "patience": patient}
    shut = {"opening": opening, "at_close": "carry_over"}
    queues = (
        SimulatedQueue(
            name="voice",
            arrivals=arrivals(260),
            handling=handled,
            patience=patient,
            redial_probability=0.4,
            repeat_probability=0.1,
            transfers=(("support", 0.05),),
            callback_after_s=120.0,
            callback_accepted=0.3,
            callback_queue="callback",
            opening=opening,
            at_close="finish",
        ),
        SimulatedQueue(
            name="support",
            arrivals=arrivals(70),
            handling=Duration.gamma(480, cv=0.9),
            patience=patient,
            opening=opening,
            at_close="drop",
        ),
        SimulatedQueue(
            name="chat",
            channel="chat",
            arrivals=arrivals(110),
            handling=Duration.lognormal(420, cv=0.8),
            opening=opening,
            at_close="finish",
            **chat,
        ),
        SimulatedQueue(
            name="email",
            channel="email",
            arrivals=arrivals(90),
            handling=Duration.gamma(360, cv=0.7),
            priority=2,
            reserve=2,
            deadline_h=4.0,
            **shut,
        ),
        SimulatedQueue(
            name="callback",
            channel="callback",
            arrivals=arrivals(5),
            handling=Duration.lognormal(300, cv=1.0),
            priority=1,
            deadline_h=2.0,
            **shut,
        ),
    )
    skills = {
        "voice": (80, ("voice", "callback")),
        "support": (30, ("support",)),
        "voice and support": (50, ("voice", "support", "callback")),
        "chat": (40, ("chat",)),
        "chat and email": (30, ("chat", "email")),
        "voice and email": (30, ("voice", "email", "callback")),
        "email": (20, ("email",)),
        "everything": (20, ("voice", "support", "chat", "email", "callback")),
    }
    groups = tuple(
        AgentGroup(
            name=name,
            skills=names,
            agents=tuple(
                Agent(name=f"{name} {number}", shifts=_shifts(number)) for number in range(people)
            ),
            preference=tuple(range(1, len(names) + 1)),
            absences=(Absence(kind="sickness", share=0.05),),
        )
        for name, (people, names) in skills.items()
    )
    return SimulatedCentre(queues=queues, groups=groups, routing="preference")


def _shifts(number: int) -> tuple[Shift, ...]:
    """Give an agent five days of eight and a half hours, an early or a late one, three breaks."""
    start = 28_800.0 + 900.0 * (number % 15)
    free = {number % 7, (number + 1) % 7} if number % 3 == 0 else {5, 6}
    breaks = ((2.0, 0.25), (4.0, 0.5), (6.5, 0.25))
    return tuple(
        Shift(
            start_s=86_400.0 * day + start,
            end_s=86_400.0 * day + start + 8.5 * 3600,
            breaks=tuple(
                (
                    86_400.0 * day + start + after * 3600,
                    86_400.0 * day + start + (after + length) * 3600,
                )
                for after, length in breaks
            ),
        )
        for day in range(7)
        if day not in free
    )


def week() -> dict[str, Any]:
    """Simulate the week a hundred times on two threads, by the clock, with progress told."""
    centre, told = one_week(), []
    seconds = []
    for seed in range(3):
        start = time.perf_counter()
        found = simulate_centre(
            centre,
            replications=WEEK_RUNS,
            seed=seed,
            threads=WEEK_THREADS,
            progress=lambda done, _: told.append(done),
        )
        seconds.append(time.perf_counter() - start)
    levels = found.measure()
    names = [queue.name for queue in centre.queues]
    return {
        "queues": len(names),
        "agents": sum(len(group.names()) for group in centre.groups),
        "replications": WEEK_RUNS,
        "threads": WEEK_THREADS,
        "seconds": spread(seconds),
        "events_a_replication": found.events() // WEEK_RUNS,
        "progress_told": len(told) // len(seconds),
        "service_level": {
            name: [float(f"{value:.4g}"), float(f"{half:.2g}")]
            for name, value, half in zip(
                names, levels.value[:, 0], levels.half_width[:, 0], strict=True
            )
        },
    }


def main() -> None:
    """Measure, print and write."""
    with ExitStack() as running:
        peers, absent = start_peers(running, PEERS, "simulation_peers.py")
        report = {
            "machine": machine(),
            "load": os.getloadavg()[0],
            "peers": {name: peer.about for name, peer in peers.items()},
            "absent": absent,
            "rounds": ROUNDS,
            "exact_abandonment": float(
                f"{abandonment(AGENTS, CALLS * AHT_S / DAY_S, AHT_S, PATIENCE_S):.4g}"
            ),
            "day": race(peers),
            "week": week(),
        }
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
    for name, reason in absent.items():
        print(f"{name} is absent: {reason}")
    print(f"{'day':12} {'ms':>8} {'times slower: min-median-max':>30} {'gave up':>8}")
    for name, row in report["day"].items():
        times = "-".join(f"{ratio:,.0f}" for ratio in row.get("times_slower", []))
        print(f"{name:12} {row['ms_a_day'][1]:8.2f} {times:>30} {row['abandonment']:8.2%}")
    print(f"exactly, in the long run {report['exact_abandonment']:.2%}")
    print(f"million events a second: {report['day']['aforo']['million_events_a_second']}")
    print(json.dumps(report["week"], indent=1))


if __name__ == "__main__":
    main()
