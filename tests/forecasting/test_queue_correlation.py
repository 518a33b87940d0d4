import numpy as np
import pytest

from forecasting.paths import PathParameters, path_parameters, sample_paths
from forecasting.queue_correlation import correlated_day_scores, day_correlation_matrix

PROFILE = np.array([2.0, 15.0, 40.0, 50.0, 30.0, 12.0, 3.0, 0.0])
BUSY = PathParameters(
    day_sd=0.1, day_correlation=0.6, interval_sd=0, interval_correlation=0, days=100
)


def week(scale=1.0, days=7):
    return np.tile(scale * PROFILE, (days, 1))


def test_queues_move_together_as_the_matrix_says():
    matrix = np.array([[1.0, 0.8], [0.8, 1.0]])
    scores = correlated_day_scores(
        matrix, np.array([0.6, 0.6]), np.random.default_rng(14), days=10, paths=4_000
    )
    assert np.corrcoef(scores[0].ravel(), scores[1].ravel())[0, 1] == pytest.approx(0.8, abs=0.03)
    assert scores.std() == pytest.approx(1, abs=0.02)
    lagged = np.corrcoef(scores[0, :, 1:].ravel(), scores[0, :, :-1].ravel())[0, 1]
    assert lagged == pytest.approx(0.6, abs=0.03)
    together = [
        sample_paths(
            week(50), BUSY, np.random.default_rng(i), paths=4_000, day_scores=queue[:, :7]
        ).sum(axis=(1, 2))
        for i, queue in enumerate(scores)
    ]
    assert np.corrcoef(*together)[0, 1] == pytest.approx(0.8, abs=0.05)


def test_what_is_no_correlation_matrix_is_refused():
    with pytest.raises(ValueError, match="correlation"):
        correlated_day_scores(
            np.array([[1.0, 2.0], [2.0, 1.0]]),
            np.zeros(2),
            np.random.default_rng(1),
            days=2,
            paths=2,
        )


def past(correlation, *, folds, queues=2, scale=5.0, seed=1):
    """Draw past errors of queues whose day effects share one correlation."""
    matrix = np.full((queues, queues), correlation)
    np.fill_diagonal(matrix, 1.0)
    rng = np.random.default_rng(seed)
    scores = correlated_day_scores(matrix, [0.6] * queues, rng, days=14, paths=folds)
    expected = week(scale, days=14)
    actual = [
        sample_paths(expected, BUSY, rng, paths=folds, day_scores=queue).astype(float)
        for queue in scores
    ]
    return actual, [np.broadcast_to(expected, actual[0].shape)] * queues


@pytest.mark.parametrize("scale", [1.0, 20.0])
def test_the_correlation_put_in_is_learnt_back_through_the_noise(scale):
    actual, expected = past(0.7, folds=200, scale=scale)
    matrix = day_correlation_matrix(actual, expected, [BUSY, BUSY])
    assert matrix[0, 1] == pytest.approx(0.7, abs=0.08)


def test_independent_queues_are_left_independent():
    actual, expected = past(0.0, folds=6, queues=6)
    parameters = [path_parameters(*queue) for queue in zip(actual, expected, strict=True)]
    matrix = day_correlation_matrix(actual, expected, parameters)
    assert np.abs(matrix - np.eye(6)).max() < 0.2


def test_queues_without_a_common_day_are_independent():
    actual, expected = past(0.9, folds=2)
    actual[0][:, :7] = np.nan
    actual[1][:, 7:] = np.nan
    matrix = day_correlation_matrix(actual, expected, [BUSY, BUSY])
    np.testing.assert_allclose(matrix, np.eye(2), atol=1e-12)


def test_what_is_learnt_can_be_drawn_from_even_with_missing_days():
    actual, expected = past(0.95, folds=2, queues=4)
    for i, queue in enumerate(actual):
        queue[:, 3 * i : 3 * i + 4] = np.nan
    matrix = day_correlation_matrix(actual, expected, [BUSY] * 4)
    scores = correlated_day_scores(matrix, [0.6] * 4, np.random.default_rng(1), days=3, paths=5)
    assert np.isfinite(scores).all()


def test_empty_queues_are_independent():
    nothing = [np.zeros((2, 14, 3))] * 2
    matrix = day_correlation_matrix(nothing, nothing, [BUSY, BUSY])
    np.testing.assert_allclose(matrix, np.eye(2))
