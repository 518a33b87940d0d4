"""Laws of the way from what was offered to what was needed."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forecasting.doctor.examination import examine
from forecasting.doctor.need import NEED_STEPS, unconstrained
from forecasting.doctor.repairs import repair
from forecasting.doctor.returning import calls_again, delay_shares

ZONE = "Europe/Madrid"
MakeCentre = Callable[..., pd.DataFrame]
SHARE = st.floats(0, 1)


def busy_day(offered: list[float], abandoned_share: list[float]) -> pd.DataFrame:
    """A day of half hours with a share of the contacts that abandoned."""
    starts = pd.date_range("2026-03-02 08:00", periods=len(offered), freq="30min", tz=ZONE)
    contacts = np.asarray(offered)
    return pd.DataFrame(
        {
            "queue": "support",
            "channel": "voice",
            "interval_start": starts,
            "contacts": contacts,
            "aht_s": 300.0,
            "abandoned": contacts * np.resize(abandoned_share, len(contacts)),
            "blocked": np.resize(abandoned_share, len(contacts)) * 5,
            "transferred_in": contacts * np.resize(abandoned_share, len(contacts)) / 2,
        }
    )


days = st.builds(
    busy_day,
    st.lists(st.floats(0, 500), min_size=1, max_size=40),
    st.lists(SHARE, min_size=1, max_size=5),
)


@given(history=days, r=SHARE, delay_min=st.floats(0, 1440))
@settings(max_examples=60, deadline=None)
def test_exactly_the_redials_are_taken_off(
    history: pd.DataFrame, r: float, delay_min: float
) -> None:
    """First attempts over a history = offered - r x abandoned, whenever they call again."""
    need = unconstrained(
        history, 30, redial_probability=r, redial_delay_min=delay_min, steps=["redials"]
    )
    first = history["contacts"].sum() - r * history["abandoned"].sum()
    assert need.history["contacts"].sum() == pytest.approx(first, rel=1e-9, abs=1e-6)
    assert (need.history["contacts"] >= 0).all()
    assert (need.history["contacts"] <= history["contacts"] + 1e-9).all()


@given(history=days, r=SHARE, retry=SHARE)
@settings(max_examples=50, deadline=None)
def test_blocked_who_try_again_are_counted_once(
    history: pd.DataFrame, r: float, retry: float
) -> None:
    need = unconstrained(history, 30, redial_probability=r, retry_probability=retry)
    first = (
        history["contacts"].sum()
        + (1 - retry) * history["blocked"].sum()
        - r * history["abandoned"].sum()
    )
    assert need.history["contacts"].sum() == pytest.approx(first, rel=1e-9, abs=1e-6)


@given(history=days, low=SHARE, high=SHARE)
@settings(max_examples=40, deadline=None)
def test_the_more_call_again_the_fewer_needed_help(
    history: pd.DataFrame, low: float, high: float
) -> None:
    low, high = sorted((low, high))
    less, more = (
        unconstrained(history, 30, redial_probability=r).history["contacts"].sum()
        for r in (high, low)
    )
    assert less <= more + 1e-6


@given(history=days, taken=st.sets(st.sampled_from(NEED_STEPS)), r=SHARE)
@settings(max_examples=50, deadline=None)
def test_the_steps_account_for_every_contact(
    history: pd.DataFrame, taken: set[str], r: float
) -> None:
    need = unconstrained(history, 30, redial_probability=r, steps=taken)
    rows, steps = need.intervals, need.steps.set_index("step")
    assert list(steps.index) == list(NEED_STEPS)
    assert steps["before"].iloc[0] == pytest.approx(history["contacts"].sum())
    assert list(steps["before"].iloc[1:]) == list(steps["after"].iloc[:-1])
    assert steps["after"].iloc[-1] == pytest.approx(rows["need"].sum(), abs=1e-6)
    parts = rows["offered"] + rows[list(NEED_STEPS)].sum(axis=1)
    np.testing.assert_allclose(parts, rows["need"], atol=1e-6)
    for step in NEED_STEPS:
        assert steps.loc[step, "state"] == ("taken" if step in taken else "off")
        if step not in taken:
            assert (rows[step] == 0).all()
    assert (rows[["transfers", "redials"]] <= 0).all(axis=None)
    assert (rows[["blocked", "lost"]] >= 0).all(axis=None)


@given(delay_min=st.floats(0, 1440), interval_min=st.sampled_from([5, 15, 30, 60]))
@settings(max_examples=50, deadline=None)
def test_those_who_call_again_do_so_once(delay_min: float, interval_min: int) -> None:
    shares = delay_shares(delay_min, interval_min)
    assert shares.sum() == pytest.approx(1)
    assert (shares >= 0).all()
    if delay_min <= interval_min / 30:
        assert shares[0] > 0.9


def test_the_mean_delay_is_the_one_stated() -> None:
    """The mean number of intervals between giving up and calling again is the delay over T."""
    shares = delay_shares(45.0, 15)
    assert (shares * np.arange(len(shares))).sum() == pytest.approx(3.0, rel=1e-6)


@given(
    room=st.lists(st.floats(0, 100), min_size=1, max_size=30),
    share=st.lists(SHARE, min_size=1, max_size=30),
    delay_min=st.floats(0, 600),
)
@settings(max_examples=60, deadline=None)
def test_no_interval_holds_more_redials_than_contacts(
    room: list[float], share: list[float], delay_min: float
) -> None:
    came = np.asarray(room)
    leaving = came * np.resize(share, len(came))
    again = calls_again(leaving, came, delay_shares(delay_min, 15))
    assert (again >= 0).all()
    assert (again <= came + 1e-9).all()
    assert again.sum() == pytest.approx(leaving.sum(), abs=1e-6)


@pytest.mark.parametrize(
    ("step", "missing", "code"),
    [
        ("redials", "abandoned", "abandoned_missing"),
        ("blocked", "blocked", "blocked_missing"),
        ("transfers", "transferred_in", "transferred_in_missing"),
    ],
)
def test_a_step_without_what_it_needs_is_refused_and_the_others_are_not(
    step: str, missing: str, code: str
) -> None:
    history = busy_day([10.0, 20.0, 30.0], [0.2])
    whole = unconstrained(history, 30, redial_probability=0.5, steps=NEED_STEPS).steps
    assert set(whole["state"]) == {"taken"}
    for lacking in (history.drop(columns=missing), history.assign(**{missing: np.nan})):
        steps = unconstrained(lacking, 30, redial_probability=0.5, steps=NEED_STEPS).steps
        state = steps.set_index("step")["state"]
        assert state[step] == "refused"
        assert (state.drop(step) == "taken").all()
        assert steps.set_index("step")["code"][step] == code


def test_redials_without_a_probability_are_refused() -> None:
    need = unconstrained(busy_day([10.0, 20.0], [0.2]), 30)
    row = need.steps.set_index("step").loc["redials"]
    assert (row["state"], row["code"]) == ("refused", "redial_probability_missing")
    assert (need.intervals["redials"] == 0).all()


def test_an_outage_is_estimated_near_what_would_have_come(make_centre: MakeCentre) -> None:
    """On a day half as busy again, the estimate is half as large again too."""
    true = make_centre(rate=40)
    date = true["interval_start"].dt.strftime("%Y-%m-%d")
    true.loc[date == "2025-03-12", "contacts"] *= 1.5
    history = true.copy()
    gone = (date == "2025-03-12") & true["interval_start"].dt.hour.between(10, 12)
    history.loc[gone, "contacts"] = 0.0
    repaired = repair(history, examine(history, 30)).history
    need = unconstrained(repaired, 30, steps=["lost"])
    assert need.intervals["estimated"].sum() == gone.sum()
    estimate = need.intervals.loc[gone, "lost"].sum()
    assert estimate == pytest.approx(true.loc[gone, "contacts"].sum(), rel=0.1)
    # The forecast is given what is known, not what is estimated.
    assert need.history.loc[gone, "contacts"].isna().all()
    assert need.steps.set_index("step")["intervals"]["lost"] == gone.sum()


def test_nothing_is_estimated_where_nothing_is_known(make_centre: MakeCentre) -> None:
    history = make_centre().assign(contacts=np.nan)
    need = unconstrained(history, 30)
    assert need.intervals["need"].isna().all()
    assert not need.intervals["estimated"].any()


def test_queues_do_not_mix(make_centre: MakeCentre) -> None:
    history = make_centre("a", "b", weeks=6)
    history["abandoned"] = np.floor(history["contacts"] / 5)
    together = unconstrained(history, 30, redial_probability=0.7).history
    for queue, rows in history.groupby("queue"):
        alone = unconstrained(rows.reset_index(drop=True), 30, redial_probability=0.7).history
        same = together[together["queue"] == queue].reset_index(drop=True)
        pd.testing.assert_frame_equal(same, alone)


def test_an_empty_history_has_an_empty_need(make_centre: MakeCentre) -> None:
    need = unconstrained(make_centre().head(0), 30)
    assert need.history.empty
    assert need.steps.empty


@pytest.mark.parametrize(
    ("wrong", "name"),
    [
        ({"redial_probability": 1.1}, "redial_probability"),
        ({"retry_probability": -0.1}, "retry_probability"),
        ({"redial_delay_min": -1.0}, "redial_delay_min"),
        ({"steps": ["repeats"]}, "steps"),
    ],
)
def test_a_setting_out_of_bounds_is_refused(wrong: dict[str, object], name: str) -> None:
    with pytest.raises(ValueError, match=name):
        unconstrained(busy_day([1.0], [0.0]), 30, **wrong)  # type: ignore[arg-type]
