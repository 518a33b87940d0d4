"""A peer's side of the benchmark; runs in an environment that holds the peer and nothing of ours.

It reads one JSON object a line and answers with one. A question is a row with the columns of the
truth tables (seconds, blanks as null); it is turned into a call with the peer's own arguments
before the clock starts. Refusals are answers too: `{"refused": why}`, `{"not_offered": what}`;
null is a call stopped at its time limit.
"""

from __future__ import annotations

import json
import platform
import signal
import sys
import time
from functools import partial
from importlib import import_module, metadata


class OutOfTime(BaseException):
    """The time limit; no Exception, because turbotab turns every Exception into its own."""


class NotOfferedError(Exception):
    """The peer has no such model or target."""


class Pyworkforce:
    """Either version: one object per interval, times in minutes."""

    library = "pyworkforce"

    def __init__(self) -> None:
        self.queuing = import_module("pyworkforce.queuing")

    def queue(self, row):
        """Give a call that makes the queue of a row."""
        name = {"erlang_b": "ErlangB", "erlang_c": "ErlangC", "erlang_a": "ErlangA"}[row["model"]]
        if not hasattr(self.queuing, name):
            raise NotOfferedError(name)
        given = {
            "transactions": row["volume"],
            "aht": row["aht_s"] / 60,
            "interval": row["interval_s"] / 60,
        }
        if row["target_s"] is not None:
            given["asa"] = row["target_s"] / 60  # what it calls asa is the time to answer within
        if row["model"] == "erlang_a":
            given["patience"] = row["patience_s"] / 60
        return partial(getattr(self.queuing, name), **given)

    def agents(self, row):
        """Give a call that sizes a row."""
        queue = self.queue(row)
        if row["sl_target"] is None or row["max_asa_s"] is not None:
            raise NotOfferedError("sizing without a service level, or by mean wait")
        loss = row["model"] == "erlang_b"
        target = (
            {"max_blocking": 1 - row["sl_target"]} if loss else {"service_level": row["sl_target"]}
        )
        if row["max_occupancy"] is not None:
            target["max_occupancy"] = row["max_occupancy"]
        return lambda: queue().required_positions(**target)["raw_positions"]

    def measures(self, row):
        """Give a call that measures a row's agents."""
        make, agents, model = self.queue(row), row["agents"], row["model"]

        def measure():
            queue = make()
            found = {"occupancy": queue.achieved_occupancy(agents)}
            if model == "erlang_b":
                return found | {"p_wait": queue.blocking_probability(agents)}
            found["p_wait"] = queue.waiting_probability(agents)
            found["service_level"] = queue.service_level(agents)
            if model == "erlang_a":
                found["p_abandon"] = queue.abandonment_probability(agents)
                found["asa_s"] = queue.average_speed_of_answer(agents) * 60
            return found

        return measure


class Turbotab:
    """Functions of one interval each, times in seconds."""

    library = "turbotab"

    def __init__(self) -> None:
        self.capacity = import_module("mod_turbotab.agents.capacity")
        self.erlang = import_module("mod_turbotab.calculations.erlang")
        self.queues = import_module("mod_turbotab.queues.queues")

    def agents(self, row):
        """Give a call that sizes a row."""
        volume, aht, interval = row["volume"], row["aht_s"], row["interval_s"]
        by_wait = row["max_asa_s"] is not None
        if row["model"] == "erlang_b" or (by_wait and row["model"] == "erlang_a"):
            raise NotOfferedError("lines by blocking, or Erlang A by mean wait")
        if row["sl_target"] is None and not by_wait:
            raise NotOfferedError("sizing by occupancy alone")
        calls = []
        if row["sl_target"] is not None:
            more = {"patience": row["patience_s"], "max_occupancy": row["max_occupancy"]}
            more = {name: value for name, value in more.items() if value is not None}
            size = self.capacity.agents_required
            calls.append(
                partial(size, row["sl_target"], row["target_s"], volume, aht, interval, **more)
            )
        if by_wait:
            calls.append(partial(self.capacity.agents_asa, row["max_asa_s"], volume, aht, interval))
        return calls[0] if len(calls) == 1 else lambda: max(call() for call in calls)

    def measures(self, row):
        """Give a call that measures a row's agents."""
        agents, aht, interval = row["agents"], row["aht_s"], row["interval_s"]
        given = (row["volume"], aht, interval)
        load = row["volume"] * aht / interval

        def loss():
            return {"p_wait": self.erlang.erlang_b(agents, load)}

        def endless_patience():
            return {
                "p_wait": self.queues.queued(agents, *given),
                "service_level": self.queues.sla_metric(agents, row["target_s"], *given),
                "asa_s": self.capacity.asa(agents, *given),
                "occupancy": self.capacity.occupancy(agents, *given),
            }

        def limited_patience():
            found = self.erlang.erlang_a(agents, load, row["patience_s"], aht)
            return {
                "p_wait": found["pw"],
                "service_level": found["sla"](row["target_s"]),
                "asa_s": found["asa"],
                "p_abandon": found["abandon_rate"],
            }

        return {"erlang_b": loss, "erlang_c": endless_patience, "erlang_a": limited_patience}[
            row["model"]
        ]


def answer(prepare, row, limit_s):
    """Ask the peer one question, for so many seconds at most."""
    try:
        call = prepare(row)
    except NotOfferedError as missing:
        return {"not_offered": str(missing)}
    signal.setitimer(signal.ITIMER_REAL, limit_s)
    try:
        return call()
    except OutOfTime:
        return None
    except Exception as error:  # noqa: BLE001 - whatever a peer raises is its answer
        return {"refused": f"{type(error).__name__}: {error}"}
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


def answers(prepare, rows, limit_s, budget_s):
    """Answer rows in turn until the budget is spent; with each the seconds it took."""
    found, start = [], time.perf_counter()
    for row in rows:
        begin = time.perf_counter()
        left = budget_s - (begin - start)
        if left <= 0:
            break
        reply = answer(prepare, row, min(limit_s, left))
        found.append([reply, time.perf_counter() - begin])
    return found


def seconds_a_pass(prepare, rows, turn_s):
    """Answer all rows again and again for at least `turn_s`."""
    calls = [prepare(row) for row in rows]
    passes, start = 0, time.perf_counter()
    while (spent := time.perf_counter() - start) < turn_s or not passes:
        for call in calls:
            call()
        passes += 1
    return spent / passes


def serve(peer):
    """Introduce the peer, then answer until there are no more questions."""
    versions = {each.name: each.version for each in metadata.distributions()}
    hello = {"python": platform.python_version(), "version": metadata.version(peer.library)}
    print(json.dumps(hello | {"installed": dict(sorted(versions.items()))}), flush=True)
    for line in sys.stdin:
        asked = json.loads(line)
        prepare = getattr(peer, asked["want"])
        if "turn_s" in asked:
            reply = seconds_a_pass(prepare, asked["rows"], asked["turn_s"])
        else:
            reply = answers(prepare, asked["rows"], asked["limit_s"], asked["budget_s"])
        print(json.dumps(reply), flush=True)


def stop(_number, _frame):
    """Interrupt the call that is running."""
    raise OutOfTime


if __name__ == "__main__":
    signal.signal(signal.SIGALRM, stop)
    serve({"pyworkforce": Pyworkforce, "turbotab": Turbotab}[sys.argv[1]]())
