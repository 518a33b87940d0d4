"""Mappings: written and read back, refused with all their faults, answered."""

from __future__ import annotations

from pathlib import Path

import pytest

from forecasting.reading.mapping import (
    Mapping,
    MappingError,
    parse_mapping,
    read_mapping,
    write_mapping,
)

FULL = Mapping(
    layout="five9",
    sheets=("Enero", "Febrero"),
    header_row=3,
    columns={"contacts": "Llamadas", "queue": 2},
    units={"aht_s": "min"},
    aht="total",
    date_order="dmy",
    decimal=",",
    interval_min=30,
    stamp="end",
    zone="Europe/Madrid",
    kind="intervals",
    queue="ventas",
    channel="chat",
    repairs_off=("outage",),
)


@pytest.mark.parametrize("mapping", [Mapping(), FULL])
def test_a_mapping_is_read_back_as_it_was_written(mapping: Mapping, tmp_path: Path) -> None:
    path = tmp_path / "mapping.toml"
    write_mapping(mapping, path)
    assert read_mapping(path) == mapping
    assert hash(read_mapping(path)) == hash(mapping)


def test_all_faults_of_a_mapping_are_told_at_once() -> None:
    page = b"""
layout = "fax"
decimal = "x"
interval_min = 7
zone = "Mars/Olympus"
header_row = -1
sheets = "one"
colour = "red"
[columns]
contacts = 0
weather = "Sun"
[units]
aht_s = "years"
"""
    with pytest.raises(MappingError) as refused:
        parse_mapping(page)
    assert {problem.key for problem in refused.value.problems} == {
        *("layout", "decimal", "interval_min", "zone", "header_row", "sheets", "colour"),
        *("columns.contacts", "columns.weather", "units.aht_s"),
    }


@pytest.mark.parametrize(("page", "code"), [(b"\xff", "not_utf8"), (b"a = ", "syntax")])
def test_what_is_no_page_is_refused(page: bytes, code: str) -> None:
    with pytest.raises(MappingError) as refused:
        parse_mapping(page)
    assert [problem.code for problem in refused.value.problems] == [code]


def test_an_answer_is_a_mapping() -> None:
    assert Mapping().answered("date_order", "dmy") == Mapping(date_order="dmy")
    assert Mapping().answered("interval_min", "15") == Mapping(interval_min=15)
    minutes = Mapping().answered("units.aht_s", "s").answered("units.aht_s", "min")
    assert minutes == Mapping(units={"aht_s": "min"})
    with pytest.raises(MappingError, match="colour"):
        Mapping().answered("colour", "red")
