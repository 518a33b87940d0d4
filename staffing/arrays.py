"""What every formula does with its numbers: refuse some, and give scalars for scalars."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, TypeVar

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

_Kind = TypeVar("_Kind", bound=np.generic)


def checked(
    name: str,
    values: ArrayLike,
    bounds: str = "[0, inf)",
    *,
    whole: bool = False,
) -> NDArray[np.float64]:
    """Return `values` as float64, or refuse the first one outside its bounds.

    Parameters
    ----------
    name : str
        The argument's name as its caller wrote it.
    values : array_like, any shape
    bounds : str
        An interval as mathematics writes it: ``"(0, 1]"`` excludes 0 and includes 1.
        NaN and the infinities lie in no interval.
    whole : bool
        Refuse fractions too.

    Raises
    ------
    ValueError
        Naming the argument, the first value refused and the bound.
    """
    numbers = np.asarray(values, dtype=np.float64)
    low, high, open_low, open_high = _ends(bounds)
    # The extremes speak for all numbers (NaN is both), at a fifth of the price of comparing each.
    smallest = largest = float(numbers) if numbers.ndim == 0 else low
    if numbers.ndim and numbers.size:
        smallest, largest = numbers.min(), numbers.max()
    inside = (smallest > low or (smallest == low and not open_low)) and (
        largest < high or (largest == high and not open_high)
    )
    if not numbers.size or (inside and (not whole or _all_whole(numbers))):
        return numbers
    good = (numbers > low) | ((numbers == low) & (not open_low))
    good &= (numbers < high) | ((numbers == high) & (not open_high))
    if whole:
        good &= numbers == np.floor(numbers)
    if not good.all():
        kind = "a whole number" if whole else "a number"
        raise ValueError(f"{name} = {numbers[~good].flat[0]}; must be {kind} in {bounds}")
    return numbers


def _all_whole(numbers: NDArray[np.float64]) -> bool:
    if numbers.ndim == 0:
        return float(numbers).is_integer()
    return bool((numbers == np.floor(numbers)).all())


@cache
def _ends(bounds: str) -> tuple[float, float, bool, bool]:
    low, high = (float(end) for end in bounds[1:-1].split(","))
    return low, high, bounds.startswith("("), bounds.endswith(")")


def scalar_if_0d(values: NDArray[_Kind]) -> NDArray[_Kind]:
    """Return a numpy scalar for a 0-d array and every other array as it is, as ufuncs do."""
    return values[()]
