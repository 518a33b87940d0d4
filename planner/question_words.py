"""A question about a file in words: what its example would say under each of the answers."""

from __future__ import annotations

import re
from datetime import date

from forecasting.reading.mapping import Question
from planner.text import Text

_DATE = re.compile(r"(\d{1,4})\D+(\d{1,4})\D+(\d{1,4})")
_NUMBER = re.compile(r"\d[\d.,]*")


def answer_in_words(question: Question, option: str, text: Text) -> str:
    """Say what an answer means, with what the example would be read as.

    Parameters
    ----------
    question : Question
        From a reading.
    option : str
        One of its options.
    text : Text
        The reader's language.
    """
    name = question.key.partition(".")[0]
    word = text.code(f"answers_to.{name}", option)
    read = _as_read(name, question.example, option, text)
    return text("app.data.answer", example=question.example, read=read, word=word) if read else word


def _as_read(name: str, example: str, option: str, text: Text) -> str:
    """Read the example as the answer says; "" where that cannot be shown."""
    if name == "date_order" and (found := _DATE.search(example)):
        return _as_date(found.groups(), option, text)
    if name == "decimal" and (found := _NUMBER.search(example)):
        other = "," if option == "." else "."
        number = found[0].replace(other, "").replace(option, ".")
        try:
            value = float(number)
        except ValueError:
            return ""
        return text.number(value, len(number.partition(".")[2]))
    return ""


def _as_date(parts: tuple[str, ...], order: str, text: Text) -> str:
    named = dict(zip(order, map(int, parts), strict=False))
    if set(named) != set("ymd"):
        return ""
    year = named["y"] + (2000 if named["y"] < 100 else 0)
    try:
        return text.date(date(year, named["m"], named["d"]), "long")
    except ValueError:
        return ""
