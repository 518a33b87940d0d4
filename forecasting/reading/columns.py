"""The words by which telephony systems and planners, in English and Spanish, name what we read."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from forecasting.problems import ProblemCollector

# Our name -> the words of files, the preferred first, without accents, case, signs or unit.
HEADER_WORDS: dict[str, tuple[str, ...]] = {
    "interval_start": (
        *("interval start", "timestamp", "date time", "date and time"),
        *("start", "start time", "interval start time", "start datetime", "interval start utc"),
        *("fecha hora", "fecha y hora", "inicio", "inicio intervalo", "inicio del intervalo"),
        *("inicio de intervalo", "fecha inicio", "fecha y hora de inicio", "marca de tiempo"),
    ),
    "date": ("date", "fecha", "day", "dia", "row date", "start date"),
    "time": (
        *("time", "hora", "interval", "intervalo", "hour", "time of day"),
        *("hora inicio", "hora de inicio", "franja", "franja horaria", "tramo", "tramo horario"),
    ),
    "queue": (
        *("queue", "queue name", "skill", "skill name", "split", "service", "group"),
        *("cola", "nombre de cola", "nombre de la cola", "nombre cola", "habilidad", "servicio"),
        *("campana", "grupo"),
    ),
    "channel": (
        "channel",
        "channel type",
        "media",
        "media type",
        "canal",
        "tipo de canal",
        "medio",
    ),
    "contacts": (
        *("contacts", "contacts offered", "offered", "calls offered", "offered calls"),
        *("contacts received", "calls received", "received", "contacts queued"),
        *("presented", "volume", "call volume", "calls", "incoming calls", "interactions"),
        *("contactos", "contactos ofrecidos", "llamadas ofrecidas", "ofrecidas", "ofrecidos"),
        *("contactos recibidos", "llamadas recibidas", "recibidas", "recibidos"),
        *("llamadas entrantes", "entrantes", "llamadas", "volumen"),
    ),
    "aht_s": (
        *("aht", "average handling time", "average handle time", "avg handle time"),
        *("avg handling time", "tmo", "tma", "tiempo medio de operacion"),
        *("tiempo medio operativo", "tiempo medio de atencion", "tiempo medio de manejo"),
        *("tiempo promedio de atencion", "duracion media"),
    ),
    "abandoned": (
        *("abandoned", "contacts abandoned", "calls abandoned", "abandoned calls", "abandons"),
        *("contactos abandonados", "llamadas abandonadas", "abandonadas", "abandonados"),
        "abandonos",
    ),
    "answered_in_target": (
        *("answered in target", "answered within target", "answered in service level"),
        *("answered in sl", "within target", "acceptable", "atendidas en umbral"),
        *("atendidas en objetivo", "atendidas en nivel de servicio", "contestadas en umbral"),
        *("contestadas en objetivo", "en umbral", "dentro de umbral"),
    ),
}

# Our channels and the words of files for them, of the same form.
CHANNEL_WORDS: dict[str, tuple[str, ...]] = {
    "voice": ("voz", "call", "calls", "llamada", "llamadas", "phone", "telefono", "inbound"),
    "chat": ("chats", "web chat"),
    "messaging": ("message", "messages", "mensajeria", "mensaje", "mensajes", "whatsapp", "sms"),
    "social": ("social media", "redes sociales", "redes"),
    "email": ("mail", "emails", "correo", "correos", "correo electronico"),
    "case": ("cases", "caso", "casos", "task", "tasks", "tarea", "tareas", "back office"),
    "callback": ("callbacks", "devolucion", "devolucion de llamada"),
    "outbound": ("saliente", "salientes", "outgoing", "llamada saliente", "llamadas salientes"),
    "bot": ("bots", "chatbot", "ivr", "autoservicio"),
}
CHANNELS = tuple(CHANNEL_WORDS)

_UNIT = re.compile(r" (s|secs?|seconds?|segs?|segundos?)$")


def plain_words(text: str) -> str:
    """Return text without accents, case and signs, its words parted by single spaces."""
    bare = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return " ".join(re.sub(r"[\W_]+", " ", bare.casefold()).split())


def _key(text: str) -> str:
    """Return the words as one: "Fecha/Hora", "fecha_hora" and "FechaHora" are the same."""
    return plain_words(text).replace(" ", "")


_NAME_OF = {_key(word): name for name, words in HEADER_WORDS.items() for word in words}
_CHANNEL_OF = {
    _key(word): channel for channel, words in CHANNEL_WORDS.items() for word in (channel, *words)
}


def name_of(header: str) -> str:
    """Return our name for a column's header, "" if it is not known."""
    return _NAME_OF.get(_key(header)) or _NAME_OF.get(_key(_without_unit(header)), "")


def _without_unit(header: str) -> str:
    return _UNIT.sub("", plain_words(header))


def count_known(cells: Sequence[str]) -> int:
    """Return how many of our names a row of cells holds."""
    return len({name_of(cell) for cell in cells} - {""})


def channel_of(text: str) -> str:
    """Return the channel that a word of a file means, "" if none."""
    return _CHANNEL_OF.get(_key(text), "")


def nearest_channel(text: str) -> str:
    """Return the channel whose words look most like `text`, or all channels if none does."""
    near = difflib.get_close_matches(_key(text[:40]), _CHANNEL_OF, n=1)
    return _CHANNEL_OF[near[0]] if near else ", ".join(CHANNELS)


def find_columns(header: Sequence[str], problems: ProblemCollector) -> dict[str, int]:
    """Assign columns to our names, noting what is missing, doubled or not known.

    Parameters
    ----------
    header : sequence of str
        The file's own column names.
    problems : ProblemCollector
        Receives the column faults.

    Returns
    -------
    dict
        Our name -> index of the column.
    """
    count = Counter(name for name in header if name)
    columns: dict[str, int] = {}
    for name, words in HEADER_WORDS.items():
        found = [i for i, own in enumerate(header) if name_of(own) == name]
        doubled = next((header[i] for i in found if count[header[i]] > 1), None)
        if doubled is not None:
            problems.add("column_duplicated", column=doubled, found=doubled)
        elif found:
            columns[name] = min(found, key=lambda i: _rank(words, header[i]))
            for i in set(found) - {columns[name]}:
                problems.add(
                    "column_ambiguous",
                    column=header[i],
                    found=f"{header[columns[name]]}, {header[i]}",
                    expected=header[columns[name]],
                )
    for own in header:
        if own and not name_of(own):
            problems.add("column_unknown", column=own)
    if not problems.has_errors:
        _note_missing(columns, header, problems)
    return columns


def _rank(words: Sequence[str], header: str) -> int:
    keys = [_key(word) for word in words]
    return keys.index(_key(header) if _key(header) in keys else _key(_without_unit(header)))


def _note_missing(
    columns: dict[str, int], header: Sequence[str], problems: ProblemCollector
) -> None:
    found = ", ".join(name for name in header if name)
    if not {"interval_start", "date", "time"} & columns.keys():
        problems.add("column_missing", found=found, expected="interval_start")
    if "contacts" not in columns:
        problems.add("column_missing", found=found, expected="contacts")
    if "aht_s" not in columns:
        problems.add("aht_missing", expected="aht_s")
