"""Targets of impatient customers, and the questions asked the other way round."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from staffing.queues.erlang import average_speed_of_answer, erlang_a, occupancy, service_level
from staffing.queues.measures import abandonment
from staffing.queues.outcome import DEFINITIONS
from staffing.queues.sizing import agents_required, binding_constraint
from staffing.queues.targets import load_carried, targets_met

quick = settings(max_examples=60, deadline=None)
targets = (
    st.fixed_dictionaries(
        {},
        optional={
            "answered": st.tuples(st.floats(0.05, 0.995), st.floats(0, 600)),
            "max_asa_s": st.floats(0.5, 600),
            "max_abandonment": st.floats(0.001, 0.6),
            "max_occupancy": st.floats(0.3, 1.0),
        },
    )
    .filter(bool)
    .map(
        lambda drawn: (
            {name: value for name, value in drawn.items() if name != "answered"}
            | dict(zip(("service_level", "within_s"), drawn.get("answered", ()), strict=False))
        )
    )
)
definitions = st.sampled_from(list(DEFINITIONS))


def meets(n, load, aht_s, target, slack, *, patience_s, definition):
    """Hold n agents against the targets; a positive slack is lenient, a negative one strict."""
    given_ = {"patience_s": patience_s}
    late = 1 - service_level(
        n, load, aht_s, target.get("within_s", 0.0), **given_, definition=definition
    )
    return (
        n > 0
        and late <= (1 - target.get("service_level", 0.0)) * (1 + slack) + max(slack, 0) * 1e-3
        and average_speed_of_answer(n, load, aht_s, **given_)
        <= target.get("max_asa_s", 1e99) * (1 + slack)
        and abandonment(n, load, aht_s, patience_s)
        <= target.get("max_abandonment", 1.0) * (1 + slack)
        and occupancy(n, load, aht_s, **given_) <= target.get("max_occupancy", 1.0) * (1 + slack)
    )


@quick
@given(
    load=st.floats(0.01, 300),
    aht_s=st.floats(20, 3600),
    patience_s=st.floats(1, 7200),
    definition=definitions,
    target=targets,
)
def test_with_patience_the_answer_meets_every_target_and_one_agent_fewer_does_not(
    load, aht_s, patience_s, definition, target
):
    given_ = {"patience_s": patience_s, "definition": definition}
    n = agents_required(load, aht_s, **target, **given_)
    assert meets(n, load, aht_s, target, 1e-8, **given_)
    assert not meets(n - 1, load, aht_s, target, -1e-8, **given_)
    assert targets_met([n - 1, n], load, aht_s, **target, **given_).tolist() == [False, True]
    assert binding_constraint(n, load, aht_s, **target, **given_) != "none"
    assert binding_constraint(n + 1, load, aht_s, **target, **given_) == "none"


@quick
@given(
    n=st.integers(1, 300),
    aht_s=st.floats(20, 3600),
    patience_s=st.one_of(st.none(), st.floats(5, 7200)),
    share=st.floats(0.05, 0.99),
    within_s=st.floats(0, 600),
)
def test_the_load_a_team_carries_is_the_largest_it_is_enough_for(
    n, aht_s, patience_s, share, within_s
):
    target = {"service_level": share, "within_s": within_s, "patience_s": patience_s}
    load = load_carried(n, aht_s, **target)
    assert load > 0
    assert agents_required(load * (1 - 1e-7), aht_s, **target) <= n
    assert agents_required(load * (1 + 1e-7), aht_s, **target) > n


@pytest.mark.parametrize(
    ("contacts", "aht_s", "interval_s", "patience_s", "share", "within_s", "fewest"),
    [
        (90, 300, 900, 30, 0.5, 20, 20),
        (126.9, 240, 900, 5, 0.5, 5, 20),
        (330.1, 180, 900, 180, 0.8, 60, 58),
        (30000, 600, 900, 120, 0.8, 20, 17342),
    ],
)
def test_the_answer_may_lie_far_below_the_load(
    contacts, aht_s, interval_s, patience_s, share, within_s, fewest
):
    load = contacts * aht_s / interval_s
    given_ = {"service_level": share, "within_s": within_s, "patience_s": patience_s}
    assert agents_required(load, aht_s, **given_) == fewest < load


def test_the_exercise_of_the_free_university_is_solved():
    # Three calls a minute of five minutes, patience ten minutes: P(wait) at most 40 %.
    assert agents_required(15, 300, service_level=0.6, within_s=0, patience_s=600) == 17
    assert erlang_a(17, 15.0, 300, 600) <= 0.4 < erlang_a(16, 15.0, 300, 600)


def test_nothing_to_do_or_nothing_asked():
    target = {"service_level": 0.8, "within_s": 20, "patience_s": 120}
    assert agents_required(0, 300, **target) == 0
    assert binding_constraint(0, 0, 300, **target) == "no_load"
    assert agents_required(50, 300, patience_s=120) == 1
    assert binding_constraint(1, 50.0, 300, patience_s=120) == "stability"
    assert targets_met(0, 0.0, 300, service_level=0.8, within_s=20)
    assert not targets_met(5, 5.0, 300, max_asa_s=1e9)
    assert load_carried([0, 4], 300, max_occupancy=0.7).round(7).tolist() == [0.0, 2.8]


def test_what_binds_is_named_with_patience_too():
    given_ = {"patience_s": 120.0}
    n = agents_required(10, 180, max_abandonment=0.02, **given_)
    assert binding_constraint(n, 10, 180, max_abandonment=0.02, **given_) == "abandonment"
    n = agents_required(10, 180, max_occupancy=0.5, **given_)
    assert binding_constraint(n, 10, 180, max_occupancy=0.5, **given_) == "occupancy"


def test_a_row_has_the_same_answer_alone_and_among_others():
    rng = np.random.default_rng(7)
    load, patience_s = rng.uniform(0, 400, 50), rng.uniform(5, 3600, 50)
    given_ = {"service_level": 0.8, "within_s": 20}
    together = agents_required(load, 300, **given_, patience_s=patience_s)
    for a, patience, n in zip(load, patience_s, together, strict=True):
        assert agents_required(a, 300, **given_, patience_s=patience) == n


@pytest.mark.parametrize(
    ("target", "message"),
    [
        ({"max_abandonment": 0.05}, "max_abandonment = 0.05; needs patience_s"),
        ({"max_abandonment": 0.0, "patience_s": 60}, r"max_abandonment = 0.0; .* \(0, 1\)"),
        ({"service_level": 1.0, "within_s": 20, "patience_s": 60}, r"service_level = 1.0; "),
        ({"max_asa_s": 5, "patience_s": np.nan}, "patience_s = nan"),
        ({"max_asa_s": np.inf, "patience_s": 5}, "max_asa_s = inf"),
        ({"definition": "both"}, "definition = 'both'; must be one of"),
    ],
)
def test_targets_that_nothing_meets_or_that_mean_nothing_are_refused(target, message):
    with pytest.raises(ValueError, match=message):
        agents_required(10, 180, **target)


def test_a_team_without_a_target_carries_no_largest_load():
    with pytest.raises(ValueError, match="needs a target"):
        load_carried(10, 180, patience_s=60)
