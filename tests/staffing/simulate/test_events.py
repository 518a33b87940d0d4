"""What can happen to a contact and an agent, one at a time, where it can be told beforehand."""

import numpy as np
import pytest

from staffing.simulate.agents import Absence, Agent, AgentGroup, Shift
from staffing.simulate.arrivals import Arrivals
from staffing.simulate.centre import SimulatedCentre
from staffing.simulate.durations import Duration
from staffing.simulate.queues import SimulatedQueue
from staffing.simulate.records import ANSWERED, CALLED_BACK, FINISHED, OFFERED
from staffing.simulate.replications import simulate_centre, traced


def queue(name="calls", contacts=(60.0,) * 8, **given):
    given = {"handling": Duration.exponential(120)} | given
    return SimulatedQueue(name=name, arrivals=Arrivals(contacts=contacts), **given)


def team(agents, *skills, name="team", **given):
    return AgentGroup(name=name, skills=skills or ("calls",), agents=agents, **given)


def run(*queues, groups, replications=50, **given):
    plan = SimulatedCentre(queues=queues, groups=groups, **given)
    return simulate_centre(plan, replications=replications, seed=11)


def total(found, name, place=0):
    return found.answers.tally[name][:, place].sum()


def test_nobody_there_means_nobody_is_answered():
    found = run(queue(), groups=(team(0),))
    assert total(found, "answered") == 0
    assert total(found, "left_over") == total(found, "offered") > 0


def test_everybody_who_gives_up_and_redials_is_offered_again():
    impatient = queue(
        contacts=(60.0, *(0.0,) * 7),
        patience=Duration.fixed(10),
        redial_probability=1.0,
        try_again_after=Duration.fixed(900),
    )
    tally = run(impatient, groups=(team(0),)).answers.tally
    # Seven times 910 s fit behind the first interval or nearly so; the first six surely do.
    for again in range(1, 7):
        late = tally["offered"][:, 0, again : again + 2].sum()
        assert late >= tally["first_attempts"].sum()


def test_the_blocked_try_again_too():
    busy = queue(
        contacts=(60.0, *(0.0,) * 7),
        lines=0,
        retry_probability=1.0,
        try_again_after=Duration.fixed(900),
    )
    tally = run(busy, groups=(team(5),)).answers.tally
    assert (tally["blocked"] == tally["offered"]).all()
    assert np.array_equal(tally["offered"][:, 0, 0], tally["offered"][:, 0, 5])


def test_unresolved_contacts_come_again_as_often_as_a_geometric_law_says():
    found = run(
        queue(
            contacts=(60.0,) * 4 + (0.0,) * 28,
            repeat_probability=0.3,
            repeat_after=Duration.fixed(60),
        ),
        groups=(team(100),),
        replications=200,
    )
    assert total(found, "offered") / total(found, "first_attempts") == pytest.approx(
        1 / 0.7, rel=0.02
    )


def test_transfers_arrive_in_the_other_queue_by_their_shares():
    first = queue("first", transfers=(("second", 0.3), ("third", 0.2)))
    others = [queue(name, contacts=(0.0,) * 8) for name in ("second", "third")]
    found = run(first, *others, groups=(team(60, "first", "second", "third"),))
    done = total(found, "finished", 0)
    assert total(found, "offered", 1) / done == pytest.approx(0.3, rel=0.05)
    assert total(found, "offered", 2) / done == pytest.approx(0.2, rel=0.05)


def test_whoever_waited_long_enough_and_accepts_is_called_back():
    calls = queue(
        callback_after_s=60.0,
        callback_accepted=0.4,
        callback_queue="back",
        patience=Duration.fixed(100),
    )
    back = queue("back", contacts=(0.0,) * 8, deadline_h=1.0)
    found = run(calls, back, groups=(team(0, "calls"), team(3, "back", name="desk")))
    offered = total(found, "offered")
    assert total(found, "called_back") / offered == pytest.approx(0.4, rel=0.05)
    assert total(found, "abandoned") == pytest.approx(offered * 0.6, rel=0.05)
    assert total(found, "called_back") == total(found, "offered", 1)


def test_the_offer_comes_exactly_when_promised():
    calls = queue(callback_after_s=60.0, callback_queue="back")
    back = queue("back", contacts=(0.0,) * 8)
    plan = SimulatedCentre(queues=(calls, back), groups=(team(0, "calls", "back"),))
    trace, _ = traced(plan)
    came = {row["number"]: row["time"] for row in trace[trace["what"] == OFFERED]}
    left = trace[trace["what"] == CALLED_BACK]
    assert [row["time"] - came[row["number"]] for row in left] == pytest.approx([60.0] * left.size)


def test_lines_limit_those_inside():
    found = run(queue(contacts=(600.0,) * 8, lines=7), groups=(team(3),))
    assert found.queues("interval")["backlog"].max() == 4


@pytest.mark.parametrize(
    ("at_close", "waiting_at_end"), [("finish", True), ("drop", False), ("carry_over", True)]
)
def test_the_end_of_the_day_is_as_agreed(at_close, waiting_at_end):
    shut = queue(
        contacts=(60.0,) * 4 + (0.0,) * 12,
        handling=Duration.exponential(300),
        opening=((0.0, 3600.0),),
        at_close=at_close,
    )
    tally = run(shut, groups=(team(10),)).answers.tally
    assert (tally["backlog"][..., 4].sum() > 0) == waiting_at_end
    assert (tally["closed"].sum() > 0) == (at_close == "drop")
    assert (tally["left_over"].sum() > 0) == (at_close == "carry_over")


