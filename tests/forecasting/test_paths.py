import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import nbinom

from forecasting.paths import (
    PRIOR_DAY_SD,
    PathParameters,
    day_variance,
    path_parameters,
    period_variance,
    sample_paths,
)

PROFILE = np.array([2.0, 15.0, 40.0, 50.0, 30.0, 12.0, 3.0, 0.0])
TYPICAL = PathParameters(
    day_sd=0.1, day_correlation=0.7, interval_sd=0.15, interval_correlation=0.5, days=100
)
CERTAIN = PathParameters(day_sd=0, day_correlation=0, interval_sd=0, interval_correlation=0)


def week(scale=1.0, days=7):
    return np.tile(scale * PROFILE, (days, 1))


def test_the_same_seed_gives_the_same_paths():
    first = sample_paths(week(), TYPICAL, np.random.default_rng(5), paths=50)
    again = sample_paths(week(), TYPICAL, np.random.default_rng(5), paths=50)
    other = sample_paths(week(), TYPICAL, np.random.default_rng(6), paths=50)
    assert (first == again).all()
    assert (first != other).any()


def test_the_mean_of_the_paths_is_the_mean_forecast():
    samples = sample_paths(week(), TYPICAL, np.random.default_rng(7), paths=8_000)
    total = samples.sum(axis=(1, 2))
    error = total.std() / np.sqrt(len(total))
    assert total.mean() == pytest.approx(week().sum(), abs=4 * error)


def test_sums_of_paths_vary_as_the_variances_say():
    samples = sample_paths(week(), TYPICAL, np.random.default_rng(8), paths=8_000)
    days = samples.sum(axis=2)
    assert days.var(axis=0) == pytest.approx(day_variance(week(), TYPICAL), rel=0.1)
    weeks = days.sum(axis=1)
    assert weeks.var() == pytest.approx(float(period_variance(week(), TYPICAL)), rel=0.1)


def test_a_day_is_not_narrower_by_the_root_of_its_intervals():
    samples = sample_paths(week(20), TYPICAL, np.random.default_rng(9), paths=2_000)
    cv_day = samples.sum(axis=2).std(axis=0) / (20 * PROFILE.sum())
    assert (cv_day > TYPICAL.day_sd * 0.95).all()


def test_a_rate_known_exactly_leaves_poisson_noise():
    samples = sample_paths(week(), CERTAIN, np.random.default_rng(10), paths=8_000)
    assert samples.var(axis=0) == pytest.approx(week(), rel=0.12, abs=1e-9)


def test_small_counts_are_as_often_zero_as_the_negative_binomial_says():
    cv = np.sqrt(np.expm1(0.5**2))
    noisy = PathParameters(day_sd=0, day_correlation=0, interval_sd=0.5, interval_correlation=0)
    samples = sample_paths(np.full((20, 20), 0.7), noisy, np.random.default_rng(11), paths=500)
    shape = 1 / cv**2
    assert np.mean(samples == 0) == pytest.approx(
        nbinom.pmf(0, shape, shape / (shape + 0.7)), abs=0.006
    )


def test_closed_and_empty_intervals_stay_empty():
    expected = week()
    expected[2] = np.nan
    samples = sample_paths(expected, TYPICAL, np.random.default_rng(12), paths=20)
    assert (samples[:, 2] == 0).all()
    assert (samples[:, :, -1] == 0).all()


@given(
    scale=st.sampled_from([0.0, 0.01, 1.0, 300.0]),
    day_sd=st.floats(0, 1),
    interval_sd=st.floats(0, 1),
    correlation=st.floats(0, 0.98),
)
@settings(max_examples=25, deadline=None)
def test_paths_are_whole_and_never_negative(scale, day_sd, interval_sd, correlation):
    parameters = PathParameters(
        day_sd=day_sd,
        day_correlation=correlation,
        interval_sd=interval_sd,
        interval_correlation=correlation,
    )
    samples = sample_paths(week(scale), parameters, np.random.default_rng(1), paths=10)
    assert samples.dtype == np.int32
    assert (samples >= 0).all()


@pytest.mark.parametrize(
    "truth",
    [
        TYPICAL,
        PathParameters(
            day_sd=0.2, day_correlation=0.3, interval_sd=0.05, interval_correlation=0.8, days=100
        ),
    ],
)
def test_parameters_put_into_paths_are_learnt_back(truth):
    expected = np.broadcast_to(week(10, days=14), (400, 14, PROFILE.size))
    actual = sample_paths(expected[0], truth, np.random.default_rng(13), paths=400).astype(float)
    learnt = path_parameters(actual, expected)
    assert learnt.day_sd == pytest.approx(truth.day_sd, rel=0.15)
    assert learnt.interval_sd == pytest.approx(truth.interval_sd, rel=0.15)
    assert learnt.day_correlation == pytest.approx(truth.day_correlation, abs=0.1)
    assert learnt.interval_correlation == pytest.approx(truth.interval_correlation, abs=0.25)


def test_without_past_errors_the_prior_is_all_there_is():
    nothing = np.full((1, 14, 4), np.nan)
    parameters = path_parameters(nothing, np.ones((1, 14, 4)))
    assert parameters.days == 0
    assert parameters.day_sd == pytest.approx(PRIOR_DAY_SD)


def test_days_of_windows_that_weigh_half_count_half():
    expected = np.broadcast_to(week(10, days=14), (4, 14, PROFILE.size))
    actual = sample_paths(expected[0], TYPICAL, np.random.default_rng(14), paths=4).astype(float)
    assert path_parameters(actual, expected, np.full(4, 0.5)).days == 28
    assert path_parameters(actual, expected, np.ones(4)) == path_parameters(actual, expected)


def test_fewer_days_known_are_never_a_surer_forecast():
    expected = np.broadcast_to(week(days=14), (12, 14, PROFILE.size))
    exact = expected.copy()
    spread = [path_parameters(exact[:n], expected[:n]).day_sd for n in (1, 2, 6, 12)]
    assert (np.diff(spread) < 0).all()


@pytest.mark.parametrize(
    ("name", "value"), [("day_sd", -0.1), ("interval_sd", np.nan), ("day_correlation", 1.0)]
)
def test_parameters_out_of_bounds_are_refused(name, value):
    good = {"day_sd": 0.1, "day_correlation": 0, "interval_sd": 0.1, "interval_correlation": 0}
    with pytest.raises(ValueError, match=name):
        PathParameters(**{**good, name: value})
