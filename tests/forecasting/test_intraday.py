import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forecasting.conformal import interval_quantiles, learn_correction
from forecasting.intraday import update_day
from forecasting.paths import PathParameters, sample_paths

PROFILE = np.array([5.0, 20.0, 50.0, 60.0, 40.0, 20.0, 8.0, 2.0])
TYPICAL = PathParameters(
    day_sd=0.15, day_correlation=0.5, interval_sd=0.1, interval_correlation=0.5, days=100
)


def correction(parameters=TYPICAL):
    nothing = np.full((1, 14, PROFILE.size), np.nan)
    return learn_correction(nothing, nothing, parameters)


def morning(factor, intervals=4):
    so_far = np.full(PROFILE.size, np.nan)
    so_far[:intervals] = factor * PROFILE[:intervals]
    return so_far


def update(so_far, expected=PROFILE, parameters=TYPICAL):
    return update_day(expected, so_far, parameters, correction(parameters))


def test_with_nothing_known_the_update_is_the_forecast():
    nothing = update(np.full(PROFILE.size, np.nan))
    assert nothing.status == "inside"
    assert nothing.day_factor == 1
    np.testing.assert_allclose(nothing.contacts, PROFILE)
    np.testing.assert_allclose(nothing.quantiles, interval_quantiles(PROFILE, correction()))


def test_a_morning_as_forecast_moves_no_expectation_and_makes_the_rest_surer():
    before, after = update(np.full(PROFILE.size, np.nan)), update(morning(1.0))
    np.testing.assert_allclose(after.contacts, PROFILE)
    assert after.day_factor_sd < before.day_factor_sd
    assert np.ptp(after.day_quantiles) < np.ptp(before.day_quantiles)
    rest = after.quantiles[:, 4:]
    assert (rest[-1] - rest[0] <= before.quantiles[-1, 4:] - before.quantiles[0, 4:]).all()


@given(factor=st.floats(0, 5), day_sd=st.floats(0.01, 1), interval_sd=st.floats(0, 1))
@settings(max_examples=60, deadline=None)
def test_the_updated_level_lies_between_forecast_and_data(factor, day_sd, interval_sd):
    parameters = PathParameters(
        day_sd=day_sd, day_correlation=0, interval_sd=interval_sd, interval_correlation=0.5
    )
    updated = update(morning(factor), parameters=parameters)
    assert min(1, factor) - 1e-9 <= updated.day_factor <= max(1, factor) + 1e-9


def test_more_intervals_move_the_level_further_towards_the_data():
    levels = [update(morning(1.3, intervals)).day_factor for intervals in (1, 2, 4, 6)]
    assert (np.diff(levels) > 0).all()


def test_noisy_intervals_are_weaker_evidence():
    noisy = PathParameters(
        day_sd=0.15, day_correlation=0.5, interval_sd=0.5, interval_correlation=0.5
    )
    assert 1 < update(morning(1.3), parameters=noisy).day_factor < update(morning(1.3)).day_factor


def test_a_level_that_never_strays_is_not_updated():
    sure = PathParameters(day_sd=0, day_correlation=0, interval_sd=0, interval_correlation=0)
    updated = update(morning(1.5), parameters=sure)
    assert updated.day_factor == 1
    assert updated.status == "above"


@pytest.mark.parametrize(("factor", "status"), [(0.5, "below"), (1.05, "inside"), (1.6, "above")])
def test_the_status_says_on_which_side_of_the_band_the_day_runs(factor, status):
    updated = update(morning(factor))
    assert updated.status == status
    assert updated.band_low < updated.expected_so_far < updated.band_high


def test_eighty_of_a_hundred_ordinary_mornings_stay_inside_the_band():
    days = sample_paths(np.tile(PROFILE, (1, 1)), TYPICAL, np.random.default_rng(3), paths=500)[
        :, 0
    ].astype(float)
    days[:, 4:] = np.nan
    inside = np.mean([update(day).status == "inside" for day in days])
    assert inside == pytest.approx(0.8, abs=0.055)


def test_the_rest_of_ordinary_days_falls_inside_its_updated_quantiles():
    days = sample_paths(PROFILE[None], TYPICAL, np.random.default_rng(4), paths=400)[:, 0]
    inside, errors, naive = [], [], []
    for day in days.astype(float):
        updated = update(np.where(np.arange(PROFILE.size) < 4, day, np.nan))
        low, high = updated.day_quantiles[[1, 5]]
        inside.append(low <= day.sum() <= high)
        errors.append(abs(updated.day_total - day.sum()))
        naive.append(abs(day[:4].sum() + PROFILE[4:].sum() - day.sum()))
    assert np.mean(inside) == pytest.approx(0.8, abs=0.06)
    assert np.mean(errors) < np.mean(naive)


def test_the_day_is_never_less_than_what_has_come():
    updated = update(morning(3.0))
    assert (updated.day_quantiles >= updated.contacts_so_far).all()


@pytest.mark.parametrize(
    "expected", [np.zeros(8), np.full(8, np.nan), np.full(8, 0.01), PROFILE * 1e4]
)
@pytest.mark.parametrize("came", [0.0, 3.0])
def test_closed_empty_and_tiny_days_have_an_answer(expected, came):
    so_far = np.full(8, np.nan)
    so_far[:3] = came
    updated = update(so_far, expected=expected)
    assert np.isfinite(updated.day_quantiles).all()
    assert (np.diff(updated.day_quantiles) >= 0).all()
    assert updated.day_total >= 3 * came
    assert np.isfinite(updated.contacts[np.isfinite(expected)]).all()


def test_shapes_that_differ_are_refused():
    with pytest.raises(ValueError, match="shape"):
        update(np.zeros(3))
