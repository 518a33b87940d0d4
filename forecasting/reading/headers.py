"""The row that names the columns, and rows of a merged header that belong together."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from forecasting.reading.columns import count_known, key_of, name_of

if TYPE_CHECKING:
    from forecasting.reading.mapping import Mapping
    from forecasting.reading.raw_table import Grid


def find_header(head: list[list[str]], grid: Grid, mapping: Mapping) -> tuple[int, list[str]]:
    """Return the index of the header, -1 if there is none, and its cells.

    Of two header rows above one another the words are joined, for a merged "Calls" above "Offered"
    and "Answered" is part of both.
    """
    if mapping.header_row is not None:
        found = np.flatnonzero(grid.row == mapping.header_row)
        at = int(found[0]) if len(found) and found[0] < len(head) else -1
    else:
        known = [count_known([_bare(cell) for cell in row]) for row in head]
        at = max(range(len(head)), key=known.__getitem__)
        if mapping.columns and known[at] < 2:
            wanted = {key_of(str(place)) for _, place in mapping.columns}
            known = [len(wanted & {key_of(cell) for cell in row}) for row in head]
            at = max(range(len(head)), key=known.__getitem__)
        elif known[at] and at + 1 < len(head) and _is_second_header(head[at + 1]):
            at += 1
        at = at if known[at - 1 if _is_second_header(head[at]) else at] or known[at] else -1
    if at < 0:
        return -1, []
    header = [_bare(cell) for cell in head[at]]
    above = [_bare(cell) for cell in head[at - 1]] if at else []
    if above and _is_second_header(head[at]) and count_known(above) > 1:
        return at, _joined(above, header)
    if sum(map(bool, above)) > 1:
        return at, _joined_above(above, header)
    return at, header


def _bare(cell: str) -> str:
    """Return a header without the mark that NICE IEX puts before the first."""
    return cell.removeprefix("#fields:").removeprefix("#").strip()


def _is_second_header(row: list[str]) -> bool:
    filled = [cell for cell in row if cell]
    return (
        len(filled) > 1
        and not any(char.isdigit() for cell in filled for char in cell)
        and count_known(filled) >= 1
    )


def _joined(upper: list[str], lower: list[str]) -> list[str]:
    above = ""
    joined = []
    for high, low in zip(upper, lower, strict=True):
        above = high or above
        both = f"{above} {low}"
        joined.append((low if not name_of(both) else both) if low else high)
    return joined


def _joined_above(upper: list[str], header: list[str]) -> list[str]:
    above = ""
    joined = []
    for high, own in zip(upper, header, strict=True):
        above = high or above
        both = f"{above} {own}"
        joined.append(both if own and not name_of(own) and name_of(both) else own)
    return joined
