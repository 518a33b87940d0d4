"""Rosters as people keep them: every fault at once, and times right whatever the clock does."""

import io
from types import SimpleNamespace

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.export import csv_bytes
from planner.roster import ROSTER_PROBLEMS
from planner.roster_file import read_roster
from planner.scenario import Scenario
from planner.text import LANGUAGES, catalogue
from planner.verify_model import plan_model

ZONE = "Europe/Madrid"
HEAD = "agent,date,start,end,breaks,skills\n"
HOUR = 3600.0
OCTOBER = pd.Timestamp("2026-10-19", tz=ZONE)  # the plan's first interval is at 00:00, by email


def read(plan, *rows, name="roster.csv", head=HEAD):
    return read_roster((head + "\n".join(rows)).encode(), plan, name=name)


def codes(reading):
    problems = reading.problems
    return list(zip(problems["code"], problems["row"].fillna(0), strict=True))


def since(wall):
    return (pd.Timestamp(wall, tz=ZONE) - OCTOBER).total_seconds()


@pytest.fixture(scope="module")
def march(make_plan_of):
    """A plan over the night in which the clocks go forward, open day and night."""
    return make_plan_of("2026-03-28", {"ayuda": "email"})


@pytest.fixture(scope="module")
def make_plan_of():
    def make(start, queues, days=3):
        starts = pd.date_range(
            pd.Timestamp(start, tz=ZONE),
            (pd.Timestamp(start) + pd.Timedelta(days=days)).tz_localize(ZONE),
            freq="30min",
            inclusive="left",
        )
        parts = [
            pd.DataFrame({"queue": queue, "channel": channel, "interval_start": starts})
            for queue, channel in queues.items()
        ]
        requirement = pd.concat(parts, ignore_index=True).assign(contacts=4.0)
        requirement["team"] = requirement["queue"]
        return SimpleNamespace(
            scenario=Scenario(zone=ZONE), interval_min=30, requirement=requirement
        )

    return make


def test_a_row_becomes_a_shift_with_its_breaks_in_seconds_of_the_plan(plan):
    reading = read(plan, "Ana,2026-10-20,09:00,17:00,11:00-11:15; 14:00–14:30,correo; ventas")
    assert reading.problems.empty
    (agent,) = reading.roster.agents
    assert (agent.name, agent.skills) == ("Ana", ("correo", "ventas"))
    (shift,) = agent.shifts
    assert shift.start_s == since("2026-10-20 09:00")
    assert shift.end_s - shift.start_s == 8 * HOUR
    assert shift.breaks == (
        (shift.start_s + 2 * HOUR, shift.start_s + 2.25 * HOUR),
        (shift.start_s + 5 * HOUR, shift.start_s + 5.5 * HOUR),
    )
    assert sum(end - start for start, end in shift.at_work()) == 7.25 * HOUR


@pytest.mark.parametrize("date", ["2026-10-20", "20/10/2026", "20-10-26", "20.10.2026", "46315"])
@pytest.mark.parametrize(("start", "end"), [("9:00", "17:00"), ("09:00:00", "5 pm"), ("9", "17")])
def test_dates_and_times_are_read_as_planners_write_them(plan, date, start, end):
    reading = read(plan, f"Ana,{date},{start},{end},,ventas")
    assert reading.problems.empty
    (shift,) = reading.roster.agents[0].shifts
    assert (shift.start_s, shift.end_s) == (since("2026-10-20 09:00"), since("2026-10-20 17:00"))


def test_real_dates_and_times_of_a_workbook_are_read(plan):
    day = pd.Timestamp("2026-10-20")
    rows = {
        "Agente": ["Ana", "Luis"],
        "Fecha": [day, day],
        "Hora de inicio": [pd.Timestamp("09:00").time(), pd.Timestamp("22:00").time()],
        "Hora de fin": [pd.Timestamp("17:00").time(), pd.Timestamp("06:00").time()],
        "Descansos": ["11:00-11:15", ""],
        "Colas": ["VENTAS", "Correo"],
    }
    packed = io.BytesIO()
    pd.DataFrame(rows).to_excel(packed, index=False, engine="xlsxwriter")
    reading = read_roster(packed.getvalue(), plan, name="turnos.xlsx")
    assert reading.problems.empty
    ana, luis = reading.roster.agents
    assert ana.skills == ("ventas",)
    assert ana.shifts[0].start_s == since("2026-10-20 09:00")
    assert luis.shifts[0].end_s == since("2026-10-21 06:00")


def test_an_end_at_or_before_the_start_is_on_the_next_day_and_so_are_breaks_after_midnight(plan):
    reading = read(plan, "Ana,2026-10-20,22:00,06:00,23:30-00:15; 02:00-02:30,correo")
    (shift,) = reading.roster.agents[0].shifts
    assert shift.end_s == since("2026-10-21 06:00")
    assert shift.breaks == (
        (since("2026-10-20 23:30"), since("2026-10-21 00:15")),
        (since("2026-10-21 02:00"), since("2026-10-21 02:30")),
    )


