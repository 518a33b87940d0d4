import io
import zipfile
from dataclasses import replace
from datetime import date, datetime
from types import SimpleNamespace

import openpyxl
import pytest

from planner.campaigns import Campaign
from planner.summary import centre_totals
from planner.text import LANGUAGES, catalogue
from planner.workbook import INTERVAL_COLUMNS, SHEETS, workbook_bytes
from planner.workbook_forecast import CHOICE_COLUMNS, SHEET_ACCURACY_COLUMNS, TOTAL_COLUMNS
from planner.workbook_overview import busiest_week

CREATED = "2026-11-02T09:00:00+01:00"


@pytest.fixture(scope="module")
def data(plan):
    return {language: workbook_bytes(plan, language, created=CREATED) for language in LANGUAGES}


@pytest.fixture(scope="module")
def book(data):
    return openpyxl.load_workbook(io.BytesIO(data["es"]))


def sheet(book, name):
    return book[catalogue("es")(f"workbook.{name}")]


def column(name):
    return INTERVAL_COLUMNS.index(name) + 1


@pytest.mark.parametrize("language", list(LANGUAGES))
def test_the_sheets_are_named_in_the_readers_language(data, language):
    text = catalogue(language)
    names = openpyxl.load_workbook(io.BytesIO(data[language]), read_only=True).sheetnames
    assert names == [text(f"workbook.{name}") for name in SHEETS]


def test_intervals_are_real_times_and_numbers(plan, book):
    intervals = sheet(book, "intervals")
    assert intervals.max_row == len(plan.requirement) + 1
    first = plan.requirement.iloc[0]
    start = intervals.cell(2, column("interval_start"))
    assert start.value == first["interval_start"].tz_localize(None).to_pydatetime()
    assert start.is_date
    for name in ("contacts", "agents_net", "agents_gross", "service_level", "paid_h"):
        cell = intervals.cell(2, column(name))
        assert cell.data_type == "n"
        assert cell.value == pytest.approx(first[name])
    assert intervals.cell(2, column("service_level")).number_format == "0.0 %"
    assert intervals.cell(2, column("contacts")).number_format == "#,##0.0"


def test_intervals_can_be_scrolled_filtered_and_printed(book):
    intervals = sheet(book, "intervals")
    assert intervals.freeze_panes == "D2"
    assert intervals.auto_filter.ref.startswith("A1:")
    assert intervals.print_title_rows == "$1:$1"
    assert intervals.page_setup.orientation == "landscape"
    # One page wide is the format's own default, so the file need not say it; any number high.
    assert intervals.page_setup.fitToWidth in {None, 1}
    assert intervals.page_setup.fitToHeight == 0
    assert intervals.sheet_properties.pageSetUpPr.fitToPage
    assert intervals.conditional_formatting


def test_a_measure_that_does_not_exist_is_blank_and_not_zero(plan, book):
    intervals = sheet(book, "intervals")
    row = int((plan.requirement["queue"] == "bot").argmax()) + 2
    assert intervals.cell(row, 1).value == "bot"
    assert intervals.cell(row, column("service_level")).value is None
    assert intervals.cell(row, column("agents_net")).value == 0


def test_the_check_adds_up_all_intervals_and_equals_the_total(plan, book, data):
    summary = sheet(book, "summary")
    formulas = [cell for row in summary.iter_rows() for cell in row if cell.data_type == "f"]
    total = float(plan.requirement["paid_h"].sum())
    assert len(formulas) == 2
    letter = openpyxl.utils.get_column_letter(column("paid_h"))
    last = len(plan.requirement) + 1
    assert formulas[0].value == f"=SUM('Intervalos'!${letter}$2:${letter}${last})"
    stored = openpyxl.load_workbook(io.BytesIO(data["es"]), data_only=True)
    assert sheet(stored, "summary")[formulas[0].coordinate].value == pytest.approx(total)
    above = summary.cell(formulas[0].row - 1, formulas[0].column)
    assert above.value == pytest.approx(total)
    added = sum(
        row[0].value
        for row in sheet(book, "intervals").iter_rows(
            min_row=2, min_col=column("paid_h"), max_col=column("paid_h")
        )
    )
    assert added == pytest.approx(total)


