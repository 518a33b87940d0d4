import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.extension import difference, extend

ZONE = "Europe/Madrid"


def history(contacts, *, start="2026-03-02 09:00", queue="sales", channel="voice", **columns):
    starts = pd.date_range(start, periods=len(contacts), freq="30min", tz=ZONE)
    frame = pd.DataFrame({"queue": queue, "channel": channel, "interval_start": starts})
    return frame.assign(contacts=np.array(contacts, dtype=float), aht_s=300.0, **columns)


def test_an_export_that_goes_on_where_the_history_ends_only_adds():
    after = extend(history([1, 2]), history([3, 4], start="2026-03-02 10:00"))
    assert (after.added, after.identical, after.corrected) == (2, 0, 0)
    assert after.history["contacts"].tolist() == [1, 2, 3, 4]
    assert after.corrections.empty


def test_an_overlap_counts_what_is_the_same_and_lists_what_was_corrected():
    after = extend(history([1, 2, 3]), history([2, 5, 7], start="2026-03-02 09:30"))
    assert (after.added, after.identical, after.corrected) == (1, 1, 1)
    (row,) = after.corrections.to_dict("records")
    assert (row["column"], row["before"], row["after"]) == ("contacts", 3, 5)
    assert after.history["contacts"].tolist() == [1, 2, 5, 7]


def test_what_was_there_can_be_kept_and_the_corrections_are_listed_all_the_same():
    after = extend(history([1, 2]), history([9, 2, 3]), policy="keep")
    assert after.history["contacts"].tolist() == [1, 2, 3]
    assert after.corrections["after"].tolist() == [9]


def test_a_lost_interval_corrects_nothing_and_a_found_one_does():
    after = extend(history([1, np.nan]), history([np.nan, 4]))
    assert after.history["contacts"].tolist() == [1, 4]
    assert (after.lost, after.corrected) == (1, 1)


def test_a_measure_that_the_export_does_not_have_is_kept():
    export = history([1, 3]).assign(aht_s=np.nan)
    after = extend(history([1, 2], abandoned=[0.0, 1.0]), export)
    assert after.history["aht_s"].tolist() == [300, 300]
    assert after.history["abandoned"].tolist() == [0, 1]
    assert after.corrections["column"].tolist() == ["contacts"]


def test_a_measure_that_only_the_export_has_is_added():
    after = extend(history([1, 2, 3]), history([2], start="2026-03-02 09:30", abandoned=[1.0]))
    np.testing.assert_array_equal(after.history["abandoned"], [np.nan, 1, np.nan])
    assert after.corrected == 1


def test_the_hour_that_autumn_repeats_is_two_intervals():
    night = history(range(8), start="2026-10-25 01:00")
    assert night["interval_start"].dt.hour.tolist() == [1, 1, 2, 2, 2, 2, 3, 3]
    after = extend(night, night.assign(contacts=night["contacts"] + 1))
    assert (after.identical, after.corrected, len(after.history)) == (0, 8, 8)


def test_a_queue_moves_to_another_channel_only_where_the_export_says_so():
    before, export = history([1], channel="chat"), history([1, 2])
    assert extend(before, export).channels == (("sales", "chat", "voice"),)
    assumed = extend(before, export, channels=False)
    assert assumed.channels == ()
    assert set(assumed.history["channel"]) == {"chat"}


def test_a_new_queue_keeps_its_own_channel():
    both = extend(history([1]), history([2], queue="chat", channel="chat")).history
    assert dict(zip(both["queue"], both["channel"], strict=True)) == {
        "sales": "voice",
        "chat": "chat",
    }


def test_there_is_no_third_policy():
    with pytest.raises(ValueError, match="policy"):
        extend(history([1]), history([1]), policy="mean")


values = st.lists(
    st.one_of(st.integers(0, 5).map(float), st.just(float("nan"))), min_size=1, max_size=12
)


@settings(max_examples=60, deadline=None)
@given(old=values, new=values, shift=st.integers(-6, 6))
def test_extending_loses_nothing_and_extending_again_changes_nothing(old, new, shift):
    before = history(old)
    start = pd.Timestamp("2026-03-02 09:00") + shift * pd.Timedelta(minutes=30)
    export = history(new, start=start)
    once = extend(before, export)
    assert once.added + once.identical + once.corrected + once.lost == len(export)
    assert len(once.history) == len(before) + once.added
    known = before[before["contacts"].notna()].set_index("interval_start").index
    assert once.history.set_index("interval_start")["contacts"].loc[known].notna().all()
    again = extend(once.history, export)
    assert again.changes_nothing
    pd.testing.assert_frame_equal(again.history, once.history)
    kept = extend(before, export, policy="keep").history.set_index("interval_start")["contacts"]
    stood = before.set_index("interval_start")["contacts"]
    pd.testing.assert_series_equal(kept.loc[stood.index], stood, check_freq=False)


def test_a_difference_names_rows_that_only_one_side_has():
    rows = difference(history([1, 2]), history([2, 5], start="2026-03-02 09:30"))
    contacts = rows[rows["column"] == "contacts"]
    np.testing.assert_array_equal(contacts["before"], [1, np.nan])
    np.testing.assert_array_equal(contacts["after"], [np.nan, 5])
