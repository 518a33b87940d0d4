"""One forecast from several: weights by past error, leaning on equal weights.

No model is best everywhere, and picking the best of a short backtest picks its luck; a mean of
unlike models is hard to beat (Clemen, International Journal of Forecasting 5(4), 1989). A model
that is worse than the best beyond luck only adds noise and is left out (trimming by a model
confidence set: Samuels and Sekkel, International Journal of Forecasting 33(1), 2017, after Hansen,
Lunde and Nason, Econometrica 79(2), 2011). The others get weights inverse to their squared error,
neglecting correlations (Bates and Granger, Operational Research Quarterly 20(4), 1969; Smith and
Wallis, Oxford Bulletin of Economics and Statistics 71(3), 2009), which lean on equal weights as
far as the backtest is short (Diebold and Pauly, International Journal of Forecasting 6(4), 1990).
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from forecasting.grid import FloatArray
from forecasting.models.protocol import Prediction

# Worse beyond luck: daily losses differ from those of the best with a one-sided error of 10 %.
LUCK_DEVIATIONS = 1.2816
# However short the backtest, a tenth worse is worse.
WORST_RATIO = 1.1
# Days of a backtest that count as much as the belief that all members are equally good.
EQUAL_DAYS = 28.0


def combination_weights(losses: Mapping[str, FloatArray]) -> dict[str, float]:
    """Weight of each model in the combination.

    Parameters
    ----------
    losses : mapping of str to float array, shape (days,)
        Sum of the absolute errors of each model on each day of the backtest [contacts].

    Returns
    -------
    dict of str to float
        One weight a model; they sum to 1, and models left out have 0. Empty without a day.
    """
    mean = {name: float(loss.mean()) for name, loss in losses.items() if loss.size}
    if not mean:
        return {}
    best = min(mean, key=lambda name: mean[name])
    kept = [
        name
        for name in mean
        if mean[name] <= WORST_RATIO * mean[best] and not _clearly_more(losses[name], losses[best])
    ]
    # Without any error the perfect ones share alike.
    inverse = {name: (mean[best] / mean[name]) ** 2 if mean[name] > 0 else 1.0 for name in kept}
    whole = sum(inverse.values())
    days = losses[best].size
    trust = days / (days + EQUAL_DAYS)
    return {
        name: trust * inverse[name] / whole + (1 - trust) / len(kept) if name in inverse else 0.0
        for name in losses
    }


def combine(predictions: Mapping[str, Prediction], weights: Mapping[str, float]) -> Prediction:
    """Weighted mean of the members' forecasts.

    Parameters
    ----------
    predictions : mapping of str to Prediction
        All of one shape; models without a weight are not looked at.
    weights : mapping of str to float
        Sum to 1.
    """
    used = [name for name, weight in weights.items() if weight > 0]
    shares = np.array([weights[name] for name in used])
    contacts = np.stack([predictions[name].contacts for name in used])
    # Members err together more than apart: their uncertainty does not average out.
    rate_cv = np.stack([predictions[name].rate_cv for name in used])
    return Prediction(
        contacts=np.tensordot(shares, contacts, axes=1),
        rate_cv=np.tensordot(shares, rate_cv, axes=1),
    )


def _clearly_more(loss: FloatArray, best: FloatArray) -> bool:
    """Compare two models' losses of the same days (Diebold and Mariano, JBES 13(3), 1995)."""
    more = loss - best
    if more.size < 2:
        return False
    error = float(more.std(ddof=1)) / np.sqrt(more.size)
    return bool(float(more.mean()) > LUCK_DEVIATIONS * error)
