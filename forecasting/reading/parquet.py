"""Parquet files as grids: their values are typed, and only their names are a header."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
import pandas as pd

from forecasting.reading.archives import refuse_size
from forecasting.reading.raw_table import (
    Cells,
    Grid,
    UnreadableFile,
    cells_of_distinct,
    refuse_cells,
)


def read_parquet(data: bytes) -> Grid:
    """Read a Parquet file; its rows are numbered as if it were a sheet with one header line.

    Raises
    ------
    UnreadableFile
        If it is damaged or too large.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        file = pq.ParquetFile(io.BytesIO(data))
        about = file.metadata
        refuse_cells(about.num_rows * max(about.num_columns, 1))
        refuse_size(sum(about.row_group(i).total_byte_size for i in range(about.num_row_groups)))
        table = file.read()
        columns = [_cells(str(name), table.column(i)) for i, name in enumerate(table.column_names)]
    except (pa.ArrowException, OSError, ValueError, TypeError, OverflowError) as error:
        raise UnreadableFile("file_damaged", found=".parquet") from error
    count = table.num_rows + 1
    return Grid(
        columns=tuple(columns),
        row=np.arange(1, count + 1, dtype=np.int64),
        width=np.full(count, len(columns), dtype=np.int64),
        format="parquet",
    )


def _cells(name: str, column: Any) -> Cells:
    """Return a column of cells, its name the first of them."""
    import pyarrow as pa

    try:
        encoded = column.combine_chunks().dictionary_encode()
    except pa.ArrowNotImplementedError:  # lists and structures
        texts = pa.array([None if cell is None else str(cell) for cell in column.to_pylist()])
        encoded = texts.dictionary_encode()
    if isinstance(encoded, pa.ChunkedArray):
        encoded = encoded.combine_chunks()
    values = _plain(encoded.dictionary.to_pandas())
    code = encoded.indices.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.intp)
    # The name comes first, then the blank of missing values.
    return cells_of_distinct(np.concatenate([[0], code + 2]), [name, "", *values])


def _plain(values: pd.Series) -> list[Any]:
    """Return numbers as they are, times as ISO text (with Z where they have a zone), else text."""
    if isinstance(values.dtype, pd.DatetimeTZDtype):
        naive = values.dt.tz_convert("UTC").dt.tz_localize(None).dt.round("s")
        utc = naive.to_numpy(dtype="datetime64[s]")
        plain = np.char.add(np.datetime_as_string(utc), "Z").astype(object)
    elif pd.api.types.is_datetime64_dtype(values.dtype):
        plain = np.datetime_as_string(values.dt.round("s").to_numpy(dtype="datetime64[s]"))
    elif pd.api.types.is_numeric_dtype(values.dtype) and values.dtype != bool:
        plain = values.to_numpy(dtype=np.float64)
    else:
        plain = values.astype(str).to_numpy(dtype=object)
    missing = values.isna().to_numpy()
    return ["" if gone else value for value, gone in zip(plain.tolist(), missing, strict=True)]
