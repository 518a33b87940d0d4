"""Headers and channels in the words of files."""

from __future__ import annotations

import pytest

from forecasting.problems import ProblemCollector
from forecasting.reading.columns import (
    CHANNEL_WORDS,
    HEADER_WORDS,
    channel_of,
    count_known,
    find_columns,
    name_of,
    nearest_channel,
    plain_words,
)


@pytest.mark.parametrize(
    ("header", "name"),
    [
        *(("Fecha/Hora", "interval_start"), ("Interval Start", "interval_start")),
        *(("DÍA", "date"), ("Intervalo", "time"), ("QueueName", "queue"), ("Canal", "channel")),
        *(("Llamadas Ofrecidas", "contacts"), ("call_volume", "contacts")),
        *(("TMO (seg)", "aht_s"), ("Avg Handle Time (sec)", "aht_s"), ("aht_s", "aht_s")),
        *(("Abandonadas", "abandoned"), ("acceptable", "answered_in_target")),
        *(("AHT (min)", ""), ("Total Handle Time", ""), ("", ""), ("observaciones", "")),
    ],
)
def test_headers_are_known_without_accents_case_signs_and_unit(header: str, name: str) -> None:
    assert name_of(header) == name


def test_no_word_has_two_meanings_and_every_word_is_written_plainly() -> None:
    for book in (HEADER_WORDS, CHANNEL_WORDS):
        words = [word for meanings in book.values() for word in meanings]
        assert len(words) == len({word.replace(" ", "") for word in words})
        assert all(word == plain_words(word) for word in words)


def test_a_header_row_counts_names_not_columns() -> None:
    assert count_known(["calls", "offered", "volume", "fecha"]) == 2


def test_the_preferred_word_is_read_and_the_other_is_noted() -> None:
    problems = ProblemCollector()
    columns = find_columns(["fecha", "calls", "offered", "aht"], problems)
    assert columns == {"date": 0, "contacts": 2, "aht_s": 3}
    table = problems.table()
    assert tuple(table[["code", "column", "expected"]].iloc[0]) == (
        *("column_ambiguous", "calls"),
        "offered",
    )


@pytest.mark.parametrize(
    ("text", "channel"),
    [
        ("Voz", "voice"),
        ("E-mail", "email"),
        ("Redes Sociales", "social"),
        ("WhatsApp", "messaging"),
    ],
)
def test_channels_are_known_by_their_words(text: str, channel: str) -> None:
    assert channel_of(text) == channel


def test_the_nearest_channel_is_suggested_or_else_all() -> None:
    assert nearest_channel("voise") == "voice"
    assert nearest_channel("telefóno ") == "voice"
    assert "callback" in nearest_channel("zzzz")
