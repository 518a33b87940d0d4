import numpy as np
import pytest

from forecasting.accuracy import bias, coverage, pinball_loss, wape


def test_wape_is_absolute_error_over_volume():
    assert wape([10, 20, 30], [12, 17, 30]) == pytest.approx(5 / 60)


def test_bias_is_signed_and_too_high_is_positive():
    assert bias([10, 20], [11, 22]) == pytest.approx(0.1)
    assert bias([10, 20], [9, 18]) == pytest.approx(-0.1)


def test_unknown_actuals_are_left_out():
    assert wape([10, np.nan], [12, 99]) == pytest.approx(0.2)


def test_nothing_came_is_no_number():
    assert np.isnan(wape([0, 0], [1, 1]))


def test_pinball_loss_charges_each_side_by_its_level():
    assert pinball_loss([10], [8], 0.9) == pytest.approx(1.8)
    assert pinball_loss([10], [12], 0.9) == pytest.approx(0.2)


def test_the_true_quantile_has_the_least_pinball_loss():
    draws = np.random.default_rng(0).normal(size=20_000)
    losses = [pinball_loss(draws, np.full(draws.shape, q), 0.9) for q in (1.0, 1.2816, 1.6)]
    assert min(losses) == losses[1]


@pytest.mark.parametrize("level", [0.0, 1.0, -0.1, 2.0])
def test_a_level_outside_zero_and_one_is_refused(level):
    with pytest.raises(ValueError, match="level"):
        pinball_loss([1], [1], level)


def test_coverage_counts_both_ends_as_inside():
    assert coverage([1, 2, 3, 4], [1, 1, 1, 1], [2, 2, 3, 3]) == 0.75


def test_shapes_that_differ_are_refused():
    with pytest.raises(ValueError, match="shape"):
        wape([1, 2], [1])
