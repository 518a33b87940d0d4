"""Queues that have their busy days together: learn how much, and draw their day effects jointly.

A storm or a bill run reaches several queues at once, so the total of a centre is less certain than
independent queues would make it.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from forecasting.error_moments import OUTLYING_SD
from forecasting.grid import FloatArray
from forecasting.paths import PATHS, Float32Array, PathParameters, ar1_root, day_variance


def day_correlation_matrix(
    actual: Sequence[FloatArray],
    expected: Sequence[FloatArray],
    parameters: Sequence[PathParameters],
) -> FloatArray:
    """Learn the correlation of queues' day effects from past errors of the same days.

    Noise of its own hides part of what a queue shares, so the correlation of the errors is divided
    by how much of them is day effect (Spearman's correction for attenuation), and then shrunk to
    independence by as much as its own sampling error asks (Schäfer and Strimmer, Statistical
    Applications in Genetics and Molecular Biology 4(1), 2005).

    Parameters
    ----------
    actual, expected : sequence of float array, one a queue, each (folds, days, intervals)
        Past errors over the same folds and days; the number of intervals may differ.
    parameters : sequence of PathParameters
        Each queue's own.

    Returns
    -------
    float array, shape (queues, queues)
        A correlation matrix.
    """
    scores, reliability = zip(
        *(_scores(*queue) for queue in zip(actual, expected, parameters, strict=True)), strict=True
    )
    errors = np.array(scores)
    known = np.isfinite(errors).astype(np.float64)
    filled = np.nan_to_num(errors)
    days = known @ known.T
    power = np.square(filled) @ known.T
    size = np.sqrt(power * power.T)
    seen = np.divide(filled @ filled.T, size, out=np.zeros_like(size), where=size > 0)
    np.fill_diagonal(seen, 0.0)
    sampling = np.where(days > 1, np.square(1 - np.square(seen)) / np.maximum(days - 1, 1), 1.0)
    np.fill_diagonal(sampling, 0.0)
    strength = float(np.square(seen).sum())
    kept = max(1 - float(sampling.sum()) / strength, 0.0) if strength > 0 else 0.0
    share = np.sqrt(np.outer(reliability, reliability))
    effect = np.divide(kept * seen, share, out=np.zeros_like(seen), where=share > 0)
    return _nearest_correlation(np.clip(effect, -1.0, 1.0) + np.eye(len(errors)))


def correlated_day_scores(
    correlation: FloatArray,
    day_correlations: Sequence[float],
    rng: np.random.Generator,
    *,
    days: int,
    paths: int = PATHS,
) -> Float32Array:
    """Draw day effects of several queues that move together.

    Parameters
    ----------
    correlation : float array, shape (queues, queues)
        Correlation of the queues' day effects.
    day_correlations : sequence of float, one a queue
        Each queue's correlation between neighbouring days.
    rng : numpy Generator
        Seeded by the caller.
    days, paths : int
        Shape of the draw.

    Returns
    -------
    float32 array, shape (queues, paths, days)
        Standard normal scores; give each queue's to `forecasting.paths.sample_paths`.

    Raises
    ------
    ValueError
        If `correlation` is no correlation matrix.
    """
    matrix = np.asarray(correlation, dtype=np.float64)
    values, vectors = np.linalg.eigh(matrix)
    symmetric = np.allclose(matrix, matrix.T) and np.allclose(np.diag(matrix), 1)
    if not symmetric or values.min() < -1e-6:
        raise ValueError("correlation must be symmetric, positive, with 1 on its diagonal")
    root = (vectors * np.sqrt(np.maximum(values, 0.0))).astype(np.float32)
    shocks = rng.standard_normal((len(matrix), paths * days), dtype=np.float32)
    together: Float32Array = (root @ shocks).reshape(len(matrix), paths, days)
    for queue, correlation_of_days in enumerate(day_correlations):
        together[queue] = together[queue] @ ar1_root(days, float(correlation_of_days)).T
    return together


def _scores(
    actual: FloatArray, expected: FloatArray, parameters: PathParameters
) -> tuple[FloatArray, float]:
    """Scaled day errors, shape (folds * days,), and the share of their variance that is effect."""
    known = np.isfinite(actual) & np.isfinite(expected)
    rate = np.where(known, np.maximum(expected, 0.0), 0.0)
    total = rate.sum(axis=2).ravel()
    variance = day_variance(rate, parameters).ravel()
    error = np.where(known, actual, 0.0).sum(axis=2).ravel() - total
    scaled = np.divide(error, np.sqrt(variance), out=np.full_like(error, np.nan), where=total > 0)
    effect = np.expm1(parameters.day_sd**2) * np.square(total).sum()
    whole = variance.sum()
    return np.clip(scaled, -OUTLYING_SD, OUTLYING_SD), float(effect / whole) if whole > 0 else 0.0


def _nearest_correlation(matrix: FloatArray) -> FloatArray:
    """Lift negative eigenvalues to zero and scale the diagonal back to one."""
    values, vectors = np.linalg.eigh(matrix)
    positive = (vectors * np.maximum(values, 0.0)) @ vectors.T
    scale = np.sqrt(np.diag(positive))
    near: FloatArray = positive / np.outer(scale, scale)
    return near
