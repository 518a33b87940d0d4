from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forecasting.distribution import QUANTILE_LEVELS, quantile_column
from forecasting.totals import PERIODS
from planner.bounds import ScenarioError
from planner.edits import BEFORE, VOLUMES, Edit, edit_problems, edited_demand, edited_totals

ZONE = "Europe/Madrid"
# Two weeks over the night in which autumn repeats an hour, at all hours.
FIRST, LAST = date(2026, 10, 19), date(2026, 11, 1)
QUEUES = ("sales", "support", "night")
PROMO = Edit(name="Promo", first=FIRST, last=FIRST, queues=("sales",), factor=1.5)


def make_forecast():
    end = pd.Timestamp(LAST) + pd.Timedelta(days=1)
    starts = pd.date_range(
        pd.Timestamp(FIRST, tz=ZONE), end.tz_localize(ZONE), freq="30min", inclusive="left"
    )
    hour = (starts.hour + starts.minute / 60).to_numpy()
    parts = []
    for number, queue in enumerate(QUEUES, start=1):
        mean = number * (11 + 9 * np.sin(np.pi * hour / 12))
        if queue == "night":
            mean = np.where(hour < 6, 3.0, 0.0)
        part = pd.DataFrame({"queue": queue, "channel": "voice", "interval_start": starts})
        part["contacts"] = mean
        for level in QUANTILE_LEVELS:
            part[quantile_column(level)] = np.floor(mean * (0.5 + level))
        parts.append(part.assign(aht_s=300.0))
    return pd.concat(parts, ignore_index=True)


FORECAST = make_forecast()


def make_totals():
    days = FORECAST["interval_start"].dt.tz_localize(None)
    parts = []
    for period, frequency in PERIODS.items():
        starts = days.dt.to_period(frequency).dt.start_time
        for rows in (FORECAST, FORECAST.assign(queue="")):
            groups = rows.groupby(["queue", starts.rename("period_start")])
            parts.append(groups["contacts"].sum().reset_index().assign(period=period))
    totals = pd.concat(parts, ignore_index=True)
    return totals.assign(
        **{quantile_column(q): totals["contacts"] * (0.9 + 0.2 * q) for q in QUANTILE_LEVELS}
    )


def in_span(edit, queue):
    wall = FORECAST["interval_start"].dt.tz_localize(None)
    day, minute = wall.dt.date, 60 * wall.dt.hour + wall.dt.minute
    start, end = edit.hours or (0, 1440)
    held = (day >= edit.first) & (day <= edit.last) & (minute >= start) & (minute < end)
    return held & (FORECAST["queue"] == queue)


days = st.dates(FIRST, LAST)
hours = st.none() | st.sampled_from([(0, 1440), (540, 840), (120, 180), (90, 210)])


@st.composite
def edits(draw):
    first, last = sorted((draw(days), draw(days)))
    queues = draw(st.lists(st.sampled_from(QUEUES), unique=True).map(tuple))
    change = {"factor": draw(st.floats(0, 5))}
    if queues and draw(st.booleans()):
        change = {"contacts": draw(st.floats(0, 10_000))}
    return Edit(name="Why", first=first, last=last, queues=queues, hours=draw(hours), **change)


@settings(max_examples=60, deadline=None)
@given(before=st.lists(edits(), max_size=2), last=edits())
def test_contacts_asked_for_are_the_sum_in_each_queue_in_the_forecasts_own_shape(before, last):
    demand = edited_demand(FORECAST, [*before, last])
    untouched = pd.Series(True, index=FORECAST.index)
    for queue in last.queues or QUEUES:
        held = in_span(last, queue)
        untouched &= ~held
        if last.contacts is not None and FORECAST.loc[held, "contacts"].sum() > 0:
            assert demand.loc[held, "contacts"].sum() == pytest.approx(last.contacts)
    former = edited_demand(FORECAST, before)
    pd.testing.assert_frame_equal(
        demand.loc[untouched, list(VOLUMES)], former.loc[untouched, list(VOLUMES)]
    )
    if not before and last.contacts:
        factor = (demand["contacts"] / FORECAST["contacts"].replace(0, np.nan)).dropna()
        for queue in last.queues:
            own = factor[in_span(last, queue).reindex(factor.index)]
            assert own.empty or np.ptp(own) == pytest.approx(0, abs=1e-6 * own.max())


@settings(max_examples=60, deadline=None)
@given(st.lists(edits(), max_size=4))
def test_quantiles_keep_their_order_and_nothing_is_negative_or_lost(some):
    demand = edited_demand(FORECAST, some)
    values = demand[[quantile_column(level) for level in QUANTILE_LEVELS]].to_numpy()
    assert (np.diff(values, axis=1) >= 0).all()
    assert (values >= 0).all()
    assert np.isfinite(demand[list(VOLUMES)].to_numpy()).all()
    if some:
        np.testing.assert_array_equal(demand[BEFORE], FORECAST["contacts"])


