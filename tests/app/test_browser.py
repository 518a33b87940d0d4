"""The app in a real browser: what only a browser can show."""

import io
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
import zipfile
from contextlib import contextmanager
from dataclasses import replace

import openpyxl
import pandas as pd
import pytest
from playwright.sync_api import expect, sync_playwright

from planner.sample import app_path, sample_scenario_path
from planner.scenario_file import parse_scenario, read_scenario, scenario_toml
from planner.store import HistoryStore

CHROMIUM = shutil.which("chromium")
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
)
PATIENCE_MS = 20_000
LONG_WORK_MS = 120_000  # a forecast or a simulation on a busy machine
DESK, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}
NOTHING_TO_THE_RIGHT = """() =>
    [document.documentElement, document.querySelector('[data-testid=stMain]')]
    .every(part => part.scrollWidth <= part.clientWidth)"""

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed (make test does it)"),
]


@pytest.fixture(scope="session")
def server(tmp_path_factory):
    """Serve the app as `aforo app` does, on a port of its own; no traceback may reach its log."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    log = tmp_path_factory.mktemp("server") / "log"
    options = ["--server.port", str(port), "--server.headless", "true"]
    options += ["--server.address", "127.0.0.1", "--server.fileWatcherType", "none"]
    command = [sys.executable, "-m", "streamlit", "run", str(app_path()), *options]
    with log.open("wb") as out:
        process = subprocess.Popen(
            command, stdout=out, stderr=out, cwd=app_path().parent, start_new_session=True
        )
    address = f"http://127.0.0.1:{port}"
    _wait_until_healthy(address, process)
    yield address
    os.killpg(process.pid, signal.SIGTERM)
    process.wait(timeout=10)
    assert "Traceback" not in log.read_text(encoding="utf-8")


def _wait_until_healthy(address, process):
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        assert process.poll() is None, "the server stopped"
        try:
            urllib.request.urlopen(f"{address}/_stcore/health", timeout=1).close()  # noqa: S310 - our own server
        except OSError:
            time.sleep(0.1)
        else:
            return
    pytest.fail("the server did not start")


@pytest.fixture(scope="module")
def chromium():
    # Not for the whole session: Playwright's event loop would be in the way of other tests'.
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@contextmanager
def reader(chromium, server):
    """Open a window in Madrid that may talk to the app's server and to nobody else."""
    context = chromium.new_context(
        locale="es-ES",
        timezone_id="Europe/Madrid",
        base_url=server,
        viewport=DESK,
    )
    context.set_default_timeout(PATIENCE_MS)
    expect.set_options(timeout=PATIENCE_MS)
    strangers, faults = [], []

    def guard(route):
        if route.request.url.startswith(server):
            route.continue_()
        else:
            strangers.append(route.request.url)
            route.abort()

    context.route("**/*", guard)
    page = context.new_page()
    page.on("pageerror", lambda error: faults.append(str(error)))
    yield page
    context.close()
    assert not strangers
    assert not faults


@pytest.fixture
def page(chromium, server):
    """A newcomer's window."""
    with reader(chromium, server) as page:
        yield page


@pytest.fixture(scope="module")
def planned(chromium, server, good_csv, quick_scenario):
    """The window of somebody who brought a history and a scenario; a test begins with a link."""
    with reader(chromium, server) as page:
        page.goto("/")
        upload_scenario(page, quick_scenario)
        file = {"name": "mío_2026.csv", "mimeType": "text/csv", "buffer": good_csv}
        page.locator('input[type="file"]').first.set_input_files(file)
        expect(page.get_by_text("Se puede planificar con mío_2026.csv.")).to_be_visible()
        idle(page)
        yield page


def idle(page):
    page.locator('[data-testid="stApp"][data-test-script-state="notRunning"]').wait_for()
    page.locator('[data-testid="stApp"][data-test-connection-state="CONNECTED"]').wait_for()


def upload_scenario(page, scenario):
    content = scenario_toml(scenario).encode()
    file = {"name": "escenario.toml", "mimeType": "application/toml", "buffer": content}
    page.locator('input[type="file"]').nth(1).set_input_files(file)
    expect(page.get_by_text(f"Escenario: {scenario.name}")).to_be_visible()
    idle(page)


def write_in_cell(page, figure):
    """Write into the open cell; a click puts the cursor there, as a person would if it is not."""
    cell = page.locator("#portal input, #portal textarea").first
    expect(cell).to_be_visible()
    cell.click()
    expect(cell).to_be_focused()
    cell.fill(figure)
    cell.press("Enter")
    expect(cell).to_be_hidden()


