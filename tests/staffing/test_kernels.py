"""The compiled kernels and NumPy's: one answer, whichever computes it."""

import subprocess
import sys

import numpy as np
import pytest

from staffing.kernels import formulas, sums, vectorised

SIZES = 4000


@pytest.fixture(scope="module")
def compiled():
    pytest.importorskip("numba", reason="numba is an option; without it NumPy computes")
    from staffing.kernels import compiled

    return compiled


def queues(seed=11):
    rng = np.random.default_rng(seed)
    load = 10 ** rng.uniform(-3, 4.5, SIZES)
    n = np.floor(load * 10 ** rng.normal(0, 0.2, SIZES) + rng.integers(0, 4, SIZES))
    patience = 10 ** rng.uniform(-3, 2.5, SIZES)
    within = 10 ** rng.uniform(-3, 1.5, SIZES) * rng.integers(0, 2, SIZES)
    return rng, load, n, patience, within


def agree(found, expected):
    # What lies below 1e-150 is not told apart from 0 by any measure.
    np.testing.assert_allclose(found, expected, rtol=1e-12, atol=1e-150)


@np.errstate(all="ignore")
def test_both_compute_the_same_sums_and_measures(compiled):
    _, load, n, patience, within = queues()
    blocked, expected = compiled.inverse_b(n, load), vectorised.inverse_b(n, load)
    agree(1 / blocked, 1 / expected)
    found = compiled.patience_measures(n, load, patience, within)
    for one, other in zip(
        found, vectorised.patience_measures(n, load, patience, within), strict=True
    ):
        agree(one, other)


@np.errstate(all="ignore")
def test_both_require_the_same_agents(compiled):
    rng, load, _, patience, within = queues()
    late = np.where(rng.random(SIZES) < 0.8, rng.uniform(0.001, 0.95, SIZES), np.inf)
    bound = np.where(rng.random(SIZES) < 0.4, rng.uniform(0.001, 0.6, SIZES), np.inf)
    cap = np.where(rng.random(SIZES) < 0.4, rng.uniform(0.3, 1.0, SIZES), 1.0)
    definition = rng.integers(0, 5, SIZES).astype(float)
    above = np.floor(load) + 1.0
    for name, columns in {
        "fewest_erlang_a": (load, 1.0, above, patience, late, within, definition, bound, cap),
        "fewest_erlang_b": (load, 0.0 * load, np.minimum(bound, 0.9), cap),
        "fewest_erlang_c": (load, above, above, late, within, bound),
    }.items():
        found = getattr(compiled, name)(*columns)
        assert (found == getattr(vectorised, name)(*columns)).all(), name


@np.errstate(all="ignore")
def test_a_row_is_the_same_to_the_last_bit_alone_and_among_others(compiled):
    _, load, n, patience, within = queues(3)
    for kernels in (compiled, vectorised):
        together = kernels.patience_measures(n, load, patience, within)
        lost = kernels.inverse_b(n, load)
        for row in range(0, SIZES, 97):
            alone = kernels.patience_measures(n[row], load[row], patience[row], within[row])
            np.testing.assert_array_equal(np.stack(alone), [column[row] for column in together])
            assert kernels.inverse_b(n[row], load[row]) == lost[row]


@np.errstate(all="ignore")
def test_the_smallest_loads_are_a_blocking_of_0_and_no_endless_search(compiled):
    load = np.array([5e-324, 1e-310, 1e-300, 1e-20])
    for kernels in (compiled, vectorised):
        for n in (1.0, 2.0, 5.0, 700.0):
            assert (1 / kernels.inverse_b(n, load) <= load * 1.01).all()
        assert (kernels.fewest_erlang_c(load, 1.0, 1.0, 0.2, 0.1, np.inf) == 1).all()
        columns = 1.0, 1.0, 0.5, 0.2, 0.1, 0.0, np.inf, 1.0
        assert (kernels.fewest_erlang_a(load, *columns) == 1).all()


@pytest.mark.parametrize(("n", "load"), [(195, 190.0), (540, 541.2), (460, 420.0), (590, 640.0)])
def test_sum_and_integral_of_1_over_b_agree_where_they_meet(n, load):
    column = np.array([float(n)]), np.array([load])
    summed, integrated = sums._inverse_b_sum(*column), sums._inverse_b_integral(*column)
    np.testing.assert_allclose(integrated, summed, rtol=1e-13)


@pytest.mark.parametrize("alpha", [55.0, 300.0, 541.0, 900.0])
@pytest.mark.parametrize("share", [0.2, 0.9, 0.99, 1.0, 1.01, 1.2])
def test_sum_and_integral_of_the_waits_agree_where_they_meet(alpha, share):
    column = np.array([share * alpha]), np.array([alpha])
    summed, integrated = sums._decay_series(*column), sums._decay_integrals(*column)
    np.testing.assert_allclose(integrated[1:] * np.exp(integrated[0]), summed[1:], rtol=2e-12)


@pytest.mark.parametrize("alpha", [0.01, 1.0, 20.0, 49.0])
def test_the_complete_gamma_function_stands_in_where_it_may(alpha):
    column = np.array([260.0]), np.array([alpha])
    summed, complete = sums._decay_series(*column), sums._decay_complete(*column)
    np.testing.assert_allclose(complete[1:] * np.exp(complete[0]), summed[1:], rtol=1e-11)


def test_log_gamma_and_digamma_give_known_values():
    z = np.array([0.5, 1.0, 10.0])
    known = [0.5 * np.log(np.pi), 0.0, np.log(362880.0)]
    np.testing.assert_allclose(formulas.log_gamma(z), known, rtol=1e-14, atol=1e-14)
    euler = 0.5772156649015329
    known = [-euler - 2 * np.log(2), -euler, 2.8289682539682540 - euler]
    np.testing.assert_allclose(formulas.digamma(z), known, rtol=1e-14)


def test_without_numba_numpy_computes_the_same():
    code = (
        "import sys; sys.modules['numba'] = None\n"
        "from staffing import agents_required, service_level\n"
        "print(agents_required([0, 10, 20000], 180, service_level=.8, within_s=20).tolist())\n"
        "print(agents_required(20000, 600, service_level=.8, within_s=20, patience_s=120))\n"
        "print(service_level(14, 10, 180, 20).round(5))"
    )
    shown = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout.splitlines()
    assert shown[0].startswith("[0, 14, ")
    assert shown[1:] == ["17342", "0.88835"]


def test_importing_the_package_does_not_import_numba():
    code = (
        "import sys, staffing; [getattr(staffing, name) for name in staffing.__all__]; "
        "print({'numba', 'llvmlite', 'scipy'} & set(sys.modules))"
    )
    answer = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert answer.stdout.strip() == "set()"
