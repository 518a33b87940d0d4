"""What a repair changes, what it leaves, and that all of it is told."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from forecasting.doctor.examination import examine
from forecasting.doctor.repairs import REPAIR_CODES, repair
from forecasting.problems import DONE

ZONE = "Europe/Madrid"
MakeCentre = Callable[..., pd.DataFrame]


@pytest.fixture(scope="module")
def sick(make_centre: MakeCentre) -> pd.DataFrame:
    """Two queues with one fault of every kind that is repaired."""
    history = make_centre("late", "sparse", "support", weeks=30)
    start = history["interval_start"]
    day = start.dt.strftime("%Y-%m-%d")
    support, late = history["queue"] == "support", history["queue"] == "late"
    sparse = history["queue"] == "sparse"
    history.loc[late & (day < "2025-04-01"), "contacts"] = 0.0
    history.loc[support & (day == "2025-03-05") & (start.dt.hour < 11), "contacts"] = 0.0
    history.loc[support & (day == "2025-03-19"), "contacts"] = 0.0
    few = np.random.default_rng(9).poisson(2.0, int(sparse.sum())).astype(float)
    history.loc[sparse, "contacts"] = few
    history.loc[support.idxmax() + 3, "aht_s"] = 0.0
    history.loc[support.idxmax() + 4, "aht_s"] = 90_000.0
    again = history[support].iloc[[30, 40]]
    again = again.assign(contacts=again["contacts"] + [0.0, 1.0])
    gone = support & (day == "2025-04-02") & (start.dt.hour == 12)
    history = pd.concat([history[~gone & ~(sparse & (history["contacts"] == 0))], again])
    return history.sort_values(["queue", "interval_start"], kind="stable", ignore_index=True)


UNTIL = pd.Timestamp("2025-07-31 12:00", tz=ZONE).to_pydatetime()


def test_every_kind_of_repair_is_done_and_told(sick: pd.DataFrame) -> None:
    before = sick.copy()
    examination = examine(sick, 30, until=UNTIL)
    repaired = repair(sick, examination)
    assert set(repaired.changes["code"]) == set(REPAIR_CODES)
    assert set(repaired.changes["done"]) <= set(DONE)
    pd.testing.assert_frame_equal(sick, before)
    found = examination.findings
    assert set(REPAIR_CODES) <= set(found.loc[found["done"] != "none", "code"])


def test_a_repaired_history_is_tidy(sick: pd.DataFrame) -> None:
    history = repair(sick, examine(sick, 30, until=UNTIL)).history
    assert list(history.columns) == list(sick.columns)
    assert (history.dtypes == sick.dtypes).all()
    assert not history.duplicated(["queue", "interval_start"]).any()
    order = history.sort_values(["queue", "interval_start"], ignore_index=True)
    pd.testing.assert_frame_equal(history, order)
    assert set(history["channel"]) == {"voice"}
    assert history["interval_start"].max() < pd.Timestamp(UNTIL)


def test_the_changes_lead_back_to_the_original(sick: pd.DataFrame) -> None:
    """What is not in the table of changes is untouched, and its `before` is what stood there."""
    repaired = repair(sick, examine(sick, 30, until=UNTIL))
    keys = ["queue", "interval_start"]
    changes = repaired.changes
    original = sick.drop_duplicates(keys).set_index(keys)
    for column, cells in changes.groupby("column"):
        there = cells[cells["done"].isin(["marked_lost", "dropped"]) & cells["before"].notna()]
        there = there[~there["code"].str.startswith("interval_")]
        stood = original[column].reindex(pd.MultiIndex.from_frame(there[keys]))
        np.testing.assert_array_equal(stood.to_numpy(), there["before"].to_numpy())
    untouched = repaired.history.merge(changes[keys].drop_duplicates(), how="left", on=keys,
                                       indicator=True)  # fmt: skip
    untouched = untouched[untouched["_merge"] == "left_only"].drop(columns="_merge")
    assert len(untouched) > 1000
    same = original.loc[pd.MultiIndex.from_frame(untouched[keys])].reset_index()
    pd.testing.assert_frame_equal(
        untouched.reset_index(drop=True), same[list(untouched.columns)], check_dtype=False
    )


@pytest.mark.parametrize("code", REPAIR_CODES)
def test_a_repair_switched_off_changes_nothing_of_its_kind(sick: pd.DataFrame, code: str) -> None:
    examination = examine(sick, 30, until=UNTIL)
    changes = repair(sick, examination, repairs_off={code}).changes
    assert code not in set(changes["code"])
    assert len(changes) < len(repair(sick, examination).changes)


def test_with_every_repair_off_the_history_is_the_original(sick: pd.DataFrame) -> None:
    examination = examine(sick, 30, until=UNTIL)
    repaired = repair(sick, examination, repairs_off=frozenset(REPAIR_CODES))
    pd.testing.assert_frame_equal(repaired.history, sick)
    assert repaired.changes.empty


def test_a_repaired_history_needs_no_repair(sick: pd.DataFrame) -> None:
    once = repair(sick, examine(sick, 30, until=UNTIL)).history
    again = examine(once, 30, until=UNTIL)
    assert set(again.repairs["code"]) <= {"queue_opened_later"}
    pd.testing.assert_frame_equal(repair(once, again).history, once)


def test_a_healthy_history_is_left_alone(make_centre: MakeCentre) -> None:
    history = make_centre()
    repaired = repair(history, examine(history, 30))
    pd.testing.assert_frame_equal(repaired.history, history)
    assert repaired.changes.empty


def test_measures_of_whole_numbers_are_unknown_in_rows_that_are_added(
    make_centre: MakeCentre,
) -> None:
    history = make_centre().assign(tickets=1).drop(index=[500, 501]).reset_index(drop=True)
    repaired = repair(history, examine(history, 30)).history
    assert len(repaired) == len(history) + 2
    assert repaired["tickets"].isna().sum() == 2


def test_zeros_left_out_come_back_as_zeros(make_centre: MakeCentre) -> None:
    history = make_centre(rate=2, seed=3)
    sparse = history[history["contacts"] > 0].reset_index(drop=True)
    whole = repair(sparse, examine(sparse, 30)).history
    mean, true = whole["contacts"].mean(), history["contacts"].mean()
    assert mean == pytest.approx(true, rel=0.03)
    assert sparse["contacts"].mean() > 1.1 * true


def test_an_unknown_code_or_another_history_is_refused(make_centre: MakeCentre) -> None:
    history = make_centre()
    history.loc[500:520, "contacts"] = 0.0
    examination = examine(history, 30)
    with pytest.raises(ValueError, match="repairs_off"):
        repair(history, examination, repairs_off={"outtage"})
    with pytest.raises(ValueError, match="another"):
        repair(make_centre("other"), examination)
    with pytest.raises(ValueError, match="another"):
        repair(history.head(100), examination)