def follow(page, name):
    page.get_by_role("link", name=name, exact=True).click()
    expect(page.get_by_role("heading", name=name, level=1)).to_be_visible()
    idle(page)


def card(page, label):
    return page.get_by_test_id("stMetric").filter(has_text=label).get_by_test_id("stMetricValue")


def test_an_uploaded_history_is_read_forecast_and_staffed(planned):
    page = planned
    follow(page, "Datos")
    expect(card(page, "Colas")).to_have_text("3")
    page.get_by_test_id("stMain").get_by_text("Qué contiene", exact=True).click()
    expect(page.get_by_test_id("stVegaLiteChart")).to_have_count(2)
    follow(page, "Pronóstico")
    expect(page.get_by_text("De qué se compone")).to_be_visible(timeout=LONG_WORK_MS)
    expect(
        page.get_by_test_id("stVegaLiteChart").first.locator("canvas, svg").first
    ).to_be_visible()
    follow(page, "Dotación")
    expect(card(page, "Horas pagadas")).to_have_text(re.compile(r"^[\d.]+ h$"))
    expect(page.get_by_label("Agentes necesarios por día y hora").first).to_be_attached()


def test_how_far_to_trust_the_forecast_is_drawn_for_the_centre_and_a_queue(planned):
    page = planned
    follow(page, "Precisión")
    expect(page.get_by_text("Medido en hasta", exact=False)).to_be_visible()
    expect(page.get_by_label("Error del pronóstico", exact=False).first).to_be_attached()
    page.get_by_test_id("stMain").get_by_text("Una semana", exact=True).first.click()
    idle(page)
    page.get_by_test_id("stSelectbox").locator("input").first.click()
    page.get_by_role("option", name="Soporte").click()
    expect(card(page, "Error por semana")).to_have_text(re.compile(r"^[\d,]+\s%$"))
    expect(page.get_by_text("Deberían caer dentro 80 de 100", exact=False)).to_be_visible()
    charts = page.get_by_test_id("stVegaLiteChart")
    expect(charts.first.locator("canvas, svg").first).to_be_visible()


def test_a_faulty_file_shows_its_problems_and_can_be_planned_without_them(page, faulty_csv):
    page.goto("/")
    file = {"name": "mal.csv", "mimeType": "text/csv", "buffer": faulty_csv}
    page.locator('input[type="file"]').first.set_input_files(file)
    expect(page.get_by_text("mal.csv tiene 3 errores", exact=False)).to_be_visible()
    expect(page.get_by_text("Errores: 3", exact=False)).to_be_visible()
    page.get_by_role("button", name="Planificar sin esas filas").click()
    expect(page.get_by_text("el plan se hace sin esas filas", exact=False)).to_be_visible()
    idle(page)
    with page.expect_download() as download:
        page.get_by_role("button", name="Descargar la lista").click()
    assert b"muchos" in download.value.path().read_bytes()


def spanish_workbook():
    """Rows as a Spanish planner's Excel has them, and what they mean."""
    starts = pd.date_range("2026-08-31", periods=3 * 7 * 48, freq="30min")
    starts = starts[(starts.hour >= 9) & (starts.hour < 14) & (starts.dayofweek < 5)]
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["Informe de llamadas por intervalo"])
    sheet.append([])
    sheet.append(["Fecha", "Hora", "Cola", "Llamadas recibidas", "Abandonadas", "TMO"])
    meant = []
    for queue, calls in (("Atención", 20), ("Ventas", 11)):
        for at, start in enumerate(starts):
            row = [start.to_pydatetime(), start.time(), queue, calls + at % 7, at % 3, "05:30"]
            sheet.append(row)
            meant.append((queue, start.tz_localize("Europe/Madrid"), calls + at % 7, 330.0))
    sheet.append(["Total", None, None, sum(row[2] for row in meant), None, None])
    content = io.BytesIO()
    book.save(content)
    columns = ["queue", "interval_start", "contacts", "aht_s"]
    return content.getvalue(), pd.DataFrame(meant, columns=columns)


