"""What a planner is told of a history that reads well."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from forecasting.doctor.examination import examine
from forecasting.special_days import SPECIAL_DAY_COLUMNS

MakeHistory = Callable[..., pd.DataFrame]


def check(history: pd.DataFrame, special_days: pd.DataFrame | None = None) -> pd.DataFrame:
    return examine(history, 30, special_days=special_days).findings


def without(history: pd.DataFrame, first: str, last: str) -> pd.DataFrame:
    zone = history["interval_start"].dt.tz
    lost = history["interval_start"].between(
        pd.Timestamp(first, tz=zone), pd.Timestamp(last, tz=zone)
    )
    return history[~lost].reset_index(drop=True)


def special(*days: str, queue: str = "") -> pd.DataFrame:
    rows = [(pd.Timestamp(day), "feast", "holiday", queue, np.nan, 1.0) for day in days]
    return pd.DataFrame(rows, columns=list(SPECIAL_DAY_COLUMNS))


def found(problems: pd.DataFrame) -> list[tuple[str, str]]:
    return list(problems[["code", "found"]].itertuples(index=False, name=None))


def test_a_regular_history_has_nothing_to_say(make_history: MakeHistory) -> None:
    """Twenty weeks over the March change of the clocks, in hours that differ by weekday."""
    assert check(make_history()).empty


def test_intervals_lost_in_a_row_are_one_line(make_history: MakeHistory) -> None:
    history = without(make_history(), "2025-02-04 10:00", "2025-02-04 12:00")
    problems = check(history)
    assert found(problems) == [("interval_lost", "2025-02-04 10:00..2025-02-04 12:00 (5)")]
    assert list(problems["queue"]) == ["support"]
    assert list(problems["severity"]) == ["warning"]


def test_a_loss_over_the_closed_night_is_one_line(make_history: MakeHistory) -> None:
    history = without(make_history(), "2025-02-04 16:00", "2025-02-05 09:30")
    assert found(check(history)) == [
        ("interval_lost", "2025-02-04 16:00..2025-02-05 09:30 (4)"),
    ]


def test_many_gaps_of_a_queue_are_summed_up(make_history: MakeHistory) -> None:
    history = make_history()
    hour = history["interval_start"].dt.hour
    day = history["interval_start"].dt.dayofyear
    problems = check(history[~((hour == 11) & (day % 5 == 0))])
    assert len(problems) == 1
    assert problems["code"].iloc[0] == "interval_lost"
    assert problems["found"].iloc[0].startswith("2025-01-10 11:00..")


def test_lost_contacts_in_a_row_that_exists_are_no_gap(make_history: MakeHistory) -> None:
    history = make_history()
    history.loc[40:44, "contacts"] = np.nan
    assert "interval_lost" not in set(check(history)["code"])


def test_absent_days_are_one_line_and_explained_by_special_days(make_history: MakeHistory) -> None:
    history = without(make_history(), "2025-02-05 00:00", "2025-02-06 23:30")
    problems = check(history)
    assert found(problems) == [("day_absent", "2025-02-05..2025-02-06 (2)")]
    assert list(problems["severity"]) == ["warning"]
    explained = check(history, special("2025-02-05", "2025-02-06"))
    assert list(explained["severity"]) == ["info"]
    other_queue = check(history, special("2025-02-05", "2025-02-06", queue="sales"))
    assert list(other_queue["severity"]) == ["warning"]


def test_closed_sundays_are_not_absent_days(make_history: MakeHistory) -> None:
    history = without(make_history(), "2025-02-08 00:00", "2025-02-10 23:30")
    assert found(check(history)) == [("day_absent", "2025-02-08..2025-02-10 (2)")]


def test_a_day_far_from_its_neighbours_is_an_outlier(make_history: MakeHistory) -> None:
    history = make_history(scale=5)
    day = history["interval_start"].dt.strftime("%Y-%m-%d") == "2025-03-05"
    usual = history.loc[day, "contacts"].sum()
    history.loc[day, "contacts"] *= 3
    problems = check(history)
    assert found(problems) == [("outlier_day", f"2025-03-05: {3 * usual:.0f}")]
    assert problems["expected"].iloc[0] == f"{usual:.0f}"


def test_ordinary_noise_has_hardly_an_outlier(make_history: MakeHistory) -> None:
    problems = check(make_history(seed=7, scale=3))
    assert (problems["code"] == "outlier_day").sum() <= 1


def test_a_day_with_another_handling_time_is_an_outlier(make_history: MakeHistory) -> None:
    history = make_history()
    day = history["interval_start"].dt.strftime("%Y-%m-%d") == "2025-03-05"
    history.loc[day, "aht_s"] = 600.0
    problems = check(history)
    assert found(problems) == [("outlier_aht", "2025-03-05: 600")]
    assert list(problems["expected"]) == ["300"]


def test_a_queue_of_zeros_is_noted_once(make_history: MakeHistory) -> None:
    problems = check(make_history(scale=0))
    assert found(problems) == [("queue_all_zero", "0")]


@pytest.mark.parametrize(("weeks", "short"), [(2, True), (3, False)])
def test_less_than_three_weeks_are_short(
    make_history: MakeHistory, weeks: int, short: bool
) -> None:
    history = make_history(weeks=weeks, start="2025-01-07")
    assert (found(check(history)) == [("history_short", "14")]) == short


def test_what_strikes_every_queue_is_one_line(make_history: MakeHistory) -> None:
    history = pd.concat([make_history(queue=f"queue {i}") for i in range(12)])
    problems = check(without(history, "2025-02-04 10:00", "2025-02-04 12:00"))
    assert found(problems) == [("interval_lost", "2025-02-04 10:00..2025-02-04 12:00 (5)")]
    assert list(problems["queue"]) == [""]


def test_an_empty_history_has_no_content_to_check(make_history: MakeHistory) -> None:
    assert check(make_history().head(0)).empty
