"""What becomes of a contact in a queue: one set of probabilities from which every measure follows.

V is the wait an infinitely patient customer would have, R the patience (exponential), T a time.
Erlang C is the case of endless patience and shares every formula.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from staffing.arrays import checked
from staffing.kernels import formulas, kernels

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    Numbers = NDArray[np.float64]

MOST_LOAD = 1e9
LOAD_BOUNDS = f"[0, {MOST_LOAD:g}]"
"""Erlang; far above any centre, far below the loads at which float64 cannot count agents."""

DEFINITIONS = {
    "offered": formulas.OFFERED,
    "answered": formulas.ANSWERED,
    "virtual": formulas.VIRTUAL,
    "offered_less_abandoned": formulas.OFFERED_LESS_ABANDONED,
    "left_queue": formulas.LEFT_QUEUE,
}


class Outcome(NamedTuple):
    """Probabilities of a contact's ends, and its mean waits [s]; arrays of one shape."""

    p_wait: Numbers
    p_abandon: Numbers
    late: Numbers
    late_answered: Numbers
    p_patient: Numbers
    asa_s: Numbers
    asa_answered_s: Numbers

    def service_level(self, definition: str) -> Numbers:
        """Share in time by the definition named; see `staffing.service_level`."""
        late = formulas.late_share(
            definition_number(definition),
            self.p_abandon,
            self.late,
            self.late_answered,
            self.p_patient,
        )
        return np.clip(1.0 - late, 0.0, 1.0)


def definition_number(definition: str) -> int:
    """Give the kernels' number of a definition of the service level, or refuse its name."""
    if definition not in DEFINITIONS:
        raise ValueError(f"definition = {definition!r}; must be one of {', '.join(DEFINITIONS)}")
    return DEFINITIONS[definition]


def agents_and_load(agents: ArrayLike, load_erlangs: ArrayLike) -> tuple[Numbers, Numbers]:
    """Check both and broadcast them to one shape."""
    n = checked("agents", agents, whole=True)
    a = checked("load_erlangs", load_erlangs, LOAD_BOUNDS)
    n, a = np.broadcast_arrays(n, a)
    return n, a


def outcome(
    agents: ArrayLike,
    load_erlangs: ArrayLike,
    aht_s: ArrayLike,
    patience_s: ArrayLike | None = None,
    within_s: ArrayLike = 0.0,
) -> Outcome:
    """Check the arguments, broadcast them and compute Erlang A, or C where nobody abandons.

    Raises
    ------
    ValueError
        Naming the argument, its value and its bound.
    """
    n, a = agents_and_load(agents, load_erlangs)
    aht, until = checked("aht_s", aht_s, "(0, inf)"), checked("within_s", within_s)
    if patience_s is None:
        n, a, aht, until = np.broadcast_arrays(n, a, aht, until)
        return _endless_patience(n, a, aht, until)
    patience = checked("patience_s", patience_s, "(0, inf)")
    n, a, aht, until, patience = np.broadcast_arrays(n, a, aht, until, patience)
    return _limited_patience(n, a, aht, until, patience)


def waiting_probability(n: Numbers, a: Numbers) -> Numbers:
    """Erlang C with its edges: 0 without load, 1 without a steady state."""
    stable = (n > a) & (a > 0)
    inverse = inverse_erlang_b(np.where(stable, n, 1.0), np.where(stable, a, 1.0))
    with np.errstate(all="ignore"):  # 1/B = inf is C = 0; unstable rows are replaced
        waiting = formulas.p_wait_from_inverse_b(n, a, inverse)
    return np.where(stable, waiting, np.where(a > 0, 1.0, 0.0))


def inverse_erlang_b(n: Numbers, a: Numbers) -> Numbers:
    """1 / B for whole agents and loads above 0; inf where B underflows."""
    with np.errstate(all="ignore"):  # overflow is inf, and what lies behind it is dropped
        return kernels().inverse_b(n, a)


def occupancy_while_free(n: Numbers, a: Numbers) -> Numbers:
    """Mean share of agents busy while one is free, for agents and loads above 0.

    What waits does not matter below that state: it is the a (1 - B) Erlang that one line less
    would carry in a loss system. Mixed with the all-busy states it makes an occupancy that keeps
    below 1 also where load * (1 - P(abandon)) / n cancels.
    """
    return a / n * (1.0 - 1.0 / inverse_erlang_b(n - 1.0, a))


def _endless_patience(n: Numbers, a: Numbers, aht: Numbers, until: Numbers) -> Outcome:
    p_wait = waiting_probability(n, a)
    spare = np.maximum(n - a, 0.0)
    with np.errstate(divide="ignore", invalid="ignore", under="ignore"):
        late = p_wait * np.exp(-spare * until / aht)
        asa = np.where(p_wait > 0, p_wait * aht / spare, 0.0)
    nobody = np.zeros(p_wait.shape)
    return Outcome(p_wait, nobody, late, late, nobody + 1.0, asa, asa)


def _limited_patience(
    n: Numbers, a: Numbers, aht: Numbers, until: Numbers, patience: Numbers
) -> Outcome:
    busy = a > 0
    with np.errstate(all="ignore"):  # E = inf is a wait of 0; exponentials fade
        found = kernels().patience_measures(
            n, np.where(busy, a, 1.0), patience / aht, until / patience
        )
        p_patient = np.exp(-until / patience)
    p_wait, p_abandon, late, late_answered, wait = (np.where(busy, x, 0.0) for x in found)
    return Outcome(
        p_wait,
        p_abandon,
        late,
        late_answered,
        p_patient,
        p_abandon * patience,
        wait * patience,
    )