def test_a_spanish_excel_becomes_a_right_history_in_three_clicks_and_without_typing(page, tmp_path):
    content, meant = spanish_workbook()
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    file = {"name": "llamadas.xlsx", "mimeType": kind, "buffer": content}
    page.goto("/")
    idle(page)
    with page.expect_file_chooser() as chooser:  # the first click
        page.get_by_test_id("stFileUploader").first.get_by_test_id("stBaseButton-secondary").click()
    chooser.value.set_files(file)
    expect(page.get_by_text("Se puede planificar con llamadas.xlsx.")).to_be_visible()
    expect(card(page, "Contactos")).to_have_text(f"{meant['contacts'].sum():,}".replace(",", "."))
    idle(page)
    page.get_by_role("button", name="Aceptar", exact=True).click()  # the second
    expect(page.get_by_text("Se puede planificar con centre · 1.")).to_be_visible()
    idle(page)
    with page.expect_download() as download:
        page.get_by_role("button", name="Descargar el histórico aceptado").click()  # the third
    store = tmp_path / "centre.aforo"
    store.write_bytes(download.value.path().read_bytes())
    history, version = HistoryStore(store).read()
    assert version.sources[0].name == "llamadas.xlsx"
    pd.testing.assert_frame_equal(
        history[list(meant.columns)], meant, check_dtype=False, check_index_type=False
    )


def test_a_question_about_a_file_is_answered_by_a_button(page):
    hours = pd.date_range("2026-04-03 09:00", periods=12, freq="30min")
    lines = [f"{hour:%d/%m/%Y %H:%M},{20 + hour.hour}" for hour in hours]
    content = "\n".join(["start,contacts", *lines]).encode()
    page.goto("/")
    idle(page)
    file = {"name": "calls.csv", "mimeType": "text/csv", "buffer": content}
    page.locator('input[type="file"]').first.set_input_files(file)
    expect(page.get_by_text("Una pregunta", exact=False)).to_be_visible()
    expect(page.get_by_role("button", name="3 de abril de 2026")).to_be_visible()
    page.get_by_role("button", name="4 de marzo de 2026").click()
    expect(page.get_by_text("Una pregunta", exact=False)).to_have_count(0)
    expect(page.get_by_text("4 mar 2026 – 4 mar 2026", exact=False)).to_be_visible()


def test_a_slider_moves_the_numbers(planned):
    page = planned
    follow(page, "¿Qué pasa si…?")
    contacts, cost = card(page, "Contactos"), card(page, "Coste")
    before = contacts.inner_text(), cost.inner_text()
    slider = page.get_by_role("slider").first
    slider.focus()
    slider.press("End")
    expect(contacts).not_to_have_text(before[0])
    expect(cost).not_to_have_text(before[1])
    with page.expect_download() as download:
        page.get_by_role("button", name="Descargar escenario").click()
    scenario = parse_scenario(download.value.path().read_bytes())
    assert scenario.volume_factor == 2.0


def test_a_figure_is_written_into_the_table_of_days_and_kept_with_its_reason(planned):
    page = planned
    follow(page, "Pronóstico")
    before = card(page, "Contactos previstos").inner_text()
    canvas = page.get_by_test_id("stDataFrame").first.locator("canvas").first
    expect(canvas).to_be_visible()
    canvas.scroll_into_view_if_needed()
    # The third of the columns, the second of the days; a canvas has no cells to click on.
    place = canvas.bounding_box()
    canvas.dblclick(position={"x": place["width"] * 0.6, "y": 36 + 35 + 17}, force=True)
    write_in_cell(page, "999")
    reason = page.get_by_role("textbox", name="Motivo")
    reason.fill("Anuncio")
    reason.press("Enter")
    page.get_by_role("button", name="Guardar los ajustes: 1").click()
    expect(page.get_by_text("→ 999 contactos", exact=False)).to_be_visible()
    expect(card(page, "Contactos previstos")).not_to_have_text(before)
    page.get_by_role("button", name="Borrar").click()
    expect(card(page, "Contactos previstos")).to_have_text(before)


def test_a_busy_morning_moves_the_rest_of_today(planned):
    page = planned
    follow(page, "Hoy")
    expect(page.get_by_text("Aún no se sabe nada de esta cola", exact=False)).to_be_visible()
    lines = [
        f"Soporte,voice,2026-10-12 {hour:02}:{half},60" for hour in (9, 10) for half in ("00", 30)
    ]
    content = "\n".join(["queue,channel,interval_start,contacts", *lines]).encode()
    file = {"name": "hoy.csv", "mimeType": "text/csv", "buffer": content}
    page.locator('input[type="file"]').first.set_input_files(file)
    expect(page.get_by_text("intervalos hasta las 11:00", exact=False)).to_be_visible()
    idle(page)
    page.get_by_role("combobox", name="Cola").click()
    page.get_by_role("option", name="Soporte", exact=True).click()
    expect(page.get_by_text("Más de lo que explica el azar", exact=False)).to_be_visible()
    expect(card(page, "Resto del día")).to_have_text(re.compile(r"^\+\d+"))
    expect(page.get_by_label("Contactos de un día", exact=False).first).to_be_attached()


