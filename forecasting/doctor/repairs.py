"""Repairs of a history: what the doctor changes, cell by cell, each kind of which can be left."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from forecasting.problems import PROBLEM_CODES

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet

    from forecasting.doctor.examination import Examination

REPAIR_CODES = (
    "interval_repeated",  # the later of equal rows dropped
    "interval_contradicted",  # contacts lost
    "future_date",  # rows dropped
    "aht_zero_with_contacts",  # handling time unknown
    "aht_out_of_range",  # the same
    "outage",  # contacts lost
    "day_zero",  # the same
    "queue_opened_later",  # zeros before the first contact dropped
    "interval_lost",  # a row added that says so
    "zeros_left_out",  # rows of 0 contacts added
)
_COLUMNS = ["queue", "interval_start", "column", "code", "done", "before", "after"]


@dataclass(frozen=True, slots=True, eq=False)
class Repaired:
    """A repaired history and what was changed.

    Attributes
    ----------
    history : DataFrame
        Tidy history.
    changes : DataFrame
        One row a changed cell, or a row dropped or added: queue, interval_start, column, code,
        done, before, after (NaN is unknown; of a dropped row the contacts).
    """

    history: pd.DataFrame
    changes: pd.DataFrame


def repair(
    history: pd.DataFrame,
    examination: Examination,
    *,
    repairs_off: AbstractSet[str] = frozenset(),
) -> Repaired:
    """Repair what an examination found; the history given stays as it is.

    Parameters
    ----------
    history : DataFrame
        The history that was examined.
    examination : Examination
        From `examine`.
    repairs_off : set of str
        Codes of REPAIR_CODES to leave as they are; those of repairs that the reading makes say
        nothing here.

    Raises
    ------
    ValueError
        If a code to leave is none of a problem, or the examination is of another history.
    """
    unknown = sorted(set(repairs_off) - set(PROBLEM_CODES))
    if unknown:
        raise ValueError(f"repairs_off must hold codes of problems, got {unknown}")
    todo = examination.repairs[~examination.repairs["code"].isin(list(repairs_off))]
    added = todo[todo["position"] == -1]
    changed = todo[todo["position"] >= 0]
    # A cell with several faults is changed once, for the first of them; a dropped row is gone.
    changed = changed.sort_values("column", kind="stable")
    dropped = changed.loc[changed["column"] == "", "position"]
    keep = (changed["column"] == "") | ~changed["position"].isin(dropped)
    changed = changed[keep].drop_duplicates(["position", "column"]).sort_index()
    _check(history, changed)
    repaired = history.copy()
    parts = []
    for column, cells in changed.groupby("column", sort=True):
        name, position = str(column) or "contacts", cells["position"].to_numpy(dtype=np.int64)
        values = history[name].to_numpy(dtype=np.float64).copy()
        parts.append(cells.assign(before=values[position], after=np.nan, column=name))
        if column:
            values[position] = np.nan
            repaired[name] = values
    repaired = repaired.drop(index=repaired.index[dropped.drop_duplicates().to_numpy(np.int64)])
    if len(added):
        after = np.where(added["code"] == "zeros_left_out", 0.0, np.nan)
        parts.append(added.assign(before=np.nan, after=after))
        repaired = _with_rows(repaired, added.assign(contacts=after))
    changes = pd.concat(parts) if parts else todo.assign(before=np.nan, after=np.nan)
    changes = changes.sort_values(["queue", "interval_start"], kind="stable", ignore_index=True)
    return Repaired(repaired.reset_index(drop=True), changes[_COLUMNS])


def _check(history: pd.DataFrame, changed: pd.DataFrame) -> None:
    position = changed["position"].to_numpy(dtype=np.int64)
    names = ["queue", "interval_start"]
    fits = position.max(initial=-1) < len(history) and all(
        (history[name].iloc[position].to_numpy() == changed[name].to_numpy()).all()
        for name in names
    )
    if not fits:
        raise ValueError("examination must be of this history, got one of another")


def _with_rows(history: pd.DataFrame, added: pd.DataFrame) -> pd.DataFrame:
    """Add rows of which the contacts are stated and all other measures unknown."""
    whole = history.select_dtypes(["integer", "bool"]).columns
    history = history.astype(dict.fromkeys(whole, np.float64))
    channels = history.drop_duplicates("queue").set_index("queue")["channel"]
    rows = added[["queue", "interval_start", "contacts"]].assign(
        channel=added["queue"].map(channels)
    )
    rows = rows.reindex(columns=history.columns).astype(history.dtypes)
    return pd.concat([history, rows]).sort_values(["queue", "interval_start"], kind="stable")
