"""A row's numbers are the same to the last bit alone, among others, in any order and shape."""

import inspect

import numpy as np
import pytest

import staffing
from staffing.kernels import vectorised
from staffing.queues import outcome, redials, sizing

SHAPE = 6, 8
ROWS = 48

# One row a queue, or a day or a set of skills along the last axis.
OF_DAYS = {
    "fluid_day",
    "lagged_load",
    "modified_offered_load",
    "pooling_bounds",
    "stationary_backlog",
}
# Rules, tables, money and hours, and days whose rows are one another's past.
OF_OTHER_THINGS = {
    "ServiceTarget",
    "StaffingRule",
    "compare_engines",
    "constant_crew",
    "deferrable_day",
    "explain_agents",
    "full_time_equivalents",
    "gross_agents",
    "labour_cost",
    "level_capacity",
    "net_agents",
    "outbound_work",
    "paid_hours",
    "required_staff",
    "transient_agents",
    "transient_day",
}
SIMULATION = {
    name
    for name in staffing.__all__
    if getattr(staffing, name).__module__.startswith("staffing.simulate")
}
OF_QUEUES = {"fewest_with_redials", *staffing.__all__} - OF_DAYS - OF_OTHER_THINGS - SIMULATION
# These look for their answer with many measures of one queue each: few of them suffice.
SEARCHES = {
    "agents_for_uncertain_volume",
    "agents_required_continued",
    "chat_agents_required",
    "dialler_agents",
    "dialler_measures",
    "fewest_with_redials",
    "load_carried",
    "load_with_redials",
    "load_with_retries",
    "share_of_days_on_target",
    "wait_quantile",
}
OPTIONAL = {"patience_s", "max_abandonment"}


def function(name):
    return redials.fewest_with_redials if name == "fewest_with_redials" else getattr(staffing, name)


def queues(seed):
    """Columns by the names of the arguments, from nearly idle to overloaded."""
    rng = np.random.default_rng(seed)
    load = 10 ** rng.uniform(-2, 2.3, ROWS)
    agents = np.maximum(np.floor(load * 10 ** rng.normal(0.05, 0.1, ROWS)), 0)
    agents += rng.integers(0, 4, ROWS)
    aht = rng.uniform(30, 900, ROWS)
    share, chance = rng.uniform(0.05, 0.98, (2, ROWS))
    return {
        "agents": agents,
        "load_erlangs": load,
        "aht_s": aht,
        "aht_by_concurrency_s": aht[:, None] * [1.0, 1.3, 1.7],
        "interval_s": np.full(ROWS, 900.0),
        "contacts": load * 900.0 / aht,
        "within_s": rng.uniform(0, 120, ROWS) * rng.integers(0, 2, ROWS),
        "after_s": rng.uniform(0, 900, ROWS),
        "waiting": rng.uniform(0, 30, ROWS),
        "patience_s": 10 ** rng.uniform(0.5, 3.5, ROWS),
        "lines": agents + np.floor(10 ** rng.uniform(0, 2.5, ROWS)),
        "threshold": np.floor(chance * agents),
        "service_level": share,
        "max_asa_s": rng.uniform(5, 200, ROWS),
        "max_abandonment": rng.uniform(0.01, 0.5, ROWS),
        "max_p_abandon": rng.uniform(0.01, 0.5, ROWS),
        "max_occupancy": rng.uniform(0.5, 1.0, ROWS),
        "blocking": chance,
        "probability": chance,
        "p_wait": chance,
        "redial_probability": chance,
        "retry_probability": chance,
        "cv": 0.4 * chance,
        "beta": 2.0 * chance,
        "gamma": 10 ** rng.uniform(-1, 1, ROWS),
        "peakedness": 1.0 + chance,
    }


