"""Agents by skill in words, for every face."""

from __future__ import annotations

import math

import pandas as pd

from planner.skill_model import SkillModel, SkillsRefused
from planner.skill_queues import PEER_ANSWER, is_example
from planner.skill_study import SkillStudy
from planner.text import Row, Text
from planner.verify_words import interval_words

_SAME = 5e-4  # a gap that reads as 0.0 %


def hours_words(model: SkillModel, text: Text) -> str:
    """Say which hours are staffed, and how much work they hold."""
    load = text.number(model.load_erlangs, 1)
    if model.start is None or model.end is None:
        return text("skills.typed", load=load)
    return text(
        "skills.hours",
        day=text.day(model.start),
        start=text.time(model.start),
        end=text.time(model.end),
        load=load,
    )


def amount(cost: float, model: SkillModel, text: Text) -> str:
    """Write what an hour costs or saves: money, or agents of one skill where none is known."""
    if model.currency:
        return text.money(cost, model.currency, 2)
    return text.number(cost, 2)


def cost_words(cost: float, model: SkillModel, text: Text) -> str:
    """Write a cost per hour; in agents of one skill where no money is known."""
    if model.currency:
        return text("skills.cost", cost=text.money(cost, model.currency, 2))
    return text("skills.cost_in_agents", cost=text.number(cost, 1))


def verdict(study: SkillStudy, text: Text) -> str:
    """Say how many agents it takes, at what cost, how sure that is, and how good."""
    found, model = study.staffing, study.model
    said = [
        text(
            f"skills.told.{found.status}",
            agents=text.number(found.agents),
            cost=cost_words(found.cost_per_hour, model, text),
            queues=", ".join(found.out_of_reach),
        )
    ]
    if not study.feasible:
        return said[0]
    if len(model.queues) > 1:
        pooled, separate = text.number(found.pooled_agents), text.number(found.separate_agents)
        said.append(text("skills.between", pooled=pooled, separate=separate))
    if found.gap < _SAME:
        said.append(text("skills.bound_met"))
    elif not math.isnan(found.gap):
        key, bound = "skills.bound_in_agents", text.number(found.lower_bound, 1)
        if model.currency:
            key, bound = "skills.bound", cost_words(found.lower_bound, model, text)
        said.append(text(key, bound=bound, gap=text.percent(found.gap, 1)))
    return " ".join(said)


def binding_sentence(row: Row, text: Text) -> str:
    """Say which queue would miss its target with one agent fewer: a row of the groups."""
    if not row["agents"]:
        return text("skills.unused", group=row["group"])
    return text("skills.binding", group=row["group"], queue=row["binding"])


def fewer_sentences(study: SkillStudy, text: Text) -> list[str]:
    """Say why fewer agents will not do, whatever they know."""
    model, found = study.model, study.staffing
    load = model.load_erlangs
    patient = all(queue.patience is not None for queue in model.queues)
    fewest = math.ceil(load) - 1
    said = [
        text(
            "skills.load_patient" if patient else "skills.load",
            load=text.number(load, 1),
            fewer=text.number(fewest),
        )
    ]
    if found.pooled_agents:
        said.append(text("skills.pooled", pooled=text.number(found.pooled_agents)))
    if is_example(model, study.groups):
        level = study.curve.loc[study.curve["agents"] == PEER_ANSWER, "level"].iloc[0]
        told = {"agents": text.number(PEER_ANSWER), "level": text.percent(level, 1)}
        said.append(text("skills.peer", **told))
    return said


def best_lesson(lessons: pd.DataFrame, model: SkillModel, text: Text) -> str:
    """Say what is most worth teaching, and how much each number of learners saves."""
    sure = lessons[lessons["saved_low"] > 0]
    if sure.empty:
        return text("skills.taught.nothing")
    first = sure.iloc[0]  # of the lesson that can save most
    same = (sure["skill"] == first["skill"]) & (sure["group"] == first["group"])
    sizes = [
        text(
            "skills.taught.size_priced" if model.currency else "skills.taught.size",
            taught=text.number(row["taught"]),
            saved=text.number(row["agents_saved"], 1),
            low=text.number(row["agents_saved_low"], 1),
            high=text.number(row["agents_saved_high"], 1),
            money=text.money(row["saved"], model.currency, 2) if model.currency else "",
        )
        for _, row in sure[same].iterrows()
    ]
    told = {"skill": first["skill"], "group": first["group"], "sizes": "; ".join(sizes)}
    return text("skills.taught.best", **told)


def lesson_words(row: Row, text: Text) -> str:
    """Name a lesson: what, to whom, to how many."""
    return text(
        "skills.charts.lesson",
        skill=row["skill"],
        group=row["group"],
        taught=text.number(row["taught"]),
    )


def notes_told(model: SkillModel, text: Text) -> list[str]:
    """Say which queues of the plan are left out, and what was assumed."""
    return [
        text(f"skills.notes.{code}", queues=", ".join(rows["queue"]))
        for code, rows in model.notes.groupby("code", sort=False)
    ]


def level_words(row: Row, name: str, text: Text) -> str:
    """Write a target or a simulated value by its measure: a row of the queues' levels."""
    value = row[name]
    return text.duration(value) if row["measure"] == "asa_s" else text.percent(value, 1)


def level_interval(row: Row, text: Text) -> str:
    """Write the interval of a simulated value by its measure."""
    if row["measure"] == "asa_s":
        return f"{text.duration(row['low'])} – {text.duration(row['high'])}"
    return interval_words(row["low"], row["high"], text)


def why_refused(refused: SkillsRefused, text: Text) -> str:
    """Say why hours or queues cannot be staffed by skill."""
    fields = {"found": refused.found, "expected": refused.expected}
    return text(f"skills.refused.{refused.code}", **fields)
