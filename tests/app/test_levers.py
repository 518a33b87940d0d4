from dataclasses import replace

import pytest

from planner.bounds import ScenarioError
from planner.scenario import Scenario
from planner.views.levers import Levers

BASE = Scenario(name="Centre", shrinkage=0.284, volume_factor=1.1).with_target(
    "voice", service_level=0.855, max_asa_s=30
)


def test_levers_at_rest_change_nothing_but_the_name():
    assert Levers.of(BASE).applied_to(BASE, "What-if") == replace(BASE, name="What-if")


def test_a_lever_changes_its_assumption_and_no_other():
    rest = Levers.of(BASE)
    more = replace(rest, volume=20).applied_to(BASE, "More")
    assert more == replace(BASE, name="More", volume_factor=1.32)
    away = replace(rest, shrinkage=35).applied_to(BASE, "Away")
    assert away == replace(BASE, name="Away", shrinkage=0.35)
    quick = replace(rest, within_s=10).applied_to(BASE, "Quick")
    assert quick == replace(BASE.with_target("voice", within_s=10.0), name="Quick")


def test_a_team_is_made_changed_and_dissolved():
    rest = Levers.of(BASE)
    assert rest.team == ()
    front = replace(rest, team=("sales", "support")).applied_to(BASE, "Together")
    assert front == replace(BASE, name="Together", teams=(("team", ("sales", "support")),))
    named = replace(BASE, teams=(("front", ("sales", "support")),))
    at_rest = Levers.of(named)
    assert at_rest.team == ("sales", "support")
    other_way_round = replace(at_rest, team=("support", "sales"))
    assert other_way_round.applied_to(named, "Same").teams == named.teams
    bigger = replace(at_rest, team=("sales", "support", "mail")).applied_to(named, "Bigger")
    assert bigger.teams == (("front", ("sales", "support", "mail")),)
    for alone in ((), ("sales",)):
        assert replace(at_rest, team=alone).applied_to(named, "Apart").teams == ()


def test_several_teams_stay_as_they_are():
    teams = (("back", ("mail", "cases")), ("front", ("sales", "support")))
    base = replace(BASE, teams=teams)
    assert replace(Levers.of(base), volume=10).applied_to(base, "More").teams == teams


def test_levers_that_lead_out_of_bounds_are_refused():
    with pytest.raises(ScenarioError, match="volume_factor"):
        Levers(volume=900, aht=0, service_level=86, within_s=20, shrinkage=28).applied_to(
            BASE, "Flood"
        )
