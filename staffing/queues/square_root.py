"""Square-root staffing: n = a + beta sqrt(a), and what a beta means for customers (QED regime).

Limits for large teams, good to a percent or two from some 20 Erlang on; for what-if questions and
rules of thumb, while `agents_required` is exact.

Sources: S. Halfin, W. Whitt, Heavy-traffic limits for queues with many exponential servers,
Operations Research 29 (1981) 567-588; O. Garnett, A. Mandelbaum, M. Reiman, Designing a call center
with impatient customers, MSOM 4 (2002) 208-227; S. Borst, A. Mandelbaum, M. Reiman, Dimensioning
large call centers, Operations Research 52 (2004) 17-34.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from staffing.arrays import checked, scalar_if_0d
from staffing.queues.outcome import LOAD_BOUNDS
from staffing.queues.roots import bisect

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    Numbers = NDArray[np.float64]

_LOWEST_BETA = -30.0  # everybody waits, to float64's last digit


def halfin_whitt(beta: ArrayLike) -> Numbers:
    """Probability of waiting with a + beta sqrt(a) agents: 1 / (1 + beta Phi(beta) / phi(beta)).

    Parameters
    ----------
    beta : array_like
        Quality of service, 0 or more.

    Raises
    ------
    ValueError
        If a number is NaN, infinite or negative: without patience there is no such queue.

    Examples
    --------
    >>> halfin_whitt([0, 0.5, 1, 2]).round(6).tolist()
    [1.0, 0.504539, 0.223361, 0.026881]
    """
    quality = checked("beta", beta)
    return scalar_if_0d(1.0 / (1.0 + quality / _hazard(-quality)))


def garnett(beta: ArrayLike, gamma: ArrayLike) -> tuple[Numbers, Numbers]:
    """Share waiting and abandoning with a + beta sqrt(a) agents and customers of limited patience.

    P(W > 0) = 1 / (1 + sqrt(g) h(beta / sqrt(g)) / h(-beta)), h the normal hazard rate, and
    sqrt(n) P(Ab) = sqrt(g) (h(beta / sqrt(g)) - beta / sqrt(g)) P(W > 0).

    Parameters
    ----------
    beta : array_like
        Quality of service, negative where there are fewer agents than Erlang.
    gamma : array_like
        Mean handling time over mean patience, above 0.

    Returns
    -------
    p_wait, scaled_abandonment : array
        The second is sqrt(n) times the share that abandons.

    Raises
    ------
    ValueError
        If a number is NaN, infinite or outside its bounds.

    Examples
    --------
    >>> [float(x.round(4)) for x in garnett(0, 1)]
    [0.5, 0.3989]
    """
    quality = checked("beta", beta, "(-inf, inf)")
    root = np.sqrt(checked("gamma", gamma, "(0, inf)"))
    hazard = _hazard(quality / root)
    p_wait = 1.0 / (1.0 + root * hazard / _hazard(-quality))
    scaled_abandonment = root * (hazard - quality / root) * p_wait
    return scalar_if_0d(p_wait), scalar_if_0d(scaled_abandonment)


def quality_of_service(p_wait: ArrayLike, gamma: ArrayLike | None = None) -> Numbers:
    """Find the beta at which a share `p_wait` of contacts has to wait.

    Parameters
    ----------
    p_wait : array_like
        In (0, 1).
    gamma : array_like, optional
        Mean handling time over mean patience, above 0; without it nobody abandons.

    Raises
    ------
    ValueError
        If a number is NaN, infinite or outside its bounds.

    Examples
    --------
    >>> quality_of_service([0.2, 0.1, 0.01]).round(6).tolist()
    [1.061516, 1.420187, 2.374888]
    """
    target = checked("p_wait", p_wait, "(0, 1)")
    if gamma is None:
        lowest, shape = 0.0, target.shape
    else:
        ratio = checked("gamma", gamma, "(0, inf)")
        lowest, shape = _LOWEST_BETA, np.broadcast_shapes(target.shape, ratio.shape)

    def waits_too_often(beta: Numbers) -> NDArray[np.bool_]:
        return (halfin_whitt(beta) if gamma is None else garnett(beta, ratio)[0]) > target

    return scalar_if_0d(bisect(waits_too_often, np.full(shape, lowest), np.full(shape, 8.0)))


def square_root_agents(
    load_erlangs: ArrayLike, p_wait: ArrayLike, gamma: ArrayLike | None = None
) -> Numbers:
    """Real number of agents a + beta sqrt(a) with which about a share `p_wait` has to wait.

    Parameters
    ----------
    load_erlangs : array_like
        Offered load [Erlang].
    p_wait, gamma : array_like
        As in `quality_of_service`.

    Raises
    ------
    ValueError
        If a number is NaN, infinite or outside its bounds.

    Examples
    --------
    >>> float(square_root_agents(100, 0.2).round(2))
    110.62
    """
    load = checked("load_erlangs", load_erlangs, LOAD_BOUNDS)
    return scalar_if_0d(load + quality_of_service(p_wait, gamma) * np.sqrt(load))


def _hazard(x: Numbers) -> Numbers:
    """Hazard rate of the normal distribution, phi / (1 - Phi), far out as well."""
    from scipy.special import erfcx

    with np.errstate(over="ignore"):  # erfcx = inf far below 0 is a hazard of 0
        hazard: Numbers = np.sqrt(2.0 / np.pi) / erfcx(x / np.sqrt(2.0))
    return hazard