def test_mail_that_comes_at_night_is_answered_when_the_queue_opens():
    mails = queue(
        contacts=(10.0,) * 8,
        opening=((3600.0, 7200.0),),
        at_close="carry_over",
        deadline_h=0.9,
    )
    tally = run(mails, groups=(team(10),)).answers.tally
    assert (tally["backlog"][:, 0, 3] == tally["offered"][:, 0, :4].sum(axis=-1)).all()
    assert tally["left_over"].sum() < 0.01 * tally["offered"].sum()
    assert tally["deadline_misses"].sum() == 0  # its clock stands still at night


def test_work_not_done_by_its_deadline_is_a_miss_done_or_not():
    mails = queue(contacts=(60.0,) * 8, handling=Duration.fixed(120), deadline_h=0.5)
    tally = run(mails, groups=(team(4),)).answers.tally
    # Half of the work is done: the queue grows by thirty an interval, an interval's own work.
    assert tally["deadline_misses"][:, 0, 0].sum() == 0
    assert (tally["deadline_misses"][:, 0, 5] == tally["offered"][:, 0, 5]).all()


def test_an_agent_finishes_the_contact_and_takes_the_whole_break_after_it():
    shift = Shift(start_s=0.0, end_s=7200.0, breaks=((1000.0, 1600.0),))
    calls = queue(contacts=(40.0,) * 8, handling=Duration.fixed(250))
    people = (Agent(name="Ana", shifts=(shift,)),)
    trace, answers = traced(SimulatedCentre(queues=(calls,), groups=(team(people),)))
    starts = trace["time"][trace["what"] == ANSWERED]
    ends = trace["time"][trace["what"] == FINISHED]
    last = ends[ends < 1600].max()
    assert last > 1000.0
    assert starts[starts > last].min() == pytest.approx(last + 600.0)
    assert answers.people["on_s"].sum() == pytest.approx(7200.0 - 600.0)


def test_absence_takes_its_share_of_the_shifts():
    shifts = (Shift(start_s=0, end_s=3000), Shift(start_s=4000, end_s=7000))
    ill = (Absence(kind="ill", share=0.2), Absence(kind="training", share=0.1))
    found = run(queue(), groups=(team(50, shifts=shifts, absences=ill),), replications=200)
    on_s = found.agents()["on_s"]
    assert on_s.mean() == pytest.approx(6000 * 0.8 * 0.9, rel=0.01)


def test_a_break_begun_late_does_not_bring_back_who_is_absent_after_it():
    """Nine breaks, each met with a call in hand; half of the ten stretches are missed."""
    breaks = tuple((600.0 * piece, 600.0 * piece + 60.0) for piece in range(1, 10))
    away = Absence(kind="system", share=0.5, whole_shift=False)
    people = tuple(
        Agent(name=str(number), shifts=(Shift(start_s=0.0, end_s=6000.0, breaks=breaks),))
        for number in range(20)
    )
    busy = queue(contacts=(900.0,) * 8, handling=Duration.fixed(70))
    alone = run(busy, groups=(team(people),), replications=20)
    found = run(busy, groups=(team(people, absences=(away,)),), replications=200)
    always, half = (one.agents()["on_s"].mean() for one in (alone, found))
    assert half == pytest.approx(always / 2, rel=0.05)


def test_of_two_idle_agents_the_one_longest_idle_is_called():
    found = run(queue(), groups=(team(20),), replications=200)
    loads = found.agents().groupby("agent")["busy_s"].mean()
    assert loads.max() / loads.min() < 1.1


def test_preference_and_skill_routing_load_the_right_group():
    groups = (
        team(10, "calls", "rare", name="wide", preference=(1, 1)),
        team(10, "calls", name="narrow", preference=(2,)),
    )
    rare = queue("rare", contacts=(0.0,) * 8)
    busy = {
        rule: run(queue(), rare, groups=groups, routing=rule).occupancy().value[:, 0]
        for rule in ("preference", "least_skilled", "longest_idle")
    }
    assert busy["preference"][0] > 2 * busy["preference"][1]
    assert busy["least_skilled"][1] > 2 * busy["least_skilled"][0]
    assert busy["longest_idle"][0] == pytest.approx(busy["longest_idle"][1], rel=0.05)


def test_chats_spread_over_the_agents_before_anybody_has_two():
    chats = queue("calls", contacts=(3.0,) * 8, concurrency=3)
    found = run(chats, groups=(team(40),))
    busy_s = found.answers.crews["busy_s"].sum()
    assert busy_s == pytest.approx(total(found, "offered") * 120, rel=0.1)


def test_a_centre_whose_callbacks_go_round_is_refused():
    with pytest.raises(ValueError, match="must not offer callbacks itself"):
        SimulatedCentre(
            queues=(queue(callback_after_s=1.0, callback_queue="calls"),), groups=(team(1),)
        )


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"at_close": "later"}, "at_close = 'later'"),
        ({"redial_probability": 1.2}, "redial_probability = 1.2"),
        ({"concurrency": 0}, "concurrency = 0"),
        ({"concurrency": 2, "aht_by_concurrency": (1.0,)}, "has 1 factors"),
        ({"transfers": (("a", 0.6), ("b", 0.6))}, "transfers sum to 1.2"),
        ({"callback_after_s": 5.0}, "give both or neither"),
        ({"opening": ((5.0, 4.0),)}, "windows one after another"),
        ({"handling": Duration.fixed(0.0)}, "mean_s of handling = 0"),
    ],
)
def test_what_makes_no_sense_of_a_queue_is_refused(given, told):
    with pytest.raises(ValueError, match=told):
        queue(**given)


def test_a_centre_with_an_unknown_name_is_refused():
    with pytest.raises(ValueError, match="'sales' is not one of"):
        SimulatedCentre(queues=(queue(),), groups=(team(1, "sales"),))
