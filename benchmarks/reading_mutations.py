"""Damage done to files at random, and the judgement of what an importer makes of them.

A changed digit in a plain number is another file, which nobody can know. So the judge compares what
was read with what a strict reader, who knows the dialect, reads out of the same damaged bytes:

* **silent**: rows are missing or other than those, and the report names nothing that it does not
  name of the whole file;
* **spread**: more rows are other than those than lines were touched, so that lines nobody touched
  were read in another way, and the report has no error.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd
from reading_dialects import Dialect, read_strictly

KEYS = ["queue", "interval_start"]
JUNK = (
    b"\0",
    b'"',
    b"\xff\xfe",
    b"\xc3\x28",
    b";;;",
    b",,",
    b"=1+1",
    b"\r\n\r\n",
    b"NaN",
    b"-",
    b"1e9",
)
JUNK += (
    b"\xe2\x80\xae",
    b"<b>",
    b"9" * 40,
    b"\t",
    b"|",
    b"'",
    b"#DIV/0!",
    b"24:00",
    b"inf",
    b"\x1a",
)


def flip_bytes(data: bytes, chance: random.Random) -> bytes:
    """Give one to four bytes another value."""
    changed = bytearray(data)
    for _ in range(chance.randint(1, 4)):
        changed[chance.randrange(len(changed))] = chance.randrange(256)
    return bytes(changed)


def flip_bits(data: bytes, chance: random.Random) -> bytes:
    """Turn one bit."""
    changed = bytearray(data)
    changed[chance.randrange(len(changed))] ^= 1 << chance.randrange(8)
    return bytes(changed)


def delete_bytes(data: bytes, chance: random.Random) -> bytes:
    """Take out up to sixty bytes in a row."""
    at = chance.randrange(len(data))
    return data[:at] + data[at + chance.randint(1, 60) :]


def insert_junk(data: bytes, chance: random.Random) -> bytes:
    """Put something hostile in."""
    at = chance.randrange(len(data))
    return data[:at] + chance.choice(JUNK) + data[at:]


def truncate(data: bytes, chance: random.Random) -> bytes:
    """Cut the end off."""
    return data[: chance.randrange(len(data) // 10, len(data))]


def duplicate_lines(data: bytes, chance: random.Random) -> bytes:
    """Give up to five lines again, somewhere."""
    lines = data.split(b"\n")
    at, to = chance.randrange(len(lines)), chance.randrange(len(lines))
    return b"\n".join([*lines[:to], *lines[at : at + chance.randint(1, 5)], *lines[to:]])


def delete_lines(data: bytes, chance: random.Random) -> bytes:
    """Take out up to five lines."""
    lines = data.split(b"\n")
    at = chance.randrange(len(lines))
    return b"\n".join([*lines[:at], *lines[at + chance.randint(1, 5) :]])


def swap_cells(data: bytes, chance: random.Random) -> bytes:
    """Exchange two cells of a line."""
    lines = data.split(b"\n")
    at = chance.randrange(len(lines))
    separator = max((b";", b",", b"\t", b"|"), key=lines[0].count)
    cells = lines[at].rstrip(b"\r").split(separator)
    one, other = chance.randrange(len(cells)), chance.randrange(len(cells))
    cells[one], cells[other] = cells[other], cells[one]
    lines[at] = separator.join(cells)
    return b"\n".join(lines)


def edit_header(data: bytes, chance: random.Random) -> bytes:
    """Change, double or empty a column's name."""
    head, _, rest = data.partition(b"\n")
    separator = max((b";", b",", b"\t", b"|"), key=head.count)
    names = head.rstrip(b"\r").split(separator)
    at = chance.randrange(len(names))
    names[at] = chance.choice([b"", names[0], b"x", names[at] * 2, names[at][::-1], names[-1]])
    return separator.join(names) + b"\n" + rest


def replace_cell(data: bytes, chance: random.Random) -> bytes:
    """Write something else over a cell."""
    lines = data.split(b"\n")
    at = chance.randrange(len(lines))
    separator = max((b";", b",", b"\t", b"|"), key=lines[0].count)
    cells = lines[at].rstrip(b"\r").split(separator)
    cells[chance.randrange(len(cells))] = chance.choice([b"", *JUNK])
    lines[at] = separator.join(cells)
    return b"\n".join(lines)


MUTATIONS: tuple[Callable[[bytes, random.Random], bytes], ...] = (
    *(flip_bytes, flip_bits, delete_bytes, insert_junk, truncate),
    *(duplicate_lines, delete_lines, swap_cells, edit_header, replace_cell),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What became of a damaged file."""

    fault: str  # "", "silent" or "spread"
    lost: int  # rows that are in the file and were not read
    wrong: int  # rows that were read and are not in the file


def said(problems: pd.DataFrame) -> Counter[str]:
    """Count the codes of a report, each with its severity's weight left out."""
    return Counter(problems["code"])


def judge(
    reading,
    damaged: bytes,
    whole: bytes,
    whole_frame: pd.DataFrame,
    dialect: Dialect,
    named_of_whole: Counter[str],
) -> Verdict:
    """Compare a reading of damaged bytes with what a strict reader finds in them."""
    problems = reading.problems
    named = bool(said(problems) - named_of_whole) or bool(reading.questions)
    truth = read_strictly(damaged, dialect) if dialect.container == "csv" else whole_frame
    truth = _rows(truth[truth["contacts"] >= 0])
    read = _rows(reading.history)
    # A row that damage spared, or was mended on the way, is right too.
    wrong = {row for row in read - truth - _rows(whole_frame) if not _is_less(row, truth)}
    lost = truth - read
    touched = len(set(damaged.split(b"\n")) ^ set(whole.split(b"\n"))) + 2
    fault = ""
    if (lost or wrong) and not named:
        fault = "silent"
    elif len(wrong) > touched and not (problems["severity"] == "error").any():
        fault = "spread"
    return Verdict(fault=fault, lost=len(lost), wrong=len(wrong))


def _rows(frame: pd.DataFrame) -> set[tuple[object, ...]]:
    """Return the rows as a set, their unknown values as None."""
    values = frame[[*KEYS, "contacts", "aht_s"]].astype(object)
    return set(values.where(values.notna(), None).itertuples(index=False, name=None))


def _is_less(row: tuple[object, ...], truth: set[tuple[object, ...]]) -> bool:
    """Tell a row of which only the handling time was not read."""
    return row[3] is None and any(row[:3] == true[:3] for true in truth)
