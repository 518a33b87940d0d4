import numpy as np
import pandas as pd
import pytest

from forecasting.backtest import MAX_WINDOW_DAYS, backtest, origins, window_days
from forecasting.conformal import interval_quantiles, learn_correction
from forecasting.grid import day_grid
from forecasting.paths import path_parameters
from forecasting.special_days import SPECIAL_DAY_COLUMNS

NO_SPECIAL_DAYS = pd.DataFrame({name: [] for name in SPECIAL_DAY_COLUMNS})


def test_every_window_starts_its_lead_after_the_origin_and_ends_inside_the_history():
    dates = pd.date_range("2025-01-01", periods=200)
    for lead_days in (0, 1, 14):
        for origin in origins(dates, lead_days=lead_days):
            last = origin + pd.Timedelta(days=lead_days + MAX_WINDOW_DAYS - 1)
            assert last <= dates[-1]
    newest = origins(dates, lead_days=14)[-1]
    assert newest + pd.Timedelta(days=14 + MAX_WINDOW_DAYS - 1) == dates[-1]


def test_windows_do_not_overlap():
    found = origins(pd.date_range("2025-01-01", periods=200), lead_days=14)
    assert set(np.diff(found)) == {np.timedelta64(MAX_WINDOW_DAYS, "D")}


def test_a_history_too_short_has_no_origin():
    assert origins(pd.date_range("2025-01-01", periods=40), lead_days=14) == []


def test_a_negative_lead_is_refused():
    with pytest.raises(ValueError, match="lead_days"):
        origins(pd.date_range("2025-01-01", periods=200), lead_days=-1)


def test_a_week_that_repeats_exactly_has_no_error(make_history):
    grid = day_grid(make_history(weeks=30), 30)
    scores = backtest(
        grid, NO_SPECIAL_DAYS, ["seasonal_naive", "weekday_profile"], lead_days=14
    ).scores()
    assert [score.wape for score in scores] == pytest.approx([0.0, 0.0], abs=1e-3)
    assert {score.folds for score in scores} == {6}


def test_what_came_after_the_last_origin_moves_no_forecast(make_history):
    calm = day_grid(make_history(weeks=30, seed=4), 30)
    wild = day_grid(make_history(weeks=30, seed=4), 30)
    # The newest window and the lead before it: no origin has seen these days.
    wild.contacts[-28:] *= 3.0
    sums, errors = [], []
    for grid in (calm, wild):
        score = backtest(grid, NO_SPECIAL_DAYS, ["weekday_profile"], lead_days=14).scores()[0]
        came = np.nansum(grid.contacts[-6 * MAX_WINDOW_DAYS :])
        sums.append((1 + score.bias) * came)
        errors.append(score.wape)
    assert sums[0] == pytest.approx(sums[1], rel=1e-12)
    assert errors[1] > errors[0]


def test_pure_poisson_noise_needs_no_wider_interval(make_history):
    grid = day_grid(make_history(weeks=40, scale=3, seed=8), 30)
    tested = backtest(grid, NO_SPECIAL_DAYS, ["weekday_profile"], lead_days=14)
    expected = tested.forecasts["weekday_profile"].contacts
    correction = learn_correction(tested.actual, expected, path_parameters(tested.actual, expected))
    low, high = interval_quantiles(np.array([100.0]), correction)[[1, 5], 0]
    # The mean of six noisy days errs by a sixth of their variance, and chance does the rest.
    chance = 1.2816 * np.sqrt(100.0 * (1 + 1 / 6))
    assert 0.8 * chance < (high - low) / 2 < 1.3 * chance


def test_progress_hears_of_every_forecast_and_may_cancel(make_history):
    grid = day_grid(make_history(weeks=30), 30)
    heard: list[str] = []
    backtest(grid, NO_SPECIAL_DAYS, ["seasonal_naive"], lead_days=14, progress=heard.append)
    assert heard == ["seasonal_naive"] * 6

    def cancel(_: str) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        backtest(grid, NO_SPECIAL_DAYS, ["seasonal_naive"], lead_days=14, progress=cancel)


def test_a_plan_of_one_day_is_judged_on_single_days_of_every_weekday():
    found = origins(pd.date_range("2025-01-01", periods=200), lead_days=0, window=window_days(1))
    assert len(found) == 21
    weekdays = pd.DatetimeIndex(found).dayofweek
    assert (np.bincount(weekdays, minlength=7) == 3).all()


def test_a_plan_longer_than_two_weeks_is_judged_two_weeks_at_a_time():
    assert window_days(56) == 14
    assert window_days(7) == 7


def test_an_empty_window_is_refused():
    with pytest.raises(ValueError, match="window"):
        origins(pd.date_range("2025-01-01", periods=200), lead_days=0, window=0)


def test_a_history_without_a_fold_has_no_scores(make_history):
    tested = backtest(
        day_grid(make_history(weeks=4), 30), NO_SPECIAL_DAYS, ["weekday_profile"], lead_days=14
    )
    assert tested.scores() == []
    assert tested.actual.shape == (0, 14, 48)


def test_the_evidence_is_kept_fold_by_fold(make_history):
    grid = day_grid(make_history(weeks=30, seed=4), 30)
    tested = backtest(grid, NO_SPECIAL_DAYS, ["weekday_profile"], lead_days=14)
    for origin, came in zip(tested.origins, tested.actual, strict=True):
        first = grid.dates.get_loc(origin + pd.Timedelta(days=14))
        np.testing.assert_array_equal(came, grid.contacts[first : first + 14])
    assert tested.forecasts["weekday_profile"].contacts.shape == tested.actual.shape
