"""Charts of agents by skill: how many, what they give, why not fewer, and what teaching saves."""

from __future__ import annotations

import math

import pandas as pd

from planner.charts import BLUE, GREEN, GREY, ORANGE, RED, Spec, finished, named_colours, tip
from planner.skill_model import SkillModel
from planner.skill_queues import PEER_ANSWER, is_example
from planner.skill_study import SkillStudy
from planner.skill_words import amount, lesson_words
from planner.text import Text
from planner.verify_words import interval_words, target_words

_SHARE = ".0%"
_ROW_PX = 36


def group_bars(groups: pd.DataFrame, text: Text) -> Spec:
    """Draw the agents of each group.

    Parameters
    ----------
    groups : DataFrame
        `SkillStaffing.groups`.
    text : Text
        The reader's language.
    """
    rows = pd.DataFrame(
        {
            "group": groups["group"],
            "agents": groups["agents"],
            "skills": [", ".join(skills) for skills in groups["skills"]],
            "several": [len(skills) > 1 for skills in groups["skills"]],
            "label": [text.number(agents) for agents in groups["agents"]],
        }
    )
    y = _rows_axis("group", rows["group"].tolist())
    x = {
        "field": "agents",
        "type": "quantitative",
        "title": text("skills.columns.agents"),
        "axis": {"format": ",d", "tickMinStep": 1, "tickCount": 5},
        # Room for the figure at the end.
        "scale": {"domain": [0, max(1.12 * float(rows["agents"].max()), 1.0)], "nice": False},
    }
    tips = [
        tip("group", text("skills.columns.group")),
        tip("skills", text("skills.columns.skills")),
        tip("agents", text("skills.columns.agents"), ",d"),
    ]
    colour = {"condition": {"test": "datum.several", "value": GREEN}, "value": BLUE}
    bars: Spec = {
        "mark": {"type": "bar", "cornerRadius": 2, "height": {"band": 0.65}},
        "encoding": {"y": y, "x": x, "color": colour, "tooltip": tips},
    }
    figures: Spec = {
        "mark": {"type": "text", "align": "left", "dx": 5, "color": GREY},
        "encoding": {"y": y, "x": x, "text": {"field": "label", "type": "nominal"}},
    }
    spec = {"height": {"step": _ROW_PX}, "layer": [bars, figures]}
    return finished(spec, rows, text, text("skills.charts.agents_alt"))


def queue_levels(queues: pd.DataFrame, text: Text) -> Spec:
    """Draw each queue's simulated service level with its interval beside its target.

    Parameters
    ----------
    queues : DataFrame
        `SkillStaffing.queues`; other measures are left to the table.
    text : Text
        The reader's language.
    """
    levels = queues[queues["measure"] == "service_level"].reset_index(drop=True)
    rows = levels[["queue", "target", "value", "low", "high"]].assign(
        interval=_intervals(levels, text),
        stated=[target_words(target, text) for target in levels["target"]],
    )
    least = rows[["target", "low"]].min(axis="columns").min()
    least = 0.0 if rows.empty else max(math.floor(20 * least - 0.5) / 20, 0.0)
    scale = named_colours(
        {text("skills.columns.value"): ORANGE, text("skills.columns.target"): GREY}
    )

    def colour(name: str) -> Spec:
        return {"datum": text(f"skills.columns.{name}"), "scale": scale}

    def x(field: str) -> Spec:
        return {
            "field": field,
            "type": "quantitative",
            "title": text("skills.measures.service_level"),
            "axis": {"format": _SHARE, "tickCount": 5},
            "scale": {"domain": [least, 1.0], "nice": False, "clamp": True},
        }

    tips = [
        tip("queue", text("skills.columns.queue")),
        tip("stated", text("skills.columns.target")),
        tip("value", text("skills.columns.value"), ".1%"),
        tip("interval", text("skills.columns.interval")),
    ]
    y = _rows_axis("queue", rows["queue"].tolist())
    layers: list[Spec] = [
        {
            "mark": {"type": "rule", "strokeWidth": 5, "opacity": 0.4},
            "encoding": {"x": x("low"), "x2": {"field": "high"}, "color": colour("value")},
        },
        {
            "mark": {"type": "tick", "thickness": 3, "size": 22},
            "encoding": {"x": x("target"), "color": colour("target"), "tooltip": tips},
        },
        {
            "mark": {"type": "point", "filled": True, "size": 90, "opacity": 1},
            "encoding": {"x": x("value"), "color": colour("value"), "tooltip": tips},
        },
    ]
    spec = {"height": {"step": _ROW_PX}, "encoding": {"y": y}, "layer": layers}
    return finished(spec, rows, text, text("skills.charts.levels_alt"))


