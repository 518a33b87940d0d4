"""Erlang's sums for whole arrays at once: compiled where numba is installed, else in NumPy.

`compiled` and `vectorised` hold the same functions of the same numbers without units (loads in
Erlang, times as multiples of the handling time or of the patience), broadcast like ufuncs and agree
to 1e-12 of a value and in every number of agents. They take what they are given: checking
arguments, edges such as no load and names of the field are for the modules above.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Protocol, cast

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import ArrayLike, NDArray

    Numbers = NDArray[np.float64]


class Kernels(Protocol):
    """What either set of kernels computes."""

    def inverse_b(self, agents: ArrayLike, load: ArrayLike, /) -> Numbers:
        """1 / B for whole agents >= 0 and a load > 0; inf where B underflows."""

    def patience_measures(
        self, agents: ArrayLike, load: ArrayLike, patience: ArrayLike, within: ArrayLike, /
    ) -> tuple[Numbers, Numbers, Numbers, Numbers, Numbers]:
        """Erlang A, patience in handling times and the threshold in patiences.

        P(V > 0), P(abandoned), P(V > T), P(V > T, answered), E[V | answered] in patiences.
        """

    def fewest_erlang_c(
        self,
        load: ArrayLike,
        floor: ArrayLike,
        guess: ArrayLike,
        late: ArrayLike,
        within: ArrayLike,
        wait: ArrayLike,
        /,
    ) -> Numbers:
        """Fewest agents >= floor > load, from a guess; times in handling times, inf = none."""

    def fewest_erlang_a(
        self,
        load: ArrayLike,
        floor: ArrayLike,
        guess: ArrayLike,
        patience: ArrayLike,
        late: ArrayLike,
        within: ArrayLike,
        definition: ArrayLike,
        abandoned: ArrayLike,
        occupancy: ArrayLike,
        /,
    ) -> Numbers:
        """Fewest agents >= floor >= 1, sought from a guess; times in patiences, inf = none."""

    def fewest_erlang_b(
        self, load: ArrayLike, floor: ArrayLike, blocking: ArrayLike, occupancy: ArrayLike, /
    ) -> Numbers:
        """Fewest lines >= floor that lose at most `blocking` and carry at most `occupancy`."""


@cache
def kernels() -> Kernels:
    """Return the compiled kernels if numba is there, and NumPy's otherwise."""
    try:
        from staffing.kernels import compiled
    except ImportError:
        from staffing.kernels import vectorised

        return cast("Kernels", vectorised)
    return cast("Kernels", compiled)
