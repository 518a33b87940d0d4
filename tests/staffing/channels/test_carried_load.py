"""The load that long contacts leave to later intervals: published vector, closed times, laws."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from staffing import ServiceTarget, StaffingRule, agents_required, required_staff, transient_day
from staffing.channels.carried_load import carry_over_model, modified_contacts, stretches

# Loads 10, 20, 40, 40, 20 of half an hour each, by quarters of an hour from an empty house: the
# mean of m' = a - m/AHT over each interval, by high precision.
LOADS = np.array([10.0, 20.0, 40.0, 40.0, 20.0])
MEANS = [2.1306131943, 7.3575888234, 16.5932163972, 25.8030680997, 27.1278991401]
quick = settings(max_examples=40, deadline=None)


def quarters(count):
    return 900.0 * np.arange(count)


def test_the_modified_load_is_the_precise_one():
    contacts = modified_contacts(LOADS / 2, np.full(5, 1800.0), 0.25, quarters(5))
    assert contacts * 2 == pytest.approx(MEANS, abs=1e-9)


def test_a_requirement_with_long_contacts_is_sized_on_it(demand_of):
    demand = demand_of("Q", "voice", LOADS / 2, 1800.0, minutes=15)
    target = ServiceTarget(max_occupancy=None)
    for carry_over in ("auto", "modified"):
        rules = {"Q": StaffingRule(carry_over=carry_over, target=target)}
        table = required_staff(demand, rules, interval_min=15)
        assert set(table["model"]) == {"erlang_c_modified"}
        assert table["load_erlangs"].to_numpy() == pytest.approx(MEANS, abs=1e-9)
        needed = agents_required(np.array(MEANS), 1800, service_level=0.8, within_s=20)
        assert table["agents_net"].tolist() == needed.tolist()
    rules = {"Q": StaffingRule(carry_over="none", target=target)}
    alone = required_staff(demand, rules, interval_min=15)
    assert alone["load_erlangs"].to_numpy() == pytest.approx(LOADS)


@pytest.mark.parametrize(("aht_s", "model"), [(450.0, "none"), (450.1, "modified")])
def test_auto_carries_over_what_lasts_longer_than_half_an_interval(aht_s, model):
    contacts = np.array([5.0, 0.0, 9.0])
    assert carry_over_model(contacts, np.full(3, aht_s), 0.25, StaffingRule()) == model
    for word in ("none", "modified", "transient"):
        rule = StaffingRule(carry_over=word)
        assert carry_over_model(contacts, np.full(3, aht_s), 0.25, rule) == word


def test_auto_weighs_handling_times_by_contacts_and_leaves_a_queue_without_any_alone():
    aht_s = np.array([300.0, 3000.0])
    assert carry_over_model(np.array([99.0, 1.0]), aht_s, 0.25, StaffingRule()) == "none"
    assert carry_over_model(np.array([1.0, 99.0]), aht_s, 0.25, StaffingRule()) == "modified"
    assert carry_over_model(np.zeros(2), aht_s, 0.25, StaffingRule()) == "none"


def test_a_closed_time_empties_the_house():
    twice = np.tile(LOADS / 2, 2)
    starts = np.concatenate([quarters(5), quarters(5) + 10 * 900])
    contacts = modified_contacts(twice, np.full(10, 1800.0), 0.25, starts)
    assert contacts[5:] == pytest.approx(contacts[:5], abs=1e-12)
    where = stretches(starts, 900.0)
    assert where.number.tolist() == [0] * 5 + [1] * 5
    assert where.position.tolist() == [0, 1, 2, 3, 4] * 2


def test_stretches_of_unlike_length_do_not_disturb_one_another():
    at = np.array([0, 1, 2, 5, 7, 8])
    contacts, aht_s = np.array([4.0, 9.0, 2.0, 7.0, 3.0, 8.0]), np.full(6, 1200.0)
    whole = modified_contacts(contacts, aht_s, 0.25, 900.0 * at)
    for part in (slice(0, 3), slice(3, 4), slice(4, 6)):
        alone = modified_contacts(contacts[part], aht_s[part], 0.25, 900.0 * at[part])
        assert whole[part] == pytest.approx(alone)


@quick
@given(st.lists(st.floats(0, 500), min_size=1, max_size=20))
def test_short_contacts_are_hardly_carried_over(contacts):
    contacts = np.array(contacts)
    carried = modified_contacts(
        contacts, np.full(contacts.size, 2.0), 0.5, 1800.0 * np.arange(contacts.size)
    )
    # Of 1800 s of an interval, 2 s of handling can be somebody else's.
    assert np.abs(carried - contacts).max() <= contacts.max() * 2 / 1800 + 1e-9


@quick
@given(st.lists(st.floats(0, 200), min_size=1, max_size=12), st.floats(30, 7200))
def test_over_a_long_quiet_tail_all_work_is_done(contacts, aht_s):
    contacts = np.append(contacts, np.zeros(300))
    starts = 1800.0 * np.arange(contacts.size)
    carried = modified_contacts(contacts, np.full(contacts.size, aht_s), 0.5, starts)
    assert carried.sum() == pytest.approx(contacts.sum(), rel=1e-9, abs=1e-9)
    assert (carried >= 0).all()


def test_the_queue_itself_starts_each_opening_with_an_empty_house(demand_of):
    at = [0, 1, 2, 10, 11, 12]
    demand = demand_of("Q", "voice", [5, 10, 20] * 2, 1800.0, minutes=15, at=at)
    rules = {"Q": StaffingRule(carry_over="transient", target=ServiceTarget(max_occupancy=None))}
    table = required_staff(demand, rules, interval_min=15)
    assert set(table["model"]) == {"transient"}
    agents = table["agents_net"].to_numpy()
    assert agents[:3].tolist() == agents[3:].tolist()
    day = transient_day([5, 10, 20], 1800, agents[:3], interval_s=900, within_s=20)
    assert table["service_level"].to_numpy()[3:] == pytest.approx(day.service_level, abs=1e-9)
    assert table["occupancy"].to_numpy()[:3] == pytest.approx(day.occupancy, abs=1e-9)
    assert table["load_erlangs"].to_numpy()[:3] == pytest.approx(MEANS[:3], abs=1e-9)
    assert table["abandonment"].isna().all()
    assert (table["service_level_one_less"] < 0.8).all()


def test_a_quiet_queue_followed_from_interval_to_interval_needs_nobody(demand_of):
    demand = demand_of("Q", "voice", [0, 0, 0], np.nan)
    table = required_staff(demand, {"Q": StaffingRule(carry_over="transient")}, interval_min=30)
    assert table["agents_net"].tolist() == [0, 0, 0]
    assert set(table["binding"]) == {"no_load"}


@pytest.mark.parametrize(
    ("channel", "rule", "message"),
    [
        ("chat", {}, "carry_over = 'transient'; must be none or modified for chat"),
        ("voice", {"patience_s": 60.0, "redial_probability": 0.5}, "redial_probability = 0.5"),
        ("voice", {"target": ServiceTarget(definition="answered")}, "definition = 'answered'"),
    ],
)
def test_what_cannot_be_followed_exactly_is_refused(demand_of, channel, rule, message):
    rules = {"Q": StaffingRule(carry_over="transient", **rule)}
    with pytest.raises(ValueError, match=f"queue 'Q': .*{message}"):
        required_staff(demand_of("Q", channel, [5.0]), rules, interval_min=30)


def test_words_and_numbers_out_of_bounds_are_refused():
    for change, message in (
        ({"carry_over": "some"}, "carry_over = 'some'; must be one of"),
        ({"pacing": "robot"}, "pacing = 'robot'; must be one of"),
        ({"opening_backlog": -1.0}, "opening_backlog = -1"),
    ):
        with pytest.raises(ValueError, match=message):
            StaffingRule(**change)
