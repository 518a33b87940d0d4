"""What every forecast model is: fit on ordinary days, predict rates with their uncertainty."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Protocol, Self

import numpy as np
import pandas as pd

from forecasting.distribution import contact_quantiles
from forecasting.grid import DayGrid, FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class Prediction:
    """Expected contacts and how uncertain the rate behind them is.

    Attributes
    ----------
    contacts : float array, shape (days, intervals)
        Expected contacts per interval, at least 0.
    rate_cv : float array, shape (days, intervals)
        Coefficient of variation of the rate, beyond the Poisson noise of the contacts [1].
    """

    contacts: FloatArray
    rate_cv: FloatArray

    def quantiles(self, levels: tuple[float, ...]) -> FloatArray:
        """Return contact quantiles, shape (levels, days, intervals)."""
        return contact_quantiles(self.contacts, self.rate_cv, levels)


class VolumeModel(Protocol):
    """A forecast model of one queue's ordinary days.

    The calendar (holidays, events, closed days) is taken out before and put back after, so a
    model sees ordinary days only and stays simple.
    """

    name: ClassVar[str]

    def fit(self, past: DayGrid) -> Self:
        """Learn from ordinary days; NaN cells are unknown. At least one cell is known."""
        ...

    def predict(self, dates: pd.DatetimeIndex) -> Prediction:
        """Predict the given dates, all later than the past's last one."""
        ...


def rate_variation(contacts: FloatArray, expected: FloatArray) -> float:
    """Coefficient of variation of the rate that past errors show beyond Poisson noise.

    The method of moments for a mixed Poisson count, Var(N) = m + (cv m)^2, pooled over cells;
    see Avramidis, Deslauriers and L'Ecuyer, Management Science 50(7), 2004.
    """
    known = np.isfinite(contacts) & np.isfinite(expected)
    m = expected[known]
    weight = float(np.square(m).sum())
    if weight == 0:
        return 0.0
    excess = float((np.square(contacts[known] - m) - m).sum())
    return float(np.sqrt(max(excess, 0.0) / weight))
