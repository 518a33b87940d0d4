"""Pictures of the doctor's report."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd
import pytest

from forecasting.doctor.examination import Examination, examine
from forecasting.doctor.need import unconstrained
from forecasting.doctor.repairs import repair
from planner.charts import Spec
from planner.charts_doctor import coverage, coverage_calendar, level_shifts, odd_days
from planner.charts_measures import handling_range, offered_and_need, offered_and_parts
from planner.text import LANGUAGES, Text, catalogue

ZONE = "Europe/Madrid"


@pytest.fixture(scope="module")
def history() -> pd.DataFrame:
    """Half a year of a queue with an outage, an odd day, a step and a copied answer count."""
    starts = pd.date_range("2026-01-05", "2026-07-05 23:30", freq="30min", tz=ZONE)
    starts = starts[(starts.hour >= 8) & (starts.hour < 20) & (starts.dayofweek < 6)]
    random = np.random.default_rng(1)
    day = starts.strftime("%Y-%m-%d")
    mean = np.where(day >= "2026-04-13", 30.0, 20.0) * np.where(day == "2026-03-04", 2.0, 1.0)
    contacts = random.poisson(mean).astype(float)
    contacts[(day == "2026-02-11") & (starts.hour < 12)] = 0.0
    contacts[(day == "2026-02-18") & (starts.strftime("%H:%M") == "09:00")] = 110.0
    abandoned = np.floor(contacts / 10)
    answered = np.where(day == "2026-05-05", 1.5 * contacts, contacts - abandoned)
    columns = {"contacts": contacts, "aht_s": np.where(day == "2026-06-02", 600.0, 300.0)}
    parts = {"abandoned": abandoned, "answered": answered}
    table = pd.DataFrame({"interval_start": starts, **columns, **parts})
    table.insert(0, "queue", "Soporte")
    table.insert(1, "channel", "voice")
    return table


@pytest.fixture(scope="module")
def examination(history: pd.DataFrame) -> Examination:
    return examine(history, 30)


def pictures(history: pd.DataFrame, found: Examination, text: Text) -> dict[str, Spec]:
    repaired = repair(history, found).history
    need = unconstrained(repaired, 30, redial_probability=0.5)
    return {
        "coverage": coverage(found.days, text),
        "calendar": coverage_calendar(found.days, text),
        "odd_days": odd_days(found.days, found.outliers, text),
        "level_shifts": level_shifts(found.days, found.shifts, text),
        "handling": handling_range(found.handling, text),
        "parts": offered_and_parts(found.balance, text),
        "need": offered_and_need(need.intervals, text),
    }


def fields(spec: Any) -> Iterator[str]:
    """Every column that a spec reads."""
    if isinstance(spec, dict):
        if isinstance(spec.get("field"), str):
            yield spec["field"]
        for part in spec.values():
            yield from fields(part)
    elif isinstance(spec, list):
        for part in spec:
            yield from fields(part)


def rows_of(spec: Spec) -> pd.DataFrame:
    rows: pd.DataFrame = spec["data"]["values"]
    return rows


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_picture_is_plain_json_that_reads_columns_it_has(
    history: pd.DataFrame, examination: Examination, language: str
) -> None:
    for spec in pictures(history, examination, catalogue(language)).values():
        drawn = {name: part for name, part in spec.items() if name != "data"}
        json.dumps(drawn)
        assert set(fields(drawn)) <= set(rows_of(spec).columns)
        assert drawn["description"]


def test_pictures_of_nothing_are_still_pictures(
    history: pd.DataFrame, examination: Examination
) -> None:
    days = examination.days
    none = examination.outliers.head(0), examination.shifts.head(0)
    assert len(rows_of(odd_days(days, none[0], catalogue("en")))) == len(days)
    assert len(rows_of(level_shifts(days, none[1], catalogue("en")))) == len(days)
    handling_range(examination.handling.head(0), catalogue("en"))
    quiet = examine(history.assign(contacts=20.0).drop(columns=["answered"]), 30)
    assert len(rows_of(odd_days(quiet.days, quiet.outliers, catalogue("en")))) == len(quiet.days)
    assert len(rows_of(level_shifts(quiet.days, quiet.shifts, catalogue("en"))))


def test_the_calendar_has_mondays_on_top_and_tells_the_hours_of_odd_clocks(
    examination: Examination,
) -> None:
    spec = coverage_calendar(examination.days, catalogue("es"))
    rows = rows_of(spec)
    assert spec["encoding"]["y"]["sort"][0] == rows["weekday"].iloc[0]
    assert set(rows["at"].dt.dayofweek) == {0}
    assert rows.loc[rows["clock"] != "", "clock"].tolist() == ["23"]
    states = set(rows["state"])
    assert states == {"Abierto", "Menos de lo habitual", "Suele estar cerrado"}
    assert spec["layer"][0]["encoding"]["color"]["scale"]["domain"] == [
        "Abierto", "Menos de lo habitual", "Suele estar cerrado",
    ]  # fmt: skip


def test_what_is_odd_is_marked_on_its_day(examination: Examination) -> None:
    rows = rows_of(odd_days(examination.days, examination.outliers, catalogue("en")))
    marked = rows[rows["mark"].notna()].set_index("series")
    assert marked.loc["Unusual day", "day"] == "Wed 4 Mar 2026"
    interval = marked.loc[["Day with an unusual interval"]]
    assert set(interval["day"]) == {"Wed 18 Feb 2026"}
    assert interval["found"].tolist() == ["09:00: 110"]


def test_a_step_is_labelled_with_its_size(examination: Examination) -> None:
    rows = rows_of(level_shifts(examination.days, examination.shifts, catalogue("en")))
    moved = rows[rows["moved"].notna()]
    assert moved["at"].tolist() == [pd.Timestamp("2026-04-13", tz="UTC")]
    assert moved["moved"].iloc[0].startswith("+")


def test_the_need_of_a_day_is_what_was_offered_and_what_changed_it(
    history: pd.DataFrame, examination: Examination
) -> None:
    rows = rows_of(pictures(history, examination, catalogue("en"))["need"])
    changes = rows[["transfers", "blocked", "redials", "lost"]].sum(axis=1)
    assert np.allclose(rows["offered"] + changes, rows["need"])
    assert rows.loc[rows["marked"].notna(), "day"].tolist() == ["Wed 11 Feb 2026"]


def test_the_odd_day_of_handling_and_of_parts_is_marked(
    history: pd.DataFrame, examination: Examination
) -> None:
    drawn = pictures(history, examination, catalogue("en"))
    handling, parts = rows_of(drawn["handling"]), rows_of(drawn["parts"])
    assert handling.loc[handling["odd_s"].notna(), "day"].tolist() == ["Tue 2 Jun 2026"]
    assert parts.loc[parts["too_many"].notna(), "day"].tolist() == ["Tue 5 May 2026"]
