"""From an expected rate and its uncertainty to quantiles of the contacts that will arrive.

Contacts are Poisson around a rate nobody knows exactly; with a gamma distributed rate the counts
are negative binomial (Jongbloed and Koole, Applied Stochastic Models in Business and Industry
17(4), 2001).
"""

from __future__ import annotations

import numpy as np

from forecasting.grid import FloatArray

QUANTILE_LEVELS = (0.025, 0.1, 0.25, 0.5, 0.75, 0.9, 0.975)

# Below this variation of the rate the gamma mixture is Poisson to more digits than matter.
POISSON_CV = 1e-4


def quantile_column(level: float) -> str:
    """Name the demand column of one quantile level, e.g. contacts_q0.9."""
    return f"contacts_q{level:g}"


def aht_quantile_column(level: float) -> str:
    """Name the demand column of one quantile level of the AHT, e.g. aht_s_q0.9."""
    return f"aht_s_q{level:g}"


def contact_quantiles(
    contacts: FloatArray, rate_cv: FloatArray, levels: tuple[float, ...] = QUANTILE_LEVELS
) -> FloatArray:
    """Quantiles of negative binomial counts with mean `contacts` and rate variation `rate_cv`.

    Parameters
    ----------
    contacts : float array
        Expected contacts, at least 0.
    rate_cv : float array
        Coefficient of variation of the rate, broadcastable to `contacts` [1].
    levels : tuple of float
        Probabilities in (0, 1), ascending.

    Returns
    -------
    float array, shape (levels, *contacts.shape)
        Whole contacts, never negative and never crossing.
    """
    from scipy.stats import nbinom

    mean = np.asarray(contacts, dtype=np.float64)
    cv = np.maximum(np.broadcast_to(rate_cv, mean.shape), POISSON_CV)
    shape = 1.0 / np.square(cv)
    quantiles = np.zeros((len(levels), *mean.shape))
    some = mean > 0
    probability = shape[some] / (shape[some] + mean[some])
    for i, level in enumerate(levels):
        quantiles[i][some] = nbinom.ppf(level, shape[some], probability)
    return quantiles
