"""Erlang B and C: published values, edges and laws."""

import itertools
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from staffing import (
    average_speed_of_answer,
    erlang_b,
    erlang_c,
    occupancy,
    offered_load,
    service_level,
)

loads = st.floats(0.01, 300.0)
agents = st.integers(0, 400)
quick = settings(max_examples=60, deadline=None)


@pytest.mark.parametrize(
    ("lines", "load", "published", "digits"),
    [
        (15, 8.108, 0.0099996, 1e-7),  # erlang.com manual: 1 % blocking
        (45, 100 / 3, 0.009654, 1e-6),  # erlang.com forum
        (44, 100 / 3, 0.01316, 1e-5),
        (30, 25.0, 0.0526031722281, 1e-12),  # Wolfram's example gives ~ .05
        (5, 3.0, 0.110054347826, 1e-12),
        (4, 2.0, 0.0952380952381, 1e-12),
    ],
)
def test_erlang_b_gives_published_values(lines, load, published, digits):
    assert erlang_b(lines, load) == pytest.approx(published, abs=digits)


def test_erlang_c_gives_published_values():
    load = offered_load(100, 180, 1800)
    assert load == 10.0
    assert erlang_c(14, load) == pytest.approx(0.1741319, abs=1e-7)
    assert service_level(14, load, 180, 20) == pytest.approx(0.88835, abs=1e-5)
    assert average_speed_of_answer(14, load, 180) == pytest.approx(7.83593701, abs=1e-8)
    assert occupancy(14, load) == pytest.approx(0.7142857, abs=1e-7)
    assert erlang_c(132, 123.0) == pytest.approx(0.3211161792617074, rel=1e-12)


@pytest.mark.parametrize(("n", "load"), [(1, "0.5"), (7, "3.25"), (20, "19.75"), (60, "41.5")])
def test_both_formulas_agree_with_exact_fractions(n, load):
    a = Fraction(load)
    inverse_b = Fraction(1)
    for k in range(1, n + 1):
        inverse_b = 1 + k / a * inverse_b
    rho = a / n
    assert erlang_b(n, float(a)) == pytest.approx(float(1 / inverse_b), rel=1e-14)
    assert erlang_c(n, float(a)) == pytest.approx(
        float(1 / (rho + (1 - rho) * inverse_b)), rel=1e-14
    )


@pytest.mark.parametrize("n", [0, 3])
def test_without_load_nobody_waits(n):
    assert erlang_b(n, 0) == 0
    assert erlang_c(n, 0) == 0
    assert service_level(n, 0, 300, 20) == 1
    assert average_speed_of_answer(n, 0, 300) == 0
    assert occupancy(n, 0) == 0


@pytest.mark.parametrize("n", [0, 3, 4])
def test_a_queue_without_steady_state_has_the_limits_and_no_finite_wait(n):
    assert erlang_c(n, 4.0) == 1
    assert service_level(n, 4.0, 300, 20) == 0
    assert average_speed_of_answer(n, 4.0, 300) == np.inf
    assert occupancy(n, 4.0) == 1


def test_without_lines_everything_is_lost():
    assert erlang_b(0, 4.0) == 1


@pytest.mark.parametrize(
    ("n", "load", "loss"), [(1000, 0.001, 0), (2, 1e-300, 0), (1, 1e9, 1 - 1e-9)]
)
def test_extremes_neither_overflow_nor_warn(n, load, loss):
    assert erlang_b(n, load) == pytest.approx(loss, abs=1e-12)
    assert 0 <= erlang_c(n, load) <= 1


@quick
@given(n=agents, load=loads)
def test_more_lines_lose_less_and_more_load_loses_more(n, load):
    blocked = erlang_b(n, load)
    assert erlang_b(n + 1, load) < blocked <= 1 or blocked < 1e-300
    assert erlang_b(n + 1, load) <= erlang_b(n + 1, load * 1.01)


@quick
@given(n=agents, load=loads, aht=st.floats(10, 3600), within=st.floats(0, 600))
def test_service_level_rises_with_agents_and_with_the_time_allowed(n, load, aht, within):
    level = service_level(n, load, aht, within)
    assert 0 <= level <= 1
    assert level <= service_level(n + 1, load, aht, within) + 1e-15
    assert level <= service_level(n, load, aht, within + 5) + 1e-15
    assert service_level(n, load, aht, 0) == pytest.approx(1 - erlang_c(n, load), abs=1e-15)


@quick
@given(contacts=st.floats(0.1, 2000), aht=st.floats(10, 3600), n=agents)
def test_only_ratios_of_times_matter(contacts, aht, n):
    load, in_minutes = offered_load(contacts, aht, 1800), offered_load(contacts, aht / 60, 30)
    assert load == pytest.approx(in_minutes, rel=1e-12)
    assert service_level(n, load, aht, 20) == pytest.approx(
        service_level(n, load, aht / 60, 20 / 60), abs=1e-12
    )


@quick
@given(rows=st.lists(st.tuples(agents, loads, st.floats(10, 3600)), min_size=2, max_size=40))
def test_a_row_has_the_same_bits_alone_and_among_others(rows):
    n, load, aht = (np.array(column) for column in zip(*rows, strict=True))
    together = np.array(
        [
            erlang_b(n, load),
            erlang_c(n, load),
            service_level(n, load, aht, 20.0),
            average_speed_of_answer(n, load, aht),
        ]
    )
    alone = [
        [
            erlang_b(*row[:2]),
            erlang_c(*row[:2]),
            service_level(*row, 20.0),
            average_speed_of_answer(*row),
        ]
        for row in rows
    ]
    np.testing.assert_array_equal(together.T, alone, strict=True)


def test_shapes_broadcast_and_scalars_give_scalars():
    assert erlang_c(np.arange(3)[:, None], np.array([0.5, 1.5])).shape == (3, 2)
    assert service_level([5, 6], 3.0, 300, [[10], [20], [30]]).shape == (3, 2)
    assert average_speed_of_answer(2, np.ones((2, 0)), 300).shape == (2, 0)
    for value in (erlang_b(2, 1), erlang_c(2, 1), offered_load(1, 1, 1), occupancy(2, 1)):
        assert isinstance(value, np.float64)


@pytest.mark.parametrize(
    ("function", "arguments"),
    [
        (offered_load, {"contacts": 10, "aht_s": 300, "interval_s": 900}),
        (erlang_b, {"agents": 3, "load_erlangs": 2}),
        (erlang_c, {"agents": 3, "load_erlangs": 2}),
        (service_level, {"agents": 3, "load_erlangs": 2, "aht_s": 300, "within_s": 20}),
        (average_speed_of_answer, {"agents": 3, "load_erlangs": 2, "aht_s": 300}),
        (occupancy, {"agents": 3, "load_erlangs": 2}),
    ],
)
def test_what_is_not_a_finite_number_of_zero_or_more_is_refused_by_name(function, arguments):
    for name, bad in itertools.product(arguments, (np.nan, np.inf, -1.0)):
        with pytest.raises(ValueError, match=rf"{name} = {bad}; must be a "):
            function(**(arguments | {name: [1.0, bad]}))


def test_a_fraction_of_an_agent_and_a_handling_time_of_zero_are_refused():
    with pytest.raises(ValueError, match=r"agents = 2\.5; must be a whole number"):
        erlang_c(2.5, 1)
    with pytest.raises(ValueError, match=r"aht_s = 0\.0; must be a number in \(0, inf\)"):
        average_speed_of_answer(2, 1, 0)
