"""What is kept of a reading: its facts, and the mapping that would make it again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forecasting.reading.mapping import Mapping

if TYPE_CHECKING:
    import pandas as pd

    from forecasting.reading.raw_table import Grid
    from forecasting.reading.table_reading import Centre, TableReading
    from forecasting.reading.tables import Table


def mapping_of(
    tables: list[Table],
    readings: list[TableReading],
    stated: Mapping,
    centre: Centre,
    interval_min: int,
) -> Mapping:
    """Return what was stated and what was decided, as far as it holds for all tables.

    Where the tables are of different makes, each keeps what was decided for it alone.
    """
    if len(tables) != 1 or len(readings) != 1:
        return stated
    table, decided = tables[0], readings[0].decided
    wide = table.kind == "wide"
    sheets = tuple(dict.fromkeys(sheet for _, sheet in table.sources if sheet))
    headers = list(table.headers.values())
    columns = {
        our: header
        for our, header in table.headers.items()
        if header and headers.count(header) == 1 and not wide
    }
    header_row = table.header_row if len(table.sources) == 1 else None
    if table.layout.fields:
        columns, header_row = {}, None
    unit = str(decided.get("units.aht_s", ""))
    return Mapping(
        layout=table.layout.name,
        sheets=sheets,
        header_row=None if wide else header_row,
        columns=tuple((columns | dict(stated.columns)).items()),
        units=stated.units or ((("aht_s", unit),) if unit and unit != "s" else ()),
        aht=stated.aht,
        date_order=str(decided["date_order"]),
        decimal=str(decided["decimal"]),
        interval_min=interval_min or None,
        stamp=str(decided["stamp"]) if "stamp" in decided else None,
        zone=str(decided["zone"]) if decided["zone"] != centre.zone else stated.zone,
        kind=table.kind,
        queue=stated.queue,
        channel=stated.channel,
        repairs_off=stated.repairs_off,
    )


def facts_of(tables: list[Table], grids: list[list[Grid]]) -> dict[str, object]:
    """Return what is known of the files before a value is read."""
    if not tables:
        return {}
    first = next(grid for own in grids for grid in own)
    columns = {header: our for table in tables for our, header in table.headers.items() if header}
    sheets = [sheet for table in tables for _, sheet in table.sources if sheet]
    return {
        "format": tables[0].format,
        "encoding": first.encoding,
        "separator": tables[0].separator,
        "sheet": ", ".join(dict.fromkeys(sheets)),
        "header_row": tables[0].header_row,
        "columns": columns,
        "rows_read": sum(len(table.row) + table.ragged for table in tables),
        "rows_used": 0,
    }


def results_of(
    history: pd.DataFrame, interval_min: int, readings: list[TableReading]
) -> dict[str, object]:
    """Return what is known of the files once their values are read."""
    if not readings:
        return {}
    decided = readings[0].decided
    results: dict[str, object] = {
        "decimal_mark": decided["decimal"],
        "date_order": decided["date_order"],
        "interval_min": interval_min,
        "rows_used": len(history),
    }
    if len(history):
        results["first_interval"] = history["interval_start"].min().isoformat()
        results["last_interval"] = history["interval_start"].max().isoformat()
    return results
