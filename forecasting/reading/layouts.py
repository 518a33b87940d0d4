"""The export layouts that are known: one TOML file each in `layouts/`.

A layout with `needs` is told by its header, one with `fields` has no header and is told by the
number of its fields and the form of their content. One with neither is a general kind of table.
Adding a layout is adding a file here and a sample of it to the tests.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from forecasting.reading.columns import bare_key

if TYPE_CHECKING:
    from collections.abc import Sequence

FOLDER = Path(__file__).with_name("layouts")
_FORM_SHARE = 0.9  # of the first rows, for a table without a header to be of a layout


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """What is known of an export.

    Attributes
    ----------
    name, system : str
        Of the file, and in words.
    sure : bool
        Whether it is documented by its maker.
    kind : str
        "intervals", "wide" or "calls".
    needs : frozenset of str
        Headers that tell it, as keys.
    columns : tuple of pairs
        Our name -> headers, as keys, the preferred first.
    fields : tuple of str
        Without a header: our names by position, "" for what is not read.
    optional : int
        How many of the last fields may be absent.
    forms : tuple of pairs
        Our name -> regular expression of its content.
    zone : str
        Of times written without an offset, "" for the centre's.
    date_order : str
        Usual order of dates, "" if none is.
    adds : tuple of str
        Our names of columns by which rows of one interval are parts of it.
    contacts_sum : tuple of str
        Columns that make up the contacts.
    fractions : bool
        Whether contacts may be fractions, as in a forecast.
    """

    name: str
    system: str
    sure: bool = False
    kind: str = "intervals"
    needs: frozenset[str] = frozenset()
    columns: tuple[tuple[str, tuple[str, ...]], ...] = ()
    fields: tuple[str, ...] = ()
    optional: int = 0
    forms: tuple[tuple[str, str], ...] = ()
    zone: str = ""
    date_order: str = ""
    adds: tuple[str, ...] = ()
    contacts_sum: tuple[str, ...] = ()
    fractions: bool = False


@cache
def layout_names() -> tuple[str, ...]:
    """Return the names of all layouts."""
    return tuple(sorted(path.stem for path in FOLDER.glob("*.toml")))


@cache
def layout(name: str) -> Layout:
    """Return the layout of this name."""
    page: dict[str, Any] = tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8"))
    page["needs"] = frozenset(bare_key(need) for need in page.get("needs", ()))
    columns = page.pop("columns", {})
    page["columns"] = tuple(
        (our, tuple(bare_key(header) for header in headers)) for our, headers in columns.items()
    )
    page["forms"] = tuple(page.pop("forms", {}).items())
    for key in ("fields", "adds", "contacts_sum"):
        page[key] = tuple(page.get(key, ()))
    return Layout(name=name, **page)


def by_header(header: Sequence[str]) -> Layout | None:
    """Return the layout with most of its headers in a row, None if no layout has all of them."""
    keys = {bare_key(cell) for cell in header if cell}
    fitting = [layout(name) for name in layout_names() if layout(name).needs <= keys]
    named = [one for one in fitting if one.needs]
    return max(named, key=lambda one: (len(one.needs), one.sure), default=None)


def by_content(rows: Sequence[Sequence[str]], width: int) -> Layout | None:
    """Return the layout without a header whose forms nearly all of the rows have."""
    for name in layout_names():
        known = layout(name)
        if not known.fields or not len(known.fields) - known.optional <= width <= len(known.fields):
            continue
        places = {our: at for at, our in enumerate(known.fields) if our}
        forms = [(places[our], re.compile(form)) for our, form in known.forms]
        fits = sum(all(form.fullmatch(row[at].strip()) for at, form in forms) for row in rows)
        if rows and fits >= _FORM_SHARE * len(rows):
            return known
    return None
