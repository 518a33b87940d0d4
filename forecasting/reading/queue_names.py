"""Names of queues as they can be shown, compared and exported: composed, and nothing unseen."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

import numpy as np

from forecasting.problems import UNSEEN

if TYPE_CHECKING:
    import pandas as pd

    from forecasting.reading.raw_table import Cells
    from forecasting.reading.rows import HistoryRows

_PREFIX = re.compile(r"^(?:queue(?: name)?|cola|skill|split)\s*[:=]\s*", re.IGNORECASE)
_CLEANED_SAID = 20  # queues; a file with more of them is not about queues


def clean_names(rows: HistoryRows, cells: Cells) -> pd.Series[str]:
    """Return names by value without what is not seen, and say whose name lost something."""
    written = cells.text.map(lambda text: _PREFIX.sub("", unicodedata.normalize("NFC", text)))
    names = written.str.replace(r"\s+", " ", regex=True)
    names = names.str.replace(UNSEEN, "", regex=True).str.strip()
    unseen = (written.str.contains(UNSEEN) & (names != "")).to_numpy(dtype=bool)
    for value in np.flatnonzero(unseen)[:_CLEANED_SAID]:
        row = np.flatnonzero(cells.code == value)[:1]
        rows.problems.add_rows(
            "queue_name_cleaned",
            rows.table.row[row],
            column=rows.header("queue"),
            queue=[names[value]],
            found=[written[value]],
            expected=names[value],
            done="converted",
        )
    return names