def arguments(name, columns, *, patience=True):
    """Give the columns that a function takes."""
    taken = inspect.signature(function(name)).parameters
    given = {key: column for key, column in columns.items() if key in taken}
    if name == "finite_lines":
        given["agents"] = np.maximum(given["agents"], 1)
        given["lines"] = np.maximum(given["lines"], given["agents"])
    if name in ("erlang_b_continued", "erlang_b_linear", "service_level_continued"):
        given["agents"] = given["agents"] * 1.03
    return given if patience else {k: v for k, v in given.items() if k not in OPTIONAL}


def found(name, given):
    answer = function(name)(**given)
    return [np.asarray(x) for x in (answer if isinstance(answer, tuple) else (answer,))]


@pytest.fixture(params=["compiled", "vectorised"])
def _kernels(request, monkeypatch):
    if request.param == "compiled":
        pytest.importorskip("numba", reason="numba is an option; without it NumPy computes")
    else:
        for module in (outcome, sizing):
            monkeypatch.setattr(module, "kernels", lambda: vectorised)


def assert_rows_stand_alone(name, given, step=1):
    together = found(name, given)
    backwards = found(name, {key: column[::-1] for key, column in given.items()})
    square = found(name, {k: c.reshape(*SHAPE, *c.shape[1:]) for k, c in given.items()})
    each = [found(name, {k: c[row] for k, c in given.items()}) for row in range(0, ROWS, step)]
    alone = [np.stack(column) for column in zip(*each, strict=True)]
    for here, there, wide, single in zip(together, backwards, square, alone, strict=True):
        np.testing.assert_array_equal(there[::-1], here)
        np.testing.assert_array_equal(wide, here.reshape(wide.shape))
        np.testing.assert_array_equal(single, here[::step])


def takes_patience_or_none(name):
    patience = inspect.signature(function(name)).parameters.get("patience_s")
    return patience is not None and patience.default is None


@pytest.mark.usefixtures("_kernels")
@pytest.mark.parametrize("name", sorted(OF_QUEUES - SEARCHES))
def test_a_queue_s_numbers_do_not_depend_on_the_queues_beside_it(name):
    columns = queues(seed=7)
    assert_rows_stand_alone(name, arguments(name, columns))
    if takes_patience_or_none(name):
        assert_rows_stand_alone(name, arguments(name, columns, patience=False))


@pytest.mark.parametrize("name", sorted(SEARCHES))
def test_nor_does_what_is_searched_for(name):
    columns = queues(seed=8)
    assert_rows_stand_alone(name, arguments(name, columns), step=9)
    if takes_patience_or_none(name):
        assert_rows_stand_alone(name, arguments(name, columns, patience=False), step=9)


@pytest.mark.parametrize("name", sorted(OF_DAYS))
def test_a_day_s_numbers_do_not_depend_on_the_days_beside_it(name):
    columns = queues(seed=7)
    shape = np.random.default_rng(8).uniform(0.2, 1.8, (ROWS, 11))
    given = {
        key: column[:, None] * (shape if key in ("contacts", "load_erlangs") else np.ones((1, 11)))
        for key, column in arguments(name, columns).items()
        if key != "interval_s"
    }
    if name == "pooling_bounds":
        assert_rows_stand_alone(name, given)
        return
    length = {"interval_s": 900.0} if "interval_s" in arguments(name, columns) else {}
    run = function(name)
    together = run(**given, **length)
    for row in range(ROWS):
        alone = run(**{key: column[row] for key, column in given.items()}, **length)
        np.testing.assert_array_equal(np.asarray(alone), np.asarray(together)[..., row, :])


@pytest.mark.usefixtures("_kernels")
@pytest.mark.parametrize("patience", [True, False])
@pytest.mark.parametrize(
    "name", ["blended_measures", "chat_measures", "erlang_measures", "finite_lines"]
)
def test_shares_are_between_0_and_1_to_the_last_digit(name, patience):
    for seed in range(8):
        given = arguments(name, queues(seed), patience=patience)
        measured = function(name)(**given)._asdict()
        for field in measured:
            if field.startswith(("p_", "service_level", "occupancy")):
                known = measured[field][~np.isnan(measured[field])]
                assert ((known >= 0) & (known <= 1)).all(), field
