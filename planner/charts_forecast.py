"""Pictures of the forecast: what is expected, how sure it is, and how long contacts take."""

from __future__ import annotations

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
    named_colours,
    quantity,
    time_axis,
    tip,
    tooltip_columns,
    wall_clock,
    with_gaps,
    with_last_step,
)
from planner.text import Text

# Columns of the two bands, the wide one first, so that the narrow one is drawn over it.
_BANDS = (("contacts_q0.025", "contacts_q0.975"), ("contacts_q0.1", "contacts_q0.9"))
_WEEK_DAYS = 8


def forecast_days(history: pd.DataFrame, demand: pd.DataFrame, text: Text) -> Spec:
    """Draw day totals: what came in the last weeks, and the mean that is expected.

    Totals carry no band: the intervals of a day rise and fall together, so that adding up their
    quantiles would be wrong.

    Parameters
    ----------
    history, demand : DataFrame
        Of one queue, or of all.
    text : Text
        The reader's language.
    """
    actual, mean = text("app.charts.history"), text("app.charts.forecast_mean")
    rows = pd.concat(
        [
            _day_sums(history).assign(series=actual),
            _day_sums(demand).assign(series=mean),
        ],
        ignore_index=True,
    )
    rows["day"] = day_labels(rows["at"], text)
    colours = named_colours({actual: GREY, mean: BLUE})
    title = text("app.charts.contacts_per_day")
    spec = {
        "height": 300,
        "mark": {"type": "bar", "cornerRadiusEnd": 2},
        "encoding": {
            "x": time_axis(form="%d %b") | {"timeUnit": "utcyearmonthdate"},
            "y": quantity("contacts", title),
            "color": {"field": "series", "type": "nominal", "scale": colours},
            "tooltip": [
                tip("day", text.column("date")),
                tip("series", text("app.charts.series")),
                tip("contacts", text.column("contacts"), WHOLE),
            ],
        },
    }
    return finished(spec, rows, text, text("app.charts.forecast_days_alt"))


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
    actual, mean = text("app.charts.history"), text("app.charts.forecast_mean")
    wide, narrow = text("app.charts.band_95"), text("app.charts.band_80")
    past = history[["interval_start", "contacts"]].rename(columns={"contacts": "actual"})
    quantiles = [name for band in _BANDS for name in band]
    # A dot in a field's name is a path to Vega: its columns get names of their own.
    drawn = {name: name.replace(".", "_") for name in quantiles}
    planned = demand[["interval_start", "contacts", *quantiles]].rename(columns=drawn)
    rows = pd.concat([past, planned], ignore_index=True)
    rows.insert(0, "at", wall_clock(rows.pop("interval_start")))
    rows = rows.sort_values("at", kind="stable", ignore_index=True)
    rows = with_gaps(with_last_step(rows, interval_min), interval_min)
    rows["when"] = day_labels(rows["at"], text) + ", " + clock_labels(rows["at"])
    named = {actual: GREY, mean: BLUE, narrow: PALE_BLUE, wide: PALER_BLUE}
    if history.empty:
        del named[actual]
    colours = named_colours(named)
    days = (rows["at"].max() - rows["at"].min()) / pd.Timedelta(days=1)
    shape = "step-after" if days <= 1 else "linear"
    if days <= 1:
        x = time_axis(form="%H:%M")
    elif days <= _WEEK_DAYS:
        x = time_axis(form="%a %d", every="day")
    else:
        x = time_axis(form="%d %b", every="week")
    layers: list[Spec] = [
        {
            "mark": {"type": "area", "interpolate": shape, "opacity": 1},
            "encoding": {
                "y": quantity(drawn[low], text("app.charts.contacts_per_interval")),
                "y2": {"field": drawn[high]},
                "color": {"datum": name, "scale": colours},
            },
        }
        for (low, high), name in zip(_BANDS, (wide, narrow), strict=True)
    ]
    layers += [
        _line(field, name, colours, shape)
        for field, name in (("actual", actual), ("contacts", mean))
        if name in named
    ]
    tips = [
        tip("when", text("app.charts.when")),
        *(tip("actual", actual, WHOLE) for name in named if name == actual),
        tip("contacts", mean, TENTH),
        *(tip(drawn[name], text.column(name), TENTH) for name in quantiles),
    ]
    layers.append(tooltip_columns(tips, len(rows), x))
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


def _line(field: str, name: str, colours: Spec, shape: str) -> Spec:
    return {
        "mark": {"type": "line", "interpolate": shape, "strokeWidth": 1.8},
        "encoding": {
            "y": {"field": field, "type": "quantitative"},
            "color": {"datum": name, "scale": colours},
        },
    }


def _day_sums(rows: pd.DataFrame) -> pd.DataFrame:
    at = wall_clock(rows["interval_start"]).dt.normalize()
    return rows.assign(at=at).groupby("at")["contacts"].sum(min_count=1).reset_index()


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
