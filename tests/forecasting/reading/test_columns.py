"""Headers and channels in the words of files."""

from __future__ import annotations

import pytest

from forecasting.reading.columns import (
    CHANNEL_WORDS,
    HEADER_WORDS,
    channel_of,
    count_known,
    name_of,
    nearest_channel,
    plain_words,
    says_total,
    unit_of,
)


@pytest.mark.parametrize(
    ("header", "name"),
    [
        *(("Fecha/Hora", "interval_start"), ("Interval Start", "interval_start")),
        *(("DÍA", "date"), ("Intervalo", "time"), ("QueueName", "queue"), ("Canal", "channel")),
        *(("Llamadas Ofrecidas", "contacts"), ("call_volume", "contacts")),
        *(("TMO (seg)", "aht_s"), ("Avg Handle Time (sec)", "aht_s"), ("aht_s", "aht_s")),
        *(("Abandonadas", "abandoned"), ("acceptable", "answered_in_target")),
        *(("AHT (min)", "aht_s"), ("Total Handle Time", "handle_total"), ("", "")),
        ("observaciones", ""),
    ],
)
def test_headers_are_known_without_accents_case_signs_and_unit(header: str, name: str) -> None:
    assert name_of(header) == name


def test_no_word_has_two_meanings_and_every_word_is_written_plainly() -> None:
    for book in (HEADER_WORDS, CHANNEL_WORDS):
        words = [word for meanings in book.values() for word in set(meanings)]
        assert len(words) == len({word.replace(" ", "") for word in words})
        assert all(word == plain_words(word) for word in words)


def test_a_header_row_counts_names_not_columns() -> None:
    assert count_known(["calls", "offered", "volume", "fecha"]) == 2


@pytest.mark.parametrize(
    ("header", "unit"),
    [
        *(("AHT (min)", "min"), ("TMO [seg]", "s"), ("Handle Time (ms)", "ms"), ("aht_s", "s")),
        *(("TMO (hh:mm:ss)", "clock"), ("AHT", ""), ("Avg Handle Time (sec)", "s")),
    ],
)
def test_a_header_states_its_unit(header: str, unit: str) -> None:
    assert unit_of(header) == unit


@pytest.mark.parametrize(
    ("header", "name"),
    [
        *(("Nº llamadas", "contacts"), ("Total llamadas recibidas", "contacts")),
        *(
            ("Average customer hold time", "hold_avg"),
            ("Tiempo total de conversación", "talk_total"),
        ),
        *(("Tiempo medio de espera (seg)", "wait_avg"), ("% Answered", "answer_rate")),
        *(("Answered in 20s", "answered_in_target"), ("PercentHandled", "answer_rate")),
        *(("Abandon %", "abandon_rate"), ("Average queue abandon time", ""), ("Max wait", "")),
    ],
)
def test_a_header_that_is_not_listed_is_understood_by_its_words(header: str, name: str) -> None:
    assert name_of(header) == name


def test_totals_are_told_from_names() -> None:
    assert all(map(says_total, ("Total", "TOTALES", "Subtotal Ventas", "Grand total:", "Promedio")))
    assert not any(map(says_total, ("Totally", "Media", "Sales", "")[:1]))


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
