"""Pictures of totals: contacts by day, week or month, what came and what is expected."""

from __future__ import annotations

import pandas as pd

from forecasting.totals import PERIODS
from planner.charts import (
    BLUE,
    GREY,
    ORANGE,
    WHOLE,
    Spec,
    finished,
    mondays,
    named_colours,
    quantity,
    time_axis,
    tip,
)
from planner.text import Text

_BAND = ("contacts_q0.1", "contacts_q0.9")
# How long a history is shown before the plan.
_BEFORE = {
    "day": pd.DateOffset(weeks=8),
    "week": pd.DateOffset(weeks=13),
    "month": pd.DateOffset(months=6),
}
_ONE_DAY = pd.Timedelta(days=1)
_SLIT = 0.08  # of a bar's width stays free between two


def period_totals(
    history: pd.DataFrame, totals: pd.DataFrame, period: str, last_day: pd.Timestamp, text: Text
) -> Spec:
    """Draw totals: what came in the whole periods of the past, what is expected, and its band.

    A bar is as wide as the days it holds: a month of which only half is planned has half a bar.

    Parameters
    ----------
    history : DataFrame
        Of one queue, or of all.
    totals : DataFrame
        Of the same queue or of the whole centre, any periods.
    period : {"day", "week", "month"}
        What to draw.
    last_day : Timestamp
        Last planned day (naive).
    text : Text
        The reader's language.
    """
    actual, mean = text("app.charts.history"), text("app.charts.forecast_mean")
    band = text("app.charts.band_80_of_total")
    planned = _planned(totals, period, last_day)
    rows = pd.concat(
        [_past(history, period).assign(series=actual), planned.assign(series=mean)],
        ignore_index=True,
    )
    written = [text.day(day) for day in rows["first"]]
    if period != "day":
        ends = [text.day(day) for day in rows["last"]]
        written = [f"{first} – {last}" for first, last in zip(written, ends, strict=True)]
    width = rows["last"] + _ONE_DAY - rows["first"]
    rows["when"] = written
    rows["at"] = (rows["first"] + _SLIT * width).dt.tz_localize("UTC")
    rows["until"] = (rows["first"] + (1 - _SLIT) * width).dt.tz_localize("UTC")
    rows["middle"] = (rows["first"] + width / 2).dt.tz_localize("UTC")
    colours = named_colours({actual: GREY, mean: BLUE, band: ORANGE})
    tips = [
        tip("when", text.column("date")),
        tip("contacts", text.column("contacts"), WHOLE),
        *(tip(name, text.column(column), WHOLE)
          for name, column in zip(("low", "high"), _BAND, strict=True)),
    ]  # fmt: skip
    x = _axis(period, rows)
    bars: Spec = {
        "mark": {"type": "rect", "cornerRadius": 2},
        "encoding": {
            "x": x,
            "x2": {"field": "until"},
            "y": quantity("contacts", text(f"app.charts.contacts_per_{period}")),
            "y2": {"datum": 0},
            "color": {
                "field": "series",
                "type": "nominal",
                "scale": colours,
                "legend": {"columns": 3},
            },
            "tooltip": tips,
        },
    }
    errors: Spec = {
        "mark": {"type": "rule", "strokeWidth": 4},
        "encoding": {
            "x": x | {"field": "middle"},
            "y": {"field": "low", "type": "quantitative"},
            "y2": {"field": "high"},
            "color": {"datum": band, "scale": colours},
            "tooltip": tips,
        },
    }
    spec = {"height": 300, "layer": [bars, errors]}
    drawn = rows.drop(columns=["first", "last"])
    return finished(spec, drawn, text, text("app.charts.period_totals_alt"))


def _past(history: pd.DataFrame, period: str) -> pd.DataFrame:
    """Total the periods that lie wholly in the history, lately."""
    days = history["interval_start"].dt.tz_localize(None).dt.normalize()
    sums = history["contacts"].groupby(days.dt.to_period(PERIODS[period])).sum(min_count=1)
    spans = pd.PeriodIndex(sums.index)
    past = pd.DataFrame(
        {
            "contacts": sums.to_numpy(),
            "first": spans.start_time,
            "last": spans.end_time.normalize(),
        }
    )
    whole = (past["first"] >= days.min()) & (past["last"] <= days.max())
    lately: pd.DataFrame = past[whole & (past["first"] > days.max() - _BEFORE[period])]
    return lately


def _planned(totals: pd.DataFrame, period: str, last_day: pd.Timestamp) -> pd.DataFrame:
    """Take the totals of a period, each with the planned days it holds."""
    low, high = _BAND
    rows = totals[totals["period"] == period]
    spans = rows["period_start"].dt.to_period(PERIODS[period])
    first_day = totals.loc[totals["period"] == "day", "period_start"].min()
    return pd.DataFrame(
        {
            "contacts": rows["contacts"],
            "low": rows[low],
            "high": rows[high],
            "first": rows["period_start"].clip(lower=first_day),
            "last": spans.dt.end_time.dt.normalize().clip(upper=last_day),
        }
    )


def _axis(period: str, rows: pd.DataFrame) -> Spec:
    if period == "month":
        starts = rows["first"].dt.to_period("M").dt.start_time.drop_duplicates()
        return time_axis(form="%b", marks=starts)
    first, last = rows["first"].min(), rows["last"].max()
    days = pd.Series(pd.date_range(first, last, freq="D"))
    return time_axis(form="%d %b", marks=mondays(days))
