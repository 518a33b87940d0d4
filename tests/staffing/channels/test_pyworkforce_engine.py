"""pyworkforce's numbers, reproduced with the defects its users meet, and explained."""

import numpy as np
import pandas as pd
import pytest
from pyworkforce import ErlangC

from staffing import ServiceTarget, StaffingRule, compare_engines, required_staff


def quarter_hours(contacts, channel="voice", aht_s=300.0):
    start = pd.date_range(
        "2026-03-02 09:00", periods=len(contacts), freq="15min", tz="Europe/Madrid"
    )
    return pd.DataFrame(
        {
            "queue": "Q",
            "channel": channel,
            "interval_start": start,
            "contacts": np.asarray(contacts, dtype=float),
            "aht_s": aht_s,
        }
    )


def rule(share, within_s, cap=None, shrinkage=0.0, **given):
    target = ServiceTarget(service_level=share, within_s=within_s, max_occupancy=cap)
    return {"Q": StaffingRule(target=target, shrinkage=shrinkage, **given)}


def test_its_users_find_their_numbers_again():
    contacts = [3.0, 20.0, 55.5, 120.0]
    table = required_staff(
        quarter_hours(contacts), rule(0.8, 20, 0.85, 0.3), interval_min=15, engine="pyworkforce"
    )
    for row in table.itertuples():
        own = ErlangC(
            transactions=row.contacts, aht=5, asa=20 / 60, interval=15, shrinkage=0.3
        ).required_positions(service_level=0.8, max_occupancy=0.85)
        assert row.agents_net == own["raw_positions"]
        assert row.agents_gross == own["positions"]
        assert row.service_level == pytest.approx(own["service_level"], abs=1e-12)
        assert row.occupancy == pytest.approx(own["occupancy"], abs=1e-12)
    assert (table["model"] == "pyworkforce_erlang_c").all()


@pytest.mark.parametrize(
    ("contacts", "rules", "theirs", "ours", "reason"),
    [
        (1.8, rule(0.2, 20), 2, 1, "search_start"),
        (12.6, rule(0.1, 300, 0.7), 7, 6, "occupancy_tie"),
        (36.9, rule(0.1, 300, 0.82), 16, 15, "occupancy_tie"),
        (66.3, rule(0.1, 300, 0.85), 27, 26, "occupancy_tie"),
        (34.2, rule(0.1, 300, 0.95), 13, 12, "occupancy_tie"),
        (126.9, rule(0.1, 300, 0.9), 48, 47, "occupancy_tie"),
        (30.0, rule(0.8, 20), 14, 14, ""),
        (0.0, rule(0.8, 20), 0, 0, "no_load"),
    ],
)
def test_documented_differences_are_explained(contacts, rules, theirs, ours, reason):
    (row,) = compare_engines(quarter_hours([contacts]), rules, interval_min=15).itertuples()
    assert (row.agents_net_pyworkforce, row.agents_net_aforo) == (theirs, ours)
    assert (row.difference, row.reason) == (theirs - ours, reason)


def test_twenty_one_agents_at_thirty_percent_are_thirty_and_not_thirty_one():
    rules = rule(0.1, 300, 0.9, 0.3, cost_per_hour=1.0)
    contacts = 20.5 * 0.9 * 3
    (row,) = compare_engines(quarter_hours([contacts]), rules, interval_min=15).itertuples()
    assert row.agents_net_aforo == row.agents_net_pyworkforce == 21
    assert (row.agents_gross_aforo, row.agents_gross_pyworkforce) == (30, 31)
    assert row.reason == "shrinkage_rounding"


def test_an_agent_too_many_is_marked_as_bound_by_nothing():
    table = required_staff(
        quarter_hours([1.8, 0.0]), rule(0.2, 20), interval_min=15, engine="pyworkforce"
    )
    assert table["binding"].tolist() == ["none", "no_load"]


def test_chat_is_compared_on_its_slots_and_other_work_left_out():
    demand = pd.concat(
        [
            quarter_hours(np.linspace(1, 90, 40), "chat", 600.0),
            quarter_hours([10.0, 10.0], "email").assign(queue="Mail"),
            quarter_hours([10.0, 10.0], "bot").assign(queue="Robot"),
        ],
        ignore_index=True,
    )
    rules = rule(0.8, 20, 0.9, concurrency=2.5) | {"Mail": StaffingRule(deadline_h=1.0)}
    compared = compare_engines(demand, rules, interval_min=15)
    assert compared["channel"].unique().tolist() == ["chat"]
    assert (compared["difference"] >= 0).all()
    assert (compared.loc[compared["difference"] > 0, "reason"] != "unexplained").all()


@pytest.mark.parametrize("share", [0.2, 0.5, 0.8])
def test_it_never_needs_fewer_agents_and_every_difference_has_its_reason(share):
    contacts = np.round(np.random.default_rng(5).uniform(0.1, 90, 60), 2)
    compared = compare_engines(quarter_hours(contacts), rule(share, 300, 0.9), interval_min=15)
    assert (compared["difference"] >= 0).all()
    assert (compared["reason"] != "unexplained").all()


@pytest.mark.parametrize(
    ("target", "message"),
    [
        (ServiceTarget(within_s=0.0), "pyworkforce needs a service level within more than 0 s"),
        (ServiceTarget(service_level=None, within_s=None), "pyworkforce needs a service level"),
        (ServiceTarget(max_asa_s=20.0), "max_asa_s = 20.0; pyworkforce knows no such target"),
    ],
)
def test_targets_it_cannot_express_are_refused(target, message):
    rules = {"Q": StaffingRule(target=target)}
    with pytest.raises(ValueError, match=message):
        required_staff(quarter_hours([10]), rules, interval_min=15, engine="pyworkforce")
