"""How sure a simulation is: ratios of totals over replications, with intervals by Student's t.

Every measure is a total over another: answered in target over offered, waiting over answered, busy
over present. The ratio of the totals is what a long run gives; its error is that of the residuals
(W. G. Cochran, Sampling Techniques (1977), section 2.11; A. M. Law, Simulation Modeling and
Analysis (2015), section 9.4). A share of contacts cannot leave 0 .. 1, and near either end that
error says too little: its interval is that of a count of as many independent contacts as have it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from staffing.arrays import checked

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Numbers = NDArray[np.float64]


class Estimate(NamedTuple):
    """A value and its interval of confidence; NaN where there is nothing to measure."""

    value: Numbers
    low: Numbers
    high: Numbers

    @property
    def half_width(self) -> Numbers:
        """Half the length of the interval."""
        return (self.high - self.low) / 2.0


_LONGEST_LEAP = 3.0
_SPARE = 1.05


def replications_for(half_width: float, *, found: float, done: int) -> int:
    """Tell how many replications a half-width takes, if `done` of them gave the one `found`.

    By the square root law, a little more, and no blind leap on a first guess.

    Examples
    --------
    >>> replications_for(0.01, found=0.015, done=100)
    237
    """
    short = min(found / half_width, _LONGEST_LEAP**0.5)
    return int(np.ceil(done * short**2 * _SPARE))


def ratio(above: Numbers, below: Numbers, confidence: float = 0.95) -> Estimate:
    """Estimate a ratio of means from replications along the first axis.

    Parameters
    ----------
    above, below : array, shape (replications, ...)
    confidence : float
        In (0, 1).

    Examples
    --------
    >>> found = ratio(np.array([8.0, 9.0, 7.0, 8.0]), np.array([10.0, 10.0, 10.0, 10.0]))
    >>> print(found.value.round(3), found.low.round(3), found.high.round(3))
    0.8 0.67 0.93
    """
    value, residuals = _residuals(above, below)
    return _around(value, residuals, confidence)


def proportion(above: Numbers, below: Numbers, confidence: float = 0.95) -> Estimate:
    """Estimate which share of contacts `above` are of `below`, from replications as `ratio` does.

    Contacts of one replication share its fate, so that all of them tell as much as a smaller number
    of independent ones; Clopper and Pearson's interval for these (E. L. Korn, B. I. Graubard,
    Survey Methodology 24 (1998) 193-201). Where all or none were counted, only replications are
    known to be independent.

    Parameters
    ----------
    above, below : array, shape (replications, ...)
        Counts, above <= below.
    confidence : float
        In (0, 1).

    Examples
    --------
    >>> found = proportion(np.array([10.0, 9.0, 10.0, 10.0]), np.full(4, 10.0))
    >>> print(found.value.round(3), found.low.round(3), found.high.round(3))
    0.975 0.738 1.0
    >>> print(proportion(np.full(30, 10.0), np.full(30, 10.0)).low.round(3))
    0.875
    """
    from scipy.special import betaincinv, ndtri, stdtrit

    value, residuals = _residuals(above, below)
    many, total = len(residuals), np.asarray(below.sum(axis=0), dtype=np.float64)
    if many < 2:
        return _around(value, residuals, confidence)
    sure = (1.0 + float(checked("confidence", confidence, "(0, 1)"))) / 2.0
    with np.errstate(divide="ignore", invalid="ignore"):
        independent = value * (1.0 - value) / (residuals.var(axis=0, ddof=1) / many)
    with_contacts = (below > 0).sum(axis=0)
    independent = np.where((value == 0.0) | (value == 1.0), with_contacts, independent)
    size = np.fmin(independent, total) * (ndtri(sure) / stdtrit(many - 1, sure)) ** 2
    hits, rest = value * size, (1.0 - value) * size
    low = np.where(hits > 0, betaincinv(hits, rest + 1.0, 1.0 - sure), 0.0)
    high = np.where(rest > 0, betaincinv(hits + 1.0, rest, sure), 1.0)
    unknown = np.isnan(value)
    return Estimate(value, np.where(unknown, np.nan, low), np.where(unknown, np.nan, high))


def ratio_difference(
    above: tuple[Numbers, Numbers], below: tuple[Numbers, Numbers], confidence: float = 0.95
) -> Estimate:
    """Estimate how much the first of two ratios is greater, pairing their replications.

    With common random numbers most of the noise is in both and falls out.
    """
    first, of_first = _residuals(above[0], below[0])
    second, of_second = _residuals(above[1], below[1])
    return _around(first - second, of_first - of_second, confidence)


def _residuals(above: Numbers, below: Numbers) -> tuple[Numbers, Numbers]:
    total = np.asarray(below.sum(axis=0), dtype=np.float64)
    safe = np.where(total > 0, total, np.nan)
    value = above.sum(axis=0) / safe
    return value, (above - value * below) * len(above) / safe


def _around(value: Numbers, residuals: Numbers, confidence: float) -> Estimate:
    from scipy.special import stdtrit

    checked("confidence", confidence, "(0, 1)")
    many = len(residuals)
    if many < 2:
        return Estimate(value, np.full_like(value, np.nan), np.full_like(value, np.nan))
    error = residuals.std(axis=0, ddof=1) / many**0.5
    half = stdtrit(many - 1, (1.0 + confidence) / 2.0) * error
    return Estimate(value, value - half, value + half)


def share(hits: Numbers, of: int, confidence: float = 0.95) -> Estimate:
    """Estimate a probability from counts (E. B. Wilson, JASA 22 (1927) 209-212)."""
    from scipy.special import ndtri

    z = ndtri((1.0 + float(checked("confidence", confidence, "(0, 1)"))) / 2.0)
    found = np.asarray(hits, dtype=np.float64) / of
    middle = (found + z**2 / (2 * of)) / (1.0 + z**2 / of)
    half = z / (1.0 + z**2 / of) * np.sqrt(found * (1.0 - found) / of + z**2 / (4 * of**2))
    return Estimate(found, middle - half, middle + half)