def fewer_agents(study: SkillStudy, text: Text) -> Spec:
    """Draw the lowest service level by number of agents who know everything.

    Parameters
    ----------
    study : SkillStudy
    text : Text
        The reader's language.
    """
    marks = _marks(study, text)
    scale = named_colours({name: colour for name, _, colour in marks})
    stated = [each.service_level for each in study.model.targets.values() if each.service_level]
    target = min(stated, default=math.nan)
    curve = study.curve.assign(
        interval=_intervals(study.curve, text),
        target=target,
    )
    x = {
        "field": "agents",
        "type": "quantitative",
        "title": text("skills.charts.everybody_agents"),
        "axis": {"format": ",d", "tickMinStep": 1, "grid": False},
        "scale": {"zero": False, "nice": False, "padding": 8},
    }

    def y(field: str) -> Spec:
        return {
            "field": field,
            "type": "quantitative",
            "title": text("skills.columns.level"),
            "axis": {"format": _SHARE, "tickCount": 5},
            "scale": {"domain": [0.0, 1.0]},
        }

    layers: list[Spec] = [
        {
            "mark": {"type": "area", "opacity": 0.25, "color": BLUE},
            "encoding": {"x": x, "y": y("low"), "y2": {"field": "high"}},
        },
        {
            "mark": {"type": "line", "strokeWidth": 2, "color": BLUE, "point": {"color": BLUE}},
            "encoding": {
                "x": x,
                "y": y("level"),
                "tooltip": [
                    tip("agents", text("skills.columns.agents"), ",d"),
                    tip("level", text("skills.columns.level"), ".1%"),
                    tip("interval", text("skills.columns.interval")),
                ],
            },
        },
    ]
    if not math.isnan(target):
        mark = {"type": "line", "strokeWidth": 1.5, "strokeDash": [2, 3], "color": GREY}
        layers.append({"mark": mark, "encoding": {"x": x, "y": y("target")}})
    for name, at, _ in marks:
        layers.append(
            {
                "mark": {"type": "rule", "strokeWidth": 2, "strokeDash": [5, 4]},
                "encoding": {
                    "x": {"datum": at, "type": "quantitative"},
                    "color": {"datum": name, "scale": scale},
                },
            }
        )
    return finished({"height": 320, "layer": layers}, curve, text, text("skills.charts.fewer_alt"))


def lesson_savings(lessons: pd.DataFrame, model: SkillModel, text: Text) -> Spec:
    """Draw what each lesson saves in agents an hour, with its interval.

    Parameters
    ----------
    lessons : DataFrame
        From `planner.skill_study.worth_teaching`.
    model : SkillModel
        For the currency of its costs.
    text : Text
        The reader's language.
    """
    rows = lessons[["agents_saved", "agents_saved_low", "agents_saved_high"]].assign(
        lesson=[lesson_words(row, text) for _, row in lessons.iterrows()],
        colour=[GREEN if low > 0 else GREY for low in lessons["saved_low"]],
        money=[amount(saved, model, text) for saved in lessons["saved"]],
        zero=0.0,
    )
    x = {
        "type": "quantitative",
        "title": text("skills.columns.agents_saved"),
        "axis": {"format": ",.1f", "tickCount": 6},
    }
    y = _rows_axis("lesson", rows["lesson"].tolist())
    colour = {"field": "colour", "type": "nominal", "scale": None}
    tips = [
        tip("lesson", text("skills.columns.skill")),
        tip("agents_saved", text("skills.columns.agents_saved"), ",.2f"),
        tip("agents_saved_low", text("skills.columns.low"), ",.2f"),
        tip("agents_saved_high", text("skills.columns.high"), ",.2f"),
        tip("money", text("skills.columns.saved")),
    ]
    ends = {"x": {**x, "field": "agents_saved_low"}, "x2": {"field": "agents_saved_high"}}
    layers: list[Spec] = [
        {
            "mark": {"type": "rule", "color": GREY, "strokeDash": [4, 4]},
            "encoding": {"x": {**x, "field": "zero", "aggregate": "max"}},
        },
        {
            "mark": {"type": "rule", "strokeWidth": 5, "opacity": 0.4},
            "encoding": {"y": y, **ends, "color": colour},
        },
        {
            "mark": {"type": "point", "filled": True, "size": 90, "opacity": 1},
            "encoding": {
                "y": y,
                "x": {**x, "field": "agents_saved"},
                "color": colour,
                "tooltip": tips,
            },
        },
    ]
    spec = {"height": {"step": 28}, "layer": layers}
    return finished(spec, rows, text, text("skills.charts.taught_alt"))


def _marks(study: SkillStudy, text: Text) -> list[tuple[str, float, str]]:
    """Name, place and colour of each number of agents that means something."""
    found, load = study.staffing, study.model.load_erlangs
    known = [("load", load, RED, 1)]
    if is_example(study.model, study.groups):
        known.insert(0, ("peer", float(PEER_ANSWER), GREY, 0))
    if study.feasible:
        known += [
            ("pooled", float(found.pooled_agents), BLUE, 0),
            ("answer", float(found.agents), GREEN, 0),
            ("separate", float(found.separate_agents), ORANGE, 0),
        ]
    return [
        (text(f"skills.charts.{name}", count=text.number(at, digits)), at, colour)
        for name, at, colour, digits in known
    ]


def _intervals(levels: pd.DataFrame, text: Text) -> list[str]:
    return [
        interval_words(low, high, text)
        for low, high in zip(levels["low"], levels["high"], strict=True)
    ]


def _rows_axis(field: str, order: list[str]) -> Spec:
    return {
        "field": field,
        "type": "nominal",
        "sort": order,
        "title": None,
        "axis": {"labelLimit": 220, "ticks": False, "domain": False},
    }
