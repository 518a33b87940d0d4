"""The house style of all charts: Vega-Lite specs as plain dictionaries, in the reader's language.

Times are the centre's wall clock attached to UTC and drawn on UTC scales: a browser anywhere in the
world then shows the centre's own hours, also on the days when clocks change. Labels of days are
written here, by the reader's locale; what the browser formats itself follows `config.locale`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

import pandas as pd

from planner.text import Text

Spec = dict[str, Any]

# Read on white and on near-black, and told apart with any colour vision (after Okabe and Ito).
# What varies by queue takes the theme's own categorical colours instead.
BLUE, ORANGE, GREY, RED = "#2f86b0", "#d9822b", "#8492a0", "#b8483e"
GREEN = "#2f9e79"
# Areas and bands let the grid and one another shine through.
PALE_BLUE, PALER_BLUE, PALE_GREY = "#2f86b066", "#2f86b02e", "#84929f55"

WHOLE, TENTH = ",.0f", ",.1f"
# How an axis writes a moment, by the largest unit that begins there; a day has 24 hours.
_TIME_FORMS = {
    "hours": "%H:%M",
    "date": "%a %d",
    "day": "%a %d",
    "week": "%d %b",
    "month": "%b",
    "quarter": "%b",
    "year": "%Y",
}


def finished(spec: Spec, data: pd.DataFrame, text: Text, alt: str) -> Spec:
    """Complete a spec with its data, its words for those who cannot see it, and the locale.

    Parameters
    ----------
    spec : dict
        Marks and encodings.
    data : DataFrame
        Rows of the chart; it stays a frame, which the face sends in binary.
    text : Text
        The reader's language.
    alt : str
        What the chart shows, in a sentence.
    """
    config = {
        "locale": _locale(text),
        "view": {"stroke": None},
        "legend": {"orient": "top", "title": None, "labelLimit": 260, "columns": 2},
        "axis": {"labelOverlap": "greedy", "titleFontWeight": "normal"},
    }
    return {**spec, "data": {"values": data}, "description": alt, "config": config}


def wall_clock(starts: pd.Series) -> pd.Series:
    """Return aware times as the centre's wall clock, attached to UTC."""
    wall: pd.Series = starts.dt.tz_localize(None).dt.tz_localize("UTC")
    return wall


def day_labels(days: pd.Series, text: Text) -> pd.Series:
    """Write days, e.g. "Mon 9 Mar"; each distinct day is written once."""
    dates = days.dt.normalize()
    labels: pd.Series = dates.map({day: text.day(day) for day in dates.unique()})
    return labels


def clock_labels(starts: pd.Series) -> pd.Series:
    """Write times of day, e.g. "08:30"; each distinct one is written once."""
    minutes = starts.dt.hour * 60 + starts.dt.minute
    labels: pd.Series = minutes.map(
        {minute: f"{minute // 60:02}:{minute % 60:02}" for minute in minutes.unique()}
    )
    return labels


def time_axis(*, form: str | None = None, marks: pd.Series | None = None) -> Spec:
    """Encode the column `at` as time on the centre's clock.

    Parameters
    ----------
    form : str, optional
        How to write a moment; by default by the largest unit that begins there.
    marks : Series, optional
        The days to mark; by default as the room allows.
    """
    axis: Spec = {"grid": False, "labelFlush": True, "format": form or _TIME_FORMS}
    if marks is not None:
        axis["values"] = [
            {"year": moment.year, "month": moment.month, "date": moment.day, "utc": True}
            for moment in marks
        ]
    return {
        "field": "at",
        "type": "temporal",
        "title": None,
        "scale": {"type": "utc"},
        "axis": axis,
    }


def mondays(at: pd.Series) -> pd.Series:
    """Return the Mondays among some moments: what a planner's weeks begin with."""
    days = at.dt.normalize().drop_duplicates()
    found: pd.Series = days[days.dt.dayofweek == 0]
    return found


def quantity(field: str, title: str, *, form: str = WHOLE, zero: bool = True) -> Spec:
    """Encode a measure on the vertical axis."""
    return {
        "field": field,
        "type": "quantitative",
        "title": title,
        "scale": {"zero": zero, "nice": True},
        "axis": {"format": form, "tickCount": 5},
    }


