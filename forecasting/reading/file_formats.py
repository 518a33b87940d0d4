"""From a file of any supported format to the grids of its cells; its content tells the format.

What can be wrong with a file as a whole is raised as `UnreadableFile` and becomes one line in the
table of problems, whoever made the file and whatever they meant by it.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import BinaryIO

import numpy as np

from forecasting.reading.archives import LARGEST_FILE, gunzip, refuse_size, unzipped, zip_names
from forecasting.reading.delimited import read_text_grid
from forecasting.reading.html_tables import is_markup, read_markup
from forecasting.reading.parquet import read_parquet
from forecasting.reading.raw_table import Grid, GridFault, UnreadableFile
from forecasting.reading.workbook import read_workbook

READ = ".csv, .csv.gz, .zip, .tsv, .txt, .xlsx, .xlsm, .xls, .xlsb, .ods, .parquet"
# What the content may be under a name. Telephony systems call any table .xls.
_KINDS_OF_ENDING = {
    ".xlsx": {"xlsx"},
    ".xlsm": {"xlsm", "xlsx"},
    ".xls": {"xls", "xlsx", "html", "text"},
    ".xlsb": {"xlsb"},
    ".ods": {"ods"},
    ".parquet": {"parquet"},
    ".gz": {"gzip"},
    ".zip": {"zip"},
    ".csv": {"text"},
    ".tsv": {"text"},
    ".txt": {"text"},
}
# How the content of files begins that are not read, whatever they are called.
_NOT_READ = (
    (b"%PDF", ".pdf"),
    (b"\x89PNG", ".png"),
    (b"\xff\xd8\xff", ".jpg"),
    (b"GIF8", ".gif"),
    (b"MZ", ".exe"),
    (b"\x7fELF", ".elf"),
    (b"7z\xbc\xaf\x27\x1c", ".7z"),
    (b"Rar!", ".rar"),
    (b"BZh", ".bz2"),
    (b"\xfd7zXZ\0", ".xz"),
    (b"\x28\xb5\x2f\xfd", ".zst"),
    (b"SQLite format 3", ".sqlite"),
    (b"\x93NUMPY", ".npy"),
    (b"ARROW1", ".feather"),
    (b"{\\rtf", ".rtf"),
    # Never loaded: a pickle runs what its author wants.
    *((b"\x80" + bytes([protocol]), ".pickle") for protocol in (2, 3, 4, 5)),
)
_OLE = b"\xd0\xcf\x11\xe0"  # Microsoft's container: an old .xls, a locked .xlsx, a .doc
_MOST_CONTROL = 0.05  # of a text's first bytes


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
    refuse_size(len(data))
    if not data.strip():
        raise UnreadableFile("file_empty")
    return data


def read_grids(data: bytes, name: str = "") -> list[Grid]:
    """Read every table of a file as its cells, nothing interpreted.

    Parameters
    ----------
    data : bytes
        The file's content, which decides the format; the name may not contradict it.
    name : str
        The file's name, "" if unknown.

    Returns
    -------
    list of Grid
        One for each sheet, page table, or file of an archive that has cells, in their order.

    Raises
    ------
    UnreadableFile
        If the format is not supported, the file is damaged, locked or too large.
    """
    kind = _kind(data)
    ending = Path(name).suffix.lower()
    allowed = _KINDS_OF_ENDING.get(ending, {kind})
    if kind not in allowed:
        raise UnreadableFile("file_renamed", found=kind, expected=ending)
    if kind == "zip":
        grids = _read_archive(data)
    elif kind == "gzip":
        data = gunzip(data)
        kind = _kind(data)
        if kind not in {"text", "html"}:
            raise UnreadableFile("file_unsupported", found=f".{kind}.gz", expected=READ)
        grids = _read_plain(data, kind)
    else:
        grids = _read_plain(data, kind)
    if ending == ".xls" and kind != "xls":
        fault = GridFault(code="file_other_format", found=kind, expected=".xls")
        grids = [replace(grid, faults=(*grid.faults, fault)) for grid in grids]
    return grids


def _read_plain(data: bytes, kind: str) -> list[Grid]:
    """Read a file that is no archive."""
    if kind == "text":
        return [read_text_grid(data)]
    if kind == "html":
        return read_markup(data)
    if kind == "parquet":
        return [read_parquet(data)]
    return read_workbook(data, "xlsx" if kind == "xlsm" else kind)


def _read_archive(data: bytes) -> list[Grid]:
    """Read the files of a zip archive; an archive in it is refused, other strangers are named."""
    grids: list[Grid] = []
    skipped: list[GridFault] = []
    files = unzipped(data)
    for name, content in files:
        try:
            kind = _kind(content) if content.strip() else ""
        except UnreadableFile as refused:
            if refused.code != "file_unsupported":
                raise
            kind = ""
        if kind in {"zip", "gzip"}:
            raise UnreadableFile("file_unsupported", found=f".{kind}.zip", expected=READ)
        if not kind:
            skipped.append(GridFault(code="archive_file_skipped", found=name, done="skipped"))
            continue
        for grid in _read_plain(content, kind):
            sheet = " ".join(part for part in (name, grid.sheet) if part)
            grids.append(replace(grid, sheet=sheet) if len(files) > 1 else grid)
    if not grids:
        raise UnreadableFile("file_unsupported", found=".zip", expected=READ)
    grids[0] = replace(grids[0], faults=(*grids[0].faults, *skipped))
    return grids


def _kind(data: bytes) -> str:
    """Tell the format by the content; refuse what is not read."""
    if data.startswith(b"PK\x03\x04"):
        return _kind_of_zip(zip_names(data))
    if data.startswith(_OLE):
        if "EncryptedPackage".encode("utf-16-le") in data:
            raise UnreadableFile("file_encrypted", expected=READ)
        if not any(stream.encode("utf-16-le") in data for stream in ("Workbook", "Book")):
            raise UnreadableFile("file_unsupported", found=".doc, .msi", expected=READ)
        return "xls"
    if data.startswith(b"PAR1"):
        return "parquet"
    if data.startswith(b"\x1f\x8b"):
        return "gzip"
    for beginning, ending in _NOT_READ:
        if data.startswith(beginning) and not _is_text(data, beginning):
            raise UnreadableFile("file_unsupported", found=ending, expected=READ)
    start = np.frombuffer(data[:4000], dtype=np.uint8)
    is_utf16 = data.startswith((b"\xff\xfe", b"\xfe\xff")) or (start == 0).mean() > 0.35
    control = (start < 32) & ~np.isin(start, list(b"\t\n\v\f\r"))
    if control.mean() > _MOST_CONTROL and not is_utf16:
        raise UnreadableFile("file_unsupported", found=repr(data[:8])[2:-1], expected=READ)
    return "html" if is_markup(data) else "text"


def _is_text(data: bytes, beginning: bytes) -> bool:
    """Tell a table whose first header begins with "MZ" from a program."""
    return beginning in {b"MZ", b"BZh"} and b"\0" not in data[:200] and data[:200].isascii()


def _kind_of_zip(names: set[str]) -> str:
    if "xl/workbook.xml" in names:
        return "xlsm" if "xl/vbaProject.bin" in names else "xlsx"
    if "xl/workbook.bin" in names:
        return "xlsb"
    if "content.xml" in names and "META-INF/manifest.xml" in names:
        return "ods"
    if "[Content_Types].xml" in names:
        found = ".docx" if "word/document.xml" in names else ".pptx"
        raise UnreadableFile("file_unsupported", found=found, expected=READ)
    return "zip"
