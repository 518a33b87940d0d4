"""A small centre that is planned in a second, and a visitor of the app."""

import hashlib
import time
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest
from streamlit.util import calc_hash

from forecasting.reading.history import read_histories
from planner.sample import app_path
from planner.scenario import Scenario
from planner.text import catalogue
from planner.views.session import Source

ZONE = "Europe/Madrid"
LONGEST_FORECAST_S = 20


@dataclass
class Visitor:
    """Somebody who looks at the app without a browser."""

    app: AppTest

    def go(self, url_path):
        """Follow a page's link; AppTest itself only knows pages that are files."""
        self.app._page_hash = calc_hash("" if url_path == "data" else url_path)
        return self.run()

    def run(self):
        """Run until no forecast is under way, as the page's own timer would."""
        deadline = time.monotonic() + LONGEST_FORECAST_S
        self.app.run()
        while self.app.get("progress") and time.monotonic() < deadline:
            time.sleep(0.1)
            self.app.run()
        assert not self.app.exception
        assert catalogue(self.app.session_state["language"])("app.failed") not in self.words()
        return self

    def select(self, label, option):
        """Choose an option of the control with a label."""
        controls = [*self.app.selectbox, *self.app.get("segmented_control")]
        (control,) = [control for control in controls if control.label == label]
        control.set_value(option)
        return self.run()

    def words(self):
        """All the words on the page."""
        page = self.app
        groups = [page.title, page.subheader, page.caption, page.markdown, page.text]
        groups += [page.error, page.warning, page.info, page.success]
        return "\n".join(str(element.value) for group in groups for element in group)

    def measure(self, label):
        return {metric.label: metric.value for metric in self.app.metric}[label]


@pytest.fixture(autouse=True)
def no_process(monkeypatch):
    """Read without a process of its own: that has its own tests, and the browser's use it."""

    def read(sources, *, names, zone, mapping, progress=None):  # noqa: ARG001 - as the guarded one
        return read_histories(sources, names=names, zone=zone, mapping=mapping)

    monkeypatch.setattr("planner.intake.read_guarded", read)


@pytest.fixture(scope="session")
def hostile_name():
    """A queue whose name would make the browser call out, were it taken for Markdown."""
    return "![x](http://evil.example/x.png) & <b>co</b>"


@pytest.fixture(scope="session")
def small_history():
    """Six weeks, Monday to Friday, 9 to 18 in half hours with a hump at noon; no chance in it."""

    def history(queues):
        starts = pd.date_range("2026-08-31", periods=6 * 7 * 48, freq="30min")
        starts = starts[(starts.hour >= 9) & (starts.hour < 18) & (starts.dayofweek < 5)]
        hour = (starts.hour + starts.minute / 60).to_numpy()
        hump = 12 + 10 * np.sin(np.pi * (hour - 9) / 9) - starts.dayofweek.to_numpy()
        parts = [
            pd.DataFrame(
                {
                    "queue": queue,
                    "channel": channel,
                    "interval_start": starts.strftime("%Y-%m-%d %H:%M"),
                    "contacts": np.round(hump * number).astype(int),
                    "aht_s": 240 + 60 * number,
                }
            )
            for number, (queue, channel) in enumerate(queues.items(), start=1)
        ]
        return pd.concat(parts, ignore_index=True)

    return history


@pytest.fixture(scope="session")
def good_csv(small_history, hostile_name):
    queues = {"Soporte": "voice", "Chat": "chat", hostile_name: "email"}
    return small_history(queues).to_csv(index=False).encode()


@pytest.fixture(scope="session")
def faulty_csv(small_history):
    """A text for a number, a number below zero, and a day that does not exist."""
    frame = small_history({"Soporte": "voice"}).astype({"contacts": str})
    frame.loc[3, "contacts"] = "muchos"
    frame.loc[5, "contacts"] = "-4"
    frame.loc[9, "interval_start"] = "2026-13-40 10:00"
    return frame.to_csv(index=False).encode()


@pytest.fixture(scope="session")
def quick_scenario():
    models = ("seasonal_naive", "weekday_profile")
    return Scenario(name="Prueba", zone=ZONE, weeks=2, lead_days=0, models=models)


@pytest.fixture
def visit(good_csv, quick_scenario):
    """Open a page with a history and a scenario in use."""

    def open_page(url_path, *, language="es-ES", link=None, data=good_csv, scenario=quick_scenario):
        app = AppTest.from_file(str(app_path()), default_timeout=LONGEST_FORECAST_S)
        app.context = {"locale": language, "timezone": ZONE}
        if link:
            app.query_params["lang"] = link
        digest = hashlib.sha256(data).hexdigest()
        name = "mi histórico.csv"
        app.session_state["source"] = Source(name=name, sha256=digest, files=((name, data),))
        app.session_state["skip_bad_rows"] = False
        app.session_state["scenario_uploaded"] = False
        app.session_state["scenario"] = scenario
        app.run()
        return Visitor(app).go(url_path)

    return open_page


@pytest.fixture
def first_visit(monkeypatch):
    """Open the app as a newcomer does."""
    # The sample's plan is for the browser's tests: here it would outlive its test.
    monkeypatch.setattr("planner.views.data.forecast_ahead", lambda: None)
    app = AppTest.from_file(str(app_path()), default_timeout=LONGEST_FORECAST_S)
    app.context = {"locale": "es-MX", "timezone": "America/Mexico_City"}
    return Visitor(app.run())
