"""Heat maps: days from top to bottom, times of day from left to right."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from planner.charts import TENTH, WHOLE, Spec, finished
from planner.text import Text

_ROW_PX = {"few": 34, "some": 24, "many": 19}
# On a phone the figures would overprint each other: they show where a cell has room for them.
_DIGIT_PX = 6.2


def heat_map(
    cells: pd.DataFrame,
    text: Text,
    *,
    value_title: str,
    tips: Sequence[Spec],
    alt: str,
    form: str = WHOLE,
    difference: bool = False,
) -> Spec:
    """Draw days (or weekdays) as rows, times of day as columns, a value as colour and figure.

    Parameters
    ----------
    cells : DataFrame
        row (label, in order of appearance), time ("08:30"), value, and the columns of `tips`.
    text : Text
        The reader's language.
    value_title : str
        Name and unit of the value.
    tips : sequence of dict
        Lines of the tooltip.
    alt : str
        What the chart shows.
    form : str
        Number format of the figures.
    difference : bool
        Colours for less and more than zero, instead of from little to much.
    """
    largest = max(float(cells["value"].abs().max()), 1.0) if len(cells) else 1.0
    rows = list(cells["row"].unique())
    times = sorted(cells["time"].unique())
    step = _ROW_PX["few" if len(rows) <= 7 else "some" if len(rows) <= 14 else "many"]
    legend = {"orient": "bottom", "format": form, "title": value_title}
    scale: Spec = {"zero": True}
    if difference:
        scale = {"domain": [-largest, largest], "domainMid": 0}
    colour = {
        "field": "value",
        "type": "quantitative",
        "legend": {**legend, "gradientLength": 180, "titleLimit": 300},
        "scale": scale,
    }
    longest = len(f"{largest:,.0f}") + int(difference) + 2 * int(form == TENTH)
    spec = {
        "height": {"step": step},
        "encoding": {"x": _columns(times), "y": _rows(rows)},
        "layer": [
            {
                "mark": {"type": "rect", "cornerRadius": 2},
                "encoding": {"color": colour, "tooltip": list(tips)},
            },
            _figures(form, digits=longest, columns=len(times)),
        ],
    }
    return finished(spec, cells, text, alt)


def _figures(form: str, *, digits: int, columns: int) -> Spec:
    """Write the values into their cells, where they have room and are not zero."""
    contrast = "luminance(scale('color', datum.value)) > 0.2 ? '#10202b' : '#f5f9fb'"
    room = f"width / {max(columns, 1)} >= {_DIGIT_PX * digits + 2:.0f} && datum.value != 0"
    mark = {
        "type": "text",
        "fontSize": 10,
        "tooltip": None,
        "color": {"expr": contrast},
        "opacity": {"expr": f"{room} ? 1 : 0"},
    }
    text = {"field": "value", "type": "quantitative", "format": form}
    return {"mark": mark, "encoding": {"text": text}}


def _columns(times: Sequence[str]) -> Spec:
    """Encode the time of day as columns, with their whole hours on top."""
    axis = {"orient": "top", "values": _whole_hours(times), "labelAngle": 0}
    return {
        "field": "time",
        "type": "ordinal",
        "title": None,
        "sort": list(times),
        "axis": {**axis, "labelFlush": False, "ticks": False},
        "scale": {"paddingInner": 0.04},
    }


def _rows(labels: Sequence[str]) -> Spec:
    """Encode the days as rows, every one with its name."""
    axis = {"labelLimit": 110, "labelFlush": False, "labelOverlap": False}
    return {
        "field": "row",
        "type": "ordinal",
        "title": None,
        "sort": list(labels),
        "axis": {**axis, "ticks": False, "domain": False},
        "scale": {"paddingInner": 0.06},
    }


def _whole_hours(times: Sequence[str]) -> list[str]:
    hours = [time for time in times if time.endswith(":00")]
    return hours[:: 1 if len(hours) <= 14 else 2] or list(times)
