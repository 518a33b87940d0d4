import numpy as np
import pandas as pd

from forecasting.models.yearly import yearly_terms


def test_a_date_has_the_same_season_whatever_dates_stand_beside_it():
    dates = pd.date_range("2024-01-01", periods=500)
    np.testing.assert_array_equal(yearly_terms(dates)[100:], yearly_terms(dates[100:]))


def test_the_season_comes_back_after_four_years_to_the_day():
    terms = yearly_terms(pd.DatetimeIndex(["2021-03-01", "2025-03-01"]))
    np.testing.assert_allclose(terms[0], terms[1], atol=1e-9)
