"""Pictures of a verified plan: what it promises beside what the simulation gives, and why."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from planner.charts import (
    BLUE,
    GREY,
    ORANGE,
    RED,
    Spec,
    clock_labels,
    finished,
    named_colours,
    quantity,
    time_axis,
    tip,
    tooltip_columns,
    wall_clock,
    with_gaps,
    with_last_step,
)
from planner.edit_value_words import signed_points
from planner.text import Text
from planner.verification import PROMISED, SIMULATED

_SHARE, _BIN = ".0%", 0.05
_ENDS = (PROMISED, SIMULATED)


def levels_by_day(days: pd.DataFrame, text: Text) -> Spec:
    """Draw promise and simulation, with its interval, of each day of one queue.

    Parameters
    ----------
    days : DataFrame
        One queue's rows of `Verification.periods("day")`.
    text : Text
        The reader's language.
    """
    rows = _drawn(days, wall_clock(days["start"].dt.normalize()), text)
    rows["when"] = [text.day(day) for day in rows["at"]]
    scale, title = _colours(text), text("verify.service_level")
    x = time_axis(form="%d %b")
    promised = {
        "mark": {"type": "tick", "orient": "horizontal", "thickness": 3, "width": 14},
        "encoding": {"y": _level("promised", title), "color": _colour(PROMISED, text, scale)},
    }
    bars = {
        "mark": {"type": "rule", "strokeWidth": 5, "opacity": 0.4},
        "encoding": {
            "y": _level("low", title),
            "y2": {"field": "high"},
            "color": _colour(SIMULATED, text, scale),
        },
    }
    points = {
        "mark": {"type": "point", "filled": True, "size": 60, "opacity": 1},
        "encoding": {"y": _level(SIMULATED, title), "color": _colour(SIMULATED, text, scale)},
    }
    layers = [bars, promised, points, _target(text, scale)]
    layers.append(tooltip_columns(_tips(text), len(rows), x))
    spec = {"height": 300, "encoding": {"x": x}, "layer": layers}
    return finished(spec, rows, text, text("verify.charts.days_alt"))


def levels_by_interval(intervals: pd.DataFrame, text: Text, *, interval_min: int) -> Spec:
    """Draw promise and simulation, with its interval, through one day of one queue.

    Parameters
    ----------
    intervals : DataFrame
        One queue's and day's rows of `Verification.periods("interval")`.
    text : Text
        The reader's language.
    interval_min : int
        Interval length [min].
    """
    drawn = _drawn(intervals, wall_clock(intervals["start"]), text)
    rows = with_gaps(with_last_step(drawn, interval_min), interval_min)
    rows["when"] = clock_labels(rows["at"])
    scale, title = _colours(text), text("verify.service_level")
    x = time_axis(form="%H:%M")
    band = {
        "mark": {"type": "area", "interpolate": "step-after", "opacity": 0.35},
        "encoding": {
            "y": _level("low", title),
            "y2": {"field": "high"},
            "color": _colour(SIMULATED, text, scale),
        },
    }
    lines = [
        {
            "mark": {"type": "line", "interpolate": "step-after", "strokeWidth": 2},
            "encoding": {"y": _level(name, title), "color": _colour(name, text, scale)},
        }
        for name in _ENDS
    ]
    layers = [band, *lines, _target(text, scale), tooltip_columns(_tips(text), len(rows), x)]
    spec = {"height": 280, "encoding": {"x": x}, "layer": layers}
    return finished(spec, rows, text, text("verify.charts.intervals_alt"))


def reasons_waterfall(steps: pd.DataFrame, text: Text) -> Spec:
    """Draw how the promise becomes what the simulation gives, each step with its interval.

    Parameters
    ----------
    steps : DataFrame
        One queue's rows of `Verification.steps`.
    text : Text
        The reader's language.
    """
    found = steps.set_index("step")
    names = [str(name) for name in found.index]
    values, lows, highs = (found[name].to_numpy(dtype=float) for name in ("value", "low", "high"))
    promised, moves, simulated = values[0], values[1:-1], values[-1]
    ends = promised + np.cumsum(moves)
    begins = np.array([0.0, promised, *ends[:-1], 0.0])
    rows = pd.DataFrame(
        {
            "part": [text(f"verify.steps.{name}") for name in names],
            "from": begins,
            "to": [promised, *ends, simulated],
            "level": [
                _level_words(value, name, text) for value, name in zip(values, names, strict=True)
            ],
            "colour": [GREY, *(RED if move < 0 else BLUE for move in moves), ORANGE],
        }
    )
    bases = np.where(np.isin(names, _ENDS), 0.0, begins)
    rows["low"] = bases + lows
    rows["high"] = bases + highs
    rows["far"] = rows[["from", "to", "high"]].max(axis="columns")
    order = rows["part"].tolist()
    axis = {"labelLimit": 190, "ticks": False, "domain": False}
    y = {"field": "part", "type": "nominal", "sort": order, "title": None, "axis": axis}
    # From nought on, the steps between two levels near one another would not be seen.
    least = max(np.floor(10 * rows[["low", "to"]].min(axis="columns").min() - 0.5) / 10, 0.0)
    scale = {"domain": [least, 1.12], "clamp": True, "nice": False}
    x = {
        "type": "quantitative",
        "title": text("verify.service_level"),
        "scale": scale,
        # Room for the figures at the bars' ends, but no level above one.
        "axis": {"format": _SHARE, "values": np.arange(least, 1.01, 0.1).round(1).tolist()},
    }
    tips = [tip("part", text("verify.step")), tip("level", text("verify.service_level"))]
    rows["from"] = rows["from"].clip(lower=least)
    bars: Spec = {
        "mark": {"type": "bar", "height": {"band": 0.7}, "cornerRadius": 2},
        "encoding": {
            "y": y,
            "x": {**x, "field": "from"},
            "x2": {"field": "to"},
            "color": {"field": "colour", "type": "nominal", "scale": None},
            "tooltip": tips,
        },
    }
    errors: Spec = {
        "mark": {"type": "rule", "strokeWidth": 2, "color": GREY},
        "encoding": {"y": y, "x": {**x, "field": "low"}, "x2": {"field": "high"}},
    }
    figures: Spec = {
        "mark": {"type": "text", "align": "left", "dx": 5, "color": GREY},
        "encoding": {
            "y": y,
            "x": {**x, "field": "far"},
            "text": {"field": "level", "type": "nominal"},
        },
    }
    spec = {"height": {"step": 34}, "layer": [bars, errors, figures]}
    return finished(spec, rows, text, text("verify.charts.reasons_alt"))


def day_histogram(levels: NDArray[np.float64], target: float, text: Text) -> Spec:
    """Draw how often a day has which service level.

    Parameters
    ----------
    levels : array
        From `Verification.day_levels`.
    target : float
        Drawn as a line; none if NaN.
    text : Text
        The reader's language.
    """
    edges = np.linspace(0.0, 1.0, round(1 / _BIN) + 1)
    days, _ = np.histogram(levels, edges)
    rows = pd.DataFrame(
        {"from": edges[:-1], "to": edges[1:], "share": days / max(len(levels), 1)}
    ).assign(target=target)
    rows["when"] = [f"{text.percent(low)} – {text.percent(high)}" for low, high in pairwise(edges)]
    x = {
        "type": "quantitative",
        "title": text("verify.charts.level_of_day"),
        "axis": {"format": _SHARE, "grid": False},
        "scale": {"domain": [0.0, 1.0]},
    }
    scale = named_colours({text("verify.columns.target"): GREY})
    bars: Spec = {
        "mark": {"type": "bar", "color": ORANGE, "binSpacing": 2},
        "encoding": {
            "x": {**x, "field": "from", "bin": {"binned": True, "step": _BIN}},
            "x2": {"field": "to"},
            "y": quantity("share", text("verify.charts.share_of_days"), form=_SHARE),
            "tooltip": [
                tip("when", text("verify.service_level")),
                tip("share", text("verify.charts.share_of_days"), ".1%"),
            ],
        },
    }
    layers = [bars]
    if np.isfinite(target):
        mark = {"type": "rule", "strokeWidth": 2, "strokeDash": [5, 4]}
        colour = {"datum": text("verify.columns.target"), "scale": scale}
        layers.append(
            {
                "mark": mark,
                "encoding": {"x": {**x, "field": "target", "aggregate": "max"}, "color": colour},
            }
        )
    return finished(
        {"height": 260, "layer": layers}, rows, text, text("verify.charts.histogram_alt")
    )


def _level_words(value: float, name: str, text: Text) -> str:
    return text.percent(value, 1) if name in _ENDS else signed_points(value, text)


def _drawn(periods: pd.DataFrame, at: pd.Series, text: Text) -> pd.DataFrame:
    names = [PROMISED, SIMULATED, "low", "high", "target", "chance"]
    reasons = [text(f"verify.reasons.{code}") for code in periods["reason"]]
    return periods[names].assign(at=at, reason=reasons).reset_index(drop=True)


def _colours(text: Text) -> Spec:
    names = {PROMISED: BLUE, SIMULATED: ORANGE, "target": GREY}
    return named_colours({text(f"verify.columns.{name}"): c for name, c in names.items()})


def _colour(name: str, text: Text, scale: Spec) -> Spec:
    return {"datum": text(f"verify.columns.{name}"), "scale": scale, "legend": {"columns": 3}}


def _level(field: str, title: str) -> Spec:
    return quantity(field, title, form=_SHARE, zero=False)


def _target(text: Text, scale: Spec) -> Spec:
    return {
        "mark": {"type": "line", "strokeWidth": 1.5, "strokeDash": [5, 4]},
        "encoding": {
            "y": {"field": "target", "type": "quantitative"},
            "color": _colour("target", text, scale),
        },
    }


def _tips(text: Text) -> list[Spec]:
    shares = [PROMISED, SIMULATED, "low", "high", "chance"]
    return [
        tip("when", text("app.charts.when")),
        *(tip(name, text(f"verify.columns.{name}"), ".1%") for name in shares),
        tip("reason", text("verify.columns.reason")),
    ]