@pytest.mark.parametrize(
    ("start", "end", "hours"),
    [("16:00", "24:00", 8), ("16:00", "00:00", 8), ("00:00", "24:00", 24), ("16:01", "16:00", 24)],
)
def test_no_shift_is_longer_than_a_day(plan, start, end, hours):
    reading = read(plan, f"Ana,2026-10-20,{start},{end},,correo")
    (shift,) = reading.roster.agents[0].shifts
    assert shift.end_s - shift.start_s == pytest.approx(hours * HOUR, abs=60.0)


@pytest.mark.parametrize("times", [",", "Libre,", "OFF,OFF", "00:00,00:00", "09:00,09:00"])
def test_a_row_without_working_time_is_a_day_off_and_counted(plan, times):
    reading = read(plan, f"Ana,2026-10-20,{times},,correo", "Ana,2026-10-21,09:00,17:00,,correo")
    assert reading.roster.shifts == 1
    told = reading.problems.set_index("code").loc["days_off"]
    assert (told["severity"], told["found"]) == ("info", "1")


def test_a_shift_beyond_sixteen_hours_is_used_and_told(plan):
    reading = read(plan, "Ana,2026-10-20,9:00,5:00,,correo")
    assert reading.roster.shifts == 1
    told = reading.problems.set_index("code").loc["shift_long"]
    assert (told["severity"], told["found"]) == ("warning", "5:00")


@pytest.mark.parametrize("pause", ["02:15-02:45", "02:30-03:00", "02:45-03:15"])
def test_a_break_keeps_its_length_when_the_clocks_change_within_it(plan, march, pause):
    nights = (plan, "2026-10-24", "correo"), (march, "2026-03-28", "ayuda")
    for which, day, skill in nights:
        (agent,) = read(which, f"Ana,{day},22:00,06:00,{pause},{skill}").roster.agents
        ((start, end),) = agent.shifts[0].breaks
        assert end - start == 1800.0


def test_a_night_is_an_hour_longer_in_autumn_and_shorter_in_spring(plan, march):
    autumn = read(plan, "Ana,2026-10-24,22:00,06:00,04:00-04:30,correo").roster.agents[0].shifts[0]
    assert autumn.end_s - autumn.start_s == 9 * HOUR
    assert autumn.breaks[0][0] - autumn.start_s == 7 * HOUR
    reading = read(march, "Ana,2026-03-28,22:00,06:00,04:00-04:30,")
    (spring,) = reading.roster.agents[0].shifts
    assert spring.end_s - spring.start_s == 7 * HOUR
    assert spring.breaks[0][0] - spring.start_s == 5 * HOUR
    assert reading.problems.empty


def test_a_time_that_spring_skips_is_told_and_becomes_the_next_there_is(march):
    reading = read(march, "Ana,2026-03-29,02:30,10:00,,")
    (problem,) = reading.problems.to_dict("records")
    assert (problem["code"], problem["severity"]) == ("time_does_not_exist", "warning")
    assert problem["expected"] == "2026-03-29 03:00"
    assert reading.roster.agents[0].shifts[0].start_s == 26 * HOUR


def test_everything_that_is_wrong_is_told_at_once_with_its_line(plan):
    reading = read(
        plan,
        ",2026-10-20,09:00,17:00,,ventas",
        "Ana,31/11/2026,09:00,17:00,,ventas",
        "Ana,2026-10-21,nine,17:00,,ventas",
        "Ana,2026-10-22,09:00,25:00,,ventas",
        "Ana,2026-10-23,09:00,17:00,coffee,ventas",
        "Ana,2026-10-24,09:00,17:00,08:00-08:15,ventas",
        "Ana,2026-10-26,09:00,17:00,11:00-11:30;11:15-11:45,ventas",
        "Luis,2026-10-20,09:00,17:00,,tienda",
        "Eva,2026-10-20,09:00,17:00,,",
        "Pau,2026-10-20,09:00,17:00,,ventas",
        "Pau,2026-10-20,16:30,20:00,,ventas;correo",
    )
    assert reading.roster is None
    assert codes(reading) == [
        ("agent_blank", 2),
        ("date_unreadable", 3),
        ("time_unreadable", 4),
        ("time_unreadable", 5),
        ("breaks_unreadable", 6),
        ("break_outside_shift", 7),
        ("breaks_overlap", 8),
        ("skill_unknown", 9),
        ("skills_blank", 10),
        ("skills_contradict", 12),
        ("shifts_overlap", 12),
    ]
    told = reading.problems.set_index("code")
    assert set(reading.problems["severity"]) == {"error"}
    assert told.loc["break_outside_shift", "expected"] == "09:00-17:00"
    assert told.loc["breaks_overlap", ["found", "expected"]].tolist() == [
        "11:15-11:45",
        "11:00-11:30",
    ]
    assert told.loc["skill_unknown", "expected"] == "ventas; chat; correo; bot"
    assert told.loc["shifts_overlap", "expected"] == "11"
    assert told.loc["skills_contradict", "expected"] == "11"
    for language in LANGUAGES:
        text = catalogue(language)
        for row in reading.problems.to_dict("records"):
            assert text.problem(row)
            assert text.advice(row)