@settings(max_examples=40, deadline=None)
@given(st.lists(edits(), min_size=1, max_size=3))
def test_totals_of_queues_and_centre_stay_the_sums_of_the_intervals(some):
    demand = edited_demand(FORECAST, some)
    before = make_totals()
    totals = edited_totals(before, FORECAST, some)
    wall = demand["interval_start"].dt.tz_localize(None)
    for period, frequency in PERIODS.items():
        starts = wall.dt.to_period(frequency).dt.start_time
        of_period = totals[totals["period"] == period].set_index(["queue", "period_start"])
        for rows in (demand, demand.assign(queue="")):
            sums = rows.groupby(["queue", starts.rename("period_start")])["contacts"].sum()
            told = of_period.loc[sums.index, "contacts"]
            np.testing.assert_allclose(told, sums, rtol=1e-9, atol=1e-9)
    band = quantile_column(0.9)
    np.testing.assert_allclose(
        totals[band] * before["contacts"], before[band] * totals["contacts"], rtol=1e-9
    )


def test_a_factor_of_one_changes_nothing_and_no_edits_are_the_forecast_itself():
    same = edited_demand(FORECAST, [replace(PROMO, factor=1.0, queues=())])
    pd.testing.assert_frame_equal(same.drop(columns=BEFORE), FORECAST)
    assert edited_demand(FORECAST, []) is FORECAST
    totals = make_totals()
    pd.testing.assert_frame_equal(
        edited_totals(totals, FORECAST, [replace(PROMO, factor=1.0)]), totals
    )


def test_edits_hold_one_after_the_other_on_what_the_former_left():
    total = replace(PROMO, factor=None, contacts=600.0)
    first = edited_demand(FORECAST, [PROMO, total])
    then = edited_demand(FORECAST, [total, PROMO])
    held = in_span(PROMO, "sales")
    assert first.loc[held, "contacts"].sum() == pytest.approx(600)
    assert then.loc[held, "contacts"].sum() == pytest.approx(900)


def test_contacts_after_a_factor_of_zero_find_the_shape_of_the_forecast_again():
    closed = replace(PROMO, factor=0.0)
    opened = replace(PROMO, factor=None, contacts=100.0)
    pd.testing.assert_frame_equal(
        edited_demand(FORECAST, [closed, opened]), edited_demand(FORECAST, [opened])
    )


def codes(*some):
    table = edit_problems(FORECAST, some, first=FIRST, last=LAST)
    assert (table["severity"] == "warning").all()
    return list(zip(table["code"], table["queue"], table["found"], strict=True))


def test_an_edit_that_does_not_do_what_it_says_is_a_problem_and_not_silence():
    past = replace(PROMO, first=date(2026, 9, 1), last=date(2026, 9, 2))
    spread = {"factor": None, "contacts": 50.0}
    assert codes(PROMO, replace(PROMO, contacts=9.0, factor=None)) == []
    assert codes(past) == [("edit_outside_plan", "sales", "Promo")]
    assert codes(replace(past, queues=())) == [("edit_outside_plan", "", "Promo")]
    day = replace(PROMO, queues=("sales", "night"), hours=(600, 660), **spread)
    assert codes(day) == [("edit_not_spread", "night", "Promo")]
    early = replace(PROMO, first=date(2026, 10, 1), **spread)
    assert codes(early) == [("edit_partly_outside_plan", "sales", "Promo")]
    assert codes(replace(early, factor=1.1, contacts=None)) == []


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"name": ""}, ("name", "missing")),
        ({"last": date(2026, 10, 1)}, ("to", "out_of_bounds")),
        ({"last": date(2027, 10, 20)}, ("to", "out_of_bounds")),
        ({"factor": None}, ("factor", "missing")),
        ({"contacts": 5.0}, ("factor", "contradiction")),
        ({"factor": -0.1}, ("factor", "out_of_bounds")),
        ({"factor": None, "contacts": -1.0}, ("contacts", "out_of_bounds")),
        ({"factor": float("nan")}, ("factor", "not_a_number")),
        ({"factor": None, "contacts": 5.0, "queues": ()}, ("queues", "missing")),
        ({"queues": (3,)}, ("queues", "not_text")),
        ({"hours": (840, 540)}, ("hours", "out_of_bounds")),
        ({"hours": (0, 1441)}, ("hours", "out_of_bounds")),
    ],
)
def test_an_edit_that_cannot_be_is_refused_with_its_reason(changes, problem):
    with pytest.raises(ScenarioError) as caught:
        replace(PROMO, **changes)
    assert [(one.key, one.code) for one in caught.value.problems] == [problem]
