"""Who comes when: a Poisson stream whose rate changes by the interval and may be uncertain."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from staffing.arrays import checked

if TYPE_CHECKING:
    from numpy.typing import ArrayLike


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrivals:
    """Contacts expected in each interval, and how uncertain that is.

    The rate of an interval is its forecast times a factor of its day times a factor of its own,
    and times one of all the time simulated, each gamma distributed around 1; given the rate,
    contacts come as a Poisson stream.

    Parameters
    ----------
    contacts : sequence of float
        Expected number in each interval; first attempts only where the queue has redials or
        repeats of its own.
    cv_day, cv_interval, cv_all : float
        Standard deviation of the factors; 0 takes the forecast for the truth. `rate_variation`
        reads them off a forecast's past errors.

    Raises
    ------
    ValueError
        Naming the parameter, its value and its bound.
    """

    contacts: tuple[float, ...]
    cv_day: float = 0.0
    cv_interval: float = 0.0
    cv_all: float = 0.0

    def __post_init__(self) -> None:
        contacts = checked("contacts", self.contacts)
        if contacts.ndim != 1 or not contacts.size:
            raise ValueError(f"contacts has shape {contacts.shape}; must be a row of intervals")
        object.__setattr__(self, "contacts", tuple(contacts.tolist()))
        checked("cv_day", self.cv_day, "[0, 10]")
        checked("cv_interval", self.cv_interval, "[0, 10]")
        checked("cv_all", self.cv_all, "[0, 10]")


class RateVariation(NamedTuple):
    """What `Arrivals` takes: standard deviations of the factors."""

    cv_day: float
    cv_interval: float
    cv_all: float = 0.0


def rate_variation(contacts: ArrayLike, forecast: ArrayLike) -> RateVariation:
    """How uncertain the rate was, beyond Poisson noise, told from a forecast's past errors.

    By moments: with day and interval factors of variances v and w, the squared error of a day's
    total has the mean F + v F^2 + (1 + v) w S, and the squared errors of its intervals sum to
    F + (v + w + v w) S in the mean, F the day's forecast and S its intervals' squares summed.
    Bias counts as uncertainty, as it should for whoever must staff the next day.

    Parameters
    ----------
    contacts, forecast : array_like, shape (days, intervals)
        What came and what had been expected; NaN where an interval is closed or unknown.

    Raises
    ------
    ValueError
        Where the shapes differ or have no days and intervals.

    Examples
    --------
    Every interval of a day off by the same tenth, and days as often up as down:

    >>> forecast = np.full((2, 96), 1000.0)
    >>> cv = rate_variation(forecast * [[0.9], [1.1]], forecast)
    >>> round(cv.cv_day, 2), round(cv.cv_interval, 2)
    (0.1, 0.0)
    """
    came, expected = np.asarray(contacts, np.float64), np.asarray(forecast, np.float64)
    if came.shape != expected.shape or came.ndim != 2:
        raise ValueError(
            f"contacts has shape {came.shape}, forecast {expected.shape}; "
            "both must be (days, intervals)"
        )
    known = np.isfinite(came) & np.isfinite(expected)
    error = np.where(known, came - expected, 0.0)
    expected = np.where(known, expected, 0.0)
    total = expected.sum(axis=1)
    squares = (expected**2).sum()
    of_days = (error.sum(axis=1) ** 2 - total).sum()
    of_intervals = ((error**2).sum(axis=1) - total).sum()
    # Without v w, which is of fourth order: two lines in v and w.
    others = (total**2).sum() - squares
    v = max((of_days - of_intervals) / others, 0.0) if others > 0 else 0.0
    w = max((of_intervals / squares - v) / (1.0 + v), 0.0) if squares > 0 else 0.0
    return RateVariation(float(v) ** 0.5, float(w) ** 0.5)
