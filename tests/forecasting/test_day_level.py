import numpy as np
import pandas as pd
import pytest

from forecasting.day_level import fit_day_level
from forecasting.day_terms import (
    level_term,
    month_term,
    special_term,
    swing_term,
    weekday_term,
    workday_term,
    year_term,
)

DATES = pd.date_range("2024-01-01", periods=420)
WEEK = np.array([100.0, 90.0, 80.0, 90.0, 120.0, 60.0, 30.0])


def ordinary_terms(dates):
    return {
        "weekday": weekday_term(),
        "level": level_term(dates[0], dates[-1]),
        "swing": swing_term(dates[0], dates[-1]),
    }


def noisy(dates=DATES, sd=0.05, seed=1):
    noise = np.exp(sd * np.random.default_rng(seed).standard_normal(len(dates)))
    return 20 * WEEK[dates.dayofweek] * noise


def test_the_weekdays_are_found():
    fit = fit_day_level(ordinary_terms(DATES), DATES, noisy())
    ahead = pd.date_range(DATES[-1] + pd.Timedelta(days=1), periods=14)
    np.testing.assert_allclose(fit.day_contacts(ahead), 20 * WEEK[ahead.dayofweek], rtol=0.05)


def test_the_noise_is_measured():
    fit = fit_day_level(ordinary_terms(DATES), DATES, noisy(sd=0.12))
    # Student t weights take a part of a normal's tails.
    assert np.sqrt(fit.variances["noise"]) == pytest.approx(0.12, rel=0.3)


def test_poisson_noise_alone_is_no_noise_of_the_rate():
    counts = np.random.default_rng(4).poisson(WEEK[DATES.dayofweek]).astype(float)
    fit = fit_day_level(ordinary_terms(DATES), DATES, counts)
    assert np.sqrt(fit.variances["noise"]) < 0.05


def test_a_wild_day_moves_no_other():
    totals = noisy()
    wild = totals.copy()
    wild[-3] *= 20
    ahead = pd.date_range(DATES[-1] + pd.Timedelta(days=1), periods=7)
    calm, hit = (
        fit_day_level(ordinary_terms(DATES), DATES, days).day_contacts(ahead)
        for days in (totals, wild)
    )
    np.testing.assert_allclose(hit, calm, rtol=0.05)


def test_the_mean_of_the_fitted_days_is_the_mean_of_the_days():
    totals = noisy(sd=0.3)
    fit = fit_day_level(ordinary_terms(DATES), DATES, totals)
    assert fit.day_contacts(DATES).mean() == pytest.approx(totals.mean(), rel=0.05)


def test_days_unknown_are_passed_over():
    totals = noisy()
    totals[np.random.default_rng(2).random(len(totals)) < 0.4] = np.nan
    fit = fit_day_level(ordinary_terms(DATES), DATES, totals)
    np.testing.assert_array_equal(np.isnan(fit.residuals), np.isnan(totals))
    np.testing.assert_allclose(fit.day_contacts(DATES[:7]), 20 * WEEK, rtol=0.1)


def test_nothing_known_is_forecast_at_nothing():
    fit = fit_day_level(ordinary_terms(DATES), DATES, np.full(len(DATES), np.nan))
    np.testing.assert_array_equal(fit.day_contacts(DATES[:7]), 0)


def test_variances_kept_give_the_same_forecast():
    first = fit_day_level(ordinary_terms(DATES), DATES, noisy())
    again = fit_day_level(ordinary_terms(DATES), DATES, noisy(), variances=first.variances)
    ahead = pd.date_range(DATES[-1] + pd.Timedelta(days=1), periods=14)
    np.testing.assert_allclose(again.day_contacts(ahead), first.day_contacts(ahead), rtol=0.005)
    assert again.variances == pytest.approx(first.variances)


def test_the_level_stays_and_a_swing_fades_after_the_last_day():
    last = DATES[-1]
    far = pd.DatetimeIndex([last, last + pd.Timedelta(days=200)])
    level = level_term(DATES[0], last)(far)
    np.testing.assert_array_equal(level[0], level[1])
    swing = swing_term(DATES[0], last)(far)
    assert np.square(swing[0]).sum() == pytest.approx(1)
    assert np.square(swing[1]).sum() < 1e-6


def test_the_year_comes_round():
    term = year_term(DATES[-1])
    one = term(pd.DatetimeIndex(["2020-03-01"]))
    four_years = term(pd.DatetimeIndex(["2024-03-01"]))
    np.testing.assert_allclose(one, four_years, atol=1e-6)


def test_the_end_of_a_month_is_beside_the_next_one():
    days = month_term()(pd.DatetimeIndex(["2025-01-31", "2025-02-01", "2025-01-15"]))
    covariance = days @ days.T
    assert covariance[0, 1] == pytest.approx(np.exp(-1 / 2), rel=1e-3)
    assert covariance[0, 2] < 0.01


def test_working_days_are_counted_over_weekends():
    term = workday_term([True] * 5 + [False] * 2)
    # 1 March 2025 is a Saturday: Monday the 3rd is the first working day, Friday 28 February the
    # last of its month.
    days = term(pd.DatetimeIndex(["2025-03-01", "2025-03-03", "2025-02-28", "2025-03-14"]))
    assert not days[0].any()
    assert days[1].nonzero()[0].tolist() == [0]
    assert days[2].nonzero()[0].tolist() == [5]
    assert not days[3].any()


def test_a_special_day_is_felt_by_its_weight_and_unseen_labels_not_at_all():
    days = pd.DatetimeIndex(["2025-03-03", "2025-03-04", "2025-03-05"])
    term = special_term(days, np.array([1.0, 0.5, 1.0]), ["sale", "sale", "fair"], ["sale"])
    np.testing.assert_array_equal(term(days), [[1.0], [0.5], [0.0]])