def test_the_summary_has_every_queue_and_the_total(plan, book):
    values = [row[0].value for row in sheet(book, "summary").iter_rows(max_col=1)]
    names = [*plan.requirement["queue"].unique(), "Total"]
    start = values.index(names[0])
    assert values[start : start + len(names)] == names
    totals = centre_totals(plan.requirement, weeks=2.0, contract_h_per_week=39.0)
    row = sheet(book, "summary")[start + len(names)]
    assert totals["fte"].iloc[0] == pytest.approx(
        next(cell.value for cell in row if cell.column == 8)
    )


def test_the_chart_is_native_stacked_and_does_not_collapse_a_days_intervals(book, data):
    (chart,) = sheet(book, "summary")._charts
    assert chart.grouping == "stacked"
    assert len(chart.series) == 3
    with zipfile.ZipFile(io.BytesIO(data["es"])) as parts:
        axis = parts.read("xl/charts/chart1.xml").decode()
    assert "<c:catAx>" in axis
    assert "<c:dateAx>" not in axis
    assert '<c:auto val="1"/>' not in axis  # "decide by the data", which would find dates


def test_the_busiest_week_is_seven_days_of_equal_hours(plan):
    week = busiest_week(plan.requirement, 30)
    assert len(week) % 7 == 0
    assert week.index.is_unique
    assert list(week.columns) == ["ventas", "chat", "correo"]
    assert (week.to_numpy() >= 0).all()


def test_the_heat_map_shows_each_day_in_three_colours(plan, book):
    heat = sheet(book, "heat_map")
    days = plan.requirement["interval_start"].dt.tz_localize(None).dt.normalize().nunique()
    dates = [heat.cell(row, 1).value for row in range(3, 3 + days)]
    assert all(isinstance(day, datetime) for day in dates)
    rules = [rule for rules in heat.conditional_formatting for rule in rules.rules]
    assert {rule.type for rule in rules} == {"colorScale"}
    assert len(rules) == 1 + 3  # the centre and each queue that needs people


def test_the_choice_says_why_and_the_problems_what_to_do(book):
    choice = sheet(book, "forecast_choice")
    assert "12,0\xa0%" in choice.cell(2, CHOICE_COLUMNS.index("reason") + 1).value
    weights = [choice.cell(row, CHOICE_COLUMNS.index("weight") + 1).value for row in (2, 6)]
    assert weights == [1.0, None]
    problems = sheet(book, "problems")
    assert problems.cell(2, 2).value == "32/10/2026 no es una fecha con hora."
    assert problems.cell(2, 3).value == "Escríbala así: dd/mm."


def test_the_totals_have_the_weeks_of_the_whole_centre_first_with_their_band(plan, book):
    totals = sheet(book, "totals")
    weeks = plan.totals[(plan.totals["queue"] == "") & (plan.totals["period"] == "week")]
    assert totals.max_row == len(plan.totals) + 1
    rows = [
        dict(zip(TOTAL_COLUMNS, (cell.value for cell in row), strict=True))
        for row in totals.iter_rows(min_row=2, max_row=1 + len(weeks), max_col=len(TOTAL_COLUMNS))
    ]
    assert {row["queue"] for row in rows} == {"todas las colas"}
    assert [row["period_start"] for row in rows] == [
        day.to_pydatetime() for day in weeks.iloc[:, 2]
    ]
    assert [row["contacts"] for row in rows] == pytest.approx(weeks["contacts"].tolist())
    assert all(row["contacts_q0.1"] < row["contacts"] < row["contacts_q0.9"] for row in rows)
    (chart,) = totals._charts
    assert chart.hiLowLines is not None
    assert len(chart.series) == 3


def test_the_accuracy_stands_beside_its_rivals_and_chance(plan, book):
    accuracy = sheet(book, "accuracy")
    assert accuracy.max_row == len(plan.accuracy) + 2
    models = [accuracy.cell(row, 2).value for row in range(3, 7)]
    assert models[0] == "El pronóstico de este plan"
    assert models[-1] == "Solo el azar"
    held = accuracy.cell(3, SHEET_ACCURACY_COLUMNS.index("coverage_80") + 1)
    assert held.value == pytest.approx(0.81)
    assert held.number_format == "0.0 %"
    assert accuracy.cell(4, SHEET_ACCURACY_COLUMNS.index("coverage_80") + 1).value is None


