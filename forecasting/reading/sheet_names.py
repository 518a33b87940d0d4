"""What the name of a sheet or a file says: a queue, a day, or just a period."""

from __future__ import annotations

from forecasting.reading.cell_dates import MONTH_OF, WEEKDAY_OF
from forecasting.reading.cell_times import looks_like_date
from forecasting.reading.columns import plain_words
from forecasting.reading.raw_table import cells_of


def date_of_name(name: str) -> str:
    """Return the date a sheet is named after, "" if it is none."""
    text = name.strip().replace("_", "-")
    return text if len(text) >= 6 and looks_like_date(cells_of([text])) else ""


def is_period(name: str) -> bool:
    """Tell whether a sheet or file is named after a period or nothing at all, not after a queue."""
    words = plain_words(name).split()
    plain = {
        *(
            "sheet",
            "hoja",
            "datos",
            "data",
            "export",
            "week",
            "semana",
            "mes",
            "month",
            "day",
            "dia",
        ),
        *("report", "informe", "history", "historico", "historial", "q", "w", "s", "csv", "xlsx"),
        *(
            "part",
            "parte",
            "tabla",
            "table",
            "libro",
            "file",
            "de",
            "of",
            "hist",
            "llamadas",
            "calls",
        ),
    }
    return all(
        word in plain
        or word in MONTH_OF
        or word in WEEKDAY_OF
        or word.strip("qwstp").isdigit()
        or word.rstrip("0123456789") in plain | MONTH_OF.keys()
        for word in words
    )
