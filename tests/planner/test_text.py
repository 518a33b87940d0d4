import string
from dataclasses import fields
from datetime import date, datetime
from typing import get_args

import pytest

from forecasting.models import MODELS
from forecasting.problems import PROBLEM_CODES, SEVERITIES, empty_problems
from planner.bounds import SCENARIO_PROBLEM_CODES, ScenarioProblem
from planner.campaigns import Campaign
from planner.edit_value import VALUE_COLUMNS, VERDICTS
from planner.edits import EDIT_PROBLEMS, Edit
from planner.roster import ROSTER_PROBLEMS
from planner.summary import MEASURES
from planner.targets import CHANNELS, TARGET_KEYS, QueueSettings
from planner.text import UNKNOWN, Width, catalogue
from staffing.explanation import PARTS
from staffing.queues.outcome import DEFINITIONS
from staffing.requirement import REQUIREMENT_COLUMNS
from staffing.rules import CARRY_OVER, PACING

EN, ES = catalogue("en"), catalogue("es")
PROBLEM_FIELDS = {"found", "expected", "column", "queue", "file", "row"}
REASONS = (
    "lowest_error",
    "not_better_than_planners_mean",
    "only_candidate",
    "too_short",
    "no_volume",
    "combined",
    "borrowed",
)


def placeholders(template: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(template) if name is not None}


def test_all_languages_have_the_same_keys():
    assert set(EN.entries) == set(ES.entries)


@pytest.mark.parametrize("key", sorted(EN.entries))
def test_all_languages_say_something_and_fill_in_the_same_fields(key):
    for text in (EN, ES):
        assert text.entries[key].strip()
    assert placeholders(EN.entries[key]) == placeholders(ES.entries[key])


def test_every_problem_of_the_data_has_a_sentence_and_an_advice():
    told = {key.split(".")[1] for key in EN.entries if key.startswith("problems.")}
    assert told == {*PROBLEM_CODES, *EDIT_PROBLEMS, *ROSTER_PROBLEMS}
    for code in told:
        for part in ("title", "advice"):
            assert placeholders(EN.entries[f"problems.{code}.{part}"]) <= PROBLEM_FIELDS


@pytest.mark.parametrize(
    ("section", "codes"),
    [
        ("scenario_problems", SCENARIO_PROBLEM_CODES),
        ("severities", SEVERITIES),
        ("channels", CHANNELS),
        ("models", tuple(MODELS)),
        ("reasons", REASONS),
        ("kpis", MEASURES),
        ("columns", MEASURES),
        ("assumptions", TARGET_KEYS),
        (
            "staffing_models",
            ("erlang_c", "erlang_a", "erlang_a_redials", "chat_slots", "chat", "transient",
             "deadline", "list", "dialler", "blended", "no_people", "pyworkforce_erlang_c"),
        ),
        (
            "binding",
            ("service_level", "asa", "occupancy", "abandonment", "minimum", "deadline", "idle_time",
             "stability", "no_load", "closed", "no_people", "none"),
        ),
        ("parts", tuple(part.removeprefix("agents_") for part in PARTS)),
        ("columns", REQUIREMENT_COLUMNS),
        ("assumptions", tuple(field.name for field in fields(QueueSettings))),
        ("assumptions", tuple(field.name for field in fields(Campaign))[3:]),
        ("assumptions", tuple(field.name for field in fields(Edit) if field.default is None)[1:]),
        ("choices", (*PACING, *CARRY_OVER, *DEFINITIONS)),
        ("edit_value.verdicts", VERDICTS),
        ("edit_value.verdicts_told", VERDICTS),
        ("edit_value.columns", VALUE_COLUMNS[6:-2]),
    ],
)  # fmt: skip
def test_every_code_has_its_words(section, codes):
    for text in (EN, ES):
        for code in codes:
            assert f"{section}.{code}" in text


@pytest.mark.parametrize("text", [EN, ES])
def test_a_model_is_named_with_what_was_done_to_it(text):
    plain = text.staffing_model("erlang_a")
    pooled, carried = (
        text.staffing_model(f"{code}") for code in ("pooled_erlang_a", "erlang_a_modified")
    )
    both = text.staffing_model("pooled_erlang_a_modified")
    assert len({plain, pooled, carried, both}) == 4
    assert all(plain in name for name in (pooled, carried, both))


def test_spanish_uses_the_words_of_the_trade():
    assert ES("columns.service_level") == "Nivel de servicio"
    assert ES("columns.aht_s") == "TMO [s]"
    assert ES("columns.occupancy") == "Ocupación"
    assert "merma" in ES("assumptions.shrinkage")
    assert ES("columns.agents_net") == "Agentes en línea"
    assert ES("columns.agents_gross") == "Agentes en plantilla"


