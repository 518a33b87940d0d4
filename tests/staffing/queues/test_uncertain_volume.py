"""Uncertain volumes: printed values, certainty as a limit, laws, an independent integral."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from staffing import agents_required, service_level
from staffing.queues.uncertain_volume import (
    agents_for_uncertain_volume,
    mean_service_level,
    share_of_days_on_target,
)

quick = settings(max_examples=25, deadline=None)
HALF_HOUR = {"interval_s": 1800, "within_s": 20}
CV = [0, 0.05, 0.1, 0.2, 0.3]


def test_the_printed_service_levels_are_reached():
    found = mean_service_level(100, 180, 14, cv=CV, **HALF_HOUR)
    printed = [0.8883500192, 0.8806231678, 0.8557687220, 0.7591783477, 0.6618338449]
    assert found == pytest.approx(printed, abs=1e-10)


def test_the_printed_agents_are_reached():
    mean = agents_for_uncertain_volume(100, 180, cv=CV, service_level=0.8, **HALF_HOUR)
    assert mean.tolist() == [14, 14, 14, 15, 16]
    sure = agents_for_uncertain_volume(
        100, 180, cv=CV[1:], service_level=0.8, sure=0.9, **HALF_HOUR
    )
    assert sure.tolist() == [14, 15, 16, 18]


@pytest.mark.parametrize("patience", [None, 240])
@pytest.mark.parametrize(("cv", "agents"), [(0.1, 14), (0.5, 16), (1.3, 12)])
def test_a_sum_over_small_steps_of_volume_agrees(cv, agents, patience):
    stats = pytest.importorskip("scipy.stats")
    volume = stats.gamma(cv**-2, scale=100 * cv**2)
    v = np.linspace(0, np.sqrt(volume.isf(1e-13)), 20_001)[1:] ** 2
    level = service_level(agents, v / 10, 180, 20, patience_s=patience)
    total = np.trapezoid(v * volume.pdf(v) * level, v)
    found = mean_service_level(100, 180, agents, cv=cv, patience_s=patience, **HALF_HOUR)
    assert found == pytest.approx(total / 100, abs=2e-7)


def test_a_certain_volume_is_the_plain_formula():
    agents = np.arange(9, 20)
    plain = service_level(agents, 10.0, 180, 20)
    assert mean_service_level(100, 180, agents, cv=0, **HALF_HOUR).tolist() == plain.tolist()
    nearly = mean_service_level(100, 180, agents, cv=0.002, **HALF_HOUR)
    assert nearly == pytest.approx(plain, abs=5e-3)
    days = share_of_days_on_target(100, 180, agents, cv=0, service_level=0.8, **HALF_HOUR)
    assert days.tolist() == (plain >= 0.8).astype(float).tolist()
    for sure in (None, 0.7):
        needed = agents_for_uncertain_volume(
            [100, 7], 180, cv=0, service_level=0.8, sure=sure, **HALF_HOUR
        )
        plain_needed = agents_required([10, 0.7], 180, service_level=0.8, within_s=20)
        assert needed.tolist() == plain_needed.tolist()


@quick
@given(
    contacts=st.floats(1, 300),
    cv=st.floats(0, 1.5),
    agents=st.integers(0, 60),
    patience=st.one_of(st.none(), st.floats(20, 900)),
)
def test_more_agents_never_hurt(contacts, cv, agents, patience):
    house = HALF_HOUR | {"cv": cv, "patience_s": patience}
    pair = [agents, agents + 1]
    level = mean_service_level(contacts, 180, pair, **house)
    days = share_of_days_on_target(contacts, 180, pair, service_level=0.8, **house)
    for values in (level, days):
        assert ((values >= 0) & (values <= 1 + 1e-12)).all()
        assert values[1] >= values[0] - 1e-9


@quick
@given(
    contacts=st.floats(1, 300),
    cv=st.floats(0.01, 1),
    target=st.floats(0.2, 0.95),
    sure=st.floats(0.1, 0.95),
    patience=st.one_of(st.none(), st.floats(20, 900)),
)
def test_the_agents_required_are_the_fewest(contacts, cv, target, sure, patience):
    house = HALF_HOUR | {"cv": cv, "patience_s": patience}
    asked = house | {"service_level": target}
    mean = agents_for_uncertain_volume(contacts, 180, **asked)
    level = mean_service_level(contacts, 180, [mean, mean - 1], **house)
    assert level[0] >= target - 1e-8
    assert level[1] < target
    safe = agents_for_uncertain_volume(contacts, 180, **asked, sure=sure)
    days = share_of_days_on_target(contacts, 180, [safe, safe - 1], **asked)
    assert days[0] >= sure - 1e-6
    assert days[1] < sure + 1e-6


def test_a_surer_promise_takes_more_agents():
    house = HALF_HOUR | {"service_level": 0.8, "cv": 0.2}
    needed = agents_for_uncertain_volume(100, 180, sure=[0.5, 0.8, 0.9, 0.99], **house)
    assert (np.diff(needed) > 0).all()


def test_patience_softens_the_days_of_overload():
    house = HALF_HOUR | {"cv": 0.3}
    assert mean_service_level(100, 180, 14, patience_s=300, **house) > mean_service_level(
        100, 180, 14, **house
    )


def test_nothing_offered_needs_nobody():
    assert mean_service_level(0, 180, 0, cv=0.2, **HALF_HOUR) == 1
    house = HALF_HOUR | {"service_level": 0.8, "cv": 0.2}
    assert agents_for_uncertain_volume([0, 0], 180, **house).tolist() == [0, 0]
    assert share_of_days_on_target(100, 180, 0, **house) == 0


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"cv": 2.5}, r"cv = 2.5; must be a number in \[0, 2\]"),
        ({"cv": -0.1}, "cv = -0.1"),
        ({"service_level": 1}, r"service_level = 1.0; .* \(0, 1\)"),
        ({"sure": 1}, r"sure = 1.0; .* \(0, 1\)"),
        ({"contacts": np.inf}, "contacts = inf"),
        ({"patience_s": -1}, "patience_s = -1"),
    ],
)
def test_numbers_out_of_bounds_are_refused(change, message):
    good = {"contacts": 100, "aht_s": 180, "cv": 0.1, "service_level": 0.8} | HALF_HOUR
    with pytest.raises(ValueError, match=message):
        agents_for_uncertain_volume(**good | change)
