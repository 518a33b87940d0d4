import numpy as np
import pandas as pd
import pytest

from forecasting.grid import day_grid, local_cells

ZONE = "Europe/Madrid"


def all_day(date: str, contacts: float = 3.0) -> pd.DataFrame:
    start = pd.Timestamp(date, tz=ZONE)
    end = pd.Timestamp(pd.Timestamp(date) + pd.Timedelta(days=1), tz=ZONE)
    starts = pd.date_range(start, end, freq="30min", inclusive="left")
    return pd.DataFrame({"interval_start": starts, "contacts": contacts})


def test_no_contact_is_lost_or_made_up_on_an_ordinary_day():
    rows = all_day("2025-05-05")
    assert day_grid(rows, 30).contacts.sum() == rows["contacts"].sum()


def test_the_spring_hour_that_does_not_exist_stays_unknown():
    grid = day_grid(all_day("2025-03-30"), 30)
    assert np.isnan(grid.contacts[0, 4:6]).all()
    assert np.isfinite(np.delete(grid.contacts[0], [4, 5])).all()


def test_the_autumn_hour_that_happens_twice_keeps_its_rate():
    grid = day_grid(all_day("2025-10-26"), 30)
    assert (grid.contacts == 3.0).all()


def test_a_lost_interval_is_unknown_and_not_zero():
    rows = all_day("2025-05-05").drop(index=10)
    assert np.isnan(day_grid(rows, 30).contacts[0, 10])


def test_before_an_origin_nothing_of_the_origin_is_seen():
    rows = pd.concat([all_day(f"2025-05-0{day}") for day in range(1, 6)])
    past = day_grid(rows, 30).before(pd.Timestamp("2025-05-04"))
    assert past.dates[-1] == pd.Timestamp("2025-05-03")


def test_a_day_with_nothing_known_has_no_total():
    rows = pd.concat([all_day("2025-05-05"), all_day("2025-05-07")])
    assert np.isnan(day_grid(rows, 30).day_totals()[1])


def test_cells_follow_the_wall_clock_across_the_clock_change():
    starts = pd.DatetimeIndex(["2025-03-29 09:00", "2025-03-31 09:00"]).tz_localize(ZONE)
    rows, columns = local_cells(starts, pd.date_range("2025-03-29", periods=3), 30)
    assert rows.tolist() == [0, 2]
    assert columns.tolist() == [18, 18]


@pytest.mark.parametrize("interval_min", [0, -15, 50])
def test_an_interval_that_does_not_divide_the_day_is_refused(interval_min):
    with pytest.raises(ValueError, match="interval_min"):
        day_grid(all_day("2025-05-05"), interval_min)


def test_an_empty_history_is_refused():
    with pytest.raises(ValueError, match="at least one row"):
        day_grid(all_day("2025-05-05").iloc[:0], 30)
