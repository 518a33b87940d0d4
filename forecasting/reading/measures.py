"""What a history file says of each interval: contacts, handling time, and parts of the contacts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from forecasting.reading.cell_numbers import Numbers, read_numbers
from forecasting.reading.handling import (
    LEAST_AHT_S,
    MOST_AHT_S,
    choose_columns,
    mean_handling,
    read_column,
)
from forecasting.reading.mapping import UNITS

if TYPE_CHECKING:
    import numpy.typing as npt

    from forecasting.reading.decisions import Decisions
    from forecasting.reading.mapping import Mapping
    from forecasting.reading.rows import HistoryRows, Texts

    Values = npt.NDArray[np.float64]

MOST_CONTACTS = 1_000_000  # in one interval
PARTS = {"abandoned": "abandoned", "answered_in_target": "answered"}  # our name -> in the codes
OTHERS = ("answered", "blocked", "transferred_in")  # counts beside the contacts, kept if known
_NEARLY_ALL = 0.98  # of the rows, to tell what a column covers


def read_contacts(rows: HistoryRows, decimal: str, decisions: Decisions) -> Values:
    """Read the contacts offered, or put their parts together; a blank is lost, not zero."""
    names = [name for name in rows.table.layout.contacts_sum if name in rows]
    if len(names) > 1:
        return _sum_of(rows, names, decimal, decisions)
    if "contacts" in rows:
        return _read_offered(rows, "contacts", decimal)
    answered = _read_offered(rows, "answered", decimal)
    if "abandoned" in rows:
        abandoned = read_numbers(rows.cells("abandoned"), decimal).value
        evidence = f"{rows.header('answered')} + {rows.header('abandoned')}"
        decisions.note(
            "contacts", "answered + abandoned", "answered_plus_abandoned", evidence=evidence
        )
        return np.asarray(answered + np.where(abandoned >= 0, abandoned, np.nan))
    rows.problems.add("contacts_from_answered", column=rows.header("answered"), done="estimated")
    decisions.note("contacts", "answered", "only_answered", evidence=rows.header("answered"))
    return answered


def _read_offered(rows: HistoryRows, name: str, decimal: str) -> Values:
    numbers = read_numbers(rows.cells(name), decimal)
    value = _count(rows, numbers, name, "contacts")
    rows.strike("contacts_blank", numbers.blank, name, expected=">= 0", drop=False)
    rows.strike("contacts_implausible", value > MOST_CONTACTS, name, expected=f"<= {MOST_CONTACTS}")
    value[value > MOST_CONTACTS] = np.nan
    if not rows.table.layout.fractions:
        broken = np.isfinite(value) & (value != np.floor(value))
        rows.strike("contacts_not_whole", broken, name, expected="1", drop=False)
    return value


def _sum_of(rows: HistoryRows, names: list[str], decimal: str, decisions: Decisions) -> Values:
    """Add the columns that make up the contacts, unless one of them covers the others already."""
    values = {name: _read_offered(rows, name, decimal) for name in names}
    done = [
        read_numbers(rows.cells(name), decimal).value
        for name in ("answered", "abandoned", "transferred_out")
        if name in rows
    ]
    outcome = sum(np.nan_to_num(value) for value in done)
    for name, value in values.items():
        others = sum(np.nan_to_num(values[other]) for other in names if other != name)
        known = np.isfinite(value) & ((others > 0) | (value > 0))
        covers = value >= np.maximum(outcome, others)
        if known.any() and name != "answered" and covers[known].mean() > _NEARLY_ALL:
            decisions.note("contacts", name, "covers_parts", evidence=rows.header(name))
            return value
    evidence = " + ".join(rows.header(name) for name in names)
    decisions.note("contacts", " + ".join(names), "layout", evidence=evidence)
    return np.asarray(sum(values.values()), dtype=np.float64)


def read_aht(
    rows: HistoryRows,
    decimal: str,
    contacts: Values,
    parts: dict[str, Values],
    mapping: Mapping,
    decisions: Decisions,
) -> tuple[Values, str]:
    """Read the mean handling time [s] and the unit of durations.

    A value that cannot be true is unknown, its contacts stay.
    """
    names = choose_columns(rows)
    if not names:
        return np.full(len(contacts), np.nan), "s"
    handled = _handled(contacts, parts)
    durations = tuple(read_column(rows, name, decimal) for name in names)
    idle = contacts == 0
    infinite, negative = np.zeros(len(contacts), dtype=bool), np.zeros(len(contacts), dtype=bool)
    for one in durations:
        cells = rows.cells(one.name)
        # A spreadsheet's #DIV/0! in an interval without contacts is no fault: it has no average.
        undefined = idle & cells.text.str.startswith("#").to_numpy(dtype=bool)[cells.code]
        unreadable = one.unreadable & ~undefined
        rows.strike("aht_unreadable", unreadable, one.name, expected=">= 0")
        rows.strike("aht_infinite", one.infinite, one.name, expected=">= 0")
        rows.strike("aht_negative", one.value < 0, one.name, expected=">= 0")
        negative |= one.value < 0
        infinite |= one.infinite
        has_value = undefined | (idle & (one.value > 0))
        rows.note_once("aht_without_contacts", has_value, one.name, done="skipped")
    value, unit = mean_handling(
        rows, durations, np.where(idle, np.nan, handled), mapping, decisions
    )
    value[idle | negative | infinite] = np.nan
    name = names[0]
    if not unit:
        written = durations[0].value[np.isfinite(durations[0].value)]
        rows.problems.add(
            "aht_unit_unclear",
            column=rows.header(name),
            found=f"{np.median(written):g}" if len(written) else "",
            expected=f"{LEAST_AHT_S:g} .. {MOST_AHT_S:g}",
            done="marked_lost",
        )
        decisions.ask("units.aht_s", tuple(UNITS), rows.header(name))
        return np.full(len(contacts), np.nan), "s"
    return _judged(rows, name, value, contacts, handled), unit


def _judged(
    rows: HistoryRows, name: str, value: Values, contacts: Values, handled: Values
) -> Values:
    """Mark handling times that cannot be true as unknown."""
    zero = (value == 0) & (contacts > 0)
    told = zero & ((handled > 0) | ~np.isfinite(handled))
    rows.strike(
        "aht_zero_with_contacts", told, name, expected="> 0", drop=False, done="marked_lost"
    )
    value = np.where(value == 0, np.nan, value)
    odd = (value < LEAST_AHT_S) | (value > MOST_AHT_S)
    bounds = f"{LEAST_AHT_S:g} .. {MOST_AHT_S:g}"
    rows.strike("aht_out_of_range", odd, name, expected=bounds, drop=False, done="marked_lost")
    return np.where(odd, np.nan, value)


def _handled(contacts: Values, parts: dict[str, Values]) -> Values:
    """Return the contacts answered: as written, or those offered less those abandoned."""
    answered, abandoned = parts.get("answered"), parts.get("abandoned")
    if answered is not None:
        return answered
    return contacts if abandoned is None else contacts - np.nan_to_num(abandoned)


def read_parts(rows: HistoryRows, decimal: str, contacts: Values) -> dict[str, Values]:
    """Read abandoned and answered in target, which are parts of the contacts, and other counts."""
    parts: dict[str, Values] = {}
    for name, code in PARTS.items():
        if name in rows:
            value = _count(rows, read_numbers(rows.cells(name), decimal), name, code)
            over = value > contacts
            rows.strike(f"{code}_over_contacts", over, name, expected=_at_most(contacts, over))
            parts[name] = np.where(over, np.nan, value)
    if len(parts) == len(PARTS):
        total = parts["abandoned"] + parts["answered_in_target"]
        over = total > contacts
        rows.strike(
            "answered_plus_abandoned_over_contacts",
            over,
            "answered_in_target",
            found=_written(total, over),
            expected=_at_most(contacts, over),
        )
    for name in OTHERS:
        if name in rows:
            parts[name] = read_measure(rows, name, read_numbers(rows.cells(name), decimal))
    return parts


def read_measure(rows: HistoryRows, name: str, numbers: Numbers, factor: float = 1.0) -> Values:
    """Read a measure that a history can do without; what cannot be read is unknown."""
    value = numbers.value * factor
    wrong = numbers.unreadable | np.isinf(value) | (value < 0)
    rows.strike("measure_unreadable", wrong, name, expected=">= 0", drop=False, done="marked_lost")
    return np.where(wrong, np.nan, value)


def read_shares(
    rows: HistoryRows,
    decimal: str,
    contacts: Values,
    parts: dict[str, Values],
    decisions: Decisions,
) -> None:
    """Turn percentages into counts where a file has no counts: 80, 80 % and 0.8 are the same."""
    for rate, name in (
        ("abandon_rate", "abandoned"),
        ("answer_rate", "answered"),
        ("service_level", "answered_in_target"),
    ):
        if rate not in rows or name in parts:
            continue
        cells = rows.cells(rate)
        text = cells.text.str.replace(r"\s*%$", "", regex=True)
        bare = type(cells)(code=cells.code, text=text, number=cells.number)
        share = read_numbers(bare, decimal).value
        known = share[np.isfinite(share)]
        if not len(known):
            continue
        in_hundred = cells.text.str.endswith("%").any() or known.max() > 1
        share = share / 100 if in_hundred else share
        share = np.where((share >= 0) & (share <= 1), share, np.nan)
        if name == "answered_in_target" and "abandoned" in parts:
            most = contacts - np.nan_to_num(parts["abandoned"])
        else:
            most = contacts
        parts[name] = np.minimum(np.rint(share * contacts), most)
        shown = "0-100" if in_hundred else "0-1"
        decisions.note(name, shown, "percentage", evidence=rows.header(rate))


def read_wait(
    rows: HistoryRows, decimal: str, unit: str, contacts: Values, parts: dict[str, Values]
) -> Values | None:
    """Read the mean wait [s], None if the file has none."""
    from forecasting.reading.cell_numbers import read_durations
    from forecasting.reading.columns import unit_of

    name = next((one for one in ("wait_avg", "wait_total", "wait_time") if one in rows), None)
    if name is None:
        return None
    numbers = read_durations(rows.cells(name), decimal)
    own = UNITS.get(unit_of(rows.header(name)), UNITS[unit])
    clock = rows.cells(name).text.str.contains(":", regex=False).any()
    value = read_measure(rows, name, numbers, 1.0 if clock else own)
    if name == "wait_total":
        handled = _handled(contacts, parts)
        with np.errstate(divide="ignore", invalid="ignore"):
            value = np.where(handled > 0, value / handled, np.nan)
    return np.where(contacts > 0, value, np.nan)


def _count(rows: HistoryRows, numbers: Numbers, name: str, code: str) -> Values:
    """Strike what is unreadable, infinite or negative; return it as unknown."""
    value = numbers.value.copy()
    infinite = np.isinf(value)
    negative = (value < 0) & ~infinite
    rows.strike(f"{code}_unreadable", numbers.unreadable, name, expected=">= 0")
    rows.strike(f"{code}_infinite", infinite, name, expected=">= 0")
    rows.strike(f"{code}_negative", negative, name, expected=">= 0")
    value[infinite | negative] = np.nan
    return value


def _at_most(bound: Values, where: npt.NDArray[np.bool_]) -> Texts:
    texts = _written(bound, where)
    texts[where] = "<= " + texts[where]
    return texts


def _written(values: Values, where: npt.NDArray[np.bool_]) -> Texts:
    texts = np.full(len(values), "", dtype=object)
    texts[where] = [f"{value:g}" for value in values[where]]
    return texts