def step_area(field: str, name: str, colours: Spec, title: str, *, to: str | None = None) -> Spec:
    """Layer the area below a measure of each interval, or between it and the one it reaches to."""
    y2 = {} if to is None else {"y2": {"field": to}}
    return {
        "mark": {"type": "area", "interpolate": "step-after", "opacity": 1},
        "encoding": {
            "y": quantity(field, title),
            **y2,
            "color": {"datum": name, "scale": colours},
        },
    }


def step_line(field: str, name: str, colours: Spec, *, dash: Sequence[int] = ()) -> Spec:
    """Layer a measure of each interval as steps, on the axis that another layer names."""
    dashed = {"strokeDash": list(dash)} if dash else {}
    return {
        "mark": {"type": "line", "interpolate": "step-after", "strokeWidth": 2.2, **dashed},
        "encoding": {
            "y": {"field": field, "type": "quantitative"},
            "color": {"datum": name, "scale": colours},
        },
    }


def tip(field: str, title: str, form: str | None = None) -> Spec:
    """One line of a tooltip; with a form a number, without one a text."""
    if form is None:
        return {"field": field, "type": "nominal", "title": title}
    return {"field": field, "type": "quantitative", "title": title, "format": form}


def tooltip_columns(tips: Sequence[Spec], count: int, x: Spec) -> Spec:
    """Layer an invisible column over each row, so that pointing anywhere near it tells all."""
    width = {"expr": f"max(3, width / {max(count, 1)})"}
    return {
        "mark": {"type": "rule", "opacity": 0, "strokeWidth": width},
        "encoding": {"x": x, "tooltip": list(tips)},
    }


def named_colours(colours: Mapping[str, str]) -> Spec:
    """Encode the constant name of each layer, so that the legend explains the colours."""
    return {"domain": list(colours), "range": list(colours.values())}


def with_gaps(rows: pd.DataFrame, interval_min: int) -> pd.DataFrame:
    """Break the line where the centre is closed: a row without values after each last interval.

    Parameters
    ----------
    rows : DataFrame
        One series, sorted by its column `at`.
    interval_min : int
        Interval length [min].
    """
    length = pd.Timedelta(minutes=interval_min)
    last = rows["at"].shift(-1) - rows["at"] > length
    breaks = pd.DataFrame({"at": rows.loc[last, "at"] + length})
    if breaks.empty:
        return rows
    return pd.concat([rows, breaks]).sort_values("at", kind="stable", ignore_index=True)


def with_last_step(rows: pd.DataFrame, interval_min: int) -> pd.DataFrame:
    """End a line of steps where its last interval ends, not where it begins.

    Parameters
    ----------
    rows : DataFrame
        One series, sorted by its column `at`.
    interval_min : int
        Interval length [min].
    """
    last = rows.tail(1)
    end = last.assign(at=last["at"] + pd.Timedelta(minutes=interval_min))
    return pd.concat([rows, end], ignore_index=True)


@lru_cache
def _locale(text: Text) -> Spec:
    """Tell the browser's formatter how the reader's language writes numbers and dates."""
    from babel import Locale

    symbols = Locale.parse(text.locale).number_symbols["latn"]
    return {
        "number": {
            "decimal": symbols["decimal"],
            "thousands": symbols["group"],
            "grouping": [3],
            "currency": ["", ""],
            "percent": "%" if text.language == "en" else "\xa0%",
        },
        "time": {
            "dateTime": "%A, %e %B %Y, %X",
            "date": "%d/%m/%Y",
            "time": "%H:%M",
            "periods": ["AM", "PM"],
            # The browser's week starts on Sunday, Python's on Monday.
            "days": [text.weekday((day - 1) % 7) for day in range(7)],
            "shortDays": [text.weekday((day - 1) % 7, "abbreviated") for day in range(7)],
            "months": [text.month(month) for month in range(1, 13)],
            "shortMonths": [text.month(month, "abbreviated") for month in range(1, 13)],
        },
    }
