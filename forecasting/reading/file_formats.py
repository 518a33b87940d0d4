"""From a file of any supported format to its raw table; its content tells the format.

What can be wrong with a file as a whole is raised as `UnreadableFile` and becomes one line in the
table of problems, whoever made the file and whatever they meant by it.
"""

from __future__ import annotations

import gzip
import io
import json
import subprocess
import sys
import zipfile
import zlib
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import numpy as np
import pandas as pd

from forecasting.reading.delimited import read_delimited
from forecasting.reading.raw_table import RawTable, UnreadableFile, find_header, table_of_rows

if TYPE_CHECKING:
    import numpy.typing as npt

    from forecasting.reading.raw_table import CountKnown

LARGEST_FILE = 200_000_000  # [bytes], packed and unpacked
_LARGEST_PACKING = 200  # unpacked over packed: beyond it a workbook is a bomb, not a history
_LARGEST_TABLE = 50_000_000  # cells
_WORKBOOK_TIMEOUT_S = 120
_READ = ".csv, .csv.gz, .tsv, .txt, .xlsx, .parquet"
_ENDINGS = {
    ".xlsx": "xlsx",
    ".parquet": "parquet",
    ".gz": "gzip",
    ".csv": "text",
    ".tsv": "text",
    ".txt": "text",
}


def read_bytes(source: Path | str | bytes | BinaryIO) -> bytes:
    """Return the bytes of a file or an upload.

    Raises
    ------
    UnreadableFile
        If the file cannot be opened, is empty, or is larger than `LARGEST_FILE`.
    """
    try:
        if isinstance(source, bytes):
            data = source
        elif isinstance(source, str | Path):
            with Path(source).open("rb") as stream:
                data = stream.read(LARGEST_FILE + 1)
        else:
            if source.seekable():  # an upload may have been read before
                source.seek(0)
            data = source.read(LARGEST_FILE + 1)
    except (OSError, ValueError) as error:
        name = Path(source).name if isinstance(source, str | Path) else ""
        raise UnreadableFile("file_missing", found=name) from error
    _refuse_size(len(data))
    if not data.strip():
        raise UnreadableFile("file_empty")
    return data


def read_raw_table(data: bytes, name: str, count_known: CountKnown) -> RawTable:
    """Read the table of a CSV, gzipped CSV, XLSX or Parquet file.

    Parameters
    ----------
    data : bytes
        The file's content, which decides the format; the name may not contradict it.
    name : str
        The file's name, "" if unknown.
    count_known : callable
        How many cells of a row are column names the caller knows; the row with most is the header.

    Raises
    ------
    UnreadableFile
        If the format is not supported, the file is damaged, or no header is found.
    """
    kind = _kind(data)
    ending = Path(name).suffix.lower()
    if ending in {".xls", ".xlsm", ".xlsb", ".ods"}:
        raise UnreadableFile("file_unsupported", found=ending, expected=_READ)
    if _ENDINGS.get(ending, kind) != kind:
        raise UnreadableFile("file_renamed", found=kind, expected=ending)
    if kind == "gzip":
        data = _unpacked(data)
        kind = _kind(data)
        if kind != "text":
            raise UnreadableFile("file_unsupported", found=f"{kind}.gz", expected=_READ)
    if kind == "xlsx":
        return _read_workbook(data, count_known)
    return _read_parquet(data) if kind == "parquet" else read_delimited(data, count_known)


def _kind(data: bytes) -> str:
    """Tell the format by the first bytes; refuse what is not read."""
    if data.startswith(b"PK\x03\x04"):
        return _kind_of_zip(data)
    if data.startswith(b"\xd0\xcf\x11\xe0"):  # Microsoft's container: old .xls, or a locked .xlsx
        if "EncryptedPackage".encode("utf-16-le") in data:
            raise UnreadableFile("file_encrypted", expected=_READ)
        raise UnreadableFile("file_unsupported", found=".xls", expected=_READ)
    if data.startswith(b"PAR1"):
        return "parquet"
    if data.startswith(b"\x1f\x8b"):
        return "gzip"
    start = data[:4000]
    is_utf16 = start.startswith((b"\xff\xfe", b"\xfe\xff")) or start.count(0) > 0.35 * len(start)
    control = sum(byte < 32 and byte not in b"\t\n\v\f\r" for byte in start)
    if control > 0.05 * len(start) and not is_utf16:
        raise UnreadableFile("file_unsupported", found=repr(data[:8])[2:-1], expected=_READ)
    return "text"


