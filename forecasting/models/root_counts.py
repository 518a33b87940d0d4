"""Square roots of counts: of nearly constant variance, and the way back without bias."""

from __future__ import annotations

from functools import cache

import numpy as np

from forecasting.grid import FloatArray

TABLE_END = 20.0


def mean_of_root(root: FloatArray) -> FloatArray:
    """Poisson mean whose counts have this expected square root.

    The square of a mean root is too low: by the root's variance, which is 1/4 for large counts and
    nearly all of the mean for small ones (Brown, Cai and Zhou, Annals of Statistics 38(4), 2010).

    Parameters
    ----------
    root : float array
        Expected roots, at least 0.
    """
    roots, means = _table()
    # From the table's end on the variance has settled, so the two parts join.
    settled = means[-1] - roots[-1] ** 2
    return np.where(root < roots[-1], np.interp(root, roots, means), np.square(root) + settled)


@cache
def _table() -> tuple[FloatArray, FloatArray]:
    # Denser where counts are few and the relation is curved.
    means = TABLE_END * np.linspace(0.0, 1.0, 200) ** 2
    counts = np.arange(80)
    log_factorial = np.concatenate([[0.0], np.cumsum(np.log(counts[1:]))])
    log_mean = np.log(np.maximum(means, 1e-300))[:, None]
    chance = np.exp(counts * log_mean - means[:, None] - log_factorial)
    roots: FloatArray = (chance * np.sqrt(counts)).sum(axis=1)
    return roots, means
