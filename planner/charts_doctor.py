"""Pictures of the doctor's report: which days are whole, what is odd, what was needed.

All but `coverage` draw one queue: pass its rows of the doctor's tables.
"""

from __future__ import annotations

from types import MappingProxyType

import numpy as np
import pandas as pd

from planner.charts import (
    BLUE,
    ORANGE,
    PALE_GREY,
    RED,
    WHOLE,
    Spec,
    day_labels,
    finished,
    named_colours,
    quantity,
    time_axis,
    tip,
)
from planner.text import Text

_PURPLE = "#8a63a8"
_STATE_COLOURS = MappingProxyType(
    {"open": BLUE, "partly": ORANGE, "zero": _PURPLE, "lost": RED, "closed": PALE_GREY}
)
_POINT = {"type": "point", "filled": True, "opacity": 1}
_HEIGHT = 280
_WEEKDAY_PX = 20


def coverage(days: pd.DataFrame, text: Text) -> Spec:
    """Draw what each day of each queue is, one strip a queue.

    Parameters
    ----------
    days : DataFrame
        `Examination.days` of some queues.
    text : Text
        The reader's language.
    """
    rows = _states(days, text)
    rows["until"] = rows["at"] + pd.Timedelta(days=1)
    many = rows["queue"].nunique() > 12
    spec = {
        "height": {"step": 16 if many else 26},
        "mark": {"type": "rect"},
        "encoding": {
            "x": time_axis(),
            "x2": {"field": "until"},
            "y": {
                "field": "queue",
                "type": "nominal",
                "title": None,
                "axis": {"labelLimit": 120, "ticks": False, "domain": False},
                "scale": {"paddingInner": 0.25},
            },
            "color": _state_colour(rows, text),
            "tooltip": [tip("queue", text.column("queue")), *_state_tips(text)],
        },
    }
    return finished(spec, rows, text, text("app.charts.coverage_alt"))


def coverage_calendar(days: pd.DataFrame, text: Text) -> Spec:
    """Draw what each day of one queue is as a calendar: weeks from left to right, Monday on top.

    Days on which the clocks change carry their hours.

    Parameters
    ----------
    days : DataFrame
        `Examination.days` of one queue.
    text : Text
        The reader's language.
    """
    rows = _states(days, text)
    weekday = rows["at"].dt.dayofweek
    names = {day: text.weekday(day, "abbreviated") for day in range(7)}
    rows["weekday"] = weekday.map(names)
    rows["at"] = rows["at"] - pd.to_timedelta(weekday, unit="D")
    rows["until"] = rows["at"] + pd.Timedelta(days=7)
    rows["middle"] = rows["at"] + pd.Timedelta(days=3, hours=12)
    rows["clock"] = np.where(rows["clock_h"] == 24, "", rows["clock_h"].map("{:g}".format))
    y = {
        "field": "weekday",
        "type": "ordinal",
        "sort": list(names.values()),
        "title": None,
        "axis": {"ticks": False, "domain": False, "labelOverlap": False},
        "scale": {"paddingInner": 0.12},
    }
    spec = {
        "height": {"step": _WEEKDAY_PX},
        "encoding": {"y": y},
        "layer": [
            {
                "mark": {"type": "rect", "cornerRadius": 2, "xOffset": 0.5, "x2Offset": -0.5},
                "encoding": {
                    "x": time_axis(),
                    "x2": {"field": "until"},
                    "color": _state_colour(rows, text),
                    "tooltip": _state_tips(text),
                },
            },
            {
                "mark": {"type": "text", "fontSize": 9, "fontWeight": "bold", "color": "white"},
                "encoding": {
                    "x": time_axis() | {"field": "middle"},
                    "text": {"field": "clock", "type": "nominal"},
                },
            },
        ],
    }
    return finished(spec, rows, text, text("app.doctor.calendar_alt"))


def odd_days(days: pd.DataFrame, outliers: pd.DataFrame, text: Text) -> Spec:
    """Draw a queue's contacts per day, what would be usual, and what is far from it.

    Parameters
    ----------
    days, outliers : DataFrame
        `Examination.days` and `Examination.outliers` of one queue.
    text : Text
        The reader's language.
    """
    rows = _day_rows(days, text)
    names = {kind: text(f"app.doctor.{kind}") for kind in ("came", "odd_day", "odd_interval")}
    marks = pd.DataFrame({"kind": outliers["kind"], "odd": outliers["contacts"]})
    wall = pd.to_datetime(outliers["interval_start"]).dt.tz_localize(None)
    marks["date"] = wall.dt.normalize()
    day_total = rows.set_index("date")["contacts"]
    of_day = marks["kind"].eq("day").to_numpy(dtype=bool)
    marks["mark"] = np.where(of_day, marks["odd"], day_total.reindex(marks["date"]).to_numpy())
    marks["series"] = np.where(of_day, names["odd_day"], names["odd_interval"])
    marks["found"] = [
        f"{moment:%H:%M}: {text.number(contacts)}" if not whole else text.number(contacts)
        for moment, contacts, whole in zip(wall, outliers["contacts"], of_day, strict=True)
    ]
    marks["would_be"] = [text.number(usual) for usual in outliers["expected"]]
    marks["at"] = marks["date"].dt.tz_localize("UTC")
    marks["day"] = _dated(marks["at"], text)
    line = rows.assign(series=names["came"])
    data = pd.concat([line, marks], ignore_index=True).drop(columns=["date", "kind"])
    colours = named_colours(dict(zip(names.values(), (BLUE, RED, ORANGE), strict=True)))
    colour = {
        "field": "series",
        "type": "nominal",
        "scale": colours,
        "legend": {"columns": 3},
    }
    contacts = quantity("contacts", text("app.charts.contacts_per_day"))
    spec = {
        "height": _HEIGHT,
        "encoding": {"x": time_axis(), "color": colour},
        "layer": [
            {
                "mark": {"type": "line", "strokeWidth": 1.2},
                "encoding": {"y": contacts},
                "transform": [{"filter": "isValid(datum.contacts)"}],
            },
            {
                "mark": _POINT | {"size": 60},
                "transform": [{"filter": "isValid(datum.mark)"}],
                "encoding": {
                    "y": quantity("mark", text("app.charts.contacts_per_day")),
                    "tooltip": [
                        tip("day", text.column("date")),
                        tip("series", text("app.doctor.kind")),
                        tip("found", text.column("contacts")),
                        tip("would_be", text("app.doctor.would_be")),
                    ],
                },
            },
        ],
    }
    return finished(spec, data, text, text("app.doctor.odd_days_alt"))


