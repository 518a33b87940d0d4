"""How long contacts take: averages or totals, their parts, and their unit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from forecasting.reading.cell_numbers import read_durations
from forecasting.reading.columns import unit_of
from forecasting.reading.mapping import UNITS

if TYPE_CHECKING:
    import numpy.typing as npt

    from forecasting.reading.decisions import Decisions
    from forecasting.reading.mapping import Mapping
    from forecasting.reading.rows import HistoryRows

    Values = npt.NDArray[np.float64]

LEAST_AHT_S, MOST_AHT_S = 5.0, 4 * 3600.0  # of a single interval
PLAUSIBLE_S = (20.0, 7200.0)  # of the whole file: decides units
_PARTS = ("talk", "hold", "wrap")
_TRIED_UNITS = ("s", "ms", "min", "d", "h")  # the first plausible is taken
# hh:mm may be meant as mm:ss, and what a spreadsheet shows as 05:12 can be 05:12:00 or 00:05.
_TRIED_CLOCKS = {"h:mm:ss": 1.0, "mm:ss:00": 1 / 60, "h:mm": 60.0}
HANDLING = (
    *("aht_s", "handle_total", "handle_time", "duration"),
    *("talk_total", "talk_avg", "talk_time"),
)
_SAMPLE = 50_000  # rows that tell the unit
_LEAST_ROWS = 8  # to tell totals from averages by how they grow with the contacts


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Duration:
    """A column of durations before its unit is known."""

    name: str
    form: str  # "avg", "total" or "time"
    value: Values  # as written; what is written h:mm:ss in seconds
    clock: bool  # whether it is written h:mm:ss
    unreadable: npt.NDArray[np.bool_]
    infinite: npt.NDArray[np.bool_]


def read_column(rows: HistoryRows, name: str, decimal: str) -> Duration:
    """Read a column of durations without judging it."""
    cells = rows.cells(name)
    numbers = read_durations(cells, decimal)
    part, _, form = name.rpartition("_")
    clock = cells.text.str.contains(r"[0-9]:[0-9]", regex=True).to_numpy(dtype=bool)[cells.code]
    finite = np.isfinite(numbers.value)
    value = np.where(np.isinf(numbers.value), np.nan, numbers.value)
    if name.startswith("hold"):  # where nobody was put on hold there is no average of it
        value = np.where(numbers.blank, 0.0, value)
    return Duration(
        name=name,
        form="avg" if name == "aht_s" else (form if part else "time"),
        value=value,
        clock=bool(clock[finite].mean() > 0.5) if finite.any() else False,
        unreadable=numbers.unreadable,
        infinite=np.isinf(numbers.value),
    )


def choose_columns(rows: HistoryRows) -> tuple[str, ...]:
    """Return the columns that tell the handling time best: whole before parts."""
    for name in HANDLING[:4]:
        if name in rows and (rows.cells(name).text != "").any():
            return (name,)
    chosen = []
    for part in _PARTS:
        forms = [f"{part}_{form}" for form in ("total", "avg", "time")]
        chosen += [name for name in forms if name in rows][:1]
    return tuple(chosen) if any(name.startswith("talk") for name in chosen) else ()


def mean_handling(
    rows: HistoryRows,
    durations: tuple[Duration, ...],
    handled: Values,
    mapping: Mapping,
    decisions: Decisions,
) -> tuple[Values, str]:
    """Return the mean handling time of each row [s] and the unit of plain numbers.

    Parameters
    ----------
    durations : tuple of Duration
        The columns chosen; parts are added.
    handled : ndarray
        Contacts over which totals are divided: those answered.

    Returns
    -------
    tuple
        Mean handling time, NaN where unknown or nothing is plausible, and the unit, "" if none is.
    """
    whole = len(durations) == 1
    forms = {one.name: _form(one, durations, handled, mapping, decisions) for one in durations}
    with np.errstate(divide="ignore", invalid="ignore"):
        means = [
            np.where(handled > 0, one.value / handled, np.nan)
            if forms[one.name] == "total"
            else one.value
            for one in durations
        ]
    factors, unit = _factors(rows, durations, means, handled, mapping, decisions)
    if factors is None:
        return np.full(len(handled), np.nan), ""
    mean = sum(
        (m * factor for m, factor in zip(means, factors, strict=True)), np.zeros(len(handled))
    )
    names = ", ".join(rows.header(one.name) for one in durations)
    total = "total" in forms.values()
    if whole:
        decisions.note(
            "aht_s", names, "total_over_answered" if total else "average_column", evidence=names
        )
    else:
        why = "parts_over_answered" if total else "sum_of_averages"
        decisions.note("aht_s", names, why, evidence=names)
    return np.asarray(mean, dtype=np.float64), unit


def _form(
    one: Duration,
    durations: tuple[Duration, ...],
    handled: Values,
    mapping: Mapping,
    decisions: Decisions,
) -> str:
    """Tell whether a column holds totals or averages."""
    if mapping.aht:
        return mapping.aht
    if one.form in ("avg", "total"):
        return one.form
    named = {other.form for other in durations} & {"avg", "total"}
    if len(named) == 1:
        return named.pop()
    whole = [other.value for other in durations if other.form == "time"]
    known = np.isfinite(one.value) & (one.value > 0) & (handled > 0)
    if known.sum() < _LEAST_ROWS or np.ptp(np.log(handled[known])) == 0:
        return "avg"
    x, y = np.log(handled[known]), np.log(sum(whole)[known])  # type: ignore[index]
    slope = float(np.cov(x, y)[0, 1] / np.var(x, ddof=1)) if np.isfinite(y).all() else 0.0
    form = "total" if slope > 0.5 else "avg"
    why = "proportional" if form == "total" else "not_proportional"
    decisions.note("aht", "total" if form == "total" else "average", why, evidence=f"{slope:.2f}")
    if 0.3 < slope < 0.7:
        both = ("total", "average") if form == "total" else ("average", "total")
        decisions.ask("aht", both, one.name)
    return form


def _factors(
    rows: HistoryRows,
    durations: tuple[Duration, ...],
    means: list[Values],
    handled: Values,
    mapping: Mapping,
    decisions: Decisions,
) -> tuple[list[float] | None, str]:
    """Return what each column must be multiplied by to be seconds, None if nothing is plausible."""
    units = dict(mapping.units)
    stated = [
        UNITS.get(units.get(one.name, units.get("aht_s", "")), None)
        or UNITS.get(unit_of(rows.header(one.name)), None)
        for one in durations
    ]
    options = _TRIED_CLOCKS if durations[0].clock else {name: UNITS[name] for name in _TRIED_UNITS}
    for unit, factor in options.items():
        factors = [
            own if own is not None and not one.clock else factor
            for own, one in zip(stated, durations, strict=True)
        ]
        parts = zip(means, factors, strict=True)
        typical = _typical(sum(mean * own for mean, own in parts), handled)  # type: ignore[arg-type]
        if not np.isfinite(typical):
            return factors, unit
        if PLAUSIBLE_S[0] <= typical <= PLAUSIBLE_S[1] or _is_stated(stated, durations, typical):
            why = "plausible"
            if units:
                why = "stated"
            elif any(own is not None for own in stated):
                why = "header"
            said = next((own for own in stated if own is not None), None)
            name = next((name for name, own in UNITS.items() if own == said), unit)
            shown = unit if durations[0].clock or said is None else name
            decisions.note("units.aht_s", shown, why, evidence=f"{typical:.0f} s")
            return factors, shown if shown in UNITS else "s"
    return None, ""


def _is_stated(stated: list[float | None], durations: tuple[Duration, ...], typical: float) -> bool:
    """Tell whether the file says the unit of all columns, and it is possible."""
    said = all(
        own is not None and not one.clock for own, one in zip(stated, durations, strict=True)
    )
    return said and LEAST_AHT_S <= typical <= MOST_AHT_S


def _typical(mean: Values, handled: Values) -> float:
    """Return the handling time that half of the contacts lie below [s]."""
    step = max(len(mean) // _SAMPLE, 1)
    mean, handled = mean[::step], handled[::step]
    known = np.isfinite(mean) & (mean > 0)
    if not known.any():
        return float("nan")
    weight = np.where(np.isfinite(handled) & (handled > 0), handled, 0.0)[known]
    if not weight.any():
        weight = np.ones(int(known.sum()))
    order = np.argsort(mean[known])
    below = np.cumsum(weight[order])
    return float(mean[known][order][np.searchsorted(below, 0.5 * below[-1])])