def test_a_missing_key_or_field_is_an_error_and_not_a_hole():
    with pytest.raises(KeyError):
        EN("columns.nonsense")
    with pytest.raises(KeyError):
        EN("workbook.title")


def test_a_language_that_is_not_spoken_is_refused():
    with pytest.raises(ValueError, match="'fr'"):
        catalogue("fr")


def test_numbers_are_written_as_each_language_does():
    assert ES.number(1234.5, 1) == "1.234,5"
    assert EN.number(1234.5, 1) == "1,234.5"
    assert ES.percent(0.0741, 1) == "7,4\xa0%"
    assert EN.percent(0.0741, 1) == "7.4%"
    assert ES.money(1234.5, "EUR") == "1.234\xa0€"
    assert EN.money(1234.5, "EUR", 2) == "€1,234.50"


def test_a_measure_is_written_with_its_unit():
    assert ES.measure("occupancy", 0.853, "EUR") == "85,3\xa0%"
    assert ES.measure("cost", 1234.4, "EUR") == "1.234\xa0€"
    assert ES.measure("asa_s", 75.0, "EUR") == "1 min 15 s"
    assert ES.measure("fte", 24.04, "EUR") == "24,0"
    assert ES.measure("agents_gross_peak", 40, "EUR") == "40"


def test_what_is_not_known_is_a_dash_and_not_a_zero():
    for text in (EN, ES):
        assert text.number(float("nan")) == text.percent(None) == UNKNOWN
        assert text.money(float("nan"), "EUR") == text.duration(None) == UNKNOWN
        assert text.number(float("inf")) == text.duration(float("inf")) == "∞"


@pytest.mark.parametrize(
    ("seconds", "written"),
    [(0, "0 s"), (3.24, "3,2 s"), (45, "45 s"), (59.7, "1 min"), (330, "5 min 30 s"),
     (3600, "1 h"), (3900, "1 h 5 min"), (86400, "24 h")],
)  # fmt: skip
def test_a_duration_is_said_in_the_units_people_say(seconds, written):
    assert ES.duration(seconds) == written


def test_days_are_named_in_the_readers_language():
    day = date(2026, 3, 9)
    assert ES.date(day, "full") == "lunes, 9 de marzo de 2026"
    assert EN.date(day, "full") == "Monday, 9 March 2026"
    assert ES.day(day) == "lun 9 mar"
    assert [ES.weekday(0), ES.month(1), EN.weekday(6)] == ["lunes", "enero", "Sunday"]
    assert ES.time(datetime(2026, 3, 9, 9, 5)) == "09:05"  # noqa: DTZ001 - a wall clock
    for width in get_args(Width):
        assert ES.weekday(0, width)


def test_a_quantile_column_is_headed_by_its_level():
    assert EN.column("contacts_q0.9") == "Contacts, 90% quantile"
    assert ES.column("contacts_q0.025") == "Contactos, cuantil 2,5\xa0%"
    assert ES.column("cost", "EUR") == "Coste [EUR]"


def test_a_row_of_the_problems_becomes_a_sentence_and_an_advice():
    row = dict.fromkeys(empty_problems().columns, "")
    row |= {"code": "timestamp_unreadable", "found": "32/10/2026", "expected": "dd/mm/yyyy"}
    assert ES.problem(row) == "32/10/2026 no es una fecha con hora."
    assert EN.advice(row) == "Write it like dd/mm/yyyy."


def test_braces_in_a_users_text_are_only_text():
    row = dict.fromkeys(empty_problems().columns, "") | {"code": "total_row", "found": "{queue!r}"}
    assert "{queue!r}" in EN.problem(row)


def test_a_fault_of_a_scenario_is_told_with_the_name_that_may_be_meant():
    fault = ScenarioProblem(
        key="shrinkge", code="unknown_key", found="shrinkge", nearest="shrinkage"
    )
    assert ES.scenario_problem(fault).endswith("¿Quiso decir shrinkage?")


@pytest.mark.parametrize("reason", REASONS)
def test_the_reason_of_a_choice_becomes_a_sentence(reason):
    row = {"model": "prophet", "reason": reason, "wape": 0.071, "folds": 6}
    row |= {"runner_up": "", "runner_up_wape": float("nan")}
    if reason == "borrowed":  # what a new queue is compared with is the queue it is like
        row["runner_up"] = "Prophet"
    assert "Prophet" in EN.choice_reason(row)
    assert "Prophet" in ES.choice_reason(row)
