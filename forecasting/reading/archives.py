"""Packed files, unpacked within limits: what a bomb would need is refused before it is made."""

from __future__ import annotations

import io
import zipfile
import zlib
from pathlib import PurePosixPath

from forecasting.reading.raw_table import UnreadableFile

LARGEST_FILE = 200_000_000  # [bytes], packed and unpacked
_LARGEST_PACKING = 200  # unpacked over packed: beyond it an archive is a bomb, not a history
_SMALLEST_PACKED = 50_000  # [bytes] taken for smaller archives: a year of zeros packs very well
_MOST_PARTS = 5_000  # a workbook has tens, a bomb may have millions


def refuse_size(size: int) -> None:
    """Raise `UnreadableFile` for more bytes than are read."""
    if size > LARGEST_FILE:
        raise UnreadableFile("file_too_large", found=str(size), expected=f"<= {LARGEST_FILE}")


def gunzip(data: bytes) -> bytes:
    """Unpack gzip, never more than `LARGEST_FILE` bytes of it.

    Raises
    ------
    UnreadableFile
        If it is damaged, empty or too large.
    """
    unpacked = bytearray()
    rest = data
    try:
        while rest.startswith(b"\x1f\x8b"):  # members may follow one another
            stream = zlib.decompressobj(wbits=31)
            unpacked += stream.decompress(rest, LARGEST_FILE + 1 - len(unpacked))
            refuse_size(len(unpacked))
            if not stream.eof:
                raise UnreadableFile("file_damaged", found=".gz")
            rest = stream.unused_data
    except zlib.error as error:
        raise UnreadableFile("file_damaged", found=".gz") from error
    if not unpacked.strip():
        raise UnreadableFile("file_empty")
    return bytes(unpacked)


def zip_names(data: bytes) -> set[str]:
    """Return the names in a zip archive whose directory promises nothing out of measure.

    Raises
    ------
    UnreadableFile
        If the directory is damaged, a part is locked, or the whole is too large unpacked.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError) as error:
        raise UnreadableFile("file_damaged", found=".zip") from error
    if any(part.flag_bits & 1 for part in parts):
        raise UnreadableFile("file_encrypted")
    unpacked = sum(part.file_size for part in parts)
    refuse_size(unpacked)
    most = _LARGEST_PACKING * max(len(data), _SMALLEST_PACKED)
    if unpacked > most or len(parts) > _MOST_PARTS:
        raise UnreadableFile("file_too_large", found=str(unpacked), expected=f"<= {most}")
    return {part.filename for part in parts}


def unzipped(data: bytes) -> list[tuple[str, bytes]]:
    """Return the files of a zip archive with the last part of their names.

    What systems add for themselves (folders, hidden files) is passed over.

    Raises
    ------
    UnreadableFile
        If a file in it is damaged.
    """
    files = []
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for part in archive.infolist():
                path = PurePosixPath(part.filename.replace("\\", "/"))
                if part.is_dir() or path.name.startswith(".") or "__MACOSX" in path.parts:
                    continue
                files.append((path.name, archive.read(part)))
    except (
        *(zipfile.BadZipFile, ValueError, NotImplementedError, OSError),
        *(zlib.error, EOFError, RuntimeError),
    ) as error:
        raise UnreadableFile("file_damaged", found=".zip") from error
    return files
