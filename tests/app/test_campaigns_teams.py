"""Lists to call and shared teams on the pages."""

from dataclasses import replace
from datetime import date

import pytest
from streamlit.dataframe_util import convert_arrow_bytes_to_pandas_df

from planner.campaigns import Campaign
from planner.scenario_file import scenario_toml
from planner.text import catalogue

PAGES = ("data", "forecast", "requirement", "what-if", "export")


@pytest.fixture(scope="module")
def two_phones(small_history):
    queues = {"Ventas": "voice", "Soporte": "voice", "Correo": "email"}
    return small_history(queues).to_csv(index=False).encode()


@pytest.fixture(scope="module")
def calling(quick_scenario):
    """Two lists beside the history's queues; the plan goes from 2026-10-12 to 2026-10-25."""
    renewals = Campaign(
        name="Renovar",
        first=date(2026, 10, 12),
        last=date(2026, 10, 23),
        hours=tuple((weekday, 9 * 60, 18 * 60) for weekday in range(5)),
        records=3000,
        contact_rate=0.3,
        aht_s=200,
        shrinkage=0.5,
    )
    dialled = replace(renewals, name="Cobrar", pacing="dialler", shrinkage=None)
    return replace(quick_scenario, campaigns=(renewals, dialled))


def pictures(visitor):
    return "".join(chart.proto.spec for chart in visitor.app.get("vega_lite_chart"))


@pytest.mark.parametrize("language", ["en-GB", "es-ES"])
def test_every_page_copes_with_lists_and_a_team(visit, two_phones, calling, language):
    scenario = replace(calling, teams=(("=front", ("Ventas", "Correo", "Renovar")),))
    visitor = visit("data", language=language, data=two_phones, scenario=scenario)
    queue = catalogue(language[:2]).column("queue")
    for page in PAGES:
        visitor.go(page)
    visitor.go("requirement")
    for name in ("Renovar", "Cobrar", "Correo"):
        visitor.select(queue, name)
        assert visitor.app.metric


def test_a_list_is_staffed_but_not_forecast(visit, two_phones, calling):
    visitor = visit("forecast", data=two_phones, scenario=calling)

    def queues():
        return {box.label: box.options for box in visitor.app.selectbox}["Cola"]

    assert set(queues()) >= {"Ventas", "Soporte", "Correo"}
    assert not {"Renovar", "Cobrar"} & set(queues())
    visitor.go("requirement")
    assert {"Renovar", "Cobrar"} < set(queues())
    visitor.select("Cola", "Renovar")
    assert "10 / 0,500, es decir, 20 en plantilla" in visitor.words()
    visitor.go("what-if")
    assert "Renovar, Cobrar" in visitor.words()


def test_queues_that_share_a_team_need_fewer_people_and_the_waterfall_says_so(
    visit, two_phones, quick_scenario
):
    visitor = visit("what-if", data=two_phones, scenario=quick_scenario)
    lever = visitor.app.multiselect(key="what_if_team")
    assert set(lever.options) == {"Ventas", "Soporte", "Correo"}
    apart = visitor.measure("Horas pagadas")
    lever.set_value(["Ventas", "Soporte"])
    visitor.run()
    changes = {metric.label: metric.delta for metric in visitor.app.metric}
    assert changes["Horas pagadas"].startswith("-")
    assert changes["Contactos"] == "0"
    visitor.app.button(key="use").click()
    visitor.run()
    assert dict(visitor.app.session_state["scenario"].teams) == {"team": ("Ventas", "Soporte")}
    pooling = catalogue("es")("parts.pooling")
    assert pooling in pictures(visitor.go("requirement"))
    visitor.go("what-if").app.multiselect(key="what_if_team").set_value(["Ventas"])
    assert visitor.run().measure("Horas pagadas") == apart


def test_a_chat_or_a_dialled_list_is_not_offered_for_a_team(visit, calling, hostile_name):
    visitor = visit("what-if", scenario=calling)
    offered = visitor.app.multiselect(key="what_if_team").options
    assert set(offered) == {"Soporte", hostile_name, "Renovar"}


def test_the_last_agents_worth_is_told_in_per_cent(visit, two_phones, calling):
    scenario = calling.with_target("voice", patience_s=60.0)
    visitor = visit("requirement", data=two_phones, scenario=scenario).select("Cola", "Soporte")
    worth = visitor.app.dataframe[0]
    assert len(worth.value) == 3
    assert worth.value["Abandono"].is_monotonic_decreasing
    shown = convert_arrow_bytes_to_pandas_df(worth.proto.arrow_data.styler.display_values)
    assert shown["Abandono"].str.endswith("%").all()


def test_a_scenario_put_right_is_planned_although_the_first_one_was_impossible(
    visit, two_phones, quick_scenario
):
    wrong = replace(quick_scenario, teams=(("front", ("Ventas", "Suporte")),), weeks=3)
    visitor = visit("requirement", data=two_phones, scenario=wrong)
    assert "Soporte" in visitor.words()
    assert not visitor.app.metric
    right = replace(wrong, teams=(("front", ("Ventas", "Soporte")),))
    visitor.go("data")
    page = scenario_toml(right).encode()
    visitor.app.file_uploader(key="scenario_file").upload("bien.toml", page)
    visitor.run()
    assert visitor.go("requirement").measure("Horas pagadas")
