"""From demand to requirement: every channel by its own model, nothing lost, nothing silent."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from staffing import ServiceTarget, StaffingRule, agents_required, required_staff

ADDED = [
    "team",
    "model",
    "load_erlangs",
    "agents_net",
    "agents_gross",
    "agents_apart",
    "service_level",
    "asa_s",
    "abandonment",
    "occupancy",
    "service_level_one_less",
    "service_level_one_more",
    "asa_s_one_less",
    "asa_s_one_more",
    "abandonment_one_less",
    "abandonment_one_more",
    "binding",
    "paid_h",
    "cost",
]


def queue_demand(queue, channel, contacts, aht_s=300.0, **columns):
    start = pd.date_range(
        "2026-03-02 09:00", periods=len(contacts), freq="30min", tz="Europe/Madrid"
    )
    return pd.DataFrame(
        {
            "queue": queue,
            "channel": channel,
            "interval_start": start,
            "contacts": np.asarray(contacts, dtype=float),
            "aht_s": aht_s,
        }
        | columns
    )


@pytest.fixture
def demand():
    return pd.concat(
        [
            queue_demand("Sales", "voice", [100, 0, 90], [180.0, np.nan, 180.0]),
            queue_demand("Chat", "chat", [60, 45, 30], 600.0),
            queue_demand("Mail", "email", [40, 10, 0], 450.0),
            queue_demand("Robot", "bot", [500, np.nan, 400], np.nan),
        ],
        ignore_index=True,
    )


@pytest.fixture
def rules():
    return {
        "Sales": StaffingRule(cost_per_hour=20.0),
        "Chat": StaffingRule(target=ServiceTarget(within_s=30.0), concurrency=2.5),
        "Mail": StaffingRule(deadline_h=1.0, cost_per_hour=15.0),
    }


def test_the_table_is_the_demand_with_the_requirement_beside_it(demand, rules):
    before = demand.copy(deep=True)
    table = required_staff(demand, rules, interval_min=30)
    pd.testing.assert_frame_equal(demand, before)
    pd.testing.assert_frame_equal(table[list(demand.columns)], demand)
    assert list(table.columns) == [*demand.columns, *ADDED]
    assert table.dtypes[["agents_net", "agents_gross"]].tolist() == [np.int64, np.int64]
    words = {"team", "model", "binding"}
    numbers = [name for name in ADDED if name not in words and "agents" not in name]
    assert (table[numbers].dtypes == np.float64).all()
    assert table.dtypes[["model", "binding"]].tolist() == [np.dtype(object)] * 2


def test_an_empty_demand_gives_an_empty_table_of_the_same_types(demand, rules):
    table = required_staff(demand, rules, interval_min=30)
    empty = required_staff(demand.iloc[:0], rules, interval_min=30)
    assert empty.dtypes.equals(table.dtypes)


def test_rows_may_come_in_any_order_of_queues_and_with_any_index(demand, rules):
    mixed = demand.sort_values(["interval_start", "queue"], kind="stable")
    table = required_staff(mixed, rules, interval_min=30)
    assert table.index.equals(mixed.index)
    pd.testing.assert_frame_equal(
        table.sort_index(), required_staff(demand, rules, interval_min=30)
    )


def test_a_voice_queue_is_an_erlang_c_queue_with_its_minimum_shown(demand, rules):
    table = required_staff(demand, rules, interval_min=30)
    busy, quiet, _ = table[table["queue"] == "Sales"].itertuples(index=False)
    assert (busy.model, busy.load_erlangs, busy.agents_net) == ("erlang_c", 10.0, 14)
    assert busy.service_level == pytest.approx(0.88835, abs=1e-5)
    assert busy.service_level_one_less < 0.8
    assert busy.asa_s == pytest.approx(7.83593701)
    assert busy.binding == "service_level"
    assert (busy.agents_gross, busy.paid_h, busy.cost) == (20, 10.0, 200.0)
    assert (quiet.agents_net, quiet.agents_gross, quiet.binding) == (0, 0, "no_load")
    assert (quiet.service_level, quiet.asa_s, quiet.occupancy) == (1.0, 0.0, 0.0)
    assert np.isnan(quiet.service_level_one_less)


def test_callbacks_are_levelled_under_their_deadline_like_mail():
    contacts = [100, 20, 0, 60]
    rules = {"Q": StaffingRule(deadline_h=1.0)}
    back, mail = (
        required_staff(queue_demand("Q", channel, contacts, 180.0), rules, interval_min=30)
        for channel in ("callback", "email")
    )
    assert set(back["model"]) == {"deadline"}
    assert (back["agents_net"] == mail["agents_net"]).all()


@pytest.mark.parametrize("channel", ["chat", "messaging", "social"])
@pytest.mark.parametrize("concurrency", [1.0, 2.0, 2.5, 3.0])
def test_chat_agents_are_the_fewest_whose_slots_meet_the_target(channel, concurrency):
    contacts = np.array([3.0, 12.0, 60.0, 200.0])
    rule = StaffingRule(target=ServiceTarget(max_occupancy=None), concurrency=concurrency)
    demand = queue_demand("Chat", channel, contacts, 600.0)
    table = required_staff(demand, {"Chat": rule}, interval_min=30)
    slots = agents_required(contacts * 600 / 1800, 600, service_level=0.8, within_s=20)
    agents = table["agents_net"].to_numpy()
    assert (np.floor(agents * concurrency) >= slots).all()
    assert (np.floor((agents - 1) * concurrency) < slots).all()
    assert (table["model"] == "chat_slots").all()
    assert (table["service_level"] >= 0.8).all()
    assert (table["service_level_one_less"] < 0.8).all()
    assert table["occupancy"].to_numpy() == pytest.approx(
        table["load_erlangs"] / np.floor(agents * concurrency)
    )
    assert table["binding"].isin(["service_level", "stability"]).all()


@pytest.mark.parametrize(("aht_s", "agents"), [(390.0, 11), (300.0, 8)])
def test_the_slot_rule_errs_by_as_much_as_its_docstring_says(aht_s, agents):
    # The state-dependent model needs 10 agents; see `queueing_staff`.
    target = ServiceTarget(service_level=0.8, within_s=30.0, max_occupancy=None)
    rules = {"Chat": StaffingRule(target=target, concurrency=3.0)}
    table = required_staff(queue_demand("Chat", "chat", [120], aht_s), rules, interval_min=30)
    assert table.loc[0, "agents_net"] == agents


def test_one_chat_at_a_time_is_a_call():
    chat = required_staff(
        queue_demand("Q", "chat", [20, 60]), {"Q": StaffingRule()}, interval_min=30
    )
    voice = required_staff(
        queue_demand("Q", "voice", [20, 60]), {"Q": StaffingRule()}, interval_min=30
    )
    ignored = ["channel", "model"]
    pd.testing.assert_frame_equal(chat.drop(columns=ignored), voice.drop(columns=ignored))


def test_mail_is_levelled_under_its_deadline_at_the_occupancy_allowed(demand, rules):
    table = required_staff(demand, rules, interval_min=30)
    mail = table[table["queue"] == "Mail"]
    # 5 + 1.25 h of work in 1.5 h: 6.25 / 1.5 / 0.9 = 4.63, so five agents, and none are late.
    assert mail["agents_net"].tolist() == [5, 5, 5]
    assert mail["service_level"].tolist() == [1.0, 1.0, 1.0]
    assert (mail["occupancy"] <= 0.9).all()
    done_h = mail["occupancy"] * mail["agents_net"] * 0.5
    assert done_h.sum() == pytest.approx((mail["contacts"] * mail["aht_s"]).sum() / 3600)
    assert mail["cost"].sum() == pytest.approx(3 * 8 * 0.5 * 15)
    assert (mail["model"] == "deadline").all()
    assert (mail["binding"] == "deadline").all()
    assert mail[["asa_s", "service_level_one_less"]].isna().all(axis=None)


def test_mail_of_the_night_is_done_in_the_morning():
    demand = queue_demand("Mail", "email", [6, 6, 0, 0], 900.0, staffed=[False, False, True, True])
    rule = StaffingRule(deadline_h=1.0, target=ServiceTarget(max_occupancy=None))
    table = required_staff(demand, {"Mail": rule}, interval_min=30)
    assert table["agents_net"].tolist() == [0, 0, 3, 3]
    assert table["binding"].tolist() == ["closed", "closed", "deadline", "deadline"]
    assert table["service_level"].tolist() == [1.0] * 4
    assert table["load_erlangs"].tolist() == [3.0, 3.0, 0.0, 0.0]
    np.testing.assert_array_equal(table["occupancy"], [np.nan, np.nan, 1.0, 1.0])


def test_a_minimum_is_on_duty_in_every_open_interval():
    target = ServiceTarget(min_agents=3)
    voice = queue_demand("Voice", "voice", [0, 2])
    mail = queue_demand("Mail", "email", [0, 2, 0], staffed=[True, True, False])
    demand = pd.concat([voice.assign(staffed=True), mail], ignore_index=True)
    rules = {
        "Voice": StaffingRule(target=target),
        "Mail": StaffingRule(target=target, deadline_h=2.0),
    }
    table = required_staff(demand, rules, interval_min=30)
    assert table["agents_net"].tolist() == [3, 3, 3, 3, 0]
    assert table["binding"].tolist() == ["minimum"] * 4 + ["closed"]


def test_bots_are_shown_and_staffed_with_nobody(demand, rules):
    table = required_staff(demand, rules, interval_min=30)
    bot = table[table["queue"] == "Robot"]
    assert (bot[["model", "binding"]] == "no_people").all(axis=None)
    assert (bot[["agents_net", "agents_gross", "paid_h", "cost"]] == 0).all(axis=None)
    measures = ["load_erlangs", "service_level", "service_level_one_less", "asa_s", "occupancy"]
    assert bot[measures].isna().all(axis=None)


@settings(max_examples=40, deadline=None)
@given(
    contacts=st.lists(st.floats(0, 200), min_size=1, max_size=30),
    channel=st.sampled_from(["voice", "chat", "email", "outbound", "case", "social"]),
    shrinkage=st.floats(0, 0.6),
)
def test_agents_paid_cover_agents_on_the_phones_and_those_cover_the_work(
    contacts, channel, shrinkage
):
    rule = StaffingRule(shrinkage=shrinkage, deadline_h=2.0, cost_per_hour=10.0)
    table = required_staff(
        queue_demand("Q", channel, contacts, 240.0), {"Q": rule}, interval_min=30
    )
    net, gross = table["agents_net"], table["agents_gross"]
    assert (gross * (1 - shrinkage) >= net * (1 - 1e-8)).all()
    assert ((gross - 1) * (1 - shrinkage) < net).all()
    assert table["paid_h"].tolist() == (gross * 0.5).tolist()
    assert table["cost"].tolist() == (table["paid_h"] * 10).tolist()
    work_h = (table["contacts"] * 240).sum() / 3600
    assert net.sum() * 0.5 * 0.9 >= work_h - 1e-6
    assert (table["service_level"] >= 0.8).all()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"contacts": [1, np.nan]}, r"queue 'Q': 2026-03-02 09:30:00\+01:00: contacts = nan"),
        ({"contacts": [1, -2]}, r"queue 'Q': 2026-03-02 09:30:00\+01:00: contacts = -2"),
        ({"aht_s": [300, np.nan]}, r"queue 'Q': 2026-03-02 09:30:00\+01:00: aht_s = nan"),
        ({"aht_s": [0, 300]}, r"queue 'Q': 2026-03-02 09:00:00\+01:00: aht_s = 0"),
        ({"channel": "fax"}, r"queue 'Q': channel = 'fax'; must be one of bot, callback"),
        ({"channel": ["voice", "chat"]}, r"queue 'Q': channel = voice, chat; must be one a queue"),
        ({"queue": "New"}, r"queue 'New': a voice queue needs a rule"),
        ({"staffed": [True, False]}, r"queue 'Q': 2026-03-02 09:30:00\+01:00: staffed = False"),
    ],
)
def test_demand_that_cannot_be_planned_is_refused_by_queue_and_interval(change, message):
    demand = queue_demand("Q", "voice", [5, 5]).assign(**change)
    with pytest.raises(ValueError, match=message):
        required_staff(demand, {"Q": StaffingRule()}, interval_min=30)


def test_intervals_that_overlap_or_go_back_in_time_are_refused():
    demand = queue_demand("Q", "voice", [5, 5, 5])
    for wrong, minutes in ((demand, 60), (demand.iloc[::-1], 30), (demand.iloc[[0, 0]], 30)):
        with pytest.raises(ValueError, match=r"queue 'Q': .* interval_start = .* steps of"):
            required_staff(wrong, {"Q": StaffingRule()}, interval_min=minutes)


@pytest.mark.parametrize(
    ("rule", "channel", "message"),
    [
        (StaffingRule(), "email", "queue 'Q': deadline_h = None"),
        (StaffingRule(deadline_h=0.25), "case", r"queue 'Q': deadline_h = 0.25; .* \[0.5, inf\)"),
        (StaffingRule(concurrency=2), "voice", "queue 'Q': concurrency = 2; must be 1 for voice"),
    ],
)
def test_rules_that_do_not_fit_the_channel_are_refused(rule, channel, message):
    with pytest.raises(ValueError, match=message):
        required_staff(queue_demand("Q", channel, [5, 5]), {"Q": rule}, interval_min=30)


def test_missing_columns_and_unknown_engines_are_refused(demand, rules):
    with pytest.raises(ValueError, match="demand has no column contacts, aht_s"):
        required_staff(demand.drop(columns=["contacts", "aht_s"]), rules, interval_min=30)
    with pytest.raises(ValueError, match="engine = 'erlang'; must be one of"):
        required_staff(demand, rules, interval_min=30, engine="erlang")
    for minutes in (0, 7.5, 1441):
        with pytest.raises(ValueError, match="interval_min = "):
            required_staff(demand, rules, interval_min=minutes)


@pytest.mark.parametrize(
    ("kind", "values", "message"),
    [
        (ServiceTarget, {"service_level": 1.0}, r"service_level = 1.0; .* \(0, 1\)"),
        (ServiceTarget, {"service_level": None}, "give both or neither"),
        (ServiceTarget, {"within_s": -1.0}, "within_s = -1"),
        (ServiceTarget, {"max_asa_s": 0.0}, "max_asa_s = 0"),
        (ServiceTarget, {"max_occupancy": 0.0}, r"max_occupancy = 0.0; .* \(0, 1\]"),
        (ServiceTarget, {"min_agents": -1}, "min_agents = -1"),
        (StaffingRule, {"shrinkage": 1.0}, r"shrinkage = 1.0; .* \[0, 1\)"),
        (StaffingRule, {"concurrency": 0.5}, r"concurrency = 0.5; .* \[1, inf\)"),
        (StaffingRule, {"deadline_h": 0.0}, "deadline_h = 0"),
        (StaffingRule, {"cost_per_hour": np.nan}, "cost_per_hour = nan"),
    ],
)
def test_targets_and_rules_out_of_bounds_are_refused(kind, values, message):
    with pytest.raises(ValueError, match=message):
        kind(**values)


def test_rules_are_values():
    assert StaffingRule() == StaffingRule(target=ServiceTarget())
    assert len({StaffingRule(), StaffingRule(), StaffingRule(shrinkage=0.2)}) == 2


@pytest.mark.parametrize(
    ("channel", "options"),
    [("voice", {}), ("chat", {"concurrency": 2, "aht_by_concurrency": (1.0, 1.3)})],
)
def test_abandonment_is_told_only_where_customers_have_a_patience(channel, options):
    for patience_s in (None, 120.0):
        rules = {"Q": StaffingRule(patience_s=patience_s, **options)}
        table = required_staff(queue_demand("Q", channel, [90]), rules, interval_min=30)
        told = table["abandonment"].notna().all()
        assert told == (patience_s is not None)