def test_a_plan_is_simulated_beside_what_it_promises(planned):
    page = planned
    follow(page, "Comprobación")
    page.get_by_role("radio", name="30", exact=True).click()
    page.get_by_role("button", name="Simular este plan").click()
    # The first simulation on a machine compiles the event loop.
    expect(page.get_by_text("el plan promete", exact=False)).to_be_visible(timeout=LONG_WORK_MS)
    expect(card(page, "Simulado")).to_have_text(re.compile("%"), timeout=LONG_WORK_MS)
    expect(page.get_by_label("Con qué frecuencia", exact=False).first).to_be_attached()


def test_agents_by_skill_are_found_for_an_example_and_its_queues_can_be_edited(planned):
    page = planned
    follow(page, "Polivalencia")
    page.get_by_text("Ejemplo: 20 + 15 Erlang").click()
    expect(page.get_by_text("35,0 Erlang de trabajo", exact=False)).to_be_visible()
    idle(page)
    # The contacts of the first queue, there and back.
    canvas = page.get_by_test_id("stDataFrame").first.locator("canvas").first
    for contacts, load in (("75", "40,0"), ("60", "35,0")):
        place = canvas.bounding_box()
        canvas.click(position={"x": place["width"] * 0.3, "y": 36 + 17}, force=True)
        page.keyboard.press("Enter")
        write_in_cell(page, contacts)
        expect(page.get_by_text(f"{load} Erlang de trabajo", exact=False)).to_be_visible()
        idle(page)
    page.get_by_role("button", name="Hallar los agentes").click()
    expect(card(page, "Si todos supieran todo")).to_have_text(
        re.compile("4[012]"), timeout=LONG_WORK_MS
    )
    expect(page.get_by_text("pyworkforce", exact=False).last).to_be_visible()


def test_the_language_can_be_switched_and_stays_in_the_link(page):
    page.goto("/?lang=es")
    expect(page.get_by_role("heading", name="Datos", level=1)).to_be_visible()
    idle(page)
    page.get_by_test_id("stSidebar").get_by_text("English").click()
    expect(page.get_by_role("heading", name="Data", level=1)).to_be_visible()
    expect(page).to_have_url(re.compile(r"lang=en"))
    page.reload()
    expect(page.get_by_role("heading", name="Data", level=1)).to_be_visible()


def test_the_plan_can_be_downloaded_and_opened_in_excel(planned):
    page = planned
    follow(page, "Exportar")
    with page.expect_download() as download:
        page.get_by_role("button", name="Descargar Excel").click()
    assert download.value.suggested_filename.endswith(".xlsx")
    book = openpyxl.load_workbook(io.BytesIO(download.value.path().read_bytes()))
    assert "Resumen" in book.sheetnames
    with page.expect_download() as download:
        page.get_by_role("button", name="Descargar zip").click()
    with zipfile.ZipFile(download.value.path()) as archive:
        assert {"plan.xlsx", "requirement.csv", "scenario.toml"} <= set(archive.namelist())


def test_a_forecast_shows_its_progress_and_can_be_cancelled_and_made_again(page):
    # The sample centre for three weeks instead of four: a forecast that nobody has made yet.
    scenario = replace(read_scenario(sample_scenario_path()), name="Tres semanas", weeks=3)
    page.goto("/")
    upload_scenario(page, scenario)
    follow(page, "Pronóstico")
    expect(page.get_by_role("progressbar")).to_be_visible()
    page.get_by_role("button", name="Cancelar").click()
    expect(page.get_by_text("Se canceló el pronóstico.")).to_be_visible()
    page.get_by_role("button", name="Hacer el pronóstico").click()
    expect(page.get_by_role("progressbar")).to_be_visible()
    page.get_by_role("button", name="Cancelar").click()
    expect(page.get_by_text("Se canceló el pronóstico.")).to_be_visible()


def test_no_page_scrolls_sideways_on_a_phone(planned):
    page = planned
    names = (
        "Pronóstico",
        "Precisión",
        "Dotación",
        "Comprobación",
        "Polivalencia",
        "Hoy",
        "¿Qué pasa si…?",
        "Exportar",
        "Datos",
    )
    for name in names:
        page.set_viewport_size(DESK)
        follow(page, name)
        page.set_viewport_size(PHONE)
        expect(page.get_by_role("heading", name=name, level=1)).to_be_in_viewport()
        page.wait_for_function(NOTHING_TO_THE_RIGHT)
    page.set_viewport_size(DESK)