def _kind_of_zip(data: bytes) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as parts:
            infos = parts.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        raise UnreadableFile("file_damaged", found=".zip", expected=_READ) from error
    names = {info.filename for info in infos}
    if "xl/vbaProject.bin" in names:
        raise UnreadableFile("file_unsupported", found=".xlsm", expected=_READ)
    if "xl/workbook.xml" not in names:
        raise UnreadableFile("file_unsupported", found=".zip", expected=_READ)
    if any(info.flag_bits & 1 for info in infos):
        raise UnreadableFile("file_encrypted", expected=_READ)
    unpacked = sum(info.file_size for info in infos)
    _refuse_size(unpacked)
    if unpacked > _LARGEST_PACKING * max(len(data), 50_000):
        raise UnreadableFile("file_too_large", found=str(unpacked), expected=f"<= {LARGEST_FILE}")
    return "xlsx"


def _refuse_size(size: int) -> None:
    if size > LARGEST_FILE:
        raise UnreadableFile("file_too_large", found=str(size), expected=f"<= {LARGEST_FILE}")


def _unpacked(data: bytes) -> bytes:
    try:
        with gzip.open(io.BytesIO(data)) as stream:
            unpacked = stream.read(LARGEST_FILE + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise UnreadableFile("file_damaged", found=".gz") from error
    _refuse_size(len(unpacked))
    if not unpacked.strip():
        raise UnreadableFile("file_empty")
    return unpacked


def _read_workbook(data: bytes, count_known: CountKnown) -> RawTable:
    """Read the first sheet with a header that is known."""
    program = Path(__file__).with_name("workbook_cells.py")
    try:
        done = subprocess.run(  # noqa: S603 - our own program, no shell, input by pipe
            [sys.executable, "-I", str(program)],
            input=data,
            capture_output=True,
            check=True,
            timeout=_WORKBOOK_TIMEOUT_S,
        )
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as error:
        raise UnreadableFile("file_damaged", found=".xlsx") from error
    for sheet in json.loads(done.stdout):
        rows = sheet["rows"]
        at, known = find_header(rows, count_known)
        if known:
            numbered = enumerate(rows[at + 1 :], start=at + 2)
            return table_of_rows(rows[at], at + 1, numbered, format="xlsx", sheet=sheet["name"])
    raise UnreadableFile("header_not_found", expected="interval_start, queue, contacts")


def _read_parquet(data: bytes) -> RawTable:
    """Read a Parquet file; its rows are numbered as if it were a sheet with one header line."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        file = pq.ParquetFile(io.BytesIO(data))
        size = file.metadata.num_rows * max(file.metadata.num_columns, 1)
        if size > _LARGEST_TABLE:
            raise UnreadableFile("file_too_large", found=str(size), expected=f"<= {_LARGEST_TABLE}")
        frame = file.read().to_pandas(ignore_metadata=True)
    except (pa.ArrowException, OSError, ValueError, TypeError, OverflowError) as error:
        raise UnreadableFile("file_damaged", found=".parquet") from error
    return RawTable(
        header=tuple(str(name) for name in frame.columns),
        header_row=1,
        row=np.arange(2, len(frame) + 2, dtype=np.int64),
        columns=tuple(_parquet_cells(frame.iloc[:, i]) for i in range(frame.shape[1])),
        ragged=(),
        format="parquet",
    )


def _parquet_cells(column: pd.Series) -> npt.NDArray[np.object_]:
    """Return numbers as they are, times as ISO text (with Z where they have a zone), else text."""
    missing = column.isna().to_numpy()
    if isinstance(column.dtype, pd.DatetimeTZDtype):
        naive = column.dt.tz_convert("UTC").dt.tz_localize(None).dt.round("s")
        utc = naive.to_numpy(dtype="datetime64[s]")
        cells = np.char.add(np.datetime_as_string(utc), "Z").astype(object)
    elif pd.api.types.is_datetime64_dtype(column.dtype):
        wall = column.dt.round("s").to_numpy(dtype="datetime64[s]")
        cells = np.datetime_as_string(wall).astype(object)
    elif pd.api.types.is_numeric_dtype(column.dtype) and column.dtype != bool:
        cells = column.to_numpy(dtype=np.float64, na_value=np.nan).astype(object)
    else:
        cells = column.astype(str).to_numpy(dtype=object)
    cells[missing] = ""
    return cells
