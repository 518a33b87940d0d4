"""What a history file says of each interval: contacts, handling time, and parts of the contacts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from forecasting.reading.cell_numbers import Numbers, read_durations, read_numbers

if TYPE_CHECKING:
    import numpy.typing as npt

    from forecasting.reading.rows import HistoryRows, Texts

    Values = npt.NDArray[np.float64]

MOST_CONTACTS = 1_000_000  # in one interval
LEAST_AHT_S, MOST_AHT_S = 5.0, 4 * 3600.0
PARTS = {"abandoned": "abandoned", "answered_in_target": "answered"}  # our name -> in the codes


def read_contacts(rows: HistoryRows, decimal: str) -> Values:
    """Read the contacts offered; a blank is lost, not zero."""
    numbers = read_numbers(rows.cells("contacts"), decimal)
    value = _count(rows, numbers, "contacts", "contacts")
    rows.strike("contacts_blank", numbers.blank, "contacts", expected=">= 0", drop=False)
    rows.strike(
        "contacts_implausible", value > MOST_CONTACTS, "contacts", expected=f"<= {MOST_CONTACTS}"
    )
    value[value > MOST_CONTACTS] = np.nan
    broken = np.isfinite(value) & (value != np.floor(value))
    rows.strike("contacts_not_whole", broken, "contacts", expected="1", drop=False)
    return value


def read_aht(rows: HistoryRows, decimal: str, contacts: Values) -> Values:
    """Read the average handling time [s]; one that cannot be true is unknown, its contacts stay."""
    if "aht_s" not in rows.columns:
        return np.full(len(contacts), np.nan)
    cells = rows.cells("aht_s")
    numbers = read_durations(cells, decimal)
    idle = contacts == 0
    # A spreadsheet's #DIV/0! in an interval without contacts is no fault: there is no average.
    undefined = idle & cells.text.str.startswith("#").to_numpy(dtype=bool)[cells.code]
    numbers.unreadable[undefined] = False
    value = _count(rows, numbers, "aht_s", "aht")
    rows.note_once("aht_without_contacts", undefined | (idle & (value > 0)), "aht_s")
    value[idle] = np.nan
    zero = (value == 0) & (contacts > 0)
    rows.strike("aht_zero_with_contacts", zero, "aht_s", expected="> 0", drop=False)
    value[value == 0] = np.nan
    odd = (value < LEAST_AHT_S) | (value > MOST_AHT_S)
    bounds = f"{LEAST_AHT_S:g} .. {MOST_AHT_S:g}"
    if odd.sum() > 0.5 * np.isfinite(value).sum():
        rows.problems.add(
            "aht_unit_unclear",
            column=rows.header("aht_s"),
            found=f"{np.nanmedian(value):g}",
            expected=bounds,
        )
    else:
        rows.strike("aht_out_of_range", odd, "aht_s", expected=bounds, drop=False)
        return np.where(odd, np.nan, value)
    return np.full(len(contacts), np.nan)


def read_parts(rows: HistoryRows, decimal: str, contacts: Values) -> dict[str, Values]:
    """Read abandoned and answered in target, which are parts of the contacts."""
    parts: dict[str, Values] = {}
    for name, code in PARTS.items():
        if name in rows.columns:
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
    return parts


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
