"""The agents of one interval taken apart: a waterfall from the workload to those to schedule."""

from __future__ import annotations

import pandas as pd

from planner.charts import BLUE, GREY, ORANGE, Spec, finished, tip
from planner.text import Text
from staffing.explanation import PARTS

# A part this small is the last digit of a sum, not a part of an agent.
_SEEN = 0.005


def agents_waterfall(parts: pd.Series, text: Text) -> Spec:
    """Draw how the parts of an interval's agents add up.

    Parameters
    ----------
    parts : Series
        The parts of `staffing.explanation.PARTS` [agents], of one queue or added up over several.
    text : Text
        The reader's language.
    """
    shown = [name for name in PARTS if abs(parts[name]) >= _SEEN]
    agents = [float(parts[name]) for name in shown]
    ends = pd.Series(agents, dtype=float).cumsum().tolist()
    total = float(parts[list(PARTS)].sum())
    rows = pd.DataFrame(
        {
            "part": [text.column(name) for name in shown] + [text.column("agents_gross")],
            "from": [0.0, *ends[:-1], 0.0] if shown else [0.0],
            "to": [*ends, total],
            "agents": [text.number(value, 1) for value in agents] + [text.number(total)],
            "colour": [ORANGE if value > 0 else BLUE for value in agents] + [GREY],
        }
    )
    if shown and shown[0] == "agents_workload":
        rows.loc[0, "colour"] = GREY
    axis = {"labelLimit": 220, "ticks": False, "domain": False}
    # Without the order stated, a chart that gets new rows keeps the old ones' places.
    order = rows["part"].tolist()
    y = {"field": "part", "type": "nominal", "sort": order, "title": None, "axis": axis}
    agents_word = text("app.charts.agents_axis")
    x = {"type": "quantitative", "title": agents_word, "axis": {"tickMinStep": 1}}
    tips = [tip("part", text("app.requirement.parts")), tip("agents", agents_word)]
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
    figures: Spec = {
        "mark": {"type": "text", "align": "left", "dx": 5, "color": GREY},
        "encoding": {
            "y": y,
            "x": {**x, "field": "far"},
            "text": {"field": "agents", "type": "nominal"},
        },
    }
    rows["far"] = rows[["from", "to"]].max(axis="columns")
    spec = {"height": {"step": 28}, "layer": [bars, figures]}
    return finished(spec, rows, text, text("app.charts.parts_alt"))
