import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forecasting.combination import combination_weights, combine
from forecasting.models.protocol import Prediction

names = st.lists(st.sampled_from("abcdef"), min_size=1, unique=True)


def losses(days=84, **level):
    """Daily losses around a level, models apart from one another by chance."""
    rng = np.random.default_rng(3)
    return {name: value * (1 + 0.3 * rng.standard_normal(days)) for name, value in level.items()}


@given(names, st.integers(0, 60), st.integers(0, 1000))
@settings(deadline=None, max_examples=60)
def test_weights_sum_to_one_and_are_never_negative(names, days, seed):
    rng = np.random.default_rng(seed)
    weights = combination_weights({name: rng.gamma(2, 5, days) for name in names})
    if days == 0:
        assert weights == {}
    else:
        assert sum(weights.values()) == pytest.approx(1)
        assert min(weights.values()) >= 0


@given(st.integers(1, 6), st.floats(0, 5), st.integers(1, 200))
@settings(deadline=None, max_examples=30)
def test_equal_errors_give_equal_weights(members, loss, days):
    weights = combination_weights({str(i): np.full(days, loss) for i in range(members)})
    assert list(weights.values()) == pytest.approx([1 / members] * members)


def test_a_smaller_error_weighs_more():
    weights = combination_weights(losses(good=100.0, fair=103.0))
    assert weights["good"] > weights["fair"] > 0


def test_few_days_lean_on_equal_weights():
    day = np.array([0.0, 10.0])
    two = {"good": day, "fair": 1.04 * day[::-1]}
    # The same errors seen for longer.
    short, long = (
        combination_weights({name: np.tile(loss, n) for name, loss in two.items()})["good"]
        for n in (3, 300)
    )
    assert 0.5 < short < long < 1.04**2 / (1 + 1.04**2)


def test_a_model_a_tenth_worse_is_left_out():
    day = np.array([0.0, 10.0])
    weights = combination_weights({"good": day, "bad": 1.11 * day[::-1]})
    assert weights == {"good": 1.0, "bad": 0.0}


def test_a_model_worse_day_by_day_is_left_out_and_one_worse_by_luck_is_not():
    rng = np.random.default_rng(5)
    day = 100 + 30 * rng.standard_normal(84)
    # The same days in another order: a little more on average, now less and now more.
    luck = 1.01 * day[::-1]
    weights = combination_weights({"good": day, "always": day + 3, "luck": luck})
    assert weights["always"] == 0
    assert weights["good"] > 0
    assert weights["luck"] > 0


def test_the_scale_of_errors_does_not_matter():
    small = losses(a=10.0, b=10.1, c=10.3)
    large = {name: 7 * loss for name, loss in small.items()}
    assert combination_weights(small) == pytest.approx(combination_weights(large))


def test_the_combination_is_the_weighted_mean_of_its_members():
    one = Prediction(contacts=np.full((2, 3), 10.0), rate_cv=np.full((2, 3), 0.1))
    two = Prediction(contacts=np.full((2, 3), 20.0), rate_cv=np.full((2, 3), 0.3))
    mean = combine({"a": one, "b": two, "c": two}, {"a": 0.25, "b": 0.75, "c": 0.0})
    np.testing.assert_allclose(mean.contacts, 17.5)
    np.testing.assert_allclose(mean.rate_cv, 0.25)
