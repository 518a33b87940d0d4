"""What moves a day's total, in one hierarchical model on the log scale.

Log day total = weekday + a level that wanders from week to week + swings around it + the time of
year + the day of the month + special days + noise. The coefficients of a group of terms are drawn
from a normal distribution whose variance is estimated with them (a linear mixed model; for call
centres Ibrahim and L'Ecuyer, Manufacturing & Service Operations Management 15(1), 2013): a pay-day
pattern that is not there costs nothing, and a holiday seen once is believed as far as such days
have been seen to differ. Noise and steps of the level are Student t, so that neither an outage nor
a sudden doubling spreads over its neighbours (Lange, Little and Taylor, JASA 84, 1989).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from forecasting.day_terms import Term
from forecasting.grid import FloatArray

# Enough for variances to settle to a few per cent, and for weights alone to settle.
ITERATIONS = 12
ITERATIONS_GIVEN_VARIANCES = 4
# Student t with four degrees of freedom: a day ten deviations off counts for a twentieth.
FREEDOM = 4.0
# A log total needs contacts; half a one keeps empty days finite and vanishes at any size.
HALF_CONTACT = 0.5
# Where a variance starts, and stays as far as the data are silent: standard deviations of logs.
# A level moves some per cent a year, swings and pay-days some per cent, holidays a fifth.
START_SD = {
    "weekday": 1.0,
    "level": 0.005,
    "swing": 0.03,
    "year": 0.05,
    "month": 0.03,
    "workday": 0.03,
    "kind": 0.2,
    "name": 0.2,
    "noise": 0.05,
}
# The start counts as much as this many terms seen.
START_TERMS = 2.0
MIN_NOISE_VARIANCE = 1e-5

Variances = Mapping[str, float]


@dataclass(frozen=True, slots=True, eq=False)
class DayLevel:
    """A fitted model of log day totals.

    Attributes
    ----------
    terms : dict of str to Term
        The groups of terms, in the order of their coefficients.
    coefficients : dict of str to float array
        By group.
    variances : dict of str to float
        Of the coefficients of each group, and of the "noise" of a day.
    center : float
        Log contacts of a day without any term.
    residuals : float array, shape (days,)
        Log ratio of each past day to the model; NaN where unknown.
    smearing : float
        Ratio of the mean day to the model's middle one (Duan, JASA 78, 1983).
    """

    terms: Mapping[str, Term]
    coefficients: Mapping[str, FloatArray]
    variances: Variances
    center: float
    residuals: FloatArray
    smearing: float

    def log_effect(self, dates: pd.DatetimeIndex, groups: tuple[str, ...]) -> FloatArray:
        """Sum of the terms of some groups on each date, shape (dates,)."""
        effect = np.zeros(len(dates))
        for group in groups:
            if group in self.terms and self.coefficients[group].size:
                effect += self.terms[group](dates) @ self.coefficients[group]
        return effect

    def day_contacts(self, dates: pd.DatetimeIndex) -> FloatArray:
        """Return the expected contacts of each date, shape (dates,)."""
        log_total = self.center + self.log_effect(dates, tuple(self.terms))
        middle = np.exp(np.minimum(log_total, 50.0)) - HALF_CONTACT
        return np.maximum(middle, 0.0) * self.smearing


def fit_day_level(
    terms: Mapping[str, Term],
    dates: pd.DatetimeIndex,
    totals: FloatArray,
    *,
    variances: Variances | None = None,
) -> DayLevel:
    """Fit by iterated penalised least squares, variances re-estimated by MacKay's fixed point.

    MacKay, Neural Computation 4(3), 1992: variance = squared coefficients / effective parameters.

    Parameters
    ----------
    terms : dict of str to Term
        Groups named as in `START_SD`.
    dates : DatetimeIndex, shape (days,)
    totals : float array, shape (days,)
        Contacts per day, NaN unknown.
    variances : dict, optional
        Of an earlier fit, to keep: saves most of the work.
    """
    known = np.isfinite(totals)
    log_totals = np.log(totals[known] + HALF_CONTACT)
    center = float(np.median(log_totals)) if known.any() else float(np.log(HALF_CONTACT))
    parts = {group: term(dates[known]) for group, term in terms.items()}
    fit = _Fit(log_totals - center, parts, center, dict(variances or {}))
    for _ in range(ITERATIONS if variances is None else ITERATIONS_GIVEN_VARIANCES):
        fit.update(estimate_variances=variances is None)
    residuals = np.full(len(dates), np.nan)
    residuals[known] = fit.residual
    fitted = np.maximum(np.exp(log_totals - fit.residual) - HALF_CONTACT, 0.0)
    # Days far off are no part of an ordinary mean.
    expected = float((fit.weight * fitted).sum())
    came = float((fit.weight * totals[known]).sum())
    return DayLevel(
        terms=terms,
        coefficients={group: fit.coefficients[fit.columns[group]] for group in terms},
        variances={**fit.variances, "noise": fit.noise},
        center=center,
        residuals=residuals,
        smearing=came / expected if expected > 0 else 1.0,
    )


class _Fit:
    """The state of the iteration: coefficients, weights of days and of level steps, variances."""

    def __init__(
        self,
        y: FloatArray,
        parts: dict[str, FloatArray],
        center: float,
        variances: dict[str, float],
    ) -> None:
        sizes = np.cumsum([0, *(part.shape[1] for part in parts.values())])
        self.columns = {group: slice(sizes[i], sizes[i + 1]) for i, group in enumerate(parts)}
        self._y, self._center = y, center
        self._x = np.concatenate(list(parts.values()), axis=1)
        self.variances = {g: variances.get(g, START_SD[g] ** 2) for g in parts}
        self.noise = variances.get("noise", START_SD["noise"] ** 2)
        self.coefficients = np.zeros(self._x.shape[1])
        self.residual = y
        self.weight = np.ones(len(y))
        # A Poisson count of mean m has a log of variance 1/m.
        mean = float(np.exp(y + center).mean()) if len(y) else 1.0
        self._poisson = np.full(len(y), 1.0 / max(mean, HALF_CONTACT))
        self._step = np.ones(self._x.shape[1])

    def update(self, *, estimate_variances: bool) -> None:
        """Solve for the coefficients, then weigh days and steps by how unlikely they are."""
        prior = self._step.copy()
        for group, columns in self.columns.items():
            prior[columns] *= self.variances[group]
        precision = self.weight / (self.noise + self._poisson)
        weighted = self._x * precision[:, None]
        normal = weighted.T @ self._x + np.diag(1.0 / prior)
        right = weighted.T @ self._y
        if estimate_variances:
            inverse = np.linalg.inv(normal)
            self.coefficients = inverse @ right
        else:
            self.coefficients = np.linalg.solve(normal, right)
        fitted = self._x @ self.coefficients
        self.residual = self._y - fitted
        scaled = np.square(self.residual) / (self.noise + self._poisson)
        self.weight = (FREEDOM + 1) / (FREEDOM + scaled)
        self._poisson = np.exp(-np.clip(fitted + self._center, np.log(HALF_CONTACT), 50.0))
        if estimate_variances:
            self._update_variances(1.0 - np.diag(inverse) / prior)
        if "level" in self.columns:
            level = self.columns["level"]
            size = np.square(self.coefficients[level]) / self.variances["level"]
            self._step[level] = (FREEDOM + size) / (FREEDOM + 1)

    def _update_variances(self, used: FloatArray) -> None:
        """Squared coefficients over effective parameters, leaning on where they started."""
        for group, columns in self.columns.items():
            squares = float((np.square(self.coefficients[columns]) / self._step[columns]).sum())
            start = START_TERMS * START_SD[group] ** 2
            self.variances[group] = (squares + start) / (float(used[columns].sum()) + START_TERMS)
        freedom = max(len(self._y) - float(used.sum()), 1.0) + START_TERMS
        squares = float((self.weight * np.square(self.residual)).sum())
        spread = (squares + START_TERMS * START_SD["noise"] ** 2) / freedom
        poisson = float((self.weight * self._poisson).mean()) if len(self._y) else 0.0
        self.noise = max(spread - poisson, MIN_NOISE_VARIANCE)
