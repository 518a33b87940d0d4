"""Pictures of the forecast: what is expected, how sure it is, and how long contacts take."""

from __future__ import annotations

import numpy as np
import pandas as pd

from planner.charts import (
    BLUE,
    GREY,
    ORANGE,
    PALE_BLUE,
    PALER_BLUE,
    TENTH,
    WHOLE,
    Spec,
    clock_labels,
    day_labels,
    finished,
    mondays,
    named_colours,
    quantity,
    time_axis,
    tip,
    tooltip_columns,
    wall_clock,
    with_gaps,
    with_last_step,
)
from planner.edits import BEFORE
from planner.text import Text

# Columns of the two bands, the wide one first, so that the narrow one is drawn over it.
_BANDS = {
    "wide": ("contacts_q0.025", "contacts_q0.975"),
    "narrow": ("contacts_q0.1", "contacts_q0.9"),
}
# A dot in a field's name is a path to Vega: the columns get names of their own.
_DRAWN = {name: name.replace(".", "_") for band in _BANDS.values() for name in band}
_LINES = ("actual", BEFORE, "contacts")
_ONE_DAY, _ONE_WEEK = pd.Timedelta(days=1), pd.Timedelta(weeks=1)


def forecast_intervals(
    history: pd.DataFrame, demand: pd.DataFrame, text: Text, *, interval_min: int
) -> Spec:
    """Draw the forecast of each interval with its 80 % and 95 % bands.

    Parameters
    ----------
    history : DataFrame
        Rows of one queue to show before the forecast; may be empty.
    demand : DataFrame
        Rows of one queue.
    text : Text
        The reader's language.
    interval_min : int
        Interval length [min].
    """
    rows = _interval_rows(history, demand, text, interval_min)
    names = {
        "actual": text("app.charts.history"),
        BEFORE: text("app.charts.before_edits"),
        "contacts": text("app.charts.forecast_mean"),
        "narrow": text("app.charts.band_80"),
        "wide": text("app.charts.band_95"),
    }
    colours = {"actual": GREY, BEFORE: ORANGE, "contacts": BLUE}
    colours |= {"narrow": PALE_BLUE, "wide": PALER_BLUE}
    if history.empty:
        del names["actual"]
    if BEFORE not in demand or demand[BEFORE].equals(demand["contacts"]):
        del names[BEFORE]
    scale = named_colours({name: colours[part] for part, name in names.items()})
    shape = "step-after" if _span(rows["at"]) <= _ONE_DAY else "linear"
    title = text("app.charts.contacts_per_interval")
    bands: list[Spec] = [
        {
            "mark": {"type": "area", "interpolate": shape, "opacity": 1},
            "encoding": {
                "y": quantity(_DRAWN[low], title),
                "y2": {"field": _DRAWN[high]},
                "color": {"datum": names[part], "scale": scale},
            },
        }
        for part, (low, high) in _BANDS.items()
    ]
    lines: list[Spec] = [
        {
            "mark": {"type": "line", "interpolate": shape, "strokeWidth": 1.8},
            "encoding": {
                "y": {"field": part, "type": "quantitative"},
                "color": {"datum": names[part], "scale": scale},
            },
        }
        for part in _LINES
        if part in names
    ]
    tips = [
        tip("when", text("app.charts.when")),
        *(tip(part, names[part], TENTH) for part in _LINES if part in names),
        *(tip(drawn, text.column(name), WHOLE) for name, drawn in _DRAWN.items()),
    ]
    x = _interval_axis(rows["at"])
    layers = [*bands, *lines, tooltip_columns(tips, len(rows), x)]
    spec = {"height": 320, "encoding": {"x": x}, "layer": layers}
    return finished(spec, rows, text, text("app.charts.forecast_intervals_alt"))


def handling_time(history: pd.DataFrame, demand: pd.DataFrame, text: Text) -> Spec:
    """Draw the handling time by time of day: lately, and in the forecast.

    Parameters
    ----------
    history, demand : DataFrame
        Of one queue.
    text : Text
        The reader's language.
    """
    lately, planned = text("app.charts.last_weeks"), text("app.charts.forecast_mean")
    rows = pd.concat(
        [_mean_aht(history).assign(series=lately), _mean_aht(demand).assign(series=planned)],
        ignore_index=True,
    )
    colours = named_colours({lately: GREY, planned: ORANGE})
    title = text.column("aht_s")
    spec = {
        "height": 260,
        "mark": {"type": "line", "strokeWidth": 2, "point": {"size": 18}},
        "encoding": {
            "x": {
                "field": "time",
                "type": "ordinal",
                "title": text("app.charts.time_of_day"),
                "axis": {"labelAngle": 0, "labelOverlap": "greedy", "grid": False},
            },
            "y": quantity("aht_s", title, zero=False),
            "color": {"field": "series", "type": "nominal", "scale": colours},
            "tooltip": [
                tip("time", text.column("time")),
                tip("series", text("app.charts.series")),
                tip("aht_s", title, WHOLE),
            ],
        },
    }
    return finished(spec, rows, text, text("app.charts.handling_time_alt"))


