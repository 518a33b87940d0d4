"""The square-root rule: reference values, inverses and what the exact formulas tend to."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from staffing.queues.erlang import erlang_a, erlang_c
from staffing.queues.measures import abandonment
from staffing.queues.square_root import (
    garnett,
    halfin_whitt,
    quality_of_service,
    square_root_agents,
)

quick = settings(max_examples=60, deadline=None)


def test_halfin_and_whitt_s_function_and_its_inverse_give_reference_values():
    expected = [0.504538641, 0.2233612748, 0.02688136243]
    np.testing.assert_allclose(halfin_whitt([0.5, 1, 2]), expected, rtol=1e-9)
    expected = [1.061516275, 1.420186888, 2.374888148]
    np.testing.assert_allclose(quality_of_service([0.2, 0.1, 0.01]), expected, rtol=1e-9)


@pytest.mark.parametrize(
    ("beta", "gamma", "p_wait", "abandoned"),
    [
        (0, 1, 0.5, 0.3989422804),
        (0, 0.5, 0.5857864376, 0.3304946063),
        (1, 2, 0.1356408101, 0.1129488678),
    ],
)
def test_garnett_s_functions_give_reference_values(beta, gamma, p_wait, abandoned):
    assert garnett(beta, gamma) == pytest.approx((p_wait, abandoned), abs=5e-11)


@quick
@given(p_wait=st.floats(0.001, 0.999), gamma=st.one_of(st.none(), st.floats(0.05, 20)))
def test_the_quality_of_service_is_the_inverse(p_wait, gamma):
    beta = quality_of_service(p_wait, gamma)
    found = halfin_whitt(beta) if gamma is None else garnett(beta, gamma)[0]
    assert found == pytest.approx(p_wait, rel=1e-9)


def test_large_teams_come_near_the_limit():
    load = 1e6
    n = np.ceil(square_root_agents(load, 0.2))
    assert erlang_c(n, load) == pytest.approx(0.2, abs=2e-3)
    n = np.ceil(square_root_agents(load, 0.5, gamma=2.0))
    assert erlang_a(n, load, 240, 120) == pytest.approx(0.5, abs=2e-3)
    beta = (n - load) / np.sqrt(load)
    scaled = np.sqrt(n) * abandonment(n, load, 240, 120)
    assert scaled == pytest.approx(garnett(beta, 2.0)[1], rel=2e-3)


def test_a_queue_without_patience_s_end_needs_a_positive_beta():
    with pytest.raises(ValueError, match=r"beta = -0\.1"):
        halfin_whitt(-0.1)
    with pytest.raises(ValueError, match=r"p_wait = 1.0; must be a number in \(0, 1\)"):
        quality_of_service(1.0)
