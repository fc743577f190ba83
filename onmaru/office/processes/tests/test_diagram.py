"""Which diagrams are carried out, and why others are not."""

from __future__ import annotations

import pytest

from onmaru.kernel import identity
from onmaru.kernel.models import User
from onmaru.kernel.refusals import Refused
from onmaru.office.diagrams.rules import engine
from onmaru.office.processes.commands import drawing
from onmaru.office.processes.models import Process
from onmaru.office.processes.tests.conftest import CHECKED, diagram, drawn, flow

TWO = diagram("").replace("</bpmn:definitions>", '<bpmn:process id="q"/></bpmn:definitions>')
LINE = '<bpmn:startEvent id="start"/><bpmn:endEvent id="end"/>'


@pytest.mark.parametrize(
    ("inside", "code"),
    [
        ('<bpmn:scriptTask id="x"><bpmn:script>import os</bpmn:script></bpmn:scriptTask>', "diagram_element"),
        ('<bpmn:callActivity id="x" calledElement="y"/>', "diagram_element"),
        ('<bpmn:userTask id="x" name="확인"/>', "diagram_no_role"),
        (
            '<bpmn:userTask id="x" onmaru:role="r"><bpmn:multiInstanceLoopCharacteristics/></bpmn:userTask>',
            "diagram_loop",
        ),
        ('<bpmn:serviceTask id="x" onmaru:command="fly"/>', "diagram_call"),
        (
            '<bpmn:intermediateCatchEvent id="x"><bpmn:conditionalEventDefinition/></bpmn:intermediateCatchEvent>',
            "diagram_element",
        ),
        (flow("start", "end", "__import__('os')"), "expression_unreadable"),
        (flow("start", "end", "nothing &gt; 1"), "expression_name"),
    ],
)
def test_what_is_not_carried_out_is_refused(inside: str, code: str, owner: User) -> None:
    with pytest.raises(Refused) as refused:
        drawing.release(drawn(owner, diagram(LINE + inside)), by=identity.actor(owner))
    assert code in refused.value.codes


@pytest.mark.parametrize(
    "xml",
    [
        "",
        "<a",
        "<a/>",
        "x" * (2**20 + 1),
        '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>',
        TWO,
    ],
)
def test_what_is_no_diagram_is_not_kept(xml: str, process: Process, owner: User) -> None:
    with pytest.raises(Refused) as refused:
        drawing.draw(process, by=identity.actor(owner), xml=xml)
    assert refused.value.codes == ["diagram_unreadable"]


def test_a_lane_gives_its_role(owner: User) -> None:
    lanes = '<bpmn:laneSet><bpmn:lane name="checker"><bpmn:flowNodeRef>x</bpmn:flowNodeRef></bpmn:lane></bpmn:laneSet>'
    xml = diagram(lanes + LINE + '<bpmn:userTask id="x"/>' + flow("start", "x") + flow("x", "end"))
    assert drawing.release(drawn(owner, xml), by=identity.actor(owner)).state == "active"


def test_the_engine_goes_on_where_its_state_says() -> None:
    walk = engine.begin(CHECKED, {"note": ""})
    walk.go()
    [token] = walk.tokens()
    assert (token.element, token.is_ready) == ("check", True)
    again = engine.resume(walk.stored(), {"note": ""})
    assert again.done(token.key, {"answer": "예"}) and not again.done(token.key, {})
    again.go()
    assert again.is_over
    assert again.walked() == ["start", "known", "check", "good", "end"]


def test_a_process_is_of_a_kind_with_pages_and_acts_for_who_puts_it_in_force(
    owner: User, mate: User, process: Process
) -> None:
    by, other = identity.actor(owner), identity.also(identity.actor(mate), "processes.*", "party.party.*")
    with pytest.raises(Refused) as refused:
        drawing.create(by=by, name="기록", kind="automation.action")
    assert refused.value.codes == ["field_invalid"]
    with pytest.raises(Refused) as refused:
        drawing.release(process, by=other)
    assert refused.value.codes == ["process_owner_only"]
    assert drawing.release(drawing.take_over(process, by=other), by=other).owner == mate