def level_shifts(days: pd.DataFrame, shifts: pd.DataFrame, text: Text) -> Spec:
    """Draw a queue's contacts per day, and the days at which their level moved in a step.

    Parameters
    ----------
    days, shifts : DataFrame
        `Examination.days` and `Examination.shifts` of one queue.
    text : Text
        The reader's language.
    """
    rows = _day_rows(days, text)
    moved = pd.DataFrame(
        {
            "at": pd.to_datetime(shifts["date"]).dt.tz_localize("UTC"),
            "moved": [
                ("+" if ratio > 1 else "−") + text.percent(abs(ratio - 1))
                for ratio in shifts["ratio"]
            ],
            "level_before": shifts["before"].astype(float),
            "level_after": shifts["after"].astype(float),
        }
    )
    moved["day"] = _dated(moved["at"], text)
    data = pd.concat([rows.drop(columns="date"), moved], ignore_index=True)
    of_shift = {"transform": [{"filter": "isValid(datum.moved)"}]}
    tips = [
        tip("day", text.column("date")),
        tip("moved", text("app.doctor.moved")),
        tip("level_before", text("app.doctor.level_before"), WHOLE),
        tip("level_after", text("app.doctor.level_after"), WHOLE),
    ]
    title = text("app.charts.contacts_per_day")
    spec = {
        "height": _HEIGHT,
        "encoding": {"x": time_axis()},
        "layer": [
            {
                "mark": {"type": "line", "strokeWidth": 1.2, "color": BLUE},
                "transform": [{"filter": "isValid(datum.contacts)"}],
                "encoding": {"y": quantity("contacts", title)},
            },
            of_shift
            | {
                "mark": {"type": "rule", "color": RED, "strokeWidth": 2, "strokeDash": [4, 3]},
                "encoding": {"tooltip": tips},
            },
            of_shift
            | {
                "mark": {"type": "text", "align": "left", "dx": 5, "y": 10, "color": RED},
                "encoding": {"text": {"field": "moved", "type": "nominal"}},
            },
        ],
    }
    return finished(spec, data, text, text("app.doctor.level_shifts_alt"))


def _states(days: pd.DataFrame, text: Text) -> pd.DataFrame:
    """Rows of a calendar: the state in words, the day as a moment and as a label."""
    at = days["date"].dt.tz_localize("UTC")
    names = {state: text(f"app.coverage.{state}") for state in _STATE_COLOURS}
    states = days["state"].map(names)
    rows = days.drop(columns="date").assign(at=at, state=states, day=_dated(at, text))
    return rows.reset_index(drop=True)


def _state_colour(rows: pd.DataFrame, text: Text) -> Spec:
    """Colour the states; the legend names those that occur."""
    names = {text(f"app.coverage.{code}"): colour for code, colour in _STATE_COLOURS.items()}
    seen = {name: colour for name, colour in names.items() if (rows["state"] == name).any()}
    return {
        "field": "state",
        "type": "nominal",
        "scale": named_colours(seen),
        "legend": {"columns": 5},
    }


def _state_tips(text: Text) -> list[Spec]:
    return [
        tip("day", text.column("date")),
        tip("state", text("app.coverage.title")),
        tip("known", text("app.coverage.known"), WHOLE),
        tip("usual", text("app.coverage.usual"), WHOLE),
        tip("contacts", text.column("contacts"), WHOLE),
        tip("clock_h", text("app.coverage.clock_h"), WHOLE),
    ]


def _day_rows(days: pd.DataFrame, text: Text) -> pd.DataFrame:
    at = days["date"].dt.tz_localize("UTC")
    rows = days[["date", "contacts", "expected"]].assign(at=at, day=_dated(at, text))
    return rows.reset_index(drop=True)


def _dated(at: pd.Series, text: Text) -> pd.Series:
    """Write days with their year."""
    labels: pd.Series = day_labels(at, text).astype(str) + " " + at.dt.year.astype(str)
    return labels
