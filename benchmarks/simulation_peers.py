"""A peer's side of the simulation benchmark; runs in an environment that holds the peer alone.

It reads one JSON object a line, a day to simulate, and answers with what became of the calls and
the processor time it took: from building the model to counting its records, as a user must.
"""

from __future__ import annotations

import json
import platform
import random
import sys
import time
from importlib import import_module, metadata


def ciw_day(ciw, asked):
    """Build Ciw's network of one node with reneging customers, as its guide shows."""
    ciw.seed(asked["seed"])
    exponential = ciw.dists.Exponential
    network = ciw.create_network(
        arrival_distributions=[exponential(asked["rate"])],
        service_distributions=[exponential(1 / asked["aht_s"])],
        reneging_time_distributions=[exponential(1 / asked["patience_s"])],
        number_of_servers=[asked["agents"]],
    )
    day = ciw.Simulation(network)
    day.simulate_until_max_time(asked["day_s"])
    kinds = [record.record_type for record in day.get_all_records()]
    return {"finished": kinds.count("service"), "abandoned": kinds.count("renege")}


def simpy_day(simpy, asked, *, lean=False):
    """Follow SimPy's bank example with reneging; lean: no patience while an agent is free."""
    dice = random.Random(asked["seed"])  # noqa: S311 - a simulation
    env = simpy.Environment()
    team = simpy.Resource(env, capacity=asked["agents"])
    counts = {"finished": 0, "abandoned": 0}

    def call():
        with team.request() as agent:
            if not (lean and agent.triggered):
                yield agent | env.timeout(dice.expovariate(1 / asked["patience_s"]))
            if not agent.triggered:
                counts["abandoned"] += 1
                return
            yield env.timeout(dice.expovariate(1 / asked["aht_s"]))
            counts["finished"] += 1

    def calls():
        while True:
            yield env.timeout(dice.expovariate(asked["rate"]))
            env.process(call())

    env.process(calls())
    env.run(until=asked["day_s"])
    return counts


def serve(library):
    """Introduce the peer, then simulate until there are no more days."""
    module = import_module(library)
    versions = {each.name: each.version for each in metadata.distributions()}
    hello = {"python": platform.python_version(), "version": metadata.version(library)}
    print(json.dumps(hello | {"installed": dict(sorted(versions.items()))}), flush=True)
    days = {
        "ciw": lambda asked: ciw_day(module, asked),
        "simpy": lambda asked: simpy_day(module, asked),
        "simpy, lean": lambda asked: simpy_day(module, asked, lean=True),
    }
    for line in sys.stdin:
        asked = json.loads(line)
        start = time.process_time()
        counts = days[asked["how"]](asked)
        print(json.dumps(counts | {"seconds": time.process_time() - start}), flush=True)


if __name__ == "__main__":
    serve(sys.argv[1])
