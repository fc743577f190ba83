"""Timers and messages on the edge of a step and in a race, parts within parts, and what fails under a call."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from onmaru.kernel import identity
from onmaru.kernel.identity import Actor
from onmaru.kernel.models import AuditRow, User
from onmaru.kernel.refusals import Refused
from onmaru.masters.party.commands import parties
from onmaru.masters.party.models import Party
from onmaru.office.automation import jobs as automation
from onmaru.office.automation.tests.test_running import make
from onmaru.office.diagrams.rules import engine
from onmaru.office.notices.models import Notice
from onmaru.office.processes import jobs
from onmaru.office.processes.commands import drawing, instances, steps
from onmaru.office.processes.models import Instance
from onmaru.office.processes.queries import simulations
from onmaru.office.processes.tests.conftest import diagram, drawn, flow
from onmaru.office.processes.tests.test_moving import begun, moved
from tests.proofs import run_sql

ENDS = '<bpmn:startEvent id="start"/><bpmn:endEvent id="end"/>'
ARCHIVE = '<bpmn:serviceTask id="archive" name="보관" onmaru:command="archive"/>'
CHECK = '<bpmn:userTask id="check" name="확인" onmaru:role="checker"/>'
MESSAGE = '<bpmn:message id="m" name="edit"/>'
HEARS = '<bpmn:messageEventDefinition messageRef="m"/>'


def lasts(period: str) -> str:
    formal = f'<bpmn:timeDuration xsi:type="bpmn:tFormalExpression">{period}</bpmn:timeDuration>'
    return f"<bpmn:timerEventDefinition>{formal}</bpmn:timerEventDefinition>"


EDGE = diagram(
    ENDS
    + CHECK
    + ARCHIVE
    + f'<bpmn:boundaryEvent id="late" attachedToRef="check">{lasts("P2D")}</bpmn:boundaryEvent>'
    + f'<bpmn:boundaryEvent id="heard" attachedToRef="check">{HEARS}</bpmn:boundaryEvent>'
    + flow("start", "check")
    + flow("check", "end")
    + flow("late", "archive")
    + flow("archive", "end")
    + flow("heard", "end"),
    before=MESSAGE,
)
RACE = diagram(
    ENDS
    + ARCHIVE
    + '<bpmn:eventBasedGateway id="first"/>'
    + f'<bpmn:intermediateCatchEvent id="heard">{HEARS}</bpmn:intermediateCatchEvent>'
    + f'<bpmn:intermediateCatchEvent id="late">{lasts("P2D")}</bpmn:intermediateCatchEvent>'
    + flow("start", "first")
    + flow("first", "heard")
    + flow("first", "late")
    + flow("heard", "end")
    + flow("late", "archive")
    + flow("archive", "end"),
    before=MESSAGE,
)
CALLS = diagram(
    ENDS
    + ARCHIVE
    + '<bpmn:exclusiveGateway id="which"/>'
    + flow("start", "archive")
    + flow("archive", "which")
    + flow("which", "end", 'note == "정리"')
)


def timers(*periods: str) -> str:
    """A gateway at which timers race, all called the same; the first drawn leads to the archive."""
    found = [
        f'<bpmn:intermediateCatchEvent id="t{number}" name="기다림">{lasts(period)}</bpmn:intermediateCatchEvent>'
        + flow("first", f"t{number}")
        + flow(f"t{number}", "end" if number else "archive")
        for number, period in enumerate(periods)
    ]
    gateway = '<bpmn:eventBasedGateway id="first"/>' + flow("start", "first") + flow("archive", "end")
    return diagram(ENDS + ARCHIVE + gateway + "".join(found))


def started(owner: User, party: Party, by: Actor, xml: str) -> Instance:
    return begun(drawing.release(drawn(owner, xml), by=identity.actor(owner)), party, by)


@pytest.mark.parametrize("xml", [EDGE, RACE])
def test_what_comes_in_time_ends_the_wait_for_the_timer(
    xml: str, owner: User, checker: User, party: Party, by: Actor
) -> None:
    instance = started(owner, party, by, xml)
    parties.edit(party, by=by, note="답")
    assert jobs.due() == 1
    assert moved(instance).state == "done"
    with time_machine.travel(timezone.now() + timedelta(days=3)):
        assert jobs.due() == 0
    party.refresh_from_db()
    assert party.is_active


@pytest.mark.parametrize("xml", [EDGE, RACE])
def test_a_timer_that_ends_first_leads_elsewhere(
    xml: str, owner: User, checker: User, party: Party, by: Actor
) -> None:
    instance = started(owner, party, by, xml)
    with time_machine.travel(timezone.now() + timedelta(days=1)):
        assert jobs.due() == 0
    with time_machine.travel(timezone.now() + timedelta(days=3)):
        assert jobs.due() == 1
        assert moved(instance).state == "done"
    party.refresh_from_db()
    assert not party.is_active
    assert not instance.steps.exclude(state="done").exists()


@pytest.mark.parametrize(("xml", "way"), [(EDGE, {"check", "end"}), (RACE, {"first", "heard", "end"})])
def test_a_simulation_gets_past_them(
    xml: str, way: set[str], owner: User, checker: User, party: Party
) -> None:
    process = drawing.release(drawn(owner, xml), by=identity.actor(owner))
    found = simulations.over(process, 30, {})
    assert [one.ended for one in found.ways] == [True]
    assert way <= found.counts.keys()


@pytest.mark.parametrize(
    ("periods", "days", "archived"),
    [
        (("P5D", "P2D"), 3, False),
        (("P2D", "P5D"), 3, True),
        (("P2D", "P5D"), 6, True),
        (("P5D", "P2D"), 6, False),
    ],
)
def test_timers_in_a_race_end_each_at_its_own_time_and_the_earliest_wins(
    periods: tuple[str, ...], days: int, archived: bool, owner: User, party: Party, by: Actor
) -> None:
    instance = started(owner, party, by, timers(*periods))
    assert instance.next_at is not None
    assert timedelta(days=1, hours=23) < instance.next_at - timezone.now() < timedelta(days=2, seconds=1)
    with time_machine.travel(timezone.now() + timedelta(days=days)):
        assert jobs.due() == 1
        assert moved(instance).state == "done"
    party.refresh_from_db()
    assert party.is_active is not archived


def test_a_timer_that_is_over_when_the_race_begins_takes_no_other_with_it(
    owner: User, party: Party, by: Actor
) -> None:
    process = drawing.release(drawn(owner, timers("PT0S", "P5D")), by=identity.actor(owner))
    instance = begun(process, party, by)
    assert moved(instance).state == "done"
    walked = engine.resume(instance.engine, {}).walked()
    assert ("archive" in walked, "t1" in walked) == (True, False)


def test_a_step_done_in_time_ends_the_timer_on_its_edge(
    owner: User, checker: User, party: Party, by: Actor
) -> None:
    instance = started(owner, party, by, EDGE)
    steps.finish(instance.steps.get(element="check"), by=identity.actor(checker))
    instance = moved(instance)
    assert (instance.state, instance.next_at, instance.waits) == ("done", None, [])


def test_branches_and_parts_within_parts_are_walked() -> None:
    inner = (
        '<bpmn:subProcess id="part"><bpmn:startEvent id="in"/><bpmn:task id="pack" onmaru:role="r"/>'
        '<bpmn:endEvent id="out"/>' + flow("in", "pack") + flow("pack", "out") + "</bpmn:subProcess>"
    )
    xml = diagram(
        ENDS
        + '<bpmn:inclusiveGateway id="some" default="some-last"/><bpmn:inclusiveGateway id="last"/>'
        + '<bpmn:task id="a" onmaru:role="r"/><bpmn:task id="b" onmaru:role="r"/><bpmn:task id="c" onmaru:role="r"/>'
        + inner
        + flow("start", "some")
        + "".join(
            flow("some", one, f"total &gt; {most}") + flow(one, "last")
            for one, most in (("a", 1), ("b", 5), ("c", 9))
        )
        + flow("some", "last")
        + flow("last", "part")
        + flow("part", "end")
    )
    walk = engine.begin(xml, {"total": 7})
    walk.go()
    assert sorted(one.element for one in walk.tokens()) == ["a", "b"]
    for expected in (["b"], ["pack"], []):
        walk = engine.resume(walk.stored(), {"total": 7})
        walk.done(walk.tokens()[0].key, {})
        walk.go()
        assert [one.element for one in walk.tokens()] == expected
    assert walk.is_over


def test_what_was_called_is_not_called_again_by_what_is_taken_up(
    owner: User, party: Party, by: Actor
) -> None:
    instance = started(owner, party, by, CALLS)
    assert instance.state == "stuck"
    with pytest.raises(Refused) as refused:
        instances.skip(instance, by=by, reason="갈 곳이 없음")
    assert refused.value.codes == ["nothing_to_skip"]
    assert moved(instances.retry(instance, by=by)).state == "stuck"
    parties.edit(party, by=by, note="정리")
    assert moved(instances.retry(instance, by=by)).state == "done"
    assert AuditRow.objects.filter(subject_kind="party.party", command="party.party.archive").count() == 1


def test_a_call_that_fails_unforeseen_is_told_like_a_refusal(owner: User, party: Party, by: Actor) -> None:
    run_sql("SET CONSTRAINTS ALL IMMEDIATE")
    run_sql(
        "CREATE FUNCTION broken() RETURNS trigger LANGUAGE plpgsql"
        " AS $$ BEGIN RAISE EXCEPTION 'nobody foresaw this'; END $$"
    )
    run_sql("CREATE TRIGGER broken BEFORE UPDATE ON party_party FOR EACH ROW EXECUTE FUNCTION broken()")
    instance = started(owner, party, by, CALLS)
    assert instance.state == "stuck" and "nobody foresaw this" in instance.trouble
    assert Notice.objects.filter(kind="process", person=owner).count() == 1
    run_sql("DROP TRIGGER broken ON party_party")
    parties.edit(party, by=by, note="정리")
    assert moved(instances.retry(instance, by=by)).state == "done"


def test_a_rule_that_a_process_leads_back_to_itself_is_stopped(owner: User, party: Party, by: Actor) -> None:
    restore = '<bpmn:serviceTask id="restore" onmaru:command="restore"/>'
    ways = flow("start", "archive") + flow("archive", "restore") + flow("restore", "end")
    drawing.release(drawn(owner, diagram(ENDS + ARCHIVE + restore + ways)), by=identity.actor(owner))
    rule = make(owner, actions=[{"does": "process", "what": "거래처 심사"}])
    parties.edit(party, by=by, note="시작")
    for _turn in range(20):
        automation.look()
        for instance in Instance.objects.filter(state="running"):
            moved(instance)
    rule.refresh_from_db()
    assert (rule.state, rule.stopped_by) == ("off", "규칙끼리 꼬리를 물고 반복됨")
