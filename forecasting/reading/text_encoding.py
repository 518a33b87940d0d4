"""From the bytes of a text to its characters: byte order marks, UTF-16, UTF-8, old code pages."""

from __future__ import annotations

import re

from forecasting.reading.raw_table import GridFault, UnreadableFile

_BOMS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
_START = 4_000  # [bytes] enough to tell UTF-16
# Windows in Western Europe before the Macintosh of old and DOS; the first wins a tie.
_CODE_PAGES = ("cp1252", "mac_roman", "cp850")
_LETTERS = re.compile("[áéíóúüñçàèìòùâêîôûäößÁÉÍÓÚÜÑÇÀÈÄÖ¿¡ºª€]")
_SLIPS = 0.1  # of the characters beyond ASCII: fewer broken ones are damage, more another encoding


def decode(data: bytes) -> tuple[str, str, tuple[GridFault, ...]]:
    """Return the text of the bytes, the encoding it was written in, and what is broken in it.

    A byte order mark decides; without one, zeros in every other byte tell UTF-16, then UTF-8 is
    tried. What is no UTF-8 is of the code page that makes most letters of it; UTF-8 with a few
    broken characters stays UTF-8, since any code page would garble all its names.

    Raises
    ------
    UnreadableFile
        If the bytes are no text at all.
    """
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return _with_slips(data[len(mark) :], encoding)
    start = data[:_START]
    pairs = len(start) // 2
    for zeros, encoding in ((start[1::2], "utf-16-le"), (start[0::2], "utf-16-be")):
        if pairs and zeros.count(0) > 0.7 * pairs:
            return _with_slips(data, encoding)
    try:
        return data.decode(), "utf-8", ()
    except UnicodeDecodeError:
        pass
    text = data.decode(errors="replace")
    beyond = len(re.findall(r"[^\x00-\x7f]", text))
    if text.count("\ufffd") <= _SLIPS * beyond:
        return text, "utf-8", _slips(text, "utf-8")
    encoding = max(_CODE_PAGES, key=lambda page: _likeness(data, page))
    try:
        return data.decode(encoding), encoding, ()
    except UnicodeDecodeError:
        return data.decode("latin-1"), "latin-1", ()


def _likeness(data: bytes, code_page: str) -> int:
    """Count the bytes beyond ASCII that are letters in this code page."""
    beyond = re.sub(rb"[\x00-\x7f]+", b"", data)
    return len(_LETTERS.findall(beyond.decode(code_page, errors="replace")))


def _with_slips(data: bytes, encoding: str) -> tuple[str, str, tuple[GridFault, ...]]:
    text = data.decode(encoding, errors="replace")
    broken = text.count("\ufffd")
    if broken > max(10, _SLIPS * len(text)):
        raise UnreadableFile("file_damaged", found=encoding, expected="utf-8")
    return text, encoding, _slips(text, encoding)


def _slips(text: str, encoding: str) -> tuple[GridFault, ...]:
    """Note the first broken character and how many there are."""
    broken = text.count("\ufffd")
    if not broken:
        return ()
    line = text.count("\n", 0, text.index("\ufffd")) + 1
    return (GridFault(code="text_damaged", row=line, found=str(broken), expected=encoding),)
