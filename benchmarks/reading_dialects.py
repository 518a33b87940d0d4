"""A history written in the dialects of the field, and read back by one who knows the dialect.

The strict reader knows how the file was written and takes a line only if each of its cells is of
that form: it says what a damaged file still holds, apart from the importer it judges.
"""

from __future__ import annotations

import csv
import datetime as dt
import gzip
import io
import math
import re
import zipfile
from dataclasses import dataclass

import numpy as np
import pandas as pd

HEADERS = {
    "en": ("Date", "Time", "Interval start", "Queue", "Calls offered", "AHT (s)"),
    "es": ("Fecha", "Hora", "Fecha y hora", "Cola", "Llamadas recibidas", "TMO (s)"),
}
DATES = {
    "iso": "%Y-%m-%d",
    "dmy": "%d/%m/%Y",
    "dmy_dots": "%d.%m.%Y",
    "mdy": "%m/%d/%Y",
    "compact": "%Y%m%d",
}
TIMES = {"hm": "%H:%M", "hms": "%H:%M:%S", "am_pm": "%I:%M %p"}
UNKNOWN = ("", "-", "--", "nan", "null", "n/a")  # documented signs for no value


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialect:
    """How a file is written."""

    separator: str = ","
    decimal: str = "."
    encoding: str = "utf-8"
    line_end: str = "\n"
    quoting: int = csv.QUOTE_MINIMAL
    language: str = "en"
    date: str = "iso"
    time: str = "hm"
    two_columns: bool = False
    aht: str = "seconds"  # or "clock": h:mm:ss
    titles: int = 0
    total: bool = False
    container: str = "csv"  # or "gz", "zip", "xlsx", "wide"

    @property
    def name(self) -> str:
        """The name of such a file."""
        return {"gz": "calls.csv.gz", "zip": "calls.zip", "xlsx": "calls.xlsx"}.get(
            self.container, "calls.csv"
        )