def test_every_code_is_one_that_is_known(plan):
    reading = read(plan, "Ana,x,y,z,x,x")
    assert set(reading.problems["code"]) <= set(ROSTER_PROBLEMS)
    assert len(reading.problems) == 5


def test_skills_are_stated_once_or_every_time_alike(plan):
    reading = read(
        plan,
        "Ana,2026-10-20,09:00,17:00,,",
        "Ana,2026-10-21,09:00,17:00,,correo; VENTAS",
        "Ana,2026-10-22,09:00,17:00,,correo;ventas",
    )
    assert reading.problems.empty
    assert reading.roster.agents[0].skills == ("correo", "ventas")
    assert reading.roster.shifts == 3


def test_where_the_plan_has_one_queue_nobody_needs_to_name_it(march):
    assert read(march, "Ana,2026-03-28,09:00,17:00,,").roster.agents[0].skills == ("ayuda",)


def test_shifts_outside_the_plan_are_counted_and_left_out(plan):
    rows = [f"Ana,2026-{day},09:00,17:00,,ventas" for day in ("10-01", "10-20", "11-02", "11-03")]
    reading = read(plan, *rows)
    (problem,) = reading.problems.to_dict("records")
    assert (problem["severity"], problem["code"], problem["found"]) == (
        "info",
        "shifts_outside_plan",
        "3",
    )
    assert problem["expected"] == "2026-10-19 – 2026-11-01"
    assert (reading.roster.shifts, reading.roster.shifts_left_out) == (1, 3)
    outside = read(plan, rows[0])
    assert outside.roster is None
    assert codes(outside) == [("roster_outside_plan", 0)]


def test_a_shift_that_reaches_out_of_the_plan_is_cut(plan):
    reading = read(plan, "Ana,2026-10-18,22:00,06:00,23:00-00:30,correo")
    (shift,) = reading.roster.agents[0].shifts
    assert (shift.start_s, shift.end_s, shift.breaks) == (0.0, 6 * HOUR, ((0.0, 0.5 * HOUR),))


def test_a_file_without_a_roster_is_a_list_of_problems(plan):
    reading = read(plan, "Ana,x", head="agent,shoe size\n")
    assert reading.roster is None
    assert [code for code, _ in codes(reading)] == [
        *["column_missing"] * 3,
        "column_unknown",
    ]


def test_hostile_names_are_only_names(hostile_plan):
    queue = str(hostile_plan.requirement["queue"].iloc[0])
    table = pd.DataFrame(
        {
            "agent": ["=cmd|' /C calc'!A0", "<img src=x onerror=alert(1)>", "[b](http://evil)"],
            "date": "2026-10-20",
            "start": "09:00",
            "end": "17:00",
            "skills": queue,
        }
    )
    reading = read_roster(csv_bytes(table), hostile_plan, name="r.csv")
    assert reading.problems.empty
    assert {agent.name for agent in reading.roster.agents} == set(table["agent"])
    assert {agent.skills for agent in reading.roster.agents} == {(queue,)}


JUNK = st.text(alphabet=st.characters(exclude_categories=("Cs",)), max_size=12)
CELLS = {
    "agent": ["Ana", "Luis", "Eva"],
    "date": ["2026-10-20", "24/10/2026", "2026-10-25", "2026-10-18", "2026-11-01", "2026-12-24"],
    "start": ["09:00", "22:00", "00:00", "02:30", "6 am"],
    "end": ["17:00", "24:00", "00:00", "02:30", "06:00"],
    "breaks": ["", "-", "11:00-11:15", "23:30–00:10; 2:15-2:45", "12:00-12:30;12:30-13:00"],
    "skills": ["", "ventas", "correo; ventas", "bot", "bot; chat"],
}
ROWS = st.lists(st.tuples(*map(st.sampled_from, CELLS.values())), min_size=1, max_size=4)


@settings(max_examples=60, deadline=None)
@given(rows=ROWS, junk=st.none() | st.tuples(st.integers(0, 5), JUNK))
def test_whatever_the_cells_hold_there_is_a_roster_or_a_reason(plan, rows, junk):
    if junk is not None:
        place, cell = junk
        rows = [(*rows[0][:place], cell, *rows[0][place + 1 :]), *rows[1:]]
    table = pd.DataFrame(rows, columns=list(CELLS))
    reading = read_roster(table.to_csv(index=False).encode(), plan, name="r.csv")
    refused = (reading.problems["severity"] == "error").any()
    assert (reading.roster is None) == refused
    if reading.roster is not None:
        plan_model(plan, reading.roster)
        for agent in reading.roster.agents:
            ends = [edge for shift in agent.shifts for edge in (shift.start_s, shift.end_s)]
            assert ends == sorted(ends)
