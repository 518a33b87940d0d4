"""When silence is no chance."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import poisson

from forecasting.doctor.outages import PROBABILITY_BOUND, find_outages, so_few_by_chance

WEEK = (1, 4, 7, 20)  # a queue, weeks, weekdays, intervals


@given(
    mean=st.floats(0.01, 500),
    share=st.floats(0, 1),
)
@settings(max_examples=200, deadline=None)
def test_the_bound_is_at_least_the_poisson_probability(mean: float, share: float) -> None:
    count = float(np.floor(mean * share))
    bound = float(so_few_by_chance(count, mean))
    assert bound >= poisson.cdf(count, mean) - 1e-12
    assert bound <= 1 + 1e-12


@given(mean=st.floats(0.01, 500))
@settings(max_examples=50, deadline=None)
def test_for_no_contact_at_all_the_bound_is_exact(mean: float) -> None:
    assert np.isclose(so_few_by_chance(0.0, mean), np.exp(-mean), rtol=1e-12)


def test_a_run_is_judged_as_a_whole() -> None:
    """Three contacts an interval: none of them alone tells anything, twelve in a row do."""
    typical = np.full(WEEK, 3.0)
    usual = np.ones(WEEK, dtype=bool)
    for length, found in ((1, 0), (6, 0), (12, 1)):
        contacts = typical.copy()
        contacts[0, 1, 2, 4 : 4 + length] = 0.0
        outages = find_outages(contacts, typical, usual)
        assert len(outages.first) == found
        assert outages.cells.sum() == found * length
        assert (outages.probability < PROBABILITY_BOUND).all()


def test_a_quiet_day_is_no_outage() -> None:
    """At a tenth of its usual level an empty interval is nothing special."""
    typical = np.full(WEEK, 30.0)
    contacts = typical.copy()
    contacts[0, 1, 2] = 3.0
    contacts[0, 1, 2, 5:7] = 0.0
    assert find_outages(contacts, typical, np.ones(WEEK, dtype=bool)).cells.sum() == 0


def test_a_day_of_zeros_is_one_of_its_own() -> None:
    typical = np.full(WEEK, 3.0)
    contacts = typical.copy()
    contacts[0, 1, 2] = 0.0
    outages = find_outages(contacts, typical, np.ones(WEEK, dtype=bool))
    assert outages.zero_days.sum() == 1
    assert len(outages.first) == 0
    assert outages.cells.sum() == WEEK[-1]


def test_unknown_and_closed_intervals_are_no_outage() -> None:
    typical = np.full(WEEK, 30.0)
    contacts = np.where(np.arange(20) < 10, np.nan, 30.0) * np.ones(WEEK)
    usual = np.ones(WEEK, dtype=bool)
    assert find_outages(contacts, typical, usual).cells.sum() == 0
    night = np.zeros(WEEK)
    assert find_outages(night, typical, ~usual).cells.sum() == 0