def centre(
    start: str = "2026-03-02", *, days: int = 21, minutes: int = 60, queues: tuple[str, ...], seed=0
) -> pd.DataFrame:
    """Make a history in UTC: whole contacts, handling times in whole seconds."""
    times = pd.date_range(start, periods=days * 1440 // minutes, freq=f"{minutes}min", tz="UTC")
    random = np.random.default_rng(seed)
    parts = []
    for queue in sorted(queues):
        contacts = random.poisson(20, len(times)).astype(float)
        aht = random.integers(180, 900, len(times)).astype(float)
        part = {"queue": queue, "interval_start": times, "contacts": contacts}
        parts.append(pd.DataFrame({**part, "aht_s": np.where(contacts > 0, aht, np.nan)}))
    return pd.concat(parts, ignore_index=True)


def write(frame: pd.DataFrame, dialect: Dialect) -> bytes:
    """Write a history in a dialect."""
    rows = _wide_rows(frame, dialect) if dialect.container == "wide" else _rows(frame, dialect)
    if dialect.container == "xlsx":
        return _workbook(frame, dialect)
    buffer = io.StringIO()
    writer = csv.writer(
        buffer,
        delimiter=dialect.separator,
        lineterminator=dialect.line_end,
        quoting=dialect.quoting,
    )
    writer.writerows(rows)
    data = buffer.getvalue().encode(dialect.encoding)
    if dialect.container == "gz":
        return gzip.compress(data, mtime=0)
    if dialect.container == "zip":
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("calls.csv", data)
        return packed.getvalue()
    return data


def _rows(frame: pd.DataFrame, dialect: Dialect) -> list[list[str]]:
    date, time, both, queue, offered, aht = HEADERS[dialect.language]
    start = frame["interval_start"].dt
    days, times = start.strftime(DATES[dialect.date]), start.strftime(TIMES[dialect.time])
    when = [days, times] if dialect.two_columns else [days + " " + times]
    columns = [
        *when,
        frame["queue"],
        frame["contacts"].astype(int).astype(str),
        frame["aht_s"].map(lambda value: _aht(value, dialect)),
    ]
    head = [*([date, time] if dialect.two_columns else [both]), queue, offered, aht]
    titles = [["Informe de colas", *[""] * (len(head) - 1)] for _ in range(dialect.titles)]
    total = ["Total", *[""] * (len(head) - 3), str(int(frame["contacts"].sum())), ""]
    return [
        *titles,
        head,
        *(list(row) for row in zip(*columns, strict=True)),
        *([total] if dialect.total else []),
    ]


def _aht(value: float, dialect: Dialect) -> str:
    if math.isnan(value):
        return ""
    if dialect.aht == "clock":
        return f"{int(value) // 3600}:{int(value) // 60 % 60:02}:{int(value) % 60:02}"
    return f"{value:.1f}".replace(".", dialect.decimal)


def _wide_rows(frame: pd.DataFrame, dialect: Dialect) -> list[list[str]]:
    """Write a row for each queue and day, a column for each time; it holds no handling times."""
    date, _, _, queue, _, _ = HEADERS[dialect.language]
    start = frame["interval_start"].dt
    wide = frame.assign(day=start.date, time=start.strftime("%H:%M")).pivot_table(
        index=["queue", "day"], columns="time", values="contacts"
    )
    rows = [
        [name, day.strftime(DATES[dialect.date]), *(str(int(value)) for value in values)]
        for (name, day), values in zip(wide.index, wide.to_numpy(), strict=True)
    ]
    return [[queue, date, *wide.columns], *rows]


def _workbook(frame: pd.DataFrame, dialect: Dialect) -> bytes:
    import xlsxwriter

    date, time, both, queue, offered, aht = HEADERS[dialect.language]
    buffer = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(buffer, options) as workbook:
        sheet = workbook.add_worksheet()
        forms = ("yyyy-mm-dd", "hh:mm") if dialect.two_columns else ("yyyy-mm-dd hh:mm",)
        formats = [workbook.add_format({"num_format": form}) for form in forms]
        for row in range(dialect.titles):
            sheet.write(row, 0, "Informe de colas")
        head = [*([date, time] if dialect.two_columns else [both]), queue, offered, aht]
        sheet.write_row(dialect.titles, 0, head)
        for row, (name, start, *values) in enumerate(
            frame.itertuples(index=False), start=dialect.titles + 1
        ):
            wall = start.tz_localize(None).to_pydatetime()
            when = [wall.date(), wall.time()] if dialect.two_columns else [wall]
            for column, (moment, form) in enumerate(zip(when, formats, strict=True)):
                sheet.write_datetime(row, column, moment, form)
            sheet.write_string(row, len(when), name)
            for column, value in enumerate(values, start=len(when) + 1):
                if not math.isnan(value):
                    sheet.write_number(row, column, value)
    return buffer.getvalue()


def read_strictly(data: bytes, dialect: Dialect) -> pd.DataFrame:
    """Read the lines of a CSV file that are wholly of its dialect.

    Returns
    -------
    DataFrame
        queue, interval_start, contacts, aht_s.
    """
    text = data.decode(dialect.encoding, errors="replace").lstrip("\ufeff")
    cells = csv.reader(
        io.StringIO(re.sub("\r\n?", "\n", text), newline=""), delimiter=dialect.separator
    )
    width = 5 if dialect.two_columns else 4
    whole = (line[:width] for line in cells if len(line) >= width and not any(line[width:]))
    rows = [row for row in (_strict_row(line, dialect) for line in whole) if row]
    frame = pd.DataFrame(rows, columns=["queue", "interval_start", "contacts", "aht_s"])
    start = pd.to_datetime(frame["interval_start"]).dt.tz_localize("UTC")
    return frame.assign(interval_start=start).astype({"contacts": float, "aht_s": float})


def _strict_row(cells: list[str], dialect: Dialect) -> tuple[str, dt.datetime, float, float] | None:
    *when, queue, contacts, aht = (cell.strip() for cell in cells)
    contacts, aht = ("" if cell.lower() in UNKNOWN else cell for cell in (contacts, aht))
    form = f"{DATES[dialect.date]} {TIMES[dialect.time]}"
    try:
        start = dt.datetime.strptime(" ".join(when), form)  # noqa: DTZ007 - all are UTC
        if dialect.aht == "clock" and aht:
            hours, minutes, seconds = (int(part) for part in aht.split(":"))
            handled = hours * 3600.0 + minutes * 60 + seconds
        else:
            handled = float(aht.replace(dialect.decimal, ".")) if aht else math.nan
        offered = float(contacts.replace(dialect.decimal, ".")) if contacts else math.nan
    except ValueError:
        return None
    return (queue, start, offered, handled) if 1990 <= start.year < 2100 else None
