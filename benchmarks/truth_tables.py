"""How many rows of the truth tables each engine gets wrong.

The tables were computed at fifty digits, apart from any engine. A measure is called wrong when it
is off by more than a planner could see: a tenth of a point of a share, or half a second of waiting.
A number of agents is wrong when it is another number. A refusal is not an answer, so it is neither.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from staffing.queues.erlang import erlang_b, offered_load
from staffing.queues.measures import erlang_measures
from staffing.queues.sizing import agents_required, lines_required

if TYPE_CHECKING:
    from peers import Peer

TRUTH = Path(__file__).parents[2] / "shared" / "truth"
TABLES = {"measures": "erlang_metrics.csv", "agents": "erlang_required.csv"}
MODELS = ("erlang_b", "erlang_c", "erlang_a")
MEASURES = ("p_wait", "service_level", "asa_s", "p_abandon", "occupancy")
VISIBLE = pd.Series({name: 0.5 if name == "asa_s" else 0.001 for name in MEASURES})

LIMIT_S = 1.0
"""Seconds a peer has for one row of a table."""


def accuracy(peers: dict[str, Peer]) -> dict[str, Any]:
    """Rows right and wrong by table, model and engine; a reason where there are no tables."""
    if not TRUTH.is_dir():
        return {"skipped": "the truth tables are not part of a clone"}
    found = {}
    for want, file in TABLES.items():
        table = pd.read_csv(TRUTH / file, float_precision="round_trip")
        for model in MODELS:
            truth = table[table["model"] == model].reset_index(drop=True)
            rows = truth.astype(object).where(truth.notna(), None).to_dict("records")
            replies = {"aforo": [aforo(want, row) for row in rows]}
            for name, peer in peers.items():
                answers = peer.answers(
                    want, rows, limit_s=LIMIT_S, budget_s=LIMIT_S * (len(rows) + 1)
                )
                replies[name] = [reply for reply, _ in answers]
            judge = judged_measures if want == "measures" else judged_agents
            found[f"{want} {model}"] = {
                name: fates(engine, judge(engine, truth)) for name, engine in replies.items()
            }
    return found


def aforo(want: str, row: dict[str, Any]) -> Any:
    """Our own answer to a row."""
    load = offered_load(row["volume"], row["aht_s"], row["interval_s"])
    named = {"sl_target": "service_level", "target_s": "within_s"}
    if row["model"] == "erlang_b":
        if want == "measures":
            lost = float(erlang_b(row["agents"], load))
            return {"p_wait": lost, "p_abandon": lost, "service_level": 1 - lost}
        return int(
            lines_required(load, 1 - row["sl_target"], max_occupancy=row["max_occupancy"] or 1)
        )
    if want == "measures":
        found = erlang_measures(
            row["agents"], load, row["aht_s"], row["target_s"], patience_s=row["patience_s"]
        )
        return {name: float(getattr(found, name)) for name in MEASURES}
    given = ("sl_target", "target_s", "max_asa_s", "max_occupancy", "patience_s")
    targets = {named.get(name, name): row[name] for name in given if row[name] is not None}
    return int(agents_required(load, row["aht_s"], **targets))


def fate(reply: Any) -> str:
    """Tell an answer from the three ways of giving none."""
    if reply is None:
        return "unfinished"
    if isinstance(reply, dict) and (none := {"refused", "not_offered"} & reply.keys()):
        return none.pop()
    return "answered"


def fates(replies: list[Any], judged: dict[str, Any]) -> dict[str, Any]:
    """Count what became of every row, the wrong ones apart from the right."""
    counted = Counter(fate(reply) for reply in replies)
    answered = counted.pop("answered", 0)
    return {"right": answered - judged["wrong"]} | judged | dict(counted)


def judged_agents(replies: list[Any], truth: pd.DataFrame) -> dict[str, Any]:
    """Count other numbers of agents than the table's; how many agents too few and too many."""
    answered = [fate(reply) == "answered" for reply in replies]
    numbers = [reply for reply, there in zip(replies, answered, strict=True) if there]
    off = np.array(numbers, dtype=np.int64) - truth["agents_required"].to_numpy()[answered]
    return {"wrong": int((off != 0).sum())} | agents_off(off)


def agents_off(off: np.ndarray) -> dict[str, int]:
    """Furthest below and above the right number of agents."""
    return {
        "most_too_few": int(max(0, -off.min(initial=0))),
        "most_too_many": int(max(0, off.max(initial=0))),
    }


def judged_measures(replies: list[Any], truth: pd.DataFrame) -> dict[str, Any]:
    """Count rows with any measure visibly off; the largest error of each (waits: relative)."""
    told = [reply if fate(reply) == "answered" else {} for reply in replies]
    found = pd.DataFrame(told, columns=MEASURES, index=truth.index).astype(float)
    true = truth[list(MEASURES)]
    # A measure that a peer does not give counts for nothing; one it gives as NaN counts as wrong.
    given = pd.DataFrame([[name in reply for name in MEASURES] for reply in told], columns=MEASURES)
    error = (found - true).abs().mask(found == true, 0.0).where(given & true.notna())
    wrong = ((error > VISIBLE) | (given & true.notna() & found.isna())).any(axis=1)
    error["asa_s"] = error["asa_s"] / true["asa_s"].where(true["asa_s"] > 0)
    largest = error.max().dropna()
    return {"wrong": int(wrong.sum()), "largest_error": largest.to_dict()}
