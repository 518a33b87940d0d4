"""Those who come back: reference values, and the accounts of a fixed point."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from staffing.queues.erlang import erlang_b, service_level
from staffing.queues.measures import abandonment
from staffing.queues.redials import load_with_redials, load_with_retries

quick = settings(max_examples=40, deadline=None)


@pytest.mark.parametrize(
    ("contacts", "interval_s", "aht_s", "patience_s", "n", "within_s", "again", "expected"),
    [
        (100, 1800, 180, 300, 10, 20, 0.5, (107.67321115761, 0.142527766658, 0.41090181905)),
        (48, 60, 60, 120, 45, 30, 0.5, (51.3329549142, 0.129856343543, 0.76301435539)),
        (600, 900, 300, 60, 190, 20, 0.8, (723.38988113637, 0.213214692993, 0.595180773063)),
    ],
)
def test_reference_values_of_redials(
    contacts, interval_s, aht_s, patience_s, n, within_s, again, expected
):
    total = load_with_redials(n, contacts * aht_s / interval_s, aht_s, patience_s, again)
    shown = (
        total * interval_s / aht_s,
        abandonment(n, total, aht_s, patience_s),
        service_level(n, total, aht_s, within_s, patience_s=patience_s),
    )
    assert shown == pytest.approx(expected, rel=1e-11)


@quick
@given(n=st.integers(0, 100), load=st.floats(0.01, 120), again=st.floats(0, 0.95))
def test_first_attempts_and_returns_make_the_total(n, load, again):
    total = load_with_redials(n, load, 240, 120, again)
    assert total * (1 - again * abandonment(n, total, 240, 120)) == pytest.approx(load, rel=1e-9)
    total = load_with_retries(n, load, again)
    assert total * (1 - again * erlang_b(n, total)) == pytest.approx(load, rel=1e-9)


def test_where_all_come_back_until_served_the_load_must_be_below_the_agents():
    assert load_with_redials([9, 10], 10.0, 240, 120, 1.0).tolist() == [np.inf, np.inf]
    assert load_with_retries([9, 10], 10.0).tolist() == [np.inf, np.inf]
    assert load_with_redials(12, 10.0, 240, 120, 1.0) > 10
    assert load_with_redials(10, 10.0, 240, 120, 0.0) == 10
    assert load_with_redials(10, 0.0, 240, 120, 0.5) == 0
    with pytest.raises(ValueError, match=r"redial_probability = 1.5; must be a number in \[0, 1\]"):
        load_with_redials(10, 10.0, 240, 120, 1.5)
