import numpy as np
import pandas as pd
import pytest

from planner.summary import ADDITIVE, MEASURES, centre_totals, day_totals, queue_totals

SPAN = {"weeks": 2.0, "contract_h_per_week": 40.0}


@pytest.fixture(scope="module")
def requirement(plan):
    return plan.requirement


def test_every_sum_is_conserved_from_intervals_to_days_to_queues_to_the_centre(requirement):
    days, queues = day_totals(requirement), queue_totals(requirement, **SPAN)
    centre = centre_totals(requirement, **SPAN)
    for name in ADDITIVE:
        assert queues[name].sum() == pytest.approx(centre[name].iloc[0], rel=1e-12)
        by_queue = days.groupby("queue", sort=False)[name].sum().to_numpy()
        assert by_queue == pytest.approx(queues[name].to_numpy(), rel=1e-12)
    for name in ("contacts", "paid_h", "cost"):
        assert centre[name].iloc[0] == pytest.approx(requirement[name].sum(), rel=1e-12)
    assert centre["intervals"].iloc[0] == len(requirement)


def test_workload_is_contacts_times_handling_time_of_people(requirement):
    people = requirement[requirement["channel"] != "bot"]
    expected = (people["contacts"] * people["aht_s"]).sum() / 3600
    assert centre_totals(requirement, **SPAN)["workload_h"].iloc[0] == pytest.approx(expected)
    queues = queue_totals(requirement, **SPAN).set_index("queue")
    assert queues.loc["bot", "workload_h"] == 0


def test_the_peak_of_the_centre_is_that_of_one_moment_not_a_sum_of_peaks(requirement):
    queues, centre = queue_totals(requirement, **SPAN), centre_totals(requirement, **SPAN)
    for name in ("agents_net_peak", "agents_gross_peak"):
        assert queues[name].max() <= centre[name].iloc[0] <= queues[name].sum()
    together = requirement.groupby("interval_start")["agents_gross"].sum().max()
    assert centre["agents_gross_peak"].iloc[0] == together


def test_a_full_time_equivalent_is_the_contract_hours_of_the_span(requirement):
    queues = queue_totals(requirement, **SPAN)
    assert (queues["fte"] * 80).to_numpy() == pytest.approx(queues["paid_h"].to_numpy())


def by_hand(**columns):
    rows = pd.DataFrame({"contacts": [30.0, 10.0], **columns})
    starts = pd.date_range("2026-11-16 09:00", periods=2, freq="30min", tz="Europe/Madrid")
    usual = {
        "queue": "sales", "channel": "voice", "interval_start": starts, "aht_s": 300.0,
        "model": "erlang_c", "agents_net": [10, 5], "agents_gross": [12, 6],
        "service_level": 0.8, "asa_s": 20.0, "abandonment": 0.02, "occupancy": 0.5,
        "paid_h": [6.0, 3.0],
        "cost": [60.0, 30.0],
    }  # fmt: skip
    return rows.assign(**{name: value for name, value in usual.items() if name not in rows})


def test_service_level_and_wait_are_weighted_by_contacts():
    total = queue_totals(by_hand(service_level=[0.9, 0.5], asa_s=[10.0, 50.0]), **SPAN).iloc[0]
    assert total["service_level"] == pytest.approx((30 * 0.9 + 10 * 0.5) / 40)
    assert total["asa_s"] == pytest.approx((30 * 10 + 10 * 50) / 40)


def test_occupancy_is_busy_time_over_staffed_time_of_the_whole_span():
    total = queue_totals(by_hand(occupancy=[0.9, 0.3]), **SPAN).iloc[0]
    assert total["occupancy"] == pytest.approx((10 * 0.9 + 5 * 0.3) / 15)


def test_a_measure_that_some_intervals_lack_is_pooled_over_the_others():
    total = queue_totals(by_hand(service_level=[0.9, np.nan]), **SPAN).iloc[0]
    assert total["service_level"] == pytest.approx(0.9)
    nothing = queue_totals(by_hand(service_level=[np.nan, np.nan]), **SPAN).iloc[0]
    assert np.isnan(nothing["service_level"])


def test_a_day_of_25_hours_is_one_local_day(requirement):
    days = day_totals(requirement)
    email = days[days["queue"] == "correo"].set_index("date")["intervals"]
    assert email[pd.Timestamp("2026-10-25")] == 50
    assert email[pd.Timestamp("2026-10-26")] == 48


def test_the_columns_are_those_promised(requirement):
    assert list(queue_totals(requirement, **SPAN)) == ["queue", "channel", *MEASURES]
    assert list(centre_totals(requirement, **SPAN)) == ["queue", "channel", *MEASURES]
    assert "date" in day_totals(requirement)


def test_the_summary_leaves_the_requirement_as_it_was(requirement):
    before = requirement.copy()
    queue_totals(requirement, **SPAN)
    day_totals(requirement)
    pd.testing.assert_frame_equal(requirement, before)


@pytest.mark.parametrize("wrong", [{"weeks": 0.0}, {"contract_h_per_week": 0.0}])
def test_a_span_without_time_is_refused(requirement, wrong):
    with pytest.raises(ValueError, match=next(iter(wrong))):
        queue_totals(requirement, **(SPAN | wrong))
