"""How long things last: handling, patience, the time until somebody tries again."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from staffing.arrays import checked

if TYPE_CHECKING:
    from collections.abc import Iterable

KINDS = ("fixed", "exponential", "lognormal", "gamma", "empirical")


@dataclass(frozen=True, slots=True, kw_only=True)
class Duration:
    """A distribution of times; made by its class methods rather than by hand.

    Parameters
    ----------
    kind : {"fixed", "exponential", "lognormal", "gamma", "empirical"}
    mean_s : float
        Mean [s], above 0; 0 too if fixed.
    cv : float
        Standard deviation over mean: 0 if fixed, 1 if exponential.
    sample_s : tuple of float
        Observed times [s], of the empirical kind alone.

    Raises
    ------
    ValueError
        Naming the parameter, its value and its bound.

    Examples
    --------
    >>> Duration.erlang(300, phases=4).cv
    0.5
    >>> Duration.empirical([60, 120, 600]).mean_s
    260.0
    """

    kind: str
    mean_s: float
    cv: float = 0.0
    sample_s: tuple[float, ...] = ()

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"kind = {self.kind!r}; must be one of {', '.join(KINDS)}")
        checked("mean_s", self.mean_s, "[0, inf)" if self.kind == "fixed" else "(0, inf)")
        checked("cv", self.cv, "(0, inf)" if self.kind in {"lognormal", "gamma"} else "[0, inf)")
        if self.kind == "empirical":
            checked("sample_s", self.sample_s)

    @classmethod
    def fixed(cls, mean_s: float) -> Duration:
        """Make every time the same [s]."""
        return cls(kind="fixed", mean_s=float(mean_s))

    @classmethod
    def exponential(cls, mean_s: float) -> Duration:
        """Make it what the Erlang formulas assume."""
        return cls(kind="exponential", mean_s=float(mean_s), cv=1.0)

    @classmethod
    def lognormal(cls, mean_s: float, *, cv: float) -> Duration:
        """Make it what most handling times look like (Brown et al., JASA 100 (2005) 36-50)."""
        return cls(kind="lognormal", mean_s=float(mean_s), cv=float(cv))

    @classmethod
    def gamma(cls, mean_s: float, *, cv: float) -> Duration:
        """Make it a gamma distribution of this mean [s] and variation."""
        return cls(kind="gamma", mean_s=float(mean_s), cv=float(cv))

    @classmethod
    def erlang(cls, mean_s: float, *, phases: int) -> Duration:
        """So many exponential phases one after another: a gamma of cv = 1 / sqrt(phases)."""
        checked("phases", phases, "[1, inf)", whole=True)
        return cls(kind="gamma", mean_s=float(mean_s), cv=phases**-0.5)

    @classmethod
    def empirical(cls, sample_s: Iterable[float]) -> Duration:
        """One of the times observed [s], each as likely as any other."""
        sample = tuple(sorted(float(value) for value in sample_s))
        checked("sample_s", sample)
        if not sample:
            raise ValueError("sample_s is empty; needs a time at least")
        mean = math.fsum(sample) / len(sample)
        variance = math.fsum((value - mean) ** 2 for value in sample) / len(sample)
        return cls(
            kind="empirical",
            mean_s=mean,
            cv=math.sqrt(variance) / mean if mean else 0.0,
            sample_s=sample,
        )
