"""The sample centre is what its README says: regular, reproducible, and true to its rates."""

import importlib.util
from datetime import date
from pathlib import Path
from types import ModuleType

import numpy as np
import pandas as pd
import pytest

DATA = Path(__file__).parents[2] / "data"
ZONE = "Europe/Madrid"
OPEN = {  # queue: (weekdays, opening hour, closing hour)
    "sales": [(range(5), 9, 21), ([5], 10, 18)],
    "support": [(range(7), 8, 22)],
    "chat": [(range(6), 9, 21)],
    "email": [(range(7), 0, 24)],
    "bot": [(range(7), 0, 24)],
}
COUNTS = ["contacts", "abandoned", "answered_in_target", "contacts_en"]
ENGLISH = {"sales": 0.18, "support": 0.22, "chat": 0.25, "email": 0.20, "bot": 0.24}


@pytest.fixture(scope="module")
def maker() -> ModuleType:
    spec = importlib.util.spec_from_file_location("make_sample", DATA / "make_sample.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def sample(maker):
    return maker.make_sample()


@pytest.fixture(scope="module")
def history(sample):
    return sample.history


@pytest.fixture(scope="module")
def truth(sample):
    start = sample.truth["interval_start"]
    return sample.truth.assign(day=start.dt.tz_localize(None).dt.normalize())


@pytest.fixture(scope="module")
def joined(history, truth):
    """Each observed half hour beside its truth."""
    keys = ["queue", "channel", "interval_start"]
    return history.merge(truth, on=keys, validate="1:1", suffixes=("", "_true"))


@pytest.fixture(scope="module")
def ordinary_days(joined):
    """Daily contacts and rate of each queue, whole ordinary days only."""
    days = joined.groupby(["queue", "day"])
    totals = days[["contacts", "rate"]].sum()
    return totals[days["what"].max() == ""]


def lift(joined, queue, days):
    """Mean ratio of the days' contacts to those of the ordinary same weekdays around them."""
    rows = joined[joined["queue"] == queue]
    total = rows.groupby("day")["contacts"].sum()
    is_ordinary = rows.groupby("day")["what"].max() == ""
    ratios = []
    for day in days:
        around = pd.date_range(day - pd.Timedelta(weeks=5), periods=11, freq="7D")
        near = [other for other in around if is_ordinary.get(other, default=False)]
        ratios.append(total[day] / total[near].mean())
    return np.mean(ratios)


def test_the_committed_file_is_what_the_generator_makes(history):
    committed = pd.read_csv(DATA / "sample_history.csv.gz", dtype=dict.fromkeys(COUNTS, float))
    starts = pd.to_datetime(committed["interval_start"], utc=True).dt.tz_convert(ZONE)
    pd.testing.assert_frame_equal(committed.assign(interval_start=starts), history)


def test_the_committed_file_is_small_and_carries_no_date_of_its_making():
    packed = (DATA / "sample_history.csv.gz").read_bytes()
    assert len(packed) < 3_000_000
    assert packed[4:8] == bytes(4)


def test_the_file_has_whole_counts_tenths_of_seconds_and_the_offset_of_each_time():
    text = pd.read_csv(DATA / "sample_history.csv.gz", dtype=str)
    for column, pattern in {**dict.fromkeys(COUNTS, r"\d+"), "aht_s": r"\d+\.\d"}.items():
        assert text[column].dropna().str.fullmatch(pattern).all()
    email = text.loc[text["queue"] == "email", "interval_start"]
    autumn = [f"2025-10-26T02:{time}" for time in ("00:00+02", "30:00+02", "00:00+01", "30:00+01")]
    assert email[email.str.startswith("2025-10-26T02")].tolist() == [f"{t}:00" for t in autumn]


def test_the_same_seed_gives_the_same_history_and_another_seed_another_one(maker, sample):
    again, other = maker.make_sample(20261101), maker.make_sample(1)
    pd.testing.assert_frame_equal(again.history, sample.history)
    pd.testing.assert_frame_equal(other.truth, sample.truth)
    assert (other.history["contacts"] != sample.history["contacts"]).mean() > 0.5


def test_queues_do_not_depend_on_one_anothers_draws(maker, history, monkeypatch):
    kept = tuple(queue for queue in reversed(maker.QUEUES) if queue.name != "email")
    monkeypatch.setattr(maker, "QUEUES", kept)
    expected = history[history["queue"] != "email"].reset_index(drop=True)
    pd.testing.assert_frame_equal(maker.make_sample().history, expected)


@pytest.mark.parametrize("queue", OPEN)
def test_every_open_half_hour_and_no_closed_one_has_a_truth(truth, queue):
    instants = pd.date_range("2024-10-31 23:00", "2026-12-26 22:30", freq="30min", tz="UTC")
    start = instants.tz_convert(ZONE)
    hour = start.hour + start.minute / 60
    is_open = np.zeros(len(start), dtype=bool)
    for weekdays, opens, closes in OPEN[queue]:
        is_open |= start.dayofweek.isin(list(weekdays)) & (hour >= opens) & (hour < closes)
    if queue in {"sales", "chat"}:
        is_holiday = ~truth["what"].isin(["", "lost", "day after a holiday"])
        holidays = truth.loc[is_holiday & (truth["queue"] == "bot"), "day"].unique()
        is_open &= ~start.tz_localize(None).normalize().isin(holidays)
    assert truth.loc[truth["queue"] == queue, "interval_start"].tolist() == list(start[is_open])


def test_open_half_hours_have_a_row_unless_the_export_lost_them(history, truth):
    keys = ["queue", "channel", "interval_start"]
    is_past = truth["day"] <= "2026-10-31"
    expected = truth.loc[is_past & (truth["what"] != "lost"), keys]
    pd.testing.assert_frame_equal(history[keys], expected.reset_index(drop=True))
    assert history["contacts"].notna().all()
    lost = truth[truth["what"] == "lost"].groupby(["queue", "day"]).size()
    assert lost[("support", "2025-09-18")] == 28  # all of an opening day
    assert 10 <= lost.sum() - 28 <= 30


def test_each_open_half_hour_has_a_true_rate_and_a_true_handling_time_but_for_the_bot(truth):
    assert truth["rate"].gt(0).all()
    assert (truth["aht_s"].isna() == (truth["queue"] == "bot")).all()


def test_days_of_clock_changes_have_46_and_50_half_hours(truth, joined):
    sizes = truth[truth["queue"] == "bot"].groupby("day").size()
    odd = sizes[sizes != 48]
    changes = pd.to_datetime(["2025-03-30", "2025-10-26", "2026-03-29", "2026-10-25"])
    assert odd.to_dict() == dict(zip(changes, [46, 50, 46, 50], strict=True))
    observed = joined[joined["queue"] == "email"].groupby("day").size()
    assert observed[odd.index].tolist() == odd.tolist()


def test_sales_and_chat_are_closed_on_public_holidays(truth):
    holidays = ["2025-01-06", "2025-04-17", "2025-05-02", "2025-12-25", "2026-11-02", "2026-12-07"]
    on_holidays = truth[truth["day"].isin(pd.to_datetime(holidays))]
    assert set(on_holidays["queue"]) == {"support", "email", "bot"}
    assert (on_holidays["what"] != "").all()


def test_no_contact_is_both_abandoned_and_answered_in_target(history):
    live = history[history["channel"].isin(["voice", "chat"])]
    assert (live["abandoned"] + live["answered_in_target"] <= live["contacts"]).all()
    assert (live[["abandoned", "answered_in_target"]] >= 0).all(axis=None)
    others = history[~history["channel"].isin(["voice", "chat"])]
    assert others[["abandoned", "answered_in_target"]].isna().all(axis=None)
    assert (history["contacts_en"] <= history["contacts"]).all()


def test_more_give_up_and_fewer_are_answered_in_target_in_busy_half_hours(joined):
    for _, rows in joined[joined["channel"] == "voice"].groupby("queue"):
        outcomes = rows[["contacts", "abandoned", "answered_in_target"]]
        total = outcomes.groupby(rows["contacts"] > 1.2 * rows["rate"]).sum()
        share = total.div(total["contacts"], axis=0)
        assert share.loc[True, "abandoned"] > 1.5 * share.loc[False, "abandoned"]
        assert share.loc[True, "answered_in_target"] < share.loc[False, "answered_in_target"] - 0.1
        assert 0.02 < outcomes["abandoned"].sum() / outcomes["contacts"].sum() < 0.08


def test_counts_agree_with_the_true_rates_within_one_per_cent(ordinary_days):
    total = ordinary_days.groupby("queue").sum()
    assert total["contacts"].to_numpy() == pytest.approx(total["rate"].to_numpy(), rel=0.01)


@pytest.mark.parametrize("queue", ["sales", "support", "email", "bot"])
def test_days_vary_by_five_per_cent_beyond_poisson(ordinary_days, queue):
    # Var(N / R) = cv^2 + 1 / R for a Poisson count N whose rate R has a random factor.
    day = ordinary_days.loc[queue]
    excess = (day["contacts"] / day["rate"] - 1) ** 2 - 1 / day["rate"]
    error = excess.std() / np.sqrt(len(excess))
    assert excess.mean() == pytest.approx(0.05**2, abs=3.5 * error)
    assert error < 0.05**2 / 4  # the test can tell 5 % from nothing, and from 7 %


@pytest.mark.parametrize("queue", ["sales", "support", "email", "bot"])
def test_within_a_day_counts_are_poisson(joined, queue):
    # Given the day's total the half hours are multinomial: Pearson's X^2 has mean n - 1 a day.
    rows = joined[(joined["queue"] == queue) & (joined["what"] == "")]
    sums = rows.groupby("day")[["contacts", "rate"]].transform("sum")
    expected = rows["rate"] * sums["contacts"] / sums["rate"]
    freedom = len(rows) - rows["day"].nunique()
    dispersion = ((rows["contacts"] - expected) ** 2 / expected).sum() / freedom
    assert dispersion == pytest.approx(1, abs=4 * np.sqrt(2 / freedom) + 0.005)


def test_only_the_voice_queues_share_a_day_effect(ordinary_days):
    residual = (ordinary_days["contacts"] / ordinary_days["rate"] - 1).rename("residual")
    shared = residual.reset_index().pivot_table("residual", "day", "queue").corr()
    assert 0.12 < shared.loc["sales", "support"] < 0.42  # 0.03^2 of about 0.06^2
    assert shared.loc[["sales", "support"], ["email", "bot", "chat"]].abs().max(axis=None) < 0.15


def test_chat_receives_the_bots_share_of_handed_over_contacts(joined):
    residual = joined.assign(residual=joined["contacts"] - joined["rate"])
    both = residual.pivot_table("residual", "interval_start", "queue")[["bot", "chat"]].dropna()
    slope = (both["bot"] * both["chat"]).sum() / (both["bot"] ** 2).sum()
    assert slope == pytest.approx(0.35, abs=0.02)


def test_bill_runs_are_the_third_and_fourth_working_days(maker, truth):
    chat = truth.loc[truth["queue"] == "chat", "day"]  # chat closes on Sundays and holidays
    working = chat[chat.dt.dayofweek < 5].drop_duplicates()
    by_month = working.groupby([working.dt.year, working.dt.month])
    events = {event.name: event for event in maker.EVENTS}
    for name, number in (("Bill run", 3), ("Bill run, next day", 4)):
        assert by_month.nth(number - 1).dt.date.tolist() == list(events[name].dates)
    assert {date(2026, 4, 7), date(2026, 12, 3)} <= set(events["Bill run"].dates)


@pytest.mark.parametrize(
    ("name", "queue", "effect"),
    [
        ("Bill run", "support", 0.35),
        ("Bill run, next day", "support", 0.15),
        ("Black Friday", "sales", 0.45),
        ("Fibre launch", "sales", 0.30),
    ],
)
def test_events_lift_the_contacts_by_the_stated_effect(maker, joined, name, queue, effect):
    event = {event.name: event for event in maker.EVENTS}[name]
    assert (event.queue, event.effect) == (queue, effect)
    days = joined.loc[(joined["queue"] == queue) & (joined["what"] == name), "day"].unique()
    assert set(days) <= set(pd.to_datetime(list(event.dates)))
    error = 0.07 * np.sqrt((1 + 1 / 4) / len(days))  # a day's own scatter, and its neighbours'
    assert lift(joined, queue, days) == pytest.approx(1 + effect, abs=3 * error * (1 + effect))


def test_a_holiday_brings_support_little_more_than_half_and_the_day_after_a_tenth_more(joined):
    rows = joined[(joined["queue"] == "support") & (joined["day"].dt.dayofweek < 5)]
    after = rows.loc[rows["what"] == "day after a holiday", "day"].unique()
    is_other = rows["what"].str.fullmatch("|lost|outage|rebound|day after a holiday|Bill run.*")
    holidays = rows.loc[~is_other, "day"].unique()
    assert lift(joined, "support", holidays) == pytest.approx(0.55, abs=0.04)
    assert lift(joined, "support", after) == pytest.approx(1.10, abs=0.06)


def test_the_outage_lets_few_calls_in_and_is_followed_by_a_rebound(joined):
    support = joined[joined["queue"] == "support"].set_index("interval_start")
    for what, first, last, low, high in (
        ("outage", "10:00", "12:30", 0.08, 0.25),
        ("rebound", "13:00", "15:00", 1.15, 1.60),
    ):
        during = support[support["what"] == what]
        edges = pd.DatetimeIndex([f"2026-03-10 {first}", f"2026-03-10 {last}"], tz=ZONE)
        assert [during.index[0], during.index[-1]] == list(edges)
        week_before = support.loc[during.index - pd.Timedelta(days=7)]
        assert low < during["contacts"].sum() / week_before["contacts"].sum() < high


def test_handling_time_is_blank_just_where_nobody_was_answered(history):
    answered = history["contacts"] - history["abandoned"].fillna(0)
    is_blank = (answered == 0) | (history["channel"] == "bot")
    assert (history["aht_s"].isna() == is_blank).all()
    assert history["aht_s"].dropna().gt(0).all()


def test_handling_time_scatters_around_the_truth_with_the_root_of_the_contacts(joined):
    rows = joined[joined["aht_s"].notna()]
    answered = rows["contacts"] - rows["abandoned"].fillna(0)
    residual = (rows["aht_s"] / rows["aht_s_true"] - 1) * np.sqrt(answered)
    error = 0.8 / np.sqrt(residual.groupby(rows["queue"]).size())
    assert (residual.groupby(rows["queue"]).mean().abs() < 4 * error).all()
    for few, many in ((4, 15), (15, 40), (40, 200)):
        assert residual[(answered >= few) & (answered < many)].std() == pytest.approx(0.8, rel=0.05)


def test_support_calls_grow_longer_over_the_two_years_and_late_in_the_day(truth):
    support = truth[truth["queue"] == "support"].set_index("interval_start")["aht_s"]
    at_three = support.at_time("15:00")
    assert at_three.iloc[0] == pytest.approx(330, rel=0.01)
    assert at_three[pd.Timestamp("2026-10-31 15:00", tz=ZONE)] == pytest.approx(360, rel=0.01)
    ratio = support.at_time("21:30").to_numpy() / support.at_time("08:00").to_numpy()
    assert ratio == pytest.approx(1.08 / 0.92, rel=0.01)


@pytest.mark.parametrize("queue", ENGLISH)
def test_the_stated_share_asks_for_english(history, queue):
    rows = history[history["queue"] == queue]
    contacts = rows["contacts"].sum()
    error = np.sqrt(ENGLISH[queue] * (1 - ENGLISH[queue]) / contacts)
    assert rows["contacts_en"].sum() / contacts == pytest.approx(ENGLISH[queue], abs=4 * error)
