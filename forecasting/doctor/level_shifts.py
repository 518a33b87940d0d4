"""Level shifts: weeks at which a queue's contacts moved to another level in one step.

A window runs over the weekly medians of the days (each day over its weekday's typical total, in
logs) and compares the median of up to eight weeks after with that of up to eight before, in units
of a robust scale: the two-sample edge detector of R. Fried, On the robust detection of edges in
time series filtering, Computational Statistics & Data Analysis 52 (2007) 1063-1074. A step must
also fit better than a slope, so that growth and seasons are no shifts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from forecasting.doctor.week_grid import median

if TYPE_CHECKING:
    from forecasting.doctor.week_grid import Mask, Numbers

WINDOW_WEEKS, FEWEST_WEEKS = 8, 4
SHIFT_DEVIATIONS = 5.0
SHIFT_LOG_RATIO = 0.15
_STEP_OVER_SLOPE = 0.8  # of the absolute errors of a straight line that those of a step may have
_MAD_TO_SD = 1.4826
_MEDIAN_SD = 1.2533  # of a median over that of a mean: sqrt(pi / 2)
_DAYS_AROUND = 10

Shift = tuple[int, float, float, float]


def find_shifts(totals: Numbers) -> list[list[Shift]]:
    """Find each queue's level shifts.

    Parameters
    ----------
    totals : array, shape (q, w, 7)
        Contacts per day; NaN unknown.

    Returns
    -------
    list of list of (day, before, after, score)
        By queue: number of the first day at the new level, mean contacts per day before and after,
        robust standard deviations.
    """
    weekday = median(np.moveaxis(totals, 1, -1))[:, None, :]
    with np.errstate(divide="ignore", invalid="ignore"):
        logs = np.where((totals > 0) & (weekday > 0), np.log(totals / weekday), np.nan)
    weekly = median(logs)
    days = np.isfinite(logs).sum(axis=-1)
    chance = _MEDIAN_SD / np.sqrt(np.fmax(np.nansum(totals, axis=-1), 1.0))
    chance = np.where(days > 0, chance, np.nan)
    week = np.nansum(np.where(np.isfinite(weekday), weekday, 0.0), axis=-1)[:, 0]
    open_days = np.maximum((np.nan_to_num(weekday) > 0).sum(axis=-1)[:, 0], 1)
    size = week / open_days
    return [
        _shifts_of(weekly[queue], chance[queue], logs[queue].ravel(), float(size[queue]))
        for queue in range(len(totals))
    ]


def _shifts_of(weekly: Numbers, chance: Numbers, daily: Numbers, size: float) -> list[Shift]:
    """Take the sharpest step, then the next one outside its window, and so on."""
    if len(weekly) < 2 * FEWEST_WEEKS:
        return []
    windows = _windows(weekly)
    before, after = median(windows[:, :WINDOW_WEEKS]), median(windows[:, WINDOW_WEEKS:])
    step = after - before
    score = np.abs(step) / _step_sd(windows, before, after, chance)
    sharp = (score > SHIFT_DEVIATIONS) & (np.abs(step) > SHIFT_LOG_RATIO)
    sharp &= _beats_slope(windows, before, after)
    shifts: list[Shift] = []
    left = np.where(sharp, np.abs(step), 0.0)
    while left.any():
        week = int(left.argmax())
        day = _first_day(daily, 7 * week, float(before[week]), float(after[week]))
        levels = (size * float(np.exp(before[week])), size * float(np.exp(after[week])))
        shifts.append((day, *levels, float(score[week])))
        left[max(week - FEWEST_WEEKS, 0) : week + FEWEST_WEEKS + 1] = 0.0
    return sorted(shifts)


def _windows(weekly: Numbers) -> Numbers:
    """Eight weeks before and eight from each week on, shape (w, 16); NaN outside."""
    padded = np.pad(weekly, WINDOW_WEEKS, constant_values=np.nan)
    view = np.lib.stride_tricks.sliding_window_view(padded, 2 * WINDOW_WEEKS)
    windows: Numbers = view[: len(weekly)].copy()
    return windows


def _step_sd(windows: Numbers, before: Numbers, after: Numbers, chance: Numbers) -> Numbers:
    """Robust standard deviation of the step if there were none, never less than chance's."""
    rest = np.concatenate(
        [windows[:, :WINDOW_WEEKS] - before[:, None], windows[:, WINDOW_WEEKS:] - after[:, None]],
        axis=1,
    )
    local = _MAD_TO_SD * median(np.abs(rest))
    overall = _MAD_TO_SD * np.sqrt(0.5) * median(np.abs(np.diff(windows[:, 0])))
    scale = np.fmax(np.fmax(local, overall), _MEDIAN_SD * median(_windows(chance)))
    counts = [np.isfinite(half).sum(axis=1) for half in np.split(windows, 2, axis=1)]
    size = np.sqrt(1 / np.maximum(counts[0], 1) + 1 / np.maximum(counts[1], 1))
    enough = (counts[0] >= FEWEST_WEEKS) & (counts[1] >= FEWEST_WEEKS)
    sd: Numbers = np.where(enough, _MEDIAN_SD * scale * size, np.inf)
    return sd


def _beats_slope(windows: Numbers, before: Numbers, after: Numbers) -> Mask:
    """Tell where a step leaves clearly less than the least-squares line through the window."""
    known = np.isfinite(windows)
    time = np.broadcast_to(np.arange(windows.shape[1], dtype=float), windows.shape)
    count = np.maximum(known.sum(axis=1), 1)[:, None]
    t = np.where(known, time - (time * known).sum(axis=1, keepdims=True) / count, 0.0)
    level = np.where(known, windows, 0.0).sum(axis=1, keepdims=True) / count
    y = np.where(known, windows - level, 0.0)
    slope = (t * y).sum(axis=1, keepdims=True) / np.maximum((t * t).sum(axis=1, keepdims=True), 1)
    line = np.abs(y - slope * t).sum(axis=1)
    steps = np.repeat(np.stack([before, after], axis=1), WINDOW_WEEKS, axis=1)
    rest = np.where(known, np.abs(windows - steps), 0.0).sum(axis=1)
    better: Mask = rest <= _STEP_OVER_SLOPE * line
    return better


def _first_day(daily: Numbers, about: int, before: float, after: float) -> int:
    """Day at which one level followed by the other fits best (least absolute deviations)."""
    first = max(about - _DAYS_AROUND, 0)
    part = daily[first : about + _DAYS_AROUND]
    old, new = np.nan_to_num(np.abs(part - before)), np.nan_to_num(np.abs(part - after))
    cost = np.concatenate([[0.0], np.cumsum(old)]) + np.concatenate(
        [np.cumsum(new[::-1])[::-1], [0.0]]
    )
    day = int(cost.argmin())
    # A closed day fits either level: the step is seen on the first day that is open.
    opened = np.flatnonzero(np.isfinite(part[day:]))
    return first + day + (int(opened[0]) if len(opened) else 0)
