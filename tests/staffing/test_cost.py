"""Paid hours, contracts and cost."""

import pytest

from staffing import full_time_equivalents, labour_cost, paid_hours


def test_agents_are_paid_for_the_whole_interval():
    assert paid_hours([4, 0, 10], 0.25).tolist() == [1.0, 0.0, 2.5]


def test_ten_full_time_contracts_work_three_hundred_and_eighty_hours_a_week():
    assert full_time_equivalents(4 * 380, weeks=4, contract_h_per_week=38) == 10


def test_cost_is_hours_times_their_price():
    assert labour_cost([1.5, 2.0], 20).tolist() == [30.0, 40.0]


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: paid_hours(-1, 0.5), "agents_gross = -1"),
        (lambda: paid_hours(1, 0), "interval_h = 0"),
        (lambda: full_time_equivalents(10, 0, 38), "weeks = 0"),
        (lambda: full_time_equivalents(10, 1, 0), "contract_h_per_week = 0"),
        (lambda: labour_cost(float("nan"), 1), "paid_h = nan"),
        (lambda: labour_cost(1, -1), "cost_per_hour = -1"),
    ],
)
def test_what_cannot_be_paid_is_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()
