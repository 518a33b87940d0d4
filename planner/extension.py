"""A history extended by a newer export of it: what is new, what is the same, what was corrected."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

POLICIES = ("newest", "keep")
KEYS = ["queue", "interval_start"]
CORRECTION_COLUMNS = (*KEYS, "column", "before", "after")
_NOT_MEASURES = frozenset({*KEYS, "channel"})


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Extension:
    """A history and what an export did to it.

    Attributes
    ----------
    history : DataFrame
        Both together, sorted by queue and interval_start.
    added, identical, corrected, lost : int
        Rows of the export that are new; that say the same again; that say something else; and that
        say "unknown" where a value is known, which stays.
    corrections : DataFrame
        One row per corrected value: queue, interval_start, column, before, after. Under the policy
        "keep" nobody took them over.
    channels : tuple of (queue, before, after)
        Queues whose channel the export changes.
    """

    history: pd.DataFrame
    added: int
    identical: int
    corrected: int
    lost: int
    corrections: pd.DataFrame
    channels: tuple[tuple[str, str, str], ...] = ()

    @property
    def changes_nothing(self) -> bool:
        """Whether the export says nothing that was not known."""
        return not (self.added or self.corrected or self.channels)


def extend(
    before: pd.DataFrame, export: pd.DataFrame, *, policy: str = "newest", channels: bool = True
) -> Extension:
    """Extend a history by an export that may overlap it.

    An interval whose contacts the export does not know keeps those it had: a lost interval corrects
    nothing. A measure that the export does not have at all is kept as well.

    Parameters
    ----------
    before, export : DataFrame
        Tidy histories of one zone and one length of interval.
    policy : {"newest", "keep"}
        Who is right where they differ: the export, or what was there.
    channels : bool
        Whether the export names its channels; where they were only assumed, those before stay.

    Raises
    ------
    ValueError
        If there is no such policy.
    """
    if policy not in POLICIES:
        raise ValueError(f"policy is {policy!r}, must be one of {POLICIES}")
    old, new = before.set_index(KEYS), export.set_index(KEYS)
    shared = new.index.intersection(old.index, sort=False)
    was, says = old.loc[shared], new.loc[shared]
    lost = (says["contacts"].isna() & was["contacts"].notna()).to_numpy()
    corrections = _corrections(was[~lost], says[~lost])
    rows = corrections.drop_duplicates(KEYS)
    fresh = new.index.difference(old.index, sort=False)
    parts = [old, new.loc[fresh]]
    merged = pd.concat([part for part in parts if len(part)] or [old])
    if policy == "newest":
        merged = _corrected(merged, corrections)
    moved = _channels_moved(before, export) if channels and policy == "newest" else ()
    history = merged.reset_index().sort_values(KEYS, kind="stable", ignore_index=True)
    history["channel"] = _channels(history, before, export, moved)
    return Extension(
        history=history[_column_order(before, export)],
        added=len(fresh),
        identical=int(len(shared) - lost.sum() - len(rows)),
        corrected=len(rows),
        lost=int(lost.sum()),
        corrections=corrections,
        channels=moved,
    )


def difference(before: pd.DataFrame, after: pd.DataFrame) -> pd.DataFrame:
    """List every value in which two histories differ.

    Returns
    -------
    DataFrame
        queue, interval_start, column, before, after; NaN on the side that has no such row or does
        not know the value.
    """
    old, new = before.set_index(KEYS), after.set_index(KEYS)
    rows = old.index.union(new.index, sort=False)
    return _corrections(old.reindex(rows), new.reindex(rows))


def _corrections(was: pd.DataFrame, says: pd.DataFrame) -> pd.DataFrame:
    """Compare two frames of the same rows, measure by measure."""
    parts = []
    for name in says.columns:
        if name in _NOT_MEASURES or says[name].isna().all():
            continue
        after = says[name].to_numpy(dtype=np.float64)
        known = name in was.columns
        values = was[name].to_numpy(dtype=np.float64) if known else np.full(len(was), np.nan)
        differs = ~((values == after) | (np.isnan(values) & np.isnan(after)))
        part = says.index[differs].to_frame(index=False)
        parts.append(part.assign(column=name, before=values[differs], after=after[differs]))
    if not parts:
        none: pd.DataFrame = says.index[:0].to_frame(index=False)
        return none.assign(column=pd.Series(dtype=object), before=np.nan, after=np.nan)
    found: pd.DataFrame = pd.concat(parts, ignore_index=True)
    return found.sort_values([*KEYS, "column"], kind="stable", ignore_index=True)


def _corrected(merged: pd.DataFrame, corrections: pd.DataFrame) -> pd.DataFrame:
    """Put corrections in place."""
    merged = merged.copy()
    for name, rows in corrections.groupby("column", sort=False):
        at = merged.index.get_indexer(pd.MultiIndex.from_frame(rows[KEYS]))
        column = str(name)
        values = (
            merged[column].to_numpy(dtype=np.float64, copy=True)
            if column in merged
            else np.full(len(merged), np.nan)
        )
        values[at] = rows["after"].to_numpy()
        merged[column] = values
    return merged


def _channels_moved(before: pd.DataFrame, export: pd.DataFrame) -> tuple[tuple[str, str, str], ...]:
    old, new = _channel_of(before), _channel_of(export)
    return tuple(
        (queue, old[queue], channel)
        for queue, channel in new.items()
        if old.get(queue, channel) != channel
    )


def _channels(
    history: pd.DataFrame,
    before: pd.DataFrame,
    export: pd.DataFrame,
    moved: tuple[tuple[str, str, str], ...],
) -> pd.Series:
    """Return one channel a queue: the one it had, unless the export moved it."""
    known = _channel_of(export) | _channel_of(before)
    known |= {queue: after for queue, _, after in moved}
    return history["queue"].map(known).astype(object)


def _channel_of(history: pd.DataFrame) -> dict[str, str]:
    pairs = history.drop_duplicates("queue")
    return dict(zip(pairs["queue"], pairs["channel"], strict=True))


def _column_order(before: pd.DataFrame, export: pd.DataFrame) -> list[str]:
    return list(dict.fromkeys([*before.columns, *export.columns]))