def model_weights(choice: pd.DataFrame, text: Text) -> Spec:
    """Draw the weights of the models that are combined, as parts of one bar.

    Parameters
    ----------
    choice : DataFrame
        Rows of one queue in the table of the choice.
    text : Text
        The reader's language.
    """
    members = choice[choice["weight"] > 0].sort_values("weight", ascending=False, kind="stable")
    rows = pd.DataFrame(
        {
            "model": [text(f"models.{code}") for code in members["model"]],
            "weight": members["weight"].to_numpy(),
            "place": np.arange(len(members)),
        }
    )
    rows["share"] = [text.percent(weight) for weight in rows["weight"]]
    x: Spec = {
        "field": "weight",
        "type": "quantitative",
        "stack": "zero",
        "axis": None,
        "scale": {"domain": [0, float(rows["weight"].sum())], "nice": False},
    }
    order = {"field": "place"}
    bar: Spec = {
        "mark": {"type": "bar", "size": 34, "cornerRadius": 2},
        "encoding": {
            "x": x,
            "order": order,
            "color": {
                "field": "model",
                "type": "nominal",
                "sort": rows["model"].tolist(),
                "legend": {"columns": 1},
            },
            "tooltip": [tip("model", text.column("model")), tip("share", text.column("weight"))],
        },
    }
    figures: Spec = {
        "mark": {"type": "text", "color": "white", "fontWeight": "bold"},
        "encoding": {
            "x": x | {"bandPosition": 0.5},
            "order": order,
            "detail": {"field": "model", "type": "nominal"},
            "text": {"field": "share", "type": "nominal"},
        },
    }
    # The legend takes its lines from the height.
    spec = {"height": 64 + 19 * len(rows), "layer": [bar, figures]}
    return finished(spec, rows, text, text("app.charts.weights_alt"))


def _interval_rows(
    history: pd.DataFrame, demand: pd.DataFrame, text: Text, interval_min: int
) -> pd.DataFrame:
    """History and forecast one after the other, broken where the centre is closed."""
    past = history[["interval_start", "contacts"]].rename(columns={"contacts": "actual"})
    means = ["contacts", BEFORE] if BEFORE in demand else ["contacts"]
    planned = demand[["interval_start", *means, *_DRAWN]].rename(columns=_DRAWN)
    rows = pd.concat([past, planned], ignore_index=True)
    rows.insert(0, "at", wall_clock(rows.pop("interval_start")))
    rows = rows.sort_values("at", kind="stable", ignore_index=True)
    rows = with_gaps(with_last_step(rows, interval_min), interval_min)
    return rows.assign(when=day_labels(rows["at"], text) + ", " + clock_labels(rows["at"]))


def _interval_axis(at: pd.Series) -> Spec:
    """Mark hours in a day, days in a week, Mondays in a plan."""
    if _span(at) <= _ONE_DAY:
        return time_axis(form="%H:%M")
    if _span(at) > _ONE_WEEK:
        return time_axis(form="%d %b", marks=mondays(at))
    x = time_axis(form="%a %d", marks=at.dt.normalize().drop_duplicates())
    return {**x, "scale": {"type": "utc", "nice": "day"}}


def _span(at: pd.Series) -> pd.Timedelta:
    span: pd.Timedelta = at.max() - at.min()
    return span


def _mean_aht(rows: pd.DataFrame) -> pd.DataFrame:
    """Mean handling time by time of day, weighted by contacts."""
    known = rows[rows["aht_s"].notna() & (rows["contacts"] > 0)]
    work = pd.DataFrame(
        {
            "time": clock_labels(wall_clock(known["interval_start"])),
            "contacts": known["contacts"],
            "seconds": known["contacts"] * known["aht_s"],
        }
    )
    sums = work.groupby("time", as_index=False)[["contacts", "seconds"]].sum()
    # A tenth of a second is more than anybody measures; it keeps a constant line straight.
    return sums.assign(aht_s=(sums["seconds"] / sums["contacts"]).round(1))