def test_the_assumptions_say_where_the_plan_comes_from(plan, book):
    values = {row[0].value: row[1].value for row in sheet(book, "assumptions").iter_rows(max_col=2)}
    assert values["Archivo de entrada, SHA-256"] == plan.provenance.input_sha256
    assert values["Zona horaria"] == "Europe/Madrid"
    assert values["Reducción por ausencias (merma)"] == 0.30
    assert values["Creado"] == CREATED
    assert values["numpy"] == "2.0.0"


@pytest.mark.parametrize("language", list(LANGUAGES))
def test_the_assumptions_tell_campaigns_and_teams_in_the_readers_words(plan, language):
    text = catalogue(language)
    by_agents = Campaign(
        name="=Renewals",
        first=date(2026, 10, 19),
        last=date(2026, 10, 30),
        hours=tuple((weekday, 600, 1200) for weekday in range(5)),
        records=12_000,
        contact_rate=0.25,
        aht_s=240,
    )
    scenario = replace(
        plan.scenario,
        campaigns=(by_agents, replace(by_agents, name="Dialled", pacing="dialler")),
        teams=(("=front", ("ventas", "correo")),),
    ).with_queue("correo", opening_backlog=1200, open_at_end=True)
    changed = SimpleNamespace(**{**vars(plan), "scenario": scenario})
    book = openpyxl.load_workbook(io.BytesIO(workbook_bytes(changed, language)))
    rows = [
        tuple(cell.value for cell in row)
        for row in book[text("workbook.assumptions")].iter_rows(max_col=2)
    ]

    def below(title):
        start = rows.index((title, None)) + 1
        return dict(rows[start : rows.index((None, None), start)])

    assert below(f"{text('assumptions.teams')}: =front") == {
        text("assumptions.queues"): "ventas, correo"
    }
    queue = below(f"{text('workbook.by_queue')}: correo")
    assert queue[text("assumptions.opening_backlog")] == 1200
    assert queue[text("assumptions.open_at_end")] == text("assumptions.yes")
    called = below(f"{text('assumptions.campaigns')}: =Renewals")
    assert called[text("assumptions.records")] == 12_000
    assert called[text("assumptions.pacing")] == text("choices.agent")
    assert text("assumptions.max_abandonment") not in called
    dialled = below(f"{text('assumptions.campaigns')}: Dialled")
    assert dialled[text("assumptions.pacing")] == text("choices.dialler")
    # In force although nobody stated it; and a vain attempt takes no agent's time.
    assert dialled[text("assumptions.max_abandonment")] == 0.03
    assert text("assumptions.attempt_s") not in dialled


def test_the_same_plan_gives_the_same_bytes(plan, data):
    assert workbook_bytes(plan, "en", created=CREATED) == data["en"]


def test_hostile_names_are_neither_formulas_nor_links(hostile_plan):
    made = workbook_bytes(hostile_plan, "en")
    book = openpyxl.load_workbook(io.BytesIO(made))
    formulas = [
        cell.value
        for page in book.worksheets
        for row in page.iter_rows()
        for cell in row
        if cell.data_type == "f"
    ]
    assert all(formula.startswith(("=SUM('Intervals'!", "=ROUND(")) for formula in formulas)
    assert len(formulas) == 2
    assert not any(page._hyperlinks for page in book.worksheets)
    intervals = book["Intervals"]
    assert intervals.cell(2, 1).value == "=cmd|' /C calc'!A0"
    assert intervals.cell(2, 1).data_type == "s"


def test_a_plan_that_needs_nobody_and_has_no_problems_is_still_a_workbook(plan):
    bots = plan.requirement[plan.requirement["queue"] == "bot"]
    quiet = SimpleNamespace(**{**vars(plan), "requirement": bots, "problems": plan.problems[:0]})
    book = openpyxl.load_workbook(io.BytesIO(workbook_bytes(quiet, "en")))
    assert not book["Summary"]._charts
    assert book["Problems"].cell(2, 1).value == "The data had no problems."
