"""Pictures of manual edits: the days they change, and what they were worth."""

from __future__ import annotations

import pandas as pd

from planner.charts import (
    BLUE,
    GREEN,
    GREY,
    ORANGE,
    RED,
    WHOLE,
    Spec,
    finished,
    mondays,
    named_colours,
    quantity,
    time_axis,
    tip,
)
from planner.charts_accuracy import share_axis
from planner.edit_value import HELPED, HURT
from planner.edit_value_words import signed_points, which_days, whose_value
from planner.text import Text

_SLIT = pd.Timedelta(hours=2)  # between the bars of two days
_ONE_DAY = pd.Timedelta(days=1)
_ROW_PX = 34
_ROOM = 1.9  # of the longest error: the words stand to the right of it


def edited_days(figures: pd.DataFrame, text: Text) -> Spec:
    """Draw the contacts of each day as edited, with their band, and as they were forecast.

    Parameters
    ----------
    figures : DataFrame
        From `planner.edit_tables.day_figures`.
    text : Text
        The reader's language.
    """
    days = pd.DatetimeIndex(figures.index)
    changed = figures["before"] != figures["contacts"]
    rows = figures.assign(before=figures["before"].where(changed)).reset_index(drop=True)
    rows = rows.assign(
        at=(days + _SLIT).tz_localize("UTC"),
        until=(days + _ONE_DAY - _SLIT).tz_localize("UTC"),
        middle=(days + _ONE_DAY / 2).tz_localize("UTC"),
        when=[text.day(day) for day in days],
    )
    names = {
        "contacts": text("app.charts.forecast_mean"),
        "before": text("app.charts.before_edits"),
        "band": text("app.charts.band_80_of_total"),
    }
    colours = dict(zip(names.values(), (BLUE, ORANGE, GREY), strict=True))
    tips = [
        tip("when", text.column("date")),
        *(tip(part, names[part], WHOLE) for part in ("before", "contacts")),
        tip("low", text.column("contacts_q0.1"), WHOLE),
        tip("high", text.column("contacts_q0.9"), WHOLE),
    ]
    x = time_axis(form="%d %b", marks=mondays(rows["middle"].dt.normalize()))
    scale = named_colours(colours)

    def layer(mark: Spec, part: str, encoding: Spec) -> Spec:
        color = {"datum": names[part], "scale": scale, "legend": {"columns": 2}}
        return {"mark": mark, "encoding": {"x": x, "color": color, "tooltip": tips, **encoding}}

    whole_bar = {"x2": {"field": "until"}}
    layers = [
        layer(
            {"type": "rect", "cornerRadius": 2},
            "contacts",
            {
                **whole_bar,
                "y": quantity("contacts", text("app.charts.contacts_per_day")),
                "y2": {"datum": 0},
            },
        ),
        layer(
            {"type": "rule", "strokeWidth": 3},
            "band",
            {
                "x": x | {"field": "middle"},
                "y": {"field": "low", "type": "quantitative"},
                "y2": {"field": "high"},
            },
        ),
        layer(
            {"type": "rule", "strokeWidth": 3},
            "before",
            {**whole_bar, "y": {"field": "before", "type": "quantitative"}},
        ),
    ]
    spec = {"height": 320, "layer": layers}
    return finished(spec, rows, text, text("app.charts.edited_days_alt"))


def value_of_edits(table: pd.DataFrame, text: Text) -> Spec:
    """Draw the error without each edit and with it: green where it helped, red where it hurt.

    Parameters
    ----------
    table : DataFrame
        From `planner.edit_value.value_of_edits`.
    text : Text
        The reader's language.
    """
    known = table[table["wape_before"].notna()]
    records = known.to_dict("records")
    rows = pd.DataFrame(
        {
            "edit": [whose_value(row, text) for row in records],
            "days": [which_days(row, text) for row in records],
            "before": known["wape_before"].to_numpy(),
            "after": known["wape_after"].to_numpy(),
            "value": [signed_points(row["value_added"], text) for row in records],
            "verdict": [text(f"edit_value.verdicts.{row['verdict']}") for row in records],
            "was": [text.percent(row["wape_before"], 1) for row in records],
            "became": [text.percent(row["wape_after"], 1) for row in records],
        }
    )
    rows["told"] = rows["value"] + " · " + rows["verdict"]
    rows["right"] = rows[["before", "after"]].max(axis=1)
    colours = {text(f"edit_value.verdicts.{code}"): GREY for code in known["verdict"].unique()}
    for code, colour in ((HELPED, GREEN), (HURT, RED)):
        if text(f"edit_value.verdicts.{code}") in colours:
            colours[text(f"edit_value.verdicts.{code}")] = colour
    names = {"before": text("app.edit_value.legend_before")}
    names["after"] = text("app.edit_value.legend_after")
    ends = named_colours({names["before"]: ORANGE, names["after"]: BLUE})
    tips = [
        tip("edit", text("edit_value.columns.edit")),
        tip("days", text("edit_value.columns.dates")),
        tip("was", names["before"]),
        tip("became", names["after"]),
        tip("value", text("edit_value.columns.value_added")),
        tip("verdict", text("edit_value.columns.verdict")),
    ]
    longest = float(rows["right"].max()) if len(rows) else 1.0
    share = {"title": text("app.edit_value.axis"), "scale": {"domain": [0, _ROOM * longest]}}

    def x(field: str) -> Spec:
        return share_axis(field, text) | share

    points: list[Spec] = [
        {
            "mark": {"type": "point", "filled": True, "size": 110, "opacity": 1},
            "encoding": {"x": x(end), "color": {"datum": names[end], "scale": ends,
                         "legend": {"columns": 1}}, "tooltip": tips},
        }
        for end in names
    ]  # fmt: skip
    line: Spec = {
        "mark": {"type": "rule", "strokeWidth": 5, "opacity": 0.6},
        "encoding": {
            "x": x("before"),
            "x2": {"field": "after"},
            "stroke": {
                "field": "verdict",
                "type": "nominal",
                "scale": named_colours(colours),
                "legend": None,
            },
            "tooltip": tips,
        },
    }
    words: Spec = {
        "mark": {"type": "text", "align": "left", "dx": 10, "color": GREY},
        "encoding": {"x": x("right"), "text": {"field": "told", "type": "nominal"}},
    }
    y = {
        "field": "edit",
        "type": "nominal",
        "sort": rows["edit"].tolist(),
        "title": None,
        "axis": {"labelLimit": 150, "ticks": False, "domain": False, "labelPadding": 8},
    }
    spec = {
        "height": {"step": _ROW_PX},
        "encoding": {"y": y},
        "layer": [line, *points, words],
        "resolve": {"scale": {"stroke": "independent"}},
    }
    return finished(spec, rows, text, text("app.edit_value.alt"))
